//! Sums of states that nothing changes between events.

use super::{EntityKind, Network};
use crate::error::Problem;
use crate::expr::Symbol;
use std::collections::{BTreeMap, BTreeSet};

/// A linear combination of amounts that every process leaves as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ConservedSum {
    /// States (species, mostly) with their weights; the first weight is positive, the smallest is 1 in size.
    pub terms: Vec<(Symbol, f64)>,
}

impl ConservedSum {
    /// As text: `bh2 + bh4`.
    pub fn text(&self, network: &Network) -> String {
        sum_text(self.terms.iter().map(|(state, weight)| (network.name_of(*state), *weight)))
    }
}

/// Names with their weights as text.
pub(crate) fn sum_text<'a>(terms: impl IntoIterator<Item = (&'a str, f64)>) -> String {
    let mut text = String::new();
    for (name, weight) in terms {
        text += match (weight < 0.0, text.is_empty()) {
            (true, true) => "-",
            (true, false) => " - ",
            (false, true) => "",
            (false, false) => " + ",
        };
        if weight.abs() != 1.0 {
            text += &format!("{} ", weight.abs());
        }
        text += name;
    }
    text
}

type Row = BTreeMap<usize, f64>;

/// Below this a sum of stoichiometric coefficients counts as cancelled.
const NEGLIGIBLE: f64 = 1e-9;
/// Coefficients that elimination looks at before it gives up: about a second.
const MOST_WORK: usize = 20_000_000;
/// Fewer states than these never come to it.
const MANY: usize = 500;

impl Network {
    /// All independent conserved sums, from the stoichiometry alone: a basis of the left null space of the
    /// stoichiometric matrix (Sauro & Ingalls 2004, Biophys. Chem. 109:1), reduced so that each sum holds a
    /// species that no other one holds.
    ///
    /// A state that nothing changes is a conserved sum by itself; one with a rate of its own or an equation is in none. Where
    /// thousands of species are so tangled that elimination fills in, not all are found, and [`Network::check`] says so.
    pub fn conserved_sums(&self) -> Vec<ConservedSum> {
        self.all_conserved_sums().0
    }

    /// A warning where not all are found.
    pub(super) fn overlooked_sums(&self) -> Option<Problem> {
        let states = self.all_states().take(MANY).count();
        (states == MANY && !self.all_conserved_sums().1).then(|| {
            let message = "the reactions are so tangled that not all conserved sums are found: those that are not are held by the \
                           tolerances alone";
            Problem::warning(["network"], message)
        })
    }

    /// Those that are found, and whether these are all.
    fn all_conserved_sums(&self) -> (Vec<ConservedSum>, bool) {
        let states: Vec<Symbol> = self.all_states().collect();
        let place: BTreeMap<Symbol, usize> = states.iter().enumerate().map(|(i, s)| (*s, i)).collect();
        let mut stoichiometry = vec![Row::new(); states.len()];
        for (column, process) in self.all_processes().enumerate() {
            if let EntityKind::Process { stoichiometry: changes, .. } = &self.entity(process).kind {
                for (s, change) in changes {
                    if let Some(&i) = place.get(&s.0) {
                        *stoichiometry[i].entry(column).or_insert(0.0) += change;
                    }
                }
            }
        }
        let first = self.all_processes().count();
        let beside = self.dynamics.rates.iter().chain(&self.dynamics.algebraic);
        for (column, (symbol, _)) in (first..).zip(beside) {
            if let Some(&i) = place.get(symbol) {
                stoichiometry[i].insert(column, 1.0);
            }
        }
        let (sums, is_all) = left_null_space(stoichiometry);
        let sums = reduce(sums);
        (sums.iter().map(|sum| ConservedSum { terms: tidy(sum, &states) }).collect(), is_all)
    }
}

/// Adds `factor` times another row.
fn combine(row: &mut Row, factor: f64, other: &Row) {
    for (&k, &x) in other {
        let entry = row.entry(k).or_insert(0.0);
        let size = entry.abs().max((factor * x).abs());
        *entry += factor * x;
        if entry.abs() <= NEGLIGIBLE * size {
            row.remove(&k);
        }
    }
}

