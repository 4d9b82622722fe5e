//! Two substrates and two products that never meet.

use super::{Gives, Law, half, level, positive, vmax};
use crate::expr::Expr;

/// A is turned into P, which leaves, then B into Q: v = Vmax (A B - P Q/Keq) / (KB A + KA B + A B + w (KQ P + KP Q + P Q + KQ A
/// P/KiA) + KA B Q/KiQ). Haldane's relation leaves w = Vmax/(Vreverse Keq) = sqrt(KA KB/(KP KQ Keq)), so that at equilibrium
/// P Q/(A B) = Keq, a pure number. Transaminases. Cleland 1963, Biochim. Biophys. Acta 67:104, ping pong bi bi.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * (A * B - P * Q / Keq) / (KB * A + KA * B + A * B + sqrt(KA * KB / (KP * KQ * Keq)) * (KQ * P + KP \
///     * Q + P * Q + KQ * A * P / KiA) + KA * B * Q / KiQ)";
/// assert_eq!(law::by_name("ping_pong_reversible").unwrap().text(), text);
/// ```
pub fn ping_pong_reversible<'g>(
    [a, b, p, q]: [Expr<'g>; 4],
    [vmax, keq]: [Expr<'g>; 2],
    [ka, kb, kia]: [Expr<'g>; 3],
    [kp, kq, kiq]: [Expr<'g>; 3],
) -> Expr<'g> {
    let w = (ka * kb / (kp * kq * keq)).sqrt();
    let back = w * (kq * p + kp * q + p * q + kq * a * p / kia);
    vmax * (a * b - p * q / keq) / (kb * a + ka * b + a * b + back + ka * b * q / kiq)
}

pub(super) const LAW: Law = Law {
    name: "ping_pong_reversible",
    arguments: &[
        level("A"),
        level("B"),
        level("P"),
        level("Q"),
        vmax("Vmax"),
        positive("Keq"),
        half("KA", "A"),
        half("KB", "B"),
        half("KiA", "A"),
        half("KP", "P"),
        half("KQ", "Q"),
        half("KiQ", "Q"),
    ],
    gives: Gives::Velocity,
    reference: "Cleland 1963, Biochim. Biophys. Acta 67:104, ping pong bi bi",
    formula: |x| ping_pong_reversible([x[0], x[1], x[2], x[3]], [x[4], x[5]], [x[6], x[7], x[8]], [x[9], x[10], x[11]]),
};
