//! Runs, their errors against the reference, and thread-CPU time, best of many.

use crate::arguments::Arguments;
use crate::codes::Outcome;
use crate::problems::Facts;
use crate::reference::Reference;
use crate::results::Row;

/// Relative tolerances of all codes: 1e-3 to 1e-10 in half decades.
pub fn grid() -> impl Iterator<Item = f64> {
    (6..=20).map(|half| 10f64.powf(-f64::from(half) / 2.0))
}

/// A problem with its reference, about to be run.
pub struct Bench<'a> {
    pub arguments: &'a Arguments,
    pub facts: &'a Facts,
    pub reference: &'a Reference,
}

impl Bench<'_> {
    /// Runs a code over the grid of tolerances.
    pub fn rows(&self, code: &str, method: &str, run: &dyn Fn(f64) -> Outcome) -> Vec<Row> {
        let rows: Vec<Row> = grid().map(|rtol| self.row(code, method, rtol, run)).collect();
        let failed = rows.iter().filter(|row| row.error.is_infinite()).count();
        eprintln!("{} {code} {method}: {} runs, {failed} failed", self.facts.name, rows.len());
        rows
    }

    fn row(&self, code: &str, method: &str, rtol: f64, run: &dyn Fn(f64) -> Outcome) -> Row {
        let begun = thread_seconds();
        let first = run(rtol);
        let first_seconds = thread_seconds() - begun;
        let mut row = Row {
            problem: self.facts.name.to_string(),
            code: code.to_string(),
            method: method.to_string(),
            rtol,
            error: f64::INFINITY,
            microseconds: 0.0,
            steps: 0,
            note: String::new(),
        };
        match first {
            Err(note) => row.note = note.replace([',', '\n'], ";"),
            Ok(found) => {
                let [error, at_end] = self.reference.errors(&found.rows, &self.facts.scales);
                row.error = error;
                row.steps = found.steps;
                row.note = Row::note_at_end(at_end);
                row.microseconds = 1e6 * self.least_seconds(first_seconds, &|| drop(run(rtol)));
            }
        }
        row
    }

    /// The least time of many runs, the first of which is known already. Of runs longer than half a second one is enough.
    fn least_seconds(&self, first: f64, run: &dyn Fn()) -> f64 {
        let (begun, mut least, mut count) = (thread_seconds(), first, 1);
        while first < 0.5 && (count < 4 || thread_seconds() - begun < self.arguments.patience && count < 10_000) {
            least = least.min(seconds(run).0);
            count += 1;
        }
        least
    }
}

/// The thread-CPU time that something takes, and what it gives.
pub fn seconds<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let begun = thread_seconds();
    let result = act();
    (thread_seconds() - begun, result)
}

fn thread_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a timespec
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}
