//! diffsol: BDF, on dense matrices of nalgebra or, where the Jacobian is banded, sparse ones of faer; it takes the Jacobian
//! as a product with a vector.

use super::{Outcome, Run, within};
use crate::problems::Problem;
use diffsol::{BdfState, FaerSparseLU, FaerSparseMat, NalgebraLU, NalgebraMat};
use diffsol::{OdeBuilder, OdeSolverMethod, OdeSolverState, Vector};
use std::cell::{Cell, RefCell};

pub fn run<P: Problem>(problem: &P, rtol: f64, times: &[f64]) -> Outcome {
    match problem.facts().band {
        None => dense(problem, rtol, times),
        Some(_) => sparse(problem, rtol, times),
    }
}

macro_rules! with {
    ($name:ident, $matrix:ty, $linear:ty) => {
        fn $name<P: Problem>(problem: &P, rtol: f64, times: &[f64]) -> Outcome {
            let facts = problem.facts();
            let text = |e: diffsol::error::DiffsolError| e.to_string();
            let parameters = Cell::new(&facts.stretches[0].parameters[..]);
            let start = RefCell::new(facts.start.clone());
            let mut ode = OdeBuilder::<$matrix>::new()
                .rtol(rtol)
                .atol(facts.atol(rtol))
                .rhs_implicit(
                    |y: &[f64], _: &[f64], _: f64, d: &mut [f64]| problem.rhs(parameters.get(), y, d),
                    |y: &[f64], _: &[f64], _: f64, v: &[f64], product: &mut [f64]| {
                        product.fill(0.0);
                        problem.entries(parameters.get(), y, |i, j, value| product[i] += value * v[j]);
                    },
                )
                .init(|_: &[f64], _: f64, y: &mut [f64]| y.copy_from_slice(&start.borrow()), facts.n())
                .build()
                .map_err(text)?;
            let (mut rows, mut steps) = (Vec::with_capacity(times.len()), 0);
            for stretch in &facts.stretches {
                parameters.set(&stretch.parameters);
                let begin = ode.t0;
                let state = match stretch.first_step(rtol, 2.0) {
                    None => ode.bdf_state::<$linear>().map_err(text)?,
                    Some(step) => {
                        ode.h0 = step;
                        BdfState::new_without_initialise(&ode).map_err(text)?
                    }
                };
                let mut solver = ode.bdf_solver::<$linear>(state).map_err(text)?;
                solver.set_stop_time(stretch.end).map_err(text)?;
                let mut due = within(times, begin, stretch.end).iter().peekable();
                while solver.state().t < stretch.end {
                    solver.step().map_err(text)?;
                    steps += 1;
                    while let Some(&time) = due.next_if(|time| **time <= solver.state().t) {
                        let y = solver.interpolate(time).map_err(text)?;
                        rows.push((0..facts.n()).map(|i| y.get_index(i)).collect());
                    }
                }
                let y = solver.state().y.clone();
                drop(solver);
                start.replace((0..facts.n()).map(|i| y.get_index(i)).collect());
                ode.t0 = stretch.end;
            }
            Ok(Run { rows, steps })
        }
    };
}

with!(dense, NalgebraMat<f64>, NalgebraLU<f64>);
with!(sparse, FaerSparseMat<f64>, FaerSparseLU<f64>);
