//! The law of Hill.

use super::{Gives, Law, half, level, positive, vmax};
use crate::expr::Expr;

/// v = Vmax S^n / (K^n + S^n), computed from (S/K)^n. Hill 1910, J. Physiol. 40:iv.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("hill").unwrap().text(), "Vmax * (S / K) ^ n / (1 + (S / K) ^ n)");
/// ```
pub fn hill<'g>(s: Expr<'g>, vmax: Expr<'g>, k: Expr<'g>, n: Expr<'g>) -> Expr<'g> {
    let bound = (s / k).power(n);
    vmax * bound / (1.0 + bound)
}

pub(super) const LAW: Law = Law {
    name: "hill",
    arguments: &[level("S"), vmax("Vmax"), half("K", "S"), positive("n")],
    gives: Gives::Velocity,
    reference: "Hill 1910, J. Physiol. 40:iv",
    formula: |x| hill(x[0], x[1], x[2], x[3]),
};
