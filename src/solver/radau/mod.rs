//! Radau IIA methods of order 5, 9 and 13, the order chosen as the run goes on.
//!
//! E. Hairer & G. Wanner, *Stiff differential equations solved by Radau methods*, J. Comput. Appl. Math. 111 (1999) 93-111;
//! *Solving ODEs II*, 2nd ed., section IV.8. Their letters are kept: s stages, W = T^-1 Z, theta, eta, kappa, psi. What is
//! decided how:
//!
//! - **Newton** stops where `eta |dW| <= kappa` ([`convergence`]); kappa is 0.03 of the tolerance asked for.
//! - **Jacobian**: kept for the next step where Newton's iterations contracted by [`KEPT`] or more. Where they fail with an old
//!   one it is evaluated and the same step is tried again; so it is after a step whose error was too large.
//! - **Factors**: kept with the Jacobian for steps that differ by less than [`DRIFT`]; so that they can be, a step is not
//!   lengthened by less than [`WORTHWHILE`].
//! - **Starting values**: the polynomial of the last step, whatever its order, extrapolated.
//! - **Order**: [`order`].
//! - **Step size**: Gustafsson's controller on an estimate of order s, its safety factor lower where Newton takes longer.
//! - **What the estimate is measured against** is not the tolerance itself: the step is of order 2 s - 1 and its estimate of
//!   order s, so that an estimate of `rtol^((s + 1) / (2 s))` comes with an error near rtol. It may be as large as 0.1 times that
//!   ([`RELAXED`]), as in the authors' code; the absolute tolerance in proportion.

mod convergence;
mod dense;
mod newton;
mod order;
mod tables;

use self::convergence::Convergence;
use self::newton::{Attempt, Collocation, Outcome, Space};
use self::order::Order;
use self::tables::{STAGES_3, STAGES_5, STAGES_7, Tableau};
use super::control::Controller;
use super::differences::{Base, Derivatives};
use super::norm::Norm;
use super::stages::finite;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::vector::{padded, padded_mass};
use super::{Failure, Options, Reject, Shape, Statistics};
use crate::linalg::{ComplexSolver, LinearAlgebra, LinearSolver};
use crate::program::{Executor, widest};

/// The contraction at most with which a Jacobian is used again.
const KEPT: f64 = 0.001;
/// Factors are used for steps longer or shorter by this part.
const DRIFT: f64 = 1e-4;
/// A step is left as it is where it could grow by at most this factor.
const WORTHWHILE: f64 = 1.2;
/// The part of the tolerance that Newton's iterations may leave.
const KAPPA: f64 = 0.03;
/// See the [module](self).
const RELAXED: f64 = 0.1;
/// The step control's safety factor, where Newton takes one iteration.
const SAFETY: f64 = 0.9;
/// A step without a result is shortened by this factor.
const NO_RESULT: f64 = 0.2;

/// Memory of a Radau step.
#[derive(Clone, Debug)]
pub(super) struct Radau {
    n: usize,
    rtol: f64,
    controller: Controller,
    order: Order,
    linear: LinearSolver,
    complex: Vec<ComplexSolver>,
    derivatives: Derivatives,
    jacobian: Vec<f64>,
    /// Whether it is to be evaluated before it is used, and whether it is of the state at the start.
    is_due: bool,
    is_fresh: bool,
    /// Stages and step that the factors are for; none where there are none of this Jacobian.
    factored: Option<(usize, f64)>,
    /// The diagonal of M, padded; none where it is the identity.
    mass: Option<Vec<f64>>,
    /// State and slope at the start of the step, padded.
    start: Vec<f64>,
    slope: Vec<f64>,
    made: Collocation,
    accepted: Collocation,
    /// Whether the last accepted step says something about the next.
    has_past: bool,
    is_rejected: bool,
    convergence: Convergence,
    /// What to shorten a step by that gave no result.
    shrink: f64,
    space: Space,
}

impl Radau {
    pub fn new(shape: &Shape, options: &Options) -> Result<Self, Failure> {
        let n = padded(shape.n());
        let stages = |order: u32| (order as usize).div_ceil(2);
        let orders = options.allowed_orders();
        let order = Order::new(orders.clone().min().map_or(3, stages), orders.max().map_or(7, stages));
        let complex = || ComplexSolver::new(&shape.jacobian, options.executor, options.linear_algebra);
        Ok(Radau {
            n: shape.n(),
            rtol: options.rtol,
            controller: Controller::new(order.stages as u32),
            linear: LinearSolver::new(&shape.jacobian, options.executor, options.linear_algebra)?,
            complex: (0..order.most() / 2).map(|_| complex()).collect::<Result<_, _>>()?,
            derivatives: Derivatives::new(shape, options),
            order,
            jacobian: vec![0.0; shape.jacobian.len()],
            is_due: true,
            is_fresh: false,
            factored: None,
            mass: padded_mass(shape),
            start: vec![0.0; n],
            slope: vec![0.0; n],
            made: Collocation::new(n),
            accepted: Collocation::new(n),
            has_past: false,
            is_rejected: false,
            convergence: Convergence::default(),
            shrink: NO_RESULT,
            space: Space::new(n, shape.scratch),
        })
    }

