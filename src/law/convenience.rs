//! Any number of substrates and products, of unknown mechanism.

use super::{Argument, Gives, Law, Member, PRODUCTS, Role, SUBSTRATES, reversible, vmax};
use crate::expr::Expr;

/// v = Vmax (prod (S/Km)^n - prod P^m / (Keq prod Km^n)) / (prod (1 + S/Km + ... + (S/Km)^n) + prod (1 + P/Km + ... +
/// (P/Km)^m) - 1): convenience kinetics. At equilibrium prod P^m / prod S^n = Keq, whatever the other constants are.
/// Liebermeister & Klipp 2006, Theor. Biol. Med. Model. 3:41.
///
/// ```
/// use homeostat::law;
/// let text = "(Vmax * (substrates.1 / Km.1) - Vmax / Keq / Km.1 * products.1) / (1 + substrates.1 / Km.1 + (1 + \
///     products.1 / Km.1) - 1)";
/// assert_eq!(law::by_name("convenience").unwrap().text(), text);
/// ```
pub fn convenience<'g>(vmax: Expr<'g>, keq: Expr<'g>, substrates: &[Member<'g>], products: &[Member<'g>]) -> Expr<'g> {
    let occupied = |m: &Member<'g>| {
        let bound = m.bound();
        (1..m.count as u32).fold(1.0 + bound, |powers, _| 1.0 + bound * powers)
    };
    reversible(vmax, keq, [substrates, products], occupied)
}

pub(super) const LAW: Law = Law {
    name: "convenience",
    arguments: &[vmax("Vmax"), Argument { name: "Keq", role: Role::Equilibrium }, SUBSTRATES, PRODUCTS],
    gives: Gives::Velocity,
    reference: "Liebermeister & Klipp 2006, Theor. Biol. Med. Model. 3:41",
    formula: |x| convenience(x[0], x[1], x.group(0), x.group(1)),
};
