//! Loops over the components of a state, written for [`widest`](crate::program::widest). Memory is [`padded`]: the last
//! components need no treatment of their own.

use super::Shape;
use crate::program::{LANES, Vector, Wide};

/// No method here has more stages.
pub(super) const MOST_STAGES: usize = 8;

/// The stages of a few components side by side, so that sums over stages read memory in order.
pub(super) type Stages = [Wide; MOST_STAGES];

/// The length of memory for so many components.
pub(super) fn padded(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// The diagonal of M of a system, [`padded`]; none where it is the identity.
pub(super) fn padded_mass(shape: &Shape) -> Option<Vec<f64>> {
    let pad = |mass: &[f64]| mass.iter().copied().chain(std::iter::repeat(1.0)).take(padded(mass.len())).collect();
    shape.mass().map(pad)
}

/// `out = base + sum weights_j u_j` over the first stages u, the last of them last: nothing waits for it longer than it must.
#[inline(always)]
pub(super) fn combine<V: Vector>(out: &mut [f64], base: &[f64], weights: &[f64], stages: &[Stages]) {
    let base = base.as_chunks().0;
    for_each_sum::<V>(out, weights, stages, |k, terms| sum::<V>(V::load(&base[k]), terms));
}

/// `out = base + scale mass sum weights_j u_j`: the base, which is known last, is added last. Without `mass` that is 1.
#[inline(always)]
pub(super) fn combine_scaled<V: Vector>(
    out: &mut [f64],
    (base, mass): (&[f64], Option<&[f64]>),
    weights: &[f64],
    scale: f64,
    stages: &[Stages],
) {
    let (base, mass, scale) = (base.as_chunks().0, mass.map(|mass| mass.as_chunks().0), V::splat(scale));
    for_each_sum::<V>(out, weights, stages, |k, terms| {
        let Some(((weight, u), rest)) = terms.split_first() else { return V::load(&base[k]) };
        let scale = mass.map_or(scale, |mass| scale.mul(V::load(&mass[k])));
        sum::<V>(weight.mul(*u), rest).fma(scale, V::load(&base[k]))
    });
}

#[inline(always)]
fn sum<V: Vector>(first: V, terms: &[(V, V)]) -> V {
    terms.iter().fold(first, |sum, (weight, u)| weight.fma(*u, sum))
}

/// Writes for each few components k what `f` makes of the weights and the stages there.
#[inline(always)]
fn for_each_sum<V: Vector>(out: &mut [f64], weights: &[f64], stages: &[Stages], f: impl Fn(usize, &[(V, V)]) -> V) {
    // with the number of terms known they stay in registers
    match weights.len() {
        0 => with_terms::<V, 0>(out, weights, stages, f),
        1 => with_terms::<V, 1>(out, weights, stages, f),
        2 => with_terms::<V, 2>(out, weights, stages, f),
        3 => with_terms::<V, 3>(out, weights, stages, f),
        4 => with_terms::<V, 4>(out, weights, stages, f),
        5 => with_terms::<V, 5>(out, weights, stages, f),
        6 => with_terms::<V, 6>(out, weights, stages, f),
        7 => with_terms::<V, 7>(out, weights, stages, f),
        _ => with_terms::<V, MOST_STAGES>(out, weights, stages, f),
    }
}

#[inline(always)]
fn with_terms<V: Vector, const K: usize>(
    out: &mut [f64],
    weights: &[f64],
    stages: &[Stages],
    f: impl Fn(usize, &[(V, V)]) -> V,
) {
    let mut splats = [V::splat(0.0); K];
    for (splat, weight) in splats.iter_mut().zip(weights) {
        *splat = V::splat(*weight);
    }
    for (k, (out, stages)) in out.as_chunks_mut().0.iter_mut().zip(stages).enumerate() {
        let terms: [(V, V); K] = std::array::from_fn(|j| (splats[j], V::load(&stages[j])));
        f(k, &terms).store(out);
    }
}

/// Keeps a solution as stage i.
#[inline(always)]
pub(super) fn keep<V: Vector>(stages: &mut [Stages], i: usize, solution: &[f64]) {
    for (stages, u) in stages.iter_mut().zip(solution.as_chunks().0) {
        if let Some(stage) = stages.get_mut(i) {
            V::load(u).store(stage);
        }
    }
}

/// `out += weight u`
#[inline(always)]
pub(super) fn add_scaled<V: Vector>(out: &mut [f64], weight: f64, u: &[f64]) {
    let weight = V::splat(weight);
    for (out, u) in out.as_chunks_mut().0.iter_mut().zip(u.as_chunks().0) {
        weight.fma(V::load(u), V::load(out)).store(out);
    }
}

/// `out_i = 1 / (atol_i + rtol |y_i|)`
#[inline(always)]
pub(super) fn weights<V: Vector>((rtol, atol): (f64, &[f64]), y: &[f64], out: &mut [f64]) {
    let chunks = out.as_chunks_mut().0.iter_mut().zip(y.as_chunks().0).zip(atol.as_chunks().0);
    for ((out, y), atol) in chunks {
        V::splat(1.0).div(scales((rtol, atol), V::load(y).abs())).store(out);
    }
}

/// The errors that components of these sizes may have; what is 0 is 0 against any tolerance.
#[inline(always)]
pub(super) fn scales<V: Vector>((rtol, atol): (f64, &Wide), sizes: V) -> V {
    V::load(atol).add(V::splat(rtol).mul(sizes)).larger(V::splat(f64::MIN_POSITIVE))
}

/// The largest `|x_i| / (atol_i + rtol max(|a_i|, |b_i|))`; NaN where one is NaN.
#[inline(always)]
pub(super) fn largest<V: Vector>(x: &[f64], (rtol, atol): (f64, &[f64]), a: &[f64], b: &[f64]) -> f64 {
    // a maximum passes over a NaN; a sum of what is not negative keeps it
    let (mut most, mut sum) = (V::splat(0.0), V::splat(0.0));
    let chunks = x.as_chunks().0.iter().zip(atol.as_chunks().0).zip(a.as_chunks().0).zip(b.as_chunks().0);
    for (((x, atol), a), b) in chunks {
        let size = V::load(a).abs().larger(V::load(b).abs());
        let ratio = V::load(x).abs().div(scales((rtol, atol), size));
        most = ratio.larger(most);
        sum = sum.add(ratio);
    }
    if sum.sum().is_nan() { f64::NAN } else { most.largest() }
}

/// Whether all numbers are finite; any memory.
#[inline(always)]
pub(super) fn is_finite<V: Vector>(x: &[f64]) -> bool {
    // 0 x is NaN where x is not finite, and a NaN stays; several sums, so that none waits for another
    let zero = V::splat(0.0);
    let mut sums = [zero; LANES];
    let (blocks, rest) = x.as_chunks::<{ LANES * LANES }>();
    for block in blocks {
        for (sum, x) in sums.iter_mut().zip(block.as_chunks().0) {
            *sum = sum.add(zero.mul(V::load(x)));
        }
    }
    let sum = sums[0].add(sums[1]).add(sums[2].add(sums[3])).sum();
    rest.iter().fold(sum, |sum, x| sum + 0.0 * x) == 0.0
}

/// The first number that is not finite.
pub(super) fn not_finite(x: &[f64]) -> Option<usize> {
    x.iter().position(|x| !x.is_finite())
}
