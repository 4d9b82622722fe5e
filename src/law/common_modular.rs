//! Any number of substrates and products: the common modular law.

use super::{Argument, Gives, Law, Member, PRODUCTS, Role, SUBSTRATES, repeated, reversible, vmax};
use crate::expr::Expr;

/// v = Vmax (prod (S/Km)^n - prod P^m / (Keq prod Km^n)) / (prod (1 + S/Km)^n + prod (1 + P/Km)^m - 1). At equilibrium
/// prod P^m / prod S^n = Keq, whatever the other constants are. Liebermeister, Uhlendorf & Klipp 2010, Bioinformatics
/// 26:1528.
///
/// ```
/// use homeostat::law;
/// let text = "(Vmax * (substrates.1 / Km.1) - Vmax / Keq / Km.1 * products.1) / (1 + substrates.1 / Km.1 + (1 + \
///     products.1 / Km.1) - 1)";
/// assert_eq!(law::by_name("common_modular").unwrap().text(), text);
/// ```
pub fn common_modular<'g>(
    vmax: Expr<'g>,
    keq: Expr<'g>,
    substrates: &[Member<'g>],
    products: &[Member<'g>],
) -> Expr<'g> {
    let occupied = |m: &Member<'g>| repeated(1.0 + m.bound(), m.count);
    reversible(vmax, keq, [substrates, products], occupied)
}

pub(super) const LAW: Law = Law {
    name: "common_modular",
    arguments: &[vmax("Vmax"), Argument { name: "Keq", role: Role::Equilibrium }, SUBSTRATES, PRODUCTS],
    gives: Gives::Velocity,
    reference: "Liebermeister, Uhlendorf & Klipp 2010, Bioinformatics 26:1528",
    formula: |x| common_modular(x[0], x[1], x.group(0), x.group(1)),
};
