//! `homeostat steady`.

use crate::arguments::SteadyArguments;
use crate::fault::{self, Fault};
use crate::model::Loaded;
use homeostat::analysis::{ConservedTotal, FlatDirection, Settle, SteadyState};
use homeostat::network::{Entity, EntityKind, Network, Trigger};
use serde_json::{Map, Value, json};

pub fn steady(arguments: &SteadyArguments) -> Result<(), Fault> {
    let loaded = Loaded::read(&arguments.model)?;
    let (simulation, faults) = loaded.simulation_with(&arguments.changes)?;
    faults.into_result()?;
    let state = simulation.steady(&Settle::default()).map_err(|error| loaded.fault(error))?;
    let network = simulation.network();
    let event = |entity: &Entity| match &entity.kind {
        EntityKind::Event { trigger: Trigger::Scheduled, .. } => Some(format!("{} (by spikes)", entity.name)),
        EntityKind::Event { .. } => Some(entity.name.clone()),
        _ => None,
    };
    let events: Vec<String> = network.entities().iter().filter_map(event).collect();
    if !events.is_empty() {
        let events = events.join(", ");
        fault::say(&format!(
            "warning: the steady state is one of the rates alone: what events change is not looked at: {events}"
        ));
    }
    fault::print(&if arguments.json { format!("{:#}\n", as_json(network, &state)) } else { table(network, &state) })
}

fn as_json(network: &Network, state: &SteadyState) -> Value {
    let units = network.units();
    let quantities = |list: &[(String, f64)], unit: &str| -> Map<String, Value> {
        list.iter().map(|(name, x)| (name.clone(), json!({"value": x, "unit": unit}))).collect()
    };
    let conserved: Vec<Value> = sums(network, state)
        .map(|sum| json!({"sum": sum.text(), "total": sum.total, "unit": units.amount().to_string()}))
        .collect();
    let terms = |flat: &FlatDirection| -> Map<String, Value> {
        flat.terms.iter().map(|(name, x)| (name.clone(), json!(x))).collect()
    };
    json!({
        "model": network.name(),
        "time_unit": units.time().to_string(),
        "species": quantities(&state.concentrations, &units.concentration().to_string()),
        "fluxes": quantities(&state.fluxes, &state.flux_unit),
        "eigenvalues": state.eigenvalues.iter().map(|(re, im)| json!([re, im])).collect::<Vec<_>>(),
        "conserved": conserved,
        "flat": state.flat.iter().map(terms).collect::<Vec<_>>(),
        "gates": state.flat.iter().map(|flat| &flat.gates).collect::<Vec<_>>(),
        "stable": state.is_stable,
        "neutral": state.is_neutral,
        "residual": state.residual,
    })
}

fn table(network: &Network, state: &SteadyState) -> String {
    let units = network.units();
    let stability = match (state.is_stable, state.is_neutral) {
        (true, _) => "stable",
        (false, true) => "neutral: a small push is neither made good nor grows",
        (false, false) => "not stable",
    };
    let mut text = format!("{}: steady state, {stability}\n", network.name());
    section(&mut text, "Species", &state.concentrations, &units.concentration().to_string());
    section(&mut text, "Fluxes", &state.fluxes, &state.flux_unit);
    let sums: Vec<(String, f64)> = sums(network, state).map(|sum| (sum.text(), sum.total)).collect();
    section(&mut text, "Conserved sums", &sums, &units.amount().to_string());
    text += &format!("\nEigenvalues (1/{})\n", units.time());
    // the smallest belong to conserved sums, along which nothing moves
    let moving = state.eigenvalues.len().saturating_sub(state.conserved.len());
    for (i, (re, im)) in state.eigenvalues.iter().enumerate() {
        let imaginary = if *im == 0.0 { String::new() } else { format!(" {im:+.6e}i") };
        let held = if i < moving { "" } else { "  0 but for rounding: a conserved sum" };
        text += &format!("  {}{imaginary}{held}\n", number(*re));
    }
    for flat in &state.flat {
        let names: Vec<&str> = flat.terms.iter().map(|(name, _)| name.as_str()).collect();
        text += &format!("\nNothing restores: {}\n", names.join(", "));
        for gate in &flat.gates {
            text += &format!("  held on the other side of {gate}\n");
        }
    }
    text + &format!("\nResidual {:.1e} of the turnover\n", state.residual)
}

/// The conserved sums with a species in them: a parameter that only events change stays as it is by itself.
fn sums<'a>(network: &'a Network, state: &'a SteadyState) -> impl Iterator<Item = &'a ConservedTotal> {
    let is_species = |name: &str| network.species_named(name).is_ok();
    state.conserved.iter().filter(move |sum| sum.terms.iter().any(|(name, _)| is_species(name)))
}

/// Names and numbers one below the other.
fn section(text: &mut String, title: &str, list: &[(String, f64)], unit: &str) {
    if list.is_empty() {
        return;
    }
    *text += &format!("\n{title} ({unit})\n");
    let width = list.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, x) in list {
        *text += &format!("  {name:<width$}  {}\n", number(*x));
    }
}

/// Ten characters before the exponent, so that signs and points stand one below the other.
fn number(x: f64) -> String {
    if x == 0.0 || (0.1..1e6).contains(&x.abs()) { format!("{x:>16.6}") } else { format!("{x:>16.6e}") }
}
