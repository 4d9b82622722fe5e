//! What is so fast that it is at rest all the time: where it leads from a state that is not at rest.

use super::Simulation;
use crate::error::{Error, Problem};
use crate::solver::{OdeSystem, Options, Solver, Tolerance};

/// In units of time of the model; steps grow with the time, so that a long one costs few.
const LONG: f64 = 1e12;
const RTOL: f64 = 1e-10;

impl Simulation {
    /// Moves a state at a time to where the fast processes alone lead, and the sums that they leave alone along with it.
    ///
    /// # Errors
    /// Where they lead nowhere.
    pub(super) fn put_at_rest(&self, t: f64, parameters: &[f64], state: &mut [f64]) -> Result<(), Error> {
        let (Some(alone), Some(fast)) = (self.system.fast(), self.network.fast()) else { return Ok(()) };
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
        for (total, terms) in &fast.totals {
            let amount = |(species, weight): &(crate::network::Species, f64)| {
                self.system.state_of(*species).map_or(0.0, |i| weight * state[i])
            };
            let sum: f64 = terms.iter().map(amount).sum();
            match self.system.state_of(*total) {
                Some(i) => state[i] = sum,
                None => {
                    return Err(Problem::error(["fast"], "internal error: a sum is no state; please report it").into());
                }
            }
        }
        Ok(())
    }
}
