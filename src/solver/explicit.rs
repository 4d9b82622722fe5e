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
//! - between two nodes of a stretch nothing is looked at from outside: root functions are refused;
//! - memory is allocated within steps, and powers are those of the platform.

use super::nodes::{self, Dense, Nodes};
use super::norm::Norm;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::vector::not_finite;
use super::{FailureKind, Method, Options, Reject, Shape, Statistics, StepSize};
use crate::program::Executor;
use ode_solvers::dop_shared::{IntegrationError, OutputType};
use ode_solvers::{DVector, Dop853, Dopri5, System};
use std::cell::RefCell;

/// So many of the crate's steps are to be taken at once: the last one is cut to the length, and a right-hand side is
/// evaluated again, so that it must not be few.
const MANY: f64 = 64.0;

/// At no more than so many, even where its steps have become much shorter than was thought.
const MOST: u64 = 4000;

/// Whether a problem is stiff is asked at each step after so many.
const STIFF_AFTER: u32 = 1000;

/// Room for stages, of which those for dense output alone begin at [`FIRST_EXTRA`].
const STAGES: usize = 16;
const FIRST_EXTRA: usize = 13;

/// What tells the two methods apart.
#[derive(Debug)]
struct Kind {
    method: Method,
    order: u32,
    /// Right-hand sides of a step that is tried, and more of one that is accepted.
    evaluations: (usize, usize),
    /// The crate's options as its author gives them: safety factor, beta, least and largest ratio of steps.
    control: [f64; 4],
    dense: &'static Dense,
}

const DOPRI5: Kind = Kind {
    method: Method::Dopri5,
    order: 5,
    evaluations: (6, 0),
    control: [0.9, 0.04, 0.2, 10.0],
    dense: &nodes::OF_5,
};
const DOP853: Kind = Kind {
    method: Method::Dop853,
    order: 8,
    evaluations: (11, 1),
    control: [0.9, 0.0, 0.333, 6.0],
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

    /// Has the crate integrate over a stretch; tells how it ended, and how often it tried a step.
    fn integrate(&mut self, problem: &Problem, (t, h): (f64, f64), stats: &mut Statistics) -> (Option<Fault>, u64) {
        let is_fixed = self.options.step != StepSize::Adaptive;
        let longest = h.min(self.options.max_step.unwrap_or(h));
        let first = self.step.unwrap_or(longest).min(longest);
        // with a fixed step every error is accepted
        let (rtol, atol) = if is_fixed { (0.0, f64::MAX) } else { (self.options.rtol, self.atol) };
        let tried = stats.steps + stats.rejected;
        let most = self.options.max_steps.saturating_sub(tried).min(MOST) as u32;
        let start = self.state.iter().zip(&self.scales).map(|(y, scale)| y / scale);
        let start = DVector::from_iterator(self.n, start);
        self.made.clear();
        let observed = RefCell::new(Observed {
            made: &mut self.made,
            y: vec![0.0; self.n],
            stages: vec![0.0; self.n * STAGES],
            coming: 0,
            quarter: t,
            scratch: &mut self.scratch,
            fault: None,
            calls: 0,
            most: self.options.max_evaluations.saturating_sub(stats.rhs),
            is_stopped: false,
        });
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
                    longest,
                    first,
                    most,
                    if tried < u64::from(STIFF_AFTER) { STIFF_AFTER } else { 1 },
                    OutputType::Sparse,
                )
                .integrate()
            };
        }
        let ended = if self.kind.method == Method::Dop853 { by!(Dop853) } else { by!(Dopri5) };
        let Observed { fault, calls, made, is_stopped, .. } = observed.into_inner();
        stats.rhs += calls;
        stats.rhs += (self.kind.dense.extra.len() * made.steps()) as u64;
        let (each, more) = self.kind.evaluations;
        let tries = calls.saturating_sub(1 + (more * made.steps()) as u64) / each as u64;
        let fault = match ended {
            Err(IntegrationError::StiffnessDetected { .. }) => Some(Fault::Ended(FailureKind::Stiff)),
            Err(IntegrationError::MaxNumStepReached { .. }) => Some(Fault::Ended(FailureKind::TooManySteps)),
            Err(IntegrationError::StepSizeUnderflow { .. }) => fault.or(Some(Fault::Ended(FailureKind::StepTooSmall))),
            Ok(_) if is_stopped => fault.or(Some(Fault::Ended(FailureKind::TooManyEvaluations))),
            Ok(_) => None,
        };
        (fault, tries)
    }
}

/// What is written down while the crate integrates.
struct Observed<'a> {
    made: &'a mut Nodes,
    /// A state, as it is without the scales.
    y: Vec<f64>,
    /// The rates of the stages of a step, the first at its start, and which one comes next.
    stages: Vec<f64>,
    coming: usize,
    /// The time of the seventh stage.
    quarter: f64,
    scratch: &'a mut [f64],
    /// Why the last right-hand side gave nothing.
    fault: Option<Fault>,
    calls: u64,
    /// The calls that are left to the run.
    most: u64,
    /// Whether the crate was told to stop.
    is_stopped: bool,
}

