//! The explicit side of [`Auto`](super::Method::Auto): the method of Dormand & Prince, of order 5 with an embedded method of
//! order 4, step by step.
//!
//! J. R. Dormand & P. J. Prince, *J. Comput. Appl. Math.* 6 (1980), 19-26; dense output: E. Hairer, S. P. Norsett & G. Wanner,
//! *Solving Ordinary Differential Equations I*, 2nd ed. (1993), II.6, eq. (6.12) and the code DOPRI5; stiffness: E. Hairer &
//! G. Wanner, *Solving Ordinary Differential Equations II*, 2nd ed. (1996), IV.2, eq. (2.26).

use super::control::Controller;
use super::norm::Norm;
use super::stages::finite;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::vector::{Stages, combine_scaled, keep, padded};
use super::{Shape, Statistics};
use crate::program::{Executor, LANES, Vector, Work, widest};

const STAGES: usize = 7;
const ORDER: u32 = 5;

const C: [f64; STAGES] = [0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0];

/// The last row is that of the new state.
const A: [&[f64]; STAGES] = [
    &[],
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];

/// The new state less that of the embedded method.
const E: [f64; STAGES] =
    [71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339_200.0, 22.0 / 525.0, -1.0 / 40.0];

/// Of dense output, the coefficient of s^2 (1 - s)^2.
pub(super) const D: [f64; STAGES] = [
    -12_715_105_075.0 / 11_282_082_432.0,
    0.0,
    87_487_479_700.0 / 32_700_410_799.0,
    -10_690_763_975.0 / 1_880_347_072.0,
    701_980_252_875.0 / 199_316_789_632.0,
    -1_453_857_185.0 / 822_651_844.0,
    69_997_945.0 / 29_380_423.0,
];

/// An error counts so many times. The estimate is that of one step, by the embedded method; what oscillators make of all of them
/// was up to 50 times the tolerance (docs/accuracy.md). To calibrate tolerances by such measurements: G. Soderlind & L. Wang,
/// *J. Comput. Appl. Math.* 185 (2006), 244-260.
pub(super) const CAUTION: f64 = 4.0;

/// Where the stability region ends on the negative real axis.
pub(super) const STABLE: f64 = 3.3;

/// The method at work. Memory over components is [`padded`].
#[derive(Clone, Debug)]
pub(super) struct DormandPrince {
    n: usize,
    controller: Controller,
    start: Vec<f64>,
    made: Vec<Stages>,
    /// The last accepted step: its stages and its length.
    accepted: Vec<Stages>,
    length: f64,
    /// Whether its last stage is the slope where the next step begins.
    is_known: bool,
    slope: Vec<f64>,
    state: Vec<f64>,
    error: Vec<f64>,
    rate: Vec<f64>,
    /// The argument of the last stage but one, then differences of it.
    before: Vec<f64>,
    /// The length of the last attempt times the size of the eigenvalue that its last stages show.
    stretch: f64,
    scratch: Vec<f64>,
}

impl DormandPrince {
    pub fn new(shape: &Shape) -> Self {
        let n = padded(shape.n());
        let (zeros, stages) = (|| vec![0.0; n], || vec![Stages::default(); n / LANES]);
        DormandPrince {
            n: shape.n(),
            controller: Controller::new(ORDER - 1),
            start: zeros(),
            made: stages(),
            accepted: stages(),
            length: 0.0,
            is_known: false,
            slope: zeros(),
            state: zeros(),
            error: zeros(),
            rate: zeros(),
            before: zeros(),
            stretch: 0.0,
            scratch: vec![0.0; shape.scratch],
        }
    }

    /// The length of the last step times the size of the largest eigenvalue, as the last two stages show it: both are at its
    /// end, and differ as the eigenvector does that the steps have not yet damped. Beyond [`STABLE`] steps would grow wild.
    pub fn stretch(&self) -> f64 {
        self.stretch
    }

    /// What dense output at `s` is made of: weights of the stages, and of the difference between the states at the ends;
    /// then the derivatives of both.
    fn weights(&self, s: f64) -> ([f64; STAGES], f64, [f64; STAGES], f64) {
        let (h, r) = (self.length, 1.0 - s);
        // y0 + s (dy + r (h k1 - dy + s (2 dy - h k7 - h k1 + r h D)))
        let (inner, inner_slope) = (s * s * r, 2.0 * s * r - s * s);
        let (outer, outer_slope) = (inner * r, inner_slope * r - inner);
        let mut value = D.map(|d| h * outer * d);
        let mut slope = D.map(|d| h * outer_slope * d);
        value[0] += h * (s * r - inner);
        slope[0] += h * (r - s - inner_slope);
        value[STAGES - 1] -= h * inner;
        slope[STAGES - 1] -= h * inner_slope;
        (value, s * (1.0 - r) + 2.0 * inner, slope, 2.0 * s + 2.0 * inner_slope)
    }

    fn weighed(&self, weights: &[f64; STAGES], i: usize) -> f64 {
        let stages = &self.accepted[i / LANES];
        weights.iter().zip(stages).fold(0.0, |sum, (weight, k)| sum + weight * k[i % LANES])
    }
}

/// A step to be tried.
struct Try<'a> {
    method: &'a mut DormandPrince,
    problem: &'a Problem<'a>,
    at: (f64, f64),
    norm: &'a Norm,
    statistics: &'a mut Statistics,
}

