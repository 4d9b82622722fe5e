//! Constant supply.

use super::{Gives, Law, vmax};
use crate::expr::Expr;

/// v = k: what comes in does not depend on what is there.  Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed.,
/// chapter 1.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("zero_order").unwrap().text(), "k");
/// ```
pub fn zero_order<'g>(k: Expr<'g>) -> Expr<'g> {
    k
}

pub(super) const LAW: Law = Law {
    name: "zero_order",
    arguments: &[vmax("k")],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 1",
    formula: |x| zero_order(x[0]),
};
