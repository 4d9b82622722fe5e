//! When a W-method renews its Jacobian. Its order does not depend on the Jacobian, its stability does.
//!
//! Between the starts of two steps the rate has changed by df and the state by dy. With the factors of the step between them,
//! `x = W^-1 (df - J dy)` is what an error of J does to a stage: for f linear with the Jacobian J + E it is `W^-1 E dy`, small
//! against dy where a step with J damps what one with J + E does. The Jacobian is renewed
//! - where x is more than [`WRONG`] of dy, both in the error norm, and more than [`WORSE`] times as much of it as it was when
//!   the Jacobian had served one step: where the system has none but a wrong one, another would be no better,
//! - after [`OLDEST`] steps,
//! - before a step is tried again, where it is not of the start of that step,
//! - where the past says nothing any more.
//!
//! Algebraic equations ask for the Jacobian as it is: with some it is renewed in every step.
//!
//! While it is kept a step that could grow by less than [`WORTH_GROWING`] keeps its length, and with it the factors.

use super::Options;
use super::norm::Norm;
use super::stepper::Numbers;
use crate::linalg::LinearSolver;

/// The part of a change of state that an error of the Jacobian may make up.
const WRONG: f64 = 0.05;
/// How much worse than in its first step a Jacobian may be.
const WORSE: f64 = 2.0;
/// A Jacobian serves so many steps at most.
const OLDEST: u32 = 10;
/// A step is not made longer for less than this factor.
const WORTH_GROWING: f64 = 1.2;

/// What is remembered of the Jacobian of a W-method.
#[derive(Clone, Debug)]
pub(super) struct Renewal {
    norm: Norm,
    /// Steps that the Jacobian has served; none where there is no use for it.
    age: Option<u32>,
    /// The x of its first step, as a part of dy.
    first: f64,
    /// The time at the start of the last step.
    t: f64,
    /// dy, x, and what it is made of.
    change: Vec<f64>,
    work: Vec<f64>,
    error: Vec<f64>,
}

/// The start of a step.
pub(super) struct Start<'a> {
    pub y: &'a [f64],
    pub rate: &'a [f64],
}

impl Renewal {
    pub fn new(options: &Options, n: usize) -> Self {
        let zeros = || vec![0.0; n];
        let norm = Norm::new(options, n);
        Renewal { norm, age: None, first: 0.0, t: 0.0, change: zeros(), work: zeros(), error: zeros() }
    }

    /// Whether a new Jacobian has to be made before the next attempt.
    pub fn is_due(&self) -> bool {
        self.age.is_none()
    }

    /// A new Jacobian was made.
    pub fn done(&mut self) {
        self.age = Some(0);
    }

    /// Looks at the Jacobian between the start of the last step, given with the derivative of its rate by the time, and that
    /// of the next; `linear` holds the factors of the last step, if any. Gives the linear systems solved.
    pub fn look(
        &mut self,
        linear: Option<&mut LinearSolver>,
        jacobian: &[f64],
        (start, by_time): (&Start, &[f64]),
        (next, t): (&Start, f64),
    ) -> u64 {
        let h = t - std::mem::replace(&mut self.t, t);
        let Some(linear) = linear.filter(|_| self.age.is_some_and(|age| age < OLDEST)) else {
            self.age = None;
            return 0;
        };
        let n = next.y.len();
        for (change, (y, start)) in self.change.iter_mut().zip(next.y.iter().zip(start.y)) {
            *change = y - start;
        }
        // what the rate has changed by, with the other sign
        let rates = start.rate.iter().zip(by_time).zip(next.rate);
        for (work, ((rate, by_time), next)) in self.work.iter_mut().zip(rates) {
            *work = rate + h * by_time - next;
        }
        linear.residual(jacobian, 0.0, &self.change[..n], &self.work[..n], &mut self.error[..n]);
        linear.solve(&self.error[..n], &mut self.work[..n]);
        let size = |x: &[f64]| self.norm.size(&x[..n], next.y);
        let part = size(&self.work) / size(&self.change).max(f64::MIN_POSITIVE);
        if self.age == Some(1) {
            self.first = part;
        }
        // a NaN is no good Jacobian
        self.age = self.age.filter(|_| part <= WRONG.max(WORSE * self.first));
        1
    }

    /// A step of length h is accepted: gives the next from what step control proposes.
    pub fn accept(&mut self, h: f64, next: f64) -> f64 {
        self.age = self.age.map(|age| age + 1);
        if (h..h * WORTH_GROWING).contains(&next) { h } else { next }
    }

    /// A step is not accepted.
    pub fn reject(&mut self) {
        self.age = self.age.filter(|age| *age == 0);
    }

    /// The past says nothing any more.
    pub fn restart(&mut self) {
        self.age = None;
    }

    /// What is remembered, as numbers.
    pub fn keep(&self) -> [f64; 3] {
        [self.age.map_or(-1.0, f64::from), self.first, self.t]
    }

    /// Takes up what was kept.
    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        let age = numbers.one()?;
        self.age = (age >= 0.0).then_some(age as u32);
        (self.first, self.t) = (numbers.one()?, numbers.one()?);
        Some(())
    }
}
