//! What the solver promises of every problem: orders of convergence, independence of what does not matter.

mod common;

use common::problems::{self, Problem};
use common::smooth::{self, Smooth, bell, distance, kaps, mute, order, prothero_robinson, spiral};
use common::written::{Numbers, Written};
use homeostat::linalg::Pattern;
use homeostat::solver::{
    Method, OdeSystem, Options, Point, Reject, Shape, Solution, Solver, StepSize, Tolerance, solve,
};
use nalgebra::{DMatrix, DVector};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

fn fixed(method: Method, h: f64) -> Options {
    // iterations are to leave little
    let tolerance = if method == Method::Esdirk54 { 1e-11 } else { 1e-6 };
    let mut options = Options::with_tolerances(tolerance, Tolerance::Same(tolerance));
    options.method = method;
    options.step = StepSize::Fixed(h);
    options
}

/// The error at `end` with n equal steps.
fn end_error(problem: &Smooth, method: Method, end: f64, n: u32) -> f64 {
    smooth::end_error(problem, &fixed(method, end / f64::from(n)), end, n)
}

/// Each method of one step with its order and that of its dense output.
const ORDERS: [(Method, f64, f64); 8] = [
    (Method::Rodas5P, 5.0, 4.0),
    (Method::Rodas4, 4.0, 3.0),
    (Method::Rodas3, 3.0, 2.0),
    (Method::Ros34Pw2, 3.0, 2.0),
    (Method::Esdirk54, 5.0, 4.0),
    (Method::Dopri5, 5.0, 4.0),
    (Method::Dop853, 8.0, 7.0),
    (Method::Auto, 5.0, 4.0),
];

#[test]
fn every_method_has_an_order() {
    // what has several orders shows them elsewhere: `src/solver/bdf/tests.rs` gives a method of many steps its past
    let several = [Method::Radau, Method::Bdf];
    let has_order = |method: &Method| several.contains(method) || ORDERS.iter().any(|(one, ..)| one == method);
    assert!(Method::ALL.iter().all(has_order));
    assert_eq!(Method::ALL.len(), ORDERS.len() + several.len());
}

#[test]
fn fixed_steps_converge_with_the_order_of_the_method() {
    for (method, expected, _) in ORDERS {
        for (name, problem, end) in [("bell", bell(), 2.0), ("spiral", spiral(), 2.0), ("Kaps", kaps(), 1.0)] {
            // the lower the order, the shorter the steps at which it shows
            let counts = match method {
                // a Jacobian that is kept is wrong by its age: an error of order 4
                Method::Ros34Pw2 => [512, 768, 1024, 1536, 2048],
                Method::Rodas4 => [64, 96, 128, 192, 256],
                Method::Rodas3 => [128, 192, 256, 384, 512],
                Method::Dop853 => [8, 10, 12, 16, 20],
                Method::Dopri5 | Method::Auto => [64, 80, 96, 112, 128],
                _ => [16, 24, 32, 48, 64],
            };
            let points = counts.map(|n| (f64::from(n), end_error(&problem, method, end, n)));
            let order = order(&points);
            println!("{method:?} on {name}: order {order:.3}, {points:?}");
            // on the spiral, a linear problem, the error of the order of these is so small that the next one shows, too
            let is_small = name == "spiral" && ![Method::Rodas5P, Method::Rodas3].contains(&method);
            let most = expected + if is_small { 1.0 } else { 0.25 };
            assert!(order > expected - 0.25 && order < most, "{method:?} on {name}: {order}");
        }
    }
}

/// The order of a W-method is the same with any Jacobian (and df/dt): none at all, the exact one, a wrong one.
#[test]
fn the_order_of_a_w_method_does_not_depend_on_the_jacobian() {
    type Change = fn(f64) -> f64;
    let changes: [(&str, Change); 3] = [("none", |_| 0.0), ("exact", |x| x), ("wrong", |x| 0.6 * x + 0.3)];
    for (which, change) in changes {
        for (name, (system, exact), end) in [("bell", bell(), 2.0), ("spiral", spiral(), 2.0), ("Kaps", kaps(), 1.0)] {
            let problem = (system.changed(change), exact);
            // a Jacobian that was exact is wrong by the age that it is kept for, and so adds an error of order 4
            let counts = [512, 768, 1024, 1536, 2048];
            let points = counts.map(|n| (f64::from(n), end_error(&problem, Method::Ros34Pw2, end, n)));
            let order = order(&points);
            println!("Jacobian {which} on {name}: order {order:.3}, {points:?}");
            assert!((order - 3.0).abs() < 0.25, "Jacobian {which} on {name}: {order}");
        }
    }
}

