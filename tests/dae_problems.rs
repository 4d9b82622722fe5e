//! Published differential-algebraic problems of index 1, against their reference values.

mod common;

use common::algebraic::{METHODS, distance, with_mass};
use common::written::Written;
use homeostat::solver::{Method, NonNegative, Options, Point, Reject, Tolerance, check_jacobian, solve};

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
    let text = std::fs::read_to_string(shared.join("reference/stiff-ivp-trajectories.csv")).unwrap();
    let rows: Vec<Vec<f64>> = text
        .lines()
        .filter_map(|line| line.strip_prefix("ROBER,"))
        .map(|line| line.split(',').filter(|x| !x.is_empty()).map(|x| x.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.len(), 20);
    let times: Vec<f64> = std::iter::once(0.0).chain(rows.iter().map(|row| row[0])).collect();
    for (method, tolerances) in [
        (Method::Rodas5P, &[1e-4, 1e-6, 1e-8][..]),
        (Method::Rodas4, &[1e-4, 1e-6]),
        (Method::Ros34Pw2, &[1e-4, 1e-6]),
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
