//! LU factorisation of matrices that repeat as a [`Template`]: one elimination for each group, run over its instances,
//! then the border's.

use super::Pattern;
use super::field::Field;
use super::reduction::{Factored, Reduction};
use super::template::{Layout, Moves, Template};
use crate::program::Recorder;
use std::collections::BTreeMap;

/// The elimination of matrices of one pattern that repeats, decided once. What it writes down reads and makes numbers in a
/// memory of its own: the factors of the groups, those of the border, and what is added up on the way.
#[derive(Debug)]
pub(crate) struct Bordered {
    pub groups: Vec<GroupPlan>,
    /// The components of the border.
    pub border: Vec<u32>,
    of_border: Reduction,
    /// Where the entries of the border's own block stand in pattern order; none where they only fill in.
    own: BTreeMap<(usize, usize), Option<u32>>,
    /// Where the border's factors begin.
    border_factors: usize,
    pub n: usize,
}

/// Gives the name of what stands at a place.
pub(crate) type Read<'a> = &'a dyn Fn(&mut Recorder, u32) -> u32;

/// Names with the places they go to.
type Placed = Vec<(u32, u32)>;

/// A factoring written down.
pub(crate) struct GroupFactored {
    pub factored: Factored,
    /// What is stored in memory, and what is added there.
    pub stored: Placed,
    pub added: Placed,
    /// The margins of the pivots by component.
    pub margins: Placed,
}

/// The elimination of an instance.
#[derive(Debug)]
pub(crate) struct GroupPlan {
    reduction: Reduction,
    pub moves: Moves,
    pub count: usize,
    /// The components of the first instance.
    pub components: Vec<u32>,
    /// The entries of the first instance by places in it.
    entries: BTreeMap<(usize, usize), u32>,
    /// Where the factors of the instances stand.
    pub factors: Layout,
}

impl Bordered {
    /// None where the pattern does not repeat as the template says.
    pub fn new(pattern: &Pattern, template: &Template) -> Option<Self> {
        let entries = template.entries(pattern)?;
        let border = template.border();
        let mut own: BTreeMap<(usize, usize), Option<u32>> = BTreeMap::new();
        for (a, &i) in border.iter().enumerate() {
            own.insert((a, a), None);
            for (e, &j) in (pattern.row_start(i as usize) as u32..).zip(pattern.row(i as usize)) {
                if let Ok(b) = border.binary_search(&j) {
                    own.insert((a, b), Some(e));
                }
            }
        }
        let (mut groups, mut first) = (Vec::new(), 0);
        for (group, entries) in template.groups().iter().zip(&entries) {
            let reduction = Reduction::new(group.width(), border.len(), entries.places.keys().copied())?;
            for place in reduction.filled() {
                own.entry(place).or_insert(None);
            }
            let factors = Layout { first, width: reduction.len(), count: group.count() };
            first += factors.len();
            groups.push(GroupPlan {
                reduction,
                moves: Moves::new(group, entries),
                count: group.count(),
                components: group.instance(0).to_vec(),
                entries: entries.places.iter().map(|(&place, of_instance)| (place, of_instance[0])).collect(),
                factors,
            });
        }
        let of_border = Reduction::new(border.len(), 0, own.keys().copied())?;
        Some(Bordered { groups, border: border.to_vec(), of_border, own, border_factors: first, n: pattern.n() })
    }

    /// Where the border's block is added up, and after it the sizes of the terms of its pivots.
    fn sums(&self) -> usize {
        self.border_factors + self.of_border.len()
    }

    /// How many numbers the factors are, with what is needed on the way.
    pub fn memory(&self) -> usize {
        self.sums() + self.own.len() + self.border.len()
    }

    /// What a place in that memory that belongs to the first instance of a group is in another one.
    pub fn moved(&self, group: usize, k: usize, place: u32) -> u32 {
        self.groups[group].factors.moved(k, place).unwrap_or(place)
    }

    /// Writes down how the border's block begins, with places in memory.
    pub fn start_border(&self, r: &mut Recorder, entry: Read<'_>, shift: u32) -> Vec<(u32, u32)> {
        let (mut results, sizes) = (Vec::new(), self.sums() + self.own.len());
        for (at, (&(a, b), place)) in self.own.iter().enumerate() {
            let mut value = match *place {
                Some(e) => entry(r, e),
                None => r.zero(),
            };
            if a == b {
                value = r.sub(value, shift);
                results.push((r.size(value), (sizes + a) as u32));
            }
            results.push((value, (self.sums() + at) as u32));
        }
        results
    }