/// Stiff decay with a coupling that the Jacobian leaves out, against the matrix exponential.
#[test]
fn a_w_method_does_with_the_diagonal_of_the_jacobian() {
    let rates: [f64; 5] = [-1.0, -30.0, -1e3, -3e4, -1e6];
    let coupling = |i: usize, j: usize| 0.5 * ((3 * i + 5 * j) as f64).sin() * rates[i.min(j)].abs().min(30.0).sqrt();
    let a = DMatrix::from_fn(5, 5, |i, j| if i == j { rates[i] } else { coupling(i, j) });
    struct Diagonal(Shape, DMatrix<f64>);
    impl OdeSystem for Diagonal {
        fn shape(&self) -> &Shape {
            &self.0
        }
        fn rhs(&self, _: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
            d.copy_from_slice((&self.1 * DVector::from_column_slice(y)).as_slice());
            Ok(())
        }
        fn jacobian(&self, _: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
            values.copy_from_slice(self.1.diagonal().as_slice());
            Ok(())
        }
    }
    let system = Diagonal(Shape::new(Pattern::new(5, (0..5).map(|i| (i, i))).unwrap()), a.clone());
    let (y0, times) = ([1.0, 0.8, 0.6, 0.4, 0.2], [0.0, 1e-5, 1e-3, 0.1, 1.0]);
    for rtol in [1e-3, 1e-5, 1e-7] {
        let mut options = Options::with_tolerances(rtol, Tolerance::Same(1e-3 * rtol));
        options.method = Method::Ros34Pw2;
        let solution = solve(&system, &[], &y0, &times, &options).unwrap();
        let mut worst: f64 = 0.0;
        for (t, row) in times.iter().zip(&solution.rows) {
            let exact = (&a * *t).exp() * DVector::from_column_slice(&y0);
            let errors = row.iter().zip(exact.iter()).map(|(y, e)| (y - e).abs() / (e.abs() + 1e-3));
            worst = errors.fold(worst, f64::max);
        }
        println!("diagonal, rtol {rtol:e}: {:.2} rtol, {:?}", worst / rtol, solution.statistics);
        assert!(worst <= 10.0 * rtol, "rtol {rtol:e}: {worst:e}");
    }
}

#[test]
fn dense_output_has_a_local_error_of_its_order_and_one() {
    for (method, _, dense) in ORDERS {
        for (name, (system, exact)) in [("bell", bell()), ("spiral", spiral())] {
            for s in [0.2, 0.35, 0.5, 0.65, 0.8] {
                // few large steps where errors soon are those of rounding, or of iterations, which leave 1e-14
                let (start, counts) = match (method, name) {
                    (Method::Esdirk54, _) => (0.3, [20.0, 28.0, 40.0, 56.0]),
                    (Method::Dop853, "bell") => (0.5, [9.6, 12.8, 19.2, 25.6]),
                    (Method::Dop853, _) => (0.5, [9.6, 11.2, 12.8, 16.0]),
                    _ => (0.5, [48.0, 64.0, 96.0, 128.0]),
                };
                let points = counts.map(|n: f64| {
                    let h = 1.0 / n;
                    let mut solver = Solver::new(system.shape(), &fixed(method, h), start, &exact(start)).unwrap();
                    solver.advance(&system, &[], 10.0).unwrap();
                    let t = start + s * h;
                    let mut row = exact(t);
                    solver.interpolate(&mute(row.len()), t, &mut row);
                    (n, distance(&row, &exact(t)))
                });
                let order = order(&points);
                println!("{method:?} on {name} at {s} of the step: order {order:.3}, {points:?}");
                // as above, the next order shows on the spiral
                let most = dense + if (method, name) == (Method::Dop853, "spiral") { 2.0 } else { 1.25 };
                assert!(order > dense + 0.75 && order < most, "{method:?} on {name} at {s}: {order}");
            }
        }
    }
}

