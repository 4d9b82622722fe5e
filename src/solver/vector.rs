//! Loops over the components of a state, written for [`widest`](crate::program::widest). Memory is [`padded`]: the last
//! components need no treatment of their own.

use crate::program::{LANES, Vector, Wide};

/// No method here has more stages.
pub(super) const MOST_STAGES: usize = 8;

/// The stages of a few components side by side, so that sums over stages read memory in order.
pub(super) type Stages = [Wide; MOST_STAGES];

/// The length of memory for so many components.
pub(super) fn padded(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// `out = base + sum (scale weights_j) u_j` over the first stages u, the terms one after the other, products fused with sums.
#[inline(always)]
pub(super) fn combine<V: Vector>(out: &mut [f64], base: &[f64], weights: &[f64], scale: f64, stages: &[Stages]) {
    let (out, base) = (out.as_chunks_mut().0, base.as_chunks().0);
    match weights.len() {
        1 => combine_some::<V, 1>(out, base, weights, scale, stages),
        2 => combine_some::<V, 2>(out, base, weights, scale, stages),
        3 => combine_some::<V, 3>(out, base, weights, scale, stages),
        4 => combine_some::<V, 4>(out, base, weights, scale, stages),
        5 => combine_some::<V, 5>(out, base, weights, scale, stages),
        6 => combine_some::<V, 6>(out, base, weights, scale, stages),
        7 => combine_some::<V, 7>(out, base, weights, scale, stages),
        _ => combine_some::<V, MOST_STAGES>(out, base, weights, scale, stages),
    }
}

/// With the number of terms known, a component is read and written once: the sum stays in a register.
#[inline(always)]
fn combine_some<V: Vector, const K: usize>(
    out: &mut [Wide],
    base: &[Wide],
    weights: &[f64],
    scale: f64,
    stages: &[Stages],
) {
    let mut scaled = [V::splat(0.0); K];
    for (scaled, weight) in scaled.iter_mut().zip(weights) {
        *scaled = V::splat(scale * weight);
    }
    for ((out, base), stages) in out.iter_mut().zip(base).zip(stages) {
        let mut sum = V::load(base);
        for (weight, u) in scaled.iter().zip(stages) {
            sum = weight.fma(V::load(u), sum);
        }
        sum.store(out);
    }
}

/// `out = base + mass sum (scale weights_j) u_j` over the first stages u, component by component.
#[inline(always)]
pub(super) fn combine_with_mass<V: Vector>(
    out: &mut [f64],
    (base, mass): (&[f64], &[f64]),
    weights: &[f64],
    scale: f64,
    stages: &[Stages],
) {
    let chunks = out.as_chunks_mut().0.iter_mut().zip(base.as_chunks().0).zip(mass.as_chunks().0);
    for (((out, base), mass), stages) in chunks.zip(stages) {
        let mut sum = V::splat(0.0);
        for (weight, u) in weights.iter().zip(stages) {
            sum = sum.add(V::splat(scale * weight).mul(V::load(u)));
        }
        V::load(base).add(V::load(mass).mul(sum)).store(out);
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
    let (rtol, least, one) = (V::splat(rtol), V::splat(f64::MIN_POSITIVE), V::splat(1.0));
    let chunks = out.as_chunks_mut().0.iter_mut().zip(y.as_chunks().0).zip(atol.as_chunks().0);
    for ((out, y), atol) in chunks {
        let scale = V::load(atol).add(rtol.mul(V::load(y).abs())).larger(least);
        one.div(scale).store(out);
    }
}

/// The largest `|x_i| / (atol_i + rtol max(|a_i|, |b_i|))`; NaN where one is NaN. What is 0 is 0 against any tolerance.
#[inline(always)]
pub(super) fn largest<V: Vector>(x: &[f64], (rtol, atol): (f64, &[f64]), a: &[f64], b: &[f64]) -> f64 {
    let (rtol, least) = (V::splat(rtol), V::splat(f64::MIN_POSITIVE));
    // a maximum passes over a NaN; a sum of what is not negative keeps it
    let (mut most, mut sum) = (V::splat(0.0), V::splat(0.0));
    let chunks = x.as_chunks().0.iter().zip(atol.as_chunks().0).zip(a.as_chunks().0).zip(b.as_chunks().0);
    for (((x, atol), a), b) in chunks {
        let size = V::load(a).abs().larger(V::load(b).abs());
        let scale = V::load(atol).add(rtol.mul(size)).larger(least);
        let ratio = V::load(x).abs().div(scale);
        most = ratio.larger(most);
        sum = sum.add(ratio);
    }
    let (mut each, mut sums) = ([0.0; LANES], [0.0; LANES]);
    most.store(&mut each);
    sum.store(&mut sums);
    let sum: f64 = sums.iter().sum();
    if sum.is_nan() { f64::NAN } else { each.into_iter().fold(0.0, f64::max) }
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
    let mut sum = [0.0; LANES];
    sums[0].add(sums[1]).add(sums[2].add(sums[3])).store(&mut sum);
    rest.iter().fold(sum.iter().sum::<f64>(), |sum, x| sum + 0.0 * x) == 0.0
}

/// The first number that is not finite.
pub(super) fn not_finite(x: &[f64]) -> Option<usize> {
    x.iter().position(|x| !x.is_finite())
}
