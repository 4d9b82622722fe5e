//! What a user may choose.

use super::{Failure, FailureKind, Shape};
use crate::linalg::LinearAlgebra;
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
    /// Rosenbrock-W method of order 3 with an embedded method of order 2, for Jacobians that are only approximate (Rang &
    /// Angermann 2005). With algebraic equations the Jacobian has to be exact, and is evaluated in every step.
    Ros34Pw2,
    /// Singly diagonally implicit Runge-Kutta method of order 5 with an explicit first stage and an embedded method of order
    /// 4 (Kennedy & Carpenter 2016). Algebraic states have the errors by which they follow the others.
    Esdirk54,
    /// Backward differentiation of order 1 to 5, by the error (Petzold 1982), for large systems whose rates are dear.
    Bdf,
    /// Explicit Runge-Kutta method of order 5 with an embedded method of order 4 (Dormand & Prince 1980), for problems that
    /// are not stiff; of the crate `ode_solvers`. It does without root functions.
    Dopri5,
    /// Explicit Runge-Kutta method of order 8 with embedded methods of orders 5 and 3 (Hairer, Norsett & Wanner 1993), for
    /// problems that are not stiff and tight tolerances; of the crate `ode_solvers`. It does without root functions.
    Dop853,
    /// An explicit method of order 5 (Dormand & Prince 1980) where the problem is not stiff, Rodas5P where it is;
    /// [`Statistics::switches`](super::Statistics::switches) says how often it went over.
    Auto,
}

impl Method {
    /// All methods.
    pub const ALL: &[Method] = &[
        Method::Rodas5P,
        Method::Rodas4,
        Method::Rodas3,
        Method::Ros34Pw2,
        Method::Esdirk54,
        Method::Radau,
        Method::Bdf,
        Method::Dopri5,
        Method::Dop853,
        Method::Auto,
    ];

    /// Whether it is for problems that are not stiff alone: others end in [`FailureKind::Stiff`].
    pub fn is_explicit(self) -> bool {
        matches!(self, Method::Dopri5 | Method::Dop853)
    }

    /// What the method cannot do that a system of this shape, or the options, ask for.
    pub(super) fn check(self, shape: &Shape, options: &Options) -> Result<(), Failure> {
        let fault = |text| Err(Failure::new(FailureKind::Options(text), f64::NAN));
        if self.is_explicit() {
            if !shape.roots.is_empty() {
                return fault("dopri5 and dop853 find no events at thresholds: choose auto or rodas5p");
            }
            if shape.switches > 0 {
                return fault("dopri5 and dop853 do not find where conditions in rates change: choose auto or rodas5p");
            }
            if options.non_negative != NonNegative::Off {
                return fault("dopri5 and dop853 do not keep states at zero or above: choose auto or rodas5p");
            }
            if shape.mass().is_some() {
                return fault("dopri5 and dop853 take no mass matrix: choose rodas5p");
            }
        }
        if self == Method::Auto && shape.mass().is_some() {
            return fault("auto takes no mass matrix, since its explicit side does not: choose rodas5p");
        }
        Ok(())
    }

    /// Why the method has no sensitivities.
    pub(super) fn no_sensitivities(self) -> &'static str {
        match self {
            Method::Ros34Pw2 => {
                "ros34pw2 has no sensitivities, because it keeps its Jacobian: choose rodas5p, rodas4, rodas3 or bdf"
            }
            Method::Esdirk54 => "esdirk54 has no sensitivities: choose rodas5p, rodas4, rodas3 or bdf",
            Method::Radau => "radau has no sensitivities: choose rodas5p, rodas4, rodas3 or bdf",
            Method::Dopri5 => "dopri5 has no sensitivities: choose rodas5p, rodas4, rodas3 or bdf",
            Method::Dop853 => "dop853 has no sensitivities: choose rodas5p, rodas4, rodas3 or bdf",
            Method::Auto => "auto has no sensitivities: choose rodas5p, rodas4, rodas3 or bdf",
            Method::Rodas5P | Method::Rodas4 | Method::Rodas3 | Method::Bdf => "the method has no sensitivities here",
        }
    }

    /// The name on the command line and in statistics.
    pub fn name(self) -> &'static str {
        match self {
            Method::Rodas5P => "rodas5p",
            Method::Rodas4 => "rodas4",
            Method::Rodas3 => "rodas3",
            Method::Ros34Pw2 => "ros34pw2",
            Method::Esdirk54 => "esdirk54",
            Method::Radau => "radau",
            Method::Bdf => "bdf",
            Method::Dopri5 => "dopri5",
            Method::Dop853 => "dop853",
            Method::Auto => "auto",
        }
    }

    /// The orders that it has.
    pub fn orders(self) -> &'static [u32] {
        match self {
            Method::Rodas5P | Method::Esdirk54 | Method::Dopri5 | Method::Auto => &[5],
            Method::Rodas4 => &[4],
            Method::Rodas3 | Method::Ros34Pw2 => &[3],
            Method::Radau => &[5, 9, 13],
            Method::Bdf => &[1, 2, 3, 4, 5],
            Method::Dop853 => &[8],
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

/// Which components are to stay at zero or above, as amounts and concentrations do.
///
/// A step whose new state is below zero by more than the component's absolute tolerance is rejected. Smaller excursions are
/// moved to zero by the least change, measured in the error norm, that keeps the invariants, and are counted
/// ([`Statistics::projections`](super::Statistics::projections)). Between the ends of steps a component may be below zero by
/// its absolute tolerance, and no more. Equations that take a component below zero end the run in
/// [`FailureKind::Negative`].
///
/// ```
/// use homeostat::solver::{NonNegative, Options};
/// let mut options = Options::default();
/// options.non_negative = NonNegative::Only(vec![0, 2]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NonNegative {
    /// None.
    #[default]
    Off,
    /// All.
    All,
    /// These.
    Only(Vec<usize>),
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
    /// How linear systems are solved.
    #[serde(default)]
    pub linear_algebra: LinearAlgebra,
    /// Whether [`Shape::invariants`](super::Shape::invariants) are restored after each step.
    pub restore_invariants: bool,
    /// Which components are to stay at zero or above.
    #[serde(default)]
    pub non_negative: NonNegative,
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
            linear_algebra: LinearAlgebra::Auto,
            restore_invariants: true,
            non_negative: NonNegative::Off,
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
        if matches!(&self.non_negative, NonNegative::Only(components) if components.iter().any(|i| *i >= n)) {
            return fault("a component that is to stay non-negative is none of the system's");
        }
        Ok(())
    }
}
