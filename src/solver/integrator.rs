//! Steps that are accepted, one after the other.

use super::control::{Controller, first_guess, first_step, smallest_step};
use super::invariant::Restoration;
use super::norm::Norm;
use super::rodas5p::RODAS5P;
use super::rosenbrock::{Fault, Problem, Rosenbrock};
use super::{Failure, FailureKind, Method, OdeSystem, Options, Reject, Shape, Statistics, StepSize};

/// After so many attempts with a singular linear system a run is not getting on: the step has grown beyond
/// what the precision of the Jacobian can bear.
const MOST_SINGULAR: u64 = 1000;

/// A run in progress: state, step size, dense output of the last step, memory, work counts.
///
/// ```
/// use homeostat::linalg::Pattern;
/// use homeostat::solver::{OdeSystem, Options, Point, Reject, Shape, Solver};
///
/// struct Decay(Shape);
/// impl OdeSystem for Decay {
///     fn shape(&self) -> &Shape {
///         &self.0
///     }
///     fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         dydt[0] = -y[0];
///         Ok(())
///     }
///     fn jacobian(&self, _: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         values[0] = -1.0;
///         Ok(())
///     }
/// }
///
/// let system = Decay(Shape::new(Pattern::dense(1)));
/// let mut solver = Solver::new(system.shape(), &Options::default(), 0.0, &[1.0])?;
/// while solver.t() < 2.0 {
///     solver.advance(&system, &[], 2.0)?; // never beyond 2
/// }
/// assert!((solver.y()[0] - (-2.0_f64).exp()).abs() < 1e-6);
/// # Ok::<(), homeostat::solver::Failure>(())
/// ```
#[derive(Clone, Debug)]
pub struct Solver {
    options: Options,
    norm: Norm,
    method: Rosenbrock,
    restoration: Restoration,
    controller: Controller,
    t: f64,
    y: Vec<f64>,
    /// Where the last step began.
    t_last: f64,
    y_last: Vec<f64>,
    new: Vec<f64>,
    /// The step to try next; none after a start or an event.
    next: Option<f64>,
    /// The frozen side of each switch.
    modes: Vec<f64>,
    /// Attempts of this run whose linear system was singular.
    singular: u64,
    /// The component with the largest error in the last attempt.
    worst: usize,
    statistics: Statistics,
}

impl Solver {
    /// Prepares a run from (t, y) for systems of this shape. Conserved sums get their totals from `y`.
    ///
    /// # Errors
    /// [`FailureKind::Options`] where an option is out of its range or `y` has another length than the
    /// shape; [`FailureKind::NotFinite`] where `t` or `y` is not finite.
    pub fn new(shape: &Shape, options: &Options, t: f64, y: &[f64]) -> Result<Self, Failure> {
        options.check(shape.n())?;
        if y.len() != shape.n() {
            return Err(Failure::new(FailureKind::Options("the initial state has another length than the system"), t));
        }
        let tableau = match options.method {
            Method::Rodas5P => &RODAS5P,
        };
        let mut solver = Solver {
            options: options.clone(),
            norm: Norm::new(options, shape.n()),
            method: Rosenbrock::new(tableau, shape),
            restoration: Restoration::new(&shape.invariants),
            controller: Controller::new(tableau.estimate_order),
            t,
            y: y.to_vec(),
            t_last: t,
            y_last: y.to_vec(),
            new: vec![0.0; y.len()],
            next: None,
            modes: vec![0.0; shape.modes],
            singular: 0,
            worst: 0,
            statistics: Statistics::default(),
        };
        solver.set_state(t, y)?;
        Ok(solver)
    }

    /// The time reached.
    pub fn t(&self) -> f64 {
        self.t
    }

    /// The state reached.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// The work so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Puts another state in place, as an event does. The totals of conserved sums are taken from it,
    /// and the next step is found anew.
    ///
    /// # Errors
    /// [`FailureKind::NotFinite`] with the component where `t` or `y` is not finite;
    /// [`FailureKind::Options`] where `y` has another length.
    pub fn set_state(&mut self, t: f64, y: &[f64]) -> Result<(), Failure> {
        if y.len() != self.y.len() {
            return Err(Failure::new(FailureKind::Options("the state has another length than the system"), t));
        }
        let bad = y.iter().position(|x| !x.is_finite());
        if bad.is_some() || !t.is_finite() {
            return Err(Failure { component: bad, ..Failure::new(FailureKind::NotFinite, t) });
        }
        (self.t, self.t_last) = (t, t);
        self.y.copy_from_slice(y);
        self.y_last.copy_from_slice(y);
        self.restoration.set_totals(y);
        self.restart();
        Ok(())
    }

