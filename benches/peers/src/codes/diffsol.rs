//! diffsol: BDF on dense matrices of nalgebra; it takes the Jacobian as a product with a vector.

use super::{Outcome, Run};
use crate::problems::Problem;
use diffsol::{NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod, Vector};

pub fn run<P: Problem>(rtol: f64, times: &[f64]) -> Outcome {
    let text = |e: diffsol::error::DiffsolError| e.to_string();
    let problem = OdeBuilder::<NalgebraMat<f64>>::new()
        .rtol(rtol)
        .atol(vec![P::S * rtol; P::N])
        .rhs_implicit(
            |y: &[f64], _: &[f64], _: f64, d: &mut [f64]| P::rhs(y, d),
            |y: &[f64], _: &[f64], _: f64, v: &[f64], product: &mut [f64]| {
                product.fill(0.0);
                P::entries(y, |i, j, value| product[i] += value * v[j]);
            },
        )
        .init(|_: &[f64], _: f64, y: &mut [f64]| y.copy_from_slice(&P::start()), P::N)
        .build()
        .map_err(text)?;
    let mut solver = problem.bdf::<NalgebraLU<f64>>().map_err(text)?;
    let (mut rows, mut steps) = (Vec::new(), 0);
    for &time in times {
        while solver.state().t < time {
            solver.step().map_err(text)?;
            steps += 1;
        }
        let y = solver.interpolate(time).map_err(text)?;
        rows.push((0..P::N).map(|i| y.get_index(i)).collect());
    }
    Ok(Run { rows, steps })
}
