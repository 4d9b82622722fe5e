//! The equations of a step, solved by a modified Newton iteration.
//!
//! Policies:
//! - The matrix `c M - J` is factored anew where c has moved by more than [`DRIFT`] since it was; between, corrections are
//!   scaled by `2 / (1 + c / c_factored)`, which halves what a wrong c does to stiff and to slow directions alike.
//! - The Jacobian is evaluated anew after [`OLDEST`] steps, where corrections have become smaller too slowly ([`SLOW`]), and
//!   at once where the iteration fails with one of an earlier step.
//! - Where it fails with a new one, too, the factors are asked whether they are at fault ([`Newton::pivots`]); else the step
//!   is too long.
//! - The rate of convergence is remembered as long as the factors, and until the Jacobian is twice as old as when the rate was
//!   seen: with it a first iteration can be the last. Where it is not known, the corrections to come count as much as the last
//!   one. While single iterations are enough nobody sees a Jacobian age, and what they leave is more than the old rate says.
//!   It enters the past, of which the error estimate of order k is a difference of order k + 1: noise in a stiff component,
//!   which no shorter step takes away, rejects steps one after the other and drives the order down to 1.

use super::super::differences::{Base, Derivatives};
use super::super::norm::Norm;
use super::super::stages::is_small;
use super::super::stepper::{Fault, Numbers, Problem};
use super::super::vector::{not_finite, padded};
use super::super::{Failure, Options, Reject, Shape, Statistics};
use crate::linalg::{LinearAlgebra, LinearSolver};
use crate::program::{Executor, Vector, Work, widest};

/// A Jacobian serves so many steps.
const OLDEST: u32 = 30;
/// The leading coefficient may move by this part of itself before the matrix is factored anew.
const DRIFT: f64 = 0.2;
/// So many iterations, and no more.
const MOST_ITERATIONS: u32 = 4;
/// What the iteration leaves, in the error norm.
const LEFT: f64 = 0.01;
/// Corrections that do not become smaller than by this factor lead nowhere.
const DIVERGING: f64 = 0.9;
/// How much of the rate that was known stays where a smaller one is seen.
const FORGET: f64 = 0.3;
/// A Jacobian with which corrections do not become smaller than by this factor is evaluated anew for the next step.
const SLOW: f64 = 0.1;

/// The linear systems of the iteration, and what is known of them.
#[derive(Clone, Debug)]
pub(super) struct Newton {
    n: usize,
    derivatives: Derivatives,
    linear: LinearSolver,
    jacobian: Vec<f64>,
    /// Steps since the Jacobian was evaluated; none where there is none.
    age: Option<u32>,
    /// c of the factors; NaN where there are none.
    shift: f64,
    /// How much smaller each correction is than the one before; NaN where that is not known.
    rate: f64,
    /// The age of the Jacobian from which on the rate is believed no more.
    doubted: u32,
    /// f(t, y^0)
    first: Vec<f64>,
    residual: Vec<f64>,
    correction: Vec<f64>,
    left: Vec<f64>,
    scratch: Vec<f64>,
}

/// The equations `M (y'^0 + c (y - y^0)) = f(t, y)` of a step.
pub(super) struct Equations<'a> {
    pub problem: &'a Problem<'a>,
    pub norm: &'a Norm,
    pub t: f64,
    /// c
    pub leading: f64,
    /// y^0 and y'^0, padded.
    pub predicted: (&'a [f64], &'a [f64]),
    /// The state at the start of the step, padded: what a correction is measured against.
    pub start: &'a [f64],
}

impl Newton {
    pub fn new(shape: &Shape, options: &Options) -> Result<Self, Failure> {
        let zeros = || vec![0.0; padded(shape.n())];
        Ok(Newton {
            n: shape.n(),
            derivatives: Derivatives::new(shape, options),
            linear: LinearSolver::new(&shape.jacobian, options.executor, options.linear_algebra)?,
            jacobian: vec![0.0; shape.jacobian.len()],
            age: None,
            shift: f64::NAN,
            rate: f64::NAN,
            doubted: 0,
            first: zeros(),
            residual: zeros(),
            correction: zeros(),
            left: zeros(),
            scratch: vec![0.0; shape.scratch],
        })
    }