impl Work for Try<'_> {
    type Output = Result<f64, Fault>;

    #[inline(always)]
    fn run<V: Vector>(self) -> Result<f64, Fault> {
        let Try { method, problem, at: (t, h), norm, statistics } = self;
        let DormandPrince { n, start, made, slope, state, error, rate, before, stretch, scratch, .. } = method;
        keep::<V>(made, 0, slope);
        for i in 1..STAGES {
            combine_scaled::<V>(state, (start, None), A[i], h, made);
            if i == STAGES - 2 {
                before.copy_from_slice(state);
            }
            statistics.rhs += 1;
            problem.system.rhs(&problem.at(t + C[i] * h), &state[..*n], &mut rate[..*n], scratch)?;
            finite(rate)?;
            keep::<V>(made, i, rate);
        }
        rate.fill(0.0);
        combine_scaled::<V>(error, (rate, None), &E, h, made);
        // what the last two stages, both at the end of the step, say of the largest eigenvalue
        for ((rate, before), (state, k)) in rate.iter_mut().zip(before.iter_mut()).zip(state.iter().zip(lanes(made))) {
            *rate = h * (k[STAGES - 1] - k[STAGES - 2]);
            *before = state - *before;
        }
        let [apart, moved] = [&*before, rate].map(|x| norm.largest::<V>(x, start, state));
        *stretch = if apart > 0.0 { moved / apart } else { 0.0 };
        Ok(CAUTION * norm.largest::<V>(error, start, state))
    }
}

impl Stepper for DormandPrince {
    fn boxed(&self) -> Box<dyn Stepper> {
        Box::new(self.clone())
    }

    fn order(&self) -> u32 {
        ORDER
    }

    fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], stats: &mut Statistics) -> Result<(), Fault> {
        self.start[..self.n].copy_from_slice(y);
        // an event may have cut the step short
        if self.is_known && y == self.state() {
            for (slope, stages) in self.slope.as_chunks_mut().0.iter_mut().zip(&self.accepted) {
                *slope = stages[STAGES - 1];
            }
        } else {
            stats.rhs += 1;
            p.system.rhs(&p.at(t), y, &mut self.slope[..self.n], &mut self.scratch)?;
        }
        finite(&self.slope)
    }

    fn slope(&self) -> &[f64] {
        &self.slope[..self.n]
    }

    fn attempt(&mut self, p: &Problem, at: (f64, f64), norm: &Norm, stats: &mut Statistics) -> Result<f64, Fault> {
        widest(Try { method: self, problem: p, at, norm, statistics: stats })
    }

    fn state(&self) -> &[f64] {
        &self.state[..self.n]
    }

    fn error(&self) -> &[f64] {
        &self.error[..self.n]
    }

    fn accept(&mut self, h: f64, error: f64, y: &[f64]) -> f64 {
        std::mem::swap(&mut self.made, &mut self.accepted);
        self.is_known = y == self.state();
        self.length = h;
        self.controller.accepted(h, error)
    }

    fn account(&self, statistics: &mut Statistics) {
        statistics.explicit_steps += 1;
    }

    fn reject(&mut self, h: f64, error: f64) -> f64 {
        self.controller.rejected(h, error)
    }

    fn again(&self) -> Option<f64> {
        self.controller.again()
    }

    fn restart(&mut self) {
        self.is_known = false;
        self.controller.restart();
    }

    fn value(&self, s: f64, (y0, y1): (&[f64], &[f64]), out: &mut [f64]) {
        let (weights, of_difference, ..) = self.weights(s);
        for (i, out) in out.iter_mut().enumerate() {
            *out = self.weighed(&weights, i) + (y0[i] + of_difference * (y1[i] - y0[i]));
        }
    }

    fn derivative(&self, s: f64, (y0, y1): (&[f64], &[f64]), out: &mut [f64]) {
        let (.., weights, of_difference) = self.weights(s);
        for (i, out) in out.iter_mut().enumerate() {
            *out = self.weighed(&weights, i) + of_difference * (y1[i] - y0[i]);
        }
    }

    fn factors(&mut self, _: f64) -> Option<f64> {
        None
    }

    fn solve(&mut self, _: &[f64], _: &mut [f64], _: &mut Statistics) {}

    fn executor(&self) -> Executor {
        Executor::Tape
    }

    fn set_executor(&mut self, _: Executor) {}

    fn keep(&self) -> Vec<f64> {
        let known = [f64::from(u8::from(self.is_known)), self.length];
        [&self.controller.keep()[..], &known, self.accepted.as_flattened().as_flattened(), &self.state].concat()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        let mut take = || {
            self.controller.take_up(&mut numbers)?;
            (self.is_known, self.length) = (numbers.one()? != 0.0, numbers.one()?);
            numbers.fill(self.accepted.as_flattened_mut().as_flattened_mut())?;
            numbers.fill(&mut self.state)
        };
        take().is_some() && numbers.0.is_empty()
    }
}

/// The stages of each component.
fn lanes(stages: &[Stages]) -> impl Iterator<Item = [f64; STAGES]> {
    stages.iter().flat_map(|stages| (0..LANES).map(|lane| std::array::from_fn(|k| stages[k][lane])))
}
