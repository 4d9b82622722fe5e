//! The error norm: the largest component, each against its own tolerance. The maximum, not a mean: a state that nothing
//! moves changes no step.

use super::vector::{largest, padded, scales, weights};
use super::{Options, Tolerance};
use crate::linalg::Pattern;
use crate::program::{Vector, Wide};

/// Tolerances by component.
#[derive(Clone, Debug)]
pub(super) struct Norm {
    rtol: f64,
    /// [`padded`]; what is beyond the components has no error.
    atol: Vec<f64>,
}

impl Norm {
    pub fn new(options: &Options, n: usize) -> Self {
        let mut atol = match &options.atol {
            Tolerance::Same(a) => vec![*a; n],
            Tolerance::Each(a) => a.clone(),
        };
        atol.resize(padded(n), 1.0);
        Norm { rtol: options.rtol, atol }
    }

    /// The error that component i of size `size` may have.
    pub fn scale(&self, i: usize, size: f64) -> f64 {
        self.atol[i] + self.rtol * size
    }

    /// Writes the inverse of the error that each component of the size of y may have. [`padded`] memory.
    #[inline(always)]
    pub fn weights<V: Vector>(&self, y: &[f64], out: &mut [f64]) {
        weights::<V>((self.rtol, &self.atol), y, out);
    }

    /// The absolute tolerances, a few at a time.
    #[inline(always)]
    pub fn atol(&self) -> &[Wide] {
        self.atol.as_chunks().0
    }

    /// The errors that a few components of these sizes may have, given their absolute tolerances.
    #[inline(always)]
    pub fn scales<V: Vector>(&self, atol: &Wide, sizes: V) -> V {
        scales((self.rtol, atol), sizes)
    }

    /// The largest `|x_i| / (atol_i + rtol max(|a_i|, |b_i|))`; NaN where one is NaN. [`padded`] memory.
    #[inline(always)]
    pub fn largest<V: Vector>(&self, x: &[f64], a: &[f64], b: &[f64]) -> f64 {
        largest::<V>(x, (self.rtol, &self.atol), a, b)
    }

    /// As [`Norm::largest`], each `x_i` measured against the size of `y_i` alone; any memory.
    pub fn size(&self, x: &[f64], y: &[f64]) -> f64 {
        let ratios = (0..x.len()).map(|i| self.ratio(i, x, y[i].abs()));
        ratios.fold(0.0, |most, ratio| if ratio <= most || most.is_nan() { most } else { ratio })
    }

    /// How much a matrix can make a vector larger, both measured against the size of `y`; `scales` is memory.
    pub fn size_of_matrix(&self, (pattern, values): (&Pattern, &[f64]), y: &[f64], scales: &mut [f64]) -> f64 {
        for (i, scale) in scales.iter_mut().enumerate() {
            *scale = self.scale(i, y[i].abs()).max(f64::MIN_POSITIVE);
        }
        let (mut most, mut sum, mut row) = (0.0_f64, 0.0, 0);
        for ((i, j), value) in pattern.entries().zip(values) {
            if i != row {
                (most, sum, row) = (most.max(sum), 0.0, i);
            }
            sum += value.abs() * scales[j] / scales[i];
        }
        most.max(sum)
    }

    /// The component that [`Norm::largest`] is of.
    pub fn worst(&self, x: &[f64], a: &[f64], b: &[f64]) -> usize {
        let ratio = |i: &usize| self.ratio(*i, x, a[*i].abs().max(b[*i].abs()));
        (0..x.len()).rev().max_by(|i, j| ratio(i).total_cmp(&ratio(j))).unwrap_or(0)
    }

    fn ratio(&self, i: usize, x: &[f64], size: f64) -> f64 {
        x[i].abs() / self.scale(i, size).max(f64::MIN_POSITIVE)
    }
}
