//! The error norm: the largest component, each against its own tolerance.

use super::{Options, Tolerance};

/// Tolerances by component.
#[derive(Clone, Debug)]
pub(super) struct Norm {
    rtol: f64,
    atol: Vec<f64>,
}

impl Norm {
    pub fn new(options: &Options, n: usize) -> Self {
        let atol = match &options.atol {
            Tolerance::Same(a) => vec![*a; n],
            Tolerance::Each(a) => a.clone(),
        };
        Norm { rtol: options.rtol, atol }
    }

    /// The error that component i of size `size` may have.
    pub fn scale(&self, i: usize, size: f64) -> f64 {
        self.atol[i] + self.rtol * size
    }

    fn ratio(&self, i: usize, x: &[f64], a: &[f64], b: &[f64]) -> f64 {
        (x[i] / self.scale(i, a[i].abs().max(b[i].abs()))).abs()
    }

    /// The largest `|x_i| / (atol_i + rtol max(|a_i|, |b_i|))`; NaN where one is NaN. The maximum, not a mean: a
    /// state that nothing moves changes no step.
    pub fn largest(&self, x: &[f64], a: &[f64], b: &[f64]) -> f64 {
        let n = self.atol.len();
        let (x, a, b) = (&x[..n], &a[..n], &b[..n]);
        // four running maxima, so that several components are compared at a time; a NaN is larger than all
        let larger = |most: f64, ratio: f64| if ratio <= most || most.is_nan() { most } else { ratio };
        let mut most = [0.0_f64; 4];
        let whole = n - n % 4;
        for i in (0..whole).step_by(4) {
            for (lane, most) in most.iter_mut().enumerate() {
                *most = larger(*most, self.ratio(i + lane, x, a, b));
            }
        }
        for i in whole..n {
            most[0] = larger(most[0], self.ratio(i, x, a, b));
        }
        larger(larger(most[0], most[1]), larger(most[2], most[3]))
    }

    /// Whether no `|x_i|` is beyond `most` times the tolerance of component i of `y`. A NaN is beyond.
    pub fn is_within(&self, most: f64, x: &[f64], y: &[f64]) -> bool {
        let n = self.atol.len();
        let (x, y) = (&x[..n], &y[..n]);
        (0..n).fold(true, |within, i| within & (x[i].abs() <= most * self.scale(i, y[i].abs())))
    }

    /// The component that [`Norm::largest`] is of.
    pub fn worst(&self, x: &[f64], a: &[f64], b: &[f64]) -> usize {
        let ratio = |i: &usize| self.ratio(*i, x, a, b);
        let larger = |a: &f64, b: &f64| a.total_cmp(b);
        (0..x.len()).rev().max_by(|i, j| larger(&ratio(i), &ratio(j))).unwrap_or(0)
    }
}
