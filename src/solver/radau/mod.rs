//! Radau IIA methods of order 5, 9 and 13, the order chosen as the run goes on.
//!
//! E. Hairer & G. Wanner, *Stiff differential equations solved by Radau methods*, J. Comput. Appl. Math. 111 (1999) 93-111;
//! *Solving ODEs II*, 2nd ed., section IV.8. Their letters are kept: s stages, W = T^-1 Z, theta, eta, kappa, psi. What is
//! decided how:
//!
//! - **Newton** stops where `eta |dW| <= kappa` ([`convergence`]); kappa is 0.03 of the tolerance asked for, or what rounding leaves.
//! - **Jacobian**: kept for the next step where Newton's iterations contracted by [`KEPT`] or more. Where they fail with an old
//!   one it is evaluated and the same step is tried again; so it is after a step whose error was too large.
//! - **Factors**: kept with the Jacobian for steps of the same length ([`factors`]); so that there are such, a step is not
//!   lengthened by less than [`WORTHWHILE`].
//! - **Starting values**: the polynomial of the last step, whatever its order, extrapolated.
//! - **Order**: [`order`].
//! - **Step size**: Gustafsson's controller on an estimate of order s, its safety factor lower where Newton takes longer.
//! - **What the estimate is measured against** is not the tolerance itself: it is of order s and the step of order 2 s - 1.
//!   It may be as large as `0.1 rtol^(2/3)` in the place of rtol ([`RELAXED`]), the absolute tolerance in proportion, as in the
//!   authors' code for s = 3. For more stages theirs allows `0.1 rtol^((s + 1)/(2 s))`; with that the steps through the sharp
//!   turns of OREGO were off by up to 100 rtol.
//! - **Where the time drives the system** a stiff component has order s + 1 only, and the start says nothing of the way to the
//!   end: the defect of dense output inside the step counts as an error, against [`DRIVEN`] tolerances ([`attempt`]).
//! - **Rows inside a step**: [`within`].

mod attempt;
mod convergence;
mod dense;
mod factors;
mod newton;
mod order;
mod tables;
mod within;

use self::attempt::{Circumstances, collocate, defect};
use self::convergence::Convergence;
use self::factors::Factors;
use self::newton::{Collocation, Outcome, Seed, Space};
use self::order::Order;
use self::tables::{STAGES_3, STAGES_5, STAGES_7};
use self::within::Halves;
use super::control::Controller;
use super::differences::{Base, Derivatives};
use super::norm::Norm;
use super::stages::finite;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::vector::padded;
use super::{Failure, Options, Reject, Shape, Statistics, StepSize};
use crate::linalg::LinearAlgebra;
use crate::program::Executor;

/// The contraction at most with which a Jacobian is used again.
const KEPT: f64 = 0.001;
/// A step is left as it is where it could grow by at most this factor.
const WORTHWHILE: f64 = 1.2;
/// The part of the tolerance that Newton's iterations may leave.
const KAPPA: f64 = 0.03;
/// See the [module](self).
const RELAXED: f64 = 0.1;
/// Dense output is made better where the error estimate is larger than this part of the tolerance.
const SEEN: f64 = 0.1;
/// What dense output may be off inside a step where the time drives the system, in tolerances.
const DRIVEN: f64 = 4.0;
/// The step control's safety factor, where Newton takes one iteration.
const SAFETY: f64 = 0.9;
/// That after a step whose error was too large.
const SAFETY_AGAIN: f64 = 0.8;
/// A step without a result is shortened by this factor.
const NO_RESULT: f64 = 0.2;

