//! The operational model of agonism.

use super::{Gives, Law, half, level, positive, ratio};
use crate::expr::Expr;

/// f = Em tau^n X^n / ((KA + X)^n + tau^n X^n), computed from q = tau X / (KA + X): tau is the efficacy of the agonist in the
/// tissue, n the slope of the transducer. Black & Leff 1983, Proc. R. Soc. Lond. B 220:141.
///
/// ```
/// use homeostat::law;
/// let text = "Em * (tau * X / (KA + X)) ^ n / (1 + (tau * X / (KA + X)) ^ n)";
/// assert_eq!(law::by_name("operational").unwrap().text(), text);
/// ```
pub fn operational<'g>(x: Expr<'g>, [em, tau, ka, n]: [Expr<'g>; 4]) -> Expr<'g> {
    let signal = (tau * x / (ka + x)).power(n);
    em * signal / (1.0 + signal)
}

pub(super) const LAW: Law = Law {
    name: "operational",
    arguments: &[level("X"), ratio("Em"), ratio("tau"), half("KA", "X"), positive("n")],
    gives: Gives::Factor,
    reference: "Black & Leff 1983, Proc. R. Soc. Lond. B 220:141",
    formula: |x| operational(x[0], [x[1], x[2], x[3], x[4]]),
};
