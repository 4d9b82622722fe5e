//! One step of a stiffly accurate ESDIRK method: singly diagonally implicit Runge-Kutta, the first stage explicit.
//!
//! With `D_i = h M y'` at stage i and `Z_i` the way from y0 to the state there, stage i solves
//! `M Z_i = sum a_ij D_j + h gamma f(t + c_i h, y0 + Z_i)` by Newton's method ([`stage`]), all stages with the factors of one
//! `W = M / (h gamma) - J`. D is then read off that equation and not evaluated: an error of Z is not multiplied by J. The last
//! stage is the new state, and its D is the first of the next step.
//!
//! The policies are of the kind that CVODE has (Hindmarsh et al., ACM TOMS 31 (2005) 363), with numbers for small systems, in
//! which a Jacobian and its factors cost about as much as two right-hand sides:
//! - *Jacobian age.* A Jacobian is kept until Newton's method converges at a rate above [`SLOW`], until it has served
//!   [`OLDEST`] steps, until a stage does not converge (it is then renewed at the start of the step, and the step tried once
//!   more), or until the past says nothing any more.
//! - *Drift of h gamma.* Factors are kept while `h gamma` is within [`DRIFT`] of theirs; corrections are then scaled.
//! - *Convergence and prediction*: see [`stage`].
//! - *Error estimate.* The difference of the two methods, in D, as it is. Since D is read off and the embedded method is
//!   bounded at infinity, it is bounded in what is stiff. To filter it by `(I - h gamma J)^-1` (Shampine & Baca, Numer. Math. 43
//!   (1984) 301) is only needed where the embedded method is not: here it took a third of the steps away and left errors of
//!   up to 240 times the tolerance on VDPOL.
//! - *Algebraic components* have no D. They solve their equations at every stage and at the end, and follow the differential
//!   ones: so do their errors, and their estimates. Dense output weighs the Z so that errors of the stages cancel in what is an integral of D;
//!   in what is a function of the state at a stage they add up, 3e-2 where the step is right to 1e-8. Such components
//!   are read from the parabola through both ends and stage [`WITHIN`], from where they are refined
//!   ([`refinement`](super::refinement)).

mod esdirk54;
mod stage;
#[cfg(test)]
mod tests;

pub(super) use esdirk54::ESDIRK54;

use super::control::{Controller, smallest_step};
use super::dense;
use super::differences::{Base, Derivatives};
use super::norm::Norm;
use super::stages::finite;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::vector::{MOST_STAGES, Stages, combine, not_finite, padded};
use super::{Failure, Options, Shape, Statistics};
use crate::linalg::{LinearAlgebra, LinearSolver};
use crate::program::{Executor, LANES, Vector, Work, widest};

/// A step at which Newton's method converged at a larger rate is the last one with its Jacobian.
const SLOW: f64 = 0.1;
/// A Jacobian serves so many steps at most.
const OLDEST: u32 = 5;
/// Of step control. It is smaller than elsewhere: on VDPOL errors are 8 times the tolerance with it.
const SAFETY: f64 = 0.8;
/// The stage, of those well inside the step, through which the parabola of algebraic components goes.
const WITHIN: usize = 4;
/// Factors serve while `h gamma` is within this part of theirs.
const DRIFT: f64 = 0.1;

/// The coefficients; the diagonal of `a` is gamma and not written.
#[derive(Debug)]
pub(super) struct Tableau {
    pub order: u32,
    pub estimate_order: u32,
    pub gamma: f64,
    pub a: &'static [&'static [f64]],
    pub c: &'static [f64],
    /// What the weights of the method have more than those of the embedded one.
    pub estimate: &'static [f64],
    /// Row k weighs the Z into coefficient k of the dense output (see [`dense`]).
    pub dense: &'static [&'static [f64]],
}

/// What an attempt makes; vectors are [`padded`].
#[derive(Clone, Debug)]
struct Made {
    /// The D of each component.
    slopes: Vec<Stages>,
    /// The Z of each component.
    ways: Vec<Stages>,
    state: Vec<f64>,
    error: Vec<f64>,
    /// The time at the end, and the length of the step; 0 where there is none.
    end: f64,
    h: f64,
}

