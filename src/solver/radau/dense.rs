//! The collocation polynomial of a step: dense output, and starting values for the next step.
//!
//! The polynomial u through the start and the stages is of order S inside the step. Its defect `f - u'` vanishes at the stages
//! and is known at the start, where the error estimate has it already, solved for with the step's own matrix; what this defect
//! comes to inside the step is added, which makes the order S + 1.

use super::newton::{Collocation, MOST};
use super::tables::{STAGES_3, STAGES_5, STAGES_7, Tableau};

/// Weights of a step's stages in the values at the parts `x` of it, less the value at the part `from`.
#[inline]
pub(super) fn seed_weights<const S: usize>(stages: usize, from: f64, x: [f64; S]) -> [[f64; MOST]; S] {
    let of = |x: f64| match stages {
        3 => STAGES_3.weights(x),
        5 => STAGES_5.weights(x),
        _ => STAGES_7.weights(x),
    };
    let mut weights = x.map(of);
    if from == 1.0 {
        // the last stage
        weights.iter_mut().for_each(|weights| weights[stages - 1] -= 1.0);
    } else if from != 0.0 {
        let base = of(from);
        for weights in &mut weights {
            weights.iter_mut().zip(base).for_each(|(weight, base)| *weight -= base);
        }
    }
    weights
}

impl<const S: usize> Tableau<S> {
    /// Weights of the stages (less the start) in the value at the part x.
    fn weights(&self, x: f64) -> [f64; MOST] {
        // beyond the nodes nothing is divided by 0
        if x <= 1.0 {
            return self.weights_within(x).map(|[value, _]| value);
        }
        let mut weights = [0.0; MOST];
        let l = self.c.iter().fold(x, |l, c| l * (x - c));
        for (out, (c, weight)) in weights.iter_mut().zip(self.c.iter().zip(&self.barycentric)) {
            *out = l * weight / (x - c);
        }
        weights
    }

    /// Weights in value and derivative at any x, by products: a node is nothing special.
    fn weights_within(&self, x: f64) -> [[f64; 2]; MOST] {
        let mut weights = [[0.0; 2]; MOST];
        for (j, (weight, scale)) in weights.iter_mut().zip(&self.barycentric).enumerate() {
            let others = self.c.iter().enumerate().filter(|(k, _)| *k != j);
            let [value, slope] =
                others.fold([x, 1.0], |[value, slope], (_, c)| [value * (x - c), slope * (x - c) + value]);
            *weight = [scale * value, scale * slope];
        }
        weights
    }

    /// What the error estimate is weighed by: value and derivative.
    fn weight_of_error(&self, x: f64) -> [f64; 2] {
        let [value, slope] =
            self.defect.iter().rev().fold([0.0; 2], |[value, slope], a| [value * x + a, slope * x + value]);
        // the polynomial has no constant term: x value
        [x * value, value + x * slope]
    }
}

impl Collocation {
    /// Value (part 0) or derivative by x (part 1) at the part x of the step between these ends.
    pub fn evaluate(&self, x: f64, part: usize, (y0, y1): (&[f64], &[f64]), out: &mut [f64]) {
        let (weights, error) = match self.stages {
            3 => (STAGES_3.weights_within(x), STAGES_3.weight_of_error(x)),
            5 => (STAGES_5.weights_within(x), STAGES_5.weight_of_error(x)),
            _ => (STAGES_7.weights_within(x), STAGES_7.weight_of_error(x)),
        };
        let (padded, last) = (self.error.len(), self.stages - 1);
        for (i, out) in out.iter_mut().enumerate() {
            let mut sum = if part == 0 { y0[i] } else { 0.0 };
            sum += error[part] * self.error[i];
            for (j, weight) in weights[..last].iter().enumerate() {
                sum += weight[part] * self.z[j * padded + i];
            }
            // the last stage is the end, in which conserved sums may have been restored
            *out = sum + weights[last][part] * (y1[i] - y0[i]);
        }
    }
}
