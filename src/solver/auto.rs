//! `Auto`: explicit where the problem is not stiff, implicit where it is.
//!
//! The sides are the method of Dormand & Prince and Rodas5P. Both are of order 5, so that a step of one is about as long as
//! the other would take for the same error (an explicit one a quarter less, by [`CAUTION`](super::dormand_prince::CAUTION)), and
//! only stability tells them apart:
//! - explicit to implicit: the last two stages of a step show the size of the largest eigenvalue; where that times the step
//!   is at the end of the stability region for [`SIGNS`] steps (not counting fewer than [`DOUBTS`] between that are not),
//!   stability holds the step back (E. Hairer & G. Wanner, *Solving ODEs II*, 2nd ed. (1996), IV.2);
//! - implicit to explicit: where a norm of the Jacobian times the step stays inside the stability region for
//!   [`CALM`] steps, an explicit step of that length is stable, too (L. R. Petzold, *SIAM J. Sci. Stat. Comput.* 4 (1983),
//!   136-148). The norm is the one that belongs to the error norm, at the state where the step began.
//!
//! A run begins explicit; after an event it goes on with the side it was on.

use super::dormand_prince::{DormandPrince, STABLE};
use super::norm::Norm;
use super::rodas5p::RODAS5P;
use super::rosenbrock::Rosenbrock;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::{Failure, Options, Shape, Statistics};
use crate::linalg::LinearAlgebra;
use crate::program::Executor;

/// Signs of stiffness before the implicit side takes over, and steps without one that end a series of signs. Where the run
/// would end there are 15; here a step too many costs more than a step aside.
const SIGNS: u32 = 8;
const DOUBTS: u32 = 6;
/// The part of the stability region in which a step shows no sign: step control keeps steps somewhat inside.
const NEAR: f64 = 0.6;
/// Steps in a row that an explicit method could have taken before it takes over.
const CALM: u32 = 6;
/// The part of the stability region that they must lie in: the explicit side is not to see stiffness at once.
const INSIDE: f64 = 0.35;

/// Both sides, of which one is at work.
#[derive(Clone, Debug)]
pub(super) struct Auto {
    explicit: DormandPrince,
    implicit: Rosenbrock,
    /// Which side takes the next step, and which took the last.
    is_implicit: bool,
    was_implicit: bool,
    /// Signs that the other side should take over, and steps without one since.
    signs: u32,
    doubts: u32,
    /// The step last tried on the implicit side times the norm of its Jacobian.
    stretch: f64,
    /// Sizes of errors by component that count as 1.
    scales: Vec<f64>,
}

impl Auto {
    pub fn new(shape: &Shape, options: &Options) -> Result<Self, Failure> {
        Ok(Auto {
            explicit: DormandPrince::new(shape),
            implicit: Rosenbrock::new(&RODAS5P, shape, options)?,
            is_implicit: false,
            was_implicit: false,
            signs: 0,
            doubts: 0,
            stretch: 0.0,
            scales: vec![0.0; shape.n()],
        })
    }

    fn side(&self) -> &dyn Stepper {
        if self.is_implicit { &self.implicit } else { &self.explicit }
    }

    fn side_mut(&mut self) -> &mut dyn Stepper {
        if self.is_implicit { &mut self.implicit } else { &mut self.explicit }
    }

    fn last(&self) -> &dyn Stepper {
        if self.was_implicit { &self.implicit } else { &self.explicit }
    }

    /// Whether the step just accepted is one sign too many that the other side should take over.
    fn is_over(&mut self) -> bool {
        let (is_sign, signs, doubts) = if self.is_implicit {
            (self.stretch < INSIDE * STABLE, CALM, 1)
        } else {
            (self.explicit.stretch() > NEAR * STABLE, SIGNS, DOUBTS)
        };
        self.doubts = if is_sign { 0 } else { self.doubts + 1 };
        self.signs = if self.doubts >= doubts { 0 } else { self.signs + u32::from(is_sign) };
        self.signs >= signs
    }
}

