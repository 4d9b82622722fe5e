//! Uptake beside a loss that does not saturate.

use super::{COMPETITORS, Gives, Law, Member, competed, half, level, per_time, vmax};
use crate::expr::Expr;

/// v = Vmax S / (Km (1 + sum I/Ki) + S) + k S: a saturable carrier, for which any number of others may compete, and a
/// nonspecific first-order part, k per time. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S / (Km * (1 + (competitors.1 / Ki.1 + competitors.2 / Ki.2)) + S) + k * S";
/// assert_eq!(law::by_name("uptake_with_loss").unwrap().text(), text);
/// ```
pub fn uptake_with_loss<'g>(s: Expr<'g>, [vmax, km, k]: [Expr<'g>; 3], competitors: &[Member<'g>]) -> Expr<'g> {
    vmax * s / (competed(km, competitors) + s) + k * s
}

pub(super) const LAW: Law = Law {
    name: "uptake_with_loss",
    arguments: &[level("S"), vmax("Vmax"), half("Km", "S"), per_time("k"), COMPETITORS],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1",
    formula: |x| uptake_with_loss(x[0], [x[1], x[2], x[3]], x.group(0)),
};
