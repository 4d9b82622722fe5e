//! Linear systems whose sparsity is known beforehand.
//!
//! [`Pattern`] says where entries are, [`StaticLu`] eliminates in an order fixed once, without
//! pivoting but watched, and [`LinearSolver`] puts a pivoted dense factorisation behind it.

mod dense;
mod elimination;
mod field;
mod lu;
mod matching;
mod ordering;
mod pattern;
mod solver;

pub use dense::Dense;
pub use lu::{ComplexLu, StaticLu};
pub use ordering::markowitz;
pub use pattern::Pattern;
pub use solver::{LinearSolver, Singular};
