//! Rosenbrock steps that native code takes as a whole, and what they leave to be fetched or evaluated.

use super::Rosenbrock;
use crate::program::{Executor, Inputs, Native, widest};
use crate::solver::attempt::Weigh;
use crate::solver::norm::Norm;
use crate::solver::stages::is_small;
use crate::solver::stepper::{Fault, Problem};
use crate::solver::{Shape, Statistics};

/// With [`Executor::Auto`] native code of whole steps is made once so many have been tried: about as many as the saving of
/// each makes up for compiling.
const WORTH_COMPILING: u32 = 20_000;

/// Where native code has left the Jacobian at the start of a step; it is fetched where it is asked for, which is rarely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Left {
    Nowhere,
    Made,
    Accepted,
}

impl Rosenbrock {
    /// Fetches the Jacobian from where native code has left it.
    pub(super) fn fetch_jacobian(&mut self) {
        let there = match std::mem::replace(&mut self.left, Left::Nowhere) {
            Left::Nowhere => return,
            Left::Made => &self.made,
            Left::Accepted => &self.accepted,
        };
        self.jacobian.copy_from_slice(there.locals());
    }

    /// The step by one piece of native code, where there is one and it goes well: a step that is not finite, or whose factors
    /// are in doubt, is left to the loops.
    pub(super) fn step_at_once(
        &mut self,
        problem: &Problem,
        (t, h): (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Option<f64> {
        let code = self.code(problem.system.shape())?;
        if let Some(last) = self.slopes.last_mut() {
            *last = h;
        }
        let inputs = Inputs {
            t,
            state: &self.start,
            parameter: problem.parameters,
            mode: problem.modes,
            forcing: &self.slopes,
            history: &self.jacobian,
        };
        code.run(0, &inputs, &mut self.made.memory);
        let weighed = widest(Weigh { made: &self.made, start: &self.start, norm });
        let left = 1.0 / (h * self.tableau.gamma);
        if !(weighed.is_finite && weighed.margin > 0.0 && is_small(weighed.residual, left)) {
            return None;
        }
        let stages = self.tableau.stages as u64;
        statistics.factorisations += 1;
        statistics.solves += stages;
        statistics.rhs += stages - 1;
        if self.derives {
            (self.defers, self.left) = (true, Left::Made);
        }
        if std::mem::take(&mut self.is_due) {
            self.shift = f64::NAN;
        }
        Some(weighed.error)
    }

    /// Evaluates the derivatives at the start of the step where that was left to native code; they are counted already.
    pub(super) fn catch_up(&mut self, problem: &Problem, t: f64) -> Result<(), Fault> {
        if !self.defers {
            return Ok(());
        }
        let mut counted = Statistics::default();
        self.scratch.evaluate(problem, t, &self.start[..self.n], &mut counted)?;
        self.slopes[..self.start.len()].copy_from_slice(&self.scratch.rate);
        if self.is_due {
            self.renew(problem, t, &mut counted)?;
        }
        self.fetch_jacobian();
        (self.defers, self.is_due) = (false, false);
        Ok(())
    }

    /// The native code of a whole step, where it is time for it.
    fn code<'a>(&mut self, shape: &'a Shape) -> Option<&'a Native> {
        let whole = shape.whole.as_ref().filter(|_| self.is_plain)?;
        self.tried = (self.tried + 1).min(WORTH_COMPILING);
        if self.is_native() { whole.code(&shape.jacobian, self.tableau) } else { None }
    }

    pub(super) fn is_native(&self) -> bool {
        match self.executor {
            Executor::Tape => false,
            Executor::Native => true,
            Executor::Auto => self.tried >= WORTH_COMPILING,
        }
    }
}
