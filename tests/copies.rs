//! Many copies of one terminal on one pool: compiled as instances of one piece of code, they behave as single ones do.

mod common;

use homeostat::library;
use homeostat::network::Network;
use homeostat::simulation::{Run, Settings, Simulation, Trajectory};
use homeostat::solver::{Executor, Method, OdeSystem};
use std::time::{Duration, Instant};

/// What all terminals have in common.
const SHARED: [&str; 7] = ["btyr", "fire", "NADPH", "NADP", "pools", "tyrpool", "tyrosine_pool_loss"];
const SPECIES: [&str; 8] = ["bh2", "bh4", "tyr", "ldopa", "cda", "vda", "eda", "hva"];

fn terminals(count: usize) -> Network {
    library::load("best-2009-dopamine").unwrap().network().copies("t", count, &SHARED).unwrap()
}

/// Terminals on a pool as many times as large as that of one terminal.
fn on_a_large_pool(count: usize) -> Simulation {
    let mut simulation = Simulation::new(&terminals(count)).unwrap();
    let y0 = simulation.initial_state().unwrap();
    let species = simulation.network().all_species().map(|species| simulation.system().state_of(species).unwrap());
    assert!(species.eq(0..y0.len()), "states stand in the order of the network");
    let pool = simulation.system().state_of(simulation.network().species_named("tyrpool").unwrap()).unwrap();
    simulation.set("tyrpool", &(y0[pool] * count as f64).to_string()).unwrap();
    for k in 1..=count {
        simulation.set(&format!("t{k}__tyrosine_pool.k_in"), &(0.6 / count as f64).to_string()).unwrap();
    }
    simulation.schedule_named("meals").unwrap();
    simulation
}

fn run(simulation: &Simulation, executor: Executor, method: Method, hours: f64) -> Trajectory {
    let mut settings = Settings::default();
    (settings.executor, settings.method) = (executor, method);
    simulation.run(&Run { steps: 24, settings, ..Run::until(hours) }).unwrap()
}

fn column(trajectory: &Trajectory, name: &str) -> Vec<f64> {
    trajectory.column(name).unwrap_or_else(|| panic!("no column {name}")).to_vec()
}

#[test]
fn equal_copies_follow_the_single_terminal() {
    let mut single = Simulation::new(&library::load("best-2009-dopamine").unwrap().network()).unwrap();
    single.schedule_named("meals").unwrap();
    let single = run(&single, Executor::Tape, Method::Rodas5P, 24.0);
    let many = run(&on_a_large_pool(64), Executor::Auto, Method::Rodas5P, 24.0);
    for species in SPECIES {
        let expected = column(&single, &format!("[{species}]"));
        let largest = expected.iter().copied().fold(0.0, f64::max);
        let first = column(&many, &format!("[t1__{species}]"));
        for (found, expected) in first.iter().zip(&expected) {
            // both are within about the tolerance, 1e-6, of the solution
            assert!((found - expected).abs() < 5e-6 * largest, "{species}: {found} against {expected}");
        }
        for k in 2..=64 {
            assert_eq!(column(&many, &format!("[t{k}__{species}]")), first, "copy {k} of {species}");
        }
    }
}

/// Copies that differ, as many as fill no whole groups: tape and native code, step by step, to the bit.
#[test]
#[cfg(feature = "jit")]
fn executors_agree_to_the_bit() {
    for count in [4, 6, 9, 15] {
        let mut simulation = on_a_large_pool(count);
        for k in 1..=count {
            simulation.set(&format!("t{k}__TH.Vmax"), &(100.0 + 10.0 * k as f64).to_string()).unwrap();
            simulation.set(&format!("t{k}__DAT.Km"), &(0.15 + 0.01 * k as f64).to_string()).unwrap();
        }
        let explicit = |method: &&Method| matches!(method, Method::Dopri5 | Method::Dop853);
        for method in Method::ALL.iter().filter(|method| !explicit(method)) {
            let [tape, native] =
                [Executor::Tape, Executor::Native].map(|executor| run(&simulation, executor, *method, 24.0));
            assert_eq!((tape.statistics.executor, native.statistics.executor), ("tape", "native"));
            assert_eq!(tape.statistics.counts, native.statistics.counts, "{count} {method:?}");
            let bits = |t: &Trajectory| t.rows.concat().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert!(bits(&tape) == bits(&native), "{count} {method:?}");
        }
    }
}

/// A thousand copies are no more code than one; what grows with them is a matter of tables.
#[test]
fn a_thousand_copies() {
    let begun = Instant::now();
    let mut simulation = Simulation::new(&terminals(1000)).unwrap();
    assert_eq!(simulation.system().shape().n(), 8001);
    simulation.schedule_named("meals").unwrap();
    let selection = simulation.select("[tyrpool],[t1__eda],[t1000__eda]").unwrap();
    let run = Run { steps: 1, selection, ..Run::until(1.0) };
    let trajectory = simulation.run(&run).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(column(&trajectory, "[t1__eda]"), column(&trajectory, "[t1000__eda]"));
}

#[test]
fn names_and_schedules_of_copies() {
    let terminal = library::load("best-2009-dopamine").unwrap().network();
    let error = terminal.copies("t", 2, &["tyrpol"]).unwrap_err();
    assert!(error.to_string().contains("did you mean tyrpool?"), "{error}");
    let error = terminal.copies("t", 2, &["TH"]).unwrap_err();
    assert!(error.to_string().contains("is shared and rests on"), "{error}");
    // blood of their own: meals reach every copy
    let without: Vec<&str> = SHARED.iter().copied().filter(|name| *name != "btyr").collect();
    let many = terminal.copies("t", 2, &without).unwrap();
    assert_eq!(many.schedules()[0].change.len(), 2 * terminal.schedules()[0].change.len());
    assert!(many.check().is_empty(), "{:?}", many.check());
    // regulators act on copies, too, but have no text of their own to be written to a file
    let file = homeostat::model::Model::from_network(&many);
    assert!(file.unwrap_err().to_string().contains("modifiers"));
}
