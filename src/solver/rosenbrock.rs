//! One step of any stiffly accurate Rosenbrock method.

mod at_once;
mod snapshot;

use super::attempt::{ARGUMENT, Attempt};
use super::control::Controller;
use super::dense;
use super::differences::{Base, Derivatives};
use super::norm::Norm;
use super::renewal::{Renewal, Start};
use super::stages::{Scratch, Step, is_all_finite};
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::tableau::Tableau;
use super::tangent::{Carried, Taken, Tangents};
use super::vector::{not_finite, padded, padded_mass};
use super::{Failure, FailureKind, Options, Shape, Statistics, Whole};
use crate::linalg::{LinearAlgebra, LinearSolver};
use crate::program::{Executor, Wide, widest};
use at_once::Left;

/// Factors serve for another shift that differs by rounding alone: that of `t + h`.
const ROUNDING: f64 = 1e-12;

/// The part of a step at which dense output is looked at: not the middle, where errors may be odd.
const DEFECT_AT: f64 = 0.3;

/// Memory of a Rosenbrock step; only what the last accepted one has made outlives it.
#[derive(Clone, Debug)]
pub(super) struct Rosenbrock {
    n: usize,
    tableau: &'static Tableau,
    is_forced: bool,
    /// The diagonal of M, [`padded`]; none where it is the identity.
    mass: Option<Vec<f64>>,
    executor: Executor,
    /// Steps tried, up to `WORTH_COMPILING`.
    tried: u32,
    controller: Controller,
    derivatives: Derivatives,
    linear: LinearSolver,
    jacobian: Vec<f64>,
    left: Left,
    /// Of a W-method.
    renewal: Option<Renewal>,
    /// The shift of the factors that are there; NaN where there are none of this Jacobian.
    shift: f64,
    /// The state at the start of the step, [`padded`].
    start: Vec<f64>,
    /// Whether whole steps may be native code, and whether that evaluates the derivatives at their start.
    is_plain: bool,
    derives: bool,
    /// Whether derivatives there are left to native code of whole steps, and whether they have not been evaluated yet.
    defers: bool,
    is_due: bool,
    /// f and df/dt there, both padded, then the length of the step: what native code reads. It may evaluate f itself: this
    /// one is then of an earlier step.
    slopes: Vec<f64>,
    made: Attempt,
    /// The last accepted step, from which dense output is made.
    accepted: Attempt,
    tangents: Tangents,
    scratch: Scratch,
}

impl Rosenbrock {
    pub fn new(tableau: &'static Tableau, shape: &Shape, options: &Options) -> Result<Self, Failure> {
        let n = padded(shape.n());
        let zeros = || vec![0.0; n];
        let system = vec![0.0; shape.scratch];
        let linear = LinearSolver::new(&shape.jacobian, options.executor, options.linear_algebra)?;
        // where dense output is looked at, it is with the factors of the loops; where there are
        // algebraic equations the factors are asked how good they are; those of a W-method are kept
        let needs_factors = shape.is_forced || tableau.defect > 0.0 || tableau.is_w || shape.mass().is_some();
        Ok(Rosenbrock {
            n: shape.n(),
            tableau,
            is_forced: shape.is_forced,
            mass: padded_mass(shape),
            executor: options.executor,
            tried: 0,
            controller: Controller::new(tableau.estimate_order),
            derivatives: Derivatives::new(shape, options),
            is_plain: linear.chosen() == LinearAlgebra::Static && !needs_factors,
            derives: Whole::derives(&shape.jacobian),
            linear,
            jacobian: vec![0.0; shape.jacobian.len()],
            left: Left::Nowhere,
            // algebraic equations ask every method for the Jacobian as it is
            renewal: (tableau.is_w && shape.mass().is_none()).then(|| Renewal::new(options, shape.n())),
            shift: f64::NAN,
            start: zeros(),
            defers: false,
            is_due: false,
            slopes: vec![0.0; 2 * n + 1],
            made: Attempt::new(&shape.jacobian),
            accepted: Attempt::new(&shape.jacobian),
            tangents: Tangents::default(),
            scratch: Scratch { rate: zeros(), right_hand_side: zeros(), correction: zeros(), system },
        })
    }

    /// The state where the step begins, and, once a step has been tried, the Jacobian there.
    pub fn start(&self) -> &[f64] {
        &self.start[..self.n]
    }

    pub fn jacobian(&self) -> &[f64] {
        match self.left {
            Left::Nowhere => &self.jacobian,
            Left::Made => self.made.locals(),
            Left::Accepted => self.accepted.locals(),
        }
    }

