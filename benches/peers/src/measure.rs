//! Errors against the reference and thread-CPU time, best of many.

use crate::codes::Outcome;
use crate::problems::Problem;
use std::path::PathBuf;

/// What is run, and against what.
pub struct Bench {
    /// Reference trajectories: problem, time, state.
    references: String,
    /// Where results go.
    pub out: PathBuf,
    /// Built for the baseline instruction set: only this crate is measured.
    pub is_baseline: bool,
    /// Seconds spent on each run to find its best time.
    patience: f64,
}

/// States at times, to be believed.
pub struct Reference {
    pub times: Vec<f64>,
    states: Vec<Vec<f64>>,
}

/// A run of a code.
pub struct Row {
    pub problem: &'static str,
    pub code: &'static str,
    pub method: String,
    pub rtol: f64,
    /// Infinite for a run that failed.
    pub error: f64,
    /// As `error`, at the end alone.
    pub end_error: f64,
    pub microseconds: f64,
    pub steps: u64,
    pub note: String,
}

/// Relative tolerances of all codes: 1e-3 to 1e-10 in half decades.
pub fn grid() -> impl Iterator<Item = f64> {
    (6..=20).map(|half| 10f64.powf(-f64::from(half) / 2.0))
}

impl Bench {
    /// `peers REFERENCES OUT [--baseline] [--patience SECONDS]`
    pub fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let [references, out, rest @ ..] = &arguments[..] else {
            eprintln!("peers REFERENCES.csv OUT.csv [--baseline] [--patience SECONDS]");
            std::process::exit(2);
        };
        let patience = rest.iter().position(|a| a == "--patience").and_then(|i| rest.get(i + 1)?.parse().ok());
        let references = std::fs::read_to_string(references).unwrap_or_else(|error| {
            eprintln!("{references}: {error}");
            std::process::exit(1);
        });
        Bench {
            references,
            out: out.into(),
            is_baseline: rest.iter().any(|a| a == "--baseline"),
            patience: patience.unwrap_or(0.1),
        }
    }

    /// The rows of a problem in the reference file.
    pub fn reference<P: Problem>(&self) -> Reference {
        let (mut times, mut states) = (Vec::new(), Vec::new());
        for line in self.references.lines() {
            let mut cells = line.split(',');
            if cells.next() == Some(P::NAME) {
                let numbers: Vec<f64> = cells.map_while(|cell| cell.parse().ok()).collect();
                times.push(numbers[0]);
                states.push(numbers[1..=P::N].to_vec());
            }
        }
        assert!(!times.is_empty(), "{}: no reference", P::NAME);
        Reference { times, states }
    }

    /// Runs a code over the grid of tolerances.
    pub fn rows(
        &self,
        problem: &'static str,
        code: &'static str,
        method: &str,
        s: f64,
        reference: &Reference,
        run: &dyn Fn(f64) -> Outcome,
    ) -> Vec<Row> {
        let row = |rtol: f64| {
            let first = run(rtol);
            let row = |error, end_error, microseconds, steps, note| {
                let method = method.to_string();
                Row { problem, code, method, rtol, error, end_error, microseconds, steps, note }
            };
            match first {
                Err(note) => row(f64::INFINITY, f64::INFINITY, 0.0, 0, note.replace([',', '\n'], ";")),
                Ok(found) => {
                    let error = |rows: &[Vec<f64>], states: &[Vec<f64>]| worst(rows, states, s);
                    let last = reference.states.len() - 1;
                    let all = error(&found.rows, &reference.states);
                    let end = error(&found.rows[last..], &reference.states[last..]);
                    row(all, end, self.time(&|| drop(run(rtol))), found.steps, String::new())
                }
            }
        };
        grid().map(row).collect()
    }

    /// The least thread-CPU time of many, in microseconds.
    fn time(&self, run: &dyn Fn()) -> f64 {
        let (begun, mut least, mut count) = (thread_seconds(), f64::INFINITY, 0);
        while count < 5 || (thread_seconds() - begun < self.patience && count < 10_000) {
            let start = thread_seconds();
            run();
            least = least.min(thread_seconds() - start);
            count += 1;
        }
        1e6 * least
    }
}

fn worst(rows: &[Vec<f64>], states: &[Vec<f64>], s: f64) -> f64 {
    let mut worst: f64 = 0.0;
    for (y, r) in rows.iter().flatten().zip(states.iter().flatten()) {
        let error = (y - r).abs() / (r.abs() + s);
        // a NaN is the worst
        worst = if error <= worst { worst } else { error };
    }
    if worst.is_nan() || rows.len() != states.len() { f64::INFINITY } else { worst }
}

fn thread_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a timespec
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}
