//! What a competing ligand adds to a Km.

use super::{Gives, Law, half, level};
use crate::expr::Expr;

/// The term I/Ki of competing ligands: a Km becomes Km (1 + sum I/Ki).
/// Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("competition").unwrap().text(), "I / Ki");
/// ```
pub fn competition<'g>(i: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    i / ki
}

pub(super) const LAW: Law = Law {
    name: "competition",
    arguments: &[level("I"), half("Ki", "I")],
    gives: Gives::Term,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1",
    formula: |x| competition(x[0], x[1]),
};
