//! Explicit methods: right where problems are not stiff, and a typed failure where they are.

mod common;

use common::oscillators::{LOTKA_VOLTERRA, VAN_DER_POL, error, lotka_volterra, van_der_pol};
use common::problems::{e5, orego, pollu, rober};
use common::written::Written;
use homeostat::program::Direction;
use homeostat::solver::{FailureKind, Method, OdeSystem, Options, Solver, Statistics, StepSize, Tolerance, solve};

const EXPLICIT: [Method; 2] = [Method::Dopri5, Method::Dop853];

/// The restricted three-body problem (Arenstorf 1963; Hairer, Norsett & Wanner I, II.0): y'' and the planet's attraction.
fn arenstorf() -> Written {
    const MOON: f64 = 0.012277471;
    const EARTH: f64 = 1.0 - MOON;
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        let to_earth = ((y[0] + MOON).powi(2) + y[1] * y[1]).powf(1.5);
        let to_moon = ((y[0] - EARTH).powi(2) + y[1] * y[1]).powf(1.5);
        d[0] = y[2];
        d[1] = y[3];
        d[2] = y[0] + 2.0 * y[3] - EARTH * (y[0] + MOON) / to_earth - MOON * (y[0] - EARTH) / to_moon;
        d[3] = y[1] - 2.0 * y[2] - EARTH * y[1] / to_earth - MOON * y[1] / to_moon;
        Ok(())
    };
    Written::new(4, rhs, |_, _, j| j.fill(0.0))
}

const ARENSTORF: [f64; 4] = [0.994, 0.0, 0.0, -2.001_585_106_379_082_5];
const PERIOD: f64 = 17.065_216_560_157_96;

fn options(method: Method, rtol: f64) -> Options {
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(1e-3 * rtol));
    options.method = method;
    options
}

fn all_filled(counts: Statistics) {
    assert!(counts.steps > 0 && counts.explicit_steps == counts.steps, "{counts:?}");
    assert!(counts.rhs > 6 * (counts.steps + counts.rejected), "{counts:?}");
    let others = [counts.jacobians, counts.factorisations, counts.solves];
    assert_eq!(others, [0; 3], "{counts:?}");
}

#[test]
fn rows_of_oscillators_are_right() {
    for method in EXPLICIT {
        for rtol in [1e-4, 1e-6, 1e-8, 1e-10] {
            for (name, system, y0, rows) in [
                ("Lotka-Volterra", lotka_volterra(), [10.0, 1.0], LOTKA_VOLTERRA),
                ("van der Pol", van_der_pol(1.0), [2.0, 0.0], VAN_DER_POL),
            ] {
                let times = [0.0, rows[0].0, rows[1].0, rows[2].0, rows[3].0];
                let solution = solve(&system, &[], &y0, &times, &options(method, rtol)).unwrap();
                let error = error(&solution, &rows, rtol);
                println!("{name}, {method:?}, {rtol:e}: {error:.2} rtol, {:?}", solution.statistics);
                assert!(error < 40.0, "{name}, {method:?}, {rtol:e}: {error}");
                all_filled(solution.statistics);
            }
        }
    }
}

#[test]
fn the_orbit_closes() {
    for (method, rtol, most) in [(Method::Dopri5, 1e-10, 1e-5), (Method::Dop853, 1e-12, 1e-6)] {
        let times = [0.0, 0.5 * PERIOD, PERIOD];
        let mut options = options(method, rtol);
        options.atol = Tolerance::Same(rtol);
        let solution = solve(&arenstorf(), &[], &ARENSTORF, &times, &options).unwrap();
        let error = solution.rows[2].iter().zip(ARENSTORF).map(|(y, e)| (y - e).abs()).fold(0.0, f64::max);
        println!("{method:?}: {error:e}, {:?}", solution.statistics);
        assert!(error < most, "{method:?}: {error:e}");
        all_filled(solution.statistics);
    }
}

