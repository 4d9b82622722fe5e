//! Pure non-competitive inhibition.

use super::{Argument, Gives, Group, Law, Member, Over, Role, competed, half, level, vmax};
use crate::expr::Expr;

const INHIBITORS: Group =
    Group { over: Over::Levels, arguments: &[half("Ki", "inhibitors")], least: 1, single: Some(["I", "Ki"]) };

/// v = Vmax S / ((Km + S) (1 + sum I/Ki)): inhibitors that bind with and without substrate alike; any number that exclude
/// one another. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S / ((Km + S) * (1 + (inhibitors.1 / Ki.1 + inhibitors.2 / Ki.2)))";
/// assert_eq!(law::by_name("pure_non_competitive").unwrap().text(), text);
/// ```
pub fn pure_non_competitive<'g>(s: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, inhibitors: &[Member<'g>]) -> Expr<'g> {
    vmax * s / competed(km + s, inhibitors)
}

pub(super) const LAW: Law = Law {
    name: "pure_non_competitive",
    arguments: &[
        level("S"),
        vmax("Vmax"),
        half("Km", "S"),
        Argument { name: "inhibitors", role: Role::Each(&INHIBITORS) },
    ],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2",
    formula: |x| pure_non_competitive(x[0], x[1], x[2], x.group(0)),
};
