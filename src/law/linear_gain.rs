//! A linear gain about a set point.

use super::{Argument, Gives, Law, Role, level};
use crate::expr::Expr;
use crate::units::Dimension;

/// f = 1 + slope (X - x0): 1 at the set point x0; a negative slope inhibits. A regulator's `least` and `most` bound
/// it. As used for autoreceptors by Best et al. 2020, BMC Neurosci. 21:40.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let f = law::linear_gain(g.constant(3.0), g.constant(1.0), g.constant(-0.25)); // uM, uM, 1/uM
/// assert_eq!(f.text(&|_| String::new()), "0.5");
/// ```
pub fn linear_gain<'g>(x: Expr<'g>, x0: Expr<'g>, slope: Expr<'g>) -> Expr<'g> {
    1.0 + slope * (x - x0)
}

pub(super) const LAW: Law = Law {
    name: "linear_gain",
    arguments: &[
        level("X"),
        Argument { name: "x0", role: Role::NonNegative(Dimension::CONCENTRATION) },
        Argument { name: "slope", role: Role::Finite(Dimension::CONCENTRATION.pow(-1)) },
    ],
    gives: Gives::Factor,
    reference: "Best et al. 2020, BMC Neurosci. 21:40",
    formula: |x| linear_gain(x[0], x[1], x[2]),
};
