//! What a number from outside does to a rate.

use super::{Gives, Law, ratio, signal};
use crate::expr::Expr;

/// f = drive: a rate that is proportional to a number from outside, such as firing relative to tonic firing, a free
/// fraction, or an enzyme that works in two places. By definition.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let f = law::drive(g.constant(0.4));
/// assert_eq!(f.text(&|_| String::new()), "0.4");
/// ```
pub fn drive<'g>(drive: Expr<'g>) -> Expr<'g> {
    drive
}

/// f = 1 + gain drive: what a number from outside adds to a rate, in parts of it. By definition.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let f = law::added_drive(g.constant(0.25), g.constant(10.0));
/// assert_eq!(f.text(&|_| String::new()), "3.5");
/// ```
pub fn added_drive<'g>(drive: Expr<'g>, gain: Expr<'g>) -> Expr<'g> {
    1.0 + gain * drive
}

pub(super) const LAW: Law = Law {
    name: "drive",
    arguments: &[signal("drive")],
    gives: Gives::Factor,
    reference: "by definition",
    formula: |x| drive(x[0]),
};

pub(super) const ADDED: Law = Law {
    name: "added_drive",
    arguments: &[signal("drive"), ratio("gain")],
    gives: Gives::Factor,
    reference: "by definition",
    formula: |x| added_drive(x[0], x[1]),
};
