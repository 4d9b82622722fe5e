//! The order of elimination.

use super::Pattern;
use std::collections::BTreeSet;

/// Diagonal pivots in Markowitz order, and the rows with fill-in.
///
/// At each turn the diagonal entry with the least (r - 1)(c - 1) is eliminated, r and c being the
/// entries left in its row and column (Markowitz 1957, Management Science 3:255); ties go to the lower
/// index. Returns `order` (`order[k]` is the index eliminated at turn k) and, for each turn, the
/// columns left in the pivot's row at that moment, the pivot itself included, as original indices.
///
/// ```
/// use homeostat::linalg::{Pattern, markowitz};
/// // an arrow: the full row and column are eliminated late, so that nothing fills in
/// let arrow = Pattern::new(3, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 2)]).unwrap();
/// let (order, rows) = markowitz(&arrow);
/// assert_eq!(order[0], 1);
/// assert_eq!(rows.iter().map(Vec::len).sum::<usize>(), 5);
/// ```
///
/// Time and memory grow as the operations of the elimination do: for a large matrix that fills in, too much of both
/// ([`LinearAlgebra`](super::LinearAlgebra) sees to that).
pub fn markowitz(pattern: &Pattern) -> (Vec<usize>, Vec<Vec<usize>>) {
    markowitz_within(pattern, usize::MAX).unwrap_or_default()
}

/// As [`markowitz`], the components below `border` all before the others.
pub(super) fn markowitz_before(pattern: &Pattern, border: usize) -> (Vec<usize>, Vec<Vec<usize>>) {
    eliminate(pattern, border, usize::MAX).unwrap_or_default()
}

/// As [`markowitz`]; none where the elimination takes more operations than that.
pub(super) fn markowitz_within(pattern: &Pattern, most_operations: usize) -> Option<(Vec<usize>, Vec<Vec<usize>>)> {
    eliminate(pattern, pattern.n(), most_operations)
}

fn eliminate(pattern: &Pattern, border: usize, most_operations: usize) -> Option<(Vec<usize>, Vec<Vec<usize>>)> {
    let n = pattern.n();
    let mut operations = pattern.len();
    if operations > most_operations {
        return None;
    }
    let mut rows: Vec<BTreeSet<usize>> = (0..n).map(|i| BTreeSet::from([i])).collect();
    let mut columns = rows.clone();
    for (i, j) in pattern.entries() {
        rows[i].insert(j);
        columns[j].insert(i);
    }
    let cost = |rows: &[BTreeSet<usize>], columns: &[BTreeSet<usize>], k: usize| {
        (k >= border, (rows[k].len() - 1) * (columns[k].len() - 1), k)
    };
    let mut costs: Vec<_> = (0..n).map(|k| cost(&rows, &columns, k)).collect();
    let mut queue: BTreeSet<_> = costs.iter().copied().collect();
    let (mut order, mut upper) = (Vec::with_capacity(n), Vec::with_capacity(n));
    while let Some((.., pivot)) = queue.pop_first() {
        order.push(pivot);
        let right: Vec<usize> = rows[pivot].iter().copied().filter(|&j| j != pivot).collect();
        let below: Vec<usize> = columns[pivot].iter().copied().filter(|&i| i != pivot).collect();
        operations = operations.saturating_add(right.len() * below.len());
        if operations > most_operations {
            return None;
        }
        for &j in &right {
            columns[j].remove(&pivot);
        }
        for &i in &below {
            rows[i].remove(&pivot);
            for &j in &right {
                rows[i].insert(j);
                columns[j].insert(i);
            }
        }
        for &k in right.iter().chain(&below) {
            queue.remove(&costs[k]);
            costs[k] = cost(&rows, &columns, k);
            queue.insert(costs[k]);
        }
        upper.push(rows[pivot].iter().copied().collect());
    }
    Some((order, upper))
}
