//! Differential-algebraic systems of index 1: `M y' = f` with a diagonal M that has zeros.

mod common;

use common::written::{Numbers, Written};
use homeostat::linalg::Pattern;
use homeostat::solver::{
    Advance, After, Direction, Executor, Failure, FailureKind, Invariant, Method, NonNegative, OdeSystem, Options,
    Point, Reject, Shape, Solver, StepSize, Tolerance, check_jacobian, solve,
};
use nalgebra::{DMatrix, DVector};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A system and its solution at a time.
type Known = (Written, fn(f64) -> Vec<f64>);

fn with_mass(mut system: Written, mass: &[f64]) -> Written {
    system.shape = system.shape.with_mass(mass.to_vec());
    system
}

/// 3 y' = -6 t z, 0 = z^2 - y^4 from 1: y = 1 / (1 + t^2), z = y^2.
fn bell() -> Known {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[-6.0 * t * y[1], y[1].powi(2) - y[0].powi(4)]);
        Ok(())
    };
    let jacobian = |t: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[0.0, -6.0 * t, -4.0 * y[0].powi(3), 2.0 * y[1]]);
    };
    let system = Written::new(2, rhs, jacobian).forced(|_, y, d| d.copy_from_slice(&[-6.0 * y[1], 0.0]));
    (with_mass(system, &[3.0, 0.0]), |t| {
        let y = 1.0 / (1.0 + t * t);
        vec![y, y * y]
    })
}

/// 0 = z^3 - y^6 before y' = y - z from 1/5: z = y^2, and y = 1 / (1 + 4 e^-t).
fn logistic() -> Known {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[y[0].powi(3) - y[1].powi(6), y[1] - y[0]]);
        Ok(())
    };
    let jacobian = |_: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[3.0 * y[0].powi(2), -6.0 * y[1].powi(5), -1.0, 1.0]);
    };
    (with_mass(Written::new(2, rhs, jacobian), &[0.0, 1.0]), |t| {
        let y = 1.0 / (1.0 + 4.0 * (-t).exp());
        vec![y * y, y]
    })
}

/// y' = z2 - z1 (1 + y^2) + y with 0 = z2 - y cos t in the row of z1 and 0 = z1 (1 + y^2) - y in that of z2: rows without a
/// diagonal entry. y = e^sin t.
fn swapped() -> Known {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        let square = 1.0 + y[0] * y[0];
        d.copy_from_slice(&[y[2] - y[1] * square + y[0], y[2] - y[0] * t.cos(), y[1] * square - y[0]]);
        Ok(())
    };
    // by rows: (0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)
    let jacobian = |t: f64, y: &[f64], j: &mut [f64]| {
        let (square, product) = (1.0 + y[0] * y[0], 2.0 * y[0] * y[1]);
        j.copy_from_slice(&[1.0 - product, -square, 1.0, -t.cos(), 1.0, product - 1.0, square]);
    };
    let mut system = Written::new(3, rhs, jacobian).forced(|t, y, d| d.copy_from_slice(&[0.0, y[0] * t.sin(), 0.0]));
    let entries = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];
    system.shape = Shape::new(Pattern::new(3, entries).unwrap()).forced().with_mass(vec![1.0, 0.0, 0.0]);
    (system, |t| {
        let y = t.sin().exp();
        vec![y, y / (1.0 + y * y), y * t.cos()]
    })
}

fn known() -> [(&'static str, Known); 3] {
    [("bell", bell()), ("logistic", logistic()), ("swapped", swapped())]
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The slope of log error over log n by least squares, turned round.
fn order(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(n, e)| (n.ln(), e.ln())).collect();
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    -mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2))
}

/// Methods for such systems, each with its order on them.
const ORDERS: [(Method, f64); 3] = [(Method::Rodas5P, 5.0), (Method::Rodas4, 4.0), (Method::Rodas3, 3.0)];

/// All methods for such systems.
const METHODS: [Method; 5] = [Method::Rodas5P, Method::Rodas4, Method::Rodas3, Method::Radau, Method::Bdf];

