//! Uncompetitive inhibition.

use super::{Argument, Gives, Group, Law, Member, Over, Role, competed, half, level, vmax};
use crate::expr::Expr;

const INHIBITORS: Group =
    Group { over: Over::Levels, arguments: &[half("Ki", "inhibitors")], least: 1, single: Some(["I", "Ki"]) };

/// v = Vmax S / (Km + S (1 + sum I/Ki)): inhibitors that bind the complex with the substrate alone, such as lithium on
/// inositol monophosphatase; any number that exclude one another. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S / (Km + S * (1 + (inhibitors.1 / Ki.1 + inhibitors.2 / Ki.2)))";
/// assert_eq!(law::by_name("uncompetitive").unwrap().text(), text);
/// ```
pub fn uncompetitive<'g>(s: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, inhibitors: &[Member<'g>]) -> Expr<'g> {
    vmax * s / (km + competed(s, inhibitors))
}

pub(super) const LAW: Law = Law {
    name: "uncompetitive",
    arguments: &[
        level("S"),
        vmax("Vmax"),
        half("Km", "S"),
        Argument { name: "inhibitors", role: Role::Each(&INHIBITORS) },
    ],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2",
    formula: |x| uncompetitive(x[0], x[1], x[2], x.group(0)),
};
