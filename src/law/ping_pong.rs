//! Two substrates that never meet.

use super::{Gives, Law, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax A B / (KB A + KA B + A B): the first product leaves before B binds, as in transaminases. Cleland 1963, Biochim. Biophys. Acta 67:104.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("ping_pong").unwrap().text(), "Vmax * A * B / (KB * A + KA * B + A * B)");
/// ```
pub fn ping_pong<'g>([a, b]: [Expr<'g>; 2], [vmax, ka, kb]: [Expr<'g>; 3]) -> Expr<'g> {
    vmax * a * b / (kb * a + ka * b + a * b)
}

pub(super) const LAW: Law = Law {
    name: "ping_pong",
    arguments: &[level("A"), level("B"), vmax("Vmax"), half("KA", "A"), half("KB", "B")],
    gives: Gives::Velocity,
    reference: "Cleland 1963, Biochim. Biophys. Acta 67:104",
    formula: |x| ping_pong([x[0], x[1]], [x[2], x[3], x[4]]),
};
