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

/// A band so narrow that the column passes it between two looks is passed all the same.
#[test]
fn narrow_bands() {
    let simulation = decay();
    let selection = simulation.select("[a]").unwrap();
    let band = |k: u32| {
        let low = 1.0 + 0.1 * f64::from(k);
        Band { selection: selection[0].clone(), low, high: 1.01 * low }
    };
    let settings = Settings::with_rtol(1e-4);
    let run = Run { start: 1.0, settings, bands: (0..20).map(band).collect(), ..Run::until(10.0) };
    for summary in simulation.run(&run).unwrap().summaries {
        let time = summary.band.unwrap().2;
        assert!((time / 1.01_f64.ln() - 1.0).abs() < 1e-3, "{:?}", summary.band);
    }
}

/// The largest of many peaks that grow by less than looks are apart.
#[test]
fn the_last_of_many_peaks_is_the_largest() {
    let mut net = Network::new("swing");
    let cell = net.compartment("cell", Volume::l(1.0));
    let x = net.species("x", cell, Concentration::um(3.0));
    let y = net.species("y", cell, Concentration::um(4.0));
    // x = 3 + exp(1e-5 t) sin t
    let (p, q) = (net.value(x) - 3.0, net.value(y) - 3.0);
    let (dx, dy) = ((q + p * 1e-5).id(), (q * 1e-5 - p).id());
    net.process("dx", [(x, 1.0)], dx);
    net.process("dy", [(y, 1.0)], dy);
    let simulation = Simulation::new(&net).unwrap();
    let selection = simulation.select("[x]").unwrap();
    let settings = Settings::with_rtol(1e-8);
    let run = Run { selection, settings, summarise: true, ..Run::until(200.0) };
    let (max, at) = simulation.run(&run).unwrap().summaries[0].max;
    let last = std::f64::consts::PI * 62.5;
    let largest = 3.0 + (1e-5 * last).exp();
    assert!((at - last).abs() < 1e-3 && (max - largest).abs() < 1e-5, "{max} at {at}, not {largest} at {last}");
}

/// Ends and means that are no numbers are written as texts, in both formats alike.
#[test]
fn numbers_that_are_none() {
    let simulation = decay();
    let band = Band { selection: simulation.select("[a]").unwrap().remove(0), low: 1.0, high: f64::INFINITY };
    let run = Run { start: 2.0, end: 2.0, steps: 0, bands: vec![band], ..Run::until(2.0) };
    let trajectory = simulation.run(&run).unwrap();
    let (mut csv, mut json) = (Vec::new(), Vec::new());
    trajectory.write_summary_csv(&mut csv).unwrap();
    trajectory.write_summary_json(&mut json).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.starts_with("name,unit,mean,") && csv.ends_with(",1,inf,0,NaN\n") && csv.contains("uM,NaN,"), "{csv}");
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&json[0]["mean"], &json[0]["high"], &json[0]["share"]), (&"NaN".into(), &"inf".into(), &"NaN".into()));
}
