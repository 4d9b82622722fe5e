//! Constant supply.

use super::{Gives, Law, vmax};
use crate::expr::Expr;

/// v = k: what comes in does not depend on what is there.  Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed.,
/// chapter 1.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let f = law::zero_order(g.constant(1.5)); // uM/h
/// assert_eq!(f.text(&|_| String::new()), "1.5");
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