    /// Evaluates the Jacobian at the start of the step.
    fn evaluate(&mut self, problem: &Problem, t: f64, statistics: &mut Statistics) -> Result<(), Fault> {
        self.factored = None;
        let n = self.n;
        let base = Base { problem, t, y: &self.start[..n], slope: &self.slope[..n] };
        self.derivatives.jacobian(&base, &mut self.jacobian, self.space.system(), statistics)?;
        (self.is_due, self.is_fresh) = (false, true);
        Ok(())
    }

    /// Makes the factors for a step of length h ready.
    fn factor(&mut self, stages: usize, h: f64, statistics: &mut Statistics) -> Result<(), Fault> {
        if self.factored.is_some_and(|(s, old)| s == stages && (h - old).abs() <= DRIFT * old) {
            return Ok(());
        }
        self.factored = None;
        statistics.factorisations += 1 + stages as u64 / 2;
        let (gamma, pairs) = eigenvalues(stages);
        self.linear.factor(&self.jacobian, gamma / h).map_err(|s| Fault::Singular(s.row))?;
        statistics.fallback_factorisations += u64::from(self.linear.is_fallback());
        for (complex, [alpha, beta]) in self.complex.iter_mut().zip(pairs) {
            complex.factor(&self.jacobian, [alpha / h, beta / h]).map_err(|s| Fault::Singular(s.row))?;
            statistics.fallback_factorisations += u64::from(complex.is_fallback());
        }
        self.factored = Some((stages, h));
        Ok(())
    }

