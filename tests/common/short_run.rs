//! The whole way of a file: bytes to a document, flattened, to a network, to a simulation and a short run. The fuzz target and
//! the mutated runs of the tests go it alike.

use homeostat::model::sbml::Document;
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::solver::Executor;
use std::time::Duration;

/// How far it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reached {
    Nothing,
    Document,
    Flat,
    Network,
    Simulation,
    End,
}

/// What was reached, and the error that ended it.
pub fn short_run(bytes: &[u8]) -> (Reached, String) {
    let document = match Document::from_bytes(bytes) {
        Ok(document) => document,
        Err(error) => return (Reached::Nothing, error.to_string()),
    };
    let flat = match document.flattened(None) {
        Ok(flat) => flat,
        Err(error) => return (Reached::Document, error.to_string()),
    };
    let network = match flat.network() {
        Ok(network) => network,
        Err(error) => return (Reached::Flat, error.to_string()),
    };
    let simulation = match Simulation::new(&network) {
        Ok(simulation) => simulation,
        Err(error) => return (Reached::Network, error.to_string()),
    };
    let mut settings = Settings::with_rtol(1e-4);
    settings.max_steps = 2_000;
    settings.max_evaluations = 20_000;
    settings.max_wall_time = Some(Duration::from_secs(1));
    settings.executor = Executor::Tape;
    match simulation.run(&Run { steps: 10, settings, ..Run::until(10.0) }) {
        Ok(_) => (Reached::End, String::new()),
        Err(interrupted) => (Reached::Simulation, interrupted.to_string()),
    }
}