/// Memory of an ESDIRK step.
#[derive(Clone, Debug)]
pub(super) struct Esdirk {
    n: usize,
    tableau: &'static Tableau,
    predictions: [[f64; MOST_STAGES]; MOST_STAGES],
    /// The diagonal of M, padded with 1.
    mass: Vec<f64>,
    controller: Controller,
    derivatives: Derivatives,
    linear: LinearSolver,
    jacobian: Vec<f64>,
    /// Steps that the Jacobian has served; none where there is no use for it.
    age: Option<u32>,
    /// The shift of the factors; NaN where there are none of this Jacobian.
    shift: f64,
    /// The rate at which Newton's method converged lately, with these factors.
    rate: f64,
    /// The largest rate of the last attempt.
    slowest: f64,
    /// The state at the start of the step and f there, padded.
    start: Vec<f64>,
    slope: Vec<f64>,
    made: Made,
    /// The last accepted step, from which dense output is made.
    accepted: Made,
    /// The state that it led to, with conserved sums restored.
    led_to: Vec<f64>,
    /// Whether the next step may go on from there.
    is_continued: bool,
    scratch: Scratch,
}

/// Memory that holds nothing between stages, padded but for the system's.
#[derive(Clone, Debug)]
struct Scratch {
    zero: Vec<f64>,
    base: Vec<f64>,
    way: Vec<f64>,
    argument: Vec<f64>,
    rate: Vec<f64>,
    correction: Vec<f64>,
    system: Vec<f64>,
}

impl Esdirk {
    pub fn new(tableau: &'static Tableau, shape: &Shape, options: &Options) -> Result<Self, Failure> {
        let n = padded(shape.n());
        let zeros = || vec![0.0; n];
        let mut mass = shape.mass().map_or(Vec::new(), <[f64]>::to_vec);
        mass.resize(n, 1.0);
        let stages = || vec![Stages::default(); n / LANES];
        let made = Made { slopes: stages(), ways: stages(), state: zeros(), error: zeros(), end: 0.0, h: 0.0 };
        Ok(Esdirk {
            n: shape.n(),
            tableau,
            predictions: stage::predictions(tableau.c, tableau.gamma),
            mass,
            controller: Controller::new(tableau.estimate_order),
            derivatives: Derivatives::new(shape, options),
            linear: LinearSolver::new(&shape.jacobian, options.executor, options.linear_algebra)?,
            jacobian: vec![0.0; shape.jacobian.len()],
            age: None,
            shift: f64::NAN,
            rate: 1.0,
            slowest: 0.0,
            start: zeros(),
            slope: zeros(),
            accepted: made.clone(),
            made,
            led_to: vec![0.0; shape.n()],
            is_continued: false,
            scratch: Scratch {
                zero: zeros(),
                base: zeros(),
                way: zeros(),
                argument: zeros(),
                rate: zeros(),
                correction: zeros(),
                system: vec![0.0; shape.scratch],
            },
        })
    }

    /// Evaluates the Jacobian at the start of the step.
    fn renew(&mut self, problem: &Problem, t: f64, statistics: &mut Statistics) -> Result<(), Fault> {
        (self.age, self.shift) = (None, f64::NAN);
        let base = Base { problem, t, y: &self.start[..self.n], slope: &self.slope[..self.n] };
        self.derivatives.jacobian(&base, &mut self.jacobian, &mut self.scratch.system, statistics)?;
        self.age = Some(0);
        Ok(())
    }

    /// Puts the parabola of each algebraic component in the place of its Z: dense output is exact for parabolas.
    fn lay_parabolas(&mut self) {
        let (c, at) = (self.tableau.c, self.tableau.c[WITHIN]);
        for i in (0..self.n).filter(|&i| self.mass[i] == 0.0) {
            let (ways, lane) = (&mut self.accepted.ways[i / LANES], i % LANES);
            let (inside, end) = (ways[WITHIN][lane], ways[c.len() - 1][lane]);
            let bend = (inside - at * end) / (at * (1.0 - at));
            for (way, c) in ways.iter_mut().zip(c) {
                way[lane] = c * (end + (1.0 - c) * bend);
            }
        }
    }

