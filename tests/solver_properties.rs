//! What the solver promises of every problem: orders of convergence, independence of what does not matter.

mod common;

use common::problems::{self, Problem};
use common::written::{Numbers, Written};
use homeostat::linalg::Pattern;
use homeostat::solver::{
    Method, OdeSystem, Options, Point, Reject, Shape, Solution, Solver, StepSize, Tolerance, solve,
};
use nalgebra::{DMatrix, DVector};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// y' = -2 t y^2 from 1: y = 1 / (1 + t^2).
fn bell() -> (Written, fn(f64) -> Vec<f64>) {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -2.0 * t * y[0] * y[0];
        Ok(())
    };
    let system = Written::new(1, rhs, |t, y, j| j[0] = -4.0 * t * y[0]).forced(|_, y, d| d[0] = -2.0 * y[0] * y[0]);
    (system, |t| vec![1.0 / (1.0 + t * t)])
}

/// A rotation whose speed depends on the time and the radius: y = (cos t^2, sin t^2).
fn spiral() -> (Written, fn(f64) -> Vec<f64>) {
    let square = |y: &[f64]| y[0] * y[0] + y[1] * y[1];
    let rhs = move |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -2.0 * t * y[1] * square(y);
        d[1] = 2.0 * t * y[0] * square(y);
        Ok(())
    };
    let jacobian = move |t: f64, y: &[f64], j: &mut [f64]| {
        let (product, r) = (2.0 * y[0] * y[1], square(y));
        j.copy_from_slice(&[-product, -(r + 2.0 * y[1] * y[1]), r + 2.0 * y[0] * y[0], product]);
        j.iter_mut().for_each(|x| *x *= 2.0 * t);
    };
    let dfdt = move |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -2.0 * y[1] * square(y);
        d[1] = 2.0 * y[0] * square(y);
    };
    (Written::new(2, rhs, jacobian).forced(dfdt), |t| vec![(t * t).cos(), (t * t).sin()])
}

/// Kaps' problem (1981) at mild stiffness, its first equation turned by a forced part that vanishes on the
/// solution: y = (e^-2t, e^-t).
fn kaps() -> (Written, fn(f64) -> Vec<f64>) {
    const K: f64 = 1.0;
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -(K + 2.0) * y[0] + K * y[1] * y[1] + t.sin() * (y[1] - (-t).exp());
        d[1] = y[0] - y[1] - y[1] * y[1];
        Ok(())
    };
    let jacobian = |t: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[-(K + 2.0), 2.0 * K * y[1] + t.sin(), 1.0, -1.0 - 2.0 * y[1]]);
    };
    let dfdt = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = t.cos() * (y[1] - (-t).exp()) + t.sin() * (-t).exp();
        d[1] = 0.0;
    };
    (Written::new(2, rhs, jacobian).forced(dfdt), |t| vec![(-2.0 * t).exp(), (-t).exp()])
}

/// A method, its order, and a tolerance: 0.03 of that is what Newton's iterations may leave, less than the errors looked at.
type Pinned = (Method, u32, f64);

fn fixed((method, order, rtol): Pinned, h: f64) -> Options {
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(rtol));
    options.method = method;
    options.orders = Some((order, order));
    options.step = StepSize::Fixed(h);
    options
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// The error at `end` with n equal steps.
fn end_error((system, exact): &(Written, fn(f64) -> Vec<f64>), method: Pinned, end: f64, n: u32) -> f64 {
    let options = fixed(method, end / f64::from(n));
    let solution = solve(system, &[], &exact(0.0), &[0.0, end], &options).unwrap();
    assert_eq!(solution.statistics.steps, u64::from(n));
    distance(&solution.rows[1], &exact(end))
}

/// The slope of log error over log n by least squares, turned round: the order.
fn order(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(n, e)| (n.ln(), e.ln())).collect();
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    -mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2))
}

/// Each method with its order, that of its dense output, and how many times shorter the steps are at which it shows.
const ORDERS: [(Method, u32, f64, u32); 4] = [
    (Method::Rodas5P, 5, 4.0, 1),
    (Method::Rodas4, 4, 3.0, 4),
    (Method::Rodas3, 3, 2.0, 8),
    (Method::Radau, 5, 4.0, 2),
];

#[test]
fn every_method_has_an_order() {
    let methods: Vec<Method> = ORDERS.iter().map(|(method, ..)| *method).collect();
    assert_eq!(methods, Method::ALL);
}

