//! What several tests share: where the reference data lie, and stiff problems as hand-written structs.
#![allow(dead_code, reason = "each test uses its own part")]

pub mod algebraic;
pub mod complex;
pub mod laws;
pub mod oscillators;
pub mod problems;
pub mod sbml;
pub mod short_run;
pub mod smooth;
pub mod source;
pub mod written;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Skipped tests of this test program.
static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// The folder of reference data that stands beside the project: `HOMEOSTAT_SHARED` or `../shared`.
/// Where it is missing the caller's test is skipped by name; a name that is set but missing fails.
pub fn shared(test: &str) -> Option<PathBuf> {
    if let Ok(named) = std::env::var("HOMEOSTAT_SHARED") {
        let path = PathBuf::from(named);
        assert!(path.is_dir(), "HOMEOSTAT_SHARED names {}, which is not a folder", path.display());
        return Some(path);
    }
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if beside.is_dir() {
        return Some(beside);
    }
    let count = 1 + SKIPPED.fetch_add(1, Ordering::Relaxed);
    // straight to the stream: what tests print through macros is shown only when they fail
    let note = format!("skipped ({count}): {test}, no reference data beside the project\n");
    std::io::stderr().write_all(note.as_bytes()).ok();
    None
}

/// Quadruple-precision values of a stiff problem: t, y1, ..., yn at 20 times.
pub fn reference(problem: &str, shared: &Path) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(shared.join("reference/stiff-ivp-trajectories.csv")).unwrap();
    let rows: Vec<Vec<f64>> = text
        .lines()
        .filter_map(|line| line.strip_prefix(&format!("{problem},")))
        .map(|line| line.split(',').filter(|x| !x.is_empty()).map(|x| x.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.len(), 20);
    rows
}

/// Rows of numbers of a CSV file whose first line is a header.
pub fn table(text: &str) -> Vec<Vec<f64>> {
    text.lines().skip(1).map(|line| line.split(',').map(|x| x.parse().unwrap()).collect()).collect()
}
