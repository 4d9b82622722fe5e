//! Which linear algebra a pattern gets.

use super::{Pattern, sparse};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How linear systems are solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LinearAlgebra {
    /// By rule, the first that holds (`Static`, instance by instance, where the pattern has a
    /// [`Template`](super::Template)):
    /// 1. `Static` where its elimination takes at most 20 000 operations, as much as can be native code;
    /// 2. `Dense` where there are at most 4096 rows and the matrix is as good as full: elimination takes more than a quarter
    ///    of the `n^3 / 3` operations of a full one, or a quarter of its entries are there;
    /// 3. `Static` where elimination takes at most 4 000 000 operations;
    /// 4. none where so much fills in that a factorisation could take more than 5e10 operations;
    /// 5. `Sparse` where the library was built with the feature `sparse`;
    /// 6. `Dense` where there are at most 4096 rows.
    ///
    /// A multiplication with the addition that follows it counts as one operation. In loops an operation of `Static` takes 2 to
    /// 3.5 times as long as one of `Dense` (full matrices of 40 to 220 rows); to find that a pattern takes more than 4 000 000
    /// operations took half a second.
    #[default]
    Auto,
    /// Elimination in an order decided once, without pivoting but watched; a matrix that needs pivoting is factored by
    /// `Sparse` where there are more than 200 rows and the library was built with it, by `Dense` otherwise. Refused
    /// beyond 4 000 000 operations.
    Static,
    /// Partial pivoting in a full matrix. Refused beyond 4096 rows.
    Dense,
    /// Partial pivoting in a sparse matrix, in an order of columns decided once (the crate `faer`; feature `sparse`). Large
    /// blocks are computed with the widest vectors of the processor: results can differ in their last digits from one kind
    /// of processor to another.
    Sparse,
}

/// Elimination of more operations is not decided beforehand: the plan itself would take long, and 100 MB.
pub(super) const MOST_OPERATIONS: usize = 4_000_000;
/// Elimination of as many operations can be native code.
pub(super) const MOST_NATIVE: usize = 20_000;
/// Elimination of more operations is not begun unless it is asked for: each step would take half a minute.
const MOST_FILLED: f64 = 5e10;
/// Full matrices of more rows are refused.
const MOST_DENSE: usize = 4096;
/// With more rows pivoting is sparse where it can be.
const MOST_DENSE_FALLBACK: usize = 200;

/// Why a pattern does not get a linear algebra.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Static elimination would take more than 4 000 000 operations.
    Operations,
    /// A full matrix of more than 4096 rows would take this much memory.
    Memory {
        /// In bytes.
        bytes: u64,
    },
    /// Elimination fills in.
    FillsIn {
        /// What factors take, in bytes, whatever is chosen for pivots.
        bytes: u64,
        /// The operations of a factorisation, whatever is chosen for pivots.
        operations: u64,
    },
    /// The library was built without the feature `sparse`.
    NoSparse,
    /// The analysis of a sparse matrix failed for want of memory.
    OutOfMemory,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Operations => {
                write!(f, "static elimination would take more than {MOST_OPERATIONS} operations")
            }
            Refusal::Memory { bytes } => {
                write!(
                    f,
                    "a full matrix would take {:.1} GB (at most {MOST_DENSE} rows are allowed)",
                    *bytes as f64 / 1e9
                )
            }
            Refusal::FillsIn { bytes, operations } => write!(
                f,
                "elimination fills in: factors take up to {:.1} GB, and every step up to {:.0e} operations",
                *bytes as f64 / 1e9,
                *operations as f64
            ),
            Refusal::NoSparse => {
                write!(f, "sparse linear algebra needs the library to be built with the feature `sparse`")
            }
            Refusal::OutOfMemory => write!(f, "the memory does not suffice for the analysis of the sparse matrix"),
        }
    }
}

impl std::error::Error for Refusal {}

impl LinearAlgebra {
    /// All choices.
    pub const ALL: &[LinearAlgebra] =
        &[LinearAlgebra::Auto, LinearAlgebra::Static, LinearAlgebra::Dense, LinearAlgebra::Sparse];

    /// The name on the command line and in statistics.
    pub fn name(self) -> &'static str {
        match self {
            LinearAlgebra::Auto => "auto",
            LinearAlgebra::Static => "static",
            LinearAlgebra::Dense => "dense",
            LinearAlgebra::Sparse => "sparse",
        }
    }

    /// What a pattern gets: never `Auto`.
    ///
    /// ```
    /// use homeostat::linalg::{LinearAlgebra, Pattern};
    /// let chain = Pattern::new(1000, (1..1000).map(|i| (i, i - 1))).unwrap();
    /// assert_eq!(LinearAlgebra::Auto.choose(&chain), Ok(LinearAlgebra::Static));
    /// assert_eq!(LinearAlgebra::Auto.choose(&Pattern::dense(100)), Ok(LinearAlgebra::Dense));
    /// ```
    ///
    /// # Errors
    /// [`Refusal`] where it cannot have what is asked for.
    pub fn choose(self, pattern: &Pattern) -> Result<Self, Refusal> {
        if pattern.bordered().is_some() && matches!(self, LinearAlgebra::Auto | LinearAlgebra::Static) {
            return Ok(LinearAlgebra::Static);
        }
        let n = pattern.n();
        let dense = if n <= MOST_DENSE {
            Ok(LinearAlgebra::Dense)
        } else {
            let n = n as u64;
            Err(Refusal::Memory { bytes: n.saturating_mul(n).saturating_mul(8) })
        };
        let operations = || pattern.prepared().plan().map(|plan| plan.work());
        let sparse = if sparse::IS_BUILT { Ok(LinearAlgebra::Sparse) } else { Err(Refusal::NoSparse) };
        match self {
            LinearAlgebra::Static => operations().map(|_| self).ok_or(Refusal::Operations),
            LinearAlgebra::Dense => dense,
            LinearAlgebra::Sparse => sparse,
            LinearAlgebra::Auto => {
                let (square, operations) = (n.saturating_mul(n), operations());
                let at_least = operations.unwrap_or(MOST_OPERATIONS);
                let is_full = at_least > square.saturating_mul(n) / 12 || pattern.len() > square / 4;
                match operations {
                    Some(operations) if operations <= MOST_NATIVE => Ok(LinearAlgebra::Static),
                    _ if is_full && dense.is_ok() => dense,
                    Some(_) => Ok(LinearAlgebra::Static),
                    None => fills_in(pattern).map_or_else(|| sparse.or(dense), Err),
                }
            }
        }
    }

    /// What pivots where static elimination must not be used: none where nothing can.
    pub(super) fn fallback(pattern: &Pattern) -> Option<Self> {
        let is_small = pattern.n() <= MOST_DENSE_FALLBACK;
        let order = if is_small {
            [LinearAlgebra::Dense, LinearAlgebra::Sparse]
        } else {
            [LinearAlgebra::Sparse, LinearAlgebra::Dense]
        };
        order.into_iter().find_map(|algebra| algebra.choose(pattern).ok())
    }
}

/// Whether so much fills in that it is too much.
fn fills_in(pattern: &Pattern) -> Option<Refusal> {
    let (entries, operations) = sparse::fill(pattern)?;
    let bytes = (8.0 * entries) as u64;
    (operations > MOST_FILLED).then_some(Refusal::FillsIn { bytes, operations: operations as u64 })
}
