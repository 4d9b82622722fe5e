//! The law of Michaelis and Menten.

use super::{Gives, Law, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax S / (Km + S).  Michaelis & Menten 1913, Biochem. Z. 49:333.
///
/// ```
/// use homeostat::law;
/// assert_eq!(law::by_name("michaelis_menten").unwrap().text(), "Vmax * S / (Km + S)");
/// ```
pub fn michaelis_menten<'g>(s: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>) -> Expr<'g> {
    vmax * s / (km + s)
}

pub(super) const LAW: Law = Law {
    name: "michaelis_menten",
    arguments: &[level("S"), vmax("Vmax"), half("Km", "S")],
    gives: Gives::Velocity,
    reference: "Michaelis & Menten 1913, Biochem. Z. 49:333",
    formula: |x| michaelis_menten(x[0], x[1], x[2]),
};
