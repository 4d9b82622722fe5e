//! A carrier driven by ions and voltage.

use super::{Argument, COMPETITORS, Gives, Group, Law, Member, Over, Role, half, level, sum, vmax};
use crate::expr::Expr;
use crate::units::Dimension;

const IONS: Group = Group {
    over: Over::Labels,
    arguments: &[
        level("outside"),
        level("inside"),
        Argument { name: "moves", role: Role::Finite(Dimension::DIMENSIONLESS) },
    ],
    least: 0,
    single: None,
};

/// g = exp(z V / RT_F) prod (inside/outside)^moves: the concentration outside over that inside at which a coupled carrier
/// stands still; ions are (outside, inside, moves).
pub fn equilibrium_gradient<'g>([v, rt_f, z]: [Expr<'g>; 3], ions: &[Member<'g>]) -> Expr<'g> {
    let electric = (z * v / rt_f).exp();
    ions.iter().fold(electric, |g, ion| g * (ion[1] / ion[0]).power(ion[2]))
}

/// v = Vmax (S - P g) / (Km (1 + P/Kp + sum I/Ki) + S), g = exp(z V / RT_F) prod (inside/outside)^moves: S outside goes inside
/// as P together with `moves` of each ion (negative: against it) and z net positive charges; V is the membrane voltage
/// (inside less outside), RT_F the thermal voltage RT/F (26.7 mV at 37 C). It stands still at S/P = g: Haldane's relation
/// with the equilibrium constant that the gradients make. Hill, Free Energy Transduction in Biology (1977), chapter 1.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * (S - P * (exp(z * V / RT_F) * (inside.1 / outside.1) ^ moves.1 * (inside.2 / outside.2) ^ \
///     moves.2)) / (Km * (1 + (P / Kp + (competitors.1 / Ki.1 + competitors.2 / Ki.2))) + S)";
/// assert_eq!(law::by_name("coupled_transport").unwrap().text(), text);
/// ```
pub fn coupled_transport<'g>(
    [s, p]: [Expr<'g>; 2],
    [vmax, km, kp]: [Expr<'g>; 3],
    gradient: Expr<'g>,
    competitors: &[Member<'g>],
) -> Expr<'g> {
    let occupied = match sum(competitors.iter().map(Member::bound)) {
        Some(others) => p / kp + others,
        None => p / kp,
    };
    vmax * (s - p * gradient) / (km * (1.0 + occupied) + s)
}

pub(super) const LAW: Law = Law {
    name: "coupled_transport",
    arguments: &[
        level("S"),
        level("P"),
        vmax("Vmax"),
        half("Km", "S"),
        half("Kp", "P"),
        Argument { name: "V", role: Role::Finite(Dimension::VOLTAGE) },
        Argument { name: "RT_F", role: Role::Positive(Dimension::VOLTAGE) },
        Argument { name: "z", role: Role::Finite(Dimension::DIMENSIONLESS) },
        COMPETITORS,
        Argument { name: "ions", role: Role::Each(&IONS) },
    ],
    gives: Gives::Velocity,
    reference: "Hill, Free Energy Transduction in Biology (1977), chapter 1",
    formula: |x| {
        coupled_transport(
            [x[0], x[1]],
            [x[2], x[3], x[4]],
            equilibrium_gradient([x[5], x[6], x[7]], x.group(1)),
            x.group(0),
        )
    },
};
