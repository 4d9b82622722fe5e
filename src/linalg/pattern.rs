//! Where a sparse square matrix has entries.

use super::elimination::Prepared;
use crate::program::Recorder;
use std::sync::{Arc, OnceLock};

/// The positions of the structural non-zeros of an n x n matrix, row by row, columns ascending.
///
/// A slice of values "in pattern order" has one number per position in that order.
///
/// ```
/// use homeostat::linalg::Pattern;
/// let p = Pattern::new(2, [(1, 0), (0, 0), (1, 0)]).unwrap();
/// assert_eq!(p.len(), 2);
/// assert_eq!(p.position(1, 0), Some(1));
/// assert_eq!(p.position(0, 1), None);
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    start: Vec<usize>,
    column: Vec<u32>,
    /// The elimination of such matrices, decided when first asked for; clones share it.
    prepared: Arc<OnceLock<Arc<Prepared>>>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.start, &self.column) == (&other.start, &other.column)
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// A pattern of `n` rows from (row, column) pairs in any order, repeated ones counted once;
    /// `None` where a pair lies outside.
    pub fn new(n: usize, entries: impl IntoIterator<Item = (usize, usize)>) -> Option<Self> {
        let mut rows = vec![Vec::new(); n];
        for (i, j) in entries {
            if j >= n || u32::try_from(j).is_err() {
                return None;
            }
            rows.get_mut(i)?.push(j as u32);
        }
        let (mut start, mut column) = (vec![0], Vec::new());
        for row in &mut rows {
            row.sort_unstable();
            row.dedup();
            column.append(row);
            start.push(column.len());
        }
        Some(Pattern::of(start, column))
    }

    /// The pattern in which every entry may be non-zero.
    pub fn dense(n: usize) -> Self {
        let column = (0..n).flat_map(|_| 0..n as u32).collect();
        Pattern::of((0..=n).map(|i| i * n).collect(), column)
    }

    fn of(start: Vec<usize>, column: Vec<u32>) -> Self {
        Pattern { start, column, prepared: Arc::default() }
    }

    pub(super) fn prepared(&self) -> &Arc<Prepared> {
        self.prepared.get_or_init(|| Arc::new(Prepared::new(self)))
    }

    /// Writes down the factoring of `shift I - A`: values, inverses and margins, as [`StaticLu`](super::StaticLu) has them.
    pub(crate) fn record_factors(&self, recorder: &mut Recorder, matrix: &[u32], shift: u32) -> [Vec<u32>; 3] {
        self.prepared().plan.record_factors(recorder, matrix, shift)
    }

    /// Writes down a solution with [`Pattern::record_factors`].
    pub(crate) fn record_solution(&self, recorder: &mut Recorder, factors: &[Vec<u32>; 3], b: &[u32]) -> Vec<u32> {
        let [values, inverses, _] = factors;
        self.prepared().plan.record_solution(recorder, (values, inverses), b)
    }

    /// Writes down `(shift I - A) x - b`.
    pub(crate) fn record_residual(&self, recorder: &mut Recorder, a: (&[u32], u32), x: &[u32], b: &[u32]) -> Vec<u32> {
        let mut residual = vec![0; self.n()];
        self.prepared().residual(recorder, a, x, b, &mut residual);
        residual
    }

    /// Whether this is a clone of the other.
    pub(crate) fn shares_plan(&self, other: &Pattern) -> bool {
        Arc::ptr_eq(&self.prepared, &other.prepared)
    }

    /// The number of rows.
    pub fn n(&self) -> usize {
        self.start.len() - 1
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.column.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.column.is_empty()
    }

    /// The columns of a row.
    pub fn row(&self, i: usize) -> &[u32] {
        &self.column[self.start[i]..self.start[i + 1]]
    }

    /// The place of the first entry of row `i` in pattern order; of row n, the number of entries.
    pub fn row_start(&self, i: usize) -> usize {
        self.start[i]
    }

    /// The place of an entry in pattern order, where there is one.
    pub fn position(&self, i: usize, j: usize) -> Option<usize> {
        let j = u32::try_from(j).ok()?;
        self.row(i).binary_search(&j).ok().map(|k| self.start[i] + k)
    }

    /// All entries as (row, column), in pattern order.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.n()).flat_map(|i| self.row(i).iter().map(move |&j| (i, j as usize)))
    }
}
