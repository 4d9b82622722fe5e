//! What moves and what is given: rules, rates of change beside those of processes, values at the start.
//!
//! Without any of this a species is a state that processes change, and a parameter or the size of a compartment is a
//! number that a run does not change.

use super::{Delay, EntityKind, Network, Species};
use crate::expr::{Arena, Expr, Node, NodeId, Op, Symbol};
use std::collections::{BTreeMap, BTreeSet};

/// What holds of values beyond what their kind says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dynamics {
    /// Values that a formula gives at every time.
    pub assigned: BTreeMap<Symbol, NodeId>,
    /// Parts of the rate of change of a value, beside what processes do.
    pub rates: Vec<(Symbol, NodeId)>,
    /// Species that nothing changes.
    pub still: BTreeSet<Symbol>,
    /// Parameters and sizes that are states.
    pub varying: BTreeSet<Symbol>,
    /// Values at the start, by formula.
    pub initial: BTreeMap<Symbol, NodeId>,
    /// States that algebraic equations determine, with what has to be zero. Processes and rates do not move them.
    pub algebraic: Vec<(Symbol, NodeId)>,
    /// Processes that are at rest all the time.
    pub fast: BTreeSet<Symbol>,
    /// Parameters that are values of the past.
    pub delayed: BTreeMap<Symbol, Delay>,
}

impl Dynamics {
    /// Every formula, with what it is of.
    pub fn all(&self) -> Vec<(Symbol, NodeId)> {
        let given = self.assigned.iter().chain(&self.initial).map(|(symbol, formula)| (*symbol, *formula));
        let delayed = self.delayed.iter().flat_map(|(symbol, delay)| [(*symbol, delay.value), (*symbol, delay.by)]);
        given.chain(self.rates.iter().chain(&self.algebraic).copied()).chain(delayed).collect()
    }
}

impl Network {
    /// What moves and what is given.
    pub(crate) fn dynamics(&self) -> &Dynamics {
        &self.dynamics
    }