#[test]
fn stiff_problems_end_in_a_failure_that_says_so() {
    for method in EXPLICIT {
        for (name, problem) in [("ROBER", rober()), ("E5", e5()), ("OREGO", orego()), ("POLLU", pollu())] {
            let mut options = options(method, 1e-6);
            options.atol = Tolerance::Same(1e-6 * problem.s);
            let failed = solve(&problem, &[], &problem.y0, &[0.0, problem.t_end], &options).unwrap_err();
            let (failure, counts) = (&failed.failure, failed.solution.statistics);
            println!("{name}, {method:?}: {failure}, {counts:?}");
            assert_eq!(failure.kind, FailureKind::Stiff, "{name}, {method:?}: {failure}");
            assert!(failure.advice().contains("implicit") && failure.to_string().contains("stiff"));
            assert!(counts.steps + counts.rejected < 20_000, "{name}, {method:?}: {counts:?}");
        }
        let system = van_der_pol(1000.0);
        let failed = solve(&system, &[], &[2.0, 0.0], &[0.0, 2000.0], &options(method, 1e-6)).unwrap_err();
        assert_eq!(failed.failure.kind, FailureKind::Stiff, "van der Pol, {method:?}: {failed}");
    }
}

/// Steps do not depend on where rows are read, rows and events by jumps are kept between stretches.
#[test]
fn a_run_put_aside_goes_on_to_the_same_bits() {
    for method in EXPLICIT {
        let system = lotka_volterra();
        let run = |pause: usize| {
            let mut solver = Solver::new(system.shape(), &options(method, 1e-7), 0.0, &[10.0, 1.0]).unwrap();
            let (mut rows, mut due) = (Vec::new(), 0.0);
            for step in 0.. {
                if step == pause {
                    let text = serde_json::to_string(&solver.snapshot()).unwrap();
                    solver = Solver::resume(system.shape(), &serde_json::from_str(&text).unwrap()).unwrap();
                }
                while due <= solver.t() {
                    let mut row = [0.0; 2];
                    solver.interpolate(&system, due, &mut row);
                    rows.extend(row.map(f64::to_bits));
                    due += 0.01;
                }
                if solver.t() >= 8.0 {
                    break;
                }
                let stop = if solver.t() < 3.0 { 3.0 } else { 8.0 };
                solver.advance(&system, &[], stop).unwrap();
                if solver.t() == 3.0 {
                    solver.set_state(3.0, &[4.0, 0.5], 0).unwrap();
                }
            }
            (rows, solver.statistics())
        };
        let whole = run(usize::MAX);
        for pause in 0..12 {
            assert_eq!(run(pause), whole, "{method:?} before {pause}");
        }
    }
}

#[test]
fn what_explicit_methods_cannot_do_is_refused_by_name() {
    for method in EXPLICIT {
        let mut system = lotka_volterra();
        system.shape = system.shape.with_roots(vec![Direction::Both]);
        let refused = Solver::new(system.shape(), &options(method, 1e-6), 0.0, &[10.0, 1.0]).unwrap_err();
        assert!(refused.to_string().contains(method.name()) && refused.to_string().contains("rodas5p"), "{refused}");
    }
}

#[test]
fn limits_and_blow_ups_end_in_their_own_failures() {
    for method in EXPLICIT {
        let kind = |change: &dyn Fn(&mut Options)| {
            let mut options = options(method, 1e-6);
            change(&mut options);
            let failed = solve(&lotka_volterra(), &[], &[10.0, 1.0], &[0.0, 0.1, 1e4], &options).unwrap_err();
            assert_eq!(failed.solution.rows.len(), 2);
            failed.failure.kind
        };
        assert_eq!(kind(&|o| o.max_steps = 200), FailureKind::TooManySteps);
        assert_eq!(kind(&|o| o.max_evaluations = 1500), FailureKind::TooManyEvaluations);
        let square = |_: f64, y: &[f64], d: &mut [f64]| {
            d[0] = y[0] * y[0];
            Ok(())
        };
        let failed =
            solve(&Written::new(1, square, |_, _, _| ()), &[], &[1.0], &[0.0, 0.9, 2.0], &options(method, 1e-6));
        let failed = failed.unwrap_err();
        println!("{method:?}: {failed}");
        assert_eq!(failed.failure.kind, FailureKind::StepTooSmall);
        assert!((failed.failure.t - 1.0).abs() < 1e-5, "{failed}");
        assert!((failed.solution.rows[1][0] - 10.0).abs() < 1e-3, "{failed}");
        let nan = |t: f64, y: &[f64], d: &mut [f64]| {
            d[0] = if t > 0.5 { f64::NAN } else { -y[0] };
            Ok(())
        };
        let failed = solve(&Written::new(1, nan, |_, _, _| ()), &[], &[1.0], &[0.0, 0.4, 2.0], &options(method, 1e-6));
        let failed = failed.unwrap_err();
        assert_eq!((failed.failure.kind, failed.failure.component), (FailureKind::NotFinite, Some(0)), "{failed}");
        assert!((failed.failure.t - 0.5).abs() < 1e-6 && failed.solution.rows.len() == 2, "{failed}");
    }
}

