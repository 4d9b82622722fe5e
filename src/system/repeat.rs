//! Which parts of a network are equal.
//!
//! States that many processes have to do with are taken out: the border. What then hangs together is a component, and
//! components whose processes have the same expressions, state for state and parameter for parameter, are instances of one
//! group. Nothing is compared pair by pair: a component is written down in a form in which equal ones are equal, so that the
//! work grows with the size of the network alone.

use super::compile::Term;
use super::lower::Slot;
use crate::expr::{Arena, Node, NodeId, Op, QuickMap, Symbol};
use crate::program::LANES;
use std::collections::{BTreeMap, BTreeSet};

/// Equal components of a network.
#[derive(Clone, Debug)]
pub(super) struct Instances {
    /// How many states an instance has.
    pub width: usize,
    /// The states, instance after instance, ascending in each; those of the same place correspond.
    pub states: Vec<usize>,
    /// The terms of the first instance.
    pub terms: Vec<usize>,
    /// For each instance what it has in the place of the first one's parameters.
    pub parameters: Vec<Vec<Symbol>>,
    /// The same of its modes.
    modes: Vec<Vec<u32>>,
}

impl Instances {
    pub fn count(&self) -> usize {
        self.parameters.len()
    }

    /// What a state of the first instance is in another one; those of the border stay.
    pub fn moved(&self, k: usize, state: usize) -> usize {
        let place = self.states[..self.width].binary_search(&state);
        place.map_or(state, |place| self.states[k * self.width + place])
    }

    /// What a mode of the first instance is in another one.
    pub fn moved_mode(&self, k: usize, mode: u32) -> u32 {
        let place = self.modes[0].iter().position(|&own| own == mode);
        place.map_or(mode, |place| self.modes[k][place])
    }
}

/// How a network repeats.
#[derive(Clone, Debug, Default)]
pub(super) struct Repetition {
    pub groups: Vec<Instances>,
    /// The terms that belong to no instance.
    pub rest: Vec<usize>,
}

impl Repetition {
    /// Nothing repeats.
    pub fn none(terms: usize) -> Self {
        Repetition { groups: Vec::new(), rest: (0..terms).collect() }
    }

    /// Finds groups of at least [`LANES`] instances among `n` states.
    pub fn find(arena: &Arena, terms: &[Term], slots: &[Slot], n: usize) -> Self {
        let touched: Vec<Vec<usize>> = terms.iter().map(|term| term.touches(arena, slots)).collect();
        let Some(border) = border(&touched, n) else { return Repetition::none(terms.len()) };
        let components = Components::new(&touched, &border, n);
        let mut known: QuickMap<Vec<Token>, usize> = QuickMap::default();
        let mut groups: Vec<Instances> = Vec::new();
        for (states, of_component) in components.states.iter().zip(&components.terms) {
            if of_component.is_empty() {
                continue;
            }
            let mut form = Form::new(arena, slots, states);
            for &term in of_component {
                form.add(&terms[term]);
            }
            let group = *known.entry(form.tokens).or_insert(groups.len());
            if group == groups.len() {
                let (width, terms) = (states.len(), of_component.clone());
                groups.push(Instances { width, terms, states: Vec::new(), parameters: Vec::new(), modes: Vec::new() });
            }
            groups[group].states.extend(states);
            groups[group].modes.push(form.modes);
            groups[group].parameters.push(form.parameters);
        }
        groups.retain(|group| group.count() >= LANES);
        let repeated: BTreeSet<usize> = groups.iter().flat_map(|group| &group.states).copied().collect();
        let is_rest = |&term: &usize| !touched[term].iter().any(|state| repeated.contains(state));
        Repetition { groups, rest: (0..terms.len()).filter(is_rest).collect() }
    }
}

/// The states to take out: those that more others have to do with than a threshold says, the one of several thresholds
/// which makes most states part of what seems to repeat. None where nothing does.
fn border(touched: &[Vec<usize>], n: usize) -> Option<Vec<bool>> {
    let mut others = vec![0; n];
    for states in touched {
        for &state in states {
            others[state] += states.len() - 1;
        }
    }
    let most = others.iter().copied().max().unwrap_or(0);
    let thresholds = (1..usize::BITS).map(|power| 1_usize << power).take_while(|&threshold| threshold < 2 * most);
    let mut best = (0, None);
    // from above: of equal ones the smallest border
    for threshold in thresholds.collect::<Vec<_>>().into_iter().rev() {
        let border: Vec<bool> = others.iter().map(|&count| count > threshold).collect();
        let components = Components::new(touched, &border, n);
        let mut sizes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (states, terms) in components.states.iter().zip(&components.terms) {
            *sizes.entry((states.len(), terms.len())).or_insert(0) += 1;
        }
        let repeated = sizes.iter().filter(|&(_, &count)| count >= LANES);
        let covered = repeated.map(|(&(states, _), &count)| states * count).sum();
        if covered > best.0 {
            best = (covered, Some(border));
        }
    }
    best.1
}