#[test]
fn fixed_steps_converge_with_the_order_of_the_method() {
    for (method, expected) in ORDERS {
        for (name, (system, exact)) in known() {
            let times = [4, 4, 8][ORDERS.iter().position(|(m, _)| *m == method).unwrap()];
            let points = [16, 24, 32, 48, 64].map(|n| {
                let n = f64::from(times * n);
                let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-6));
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

/// ROBER with the conserved sum in the place of its third equation.
fn robertson() -> Written {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
        d[1] = -d[0] - 3e7 * y[1] * y[1];
        d[2] = y[0] + y[1] + y[2] - 1.0;
        Ok(())
    };
    let jacobian = |_: f64, y: &[f64], j: &mut [f64]| {
        let (b, c) = (1e4 * y[2], 1e4 * y[1]);
        j.copy_from_slice(&[-0.04, b, c, 0.04, -b - 6e7 * y[1], -c, 1.0, 1.0, 1.0]);
    };
    with_mass(Written::new(3, rhs, jacobian), &[1.0, 1.0, 0.0])
}

#[test]
fn robertson_follows_its_reference() {
    let Some(shared) = common::shared("robertson_follows_its_reference") else { return };
    let rows = common::reference("ROBER", &shared);
    let times: Vec<f64> = std::iter::once(0.0).chain(rows.iter().map(|row| row[0])).collect();
    for (method, tolerances) in [
        (Method::Rodas5P, &[1e-4, 1e-6, 1e-8][..]),
        (Method::Rodas4, &[1e-4, 1e-6]),
        (Method::Esdirk54, &[1e-4, 1e-6, 1e-8]),
    ] {
        for &rtol in tolerances {
            let s = 1e-6;
            let mut options = Options::with_tolerances(rtol, Tolerance::Same(s * rtol));
            options.method = method;
            // y2 of the start is inconsistent: it follows
            let solution = solve(&robertson(), &[], &[1.0, 0.0, 0.5], &times, &options).unwrap();
            assert_eq!(solution.rows[0], [1.0, 0.0, 0.0]);
            let off = |(row, reference): (&Vec<f64>, &Vec<f64>)| {
                row.iter().zip(&reference[1..]).map(|(y, r)| (y - r).abs() / (r.abs() + s)).fold(0.0, f64::max)
            };
            let worst = solution.rows[1..].iter().zip(&rows).map(off).fold(0.0, f64::max);
            println!("{method:?}, rtol {rtol:e}: {:.2} rtol, {:?}", worst / rtol, solution.statistics);
            assert!(worst <= 10.0 * rtol, "{method:?}, rtol {rtol:e}: {worst:e}");
        }
    }
}

/// The transistor amplifier of the test set of Mazzia & Magherini (problem "transamp"), whose capacities couple pairs of
/// voltages: the voltage over each capacity is a state here, so that M is diagonal. States: v1 = u1 - u2, u2, u3, v2 = u4 - u5,
/// u5, u6, v3 = u7 - u8, u8.
fn amplifier() -> Written {
    const R: f64 = 9000.0;
    const R0: f64 = 1000.0;
    const SOURCE: f64 = 6.0;
    // what flows through a transistor at a voltage, and its slope
    fn flow(u: f64) -> [f64; 2] {
        [1e-6 * ((u / 0.026).exp() - 1.0), 1e-6 / 0.026 * (u / 0.026).exp()]
    }
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        let signal = 0.1 * (200.0 * std::f64::consts::PI * t).sin();
        let ([first, _], [second, _]) = (flow(y[1] - y[2]), flow(y[4] - y[5]));
        d[0] = (y[0] + y[1] - signal) / R0;
        d[1] = d[0] + (2.0 * y[1] - SOURCE) / R + 0.01 * first;
        d[2] = y[2] / R - first;
        d[3] = (y[3] + y[4] - SOURCE) / R + 0.99 * first;
        d[4] = d[3] + (2.0 * y[4] - SOURCE) / R + 0.01 * second;
        d[5] = y[5] / R - second;
        d[6] = (y[6] + y[7] - SOURCE) / R + 0.99 * second;
        d[7] = d[6] + y[7] / R;
        Ok(())
    };
    let jacobian = |_: f64, y: &[f64], j: &mut [f64]| {
        j.fill(0.0);
        let mut add = |i: usize, k: usize, value: f64| j[8 * i + k] += value;
        for (i, own) in [(0, 1.0 / R0), (3, 1.0 / R), (6, 1.0 / R)] {
            let next = if i == 6 { 1.0 / R } else { 2.0 / R };
            for (row, column) in [(i, i), (i, i + 1), (i + 1, i), (i + 1, i + 1)] {
                add(row, column, own);
            }
            add(i + 1, i + 1, next);
        }
        for base in [1, 4] {
            let [_, slope] = flow(y[base] - y[base + 1]);
            add(base + 1, base + 1, 1.0 / R);
            for (row, part) in [(base, 0.01), (base + 1, -1.0), (base + 2, 0.99), (base + 3, 0.99)] {
                add(row, base, part * slope);
                add(row, base + 1, -part * slope);
            }
        }
    };
    let dfdt = |t: f64, _: &[f64], d: &mut [f64]| {
        let omega = 200.0 * std::f64::consts::PI;
        d.fill(0.0);
        d[..2].fill(-0.1 * omega * (omega * t).cos() / R0);
    };
    let c = |k: f64| -1e-6 * k;
    with_mass(Written::new(8, rhs, jacobian).forced(dfdt), &[c(1.0), 0.0, c(2.0), c(3.0), 0.0, c(4.0), c(5.0), 0.0])
}

/// Against the end values of the test set, which SciPy's Radau gives to 13 digits, too, where the algebraic equations are
/// solved inside the right-hand side.
#[test]
fn the_transistor_amplifier_ends_where_the_test_set_says() {
    let expected = [
        -0.556_214_501_226_270_9e-2,
        3.006_522_471_903_042,
        2.849_958_788_608_128,
        2.926_422_536_206_241,
        2.704_617_865_010_554,
        2.761_837_778_393_145,
        4.770_927_631_616_772,
        1.236_995_868_091_548,
    ];
    let start = [-3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 6.0, 0.0];
    let wrong = check_jacobian(&amplifier(), &Point::new(1e-3, &[]), &start).unwrap();
    assert_eq!(wrong, []);
    for method in METHODS {
        for rtol in [1e-4, 1e-6] {
            let mut options = Options::with_tolerances(rtol, Tolerance::Same(rtol));
            options.method = method;
            let solution = solve(&amplifier(), &[], &start, &[0.0, 0.2], &options).unwrap();
            assert!(distance(&solution.rows[0], &start) < 1e-12, "the start is consistent");
            let y = &solution.rows[1];
            let u = [y[0] + y[1], y[1], y[2], y[3] + y[4], y[4], y[5], y[6] + y[7], y[7]];
            let error = distance(&u, &expected) / rtol;
            println!("{method:?}, rtol {rtol:e}: {error:.2} rtol, {:?}", solution.statistics);
            assert!(error < 20.0, "{method:?}, rtol {rtol:e}: {error}");
        }
    }
}

/// The chemical Akzo Nobel problem of the same test set ("chemakzo"): five reactions with a root of a concentration, and an
/// equilibrium.
fn akzo() -> Written {
    let (kla, ks, inflow) = (3.3, 115.83, 0.9 / 737.0);
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        if y[1] < 0.0 {
            return Err(Reject::Retry);
        }
        let root = y[1].sqrt();
        let r = [
            18.7 * y[0].powi(4) * root,
            0.58 * y[2] * y[3],
            0.58 / 34.4 * y[0] * y[4],
            0.09 * y[0] * y[3] * y[3],
            0.42 * y[5] * y[5] * root,
        ];
        d[0] = -2.0 * r[0] + r[1] - r[2] - r[3];
        d[1] = -0.5 * r[0] - r[3] - 0.5 * r[4] + kla * (inflow - y[1]);
        d[2] = r[0] - r[1] + r[2];
        d[3] = -r[1] + r[2] - 2.0 * r[3];
        d[4] = r[1] - r[2] + r[4];
        d[5] = ks * y[0] * y[3] - y[5];
        Ok(())
    };
    let jacobian = move |_: f64, y: &[f64], j: &mut [f64]| {
        j.fill(0.0);
        let root = y[1].sqrt();
        // each reaction: its derivatives by components, and what it changes
        type Reaction<'a> = (&'a [(usize, f64)], [f64; 5]);
        let reactions: [Reaction; 5] = [
            (&[(0, 74.8 * y[0].powi(3) * root), (1, 9.35 * y[0].powi(4) / root)], [-2.0, -0.5, 1.0, 0.0, 0.0]),
            (&[(2, 0.58 * y[3]), (3, 0.58 * y[2])], [1.0, 0.0, -1.0, -1.0, 1.0]),
            (&[(0, 0.58 / 34.4 * y[4]), (4, 0.58 / 34.4 * y[0])], [-1.0, 0.0, 1.0, 1.0, -1.0]),
            (&[(0, 0.09 * y[3] * y[3]), (3, 0.18 * y[0] * y[3])], [-1.0, -1.0, 0.0, -2.0, 0.0]),
            (&[(1, 0.21 * y[5] * y[5] / root), (5, 0.84 * y[5] * root)], [0.0, -0.5, 0.0, 0.0, 1.0]),
        ];
        for (slopes, changes) in reactions {
            for (column, slope) in slopes {
                (0..5).for_each(|row| j[6 * row + column] += changes[row] * slope);
            }
        }
        j[7] -= kla;
        (j[30], j[33], j[35]) = (ks * y[3], ks * y[0], -1.0);
    };
    with_mass(Written::new(6, rhs, jacobian), &[1.0, 1.0, 1.0, 1.0, 1.0, 0.0])
}

