//! Events of models: thresholds that change the state or end a run, and what is wrong with them.

use homeostat::component::{Clearance, Reacts, Threshold};
use homeostat::model::Model;
use homeostat::network::{Network, Schedule, Spikes};
use homeostat::simulation::{Moment, Run, Settings, Simulation};
use homeostat::solver::{FailureKind, Method};
use homeostat::units::{Concentration, Frequency, Value, Volume};
use std::ops::ControlFlow;

fn near(found: f64, expected: f64, allowed: f64) {
    assert!((found - expected).abs() <= allowed, "found {found}, expected {expected}");
}

/// Decay from 10 with a threshold.
fn decay(threshold: Threshold) -> Simulation {
    let mut net = Network::new("decay");
    let cell = net.compartment("cell", Volume::l(2.0));
    let a = net.species("a", cell, Concentration::um(10.0));
    net.add(Clearance::new("loss").consumes(a).rate_constant(Frequency::per_h(1.0)));
    net.add(threshold);
    Simulation::new(&net).unwrap()
}

#[test]
fn thresholds_of_a_model_change_the_state_and_end_runs() {
    let refill = decay(Threshold::new("refill").root("[a] - 5").falling().change("[a] = 10"));
    let mut told = Vec::new();
    let run = Run { steps: 1, selection: refill.select("[a]").unwrap(), ..Run::until(3.0) };
    let outcome = refill.run_with(&run, &mut |moment| {
        if let Moment::Event { t, name } = moment {
            told.push((t, name.to_string()));
        }
        ControlFlow::Continue(())
    });
    assert_eq!(outcome.unwrap().statistics.counts.events, 4);
    for (k, (t, name)) in told.iter().enumerate() {
        assert_eq!(name, "refill");
        near(*t, (k + 1) as f64 * std::f64::consts::LN_2, 1e-5);
    }

    let end = decay(Threshold::new("empty").root("[a] - 1").ends_run());
    let trajectory = end.run(&Run { steps: 10, ..Run::until(10.0) }).unwrap();
    let ending = trajectory.ending.unwrap();
    assert_eq!(ending.event, "empty");
    near(ending.t, 10.0_f64.ln(), 1e-5);
    assert_eq!(trajectory.t.len(), 4); // 0, 1, 2 and the end
    near(trajectory.rows[3][0], 1.0, 1e-9);
}

/// A threshold that is met at the start does not happen there, and happens when it is met again.
#[test]
fn a_threshold_met_at_the_start_waits() {
    let simulation = decay(Threshold::new("refill").root("[a] - 10").rising().change("[a] = 20"));
    let mut simulation = simulation;
    let dose = homeostat::network::Dose {
        species: "a".into(),
        add: Value::parse("15 uM").unwrap(),
        at: Value::parse("1 h").unwrap(),
        every: None,
        count: None,
    };
    simulation.schedule(&Schedule { dose: vec![dose], ..Schedule::default() }).unwrap();
    let run = Run { steps: 2, selection: simulation.select("[a]").unwrap(), ..Run::until(2.0) };
    let trajectory = simulation.run(&run).unwrap();
    // the dose jumps over the threshold, which happens at once: the row there shows what follows
    assert_eq!(trajectory.statistics.counts.events, 1);
    assert_eq!(trajectory.rows[1][0], 20.0);
}

#[test]
fn thresholds_with_faults_are_told() {
    let told = |threshold: Threshold| {
        let mut net = Network::new("decay");
        let cell = net.compartment("cell", Volume::l(2.0));
        let a = net.species("a", cell, Concentration::um(10.0));
        net.add(Clearance::new("loss").consumes(a).rate_constant(Frequency::per_h(1.0)));
        net.add(threshold);
        let problems: Vec<String> = net.check().iter().map(ToString::to_string).collect();
        problems.join("\n")
    };
    use homeostat::component::Builder;
    for (threshold, words) in [
        (Threshold::new("x").root("[b] - 1").change("a = 1"), "b"),
        (Threshold::new("x").root("a - 1").change("b = 1"), "there is no species b"),
        (Threshold::new("x").root("a - 1").change("a"), "expected an assignment"),
        (Threshold::new("x").root("a - 1").change("a = 1; a = 2"), "changes a twice"),
        (Threshold::new("x").root("a - 1"), "changes nothing"),
        (Threshold::new("x").root("a - 1").change("a = 1").set("direction", "up"), "expected rising, falling or both"),
        (Threshold::new("x").change("a = 1").rising(), "given without a root"),
        (Threshold::new("x").root("a - 1").set("then", "stop"), "expected \"end\""),
    ] {
        let found = told(threshold);
        assert!(found.contains(words), "{found:?} does not say {words:?}");
    }
}

#[test]
fn an_event_with_a_threshold_takes_no_spikes() {
    let mut simulation = decay(Threshold::new("refill").root("[a] - 5").change("[a] = 10"));
    let spikes = Spikes { event: "refill".into(), times: vec![Value::from(1.0)], ..Spikes::default() };
    let told = simulation.schedule(&Schedule { spikes: vec![spikes], ..Schedule::default() }).unwrap_err();
    assert!(told.to_string().contains("happens at a threshold of its own"), "{told}");
}