#[test]
fn fixed_steps_converge_with_the_order_of_the_method() {
    for (method, order_of_it, _, times) in ORDERS {
        let expected = f64::from(order_of_it);
        let problems = [("bell", bell(), 2.0, 1e-12), ("spiral", spiral(), 2.0, 1e-9), ("Kaps", kaps(), 1.0, 1e-12)];
        for (name, problem, end, rtol) in problems {
            let counts = [16, 24, 32, 48, 64].map(|n| times * n);
            let points = counts.map(|n| (f64::from(n), end_error(&problem, (method, order_of_it, rtol), end, n)));
            let order = order(&points);
            println!("{method:?} on {name}: order {order:.3}, {points:?}");
            // on the spiral, a linear problem, the error of order 4 of Rodas4 is so small that the next one shows, too
            let most = if (method, name) == (Method::Rodas4, "spiral") { 5.0 } else { expected + 0.25 };
            assert!(order > expected - 0.25 && order < most, "{method:?} on {name}: {order}");
        }
    }
}

/// Orders 9 and 13 show in few large steps, before rounding does.
#[test]
fn high_orders_converge_in_large_steps() {
    let runs = [
        (9, "spiral", spiral(), 2.0, &[12, 16, 20][..]),
        (9, "Kaps", kaps(), 2.0, &[2, 3, 4]),
        (13, "Kaps", kaps(), 2.0, &[1, 2]),
        (13, "Kaps", kaps(), 3.0, &[2, 3]),
    ];
    for (expected, name, problem, end, counts) in runs {
        let rtol = if name == "Kaps" { 1e-11 } else { 1e-12 };
        let error = |n: &u32| (f64::from(*n), end_error(&problem, (Method::Radau, expected, rtol), end, *n));
        let points: Vec<_> = counts.iter().map(error).collect();
        let order = order(&points);
        println!("Radau {expected} on {name}: order {order:.3}, {points:?}");
        assert!((order - f64::from(expected)).abs() < 0.25, "Radau {expected} on {name}: {order}");
    }
}

#[test]
fn dense_output_has_a_local_error_of_its_order_and_one() {
    for (method, order_of_it, dense, _) in ORDERS {
        for (name, problem) in [("bell", bell()), ("spiral", spiral())] {
            for (s, order) in dense_orders((method, order_of_it, 1e-12), (name, &problem), &[48.0, 64.0, 96.0, 128.0]) {
                assert!((order - dense - 1.0).abs() < 0.25, "{method:?} on {name} at {s}: {order}");
            }
        }
    }
    for (s, order) in dense_orders((Method::Radau, 9, 1e-12), ("spiral", &spiral()), &[12.0, 14.0, 16.0]) {
        assert!((order - 7.0).abs() < 0.25, "Radau 9 at {s}: {order}");
    }
    // before rounding shows, the error still falls faster than its order 8 makes it
    for (s, order) in dense_orders((Method::Radau, 13, 1e-12), ("spiral", &spiral()), &[3.0, 4.0, 6.0]) {
        assert!(order > 8.75 && order < 10.5, "Radau 13 at {s}: {order}");
    }
}

/// For several parts s of a step, the order by which the error of dense output falls there in single steps of 1 / n.
fn dense_orders(
    method: Pinned,
    (name, (system, exact)): (&str, &(Written, fn(f64) -> Vec<f64>)),
    counts: &[f64],
) -> [(f64, f64); 5] {
    let start = 0.5;
    [0.2, 0.35, 0.5, 0.65, 0.8].map(|s| {
        let error = |n: &f64| {
            let h = 1.0 / n;
            let mut solver = Solver::new(system.shape(), &fixed(method, h), start, &exact(start)).unwrap();
            solver.advance(system, &[], 10.0).unwrap();
            let t = start + s * h;
            let mut row = exact(t);
            solver.interpolate(t, &mut row);
            (*n, distance(&row, &exact(t)))
        };
        let points: Vec<_> = counts.iter().map(error).collect();
        let order = order(&points);
        println!("{method:?} on {name} at {s} of the step: order {order:.3}, {points:?}");
        (s, order)
    })
}