    /// Forgets what the past says of the next step: to be called where a parameter has changed.
    pub fn restart(&mut self) {
        self.next = None;
        self.controller.restart();
    }

    /// Takes one accepted step, to `stop` at the most. Every stage sees the `parameters` given here: a change
    /// at `stop` itself is not seen before the next call.
    ///
    /// # Errors
    /// A [`Failure`] says why no step can be taken; the state stays where it was.
    pub fn advance(&mut self, system: &dyn OdeSystem, parameters: &[f64], stop: f64) -> Result<(), Failure> {
        let wrong = |text| Err(self.failure(FailureKind::Options(text), None));
        if stop.is_nan() || stop <= self.t {
            return wrong("the stop must lie after the time reached");
        }
        if system.shape().n() != self.y.len() {
            return wrong("the system has another number of states than the solver was made for");
        }
        if parameters.len() < system.shape().parameters {
            return wrong("there are fewer parameters than the system reads");
        }
        let modes = std::mem::take(&mut self.modes);
        let taken = self.step(&Problem { system, parameters, modes: &modes }, stop);
        self.modes = modes;
        taken
    }

    fn step(&mut self, problem: &Problem, stop: f64) -> Result<(), Failure> {
        if let Err(fault) = self.method.prepare(problem, self.t, &self.y, &mut self.statistics) {
            return Err(self.fault(fault));
        }
        let mut h = match (self.options.step, self.next) {
            (StepSize::Fixed(h), _) | (_, Some(h)) => h,
            _ => self.first_step(problem, stop - self.t)?,
        };
        loop {
            h = h.min(self.options.max_step.unwrap_or(f64::INFINITY));
            if self.statistics.steps + self.statistics.rejected >= self.options.max_steps {
                return Err(Failure { step: h, ..self.failure(FailureKind::TooManySteps, None) });
            }
            // a step that would leave a crumb before the stop is stretched or halved
            let left = stop - self.t;
            let is_last = h >= left * (1.0 - 1e-10);
            if h < smallest_step(self.t) && !is_last {
                let failure = self.failure(FailureKind::StepTooSmall, Some(self.worst));
                return Err(Failure { step: h, ..failure });
            }
            let tried = if is_last {
                left
            } else if h > 0.5 * left && self.is_adaptive() {
                0.5 * left
            } else {
                h
            };
            let is_cut = tried < h;
            // the step that the clock can show: what rounding takes from t + h it takes from h too
            let tried = if is_last { tried } else { (self.t + tried) - self.t };
            match self.attempt(problem, tried) {
                Ok(error) => {
                    let proposed = self.controller.accepted(tried, error);
                    self.accept(tried, is_last.then_some(stop));
                    // a step cut short by the stop says nothing against the longer one tried before
                    self.next = Some(if is_cut { proposed.max(h) } else { proposed });
                    return Ok(());
                }
                Err(rejection) => h = self.reject(tried, rejection)?,
            }
        }
    }

    /// The state at a time within the last step; its accuracy is that of the method's dense output.
    /// A time outside is extrapolated from the step: its accuracy is then not controlled. Before the first
    /// step, and right after [`Solver::set_state`], it is the state that was put.
    ///
    /// # Panics
    /// Where `out` is shorter than the state.
    pub fn interpolate(&self, t: f64, out: &mut [f64]) {
        if t == self.t || self.t_last == self.t {
            out.copy_from_slice(&self.y);
        } else if t == self.t_last {
            out.copy_from_slice(&self.y_last);
        } else {
            let s = (t - self.t_last) / (self.t - self.t_last);
            self.method.interpolate(s, &self.y_last, &self.y, out);
        }
    }

    fn is_adaptive(&self) -> bool {
        self.options.step == StepSize::Adaptive
    }

    /// Tries a step: its error where it can be accepted, else why not.
    fn attempt(&mut self, problem: &Problem, h: f64) -> Result<f64, Rejection> {
        let at = (self.t, h);
        let done = self.method.step(problem, at, &self.y, &mut self.new, &self.norm, &mut self.statistics);
        done.map_err(Rejection::Fault)?;
        if let Some(i) = self.new.iter().position(|x| !x.is_finite()) {
            return Err(Rejection::Fault(Fault::NotFinite(i)));
        }
        let (error, component) = self.norm.largest(self.method.error(), &self.y, &self.new);
        self.worst = component;
        if error <= 1.0 || !self.is_adaptive() { Ok(error) } else { Err(Rejection::Error(error, component)) }
    }

