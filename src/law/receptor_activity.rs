//! What ligands of one site do together.

use super::{Argument, Gives, Group, Law, Member, Over, Role, half};
use crate::expr::Expr;

const LIGANDS: Group = Group {
    over: Over::Levels,
    arguments: &[
        half("Kd", "ligands"),
        Argument { name: "efficacy", role: Role::Finite(crate::units::Dimension::DIMENSIONLESS) },
    ],
    least: 1,
    single: None,
};

/// f = sum e X/Kd / (1 + sum X/Kd): any number of ligands share a receptor in equilibrium, each with an efficacy e: 1 of a full
/// agonist, between 0 and 1 of a partial one, 0 of an antagonist, negative of an inverse agonist.
/// Stephenson 1956, Br. J. Pharmacol. 11:379; Gaddum 1937, J. Physiol. 89:7P.
///
/// ```
/// use homeostat::law;
/// let text = "(efficacy.1 * (ligands.1 / Kd.1) + efficacy.2 * (ligands.2 / Kd.2)) / (1 + (ligands.1 / Kd.1 + ligands.2 \
///     / Kd.2))";
/// assert_eq!(law::by_name("receptor_activity").unwrap().text(), text);
/// ```
pub fn receptor_activity<'g>(first: &Member<'g>, others: &[Member<'g>]) -> Expr<'g> {
    let ligands = || others.iter();
    let bound = ligands().fold(first.bound(), |sum, m| sum + m.bound());
    let active = ligands().fold(first[2] * first.bound(), |sum, m| sum + m[2] * m.bound());
    active / (1.0 + bound)
}

pub(super) const LAW: Law = Law {
    name: "receptor_activity",
    arguments: &[Argument { name: "ligands", role: Role::Each(&LIGANDS) }],
    gives: Gives::Factor,
    reference: "Stephenson 1956, Br. J. Pharmacol. 11:379",
    formula: |x| receptor_activity(&x.group(0)[0], &x.group(0)[1..]),
};
