//! Passage down a gradient.

use super::{Gives, Law, level, per_time};
use crate::expr::Expr;

/// v = k (S - P): between two spaces, from the higher concentration to the lower; k per time, in the space where the
/// velocity is measured. Fick 1855, Ann. Phys. 170:59.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("diffusion").unwrap().text(), "k * (S - P)");
/// ```
pub fn diffusion<'g>(s: Expr<'g>, p: Expr<'g>, k: Expr<'g>) -> Expr<'g> {
    k * (s - p)
}

pub(super) const LAW: Law = Law {
    name: "diffusion",
    arguments: &[level("S"), level("P"), per_time("k")],
    gives: Gives::Velocity,
    reference: "Fick 1855, Ann. Phys. 170:59",
    formula: |x| diffusion(x[0], x[1], x[2]),
};
