//! `Auto` goes over to its implicit side where a problem is stiff, and back where it is not any more.

mod common;

use common::oscillators::{LOTKA_VOLTERRA, VAN_DER_POL, error, lotka_volterra, van_der_pol};
use common::problems::{e5, orego, pollu, rober};
use common::written::Written;
use homeostat::program::Direction;
use homeostat::solver::{Advance, Method, OdeSystem, Options, Solver, Statistics, Tolerance, solve};

fn options(method: Method, rtol: f64, s: f64) -> Options {
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(s * rtol));
    options.method = method;
    options
}

#[test]
fn what_is_not_stiff_stays_explicit_at_the_cost_of_an_explicit_method() {
    for rtol in [1e-4, 1e-6, 1e-8, 1e-10] {
        for (name, system, y0, rows) in [
            ("Lotka-Volterra", lotka_volterra(), [10.0, 1.0], LOTKA_VOLTERRA),
            ("van der Pol", van_der_pol(1.0), [2.0, 0.0], VAN_DER_POL),
        ] {
            let times = [0.0, rows[0].0, rows[1].0, rows[2].0, rows[3].0];
            let run = |method| solve(&system, &[], &y0, &times, &options(method, rtol, 1e-3)).unwrap();
            let (auto, explicit) = (run(Method::Auto), run(Method::Dopri5));
            let (counts, error) = (auto.statistics, error(&auto, &rows, rtol));
            println!(
                "{name}, {rtol:e}: {error:.2} rtol, {} right-hand sides ({})",
                counts.rhs, explicit.statistics.rhs
            );
            assert_eq!((counts.switches, counts.explicit_steps), (0, counts.steps));
            assert!(error < 40.0, "{name}, {rtol:e}: {error}");
            assert!(counts.rhs as f64 <= 1.25 * explicit.statistics.rhs as f64, "{name}, {rtol:e}");
        }
    }
}

/// HIRES and van der Pol's oscillator as they stand in the *Test Set for IVP Solvers*.
fn hires() -> Written {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        let binding = 280.0 * y[5] * y[7];
        d[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
        d[1] = 1.71 * y[0] - 8.75 * y[1];
        d[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
        d[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
        d[4] = -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6];
        d[5] = -binding + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
        d[6] = binding - 1.81 * y[6];
        d[7] = -d[6];
        Ok(())
    };
    let jacobian = |_: f64, y: &[f64], j: &mut [f64]| {
        let (a, b) = (280.0 * y[7], 280.0 * y[5]);
        j.copy_from_slice(
            &[
                [-1.71, 0.43, 8.32, 0.0, 0.0, 0.0, 0.0, 0.0],
                [1.71, -8.75, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, -10.03, 0.43, 0.035, 0.0, 0.0, 0.0],
                [0.0, 8.32, 1.71, -1.12, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 0.0, 0.0, -1.745, 0.43, 0.43, 0.0],
                [0.0, 0.0, 0.0, 0.69, 1.71, -a - 0.43, 0.69, -b],
                [0.0, 0.0, 0.0, 0.0, 0.0, a, -1.81, b],
                [0.0, 0.0, 0.0, 0.0, 0.0, -a, 1.81, -b],
            ]
            .concat(),
        );
    };
    Written::new(8, rhs, jacobian)
}

fn vdpol() -> Written {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = y[1];
        d[1] = 1e6 * ((1.0 - y[0] * y[0]) * y[1] - y[0]);
        Ok(())
    };
    let jacobian = |_: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[0.0, 1.0, 1e6 * (-2.0 * y[0] * y[1] - 1.0), 1e6 * (1.0 - y[0] * y[0])]);
    };
    Written::new(2, rhs, jacobian)
}

