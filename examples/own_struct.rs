//! The solvers without a network: Robertson's reaction as a struct of one's own.
//!
//! `cargo run --release --example own_struct`

use homeostat::linalg::Pattern;
use homeostat::solver::{OdeSystem, Options, Point, Reject, Shape, Tolerance, solve};

/// Robertson 1966: y1 -> y2 slowly, 2 y2 -> y3 fast, y2 + y3 -> y1 + y3; the rate constants are parameters.
struct Robertson(Shape);

impl OdeSystem for Robertson {
    fn shape(&self) -> &Shape {
        &self.0
    }

    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        let [slow, fast, back] = [0, 1, 2].map(|i| at.parameters[i]);
        dydt[0] = -slow * y[0] + back * y[1] * y[2];
        dydt[2] = fast * y[1] * y[1];
        dydt[1] = -dydt[0] - dydt[2];
        Ok(())
    }

    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        let [slow, fast, back] = [0, 1, 2].map(|i| at.parameters[i]);
        let (by_y2, by_y3) = (back * y[2], back * y[1]);
        // in the order of the pattern: rows 0 and 1 are full, row 2 has its middle entry alone
        values.copy_from_slice(&[-slow, by_y2, by_y3, slow, -by_y2 - 2.0 * fast * y[1], -by_y3, 2.0 * fast * y[1]]);
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let entries = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 1)];
    let system = Robertson(Shape::new(Pattern::new(3, entries).ok_or("an entry lies outside")?).with_parameters(3));
    let options = Options::with_tolerances(1e-8, Tolerance::Same(1e-14));
    let solution = solve(&system, &[0.04, 3e7, 1e4], &[1.0, 0.0, 0.0], &[0.0, 0.4, 40.0, 4e3, 1e11], &options)?;
    for (t, y) in solution.t.iter().zip(&solution.rows) {
        println!("t = {t:8.1e}: {:.10e} {:.10e} {:.10e}", y[0], y[1], y[2]);
    }
    println!("{} steps, {} right-hand sides", solution.statistics.steps, solution.statistics.rhs);
    Ok(())
}