    /// Writes down the factoring of a group's first instance: the factors, what is stored in memory, what is added there,
    /// and the margins by component.
    pub fn factor_group(&self, group: usize, r: &mut Recorder, entry: Read<'_>, shift: u32) -> GroupFactored {
        let plan = &self.groups[group];
        let entries: BTreeMap<(usize, usize), u32> =
            plan.entries.iter().map(|(&place, &e)| (place, entry(r, e))).collect();
        let mut diagonal = |r: &mut Recorder, i: usize| {
            let value = entries.get(&(i, i)).copied().unwrap_or_else(|| r.zero());
            let value = r.sub(value, shift);
            (value, r.size(value))
        };
        let reduced = plan.reduction.factor(r, &|i, j| entries.get(&(i, j)).copied(), &mut diagonal);
        let place = |v: usize| plan.factors.place(0, v);
        let stored = reduced.factored.all().into_iter().enumerate().map(|(v, name)| (name, place(v))).collect();
        let at: BTreeMap<(usize, usize), usize> = self.own.keys().copied().zip(self.sums()..).collect();
        let sizes = self.sums() + self.own.len();
        let blocks = reduced.border.iter().map(|(place, &name)| (name, at[place] as u32));
        let added = blocks.chain(reduced.sizes.iter().map(|(&b, &name)| (name, (sizes + b) as u32))).collect();
        let margins = reduced.margins.iter().copied().zip(plan.components.iter().copied()).collect();
        GroupFactored { factored: reduced.factored, stored, added, margins }
    }

    /// Writes down the factoring of the border, once all instances have added to it.
    pub fn factor_border(&self, r: &mut Recorder, read: Read<'_>) -> GroupFactored {
        let sizes = self.sums() + self.own.len();
        let sums: BTreeMap<(usize, usize), u32> =
            self.own.keys().zip(self.sums()..).map(|(&place, at)| (place, read(r, at as u32))).collect();
        let mut diagonal = |r: &mut Recorder, b: usize| (sums[&(b, b)], read(r, (sizes + b) as u32));
        let reduced = self.of_border.factor(r, &|a, b| sums.get(&(a, b)).copied(), &mut diagonal);
        let stored = reduced.factored.all().into_iter().zip(self.border_factors as u32..).collect();
        let margins = reduced.margins.iter().copied().zip(self.border.iter().copied()).collect();
        GroupFactored { factored: reduced.factored, stored, added: Vec::new(), margins }
    }

    /// The factors of a group's first instance, read from memory.
    pub fn read_group(&self, group: usize, r: &mut Recorder, read: Read<'_>) -> Factored {
        let plan = &self.groups[group];
        let mut places = (0..plan.factors.width).map(|v| plan.factors.place(0, v));
        plan.reduction.names(|| places.next().map_or(0, |place| read(r, place)))
    }

    /// The factors of the border, read from memory.
    pub fn read_border(&self, r: &mut Recorder, read: Read<'_>) -> Factored {
        let mut places = self.border_factors as u32..;
        self.of_border.names(|| places.next().map_or(0, |place| read(r, place)))
    }

    /// Writes down a solution's way forward through a group's first instance.
    pub fn forward(&self, group: usize, r: &mut Recorder, f: &Factored, b: &[u32]) -> (Vec<u32>, Vec<(u32, usize)>) {
        let (y, border) = self.groups[group].reduction.forward(r, f, b);
        (y, border.into_iter().map(|(b, name)| (name, b)).collect())
    }

    /// Writes down the solution of the border, its right-hand side given without what the groups have added up.
    pub fn solve_border(&self, r: &mut Recorder, f: &Factored, b: &[u32], added: &[u32]) -> Vec<u32> {
        let b: Vec<u32> = b.iter().zip(added).map(|(&b, &added)| r.add(b, added)).collect();
        let (y, _) = self.of_border.forward(r, f, &b);
        self.of_border.backward(r, f, &y, &[])
    }

    /// Writes down a solution's way back.
    pub fn backward(&self, group: usize, r: &mut Recorder, f: &Factored, y: &[u32], border: &[u32]) -> Vec<u32> {
        self.groups[group].reduction.backward(r, f, y, border)
    }

    /// Writes down what the border's own entries contribute to its residual `shift x - A x - b`.
    pub fn border_residual(&self, r: &mut Recorder, (entry, shift): (Read<'_>, u32), x: &[u32], b: &[u32]) -> Vec<u32> {
        let rows = x.iter().zip(b).enumerate().map(|(i, (&own, &b))| {
            let product = r.mul(shift, own);
            let mut sum = r.sub(product, b);
            for (&(_, j), place) in self.own.range((i, 0)..(i + 1, 0)) {
                if let Some(e) = *place {
                    let a = entry(r, e);
                    sum = r.minus_fma(a, x[j], sum);
                }
            }
            sum
        });
        rows.collect()
    }

    /// Writes down the residual of a group's first instance, x being its own components and the border's: of the own
    /// rows, and what is added to those of the border.
    pub fn group_residual(
        &self,
        group: usize,
        r: &mut Recorder,
        (entry, shift): (Read<'_>, u32),
        x: &[u32],
        b: &[u32],
    ) -> (Vec<u32>, Vec<(u32, usize)>) {
        let plan = &self.groups[group];
        let (own, mut sums) = (b.len(), vec![None; x.len()]);
        for (i, (&x, &b)) in x.iter().zip(b).enumerate() {
            let product = r.mul(shift, x);
            sums[i] = Some(r.sub(product, b));
        }
        for (&(i, j), &e) in &plan.entries {
            let (a, sum) = (entry(r, e), sums[i].unwrap_or_else(|| r.zero()));
            sums[i] = Some(r.minus_fma(a, x[j], sum));
        }
        let border = sums.split_off(own).into_iter().enumerate().filter_map(|(b, sum)| Some((sum?, b))).collect();
        (sums.into_iter().flatten().collect(), border)
    }
}
