//! russell_ode: Radau5. It takes one absolute tolerance for all components, so that it is given the state divided by the
//! scales: the same norm of errors.

use super::{MOST_STEPS, Outcome, Run, within};
use crate::problems::{Problem, places};
use russell_lab::Vector;
use russell_ode::{Method, OdeSolver, Output, Params, System};
use russell_sparse::Sym;

/// What changes from call to call.
struct Scratch<'a> {
    parameters: &'a [f64],
    /// The state and its derivative without scales.
    y: Vec<f64>,
    d: Vec<f64>,
}

impl Scratch<'_> {
    fn unscale(&mut self, z: &Vector, scales: &[f64]) {
        for ((y, z), scale) in self.y.iter_mut().zip(z.as_data()).zip(scales) {
            *y = z * scale;
        }
    }
}

pub fn run<P: Problem>(problem: &P, rtol: f64, times: &[f64]) -> Outcome {
    let facts = problem.facts();
    let (n, scales) = (facts.n(), &facts.scales);
    let mut system = System::new(n, |dz: &mut Vector, _, z: &Vector, scratch: &mut Scratch| {
        scratch.unscale(z, scales);
        problem.rhs(scratch.parameters, &scratch.y, &mut scratch.d);
        for ((dz, d), scale) in dz.as_mut_data().iter_mut().zip(&scratch.d).zip(scales) {
            *dz = d / scale;
        }
        Ok(())
    });
    system.set_jacobian(
        Some(places(problem).len()),
        Sym::No,
        |matrix, alpha, _, z: &Vector, scratch: &mut Scratch| {
            scratch.unscale(z, scales);
            matrix.reset();
            let mut put = Ok(());
            problem.entries(scratch.parameters, &scratch.y, |i, j, value| {
                put = put.and_then(|()| matrix.put(i, j, alpha * value * scales[j] / scales[i]));
            });
            put
        },
    )?;
    let mut params = Params::new(Method::Radau5);
    params.set_tolerances(rtol, rtol, None)?;
    params.radau5.concurrent = false; // one core
    params.step.n_step_max = MOST_STEPS;
    let mut solver = OdeSolver::new(params, system)?;
    let mut scratch = Scratch { parameters: &[], y: vec![0.0; n], d: vec![0.0; n] };
    let scaled: Vec<f64> = facts.start.iter().zip(scales).map(|(y, scale)| y / scale).collect();
    let mut z = Vector::from(&scaled);
    let all: Vec<usize> = (0..n).collect();
    let (mut rows, mut steps, mut begin) = (Vec::with_capacity(times.len()), 0, 0.0);
    for stretch in &facts.stretches {
        scratch.parameters = &stretch.parameters;
        let first = stretch.first_step(rtol, 4.0).unwrap_or(1e-6);
        params.step.h_ini = first.max(1e-8); // no less is allowed
        solver.update_params(params)?;
        let due = within(times, begin, stretch.end);
        let inner = &due[..due.partition_point(|time| *time < stretch.end)];
        let mut output = Output::new();
        output.set_dense_x_out(inner)?.set_dense_recording(&all);
        let output_of = if inner.is_empty() { None } else { Some(&mut output) };
        solver.solve(&mut z, begin, stretch.end, None, &mut scratch, output_of)?;
        steps += solver.stats().n_accepted as u64;
        // the first of the stations is the beginning
        rows.extend((1..=inner.len()).map(|k| (0..n).map(|m| output.dense_y(m)[k] * scales[m]).collect()));
        if inner.len() < due.len() {
            rows.push(z.as_data().iter().zip(scales).map(|(z, scale)| z * scale).collect());
        }
        begin = stretch.end;
    }
    Ok(Run { rows, steps })
}