    /// Solves for y; `e` becomes y - y^0. Both padded.
    pub fn solve(&mut self, eq: &Equations, y: &mut [f64], e: &mut [f64], stats: &mut Statistics) -> Result<(), Fault> {
        let n = self.n;
        stats.rhs += 1;
        eq.problem.system.rhs(&eq.problem.at(eq.t), &eq.predicted.0[..n], &mut self.first[..n], &mut self.scratch)?;
        loop {
            let is_new = self.make_ready(eq, stats)?;
            let fault = match self.iterate(eq, y, e, stats) {
                Ok(()) => {
                    if self.rate > SLOW && !is_new {
                        self.age = None;
                    }
                    return Ok(());
                }
                Err(fault) => fault,
            };
            stats.convergence_failures += 1;
            if matches!(fault, Fault::Reject(Reject::Abort(_))) {
                return Err(fault);
            }
            if !is_new {
                self.age = None;
            } else if !self.pivots(eq, stats) {
                return Err(fault);
            }
        }
    }

    /// Has factors that will do; gives whether the Jacobian is of this step.
    fn make_ready(&mut self, eq: &Equations, stats: &mut Statistics) -> Result<bool, Fault> {
        if self.age.is_none_or(|age| age >= OLDEST) {
            (self.age, self.shift) = (None, f64::NAN);
            let base =
                Base { problem: eq.problem, t: eq.t, y: &eq.predicted.0[..self.n], slope: &self.first[..self.n] };
            self.derivatives.jacobian(&base, &mut self.jacobian, &mut self.scratch, stats)?;
            self.age = Some(0);
        }
        let drift = (eq.leading / self.shift - 1.0).abs();
        if drift.is_nan() || drift > DRIFT {
            self.factor(eq.leading, stats)?;
        }
        Ok(self.age == Some(0))
    }

    /// Makes pivoted factors where those that are there have lost too many digits: where the last solution moves by too
    /// large a part of itself under refinement. Gives whether there are such now.
    fn pivots(&mut self, eq: &Equations, stats: &mut Statistics) -> bool {
        let n = self.n;
        if self.linear.is_pivoted() || !self.shift.is_finite() {
            return false;
        }
        let (x, b) = (&self.correction[..n], &self.residual[..n]);
        self.linear.residual(&self.jacobian, self.shift, x, b, &mut self.left[..n]);
        let size = eq.norm.size(&self.correction[..n], &eq.start[..n]);
        stats.solves += 1;
        self.linear.solve(&self.left[..n], &mut self.correction[..n]);
        if is_small(eq.norm.size(&self.correction[..n], &eq.start[..n]), size) {
            return false;
        }
        stats.factorisations += 1;
        self.rate = f64::NAN;
        let is_better = self.linear.factor_pivoted(&self.jacobian, self.shift);
        stats.fallback_factorisations += u64::from(is_better);
        is_better
    }

    fn factor(&mut self, shift: f64, stats: &mut Statistics) -> Result<(), Fault> {
        stats.factorisations += 1;
        (self.shift, self.rate) = (f64::NAN, f64::NAN);
        self.linear.factor(&self.jacobian, shift).map_err(|s| Fault::Singular(s.row))?;
        stats.fallback_factorisations += u64::from(self.linear.is_fallback());
        self.shift = shift;
        Ok(())
    }