/// Combinations of rows that vanish, by elimination of the rows while the combinations are recorded; and whether these are all.
fn left_null_space(mut rows: Vec<Row>) -> (Vec<Row>, bool) {
    let mut records: Vec<Row> = (0..rows.len()).map(|i| Row::from([(i, 1.0)])).collect();
    let mut pivots: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut null, mut work) = (Vec::new(), 0);
    for row in &mut rows {
        row.retain(|_, x| *x != 0.0);
    }
    let mut order = possible(&rows);
    // short rows first: a pool that a thousand parts share would else spread through all of theirs
    order.sort_by_key(|&i| rows[i].len());
    for i in order {
        // each turn removes the first column that an earlier row owns
        while let Some((column, x, owner)) = rows[i].iter().find_map(|(&c, &x)| pivots.get(&c).map(|&o| (c, x, o))) {
            let (pivot, record) = (rows[owner].clone(), records[owner].clone());
            work += rows[i].len() + pivot.len() + record.len();
            if work > MOST_WORK {
                return (null, false);
            }
            let factor = -x / pivot[&column];
            combine(&mut rows[i], factor, &pivot);
            rows[i].remove(&column);
            combine(&mut records[i], factor, &record);
        }
        match rows[i].keys().next() {
            Some(&column) => {
                pivots.insert(column, i);
            }
            None => null.push(records[i].clone()),
        }
    }
    (null, true)
}

/// The rows that a combination which vanishes may hold: none that is alone in a column, and so on with those that are left.
fn possible(rows: &[Row]) -> Vec<usize> {
    let mut columns: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        row.keys().for_each(|column| columns.entry(*column).or_default().push(i));
    }
    let mut count: BTreeMap<usize, usize> = columns.iter().map(|(column, of)| (*column, of.len())).collect();
    let mut alone: Vec<usize> = count.iter().filter(|(_, count)| **count == 1).map(|(column, _)| *column).collect();
    let mut is_possible = vec![true; rows.len()];
    while let Some(column) = alone.pop() {
        let Some(&i) = columns[&column].iter().find(|i| is_possible[**i]) else { continue };
        is_possible[i] = false;
        for other in rows[i].keys() {
            if let Some(left) = count.get_mut(other) {
                *left -= 1;
                alone.extend((*left == 1).then_some(*other));
            }
        }
    }
    (0..rows.len()).filter(|i| is_possible[*i]).collect()
}

/// Reduced echelon form, so that sums are short and do not depend on one another.
fn reduce(mut sums: Vec<Row>) -> Vec<Row> {
    // who may hold a species
    let mut holders: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (k, sum) in sums.iter().enumerate() {
        sum.keys().for_each(|i| _ = holders.entry(*i).or_default().insert(k));
    }
    for k in 0..sums.len() {
        // its last species is then in no other sum, and stays its last: the form does not depend on the order of the sums
        let Some((&lead, &weight)) = sums[k].iter().next_back() else { continue };
        let pivot = sums[k].clone();
        for other in holders.remove(&lead).unwrap_or_default() {
            if other != k
                && let Some(&x) = sums[other].get(&lead)
            {
                combine(&mut sums[other], -x / weight, &pivot);
                sums[other].remove(&lead);
                pivot.keys().for_each(|i| _ = holders.entry(*i).or_default().insert(other));
            }
        }
        holders.insert(lead, BTreeSet::from([k]));
    }
    sums.sort_by(|a, b| a.keys().next().cmp(&b.keys().next()));
    sums
}

fn tidy(sum: &Row, states: &[Symbol]) -> Vec<(Symbol, f64)> {
    let least = sum.values().fold(f64::INFINITY, |least, x| least.min(x.abs()));
    let sign = sum.values().next().map_or(1.0, |x| x.signum());
    // weights of stoichiometric sums are mostly whole: what rounding has added is taken away
    let whole = |x: f64| if (x - x.round()).abs() <= NEGLIGIBLE * x.abs() { x.round() } else { x };
    sum.iter().map(|(&i, &x)| (states[i], whole(sign * x / least))).collect()
}
