//! What a non-competitive ligand leaves of a Vmax.

use super::{Gives, Law, half, level};
use crate::expr::Expr;

/// The factor 1/(1 + I/Ki) that is left of a Vmax.
/// Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2 (pure non-competitive).
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("non_competitive").unwrap().text(), "1 / (1 + I / Ki)");
/// ```
pub fn non_competitive<'g>(i: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    1.0 / (1.0 + i / ki)
}

pub(super) const LAW: Law = Law {
    name: "non_competitive",
    arguments: &[level("I"), half("Ki", "I")],
    gives: Gives::Remainder,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2",
    formula: |x| non_competitive(x[0], x[1]),
};