/// What hangs together once the border is taken out.
struct Components {
    /// The states of each, ascending; in the order of their first ones.
    states: Vec<Vec<usize>>,
    /// The terms of each, ascending.
    terms: Vec<Vec<usize>>,
}

impl Components {
    fn new(touched: &[Vec<usize>], border: &[bool], n: usize) -> Self {
        let mut parent: Vec<usize> = (0..n).collect();
        fn root(parent: &mut [usize], mut i: usize) -> usize {
            while parent[i] != i {
                parent[i] = parent[parent[i]];
                i = parent[i];
            }
            i
        }
        for states in touched {
            let mut inner = states.iter().copied().filter(|&state| !border[state]);
            if let Some(first) = inner.next() {
                for other in inner {
                    let (a, b) = (root(&mut parent, first), root(&mut parent, other));
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
        let mut components = Components { states: Vec::new(), terms: Vec::new() };
        let mut place = vec![usize::MAX; n];
        for state in (0..n).filter(|&state| !border[state]) {
            let root = root(&mut parent, state);
            if root == state {
                place[root] = components.states.len();
                components.states.push(Vec::new());
                components.terms.push(Vec::new());
            }
            place[state] = place[root];
            components.states[place[state]].push(state);
        }
        for (term, states) in touched.iter().enumerate() {
            if let Some(&state) = states.iter().find(|&&state| !border[state]) {
                components.terms[place[state]].push(term);
            }
        }
        components
    }
}

/// A piece of the form in which equal components are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Token {
    /// A state of the component by its place there, a parameter by when it first came.
    Own(usize),
    Parameter(usize),
    /// A mode by when it first came.
    Mode(usize),
    /// A state of the border.
    Border(usize),
    Time,
    Constant(u64),
    /// An operation on earlier pieces.
    Apply(Op, usize, usize, usize),
    /// The rate of a process, an earlier piece, and what it changes by how much.
    Rate(usize),
    Change(u64),
}

/// A component being written down.
struct Form<'a> {
    arena: &'a Arena,
    slots: &'a [Slot],
    states: &'a [usize],
    tokens: Vec<Token>,
    /// Where each node stands.
    written: QuickMap<NodeId, usize>,
    parameters: Vec<Symbol>,
    modes: Vec<u32>,
}

impl<'a> Form<'a> {
    fn new(arena: &'a Arena, slots: &'a [Slot], states: &'a [usize]) -> Self {
        let (tokens, written, parameters, modes) = (Vec::new(), QuickMap::default(), Vec::new(), Vec::new());
        Form { arena, slots, states, tokens, written, parameters, modes }
    }

    fn add(&mut self, term: &Term) {
        let rate = self.write(term.rate);
        self.tokens.push(Token::Rate(rate));
        for &(state, change) in &term.changes {
            self.tokens.push(self.state(state));
            self.tokens.push(Token::Change(change.to_bits()));
        }
    }

    fn state(&self, state: usize) -> Token {
        self.states.binary_search(&state).map_or(Token::Border(state), Token::Own)
    }

    /// Writes a node down after its operands, once; gives its place.
    fn write(&mut self, root: NodeId) -> usize {
        let mut open = vec![(root, false)];
        while let Some((id, ready)) = open.pop() {
            if self.written.contains_key(&id) {
                continue;
            }
            let token = match self.arena.node(id) {
                Node::Constant(bits) => Token::Constant(bits),
                Node::Time => Token::Time,
                Node::Symbol(symbol) => match self.slots[symbol.0 as usize] {
                    Slot::State(i) => self.state(i as usize),
                    Slot::Mode(i) => {
                        self.modes.push(i);
                        Token::Mode(self.modes.len() - 1)
                    }
                    _ => {
                        self.parameters.push(symbol);
                        Token::Parameter(self.parameters.len() - 1)
                    }
                },
                Node::Apply(op, a, b, c) if ready => {
                    let [a, b, c] = [a, b, c].map(|operand| self.written[&operand]);
                    Token::Apply(op, a, b, c)
                }
                Node::Apply(_, a, b, c) => {
                    open.push((id, true));
                    open.extend([(c, false), (b, false), (a, false)]);
                    continue;
                }
            };
            self.written.insert(id, self.tokens.len());
            self.tokens.push(token);
        }
        self.written[&root]
    }
}

#[cfg(test)]
mod tests {
    use crate::network::Network;
    use crate::solver::{OdeSystem, Options, Point, Tolerance, solve};
    use crate::system::System;
    use crate::system::compile::compile;
    use crate::units::{Concentration, Frequency, Volume};

