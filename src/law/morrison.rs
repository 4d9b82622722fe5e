//! An enzyme that binds much of its substrate.

use super::{Gives, Law, half, level, per_time};
use crate::expr::Expr;

/// v = kcat ES with ES = ((E + S + K) - sqrt((E + S + K)^2 - 4 E S)) / 2, the complex of total enzyme E and total substrate
/// S (tight binding; also the total quasi-steady-state approximation with K = Km). It is computed as
/// 2 E S / (b + sqrt((E - S)^2 + K (b + E + S))), b = E + S + K, in which nothing cancels. kcat per time.
/// Morrison 1969, Biochim. Biophys. Acta 185:269; Borghans, de Boer & Segel 1996, Bull. Math. Biol. 58:43.
///
/// ```
/// use homeostat::law;
/// let text = "kcat * (2 * E * S / (E + S + K + sqrt((E - S) * (E - S) + K * (E + S + K + E + S))))";
/// assert_eq!(law::by_name("morrison").unwrap().text(), text);
/// ```
pub fn morrison<'g>(s: Expr<'g>, e: Expr<'g>, kcat: Expr<'g>, k: Expr<'g>) -> Expr<'g> {
    let b = e + s + k;
    let apart = e - s;
    kcat * (2.0 * e * s / (b + (apart * apart + k * (b + e + s)).sqrt()))
}

pub(super) const LAW: Law = Law {
    name: "morrison",
    arguments: &[level("S"), level("E"), per_time("kcat"), half("K", "S")],
    gives: Gives::Velocity,
    reference: "Morrison 1969, Biochim. Biophys. Acta 185:269",
    formula: |x| morrison(x[0], x[1], x[2], x[3]),
};
