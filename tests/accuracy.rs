//! What the errors of runs are worth: delivered error over the tolerance asked for, of every method on every small problem.
//!
//! `tests/golden/accuracy.csv` holds the ratios; one that grows by more than [`CELL`], or the ratios of one method on one problem
//! together by more than [`ROW`], fail. To renew it on purpose:
//! `HOMEOSTAT_RENEW=1 cargo test --test accuracy`, and a line in CHANGELOG.md that says why.
//! `cargo test --test accuracy -- --nocapture` prints the tables of docs/accuracy.md.

mod common;

use common::oscillators::{self, LOTKA_VOLTERRA, VAN_DER_POL, lotka_volterra, van_der_pol};
use common::problems::{Problem, e5, hires, orego, pollu, rober, vdpol};
use homeostat::solver::{Invariant, Method, Options, Tolerance, solve};
use std::path::Path;

/// A ratio is below its golden value times this. Another rounding of step lengths alone has moved single ratios by 4.5 (BDF on
/// OREGO), and rows by 1.7.
const CELL: f64 = 5.0;
/// The geometric mean of a row is below that of its golden values times this; so are the misses below.
const ROW: f64 = 2.0;
/// The error of a one-step method of order 4 or more is at most so many times rtol.
const MOST: f64 = 10.0;
/// Of the others the slope of log error over log rtol lies within. (Backward differentiation is held against its peers in
/// tests/bdf.rs; no other code here has a method of the family of rodas3 or ros34pw2.)
const SLOPES: std::ops::RangeInclusive<f64> = 0.8..=1.2;

/// Cells that miss their bound, with their ratio: shown, not excused. None may get worse by more than [`ROW`].
const MISSES: &[(&str, Method, i32, f64)] = &[
    // at the loosest tolerance, by a little
    ("OREGO", Method::Rodas4, 3, 10.3),
    ("van der Pol", Method::Radau, 9, 13.0),
    ("Lotka-Volterra", Method::Dopri5, 3, 10.8),
];

/// Digits of the tolerances: 1e-3, ..., 1e-9.
const DIGITS: std::ops::RangeInclusive<i32> = 3..=9;

/// Ratios of one method on one problem, by tolerance.
struct Row {
    problem: &'static str,
    method: Method,
    ratios: Vec<f64>,
}

fn options(method: Method, rtol: f64, s: f64) -> Options {
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(s * rtol));
    options.method = method;
    options
}

/// The largest `|y - ref| / (|ref| + s)` over 20 times and all components, over rtol; infinite for a run that fails.
fn ratio(problem: &Problem, rows: &[Vec<f64>], method: Method, rtol: f64) -> f64 {
    let times: Vec<f64> = std::iter::once(0.0).chain(rows.iter().map(|r| r[0])).collect();
    let Ok(solution) = solve(problem, &[], &problem.y0, &times, &options(method, rtol, problem.s)) else {
        return f64::INFINITY;
    };
    let mut worst: f64 = 0.0;
    for (row, reference) in solution.rows[1..].iter().zip(rows) {
        for (y, r) in row.iter().zip(&reference[1..]) {
            worst = worst.max((y - r).abs() / (r.abs() + problem.s));
        }
    }
    worst / rtol
}

