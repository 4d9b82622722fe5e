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
    assert!(!state.is_stable && !state.is_neutral);
    let (re, im) = state.eigenvalues[0]; // trace B - 1 - A^2 = 1, determinant A^2 = 1
    assert!((re - 0.5).abs() < 1e-12 && (im.abs() - 0.75_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn a_direction_that_no_sum_explains_is_named() {
    // b is made and lost at rates that both vanish with a: wherever b stands when a is used up, it stays
    let parts =
        "[process.gone]\nreaction = \"a ->\"\nrate = \"a\"\n[process.made]\nreaction = \"-> b\"\nrate = \"a * b\"";
    let state = steady(&[("a", 1.0), ("b", 2.0)], parts).unwrap();
    assert!(!state.is_stable && state.is_neutral);
    let names: Vec<&str> = state.flat.iter().flat_map(|f| &f.terms).map(|(n, _)| n.as_str()).collect();
    assert_eq!(names, ["b"]);
}

/// Amounts seventeen decades apart are no flat direction.
#[test]
fn small_amounts_beside_large_ones() {
    let parts = "[process.b1]\nreaction = \"-> a\"\nrate = \"1e15 * b\"\n[process.a1]\nreaction = \"a ->\"\nrate = \"a\"\n[process.b2]\nreaction = \"-> b\"\nrate = \"0.5e-15 * a\"\n[process.b3]\nreaction = \"b ->\"\nrate = \"b\"\n[process.feed]\nreaction = \"-> a\"\nrate = \"0.02\"";
    let state = steady(&[("a", 2.0), ("b", 2e-15)], parts).unwrap();
    assert!(state.is_stable && state.flat.is_empty());
    assert!((value(&state, "a") - 0.04).abs() < 1e-15);
    assert!((state.eigenvalues[0].0 + 1.0 + 0.5_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn what_nothing_moves_rests_and_is_named() {
    let parts = "[process.never]\nreaction = \"x -> y\"\nrate = \"0 * x\"";
    let state = steady(&[("x", 1.0), ("y", 1.0)], parts).unwrap();
    assert_eq!((value(&state, "x"), value(&state, "y")), (1.0, 1.0));
    assert_eq!(state.flat.len(), 1);
    assert_eq!(state.flat[0].terms.len(), 2);
}

#[test]
fn both_partners_of_a_reaction_are_used_up() {
    let parts = "[process.bind]\nreaction = \"a + b -> d\"\nrate = \"a * b\"";
    let state = steady(&[("a", 1.0), ("b", 1.0), ("d", 0.0)], parts).unwrap();
    assert!(value(&state, "a") < 1e-6 && (value(&state, "d") - 1.0).abs() < 1e-6 && state.residual < 1e-9);
}

/// x' = x - x^3 from 0.1: 0 is a steady state, but time leads to 1.
#[test]
fn a_stable_state_is_preferred() {
    let parts =
        "[process.growth]\nreaction = \"-> x\"\nrate = \"x\"\n[process.loss]\nreaction = \"x ->\"\nrate = \"x^3\"";
    let state = steady(&[("x", 0.1)], parts).unwrap();
    assert!((value(&state, "x") - 1.0).abs() < 1e-13 && state.is_stable);
}

/// An oscillator beside a slow growth has none; that is said in seconds.
#[test]
fn an_oscillator_that_grows_is_given_up() {
    let parts = "[process.feed]\nreaction = \"-> x\"\nrate = \"1\"\n[process.turn]\nreaction = \"y -> x\"\nrate = \"x^2 * y\"\n[process.back]\nreaction = \"x -> y\"\nrate = \"3 * x\"\n[process.loss]\nreaction = \"x ->\"\nrate = \"x\"\n[process.grow]\nreaction = \"-> z\"\nrate = \"0.001\"";
    let Err(Error::Solver { failure, .. }) = steady(&[("x", 1.2), ("y", 2.9), ("z", 0.0)], parts) else { panic!() };
    assert_eq!(failure.kind, FailureKind::Unsettled);
}

#[test]
fn a_forced_model_has_none() {
    let parts = "[process.wave]\nreaction = \"-> a\"\nrate = \"1 + sin(time)\"\n[clearance.loss]\nreaction = \"a ->\"\nk = \"1 1/h\"";
    assert!(steady(&[("a", 1.0)], parts).unwrap_err().is_input());
}

/// In: 2 - r; out: 5, whether there is any r or not. Time leads to r = -3, through zero. What is used up beside it turns over
/// no more: noise of it says nothing.
#[test]
fn a_balance_below_zero_is_named_with_its_amount() {
    let parts = "[process.fill]\nreaction = \"-> r\"\nrate = \"2 - r\"\n[process.take]\nreaction = \"r ->\"\nrate = \"5\"\n\
                 [clearance.gone]\nreaction = \"a -> b\"\nk = \"3 1/h\"\n[clearance.lost]\nreaction = \"b ->\"\nk = \"0.7 1/h\"";
    match steady(&[("a", 1.0), ("b", 0.0), ("r", 1.0)], parts) {
        Err(Error::Solver { failure, message }) => {
            assert_eq!(failure.kind, FailureKind::Unsettled);
            assert!(message.contains("r at -3.000000 umol ([r] at -3.000000 uM)"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

/// Lotka and Volterra: x' = x - x y, y' = x y - y; about (1, 1) the eigenvalues are i and -i.
#[test]
fn a_centre_is_neutral() {
    let parts = "[process.grow]\nreaction = \"-> x\"\nrate = \"x\"\n[process.eat]\nreaction = \"x -> y\"\nrate = \"x * y\"\n\
                 [process.die]\nreaction = \"y ->\"\nrate = \"y\"";
    let state = steady(&[("x", 1.2), ("y", 1.0)], parts).unwrap();
    assert!((value(&state, "x") - 1.0).abs() < 1e-13 && (value(&state, "y") - 1.0).abs() < 1e-13);
    assert!(state.is_neutral && !state.is_stable && state.flat.is_empty());
    let (re, im) = state.eigenvalues[0];
    assert!(re.abs() < 1e-14 && (im.abs() - 1.0).abs() < 1e-14);
}

/// Of the balanced matrix the iteration for eigenvalues goes round in circles here, so that the plain one is taken. DOPAC
/// outside is what an integration over 1e5 h arrives at.
#[test]
fn eigenvalues_are_found_or_given_up() {
    let mut simulation = Simulation::new(&homeostat::library::load("monoamine-synapses").unwrap().network()).unwrap();
    simulation.set("COMT_DOPAC.scale", "0").unwrap();
    let state = simulation.steady(&Settle::default()).unwrap();
    assert!(state.is_stable && state.eigenvalues.iter().all(|z| z.0.is_finite()));
    assert!((state.concentration("edopac").unwrap() - 7.433_833_13).abs() < 1e-7);
}

/// s' = 2 - 2 s / (1 + s) > 0 for ever: s grows like the root of the time.
#[test]
fn what_grows_without_bound_is_no_steady_state() {
    let text = r#"
        [model]
        name = "saturated"
        [compartment.cell]
        volume = "1 L"
        [species.s]
        compartment = "cell"
        concentration = "1 uM"
        [process.supply]
        reaction = "-> s"
        rate = "2"
        [enzyme.loss]
        reaction = "s ->"
        Vmax = { value = 2, unit = "uM/h", status = "assumed" }
        Km = { value = 1, unit = "uM", status = "assumed" }
    "#;
    let network = homeostat::model::Model::from_toml(text).unwrap().network();
    let error = Simulation::new(&network).unwrap().steady(&Default::default()).unwrap_err().to_string();
    assert!(error.contains("nothing takes as much of it as is made") && error.contains("s grows"), "{error}");
}
