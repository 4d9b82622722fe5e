//! Dense output of a step: a polynomial through both ends, made from the stages.

use super::rosenbrock::Tableau;
use super::vector::{MOST_STAGES, Stages};
use crate::program::LANES;

/// The state at the part `s` of a step from `y0` to `y1`: `(1 - s) y0 + s (y1 + (1 - s) q)` with
/// `q = k_0 + s (k_1 + s k_2)`, each k a sum over stages.
pub(super) fn value(tableau: &Tableau, stages: &[Stages], s: f64, (y0, y1): (&[f64], &[f64]), out: &mut [f64]) {
    let inner = weights(tableau, |rows, j| (1.0 - s) * rows.iter().rev().fold(0.0, |sum, row| row[j] + s * sum));
    // y1 + (1 - s) q, then the line from y0
    for_each(stages, &inner, (y0, y1), out, |y0, y1, q| (1.0 - s) * y0 + s * q(y1));
}

/// The derivative by s there: `y1 - y0 + (1 - 2 s) q + s (1 - s) q'`.
pub(super) fn slope(tableau: &Tableau, stages: &[Stages], s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
    let inner = weights(tableau, |rows, j| {
        let (q, slope) = rows.iter().rev().fold((0.0, 0.0), |(q, slope), row| (row[j] + s * q, q + s * slope));
        (1.0 - 2.0 * s) * q + s * (1.0 - s) * slope
    });
    for_each(stages, &inner, ends, out, |y0, y1, q| q(y1 - y0));
}

fn weights(tableau: &Tableau, weight: impl Fn(&[&[f64]], usize) -> f64) -> [f64; MOST_STAGES] {
    std::array::from_fn(|j| if j < tableau.stages { weight(tableau.dense, j) } else { 0.0 })
}

/// Component by component: `f` is given both ends, and what adds the weighted stages to a number.
fn for_each(
    stages: &[Stages],
    weights: &[f64; MOST_STAGES],
    (y0, y1): (&[f64], &[f64]),
    out: &mut [f64],
    f: impl Fn(f64, f64, &dyn Fn(f64) -> f64) -> f64,
) {
    let ends = y0.chunks(LANES).zip(y1.chunks(LANES)).zip(stages);
    for (out, ((y0, y1), u)) in out.chunks_mut(LANES).zip(ends) {
        for (lane, out) in out.iter_mut().enumerate() {
            let add = |x: f64| weights.iter().zip(u).fold(x, |sum, (weight, u)| sum + weight * u[lane]);
            *out = f(y0[lane], y1[lane], &add);
        }
    }
}
