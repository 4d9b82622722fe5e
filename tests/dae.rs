//! Differential-algebraic systems of index 1, `M y' = f` with a diagonal M that has zeros: how exact methods are on them.

mod common;

use common::algebraic::{METHODS, distance, known, swapped};
use common::written::{Numbers, Written};
use homeostat::linalg::Pattern;
use homeostat::solver::{Executor, Method, Options, Point, Shape, Solver, StepSize, Tolerance, check_jacobian, solve};
use nalgebra::{DMatrix, DVector};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The slope of log error over log n by least squares, turned round.
fn order(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(n, e)| (n.ln(), e.ln())).collect();
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    -mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2))
}

/// Methods of one order for such systems: the order, and how many times 16, 24, 32, 48 and 64 steps show it.
const ORDERS: [(Method, f64, f64); 5] = [
    (Method::Rodas5P, 5.0, 4.0),
    (Method::Rodas4, 4.0, 4.0),
    (Method::Rodas3, 3.0, 8.0),
    (Method::Ros34Pw2, 3.0, 4.0),
    (Method::Esdirk54, 5.0, 4.0),
];

#[test]
fn fixed_steps_converge_with_the_order_of_the_method() {
    for (method, expected, times) in ORDERS {
        for (name, (system, exact)) in known() {
            if (method, name) == (Method::Esdirk54, "logistic") {
                // 64 steps leave no more than rounding (1e-14), and in longer ones its iterations do not come down to that
                continue;
            }
            let points = [16.0, 24.0, 32.0, 48.0, 64.0].map(|n| {
                let n: f64 = times * n;
                // of no weight but for Newton's iterations
                let mut options = Options::with_tolerances(1e-11, Tolerance::Same(1e-11));
                (options.method, options.step) = (method, StepSize::Fixed(1.5 / n));
                let end = solve(&system, &[], &exact(0.0), &[0.0, 1.5], &options).unwrap();
                (n, distance(&end.rows[1], &exact(1.5)))
            });
            let order = order(&points);
            println!("{method:?} on {name}: order {order:.3}, {points:?}");
            assert!((order - expected).abs() < 0.25, "{method:?} on {name}: {order}");
        }
    }
}

#[test]
fn rows_are_as_exact_as_asked_for() {
    for method in METHODS {
        for (name, (system, exact)) in known() {
            for rtol in [1e-4, 1e-6, 1e-8] {
                let mut options = Options::with_tolerances(rtol, Tolerance::Same(1e-3 * rtol));
                options.method = method;
                let times: Vec<f64> = (0..=60).map(|i| 0.1 * f64::from(i)).collect();
                let solution = solve(&system, &[], &exact(0.0), &times, &options).unwrap();
                let off = |(t, row): (&f64, &Vec<f64>)| {
                    let exact = exact(*t);
                    row.iter().zip(&exact).map(|(y, e)| (y - e).abs() / (e.abs() + 1e-3)).fold(0.0, f64::max)
                };
                let worst = times.iter().zip(&solution.rows).map(off).fold(0.0, f64::max);
                println!("{method:?} on {name}, rtol {rtol:e}: {:.2} rtol, {:?}", worst / rtol, solution.statistics);
                assert!(worst <= 20.0 * rtol, "{method:?} on {name}, rtol {rtol:e}: {worst:e}");
            }
        }
    }
}

#[test]
fn executors_and_snapshots_give_the_same_bits() {
    let (system, exact) = swapped();
    let run = |executor: Executor, put_aside: bool| {
        let mut options = Options::with_tolerances(1e-7, Tolerance::Same(1e-9));
        options.executor = executor;
        let mut solver = Solver::new(&system.shape, &options, 0.0, &exact(0.0)).unwrap();
        let mut states = Vec::new();
        while solver.t() < 5.0 {
            solver.advance(&system, &[], 5.0).unwrap();
            if put_aside {
                solver = Solver::resume(&system.shape, &solver.snapshot()).unwrap();
            }
            states.extend(solver.y().iter().map(|y| y.to_bits()));
        }
        states
    };
    let tape = run(Executor::Tape, false);
    assert!(tape == run(Executor::Native, false) && tape == run(Executor::Tape, true));
}

/// y' = A y + B z, 0 = C y + D z with random matrices, rows of D turned round so that most have no diagonal entry: y follows
/// the exponential of A - B D^-1 C.
#[test]
fn random_linear_systems_follow_the_matrix_exponential() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]);
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let worst = std::cell::Cell::new(0.0_f64);
    let run = TestRunner::new_with_rng(config, rng).run(&(1_u64..1 << 40, 1_usize..5, 1_usize..6), |(seed, n, m)| {
        let mut numbers = Numbers::new(seed);
        let mut random = |rows: usize, columns: usize, density: f64| {
            DMatrix::from_fn(
                rows,
                columns,
                |_, _| if numbers.unit() < density { 2.0 * numbers.unit() - 1.0 } else { 0.0 },
            )
        };
        let (a, b, c) = (random(n, n, 0.8), random(n, m, 0.7), random(m, n, 0.7));
        let mut d = random(m, m, 0.3);
        // a large entry one place along in each row
        for i in 0..m {
            d[(i, (i + 1) % m)] = 3.0;
        }
        let Some(inverse) = d.clone().try_inverse() else { return Ok(()) };
        let mut whole = DMatrix::zeros(n + m, n + m);
        for (part, at) in [(&a, (0, 0)), (&b, (0, n)), (&c, (n, 0)), (&d, (n, n))] {
            whole.view_mut(at, part.shape()).copy_from(part);
        }
        let entries: Vec<(usize, usize)> =
            (0..n + m).flat_map(|i| (0..n + m).map(move |j| (i, j))).filter(|at| whole[*at] != 0.0).collect();
        let values: Vec<f64> = entries.iter().map(|at| whole[*at]).collect();
        let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
            d.copy_from_slice((&whole * DVector::from_column_slice(y)).as_slice());
            Ok(())
        };
        let mut system = Written::new(n + m, rhs, move |_, _, j| j.copy_from_slice(&values));
        let mass = (0..n + m).map(|i| if i < n { 1.0 } else { 0.0 }).collect();
        system.shape = Shape::new(Pattern::new(n + m, entries).unwrap()).with_mass(mass);
        // the algebraic components start anywhere
        let y0: Vec<f64> = (0..n + m).map(|i| if i < n { 1.0 + i as f64 } else { 1.0 }).collect();
        let rtol = 1e-6;
        let times = [0.0, 0.1, 0.7, 1.0, 2.0];
        let options = Options::with_tolerances(rtol, Tolerance::Same(1e-3 * rtol));
        let solution = solve(&system, &[], &y0, &times, &options).unwrap();
        let reduced = &a - &b * &inverse * &c;
        for (t, row) in times.iter().zip(&solution.rows) {
            let y = (&reduced * *t).exp() * DVector::from_column_slice(&y0[..n]);
            let z = -&inverse * &c * &y;
            for (found, exact) in row.iter().zip(y.iter().chain(z.iter())) {
                let error = (found - exact).abs() / (y.amax().max(z.amax()) + 1e-3) / rtol;
                worst.set(worst.get().max(error));
                proptest::prop_assert!(error < 20.0, "{} rtol at t = {}", error, t);
            }
        }
        Ok(())
    });
    println!("worst: {:.2} rtol", worst.get());
    run.unwrap();
}

#[test]
fn derivatives_are_checked_as_ever() {
    for (name, (system, exact)) in known() {
        assert_eq!(check_jacobian(&system, &Point::new(0.4, &[]), &exact(0.4)).unwrap(), [], "{name}");
    }
}