/// Against the end values of the test set, which SciPy's DOP853 gives to 13 digits, too, with the equilibrium put in.
#[test]
fn akzo_nobel_ends_where_the_test_set_says() {
    let expected = [
        0.115_079_492_066_170_2,
        0.120_383_147_156_771_5e-2,
        0.161_156_288_740_797_4,
        0.365_615_642_124_928_3e-3,
        0.170_801_088_526_440_4e-1,
        0.487_353_131_030_745_5e-2,
    ];
    let start = [0.444, 0.00123, 0.0, 0.007, 0.0, 0.0];
    assert_eq!(check_jacobian(&akzo(), &Point::new(0.0, &[]), &[0.3, 1e-3, 0.1, 5e-3, 1e-2, 0.2]).unwrap(), []);
    for method in METHODS {
        for rtol in [1e-4, 1e-6, 1e-8] {
            let mut options = Options::with_tolerances(rtol, Tolerance::Same(1e-4 * rtol));
            (options.method, options.non_negative) = (method, NonNegative::All);
            let solution = solve(&akzo(), &[], &start, &[0.0, 180.0], &options).unwrap();
            assert!((solution.rows[0][5] - 115.83 * 0.444 * 0.007).abs() < 1e-12, "the start is made consistent");
            let off = solution.rows[1].iter().zip(&expected).map(|(y, e)| (y - e).abs() / (e.abs() + 1e-4));
            let error = off.fold(0.0, f64::max) / rtol;
            println!("{method:?}, rtol {rtol:e}: {error:.2} rtol, {:?}", solution.statistics);
            assert!(error < 10.0, "{method:?}, rtol {rtol:e}: {error}");
        }
    }
}

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

#[test]
fn executors_and_snapshots_give_the_same_bits() {
    let (system, exact) = swapped();
    let run = |executor: Executor, put_aside: bool| {
        let mut options = Options::with_tolerances(1e-7, Tolerance::Same(1e-9));
        options.executor = executor;
        let mut solver = Solver::new(system.shape(), &options, 0.0, &exact(0.0)).unwrap();
        let mut states = Vec::new();
        while solver.t() < 5.0 {
            solver.advance(&system, &[], 5.0).unwrap();
            if put_aside {
                solver = Solver::resume(system.shape(), &solver.snapshot()).unwrap();
            }
            states.extend(solver.y().iter().map(|y| y.to_bits()));
        }
        states
    };
    let tape = run(Executor::Tape, false);
    assert!(tape == run(Executor::Native, false) && tape == run(Executor::Tape, true));
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
