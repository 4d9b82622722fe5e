//! The occupied part of a receptor.

use super::{COMPETITORS, Gives, Law, Member, competed, half, level, positive};
use crate::expr::Expr;

/// f = X^n / ((Kd (1 + sum I/Ki))^n + X^n): equilibrium occupancy by X, for whose site any number of antagonists may compete.
/// Hill 1910, J. Physiol. 40:iv; Gaddum 1937, J. Physiol. 89:7P.
///
/// ```
/// use homeostat::law;
/// let text = "(X / (Kd * (1 + (competitors.1 / Ki.1 + competitors.2 / Ki.2)))) ^ n / (1 + (X / (Kd * (1 + \
///     (competitors.1 / Ki.1 + competitors.2 / Ki.2)))) ^ n)";
/// assert_eq!(law::by_name("occupancy").unwrap().text(), text);
/// ```
pub fn occupancy<'g>(x: Expr<'g>, kd: Expr<'g>, n: Expr<'g>, competitors: &[Member<'g>]) -> Expr<'g> {
    let bound = (x / competed(kd, competitors)).power(n);
    bound / (1.0 + bound)
}

pub(super) const LAW: Law = Law {
    name: "occupancy",
    arguments: &[level("X"), half("Kd", "X"), positive("n"), COMPETITORS],
    gives: Gives::Factor,
    reference: "Gaddum 1937, J. Physiol. 89:7P",
    formula: |x| occupancy(x[0], x[1], x[2], x.group(0)),
};
