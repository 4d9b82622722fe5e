//! An effect that a ligand adds.

use super::{Gives, Law, half, level, positive, ratio};
use crate::expr::Expr;

/// f = E0 + Emax X^n / (EC50^n + X^n). With E0 = 1 it is the stimulation of an indirect response (types III and IV: Dayneka,
/// Garg & Jusko 1993, J. Pharmacokinet. Biopharm. 21:457). Holford & Sheiner 1981, Clin. Pharmacokinet. 6:429.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("emax").unwrap().text(), "E0 + Emax * ((X / EC50) ^ n / (1 + (X / EC50) ^ n))");
/// ```
pub fn emax<'g>(x: Expr<'g>, [e0, emax, ec50, n]: [Expr<'g>; 4]) -> Expr<'g> {
    let bound = (x / ec50).power(n);
    e0 + emax * (bound / (1.0 + bound))
}

pub(super) const LAW: Law = Law {
    name: "emax",
    arguments: &[level("X"), ratio("E0"), ratio("Emax"), half("EC50", "X"), positive("n")],
    gives: Gives::Factor,
    reference: "Holford & Sheiner 1981, Clin. Pharmacokinet. 6:429",
    formula: |x| emax(x[0], [x[1], x[2], x[3], x[4]]),
};
