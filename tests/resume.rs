//! A run put aside at any step, written down, and taken up again goes on to the same bits.

mod common;

use homeostat::library;
use homeostat::network::{Change, Dose, Pattern, Schedule, Spikes};
use homeostat::simulation::{Band, Checkpoint, Moment, Run, Settings, Simulation};
use homeostat::solver::{Executor, FailureKind, Method, Options, Snapshot, Solver, Tolerance};
use homeostat::units::Value;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::ops::ControlFlow;
use std::time::Duration;

fn value(text: &str) -> Value {
    Value::parse(text).unwrap()
}

/// Meals, doses, random spikes and a threshold all at once.
fn busy() -> Simulation {
    let mut model = library::load("best-2009-dopamine-spikes").unwrap().network();
    use homeostat::component::Threshold;
    model.add(Threshold::new("rescue").root("[eda] - 0.009").rising().change("[eda] = 0.004"));
    let mut simulation = Simulation::new(&model).unwrap();
    let poisson =
        Spikes { event: "release".into(), rate: Some(value("8 Hz")), pattern: Pattern::Poisson, ..Spikes::default() };
    let burst = Spikes {
        event: "release".into(),
        rate: Some(value("20 Hz")),
        burst: Some(3),
        every: Some(value("1 s")),
        ..Spikes::default()
    };
    let change = Change {
        parameter: "btyr".into(),
        factor: Some(1.7),
        value: None,
        from: value("0.5 s"),
        until: Some(value("0.9 s")),
        every: Some(value("2 s")),
    };
    let dose = Dose {
        species: "cda".into(),
        add: value("0.1 uM"),
        at: value("0.3 s"),
        every: Some(value("0.7 s")),
        count: None,
    };
    let schedule =
        Schedule { change: vec![change], dose: vec![dose], spikes: vec![poisson, burst], ..Schedule::default() };
    simulation.schedule(&schedule).unwrap();
    simulation
}

fn run_of(simulation: &Simulation, executor: Executor) -> Run {
    let mut settings = Settings::default();
    (settings.executor, settings.seed) = (executor, 5);
    let selection = simulation.select("[eda],[vda],TH,btyr").unwrap();
    let band = Band { selection: simulation.select("[eda]").unwrap().remove(0), low: 1e-3, high: f64::INFINITY };
    Run { steps: 37, selection, settings, summarise: true, bands: vec![band], ..Run::until(4.0 / 3600.0) }
}

