//! Activators as a factor of a velocity.

use super::{Argument, Gives, Group, Law, Member, Over, Role, half, positive};
use crate::expr::Expr;

const ACTIVATORS: Group = Group {
    over: Over::Levels,
    arguments: &[half("Ka", "activators"), positive("n"), Argument { name: "basal", role: Role::Fraction }],
    least: 1,
    single: None,
};

/// f = prod (basal + (1 - basal) A^n / (Ka^n + A^n)): essential activators where basal is 0; any number that bind on their
/// own. Calcium on enzymes, PLP on decarboxylases. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.7 (simplest case, n = 1).
///
/// ```
/// use homeostat::law;
/// let text = "(basal.1 + (1 - basal.1) * ((activators.1 / Ka.1) ^ n.1 / (1 + (activators.1 / Ka.1) ^ n.1))) * (basal.2 \
///     + (1 - basal.2) * ((activators.2 / Ka.2) ^ n.2 / (1 + (activators.2 / Ka.2) ^ n.2)))";
/// assert_eq!(law::by_name("activation").unwrap().text(), text);
/// ```
pub fn activation<'g>(first: &Member<'g>, others: &[Member<'g>]) -> Expr<'g> {
    let factor = |m: &Member<'g>| {
        let bound = (m[0] / m[1]).power(m[2]);
        m[3] + (1.0 - m[3]) * (bound / (1.0 + bound))
    };
    others.iter().fold(factor(first), |product, m| product * factor(m))
}

pub(super) const LAW: Law = Law {
    name: "activation",
    arguments: &[Argument { name: "activators", role: Role::Each(&ACTIVATORS) }],
    gives: Gives::Factor,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., section 6.7",
    formula: |x| activation(&x.group(0)[0], &x.group(0)[1..]),
};