/// Prothero & Robinson 1974: y' = -stiffness (y - g) + g' with g = 10 - (10 + t) e^-t, as Steinebach 2023 has it.
fn prothero_robinson(stiffness: f64) -> (Written, fn(f64) -> Vec<f64>) {
    fn g(t: f64) -> f64 {
        10.0 - (10.0 + t) * (-t).exp()
    }
    fn slope(t: f64) -> f64 {
        (9.0 + t) * (-t).exp()
    }
    let rhs = move |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -stiffness * (y[0] - g(t)) + slope(t);
        Ok(())
    };
    let curve = |t: f64| -(8.0 + t) * (-t).exp();
    let dfdt = move |t: f64, _: &[f64], d: &mut [f64]| d[0] = stiffness * slope(t) + curve(t);
    (Written::new(1, rhs, move |_, _, j| j[0] = -stiffness).forced(dfdt), |t| vec![g(t)])
}

/// The method's error is bounded by C h^4 with one C for all stiffnesses, and by C h^4 / z for z = h stiffness
/// (Scholz 1989): at one stiffness that is C h^3 / stiffness once z is large, at errors far below those of a
/// soft problem. Order 4 therefore shows in the largest error over all stiffnesses, and at constant z.
#[test]
fn prothero_robinson_keeps_order_four() {
    let counts = [4, 6, 8, 12, 16, 24, 32, 48, 64];
    let largest = |n: u32| {
        let stiffnesses = (0..=12).map(|k| 10_f64.powf(f64::from(k) / 2.0));
        stiffnesses.map(|s| end_error(&prothero_robinson(s), (Method::Rodas5P, 5, 1e-6), 2.0, n)).fold(0.0, f64::max)
    };
    let points = counts.map(|n| (f64::from(n), largest(n)));
    let uniform = order(&points);
    println!("Prothero-Robinson, stiffness 1 to 1e6: order {uniform:.3}, {points:?}");
    assert!(uniform >= 4.0, "{uniform}");

    let points = [4, 6, 8, 12]
        .map(|n| (f64::from(n), end_error(&prothero_robinson(5e5 * f64::from(n)), (Method::Rodas5P, 5, 1e-6), 2.0, n)));
    let stiff = order(&points);
    println!("Prothero-Robinson, z = 1e6: order {stiff:.3}, {points:?}");
    assert!(stiff >= 4.0, "{stiff}");

    let points = counts.map(|n| (f64::from(n), end_error(&prothero_robinson(1e6), (Method::Rodas5P, 5, 1e-6), 2.0, n)));
    println!("Prothero-Robinson, stiffness 1e6: order {:.3}, {points:?}", order(&points[..6]));
    for (n, error) in points {
        let h = 2.0 / n;
        assert!(error <= 1e-6 * h.powi(4), "C h^4 with a C below that of soft problems: {error:e} at h = {h}");
    }
}

/// The order of Radau IIA with s stages falls to s over all stiffnesses; at constant, large z the error is C h^(s + 1) / z
/// (Hairer & Wanner II, IV.15).
#[test]
fn prothero_robinson_reduces_radau_to_its_stages() {
    for (order_of_it, stages, counts) in [(5, 3.0, &[4, 6, 8, 12, 16, 24, 32][..]), (9, 5.0, &[2, 3, 4, 6, 8])] {
        let method = (Method::Radau, order_of_it, 1e-12);
        let largest = |n: &u32| {
            let stiffnesses = (0..=12).map(|k| 10_f64.powf(f64::from(k) / 2.0));
            let errors = stiffnesses.map(|s| end_error(&prothero_robinson(s), method, 2.0, *n));
            (f64::from(*n), errors.fold(0.0, f64::max))
        };
        let points: Vec<_> = counts.iter().map(largest).collect();
        let uniform = order(&points);
        println!("Radau {order_of_it}, stiffness 1 to 1e6: order {uniform:.3}, {points:?}");
        assert!(uniform >= stages - 0.25, "{uniform}");
        let at_z = |n: &u32| (f64::from(*n), end_error(&prothero_robinson(500.0 * f64::from(*n)), method, 2.0, *n));
        let points: Vec<_> = counts[..4].iter().map(at_z).collect();
        let stiff = order(&points);
        println!("Radau {order_of_it}, z = 1e3: order {stiff:.3}, {points:?}");
        assert!(stiff >= stages + 0.75, "{stiff}");
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
        for (method, rtol) in
            [1e-4, 1e-6, 1e-8].into_iter().flat_map(|rtol| Method::ALL.iter().map(move |method| (*method, rtol)))
        {
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
