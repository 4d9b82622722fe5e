//! Events.

use super::Writing;
use crate::expr::{Direction, NodeId, Symbol};
use crate::model::sbml::document::{Base, Event, EventAssignment, Formula, Trigger as Turn};
use crate::model::sbml::math::{Math, Operator};
use crate::network::{Condition, Entity, EntityKind, Network, Trigger};
use std::collections::HashMap;

/// Root events come before those of conditions, whatever the priority of these, and in the order of the network.
const ROOTS: f64 = 5e5;

impl Writing<'_> {
    /// All events that come by themselves; those that a schedule sets off are written with it.
    pub(super) fn events(&mut self) {
        let net = self.net;
        for (i, Entity { kind, name, .. }) in net.entities().iter().enumerate() {
            let EntityKind::Event { trigger, is_terminal, shortage, .. } = kind else { continue };
            let symbol = Symbol(i as u32);
            if *is_terminal {
                self.warn(symbol, "a run ends there, which SBML cannot say: it goes on");
            }
            if shortage.is_some() {
                self.warn(symbol, "how often it finds less than it asks for is not counted");
            }
            match trigger {
                Trigger::Scheduled => {}
                Trigger::Condition(condition) => self.of_condition(symbol, condition),
                Trigger::Root(root, Direction::Both) => {
                    let falling = self.names.fresh(&format!("{}_falling", self.id(symbol)));
                    self.of_root(symbol, self.base(symbol), *root, Operator::Geq);
                    let base = Base { id: Some(falling), name: Some(format!("{name}, falling")), ..Base::default() };
                    self.of_root(symbol, base, *root, Operator::Leq);
                }
                Trigger::Root(root, Direction::Rising) => {
                    self.of_root(symbol, self.base(symbol), *root, Operator::Geq);
                }
                Trigger::Root(root, Direction::Falling) => {
                    self.of_root(symbol, self.base(symbol), *root, Operator::Leq);
                }
            }
        }
    }

    fn of_condition(&mut self, symbol: Symbol, condition: &Condition) {
        let mut beside = |formula: Option<NodeId>| {
            let math = Some(self.formula(formula?, symbol));
            Some(Formula { base: Base::default(), math })
        };
        let (delay, priority) = (beside(condition.delay), beside(condition.priority));
        let holds = self.condition(condition.holds, symbol);
        let event = Event {
            base: self.base(symbol),
            use_values_from_trigger_time: condition.keeps_values,
            trigger: Some(turn(holds, condition.initially, condition.is_persistent)),
            delay,
            priority,
            assignments: self.assignments(symbol),
        };
        self.model.events.push(event);
    }

    /// A root is passed where the side turns true; it counts as true before the start, so that a run that begins beyond it, or
    /// at it, does not pass it there. What only comes as far as zero passes it in SBML.
    fn of_root(&mut self, symbol: Symbol, base: Base, root: NodeId, side: Operator) {
        let holds = Math::Apply(side, vec![self.formula(root, symbol), Math::number(0.0)]);
        let event = Event {
            base,
            // of several at one instant each has the state that the one before it leaves
            use_values_from_trigger_time: false,
            trigger: Some(turn(holds, true, true)),
            delay: None,
            priority: Some(Formula { base: Base::default(), math: Some(Math::number(ROOTS - f64::from(symbol.0))) }),
            assignments: self.assignments(symbol),
        };
        self.model.events.push(event);
    }

    /// New values.
    pub(super) fn assignments(&mut self, symbol: Symbol) -> Vec<EventAssignment> {
        let EntityKind::Event { changes, sizes, .. } = &self.net.entity(symbol).kind else { return Vec::new() };
        let mut assignments = Vec::new();
        for (what, value) in changes {
            let value = self.formula(*value, symbol);
            let math = match sizes.iter().find(|(of, _)| of == what) {
                Some(_) if self.by_concentration.contains_key(what) => value,
                Some((_, size)) => Math::Apply(Operator::Times, vec![value, self.formula(*size, symbol)]),
                None => self.of_amount(*what, value),
            };
            assignments.push(assignment(self.id(*what), math));
        }
        assignments
    }

    /// Species to which an event gives a concentration that it has computed before, while the size of their compartment may
    /// change until it happens: they are written as concentrations, each with its compartment.
    pub(super) fn given_as_concentrations(net: &Network) -> HashMap<Symbol, Symbol> {
        let moves = |size: NodeId| {
            let symbols = net.graph().arena().symbols(size);
            symbols.into_iter().any(|s| net.is_state(s) || net.assigned(s).is_some())
        };
        let of_event = |entity: &Entity| match &entity.kind {
            EntityKind::Event { trigger: Trigger::Condition(condition), sizes, .. } if condition.keeps_values => {
                sizes.iter().filter(|(_, size)| moves(*size)).map(|(species, _)| *species).collect()
            }
            _ => Vec::new(),
        };
        let compartment = |species: Symbol| match net.entity(species).kind {
            EntityKind::Species { compartment, .. } => Some((species, compartment.into())),
            _ => None,
        };
        net.entities().iter().flat_map(of_event).filter_map(compartment).collect()
    }
}

pub(super) fn assignment(variable: String, math: Math) -> EventAssignment {
    EventAssignment { base: Base::default(), variable, math: Some(math) }
}

pub(super) fn turn(holds: Math, initial_value: bool, persistent: bool) -> Turn {
    Turn { base: Base::default(), initial_value, persistent, math: Some(holds) }
}
