//! Dense output as exact as the steps: the step is taken again in two halves, once something is read inside it.
//!
//! The polynomial of a step of s stages is of order s + 1 and its end of order 2 s - 1. Where the error estimate shows that
//! this makes a difference, rows are read from the polynomials of two steps of half the length, which have the accuracy of
//! steps in the middle and a 2^(s + 2)th of the error of the one polynomial elsewhere.

use super::attempt::{Circumstances, collocate};
use super::factors::Factors;
use super::newton::{Collocation, Outcome, Seed, Space};
use crate::program::Executor;
use crate::solver::norm::Norm;
use crate::solver::stepper::{Numbers, Problem};
use crate::solver::vector::padded;
use crate::solver::{Failure, Options, Shape, Statistics};

/// The two halves of the last accepted step.
#[derive(Clone, Debug)]
pub(super) struct Halves {
    factors: Factors,
    /// Whether they are those of the last accepted step.
    is_made: bool,
    halves: [Collocation; 2],
    /// State (padded) between them.
    middle: Vec<f64>,
    start: Vec<f64>,
    slope: Vec<f64>,
}

impl Halves {
    pub fn new(shape: &Shape, stages: usize, options: &Options) -> Result<Self, Failure> {
        let n = padded(shape.n());
        let zeros = || vec![0.0; n];
        Ok(Halves {
            factors: Factors::new(shape, stages, options)?,
            is_made: false,
            halves: [Collocation::new(n), Collocation::new(n)],
            middle: zeros(),
            start: zeros(),
            slope: zeros(),
        })
    }

    /// Another step: nothing is known of it.
    pub fn forget(&mut self) {
        self.is_made = false;
    }

    pub fn set_executor(&mut self, executor: Executor) {
        self.factors.set_executor(executor);
    }

    /// Takes the two halves of a step from y0, where they are not made; whether that went well.
    pub fn make(
        &mut self,
        problem: &Problem,
        (step, jacobian): (&Collocation, &[f64]),
        (t, y0): (f64, &[f64]),
        (norm, circumstances): (&Norm, &Circumstances),
        space: &mut Space,
        statistics: &mut Statistics,
    ) -> bool {
        if self.is_made {
            return true;
        }
        let (n, h) = (y0.len(), 0.5 * step.h);
        self.factors.forget();
        if self.factors.make(jacobian, step.stages, h, statistics).is_err() {
            return false;
        }
        self.start[..n].copy_from_slice(y0);
        for (k, half) in self.halves.iter_mut().enumerate() {
            let from = 0.5 * k as f64;
            statistics.rhs += 1;
            let at = problem.at(t + from * step.h);
            if problem.system.rhs(&at, &self.start[..n], &mut self.slope[..n], space.system()).is_err() {
                return false;
            }
            let seed = Some(Seed { step, from, part: 0.5 });
            let start = (&self.start[..], &self.slope[..]);
            let at = (t + from * step.h, h);
            let taken = collocate(
                step.stages,
                (problem, at, start, seed),
                (norm, circumstances, &mut self.factors),
                (half, space),
                statistics,
            );
            if !matches!(taken, Ok(Outcome::Converged(..))) {
                return false;
            }
            self.start.copy_from_slice(space.state(step.stages));
            if k == 0 {
                self.middle.copy_from_slice(&self.start);
            }
        }
        self.is_made = true;
        true
    }

    /// As [`Collocation::evaluate`]; `false` where there are no halves.
    pub fn evaluate(&self, x: f64, part: usize, (y0, y1): (&[f64], &[f64]), out: &mut [f64]) -> bool {
        if !self.is_made {
            return false;
        }
        let middle = &self.middle[..y0.len()];
        let (half, x, ends) = if x < 0.5 { (0, 2.0 * x, (y0, middle)) } else { (1, 2.0 * x - 1.0, (middle, y1)) };
        self.halves[half].evaluate(x, part, ends, out);
        if part == 1 {
            out.iter_mut().for_each(|slope| *slope *= 2.0);
        }
        true
    }

    /// What a snapshot keeps.
    pub fn keep(&self) -> Vec<f64> {
        if !self.is_made {
            return Vec::new();
        }
        let [first, second] = self.halves.each_ref().map(Collocation::keep);
        [first, second, self.middle.clone()].concat()
    }

    /// Takes up what was kept.
    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        self.is_made = !numbers.0.is_empty();
        if self.is_made {
            for half in &mut self.halves {
                half.take_up(numbers)?;
            }
            numbers.fill(&mut self.middle)?;
        }
        Some(())
    }
}
