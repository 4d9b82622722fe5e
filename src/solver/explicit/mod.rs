//! Dopri5 and Dop853 of the crate `ode_solvers`, for problems that are not stiff.
//!
//! J. R. Dormand & P. J. Prince, *J. Comput. Appl. Math.* 6 (1980), 19-26; E. Hairer, S. P. Norsett & G. Wanner, *Solving
//! Ordinary Differential Equations I*, 2nd ed. (1993), II.4-II.6 and the codes DOPRI5 and DOP853.
//!
//! The crate integrates from a start to an end with its own step control and calls back after each step it accepts. A step
//! of [`Explicit`] is therefore a stretch of about [`MANY`] of its steps. What it evaluates is looked at on the way, so that
//! dense output can be made of it. (Its own is not used: its rows have to be equally far apart, and in release 0.6.2 the
//! last one is extrapolated from the step before.) What differs from the other methods:
//! - the error norm is the crate's, a root of mean square;
//! - the crate knows one absolute tolerance: each component is scaled by the power of two at or below its own, and the
//!   crate gets the smallest quotient, so that no component is less exact than asked for, and none by more than a half;
//! - Dopri5 is given a quarter of the tolerances ([`CAUTION`]);
//! - between two nodes of a stretch nothing is looked at from outside: root functions are refused;
//! - memory is allocated within steps, and powers are those of the platform.

mod nodes;
mod watched;

use super::dormand_prince::CAUTION;
use super::norm::Norm;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::vector::not_finite;
use super::{FailureKind, Method, Options, Shape, Statistics, StepSize};
use crate::program::Executor;
use nodes::{Dense, Nodes};
use ode_solvers::dop_shared::{IntegrationError, OutputType};
use ode_solvers::{DVector, Dop853, Dopri5};
use std::cell::RefCell;
use watched::{Observed, Watched};

/// So many of the crate's steps are to be taken at once: the last one is cut to the length, and a right-hand side is
/// evaluated again, so that it must not be few.
const MANY: f64 = 64.0;

/// At no more than so many, even where its steps have become much shorter than was thought.
const MOST: u64 = 4000;

/// Whether a problem is stiff is asked at each step after so many.
const STIFF_AFTER: u32 = 1000;

/// What tells the two methods apart.
#[derive(Debug)]
struct Kind {
    method: Method,
    order: u32,
    /// Right-hand sides of a step that is tried, and more of one that is accepted.
    evaluations: (usize, usize),
    /// The crate's options as its author gives them: safety factor, beta, least and largest ratio of steps.
    control: [f64; 4],
    /// What tolerances are divided by for it.
    caution: f64,
    dense: &'static Dense,
}

const DOPRI5: Kind = Kind {
    method: Method::Dopri5,
    order: 5,
    evaluations: (6, 0),
    control: [0.9, 0.04, 0.2, 10.0],
    caution: CAUTION,
    dense: &nodes::OF_5,
};
const DOP853: Kind = Kind {
    method: Method::Dop853,
    order: 8,
    evaluations: (11, 1),
    control: [0.9, 0.0, 0.333, 6.0],
    caution: 1.0,
    dense: &nodes::OF_853,
};

/// One of the two methods at work.
#[derive(Clone, Debug)]
pub(super) struct Explicit {
    n: usize,
    kind: &'static Kind,
    options: Options,
    /// The absolute tolerance that the crate is given, and what each component is divided by for it.
    atol: f64,
    scales: Vec<f64>,
    slope: Vec<f64>,
    /// The crate's last step; none after a start or a restart.
    step: Option<f64>,
    /// The length to begin with, were the last stretch to be taken again.
    again: Option<f64>,
    made: Nodes,
    accepted: Nodes,
    /// The new state, and its error, which the crate does not tell.
    state: Vec<f64>,
    error: Vec<f64>,
    scratch: Vec<f64>,
}

