//! What a method is to the solver: it tries steps, and says how long the next should be.
//!
//! [`Solver`](super::Solver) does what is the same for all methods: limits, stops, events, conserved sums, the first step,
//! rows between steps. A method keeps what it remembers of steps (a Jacobian, factors, differences of the past) and its own
//! step control, since those belong together.

use super::auto::Auto;
use super::bdf::Bdf;
use super::esdirk::{ESDIRK54, Esdirk};
use super::explicit::Explicit;
use super::norm::Norm;
use super::radau::Radau;
use super::rodas3::RODAS3;
use super::rodas4::RODAS4;
use super::rodas5p::RODAS5P;
use super::ros34pw2::ROS34PW2;
use super::rosenbrock::Rosenbrock;
use super::tangent::Carried;
use super::{Failure, FailureKind, Method, OdeSystem, Options, Point, Reject, Shape, Statistics};
use crate::linalg::LinearAlgebra;
use crate::program::Executor;
use std::fmt::Debug;

/// Why a step gives no result.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    Reject(Reject),
    /// Component whose rate or derivative is not finite.
    NotFinite(usize),
    Singular(usize),
    /// Newton's iterations did not converge; the component that moved most.
    NotConverged(usize),
    /// No shorter step would help.
    Ended(FailureKind, Option<usize>),
}

impl Fault {
    /// What it is to the user, and in which component.
    pub fn kind(self) -> (FailureKind, Option<usize>) {
        match self {
            Fault::Reject(Reject::Abort(text)) => (FailureKind::Aborted(text), None),
            Fault::Reject(Reject::Retry) => (FailureKind::NotFinite, None),
            Fault::NotFinite(component) => (FailureKind::NotFinite, Some(component)),
            Fault::NotConverged(component) => (FailureKind::NotConverged, Some(component)),
            Fault::Singular(component) => (FailureKind::Singular, Some(component)),
            Fault::Ended(kind, component) => (kind, component),
        }
    }
}

impl Fault {
    /// The same, of which no shorter step helps out.
    pub fn ended(self) -> Self {
        let (kind, component) = self.kind();
        Fault::Ended(kind, component)
    }
}

impl From<Reject> for Fault {
    fn from(reject: Reject) -> Self {
        Fault::Reject(reject)
    }
}

/// What a run of steps is given from outside.
pub(super) struct Problem<'a> {
    pub system: &'a dyn OdeSystem,
    pub parameters: &'a [f64],
    pub modes: &'a [f64],
}

impl Problem<'_> {
    pub fn at(&self, t: f64) -> Point<'_> {
        Point::new(t, self.parameters).with_modes(self.modes)
    }
}

/// A method at work. The calls come in this order: [`Stepper::prepare`], then [`Stepper::attempt`] and [`Stepper::reject`]
/// until an attempt can be accepted, then [`Stepper::accept`], and between steps any number of [`Stepper::value`] and the
/// like. [`Stepper::restart`] comes before a step whose past says nothing.
pub(super) trait Stepper: Debug + Send + Sync {
    fn boxed(&self) -> Box<dyn Stepper>;

    /// The order by which a first step is guessed.
    fn order(&self) -> u32;

    /// Evaluates what all attempts at a step from (t, y) share, or leaves it to the first of them.
    fn prepare(&mut self, problem: &Problem, t: f64, y: &[f64], statistics: &mut Statistics) -> Result<(), Fault>;

    /// f(t, y), after a [`Stepper::prepare`] that follows a [`Stepper::restart`] or nothing.
    fn slope(&self) -> &[f64];

    /// Tries a step, given time and length, from where it was prepared: gives the size of its error estimate in the norm,
    /// at most 1 for a step that can be accepted.
    fn attempt(
        &mut self,
        problem: &Problem,
        at: (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<f64, Fault>;

    /// The new state of the last attempt.
    fn state(&self) -> &[f64];

    /// The error estimate of the last attempt, by component.
    fn error(&self) -> &[f64];

    /// The last attempt, of length h and error `error`, is accepted; `y` is its new state, in which conserved sums may have
    /// been restored. Gives the length of the step to try next.
    fn accept(&mut self, h: f64, error: f64, y: &[f64]) -> f64;

    /// Counts what is particular to the method in the step just accepted; [`Solver`](super::Solver) counts the step.
    fn account(&self, _: &mut Statistics) {}

    /// The last attempt, of length h, is not accepted; `error` is infinite where it gave no result. Gives the length to try.
    fn reject(&mut self, h: f64, error: f64) -> f64;

    /// What the last accepted step should have been, were it to be taken again from the like of where it was taken.
    fn again(&self) -> Option<f64>;

    /// The past says nothing any more: a start, an event, a change of parameters.
    fn restart(&mut self);

    /// The rates go on from here without a jump, their derivatives do not: a switch has turned.
    fn bend(&mut self) {
        self.restart();
    }

    /// The state at the part `s` of the last accepted step, given the states at its ends.
    fn value(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]);

    /// The derivative of [`Stepper::value`] by s.
    fn derivative(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]);

