//! What a network does, rather than how it moves: its balance and what holds it.

mod newton;
mod steady;

pub use newton::{FlatDirection, Settle};
pub use steady::{ConservedTotal, SteadyState};
