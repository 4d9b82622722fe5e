//! Refilling of a pool up to a set point.

use super::{Argument, Gives, Law, Role, content, per_time, vmax};
use crate::expr::Expr;
use crate::units::Dimension;

/// v = min(max(0, k (x0 - P)), Vmax): a reserve fills the pool P while it is below x0, the faster the more is missing, and
/// at most at Vmax. As used for reserve vesicles in the code "SER+HA Model" of the Hashemi laboratory
/// (Escitalopram-Terminal-Modeling).
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let [p, x0, k, vmax] = [3.0, 5.0, 2.0, 7.0].map(|x| g.constant(x)); // uM, uM, 1/h, uM/h
/// let f = law::refill(p, x0, k, vmax);
/// assert_eq!(f.text(&|_| String::new()), "4");
/// ```
pub fn refill<'g>(p: Expr<'g>, x0: Expr<'g>, k: Expr<'g>, vmax: Expr<'g>) -> Expr<'g> {
    (k * (x0 - p)).max(0.0).min(vmax)
}

pub(super) const LAW: Law = Law {
    name: "refill",
    arguments: &[
        content("P"),
        Argument { name: "x0", role: Role::NonNegative(Dimension::CONCENTRATION) },
        per_time("k"),
        vmax("Vmax"),
    ],
    gives: Gives::Velocity,
    reference: "Hashemi laboratory, Escitalopram-Terminal-Modeling, SER+HA Model",
    formula: |x| refill(x[0], x[1], x[2], x[3]),
};
