//! Competition by a ligand that makes itself bind more tightly.

use super::{Argument, Gives, Law, Role, half, level};
use crate::expr::Expr;
use crate::units::Dimension;

/// The term I / (Kspan exp(-slope I) + Ki): a second, allosteric molecule of the ligand lowers its constant from Kspan + Ki
/// to Ki. As used for escitalopram on SERT in the code "SER+HA Model" of the Hashemi laboratory
/// (Escitalopram-Terminal-Modeling).
///
/// ```
/// use homeostat::{expr::{Graph, Symbol}, law};
/// let g = Graph::new();
/// let [i, ki, kspan, slope] = [0, 1, 2, 3].map(|n| g.symbol(Symbol(n))); // uM, uM, uM, 1/uM
/// let term = law::potentiating_competition(i, ki, kspan, slope);
/// let name = |s: Symbol| ["I", "Ki", "Kspan", "slope"][s.0 as usize].to_string();
/// assert_eq!(term.text(&name), "I / (Kspan * exp(-(slope * I)) + Ki)");
/// ```
pub fn potentiating_competition<'g>(i: Expr<'g>, ki: Expr<'g>, kspan: Expr<'g>, slope: Expr<'g>) -> Expr<'g> {
    i / (kspan * (-(slope * i)).exp() + ki)
}

pub(super) const LAW: Law = Law {
    name: "potentiating_competition",
    arguments: &[
        level("I"),
        half("Ki", "I"),
        Argument { name: "Kspan", role: Role::NonNegative(Dimension::CONCENTRATION) },
        Argument { name: "slope", role: Role::NonNegative(Dimension::CONCENTRATION.pow(-1)) },
    ],
    gives: Gives::Term,
    reference: "Hashemi laboratory, Escitalopram-Terminal-Modeling, SER+HA Model",
    formula: |x| potentiating_competition(x[0], x[1], x[2], x[3]),
};
