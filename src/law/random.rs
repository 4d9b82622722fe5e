//! Two substrates in any order.

use super::{Gives, Law, half, level, positive, vmax};
use crate::expr::Expr;

/// v = Vmax A B / (alpha KA KB + alpha KB A + alpha KA B + A B): each binds in rapid equilibrium, alpha times worse beside
/// the other. Segel, Enzyme Kinetics (1975), chapter 6.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * A * B / (alpha * (KA * KB + KB * A + KA * B) + A * B)";
/// assert_eq!(law::by_name("random").unwrap().text(), text);
/// ```
pub fn random<'g>([a, b]: [Expr<'g>; 2], [vmax, ka, kb, alpha]: [Expr<'g>; 4]) -> Expr<'g> {
    vmax * a * b / (alpha * (ka * kb + kb * a + ka * b) + a * b)
}

pub(super) const LAW: Law = Law {
    name: "random",
    arguments: &[level("A"), level("B"), vmax("Vmax"), half("KA", "A"), half("KB", "B"), positive("alpha")],
    gives: Gives::Velocity,
    reference: "Segel, Enzyme Kinetics (1975), chapter 6",
    formula: |x| random([x[0], x[1]], [x[2], x[3], x[4], x[5]]),
};
