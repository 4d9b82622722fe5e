//! A rate of order zero.

use super::record::{Gives, Law, vmax};
use crate::expr::Expr;

/// v = k: synthesis or influx that nothing in the model moves; k a velocity. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 1.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("constant").unwrap().text(), "k");
/// ```
pub fn constant<'g>(k: Expr<'g>) -> Expr<'g> {
    k
}

pub(super) const LAW: Law = Law {
    name: "constant",
    arguments: &[vmax("k")],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 1",
    formula: |x| constant(x[0]),
};
