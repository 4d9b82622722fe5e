//! This crate.

use super::{Outcome, Run};
use crate::problems::Problem;
use homeostat::linalg::Pattern;
use homeostat::solver::{Executor, Invariant, Method, OdeSystem, Options, Point, Reject, Shape, Tolerance, solve};
use std::marker::PhantomData;

/// A problem as a user would write it down.
pub struct Struct<P>(Shape, PhantomData<P>);

impl<P: Problem> Struct<P> {
    pub fn new() -> Self {
        let mut places = Vec::new();
        P::entries(&P::start(), |i, j, _| places.push((i, j)));
        let mut shape = Shape::new(Pattern::new(P::N, places).expect("the entries lie inside"));
        if !P::INVARIANT.is_empty() {
            shape = shape.with_invariants(vec![Invariant::new(P::INVARIANT.iter().copied())]);
        }
        Struct(shape, PhantomData)
    }
}

impl<P: Problem> OdeSystem for Struct<P> {
    fn shape(&self) -> &Shape {
        &self.0
    }
    fn rhs(&self, _: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        P::rhs(y, d);
        Ok(())
    }
    fn jacobian(&self, _: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        let mut values = values.iter_mut();
        P::entries(y, |_, _, value| {
            if let Some(place) = values.next() {
                *place = value;
            }
        });
        Ok(())
    }
}

/// What is chosen beside tolerances.
#[derive(Clone, Copy)]
pub struct Choice {
    pub method: Method,
    pub executor: Executor,
    pub is_restored: bool,
}

/// The method with native elimination.
pub fn native(method: Method) -> Choice {
    Choice { method, executor: Executor::Native, is_restored: true }
}

pub fn run<P: Problem>(system: &Struct<P>, choice: Choice, rtol: f64, times: &[f64]) -> Outcome {
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(P::S * rtol));
    options.method = choice.method;
    options.executor = choice.executor;
    options.restore_invariants = choice.is_restored;
    let all: Vec<f64> = std::iter::once(0.0).chain(times.iter().copied()).collect();
    let solution = solve(system, &[], &P::start(), &all, &options).map_err(|e| e.failure.to_string())?;
    Ok(Run { rows: solution.rows[1..].to_vec(), steps: solution.statistics.steps })
}
