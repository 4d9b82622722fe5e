//! `homeostat check`.

use crate::arguments::CheckArguments;
use crate::fault::{self, Fault};
use crate::model::Loaded;
use crate::sources;
use homeostat::Error;
use homeostat::network::{EntityKind, Network};

pub fn check(arguments: &CheckArguments) -> Result<(), Fault> {
    let loaded = Loaded::read(&arguments.model)?;
    let simulation = loaded.simulation()?;
    let problems = simulation.schedule_problems();
    if !problems.is_empty() {
        return Err(loaded.fault(Error::Input(problems)));
    }
    let network = simulation.network();
    fault::print(&if arguments.sources { sources::table(network) } else { summary(network) })
}

fn summary(network: &Network) -> String {
    let count = |is: fn(&EntityKind) -> bool| network.entities().iter().filter(|e| is(&e.kind)).count();
    // a parameter that only events change stays as it is by itself
    let is_species = |symbol| matches!(network.entity(symbol).kind, EntityKind::Species { .. });
    let sums = network.conserved_sums().into_iter().filter(|sum| sum.terms.iter().any(|(state, _)| is_species(*state)));
    let sums: Vec<String> = sums.map(|sum| sum.text(network)).collect();
    let parts = [
        plural(count(|k| matches!(k, EntityKind::Species { .. })), "species", "species"),
        plural(count(|k| matches!(k, EntityKind::Process { .. })), "process", "processes"),
        plural(count(|k| matches!(k, EntityKind::Rule { .. })), "rule", "rules"),
        plural(count(|k| matches!(k, EntityKind::Parameter { .. })), "parameter", "parameters"),
        plural(count(|k| matches!(k, EntityKind::Compartment { .. })), "compartment", "compartments"),
        plural(network.schedules().len(), "schedule", "schedules"),
        plural(sums.len(), "conserved sum", "conserved sums"),
    ];
    let named = if sums.is_empty() { String::new() } else { format!(" ({})", sums.join("; ")) };
    format!("{}: {}{named}\n", network.name(), parts.join(", "))
}

fn plural(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
