//! An inhibitory autoreceptor as a factor between two bounds.

use super::{Argument, Gives, Law, Role, level, ratio};
use crate::expr::Expr;
use crate::units::Dimension;

/// f = low + (high - low) / (1 + w (X/x0)^n): `high` without transmitter, `low` with much; w sets how the
/// span is shared at X = x0. Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21 (w = 8, n = 4, low =
/// 0.5, high = 5 give 1 at x0).
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("autoreceptor").unwrap().text(), "(high - low) / (w * (X / x0) ^ n + 1) + low");
/// ```
pub fn autoreceptor<'g>(
    x: Expr<'g>,
    x0: Expr<'g>,
    n: Expr<'g>,
    w: Expr<'g>,
    low: Expr<'g>,
    high: Expr<'g>,
) -> Expr<'g> {
    (high - low) / (w * (x / x0).power(n) + 1.0) + low
}

pub(super) const LAW: Law = Law {
    name: "autoreceptor",
    arguments: &[
        level("X"),
        Argument { name: "x0", role: Role::Positive(Dimension::CONCENTRATION) },
        ratio("n"),
        ratio("w"),
        ratio("low"),
        ratio("high"),
    ],
    gives: Gives::Factor,
    reference: "Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21",
    formula: |x| autoreceptor(x[0], x[1], x[2], x[3], x[4], x[5]),
};