/// The system as the crate sees it.
struct Watched<'a, 'b> {
    problem: &'a Problem<'a>,
    kind: &'static Kind,
    scales: &'a [f64],
    observed: &'a RefCell<Observed<'b>>,
}

impl Observed<'_> {
    /// Another accepted step, to `t`, and its dense output.
    fn add(&mut self, problem: &Problem, dense: &Dense, t: f64) {
        let Observed { made, y, stages, scratch, .. } = self;
        let n = y.len();
        let (last, state) = (made.steps(), made.y.len() - n);
        let (start, h) = (made.t[last], t - made.t[last]);
        for (k, (time, weights)) in dense.extra.iter().enumerate() {
            let (before, rate) = stages.split_at_mut((FIRST_EXTRA + k) * n);
            for (i, y) in y.iter_mut().enumerate() {
                *y = made.y[state + i] + h * weighed(weights, before, n, i);
            }
            if problem.system.rhs(&problem.at(start + time * h), y, &mut rate[..n], scratch).is_err() {
                rate[..n].fill(f64::NAN);
            }
        }
        for row in dense.rows {
            // where the system gives no value, dense output is what the ends tell
            let coefficients = (0..n).map(|i| Some(h * weighed(row, stages, n, i)).filter(|x| x.is_finite()));
            made.coefficients.extend(coefficients.map(Option::unwrap_or_default));
        }
    }
}

/// The sum of weighted stages in component i of n.
fn weighed(weights: &[f64], stages: &[f64], n: usize, i: usize) -> f64 {
    let terms = weights.iter().zip(stages.chunks_exact(n)).filter(|(weight, _)| **weight != 0.0);
    terms.fold(0.0, |sum, (weight, stage)| sum + weight * stage[i])
}

impl Watched<'_, '_> {
    fn unscale(&self, scaled: &DVector<f64>, out: &mut [f64]) {
        for (out, (z, scale)) in out.iter_mut().zip(scaled.iter().zip(self.scales)) {
            *out = z * scale;
        }
    }

    /// The time of a stage: in release 0.6.2 the twelfth of Dop853 comes with that of the start in the place of the end,
    /// which is four times as far as the seventh.
    fn time(&self, stage: usize, t: f64, made: &Nodes, quarter: &mut f64) -> f64 {
        if self.kind.method == Method::Dop853 && stage == 6 {
            *quarter = t;
        }
        match made.t.last() {
            Some(start) if self.kind.method == Method::Dop853 && stage == 11 => start + 4.0 * (*quarter - start),
            _ => t,
        }
    }
}

impl System<f64, DVector<f64>> for Watched<'_, '_> {
    fn system(&self, t: f64, z: &DVector<f64>, dz: &mut DVector<f64>) {
        let mut observed = self.observed.borrow_mut();
        let Observed { made, y, stages, coming, quarter, scratch, fault, calls, .. } = &mut *observed;
        let (n, stage) = (y.len(), *coming);
        let f = &mut stages[stage * n..][..n];
        self.unscale(z, y);
        *calls += 1;
        // stages come round: after a step that is not accepted the one after the first is next
        *coming = stage % self.kind.evaluations.0 + 1;
        let t = self.time(stage, t, made, quarter);
        // a NaN comes of an earlier stage; a step with one in it is not accepted, and the crate tries a shorter one
        let mut found = not_finite(y).map(Fault::NotFinite);
        if found.is_none() {
            let result = self.problem.system.rhs(&self.problem.at(t), y, f, scratch);
            found = result.err().map(Fault::Reject).or_else(|| not_finite(f).map(Fault::NotFinite));
            *fault = found.or(*fault);
        }
        for (dz, (f, scale)) in dz.iter_mut().zip(f.iter().zip(self.scales)) {
            *dz = if found.is_some() { f64::NAN } else { f / scale };
        }
        if *calls == 1 {
            made.add(t, y, f);
        }
    }

    fn solout(&mut self, t: f64, z: &DVector<f64>, dz: &DVector<f64>) -> bool {
        let mut observed = self.observed.borrow_mut();
        let n = z.len();
        if dz.iter().all(|f| f.is_finite()) {
            // the slope at the end stands after the stages of the step, and is then the first one of the next
            let slope = self.kind.evaluations.0 + self.kind.evaluations.1;
            self.unscale(dz, &mut observed.stages[slope * n..][..n]);
            observed.add(self.problem, self.kind.dense, t);
            observed.stages.copy_within(slope * n..(slope + 1) * n, 0);
            let Observed { made, y, stages, coming, fault, .. } = &mut *observed;
            self.unscale(z, y);
            made.add(t, y, &stages[..n]);
            *coming = 1;
            // what longer steps have met is of no account any more
            *fault = fault.filter(|fault| matches!(fault, Fault::Reject(Reject::Abort(_))));
        }
        observed.is_stopped = observed.fault.is_some() || observed.calls >= observed.most;
        observed.is_stopped
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
                let is_over = steps == 0 || matches!(fault, Fault::Ended(FailureKind::Stiff));
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