#[test]
fn stiff_problems_are_solved_on_the_implicit_side() {
    let Some(shared) = common::shared("stiff_problems_are_solved_on_the_implicit_side") else { return };
    let [rober, e5, orego, pollu] = [rober(), e5(), orego(), pollu()];
    let problems: [(&str, &dyn OdeSystem, Vec<f64>, f64); 6] = [
        ("ROBER", &rober, rober.y0.clone(), rober.s),
        ("E5", &e5, e5.y0.clone(), e5.s),
        ("OREGO", &orego, orego.y0.clone(), orego.s),
        ("POLLU", &pollu, pollu.y0.clone(), pollu.s),
        ("HIRES", &hires(), vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057], 1e-4),
        ("VDPOL", &vdpol(), vec![2.0, 0.0], 1.0),
    ];
    for (name, system, y0, s) in problems {
        let rows = common::reference(name, &shared);
        let times: Vec<f64> = std::iter::once(0.0).chain(rows.iter().map(|r| r[0])).collect();
        for rtol in [1e-4, 1e-6, 1e-8] {
            let solution = solve(system, &[], &y0, &times, &options(Method::Auto, rtol, s)).unwrap();
            let pairs = solution.rows[1..].iter().zip(&rows).flat_map(|(row, exact)| row.iter().zip(&exact[1..]));
            let error = pairs.map(|(y, e)| (y - e).abs() / (e.abs() + s)).fold(0.0, f64::max);
            let Statistics { steps, explicit_steps, switches, .. } = solution.statistics;
            println!(
                "{name}, {rtol:e}: {:.2} rtol, {steps} steps, {explicit_steps} explicit, {switches}",
                error / rtol
            );
            assert!(error <= 10.0 * rtol, "{name}, {rtol:e}: {}", error / rtol);
            assert!(switches >= 1 && explicit_steps < steps, "{name}, {rtol:e}");
        }
    }
}

/// y' = -k(t) (y - cos t) - sin t, with a k that goes from 10^-1 to 10^5 and back: y = cos t from 1.
fn now_stiff_now_not() -> Written {
    fn k(t: f64) -> f64 {
        10_f64.powf(2.0 - 3.0 * t.cos())
    }
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -k(t) * (y[0] - t.cos()) - t.sin();
        Ok(())
    };
    let dfdt = |t: f64, y: &[f64], d: &mut [f64]| {
        let slope = 3.0 * std::f64::consts::LN_10 * t.sin() * k(t);
        d[0] = -slope * (y[0] - t.cos()) - k(t) * t.sin() - t.cos();
    };
    Written::new(1, rhs, |t, _, j| j[0] = -k(t)).forced(dfdt)
}

#[test]
fn stiffness_that_comes_and_goes_is_followed() {
    let times: Vec<f64> = (0..=300).map(|i| 0.1 * f64::from(i)).collect();
    for rtol in [1e-4, 1e-6, 1e-8] {
        let solution = solve(&now_stiff_now_not(), &[], &[1.0], &times, &options(Method::Auto, rtol, 1e-3)).unwrap();
        let errors = solution.t.iter().zip(&solution.rows).map(|(t, row)| (row[0] - t.cos()).abs());
        let (error, counts) = (errors.fold(0.0, f64::max), solution.statistics);
        println!("{rtol:e}: {:.2} rtol, {counts:?}", error / rtol);
        assert!(error < 10.0 * rtol, "{rtol:e}: {error:e}");
        // once in and once out in each of five rounds, or nearly
        assert!((8..=12).contains(&counts.switches), "{counts:?}");
        // an oscillator that jumps: two jumps a cycle
        let run = |method| solve(&van_der_pol(1000.0), &[], &[2.0, 0.0], &[0.0, 4000.0], &options(method, rtol, 1e-3));
        let (auto, implicit) = (run(Method::Auto).unwrap(), run(Method::Rodas5P).unwrap());
        println!("{rtol:e}: {:?}, {:?}", auto.statistics, implicit.statistics);
        assert!(auto.statistics.switches >= 8, "{:?}", auto.statistics);
        assert!(auto.statistics.steps as f64 <= 1.3 * implicit.statistics.steps as f64);
        assert!(auto.statistics.solves < implicit.statistics.solves);
    }
}