    /// Tries the step with the Jacobian that there is.
    fn try_once(
        &mut self,
        problem: &Problem,
        at: (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<Outcome, Fault> {
        self.factor(self.order.stages, at.1, statistics)?;
        match self.order.stages {
            3 => self.collocate(&STAGES_3, problem, at, norm, statistics),
            5 => self.collocate(&STAGES_5, problem, at, norm, statistics),
            _ => self.collocate(&STAGES_7, problem, at, norm, statistics),
        }
    }

    fn collocate<const S: usize>(
        &mut self,
        tableau: &'static Tableau<S>,
        problem: &Problem,
        at: (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<Outcome, Fault> {
        widest(&mut Attempt {
            n: self.n,
            tableau,
            mass: self.mass.as_deref(),
            problem,
            at,
            norm,
            kappa: KAPPA.max(10.0 * f64::EPSILON / self.rtol),
            relaxation: RELAXED * libm::pow(self.rtol, (S + 1) as f64 / (2 * S) as f64) / self.rtol,
            eta: self.convergence.eta,
            is_filtered_twice: self.is_rejected || !self.has_past,
            statistics,
            linear: &mut self.linear,
            complex: &mut self.complex,
            start: &self.start,
            slope: &self.slope,
            past: self.has_past.then_some(&self.accepted),
            made: &mut self.made,
            space: &mut self.space,
        })
    }
}

/// Those of A^-1: the real one, and (alpha, beta) of each pair.
fn eigenvalues(stages: usize) -> (f64, &'static [[f64; 2]]) {
    match stages {
        3 => (STAGES_3.gamma, STAGES_3.pairs),
        5 => (STAGES_5.gamma, STAGES_5.pairs),
        _ => (STAGES_7.gamma, STAGES_7.pairs),
    }
}

impl Stepper for Radau {
    fn boxed(&self) -> Box<dyn Stepper> {
        Box::new(self.clone())
    }

    fn order(&self) -> u32 {
        self.order.stages as u32
    }

    fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], stats: &mut Statistics) -> Result<(), Fault> {
        let n = self.n;
        self.start[..n].copy_from_slice(y);
        stats.rhs += 1;
        p.system.rhs(&p.at(t), y, &mut self.slope[..n], self.space.system())?;
        finite(&self.slope)?;
        (self.is_fresh, self.is_rejected) = (false, false);
        if self.is_due { self.evaluate(p, t, stats) } else { Ok(()) }
    }

    fn slope(&self) -> &[f64] {
        &self.slope[..self.n]
    }

    fn attempt(
        &mut self,
        problem: &Problem,
        at: (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<f64, Fault> {
        loop {
            if self.is_due {
                self.evaluate(problem, at.0, statistics)?;
            }
            let fault = match self.try_once(problem, at, norm, statistics) {
                Ok(Outcome::Converged(convergence, error)) => {
                    self.convergence = convergence;
                    return Ok(error);
                }
                Ok(Outcome::Diverged { factor, component }) => {
                    statistics.convergence_failures += 1;
                    self.shrink = factor;
                    Fault::NotConverged(component)
                }
                Err(fault) => {
                    self.shrink = NO_RESULT;
                    fault
                }
            };
            if self.is_fresh || matches!(fault, Fault::Reject(Reject::Abort(_))) {
                return Err(fault);
            }
            self.is_due = true;
        }
    }

    fn state(&self) -> &[f64] {
        &self.space.states[(self.made.stages - 1) * self.start.len()..][..self.n]
    }

    fn error(&self) -> &[f64] {
        &self.made.error[..self.n]
    }

    fn accept(&mut self, h: f64, error: f64, _: &[f64]) -> f64 {
        let Convergence { theta, iterations, .. } = self.convergence;
        let growth = if self.has_past { h / self.accepted.h } else { f64::NAN };
        std::mem::swap(&mut self.made, &mut self.accepted);
        self.has_past = true;
        self.is_due = theta.is_some_and(|theta| theta > KEPT);
        let most = 2 * newton::most_iterations(self.accepted.stages);
        let safety = SAFETY * f64::from(1 + most) / f64::from(iterations + most);
        let next = self.controller.accepted_with(safety, h, error);
        if self.order.accepted(theta, growth) {
            self.controller.set_estimate_order(self.order.stages as u32);
            return next;
        }
        if !self.is_due && (1.0..=WORTHWHILE).contains(&(next / h)) { h } else { next }
    }

    fn reject(&mut self, h: f64, error: f64) -> f64 {
        self.is_rejected = true;
        self.is_due = !self.is_fresh;
        if error.is_finite() {
            return self.controller.rejected(h, error);
        }
        self.order.failed();
        self.controller.failed();
        self.shrink * h
    }

    fn again(&self) -> Option<f64> {
        self.controller.again()
    }

    fn restart(&mut self) {
        self.controller.restart();
        self.order.restart();
        self.controller.set_estimate_order(self.order.stages as u32);
        self.convergence = Convergence::default();
        (self.has_past, self.is_due) = (false, true);
    }

    fn value(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        self.accepted.evaluate(s, 0, ends, out);
    }

    fn derivative(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        self.accepted.evaluate(s, 1, ends, out);
    }

    fn factors(&mut self, h: f64) -> Option<f64> {
        // where the step has not kept them, they are counted already
        self.factor(self.accepted.stages, h, &mut Statistics::default()).ok()?;
        self.factored.map(|(stages, h)| eigenvalues(stages).0 / h)
    }

    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64], statistics: &mut Statistics) {
        statistics.solves += 1;
        self.linear.solve(right_hand_side, x);
    }

    fn linear_algebra(&self) -> Option<LinearAlgebra> {
        Some(self.linear.chosen())
    }

    fn executor(&self) -> Executor {
        self.linear.executor()
    }

    fn set_executor(&mut self, executor: Executor) {
        self.linear.set_executor(executor);
        for complex in &mut self.complex {
            complex.set_executor(executor);
        }
    }

    fn keep(&self) -> Vec<f64> {
        let number = |x: bool| f64::from(u8::from(x));
        let (stages, h) = self.factored.unwrap_or((0, 0.0));
        let Collocation { z, error, .. } = &self.accepted;
        let flags = [number(self.is_due), number(self.has_past), self.convergence.eta, stages as f64, h];
        let step = [self.accepted.stages as f64, self.accepted.h];
        let numbers = [&self.controller.keep()[..], &self.order.keep(), &flags, &step];
        [&numbers.concat(), &z[..], error, &self.jacobian].concat()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        self.take(&mut Numbers(kept)).is_some()
    }
}

impl Radau {
    fn take(&mut self, numbers: &mut Numbers) -> Option<()> {
        self.order = {
            self.controller.take_up(numbers)?;
            let mut order = self.order.clone();
            order.take_up(numbers)?;
            order
        };
        let controller = self.controller.keep();
        self.controller.set_estimate_order(self.order.stages as u32);
        self.controller.take_up(&mut Numbers(&controller))?;
        (self.is_due, self.has_past) = (numbers.one()? != 0.0, numbers.one()? != 0.0);
        self.convergence.eta = numbers.one()?;
        let (stages, h) = (numbers.one()?, numbers.one()?);
        let known = |found: f64| [3, 5, 7].into_iter().find(|s| *s as f64 == found);
        let (made, step) = (known(numbers.one()?)?, numbers.one()?);
        (self.accepted.stages, self.accepted.h) = (made, step);
        numbers.fill(&mut self.accepted.z)?;
        numbers.fill(&mut self.accepted.error)?;
        numbers.fill(&mut self.jacobian)?;
        self.factored = None;
        if let Some(stages) = known(stages) {
            // the factors were made before: they are not counted again
            self.factor(stages, h, &mut Statistics::default()).ok()?;
        }
        numbers.0.is_empty().then_some(())
    }
}
