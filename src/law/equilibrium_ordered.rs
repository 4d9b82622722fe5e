//! Two substrates in a fixed order, the first in equilibrium.

use super::{COMPETITORS, Gives, Law, Member, competed, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax A B / (A B + KB A + KiA KB (1 + sum I/Ki)): A binds first and in equilibrium, any number of I
/// compete with A. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 8 (the compulsory-order equation
/// with KA = 0); as used for tyrosine hydroxylase (A = BH4, B = tyrosine, I = dopamine) by Best, Nijhout &
/// Reed 2009, Theor. Biol. Med. Model. 6:21.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * A * B / (A * B + KB * A + KB * KiA * (1 + (competitors.1 / Ki.1 + competitors.2 / Ki.2)))";
/// assert_eq!(law::by_name("equilibrium_ordered").unwrap().text(), text);
/// ```
pub fn equilibrium_ordered<'g>(
    [a, b]: [Expr<'g>; 2],
    [vmax, kia, kb]: [Expr<'g>; 3],
    competitors: &[Member<'g>],
) -> Expr<'g> {
    vmax * a * b / (a * b + kb * a + competed(kb * kia, competitors))
}

pub(super) const LAW: Law = Law {
    name: "equilibrium_ordered",
    arguments: &[level("A"), level("B"), vmax("Vmax"), half("KiA", "A"), half("KB", "B"), COMPETITORS],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., chapter 8, compulsory order with KA = 0",
    formula: |x| equilibrium_ordered([x[0], x[1]], [x[2], x[3], x[4]], x.group(0)),
};
