//! The dopamine terminal of Best, Nijhout & Reed 2009 against figures computed from its equations by other
//! programs (tests/reference), which agree with the published ones.

use homeostat::analysis::{Settle, SteadyState};
use homeostat::library;
use homeostat::simulation::{Run, Settings, Simulation, Trajectory};

fn simulation(changes: &[(&str, &str)]) -> Simulation {
    let mut simulation = Simulation::new(&library::load("best-2009-dopamine").unwrap().network()).unwrap();
    for (name, value) in changes {
        simulation.set(name, value).unwrap();
    }
    simulation
}

fn steady(changes: &[(&str, &str)]) -> SteadyState {
    simulation(changes).steady(&Settle::default()).unwrap()
}

#[test]
fn steady_state() {
    let s = steady(&[]);
    println!("{s:#?}");
}
