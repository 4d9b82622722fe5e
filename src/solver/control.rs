//! Choosing the step size.

/// A step grows at most by this factor and shrinks at most by its like.
const GROW: f64 = 6.0;
const SHRINK: f64 = 0.2;
const SAFETY: f64 = 0.8;
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
    /// 1 / (order of the error estimate + 1).
    exponent: f64,
    /// Step and error of the last accepted step.
    last: Option<(f64, f64)>,
    rejected: bool,
}

impl Controller {
    pub fn new(estimate_order: u32) -> Self {
        Controller { exponent: 1.0 / f64::from(estimate_order + 1), last: None, rejected: false }
    }

    /// Forgets the past: after a discontinuity it says nothing about what comes.
    pub fn restart(&mut self) {
        self.last = None;
        self.rejected = false;
    }

    /// The step after an accepted one of length h and error `error` (at most 1).
    pub fn accepted(&mut self, h: f64, error: f64) -> f64 {
        let error = error.max(1e-10);
        let mut factor = SAFETY * libm::pow(error, -self.exponent);
        if let Some((h_last, error_last)) = self.last {
            let predicted = SAFETY * (h / h_last) * libm::pow(error_last / (error * error), self.exponent);
            factor = factor.min(predicted);
        }
        factor = factor.clamp(SHRINK, GROW);
        if self.rejected {
            factor = factor.min(1.0);
        }
        self.rejected = false;
        self.last = Some((h, error.max(1e-2)));
        h * factor
    }

    /// The step to try after a rejected one; `error` is infinite where there was no result.
    pub fn rejected(&mut self, h: f64, error: f64) -> f64 {
        self.rejected = true;
        let factor = if error.is_finite() { SAFETY * libm::pow(error, -self.exponent) } else { SHRINK };
        h * factor.clamp(SHRINK, 0.9)
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
