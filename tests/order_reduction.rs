//! What stiffness does to the order of each implicit method, on the problem of Prothero & Robinson (Math. Comp. 28 (1974)
//! 145), with fixed steps. `cargo test --test order_reduction -- --nocapture` prints the table of docs/accuracy.md.

mod common;

use common::smooth::{end_error, order, prothero_robinson};
use homeostat::solver::{Method, Options, StepSize, Tolerance};

/// A method held at one of its orders.
type Held = (Method, u32);

/// The error at t = 2 with n equal steps.
fn error(stiffness: f64, (method, order): Held, n: u32) -> f64 {
    // iterations are to leave little
    let mut options = Options::with_tolerances(1e-11, Tolerance::Same(1e-11));
    options.method = method;
    options.orders = Some((order, order));
    options.step = StepSize::Fixed(2.0 / f64::from(n));
    end_error(&prothero_robinson(stiffness), &options, 2.0, n)
}

/// The orders that show in the largest error over stiffnesses from 1 to 1e6, and at a large one.
fn found(held: Held, large: f64, counts: &[u32]) -> [f64; 2] {
    let largest = |n: u32| {
        let stiffnesses = (0..=12).map(|k| 10_f64.powf(f64::from(k) / 2.0));
        stiffnesses.map(|stiffness| error(stiffness, held, n)).fold(0.0, f64::max)
    };
    let over_all: Vec<_> = counts.iter().map(|&n| (f64::from(n), largest(n))).collect();
    let stiff: Vec<_> = counts.iter().map(|&n| (f64::from(n), error(large, held, n))).collect();
    println!("{held:?}: over all {over_all:?}, stiff {stiff:?}");
    [order(&over_all), order(&stiff)]
}

/// One-step methods with the order that their largest error over all stiffnesses falls with, and the one at a stiffness k much
/// larger than 1 / h, where the error is C h^order / k.
///
/// Both depend on the order q of the stages (Hairer & Wanner, Solving ODEs II, IV.15): with a stiffly accurate method they are
/// q + 1 and q. It is 1 for Rosenbrock methods that do not satisfy further conditions (Ostermann & Roche, SIAM J. Numer. Anal.
/// 30 (1993) 1084), s for Radau IIA with s stages, 2 for ESDIRK methods. Rodas5P satisfies the conditions of Scholz (BIT 29
/// (1989) 143) for order 4 over all; tests/solver_properties.rs looks closer.
const EXPECTED: [(Held, f64, f64); 8] = [
    ((Method::Rodas5P, 5), 4.0, 3.0),
    ((Method::Rodas4, 4), 2.0, 1.0),
    ((Method::Rodas3, 3), 2.0, 1.0),
    ((Method::Ros34Pw2, 3), 3.0, 2.0),
    ((Method::Esdirk54, 5), 3.0, 2.0),
    ((Method::Radau, 5), 4.0, 3.0),
    ((Method::Radau, 9), 6.0, 5.0),
    ((Method::Radau, 13), 8.0, 7.0),
];

#[test]
fn stiffness_reduces_orders_to_those_of_the_stages() {
    let mut faults = Vec::new();
    println!("| | order | over all stiffnesses | at a large one |\n|---|---|---|---|");
    for (held, over_all, stiff) in EXPECTED {
        let (large, counts): (f64, &[u32]) = match held {
            // the errors of these are soon those of rounding
            (Method::Radau, 9) => (1e3, &[4, 5, 6, 8]),
            (Method::Radau, 13) => (1e3, &[2, 3, 4]),
            // the parts of the error of order 2 and 4 cancel at about ten steps
            (Method::Rodas4, _) => (1e6, &[96, 128, 192, 256, 384]),
            _ => (1e6, &[8, 12, 16, 24, 32, 48, 64]),
        };
        let orders = found(held, large, counts);
        println!("| `{}` | {} | {:.2} | {:.2} |", held.0.name(), held.1, orders[0], orders[1]);
        // in so few steps the next order shows, too
        let most = if held == (Method::Radau, 13) { 0.75 } else { 0.25 };
        let is_off = |found: f64, expected: f64| found < expected - 0.25 || found > expected + most;
        if is_off(orders[0], over_all) || is_off(orders[1], stiff) {
            faults.push(format!("{held:?}: {orders:.2?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Backward differentiation keeps its order: it has no stages. A run begins with order 1, whose error stays where the problem is
/// soft, so that this is looked at where the past is forgotten soon.
#[test]
fn backward_differentiation_keeps_its_order() {
    let mut faults = Vec::new();
    for k in 1..=5 {
        let counts = [48, 56, 64, 80, 96];
        let points = counts.map(|n| (f64::from(n), error(1e3, (Method::Bdf, k), n)));
        let found = order(&points);
        println!("| `bdf` | {k} | | {found:.2} | {points:?}");
        if (found - f64::from(k)).abs() > 0.25 {
            faults.push(format!("order {k}: {found}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
