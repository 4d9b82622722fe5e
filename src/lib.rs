//! homeostat
pub mod component;
pub mod error;
pub mod expr;
pub mod law;
pub mod linalg;
pub mod network;
pub mod program;
pub mod solver;
pub mod system;
pub mod units;
pub use error::{Error, Problem, Severity};
