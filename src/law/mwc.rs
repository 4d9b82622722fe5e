//! Concerted transitions of an allosteric protein.

use super::{Argument, Gives, Group, Law, Member, Over, Role, half, level, positive, ratio, sum, vmax};
use crate::expr::Expr;

const INHIBITORS: Group = Group { over: Over::Levels, arguments: &[half("Ki", "inhibitors")], least: 0, single: None };
const ACTIVATORS: Group = Group { over: Over::Levels, arguments: &[half("Ka", "activators")], least: 0, single: None };

/// v = Vmax (a (1 + a)^(n-1) + L' c a (1 + c a)^(n-1)) / ((1 + a)^n + L' (1 + c a)^n), a = S/K: n sites, L the protein in the
/// tense state over that in the relaxed one without ligands, c the constant of the relaxed
/// state over that of the tense one (below 1 where the relaxed state binds better). Any number of allosteric inhibitors (which bind the tense state) and activators (the relaxed one):
/// L' = L ((1 + sum I/Ki) / (1 + sum A/Ka))^n. Monod, Wyman & Changeux 1965, J. Mol. Biol. 12:88, eqs. 2 and 4.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * (S / K * (1 + S / K) ^ (n - 1) + L * ((1 + (inhibitors.1 / Ki.1 + inhibitors.2 / Ki.2)) / (1 + \
///     (activators.1 / Ka.1 + activators.2 / Ka.2))) ^ n * c * (S / K) * (1 + c * (S / K)) ^ (n - 1)) / ((1 + S \
///     / K) ^ n + L * ((1 + (inhibitors.1 / Ki.1 + inhibitors.2 / Ki.2)) / (1 + (activators.1 / Ka.1 + \
///     activators.2 / Ka.2))) ^ n * (1 + c * (S / K)) ^ n)";
/// assert_eq!(law::by_name("mwc").unwrap().text(), text);
/// ```
pub fn mwc<'g>(
    s: Expr<'g>,
    [vmax, k, l, c, n]: [Expr<'g>; 5],
    inhibitors: &[Member<'g>],
    activators: &[Member<'g>],
) -> Expr<'g> {
    let a = s / k;
    let bound = |members: &[Member<'g>]| sum(members.iter().map(Member::bound)).map(|sum| 1.0 + sum);
    let l = match (bound(inhibitors), bound(activators)) {
        (Some(i), Some(a)) => l * (i / a).power(n),
        (Some(i), None) => l * i.power(n),
        (None, Some(a)) => l / a.power(n),
        (None, None) => l,
    };
    let (relaxed, tense) = (1.0 + a, 1.0 + c * a);
    let active = a * relaxed.power(n - 1.0) + l * c * a * tense.power(n - 1.0);
    vmax * active / (relaxed.power(n) + l * tense.power(n))
}

pub(super) const LAW: Law = Law {
    name: "mwc",
    arguments: &[
        level("S"),
        vmax("Vmax"),
        half("K", "S"),
        ratio("L"),
        ratio("c"),
        positive("n"),
        Argument { name: "inhibitors", role: Role::Each(&INHIBITORS) },
        Argument { name: "activators", role: Role::Each(&ACTIVATORS) },
    ],
    gives: Gives::Velocity,
    reference: "Monod, Wyman & Changeux 1965, J. Mol. Biol. 12:88",
    formula: |x| mwc(x[0], [x[1], x[2], x[3], x[4], x[5]], x.group(0), x.group(1)),
};