impl Explicit {
    /// `method` is one of the two.
    pub fn new(method: Method, shape: &Shape, options: &Options) -> Self {
        let n = shape.n();
        let power_below = |x: f64| f64::from_bits(x.to_bits() & f64::INFINITY.to_bits()).max(f64::MIN_POSITIVE);
        let scales: Vec<f64> = (0..n).map(|i| power_below(options.atol.at(i))).collect();
        let quotients = scales.iter().enumerate().map(|(i, scale)| options.atol.at(i) / scale);
        Explicit {
            n,
            kind: if method == Method::Dop853 { &DOP853 } else { &DOPRI5 },
            options: options.clone(),
            atol: quotients.fold(2.0, f64::min),
            scales,
            slope: vec![0.0; n],
            step: None,
            again: None,
            made: Nodes::default(),
            accepted: Nodes::default(),
            state: vec![0.0; n],
            error: vec![0.0; n],
            scratch: vec![0.0; shape.scratch],
        }
    }

    /// Has the crate integrate over a stretch; tells why it came to no end, and how often it tried a step.
    fn integrate(&mut self, problem: &Problem, (t, h): (f64, f64), stats: &mut Statistics) -> (Option<Fault>, u64) {
        let is_fixed = self.options.step != StepSize::Adaptive;
        let first = self.step.filter(|_| !is_fixed).unwrap_or(h).min(h);
        // with a fixed step every error is accepted
        let caution = self.kind.caution;
        let (rtol, atol) = if is_fixed { (0.0, f64::MAX) } else { (self.options.rtol / caution, self.atol / caution) };
        let tried = stats.steps + stats.rejected;
        let most = self.options.max_steps.saturating_sub(tried).min(MOST) as u32;
        let look_every = if tried < u64::from(STIFF_AFTER) { STIFF_AFTER } else { 1 };
        let start = self.state.iter().zip(&self.scales).map(|(y, scale)| y / scale);
        let start = DVector::from_iterator(self.n, start);
        let calls = self.options.max_evaluations.saturating_sub(stats.rhs);
        self.made.clear();
        let observed = RefCell::new(Observed::new(&mut self.made, &mut self.scratch, self.n, calls));
        let watched = Watched { problem, kind: self.kind, scales: &self.scales, observed: &observed };
        let [safety, beta, least, largest] = self.kind.control;
        macro_rules! by {
            ($method:ident) => {
                $method::from_param(
                    watched,
                    t,
                    t + h,
                    h,
                    start,
                    rtol,
                    atol,
                    safety,
                    beta,
                    least,
                    largest,
                    h,
                    first,
                    most,
                    look_every,
                    OutputType::Sparse,
                )
                .integrate()
            };
        }
        let ended = if self.kind.method == Method::Dop853 { by!(Dop853) } else { by!(Dopri5) };
        let Observed { fault, calls, made, is_stopped, .. } = observed.into_inner();
        stats.rhs += calls + (self.kind.dense.extra.len() * made.steps()) as u64;
        let (each, more) = self.kind.evaluations;
        let tries = calls.saturating_sub(1 + (more * made.steps()) as u64) / each as u64;
        let ended = match ended {
            Ok(_) if !is_stopped => return (None, tries),
            Ok(_) => FailureKind::TooManyEvaluations,
            Err(IntegrationError::StepSizeUnderflow { .. }) => FailureKind::StepTooSmall,
            Err(IntegrationError::StiffnessDetected { .. }) => {
                return (Some(Fault::Ended(FailureKind::Stiff, None)), tries);
            }
            Err(IntegrationError::MaxNumStepReached { .. }) => {
                return (Some(Fault::Ended(FailureKind::TooManySteps, None)), tries);
            }
        };
        (fault.or(Some(Fault::Ended(ended, None))), tries)
    }
}

impl Stepper for Explicit {
    fn boxed(&self) -> Box<dyn Stepper> {
        Box::new(self.clone())
    }

    fn order(&self) -> u32 {
        self.kind.order
    }

    fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], stats: &mut Statistics) -> Result<(), Fault> {
        self.state.copy_from_slice(y);
        if self.step.is_none() {
            stats.rhs += 1;
            p.system.rhs(&p.at(t), y, &mut self.slope, &mut self.scratch)?;
        }
        not_finite(&self.slope).map_or(Ok(()), |i| Err(Fault::NotFinite(i)))
    }

    fn slope(&self) -> &[f64] {
        &self.slope
    }

    /// A stretch that ends early is tried again about as far as it came, so that the run ends where it has to; where it came
    /// nowhere, and where the problem is stiff, it ends at once.
    fn attempt(&mut self, problem: &Problem, at: (f64, f64), _: &Norm, stats: &mut Statistics) -> Result<f64, Fault> {
        if self.n == 0 {
            return Ok(0.0);
        }
        let (fault, tries) = self.integrate(problem, at, stats);
        let steps = self.made.steps();
        match fault {
            None => {
                stats.rejected += tries.saturating_sub(steps as u64);
                if let Some(end) = self.made.t.last_mut() {
                    *end = at.0 + at.1;
                }
                Ok(0.0)
            }
            Some(fault) => {
                stats.rejected += tries.saturating_sub(1);
                let is_over = steps == 0 || matches!(fault, Fault::Ended(FailureKind::Stiff, _));
                if is_over { Err(fault) } else { Ok(f64::INFINITY) }
            }
        }
    }

    fn state(&self) -> &[f64] {
        self.made.y.rchunks(self.n.max(1)).next().unwrap_or(&[])
    }

    fn error(&self) -> &[f64] {
        &self.error
    }

    fn accept(&mut self, h: f64, _: f64, y: &[f64]) -> f64 {
        std::mem::swap(&mut self.made, &mut self.accepted);
        let last = self.accepted.y.len() - self.n;
        self.accepted.y[last..].copy_from_slice(y);
        let step = self.accepted.step();
        self.again = self.accepted.t.get(1).map(|t| t - self.accepted.t[0]);
        self.step = Some(step);
        (MANY * step).max(h)
    }

    fn reject(&mut self, _: f64, _: f64) -> f64 {
        let steps = self.made.steps();
        self.made.t.get(steps - steps / 8).map_or(0.0, |t| t - self.made.t[0])
    }

    fn again(&self) -> Option<f64> {
        self.again
    }

    fn restart(&mut self) {
        self.step = None;
    }

    fn account(&self, statistics: &mut Statistics) {
        let steps = self.accepted.steps() as u64;
        statistics.steps += steps.saturating_sub(1);
        statistics.explicit_steps += steps;
    }

    fn value(&self, s: f64, _: (&[f64], &[f64]), out: &mut [f64]) {
        let (start, length) = self.accepted.span();
        self.accepted.at(self.n, start + s * length, |i, value, _| out[i] = value);
    }

    fn derivative(&self, s: f64, _: (&[f64], &[f64]), out: &mut [f64]) {
        let (start, length) = self.accepted.span();
        self.accepted.at(self.n, start + s * length, |i, _, slope| out[i] = slope * length);
    }

    fn factors(&mut self, _: f64) -> Option<f64> {
        None
    }

    fn solve(&mut self, _: &[f64], _: &mut [f64], _: &mut Statistics) {}

    fn executor(&self) -> Executor {
        self.options.executor
    }

    fn set_executor(&mut self, executor: Executor) {
        self.options.executor = executor;
    }

    fn keep(&self) -> Vec<f64> {
        let Nodes { t, y, f, coefficients } = &self.accepted;
        let lengths = [self.step, self.again].map(|h| h.unwrap_or(0.0));
        [&[lengths[0], lengths[1], t.len() as f64], &t[..], y, f, coefficients].concat()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        let Some(&[step, again, count]) = numbers.take(3) else { return false };
        [self.step, self.again] = [step, again].map(|h| Some(h).filter(|h| *h > 0.0));
        // no more nodes than there are numbers
        let count = (count as usize).min(kept.len());
        let lengths =
            [count, count * self.n, count * self.n, count.saturating_sub(1) * self.kind.dense.rows.len() * self.n];
        let [Some(t), Some(y), Some(f), Some(coefficients)] =
            lengths.map(|length| numbers.take(length).map(<[f64]>::to_vec))
        else {
            return false;
        };
        self.accepted = Nodes { t, y, f, coefficients };
        numbers.0.is_empty() && self.accepted.t.is_sorted()
    }
}
