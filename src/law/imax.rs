//! A part that a ligand takes away.

use super::{Argument, Gives, Law, Role, half, level, positive};
use crate::expr::Expr;

/// f = 1 - Imax X^n / (IC50^n + X^n), Imax from 0 to 1: the inhibition of an indirect response (types I and II).
/// Dayneka, Garg & Jusko 1993, J. Pharmacokinet. Biopharm. 21:457.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("imax").unwrap().text(), "1 - Imax * ((X / IC50) ^ n / (1 + (X / IC50) ^ n))");
/// ```
pub fn imax<'g>(x: Expr<'g>, [imax, ic50, n]: [Expr<'g>; 3]) -> Expr<'g> {
    let bound = (x / ic50).power(n);
    1.0 - imax * (bound / (1.0 + bound))
}

pub(super) const LAW: Law = Law {
    name: "imax",
    arguments: &[level("X"), Argument { name: "Imax", role: Role::Fraction }, half("IC50", "X"), positive("n")],
    gives: Gives::Remainder,
    reference: "Dayneka, Garg & Jusko 1993, J. Pharmacokinet. Biopharm. 21:457",
    formula: |x| imax(x[0], [x[1], x[2], x[3]]),
};
