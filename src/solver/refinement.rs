//! Dense output inside a step, made as exact as the ends.
//!
//! The polynomial p of a method is of lower order than its step where components are stiff: what is slaved to others moves
//! between the ends as they do not tell. Its defect `d = f(t, p) - M p'` does tell. With the step's own matrix
//! `W = c M - J`, `x = W^-1 d` is the error where J is large (with the sign changed), but of the size of the error of p' where
//! it is small; `x - c W^-1 M x = -W^-1 J x` is the first without the second. It is computed at three points of the step,
//! and what is added to p is the polynomial through these that vanishes at both ends.
//!
//! On HIRES and E5 this takes the largest error of rows from 6 times that of the steps to 1.1 times (`docs/accuracy.md`).

use super::Statistics;
use super::norm::Norm;
use super::stepper::{Numbers, Problem, Stepper};

/// The parts of a step at which the defect is looked at.
pub(super) const POINTS: [f64; 3] = [0.25, 0.5, 0.75];

/// What is added to the dense output of the last step.
#[derive(Clone, Debug)]
pub(super) struct Refinement {
    is_made: bool,
    /// Whether there is anything to add.
    is_sound: bool,
    corrections: [Vec<f64>; POINTS.len()],
    rate: Vec<f64>,
    work: Vec<f64>,
}

/// A step that was taken: where it began, how long it was, and the states at its ends.
pub(super) struct Taken<'a> {
    pub t: f64,
    pub h: f64,
    pub ends: (&'a [f64], &'a [f64]),
    pub norm: &'a Norm,
}

impl Refinement {
    pub fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        let corrections = std::array::from_fn(|_| zeros());
        Refinement { is_made: false, is_sound: false, corrections, rate: zeros(), work: zeros() }
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
        for (k, s) in POINTS.into_iter().enumerate() {
            stepper.value(s, taken.ends, &mut self.work);
            statistics.rhs += 1;
            let at = problem.at(taken.t + s * taken.h);
            if problem.system.rhs(&at, &self.work, &mut self.rate, scratch).is_err() {
                return;
            }
            stepper.derivative(s, taken.ends, &mut self.work);
            for (i, (rate, slope)) in self.rate.iter_mut().zip(&self.work).enumerate() {
                *rate -= mass.map_or(1.0, |m| m[i]) * slope / taken.h;
            }
            if !self.correct(k, stepper, shift, mass, statistics) {
                return;
            }
        }
        self.is_sound = true;
    }

    /// Finds the correction at point k from the defect there, which stands in `rate`; `false` where it is not finite.
    fn correct(
        &mut self,
        k: usize,
        stepper: &mut dyn Stepper,
        shift: f64,
        mass: Option<&[f64]>,
        statistics: &mut Statistics,
    ) -> bool {
        let x = &mut self.corrections[k];
        stepper.solve(&self.rate, x, statistics);
        for (i, (work, x)) in self.work.iter_mut().zip(&*x).enumerate() {
            *work = shift * mass.map_or(1.0, |m| m[i]) * x;
        }
        stepper.solve(&self.work, &mut self.rate, statistics);
        for (x, second) in x.iter_mut().zip(&self.rate) {
            *x -= second;
        }
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
            let at = POINTS[k];
            let others = POINTS.iter().filter(|other| **other != at);
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
