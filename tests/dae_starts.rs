//! Algebraic components where something begins or ends: starts, events, parameters, sums, equations that leave them open.

mod common;

use common::algebraic::{METHODS, distance, with_mass};
use common::written::Written;
use homeostat::linalg::Pattern;
use homeostat::solver::{
    Advance, After, Direction, Failure, FailureKind, Invariant, NonNegative, OdeSystem, Options, Point, Reject, Shape,
    Solver, Tolerance, solve,
};

/// y' = -z, 0 = z - p y, and y rises by 1 when it falls to 1/2: y = e^-pt before.
struct Tank(Shape);

impl Tank {
    fn new() -> Self {
        let shape = Shape::new(Pattern::dense(2)).with_mass(vec![1.0, 0.0]).with_parameters(1);
        Tank(shape.with_roots(vec![Direction::Falling]))
    }
}

impl OdeSystem for Tank {
    fn shape(&self) -> &Shape {
        &self.0
    }
    fn rhs(&self, at: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        d.copy_from_slice(&[-y[1], y[1] - at.parameters[0] * y[0]]);
        Ok(())
    }
    fn jacobian(&self, at: &Point, _: &[f64], j: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        j.copy_from_slice(&[0.0, -1.0, -at.parameters[0], 1.0]);
        Ok(())
    }
    fn roots(&self, _: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        values[0] = y[0] - 0.5;
        Ok(())
    }
    fn happen(&self, _: usize, _: &Point, y: &mut [f64], _: &mut [f64], _: &mut [f64]) -> Result<After, Reject> {
        y[0] += 1.0;
        Ok(After::Changed)
    }
}

#[test]
fn algebraic_components_follow_events() {
    let end = 1.9;
    for method in METHODS {
        let mut options = Options::with_tolerances(1e-8, Tolerance::Same(1e-10));
        options.method = method;
        let mut solver = Solver::new(Tank::new().shape(), &options, 0.0, &[1.0, 7.0]).unwrap();
        let system = Tank::new();
        let (mut happened, mut row) = (Vec::new(), [0.0; 2]);
        while solver.t() < end {
            if solver.advance(&system, &[2.0], end).unwrap() == Advance::Event {
                // just before, at the end of the step, and after
                solver.interpolate(&system, solver.t() * (1.0 - 1e-15), &mut row);
                assert!((row[0] - 0.5).abs() < 1e-6 && (row[1] - 1.0).abs() < 1e-6, "{row:?}");
                assert_eq!(solver.settle(&system, &[2.0]).unwrap(), None);
                solver.interpolate(&system, solver.t(), &mut row);
                assert!((row[1] - 1.0).abs() < 1e-6, "the row of the event is the one before: {row:?}");
                happened.push(solver.t());
            }
            let [y, z] = solver.y()[..] else { panic!() };
            assert!((z - 2.0 * y).abs() <= 1e-8 * z, "{method:?} at {}: {y}, {z}", solver.t());
        }
        // the first after ln 2 / p, each next one ln 3 / p later
        let exact: Vec<f64> = (0..3).map(|k| (2.0_f64.ln() + f64::from(k) * 3.0_f64.ln()) / 2.0).collect();
        assert_eq!(happened.len(), 3, "{happened:?}");
        assert!(distance(&happened, &exact) < 1e-6, "{happened:?} for {exact:?}");
        let last = 1.5 * (-2.0 * (end - exact[2])).exp();
        assert!(distance(solver.y(), &[last, 2.0 * last]) < 1e-6);
    }
}

#[test]
fn algebraic_components_follow_a_parameter() {
    let system = Tank::new();
    let mut solver = Solver::new(system.shape(), &Options::default(), 0.0, &[10.0, 0.0]).unwrap();
    let advance = |solver: &mut Solver, p: f64, stop: f64| {
        while solver.t() < stop {
            solver.advance(&system, &[p], stop).unwrap();
        }
    };
    advance(&mut solver, 1.0, 1.0);
    let before = solver.y().to_vec();
    assert!(distance(&before, &[10.0 / 1_f64.exp(), 10.0 / 1_f64.exp()]) < 1e-4);
    solver.restart(0);
    assert_eq!(solver.settle(&system, &[0.25]).unwrap(), None);
    assert_eq!(solver.y()[0], before[0], "differential components stay");
    assert!((solver.y()[1] - 0.25 * before[0]).abs() < 1e-12);
    // what was before is still read from the step before
    let mut row = [0.0; 2];
    solver.interpolate(&system, 1.0, &mut row);
    assert_eq!(row[..], before[..]);
    advance(&mut solver, 0.25, 3.0);
    let last = 10.0 * (-1.5_f64).exp();
    assert!(distance(solver.y(), &[last, 0.25 * last]) < 1e-4, "{:?}", solver.y());
}

/// 0 = g(z, y) beside y' = 0, started at z.
fn start(g: fn(f64, f64) -> f64, slope: fn(f64, f64) -> f64, y: f64, z: f64) -> Result<f64, Failure> {
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[0.0, g(y[1], y[0])]);
        Ok(())
    };
    let system = with_mass(Written::new(2, rhs, move |_, y, j| j[3] = slope(y[1], y[0])), &[1.0, 0.0]);
    let solution = solve(&system, &[], &[y, z], &[0.0, 1.0], &Options::default()).map_err(|ended| ended.failure)?;
    assert_eq!(solution.rows[0][0], y, "differential components stay");
    Ok(solution.rows[0][1])
}

