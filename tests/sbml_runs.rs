//! The cases of the SBML Test Suite, run with default settings, and the published models beside the project.

mod common;

use homeostat::model::sbml::Document;
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::suite::{self, Verdict};
use std::path::Path;

#[test]
fn all_cases_of_the_suite_pass() {
    let Some(shared) = common::shared("all_cases_of_the_suite_pass") else { return };
    let report = suite::run(shared.join("sbml-test-suite"), None).unwrap();
    println!("{}", report.summary());
    let wrong: Vec<String> = report
        .cases
        .iter()
        .filter(|(_, verdict)| !matches!(verdict, Verdict::Passed))
        .map(|(case, verdict)| format!("{}: {verdict}", case.name))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let [passed, ..] = report.counts(None);
    assert!(passed >= 1190, "{passed} passed");
}

/// A trajectory that another simulator computed at 1e-10: names, then rows, the time first.
fn reference(path: &Path) -> (Vec<String>, Vec<Vec<f64>>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let names = lines.next().unwrap().split(',').map(|name| name.trim_matches('"').to_string()).collect();
    let row = |line: &str| line.split(',').map(|cell| cell.parse().unwrap()).collect();
    (names, lines.map(row).collect())
}

/// The largest difference of each column over max(its range, 1e-3 of its largest magnitude), and the worst of them.
fn error(found: &[Vec<f64>], expected: &[Vec<f64>], columns: usize) -> (usize, f64) {
    let of_column = |c: usize| {
        let values = || expected.iter().map(|row| row[c + 1]);
        let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let scale = (high - low).max(1e-3 * low.abs().max(high.abs())).max(f64::MIN_POSITIVE);
        let difference = found.iter().zip(values()).map(|(row, wanted)| (row[c] - wanted).abs()).fold(0.0, f64::max);
        (c, difference / scale)
    };
    (0..columns).map(of_column).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

#[test]
fn published_models_run_as_another_simulator_says() {
    let Some(shared) = common::shared("published_models_run_as_another_simulator_says") else { return };
    let mut wrong = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(shared.join("models")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "xml")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let made = Document::read(path).and_then(|document| Simulation::new(&document.network()?));
        let simulation = match made {
            Ok(simulation) => simulation,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        let table = path.with_extension("csv");
        if !table.is_file() {
            println!("{name} loads");
            continue;
        }
        let (names, rows) = reference(&table);
        for (rtol, bound) in [(1e-8, 1e-5), (Settings::default().rtol, 1e-4)] {
            let run = Run {
                start: rows[0][0],
                selection: simulation.select(&names[1..].join(",")).unwrap(),
                steps: rows.len() - 1,
                settings: Settings::with_rtol(rtol),
                ..Run::until(rows.last().unwrap()[0])
            };
            match simulation.run(&run) {
                Ok(found) => {
                    let (column, error) = error(&found.rows, &rows, names.len() - 1);
                    println!("{name} at {rtol:e}: {error:.1e} ({})", names[column + 1]);
                    if error.is_nan() || error > bound {
                        wrong
                            .push(format!("{name} at {rtol:e}: {error:e} in {}, allowed {bound:e}", names[column + 1]));
                    }
                }
                Err(interrupted) => wrong.push(format!("{name} at {rtol:e}: {}", interrupted.error)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
