//! Inhibition by much substrate.

use super::{COMPETITORS, Gives, Law, Member, competed, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax S / (Km (1 + sum I/Ki) + S + S^2/Ksi): a second molecule of the substrate blocks the enzyme; any number of
/// others may compete for the site. Tyrosine and tryptophan hydroxylase. Haldane 1930, Enzymes, chapter 5.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S / (Km * (1 + (competitors.1 / Ki.1 + competitors.2 / Ki.2)) + S + S * S / Ksi)";
/// assert_eq!(law::by_name("substrate_inhibition").unwrap().text(), text);
/// ```
pub fn substrate_inhibition<'g>(s: Expr<'g>, [vmax, km, ksi]: [Expr<'g>; 3], competitors: &[Member<'g>]) -> Expr<'g> {
    vmax * s / (competed(km, competitors) + s + s * s / ksi)
}

pub(super) const LAW: Law = Law {
    name: "substrate_inhibition",
    arguments: &[level("S"), vmax("Vmax"), half("Km", "S"), half("Ksi", "S"), COMPETITORS],
    gives: Gives::Velocity,
    reference: "Haldane 1930, Enzymes, chapter 5",
    formula: |x| substrate_inhibition(x[0], [x[1], x[2], x[3]], x.group(0)),
};