/// The method's error is bounded by C h^4 with one C for all stiffnesses, and by C h^4 / z for z = h stiffness
/// (Scholz 1989): at one stiffness that is C h^3 / stiffness once z is large, at errors far below those of a
/// soft problem. Order 4 therefore shows in the largest error over all stiffnesses, and at constant z.
#[test]
fn prothero_robinson_keeps_order_four() {
    let counts = [4, 6, 8, 12, 16, 24, 32, 48, 64];
    let largest = |n: u32| {
        let stiffnesses = (0..=12).map(|k| 10_f64.powf(f64::from(k) / 2.0));
        stiffnesses.map(|s| end_error(&prothero_robinson(s), Method::Rodas5P, 2.0, n)).fold(0.0, f64::max)
    };
    let points = counts.map(|n| (f64::from(n), largest(n)));
    let uniform = order(&points);
    println!("Prothero-Robinson, stiffness 1 to 1e6: order {uniform:.3}, {points:?}");
    assert!(uniform >= 4.0, "{uniform}");

    let points = [4, 6, 8, 12]
        .map(|n| (f64::from(n), end_error(&prothero_robinson(5e5 * f64::from(n)), Method::Rodas5P, 2.0, n)));
    let stiff = order(&points);
    println!("Prothero-Robinson, z = 1e6: order {stiff:.3}, {points:?}");
    assert!(stiff >= 4.0, "{stiff}");

    let points = counts.map(|n| (f64::from(n), end_error(&prothero_robinson(1e6), Method::Rodas5P, 2.0, n)));
    println!("Prothero-Robinson, stiffness 1e6: order {:.3}, {points:?}", order(&points[..6]));
    for (n, error) in points {
        let h = 2.0 / n;
        assert!(error <= 1e-6 * h.powi(4), "C h^4 with a C below that of soft problems: {error:e} at h = {h}");
    }
}

/// Where the stages are of lower order than the method, stiffness reduces that. The largest error over all stiffnesses falls as
/// h^3 for both methods, and at one large stiffness k the error is C h^2 / k.
#[test]
fn prothero_robinson_reduces_orders() {
    for method in [Method::Esdirk54, Method::Ros34Pw2] {
        let counts = [8, 12, 16, 24, 32, 48, 64];
        let largest = |n: u32| {
            let stiffnesses = (0..=12).map(|k| 10_f64.powf(f64::from(k) / 2.0));
            stiffnesses.map(|s| end_error(&prothero_robinson(s), method, 2.0, n)).fold(0.0, f64::max)
        };
        let points = counts.map(|n| (f64::from(n), largest(n)));
        let found = order(&points);
        println!("{method:?}, stiffness 1 to 1e6: order {found:.3}, {points:?}");
        assert!((found - 3.0).abs() < 0.25, "{method:?}: {found}");
        let points = counts.map(|n| (f64::from(n), end_error(&prothero_robinson(1e6), method, 2.0, n)));
        let stiff = order(&points);
        println!("{method:?}, stiffness 1e6: order {stiff:.3}, {points:?}");
        assert!((stiff - 2.0).abs() < 0.25, "{method:?}: {stiff}");
    }
}

