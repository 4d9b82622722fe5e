//! Two substrates, the first of which inhibits where there is much of it.

use super::{Gives, Law, half, level, vmax};
use crate::expr::Expr;

/// v = Vmax A / (KA + A + A^2/Ki) B / (KB + B): A and B bind independently, a second A makes the enzyme idle.
/// As used for tryptophan hydroxylase (A = tryptophan, B = BH4) by Best, Nijhout & Reed 2010, Theor. Biol. Med.
/// Model. 7:34, and Best et al. 2020, BMC Neurosci. 21:40. The factor of A: Haldane 1930, Enzymes.
///
/// ```
/// use homeostat::{expr::Graph, law};
/// let g = Graph::new();
/// let [a, b, vmax, ka, ki, kb] = [2.0, 3.0, 50.0, 4.0, 1.0, 1.0].map(|x| g.constant(x));
/// let v = law::bi_substrate_inhibition([a, b], vmax, [ka, ki, kb]); // 100 / (4 + 2 + 4) * 3/4
/// assert_eq!(v.text(&|_| String::new()), "7.5");
/// ```
pub fn bi_substrate_inhibition<'g>([a, b]: [Expr<'g>; 2], vmax: Expr<'g>, [ka, ki, kb]: [Expr<'g>; 3]) -> Expr<'g> {
    vmax * a / (ka + a + a * a / ki) * (b / (kb + b))
}

pub(super) const LAW: Law = Law {
    name: "bi_substrate_inhibition",
    arguments: &[level("A"), level("B"), vmax("Vmax"), half("KA", "A"), half("Ki", "A"), half("KB", "B")],
    gives: Gives::Velocity,
    reference: "Best et al. 2020, BMC Neurosci. 21:40",
    formula: |x| bi_substrate_inhibition([x[0], x[1]], x[2], [x[3], x[4], x[5]]),
};
