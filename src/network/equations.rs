//! Names resolved: every rate as an expression of states, parameters and time alone.

use super::fast::SWIFTNESS;
use super::{Condition, DelayEquations, Direction, EntityKind, Event, Modifier, Network, Trigger};
use crate::error::Problem;
use crate::expr::{Graph, NodeId, QuickMap, Symbol};
use std::collections::BTreeMap;

/// The rates and values of a network, each over amounts of species, parameters, compartment sizes and the
/// time alone, in a graph of their own whose order depends on nothing but the network.
#[derive(Clone, Debug)]
pub struct Equations {
    /// The graph.
    pub graph: Graph,
    /// The value of everything that has a name, in the order of the entities.
    pub values: Vec<NodeId>,
    /// What happens at instants, in the order of the entities.
    pub events: Vec<EventEquations>,
    /// Rates at which processes change something, in the order of the network.
    pub extents: Vec<NodeId>,
    /// Parts of rates of change beside those of processes.
    pub rates: Vec<(Symbol, NodeId)>,
    /// What has to be zero, with the state that it determines.
    pub algebraic: Vec<(Symbol, NodeId)>,
    /// Values at the start.
    pub initial: Vec<(Symbol, NodeId)>,
    /// Values of the past, each after those that its formulas name.
    pub delays: Vec<DelayEquations>,
}

/// An event over amounts of species, parameters, compartment sizes and the time alone.
#[derive(Clone, Debug)]
pub struct EventEquations {
    /// The event.
    pub event: Event,
    /// What has to go through zero, where it does not happen by a schedule.
    pub root: Option<(NodeId, Direction)>,
    /// What has to turn true, where that sets it off.
    pub condition: Option<Condition>,
    /// States with their new values.
    pub changes: Vec<(Symbol, NodeId)>,
    /// For each of them by what its value is multiplied as that is when the event comes, where the value may be of before.
    pub sizes: Vec<Option<NodeId>>,
    /// Not 0 where less could happen than was asked for.
    pub shortage: Option<NodeId>,
    /// Whether a run ends there.
    pub is_terminal: bool,
}

impl Network {
    /// Resolves rules, rates and modifiers.
    ///
    /// # Errors
    /// One problem for each name that depends on itself.
    pub fn equations(&self) -> Result<Equations, Vec<Problem>> {
        let mut modifiers: BTreeMap<Symbol, Vec<Modifier>> = BTreeMap::new();
        for (parameter, modifier) in &self.modifiers {
            modifiers.entry(parameter.0).or_default().push(*modifier);
        }
        let order = self.in_order(&modifiers);
        let mut resolver =
            Resolver { network: self, modifiers, graph: Graph::new(), done: QuickMap::default(), problems: Vec::new() };
        for symbol in order {
            resolver.resolve(symbol);
        }
        let values = (0..self.entities.len() as u32).map(|i| resolver.done[&Symbol(i)]).collect();
        let events = (0..self.entities.len() as u32).filter_map(|i| resolver.event(Symbol(i))).collect();
        let mut all = |formulas: Vec<(Symbol, NodeId)>| -> Vec<(Symbol, NodeId)> {
            formulas.into_iter().map(|(symbol, formula)| (symbol, resolver.import(symbol, formula))).collect()
        };
        let algebraic = all(self.dynamics.algebraic.clone());
        let initial = all(self.dynamics.initial.iter().map(|(symbol, formula)| (*symbol, *formula)).collect());
        let delays = resolver.delays(&initial);
        let initial = resolver.at_the_start(initial, &delays);
        resolver.hasten();
        let extents = self.all_processes().map(|process| resolver.done[&process.0]).collect();
        let mut rates = self.dynamics.rates.clone();
        rates.iter_mut().for_each(|(symbol, rate)| *rate = resolver.import(*symbol, *rate));
        if resolver.problems.is_empty() {
            Ok(Equations { graph: resolver.graph, values, events, extents, rates, algebraic, initial, delays })
        } else {
            Err(resolver.problems)
        }
    }

    /// What a symbol's value is made from, before names are resolved.
    fn ingredients(&self, symbol: Symbol, modifiers: &BTreeMap<Symbol, Vec<Modifier>>) -> Vec<Symbol> {
        let mut roots: Vec<NodeId> = match &self.entity(symbol).kind {
            EntityKind::Process { rate, scale, .. } => vec![*rate, self.value(*scale).id()],
            EntityKind::Rule { value, .. } => vec![*value],
            EntityKind::Parameter { .. } => {
                let mine = modifiers.get(&symbol).into_iter().flatten();
                mine.map(|m| match m {
                    Modifier::Factor(x) | Modifier::Term(x) => *x,
                })
                .collect()
            }
            _ => Vec::new(),
        };
        roots.extend(self.assigned(symbol));
        let arena = self.graph.arena();
        roots.into_iter().flat_map(|root| arena.symbols(root)).collect()
    }

    /// All symbols, each after those it is made from (where that is possible).
    fn in_order(&self, modifiers: &BTreeMap<Symbol, Vec<Modifier>>) -> Vec<Symbol> {
        let (mut order, mut seen) = (Vec::new(), vec![false; self.entities.len()]);
        let mut open: Vec<(Symbol, bool)> = (0..self.entities.len() as u32).rev().map(|i| (Symbol(i), false)).collect();
        while let Some((symbol, ready)) = open.pop() {
            if ready {
                order.push(symbol);
            } else if !std::mem::replace(&mut seen[symbol.0 as usize], true) {
                open.push((symbol, true));
                open.extend(self.ingredients(symbol, modifiers).into_iter().rev().map(|s| (s, false)));
            }
        }
        order
    }
}