    /// Makes dense output of the last accepted step, from state y0 at time t, more exact, where the method has a way of its
    /// own to do so; whether it has.
    fn refine(&mut self, problem: &Problem, start: (f64, &[f64]), norm: &Norm, statistics: &mut Statistics) -> bool {
        let _ = (problem, start, norm, statistics);
        false
    }

    /// Makes factors of `shift M - J` ready that belong to the last accepted step, of length h, and gives the shift; none
    /// where there are none.
    fn factors(&mut self, h: f64) -> Option<f64>;

    /// Solves with [`Stepper::factors`].
    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64], statistics: &mut Statistics);

    /// Makes memory for so many sensitivities of its steps; `false` where the method has none.
    ///
    /// # Errors
    /// Where linear algebra of its own cannot be made.
    fn carry(&mut self, count: usize, shape: &Shape, options: &Options) -> Result<bool, Failure> {
        let _ = (count, shape, options);
        Ok(false)
    }

    /// Takes sensitivities through the last accepted step, given its time and length and the state it led to.
    fn carry_through(
        &mut self,
        problem: &Problem,
        taken: (f64, f64),
        end: &[f64],
        carried: &mut [Carried],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        let _ = (problem, taken, end, carried, statistics);
        Ok(())
    }

    /// Sensitivity k at the part `s` of the last accepted step, given it at the ends; or its derivative by s.
    fn carried(&self, k: usize, s: f64, ends: (&[f64], &[f64]), is_derivative: bool, out: &mut [f64]) {
        let _ = (k, s, ends, is_derivative, out);
    }

    /// What computes the elimination now.
    fn executor(&self) -> Executor;

    fn set_executor(&mut self, executor: Executor);

    /// How its linear systems are solved; none where it has none.
    fn linear_algebra(&self) -> Option<LinearAlgebra> {
        None
    }

    /// Everything that is remembered between steps, as numbers (a snapshot is made of them).
    fn keep(&self) -> Vec<f64>;

    /// Takes up what [`Stepper::keep`] gave; `false` where it does not fit.
    fn take_up(&mut self, kept: &[f64]) -> bool;
}

impl Clone for Box<dyn Stepper> {
    fn clone(&self) -> Self {
        self.boxed()
    }
}

/// The method that the options ask for.
pub(super) fn stepper(shape: &Shape, options: &Options) -> Result<Box<dyn Stepper>, Failure> {
    Ok(match options.method {
        Method::Rodas5P => Box::new(Rosenbrock::new(&RODAS5P, shape, options)?),
        Method::Rodas4 => Box::new(Rosenbrock::new(&RODAS4, shape, options)?),
        Method::Rodas3 => Box::new(Rosenbrock::new(&RODAS3, shape, options)?),
        Method::Ros34Pw2 => Box::new(Rosenbrock::new(&ROS34PW2, shape, options)?),
        Method::Esdirk54 => Box::new(Esdirk::new(&ESDIRK54, shape, options)?),
        Method::Radau => Box::new(Radau::new(shape, options)?),
        Method::Bdf => Box::new(Bdf::new(shape, options)?),
        Method::Dopri5 | Method::Dop853 => Box::new(Explicit::new(options.method, shape, options)),
        Method::Auto => Box::new(Auto::new(shape, options)?),
    })
}

/// Numbers to be taken from a slice one after the other.
pub(super) struct Numbers<'a>(pub &'a [f64]);

impl<'a> Numbers<'a> {
    /// The next so many; none where there are fewer.
    pub fn take(&mut self, count: usize) -> Option<&'a [f64]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// Writes the next ones over a slice.
    pub fn fill(&mut self, out: &mut [f64]) -> Option<()> {
        out.copy_from_slice(self.take(out.len())?);
        Some(())
    }

    /// The next one.
    pub fn one(&mut self) -> Option<f64> {
        self.take(1).map(|one| one[0])
    }
}
