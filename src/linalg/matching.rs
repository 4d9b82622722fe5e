//! Which equation determines which component.

use super::Pattern;

/// For each component the row that is its pivot row, and the first row for which no component is left.
///
/// Where M has an entry, a row determines its own component. The others, which are algebraic, are matched with the
/// components of one another by their entries: with their own where there is one, and the rest by augmenting paths found
/// depth first, a component that is still free being looked for before the search goes deeper (Duff 1981, ACM TOMS 7:315).
/// Only that makes W = shift M - A regular for every large shift; where no such matching exists the algebraic equations do
/// not determine the algebraic components. Rows without a component then get what is left.
pub(super) fn pivot_rows(pattern: &Pattern) -> (Vec<usize>, Option<usize>) {
    let n = pattern.n();
    let Some(mass) = pattern.mass() else { return ((0..n).collect(), None) };
    let is_own = |i: usize| mass[i] != 0.0 || pattern.position(i, i).is_some();
    let mut row_of: Vec<Option<usize>> = (0..n).map(|i| is_own(i).then_some(i)).collect();
    let mut search = Search { pattern, mass, seen: vec![usize::MAX; n], path: Vec::new() };
    let open: Vec<usize> = (0..n).filter(|&i| !is_own(i)).collect();
    let left: Vec<usize> = open.into_iter().filter(|&row| !search.augment(row, &mut row_of)).collect();
    let mut rest = left.iter().copied();
    let complete = row_of.into_iter().enumerate().map(|(i, row)| row.or_else(|| rest.next()).unwrap_or(i));
    (complete.collect(), left.first().copied())
}

struct Search<'a> {
    pattern: &'a Pattern,
    mass: &'a [f64],
    /// The row for which a component was looked at last.
    seen: Vec<usize>,
    path: Vec<Node>,
}

/// A row on a path of changes.
struct Node {
    row: usize,
    /// The component it gives up to the row before.
    given_up: usize,
    /// How many of its entries have been followed.
    followed: usize,
}

impl Search<'_> {
    /// Finds a component for a row, others changing theirs for it; `false` where there is none.
    fn augment(&mut self, root: usize, row_of: &mut [Option<usize>]) -> bool {
        self.path.clear();
        self.path.push(Node { row: root, given_up: root, followed: 0 });
        while let Some(node) = self.path.last_mut() {
            let row = self.pattern.row(node.row);
            let mut algebraic = row.iter().map(|&j| j as usize).filter(|&j| self.mass[j] == 0.0);
            if node.followed == 0
                && let Some(free) = algebraic.find(|&j| row_of[j].is_none())
            {
                let mut component = free;
                while let Some(node) = self.path.pop() {
                    row_of[component] = Some(node.row);
                    component = node.given_up;
                }
                return true;
            }
            let seen = &mut self.seen;
            let next = row[node.followed..].iter().map(|&j| j as usize).enumerate().find_map(|(offset, j)| {
                let is_new = self.mass[j] == 0.0 && std::mem::replace(&mut seen[j], root) != root;
                row_of[j].filter(|_| is_new).map(|owner| (offset, j, owner))
            });
            match next {
                Some((offset, given_up, row)) => {
                    node.followed += offset + 1;
                    self.path.push(Node { row, given_up, followed: 0 });
                }
                None => {
                    self.path.pop();
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(n: usize, entries: &[(usize, usize)], mass: &[f64]) -> (Vec<usize>, Option<usize>) {
        let pattern = Pattern::new(n, entries.iter().copied()).unwrap();
        pivot_rows(&pattern.with_mass(mass.to_vec()).unwrap())
    }

    #[test]
    fn a_row_keeps_its_own_component_where_it_can() {
        assert_eq!(matched(2, &[(0, 1), (1, 0)], &[1.0, 1.0]), (vec![0, 1], None));
        assert_eq!(matched(2, &[(0, 0), (0, 1), (1, 0), (1, 1)], &[0.0, 0.0]), (vec![0, 1], None));
        assert_eq!(matched(2, &[(0, 1), (1, 0)], &[0.0, 0.0]), (vec![1, 0], None));
        // row 1 has only component 0, so that row 0 has to give it up
        assert_eq!(matched(2, &[(0, 0), (0, 1), (1, 0)], &[0.0, 0.0]), (vec![1, 0], None));
    }

    #[test]
    fn algebraic_equations_determine_algebraic_components() {
        // 0 = g(y0): the pendulum's kind of constraint, which says nothing of the component 1
        assert_eq!(matched(2, &[(0, 0), (0, 1), (1, 0)], &[1.0, 0.0]), (vec![0, 1], Some(1)));
        // rows 1 and 2 have component 2 alone
        assert_eq!(matched(3, &[(1, 2), (2, 2), (1, 0)], &[1.0, 0.0, 0.0]), (vec![0, 1, 2], Some(1)));
    }

    /// A chain in which each row has to hand its component on to the row before: one path through all of it.
    #[test]
    fn a_long_chain_is_no_deep_recursion() {
        let n = 100_000;
        let entries = (0..n - 1).flat_map(|i| [(i, i), (i, i + 1)]).chain([(n - 1, 0)]);
        let pattern = Pattern::new(n, entries).unwrap().with_mass(vec![0.0; n]).unwrap();
        let (rows, undetermined) = pivot_rows(&pattern);
        assert_eq!(undetermined, None);
        assert_eq!(rows[0], n - 1);
        assert!((1..n).all(|j| rows[j] == j - 1));
    }
}
