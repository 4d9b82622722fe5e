//! Modifiers that leave, or add, a part of the activity.

use super::{Argument, Gives, Group, Law, Member, Over, Role, half, level, positive, ratio, sum, vmax};
use crate::expr::Expr;

const MODIFIERS: Group = Group {
    over: Over::Levels,
    arguments: &[half("Ki", "modifiers"), positive("alpha"), ratio("beta")],
    least: 1,
    single: None,
};

/// v = Vmax S (1 + sum beta I/(alpha Ki)) / (Km (1 + sum I/Ki) + S (1 + sum I/(alpha Ki))): alpha is how much worse the
/// modifier binds beside the substrate, beta what the enzyme then still does of its work (0: nothing; above 1 an
/// activator). Any number of modifiers that exclude one another. Botts & Morales 1953, Trans. Faraday Soc. 49:696.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S * (1 + (beta.1 * (modifiers.1 / (alpha.1 * Ki.1)) + beta.2 * (modifiers.2 / (alpha.2 * Ki.2)))) \
///     / (Km * (1 + (modifiers.1 / Ki.1 + modifiers.2 / Ki.2)) + S * (1 + (modifiers.1 / (alpha.1 * Ki.1) + \
///     modifiers.2 / (alpha.2 * Ki.2))))";
/// assert_eq!(law::by_name("partial_inhibition").unwrap().text(), text);
/// ```
pub fn partial_inhibition<'g>(s: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, modifiers: &[Member<'g>]) -> Expr<'g> {
    let alone = sum(modifiers.iter().map(Member::bound));
    let beside = |m: &Member<'g>| m[0] / (m[2] * m[1]);
    let inert = sum(modifiers.iter().map(beside));
    let active = sum(modifiers.iter().map(|m| m[3] * beside(m)));
    match (alone, inert, active) {
        (Some(alone), Some(inert), Some(active)) => {
            vmax * s * (1.0 + active) / (km * (1.0 + alone) + s * (1.0 + inert))
        }
        _ => vmax * s / (km + s),
    }
}

pub(super) const LAW: Law = Law {
    name: "partial_inhibition",
    arguments: &[
        level("S"),
        vmax("Vmax"),
        half("Km", "S"),
        Argument { name: "modifiers", role: Role::Each(&MODIFIERS) },
    ],
    gives: Gives::Velocity,
    reference: "Botts & Morales 1953, Trans. Faraday Soc. 49:696",
    formula: |x| partial_inhibition(x[0], x[1], x[2], x.group(0)),
};
