//! Loss of an enzyme to an irreversible inhibitor.

use super::{Gives, Law, half, level, per_time};
use crate::expr::Expr;

/// v = k_inact S I / (KI + I): the enzyme S is lost as fast as its complex with the inhibitor I reacts on; no complex is
/// counted apart. Kitz & Wilson 1962, J. Biol. Chem. 237:3245.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let [s, i, k_inact, ki] = [2.0, 3.0, 4.0, 1.0].map(|x| g.constant(x));
/// assert_eq!(law::inactivation(s, i, k_inact, ki).text(&|_| String::new()), "6");
/// ```
pub fn inactivation<'g>(s: Expr<'g>, i: Expr<'g>, k_inact: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    k_inact * s * i / (ki + i)
}

pub(super) const LAW: Law = Law {
    name: "inactivation",
    arguments: &[level("S"), level("I"), per_time("k_inact"), half("KI", "I")],
    gives: Gives::Velocity,
    reference: "Kitz & Wilson 1962, J. Biol. Chem. 237:3245",
    formula: |x| inactivation(x[0], x[1], x[2], x[3]),
};
