//! Elimination of an instance's own components, the border's being left over, written down step by step.
//!
//! The matrix is an arrow: blocks on the diagonal, and rows and columns of the border. Each block is eliminated by itself;
//! what that takes from the border's own block (its Schur complement) is added up over the blocks, and the border is
//! eliminated last (Duff, Erisman & Reid, Direct Methods for Sparse Matrices, 2nd ed., ch. 11: bordered block diagonal
//! form). Signs and scales are those of [`Factors`](super::elimination::Factors).

use super::Pattern;
use super::field::Field;
use super::ordering::markowitz_before;
use crate::program::Recorder;
use std::collections::{BTreeMap, BTreeSet};

/// The elimination of `own` components before those of a border. Ranks count the own ones in the order of elimination,
/// then the border's.
#[derive(Clone, Debug)]
pub(super) struct Reduction {
    own: usize,
    /// The component of each rank.
    order: Vec<usize>,
    /// For each row by rank the own pivots that reduce it.
    lower: Vec<Vec<usize>>,
    /// For each own row by rank what stands after its pivot.
    upper: Vec<Vec<usize>>,
}

/// Names of the factors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Factored {
    lower: Vec<Vec<u32>>,
    upper: Vec<Vec<u32>>,
    inverses: Vec<u32>,
}

impl Factored {
    /// All of them, as [`Reduction::names`] takes them.
    pub fn all(&self) -> Vec<u32> {
        [self.lower.concat(), self.upper.concat(), self.inverses.clone()].concat()
    }
}

/// What factoring gives beside the factors.
pub(super) struct Reduced {
    pub factored: Factored,
    /// The margin of each own component's pivot.
    pub margins: Vec<u32>,
    /// What is to be added to the border's entries, by places in the border,
    pub border: BTreeMap<(usize, usize), u32>,
    /// and to the sizes of the terms of its pivots.
    pub sizes: BTreeMap<usize, u32>,
}

impl Reduction {
    /// For `own` components and a border after them, with entries in these places; those of the border's own block do not
    /// count.
    pub fn new(own: usize, border: usize, entries: impl IntoIterator<Item = (usize, usize)>) -> Option<Self> {
        let entries = entries.into_iter().filter(|&(i, j)| i < own || j < own);
        let pattern = Pattern::new(own + border, entries)?;
        let (mut order, rows) = markowitz_before(&pattern, own);
        order[own..].sort_unstable();
        let mut rank = vec![0; order.len()];
        for (r, &component) in order.iter().enumerate() {
            rank[component] = r;
        }
        let after = |r: usize| {
            let ranks = rows[r].iter().map(|&j| rank[j]).filter(|&j| j != r);
            ranks.collect::<BTreeSet<usize>>().into_iter().collect()
        };
        let upper: Vec<Vec<usize>> = (0..own).map(after).collect();
        let pivots = |r: usize| {
            let last = r.min(own);
            let row = pattern.row(order[r]).iter().map(|&j| rank[j as usize]);
            let mut open: BTreeSet<usize> = row.filter(|&j| j < last).collect();
            let mut pivots = Vec::new();
            while let Some(k) = open.pop_first() {
                pivots.push(k);
                open.extend(upper[k].iter().copied().filter(|&j| j < last));
            }
            pivots
        };
        Some(Reduction { own, lower: (0..order.len()).map(pivots).collect(), upper, order })
    }

    /// How many numbers the factors are.
    pub fn len(&self) -> usize {
        self.lower.iter().chain(&self.upper).map(Vec::len).sum::<usize>() + self.own
    }

    /// The places of the border's block (counted within it) that the elimination fills.
    pub fn filled(&self) -> BTreeSet<(usize, usize)> {
        let own = self.own;
        let of_row = |r: usize| {
            let columns = self.lower[r].iter().flat_map(|&k| &self.upper[k]).filter(move |&&c| c >= own);
            columns.map(move |&c| (self.order[r] - own, self.order[c] - own))
        };
        (own..self.order.len()).flat_map(of_row).collect()
    }

