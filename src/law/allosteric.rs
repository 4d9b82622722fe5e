//! A receptor with modulators at a second site.

use super::{Argument, Gives, Group, Law, Member, Over, Role, half, level, ratio, sum};
use crate::expr::Expr;

const MODULATORS: Group = Group {
    over: Over::Levels,
    arguments: &[half("KB", "modulators"), ratio("alpha"), ratio("beta")],
    least: 1,
    single: None,
};

/// f = a (1 + sum alpha beta b) / (1 + sum b + a (1 + sum alpha b)) with a = X/KA, b = B/KB: alpha is how much better the
/// agonist binds beside the modulator (above 1 positive, below 1 negative), beta what it then does more. With beta = 1 it is
/// the occupancy with KA (1 + B/KB) / (1 + alpha B/KB) in the place of KA. Any number of modulators that exclude one
/// another. Ehlert 1988, Mol. Pharmacol. 33:187; Leach, Sexton & Christopoulos 2007, Trends Pharmacol. Sci. 28:382.
///
/// ```
/// use homeostat::law;
/// let text = "X / KA * (1 + (beta.1 * (alpha.1 * (modulators.1 / KB.1)) + beta.2 * (alpha.2 * (modulators.2 / KB.2)))) \
///     / (1 + (modulators.1 / KB.1 + modulators.2 / KB.2) + X / KA * (1 + (alpha.1 * (modulators.1 / KB.1) + \
///     alpha.2 * (modulators.2 / KB.2))))";
/// assert_eq!(law::by_name("allosteric").unwrap().text(), text);
/// ```
pub fn allosteric<'g>(x: Expr<'g>, ka: Expr<'g>, modulators: &[Member<'g>]) -> Expr<'g> {
    let a = x / ka;
    let beside = |m: &Member<'g>| m[2] * m.bound();
    let alone = sum(modulators.iter().map(Member::bound));
    let inert = sum(modulators.iter().map(beside));
    let active = sum(modulators.iter().map(|m| m[3] * beside(m)));
    match (alone, inert, active) {
        (Some(alone), Some(inert), Some(active)) => a * (1.0 + active) / (1.0 + alone + a * (1.0 + inert)),
        _ => a / (1.0 + a),
    }
}

pub(super) const LAW: Law = Law {
    name: "allosteric",
    arguments: &[level("X"), half("KA", "X"), Argument { name: "modulators", role: Role::Each(&MODULATORS) }],
    gives: Gives::Factor,
    reference: "Ehlert 1988, Mol. Pharmacol. 33:187",
    formula: |x| allosteric(x[0], x[1], x.group(0)),
};
