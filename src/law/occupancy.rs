//! What a blocker does to a Km or a Vmax.

use super::{Gives, Law, half, level};
use crate::expr::Expr;

/// The term I/Ki of competing ligands: a Km becomes Km (1 + sum I/Ki).
/// Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1.
pub fn competition<'g>(i: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    i / ki
}

/// The factor 1/(1 + I/Ki) that is left of a Vmax.
/// Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2 (pure non-competitive).
pub fn non_competitive<'g>(i: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    1.0 / (1.0 + i / ki)
}

pub(super) const COMPETITION: Law = Law {
    name: "competition",
    arguments: &[level("I"), half("Ki", "I")],
    gives: Gives::Term,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1",
    formula: |x| competition(x[0], x[1]),
};

pub(super) const NON_COMPETITIVE: Law = Law {
    name: "non_competitive",
    arguments: &[level("I"), half("Ki", "I")],
    gives: Gives::Factor,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2",
    formula: |x| non_competitive(x[0], x[1]),
};