    /// The factors by name, given one after the other as [`Factored::all`] has them.
    pub fn names(&self, mut next: impl FnMut() -> u32) -> Factored {
        let mut like = |rows: &[Vec<usize>]| -> Vec<Vec<u32>> {
            rows.iter().map(|row| row.iter().map(|_| next()).collect()).collect()
        };
        let (lower, upper) = (like(&self.lower), like(&self.upper));
        Factored { lower, upper, inverses: (0..self.own).map(|_| next()).collect() }
    }

    /// Writes down the factoring of a matrix that is known, apart from its diagonal, by its entries with the sign turned;
    /// `diagonal` gives the one of an own component and the size of the terms that made it.
    pub fn factor(
        &self,
        r: &mut Recorder,
        entry: &dyn Fn(usize, usize) -> Option<u32>,
        diagonal: &mut dyn FnMut(&mut Recorder, usize) -> (u32, u32),
    ) -> Reduced {
        let own = self.own;
        let mut factored = Factored::default();
        let mut margins = vec![0; own];
        let (mut border, mut sizes) = (BTreeMap::new(), BTreeMap::new());
        for (i, &component) in self.order.iter().enumerate() {
            let mut row: BTreeMap<usize, u32> = BTreeMap::new();
            for (rank, &j) in self.order.iter().enumerate() {
                if j != component && (i < own || rank < own) {
                    row.extend(entry(component, j).map(|name| (rank, name)));
                }
            }
            let mut size = None;
            if i < own {
                let (value, terms) = diagonal(r, component);
                row.insert(i, value);
                size = Some(terms);
            }
            let mut lower = Vec::new();
            for &k in &self.lower[i] {
                let a = row[&k];
                lower.push(r.mul(a, factored.inverses[k]));
                for (&c, &u) in self.upper[k].iter().zip(&factored.upper[k]) {
                    if c == i {
                        let product = r.mul(a, u);
                        let term = r.size(product);
                        size = Some(size.map_or(term, |size| r.add_sizes(size, term)));
                    }
                    let sum = match row.get(&c) {
                        Some(&sum) => r.fma(a, u, sum),
                        None => r.mul(a, u),
                    };
                    row.insert(c, sum);
                }
            }
            factored.lower.push(lower);
            if i >= own {
                let place = |rank: usize| self.order[rank] - own;
                border.extend(row.range(own..).map(|(&c, &name)| ((component - own, place(c)), name)));
                sizes.extend(size.map(|size| (component - own, size)));
                continue;
            }
            let inverse = r.minus_inverse(row[&i]);
            factored.inverses.push(inverse);
            factored.upper.push(self.upper[i].iter().map(|c| r.mul(row[c], inverse)).collect());
            let pivot = r.size(row[&i]);
            margins[component] = size.map_or(pivot, |size| r.margin(pivot, size));
        }
        Reduced { factored, margins, border, sizes }
    }

    /// Writes down the way forward of a solution for the own part `b` of a right-hand side, by component: what stands for
    /// the own components meanwhile, and what is to be added to the border's right-hand side.
    pub fn forward(&self, r: &mut Recorder, f: &Factored, b: &[u32]) -> (Vec<u32>, BTreeMap<usize, u32>) {
        let (mut y, mut border) = (b.to_vec(), BTreeMap::new());
        for (i, &component) in self.order.iter().enumerate() {
            let mut sum = b.get(component).copied();
            for (&k, &l) in self.lower[i].iter().zip(&f.lower[i]) {
                let y = y[self.order[k]];
                sum = Some(match sum {
                    Some(sum) => r.fma(l, y, sum),
                    None => r.mul(l, y),
                });
            }
            match sum {
                Some(sum) if i < self.own => y[component] = sum,
                Some(sum) => {
                    border.insert(component - self.own, sum);
                }
                None => {}
            }
        }
        (y, border)
    }

    /// Writes down the way back, given the solution of the border.
    pub fn backward(&self, r: &mut Recorder, f: &Factored, y: &[u32], border: &[u32]) -> Vec<u32> {
        let mut x = [y, border].concat();
        for (i, &component) in self.order.iter().enumerate().take(self.own).rev() {
            let mut sum = r.mul(x[component], f.inverses[i]);
            for (&c, &u) in self.upper[i].iter().zip(&f.upper[i]).rev() {
                sum = r.fma(u, x[self.order[c]], sum);
            }
            x[component] = sum;
        }
        x.truncate(self.own);
        x
    }
}
