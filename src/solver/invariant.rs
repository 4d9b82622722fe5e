//! Linear combinations of the state that the equations keep, and their restoration.

use super::norm::Norm;
use crate::program::{Vector, Work, widest};
use std::collections::{BTreeMap, BTreeSet};

/// So many corrections take away what rounding leaves of the first.
pub(super) const ROUNDS: usize = 3;
/// Of sums that are off by no more than this part, one correction leaves nothing that can be mended.
const CLOSE: f64 = 1e-6;
/// An equation of which the others leave no more than this part is one that they say already.
const DEPENDENT: f64 = 4.0 * f64::EPSILON;

/// A linear combination `sum w_i y_i` that does not change between events.
///
/// ```
/// use homeostat::solver::Invariant;
/// let total = Invariant::new([(0, 1.0), (2, 1.0)]);
/// assert_eq!(total.value(&[3.0, 7.0, 4.0]), 7.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Invariant {
    terms: Vec<(usize, f64)>,
}

impl Invariant {
    /// From (component, weight) pairs.
    pub fn new(terms: impl IntoIterator<Item = (usize, f64)>) -> Self {
        Invariant { terms: terms.into_iter().collect() }
    }

    /// The (component, weight) pairs.
    pub fn terms(&self) -> &[(usize, f64)] {
        &self.terms
    }

    /// The sum at a state, exact to about one rounding (products and sums are compensated: Ogita, Rump &
    /// Oishi 2005, SIAM J. Sci. Comput. 26:1955, Dot2).
    pub fn value(&self, y: &[f64]) -> f64 {
        self.defect(0.0, y).0
    }

    /// `value(y) - total`, compensated, and [`Invariant::magnitude`].
    #[inline(always)]
    pub(super) fn defect(&self, total: f64, y: &[f64]) -> (f64, f64) {
        let (mut sum, mut lost, mut magnitude) = (-total, 0.0, 0.0);
        for &(i, w) in &self.terms {
            let y = y[i];
            let product = w * y;
            magnitude += product.abs();
            lost += w.mul_add(y, -product);
            let next = sum + product;
            let part = next - sum;
            lost += (sum - (next - part)) + (product - part);
            sum = next;
        }
        (sum + lost, magnitude)
    }

    /// The sum of `|w_i y_i|`: what rounding is measured against.
    pub fn magnitude(&self, y: &[f64]) -> f64 {
        self.defect(0.0, y).1
    }
}

/// Invariants that share components have to be restored together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub members: Vec<usize>,
    /// The components that any of the members holds, and the weights of each member at them.
    pub components: Vec<usize>,
    weights: Vec<Vec<f64>>,
    /// For each of these how easily it moves: the square of the error that it may have, or 0 where it may not move.
    pub freedom: Vec<f64>,
    /// The multipliers of the members' equations in the last correction.
    pub multipliers: Vec<f64>,
    /// Their sums over the corrections of a projection, and where it began.
    pub total: Vec<f64>,
    pub start: Vec<f64>,
    matrix: Vec<f64>,
}

/// Moves a state back to where its invariants have the totals they had at the start.
#[derive(Clone, Debug, Default)]
pub(super) struct Restoration {
    pub invariants: Vec<Invariant>,
    pub groups: Vec<Group>,
    totals: Vec<f64>,
}

impl Restoration {
    pub fn new(invariants: &[Invariant]) -> Self {
        let groups = group(invariants);
        Restoration { invariants: invariants.to_vec(), groups, totals: vec![0.0; invariants.len()] }
    }

    /// Takes the totals from a state.
    pub fn set_totals(&mut self, y: &[f64]) {
        for (total, invariant) in self.totals.iter_mut().zip(&self.invariants) {
            *total = invariant.value(y);
        }
    }

    /// An event has changed the state: totals change by as much as the sums do. What it has not touched keeps its total
    /// to the bit, however many events there are.
    pub fn move_totals(&mut self, before: &[f64], after: &[f64]) {
        for (total, invariant) in self.totals.iter_mut().zip(&self.invariants) {
            if invariant.terms.iter().any(|&(i, _)| before[i] != after[i]) {
                *total += invariant.value(after) - invariant.value(before);
            }
        }
    }