    fn step_by_loops(
        &mut self,
        problem: &Problem,
        at: (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<f64, Fault> {
        let (slope, rest) = self.slopes.split_at(self.start.len());
        let shift = 1.0 / (at.1 * self.tableau.gamma);
        let has_factors = is_same(self.shift, shift);
        let shift = if has_factors { self.shift } else { shift };
        self.shift = f64::NAN;
        let mut step = Step {
            n: self.n,
            tableau: self.tableau,
            is_forced: self.is_forced,
            mass: self.mass.as_deref(),
            problem,
            at,
            norm,
            statistics,
            linear: &mut self.linear,
            jacobian: &self.jacobian,
            start: &self.start,
            slopes: (slope, &rest[..slope.len()]),
            made: self.made.parts(),
            work: &mut self.scratch,
            has_factors,
            is_checked: false,
        };
        let error = widest(&mut step)?;
        if !error.is_finite() || !is_all_finite(step.made.argument) {
            // whatever was not finite on the way has come down to here: the same again, to see where it began
            (step.is_checked, step.has_factors) = (true, true);
            widest(&mut step)?;
            return Err(Fault::NotFinite(not_finite(step.made.argument).unwrap_or(0)));
        }
        self.shift = shift;
        let part = if self.is_forced { 1.0 } else { self.tableau.defect };
        if part == 0.0 { Ok(error) } else { Ok(error.max(part * self.defect(problem, at, norm, statistics)?)) }
    }

    /// How far dense output is off inside the step just tried, in the error norm: what its defect `f(t, p) - M p'` comes to
    /// when the linear system of the step is solved for it. In a stiff component that is driven from outside the ends say
    /// nothing about the way between them.
    fn defect(
        &mut self,
        problem: &Problem,
        (t, h): (f64, f64),
        norm: &Norm,
        stats: &mut Statistics,
    ) -> Result<f64, Fault> {
        let n = self.n;
        let Scratch { rate, right_hand_side: inside, correction, system } = &mut self.scratch;
        let ends = (&self.start[..n], self.made.state());
        dense::value(self.tableau.dense, self.made.stages(), DEFECT_AT, ends, &mut inside[..n]);
        stats.rhs += 1;
        problem.system.rhs(&problem.at(t + DEFECT_AT * h), &inside[..n], &mut rate[..n], system)?;
        dense::slope(self.tableau.dense, self.made.stages(), DEFECT_AT, ends, &mut inside[..n]);
        for (i, (rate, slope)) in rate.iter_mut().zip(&*inside).enumerate() {
            *rate -= self.mass.as_ref().map_or(1.0, |mass| mass[i]) * slope / h;
        }
        stats.solves += 1;
        self.linear.solve(&rate[..n], &mut correction[..n]);
        let state = self.made.part(ARGUMENT);
        let size = norm.largest::<Wide>(correction, state, state);
        if size.is_finite() { Ok(size) } else { Err(Fault::NotFinite(not_finite(correction).unwrap_or(0))) }
    }
}

impl Stepper for Rosenbrock {
    fn boxed(&self) -> Box<dyn Stepper> {
        Box::new(self.clone())
    }

    fn order(&self) -> u32 {
        self.tableau.order
    }

    fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], stats: &mut Statistics) -> Result<(), Fault> {
        let n = self.n;
        self.is_due = self.defers;
        if self.defers {
            stats.rhs += 1;
            stats.jacobians += 1;
            self.start[..n].copy_from_slice(y);
            return Ok(());
        }
        self.scratch.evaluate(p, t, y, stats)?;
        let Scratch { rate, system, .. } = &mut self.scratch;
        let (slope, rest) = self.slopes.split_at_mut(self.start.len());
        if let Some(renewal) = &mut self.renewal {
            let (last, next) = (Start { y: &self.start[..n], rate: slope }, Start { y, rate: &rate[..n] });
            let linear = Some(&mut self.linear).filter(|_| !self.shift.is_nan());
            stats.solves += renewal.look(linear, &self.jacobian, (&last, rest), (&next, t));
        }
        self.start[..n].copy_from_slice(y);
        slope.copy_from_slice(rate);
        if self.is_forced {
            let base = Base { problem: p, t, y, slope: &slope[..n] };
            self.derivatives.time_derivative(&base, &mut rest[..n], system, stats)?;
        }
        if self.renewal.as_ref().is_none_or(Renewal::is_due) { self.renew(p, t, stats) } else { Ok(()) }
    }

    fn slope(&self) -> &[f64] {
        &self.slopes[..self.n]
    }

