//! Conditions and events on functions that the time turns to and fro: none is lost, however long steps grow.

use homeostat::model::Model;
use homeostat::simulation::{Moment, Run, Settings, Simulation};
use homeostat::solver::{Method, Statistics};
use std::f64::consts::PI;
use std::ops::ControlFlow;

fn simulation(entities: &str) -> Simulation {
    let text = format!("[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n{entities}");
    Simulation::new(&Model::from_toml(&text).unwrap().network()).unwrap()
}

/// Every method that can look inside a step.
fn methods() -> impl Iterator<Item = Method> {
    Method::ALL.iter().copied().filter(|method| !method.is_explicit())
}

fn settings(method: Method) -> Settings {
    let mut settings = Settings::with_rtol(1e-6);
    (settings.method, settings.atol, settings.max_steps) = (method, Some(1e-6), 10_000_000);
    settings
}

/// What the last species comes to, the work, and how many events there were.
fn run(simulation: &Simulation, method: Method, end: f64) -> (f64, Statistics, usize) {
    let mut events = 0;
    let run = Run { settings: settings(method), steps: 4, ..Run::until(end) };
    let mut last = 0.0;
    let outcome = simulation.run_with(&run, &mut |moment| {
        match moment {
            Moment::Event { .. } => events += 1,
            Moment::Row { values, .. } => last = *values.last().unwrap(),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let outcome = outcome.unwrap_or_else(|ended| panic!("{method:?}: {ended}"));
    (last, outcome.statistics.counts, events)
}

/// Pulses of a rate: what they are, and how often each turns in a period of 24 h.
const PULSES: [(&str, u64); 6] = [
    ("sin(6.283185307179586 * time / 24) > 0.7", 2),
    ("cos(6.283185307179586 * time / 24) > 0.9999", 2),
    ("sin(6.283185307179586 * time / 24) > 0.7 and sin(6.283185307179586 * time / 24) < 0.70001", 4),
    ("time / 24 - floor(time / 24) > 0.999", 2),
    ("abs(time - 24 * floor(time / 24 + 0.5)) < 0.001", 4),
    (
        "sin(6.283185307179586 * time / 24) + cos(6.283185307179586 * time / 24) + 0.5 * cos(12.566370614359172 * time / 24) > 1.41",
        2,
    ),
];

/// The part of a period in which each pulse is on.
fn share(which: usize) -> f64 {
    match which {
        0 => 0.5 - 0.7_f64.asin() / PI,
        1 => 0.9999_f64.acos() / PI,
        2 => (0.70001_f64.asin() - 0.7_f64.asin()) / PI,
        3 => 0.001,
        4 => 0.002 / 24.0,
        _ => {
            // measured by halving between places where its sign is known: it rises once and falls once in a period
            let g = |s: f64| {
                let w = 2.0 * PI * s;
                w.sin() + w.cos() + 0.5 * (2.0 * w).cos() - 1.41
            };
            let root = |(mut a, mut b): (f64, f64)| {
                let up = g(b) > 0.0;
                for _ in 0..60 {
                    let m = 0.5 * (a + b);
                    if (g(m) > 0.0) == up { b = m } else { a = m }
                }
                a
            };
            let top = (0..1000).map(|k| f64::from(k) / 1000.0).max_by(|a, b| g(*a).total_cmp(&g(*b))).unwrap();
            root((top, top + 0.3)) - root((top - 0.3, top))
        }
    }
}

#[test]
fn no_pulse_of_a_rate_is_lost() {
    let periods = 1000.0;
    for (which, (condition, turns)) in PULSES.into_iter().enumerate() {
        // x settles at once, so that steps grow; y is what has come in
        let simulation = simulation(&format!(
            "[species.x]\ncompartment = \"cell\"\nconcentration = \"5 uM\"\n\
             [species.y]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n\
             [process.loss]\nreaction = \"x ->\"\nrate = \"10 * x\"\n\
             [process.pulse]\nreaction = \"-> y\"\nrate = \"select({condition}, 1, 0)\"\n"
        ));
        for method in methods() {
            let (found, counts, _) = run(&simulation, method, 24.0 * periods);
            let expected = 24.0 * periods * share(which);
            let off = (found / expected - 1.0).abs();
            assert!(off < 1e-6, "{condition} by {method:?}: {found} for {expected}");
            let turned = counts.mode_changes;
            // the last turn may lie at the end
            assert!(turned.abs_diff(turns * periods as u64) <= 1, "{condition} by {method:?}: {turned} turns");
            assert!(counts.roots < 60 * turned, "{condition} by {method:?}: {} looks", counts.roots);
        }
    }
}

#[test]
fn no_root_event_is_lost() {
    let roots = [
        ("sin(6.283185307179586 * time / 24)", "rising", 999),
        ("sin(6.283185307179586 * time / 24)", "both", 1999),
        ("sin(6.283185307179586 * time / 24) - 0.99999", "falling", 1000),
        ("time / 24 - floor(time / 24) - 0.5", "rising", 1000),
        ("time / 24 - floor(time / 24) - 0.5", "falling", 999),
        // a state that stands at 1 stands in it
        ("sin(6.283185307179586 * time / 24) - 0.5 * x", "rising", 1000),
    ];
    for (root, direction, expected) in roots {
        let simulation = simulation(&format!(
            "[species.x]\ncompartment = \"cell\"\namount = \"1 umol\"\n\
             [species.y]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n\
             [process.loss]\nreaction = \"x ->\"\nrate = \"10 * (x - 1)\"\n\
             [event.pulse]\nroot = \"{root}\"\ndirection = \"{direction}\"\nchange = \"y = y + 1\"\n"
        ));
        for method in methods() {
            let (found, _, events) = run(&simulation, method, 24_000.0 - 1.0);
            assert_eq!(events, expected, "{root} {direction} by {method:?}");
            assert!((found - expected as f64).abs() < 1e-6, "{root} by {method:?}");
        }
    }
}

#[test]
fn no_event_of_a_condition_is_lost() {
    let simulation = simulation(
        "[species.x]\ncompartment = \"cell\"\nconcentration = \"5 uM\"\n\
         [species.y]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n\
         [process.loss]\nreaction = \"x ->\"\nrate = \"10 * x\"\n\
         [event.pulse]\nwhen = \"sin(6.283185307179586 * time / 24) > 0.99999\"\nchange = \"y = y + 1\"\n",
    );
    for method in methods() {
        let (found, _, events) = run(&simulation, method, 24_000.0);
        assert_eq!(events, 1000, "{method:?}");
        assert!((found - 1000.0).abs() < 1e-6, "{method:?}");
    }
}

/// A condition on what is zero but for rounding: bounds do not tell, and the search for a turn ends all the same.
#[test]
fn a_search_that_leads_nowhere_ends() {
    let simulation = simulation(
        "[species.y]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n\
         [process.pulse]\nreaction = \"-> y\"\nrate = \"select(sin(time)^2 + cos(time)^2 > 1.5, 1, 2)\"\n\
         [process.none]\nreaction = \"-> y\"\nrate = \"select(sin(time)^2 + cos(time)^2 > 1, 1, 1)\"\n",
    );
    let (found, counts, _) = run(&simulation, Method::Rodas5P, 1000.0);
    assert!((found - 3000.0).abs() < 1e-9, "{found}");
    assert!(counts.roots < 1_000_000, "{} looks", counts.roots);
}
