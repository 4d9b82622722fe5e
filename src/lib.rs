//! homeostat
pub mod analysis;
pub mod component;
pub mod error;
pub mod expr;
pub mod law;
pub mod library;
pub mod linalg;
pub mod model;
pub mod network;
#[cfg(feature = "plot")]
pub mod plot;
pub mod program;
pub mod simulation;
pub mod solver;
pub mod system;
pub mod units;

pub use error::{Error, Problem, Severity};
