//! Mass action.

use super::{Argument, Gives, Group, Law, Member, Over, Role, Side, product, repeated};
use crate::expr::Expr;

const CONSUMED: Group = Group { over: Over::Reaction(Side::Consumed), arguments: &[], least: 0, single: None };
const PRODUCED: Group = Group { over: Over::Reaction(Side::Produced), arguments: &[], least: 0, single: None };

/// v = kf prod S^n - kr prod P^m over the species of the reaction, each to the power of its stoichiometric number. kf is a
/// velocity over one concentration for each molecule consumed (1/h, 1/(uM h), ...), kr likewise of what is produced.
/// Waage & Guldberg 1864, Forh. Vidensk.-Selsk. Christiania 35.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("mass_action").unwrap().text(), "kf * consumed.1 - kr * produced.1");
/// ```
pub fn mass_action<'g>(kf: Expr<'g>, kr: Expr<'g>, consumed: &[Member<'g>], produced: &[Member<'g>]) -> Expr<'g> {
    let side = |k: Expr<'g>, members: &[Member<'g>]| match product(members.iter().map(|m| repeated(m[0], m.count))) {
        Some(levels) => k * levels,
        None => k,
    };
    side(kf, consumed) - side(kr, produced)
}

pub(super) const LAW: Law = Law {
    name: "mass_action",
    arguments: &[
        Argument { name: "kf", role: Role::RateConstant(Side::Consumed) },
        Argument { name: "kr", role: Role::RateConstant(Side::Produced) },
        Argument { name: "consumed", role: Role::Each(&CONSUMED) },
        Argument { name: "produced", role: Role::Each(&PRODUCED) },
    ],
    gives: Gives::Velocity,
    reference: "Waage & Guldberg 1864, Forh. Vidensk.-Selsk. Christiania 35",
    formula: |x| mass_action(x[0], x[1], x.group(0), x.group(1)),
};