    /// Gives a value by a formula that holds at every time (an assignment rule): of a species its amount, of a compartment
    /// its size. It is then no state, and cannot be set.
    ///
    /// ```
    /// use homeostat::network::Network;
    /// use homeostat::simulation::{Run, Simulation};
    /// use homeostat::units::{Amount, Volume};
    /// let mut net = Network::new("two");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let (a, twice) = (net.species("a", cell, Amount::umol(1.0)), net.parameter("twice", 0.0));
    /// net.assign(twice, (2.0 * net.value(a)).id());
    /// net.change(a, net.number(3.0).id()); // umol/h
    /// let simulation = Simulation::new(&net)?;
    /// let run = Run { selection: simulation.select("twice")?, ..Run::until(1.0) };
    /// assert!((simulation.run(&run)?.column("twice").unwrap().last().unwrap() - 8.0).abs() < 1e-9);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn assign(&mut self, symbol: impl Into<Symbol>, formula: NodeId) {
        self.dynamics.assigned.insert(symbol.into(), formula);
    }

    /// Adds to the rate of change of a value (per time, in the units of the model): what processes do to a species comes
    /// to it, and several such parts are summed. A parameter or the size of a compartment becomes a state by it (a rate
    /// rule). [`Network::assign`] has an example.
    pub fn change(&mut self, symbol: impl Into<Symbol>, rate: NodeId) {
        let symbol = symbol.into();
        self.vary(symbol);
        self.dynamics.rates.push((symbol, rate));
    }

    /// Makes a parameter or the size of a compartment a state, so that events may change it.
    pub fn vary(&mut self, symbol: impl Into<Symbol>) {
        let symbol = symbol.into();
        if matches!(self.entity(symbol).kind, EntityKind::Parameter { .. } | EntityKind::Compartment { .. }) {
            self.dynamics.varying.insert(symbol);
        }
    }

    /// Gives a value at the start by a formula of what holds there (an initial assignment): of a species its amount. A
    /// number that is set by name takes its place.
    pub fn initially(&mut self, symbol: impl Into<Symbol>, formula: NodeId) {
        self.dynamics.initial.insert(symbol.into(), formula);
    }

    /// Determines a value by an equation (an algebraic rule): it is such that `zero` is 0 at all times. It is then a state
    /// that follows the others; which of several equations stands with which of their values changes nothing.
    pub fn equate(&mut self, symbol: impl Into<Symbol>, zero: NodeId) {
        let symbol = symbol.into();
        self.vary(symbol);
        self.dynamics.algebraic.push((symbol, zero));
    }

    /// The formula that gives a value at every time.
    pub fn assigned(&self, symbol: impl Into<Symbol>) -> Option<NodeId> {
        self.dynamics.assigned.get(&symbol.into()).copied()
    }

    /// Says that nothing changes a species: its amount is then a number that a run does not change, and no state. It may be
    /// no number at all.
    ///
    /// ```
    /// use homeostat::network::Network;
    /// use homeostat::system::System;
    /// use homeostat::units::{Amount, Volume};
    /// let mut net = Network::new("supply");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let (a, b) = (net.species("a", cell, Amount::umol(1.0)), net.species("b", cell, Amount::umol(0.0)));
    /// net.keep(a);
    /// net.change(b, net.value(a).id());
    /// let system = System::compile(&net)?;
    /// assert_eq!(system.states(), [b.into()]);
    /// assert!(system.parameter_of(a).is_some());
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn keep(&mut self, species: Species) {
        self.dynamics.still.insert(species.0);
    }

    /// Whether something is a state: a species that is not kept, or what a rate or an event changes, unless a formula gives it.
    pub fn is_state(&self, symbol: impl Into<Symbol>) -> bool {
        let symbol = symbol.into();
        let moves = match self.entity(symbol).kind {
            EntityKind::Species { .. } => !self.dynamics.still.contains(&symbol),
            _ => self.dynamics.varying.contains(&symbol),
        };
        moves && !self.dynamics.assigned.contains_key(&symbol)
    }

    /// All states.
    pub fn all_states(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.symbols(|_| true).filter(|symbol| self.is_state(*symbol))
    }

    /// The rate of change of something, from what has been said so far: of a state what processes and rates come to, of
    /// what a formula gives the derivative of that by time. Processes and rates that are added later are not in it.
    ///
    /// ```
    /// use homeostat::network::Network;
    /// use homeostat::units::{Amount, Volume};
    /// let mut net = Network::new("square");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let (a, square) = (net.species("a", cell, Amount::umol(1.0)), net.parameter("square", 0.0));
    /// net.assign(square, (net.value(a) * net.value(a)).id());
    /// net.change(a, net.number(3.0).id());
    /// let text = net.rate_of(square).text(&|symbol| net.name_of(symbol).to_string());
    /// assert_eq!(text, "3 * a + a * 3");
    /// ```
    pub fn rate_of(&self, symbol: impl Into<Symbol>) -> Expr<'_> {
        let mut arena = self.graph.arena();
        let rate =
            Rates { network: self, flows: self.flows(&mut arena) }.of(symbol.into(), &mut arena, &mut Vec::new());
        drop(arena);
        rate.map_or_else(|| self.number(0.0), |rate| self.formula(rate))
    }

    /// The terms of the rate of change of each state.
    fn flows(&self, arena: &mut Arena) -> BTreeMap<Symbol, Vec<NodeId>> {
        let mut flows: BTreeMap<Symbol, Vec<NodeId>> = BTreeMap::new();
        for process in self.all_processes() {
            let EntityKind::Process { stoichiometry, .. } = &self.entity(process).kind else { continue };
            for (species, change) in stoichiometry {
                let (rate, change) = (arena.symbol(process.0), arena.constant(*change));
                let term = arena.binary(Op::Mul, change, rate);
                flows.entry(species.0).or_default().push(term);
            }
        }
        for (symbol, rate) in &self.dynamics.rates {
            flows.entry(*symbol).or_default().push(*rate);
        }
        flows
    }
}

/// Finds rates of change; what depends on itself has none.
struct Rates<'a> {
    network: &'a Network,
    flows: BTreeMap<Symbol, Vec<NodeId>>,
}

impl Rates<'_> {
    fn of(&self, symbol: Symbol, arena: &mut Arena, asked: &mut Vec<Symbol>) -> Option<NodeId> {
        let formula = match self.network.entity(symbol).kind {
            EntityKind::Process { rate, scale, .. } => {
                let scale = arena.symbol(scale.0);
                Some(arena.binary(Op::Mul, scale, rate))
            }
            EntityKind::Rule { value, .. } => Some(value),
            _ => self.network.assigned(symbol),
        };
        let Some(formula) = formula else {
            let terms = self.flows.get(&symbol).cloned().unwrap_or_default();
            return terms.into_iter().reduce(|sum, term| arena.binary(Op::Add, sum, term));
        };
        if asked.contains(&symbol) {
            return None;
        }
        asked.push(symbol);
        let mut slopes: BTreeMap<Symbol, NodeId> = BTreeMap::new();
        for part in arena.symbols(formula) {
            if let Some(slope) = self.of(part, arena, asked) {
                slopes.insert(part, slope);
            }
        }
        asked.pop();
        let one = arena.constant(1.0);
        arena.tangent(formula, &|leaf| match leaf {
            Node::Time => Some(one),
            Node::Symbol(symbol) => slopes.get(&symbol).copied(),
            _ => None,
        })
    }
}
