//! Dense output of a step: a polynomial through both ends, made from the stages u, each with a weight in each of its rows.

use super::vector::{MOST_STAGES, Stages};
use crate::program::{LANES, Vector, Wide, Work, widest};

/// The state at the part `s` of a step from `y0` to `y1`: `(1 - s) y0 + s (y1 + (1 - s) q)` with
/// `q = k_0 + s (k_1 + s k_2)`, each k a sum over stages with the weights of a row.
pub(super) fn value(rows: &[&[f64]], stages: &[Stages], s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
    let weights = weights(rows, |j| (1.0 - s) * rows.iter().rev().fold(0.0, |sum, row| row[j] + s * sum));
    widest(Sum { stages, weights, first: 1.0 - s, second: s, ends, out });
}

/// The derivative by s there: `y1 - y0 + (1 - 2 s) q + s (1 - s) q'`.
pub(super) fn slope(rows: &[&[f64]], stages: &[Stages], s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
    let weights = weights(rows, |j| {
        let (q, slope) = rows.iter().rev().fold((0.0, 0.0), |(q, slope), row| (row[j] + s * q, q + s * slope));
        (1.0 - 2.0 * s) * q + s * (1.0 - s) * slope
    });
    widest(Sum { stages, weights, first: -1.0, second: 1.0, ends, out });
}

fn weights(rows: &[&[f64]], weight: impl Fn(usize) -> f64) -> [f64; MOST_STAGES] {
    let stages = rows.first().map_or(0, |row| row.len());
    std::array::from_fn(|j| if j < stages { weight(j) } else { 0.0 })
}

/// `first y0 + second (y1 + sum weights_j u_j)`
struct Sum<'a> {
    stages: &'a [Stages],
    weights: [f64; MOST_STAGES],
    first: f64,
    second: f64,
    ends: (&'a [f64], &'a [f64]),
    out: &'a mut [f64],
}

impl Sum<'_> {
    #[inline(always)]
    fn some<V: Vector>(&self, y0: &Wide, y1: &Wide, u: &Stages) -> Wide {
        let mut sum = V::load(y1);
        for (&weight, u) in self.weights.iter().zip(u) {
            sum = V::splat(weight).fma(V::load(u), sum);
        }
        let mut out = [0.0; LANES];
        V::splat(self.second).fma(sum, V::splat(self.first).mul(V::load(y0))).store(&mut out);
        out
    }
}

impl Work for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(mut self) {
        let out = std::mem::take(&mut self.out);
        let ends = self.ends.0.chunks(LANES).zip(self.ends.1.chunks(LANES));
        for (out, ((y0, y1), u)) in out.chunks_mut(LANES).zip(ends.zip(self.stages)) {
            // the last components may be fewer
            let wide = |y: &[f64]| std::array::from_fn(|i| y.get(i).copied().unwrap_or(0.0));
            let sums = self.some::<V>(&wide(y0), &wide(y1), u);
            out.copy_from_slice(&sums[..out.len()]);
        }
    }
}
