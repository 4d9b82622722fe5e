//! What is so fast that it is at rest all the time: where it leads from a state that is not at rest.

use super::Simulation;
use crate::error::Error;
use crate::network::SWIFTNESS;
use crate::solver::{OdeSystem, Options, Solver, Tolerance};

/// How long fast processes are followed, in units of time: the time hardly goes on for anything else.
const LONG: f64 = 1e4 / SWIFTNESS;
const RTOL: f64 = 1e-10;

impl Simulation {
    /// Moves a state at a time to where the fast processes alone lead.
    ///
    /// # Errors
    /// Where they lead nowhere.
    pub(super) fn put_at_rest(&self, t: f64, parameters: &[f64], state: &mut [f64]) -> Result<(), Error> {
        let Some(alone) = self.system.fast() else { return Ok(()) };
        let own = self.system.parameter_symbols().len();
        let mut numbers = parameters[..own].to_vec();
        numbers.resize(alone.shape().parameters, 0.0);
        alone.prepare(&mut numbers);
        let atol = self.scales(state).iter().map(|scale| 1e-3 * RTOL * scale).collect();
        let options = Options { rtol: RTOL, atol: Tolerance::Each(atol), ..Options::default() };
        let named = |failure: crate::solver::Failure, state: &[f64]| {
            let message = "the fast reactions lead to no state of rest";
            match self.named(failure, state, parameters) {
                Error::Solver { message: why, failure } => {
                    Error::Solver { message: format!("{message}: {why}"), failure }
                }
                other => other,
            }
        };
        let mut solver = Solver::new(alone.shape(), &options, t, state).map_err(|failure| named(failure, state))?;
        while solver.t() < t + LONG {
            solver.advance(alone, &numbers, t + LONG).map_err(|failure| named(failure, solver.y()))?;
        }
        state.copy_from_slice(solver.y());
        Ok(())
    }
}
