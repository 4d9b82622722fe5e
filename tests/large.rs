//! Large networks: read, compiled and run in a time that grows as they do; what would take for ever is refused.
//! `cargo bench --features sparse --bench large` measures the full sizes.

#[path = "common/large.rs"]
mod large;

use homeostat::model::sbml::Document;
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::solver::Method;
use std::time::Instant;

fn read(text: &str) -> Simulation {
    Simulation::new(&Document::from_xml(text).unwrap().network().unwrap()).unwrap()
}

fn seconds(act: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    act();
    begun.elapsed().as_secs_f64()
}

#[test]
fn copies_keep_what_there_is() {
    let simulation = read(&large::copies(100));
    assert_eq!(simulation.network().conserved_sums().len(), 1);
    let rows = simulation.run(&Run { steps: 2, ..Run::until(1.0) }).unwrap().rows;
    for row in &rows {
        let total: f64 = row.iter().sum();
        assert!((total / 2000.0 - 1.0).abs() < 1e-12, "{total}");
    }
    assert_ne!(rows[0], rows[1]);
}

/// Four times as much takes four times as long; were a step quadratic, it would take sixteen times.
#[test]
fn no_step_is_quadratic() {
    let take = |count: usize| {
        let text = large::copies(count);
        let least = (0..3).map(|_| {
            seconds(|| {
                let run = Run { steps: 1, ..Run::until(0.01) };
                read(&text).run(&run).unwrap();
            })
        });
        least.fold(f64::INFINITY, f64::min)
    };
    let (small, large) = (take(60), take(240));
    assert!(large < 9.0 * small, "{small} s and {large} s");
}

#[test]
fn what_fills_in_is_refused_and_runs_without_elimination() {
    let network = Document::from_xml(&large::tangle(9000, 27_000)).unwrap().network().unwrap();
    let warnings: Vec<String> = network.check().iter().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|w| w.contains("not all conserved sums are found")), "{warnings:?}");
    let simulation = Simulation::new(&network).unwrap();
    let run = Run { steps: 1, selection: simulation.select("s0").unwrap(), ..Run::until(0.1) };
    let message = simulation.run(&run).unwrap_err().to_string();
    assert!(message.contains("elimination fills in: factors take up to") && message.contains("GB"), "{message}");
    let mut settings = Settings::default();
    settings.method = Method::Dopri5;
    assert!(simulation.run(&Run { settings, ..run }).unwrap().rows[1][0].is_finite());
}
