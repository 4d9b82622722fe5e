//! Linear systems whose sparsity is known beforehand.
//!
//! [`Pattern`] says where entries are and, where there is one, what the mass matrix is. [`StaticLu`] and [`ComplexLu`]
//! eliminate in an order fixed once, without pivoting but watched; [`Dense`] pivots, and so does sparse factorisation
//! (feature `sparse`). [`LinearSolver`] and [`ComplexSolver`] choose by a stated rule ([`LinearAlgebra`]) and put pivoting
//! behind static elimination. A [`Template`] says how a pattern repeats: what repeats is eliminated by one piece of code.

mod bordered;
mod bordered_lu;
mod choice;
mod colouring;
mod dense;
mod elimination;
mod field;
mod lu;
mod matching;
#[cfg(not(feature = "sparse"))]
mod no_sparse;
mod number;
mod ordering;
mod pattern;
mod reduction;
mod solver;
#[cfg(feature = "sparse")]
mod sparse;
mod template;
#[cfg(test)]
mod tests;

pub(crate) use bordered::Bordered;
pub use choice::{LinearAlgebra, Refusal};
pub(crate) use colouring::ColumnGroup;
pub use dense::Dense;
pub use lu::{ComplexLu, StaticLu};
#[cfg(not(feature = "sparse"))]
use no_sparse as sparse;
pub use number::Number;
pub use ordering::markowitz;
pub use pattern::Pattern;
pub(crate) use reduction::Factored;
pub use solver::{ComplexSolver, LinearSolver, Singular, WatchedSolver};
pub(crate) use template::Layout;
pub use template::{Group, Template};
