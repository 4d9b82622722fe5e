//! Mixed inhibition.

use super::{Argument, Gives, Group, Law, Member, Over, Role, half, level, sum, vmax};
use crate::expr::Expr;

const INHIBITORS: Group = Group {
    over: Over::Levels,
    arguments: &[half("Ki", "inhibitors"), half("Kiu", "inhibitors")],
    least: 1,
    single: None,
};

/// v = Vmax S / (Km (1 + sum I/Ki) + S (1 + sum I/Kiu)): inhibitors that bind the free enzyme with Ki and its complex with
/// the substrate with Kiu; any number that exclude one another. Competitive, uncompetitive and pure non-competitive
/// inhibition are its limits. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S / (Km * (1 + (inhibitors.1 / Ki.1 + inhibitors.2 / Ki.2)) + S * (1 + (inhibitors.1 / Kiu.1 + \
///     inhibitors.2 / Kiu.2)))";
/// assert_eq!(law::by_name("mixed").unwrap().text(), text);
/// ```
pub fn mixed<'g>(s: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, inhibitors: &[Member<'g>]) -> Expr<'g> {
    let alone = sum(inhibitors.iter().map(Member::bound));
    let with_substrate = sum(inhibitors.iter().map(|i| i[0] / i[2]));
    match (alone, with_substrate) {
        (Some(alone), Some(with_substrate)) => vmax * s / (km * (1.0 + alone) + s * (1.0 + with_substrate)),
        _ => vmax * s / (km + s),
    }
}

pub(super) const LAW: Law = Law {
    name: "mixed",
    arguments: &[
        level("S"),
        vmax("Vmax"),
        half("Km", "S"),
        Argument { name: "inhibitors", role: Role::Each(&INHIBITORS) },
    ],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.2",
    formula: |x| mixed(x[0], x[1], x[2], x.group(0)),
};
