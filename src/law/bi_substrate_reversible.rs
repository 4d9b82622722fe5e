//! Two opposed two-substrate reactions.

use super::{Gives, Law, half, level, vmax};
use crate::expr::Expr;

/// v = Vf A B / ((KA + A) (KB + B)) - Vr P Q / ((KP + P) (KQ + Q)): each substrate binds independently of
/// the other (random order, rapid equilibrium, no interaction). The two halves share no denominator, so that no
/// Haldane relation holds: a description, not a mechanism. As used for the regeneration of BH4 by
/// Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * A * B / ((KA + A) * (KB + B)) - Vreverse * P * Q / ((KP + P) * (KQ + Q))";
/// assert_eq!(law::by_name("bi_substrate_reversible").unwrap().text(), text);
/// ```
pub fn bi_substrate_reversible<'g>(
    [a, b, p, q]: [Expr<'g>; 4],
    [vf, ka, kb]: [Expr<'g>; 3],
    [vr, kp, kq]: [Expr<'g>; 3],
) -> Expr<'g> {
    vf * a * b / ((ka + a) * (kb + b)) - vr * p * q / ((kp + p) * (kq + q))
}

pub(super) const LAW: Law = Law {
    name: "bi_substrate_reversible",
    arguments: &[
        level("A"),
        level("B"),
        level("P"),
        level("Q"),
        vmax("Vmax"),
        half("KA", "A"),
        half("KB", "B"),
        vmax("Vreverse"),
        half("KP", "P"),
        half("KQ", "Q"),
    ],
    gives: Gives::Velocity,
    reference: "Best, Nijhout & Reed 2009, Theor. Biol. Med. Model. 6:21",
    formula: |x| bi_substrate_reversible([x[0], x[1], x[2], x[3]], [x[4], x[5], x[6]], [x[7], x[8], x[9]]),
};