#[test]
fn a_run_put_aside_on_either_side_goes_on_to_the_same_bits() {
    let system = now_stiff_now_not();
    let run = |pause: usize| {
        let mut solver = Solver::new(system.shape(), &options(Method::Auto, 1e-5, 1e-3), 0.0, &[1.0]).unwrap();
        let (mut told, mut row) = (Vec::new(), [0.0]);
        for step in 0.. {
            if step == pause {
                let text = serde_json::to_string(&solver.snapshot()).unwrap();
                solver = Solver::resume(system.shape(), &serde_json::from_str(&text).unwrap()).unwrap();
            }
            let before = solver.t();
            solver.advance(&system, &[], 8.0).unwrap();
            solver.interpolate(&system, 0.4 * before + 0.6 * solver.t(), &mut row);
            told.push((solver.t().to_bits(), row[0].to_bits()));
            if solver.t() >= 8.0 {
                break;
            }
        }
        (told, solver.statistics())
    };
    let whole = run(usize::MAX);
    assert!(whole.1.switches >= 2, "{:?}", whole.1);
    for pause in 0..whole.0.len() {
        assert_eq!(run(pause), whole, "before {pause}");
    }
}

/// A fast relaxation that is thrown out again whenever it has come near: events are found on both sides, and after one
/// the side is kept.
#[test]
fn events_are_found_on_both_sides() {
    const K: f64 = 1e3;
    struct Thrown(Written);
    impl OdeSystem for Thrown {
        fn shape(&self) -> &homeostat::solver::Shape {
            &self.0.shape
        }
        fn rhs(
            &self,
            at: &homeostat::solver::Point,
            y: &[f64],
            d: &mut [f64],
            s: &mut [f64],
        ) -> Result<(), homeostat::solver::Reject> {
            self.0.rhs(at, y, d, s)
        }
        fn jacobian(
            &self,
            at: &homeostat::solver::Point,
            y: &[f64],
            j: &mut [f64],
            s: &mut [f64],
        ) -> Result<(), homeostat::solver::Reject> {
            self.0.jacobian(at, y, j, s)
        }
        fn roots(
            &self,
            _: &homeostat::solver::Point,
            y: &[f64],
            values: &mut [f64],
            _: &mut [f64],
        ) -> Result<(), homeostat::solver::Reject> {
            values[0] = y[1] - 0.5;
            Ok(())
        }
        fn happen(
            &self,
            _: usize,
            _: &homeostat::solver::Point,
            y: &mut [f64],
            _: &mut [f64],
            _: &mut [f64],
        ) -> Result<homeostat::solver::After, homeostat::solver::Reject> {
            y[1] = 1.0;
            Ok(homeostat::solver::After::Changed)
        }
    }
    // y0 follows y1, which halves in ln 2
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -K * (y[0] - y[1]);
        d[1] = -y[1];
        Ok(())
    };
    let mut written = Written::new(2, rhs, |_, _, j| j.copy_from_slice(&[-K, K, 0.0, -1.0]));
    written.shape = written.shape.with_roots(vec![Direction::Falling]);
    let system = Thrown(written);
    let mut solver = Solver::new(system.shape(), &options(Method::Auto, 1e-7, 1e-3), 0.0, &[1.0, 1.0]).unwrap();
    let mut count = 0;
    while solver.t() < 10.0 {
        if solver.advance(&system, &[], 10.0).unwrap() == Advance::Event {
            count += 1;
            let due = f64::from(count) * std::f64::consts::LN_2;
            assert!((solver.t() - due).abs() < 1e-5, "{count}: {} and not {due}", solver.t());
        }
    }
    let counts = solver.statistics();
    println!("{counts:?}");
    assert_eq!((count, counts.events), (14, 14));
    assert!(counts.switches >= 1 && counts.explicit_steps < counts.steps, "{counts:?}");
}
