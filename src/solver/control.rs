//! Choosing the step size.

use super::stepper::Numbers;

/// A step grows at most by this factor and shrinks at most by its like.
const GROW: f64 = 6.0;
const SHRINK: f64 = 0.2;
const SAFETY: f64 = 0.85;
/// The safety factor for a step whose error is known from the last event of its kind.
const KNOWN: f64 = 0.95;
/// Steps shorter than this many units in the last place of t are not taken.
const SMALLEST_ULPS: f64 = 16.0;

/// The shortest step that can be taken at t.
pub(super) fn smallest_step(t: f64) -> f64 {
    SMALLEST_ULPS * (t.abs().next_up() - t.abs())
}

/// Finds the next step from the error of this one, with Gustafsson's predictive controller
/// (Hairer & Wanner, Solving ODEs II, 2nd ed., IV.8, eq. 8.25).
#[derive(Clone, Debug)]
pub(super) struct Controller {
    /// Order of the error estimate + 1.
    degree: u32,
    /// Length of the last accepted step, and the inverse root of its error.
    last: Option<(f64, f64)>,
    rejected: bool,
}

impl Controller {
    pub fn new(estimate_order: u32) -> Self {
        Controller { degree: estimate_order + 1, last: None, rejected: false }
    }

    /// What is remembered, as numbers; no step has the length 0.
    pub fn keep(&self) -> [f64; 3] {
        let (h, inverse) = self.last.unwrap_or_default();
        [h, inverse, f64::from(u8::from(self.rejected))]
    }

    /// Goes on from where another one of the same method was.
    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        let [h, inverse, rejected] = [numbers.one()?, numbers.one()?, numbers.one()?];
        self.last = Some((h, inverse)).filter(|_| h > 0.0);
        self.rejected = rejected != 0.0;
        Some(())
    }

    /// Goes on with another order of the error estimate: errors of the old one are not compared with.
    pub fn set_estimate_order(&mut self, order: u32) {
        self.degree = order + 1;
        self.last = None;
    }

    /// Forgets the past: after a discontinuity it says nothing about what comes.
    pub fn restart(&mut self) {
        self.last = None;
        self.rejected = false;
    }

    /// The step after an accepted one of length h and error `error` (at most 1).
    pub fn accepted(&mut self, h: f64, error: f64) -> f64 {
        self.accepted_with(SAFETY, h, error)
    }

    /// As [`Controller::accepted`], for a method with a safety factor of its own.
    pub fn accepted_with(&mut self, safety: f64, h: f64, error: f64) -> f64 {
        let inverse = inverse_root(error.max(1e-10), self.degree);
        let mut factor = safety * inverse;
        if let Some((h_last, inverse_last)) = self.last {
            factor = factor.min(safety * inverse * ((inverse * h) * (1.0 / (inverse_last * h_last))));
        }
        factor = factor.clamp(SHRINK, GROW);
        if self.rejected {
            factor = factor.min(1.0);
        }
        self.rejected = false;
        self.last = Some((h, inverse.min(MOST_INVERSE)));
        h * factor
    }

    /// A step gave no result, and its length is not for the error to say.
    pub fn failed(&mut self) {
        self.rejected = true;
    }

    /// What the last accepted step should have been, were it to be taken again from the like of where it was taken: its
    /// error is then known, and needs less of a margin than one that is predicted.
    pub fn again(&self) -> Option<f64> {
        self.last.map(|(h, inverse)| h * (KNOWN * inverse).min(GROW))
    }

    /// The step to try after a rejected one; `error` is infinite where there was no result.
    pub fn rejected(&mut self, h: f64, error: f64) -> f64 {
        self.rejected_with(SAFETY, h, error)
    }

    /// As [`Controller::rejected`], for a method with a safety factor of its own.
    pub fn rejected_with(&mut self, safety: f64, h: f64, error: f64) -> f64 {
        self.rejected = true;
        let factor = if error.is_finite() { safety * inverse_root(error, self.degree) } else { SHRINK };
        h * factor.clamp(SHRINK, 0.9)
    }
}

/// The inverse root of an error that the next step is compared with at most: an error near 0 says little.
const MOST_INVERSE: f64 = 2.5;

/// `x^(-1/k)` of a positive number, to about three digits: step control needs no more, and the same bits everywhere. The
/// first guess divides the logarithm that the bits of a number nearly are, and is 0 to 6 % too large before it is lowered;
/// what it leaves, `(1 - e)^(-1/k)`, is a short series in e: the next step waits for this number.
pub(super) fn inverse_root(x: f64, k: u32) -> f64 {
    const ONE: f64 = 0x3FF0_0000_0000_0000_i64 as f64;
    let part = 1.0 / f64::from(k);
    let guess = 0.97 * f64::from_bits((ONE - (x.to_bits() as i64 as f64 - ONE) * part) as i64 as u64);
    let e = 1.0 - x * whole_power(guess, k);
    let series = 1.0 + (part + 1.0) / 2.0 * e * (1.0 + (part + 2.0) / 3.0 * e * (1.0 + (part + 3.0) / 4.0 * e));
    guess + guess * part * e * series
}

/// `x^k` by squaring.
fn whole_power(x: f64, k: u32) -> f64 {
    let (mut power, mut square, mut rest) = (1.0, x, k);
    loop {
        if rest % 2 == 1 {
            power *= square;
        }
        rest /= 2;
        if rest == 0 {
            return power;
        }
        square *= square;
    }
}

/// The first step, from sizes in the error norm: of the state, of its derivative and of the second
/// derivative (Hairer, Norsett & Wanner, Solving ODEs I, 2nd ed., II.4). `longest` bounds it, and is
/// the scale of time where the derivative vanishes.
pub(super) fn first_guess(state: f64, derivative: f64, longest: f64) -> f64 {
    let guess = if state < 1e-5 || derivative < 1e-5 { 1e-4 * longest } else { 0.01 * state / derivative };
    guess.min(longest)
}

/// Betters [`first_guess`] with the second derivative that an Euler step of that length has shown.
pub(super) fn first_step(guess: f64, derivative: f64, second: f64, order: u32, longest: f64) -> f64 {
    let steepest = derivative.max(second);
    let better = if steepest <= 1e-15 { longest } else { libm::pow(0.01 / steepest, 1.0 / f64::from(order + 1)) };
    better.min(100.0 * guess).min(longest)
}

#[cfg(test)]
mod tests {
    use super::inverse_root;

    #[test]
    fn roots_are_good_enough() {
        for k in 2..8 {
            for e in -60..60 {
                let x = 1.37_f64.powi(e);
                let error = inverse_root(x, k) * x.powf(1.0 / f64::from(k)) - 1.0;
                assert!(error.abs() < 2e-4, "{x} {k}: {error:e}");
            }
        }
    }
}
