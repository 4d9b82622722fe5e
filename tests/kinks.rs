//! Conditions in rates: found where they change, whatever method steps, against closed forms.

use homeostat::analysis::Settle;
use homeostat::model::Model;
use homeostat::network::{Dose, Schedule};
use homeostat::simulation::{Run, Settings, Simulation, Trajectory};
use homeostat::solver::{
    By, Executor, FailureKind, Method, OdeSystem, Options, Point, Tolerance, solve, solve_with_sensitivities,
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::f64::consts::PI;
use std::ops::ControlFlow;

/// A model of species with concentrations in one litre, and processes that make one of them at a rate.
fn model(species: &[(&str, f64)], rates: &[(&str, &str)]) -> Simulation {
    let mut text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n".to_string();
    for (name, value) in species {
        text += &format!("[species.{name}]\ncompartment = \"cell\"\nconcentration = \"{value} uM\"\n");
    }
    for (k, (of, rate)) in rates.iter().enumerate() {
        text += &format!("[process.r{k}_{of}]\nreaction = \"-> {of}\"\nrate = \"{rate}\"\n");
    }
    Simulation::new(&Model::from_toml(&text).unwrap().network()).unwrap()
}

fn settings(method: Method, executor: Executor, rtol: f64) -> Settings {
    let mut settings = Settings::with_rtol(rtol);
    (settings.method, settings.executor) = (method, executor);
    settings
}

fn run_by(simulation: &Simulation, method: Method, rtol: f64, end: f64) -> Trajectory {
    let mut settings = settings(method, Executor::Auto, rtol);
    settings.atol = Some(rtol * 1e-3);
    simulation.run(&Run { settings, ..Run::until(end) }).unwrap_or_else(|ended| panic!("{method:?}: {ended}"))
}

/// Every method that can look inside a step.
fn methods() -> impl Iterator<Item = Method> {
    Method::ALL.iter().copied().filter(|method| !method.is_explicit())
}

/// The largest error of a column over all rows.
fn error(run: &Trajectory, column: usize, exact: impl Fn(f64) -> f64) -> f64 {
    run.t.iter().zip(&run.rows).map(|(t, row)| (row[column] - exact(*t)).abs()).fold(0.0, f64::max)
}

#[test]
fn a_rate_that_jumps_where_the_state_crosses() {
    let simulation = model(&[("x", 0.0)], &[("x", "select([x] < 1, 1, 3)")]);
    for method in methods() {
        let run = run_by(&simulation, method, 1e-6, 4.0);
        let error = error(&run, 0, |t| if t < 1.0 { t } else { 1.0 + 3.0 * (t - 1.0) });
        assert!(error < 1e-12, "{method:?}: {error:e}");
        assert_eq!(run.statistics.counts.mode_changes, 1, "{method:?}");
        assert_eq!(run.statistics.counts.events, 0, "a condition is no event of the model");
    }
}

#[test]
fn a_rate_that_bends_where_the_state_crosses() {
    let simulation = model(&[("y", 0.0)], &[("y", "max(0, 1 - [y]) + 0.5")]);
    let bend = 3.0_f64.ln();
    for method in methods() {
        for rtol in [1e-4, 1e-6, 1e-8] {
            let run = run_by(&simulation, method, rtol, 5.0);
            let error = error(&run, 0, |t| if t < bend { 1.5 * (1.0 - (-t).exp()) } else { 1.0 + 0.5 * (t - bend) });
            assert!(error < 20.0 * rtol, "{method:?}, rtol {rtol:e}: {error:e}");
            assert_eq!(run.statistics.counts.mode_changes, 1, "{method:?}");
        }
    }
}

/// z = sin t begins on the kink of its positive part, and goes through it at every multiple of pi.
#[test]
fn a_start_on_a_kink_goes_the_way_the_solution_goes() {
    let simulation = model(&[("x", 0.0), ("z", 0.0)], &[("x", "max(0, [z])"), ("z", "cos(time)")]);
    for method in methods() {
        let run = run_by(&simulation, method, 1e-8, 20.0);
        let half_waves = |t: f64| {
            let (whole, rest) = ((t / (2.0 * PI)).floor(), t % (2.0 * PI));
            2.0 * whole + if rest < PI { 1.0 - rest.cos() } else { 2.0 }
        };
        let error = error(&run, 0, half_waves);
        assert!(error < 2e-6, "{method:?}: {error:e}");
        assert_eq!(run.statistics.counts.mode_changes, 6, "{method:?}");
    }
}

/// On the boundary the relation as written says one thing, the way the solution takes another.
#[test]
fn starts_on_boundaries() {
    let cases: [(&str, f64); 8] = [
        ("select([x] < 1, 2, 1)", 1.0),    // up: not below
        ("select([x] <= 1, 2, 1)", 1.0),   // up: not below
        ("select([x] < 1, -2, -1)", -2.0), // down: below
        ("select([x] >= 1, -2, -1)", -1.0),
        ("floor([x]) - 3", -3.0), // down from 1: 0 - 3
        ("ceil([x])", 2.0),
        ("select([x] == 1, 5, 0)", 0.0), // left at once
        ("select([x] - 1, -1, 5)", -1.0),
    ];
    for (rate, slope) in cases {
        let simulation = model(&[("x", 1.0)], &[("x", rate)]);
        for method in methods() {
            let run = run_by(&simulation, method, 1e-6, 0.25);
            let error = error(&run, 0, |t| 1.0 + slope * t);
            assert!(error < 1e-11, "{rate} by {method:?}: {error:e}");
        }
    }
    // nothing moves: the relation as it is written
    let simulation = model(&[("x", 1.0), ("y", 0.0)], &[("y", "select([x] <= 1, 2, 1)"), ("y", "[x] == 1")]);
    assert!(error(&run_by(&simulation, Method::Rodas5P, 1e-6, 1.0), 1, |t| 3.0 * t) < 1e-12);
}

/// S falls through the steps of `ceil(4 S)`: from j/4 to (j-1)/4 within k/(4j).
#[test]
fn a_staircase() {
    let simulation = model(&[("s", 2.0), ("up", 0.0)], &[("s", "-ceil(4 * [s]) / 3"), ("up", "floor([up]) + 1")]);
    let falling = |t: f64| {
        let (mut left, mut j) = (t, 8.0);
        while j > 0.0 && left > 0.75 / j {
            (left, j) = (left - 0.75 / j, j - 1.0);
        }
        j / 4.0 - left * j / 3.0
    };
    let rising = |t: f64| {
        let (mut left, mut j) = (t, 0.0);
        while left > 1.0 / (j + 1.0) {
            (left, j) = (left - 1.0 / (j + 1.0), j + 1.0);
        }
        j + left * (j + 1.0)
    };
    for method in methods() {
        let run = run_by(&simulation, method, 1e-6, 1.9);
        let errors = (error(&run, 0, falling), error(&run, 1, rising));
        assert!(errors.0 < 1e-11 && errors.1 < 1e-11, "{method:?}: {errors:?}");
    }
}

#[test]
fn a_short_pulse_is_not_stepped_over() {
    let pulses = [
        "select(time > 50 and time < 50.000001, 1e6, 0)",
        "select(not(time <= 50 or time >= 50.000001), 1e6, 0)",
        "select(abs(time - 50) < 0.0000005, 1e6, 0)",
        "select(floor(time / 50) == 1 and time - 50 * floor(time / 50) < 1e-6, 1e6, 0)",
        "1e6 * (floor(time / 25) - floor((time - 1e-6) / 25)) * (floor(time / 25) == 2)",
    ];
    for pulse in pulses {
        let simulation = model(&[("x", 0.0)], &[("x", pulse)]);
        for method in methods() {
            let run = run_by(&simulation, method, 1e-6, 100.0 - 1e-3);
            let error = (run.rows[100][0] - 1.0).abs();
            // both ends of the pulse are found to within 100 eps (|t| + |h|)
            assert!(error < 1e-5, "{pulse} by {method:?}: {error:e}");
        }
        // the time stands in conditions alone: pieces are autonomous, but there is no steady state
        assert!(!simulation.system().shape().is_forced);
        assert!(simulation.steady(&Settle::default()).unwrap_err().is_input());
    }
}

#[test]
fn sliding_is_named() {
    let cases = [
        (0.0, "select([x] < 1, 1, -1)", "[x] < 1"),
        (1.0, "select([x] < 1, 1, -1)", "[x] < 1"), // from the first instant
        (1.0, "3 - 2 * floor(2 * [x])", "floor(2 * [x])"),
    ];
    for (start, rate, text) in cases {
        let simulation = model(&[("x", start)], &[("x", rate)]);
        for method in methods() {
            let settings = settings(method, Executor::Auto, 1e-6);
            let ended = simulation.run(&Run { settings, ..Run::until(5.0) }).unwrap_err();
            let kind = ended.error.failure().map(|failure| failure.kind);
            assert_eq!(kind, Some(FailureKind::Sliding), "{rate} by {method:?}: {}", ended.error);
            let message = ended.error.to_string();
            assert!(message.contains(&format!("{text} (in process r0_x)")), "{message}");
        }
    }
}

/// `x' = -sgn x + 2 sgn y`, `y' = -2 sgn x - sgn y`: from (0, 1) round the origin, each half turn in a ninth of the time of the
/// last, the first in 4/9: at t = 1/2 there is nothing left.
#[test]
fn conditions_that_turn_one_another_end_too() {
    let (x, y) = ("select([x] < 0, -1, 1)", "select([y] < 0, -1, 1)");
    let rates = [format!("2 * {y} - {x}"), format!("-2 * {x} - {y}")];
    let simulation = model(&[("x", 0.0), ("y", 1.0)], &[("x", &rates[0]), ("y", &rates[1])]);
    for method in methods() {
        let run = Run { settings: settings(method, Executor::Auto, 1e-6), ..Run::until(10.0) };
        let ended = simulation.run(&run).unwrap_err();
        let failure = ended.error.failure().unwrap();
        assert_eq!(failure.kind, FailureKind::Sliding, "{method:?}: {}", ended.error);
        assert!((failure.t - 0.5).abs() < 1e-6, "{method:?}: {}", ended.error);
    }
}

/// A kink that is only touched, and one on which the solution comes to rest, are no sliding.
#[test]
fn touching_and_resting_are_no_sliding() {
    let touched = model(&[("x", 0.0), ("z", 0.0)], &[("x", "max(0, [z] - 1)"), ("z", "cos(time)")]);
    let rested = model(&[("y", 0.0)], &[("y", "max(1 - [y], 0) + 0.5 * min(1 - [y], 0)")]);
    for method in methods() {
        let run = run_by(&touched, method, 1e-6, 100.0);
        assert!(error(&run, 0, |_| 0.0) < 1e-4, "{method:?}");
        let run = run_by(&rested, method, 1e-6, 1000.0);
        assert!(error(&run, 0, |t| 1.0 - (-t).exp()) < 1e-4, "{method:?}");
        assert!(run.statistics.counts.steps < 2000, "{method:?}: {:?}", run.statistics.counts);
    }
}

#[test]
fn a_dose_onto_a_kink() {
    let mut simulation = model(&[("x", 0.0)], &[("x", "select([x] < 1, 0.25, 2)")]);
    let (add, at) = ("0.5 uM".parse().unwrap(), "2 h".parse().unwrap());
    let dose = Dose { species: "x".into(), add, at, every: None, count: None };
    simulation.schedule(&Schedule { dose: vec![dose], ..Schedule::default() }).unwrap();
    for method in methods() {
        let run = run_by(&simulation, method, 1e-6, 4.0);
        let at_dose = |t: f64| if t < 2.0 { 0.25 * t } else { 1.0 + 2.0 * (t - 2.0) };
        assert!(error(&run, 0, at_dose) < 1e-12, "{method:?}");
    }
}

/// Events and changes of parameters put switches where they belong, with what follows.
#[test]
fn events_and_schedules_turn_switches() {
    let text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"0.3 L\"\n[species.x]\ncompartment = \"cell\"\n\
                concentration = \"0 uM\"\n[input.low]\nvalue = \"1\"\n[process.up]\nreaction = \"-> x\"\n\
                rate = \"0.3 * select([x] < low, 1, 3)\"\n[event.back]\nroot = \"[x] - 2.5\"\nchange = \"[x] = 0.5\"\n\
                [[schedule.later.change]]\nparameter = \"low\"\nvalue = \"0.75\"\nfrom = \"3.125 h\"\nuntil = \"9 h\"\n";
    let mut simulation = Simulation::new(&Model::from_toml(text).unwrap().network()).unwrap();
    simulation.schedule_named("later").unwrap();
    // from 0 to 1 in 1, to 2.5 at 1.5, then again from 0.5 to 2.5 within 1: at 3.125 it is at 0.5 + 0.5 + 3 * 0.125 = 1.375;
    // at 3.5 back, from where 0.75 is reached in 0.25 and 2.5 in 7/12 more
    let exact = |t: f64| match t {
        t if t < 1.0 => t,
        t if t < 1.5 => 1.0 + 3.0 * (t - 1.0),
        t if t < 3.5 => {
            let since = (t - 1.5) % 1.0;
            if since < 0.5 { 0.5 + since } else { 1.0 + 3.0 * (since - 0.5) }
        }
        t => {
            let since = t - 3.5;
            if since < 0.25 { 0.5 + since } else { 0.75 + 3.0 * (since - 0.25) }
        }
    };
    for method in methods() {
        let run = run_by(&simulation, method, 1e-6, 4.27);
        let error = error(&run, 0, exact);
        assert!(error < 1e-11, "{method:?}: {error:e}");
        assert_eq!(run.statistics.counts.events, 3);
    }
}

/// Gates, limits and steps that depend on one another.
fn gated() -> Simulation {
    model(
        &[("a", 2.0), ("b", 0.0), ("c", 0.5)],
        &[
            ("a", "min(max(3 * (1 - [b]), 0), 2) - [a] + 0.3 * (1 + cos(time))"),
            ("b", "max(0, 40 * ([a] / (1 + [a]) - [b])) - select([c] < 0.4, 0, 1) * [b]"),
            ("c", "0.5 * abs([a] - 1) - [c] * [b] + 0.1 * ceil(5 * [b])"),
        ],
    )
}

#[test]
fn tightening_the_tolerance_changes_nothing_beyond_it() {
    let simulation = gated();
    for method in methods() {
        for rtol in [1e-4, 1e-6] {
            let (loose, tight) =
                (run_by(&simulation, method, rtol, 40.0), run_by(&simulation, method, 0.1 * rtol, 40.0));
            for (row, expected) in loose.rows.iter().zip(&tight.rows) {
                for (x, expected) in row.iter().zip(expected) {
                    let error = (x - expected).abs() / expected.abs().max(1.0);
                    assert!(error <= 20.0 * rtol, "{method:?}, rtol {rtol:e}: {error:e}");
                }
            }
            assert!(tight.statistics.counts.mode_changes > 10);
        }
    }
}

/// x rises by constant rates between thresholds, and y' is what x is above some of them: quadratic between thresholds.
#[test]
fn random_pieces_against_exact_ones() {
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let pieces = proptest::collection::vec((0.01..2.0_f64, 0.1..5.0_f64), 1..7);
    runner
        .run(&(pieces, 0_usize..7), |(pieces, which)| {
            let (mut rate, mut thresholds, mut at) = (String::from("0"), Vec::new(), 0.0);
            for (width, speed) in &pieces {
                at += width;
                thresholds.push((at, *speed));
            }
            // speed_k below threshold k, and the last one beyond all
            let last = pieces[pieces.len() - 1].1;
            for (k, (threshold, speed)) in thresholds.iter().enumerate().rev() {
                let beyond = if k + 1 == thresholds.len() { format!("{last}") } else { rate.clone() };
                rate = format!("select([x] < {threshold}, {speed}, {beyond})");
            }
            let gate = thresholds[which % thresholds.len()].0;
            let simulation = model(&[("x", 0.0), ("y", 0.0)], &[("x", &rate), ("y", &format!("max(0, [x] - {gate})"))]);
            let exact = |t: f64| {
                let (mut x, mut y, mut left) = (0.0, 0.0, t);
                for (threshold, speed) in thresholds.iter().copied().chain([(f64::INFINITY, last)]) {
                    let time = ((threshold - x) / speed).min(left);
                    let (from, to) = ((x - gate).max(0.0), (x + speed * time - gate).max(0.0));
                    y += (to * to - from * from) / (2.0 * speed);
                    (x, left) = (x + speed * time, left - time);
                }
                [x, y]
            };
            for method in [Method::Rodas5P, Method::Bdf, Method::Auto] {
                let run = run_by(&simulation, method, 1e-7, 6.0);
                for (column, bound) in [(0, 1e-11), (1, 1e-5)] {
                    let error = error(&run, column, |t| exact(t)[column]);
                    if error > bound * exact(6.0)[column].max(1.0) {
                        return Err(TestCaseError::fail(format!("{rate} by {method:?}, column {column}: {error:e}")));
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

/// Of a rate that jumps at c: x = c + b (t - c/a). Of one that bends at c: y = (c + d)(1 - exp(-t)) up to c, at
/// t1 = ln((c + d)/d), then c + d (t - t1).
#[test]
fn sensitivities_through_jumps_and_bends() {
    let mut text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n".to_string();
    for name in ["x", "y"] {
        text += &format!("[species.{name}]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n");
    }
    let (a, b, c, d) = (2.0_f64, 0.5, 1.5, 0.75);
    for (name, value) in [("a", a), ("b", b), ("c", c), ("d", d)] {
        text += &format!("[input.{name}]\nvalue = \"{value}\"\n");
    }
    text += "[process.jumps]\nreaction = \"-> x\"\nrate = \"select([x] < c, a, b)\"\n";
    text += "[process.bends]\nreaction = \"-> y\"\nrate = \"max(0, c - [y]) + d\"\n";
    let simulation = Simulation::new(&Model::from_toml(&text).unwrap().network()).unwrap();
    let system = simulation.system();
    let place = |name: &str| system.parameter_of(simulation.network().parameter_named(name).unwrap()).unwrap();
    let by: Vec<By> = ["a", "b", "c", "d"].map(|name| By::Parameter(place(name))).to_vec();
    let (t, t1) = (4.0, ((c + d) / d).ln());
    let expected =
        [[b * c / (a * a), 0.0], [t - c / a, 0.0], [1.0 - b / a, 1.0 - d / (c + d)], [0.0, t - t1 + 1.0 - d / (c + d)]];
    for method in [Method::Rodas5P, Method::Rodas4, Method::Rodas3, Method::Bdf] {
        let mut options = Options::with_tolerances(1e-8, Tolerance::Same(1e-10));
        options.method = method;
        let y0 = simulation.initial_state().unwrap();
        let run = solve_with_sensitivities(system, simulation.parameters(), &by, &y0, &[0.0, t], &options).unwrap();
        for (k, expected) in expected.iter().enumerate() {
            for (found, expected) in run.sensitivities[1][k].iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{method:?}, {k}: {found} instead of {expected}");
            }
        }
    }
}

/// Jumps and bends that depend on one another, against differences of runs whose tolerance is much tighter.
#[test]
fn sensitivities_through_many_kinks_against_differences() {
    let mut text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n".to_string();
    for (name, value) in [("a", 2.0), ("b", 0.0), ("c", 0.5)] {
        text += &format!("[species.{name}]\ncompartment = \"cell\"\nconcentration = \"{value} uM\"\n");
    }
    for (name, value) in [("g", 2.0), ("k", 1.0), ("q", 0.4)] {
        text += &format!("[input.{name}]\nvalue = \"{value}\"\n");
    }
    for (of, rate) in [
        ("a", "min(max(3 * (1 - [b]), 0), g) - k * [a] + 0.3 * (1 + cos(time))"),
        ("b", "max(0, 40 * ([a] / (1 + [a]) - [b])) - select([c] < q, 0, 1) * [b]"),
        ("c", "0.5 * abs([a] - 1) - [c] * [b] + 0.1 * ceil(5 * [b])"),
    ] {
        text += &format!("[process.{of}_]\nreaction = \"-> {of}\"\nrate = \"{rate}\"\n");
    }
    let simulation = Simulation::new(&Model::from_toml(&text).unwrap().network()).unwrap();
    let system = simulation.system();
    let places = ["g", "k", "q"].map(|name| {
        let parameter = simulation.network().parameter_named(name).unwrap();
        system.parameter_of(parameter).unwrap()
    });
    let (y0, end) = (simulation.initial_state().unwrap(), 20.0);
    let at = |place: usize, part: f64| {
        let mut parameters = simulation.parameters().to_vec();
        parameters[place] *= 1.0 + part;
        system.prepare(&mut parameters);
        let options = Options::with_tolerances(1e-12, Tolerance::Same(1e-14));
        solve(system, &parameters, &y0, &[0.0, end], &options).unwrap().rows[1].clone()
    };
    for method in [Method::Rodas5P, Method::Bdf] {
        let mut options = Options::with_tolerances(1e-9, Tolerance::Same(1e-11));
        options.method = method;
        let by = places.map(By::Parameter);
        let run = solve_with_sensitivities(system, simulation.parameters(), &by, &y0, &[0.0, end], &options).unwrap();
        assert!(run.statistics.mode_changes > 5);
        for (k, place) in places.into_iter().enumerate() {
            let step = 2e-5;
            let (more, less) = (at(place, step), at(place, -step));
            let width = 2.0 * step * simulation.parameters()[place];
            for (i, found) in run.sensitivities[1][k].iter().enumerate() {
                let expected = (more[i] - less[i]) / width;
                let error = (found - expected).abs() / expected.abs().max(1.0);
                assert!(error < 1e-5, "{method:?}, {k}, {i}: {found} instead of {expected}");
            }
        }
    }
}

/// The steady state of y' = 1 - max(0, y - 2) lies beyond its kink; that of x' = -max(0, x - 1) on it, and is flat below.
#[test]
fn steady_states_beyond_and_on_kinks() {
    let rest = model(&[("y", 0.0)], &[("y", "1 - max(0, [y] - 2)")]).steady(&Settle::default()).unwrap();
    assert!((rest.concentration("y").unwrap() - 3.0).abs() < 1e-12 && rest.is_stable && rest.flat.is_empty());
    let closed = model(&[("x", 0.5), ("z", 2.0)], &[("x", "-max(0, [x] - 1)"), ("z", "1 - [z]")]);
    let rest = closed.steady(&Settle::default()).unwrap();
    assert_eq!(rest.concentration("x"), Some(0.5));
    assert_eq!(rest.flat.len(), 1);
    assert_eq!(rest.flat[0].terms[0].0, "x");
    assert_eq!(rest.flat[0].gates, ["0 < [x] - 1 (in process r0_x)"]);
}

#[test]
fn a_run_put_aside_between_kinks_goes_on_to_the_same_bits() {
    let simulation = gated();
    let rows = |parts: bool| {
        let mut rows = Vec::new();
        let mut running = simulation.begin(&Run::until(20.0)).unwrap();
        let mut tell = |moment: homeostat::simulation::Moment<'_>| {
            if let homeostat::simulation::Moment::Row { values, .. } = moment {
                rows.extend(values.iter().map(|x| x.to_bits()));
            }
            ControlFlow::Continue(())
        };
        while running.advance(&mut tell).unwrap() {
            if parts {
                let text = serde_json::to_string(&running.checkpoint()).unwrap();
                running = simulation.resume(&serde_json::from_str(&text).unwrap()).unwrap();
            }
        }
        rows
    };
    assert_eq!(rows(true), rows(false));
}

#[cfg(feature = "jit")]
#[test]
fn tape_and_native_code_give_the_same_bits() {
    let simulation = gated();
    for method in methods() {
        let run = |executor| {
            let settings = settings(method, executor, 1e-6);
            simulation.run(&Run { settings, ..Run::until(20.0) }).unwrap()
        };
        let (tape, native) = (run(Executor::Tape), run(Executor::Native));
        let bits = |run: &Trajectory| run.rows.concat().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(bits(&tape) == bits(&native) && tape.statistics.counts == native.statistics.counts, "{method:?}");
    }
}

/// Twelve copies become instances of one piece of code; each has switches of its own.
#[test]
fn copies_switch_each_by_itself() {
    let mut species = vec![("pool".to_string(), 5.0)];
    let mut rates = Vec::new();
    for k in 0..12 {
        species.push((format!("x{k}"), 0.0));
        species.push((format!("y{k}"), 0.1 * f64::from(k)));
        rates.push((format!("x{k}"), format!("select([x{k}] < 1 + [y{k}], 1, 3) + 0 * [pool]")));
        rates.push((format!("y{k}"), format!("max(0, [x{k}] - 2) * [pool] / 5")));
    }
    let species: Vec<(&str, f64)> = species.iter().map(|(name, value)| (&**name, *value)).collect();
    let rates: Vec<(&str, &str)> = rates.iter().map(|(of, rate)| (&**of, &**rate)).collect();
    let simulation = model(&species, &rates);
    for executor in [Executor::Tape, Executor::Native] {
        let settings = settings(Method::Rodas5P, executor, 1e-9);
        let run = simulation.run(&Run { settings, ..Run::until(1.3) }).unwrap();
        for k in 0..12 {
            let turn = 1.0 + 0.1 * k as f64;
            let exact = |t: f64| if t < turn { t } else { turn + 3.0 * (t - turn) };
            // y moves only once x is above 2, which is after every turn
            assert!(error(&run, 1 + 2 * k, exact) < 1e-9, "copy {k} by {executor:?}");
        }
    }
}

#[test]
fn explicit_methods_refuse_by_name_and_points_want_modes() {
    let simulation = gated();
    for method in [Method::Dopri5, Method::Dop853] {
        let settings = settings(method, Executor::Auto, 1e-6);
        let ended = simulation.run(&Run { settings, ..Run::until(1.0) }).unwrap_err();
        assert!(ended.error.to_string().contains("conditions in rates"), "{}", ended.error);
    }
    let (system, y) = (simulation.system(), simulation.initial_state().unwrap());
    let (mut f, mut scratch) = (vec![0.0; 3], vec![0.0; system.shape().scratch]);
    let at = Point::new(0.0, simulation.parameters());
    assert!(system.rhs(&at, &y, &mut f, &mut scratch).is_err());
    let modes = system.modes(0.0, simulation.parameters(), &y).unwrap();
    system.rhs(&at.with_modes(&modes), &y, &mut f, &mut scratch).unwrap();
    // a: min(max(3, 0), 2) - 2 + 0.6
    assert!((f[0] - 0.6).abs() < 1e-15);
}

/// What depends on parameters alone is a constant of the run, and no switch.
#[test]
fn conditions_of_parameters_are_no_switches() {
    let text = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n[species.x]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
                [input.k]\nvalue = \"2\"\n[process.loss]\nreaction = \"x ->\"\nrate = \"select(k < 3, floor(k + 0.5), 0) * [x]\"\n";
    let simulation = Simulation::new(&Model::from_toml(text).unwrap().network()).unwrap();
    assert_eq!(simulation.system().shape().switches, 0);
    assert!(error(&run_by(&simulation, Method::Rodas5P, 1e-8, 1.0), 0, |t| (-2.0 * t).exp()) < 1e-7);
}