/// Memory of a Radau step.
#[derive(Clone, Debug)]
pub(super) struct Radau {
    n: usize,
    is_forced: bool,
    /// What Newton's iterations may leave for 3, 5 and 7 stages, and what the error estimate may be, in tolerances.
    kappa: [f64; 3],
    /// A fixed step cannot be shortened: Newton's iterations go on for longer.
    patience: u32,
    relaxation: f64,
    controller: Controller,
    order: Order,
    factors: Factors,
    derivatives: Derivatives,
    jacobian: Vec<f64>,
    /// Whether it is to be evaluated before it is used, and whether it is of the state at the start.
    is_due: bool,
    is_fresh: bool,
    /// State and slope at the start of the step, padded.
    start: Vec<f64>,
    slope: Vec<f64>,
    made: Collocation,
    accepted: Collocation,
    halves: Halves,
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
        Ok(Radau {
            n: shape.n(),
            is_forced: shape.is_forced,
            kappa: [STAGES_3.rounding(), STAGES_5.rounding(), STAGES_7.rounding()]
                .map(|rounding| KAPPA.max(rounding / options.rtol)),
            patience: if matches!(options.step, StepSize::Fixed(_)) { 5 } else { 1 },
            relaxation: RELAXED / libm::cbrt(options.rtol),
            controller: Controller::new(order.stages as u32),
            factors: Factors::new(shape, order.most(), options)?,
            derivatives: Derivatives::new(shape, options),
            halves: Halves::new(shape, order.most(), options)?,
            order,
            jacobian: vec![0.0; shape.jacobian.len()],
            is_due: true,
            is_fresh: false,
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
        self.factors.forget();
        let n = self.n;
        let base = Base { problem, t, y: &self.start[..n], slope: &self.slope[..n] };
        self.derivatives.jacobian(&base, &mut self.jacobian, self.space.system(), statistics)?;
        (self.is_due, self.is_fresh) = (false, true);
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
        let stages = self.order.stages;
        self.factors.make(&self.jacobian, stages, at.1, statistics)?;
        let is_filtered_twice = self.is_rejected || !self.has_past;
        let circumstances = Circumstances {
            most: if is_filtered_twice { self.relaxation } else { f64::INFINITY },
            ..self.circumstances(stages)
        };
        let seed = Seed { step: &self.accepted, from: 1.0, part: at.1 / self.accepted.h };
        let seed = Some(seed).filter(|_| self.has_past);
        collocate(
            stages,
            (problem, at, (&self.start, &self.slope), seed),
            (norm, &circumstances, &mut self.factors),
            (&mut self.made, &mut self.space),
            statistics,
        )
    }

    fn circumstances(&self, stages: usize) -> Circumstances {
        Circumstances {
            kappa: self.kappa[stages / 2 - 1],
            eta: self.convergence.eta,
            most: f64::INFINITY,
            patience: self.patience,
        }
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
                Ok(Outcome::Converged(convergence, size)) => {
                    self.convergence = convergence;
                    if !self.is_forced {
                        return Ok(size / self.relaxation);
                    }
                    let step = (&self.made, &self.start[..]);
                    let inside = defect(step, (problem, at.0), norm, &mut self.factors, &mut self.space, statistics)?;
                    self.made.size = size.max(inside);
                    return Ok((size / self.relaxation).max(inside / DRIVEN));
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
        &self.space.state(self.made.stages)[..self.n]
    }

    fn error(&self) -> &[f64] {
        &self.made.error[..self.n]
    }

    fn accept(&mut self, h: f64, error: f64, _: &[f64]) -> f64 {
        let Convergence { theta, iterations, .. } = self.convergence;
        let growth = if self.has_past { h / self.accepted.h } else { f64::NAN };
        std::mem::swap(&mut self.made, &mut self.accepted);
        self.halves.forget();
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
            return self.controller.rejected_with(SAFETY_AGAIN, h, error);
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
        if !self.halves.evaluate(s, 0, ends, out) {
            self.accepted.evaluate(s, 0, ends, out);
        }
    }

    fn derivative(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        if !self.halves.evaluate(s, 1, ends, out) {
            self.accepted.evaluate(s, 1, ends, out);
        }
    }

    fn refine(&mut self, problem: &Problem, (t, y0): (f64, &[f64]), norm: &Norm, statistics: &mut Statistics) -> bool {
        let circumstances = self.circumstances(self.accepted.stages);
        let step = (&self.accepted, &self.jacobian[..]);
        self.accepted.size > SEEN
            && self.halves.make(problem, step, (t, y0), (norm, &circumstances), &mut self.space, statistics)
    }

    fn factors(&mut self, h: f64) -> Option<f64> {
        // where the step has not kept them, they are counted already
        self.factors.make(&self.jacobian, self.accepted.stages, h, &mut Statistics::default()).ok()?;
        self.factors.shift()
    }

    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64], statistics: &mut Statistics) {
        statistics.solves += 1;
        self.factors.linear.solve(right_hand_side, x);
    }

    fn linear_algebra(&self) -> Option<LinearAlgebra> {
        Some(self.factors.linear.chosen())
    }

    fn executor(&self) -> Executor {
        self.factors.linear.executor()
    }

    fn set_executor(&mut self, executor: Executor) {
        self.factors.set_executor(executor);
        self.halves.set_executor(executor);
    }

    fn keep(&self) -> Vec<f64> {
        let number = |x: bool| f64::from(u8::from(x));
        let (stages, h) = self.factors.made().unwrap_or((0, 0.0));
        let flags = [number(self.is_due), number(self.has_past), self.convergence.eta, stages as f64, h];
        let numbers = [&self.order.keep()[..], &self.controller.keep(), &flags].concat();
        [numbers, self.accepted.keep(), self.jacobian.clone(), self.halves.keep()].concat()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        self.take(&mut numbers).is_some() && numbers.0.is_empty()
    }
}

impl Radau {
    fn take(&mut self, numbers: &mut Numbers) -> Option<()> {
        self.order.take_up(numbers)?;
        self.controller.set_estimate_order(self.order.stages as u32);
        self.controller.take_up(numbers)?;
        (self.is_due, self.has_past) = (numbers.one()? != 0.0, numbers.one()? != 0.0);
        self.convergence.eta = numbers.one()?;
        let (stages, h) = (numbers.one()?, numbers.one()?);
        self.accepted.take_up(numbers)?;
        numbers.fill(&mut self.jacobian)?;
        self.factors.forget();
        if let Some(stages) = [3, 5, 7].into_iter().find(|s| *s as f64 == stages) {
            // they have been made and counted before
            self.factors.make(&self.jacobian, stages, h, &mut Statistics::default()).ok()?;
        }
        self.halves.take_up(numbers)
    }
}
