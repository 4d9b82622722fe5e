//! Cycles of elementary steps: whether a scheme of states can be in equilibrium at all.
//!
//! In equilibrium every step is balanced by itself, so that round any cycle the product of the forward constants equals that
//! of the back constants (detailed balance; Wegscheider 1901, Z. Phys. Chem. 39:257; for transporters Hill, Free Energy
//! Transduction in Biology, 1977). A cycle whose product is another pumps for ever without being driven. So does one that
//! keeps a substance, or that moves net charge through the membrane and carries nothing that would bring the charge: a turn
//! has to release as much of each substance as it binds, and may move charge only where the levels that it binds from are
//! others than those it releases to (then their gradients and the voltage drive it, and it rests where these balance). It is
//! enough to look at the cycles of one basis: the product and the sums of any other cycle are made of theirs.
//!
//! ```
//! use homeostat::law::scheme::{Step, cycles, unbalanced};
//! // a ligand binds two sites in either order; the last constant should be 2
//! let steps = [
//!     Step::new("R", "AR", 1.0, 2.0).binds("A"),
//!     Step::new("R", "RA", 1.0, 6.0).binds("A"),
//!     Step::new("AR", "ARA", 1.0, 6.0).binds("A"),
//!     Step::new("RA", "ARA", 1.0, 4.0).binds("A"),
//! ];
//! assert_eq!(cycles(&steps).len(), 1);
//! let broken = unbalanced(&steps, 1e-9);
//! assert_eq!(broken[0].to_string(), "R > RA > ARA > AR > R: forward over back constants make 0.5, expected 1");
//! ```

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;

/// A reversible step between two states.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The state that it leaves.
    pub from: String,
    /// The state that it reaches.
    pub to: String,
    /// The rate constant forward, without concentrations, at no voltage.
    pub forward: f64,
    /// The rate constant back, in the same unit apart from concentrations.
    pub back: f64,
    /// What is bound by the step forward, how many molecules; negative where it is released.
    pub ligands: BTreeMap<Ligand, i32>,
    /// The positive charges that the step forward moves inwards through the membrane voltage.
    pub charge: f64,
}

/// What a step binds or releases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ligand {
    /// What it is: one name on both sides of a membrane.
    pub substance: String,
    /// Where it is: another name on each side.
    pub level: String,
}

impl Step {
    /// A step without ligands.
    pub fn new(from: &str, to: &str, forward: f64, back: f64) -> Self {
        Step { from: from.to_string(), to: to.to_string(), forward, back, ligands: BTreeMap::new(), charge: 0.0 }
    }

    /// The step forward binds a molecule of this.
    pub fn binds(self, ligand: &str) -> Self {
        self.moves(ligand, ligand, 1)
    }

    /// The step forward releases a molecule of this.
    pub fn releases(self, ligand: &str) -> Self {
        self.moves(ligand, ligand, -1)
    }

    /// The step forward binds so many molecules of a substance from a level, or releases them to it where the count is
    /// negative.
    ///
    /// ```
    /// use homeostat::law::scheme::{Step, unbalanced};
    /// let carry = |level: &str| {
    ///     let bind = Step::new("out", "loaded", 1.0, 1.0).moves("Na", "Na_o", 1);
    ///     vec![bind, Step::new("loaded", "out", 1.0, 1.0).charged(1.0).moves("Na", level, -1)]
    /// };
    /// assert!(unbalanced(&carry("Na_i"), 1e-9).is_empty()); // gradient and voltage drive it
    /// assert_eq!(unbalanced(&carry("Na_o"), 1e-9).len(), 1); // charge moves, and nothing is carried
    /// ```
    pub fn moves(mut self, substance: &str, level: &str, count: i32) -> Self {
        let ligand = Ligand { substance: substance.to_string(), level: level.to_string() };
        *self.ligands.entry(ligand).or_default() += count;
        self
    }

    /// The step forward moves so many positive charges inwards.
    pub fn charged(self, charge: f64) -> Self {
        Step { charge, ..self }
    }
}

/// A cycle of a scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Cycle {
    /// The states in their order; the first follows the last.
    pub states: Vec<String>,
    /// The product of forward over back constants, in this direction.
    pub product: f64,
    /// The substances that are bound and not released in one turn.
    pub net: BTreeMap<String, i32>,
    /// Whether a turn takes molecules from one level to another.
    pub is_carrying: bool,
    /// The positive charges that a turn moves inwards.
    pub charge: f64,
}

impl Cycle {
    /// Whether it can rest: the product is 1 to within a relative tolerance, as much of each substance is released as is
    /// bound, and no charge is moved (to within the tolerance) unless something is carried.
    pub fn is_balanced(&self, tolerance: f64) -> bool {
        let is_closed = self.is_carrying || self.charge.abs() <= tolerance;
        is_closed && self.net.is_empty() && self.is_even(tolerance)
    }

