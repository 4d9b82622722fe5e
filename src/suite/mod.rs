//! The SBML Test Suite: runs a tree of its time-course cases and says where they differ.
//!
//! A case is a folder `NNNNN` with a model, `NNNNN-settings.txt` (times, columns, tolerances) and `NNNNN-results.csv`.
//! A tree holds such folders, in it or in `cases/`; an `index.csv` beside them (with columns `case`, `tier` and `model`) says
//! to which tier a case belongs and which file its model is. Without it the model is the one of the highest level and
//! version; other files of a folder are parts of it. A number passes where it differs from the one expected by no more than
//! `absolute + relative * |expected|` (the suite's own rule). Runs are made with default settings.
//!
//! ```no_run
//! let report = homeostat::suite::run("sbml-test-suite", Some("core"))?;
//! print!("{}", report.summary());
//! # Ok::<(), homeostat::Error>(())
//! ```

mod case;
mod table;

pub use case::{Case, Format, Verdict};

use crate::error::Error;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What became of all cases.
#[derive(Clone, Debug)]
pub struct Report {
    /// Each case with its verdict, in the order of their names.
    pub cases: Vec<(Case, Verdict)>,
}

/// Runs the cases of a tree, those of one `tier` alone if that is asked for, on as many threads as there are cores.
///
/// # Errors
/// Where the tree cannot be read or holds no case; what is wrong with a single case is its verdict.
pub fn run(tree: impl AsRef<Path>, tier: Option<&str>) -> Result<Report, Error> {
    run_through(tree, tier, Format::AsItIs)
}

/// As [`run`], but each model is made a network, written in a format and read again before it runs: what writing loses shows
/// as a difference.
///
/// # Errors
/// As [`run`].
pub fn run_through(tree: impl AsRef<Path>, tier: Option<&str>, format: Format) -> Result<Report, Error> {
    let cases = Case::find(tree.as_ref(), tier)?;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((case.clone(), case.run(format)));
        }
        done
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(Case, Verdict)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    // a case that a thread has taken down with it has no verdict yet
    for case in &cases {
        if !all.iter().any(|(done, _)| done == case) {
            all.push((case.clone(), Verdict::Broken("internal error: a panic; please report the model".to_string())));
        }
    }
    all.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    Ok(Report { cases: all })
}

impl Report {
    /// How many cases of a tier (of all, without one) came out so: passed, failed, refused or broken.
    pub fn counts(&self, tier: Option<&str>) -> [usize; 3] {
        let mut counts = [0; 3];
        for (_, verdict) in self.cases.iter().filter(|(case, _)| tier.is_none_or(|tier| case.tier == tier)) {
            counts[verdict.kind()] += 1;
        }
        counts
    }

    /// A line for each tier and one for all, after a line for each case that did not pass.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        let mut tiers: BTreeMap<&str, ()> = BTreeMap::new();
        for (case, verdict) in &self.cases {
            tiers.insert(&case.tier, ());
            if *verdict != Verdict::Passed {
                // a String takes everything
                let _ = writeln!(text, "{}: {verdict}", case.name);
            }
        }
        let lines = tiers.keys().map(|tier| (*tier, Some(*tier))).chain([("all", None)]);
        for (label, tier) in lines {
            let [passed, failed, refused] = self.counts(tier);
            let total = passed + failed + refused;
            let _ = writeln!(text, "{label}: {passed} of {total} passed, {failed} failed, {refused} refused");
        }
        text
    }

    /// A row a case: name, tier, verdict and what was said, as CSV.
    pub fn to_csv(&self) -> String {
        let mut text = "case,tier,verdict,message\n".to_string();
        for (case, verdict) in &self.cases {
            let word = ["passed", "failed", "refused"][verdict.kind()];
            let message = if *verdict == Verdict::Passed { String::new() } else { verdict.to_string() };
            let message = crate::simulation::csv_field(&message);
            let _ = writeln!(text, "{},{},{word},{message}", case.name, case.tier);
        }
        text
    }
}