#[test]
fn a_start_is_made_consistent_from_afar() {
    let close = |z: Result<f64, Failure>, expected: f64| {
        let z = z.unwrap();
        assert!((z - expected).abs() < 1e-9 * expected.abs().max(1.0), "{z} for {expected}");
    };
    close(start(|z, y| z * z - y, |z, _| 2.0 * z, 4.0, 100.0), 2.0);
    // Newton's method without damping leaves for infinity
    close(start(|z, y| (z - y).atan(), |z, y| 1.0 / (1.0 + (z - y).powi(2)), 3.0, 23.0), 3.0);
    // a logarithm that is not there for z below 0
    close(start(|z, y| z.ln() - y, |z, _| 1.0 / z, 0.0, 20.0), 1.0);
    close(start(|z, y| (z - y).powi(3) + z - y, |z, y| 1.0 + 3.0 * (z - y).powi(2), -1e3, 1e3), -1e3);
}

#[test]
fn what_cannot_be_made_consistent_is_named() {
    let failure = start(|z, y| z.exp() + y, |z, _| z.exp(), 1.0, 0.0).unwrap_err();
    assert_eq!((failure.kind, failure.component, failure.t), (FailureKind::Inconsistent, Some(1), 0.0));
    // the derivative vanishes at the start
    let failure = start(|z, y| z * z - y, |z, _| 2.0 * z, 1.0, 0.0).unwrap_err();
    assert_eq!((failure.kind, failure.component), (FailureKind::Undetermined, Some(1)));
    assert!(failure.to_string().contains("do not determine"), "{failure}");
    let failure = start(|z, _| if z > 0.0 { f64::NAN } else { z }, |_, _| 1.0, 1.0, 1.0).unwrap_err();
    assert_eq!((failure.kind, failure.component), (FailureKind::NotFinite, Some(1)));
}

#[test]
fn equations_that_say_the_same_are_named() {
    // 0 = z1 + 1e9 z2 - y, and the same doubled; z0 is determined
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        let sum = y[2] + 1e9 * y[3] - y[0];
        d.copy_from_slice(&[0.0, y[1] - y[0], sum, 2.0 * sum]);
        Ok(())
    };
    let rows = [0.0, 0.0, 0.0, 0.0, -1.0, 1.0, 0.0, 0.0, -1.0, 0.0, 1.0, 1e9, -2.0, 0.0, 2.0, 2e9];
    let system = with_mass(Written::new(4, rhs, move |_, _, j| j.copy_from_slice(&rows)), &[1.0, 0.0, 0.0, 0.0]);
    let failure = solve(&system, &[], &[1.0; 4], &[0.0, 1.0], &Options::default()).unwrap_err().failure;
    assert_eq!(failure.kind, FailureKind::Undetermined);
    assert!([Some(2), Some(3)].contains(&failure.component), "{failure:?}");
}

/// y0' = -z, y1' = z with z = 2 y0 - y1 / 2: the sum y0 + y1 + z / 4 is none, y0 + y1 is one.
#[test]
fn sums_and_signs_are_kept_with_algebraic_equations() {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[-y[2], y[2], y[2] - 2.0 * y[0] + 0.5 * y[1]]);
        Ok(())
    };
    let rows = [0.0, 0.0, -1.0, 0.0, 0.0, 1.0, -2.0, 0.5, 1.0];
    let mut system = with_mass(Written::new(3, rhs, move |_, _, j| j.copy_from_slice(&rows)), &[1.0, 1.0, 0.0]);
    let sum = Invariant::new([(0, 1.0), (1, 1.0)]);
    system.shape = system.shape.with_invariants(vec![sum.clone()]);
    let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-9));
    options.non_negative = NonNegative::Only(vec![0, 1]);
    let solution = solve(&system, &[], &[1.0, 0.0, -4.0], &[0.0, 0.5, 20.0], &options).unwrap();
    assert!((solution.rows[0][2] - 2.0).abs() < 1e-12);
    // z' = -2.5 z
    let z = 2.0 * (-1.25_f64).exp();
    assert!((solution.rows[1][2] - z).abs() < 1e-5, "{:?}", solution.rows[1]);
    assert!(distance(&solution.rows[2], &[0.2, 0.8, 0.0]) < 1e-5, "{:?}", solution.rows[2]);
    assert!((sum.value(&solution.rows[2]) - 1.0).abs() <= f64::EPSILON);
}

/// y' = -1, 0 = z^2 - y: the equation of z has nothing to say of it where both vanish, at t = 1.
#[test]
fn an_algebraic_part_that_becomes_singular_ends_the_run_there() {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[-1.0, y[1] * y[1] - y[0]]);
        Ok(())
    };
    let system = with_mass(Written::new(2, rhs, |_, y, j| j[2..].copy_from_slice(&[-1.0, 2.0 * y[1]])), &[1.0, 0.0]);
    for method in METHODS {
        let mut options = Options::default();
        options.method = method;
        let ended = solve(&system, &[], &[1.0, 1.0], &[0.0, 0.5, 0.9, 2.0], &options).unwrap_err();
        println!("{method:?}: {} {:?}", ended.failure, ended.failure);
        assert!((ended.failure.t - 1.0).abs() < 1e-3 && ended.failure.component == Some(1), "{:?}", ended.failure);
        assert!((ended.solution.rows[2][1] - 0.1_f64.sqrt()).abs() < 1e-5);
    }
}
