//! First-order exchange between two pools.

use super::{Gives, Law, content, level, per_time};
use crate::expr::Expr;

/// v = k_out S - k_in P: the parts of the two contents that move per time.  Godfrey, Compartmental Models and Their Application (1983), chapter 1.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("exchange").unwrap().text(), "k_out * S - k_in * P");
/// ```
pub fn exchange<'g>(s: Expr<'g>, p: Expr<'g>, k_out: Expr<'g>, k_in: Expr<'g>) -> Expr<'g> {
    k_out * s - k_in * p
}

pub(super) const LAW: Law = Law {
    name: "exchange",
    arguments: &[level("S"), content("P"), per_time("k_out"), per_time("k_in")],
    gives: Gives::Velocity,
    reference: "Godfrey, Compartmental Models and Their Application (1983), chapter 1",
    formula: |x| exchange(x[0], x[1], x[2], x[3]),
};
