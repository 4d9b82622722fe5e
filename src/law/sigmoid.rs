//! A factor between 0 and a top, by the logistic curve.

use super::{Argument, Gives, Law, Role, level, ratio};
use crate::expr::Expr;
use crate::units::Dimension;

/// f = top / (1 + exp(-slope (X - x0))): half of the top at x0. slope per concentration. The activation by a receptor in
/// the code bmb319/estrogenprogesteroneHA5HT (top = 2: 1 at the set point).
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("sigmoid").unwrap().text(), "top / (1 + exp(-(slope * (X - x0))))");
/// ```
pub fn sigmoid<'g>(x: Expr<'g>, x0: Expr<'g>, slope: Expr<'g>, top: Expr<'g>) -> Expr<'g> {
    top / (1.0 + (-(slope * (x - x0))).exp())
}

pub(super) const LAW: Law = Law {
    name: "sigmoid",
    arguments: &[
        level("X"),
        Argument { name: "x0", role: Role::NonNegative(Dimension::CONCENTRATION) },
        Argument { name: "slope", role: Role::Finite(Dimension::CONCENTRATION.pow(-1)) },
        ratio("top"),
    ],
    gives: Gives::Factor,
    reference: "code bmb319/estrogenprogesteroneHA5HT",
    formula: |x| sigmoid(x[0], x[1], x[2], x[3]),
};
