//! Derivatives by differences: the same runs as with exact ones, and what they cost.

mod common;

use common::problems::{Problem, e5, orego, pollu, rober};
use homeostat::linalg::Pattern;
use homeostat::solver::{FailureKind, OdeSystem, Options, Point, Reject, Shape, Tolerance, check_jacobian, solve};

/// A system that keeps its derivatives to itself.
struct Without<S>(S, Shape);

impl<S: OdeSystem> Without<S> {
    fn new(system: S) -> Self {
        let shape = system.shape().clone().differenced();
        Without(system, shape)
    }
}

impl<S: OdeSystem> OdeSystem for Without<S> {
    fn shape(&self) -> &Shape {
        &self.1
    }
    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.0.rhs(at, y, dydt, scratch)
    }
}

#[test]
fn stiff_problems_take_about_the_same_steps_to_the_same_state() {
    let problems: [(&str, Problem); 4] = [("ROBER", rober()), ("OREGO", orego()), ("POLLU", pollu()), ("E5", e5())];
    for (name, problem) in problems {
        let (y0, s) = (problem.y0.clone(), problem.s);
        let times = [0.0, problem.t_end];
        let options = |rtol: f64| Options::with_tolerances(rtol, Tolerance::Same(rtol * s));
        let reference = solve(&problem, &[], &y0, &times, &options(1e-10)).unwrap();
        let exact = solve(&problem, &[], &y0, &times, &options(1e-6)).unwrap();
        let without = Without::new(problem);
        let differenced = solve(&without, &[], &y0, &times, &options(1e-6)).unwrap();
        let error = |rows: &[Vec<f64>]| {
            let each = rows[1].iter().zip(&reference.rows[1]).map(|(y, e)| (y - e).abs() / (e.abs() + s));
            each.fold(0.0, f64::max)
        };
        let (of_exact, of_differenced) = (error(&exact.rows), error(&differenced.rows));
        println!("{name}: {of_exact:.1e} {of_differenced:.1e} {:?}", differenced.statistics);
        assert!(of_differenced < 2.0 * of_exact + 1e-6, "{name}: {of_differenced:e} against {of_exact:e}");
        let (few, many) = (exact.statistics.steps as f64, differenced.statistics.steps as f64);
        assert!(many < 1.1 * few + 2.0, "{name}: {many} steps against {few}");
    }
}

/// y' = -p (y - cos t), which is driven, in units of time that make t large or small.
struct Driven {
    shape: Shape,
    unit: f64,
}

impl OdeSystem for Driven {
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        dydt[0] = -1e4 / self.unit * (y[0] - (at.t / self.unit).cos());
        Ok(())
    }
}

#[test]
fn the_time_is_differenced_in_any_unit() {
    for unit in [1e-6, 1.0, 1e6] {
        let system = Driven { shape: Shape::new(Pattern::dense(1)).forced().differenced(), unit };
        let times = [0.0, 0.5 * unit, unit];
        let solution = solve(&system, &[], &[1.0], &times, &Options::default()).unwrap();
        // the smooth solution: cos t + sin t / k + ... with k = 1e4
        let expected = |t: f64| (1e8 * t.cos() + 1e4 * t.sin()) / (1e8 + 1.0);
        println!("{unit:e}: {:?}", solution.statistics);
        assert!((solution.rows[2][0] - expected(1.0)).abs() < 1e-5, "{unit:e}: {:?}", solution.rows);
        assert!(solution.statistics.steps < 100);
    }
}

/// Diffusion with a fast reaction on 200 points, the two species side by side: the like of MEDAKZO.
struct Wave(Shape);

impl OdeSystem for Wave {
    fn shape(&self) -> &Shape {
        &self.0
    }
    fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        let at = |k: usize| y.get(2 * k).copied().unwrap_or(0.0);
        for k in 0..y.len() / 2 {
            let (left, u, v) = (if k == 0 { 1.0 } else { at(k - 1) }, y[2 * k], y[2 * k + 1]);
            dydt[2 * k] = 100.0 * (left - 2.0 * u + at(k + 1)) - 50.0 * u * v;
            dydt[2 * k + 1] = -50.0 * u * v;
        }
        Ok(())
    }
}

#[test]
fn a_band_of_400_takes_5_right_hand_sides_for_a_jacobian() {
    let n = 400_usize;
    let entries = (0..n).flat_map(|i| (i & !1..(i | 1) + 1).chain([i.wrapping_sub(2), i + 2]).map(move |j| (i, j)));
    let entries = entries.filter(|&(i, j)| j < n && (i % 2 == 0 || i / 2 == j / 2));
    let system = Wave(Shape::new(Pattern::new(n, entries).unwrap()).differenced());
    let y0: Vec<f64> = (0..n).map(|i| (i % 2) as f64).collect();
    assert_eq!(check_jacobian(&system, &Point::new(0.0, &[]), &vec![0.5; n]), Ok(vec![]), "the pattern holds all");
    let solution = solve(&system, &[], &y0, &[0.0, 1.0], &Options::default()).unwrap();
    let work = solution.statistics;
    // Rodas5P evaluates 8 right-hand sides for a step, the last of them not where it is rejected at once
    let for_steps = 8 * (work.steps + work.rejected);
    let extra = (work.rhs - for_steps) as f64 / work.jacobians as f64;
    println!("{extra} {work:?}");
    assert!(extra <= 5.5, "{extra} {work:?}");
}

#[test]
fn a_system_with_neither_says_what_to_do() {
    let system = Wave(Shape::new(Pattern::dense(4)));
    let interrupted = solve(&system, &[], &[1.0; 4], &[0.0, 1.0], &Options::default()).unwrap_err();
    assert!(matches!(interrupted.failure.kind, FailureKind::Aborted(text) if text.contains("Shape::differenced")));
    assert!(matches!(check_jacobian(&system, &Point::new(0.0, &[]), &[1.0; 4]), Err(Reject::Abort(_))));
}

#[test]
fn of_a_differenced_system_the_pattern_is_checked() {
    let system = Wave(Shape::new(Pattern::new(4, (0..4).map(|i| (i, i))).unwrap()).differenced());
    let wrong = check_jacobian(&system, &Point::new(0.0, &[]), &[0.5; 4]).unwrap();
    let missing: Vec<(usize, Option<usize>)> = wrong.iter().map(|entry| (entry.row, entry.column)).collect();
    assert_eq!(missing, [(0, Some(1)), (0, Some(2)), (1, Some(0)), (2, Some(0)), (2, Some(3)), (3, Some(2))]);
    let still = Driven { shape: Shape::new(Pattern::dense(1)).differenced(), unit: 1.0 };
    let wrong = check_jacobian(&still, &Point::new(0.7, &[]), &[0.5]).unwrap();
    assert_eq!((wrong.len(), wrong[0].column), (1, None), "the time matters, and the shape does not say so");
}

/// Refuses negative states: differences look to the other side, and from 0 upwards.
#[test]
fn a_refused_side_is_left() {
    struct Root(Shape);
    impl OdeSystem for Root {
        fn shape(&self) -> &Shape {
            &self.0
        }
        fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
            if !(0.0..=1.0).contains(&y[0]) {
                return Err(Reject::Retry);
            }
            dydt[0] = -y[0];
            Ok(())
        }
    }
    let system = Root(Shape::new(Pattern::dense(1)).differenced());
    for start in [0.0_f64, 1.0] {
        let solution = solve(&system, &[], &[start], &[0.0, 1.0], &Options::default()).unwrap();
        assert!((solution.rows[1][0] - start * (-1.0_f64).exp()).abs() < 1e-6);
    }
}
