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
    eliminate(pattern, pattern.n(), usize::MAX).unwrap_or_default()
}

/// As [`markowitz`], the components below `border` all before the others.
pub(super) fn markowitz_before(pattern: &Pattern, border: usize) -> (Vec<usize>, Vec<Vec<usize>>) {
    eliminate(pattern, border, usize::MAX).unwrap_or_default()
}

/// Up to so many components every move of one of them is tried, again after each that is made: a round takes as long as the
/// fifth power of their number.
const FEW: usize = 16;

/// The order in which components are eliminated, as [`markowitz`] gives it, or none where that takes more operations. Of few
/// components, on whose solutions the next stage waits, the order is changed for as long as solutions then wait for fewer
/// operations one after the other, and no more than a quarter is added to all of them.
pub(super) fn order_within(pattern: &Pattern, most_operations: usize) -> Option<(Vec<usize>, Vec<Vec<usize>>)> {
    let (mut order, upper) = eliminate(pattern, pattern.n(), most_operations)?;
    if pattern.n() > FEW {
        return Some((order, upper));
    }
    let mut rows: Vec<u32> = (0..pattern.n()).map(|i| 1 << i).collect();
    for (i, j) in pattern.entries() {
        rows[i] |= 1 << j;
    }
    let mut best = waits(&rows, &order);
    let most = best.1 + best.1 / 4;
    let n = order.len();
    let moves: Vec<(usize, usize)> = (0..n * n).map(|k| (k / n, k % n)).filter(|(from, to)| from != to).collect();
    loop {
        let moved = moves.iter().map(|&(from, to)| {
            let mut order = order.clone();
            let component = order.remove(from);
            order.insert(to, component);
            (waits(&rows, &order), order)
        });
        match moved.filter(|(found, _)| found.1 <= most).min() {
            Some((found, better)) if found < best => (best, order) = (found, better),
            _ => break,
        }
    }
    let upper = fill_in(rows, &order);
    Some((order, upper))
}

/// How many operations the last component of a solution waits for, one after the other, and how many elimination takes.
/// Rows are sets of columns.
fn waits(rows: &[u32], order: &[usize]) -> (usize, usize) {
    let mut rows = rows.to_vec();
    let mut known = vec![0; rows.len()];
    let mut operations = 0;
    for (k, &pivot) in order.iter().enumerate() {
        for &i in &order[k + 1..] {
            if rows[i] >> pivot & 1 == 1 {
                rows[i] |= rows[pivot];
                operations += order[k..].iter().filter(|&&j| rows[pivot] >> j & 1 == 1).count();
                known[i] = known[i].max(known[pivot]) + 1;
            }
        }
    }
    for (k, &i) in order.iter().enumerate().rev() {
        let later = order[k + 1..].iter().rev().filter(|&&j| rows[i] >> j & 1 == 1);
        known[i] = later.fold(known[i] + 1, |known_at, &j| known_at.max(known[j]) + 1);
    }
    (known.iter().copied().max().unwrap_or(0), operations)
}

/// For each turn of the elimination the columns left in the pivot's row.
fn fill_in(mut rows: Vec<u32>, order: &[usize]) -> Vec<Vec<usize>> {
    let of_turn = |(k, &pivot): (usize, &usize)| {
        for &i in &order[k + 1..] {
            if rows[i] >> pivot & 1 == 1 {
                rows[i] |= rows[pivot];
            }
        }
        let mut left: Vec<usize> = order[k..].iter().copied().filter(|&j| rows[pivot] >> j & 1 == 1).collect();
        left.sort_unstable();
        left
    };
    order.iter().enumerate().map(of_turn).collect()
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