impl Stepper for Auto {
    fn boxed(&self) -> Box<dyn Stepper> {
        Box::new(self.clone())
    }

    fn order(&self) -> u32 {
        self.side().order()
    }

    fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], statistics: &mut Statistics) -> Result<(), Fault> {
        self.side_mut().prepare(p, t, y, statistics)
    }

    fn slope(&self) -> &[f64] {
        self.side().slope()
    }

    fn attempt(
        &mut self,
        problem: &Problem,
        at: (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<f64, Fault> {
        let tried = self.side_mut().attempt(problem, at, norm, statistics);
        if self.is_implicit {
            // the attempt has evaluated it
            let jacobian = (&problem.system.shape().jacobian, self.implicit.jacobian());
            let size = norm.size_of_matrix(jacobian, self.implicit.start(), &mut self.scales);
            self.stretch = at.1 * size;
        }
        tried
    }

    fn state(&self) -> &[f64] {
        self.side().state()
    }

    fn error(&self) -> &[f64] {
        self.side().error()
    }

    fn accept(&mut self, h: f64, error: f64, y: &[f64]) -> f64 {
        let next = self.side_mut().accept(h, error, y);
        self.was_implicit = self.is_implicit;
        if !self.is_over() {
            return next;
        }
        (self.signs, self.doubts) = (0, 0);
        self.is_implicit = !self.is_implicit;
        self.side_mut().restart();
        next
    }

    fn account(&self, statistics: &mut Statistics) {
        self.last().account(statistics);
        statistics.switches += u64::from(self.is_implicit != self.was_implicit);
    }

    fn reject(&mut self, h: f64, error: f64) -> f64 {
        // a step that leads nowhere at all shows what one at the edge of stability does
        if !self.is_implicit && error.is_infinite() {
            (self.signs, self.doubts) = (self.signs + 1, 0);
        }
        self.side_mut().reject(h, error)
    }

    fn again(&self) -> Option<f64> {
        self.last().again()
    }

    fn restart(&mut self) {
        (self.signs, self.doubts) = (0, 0);
        self.explicit.restart();
        self.implicit.restart();
    }

    /// Whether the problem is stiff is another question.
    fn bend(&mut self) {
        self.explicit.bend();
        self.implicit.bend();
    }

    fn value(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        self.last().value(s, ends, out);
    }

    fn derivative(&self, s: f64, ends: (&[f64], &[f64]), out: &mut [f64]) {
        self.last().derivative(s, ends, out);
    }

    fn factors(&mut self, h: f64) -> Option<f64> {
        if self.was_implicit { self.implicit.factors(h) } else { None }
    }

    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64], statistics: &mut Statistics) {
        self.implicit.solve(right_hand_side, x, statistics);
    }

    fn executor(&self) -> Executor {
        self.implicit.executor()
    }

    fn set_executor(&mut self, executor: Executor) {
        self.implicit.set_executor(executor);
    }

    fn linear_algebra(&self) -> Option<LinearAlgebra> {
        self.implicit.linear_algebra()
    }

    fn keep(&self) -> Vec<f64> {
        let sides = [self.is_implicit, self.was_implicit].map(|side| f64::from(u8::from(side)));
        let counts = [self.signs, self.doubts].map(f64::from);
        [&sides[..], &counts, &self.explicit.keep(), &self.implicit.keep()].concat()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        let Some(&[is_implicit, was_implicit, signs, doubts]) = numbers.take(4) else { return false };
        (self.is_implicit, self.was_implicit) = (is_implicit != 0.0, was_implicit != 0.0);
        (self.signs, self.doubts) = (signs as u32, doubts as u32);
        let explicit = numbers.take(self.explicit.keep().len());
        explicit.is_some_and(|kept| self.explicit.take_up(kept)) && self.implicit.take_up(numbers.0)
    }
}
