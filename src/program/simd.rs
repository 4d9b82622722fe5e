//! Sums over whole vectors, with the widest instructions that the processor has.
//!
//! The same loops are compiled twice, for the baseline and for AVX2: each component is computed by the same operations in
//! the same order, none of them fused, so that the bits do not depend on the processor.

/// `out = base + sum (scale weights_j) v_j`, the terms one after the other, v_j being the j-th piece of `vectors` as long
/// as `out`. With more than eight weights or slices that are too short nothing is added.
///
/// ```
/// let mut out = [0.0; 2];
/// homeostat::program::combine(&mut out, &[1.0, 2.0], &[3.0, 4.0], 0.5, &[1.0, 10.0, 2.0, 20.0]);
/// assert_eq!(out, [6.5, 57.0]);
/// ```
pub fn combine(out: &mut [f64], base: &[f64], weights: &[f64], scale: f64, vectors: &[f64]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2
        return unsafe { combine_avx2(out, base, weights, scale, vectors) };
    }
    combine_any(out, base, weights, scale, vectors);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn combine_avx2(out: &mut [f64], base: &[f64], weights: &[f64], scale: f64, vectors: &[f64]) {
    combine_any(out, base, weights, scale, vectors);
}

#[inline(always)]
fn combine_any(out: &mut [f64], base: &[f64], weights: &[f64], scale: f64, vectors: &[f64]) {
    match weights.len() {
        1 => combine_some::<1>(out, base, weights, scale, vectors),
        2 => combine_some::<2>(out, base, weights, scale, vectors),
        3 => combine_some::<3>(out, base, weights, scale, vectors),
        4 => combine_some::<4>(out, base, weights, scale, vectors),
        5 => combine_some::<5>(out, base, weights, scale, vectors),
        6 => combine_some::<6>(out, base, weights, scale, vectors),
        7 => combine_some::<7>(out, base, weights, scale, vectors),
        8 => combine_some::<8>(out, base, weights, scale, vectors),
        _ => out.copy_from_slice(base),
    }
}

/// With the number of terms known, a component is read and written once: the sum stays in a register.
#[inline(always)]
fn combine_some<const K: usize>(out: &mut [f64], base: &[f64], weights: &[f64], scale: f64, vectors: &[f64]) {
    let n = out.len();
    let (mut w, mut v, mut rest) = ([0.0; K], [&[][..]; K], vectors);
    for k in 0..K {
        w[k] = scale * weights[k];
        let Some((first, others)) = rest.split_at_checked(n) else { return };
        (v[k], rest) = (first, others);
    }
    let base = &base[..n];
    for i in 0..n {
        let mut sum = base[i];
        for k in 0..K {
            sum += w[k] * v[k][i];
        }
        out[i] = sum;
    }
}
