//! differential-equations: Radau5 with vector tolerances and exact Jacobian, dense matrices. Its states are arrays, since
//! Radau5 of this version does not size those of a length known at run time.

use super::{MOST_STEPS, Outcome, Run, within};
use crate::problems::Problem;
use differential_equations::prelude::*;

struct System<'a, P> {
    problem: &'a P,
    parameters: &'a [f64],
}

impl<P: Problem, const N: usize> ODE<f64, [f64; N]> for System<'_, P> {
    fn diff(&self, _: f64, y: &[f64; N], d: &mut [f64; N]) {
        self.problem.rhs(self.parameters, y, d);
    }
    fn jacobian(&self, _: f64, y: &[f64; N], matrix: &mut Matrix<f64>) {
        self.problem.entries(self.parameters, y, |i, j, value| matrix[(i, j)] = value);
    }
}

pub fn run<P: Problem>(problem: &P, rtol: f64, times: &[f64]) -> Outcome {
    match problem.facts().n() {
        2 => sized::<P, 2>(problem, rtol, times),
        3 => sized::<P, 3>(problem, rtol, times),
        4 => sized::<P, 4>(problem, rtol, times),
        8 => sized::<P, 8>(problem, rtol, times),
        9 => sized::<P, 9>(problem, rtol, times),
        20 => sized::<P, 20>(problem, rtol, times),
        400 => sized::<P, 400>(problem, rtol, times),
        n => Err(format!("no array of {n}")),
    }
}

fn sized<P: Problem, const N: usize>(problem: &P, rtol: f64, times: &[f64]) -> Outcome {
    let facts = problem.facts();
    let mut y: [f64; N] = facts.start.as_slice().try_into().map_err(|_| "another length")?;
    let (mut rows, mut steps, mut begin) = (Vec::with_capacity(times.len()), 0, 0.0);
    for stretch in &facts.stretches {
        let system = System { problem, parameters: &stretch.parameters };
        let mut method = ImplicitRungeKutta::radau5().rtol(vec![rtol; N]).atol(facts.atol(rtol)).max_steps(MOST_STEPS);
        if let Some(step) = stretch.first_step(rtol, 4.0) {
            method = method.h0(step);
        }
        let due = within(times, begin, stretch.end);
        // the end is asked for, too, to go on from
        let mut asked = due.to_vec();
        if asked.last() != Some(&stretch.end) {
            asked.push(stretch.end);
        }
        let solved = IVP::ode(&system, begin, stretch.end, y).t_eval(&asked).method(method).solve();
        let solution = solved.map_err(|e| format!("{e:?}").chars().take(80).collect::<String>())?;
        // the beginning may be a row, too
        let found = &solution.y[solution.y.len().saturating_sub(asked.len())..];
        rows.extend(found.iter().take(due.len()).map(|y| y.to_vec()));
        y = *found.last().ok_or("no rows")?;
        steps += solution.steps.accepted as u64;
        begin = stretch.end;
    }
    Ok(Run { rows, steps })
}
