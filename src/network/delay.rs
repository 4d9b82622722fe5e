//! Values of the past.

use super::equations::Resolver;
use super::{Network, Parameter};
use crate::error::Problem;
use crate::expr::{Arena, Node, NodeId, Op, QuickMap, Symbol};

/// What a value was some time ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// The formula whose value of then it is.
    pub value: NodeId,
    /// How long ago, in the model's unit of time: zero or more.
    pub by: NodeId,
}

/// A value of the past over states, parameters, the time and other such values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelayEquations {
    /// The parameter.
    pub symbol: Symbol,
    /// The formula whose value of then it is.
    pub value: NodeId,
    /// The same before the start, where values that begin by a formula that names the time follow it.
    pub before: NodeId,
    /// How long ago.
    pub by: NodeId,
}

impl Network {
    /// Lets a parameter be what the value of a formula was `by` units of time ago (a delay differential equation; SBML's
    /// `delay`). Before the start states were what they are at the start, and whatever names the time is as it was then, the
    /// formulas of [`Network::initially`] too. The delay may change with time and state, but not below zero.
    ///
    /// ```
    /// use homeostat::network::Network;
    /// use homeostat::simulation::{Run, Simulation};
    /// use homeostat::units::{Amount, Volume};
    /// let mut net = Network::new("feedback");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let (a, before) = (net.species("a", cell, Amount::umol(1.0)), net.parameter("before", 0.0));
    /// net.delay(before, net.value(a).id(), net.number(1.0).id());
    /// net.change(a, (-1.0 * net.value(before)).id()); // a'(t) = -a(t - 1)
    /// let simulation = Simulation::new(&net)?;
    /// let run = Run { steps: 1, ..Run::until(2.0) };
    /// let a = simulation.run(&run)?.rows[1][0];
    /// assert!((a + 0.5).abs() < 1e-6); // 1 - t up to 1, then 1 - t + (t - 1)^2 / 2
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn delay(&mut self, parameter: Parameter, value: NodeId, by: NodeId) {
        self.dynamics.delayed.insert(parameter.into(), Delay { value, by });
    }

    /// What a parameter is a value of, and of when.
    pub fn delayed(&self, symbol: impl Into<Symbol>) -> Option<Delay> {
        self.dynamics.delayed.get(&symbol.into()).copied()
    }

    /// Whether anything is a value of the past.
    pub fn has_delays(&self) -> bool {
        !self.dynamics.delayed.is_empty()
    }

    /// The same network without a past: where nothing changes, all is as it was. Its steady states are those of the network
    /// itself, but whether they are stable may depend on the delays.
    pub fn without_delays(&self) -> Network {
        let mut without = self.clone();
        for (symbol, Delay { value, .. }) in std::mem::take(&mut without.dynamics.delayed) {
            without.dynamics.assigned.insert(symbol, value);
        }
        without
    }
}

impl Resolver<'_> {
    /// Values of the past over states, parameters, the time and one another, each after those that it names.
    pub fn delays(&mut self, initial: &[(Symbol, NodeId)]) -> Vec<DelayEquations> {
        let mut open: Vec<(DelayEquations, Vec<Symbol>)> = Vec::new();
        let begun = self.by_time(initial);
        for (symbol, Delay { value, by }) in self.network.dynamics.delayed.clone() {
            let (value, by) = (self.import(symbol, value), self.import(symbol, by));
            let mut arena = self.graph.arena();
            let before = replaced(&mut arena, value, &mut |_, node| begun.get(&node).copied());
            let named = [value, before, by].into_iter().flat_map(|node| arena.symbols(node));
            let named = named.filter(|other| self.network.delayed(*other).is_some()).collect();
            open.push((DelayEquations { symbol, value, before, by }, named));
        }
        let mut ordered: Vec<DelayEquations> = Vec::new();
        while !open.is_empty() {
            let is_done = |symbol: &Symbol| ordered.iter().any(|done| done.symbol == *symbol);
            let (ready, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, named)| named.iter().all(is_done));
            if ready.is_empty() {
                let message =
                    "its value of the past rests on its own value of the past without end; let a state stand between";
                let problem = |delay: &DelayEquations| Problem::error([self.network.name_of(delay.symbol)], message);
                self.problems.extend(rest.iter().map(|(delay, _)| problem(delay)));
                break;
            }
            ordered.extend(ready.into_iter().map(|(delay, _)| delay));
            open = rest;
        }
        ordered
    }

    /// What begins by a formula that names the time, each with it.
    fn by_time(&self, initial: &[(Symbol, NodeId)]) -> QuickMap<Node, NodeId> {
        let (mut found, mut arena): (QuickMap<Node, NodeId>, _) = (QuickMap::default(), self.graph.arena());
        // a formula that names another one follows it: each round puts in one more
        for _ in initial {
            for (symbol, formula) in initial {
                let formula = replaced(&mut arena, *formula, &mut |_, node| found.get(&node).copied());
                if arena.reachable(&[formula]).iter().any(|id| arena.node(*id) == Node::Time) {
                    found.insert(Node::Symbol(*symbol), formula);
                }
            }
        }
        found
    }

    /// Formulas of values at the start, in which values of the past are what they were before it.
    pub fn at_the_start(&self, formulas: Vec<(Symbol, NodeId)>, delays: &[DelayEquations]) -> Vec<(Symbol, NodeId)> {
        if delays.is_empty() {
            return formulas;
        }
        let mut arena = self.graph.arena();
        let time = arena.intern(Node::Time);
        formulas.into_iter().map(|(symbol, formula)| (symbol, as_before(&mut arena, formula, time, delays))).collect()
    }
}

/// A formula as it was at a time not after the start.
fn as_before(arena: &mut Arena, root: NodeId, time: NodeId, delays: &[DelayEquations]) -> NodeId {
    replaced(arena, root, &mut |arena, node| match node {
        Node::Time => Some(time),
        Node::Symbol(symbol) => {
            let k = delays.iter().position(|delay| delay.symbol == symbol)?;
            let by = as_before(arena, delays[k].by, time, &delays[..k]);
            let then = arena.binary(Op::Sub, time, by);
            Some(as_before(arena, delays[k].before, then, &delays[..k]))
        }
        _ => None,
    })
}

/// A formula with other nodes in the place of leaves.
fn replaced(arena: &mut Arena, root: NodeId, replace: &mut dyn FnMut(&mut Arena, Node) -> Option<NodeId>) -> NodeId {
    let mut done: QuickMap<NodeId, NodeId> = QuickMap::default();
    for id in arena.reachable(&[root]) {
        let node = arena.node(id);
        let new = match node {
            Node::Apply(op, a, b, c) => arena.apply(op, done[&a], done[&b], done[&c]),
            leaf => replace(arena, leaf).unwrap_or(id),
        };
        done.insert(id, new);
    }
    done[&root]
}
