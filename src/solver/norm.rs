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

    /// The largest `|x_i| / (atol_i + rtol max(|a_i|, |b_i|))` and its component. A component that is
    /// not finite counts as infinite. The maximum, not a mean: a state that nothing moves changes no step.
    pub fn largest(&self, x: &[f64], a: &[f64], b: &[f64]) -> (f64, usize) {
        let mut worst = (0.0, 0);
        for i in 0..x.len() {
            let ratio = (x[i] / self.scale(i, a[i].abs().max(b[i].abs()))).abs();
            let ratio = if ratio.is_finite() { ratio } else { f64::INFINITY };
            if ratio > worst.0 {
                worst = (ratio, i);
            }
        }
        worst
    }
}
