//! A ramp between two levels.

use super::{Argument, Gives, Law, Role, level, ratio};
use crate::expr::Expr;
use crate::units::Dimension;

/// f = below where X < start; from there on a straight line from 0 to `high` over the `width`, and `high` above. As used
/// for the share of glial uptake by Best et al. 2020, BMC Neurosci. 21:40 (below = 0: no jump at `start`).
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let [x, start, width, below, high] = [3.0, 2.0, 4.0, 0.5, 2.0].map(|x| g.constant(x)); // uM, uM, uM, 1, 1
/// let f = law::ramp(x, start, width, below, high);
/// assert_eq!(f.text(&|_| String::new()), "0.5");
/// ```
pub fn ramp<'g>(x: Expr<'g>, start: Expr<'g>, width: Expr<'g>, below: Expr<'g>, high: Expr<'g>) -> Expr<'g> {
    x.less(start).select(below, high * ((x - start) / width).min(1.0))
}

pub(super) const LAW: Law = Law {
    name: "ramp",
    arguments: &[
        level("X"),
        Argument { name: "start", role: Role::NonNegative(Dimension::CONCENTRATION) },
        Argument { name: "width", role: Role::Positive(Dimension::CONCENTRATION) },
        ratio("below"),
        ratio("high"),
    ],
    gives: Gives::Factor,
    reference: "Best et al. 2020, BMC Neurosci. 21:40",
    formula: |x| ramp(x[0], x[1], x[2], x[3], x[4]),
};
