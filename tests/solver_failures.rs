//! How the solver ends where it cannot go on, and how it goes on where it can.

mod common;

use common::written::Written;
use homeostat::linalg::Pattern;
use homeostat::solver::{
    FailureKind, LinearAlgebra, Method, Options, Refusal, Reject, Shape, Solver, StepSize, Tolerance, solve,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_blow_up_ends_at_the_smallest_step_and_keeps_the_rows_before() {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = y[0] * y[0];
        Ok(())
    };
    let system = Written::new(1, rhs, |_, y, j| j[0] = 2.0 * y[0]);
    let times: Vec<f64> = (0..=20).map(|i| f64::from(i) / 10.0).collect();
    let interrupted = solve(&system, &[], &[1.0], &times, &Options::default()).unwrap_err();
    let (failure, solution) = (&interrupted.failure, &interrupted.solution);
    println!("{failure}, {:?}", solution.statistics);
    assert_eq!(failure.kind, FailureKind::StepTooSmall);
    assert_eq!(failure.component, Some(0));
    assert!((failure.t - 1.0).abs() < 1e-5 && failure.step < 16.0 * f64::EPSILON, "{failure:?}");
    assert!(solution.rows.len() >= 10);
    for (t, row) in solution.t.iter().zip(&solution.rows).take(10) {
        assert!((row[0] * (1.0 - t) - 1.0).abs() < 1e-4, "t = {t}: {}", row[0]);
    }
}

#[test]
fn a_rate_that_turns_nan_is_named() {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -y[0];
        d[1] = if t > 0.5 { f64::NAN } else { y[0] };
        Ok(())
    };
    let system = Written::new(2, rhs, |_, _, j| j.copy_from_slice(&[-1.0, 0.0, 1.0, 0.0]));
    let times = [0.0, 0.2, 0.4, 0.6, 1.0];
    let interrupted = solve(&system, &[], &[1.0, 0.0], &times, &Options::default()).unwrap_err();
    assert_eq!(interrupted.failure.kind, FailureKind::NotFinite);
    assert_eq!(interrupted.failure.component, Some(1));
    assert!((interrupted.failure.t - 0.5).abs() < 1e-6, "{:?}", interrupted.failure);
    assert_eq!(interrupted.solution.t, [0.0, 0.2, 0.4]);
}

/// Iterations with a Jacobian that is none do not converge where the step may not become shorter, and do where it may.
#[test]
fn iterations_that_do_not_converge_are_named() {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -1e3 * y[0];
        Ok(())
    };
    let system = Written::new(1, rhs, |_, _, j| j[0] = 0.0);
    let mut options = Options::default();
    options.method = Method::Esdirk54;
    let solution = solve(&system, &[], &[1.0], &[0.0, 0.01], &options).unwrap();
    assert!((solution.rows[1][0] - (-10.0_f64).exp()).abs() < 1e-7);
    options.step = StepSize::Fixed(0.1);
    let interrupted = solve(&system, &[], &[1.0], &[0.0, 1.0], &options).unwrap_err();
    assert_eq!(interrupted.failure.kind, FailureKind::NotConverged);
    assert!(interrupted.solution.statistics.convergence_failures > 0);
    assert!(interrupted.failure.advice().contains("Jacobian"));
}

#[test]
fn a_system_can_abort() {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -y[0];
        if t > 0.5 { Err(Reject::Abort("no data after 0.5")) } else { Ok(()) }
    };
    let system = Written::new(1, rhs, |_, _, j| j[0] = -1.0);
    let interrupted = solve(&system, &[], &[1.0], &[0.0, 0.1, 1.0], &Options::default()).unwrap_err();
    assert_eq!(interrupted.failure.kind, FailureKind::Aborted("no data after 0.5"));
    assert!(interrupted.to_string().contains("no data after 0.5"));
    assert_eq!(interrupted.solution.t.first(), Some(&0.0));
}

#[test]
fn a_refused_point_makes_the_step_smaller() {
    let refused = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&refused);
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -50.0 * y[0];
        if y[0] < 0.0 {
            count.fetch_add(1, Ordering::Relaxed);
            return Err(Reject::Retry);
        }
        Ok(())
    };
    let system = Written::new(1, rhs, |_, _, j| j[0] = -50.0);
    let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-9));
    options.first_step = Some(0.2);
    let solution = solve(&system, &[], &[1.0], &[0.0, 0.2], &options).unwrap();
    println!("refused {}, {:?}", refused.load(Ordering::Relaxed), solution.statistics);
    assert!(refused.load(Ordering::Relaxed) > 0, "the region was met");
    assert!(solution.statistics.rejected > 0);
    assert!((solution.rows[1][0] / (-10.0_f64).exp() - 1.0).abs() < 1e-4);
}

/// y' = J (y - g) + g' with g = (sin t, cos t): y = g whatever J is, as far as the linear algebra holds.
fn follows(matrix: [f64; 4]) -> Written {
    let j = matrix;
    let rhs = move |t: f64, y: &[f64], d: &mut [f64]| {
        let off = [y[0] - t.sin(), y[1] - t.cos()];
        d[0] = j[0] * off[0] + j[1] * off[1] + t.cos();
        d[1] = j[2] * off[0] + j[3] * off[1] - t.sin();
        Ok(())
    };
    let dfdt = move |t: f64, _: &[f64], d: &mut [f64]| {
        d[0] = -j[0] * t.cos() + j[1] * t.sin() - t.sin();
        d[1] = -j[2] * t.cos() + j[3] * t.sin() - t.cos();
    };
    Written::new(2, rhs, move |_, _, values| values.copy_from_slice(&j)).forced(dfdt)
}

