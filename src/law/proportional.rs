//! Proportion to a level.

use super::{Argument, Gives, Law, Role, level};
use crate::expr::Expr;
use crate::units::Dimension;

/// f = X / x0: a rate in proportion to the enzyme or carrier X that is there, measured where there is x0 of it.
/// Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 2.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let f = law::proportional(g.constant(3.0), g.constant(2.0)); // uM, uM
/// assert_eq!(f.text(&|_| String::new()), "1.5");
/// ```
pub fn proportional<'g>(x: Expr<'g>, x0: Expr<'g>) -> Expr<'g> {
    x / x0
}

pub(super) const LAW: Law = Law {
    name: "proportional",
    arguments: &[level("X"), Argument { name: "x0", role: Role::Positive(Dimension::CONCENTRATION) }],
    gives: Gives::Factor,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 2",
    formula: |x| proportional(x[0], x[1]),
};