/// Everything told, in order, as bits; a run that is put aside before step `pause` goes through text.
fn told(simulation: &Simulation, run: &Run, pause: Option<usize>) -> (Vec<u64>, String) {
    let mut running = simulation.begin(run).unwrap();
    let mut all = Vec::new();
    for step in 0.. {
        if Some(step) == pause {
            let text = serde_json::to_string(&running.checkpoint()).unwrap();
            let checkpoint: Checkpoint = serde_json::from_str(&text).unwrap();
            assert_eq!(checkpoint, running.checkpoint(), "nothing is lost in the text");
            // another simulation of the same model, with other numbers and without a schedule
            let mut fresh = busy();
            fresh.set("DAT.Vmax", "1").unwrap();
            fresh.set("[vda]", "500 uM").unwrap();
            fresh.schedule(&Schedule::default()).unwrap();
            running = fresh.resume(&checkpoint).unwrap();
        }
        let more = running.advance(&mut |moment| {
            match moment {
                Moment::Row { t, values } => all.extend([t].iter().chain(values).map(|x| x.to_bits())),
                Moment::Step { t } | Moment::Event { t, .. } => all.push(t.to_bits()),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        if !more.unwrap() {
            break;
        }
    }
    let outcome = running.outcome();
    let statistics = &outcome.statistics;
    let summaries =
        format!("{:?} {:?} {} {:?}", outcome.summaries, statistics.counts, statistics.spikes, statistics.scales);
    (all, summaries)
}

#[test]
fn resume_anywhere_is_no_pause() {
    let simulation = busy();
    for method in Method::ALL.iter().filter(|method| !method.is_explicit()) {
        let mut run = run_of(&simulation, Executor::Auto);
        run.settings.method = *method;
        let whole = told(&simulation, &run, None);
        assert!(whole.1.contains("events: ") && !whole.1.contains("events: 0"), "{}", whole.1);
        let mut runner = TestRunner::new(Config { cases: 30, failure_persistence: None, ..Config::default() });
        runner
            .run(&(0..400_usize), |pause| {
                let again = told(&simulation, &run, Some(pause));
                prop_assert!(again == whole, "{method:?} paused before step {}", pause);
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn a_checkpoint_of_another_model_is_refused() {
    let spiking = busy();
    let checkpoint = spiking.begin(&Run::until(1.0)).unwrap().checkpoint();
    let other = Simulation::new(&library::load("best-2009-dopamine").unwrap().network()).unwrap();
    let message = other.resume(&checkpoint).unwrap_err().to_string();
    assert!(message.contains("found a run of best-2009-dopamine-spikes"), "{message}");
    // and a damaged one
    let text = serde_json::to_string(&checkpoint).unwrap();
    let damaged: Checkpoint =
        serde_json::from_str(&text.replace("\"positions\":[", "\"positions\":[{\"k\":1,\"t\":2.0},")).unwrap();
    assert!(spiking.resume(&damaged).unwrap_err().to_string().contains("damaged"));
    // times that would not go on
    let text = serde_json::to_string(&spiking.begin(&Run::until(1.0)).unwrap().checkpoint()).unwrap();
    for (is, was) in [("\"burst\":3", "\"burst\":0"), ("\"every\":", "\"every\":-"), ("\"rate\":", "\"rate\":-")] {
        assert!(text.contains(is), "{text}");
        let damaged: Checkpoint = serde_json::from_str(&text.replace(is, was)).unwrap();
        let message = spiking.resume(&damaged).unwrap_err().to_string();
        assert!(message.contains("damaged"), "{was}: {message}");
    }
}

#[test]
fn each_limit_ends_in_its_own_failure() {
    let simulation = busy();
    let kind = |change: fn(&mut Settings)| {
        let mut run = run_of(&simulation, Executor::Tape);
        change(&mut run.settings);
        let ended = simulation.run(&run).unwrap_err();
        assert!(!ended.trajectory.rows.is_empty(), "what was computed is kept");
        ended.error.failure().unwrap().kind
    };
    assert_eq!(kind(|s| s.max_evaluations = 400), FailureKind::TooManyEvaluations);
    assert_eq!(kind(|s| s.max_wall_time = Some(Duration::ZERO)), FailureKind::TimeLimit);
    // more spikes than steps are refused beforehand, more steps than allowed when they come
    let mut day = Simulation::new(&library::load("best-2009-dopamine").unwrap().network()).unwrap();
    day.schedule_named("meals").unwrap();
    let mut run = Run::until(24.0);
    run.settings.max_steps = 20;
    assert_eq!(day.run(&run).unwrap_err().error.failure().unwrap().kind, FailureKind::TooManySteps);
}

/// Numbers that JSON does not have: a root and a column that are none, a band without an upper end.
#[test]
fn numbers_that_are_none_are_kept() {
    use homeostat::component::{Clearance, Reacts, Threshold};
    let mut net = homeostat::network::Network::new("decay");
    let cell = net.compartment("cell", homeostat::units::Volume::l(1.0));
    let a = net.species("a", cell, homeostat::units::Concentration::um(8.0));
    net.add(Clearance::new("loss").consumes(a).rate_constant(homeostat::units::Frequency::per_h(1.0)));
    net.add(Threshold::new("odd").root("ln(0 - a)").change("a = 1"));
    let value = net.formula(net.number(f64::NAN).id()).id();
    net.rule("none", value, homeostat::units::Unit::ONE);
    let simulation = Simulation::new(&net).unwrap();
    let run = Run { summarise: true, selection: simulation.select("none,[a]").unwrap(), ..Run::until(3.0) };
    let mut running = simulation.begin(&run).unwrap();
    for _ in 0..3 {
        running.advance(&mut |_| ControlFlow::Continue(())).unwrap();
    }
    let text = serde_json::to_string(&running.checkpoint()).unwrap();
    let again = simulation.resume(&serde_json::from_str(&text).unwrap()).unwrap();
    assert_eq!(again.checkpoint(), running.checkpoint());
}

/// A run that its caller has ended stays ended.
#[test]
fn a_cancelled_run_stays_cancelled() {
    let simulation = busy();
    let mut running = simulation.begin(&run_of(&simulation, Executor::Tape)).unwrap();
    let mut told = 0;
    let mut kinds = Vec::new();
    for _ in 0..12 {
        let answer = running.advance(&mut |_| {
            told += 1;
            if told == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        kinds.extend(answer.err().map(|error| error.failure().unwrap().kind));
    }
    assert!(kinds.len() > 1 && kinds.iter().all(|kind| *kind == FailureKind::Cancelled), "{kinds:?}");
    assert_eq!(told, 7);
}

/// A solver put aside after any step, as text, goes on to the same bits, whatever its method remembers.
#[test]
fn every_method_goes_on_from_a_snapshot() {
    let problem = common::problems::orego();
    // an explicit method ends a stretch of steps where it is put aside
    for method in Method::ALL.iter().filter(|method| !method.is_explicit()) {
        let mut options = Options::with_tolerances(1e-7, Tolerance::Same(1e-7 * problem.s));
        options.method = *method;
        let run = |pause: Option<u64>| {
            let mut solver = Solver::new(&problem.shape, &options, 0.0, &problem.y0).unwrap();
            let mut row = vec![0.0; problem.y0.len()];
            let mut bits = Vec::new();
            while solver.t() < 30.0 {
                let before = solver.t();
                solver.advance(&problem, &[], 30.0).unwrap();
                let steps = solver.statistics().steps;
                if steps.is_multiple_of(3) {
                    solver.interpolate(&problem, 0.5 * (solver.t() + before), &mut row);
                }
                if pause.is_some_and(|every| steps.is_multiple_of(every)) {
                    let text = serde_json::to_string(&solver.snapshot()).unwrap();
                    let snapshot: Snapshot = serde_json::from_str(&text).unwrap();
                    solver = Solver::resume(&problem.shape, &snapshot).unwrap();
                }
                solver.interpolate(&problem, 0.3 * solver.t() + 0.7 * before, &mut row);
                bits.extend(row.iter().chain(solver.y()).map(|y| y.to_bits()));
            }
            (bits, solver.statistics())
        };
        let whole = run(None);
        assert!(whole.1.steps > 50, "{method:?}: {:?}", whole.1);
        for every in [1, 7] {
            assert!(run(Some(every)) == whole, "{method:?}, put aside after every {every} steps");
        }
    }
}
