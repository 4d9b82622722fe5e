//! One file for each code. Each gives the states at the times asked for, and how many steps it took.

pub mod cvode;
pub mod differential_equations;
pub mod diffsol;
pub mod fortran;
pub mod homeostat;

/// What a run gives.
pub struct Run {
    /// A row for each time.
    pub rows: Vec<Vec<f64>>,
    pub steps: u64,
}

/// A run, or why there is none.
pub type Outcome = Result<Run, String>;
