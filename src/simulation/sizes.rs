//! Sizes of compartments that something changes: one that is not above zero has no concentrations.

use super::Running;
use crate::error::Error;
use crate::solver::{Failure, FailureKind};

impl Running {
    /// Fails where the size of a compartment is not above zero any more.
    pub(super) fn check_sizes(&self) -> Result<(), Error> {
        let (system, y) = (&self.simulation.system, self.solver.y());
        let Some(&i) = system.sizes().iter().find(|&&i| y[i] <= 0.0) else { return Ok(()) };
        let (network, t) = (&self.simulation.network, self.solver.t());
        let message = format!(
            "the size of compartment {} is {:e} at t = {t} {}: expected one above zero; look at what changes it",
            network.name_of(system.states()[i]),
            y[i],
            network.units().time(),
        );
        let failure = Failure { component: Some(i), ..Failure::new(FailureKind::Negative, t) };
        Err(Error::Solver { failure, message })
    }
}
