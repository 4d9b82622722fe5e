//! Vesicular uptake with a leak.

use super::{COMPETITORS, Gives, Law, Member, competed, content, half, level, per_time, vmax};
use crate::expr::Expr;

/// v = Vmax S / (Km (1 + sum I/Ki) + S) - leak P: saturable packing of cytosolic S, for which any number of others may
/// compete, and a first-order leak of the content P of the vesicles.
/// Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21 (VMAT).
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S / (Km * (1 + (competitors.1 / Ki.1 + competitors.2 / Ki.2)) + S) - leak * P";
/// assert_eq!(law::by_name("uptake_with_leak").unwrap().text(), text);
/// ```
pub fn uptake_with_leak<'g>(
    [s, p]: [Expr<'g>; 2],
    [vmax, km, leak]: [Expr<'g>; 3],
    competitors: &[Member<'g>],
) -> Expr<'g> {
    vmax * s / (competed(km, competitors) + s) - leak * p
}

pub(super) const LAW: Law = Law {
    name: "uptake_with_leak",
    arguments: &[level("S"), content("P"), vmax("Vmax"), half("Km", "S"), per_time("leak"), COMPETITORS],
    gives: Gives::Velocity,
    reference: "Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21",
    formula: |x| uptake_with_leak([x[0], x[1]], [x[2], x[3], x[4]], x.group(0)),
};