/// Restoring a conserved sum must not take the state back over the threshold that it has just gone through.
#[test]
fn events_on_conserved_sums_happen_once() {
    for k in 1..200 {
        let forth = 0.137 * f64::from(k); // never 1: that is a balance
        let mut net = Network::new("pair");
        let cell = net.compartment("cell", Volume::l(1.0));
        let [a, b, c] = ["a", "b", "c"].map(|name| net.species(name, cell, Concentration::um(1.0)));
        let rates = [(a, b, forth), (b, a, 1.0)].map(|(from, to, k)| (from, to, (net.value(from) * k).id()));
        for (i, (from, to, rate)) in rates.into_iter().enumerate() {
            net.process(&format!("r{i}"), [(from, -1.0), (to, 1.0)], rate);
        }
        let _ = c;
        let middle = 0.5 * (1.0 + 2.0 / (1.0 + forth));
        net.add(Threshold::new("step").root(&format!("[a] - {middle}")).change("[c] = [c] + 1"));
        let trajectory = Simulation::new(&net).unwrap().run(&Run { steps: 1, ..Run::until(5.0) }).unwrap();
        assert!(
            (trajectory.rows[1][2] - 2.0).abs() < 1e-12,
            "k = {forth}: {:?} {:?}",
            trajectory.rows,
            trajectory.statistics.counts
        );
    }
}

#[test]
fn a_dose_at_the_start_jumps_over_a_threshold() {
    for at in ["0 h", "0.001 h"] {
        let mut simulation = decay(Threshold::new("full").root("[a] - 50").rising().change("[a] = 1"));
        let schedule = format!("[[dose]]\nspecies = \"a\"\nadd = \"1000 umol\"\nat = \"{at}\"\n");
        let schedule = homeostat::model::ScheduleFile::from_toml(&schedule).unwrap().schedule;
        simulation.schedule(&schedule).unwrap();
        let trajectory = simulation.run(&Run { steps: 1, ..Run::until(1.0) }).unwrap();
        assert_eq!(trajectory.statistics.counts.events, 1, "{at}");
    }
}

/// Bounces that come ever faster come to an end of their own: no method lets the ball through the floor.
#[test]
fn no_method_lets_a_ball_through_the_floor() {
    let text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n\
         [species.h]\ncompartment = \"cell\"\namount = \"10 umol\"\n\
         [species.v]\ncompartment = \"cell\"\namount = \"0 umol\"\n\
         [process.fall]\nreaction = \"-> h\"\nrate = \"v\"\n\
         [process.pull]\nreaction = \"-> v\"\nrate = \"-9.81\"\n\
         [event.bounce]\nroot = \"h\"\ndirection = \"falling\"\nchange = \"v = -0.8 * v\"\n";
    let simulation = Simulation::new(&Model::from_toml(text).unwrap().network()).unwrap();
    // the bounces end after sqrt(2 h / g) (1 + 2 (0.8 + 0.8^2 + ...))
    let last = (2.0 * 10.0 / 9.81_f64).sqrt() * (1.0 + 2.0 * 0.8 / 0.2);
    for method in Method::ALL.iter().copied().filter(|method| !method.is_explicit()) {
        for rtol in [1e-4, 1e-6, 1e-8] {
            let mut settings = Settings::with_rtol(rtol);
            settings.method = method;
            let ended = simulation.run(&Run { settings, ..Run::until(20.0) }).unwrap_err();
            let failure = ended.error.failure().unwrap();
            assert_eq!(failure.kind, FailureKind::AccumulatingEvents, "{method:?} at {rtol:e}: {ended}");
            assert!((failure.t - last).abs() < 0.05 * last, "{method:?} at {rtol:e}: {} for {last}", failure.t);
            assert!(ended.to_string().contains("bounce"), "{ended}");
        }
    }
}

/// A compartment that is left without a size is named, whether an event or a rate has done it.
#[test]
fn a_size_has_to_stay_above_zero() {
    let species = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n\
         [species.x]\ncompartment = \"cell\"\namount = \"1 umol\"\n\
         [process.gain]\nreaction = \"-> x\"\nrate = \"1\"\n";
    for event in ["root = \"x - 3\"", "when = \"x >= 3\""] {
        for size in ["0", "-2"] {
            let text = format!("{species}[event.shrink]\n{event}\nchange = \"cell = {size}\"\n");
            let simulation = Simulation::new(&Model::from_toml(&text).unwrap().network()).unwrap();
            let ended = simulation.run(&Run::until(10.0)).unwrap_err();
            let message = ended.to_string();
            assert!(message.contains("the size of compartment cell is"), "{event}, {size}: {message}");
            assert!((ended.error.failure().unwrap().t - 2.0).abs() < 1e-6, "{event}, {size}: {message}");
        }
    }
}