/// A stiff component that is driven from outside: the ends of a step say nothing of what lies between, where rows are read.
#[test]
fn rows_between_steps_follow_a_fast_drive() {
    for stiffness in [1.0, 1e2, 1e4, 1e6, 1e8] {
        let rhs = move |t: f64, y: &[f64], d: &mut [f64]| {
            d[0] = -stiffness * (y[0] - t.cos());
            Ok(())
        };
        let dfdt = move |t: f64, _: &[f64], d: &mut [f64]| d[0] = -stiffness * t.sin();
        let system = Written::new(1, rhs, move |_, _, j| j[0] = -stiffness).forced(dfdt);
        let times: Vec<f64> = (0..201).map(|i| 0.1 * f64::from(i)).collect();
        let methods = Method::ALL.iter().filter(|method| !method.is_explicit());
        for (&method, rtol) in methods.flat_map(|method| [1e-4, 1e-6, 1e-8].map(|rtol| (method, rtol))) {
            let mut options = Options::with_tolerances(rtol, Tolerance::Same(1e-3 * rtol));
            options.method = method;
            let solution = solve(&system, &[], &[1.0], &times, &options).unwrap();
            // y = (k^2 cos t + k sin t + e^-kt) / (1 + k^2)
            let exact = |t: f64| {
                let k = stiffness;
                (k * k * t.cos() + k * t.sin() + (-k * t).exp()) / (1.0 + k * k)
            };
            let errors = solution.t.iter().zip(&solution.rows).map(|(t, row)| (row[0] - exact(*t)).abs());
            let worst = errors.fold(0.0, f64::max);
            let steps = solution.statistics.steps;
            println!("{method:?}, stiffness {stiffness:e}, rtol {rtol:e}: {:.2} rtol in {steps} steps", worst / rtol);
            assert!(worst <= 10.0 * rtol, "{method:?}, stiffness {stiffness:e}, rtol {rtol:e}: {worst:e}");
        }
    }
}

/// A problem among states that nothing moves: state i of the problem stands at 2 i + 1.
struct Padded(Problem, Shape);

impl Padded {
    fn new(problem: Problem) -> Self {
        let pattern = &problem.shape.jacobian;
        let entries: Vec<_> = pattern.entries().map(|(i, j)| (2 * i + 1, 2 * j + 1)).collect();
        let shape = Shape::new(Pattern::new(2 * pattern.n() + 1, entries).unwrap());
        Padded(problem, shape)
    }
    fn inner(y: &[f64]) -> Vec<f64> {
        y.iter().skip(1).step_by(2).copied().collect()
    }
}

impl OdeSystem for Padded {
    fn shape(&self) -> &Shape {
        &self.1
    }
    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        let mut inner = vec![0.0; y.len() / 2];
        self.0.rhs(at, &Self::inner(y), &mut inner, scratch)?;
        dydt.fill(0.0);
        dydt.iter_mut().skip(1).step_by(2).zip(inner).for_each(|(d, i)| *d = i);
        Ok(())
    }
    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.0.jacobian(at, &Self::inner(y), values, scratch)
    }
}

#[test]
fn inert_species_change_no_step() {
    for (name, make) in
        [("ROBER", problems::rober as fn() -> Problem), ("OREGO", problems::orego), ("POLLU", problems::pollu)]
    {
        let mut problem = make();
        problem.shape.invariants.clear();
        let options = Options::with_tolerances(1e-5, Tolerance::Same(1e-5 * problem.s));
        let (y0, times) = (problem.y0.clone(), [0.0, problem.t_end]);
        let alone = solve(&problem, &[], &y0, &times, &options).unwrap();
        for size in [0.0, 1e-30, 1.0, 1e30] {
            let mut padded = vec![size; 2 * y0.len() + 1];
            padded.iter_mut().skip(1).step_by(2).zip(&y0).for_each(|(p, y)| *p = *y);
            let among = solve(&Padded::new(make()), &[], &padded, &times, &options).unwrap();
            assert_eq!(among.statistics, alone.statistics, "{name} among inert species of {size}");
            assert_eq!(Padded::inner(&among.rows[1]), alone.rows[1], "{name} among inert species of {size}");
            assert!(among.rows[1].iter().step_by(2).all(|y| *y == size));
        }
    }
}

