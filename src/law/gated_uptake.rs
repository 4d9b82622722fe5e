//! Vesicular uptake that never runs backwards.

use super::uptake_with_leak;
use super::{Gives, Law, content, half, level, per_time, vmax};
use crate::expr::Expr;

/// v = max(0, Vmax S / (Km + S) - leak P): packing against a leak, closed where the leak would be larger. Not a
/// mechanism: a leak does not stop because uptake is slow. As used for vesicular monoamine transport in the code
/// "SER+HA Model" of the Hashemi laboratory (Escitalopram-Terminal-Modeling).
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let [s, p, vmax, km, leak] = [3.0, 7.0, 8.0, 1.0, 0.5].map(|x| g.constant(x)); // uM, uM, uM/h, uM, 1/h
/// let f = law::gated_uptake(s, p, vmax, km, leak);
/// assert_eq!(f.text(&|_| String::new()), "2.5");
/// ```
pub fn gated_uptake<'g>(s: Expr<'g>, p: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, leak: Expr<'g>) -> Expr<'g> {
    uptake_with_leak([s, p], [vmax, km, leak], &[]).max(0.0)
}

pub(super) const LAW: Law = Law {
    name: "gated_uptake",
    arguments: &[level("S"), content("P"), vmax("Vmax"), half("Km", "S"), per_time("leak")],
    gives: Gives::Velocity,
    reference: "Hashemi laboratory, Escitalopram-Terminal-Modeling, SER+HA Model",
    formula: |x| gated_uptake(x[0], x[1], x[2], x[3], x[4]),
};
