//! The file of results, and what it costs to reach an error.

use crate::measure::{Bench, Row};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Writes `problem,code,method,rtol,error,microseconds,accepted_steps,note`, a row a run.
pub fn write(bench: &Bench, rows: &[Row]) {
    let mut text = String::new();
    for (name, value) in [
        ("commit", std::env::var("PEERS_COMMIT").unwrap_or_else(|_| "unknown".into())),
        ("processor", processor()),
        ("command", "benches/peers/run".into()),
    ] {
        let _ = writeln!(text, "# {name}: {value}");
    }
    text += "problem,code,method,rtol,error,microseconds,accepted_steps,note\n";
    for row in rows {
        let Row { problem, code, method, rtol, error, microseconds, steps, note, .. } = row;
        let _ = writeln!(text, "{problem},{code},{method},{rtol:.3e},{error:.3e},{microseconds:.1},{steps},{note}");
    }
    std::fs::write(&bench.out, text).unwrap_or_else(|error| panic!("{}: {error}", bench.out.display()));
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    model.and_then(|line| line.split(':').nth(1)).map_or("unknown".into(), |name| name.trim().to_string())
}

/// The cheapest run such that it and all its tighter runs have an error of at most `most`.
fn cost<'a>(rows: impl DoubleEndedIterator<Item = &'a Row>, most: f64, error: fn(&Row) -> f64) -> Option<f64> {
    let good = rows.rev().take_while(|row| error(row) <= most);
    good.map(|row| row.microseconds).min_by(f64::total_cmp)
}

/// Prints the cost to reach 1e-4, 1e-6 and 1e-8 by problem and code.
pub fn print_costs(rows: &[Row]) {
    let mut groups: BTreeMap<(&str, String), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.problem, format!("{} {}", row.code, row.method))).or_default().push(row);
    }
    println!("{:8} {:42} {:>10} {:>10} {:>10} {:>14}", "problem", "code", "1e-4", "1e-6", "1e-8", "1e-6 at end");
    for ((problem, code), rows) in &groups {
        let show = |cost: Option<f64>| cost.map_or("-".into(), |cost| format!("{cost:.0}"));
        let all = [1e-4, 1e-6, 1e-8].map(|most| show(cost(rows.iter().copied(), most, |row| row.error)));
        let end = show(cost(rows.iter().copied(), 1e-6, |row| row.end_error));
        println!("{problem:8} {code:42} {:>10} {:>10} {:>10} {end:>14}", all[0], all[1], all[2]);
    }
}
