//! One substrate, one product, both ways.

use super::{COMPETITORS, Gives, Law, Member, half, level, positive, sum, vmax};
use crate::expr::Expr;

/// v = Vmax (S - P/Keq) / (Km (1 + P/Kp + sum I/Ki) + S): at equilibrium P/S = Keq; the limiting velocity of the way back
/// follows by Haldane's relation, Vmax Kp / (Km Keq). Any number of others may compete. Keq is a pure number.
/// Haldane 1930, Enzymes, chapter 5.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * (S - P / Keq) / (Km * (1 + (P / Kp + (competitors.1 / Ki.1 + competitors.2 / Ki.2))) + S)";
/// assert_eq!(law::by_name("reversible_michaelis_menten").unwrap().text(), text);
/// ```
pub fn reversible_michaelis_menten<'g>(
    [s, p]: [Expr<'g>; 2],
    [vmax, keq, km, kp]: [Expr<'g>; 4],
    competitors: &[Member<'g>],
) -> Expr<'g> {
    let occupied = match sum(competitors.iter().map(Member::bound)) {
        Some(others) => p / kp + others,
        None => p / kp,
    };
    vmax * (s - p / keq) / (km * (1.0 + occupied) + s)
}

pub(super) const LAW: Law = Law {
    name: "reversible_michaelis_menten",
    arguments: &[level("S"), level("P"), vmax("Vmax"), positive("Keq"), half("Km", "S"), half("Kp", "P"), COMPETITORS],
    gives: Gives::Velocity,
    reference: "Haldane 1930, Enzymes, chapter 5",
    formula: |x| reversible_michaelis_menten([x[0], x[1]], [x[2], x[3], x[4], x[5]], x.group(0)),
};
