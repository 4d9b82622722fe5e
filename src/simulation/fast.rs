//! What is so fast that it is at rest all the time: where it leads from a state that is not at rest.

use super::{Settings, Simulation};
use crate::error::{Error, Problem};
use crate::solver::{OdeSystem, Options, Point, Reject, Shape, Solver, Tolerance};
use crate::system::System;

/// How long fast processes are followed, in units of time; the time stands still for them meanwhile.
const LONG: f64 = 1.0;
/// What still moves by more than this part of its scale in as long a time again is not at rest.
const AT_REST: f64 = 1e-6;
const RTOL: f64 = 1e-10;
/// What comes to rest does so in some hundreds of steps, whatever a run may take.
const MOST_STEPS: u64 = 100_000;

impl Simulation {
    /// Moves a state at a time to where the fast processes alone lead, within the limits of a run.
    ///
    /// # Errors
    /// Where they lead to no state of rest.
    pub(super) fn put_at_rest(
        &self,
        t: f64,
        parameters: &[f64],
        state: &mut [f64],
        limits: &Settings,
    ) -> Result<(), Error> {
        let Some(alone) = self.system.fast() else { return Ok(()) };
        let own = self.system.parameter_symbols().len();
        let mut numbers = parameters[..own].to_vec();
        numbers.resize(alone.shape().parameters, 0.0);
        alone.prepare(&mut numbers);
        let scales = self.scales(state);
        let atol = scales.iter().map(|scale| 1e-3 * RTOL * scale).collect();
        let options = Options {
            rtol: RTOL,
            atol: Tolerance::Each(atol),
            max_steps: limits.max_steps.min(MOST_STEPS),
            max_evaluations: limits.max_evaluations,
            max_wall_time: limits.max_wall_time,
            ..Options::default()
        };
        let named = |failure: crate::solver::Failure, state: &[f64]| {
            let message = "the fast reactions lead to no state of rest";
            match self.named(failure, state, parameters) {
                Error::Solver { message: why, failure } => {
                    Error::Solver { message: format!("{message}: {why}"), failure }
                }
                other => other,
            }
        };
        let frozen = Frozen { system: alone, t };
        let mut solver = Solver::new(alone.shape(), &options, 0.0, state).map_err(|failure| named(failure, state))?;
        let mut reach = |end: f64| -> Result<Vec<f64>, Error> {
            while solver.t() < end {
                solver.advance(&frozen, &numbers, end).map_err(|failure| named(failure, solver.y()))?;
            }
            Ok(solver.y().to_vec())
        };
        let (there, later) = (reach(LONG)?, reach(2.0 * LONG)?);
        let moves = |i: &usize| (later[*i] - there[*i]).abs() > AT_REST * scales[*i].max(there[*i].abs());
        if let Some(i) = (0..state.len()).find(moves) {
            let name = self.network.name_of(self.system.states()[i]);
            let message = format!(
                "{name} is still moved from {:e} to {:e} by the fast reactions alone: they lead to no state of rest",
                there[i], later[i]
            );
            return Err(Problem::error(["fast", name], message).into());
        }
        state.copy_from_slice(&later);
        Ok(())
    }
}

/// A system for which the time stands still.
struct Frozen<'a> {
    system: &'a System,
    t: f64,
}

impl Frozen<'_> {
    fn at<'p>(&self, at: &Point<'p>) -> Point<'p> {
        Point { t: self.t, ..*at }
    }
}

impl OdeSystem for Frozen<'_> {
    fn shape(&self) -> &Shape {
        self.system.shape()
    }

    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.system.rhs(&self.at(at), y, dydt, scratch)
    }

    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.system.jacobian(&self.at(at), y, values, scratch)
    }

    fn time_derivative(&self, _: &Point, _: &[f64], dfdt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        dfdt.fill(0.0);
        Ok(())
    }

    fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.system.roots(&self.at(at), y, values, scratch)
    }

    fn set_switches(&self, at: &Point, y: &[f64], modes: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.system.set_switches(&self.at(at), y, modes, scratch)
    }
}
