//! What a tight inhibitor leaves of an enzyme.

use super::{Gives, Law, half, level};
use crate::expr::Expr;

/// f = free E / total E = 2 Ki / (d + sqrt(d^2 + 4 Ki E)), d = I + Ki - E: the inhibitor, of which I is the total, is used up by
/// the enzyme it binds. Where E is small it is 1 / (1 + I/Ki). Morrison 1969, Biochim. Biophys. Acta 185:269.
///
/// ```
/// use homeostat::law;
/// let text = "2 * Ki / (I + Ki - E + sqrt((I + Ki - E) * (I + Ki - E) + 4 * Ki * E))";
/// assert_eq!(law::by_name("tight_binding").unwrap().text(), text);
/// ```
pub fn tight_binding<'g>(i: Expr<'g>, e: Expr<'g>, ki: Expr<'g>) -> Expr<'g> {
    let d = i + ki - e;
    2.0 * ki / (d + (d * d + 4.0 * ki * e).sqrt())
}

pub(super) const LAW: Law = Law {
    name: "tight_binding",
    arguments: &[level("I"), level("E"), half("Ki", "I")],
    gives: Gives::Remainder,
    reference: "Morrison 1969, Biochim. Biophys. Acta 185:269",
    formula: |x| tight_binding(x[0], x[1], x[2]),
};
