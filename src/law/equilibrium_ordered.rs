//! Two substrates in a fixed order, the first in equilibrium.

use super::{Gives, Law, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax A B / (A B + KB A + KiA KB (1 + I/Ki)): A binds first and in equilibrium, I competes with A.
/// Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 8 (the compulsory-order equation
/// with KA = 0); as used for tyrosine hydroxylase (A = BH4, B = tyrosine, I = dopamine) by Best, Nijhout &
/// Reed 2009, Theor. Biol. Med. Model. 6:21.
pub fn equilibrium_ordered<'g>(
    [a, b, i]: [Expr<'g>; 3],
    vmax: Expr<'g>,
    kia: Expr<'g>,
    kb: Expr<'g>,
    ki: Expr<'g>,
) -> Expr<'g> {
    vmax * a * b / (a * b + kb * a + kb * kia * (1.0 + i / ki))
}

pub(super) const LAW: Law = Law {
    name: "equilibrium_ordered",
    arguments: &[level("A"), level("B"), level("I"), vmax("Vmax"), half("KiA", "A"), half("KB", "B"), half("Ki", "I")],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 8, compulsory order with KA = 0",
    formula: |x| equilibrium_ordered([x[0], x[1], x[2]], x[3], x[4], x[5], x[6]),
};
