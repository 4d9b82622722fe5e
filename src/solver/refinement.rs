//! Dense output inside a step, made as exact as the ends.
//!
//! The polynomial p of a method is of lower order than its step where components are stiff: what is slaved to others moves
//! between the ends as they do not tell. Its defect `d = f(t, p) - M p'` does tell. With the step's own matrix
//! `W = c M - J`, `x = W^-1 d` is the error where J is large (with the sign changed), but of the size of the error of p' where
//! it is small; `x - c W^-1 M x = -W^-1 J x` is the first without the second. It is computed at some points of the step,
//! and what is added to p is the polynomial through these that vanishes at both ends.
//!
//! On HIRES and E5 this takes the largest error of rows from 6 times that of the steps to 1.1 times (`docs/accuracy.md`).

use super::Statistics;
use super::norm::Norm;
use super::stepper::{Numbers, Problem, Stepper};

/// The parts of a step at which the defect is looked at.
pub(super) const POINTS: [f64; 3] = [0.25, 0.5, 0.75];

/// Where there are algebraic equations: what they say at a point has nothing to do with how well the method follows the others,
/// and a quartic between few points is less exact than they are.
const MORE_POINTS: [f64; 5] = [1.0 / 6.0, 1.0 / 3.0, 0.5, 2.0 / 3.0, 5.0 / 6.0];
/// A correction of algebraic components that is this part of the tolerance is the last.
const ENOUGH: f64 = 0.1;
/// So many corrections at a point at most; the Jacobian may be that of an earlier step.
const MOST: u32 = 10;

/// What is added to the dense output of the last step.
#[derive(Clone, Debug)]
pub(super) struct Refinement {
    is_made: bool,
    /// Whether there is anything to add.
    is_sound: bool,
    points: &'static [f64],
    corrections: Vec<Vec<f64>>,
    rate: Vec<f64>,
    work: Vec<f64>,
    /// The state at a point, and its last correction.
    state: Vec<f64>,
    last: Vec<f64>,
}

/// A step that was taken: where it began, how long it was, and the states at its ends.
pub(super) struct Taken<'a> {
    pub t: f64,
    pub h: f64,
    pub ends: (&'a [f64], &'a [f64]),
    pub norm: &'a Norm,
}

impl Refinement {
    /// For n components, with this diagonal of M.
    pub fn new(n: usize, mass: Option<&[f64]>) -> Self {
        let zeros = || vec![0.0; n];
        let points = if is_algebraic(mass) { &MORE_POINTS[..] } else { &POINTS };
        Refinement {
            is_made: false,
            is_sound: false,
            points,
            corrections: vec![zeros(); points.len()],
            rate: zeros(),
            work: zeros(),
            state: zeros(),
            last: zeros(),
        }
    }

    /// Another step: nothing is known of it.
    pub fn forget(&mut self) {
        (self.is_made, self.is_sound) = (false, false);
    }

    /// Another step is being tried: the matrix of the last one is gone, and what is not known of it remains so.
    pub fn end(&mut self) {
        self.is_made = true;
    }

    /// Looks into the step just taken, where that has not been done. Where the system gives no value inside, or there are no
    /// factors, dense output stays what it is.
    pub fn make(
        &mut self,
        stepper: &mut dyn Stepper,
        problem: &Problem,
        taken: &Taken,
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) {
        if std::mem::replace(&mut self.is_made, true) {
            return;
        }
        if stepper.refine(problem, (taken.t, taken.ends.0), taken.norm, statistics) {
            return;
        }
        let Some(shift) = stepper.factors(taken.h) else { return };
        let mass = problem.system.shape().mass();
        let is_algebraic = is_algebraic(mass);
        self.is_sound = (0..self.points.len()).all(|k| {
            let mut before = f64::INFINITY;
            for i in 0..MOST {
                if !self.look((k, i == 0), (stepper, shift), problem, taken, scratch, statistics) {
                    return false;
                }
                if !is_algebraic {
                    return true;
                }
                let size = taken.norm.size(&self.last, &self.state);
                if size <= ENOUGH || size >= before {
                    return size <= ENOUGH;
                }
                before = size;
            }
            false
        });
    }