    /// Cells with a law and numbers of their own, in two kinds, on two pools; one pool decays by itself.
    fn cells(counts: [usize; 2]) -> Network {
        let mut net = Network::new("cells");
        let space = net.compartment("space", Volume::l(2.0));
        let pools = ["a", "b"].map(|name| net.species(name, space, Concentration::um(3.0)));
        let k = net.parameter("decay.k", Frequency::per_h(0.3));
        let rate = (net.value(k) * net.value(pools[1])).id();
        net.process("decay", [(pools[1], -1.0)], rate);
        for (kind, count) in counts.into_iter().enumerate() {
            for i in 0..count {
                let name = |what: &str| format!("{what}{kind}_{i}");
                let x = net.species(&name("x"), space, Concentration::um(1.0 + i as f64));
                let y = net.species(&name("y"), space, Concentration::um(0.5));
                let k = net.parameter(&name("k"), Frequency::per_h(1.0 + 0.1 * i as f64));
                let fast = net.parameter(&name("fast"), Frequency::per_h(400.0 + i as f64));
                // in from both pools, saturated by x itself, and closed by what has come out
                let gate = (2.0 - net.value(y)).max(0.0);
                let uptake = gate * net.value(pools[0]) * net.value(pools[1]) / (1.0 + net.value(x));
                let uptake = (net.value(k) * uptake).id();
                net.process(&name("uptake"), [(pools[0], -1.0), (pools[1], -1.0), (x, 1.0)], uptake);
                let (x_value, y_value) = (net.value(x), net.value(y));
                let turn = net.value(fast) * if kind == 0 { x_value - y_value } else { x_value.power(2.0) - y_value };
                let turn = turn.id();
                net.process(&name("turn"), [(x, -1.0), (y, 1.0)], turn);
                let out = (net.value(k) * net.value(y)).id();
                net.process(&name("out"), [(y, -1.0), (pools[kind], 2.0)], out);
            }
        }
        net
    }

    /// Right-hand side and Jacobian of a network that repeats against those of the same network compiled as it stands.
    #[test]
    fn agrees_with_the_network_compiled_flat() {
        for counts in [[4, 0], [5, 4], [9, 1], [16, 6]] {
            let net = cells(counts);
            let (system, flat) = (compile(&net, true).unwrap(), compile(&net, false).unwrap());
            assert!(system.shape().jacobian.bordered().is_some() && flat.shape().jacobian.bordered().is_none());
            let parameters = [&system, &flat].map(|s| s.parameters(&net).unwrap());
            let y: Vec<f64> = (0..flat.states().len()).map(|i| 1.0 + (7 * i % 11) as f64 * 0.2).collect();
            let call = |s: &System, p: &[f64]| {
                let (mut f, mut j) = (vec![f64::NAN; y.len()], vec![f64::NAN; s.shape().jacobian.len()]);
                let mut scratch = vec![0.0; s.shape().scratch];
                let modes = s.modes(0.0, p, &y).unwrap();
                let at = Point::new(0.0, p).with_modes(&modes);
                s.rhs(&at, &y, &mut f, &mut scratch).unwrap();
                s.jacobian(&at, &y, &mut j, &mut scratch).unwrap();
                (f, j)
            };
            let ((f, j), (f_flat, j_flat)) = (call(&system, &parameters[0]), call(&flat, &parameters[1]));
            for (found, expected) in f.iter().zip(&f_flat) {
                assert!((found - expected).abs() <= 1e-13 * 1e4, "{counts:?}: {found} against {expected}");
            }
            assert!(system.shape().jacobian.entries().eq(flat.shape().jacobian.entries()), "{counts:?}");
            for (found, expected) in j.iter().zip(&j_flat) {
                assert!((found - expected).abs() <= 1e-13 * 1e3, "{counts:?}: {found} against {expected}");
            }
        }
    }

    #[test]
    fn runs_as_the_network_compiled_flat() {
        let net = cells([9, 5]);
        let rows = [true, false].map(|repeats| {
            let system = compile(&net, repeats).unwrap();
            let parameters = system.parameters(&net).unwrap();
            let y0 = system.initial_state(&net, &parameters).unwrap();
            let options = Options::with_tolerances(1e-9, Tolerance::Same(1e-12));
            solve(&system, &parameters, &y0, &[0.0, 0.1, 2.0, 20.0], &options).unwrap().rows
        });
        let [rows, expected] = &rows;
        for (row, expected) in rows.iter().zip(expected) {
            for (found, expected) in row.iter().zip(expected) {
                // each within a small multiple of the tolerance
                assert!((found - expected).abs() <= 1e-7 * expected.abs() + 1e-10, "{found} against {expected}");
            }
        }
    }

    /// Too few, or alike in nothing but their number of states: no instances.
    #[test]
    fn what_does_not_repeat_is_left_as_it_is() {
        for counts in [[3, 0], [3, 3], [1, 1]] {
            assert!(compile(&cells(counts), true).unwrap().shape().jacobian.bordered().is_none(), "{counts:?}");
        }
        let groups = |counts| {
            let system = compile(&cells(counts), true).unwrap();
            system.shape().jacobian.bordered().map(|plan| plan.groups.iter().map(|g| g.count).collect::<Vec<_>>())
        };
        assert_eq!(groups([8, 5]), Some(vec![8, 5]));
        assert_eq!(groups([8, 2]), Some(vec![8]));
    }
}
