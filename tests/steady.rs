//! Steady states that are awkward, each with its closed form.

use homeostat::analysis::{Settle, SteadyState};
use homeostat::model::Model;
use homeostat::simulation::Simulation;
use homeostat::{Error, solver::FailureKind};

fn steady(species: &[(&str, f64)], parts: &str) -> Result<SteadyState, Error> {
    let mut text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n".to_string();
    for (name, value) in species {
        text += &format!("[species.{name}]\ncompartment = \"cell\"\nconcentration = \"{value} uM\"\n");
    }
    Simulation::new(&Model::from_toml(&(text + parts))?.network())?.steady(&Settle::default())
}

fn value(state: &SteadyState, name: &str) -> f64 {
    state.concentrations.iter().find(|(n, _)| n == name).unwrap().1
}

#[test]
fn everything_is_used_up() {
    let sink = "[enzyme.sink]\nreaction = \"a -> b\"\nVmax = \"5 uM/h\"\nKm = \"2 uM\"\n[clearance.loss]\nreaction = \"b ->\"\nk = \"1 1/h\"";
    let state = steady(&[("a", 10.0), ("b", 0.0)], sink).unwrap();
    assert_eq!((value(&state, "a"), value(&state, "b")), (0.0, 0.0));
    assert!(state.is_stable && state.residual == 0.0);
}

#[test]
fn a_conserved_cycle_settles_at_its_ratio() {
    let cycle = "[clearance.there]\nreaction = \"a -> b\"\nk = \"3 1/h\"\n[clearance.back]\nreaction = \"b -> a\"\nk = \"1 1/h\"";
    let state = steady(&[("a", 8.0), ("b", 0.0)], cycle).unwrap();
    assert!((value(&state, "a") - 2.0).abs() < 1e-14 && (value(&state, "b") - 6.0).abs() < 1e-14);
    assert_eq!(state.conserved[0].text(), "a + b");
    assert!(state.is_stable);
}

#[test]
fn a_negative_solution_is_not_a_success() {
    // in: 2 uM/h; out: at most 1 uM/h. The zero of the equation lies at a = -2: a grows without bound.
    let parts = "[process.supply]\nreaction = \"-> a\"\nrate = \"2\"\n[enzyme.loss]\nreaction = \"a ->\"\nVmax = \"1 uM/h\"\nKm = \"1 uM\"";
    match steady(&[("a", 1.0)], parts) {
        Err(Error::Solver { failure, message }) => {
            assert_eq!(failure.kind, FailureKind::Unsettled);
            assert!(message.contains("species a"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unstable_balance_is_said_to_be_one() {
    // the Brusselator with A = 1, B = 3: x = A, y = B/A, a focus that repels
    let parts = "[process.feed]\nreaction = \"-> x\"\nrate = \"1\"\n[process.turn]\nreaction = \"y -> x\"\nrate = \"x^2 * y\"\n[process.back]\nreaction = \"x -> y\"\nrate = \"3 * x\"\n[process.loss]\nreaction = \"x ->\"\nrate = \"x\"";
    let state = steady(&[("x", 1.2), ("y", 2.9)], parts).unwrap();
    assert!((value(&state, "x") - 1.0).abs() < 1e-13 && (value(&state, "y") - 3.0).abs() < 1e-13);
    assert!(!state.is_stable);
    let (re, im) = state.eigenvalues[0]; // trace B - 1 - A^2 = 1, determinant A^2 = 1
    assert!((re - 0.5).abs() < 1e-12 && (im.abs() - 0.75_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn a_direction_that_no_sum_explains_is_named() {
    // b is made and lost at rates that both vanish with a: wherever b stands when a is used up, it stays
    let parts =
        "[process.gone]\nreaction = \"a ->\"\nrate = \"a\"\n[process.made]\nreaction = \"-> b\"\nrate = \"a * b\"";
    let state = steady(&[("a", 1.0), ("b", 2.0)], parts).unwrap();
    assert!(!state.is_stable);
    let names: Vec<&str> = state.flat.iter().flat_map(|f| &f.terms).map(|(n, _)| n.as_str()).collect();
    assert_eq!(names, ["b"]);
}

#[test]
fn a_forced_model_has_none() {
    let parts = "[process.wave]\nreaction = \"-> a\"\nrate = \"1 + sin(time)\"\n[clearance.loss]\nreaction = \"a ->\"\nk = \"1 1/h\"";
    assert!(steady(&[("a", 1.0)], parts).unwrap_err().is_input());
}
