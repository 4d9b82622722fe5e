//! Columns of a matrix that can be found together.

use super::Pattern;

/// Columns of which no two have an entry in one row.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnGroup {
    pub columns: Vec<usize>,
    /// Row, column and place in pattern order of each of their entries.
    pub entries: Vec<(usize, usize, usize)>,
}

/// Groups that one difference each shows the entries of (Curtis, Powell & Reid 1974, J. Inst. Math. Appl. 13:117): each
/// column goes into the first group that it fits, in the order of the columns. For a band of half-widths l and u these are
/// the l + u + 1 groups of the paper. Columns without an entry are in none.
pub(super) fn groups(pattern: &Pattern) -> Vec<ColumnGroup> {
    let n = pattern.n();
    let mut columns = vec![Vec::new(); n];
    for (place, (i, j)) in pattern.entries().enumerate() {
        columns[j].push((i, j, place));
    }
    // a full row keeps all columns apart
    let is_apart = (0..n).any(|i| pattern.row(i).len() == n);
    // the groups that have an entry in a row, and the last column that could not go into a group
    let mut taken: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut kept_out: Vec<Option<usize>> = Vec::new();
    let mut groups: Vec<ColumnGroup> = Vec::new();
    for (j, entries) in columns.into_iter().enumerate().filter(|(_, entries)| !entries.is_empty()) {
        let fits = if is_apart {
            None
        } else {
            for &group in entries.iter().flat_map(|entry| &taken[entry.0]) {
                kept_out[group] = Some(j);
            }
            kept_out.iter().position(|&column| column != Some(j))
        };
        let group = fits.unwrap_or(groups.len());
        if fits.is_none() {
            groups.push(ColumnGroup::default());
            kept_out.push(None);
        }
        if !is_apart {
            entries.iter().for_each(|entry| taken[entry.0].push(group));
        }
        groups[group].columns.push(j);
        groups[group].entries.extend(entries);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_share_no_row_and_hold_every_entry_once() {
        let mut next = crate::linalg::tests::sequence(7);
        for n in 1..40_usize {
            let all = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
            let entries: Vec<(usize, usize)> = all.filter(|_| next() < 0.15).collect();
            let pattern = Pattern::new(n, entries).unwrap();
            let groups = groups(&pattern);
            let mut found: Vec<_> =
                groups.iter().flat_map(|group| &group.entries).map(|&(i, j, p)| (p, (i, j))).collect();
            found.sort_unstable();
            assert!(found.into_iter().eq(pattern.entries().enumerate()));
            for group in groups {
                let mut rows: Vec<usize> = group.entries.iter().map(|entry| entry.0).collect();
                rows.sort_unstable();
                assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
                assert!(group.entries.iter().all(|entry| group.columns.contains(&entry.1)));
            }
        }
    }

    #[test]
    fn bands_full_matrices_and_arrows() {
        let band = |n: usize, l: usize, u: usize| {
            let entries = (0..n).flat_map(|i| (i.saturating_sub(l)..n.min(i + u + 1)).map(move |j| (i, j)));
            groups(&Pattern::new(n, entries).unwrap()).len()
        };
        assert_eq!((band(400, 2, 2), band(50_000, 1, 0), band(30, 3, 1)), (5, 2, 5));
        assert_eq!(groups(&Pattern::dense(7)).len(), 7);
        let column = Pattern::new(9, (0..9).flat_map(|i| [(i, 0), (i, i)])).unwrap();
        assert_eq!(groups(&column).len(), 2);
        assert_eq!(groups(&Pattern::new(3, []).unwrap()).len(), 0);
    }
}
