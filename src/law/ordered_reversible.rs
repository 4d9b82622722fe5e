//! Two substrates and two products in a fixed order.

use super::{Gives, Law, half, level, positive, vmax};
use crate::expr::Expr;

/// A binds first, then B; P leaves first, then Q:
/// v = Vmax (A B - P Q/Keq) / (KiA KB + KB A + KA B + A B + w (KQ P + KP Q + P Q + KQ A P/KiA + B P Q/KiB) + KA B Q/KiQ + A B
/// P/KiP). Haldane's two relations leave w = Vmax/(Vreverse Keq) = KiA KB/(KP KiQ) and KiB = Keq w^2 KiP KQ/KA, so that at
/// equilibrium P Q/(A B) = Keq, a pure number. Glutamate dehydrogenase. Cleland 1963, Biochim. Biophys. Acta 67:104, ordered bi bi.
///
/// ```
/// use homeostat::law;
/// let text = "Vmax * (A * B - P * Q / Keq) / (KiA * KB + KB * A + KA * B + A * B + KiA * KB / (KP * KiQ) * (KQ * P + \
///     KP * Q + P * Q + KQ * A * P / KiA + B * P * Q / (Keq * (KiA * KB / (KP * KiQ)) * (KiA * KB / (KP * KiQ)) \
///     * KiP * KQ / KA)) + KA * B * Q / KiQ + A * B * P / KiP)";
/// assert_eq!(law::by_name("ordered_reversible").unwrap().text(), text);
/// ```
pub fn ordered_reversible<'g>(
    [a, b, p, q]: [Expr<'g>; 4],
    [vmax, keq]: [Expr<'g>; 2],
    [kia, ka, kb]: [Expr<'g>; 3],
    [kp, kq, kip, kiq]: [Expr<'g>; 4],
) -> Expr<'g> {
    let w = kia * kb / (kp * kiq);
    let kib = keq * w * w * kip * kq / ka;
    let forward = kia * kb + kb * a + ka * b + a * b;
    let back = w * (kq * p + kp * q + p * q + kq * a * p / kia + b * p * q / kib);
    vmax * (a * b - p * q / keq) / (forward + back + ka * b * q / kiq + a * b * p / kip)
}

pub(super) const LAW: Law = Law {
    name: "ordered_reversible",
    arguments: &[
        level("A"),
        level("B"),
        level("P"),
        level("Q"),
        vmax("Vmax"),
        positive("Keq"),
        half("KiA", "A"),
        half("KA", "A"),
        half("KB", "B"),
        half("KP", "P"),
        half("KQ", "Q"),
        half("KiP", "P"),
        half("KiQ", "Q"),
    ],
    gives: Gives::Velocity,
    reference: "Cleland 1963, Biochim. Biophys. Acta 67:104, ordered bi bi",
    formula: |x| {
        ordered_reversible([x[0], x[1], x[2], x[3]], [x[4], x[5]], [x[6], x[7], x[8]], [x[9], x[10], x[11], x[12]])
    },
};