    /// Factors for this shift, or for one that is near enough.
    fn make_factors(&mut self, shift: f64, statistics: &mut Statistics) -> Result<(), Fault> {
        let is_near = (self.shift / shift - 1.0).abs() <= DRIFT;
        if !is_near {
            self.shift = f64::NAN;
            statistics.factorisations += 1;
            self.linear.factor(&self.jacobian, shift).map_err(|s| Fault::Singular(s.row))?;
            statistics.fallback_factorisations += u64::from(self.linear.is_fallback());
            (self.shift, self.rate) = (shift, 1.0);
        }
        Ok(())
    }
}

/// An attempt at a step, given time and length.
struct Attempt<'a> {
    esdirk: &'a mut Esdirk,
    problem: &'a Problem<'a>,
    at: (f64, f64),
    norm: &'a Norm,
    statistics: &'a mut Statistics,
}

impl Attempt<'_> {
    /// The errors of algebraic components, by which they follow those of the others: `-g_z^-1 g_y e`.
    fn estimate_algebraic(&mut self) {
        let Esdirk { n, mass, linear, jacobian, scratch, made, .. } = &mut *self.esdirk;
        if !mass.contains(&0.0) {
            return;
        }
        let Scratch { zero, rate, correction, .. } = scratch;
        linear.residual(jacobian, 0.0, &made.error[..*n], &zero[..*n], &mut rate[..*n]);
        rate.iter_mut().zip(&*mass).filter(|(_, mass)| **mass != 0.0).for_each(|(rate, _)| *rate = 0.0);
        self.statistics.solves += 1;
        linear.solve(&rate[..*n], &mut correction[..*n]);
        for (i, error) in made.error.iter_mut().enumerate().filter(|(i, _)| mass[*i] == 0.0) {
            *error = -correction[i];
        }
    }
}

impl Work for &mut Attempt<'_> {
    type Output = Result<f64, Fault>;

    #[inline(always)]
    fn run<V: Vector>(self) -> Result<f64, Fault> {
        let (h, tableau) = (self.at.1, self.esdirk.tableau);
        let shift = 1.0 / (h * tableau.gamma);
        self.esdirk.make_factors(shift, self.statistics)?;
        self.esdirk.slowest = 0.0;
        self.first_stage::<V>(h);
        for i in 1..tableau.c.len() {
            self.stage::<V>(i, shift)?;
        }
        let Esdirk { made, scratch, .. } = &mut *self.esdirk;
        made.state.copy_from_slice(&scratch.argument);
        combine::<V>(&mut made.error, &scratch.zero, tableau.estimate, &made.slopes);
        self.estimate_algebraic();
        let Esdirk { made, start, .. } = &*self.esdirk;
        let error = self.norm.largest::<V>(&made.error, start, &made.state);
        if error.is_finite() { Ok(error) } else { Err(Fault::NotFinite(not_finite(&made.error).unwrap_or(0))) }
    }
}

impl Stepper for Esdirk {
    fn boxed(&self) -> Box<dyn Stepper> {
        Box::new(self.clone())
    }

    fn order(&self) -> u32 {
        self.tableau.order
    }

