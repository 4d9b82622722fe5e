//! Where a sparse square matrix has entries.

use super::ColumnGroup;
use super::bordered::Bordered;
use super::bordered_lu::BorderedPlan;
use super::elimination::Prepared;
use super::field::Reals;
use super::template::Template;
use crate::program::{Recorder, Source};
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
    mass: Option<Arc<[f64]>>,
    /// The elimination of such matrices, decided when first asked for; clones share it.
    prepared: Arc<OnceLock<Arc<Prepared>>>,
    /// The same where the pattern repeats.
    bordered: Option<Arc<BorderedPlan>>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.start, &self.column, &self.mass) == (&other.start, &other.column, &other.mass)
    }
}

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
        Pattern { start, column, mass: None, prepared: Arc::default(), bordered: None }
    }

    /// The pattern with a diagonal matrix M, so that what is factored is `shift M - A`; without, M is the identity. A row
    /// whose entry of M is 0 is algebraic. `None` where there is not one finite number for each row.
    ///
    /// ```
    /// use homeostat::linalg::{Pattern, StaticLu};
    /// use homeostat::program::Executor;
    /// // M = diag(2, 0)
    /// let pattern = Pattern::new(2, [(0, 0), (1, 0), (1, 1)]).unwrap().with_mass(vec![2.0, 0.0]).unwrap();
    /// let mut lu = StaticLu::new(&pattern, Executor::Tape).unwrap();
    /// // 3 M - A = [[6, 0], [0, 0]] - [[2, 0], [1, -1]] = [[4, 0], [-1, 1]]
    /// lu.factor(&[2.0, 1.0, -1.0], 3.0).unwrap();
    /// let mut x = [0.0; 2];
    /// lu.solve(&[8.0, 3.0], &mut x);
    /// assert_eq!(x, [2.0, 5.0]);
    /// ```
    pub fn with_mass(self, diagonal: Vec<f64>) -> Option<Self> {
        let fits = diagonal.len() == self.n() && diagonal.iter().all(|m| m.is_finite());
        fits.then(|| Pattern { mass: Some(diagonal.into()), prepared: Arc::default(), bordered: None, ..self })
    }

    /// The diagonal of M; none where it is the identity.
    pub fn mass(&self) -> Option<&[f64]> {
        self.mass.as_deref()
    }

    /// The first algebraic row for which no algebraic component is left, whatever the values: the algebraic rows do not
    /// determine the algebraic components (in a system of differential-algebraic equations, the index is above 1).
    ///
    /// ```
    /// use homeostat::linalg::Pattern;
    /// let swapped = Pattern::new(3, [(1, 2), (2, 1)]).unwrap().with_mass(vec![1.0, 0.0, 0.0]).unwrap();
    /// assert_eq!(swapped.undetermined(), None);
    /// let pendulum = Pattern::new(3, [(1, 0), (2, 1)]).unwrap().with_mass(vec![1.0, 0.0, 0.0]).unwrap();
    /// assert_eq!(pendulum.undetermined(), Some(1));
    /// ```
    pub fn undetermined(&self) -> Option<usize> {
        self.prepared().undetermined()
    }

    /// The pattern with equal parts, which are then eliminated by the same code; `None` where it does not repeat as the
    /// template says, or has a [mass](Pattern::with_mass).
    pub fn with_template(self, template: Template) -> Option<Self> {
        let plan = Bordered::new(&self, &template).filter(|_| self.mass.is_none())?;
        Some(Pattern { bordered: Some(Arc::new(BorderedPlan::new(plan))), prepared: Arc::default(), ..self })
    }

    pub(super) fn bordered_plan(&self) -> Option<&Arc<BorderedPlan>> {
        self.bordered.as_ref()
    }

    /// How such matrices are eliminated, where they repeat.
    pub(crate) fn bordered(&self) -> Option<&Bordered> {
        self.bordered.as_ref().map(|shared| &shared.plan)
    }

    /// The pattern of which row i is row `rows[i]` of this one.
    pub(super) fn with_rows(&self, rows: &[usize]) -> Self {
        let (mut start, mut column) = (vec![0], Vec::with_capacity(self.len()));
        for &i in rows {
            column.extend_from_slice(self.row(i));
            start.push(column.len());
        }
        Pattern::of(start, column)
    }

    pub(super) fn prepared(&self) -> &Arc<Prepared> {
        self.prepared.get_or_init(|| Arc::new(Prepared::new(self)))
    }

    /// Columns whose entries one difference can show.
    pub(crate) fn groups(&self) -> &[ColumnGroup] {
        self.prepared().groups()
    }

    /// The same without what is prepared for it.
    pub(super) fn unshared(&self) -> Self {
        Pattern { prepared: Arc::default(), ..self.clone() }
    }

    /// Writes down the factoring of `shift M - A`: values, inverses and margins, as [`StaticLu`](super::StaticLu) has them;
    /// none where there is no static elimination.
    pub(crate) fn record_factors(&self, recorder: &mut Recorder, matrix: &[u32], shift: u32) -> Option<[Vec<u32>; 3]> {
        Some(self.prepared().plan()?.record_factors(recorder, matrix, shift))
    }

    /// Reads factors that have been made before, as [`StaticLu::factors`](super::StaticLu) has them.
    pub(crate) fn read_factors(&self, recorder: &mut Recorder, class: fn(u32) -> Source) -> Option<[Vec<u32>; 3]> {
        let (entries, n) = (self.prepared().plan()?.entries(), self.n());
        let [values, inverses] = [(0, entries), (entries, n)].map(|(at, count)| recorder.inputs(class, at, count));
        Some([values, inverses, Vec::new()])
    }

    /// Writes down a solution with [`Pattern::record_factors`].
    pub(crate) fn record_solution(
        &self,
        recorder: &mut Recorder,
        factors: &[Vec<u32>; 3],
        b: &[u32],
    ) -> Option<Vec<u32>> {
        let [values, inverses, _] = factors;
        Some(self.prepared().plan()?.record_solution(recorder, (values, inverses), b))
    }

    /// Computes `(shift M - A) x - b`.
    pub(super) fn residual(&self, a: (&[f64], f64), x: &[f64], b: &[f64], residual: &mut [f64]) {
        self.prepared().residual(&mut Reals, a, x, b, residual);
    }

    /// Writes down `(shift M - A) x - b`.
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