    fn iterate(&mut self, eq: &Equations, y: &mut [f64], e: &mut [f64], stats: &mut Statistics) -> Result<(), Fault> {
        let (n, mass) = (self.n, eq.problem.system.shape().mass());
        let (predicted, slope) = eq.predicted;
        let scale = 2.0 / (1.0 + eq.leading / self.shift);
        y.copy_from_slice(predicted);
        e.fill(0.0);
        let age = self.age.unwrap_or(0);
        if age >= self.doubted {
            self.rate = f64::NAN;
        }
        let mut last = f64::NAN;
        for iteration in 0..MOST_ITERATIONS {
            stats.newton_iterations += 1;
            if iteration == 0 {
                self.residual.copy_from_slice(&self.first);
            } else {
                stats.rhs += 1;
                eq.problem.system.rhs(&eq.problem.at(eq.t), &y[..n], &mut self.residual[..n], &mut self.scratch)?;
            }
            for i in 0..n {
                let rate = slope[i] + eq.leading * e[i];
                self.residual[i] -= mass.map_or(1.0, |m| m[i]) * rate;
            }
            stats.solves += 1;
            self.linear.solve(&self.residual[..n], &mut self.correction[..n]);
            for (((e, y), x), predicted) in e.iter_mut().zip(&mut *y).zip(&self.correction).zip(predicted) {
                *e += scale * x;
                *y = predicted + *e;
            }
            let size = scale * widest(Size { norm: eq.norm, x: &self.correction, a: eq.start, b: predicted });
            if !size.is_finite() {
                return Err(Fault::NotFinite(not_finite(&self.correction).unwrap_or(0)));
            }
            if last.is_finite() {
                let rate = size / last;
                if rate > DIVERGING {
                    break;
                }
                self.doubted = 2 * age.max(1);
                self.rate = if self.rate.is_finite() { rate.max(FORGET * self.rate) } else { rate };
            }
            // the corrections to come are a geometric series at most
            let left = size * (self.rate / (1.0 - self.rate)).min(1.0);
            if left <= LEFT {
                return Ok(());
            }
            last = size;
        }
        Err(Fault::NotConverged(eq.norm.worst(&self.correction[..n], &eq.start[..n], &predicted[..n])))
    }

    pub fn scratch(&mut self) -> &mut [f64] {
        &mut self.scratch
    }

    /// A step has been accepted.
    pub fn grow_older(&mut self) {
        self.age = self.age.map(|age| age + 1);
    }

    /// What is known is of another time.
    pub fn forget(&mut self) {
        self.age = None;
    }

    pub fn solve_linear(&mut self, right_hand_side: &[f64], x: &mut [f64], stats: &mut Statistics) {
        stats.solves += 1;
        self.linear.solve(right_hand_side, x);
    }

    pub fn linear_algebra(&self) -> LinearAlgebra {
        self.linear.chosen()
    }

    pub fn executor(&self) -> Executor {
        self.linear.executor()
    }

    pub fn set_executor(&mut self, executor: Executor) {
        self.linear.set_executor(executor);
    }

    /// What is remembered, as numbers; no Jacobian is -1 steps old.
    pub fn keep(&self) -> Vec<f64> {
        let age = self.age.map_or(-1.0, f64::from);
        let is_fallback = f64::from(u8::from(self.linear.is_fallback()));
        [&[age, self.shift, self.rate, f64::from(self.doubted), is_fallback][..], &self.jacobian].concat()
    }

    /// Takes up what was kept; the same factors are made again.
    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        let [age, shift, rate] = [numbers.one()?, numbers.one()?, numbers.one()?];
        self.doubted = numbers.one()? as u32;
        let is_fallback = numbers.one()? != 0.0;
        self.age = Some(age as u32).filter(|_| age >= 0.0);
        numbers.fill(&mut self.jacobian)?;
        (self.shift, self.rate) = (f64::NAN, rate);
        if shift.is_finite() {
            let is_made = if is_fallback {
                self.linear.factor_pivoted(&self.jacobian, shift)
            } else {
                self.linear.factor(&self.jacobian, shift).is_ok()
            };
            self.shift = if is_made { shift } else { return None };
        }
        Some(())
    }
}

/// Measures in the error norm.
pub(super) struct Size<'a> {
    pub norm: &'a Norm,
    pub x: &'a [f64],
    pub a: &'a [f64],
    pub b: &'a [f64],
}

impl Work for Size<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector>(self) -> f64 {
        self.norm.largest::<V>(self.x, self.a, self.b)
    }
}
