//! LU factorisation without pivoting, its elimination sequence fixed once for a pattern.
//!
//! As in the Kinetic PreProcessor (Sandu & Sander 2006, Atmos. Chem. Phys. 6:187): ordering,
//! fill-in and every index are decided beforehand, so that factoring is straight-line arithmetic.

use super::{Pattern, markowitz};
use std::sync::Arc;

/// A pivot is cancelled where it is smaller than this part of the terms that made it.
const CANCELLED: f64 = 1e-10;

/// Takes `l = a_ik / u_kk` times row k of U from row i.
#[derive(Clone, Copy, Debug)]
struct Elimination {
    /// The row k.
    pivot: u32,
    /// Where a_ik stands.
    entry: u32,
    /// Where the places to subtract from begin in `Plan::targets`, one for each entry of U's row k.
    targets: u32,
    /// Which of those is the diagonal of row i (`NO_DIAGONAL` where none is).
    diagonal: u32,
}

const NO_DIAGONAL: u32 = u32::MAX;

#[derive(Debug)]
struct Plan {
    order: Vec<u32>,
    /// First entry, diagonal and end of each row in the values of L and U.
    start: Vec<u32>,
    diagonal: Vec<u32>,
    column: Vec<u32>,
    eliminations: Vec<Elimination>,
    /// First elimination of each row.
    first: Vec<u32>,
    targets: Vec<u32>,
    /// For each matrix entry in pattern order, its place.
    place: Vec<u32>,
}

/// The factors of `diag(shift) - A` for a matrix A of fixed [`Pattern`].
///
/// ```
/// use homeostat::linalg::{Pattern, StaticLu};
/// let pattern = Pattern::new(2, [(0, 0), (0, 1), (1, 0), (1, 1)]).unwrap();
/// let mut lu = StaticLu::new(&pattern);
/// // diag(5, 5) - [[1, 2], [3, -1]] = [[4, -2], [-3, 6]]
/// lu.factor(&[1.0, 2.0, 3.0, -1.0], 5.0).unwrap();
/// let mut x = [8.0, 12.0];
/// lu.solve(&mut x);
/// assert!((x[0] - 4.0).abs() < 1e-14 && (x[1] - 4.0).abs() < 1e-14);
/// ```
#[derive(Clone, Debug)]
pub struct StaticLu {
    plan: Arc<Plan>,
    values: Vec<f64>,
    inverse: Vec<f64>,
    work: Vec<f64>,
}

impl StaticLu {
    /// Decides the elimination for a pattern; diagonal entries are added where they are missing.
    pub fn new(pattern: &Pattern) -> Self {
        let plan = Plan::new(pattern);
        let (entries, n) = (plan.column.len(), plan.order.len());
        StaticLu { plan: Arc::new(plan), values: vec![0.0; entries], inverse: vec![0.0; n], work: vec![0.0; n] }
    }

    /// The number of entries of L and U together, fill-in included.
    pub fn entries(&self) -> usize {
        self.values.len()
    }

    /// Factors `shift I - A`, A given by its values in pattern order.
    ///
    /// # Errors
    /// The index of the row whose pivot is not finite, or cancelled:
    /// `|u_kk| < 1e-10 (|a_kk| + sum |l u|)`. The factors are then not to be used.
    pub fn factor(&mut self, matrix: &[f64], shift: f64) -> Result<(), usize> {
        let (plan, v) = (&*self.plan, &mut self.values[..]);
        v.fill(0.0);
        for (&place, &a) in plan.place.iter().zip(matrix) {
            v[place as usize] = -a;
        }
        for (i, &diagonal) in plan.diagonal.iter().enumerate() {
            let diagonal = diagonal as usize;
            v[diagonal] += shift;
            let mut magnitude = v[diagonal].abs();
            for e in &plan.eliminations[plan.first[i] as usize..plan.first[i + 1] as usize] {
                let k = e.pivot as usize;
                let l = v[e.entry as usize] * self.inverse[k];
                v[e.entry as usize] = l;
                let upper = plan.diagonal[k] as usize + 1..plan.start[k + 1] as usize;
                if e.diagonal != NO_DIAGONAL {
                    magnitude += (l * v[upper.start + e.diagonal as usize]).abs();
                }
                for (source, &target) in upper.zip(&plan.targets[e.targets as usize..]) {
                    v[target as usize] -= l * v[source];
                }
            }
            let pivot = v[diagonal];
            // written so that a NaN fails too
            let sound = pivot.abs() >= CANCELLED * magnitude && pivot != 0.0 && pivot.is_finite();
            if !sound {
                return Err(plan.order[i] as usize);
            }
            self.inverse[i] = 1.0 / pivot;
        }
        Ok(())
    }

    /// Solves for the right-hand side `x`, in place, with the factors of the last [`StaticLu::factor`].
    pub fn solve(&mut self, x: &mut [f64]) {
        let (plan, v, w) = (&*self.plan, &self.values[..], &mut self.work[..]);
        for i in 0..w.len() {
            let mut sum = x[plan.order[i] as usize];
            for p in plan.start[i] as usize..plan.diagonal[i] as usize {
                sum -= v[p] * w[plan.column[p] as usize];
            }
            w[i] = sum;
        }
        for i in (0..w.len()).rev() {
            let mut sum = w[i];
            for p in plan.diagonal[i] as usize + 1..plan.start[i + 1] as usize {
                sum -= v[p] * w[plan.column[p] as usize];
            }
            w[i] = sum * self.inverse[i];
            x[plan.order[i] as usize] = w[i];
        }
    }
}