#[test]
fn results_do_not_depend_on_the_output_times() {
    for (name, problem) in [("E5", problems::e5()), ("POLLU", problems::pollu()), ("OREGO", problems::orego())] {
        let options = Options::with_tolerances(1e-6, Tolerance::Same(1e-6 * problem.s));
        let end = problem.t_end;
        let few = solve(&problem, &[], &problem.y0, &[0.0, end], &options).unwrap();
        let times: Vec<f64> = (0..1000).map(|i| if i == 999 { end } else { end * f64::from(i) / 999.0 }).collect();
        let many = solve(&problem, &[], &problem.y0, &times, &options).unwrap();
        assert_eq!((few.rows.len(), many.rows.len()), (2, 1000));
        let steps = |solution: &Solution| {
            let counts = solution.statistics;
            (counts.steps, counts.rejected, counts.jacobians)
        };
        assert_eq!(steps(&few), steps(&many), "{name}");
        let bits = |row: &[f64]| row.iter().map(|y| y.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&few.rows[1]), bits(&many.rows[999]), "{name}");
    }
}

#[test]
fn random_stiff_linear_systems_follow_the_matrix_exponential() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let worst = std::cell::Cell::new(0.0_f64);
    let run = TestRunner::new_with_rng(config, rng).run(&(1_u64..1 << 40, 2_usize..9), |(seed, n)| {
        let mut numbers = Numbers::new(seed);
        // eigenvalues from -1 to -1e6 behind a mild change of basis
        let basis = DMatrix::from_fn(n, n, |i, j| f64::from(u8::from(i == j)) + 0.6 * (numbers.unit() - 0.5));
        let Some(inverse) = basis.clone().try_inverse() else { return Ok(()) };
        let eigenvalues = DVector::from_fn(n, |i, _| match i {
            0 => -1.0,
            1 => -1e6,
            _ => -numbers.between(1.0, 1e6),
        });
        let a = &basis * DMatrix::from_diagonal(&eigenvalues) * inverse;
        let y0: Vec<f64> = (0..n).map(|_| numbers.unit() + 0.1).collect();
        let (matrix, entries) = (a.clone(), a.transpose().as_slice().to_vec());
        let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
            d.copy_from_slice((&matrix * DVector::from_column_slice(y)).as_slice());
            Ok(())
        };
        let system = Written::new(n, rhs, move |_, _, j| j.copy_from_slice(&entries));
        let rtol = 1e-6;
        let options = Options::with_tolerances(rtol, Tolerance::Same(1e-3 * rtol));
        let times = [0.0, 1e-6, 1e-4, 1e-2, 0.3, 1.0];
        let solution = solve(&system, &[], &y0, &times, &options).unwrap();
        for (t, row) in times.iter().zip(&solution.rows) {
            let exact = (&a * *t).exp() * DVector::from_column_slice(&y0);
            for (y, e) in row.iter().zip(exact.iter()) {
                let error = (y - e).abs() / (e.abs() + 1e-3) / rtol;
                worst.set(worst.get().max(error));
                proptest::prop_assert!(error < 20.0, "{} rtol at t = {}", error, t);
            }
        }
        Ok(())
    });
    println!("worst: {:.2} rtol", worst.get());
    run.unwrap();
}

/// What is read between steps is refined once, whoever drives the steps and however often it is read.
#[test]
fn rows_by_hand_are_those_of_solve() {
    let problem = problems::e5();
    for method in Method::ALL.iter().filter(|method| !method.is_explicit()) {
        let mut options = Options::with_tolerances(1e-5, Tolerance::Same(1e-5 * problem.s));
        options.method = *method;
        let times: Vec<f64> = (0..=200).map(|k| 10.0 * f64::from(k)).collect();
        let solution = solve(&problem, &[], &problem.y0, &times, &options).unwrap();
        let mut solver = Solver::new(&problem.shape, &options, 0.0, &problem.y0).unwrap();
        let (mut due, mut row) = (1..times.len(), problem.y0.clone());
        while solver.t() < 2000.0 {
            solver.advance(&problem, &[], 2000.0).unwrap();
            while let Some(k) = due.clone().next().filter(|k| times[*k] <= solver.t()) {
                for _ in 0..2 {
                    solver.interpolate(&problem, times[k], &mut row);
                }
                assert_eq!(row, solution.rows[k], "{method:?} at {}", times[k]);
                due.next();
            }
        }
        assert_eq!(solver.statistics(), solution.statistics, "{method:?}");
    }
}
