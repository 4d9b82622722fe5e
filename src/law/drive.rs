//! What a number from outside does to a rate.

use super::{Gives, Law, signal};
use crate::expr::Expr;

/// f = drive: a rate that is proportional to a number from outside, such as firing relative to tonic firing, a free
/// fraction, or an enzyme that works in two places. By definition.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("drive").unwrap().text(), "drive");
/// ```
pub fn drive<'g>(drive: Expr<'g>) -> Expr<'g> {
    drive
}

pub(super) const LAW: Law = Law {
    name: "drive",
    arguments: &[signal("drive")],
    gives: Gives::Factor,
    reference: "by definition",
    formula: |x| drive(x[0]),
};
