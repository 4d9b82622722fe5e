//! Competitive inhibition.

use super::{Gives, Law, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax S / (Km (1 + I/Ki) + S).  Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1.
pub fn competitive<'g>(s: Expr<'g>, i: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    vmax * s / (km * (1.0 + i / ki) + s)
}

pub(super) const LAW: Law = Law {
    name: "competitive",
    arguments: &[level("S"), level("I"), vmax("Vmax"), half("Km", "S"), half("Ki", "I")],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1",
    formula: |x| competitive(x[0], x[1], x[2], x[3], x[4]),
};
