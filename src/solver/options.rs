//! What a user may choose.

use super::{Failure, FailureKind};
use crate::program::Executor;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A method; each stands in a file of its own with its paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Method {
    /// Rosenbrock method of order 5 with an embedded method of order 4 (Steinebach 2023).
    #[default]
    Rodas5P,
    /// Rosenbrock method of order 4 with an embedded method of order 3 (Hairer & Wanner 1996).
    Rodas4,
    /// Rosenbrock method of order 3 with an embedded method of order 2 (Sandu et al. 1997), for loose tolerances.
    Rodas3,
    /// Radau IIA of order 5, 9 or 13, the order chosen as the run goes on (Hairer & Wanner 1999), for tight tolerances.
    ///
    /// Its error estimate is of lower order than its steps and may be as large as `0.1 rtol^(2/3)` in the place of rtol (the
    /// absolute tolerance in proportion), so that it is the steps that are as exact as asked for; Newton's iterations stop
    /// at 0.03 rtol.
    Radau,
}

impl Method {
    /// All methods.
    pub const ALL: &[Method] = &[Method::Rodas5P, Method::Rodas4, Method::Rodas3, Method::Radau];

    /// The name on the command line and in statistics.
    pub fn name(self) -> &'static str {
        match self {
            Method::Rodas5P => "rodas5p",
            Method::Rodas4 => "rodas4",
            Method::Rodas3 => "rodas3",
            Method::Radau => "radau",
        }
    }

    /// The orders that it has.
    pub fn orders(self) -> &'static [u32] {
        match self {
            Method::Rodas5P => &[5],
            Method::Rodas4 => &[4],
            Method::Rodas3 => &[3],
            Method::Radau => &[5, 9, 13],
        }
    }
}

/// The absolute tolerance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Tolerance {
    /// The same for each component.
    Same(f64),
    /// One for each component.
    Each(Vec<f64>),
}

impl Tolerance {
    pub(super) fn at(&self, i: usize) -> f64 {
        match self {
            Tolerance::Same(a) => *a,
            Tolerance::Each(a) => a[i],
        }
    }
}

/// How the step size is found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum StepSize {
    /// From the error estimate.
    Adaptive,
    /// Always the same (the last before a stop may be shorter); the error estimate is ignored.
    Fixed(f64),
}

/// Options of every method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Options {
    /// The method.
    pub method: Method,
    /// The relative tolerance; the error of a step is measured against `atol + rtol |y|`.
    pub rtol: f64,
    /// The absolute tolerance, in the units of the state.
    pub atol: Tolerance,
    /// The least and the highest order to be used, where the method has some to choose from ([`Method::orders`]).
    pub orders: Option<(u32, u32)>,
    /// How the step size is found.
    pub step: StepSize,
    /// The first step to try, where it is not to be found automatically.
    pub first_step: Option<f64>,
    /// The longest step allowed.
    pub max_step: Option<f64>,
    /// The most steps, accepted or not, that a run may try.
    pub max_steps: u64,
    /// The most right-hand sides that a run may evaluate.
    pub max_evaluations: u64,
    /// The longest that a run may take by the clock, counted from its first step; results do not depend on it, only
    /// whether there are any.
    pub max_wall_time: Option<Duration>,
    /// What computes the elimination (and a compiled network's rates).
    pub executor: Executor,
    /// Whether [`Shape::invariants`](super::Shape::invariants) are restored after each step.
    pub restore_invariants: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            method: Method::default(),
            rtol: 1e-6,
            atol: Tolerance::Same(1e-9),
            orders: None,
            step: StepSize::Adaptive,
            first_step: None,
            max_step: None,
            max_steps: 10_000_000,
            max_evaluations: u64::MAX,
            max_wall_time: None,
            executor: Executor::Auto,
            restore_invariants: true,
        }
    }
}

impl Options {
    /// Defaults with these tolerances.
    pub fn with_tolerances(rtol: f64, atol: Tolerance) -> Self {
        Options { rtol, atol, ..Options::default() }
    }

    /// The orders of the method that may be used.
    pub(super) fn allowed_orders(&self) -> impl Iterator<Item = u32> + Clone {
        let (least, most) = self.orders.unwrap_or((0, u32::MAX));
        self.method.orders().iter().copied().filter(move |order| (least..=most).contains(order))
    }

    /// The first fault, for a system of n states.
    pub(super) fn check(&self, n: usize) -> Result<(), Failure> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let fault = |text| Err(Failure::new(FailureKind::Options(text), f64::NAN));
        if !positive(self.rtol) {
            return fault("the relative tolerance must be positive and finite");
        }
        if matches!(&self.atol, Tolerance::Each(a) if a.len() != n) {
            return fault("there must be one absolute tolerance for each state");
        }
        if (0..n).any(|i| !positive(self.atol.at(i))) {
            return fault("each absolute tolerance must be positive and finite");
        }
        if self.allowed_orders().next().is_none() {
            return fault("the method has no order between the least and the highest asked for");
        }
        if matches!(self.step, StepSize::Fixed(h) if !positive(h)) {
            return fault("a fixed step must be positive and finite");
        }
        if [self.first_step, self.max_step].into_iter().flatten().any(|h| h.is_nan() || h <= 0.0) {
            return fault("the first and the longest step must be positive");
        }
        Ok(())
    }
}
