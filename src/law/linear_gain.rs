//! A factor that follows a level in a straight line.

use super::record::{Argument, Gives, Law, Role, level};
use crate::expr::Expr;
use crate::units::Dimension;

/// f = 1 - gain (X - x0): 1 at the set point x0, less above it; it is not bounded, and negative far above. gain per
/// concentration. The inhibition of synthesis and release by autoreceptors in Best, Nijhout & Reed's models.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("linear_gain").unwrap().text(), "1 - gain * (X - x0)");
/// ```
pub fn linear_gain<'g>(x: Expr<'g>, x0: Expr<'g>, gain: Expr<'g>) -> Expr<'g> {
    1.0 - gain * (x - x0)
}

pub(super) const LAW: Law = Law {
    name: "linear_gain",
    arguments: &[
        level("X"),
        Argument { name: "x0", role: Role::NonNegative(Dimension::CONCENTRATION) },
        Argument { name: "gain", role: Role::Real(Dimension::CONCENTRATION.pow(-1)) },
    ],
    gives: Gives::Factor,
    reference: "Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21 and the laboratory's later models",
    formula: |x| linear_gain(x[0], x[1], x[2]),
};
