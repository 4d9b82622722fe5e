//! Competitive inhibition, and substrates that compete.

use super::{Argument, COMPETING, Gives, Group, Law, Member, Role, competed, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax S / (Km (1 + sum I/Ki) + S), for any number of competitors. A product that competes is one of them; of
/// substrates that share an enzyme or a carrier each is a competitor of the others, its own Km being its Ki:
/// then v = Vmax (S/Km) / (1 + S/Km + sum I/Ki). Concentrations and Vmax in any units of their kind.
/// Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * S / (Km * (1 + (competitors.1 / Ki.1 + competitors.2 / Ki.2)) + S)";
/// assert_eq!(law::by_name("competitive").unwrap().text(), text);
/// ```
pub fn competitive<'g>(s: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>, competitors: &[Member<'g>]) -> Expr<'g> {
    vmax * s / (competed(km, competitors) + s)
}

const COMPETITORS: Argument = Argument { name: "competitors", role: Role::Each(&Group { least: 1, ..COMPETING }) };

pub(super) const LAW: Law = Law {
    name: "competitive",
    arguments: &[level("S"), vmax("Vmax"), half("Km", "S"), COMPETITORS],
    gives: Gives::Velocity,
    reference: "Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., eq. 6.1",
    formula: |x| competitive(x[0], x[1], x[2], x.group(0)),
};
