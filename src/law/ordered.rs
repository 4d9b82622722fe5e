//! Two substrates in a fixed order.

use super::{COMPETITORS, Gives, Law, Member, competed, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax A B / (A B + KB A + (KA B + KiA KB) (1 + sum I/Ki)): A binds first; any number of I compete with A for the free
/// enzyme. Tyrosine hydroxylase (BH4 first), COMT (SAM first). Cleland 1963, Biochim. Biophys. Acta 67:104.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * A * B / (A * B + KB * A + (KA * B + KiA * KB) * (1 + (competitors.1 / Ki.1 + competitors.2 / \
///     Ki.2)))";
/// assert_eq!(law::by_name("ordered").unwrap().text(), text);
/// ```
pub fn ordered<'g>([a, b]: [Expr<'g>; 2], [vmax, kia, ka, kb]: [Expr<'g>; 4], competitors: &[Member<'g>]) -> Expr<'g> {
    vmax * a * b / (a * b + kb * a + competed(ka * b + kia * kb, competitors))
}

pub(super) const LAW: Law = Law {
    name: "ordered",
    arguments: &[level("A"), level("B"), vmax("Vmax"), half("KiA", "A"), half("KA", "A"), half("KB", "B"), COMPETITORS],
    gives: Gives::Velocity,
    reference: "Cleland 1963, Biochim. Biophys. Acta 67:104",
    formula: |x| ordered([x[0], x[1]], [x[2], x[3], x[4], x[5]], x.group(0)),
};