impl Plan {
    fn new(pattern: &Pattern) -> Self {
        let (order, upper) = markowitz(pattern);
        let n = order.len();
        let mut rank = vec![0; n];
        for (k, &i) in order.iter().enumerate() {
            rank[i] = k;
        }
        let mut plan = Plan {
            order: order.iter().map(|&i| i as u32).collect(),
            start: vec![0],
            diagonal: Vec::with_capacity(n),
            column: Vec::new(),
            eliminations: Vec::new(),
            first: vec![0],
            targets: Vec::new(),
            place: vec![0; pattern.len()],
        };
        let upper: Vec<Vec<usize>> = upper
            .iter()
            .map(|row| {
                let mut ranks: Vec<usize> = row.iter().map(|&j| rank[j]).collect();
                ranks.sort_unstable();
                ranks
            })
            .collect();
        for (k, &i) in order.iter().enumerate() {
            plan.add_row(k, pattern.row(i).iter().map(|&j| rank[j as usize]), &upper);
            for (offset, &j) in pattern.row(i).iter().enumerate() {
                plan.place[pattern.row_start(i) + offset] = plan.position(k, rank[j as usize]);
            }
        }
        plan
    }

    /// Adds row k of L and U (all indices in elimination order) and its eliminations.
    fn add_row(&mut self, k: usize, entries: impl Iterator<Item = usize>, upper: &[Vec<usize>]) {
        let mut lower: std::collections::BTreeSet<usize> = entries.filter(|&j| j < k).collect();
        let mut pivots = Vec::new();
        while let Some(j) = lower.pop_first() {
            pivots.push(j);
            lower.extend(upper[j].iter().copied().filter(|&c| c > j && c < k));
        }
        self.column.extend(pivots.iter().map(|&j| j as u32));
        self.diagonal.push(self.column.len() as u32);
        self.column.extend(upper[k].iter().map(|&j| j as u32));
        self.start.push(self.column.len() as u32);
        for (offset, &j) in pivots.iter().enumerate() {
            let sources = &upper[j][1..];
            let elimination = Elimination {
                pivot: j as u32,
                entry: self.start[k] + offset as u32,
                targets: self.targets.len() as u32,
                diagonal: sources.iter().position(|&c| c == k).map_or(NO_DIAGONAL, |p| p as u32),
            };
            self.eliminations.push(elimination);
            for &c in sources {
                let target = self.position(k, c);
                self.targets.push(target);
            }
        }
        self.first.push(self.eliminations.len() as u32);
    }

    /// Where entry (k, c) of L and U stands; fill-in has made sure that it does.
    fn position(&self, k: usize, c: usize) -> u32 {
        let row = &self.column[self.start[k] as usize..self.start[k + 1] as usize];
        let offset = row.partition_point(|&j| (j as usize) < c);
        debug_assert_eq!(row[offset] as usize, c);
        self.start[k] + offset as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector};

    /// A small deterministic generator: the tests need variety, not randomness.
    fn sequence(seed: u64) -> impl FnMut() -> f64 {
        let mut s = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        move || {
            s ^= s << 13;
            s ^= s >> 7;
            s ^= s << 17;
            (s >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    #[test]
    fn agrees_with_a_pivoted_dense_solution() {
        for seed in 1..60 {
            let mut next = sequence(seed);
            let n = 1 + (seed as usize % 23);
            let entries: Vec<(usize, usize)> =
                (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|_| next() < 0.25).collect();
            let pattern = Pattern::new(n, entries).unwrap();
            let values: Vec<f64> = (0..pattern.len()).map(|_| 2.0 * next() - 1.0).collect();
            let shift = n as f64; // diagonally dominant: no pivoting needed
            let mut a = DMatrix::identity(n, n) * shift;
            for ((i, j), v) in pattern.entries().zip(&values) {
                a[(i, j)] -= v;
            }
            let b = DVector::from_fn(n, |_, _| next());
            let expected = a.lu().solve(&b).unwrap();
            let mut lu = StaticLu::new(&pattern);
            lu.factor(&values, shift).unwrap();
            let mut x = b.as_slice().to_vec();
            lu.solve(&mut x);
            for (x, e) in x.iter().zip(expected.iter()) {
                assert!((x - e).abs() < 1e-13 * e.abs().max(1.0), "seed {seed}: {x} against {e}");
            }
        }
    }

    #[test]
    fn a_cancelled_pivot_is_seen() {
        // [[1, 1], [1, 1 + 1e-12]]: the second pivot loses twelve digits
        let pattern = Pattern::dense(2);
        let mut lu = StaticLu::new(&pattern);
        assert!(lu.factor(&[-1.0, -1.0, -1.0, -1.0 - 1e-12], 0.0).is_err());
        assert!(lu.factor(&[-1.0, f64::NAN, -1.0, -3.0], 0.0).is_err());
        assert!(lu.factor(&[0.0, -1.0, -1.0, 0.0], 0.0).is_err());
        assert!(lu.factor(&[-1.0, -1.0, -1.0, -3.0], 0.0).is_ok());
    }

    #[test]
    fn one_variable_and_none() {
        let mut lu = StaticLu::new(&Pattern::new(1, []).unwrap());
        lu.factor(&[], 4.0).unwrap();
        let mut x = [8.0];
        lu.solve(&mut x);
        assert_eq!(x[0], 2.0);
        StaticLu::new(&Pattern::dense(0)).factor(&[], 1.0).unwrap();
    }
}
