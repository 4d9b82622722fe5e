//! Networks written as SBML and read back: the same trajectories.

mod common;

use homeostat::library;
use homeostat::model::sbml::Document;
use homeostat::network::{EntityKind, Network};
use homeostat::simulation::{Run, Simulation};
use homeostat::suite::{self, Verdict};

/// An identifier as it is expected of a name.
fn id(name: &str) -> String {
    name.replace('.', "_")
}

/// Names of species and rules, and of processes.
fn shown(network: &Network) -> [Vec<String>; 2] {
    let of = |is: fn(&EntityKind) -> bool| {
        network.entities().iter().filter(|e| is(&e.kind)).map(|e| e.name.clone()).collect()
    };
    let is_value = |kind: &EntityKind| matches!(kind, EntityKind::Species { .. } | EntityKind::Rule { .. });
    [of(is_value), of(|kind| matches!(kind, EntityKind::Process { .. }))]
}

fn tight(end: f64) -> Run {
    let mut run = Run { steps: 24, ..Run::until(end) };
    run.settings.rtol = 1e-12;
    run
}

fn rows(simulation: &Simulation, names: &[String], end: f64) -> Vec<Vec<f64>> {
    let run = Run { selection: simulation.select(&names.join(",")).unwrap(), ..tight(end) };
    simulation.run(&run).unwrap().rows
}

/// The largest difference of two columns, and its name: over the largest number in them, or over a part of the largest of all
/// columns where that is more.
fn distance(names: &[String], part: f64, a: &[Vec<f64>], b: &[Vec<f64>]) -> (f64, String) {
    let size = |i: usize| a.iter().map(|row| row[i].abs()).fold(0.0, f64::max);
    let least = part * (0..names.len()).map(size).fold(0.0, f64::max);
    let mut worst = (0.0, String::new());
    for (i, name) in names.iter().enumerate() {
        let apart = a.iter().zip(b).map(|(a, b)| (a[i] - b[i]).abs()).fold(0.0, f64::max);
        let relative = apart / size(i).max(least).max(f64::MIN_POSITIVE);
        if relative.is_nan() || relative > worst.0 {
            worst = (relative, name.clone());
        }
    }
    worst
}

fn read_back(text: &str) -> Simulation {
    Simulation::new(&Document::from_xml(text).unwrap().network().unwrap()).unwrap()
}

/// Runs a network with these schedules, writes and reads it, runs that, and compares; what could not be carried over.
fn there_and_back(network: &Network, schedules: &[&str], end: f64) -> Vec<String> {
    let mut before = Simulation::new(network).unwrap();
    schedules.iter().for_each(|name| before.add_schedule_named(name).unwrap());
    let (document, warnings) = Document::from_network(network, &before.occasions()).unwrap();
    let text = document.to_xml();
    assert_eq!(Document::from_xml(&text).unwrap(), document); // nothing is lost on the way
    let after = read_back(&text);
    // the flux of what is nearly at rest is a difference of large numbers
    for (names, (part, most)) in shown(network).into_iter().zip([(1e-12, 1e-10), (1e-4, 1e-8)]) {
        let ids: Vec<String> = names.iter().map(|name| id(name)).collect();
        let (worst, name) = distance(&names, part, &rows(&before, &names, end), &rows(&after, &ids, end));
        println!("{} {schedules:?}: {name} differs by {worst:e}", network.name());
        assert!(worst < most, "{} {schedules:?}: {name} differs by {worst:e}", network.name());
    }
    warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn built_in_models_read_back_to_the_same_trajectories() {
    for entry in library::ALL.iter().filter(|entry| entry.name != "best-2009-dopamine-spikes") {
        let model = library::load(entry.name).unwrap();
        let warnings = there_and_back(&model.network(), &[], model.end().unwrap().unwrap_or(24.0));
        println!("{warnings:?}");
    }
}

#[test]
fn schedules_read_back_to_the_same_trajectories() {
    let network = |name| library::load(name).unwrap().network();
    there_and_back(&network("best-2009-dopamine"), &["meals"], 48.0);
    there_and_back(&network("best-2020-serotonin"), &["tryptophan_depletion"], 24.0);
    there_and_back(&network("best-2020-serotonin-ssri"), &["SSRI"], 24.0);
    there_and_back(&network("best-2009-dopamine-spikes"), &["tonic"], 0.01);
    there_and_back(&network("best-2009-dopamine-spikes"), &["burst"], 0.01);
}

/// All cases of the SBML Test Suite: read, made a network, written, read again and run.
#[test]
fn the_test_suite_passes_when_it_is_written_and_read() {
    let Some(shared) = common::shared("the_test_suite_passes_when_it_is_written_and_read") else { return };
    let report = suite::run_written(shared.join("sbml-test-suite"), None).unwrap();
    let wrong = |verdict: &Verdict| match verdict {
        Verdict::Passed => false,
        Verdict::Refused(message) => !message.contains("delay is not supported yet"),
        _ => true,
    };
    let wrong: Vec<_> = report.cases.iter().filter(|(_, verdict)| wrong(verdict)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(report.counts(None)[0] >= 1156);
}