    /// The totals.
    pub fn totals(&self) -> &[f64] {
        &self.totals
    }

    /// Takes totals that were there before.
    pub fn take_totals(&mut self, totals: &[f64]) {
        self.totals.copy_from_slice(totals);
    }

    /// The least change, each component measured against its tolerance, that restores the totals to
    /// within rounding.
    pub fn restore(&mut self, y: &mut [f64], norm: &Norm) {
        let Restoration { invariants, groups, totals } = self;
        for group in groups {
            for round in 0..ROUNDS {
                let off = widest(Off { group, invariants, totals, y });
                if off <= f64::EPSILON {
                    break;
                }
                if round == 0 {
                    group.measure(y, norm);
                }
                // another round takes away what rounding has left of this one
                if !group.correct(y) || off <= CLOSE {
                    break;
                }
            }
        }
    }
}

/// [`Group::off`].
struct Off<'a> {
    group: &'a mut Group,
    invariants: &'a [Invariant],
    totals: &'a [f64],
    y: &'a [f64],
}

impl Work for Off<'_> {
    type Output = f64;
    #[inline(always)]
    fn run<V: Vector>(self) -> f64 {
        self.group.off(self.invariants, self.totals, self.y)
    }
}

impl Group {
    /// How easily each component moves from where it is.
    pub fn measure(&mut self, y: &[f64], norm: &Norm) {
        for (freedom, &i) in self.freedom.iter_mut().zip(&self.components) {
            *freedom = norm.scale(i, y[i].abs()).powi(2);
        }
    }

    /// By which part of its terms the sum that is off most differs from its total: no more than a rounding is none. By how
    /// much each does is kept for the correction.
    #[inline(always)]
    pub fn off(&mut self, invariants: &[Invariant], totals: &[f64], y: &[f64]) -> f64 {
        let mut most = 0.0;
        for (multiplier, &k) in self.multipliers.iter_mut().zip(&self.members) {
            let (defect, magnitude) = invariants[k].defect(totals[k], y);
            *multiplier = defect;
            // a sum without terms has nothing that could mend it
            let off = defect.abs() / magnitude;
            most = if off > most { off } else { most };
        }
        most
    }

    /// Corrects what [`Group::off`] has found; `false` where that cannot be.
    pub fn correct(&mut self, y: &mut [f64]) -> bool {
        let Group { weights, freedom, matrix, multipliers, .. } = self;
        if let ([row], [multiplier]) = (&weights[..], &mut multipliers[..]) {
            // a sum alone, as most are, is one equation: no matrix is needed
            let terms = row.iter().zip(freedom.iter());
            let pivot = terms.clone().fold(0.0, |sum, (w, d)| sum + w * d * w);
            if !pivot.is_finite() {
                return false;
            }
            *multiplier = if pivot > 0.0 { *multiplier / pivot } else { 0.0 };
            for (&i, (w, d)) in self.components.iter().zip(terms) {
                y[i] -= d * (w * *multiplier);
            }
            return true;
        }
        let m = weights.len();
        // minimise sum (change_i / scale_i)^2: change = -D W' (W D W')^-1 defect with D = scale^2
        for (a, row) in weights.iter().enumerate() {
            for (entry, other) in matrix[a * m..].iter_mut().zip(&weights[..=a]) {
                let terms = row.iter().zip(freedom.iter()).zip(other);
                *entry = terms.fold(0.0, |sum, ((w, d), other)| sum + w * d * other);
            }
        }
        if !solve_symmetric(matrix, multipliers) {
            return false;
        }
        for (column, (&i, d)) in self.components.iter().zip(&self.freedom).enumerate() {
            y[i] -= d * self.pull(column, &self.multipliers);
        }
        true
    }

    /// How the equations with these multipliers pull at one of the components.
    pub fn pull(&self, column: usize, multipliers: &[f64]) -> f64 {
        self.weights.iter().zip(multipliers).fold(0.0, |sum, (row, l)| sum + row[column] * l)
    }
}