    fn prepare(&mut self, problem: &Problem, t: f64, y: &[f64], statistics: &mut Statistics) -> Result<(), Fault> {
        let n = self.n;
        self.start[..n].copy_from_slice(y);
        // an event that changed nothing may have cut the last step short
        let is_end = (t - self.accepted.end).abs() < smallest_step(t) && y == self.led_to;
        if self.is_continued && is_end {
            let last = self.tableau.c.len() - 1;
            let ends = self.accepted.slopes.iter().flat_map(|d| d[last]);
            self.slope.iter_mut().zip(ends).for_each(|(slope, d)| *slope = d / self.accepted.h);
        } else {
            statistics.rhs += 1;
            problem.system.rhs(&problem.at(t), y, &mut self.slope[..n], &mut self.scratch.system)?;
            finite(&self.slope)?;
        }
        if self.age.is_none_or(|age| age >= OLDEST || self.slowest > SLOW) {
            self.renew(problem, t, statistics)?;
        }
        Ok(())
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
        (self.made.end, self.made.h) = (at.0 + at.1, at.1);
        let tried = widest(&mut Attempt { esdirk: self, problem, at, norm, statistics });
        match tried {
            Err(Fault::NotConverged(_)) if self.age != Some(0) => {
                self.renew(problem, at.0, statistics)?;
                widest(&mut Attempt { esdirk: self, problem, at, norm, statistics })
            }
            tried => tried,
        }
    }

    fn state(&self) -> &[f64] {
        &self.made.state[..self.n]
    }

    fn error(&self) -> &[f64] {
        &self.made.error[..self.n]
    }

    fn accept(&mut self, h: f64, error: f64, y: &[f64]) -> f64 {
        std::mem::swap(&mut self.made, &mut self.accepted);
        self.lay_parabolas();
        self.led_to.copy_from_slice(y);
        self.is_continued = true;
        self.age = self.age.map(|age| age + 1);
        self.controller.accepted_with(SAFETY, h, error)
    }

    fn reject(&mut self, h: f64, error: f64) -> f64 {
        self.controller.rejected(h, error)
    }

    fn again(&self) -> Option<f64> {
        self.controller.again()
    }

    fn restart(&mut self) {
        self.controller.restart();
        (self.is_continued, self.age) = (false, None);
    }

    fn value(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        dense::value(self.tableau.dense, &self.accepted.ways, s, ends, out);
    }

    fn derivative(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        dense::slope(self.tableau.dense, &self.accepted.ways, s, ends, out);
    }

    fn factors(&mut self, _: f64) -> Option<f64> {
        Some(self.shift).filter(|shift| !shift.is_nan())
    }

    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64], statistics: &mut Statistics) {
        statistics.solves += 1;
        self.linear.solve(right_hand_side, x);
    }

    fn executor(&self) -> Executor {
        self.linear.executor()
    }

    fn linear_algebra(&self) -> Option<LinearAlgebra> {
        Some(self.linear.chosen())
    }

    fn set_executor(&mut self, executor: Executor) {
        self.linear.set_executor(executor);
    }

    fn keep(&self) -> Vec<f64> {
        let Made { slopes, ways, end, h, .. } = &self.accepted;
        let (slopes, ways) = (slopes.as_flattened().as_flattened(), ways.as_flattened().as_flattened());
        let age = self.age.map_or(-1.0, f64::from);
        let is_continued = f64::from(u8::from(self.is_continued));
        let numbers = [age, self.shift, self.rate, self.slowest, is_continued, *end, *h];
        [&self.controller.keep()[..], &numbers, slopes, ways, &self.led_to, &self.jacobian].concat()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        let taken = self.take(&mut numbers).is_some() && numbers.0.is_empty();
        // the same factors as those that were there
        taken && (self.shift.is_nan() || self.linear.factor(&self.jacobian, self.shift).is_ok())
    }
}

impl Esdirk {
    fn take(&mut self, numbers: &mut Numbers) -> Option<()> {
        self.controller.take_up(numbers)?;
        let mut singles = [0.0; 7];
        numbers.fill(&mut singles)?;
        let [age, shift, rate, slowest, is_continued, end, h] = singles;
        self.age = (age >= 0.0).then_some(age as u32);
        (self.shift, self.rate, self.slowest) = (shift, rate, slowest);
        (self.is_continued, self.accepted.end, self.accepted.h) = (is_continued != 0.0, end, h);
        numbers.fill(self.accepted.slopes.as_flattened_mut().as_flattened_mut())?;
        numbers.fill(self.accepted.ways.as_flattened_mut().as_flattened_mut())?;
        numbers.fill(&mut self.led_to)?;
        numbers.fill(&mut self.jacobian)
    }
}
