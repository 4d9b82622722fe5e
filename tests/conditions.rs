//! Events that conditions set off (SBML Level 3 Version 2, section 4.12), against closed forms.

use homeostat::component::Threshold;
use homeostat::model::Model;
use homeostat::network::{Condition, Dose, Network, Schedule, Trigger};
use homeostat::simulation::{Checkpoint, Moment, Run, Settings, Simulation, Trajectory};
use homeostat::solver::{By, Executor, FailureKind, Method, Options, solve_with_sensitivities};
use homeostat::units::{Concentration, Volume};
use std::ops::ControlFlow;

/// Species in one litre that begin with these concentrations and change by these rates, and events.
fn model(species: &[(&str, f64, &str)], events: &str) -> Simulation {
    let mut text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n".to_string();
    for (name, value, rate) in species {
        text += &format!("[species.{name}]\ncompartment = \"cell\"\nconcentration = \"{value} uM\"\n");
        text += &format!("[process.r_{name}]\nreaction = \"-> {name}\"\nrate = \"{rate}\"\n");
    }
    let network = Model::from_toml(&(text + events)).unwrap().network();
    Simulation::new(&network).unwrap_or_else(|error| panic!("{error}"))
}

/// What events happened, and when; and the rows.
fn told(simulation: &Simulation, run: &Run) -> (Vec<(String, f64)>, Trajectory) {
    let (mut events, mut t, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let outcome = simulation.run_with(run, &mut |moment| {
        match moment {
            Moment::Event { t, name } => events.push((name.to_string(), t)),
            Moment::Row { t: time, values } => {
                t.push(time);
                rows.push(values.to_vec());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let mut trajectory = outcome.unwrap_or_else(|ended| panic!("{ended}"));
    (trajectory.t, trajectory.rows) = (t, rows);
    (events, trajectory)
}

fn run_to(end: f64, rows: usize) -> Run {
    Run { steps: rows, settings: Settings::with_rtol(1e-9), ..Run::until(end) }
}

/// The number that events write digit by digit, each its own.
fn digits(simulation: &Simulation, seed: u64) -> f64 {
    let mut run = Run { selection: simulation.select("n").unwrap(), ..run_to(3.0, 3) };
    run.settings.seed = seed;
    told(simulation, &run).1.rows[3][0]
}

#[test]
fn decay_is_put_back_at_a_threshold() {
    let event = "[event.refill]\nwhen = \"[x] < 0.5\"\nchange = \"[x] = 1\"\n";
    let simulation = model(&[("x", 1.0, "-x")], event);
    for method in Method::ALL.iter().copied().filter(|method| !method.is_explicit()) {
        let mut run = run_to(5.0, 100);
        (run.settings.method, run.settings.atol) = (method, Some(1e-12));
        let (events, rows) = told(&simulation, &run);
        assert_eq!(events.len(), 7, "{method:?}");
        for (k, (name, t)) in events.iter().enumerate() {
            assert_eq!(name, "refill");
            assert!((t - (k + 1) as f64 * 2.0_f64.ln()).abs() < 1e-7, "{method:?} {t}");
        }
        for (t, row) in rows.t.iter().zip(&rows.rows) {
            let exact = (-(t % 2.0_f64.ln())).exp();
            assert!((row[0] - exact).abs() < 1e-7, "{method:?} at {t}: {}", row[0]);
        }
        assert_eq!(rows.statistics.conditional_events, 7);
    }
}

/// A condition on the time turns at its time to the bit, and the row there shows what follows.
#[test]
fn conditions_on_the_time_are_exact() {
    for when in
        ["time >= 5", "time > 5", "5 <= time", "5 < time", "time == 5", "2 * time - 4 > 6", "time / 5 >= 1 and x < 2"]
    {
        let simulation = model(
            &[("x", 0.0, "0"), ("y", 1.0, "-y")],
            &format!("[event.e]\nwhen = \"{when}\"\nchange = \"x = x + 1\"\n"),
        );
        let (events, rows) = told(&simulation, &run_to(10.0, 10));
        assert_eq!(events, [("e".to_string(), 5.0)], "{when}");
        let x: Vec<f64> = rows.rows.iter().map(|row| row[0]).collect();
        assert_eq!(x, [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], "{when}");
    }
}

/// The next time is one that the event itself sets.
#[test]
fn a_time_that_events_move() {
    let event = "[input.next]\nvalue = \"0.3\"\n[event.tick]\nwhen = \"time >= next\"\nchange = \"next = next + 0.7; x = x + 1\"\n";
    let simulation = model(&[("x", 0.0, "0")], event);
    let (events, _) = told(&simulation, &run_to(4.0, 4));
    let exact: Vec<f64> = std::iter::successors(Some(0.3), |t| Some(t + 0.7)).take(6).collect();
    assert_eq!(events.iter().map(|(_, t)| *t).collect::<Vec<_>>(), exact);
}

/// A ramp reaches its threshold at a row, but for rounding: the row shows what follows.
#[test]
fn a_row_where_a_threshold_is_reached() {
    for method in Method::ALL.iter().copied().filter(|method| !method.is_explicit()) {
        for when in ["[x] >= 5", "[x] > 5", "([x] < 5) == 0"] {
            let event = format!("[event.e]\nwhen = \"{when}\"\nchange = \"[y] = 1\"\n");
            let simulation = model(&[("x", 0.0, "1"), ("y", 0.0, "0")], &event);
            let mut run = run_to(10.0, 10);
            run.settings.method = method;
            let (events, rows) = told(&simulation, &run);
            assert!(events.len() == 1 && (events[0].1 - 5.0).abs() < 1e-11, "{method:?} {when}: {events:?}");
            assert_eq!(rows.rows[4][1], 0.0, "{method:?} {when}");
            assert_eq!(rows.rows[5][1], 1.0, "{method:?} {when}");
        }
    }
}

/// On the boundary what is written counts at the start, then where the solution goes.
#[test]
fn where_a_run_begins() {
    for (when, rate, initially, expected) in [
        ("[x] > 3", "1", false, Some(0.0)),
        ("[x] > 3", "1", true, Some(0.0)), // false at the instant, true right after it
        ("[x] > 3", "-1", false, None),
        ("[x] > 3", "-1", true, None),
        ("[x] >= 3", "1", false, Some(0.0)),
        ("[x] >= 3", "1", true, None),
        ("[x] >= 3", "-1", false, Some(0.0)),
        ("[x] >= 3", "-1", true, None),
        ("[x] < 3", "-1", true, Some(0.0)),
        ("[x] < 2", "-1", false, Some(1.0)),
        ("[x] < 2", "-1", true, Some(1.0)), // false from the start on
        ("time >= 0", "-1", false, Some(0.0)),
        ("time > 0", "-1", true, Some(0.0)),
    ] {
        let event = format!("[event.e]\nwhen = \"{when}\"\ninitially = {initially}\nchange = \"[y] = [y] + 1\"\n");
        let simulation = model(&[("x", 3.0, rate), ("y", 0.0, "0")], &event);
        let (events, rows) = told(&simulation, &run_to(2.0, 2));
        let what = format!("{when}, rate {rate}, initially {initially}: {events:?}");
        assert_eq!(events.len(), usize::from(expected.is_some()), "{what}");
        if let Some(t) = expected {
            assert!((events[0].1 - t).abs() < 1e-11, "{what}");
            assert_eq!(rows.rows[t as usize][1], 1.0, "{what}");
        }
    }
}

#[test]
fn delays_and_the_values_that_are_kept() {
    for (keeps, value) in [(true, 2.0), (false, 3.5)] {
        let event = format!(
            "[event.e]\nwhen = \"[x] > 2\"\ndelay = \"1 + [x] / 4\"\nkeeps_values = {keeps}\nchange = \"[z] = [x]\"\n"
        );
        let simulation = model(&[("x", 0.0, "1"), ("z", 0.0, "0")], &event);
        let (events, rows) = told(&simulation, &run_to(4.0, 8));
        assert!(events.len() == 1 && (events[0].1 - 3.5).abs() < 1e-11, "{events:?}");
        assert_eq!(rows.rows[6][1], 0.0);
        assert!((rows.rows[7][1] - value).abs() < 1e-11, "{:?}", rows.rows[7]);
    }
}

/// A concentration that is kept is one in the size of when the event comes, before its changes.
#[test]
fn a_concentration_is_kept_as_such() {
    let events = "[event.grow]\nwhen = \"time >= 1.25\"\nchange = \"cell = 4\"\n\
                  [event.e]\nwhen = \"time >= 1\"\ndelay = \"0.5\"\nchange = \"[x] = 2 + [x]; y = 2; cell = 8\"\n";
    let simulation = model(&[("x", 1.0, "0"), ("y", 1.0, "0")], events);
    let run = Run { selection: simulation.select("x,y,cell").unwrap(), ..run_to(2.0, 1) };
    assert_eq!(told(&simulation, &run).1.rows[1], [12.0, 2.0, 8.0]);
}

/// A condition that turns true again while an event waits lets it come once more.
#[test]
fn an_event_that_waits_twice() {
    let event = "[event.e]\nwhen = \"time >= 1 and time < 1.25 or time >= 2 and time < 2.25\"\ndelay = \"3\"\nkeeps_values = false\n\
                 change = \"[x] = [x] + 1\"\n";
    let (events, rows) = told(&model(&[("x", 0.0, "0")], event), &run_to(6.0, 6));
    assert_eq!(events, [("e".to_string(), 4.0), ("e".to_string(), 5.0)]);
    assert_eq!(rows.rows[6][0], 2.0);
}

fn writing(name: &str, digit: u32, rest: &str) -> String {
    format!("[event.{name}]\nwhen = \"time >= 1\"\nchange = \"n = 10 * n + {digit}{}\n", rest)
}

#[test]
fn the_highest_priority_comes_first() {
    let late = "\"\nkeeps_values = false";
    let events = writing("d", 4, late)
        + &writing("a", 1, &format!("{late}\npriority = \"1\""))
        + &writing("c", 3, &format!("{late}\npriority = \"3\""))
        + &writing("e", 5, late)
        + &writing("b", 2, &format!("{late}\npriority = \"2\""));
    assert_eq!(digits(&model(&[("n", 0.0, "0")], &events), 0), 32145.0);
    // what the first changes counts in what follows
    let events = writing("b", 2, &format!("{late}\npriority = \"q\""))
        + &writing("a", 1, &format!("; q = 0{late}\npriority = \"5\""))
        + &writing("c", 3, &format!("{late}\npriority = \"2\""));
    assert_eq!(digits(&model(&[("n", 0.0, "0"), ("q", 4.0, "0")], &events), 0), 132.0);
    // values of when the condition turned true: the last alone is left
    let kept = writing("a", 1, "\"\npriority = \"2\"") + &writing("b", 2, "\"\npriority = \"1\"");
    assert_eq!(digits(&model(&[("n", 0.0, "0")], &kept), 0), 2.0);
}

/// Of equal priorities any comes first: each order over seeds as often as it should, and the same for the same seed.
#[test]
fn equal_priorities_are_drawn() {
    let late = "\"\nkeeps_values = false\npriority = \"7\"";
    let simulation =
        model(&[("n", 0.0, "0")], &(writing("a", 1, late) + &writing("b", 2, late) + &writing("c", 3, late)));
    let seeds = 1200;
    let mut counts = std::collections::BTreeMap::new();
    for seed in 0..seeds {
        let n = digits(&simulation, seed);
        assert_eq!(n, digits(&simulation, seed));
        *counts.entry(n as u64).or_insert(0) += 1;
    }
    assert_eq!(counts.keys().copied().collect::<Vec<u64>>(), [123, 132, 213, 231, 312, 321]);
    // 200 of each, with a standard deviation of sqrt(1200 * 5 / 36) = 12.9
    assert!(counts.values().all(|count| (200 - count as &i32).abs() < 5 * 13), "{counts:?}");
}

#[test]
fn what_is_not_persistent_is_lost() {
    for (persistent, expected) in [(true, vec![2.5]), (false, vec![])] {
        let event = format!(
            "[event.e]\nwhen = \"time > 1 and time < 2\"\ndelay = \"1.5\"\npersistent = {persistent}\nchange = \"[x] = 1\"\n"
        );
        let (events, _) = told(&model(&[("x", 0.0, "0")], &event), &run_to(4.0, 4));
        assert_eq!(events.iter().map(|(_, t)| *t).collect::<Vec<_>>(), expected, "{persistent}");
    }
    // at one instant: what comes first makes the condition of the other false
    for (persistent, expected) in [(true, 12.0), (false, 1.0)] {
        let late = "\"\nkeeps_values = false";
        let events = writing("a", 1, &format!("; q = 0{late}\npriority = \"2\""))
            + &writing("b", 2, &format!("{late}\npriority = \"1\"\npersistent = {persistent}"))
                .replace("time >= 1\"\nchange = \"n = 10 * n + 2", "time >= 1 and q > 1\"\nchange = \"n = 10 * n + 2");
        assert_eq!(digits(&model(&[("n", 0.0, "0"), ("q", 4.0, "0")], &events), 0), expected, "{persistent}");
    }
}

/// What events change sets off others at the same instant.
#[test]
fn cascades() {
    let events = "[event.third]\nwhen = \"b > 0.5\"\nchange = \"c = 1\"\n[event.second]\nwhen = \"a > 0.5\"\nchange = \"b = a\"\n\
                  [event.first]\nwhen = \"time > 1\"\nchange = \"a = 1\"\n";
    let simulation = model(&[("a", 0.0, "0"), ("b", 0.0, "0"), ("c", 0.0, "0")], events);
    let (events, rows) = told(&simulation, &run_to(2.0, 2));
    assert_eq!(events, ["first", "second", "third"].map(|name| (name.to_string(), 1.0)));
    assert_eq!([&rows.rows[0], &rows.rows[1]], [&[0.0; 3], &[1.0; 3]]);
}

#[test]
fn a_cascade_without_end_is_named() {
    let events = "[event.up]\nwhen = \"a < 0.5 and time > 1\"\nchange = \"a = 1\"\n[event.down]\nwhen = \"a > 0.5\"\nchange = \"a = 0\"\n";
    let ended = model(&[("a", 0.0, "0")], events).run(&run_to(2.0, 2)).unwrap_err();
    assert_eq!(ended.error.failure().unwrap().kind, FailureKind::RepeatedEvents);
    let message = ended.to_string();
    assert!(message.contains("event up: ") || message.contains("event down: "), "{message}");
    assert_eq!(ended.trajectory.t, [0.0]);
}

/// All changes of an event are of one instant; parameters and sizes are states where events change them.
#[test]
fn changes_are_simultaneous() {
    let events = "[input.k]\nvalue = \"1\"\n[compartment.pot]\nvolume = \"2 L\"\n[species.p]\ncompartment = \"pot\"\n\
                  concentration = \"3 uM\"\n[event.e]\nwhen = \"time >= 1\"\nchange = \"a = b; b = a; k = k + a; pot = 2 * pot\"\n";
    let simulation = model(&[("a", 2.0, "0"), ("b", 5.0, "0"), ("x", 0.0, "k")], events);
    let run = Run { selection: simulation.select("a,b,[x],k,pot,[p]").unwrap(), ..run_to(2.0, 2) };
    let (_, rows) = told(&simulation, &run);
    assert_eq!(rows.rows[0], [2.0, 5.0, 0.0, 1.0, 2.0, 3.0]);
    for (value, exact) in rows.rows[2].iter().zip([5.0, 2.0, 1.0 + 3.0, 3.0, 4.0, 1.5]) {
        assert!((value - exact).abs() < 1e-12, "{:?}", rows.rows[2]);
    }
}

#[test]
fn a_ball_that_bounces() {
    // dropped from 5 under 10 it comes down at 1 with 10; each bounce halves its speed, and the time to the next
    let event = "[event.bounce]\nwhen = \"h < 0 and v < 0\"\nchange = \"v = -0.5 * v\"\n";
    let simulation = model(&[("h", 5.0, "v"), ("v", 0.0, "-10")], event);
    let (events, _) = told(&simulation, &run_to(2.99, 10));
    let mut exact = 1.0;
    assert_eq!(events.len(), 8);
    for (k, (_, t)) in events.iter().enumerate() {
        assert!((t - exact).abs() < 1e-9, "{k}: {t}, {exact}");
        exact += 0.5_f64.powi(k as i32);
    }
    let ended = simulation.run(&run_to(3.1, 10)).unwrap_err();
    let failure = ended.error.failure().unwrap();
    assert_eq!(failure.kind, FailureKind::Sliding, "{ended}");
    assert!((failure.t - 3.0).abs() < 1e-6, "{ended}");
}

#[test]
fn doses_set_events_off() {
    let event = "[event.e]\nwhen = \"[x] > 3\"\nchange = \"[y] = [x]\"\n";
    let mut simulation = model(&[("x", 0.0, "0"), ("y", 0.0, "0")], event);
    let (add, at) = ("2 uM".parse().unwrap(), "1 h".parse().unwrap());
    let dose = Dose { species: "x".into(), add, at, every: Some("1 h".parse().unwrap()), count: None };
    simulation.schedule(&Schedule { dose: vec![dose], ..Schedule::default() }).unwrap();
    let (events, rows) = told(&simulation, &run_to(4.0, 4));
    assert_eq!(events, [("e".to_string(), 2.0)]);
    assert_eq!(rows.rows.iter().map(|row| row[1]).collect::<Vec<_>>(), [0.0, 0.0, 4.0, 4.0, 4.0]);
}

/// An event without changes ends a run.
#[test]
fn a_run_ends_at_a_condition() {
    let event = "[event.enough]\nwhen = \"[x] >= 3\"\nthen = \"end\"\n";
    let (_, rows) = told(&model(&[("x", 0.0, "2")], event), &run_to(4.0, 4));
    let ending = rows.ending.unwrap();
    assert!(ending.event == "enough" && (ending.t - 1.5).abs() < 1e-11);
    assert!((rows.t.last().unwrap() - 1.5).abs() < 1e-11 && rows.t.len() == 3);
}

/// Delays, draws, thresholds and doses all at once.
fn busy() -> Simulation {
    let events = "[event.low]\nwhen = \"[x] < 0.5\"\ndelay = \"0.1 + 0.05 * sin(9 * time)\"\npriority = \"1\"\nchange = \"[x] = [x] + 1\"\n\
                  [event.tick]\nwhen = \"sin(20 * time) > 0.3\"\ndelay = \"0.15\"\nkeeps_values = false\nchange = \"[y] = 0.5 * [y] + [x]\"\n\
                  [event.a]\nwhen = \"time >= 1\"\npriority = \"1\"\nkeeps_values = false\nchange = \"[z] = 2 * [z] + 1\"\n\
                  [event.b]\nwhen = \"time >= 1\"\npriority = \"1\"\nkeeps_values = false\nchange = \"[z] = 3 * [z]\"\n\
                  [event.fleeting]\nwhen = \"[y] > 1\"\ndelay = \"0.2\"\npersistent = false\nchange = \"[z] = [z] + [y]\"\n";
    model(&[("x", 1.0, "-3 * x"), ("y", 0.0, "0.3 * x - y"), ("z", 1.0, "-0.1 * z * select([x] < 0.7, 1, 2)")], events)
}

#[test]
fn executors_agree_to_the_bit() {
    let simulation = busy();
    let rows = |executor| {
        let mut run = run_to(3.0, 50);
        run.settings.executor = executor;
        told(&simulation, &run)
    };
    let ((events, tape), (again, native)) = (rows(Executor::Tape), rows(Executor::Native));
    assert_eq!(tape.rows, native.rows);
    assert_eq!(events, again);
    assert_eq!(tape.statistics.counts, native.statistics.counts);
    assert!(
        ["low", "tick", "a", "b", "fleeting"].iter().all(|name| events.iter().any(|(event, _)| event == name)),
        "{events:?}"
    );
}

/// Put aside after any step, in the middle of delays, a run goes on to the same bits.
#[test]
fn a_run_put_aside_goes_on() {
    let simulation = busy();
    let run = run_to(3.0, 50);
    let mut whole = Vec::new();
    let mut running = simulation.begin(&run).unwrap();
    let mut aside = vec![(0, serde_json::to_string(&running.checkpoint()).unwrap())];
    let mut is_going = true;
    while is_going {
        is_going = running.advance(&mut |moment| note(&mut whole, &moment)).unwrap();
        aside.push((whole.len(), serde_json::to_string(&running.checkpoint()).unwrap()));
    }
    assert!(aside.len() > 100);
    for (so_far, text) in aside.iter().step_by(7) {
        let checkpoint: Checkpoint = serde_json::from_str(text).unwrap();
        let mut running = simulation.resume(&checkpoint).unwrap();
        let mut rest = Vec::new();
        while running.advance(&mut |moment| note(&mut rest, &moment)).unwrap() {}
        assert_eq!(rest, whole[*so_far..]);
        assert_eq!(
            running.outcome().statistics.conditional_events as usize,
            whole.iter().filter(|row| row.len() == 1).count()
        );
    }
}

fn note(all: &mut Vec<Vec<u64>>, moment: &Moment) -> ControlFlow<()> {
    match moment {
        Moment::Row { t, values } => all.push([t].into_iter().chain(*values).map(|x| x.to_bits()).collect()),
        Moment::Event { t, .. } => all.push(vec![t.to_bits()]),
        _ => {}
    }
    ControlFlow::Continue(())
}

#[test]
fn faults_are_told() {
    let faults = |events: &str| {
        let head = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n[species.x]\ncompartment = \"cell\"\n\
                    concentration = \"1 uM\"\n[process.r]\nreaction = \"-> x\"\nrate = \"1\"\n";
        let network = Model::from_toml(&format!("{head}{events}")).unwrap().network();
        Simulation::new(&network).unwrap_err().to_string()
    };
    for (event, expected) in [
        ("root = \"x - 2\"\nwhen = \"x > 2\"\nchange = \"x = 1\"\n", "beside a root; keep one of them"),
        (
            "when = \"x > 2\"\ndelay = \"1 / 0\"\nchange = \"x = 1\"\n",
            "found inf, expected a finite number that is not negative",
        ),
        ("when = \"x > 2\"\npriority = \"0 / 0\"\nchange = \"x = 1\"\n", "found NaN, expected a finite number"),
        (
            "root = \"x - 2\"\ndelay = \"1\"\nchange = \"x = 1\"\n",
            "is given without a condition: name the condition `when`",
        ),
        ("when = \"x > 2\"\ndirection = \"rising\"\nchange = \"x = 1\"\n", "only a root has a direction"),
        ("when = \"x > 2\"\npersistent = 1\nchange = \"x = 1\"\n", "expected true or false"),
        ("when = \"y > 2\"\nchange = \"x = 1\"\n", "there is nothing named y"),
        ("when = \"x > 2\"\nchange = \"y = 1\"\n", "there is no species y"),
    ] {
        let message = faults(&format!("[event.e]\n{event}"));
        assert!(message.contains(expected), "{message}");
    }
    let event = "[event.e]\nwhen = \"time > 1\"\ndelay = \"0 / (x - x)\"\nchange = \"x = 1\"\n";
    let message = model(&[("x", 1.0, "0")], event).run(&run_to(2.0, 2)).unwrap_err().to_string();
    assert!(
        message.contains("event e: its delay is NaN at t = 1 h; expected a finite number that is not"),
        "{message}"
    );
    for (field, found) in [("delay = \"-x\"", "its delay is -1"), ("priority = \"1 / (x - x)\"", "its priority is inf")]
    {
        let event = format!("[event.e]\nwhen = \"time > 1\"\n{field}\nchange = \"x = 1\"\n");
        let message = model(&[("x", 1.0, "0")], &event).run(&run_to(2.0, 2)).unwrap_err().to_string();
        assert!(message.contains("event e:") && message.contains(found), "{message}");
    }
}

#[test]
fn sensitivities_refuse_conditions() {
    let simulation = model(&[("x", 1.0, "-x")], "[event.e]\nwhen = \"x < 0.5\"\nchange = \"x = 1\"\n");
    let (y, p) = (simulation.initial_state().unwrap(), simulation.parameters());
    let by = [By::Parameter(0)];
    let ended =
        solve_with_sensitivities(simulation.system(), p, &by, &y, &[0.0, 2.0], &Options::default()).unwrap_err();
    assert!(ended.to_string().contains("events that conditions set off"), "{ended}");
}

/// The same by the builder and by the network itself.
#[test]
fn networks_and_builders_say_the_same() {
    let begin = || {
        let mut net = Network::new("test");
        let cell = net.compartment("cell", Volume::l(1.0));
        let x = net.species("x", cell, Concentration::um(0.0));
        net.change(x, net.number(1.0).id());
        (net, x)
    };
    let (mut built, _) = begin();
    let late =
        Threshold::new("e").when("1 < x").delay("0.5").priority("3").decides_late().is_transient().holds_initially();
    built.add(late.change("x = 0"));
    let (mut written, x) = begin();
    let condition = Condition {
        initially: true,
        is_persistent: false,
        delay: Some(written.number(0.5).id()),
        priority: Some(written.number(3.0).id()),
        keeps_values: false,
        ..Condition::new(written.number(1.0).less(written.value(x)).id())
    };
    let zero = written.number(0.0).id();
    written.event("e", Trigger::Condition(condition), [(x, zero)]);
    let of = |net: &Network| told(&Simulation::new(net).unwrap(), &run_to(10.0, 40));
    let ((events, rows), (again, same)) = (of(&built), of(&written));
    assert_eq!((&events, &rows.rows), (&again, &same.rows));
    assert!(
        events.iter().zip([1.5, 3.0, 4.5, 6.0, 7.5, 9.0]).all(|((_, t), exact)| (t - exact).abs() < 1e-11),
        "{events:?}"
    );
    assert_eq!(events.len(), 6);
}
