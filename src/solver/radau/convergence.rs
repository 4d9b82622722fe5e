//! When Newton's iterations stop (Hairer & Wanner, *Solving ODEs II*, IV.8, eqs. 8.9 to 8.11).

use crate::solver::control::inverse_root;

/// How Newton's iterations went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Convergence {
    /// Theta, the rate by which the iterations converged; none where there was one iteration.
    pub theta: Option<f64>,
    /// `theta / (1 - theta)`, from which the next step guesses its own.
    pub eta: f64,
    pub iterations: u32,
}

impl Default for Convergence {
    /// Nothing is known: as if the iterations converged by a half.
    fn default() -> Self {
        Convergence { theta: None, eta: 1.0, iterations: 0 }
    }
}

/// What is to be done after an iteration.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    Again,
    Converged(Convergence),
    /// Not to be expected within the iterations there are: what to shorten the step by.
    Diverged(f64),
    NotFinite,
}

/// Looks at the sizes of the corrections of one step, in the error norm.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    kappa: f64,
    eta: f64,
    most: u32,
    iterations: u32,
    theta: Option<f64>,
    /// The ratio of the last two sizes, and the last size.
    ratio: f64,
    size: f64,
}

/// A step whose iterations diverge is halved.
const DIVERGED: f64 = 0.5;

impl Judge {
    /// `kappa`: the size of what may be left; `eta`: that of the last step; the most iterations.
    pub fn new(kappa: f64, eta: f64, most: u32) -> Self {
        // to the power of 0.8
        let eta = eta.max(f64::EPSILON);
        Judge { kappa, eta: eta * inverse_root(eta, 5), most, iterations: 0, theta: None, ratio: 0.0, size: 0.0 }
    }

    /// The next size.
    pub fn look(&mut self, size: f64) -> Verdict {
        self.iterations += 1;
        if !size.is_finite() {
            return Verdict::NotFinite;
        }
        if self.iterations > 1 {
            let ratio = size / self.size;
            let theta = if self.iterations == 2 { ratio } else { (ratio * self.ratio).sqrt() };
            (self.ratio, self.theta) = (ratio, Some(theta));
            if theta >= 0.99 {
                return Verdict::Diverged(DIVERGED);
            }
            self.eta = theta / (1.0 - theta);
        }
        // a correction of 0 has nothing to be compared with
        self.size = size.max(f64::MIN_POSITIVE);
        let left = self.eta * size / self.kappa;
        if left <= 1.0 {
            let Judge { theta, eta, iterations, .. } = *self;
            return Verdict::Converged(Convergence { theta, eta, iterations });
        }
        // what will be left after all iterations, measured against what may be left
        let iterations = self.most.saturating_sub(self.iterations);
        let left = (0..iterations).fold(left, |left, _| left * self.theta.unwrap_or(0.0));
        if left >= 1.0 || iterations == 0 {
            return Verdict::Diverged(0.8 * inverse_root(left.clamp(1e-4, 20.0), 4 + iterations));
        }
        Verdict::Again
    }
}
