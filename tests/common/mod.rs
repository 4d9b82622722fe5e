//! What several tests share: where the reference data lie, and stiff problems as hand-written structs.
#![allow(dead_code, reason = "each test uses its own part")]

pub mod problems;
pub mod source;
pub mod written;

use std::path::PathBuf;

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
    println!("skipped: {test} (no reference data beside the project)");
    None
}

/// Rows of numbers of a CSV file whose first line is a header.
pub fn table(text: &str) -> Vec<Vec<f64>> {
    text.lines().skip(1).map(|line| line.split(',').map(|x| x.parse().unwrap()).collect()).collect()
}
