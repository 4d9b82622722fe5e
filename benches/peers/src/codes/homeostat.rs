//! This crate.

use super::{MOST_STEPS, Outcome, Run};
use crate::problems::{Facts, Problem, places};
use homeostat::linalg::Pattern;
use homeostat::solver::{Invariant, OdeSystem, Options, Point, Reject, Shape, Solver};

/// A problem as a user would write it down.
pub struct Struct<'a, P>(Shape, &'a P);

impl<'a, P: Problem> Struct<'a, P> {
    pub fn new(problem: &'a P) -> Self {
        let facts = problem.facts();
        let pattern = Pattern::new(facts.n(), places(problem)).expect("the entries lie inside");
        let invariants = facts.invariants.iter().map(|sum| Invariant::new(sum.iter().copied()));
        Struct(Shape::new(pattern).with_invariants(invariants.collect()), problem)
    }
}

impl<P: Problem> OdeSystem for Struct<'_, P> {
    fn shape(&self) -> &Shape {
        &self.0
    }
    fn rhs(&self, at: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        self.1.rhs(at.parameters, y, d);
        Ok(())
    }
    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        let mut values = values.iter_mut();
        self.1.entries(at.parameters, y, |_, _, value| {
            if let Some(place) = values.next() {
                *place = value;
            }
        });
        Ok(())
    }
}

/// After an edge the step that worked after the last edge of its kind is tried first: the library's own memory.
pub fn run(system: &dyn OdeSystem, facts: &Facts, options: &Options, times: &[f64]) -> Outcome {
    let failed = |failure: homeostat::solver::Failure| failure.to_string();
    let mut options = options.clone();
    options.max_steps = MOST_STEPS as u64;
    let mut solver = Solver::new(system.shape(), &options, 0.0, &facts.start).map_err(failed)?;
    let (mut rows, mut due) = (Vec::with_capacity(times.len()), times.iter().copied().peekable());
    for (i, stretch) in facts.stretches.iter().enumerate() {
        if i > 0 {
            solver.restart(stretch.edge);
        }
        while solver.t() < stretch.end {
            solver.advance(system, &stretch.parameters, stretch.end).map_err(failed)?;
            while let Some(time) = due.next_if(|time| *time <= solver.t()) {
                let mut row = vec![0.0; facts.n()];
                solver.interpolate(system, time, &mut row);
                rows.push(row);
            }
        }
    }
    Ok(Run { rows, steps: solver.statistics().steps })
}