pub(super) struct Resolver<'a> {
    pub network: &'a Network,
    modifiers: BTreeMap<Symbol, Vec<Modifier>>,
    pub graph: Graph,
    done: QuickMap<Symbol, NodeId>,
    pub problems: Vec<Problem>,
}

impl Resolver<'_> {
    /// Gives a symbol its value; its ingredients have theirs, unless it depends on itself.
    fn resolve(&mut self, symbol: Symbol) {
        let own = match self.network.assigned(symbol) {
            Some(formula) => self.import(symbol, formula),
            None => self.graph.symbol(symbol).id(),
        };
        let value = match &self.network.entity(symbol).kind {
            EntityKind::Process { rate, scale, .. } => {
                let (scale, rate) = (self.done.get(&scale.0).copied(), self.import(symbol, *rate));
                scale.map_or(rate, |scale| self.combine(scale, rate, |scale, rate| scale * rate))
            }
            EntityKind::Rule { value, .. } => self.import(symbol, *value),
            EntityKind::Parameter { .. } => self.modified(symbol, own),
            EntityKind::Species { .. } | EntityKind::Compartment { .. } | EntityKind::Event { .. } => own,
        };
        self.done.insert(symbol, value);
    }

    /// Fast processes are so much faster where they change something; nothing else reads them after this.
    fn hasten(&mut self) {
        for symbol in self.network.fast() {
            let swift = self.graph.constant(SWIFTNESS).id();
            let rate = self.combine(swift, self.done[symbol], |swift, rate| swift * rate);
            self.done.insert(*symbol, rate);
        }
    }

    /// What happens at an event; everything else has its value.
    fn event(&mut self, symbol: Symbol) -> Option<EventEquations> {
        let EntityKind::Event { trigger, changes, sizes, shortage, is_terminal } = &self.network.entity(symbol).kind
        else {
            return None;
        };
        let (root, condition) = match trigger {
            Trigger::Scheduled => (None, None),
            Trigger::Root(root, direction) => (Some((self.import(symbol, *root), *direction)), None),
            Trigger::Condition(condition) => (None, Some(condition.map(|formula| self.import(symbol, formula)))),
        };
        let mut changes: Vec<(Symbol, NodeId)> =
            changes.iter().map(|(state, value)| (*state, self.import(symbol, *value))).collect();
        let size = |(state, _): &(Symbol, NodeId)| sizes.iter().find(|(of, _)| of == state).map(|(_, size)| *size);
        let mut sizes: Vec<Option<NodeId>> =
            changes.iter().map(size).map(|size| size.map(|size| self.import(symbol, size))).collect();
        if !condition.is_some_and(|condition: Condition| condition.keeps_values) {
            for ((_, value), size) in changes.iter_mut().zip(&mut sizes) {
                *value = size.take().map_or(*value, |size| self.combine(*value, size, |value, size| value * size));
            }
        }
        Some(EventEquations {
            event: Event(symbol),
            root,
            condition,
            changes,
            sizes,
            shortage: shortage.map(|node| self.import(symbol, node)),
            is_terminal: *is_terminal,
        })
    }

    fn modified(&mut self, symbol: Symbol, own: NodeId) -> NodeId {
        let mut competition: Option<NodeId> = None;
        let mut value = own;
        for modifier in self.modifiers.get(&symbol).cloned().unwrap_or_default() {
            match modifier {
                Modifier::Factor(factor) => {
                    let factor = self.import(symbol, factor);
                    value = self.combine(value, factor, |a, b| a * b);
                }
                Modifier::Term(term) => {
                    let term = self.import(symbol, term);
                    competition = Some(match competition {
                        Some(sum) => self.combine(sum, term, |a, b| a + b),
                        None => term,
                    });
                }
            }
        }
        match competition {
            Some(sum) => self.combine(value, sum, |value, sum| value * (1.0 + sum)),
            None => value,
        }
    }

    fn combine(
        &self,
        a: NodeId,
        b: NodeId,
        with: for<'g> fn(crate::expr::Expr<'g>, crate::expr::Expr<'g>) -> crate::expr::Expr<'g>,
    ) -> NodeId {
        match (self.graph.get(a), self.graph.get(b)) {
            (Some(x), Some(y)) => with(x, y).id(),
            _ => a,
        }
    }

    /// Copies a formula of the network, names resolved.
    pub fn import(&mut self, owner: Symbol, root: NodeId) -> NodeId {
        let from = self.network.graph.arena();
        let (done, mut missing) = (&self.done, None);
        let copied = self.graph.arena().copy(&from, root, &mut |_, symbol| {
            let value = done.get(&symbol).copied();
            if value.is_none() {
                missing.get_or_insert(symbol);
            }
            value
        });
        drop(from);
        let Some(missing) = missing else { return copied };
        let (owner, name) = (self.network.name_of(owner), self.network.name_of(missing));
        let message = format!("{owner} depends on {name}, which depends on {owner}; break the circle");
        self.problems.push(Problem::error([owner], message));
        self.graph.constant(f64::NAN).id()
    }
}
