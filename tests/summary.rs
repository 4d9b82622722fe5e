//! Means, extremes and times in bands, against closed forms.

use homeostat::component::{Clearance, Reacts};
use homeostat::network::{Dose, Network, Schedule};
use homeostat::simulation::{Band, Run, Settings, Simulation};
use homeostat::units::{Concentration, Frequency, Value, Volume};

/// A first-order decay of 1/h from 8, with a dose of 4 at 1 h.
fn decay() -> Simulation {
    let mut net = Network::new("decay");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Concentration::um(8.0));
    net.add(Clearance::new("loss").consumes(a).rate_constant(Frequency::per_h(1.0)));
    let mut simulation = Simulation::new(&net).unwrap();
    let [add, at] = ["4 uM", "1 h"].map(|text| Value::parse(text).unwrap());
    let dose = Dose { species: "a".into(), add, at, every: None, count: None };
    simulation.schedule(&Schedule { dose: vec![dose], ..Schedule::default() }).unwrap();
    simulation
}

fn near(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-6, "found {found}, expected {expected}");
}

#[test]
fn a_decay_with_a_dose() {
    let simulation = decay();
    let selection = simulation.select("[a]").unwrap();
    let band = Band { selection: selection[0].clone(), low: 2.0, high: 4.0 };
    let settings = Settings::with_rtol(1e-9);
    let run = Run { start: 0.5, steps: 0, selection, settings, summarise: true, bands: vec![band], ..Run::until(3.0) };
    let trajectory = simulation.run(&Run { steps: 1, ..run }).unwrap();
    let [whole, inside] = &trajectory.summaries[..] else { panic!("two summaries") };

    let (start, one) = (8.0 * (-0.5_f64).exp(), 8.0 * (-1.0_f64).exp());
    let after = one + 4.0;
    let end = after * (-2.0_f64).exp();
    near(whole.mean, ((start - one) + (after - end)) / 2.5);
    near(whole.max.0, after);
    assert_eq!(whole.max.1, 1.0);
    near(whole.min.0, end);
    assert_eq!(whole.min.1, 3.0);
    assert_eq!(whole.band, None);
    // below 4 from ln 2 to the dose, then from ln(after / 4) after it until it falls below 2
    let expected = (1.0 - 2.0_f64.ln()) + ((after / 2.0).ln() - (after / 4.0).ln());
    let (low, high, time) = inside.band.unwrap();
    assert_eq!((low, high), (2.0, 4.0));
    near(time, expected);
}

/// An extreme inside a step: intermediate of a -> b -> , largest at ln 2.
#[test]
fn an_extreme_between_steps() {
    let mut net = Network::new("chain");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Concentration::um(1.0));
    let b = net.species("b", cell, Concentration::um(0.0));
    net.add(Clearance::new("first").consumes(a).produces(b).rate_constant(Frequency::per_h(2.0)));
    net.add(Clearance::new("second").consumes(b).rate_constant(Frequency::per_h(1.0)));
    let simulation = Simulation::new(&net).unwrap();
    let selection = simulation.select("[b]").unwrap();
    let settings = Settings::with_rtol(1e-9);
    let run = Run { steps: 1, selection, settings, summarise: true, ..Run::until(5.0) };
    let summary = simulation.run(&run).unwrap().summaries.remove(0);
    near(summary.max.0, 0.5);
    assert!((summary.max.1 - 2.0_f64.ln()).abs() < 1e-3, "{}", summary.max.1);
    assert_eq!(summary.min, (0.0, 0.0));
}

#[test]
fn a_band_upside_down_is_refused() {
    let simulation = decay();
    let band = Band { selection: simulation.select("[a]").unwrap().remove(0), low: 4.0, high: 2.0 };
    let error = simulation.run(&Run { bands: vec![band], ..Run::until(1.0) }).unwrap_err();
    assert!(error.to_string().contains("expected a lower and a higher number"), "{error}");
}
