//! Inhibition as a factor of a velocity.

use super::{Gives, Law, half, level, ratio};
use crate::expr::Expr;

/// f = top / (1 + X/Ki): non-competitive inhibition by X, scaled to `top` without it. As used for substrate
/// inhibition of tyrosine hydroxylase by Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("inhibition_factor").unwrap().text(), "top / (1 + X / Ki)");
/// ```
pub fn inhibition_factor<'g>(x: Expr<'g>, top: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    top / (1.0 + x / ki)
}

pub(super) const LAW: Law = Law {
    name: "inhibition_factor",
    arguments: &[level("X"), ratio("top"), half("Ki", "X")],
    gives: Gives::Factor,
    reference: "Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21",
    formula: |x| inhibition_factor(x[0], x[1], x[2]),
};