    /// Whether the product is 1 to within a relative tolerance, in either direction.
    pub fn is_even(&self, tolerance: f64) -> bool {
        self.product.ln().abs() <= tolerance.ln_1p()
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.states.first().map_or("", |state| state);
        write!(f, "{} > {first}: forward over back constants make {}", self.states.join(" > "), Short(self.product))?;
        if Short(self.product).rounded() != 1.0 {
            write!(f, ", expected 1")?;
        }
        for (ligand, count) in &self.net {
            let (what, count) = if *count > 0 { ("binds", *count) } else { ("releases", -count) };
            write!(f, "; a turn {what} {count} {ligand}")?;
        }
        if self.charge != 0.0 && !self.is_carrying {
            write!(f, "; a turn moves {} charges and carries nothing", Short(self.charge))?;
        }
        Ok(())
    }
}

/// A number with six digits at most.
struct Short(f64);

impl Short {
    fn rounded(&self) -> f64 {
        format!("{:.5e}", self.0).parse().unwrap_or(self.0)
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = self.rounded();
        if (1e-4..1e6).contains(&rounded.abs()) { write!(f, "{rounded}") } else { write!(f, "{rounded:e}") }
    }
}

/// States of a spanning tree: from which one each is reached, by which step, and whether forward.
type Tree<'s> = HashMap<&'s str, (&'s str, usize, bool)>;

/// A basis of the cycles of a scheme: one for each step that closes one beside a spanning tree. Two steps between the same
/// states are a cycle, too.
pub fn cycles(steps: &[Step]) -> Vec<Cycle> {
    let mut tree = Tree::new();
    let mut in_tree = vec![false; steps.len()];
    let states = steps.iter().flat_map(|step| [step.from.as_str(), step.to.as_str()]);
    let mut seen: Vec<&str> = Vec::new();
    for root in states {
        if seen.contains(&root) {
            continue;
        }
        seen.push(root);
        let mut open = VecDeque::from([root]);
        while let Some(state) = open.pop_front() {
            for (i, step) in steps.iter().enumerate() {
                let next = match (step.from == state, step.to == state) {
                    (true, false) => (step.to.as_str(), true),
                    (false, true) => (step.from.as_str(), false),
                    _ => continue,
                };
                if !seen.contains(&next.0) {
                    seen.push(next.0);
                    tree.insert(next.0, (state, i, next.1));
                    in_tree[i] = true;
                    open.push_back(next.0);
                }
            }
        }
    }
    let chords = steps.iter().enumerate().filter(|(i, _)| !in_tree[*i]);
    chords.map(|(i, _)| cycle(steps, &tree, i)).collect()
}

/// The cycles of the basis that cannot rest ([`Cycle::is_balanced`]).
pub fn unbalanced(steps: &[Step], tolerance: f64) -> Vec<Cycle> {
    cycles(steps).into_iter().filter(|cycle| !cycle.is_balanced(tolerance)).collect()
}

/// The cycle that a step closes: down the tree to where it begins, along it, and back up.
fn cycle<'s>(steps: &'s [Step], tree: &Tree<'s>, chord: usize) -> Cycle {
    let up = |mut state: &'s str| {
        let mut path = Vec::new(); // states with the step that leads to them from their parent
        while let Some((parent, step, is_forward)) = tree.get(state) {
            path.push((*parent, *step, *is_forward));
            state = parent;
        }
        path
    };
    let (mut left, mut right) = (up(&steps[chord].from), up(&steps[chord].to));
    while left.last().is_some() && left.last() == right.last() {
        left.pop();
        right.pop();
    }
    let down = left.iter().rev().map(|(parent, step, is_forward)| (*parent, *step, *is_forward));
    let along = std::iter::once((steps[chord].from.as_str(), chord, true));
    let mut back: Vec<(&str, usize, bool)> = Vec::new();
    let mut state = steps[chord].to.as_str();
    for (parent, step, is_forward) in right {
        back.push((state, step, !is_forward));
        state = parent;
    }
    let turn: Vec<(&str, usize, bool)> = down.chain(along).chain(back).collect();
    let mut cycle = Cycle { states: Vec::new(), product: 1.0, net: BTreeMap::new(), is_carrying: false, charge: 0.0 };
    let mut moved: BTreeMap<&Ligand, i32> = BTreeMap::new();
    for (state, step, is_forward) in turn {
        let step = &steps[step];
        cycle.states.push(state.to_string());
        let (ratio, sign) = if is_forward { (step.forward / step.back, 1) } else { (step.back / step.forward, -1) };
        cycle.product *= ratio;
        cycle.charge += f64::from(sign) * step.charge;
        for (ligand, count) in &step.ligands {
            *moved.entry(ligand).or_default() += sign * count;
            *cycle.net.entry(ligand.substance.clone()).or_default() += sign * count;
        }
    }
    cycle.is_carrying = moved.values().any(|count| *count != 0);
    cycle.net.retain(|_, count| *count != 0);
    cycle
}