    fn attempt(
        &mut self,
        problem: &Problem,
        at: (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<f64, Fault> {
        if self.renewal.as_ref().is_some_and(Renewal::is_due) {
            self.renew(problem, at.0, statistics)?;
        }
        match self.step_at_once(problem, at, norm, statistics) {
            Some(error) => Ok(error),
            None => {
                // where there is no derivative no shorter step helps
                self.catch_up(problem, at.0).map_err(Fault::ended)?;
                self.step_by_loops(problem, at, norm, statistics)
            }
        }
    }

    fn state(&self) -> &[f64] {
        self.made.state()
    }

    fn error(&self) -> &[f64] {
        self.made.error()
    }

    fn accept(&mut self, h: f64, error: f64, _: &[f64]) -> f64 {
        std::mem::swap(&mut self.made, &mut self.accepted);
        if self.left == Left::Made {
            self.left = Left::Accepted;
        }
        let next = self.controller.accepted(h, error);
        self.renewal.as_mut().map_or(next, |renewal| renewal.accept(h, next))
    }

    fn reject(&mut self, h: f64, error: f64) -> f64 {
        self.renewal.iter_mut().for_each(Renewal::reject);
        self.controller.rejected(h, error)
    }

    fn again(&self) -> Option<f64> {
        self.controller.again()
    }

    fn restart(&mut self) {
        self.controller.restart();
        self.defers = false;
        self.renewal.iter_mut().for_each(Renewal::restart);
    }

    fn value(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        dense::value(self.tableau.dense, self.accepted.stages(), s, ends, out);
    }

    fn derivative(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        dense::slope(self.tableau.dense, self.accepted.stages(), s, ends, out);
    }

    fn factors(&mut self, h: f64) -> Option<f64> {
        self.fetch_jacobian();
        let shift = 1.0 / (h * self.tableau.gamma);
        if !is_same(self.shift, shift) {
            // those of the step, which native code does not keep: they are counted already
            self.shift = f64::NAN;
            self.linear.factor(&self.jacobian, shift).ok()?;
            self.shift = shift;
        }
        Some(shift)
    }

    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64], statistics: &mut Statistics) {
        statistics.solves += 1;
        self.linear.solve(right_hand_side, x);
    }

    fn carry(&mut self, count: usize, shape: &Shape, _: &Options) -> Result<bool, Failure> {
        self.tangents = Tangents::new(count, shape);
        Ok(self.renewal.is_none())
    }

    fn carry_through(
        &mut self,
        problem: &Problem,
        (t, h): (f64, f64),
        _: &[f64],
        carried: &mut [Carried],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        self.factors(h).ok_or(Fault::Ended(FailureKind::Singular, None))?;
        let (n, tableau, start) = (self.n, self.tableau, &self.start[..]);
        let (jacobian, stages, is_native) = (&self.jacobian[..], self.accepted.stages(), self.is_native());
        let taken = Taken { n, tableau, problem, at: (t, h), start, jacobian, stages, is_native };
        self.tangents.carry_through(&taken, &mut self.linear, carried, statistics)
    }

    fn carried(&self, k: usize, s: f64, ends: (&[f64], &[f64]), is_derivative: bool, out: &mut [f64]) {
        let (rows, stages) = (self.tableau.dense, self.tangents.stages(k));
        let of = if is_derivative { dense::slope } else { dense::value };
        of(rows, stages, s, ends, out);
    }

    fn executor(&self) -> Executor {
        if self.defers { Executor::Native } else { self.linear.executor() }
    }

    fn linear_algebra(&self) -> Option<LinearAlgebra> {
        Some(self.linear.chosen())
    }

    fn set_executor(&mut self, executor: Executor) {
        self.executor = executor;
        self.linear.set_executor(executor);
    }

    fn keep(&self) -> Vec<f64> {
        self.kept()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        self.take(&mut numbers).is_some() && numbers.0.is_empty()
    }
}

impl Rosenbrock {
    /// Evaluates the Jacobian at the start of the step.
    fn renew(&mut self, problem: &Problem, t: f64, stats: &mut Statistics) -> Result<(), Fault> {
        (self.shift, self.left) = (f64::NAN, Left::Nowhere);
        let base = Base { problem, t, y: &self.start[..self.n], slope: &self.slopes[..self.n] };
        self.derivatives.jacobian(&base, &mut self.jacobian, &mut self.scratch.system, stats)?;
        self.renewal.iter_mut().for_each(Renewal::done);
        Ok(())
    }
}

/// Whether factors for one shift serve for another.
fn is_same(shift: f64, other: f64) -> bool {
    (shift / other - 1.0).abs() <= ROUNDING
}