/// Solves `A x = b` in place for a positive definite A given by its lower triangle (L D L'). An equation that the ones
/// before it leave nothing to say, as where all that it could move is held, is left out: its pivot becomes 0.
fn solve_symmetric(a: &mut [f64], b: &mut [f64]) -> bool {
    let m = b.len();
    for i in 0..m {
        let whole = a[i * m + i];
        for j in 0..i {
            for k in 0..j {
                a[i * m + j] -= a[i * m + k] * a[j * m + k];
            }
        }
        for j in 0..i {
            let (entry, pivot) = (a[i * m + j], a[j * m + j]);
            a[i * m + j] = if pivot > 0.0 { entry / pivot } else { 0.0 };
            a[i * m + i] -= entry * a[i * m + j];
        }
        if !a[i * m + i].is_finite() {
            return false;
        }
        if a[i * m + i] <= DEPENDENT * whole {
            a[i * m + i] = 0.0;
        }
    }
    for i in 0..m {
        let known: f64 = (0..i).map(|k| a[i * m + k] * b[k]).sum();
        b[i] -= known;
    }
    for i in (0..m).rev() {
        let known: f64 = (i + 1..m).map(|k| a[k * m + i] * b[k]).sum();
        let pivot = a[i * m + i];
        b[i] = if pivot > 0.0 { b[i] / pivot - known } else { 0.0 };
    }
    true
}

/// Sorts invariants into groups that share no component.
fn group(invariants: &[Invariant]) -> Vec<Group> {
    let mut label: Vec<usize> = (0..invariants.len()).collect();
    let mut owner: BTreeMap<usize, usize> = BTreeMap::new();
    fn root(label: &mut [usize], mut k: usize) -> usize {
        while label[k] != k {
            label[k] = label[label[k]];
            k = label[k];
        }
        k
    }
    for (k, invariant) in invariants.iter().enumerate() {
        for &(i, _) in &invariant.terms {
            let other = *owner.entry(i).or_insert(k);
            let (a, b) = (root(&mut label, k), root(&mut label, other));
            label[a.max(b)] = a.min(b);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for k in 0..invariants.len() {
        members.entry(root(&mut label, k)).or_default().push(k);
    }
    members.into_values().map(|members| Group::new(members, invariants)).collect()
}

impl Group {
    fn new(members: Vec<usize>, invariants: &[Invariant]) -> Self {
        let terms =
            || members.iter().enumerate().flat_map(|(row, &k)| invariants[k].terms.iter().map(move |t| (row, t)));
        let held: BTreeSet<usize> = terms().map(|(_, &(i, _))| i).collect();
        let components: Vec<usize> = held.into_iter().collect();
        let (m, zeros) = (members.len(), || vec![0.0; components.len()]);
        let mut weights = vec![zeros(); m];
        for (row, (i, w)) in terms() {
            weights[row][components.partition_point(|c| c < i)] += w;
        }
        let (freedom, start) = (zeros(), zeros());
        let (multipliers, total, matrix) = (vec![0.0; m], vec![0.0; m], vec![0.0; m * m]);
        Group { members, components, weights, freedom, multipliers, total, start, matrix }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::{Options, Tolerance};

    #[test]
    fn overlapping_sums_are_restored_together() {
        let invariants = vec![
            Invariant::new([(0, 1.0), (1, 2.0), (2, 1.0)]),
            Invariant::new([(2, 1.0), (3, -1.0)]),
            Invariant::new([(5, 1.0), (4, 1.0)]),
        ];
        let start = [1.0, 1e-7, 3.0, 1e3, 0.0, 0.0];
        let norm = Norm::new(&Options::with_tolerances(1e-6, Tolerance::Same(1e-12)), 6);
        let mut restoration = Restoration::new(&invariants);
        restoration.set_totals(&start);
        let mut y = [1.0 + 3e-6, 1.3e-7, 3.0 - 2e-5, 1e3 + 1e-2, 1e-9, 0.0];
        restoration.restore(&mut y, &norm);
        for invariant in &invariants {
            let off = (invariant.value(&y) - invariant.value(&start)).abs();
            assert!(off <= 4.0 * f64::EPSILON * invariant.magnitude(&y).max(1e-30), "{off:e}");
        }
    }
}
