//! differential-equations: Radau5 with vector tolerances and exact Jacobian. Its states are arrays, since Radau5 of this
//! version does not size those of a length known at run time.

use super::{Outcome, Run};
use crate::problems::Problem;
use differential_equations::prelude::*;
use std::marker::PhantomData;

struct System<P>(PhantomData<P>);

impl<P: Problem, const N: usize> ODE<f64, [f64; N]> for System<P> {
    fn diff(&self, _: f64, y: &[f64; N], d: &mut [f64; N]) {
        P::rhs(y, d);
    }
    fn jacobian(&self, _: f64, y: &[f64; N], matrix: &mut Matrix<f64>) {
        P::entries(y, |i, j, value| matrix[(i, j)] = value);
    }
}

pub fn run<P: Problem>(rtol: f64, times: &[f64]) -> Outcome {
    match P::N {
        2 => sized::<P, 2>(rtol, times),
        3 => sized::<P, 3>(rtol, times),
        4 => sized::<P, 4>(rtol, times),
        8 => sized::<P, 8>(rtol, times),
        20 => sized::<P, 20>(rtol, times),
        n => Err(format!("no array of {n}")),
    }
}

fn sized<P: Problem, const N: usize>(rtol: f64, times: &[f64]) -> Outcome {
    let system = System::<P>(PhantomData);
    let start: [f64; N] = P::start().try_into().map_err(|_| "another length")?;
    let method = ImplicitRungeKutta::radau5().rtol(vec![rtol; P::N]).atol(vec![P::S * rtol; P::N]).max_steps(1_000_000);
    let end = times[times.len() - 1];
    let solved = IVP::ode(&system, 0.0, end, start).t_eval(times).method(method).solve();
    let solution = solved.map_err(|e| format!("{e:?}").chars().take(80).collect::<String>())?;
    // the beginning is a row, too, where the first time does not stand there
    let rows: Vec<Vec<f64>> = solution.y.iter().map(|y| y.to_vec()).collect();
    let skipped = rows.len().saturating_sub(times.len());
    Ok(Run { rows: rows[skipped..].to_vec(), steps: solution.steps.accepted as u64 })
}