    /// Corrects at point k, the first time or once more; `false` where the system gives no value there or it is not finite.
    fn look(
        &mut self,
        (k, is_first): (usize, bool),
        (stepper, shift): (&mut dyn Stepper, f64),
        problem: &Problem,
        taken: &Taken,
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) -> bool {
        let (s, mass) = (self.points[k], problem.system.shape().mass());
        if is_first {
            stepper.value(s, taken.ends, &mut self.state);
            self.corrections[k].fill(0.0);
        } else {
            self.state.iter_mut().zip(&self.last).for_each(|(state, x)| *state += x);
        }
        statistics.rhs += 1;
        let at = problem.at(taken.t + s * taken.h);
        if problem.system.rhs(&at, &self.state, &mut self.rate, scratch).is_err() {
            return false;
        }
        if is_first {
            stepper.derivative(s, taken.ends, &mut self.work);
            for (i, (rate, slope)) in self.rate.iter_mut().zip(&self.work).enumerate() {
                *rate -= mass.map_or(1.0, |m| m[i]) * slope / taken.h;
            }
        } else {
            let differential = |i: usize| mass.is_none_or(|mass| mass[i] != 0.0);
            self.rate.iter_mut().enumerate().filter(|(i, _)| differential(*i)).for_each(|(_, rate)| *rate = 0.0);
        }
        self.correct(k, stepper, shift, mass, statistics)
    }

    /// Corrects at point k by the defect there, which stands in `rate`; `false` where that is not finite.
    fn correct(
        &mut self,
        k: usize,
        stepper: &mut dyn Stepper,
        shift: f64,
        mass: Option<&[f64]>,
        statistics: &mut Statistics,
    ) -> bool {
        let x = &mut self.last;
        stepper.solve(&self.rate, x, statistics);
        for (i, (work, x)) in self.work.iter_mut().zip(&*x).enumerate() {
            *work = shift * mass.map_or(1.0, |m| m[i]) * x;
        }
        stepper.solve(&self.work, &mut self.rate, statistics);
        for (x, second) in x.iter_mut().zip(&self.rate) {
            *x -= second;
        }
        self.corrections[k].iter_mut().zip(&*x).for_each(|(sum, x)| *sum += x);
        x.iter().all(|x| x.is_finite())
    }

    /// Takes up the defect at point k of what dense output is of; the last point comes last. Nothing is added where one of
    /// them is not finite.
    pub fn look_at(
        &mut self,
        k: usize,
        defect: &[f64],
        stepper: &mut dyn Stepper,
        shift: f64,
        statistics: &mut Statistics,
    ) {
        let was_sound = k == 0 || self.is_sound;
        self.rate.copy_from_slice(defect);
        self.corrections[k].fill(0.0);
        self.is_made = true;
        self.is_sound = self.correct(k, stepper, shift, None, statistics) && was_sound;
    }

    /// Whether the last step has been looked into.
    pub fn is_made(&self) -> bool {
        self.is_made
    }

    /// Adds what is known to dense output at the part `s` of the step.
    pub fn add(&self, s: f64, out: &mut [f64]) {
        if !self.is_sound {
            return;
        }
        for (k, corrections) in self.corrections.iter().enumerate() {
            let at = self.points[k];
            let others = self.points.iter().filter(|other| **other != at);
            let weight = others.fold(s * (1.0 - s) / (at * (1.0 - at)), |w, other| w * (s - other) / (at - other));
            for (out, x) in out.iter_mut().zip(corrections) {
                *out += weight * x;
            }
        }
    }

    /// What a snapshot keeps.
    pub fn keep(&self) -> Vec<f64> {
        match (self.is_made, self.is_sound) {
            (false, _) => Vec::new(),
            (true, false) => vec![0.0],
            (true, true) => [&[1.0][..], &self.corrections.concat()].concat(),
        }
    }

    /// Takes up what was kept; `false` where it does not fit.
    pub fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        let is_sound = numbers.one();
        (self.is_made, self.is_sound) = (is_sound.is_some(), is_sound == Some(1.0));
        let mut corrections = self.corrections.iter_mut().filter(|_| self.is_sound);
        corrections.all(|corrections| numbers.fill(corrections).is_some()) && numbers.0.is_empty()
    }
}

fn is_algebraic(mass: Option<&[f64]>) -> bool {
    mass.is_some_and(|mass| mass.contains(&0.0))
}
