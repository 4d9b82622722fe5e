//! The part of sites that a ligand holds.

use super::{Gives, Law, half, level};
use crate::expr::Expr;

/// f = X / (Kd + X).  Langmuir 1918, J. Am. Chem. Soc. 40:1361.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let f = law::bound_fraction(g.constant(3.0), g.constant(1.0)); // uM, uM
/// assert_eq!(f.text(&|_| String::new()), "0.75");
/// ```
pub fn bound_fraction<'g>(x: Expr<'g>, kd: Expr<'g>) -> Expr<'g> {
    x / (kd + x)
}

pub(super) const LAW: Law = Law {
    name: "bound_fraction",
    arguments: &[level("X"), half("Kd", "X")],
    gives: Gives::Factor,
    reference: "Langmuir 1918, J. Am. Chem. Soc. 40:1361",
    formula: |x| bound_fraction(x[0], x[1]),
};