#[test]
fn a_pivot_that_cancels_takes_the_counted_fallback() {
    let h = 0.125;
    // the shift of W = shift I - J, for Rodas5P's gamma: the first pivot is exactly 0, W is far from singular
    let shift = 1.0 / (h * 0.211_937_563_194_290_14);
    let system = follows([shift, -1000.0, 1000.0, -100.0]);
    let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-6));
    options.step = StepSize::Fixed(h);
    let solution = solve(&system, &[], &[0.0, 1.0], &[0.0, 1.0], &options).unwrap();
    let error = (solution.rows[1][0] - 1.0_f64.sin()).abs().max((solution.rows[1][1] - 1.0_f64.cos()).abs());
    println!("error {error:.2e}, {:?}", solution.statistics);
    assert_eq!(solution.statistics.fallback_factorisations, solution.statistics.steps);
    assert!(error < 1e-5, "{error:e}");
}

#[test]
fn a_pivot_that_is_small_but_not_cancelled_is_seen_by_its_residual() {
    // a fast exchange with its rows swapped: elimination without pivoting grows by K^2 / shift^2
    const K: f64 = 1e12;
    let system = follows([0.0, -K, K, 0.0]);
    let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-6));
    options.step = StepSize::Fixed(0.125);
    let solution = solve(&system, &[], &[0.0, 1.0], &[0.0, 1.0], &options).unwrap();
    let error = (solution.rows[1][0] - 1.0_f64.sin()).abs().max((solution.rows[1][1] - 1.0_f64.cos()).abs());
    println!("error {error:.2e}, {:?}", solution.statistics);
    assert!(error < 1e-5, "{error:e}");
    assert!(solution.statistics.fallback_factorisations >= 1);
}

#[test]
fn a_mass_matrix_that_is_none_and_equations_that_determine_nothing_are_refused() {
    let start = |shape: Shape| Solver::new(&shape, &Options::default(), 0.0, &[1.0, 1.0]).map(|_| ()).unwrap_err();
    for mass in [vec![1.0], vec![1.0, f64::NAN], vec![1.0; 3]] {
        let failure = start(Shape::new(Pattern::dense(2)).with_mass(mass));
        assert!(matches!(failure.kind, FailureKind::Options(text) if text.contains("mass")), "{failure:?}");
    }
    // y0' = y1, 0 = g(y0)
    let shape = Shape::new(Pattern::new(2, [(0, 1), (1, 0)]).unwrap()).with_mass(vec![1.0, 0.0]);
    let failure = start(shape);
    assert_eq!((failure.kind, failure.component), (FailureKind::Undetermined, Some(1)));
    assert!(failure.to_string().contains("algebraic"));
}

#[test]
fn switches_that_modes_do_not_hold_are_refused() {
    let shape = Shape::new(Pattern::dense(1));
    let start = |shape: Shape| Solver::new(&shape, &Options::default(), 0.0, &[1.0]).map(|_| ());
    let failure = start(shape.clone().with_switches(2).with_modes(1)).unwrap_err();
    assert!(matches!(failure.kind, FailureKind::Options(text) if text.contains("switches")), "{failure:?}");
    assert!(start(shape.with_modes(1).with_switches(2)).is_ok());
}

#[test]
fn every_linear_algebra_gives_the_same_run_and_says_what_it_is() {
    let h = 0.125;
    let shift = 1.0 / (h * 0.211_937_563_194_290_14);
    let system = follows([shift, -1000.0, 1000.0, -100.0]);
    let run = |algebra| {
        let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-6));
        (options.step, options.linear_algebra) = (StepSize::Fixed(h), algebra);
        let solver = Solver::new(&system.shape, &options, 0.0, &[0.0, 1.0]).unwrap();
        (solver.linear_algebra(), solve(&system, &[], &[0.0, 1.0], &[0.0, 1.0], &options).unwrap())
    };
    let (chosen, with_fallback) = run(LinearAlgebra::Auto);
    assert_eq!(chosen, Some(LinearAlgebra::Static));
    assert!(with_fallback.statistics.fallback_factorisations >= with_fallback.statistics.steps);
    let (chosen, dense) = run(LinearAlgebra::Dense);
    assert_eq!(chosen, Some(LinearAlgebra::Dense));
    assert_eq!(dense.statistics.fallback_factorisations, 0, "pivoting that was asked for is no fallback");
    assert_eq!(dense.rows, with_fallback.rows);
}

#[test]
fn what_is_too_large_is_refused_with_the_reason() {
    let n = 5000;
    let shape = Shape::new(Pattern::new(n, [(0, 0)]).unwrap());
    let start = |algebra| {
        let options = {
            let mut options = Options::default();
            options.linear_algebra = algebra;
            options
        };
        Solver::new(&shape, &options, 0.0, &vec![0.0; n])
    };
    let failure = start(LinearAlgebra::Dense).unwrap_err();
    let bytes = 8 * 5000 * 5000;
    assert_eq!(failure.kind, FailureKind::LinearAlgebra(Refusal::Memory { bytes }));
    assert!(failure.to_string().contains("0.2 GB") && failure.advice().contains("`sparse`"), "{failure}");
    assert!(start(LinearAlgebra::Auto).is_ok());
}
