//! First-order loss.

use super::{Gives, Law, level, per_time};
use crate::expr::Expr;

/// v = k S.  Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 1.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("first_order").unwrap().text(), "k * S");
/// ```
pub fn first_order<'g>(s: Expr<'g>, k: Expr<'g>) -> Expr<'g> {
    k * s
}

pub(super) const LAW: Law = Law {
    name: "first_order",
    arguments: &[level("S"), per_time("k")],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 1",
    formula: |x| first_order(x[0], x[1]),
};
