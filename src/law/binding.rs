//! Binding that takes its time.

use super::{Argument, Gives, Law, Role, content, level, per_time};
use crate::expr::Expr;
use crate::units::Dimension;

/// v = k_on S I - k_off P: what is free, S, binds the ligand I and becomes the complex P. Mass action; Cornish-Bowden,
/// Fundamentals of Enzyme Kinetics, 4th ed., chapter 1. With a small k_off a slow-binding inhibitor.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let [s, i, p, k_on, k_off] = [2.0, 3.0, 4.0, 5.0, 0.5].map(|x| g.constant(x));
/// assert_eq!(law::binding([s, i, p], k_on, k_off).text(&|_| String::new()), "28");
/// ```
pub fn binding<'g>([s, i, p]: [Expr<'g>; 3], k_on: Expr<'g>, k_off: Expr<'g>) -> Expr<'g> {
    k_on * s * i - k_off * p
}

pub(super) const LAW: Law = Law {
    name: "binding",
    arguments: &[
        level("S"),
        level("I"),
        content("P"),
        Argument { name: "k_on", role: Role::NonNegative(Dimension::PER_CONCENTRATION_TIME) },
        per_time("k_off"),
    ],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 1",
    formula: |x| binding([x[0], x[1], x[2]], x[3], x[4]),
};
