//! Vesicular uptake with a leak.

use super::{Gives, Law, content, half, level, per_time, vmax};
use crate::expr::Expr;

/// v = Vmax S / (Km + S) - leak P: saturable packing of cytosolic S, first-order leak of the content P of
/// the vesicles.
/// Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21 (VMAT).
pub fn uptake_with_leak<'g>(s: Expr<'g>, p: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, leak: Expr<'g>) -> Expr<'g> {
    vmax * s / (km + s) - leak * p
}

pub(super) const LAW: Law = Law {
    name: "uptake_with_leak",
    arguments: &[level("S"), content("P"), vmax("Vmax"), half("Km", "S"), per_time("leak")],
    gives: Gives::Velocity,
    reference: "Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21",
    formula: |x| uptake_with_leak(x[0], x[1], x[2], x[3], x[4]),
};