/// Every component has its own absolute tolerance: a small one among large ones is as exact.
#[test]
fn tolerances_by_component_hold() {
    let small = 1e-9;
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        // the same oscillator twice, in units that differ
        d[0] = y[1];
        d[1] = (1.0 - y[0] * y[0]) * y[1] - y[0];
        d[2] = y[3];
        let x = y[2] / small;
        d[3] = (1.0 - x * x) * y[3] - y[2];
        Ok(())
    };
    let system = Written::new(4, rhs, |_, _, _| ());
    for method in EXPLICIT {
        let mut options = options(method, 1e-8);
        options.atol = Tolerance::Each(vec![1e-11, 1e-11, 1e-11 * small, 1e-11 * small]);
        let solution = solve(&system, &[], &[2.0, 0.0, 2.0 * small, 0.0], &[0.0, 20.0], &options).unwrap();
        let row = &solution.rows[1];
        for (found, expected) in row.iter().zip([1.0, 1.0, small, small]).zip(VAN_DER_POL[3].1.iter().cycle()) {
            let error = (found.0 / found.1 - expected).abs();
            assert!(error < 1e-7, "{method:?}: {row:?}");
        }
    }
}

#[test]
fn a_longest_and_a_fixed_step_are_kept() {
    for method in EXPLICIT {
        let mut options = options(method, 1e-6);
        options.max_step = Some(0.01);
        let solution = solve(&lotka_volterra(), &[], &[10.0, 1.0], &[0.0, 1.0], &options).unwrap();
        assert!(solution.statistics.steps >= 100, "{:?}", solution.statistics);
        options.max_step = None;
        options.step = StepSize::Fixed(0.02);
        let solution = solve(&lotka_volterra(), &[], &[10.0, 1.0], &[0.0, 1.0], &options).unwrap();
        assert_eq!(solution.statistics.steps, 50);
    }
}

/// Doses and a change of a parameter are ends of stretches: a' = -k a, with rows in between.
#[test]
fn simulations_run_through_doses_and_changes() {
    use homeostat::component::{Clearance, Reacts};
    use homeostat::network::{Change, Dose, Network, Schedule};
    use homeostat::simulation::{Run, Simulation};
    use homeostat::units::{Concentration, Frequency, Value, Volume};
    let mut net = Network::new("decay");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Concentration::um(8.0));
    net.add(Clearance::new("loss").consumes(a).rate_constant(Frequency::per_h(1.0)));
    let value = |text: &str| Value::parse(text).unwrap();
    let dose =
        Dose { species: "a".into(), add: value("2 uM"), at: value("0.5 h"), every: Some(value("1 h")), count: Some(3) };
    let (from, until) = (value("1 h"), Some(value("2 h")));
    let change = Change { parameter: "loss.k".into(), factor: Some(3.0), value: None, from, until, every: None };
    let mut simulation = Simulation::new(&net).unwrap();
    simulation.schedule(&Schedule { dose: vec![dose], change: vec![change], ..Schedule::default() }).unwrap();
    // the time weighed with the factor of the rate
    let weighed = |t: f64| t + 2.0 * (t.clamp(1.0, 2.0) - 1.0);
    let exact = |t: f64| {
        let doses = [0.5, 1.5, 2.5].into_iter().filter(|at| *at <= t).map(|at| 2.0 * (weighed(at) - weighed(t)).exp());
        8.0 * (-weighed(t)).exp() + doses.sum::<f64>()
    };
    for method in ["dopri5", "dop853", "auto"] {
        let mut run = Run { steps: 400, selection: simulation.select("[a]").unwrap(), ..Run::until(4.0) };
        run.settings.set_method(method).unwrap();
        run.settings.rtol = 1e-8;
        let trajectory = simulation.run(&run).unwrap();
        let rows = trajectory.t.iter().zip(&trajectory.rows);
        let error = rows.map(|(t, row)| (row[0] / exact(*t) - 1.0).abs()).fold(0.0, f64::max);
        println!("{method}: {error:e}, {:?}", trajectory.statistics.counts);
        assert!(error < 1e-7, "{method}: {error:e}");
        assert_eq!(trajectory.statistics.method, method);
    }
}
