//! One file for each code. Each gives the states at the times asked for, and how many steps it took.

pub mod cvode;
pub mod differential_equations;
pub mod diffsol;
pub mod fortran;
pub mod homeostat;
pub mod russell;

/// What a run gives.
pub struct Run {
    /// A row for each time.
    pub rows: Vec<Vec<f64>>,
    pub steps: u64,
}

/// A run, or why there is none.
pub type Outcome = Result<Run, String>;

/// The most steps that a code may try.
const MOST_STEPS: usize = 1_000_000;

/// The times among `times` that lie after `after` and not after `end`.
fn within(times: &[f64], after: f64, end: f64) -> &[f64] {
    let from = times.partition_point(|t| *t <= after);
    let to = times.partition_point(|t| *t <= end);
    &times[from..to]
}
