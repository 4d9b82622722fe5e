//! Radau IIA by its orders: 5, 9 and 13 for 3, 5 and 7 stages, less where stiffness takes them and inside a step.

mod common;

use common::smooth::{self, Smooth, bell, distance, kaps, mute, order, prothero_robinson, spiral};
use homeostat::solver::{Method, OdeSystem, Options, Solver, StepSize, Tolerance};

/// Steps of one order and length; 0.03 of the tolerance is what Newton's iterations may leave, less than the errors looked at.
fn fixed(order: u32, rtol: f64, h: f64) -> Options {
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(rtol));
    options.method = Method::Radau;
    options.orders = Some((order, order));
    options.step = StepSize::Fixed(h);
    options
}

/// The number of steps with the error at `end`.
fn point(problem: &Smooth, (order, rtol): (u32, f64), end: f64, n: u32) -> (f64, f64) {
    let options = fixed(order, rtol, end / f64::from(n));
    (f64::from(n), smooth::end_error(problem, &options, end, n))
}

/// Orders 9 and 13 show in few large steps, before rounding does.
#[test]
fn fixed_steps_converge_with_each_order() {
    let runs = [
        (5, "bell", bell(), 1e-12, 2.0, &[32, 48, 64, 96, 128][..]),
        (5, "spiral", spiral(), 1e-9, 2.0, &[32, 48, 64, 96, 128]),
        (5, "Kaps", kaps(), 1e-12, 1.0, &[32, 48, 64, 96, 128]),
        (9, "spiral", spiral(), 1e-12, 2.0, &[12, 16, 20]),
        (9, "Kaps", kaps(), 1e-11, 2.0, &[2, 3, 4]),
        (13, "Kaps", kaps(), 1e-11, 2.0, &[1, 2]),
        (13, "Kaps", kaps(), 1e-11, 3.0, &[2, 3]),
    ];
    for (expected, name, problem, rtol, end, counts) in runs {
        let points: Vec<_> = counts.iter().map(|n| point(&problem, (expected, rtol), end, *n)).collect();
        let order = order(&points);
        println!("Radau {expected} on {name}: order {order:.3}, {points:?}");
        assert!((order - f64::from(expected)).abs() < 0.25, "Radau {expected} on {name}: {order}");
    }
}

/// s + 1 for s stages, and one more for the error of a single step.
#[test]
fn dense_output_has_a_local_error_of_its_order_and_one() {
    let large = [48.0, 64.0, 96.0, 128.0];
    let runs = [
        (5, "bell", bell(), &large[..], 4.75..5.25),
        (5, "spiral", spiral(), &large, 4.75..5.25),
        (9, "spiral", spiral(), &[12.0, 14.0, 16.0], 6.75..7.25),
        // before rounding shows, the error still falls faster than its order 8 makes it
        (13, "spiral", spiral(), &[3.0, 4.0, 6.0], 8.75..10.5),
    ];
    for (method, name, problem, counts, expected) in runs {
        for s in [0.2, 0.35, 0.5, 0.65, 0.8] {
            let points: Vec<_> = counts.iter().map(|n| (*n, error_inside(&problem, method, s, 1.0 / n))).collect();
            let order = order(&points);
            println!("Radau {method} on {name} at {s} of the step: order {order:.3}, {points:?}");
            assert!(expected.contains(&order), "Radau {method} on {name} at {s}: {order}");
        }
    }
}

/// The error of dense output at the part s of a single step.
fn error_inside((system, exact): &Smooth, order: u32, s: f64, h: f64) -> f64 {
    let start = 0.5;
    let mut solver = Solver::new(system.shape(), &fixed(order, 1e-12, h), start, &exact(start)).unwrap();
    solver.advance(system, &[], 10.0).unwrap();
    let t = start + s * h;
    let mut row = exact(t);
    solver.interpolate(&mute(row.len()), t, &mut row);
    distance(&row, &exact(t))
}

/// The order of Radau IIA with s stages falls to s over all stiffnesses; at constant, large z the error is C h^(s + 1) / z
/// (Hairer & Wanner II, IV.15).
#[test]
fn prothero_robinson_reduces_orders_to_the_stages() {
    for (expected, stages, counts) in [(5, 3.0, &[4, 6, 8, 12, 16, 24, 32][..]), (9, 5.0, &[2, 3, 4, 6, 8])] {
        let run = |stiffness: f64, n: u32| point(&prothero_robinson(stiffness), (expected, 1e-12), 2.0, n);
        let largest = |n: &u32| {
            let stiffnesses = (0..=12).map(|k| 10_f64.powf(f64::from(k) / 2.0));
            (f64::from(*n), stiffnesses.map(|stiffness| run(stiffness, *n).1).fold(0.0, f64::max))
        };
        let points: Vec<_> = counts.iter().map(largest).collect();
        let uniform = order(&points);
        println!("Radau {expected}, stiffness 1 to 1e6: order {uniform:.3}, {points:?}");
        assert!(uniform >= stages - 0.25, "{uniform}");
        let points: Vec<_> = counts[..4].iter().map(|n| run(500.0 * f64::from(*n), *n)).collect();
        let stiff = order(&points);
        println!("Radau {expected}, z = 1e3: order {stiff:.3}, {points:?}");
        assert!(stiff >= stages + 0.75, "{stiff}");
    }
}
