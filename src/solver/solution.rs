//! From a system to rows of numbers in one call.

use super::{Advance, Failure, FailureKind, OdeSystem, Options, Solver, Statistics};
use std::fmt;

/// The states at the times asked for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Solution {
    /// The times.
    pub t: Vec<f64>,
    /// The state at each time.
    pub rows: Vec<Vec<f64>>,
    /// What the run has cost.
    pub statistics: Statistics,
}

/// A run that ended early, with all that it has computed: a [`Solution`], or a
/// [`SensitiveSolution`](super::SensitiveSolution).
#[derive(Clone, Debug, PartialEq)]
pub struct Interrupted<S = Solution> {
    /// Why.
    pub failure: Failure,
    /// The rows before the end.
    pub solution: Box<S>,
}

/// What has rows.
pub trait Rows {
    /// How many rows there are.
    fn rows(&self) -> usize;
}

impl Rows for Solution {
    fn rows(&self) -> usize {
        self.rows.len()
    }
}

impl<S: Rows> fmt::Display for Interrupted<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} rows computed): {}", self.failure, self.solution.rows(), self.failure.advice())
    }
}

impl<S: Rows + fmt::Debug> std::error::Error for Interrupted<S> {}

/// Solves from `y0` at the first of `times` to the last, and gives the state at each of them.
///
/// `times` must ascend strictly. Steps do not depend on the times between the first and the last: those
/// rows come from dense output. Where an event ends the run, its time and state are the last row. See the [module](super) for an example.
///
/// # Errors
/// [`Interrupted`] holds the reason and the rows computed so far.
pub fn solve(
    system: &dyn OdeSystem,
    parameters: &[f64],
    y0: &[f64],
    times: &[f64],
    options: &Options,
) -> Result<Solution, Interrupted> {
    let mut solution = Solution::default();
    match run(system, parameters, y0, times, options, &mut solution) {
        Ok(()) => Ok(solution),
        Err(failure) => Err(Interrupted { failure, solution: Box::new(solution) }),
    }
}

fn run(
    system: &dyn OdeSystem,
    parameters: &[f64],
    y0: &[f64],
    times: &[f64],
    options: &Options,
    solution: &mut Solution,
) -> Result<(), Failure> {
    let ascend = times.windows(2).all(|w| w[0] < w[1]) && times.iter().all(|t| t.is_finite());
    let (Some(&start), Some(&end), true) = (times.first(), times.last(), ascend) else {
        return Err(Failure::new(FailureKind::Options("times must be finite and ascend strictly"), f64::NAN));
    };
    let mut solver = Solver::new(system.shape(), options, start, y0)?;
    let done = rows(&mut solver, system, parameters, (times, end), solution);
    solution.statistics = solver.statistics();
    done
}

/// Takes steps to the end, and the rows that lie within them.
fn rows(
    solver: &mut Solver,
    system: &dyn OdeSystem,
    parameters: &[f64],
    (times, end): (&[f64], f64),
    solution: &mut Solution,
) -> Result<(), Failure> {
    // the first row shows consistent values
    solver.settle(system, parameters)?;
    let mut due = times.iter().copied().peekable();
    let mut advance = Advance::Step;
    loop {
        while let Some(t) = due.next_if(|&t| t <= solver.t()) {
            solution.add(t, system, solver);
        }
        if advance == Advance::Terminal && solution.t.last() != Some(&solver.t()) {
            solution.add(solver.t(), system, solver);
        }
        if advance == Advance::Terminal || solver.t() >= end {
            return Ok(());
        }
        advance = solver.advance(system, parameters, end)?;
        // rows show the state after everything that happens at their time
        while advance == Advance::Event {
            let Some(next) = solver.settle(system, parameters)? else { break };
            advance = next;
        }
    }
}

impl Solution {
    /// Adds the state at a time within the last step; at the time reached it is the state after everything there.
    fn add(&mut self, t: f64, system: &dyn OdeSystem, solver: &mut Solver) {
        let mut row = solver.y().to_vec();
        if t < solver.t() {
            solver.interpolate(system, t, &mut row);
        }
        self.t.push(t);
        self.rows.push(row);
    }
}
