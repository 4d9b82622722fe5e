//! Stiff problems against quadruple-precision values, through hand-written structs.

mod common;

use common::problems::{Problem, e5, hires, orego, pollu, rober, vdpol};
use common::smooth::mute;
use homeostat::solver::{Method, OdeSystem, Options, Solver, Tolerance, solve};

/// The largest `|y - ref| / (|ref| + s)` over the times and components of the reference, and the steps.
fn error(name: &str, problem: &Problem, rtol: f64, restore: bool, shared: &std::path::Path) -> (f64, u64) {
    error_of(Method::Rodas5P, name, problem, rtol, restore, shared)
}

fn error_of(
    method: Method,
    name: &str,
    problem: &Problem,
    rtol: f64,
    restore: bool,
    shared: &std::path::Path,
) -> (f64, u64) {
    let rows = common::reference(name, shared);
    let times: Vec<f64> = std::iter::once(0.0).chain(rows.iter().map(|r| r[0])).collect();
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(problem.s * rtol));
    options.method = method;
    options.restore_invariants = restore;
    let solution = solve(problem, &[], &problem.y0, &times, &options).unwrap();
    let mut worst: f64 = 0.0;
    for (row, reference) in solution.rows[1..].iter().zip(&rows) {
        for (y, r) in row.iter().zip(&reference[1..]) {
            worst = worst.max((y - r).abs() / (r.abs() + problem.s));
        }
    }
    println!("{name} {} rtol {rtol:e}: error {worst:.2e}, {:?}", method.name(), solution.statistics);
    (worst, solution.statistics.steps)
}

/// E5 to 1e-6 over all 20 times at rtol 1e-6, and what it becomes where rounding drift in its invariant stays.
#[test]
fn e5_with_its_invariant_restored() {
    let Some(shared) = common::shared("e5_with_its_invariant_restored") else { return };
    assert!(error("E5", &e5(), 1e-6, true, &shared).0 <= 1e-6);
    println!("E5, the invariant left alone:");
    assert!(error("E5", &e5(), 1e-6, false, &shared).0 > 1e-4);
}

/// Rows that are read within steps are as exact as rows that are ends of steps, since they are refined.
#[test]
fn rows_within_steps_are_as_exact_as_their_ends() {
    let Some(shared) = common::shared("rows_within_steps_are_as_exact_as_their_ends") else { return };
    let rtol = 10_f64.powf(-5.5);
    for (name, problem) in [("HIRES", hires()), ("E5", e5())] {
        let (reference, mute) = (common::reference(name, &shared), mute(problem.y0.len()));
        let options = Options::with_tolerances(rtol, Tolerance::Same(problem.s * rtol));
        let error = |stops: bool, is_refined: bool| {
            let mut solver = Solver::new(&problem.shape, &options, 0.0, &problem.y0).unwrap();
            let (mut row, mut worst) = (problem.y0.clone(), 0.0);
            for exact in &reference {
                while solver.t() < exact[0] {
                    let stop = if stops { exact[0] } else { problem.t_end };
                    solver.advance(&problem, &[], stop).unwrap();
                }
                let system: &dyn OdeSystem = if is_refined { &problem } else { &mute };
                solver.interpolate(system, exact[0], &mut row);
                worst = row
                    .iter()
                    .zip(&exact[1..])
                    .map(|(y, r)| (y - r).abs() / (r.abs() + problem.s))
                    .fold(worst, f64::max);
            }
            worst
        };
        let [plain, refined, ends] = [error(false, false), error(false, true), error(true, false)];
        println!("{name} rtol {rtol:.1e}: not refined {plain:.1e}, refined {refined:.1e}, ends of steps {ends:.1e}");
        assert!(refined < 2.0 * ends && refined < plain / 4.0, "{name}");
    }
}

#[test]
fn pollu_at_the_default_tolerance() {
    let Some(shared) = common::shared("pollu_at_the_default_tolerance") else { return };
    assert!(error("POLLU", &pollu(), 1e-6, true, &shared).0 <= 1e-5);
}

/// The delivered error follows the tolerance asked for: at most ten times of it.
#[test]
fn errors_follow_the_tolerance() {
    let Some(shared) = common::shared("errors_follow_the_tolerance") else { return };
    for (name, problem) in [("E5", e5()), ("POLLU", pollu()), ("ROBER", rober()), ("OREGO", orego())] {
        for (method, tolerances) in [
            (Method::Rodas5P, &[1e-4, 1e-5, 1e-6, 1e-7, 1e-8][..]),
            (Method::Rodas4, &[1e-4, 1e-6]),
            (Method::Esdirk54, &[1e-3, 1e-5, 1e-7, 1e-9]),
        ] {
            for &rtol in tolerances {
                let (error, _) = error_of(method, name, &problem, rtol, true, &shared);
                assert!(error <= 10.0 * rtol, "{name} by {method:?} at {rtol:e}: {error:e}");
            }
        }
    }
}

/// A method of low order is not held to the tolerance, but its error follows it: a tenth of the one makes a tenth of the other.
#[test]
fn errors_of_a_low_order_are_proportional_to_the_tolerance() {
    let Some(shared) = common::shared("errors_of_a_low_order_are_proportional_to_the_tolerance") else { return };
    for (name, problem) in [("E5", e5()), ("POLLU", pollu()), ("ROBER", rober()), ("OREGO", orego())] {
        let error = |digits: i32| {
            let rtol = 10_f64.powi(-digits);
            error_of(Method::Ros34Pw2, name, &problem, rtol, true, &shared).0.log10()
        };
        // by least squares over 1e-3, 1e-4, ..., 1e-7
        let slope = (2.0 * (error(3) - error(7)) + error(4) - error(6)) / 10.0;
        println!("{name}: slope {slope:.3}");
        assert!((slope - 1.0).abs() < 0.2, "{name}: {slope}");
    }
}

/// As `errors_follow_the_tolerance` for Radau IIA, on all six problems and at every decade.
#[test]
fn errors_of_radau_follow_the_tolerance() {
    let Some(shared) = common::shared("errors_of_radau_follow_the_tolerance") else { return };
    let problems = [
        ("E5", e5()),
        ("POLLU", pollu()),
        ("ROBER", rober()),
        ("OREGO", orego()),
        ("HIRES", hires()),
        ("VDPOL", vdpol()),
    ];
    for (name, problem) in problems {
        for rtol in [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9] {
            let (error, _) = error_of(Method::Radau, name, &problem, rtol, true, &shared);
            assert!(error <= 10.0 * rtol, "{name} at {rtol:e}: {error:e}");
        }
    }
}