    fn accept(&mut self, h: f64, stop: Option<f64>) {
        self.statistics.steps += 1;
        if self.options.restore_invariants {
            self.restoration.restore(&mut self.new, &self.norm);
        }
        self.method.make_dense();
        std::mem::swap(&mut self.y, &mut self.y_last);
        std::mem::swap(&mut self.y, &mut self.new);
        self.t_last = self.t;
        self.t = stop.unwrap_or(self.t + h);
    }

    /// The step to try after a rejected one.
    fn reject(&mut self, h: f64, rejection: Rejection) -> Result<f64, Failure> {
        self.statistics.rejected += 1;
        self.singular += u64::from(matches!(rejection, Rejection::Fault(Fault::Singular(_))));
        let error = match rejection {
            Rejection::Error(error, _) => error,
            Rejection::Fault(Fault::Reject(Reject::Abort(_))) => f64::NAN,
            Rejection::Fault(_) => f64::INFINITY,
        };
        let next = self.controller.rejected(h, error);
        let is_stuck = next < smallest_step(self.t) || self.singular > MOST_SINGULAR;
        if error.is_nan() || !self.is_adaptive() || is_stuck {
            let failure = match rejection {
                Rejection::Error(_, component) => self.failure(FailureKind::StepTooSmall, Some(component)),
                Rejection::Fault(fault) => self.fault(fault),
            };
            return Err(Failure { step: next, ..failure });
        }
        Ok(next)
    }

    fn first_step(&mut self, problem: &Problem, span: f64) -> Result<f64, Failure> {
        let longest = span.min(self.options.max_step.unwrap_or(f64::INFINITY));
        let shortest = smallest_step(self.t);
        if let Some(h) = self.options.first_step {
            return Ok(h.max(shortest).min(longest));
        }
        // what does not move has no say in how long a step is
        for (new, (y, slope)) in self.new.iter_mut().zip(self.y.iter().zip(self.method.slope())) {
            *new = if *slope == 0.0 { 0.0 } else { *y };
        }
        let size = |x: &[f64], y: &[f64]| self.norm.largest(x, y, y).0;
        let (state, derivative) = (size(&self.new, &self.y), size(self.method.slope(), &self.y));
        let guess = first_guess(state, derivative, longest).max(shortest);
        // an Euler step shows the second derivative
        for (new, (y, slope)) in self.new.iter_mut().zip(self.y.iter().zip(self.method.slope())) {
            *new = y + guess * slope;
        }
        let mut slope = std::mem::take(&mut self.y_last); // free before the first step of a stretch
        self.statistics.rhs += 1;
        let at = problem.at(self.t + guess);
        let evaluated = problem.system.rhs(&at, &self.new, &mut slope, &mut self.method.scratch);
        for (new, (later, now)) in self.new.iter_mut().zip(slope.iter().zip(self.method.slope())) {
            *new = (later - now) / guess;
        }
        let second = self.norm.largest(&self.new, &self.y, &self.y).0;
        slope.copy_from_slice(&self.y);
        self.y_last = slope;
        let order = self.method.tableau().order;
        match evaluated {
            Err(Reject::Abort(text)) => Err(self.failure(FailureKind::Aborted(text), None)),
            Ok(()) if second.is_finite() => {
                Ok(first_step(guess, derivative, second, order, longest).max(shortest).min(longest))
            }
            _ => Ok(guess),
        }
    }

    fn failure(&self, kind: FailureKind, component: Option<usize>) -> Failure {
        Failure { component, ..Failure::new(kind, self.t) }
    }

    fn fault(&self, fault: Fault) -> Failure {
        match fault {
            Fault::Reject(Reject::Abort(text)) => self.failure(FailureKind::Aborted(text), None),
            Fault::Reject(Reject::Retry) => self.failure(FailureKind::NotFinite, None),
            Fault::NotFinite(component) => self.failure(FailureKind::NotFinite, Some(component)),
            Fault::Singular(component) => self.failure(FailureKind::Singular, Some(component)),
        }
    }
}

/// Why a step is not accepted.
enum Rejection {
    /// The error estimate and its component.
    Error(f64, usize),
    Fault(Fault),
}