/// The ratios of a method on all stiff problems; on a thread of its own, since the methods take seconds together.
fn stiff(method: Method, shared: &Path) -> Vec<Row> {
    // the sums that networks of these reactions are known to keep
    let (mut rober, mut hires) = (rober(), hires());
    rober.shape.invariants = vec![Invariant::new([(0, 1.0), (1, 1.0), (2, 1.0)])];
    hires.shape.invariants = vec![Invariant::new([(6, 1.0), (7, 1.0)])];
    let problems: [(&'static str, Problem); 6] =
        [("ROBER", rober), ("OREGO", orego()), ("HIRES", hires), ("VDPOL", vdpol()), ("E5", e5()), ("POLLU", pollu())];
    let row = |(name, problem): &(&'static str, Problem)| {
        let rows = common::reference(name, shared);
        let ratios = DIGITS.map(|digits| ratio(problem, &rows, method, 10_f64.powi(-digits))).collect();
        Row { problem: name, method, ratios }
    };
    problems.iter().map(row).collect()
}

/// The ratios on problems that are not stiff, against values of 25 digits.
fn not_stiff(method: Method) -> Vec<Row> {
    let problems = [
        ("Lotka-Volterra", lotka_volterra(), [10.0, 1.0], LOTKA_VOLTERRA),
        ("van der Pol", van_der_pol(1.0), [2.0, 0.0], VAN_DER_POL),
    ];
    let row = |(name, system, y0, rows): &(&'static str, common::written::Written, [f64; 2], oscillators::Rows)| {
        let times: Vec<f64> = std::iter::once(0.0).chain(rows.iter().map(|r| r.0)).collect();
        let ratio = |digits: i32| {
            let rtol = 10_f64.powi(-digits);
            let solution = solve(system, &[], y0, &times, &options(method, rtol, 1.0));
            solution.map_or(f64::INFINITY, |solution| oscillators::error(&solution, rows, rtol))
        };
        Row { problem: name, method, ratios: DIGITS.map(ratio).collect() }
    };
    problems.iter().map(row).collect()
}

fn measure(shared: &Path) -> Vec<Row> {
    std::thread::scope(|scope| {
        let runs: Vec<_> = Method::ALL
            .iter()
            .map(|&method| {
                scope.spawn(move || {
                    let mut rows = if method.is_explicit() { Vec::new() } else { stiff(method, shared) };
                    rows.extend(not_stiff(method));
                    rows
                })
            })
            .collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    })
}

/// Whether errors are to be within [`MOST`]: one-step methods of order 4 and more.
fn is_bounded(method: Method) -> bool {
    method != Method::Bdf && method.orders()[0] >= 4
}

/// The slope of log error over log rtol, by least squares.
fn slope(row: &Row) -> f64 {
    let points: Vec<(f64, f64)> =
        DIGITS.zip(&row.ratios).map(|(d, r)| (-f64::from(d), r.log10() - f64::from(d))).collect();
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let products: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    products / points.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}

/// The tables of docs/accuracy.md.
fn print(rows: &[Row]) {
    for method in Method::ALL {
        println!(
            "\n| {} | {} slope |",
            method.name(),
            DIGITS.map(|d| format!("1e-{d} |")).collect::<Vec<_>>().join(" ")
        );
        println!("|---|{}---|", DIGITS.map(|_| "---|").collect::<String>());
        for row in rows.iter().filter(|row| row.method == *method) {
            let cells: String = row.ratios.iter().map(|r| format!(" {} |", short(*r))).collect();
            println!("| {} |{cells} {:.2} |", row.problem, slope(row));
        }
    }
}

/// Two digits.
fn short(ratio: f64) -> String {
    if (0.01..100.0).contains(&ratio) {
        format!(
            "{:.*}",
            if ratio < 0.1 {
                3
            } else if ratio < 1.0 {
                2
            } else {
                usize::from(ratio < 10.0)
            },
            ratio
        )
    } else {
        format!("{ratio:.1e}")
    }
}

/// The geometric mean.
fn mean(ratios: &[f64]) -> f64 {
    10_f64.powf(ratios.iter().map(|r| r.log10()).sum::<f64>() / ratios.len() as f64)
}

/// What grew against the golden table.
fn grown(rows: &[Row]) -> Vec<String> {
    let path = format!("{}/tests/golden/accuracy.csv", env!("CARGO_MANIFEST_DIR"));
    let columns = format!("problem,method,{}", DIGITS.map(|d| format!("1e-{d}")).collect::<Vec<_>>().join(","));
    if std::env::var_os("HOMEOSTAT_RENEW").is_some() {
        let line = |row: &Row| {
            let ratios: Vec<String> = row.ratios.iter().map(|r| format!("{r:.1e}")).collect();
            format!("{},{},{}\n", row.problem, row.method.name(), ratios.join(","))
        };
        std::fs::write(&path, format!("{columns}\n{}", rows.iter().map(line).collect::<String>())).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    assert_eq!(golden.lines().next(), Some(&columns[..]));
    let mut faults = Vec::new();
    for row in rows {
        let name = format!("{},{},", row.problem, row.method.name());
        let line = golden.lines().find_map(|line| line.strip_prefix(&name));
        let line = line.unwrap_or_else(|| panic!("{name} has no golden row"));
        let golden: Vec<f64> = line.split(',').map(|x| x.parse().unwrap()).collect();
        let name = name.replace(',', " ");
        for ((digits, now), was) in DIGITS.zip(&row.ratios).zip(&golden) {
            if *now > CELL * was {
                faults.push(format!("{name}at 1e-{digits}: {was} -> {now:.2}"));
            }
        }
        let (now, was) = (mean(&row.ratios), mean(&golden));
        if now > ROW * was {
            faults.push(format!("{name}over all tolerances: {was:.2} -> {now:.2}"));
        }
    }
    faults
}

/// What misses the bounds of its kind of method without standing in the lists, or stands there and became worse.
fn missed(rows: &[Row]) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows.iter().filter(|row| is_bounded(row.method)) {
        for (digits, ratio) in DIGITS.zip(&row.ratios) {
            let listed = MISSES.iter().find(|m| (m.0, m.1, m.2) == (row.problem, row.method, digits));
            if *ratio > listed.map_or(MOST, |miss| ROW * miss.3) {
                faults.push(format!("({:?}, Method::{:?}, {digits}, {ratio:.1}),", row.problem, row.method));
            }
        }
    }
    for row in rows.iter().filter(|row| !is_bounded(row.method)) {
        let slope = slope(row);
        if !SLOPES.contains(&slope) {
            faults.push(format!("({:?}, Method::{:?}, {slope:.2}),", row.problem, row.method));
        }
    }
    faults
}

#[test]
fn errors_follow_the_tolerance() {
    let Some(shared) = common::shared("errors_follow_the_tolerance") else { return };
    let rows = measure(&shared);
    print(&rows);
    let faults = [missed(&rows), grown(&rows)].concat();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
