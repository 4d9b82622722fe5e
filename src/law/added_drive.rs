//! What a number from outside adds to a rate.

use super::{Gives, Law, ratio, signal};
use crate::expr::Expr;

/// f = 1 + gain drive: what a number from outside adds to a rate, in parts of it. By definition.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("added_drive").unwrap().text(), "1 + gain * drive");
/// ```
pub fn added_drive<'g>(drive: Expr<'g>, gain: Expr<'g>) -> Expr<'g> {
    1.0 + gain * drive
}

pub(super) const LAW: Law = Law {
    name: "added_drive",
    arguments: &[signal("drive"), ratio("gain")],
    gives: Gives::Factor,
    reference: "by definition",
    formula: |x| added_drive(x[0], x[1]),
};
