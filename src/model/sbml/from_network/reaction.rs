//! Processes as reactions.

use super::Writing;
use super::value::total;
use crate::expr::{Node, NodeId, Op, Symbol};
use crate::model::sbml::document::{Base, KineticLaw, Modifier, Reaction, RuleKind, SpeciesReference};
use crate::model::sbml::math::{Math, Operator};
use crate::network::{EntityKind, Process};
use std::collections::{HashMap, HashSet};

/// A part of a rate of change that is a formula times a process: the number of a reference.
struct Factor {
    species: Symbol,
    number: NodeId,
}

/// Such parts by process.
type Factors = HashMap<Symbol, Vec<Factor>>;

impl Writing<'_> {
    /// All processes. What else changes the amount of a species that they change is a reaction of its own.
    pub(super) fn reactions(&mut self) {
        let net = self.net;
        for process in net.all_processes() {
            if let EntityKind::Process { stoichiometry, .. } = &net.entity(process).kind {
                self.in_reactions.extend(stoichiometry.iter().map(|(species, _)| species.0));
            }
        }
        // the rate of change of a concentration is not that of the amount over the size
        self.in_reactions.extend(self.by_concentration.keys());
        let (mut factors, rest) = self.factors();
        self.in_reactions.extend(factors.values().flatten().map(|factor| factor.species));
        for process in net.all_processes() {
            self.reaction(process, factors.remove(&process.0).unwrap_or_default());
        }
        let rest: Vec<_> = rest.into_iter().filter(|(symbol, _)| self.in_reactions.contains(symbol)).collect();
        for (species, rate) in rest {
            self.change(species, rate);
        }
    }

    /// Parts of rates of change that are not written as reactions.
    pub(super) fn loose_rates(&self) -> Vec<(Symbol, NodeId)> {
        let (_, rest) = self.factors();
        let is_ruled = |symbol: &Symbol| !self.in_reactions.contains(symbol);
        rest.into_iter().filter(|(symbol, _)| is_ruled(symbol)).collect()
    }

    /// Parts of rates of change that are a formula times a process, by process, and the other parts. What a formula gives or
    /// an equation determines has no rate of its own.
    fn factors(&self) -> (Factors, Vec<(Symbol, NodeId)>) {
        let (net, dynamics) = (self.net, self.net.dynamics());
        let (mut factors, mut rest) = (Factors::new(), Vec::new());
        let arena = net.graph().arena();
        let process = |id: NodeId| match arena.node(id) {
            Node::Symbol(s) if matches!(net.entity(s).kind, EntityKind::Process { .. }) => Some(s),
            _ => None,
        };
        for (symbol, rate) in &dynamics.rates {
            let is_moved = net.is_state(*symbol) && dynamics.algebraic.iter().all(|(of, _)| of != symbol);
            let is_species = matches!(net.entity(*symbol).kind, EntityKind::Species { .. });
            let parts = match arena.node(*rate) {
                Node::Apply(Op::Mul, number, times, _) => process(times).map(|p| (p, number)),
                _ => None,
            };
            match parts {
                _ if !is_moved => {}
                Some((process, number)) if is_species => {
                    factors.entry(process).or_default().push(Factor { species: *symbol, number });
                }
                _ => rest.push((*symbol, *rate)),
            }
        }
        (factors, rest)
    }

    fn reaction(&mut self, process: Process, factors: Vec<Factor>) {
        let net = self.net;
        let EntityKind::Process { stoichiometry, rate, scale } = &net.entity(process).kind else { return };
        let mut reaction = Reaction {
            base: self.base(process),
            reversible: true,
            fast: net.fast().contains(&process.0),
            ..Reaction::default()
        };
        for (species, n) in stoichiometry {
            let (species, stoichiometry) = (self.id(*species), Some(n.abs()));
            let reference = SpeciesReference { base: Base::default(), species, stoichiometry, constant: true };
            if *n < 0.0 { reaction.reactants.push(reference) } else { reaction.products.push(reference) }
        }
        for factor in factors {
            self.factor(process, factor, &mut reaction);
        }
        let mut parts = vec![self.formula(*rate, process)];
        if !self.left_out.contains(&scale.0) {
            parts.insert(0, self.meaning(*scale));
        }
        self.law(&mut reaction, total(Operator::Times, parts));
        self.model.reactions.push(reaction);
    }

    /// A reference whose number is a formula.
    fn factor(&mut self, process: Process, factor: Factor, reaction: &mut Reaction) {
        let arena = self.net.graph().arena();
        let (is_reactant, number) = match arena.node(factor.number) {
            Node::Apply(Op::Neg, number, ..) => (true, number),
            _ => (false, factor.number),
        };
        let node = arena.node(number);
        drop(arena);
        let species = self.id(factor.species);
        let mut reference = SpeciesReference { species, ..SpeciesReference::default() };
        match (node, node.constant()) {
            (_, Some(number)) => (reference.stoichiometry, reference.constant) = (Some(number), true),
            (Node::Symbol(symbol), _) if self.is_own_number(symbol) => self.refer(symbol, &mut reference),
            _ => {
                let id = self.names.fresh(&format!("{}_{}", self.id(process), reference.species));
                reference.base.id = Some(id.clone());
                let math = self.formula(number, process);
                self.rule(RuleKind::Assignment(id), math);
            }
        }
        if is_reactant { reaction.reactants.push(reference) } else { reaction.products.push(reference) }
    }

    /// Whether a parameter can be the number of a reference: one that changes or begins by a formula, and is none yet.
    fn is_own_number(&self, symbol: Symbol) -> bool {
        let net = self.net;
        let moves =
            net.is_state(symbol) || net.assigned(symbol).is_some() || net.dynamics().initial.contains_key(&symbol);
        let is_free = !self.references.contains(&symbol) && !self.acting.contains_key(&symbol);
        moves && is_free && matches!(net.entity(symbol).kind, EntityKind::Parameter { .. })
    }

    /// Lets a reference take the place of a parameter.
    fn refer(&mut self, symbol: Symbol, reference: &mut SpeciesReference) {
        let id = self.id(symbol);
        if let Some(at) = self.model.parameters.iter().position(|p| p.base.id() == id) {
            let parameter = self.model.parameters.remove(at);
            reference.base = parameter.base;
            (reference.stoichiometry, reference.constant) = (parameter.value, parameter.constant);
            self.references.insert(symbol);
        }
    }

    /// What changes a species beside processes.
    fn change(&mut self, symbol: Symbol, rate: NodeId) {
        let species = self.id(symbol);
        let id = self.names.fresh(&format!("{species}_change"));
        let base = Base { id: Some(id), ..Base::default() };
        let product =
            SpeciesReference { species, stoichiometry: Some(1.0), constant: true, ..SpeciesReference::default() };
        let mut reaction = Reaction { base, reversible: true, products: vec![product], ..Reaction::default() };
        let math = self.formula(rate, symbol);
        self.law(&mut reaction, math);
        self.model.reactions.push(reaction);
    }

    /// The rate; species that it names and that do not take part are modifiers (SBML rule 21121).
    fn law(&self, reaction: &mut Reaction, math: Math) {
        let mut seen: HashSet<&str> =
            reaction.reactants.iter().chain(&reaction.products).map(|x| x.species.as_str()).collect();
        let mut modifiers = Vec::new();
        math.visit(&mut |part| {
            if let Math::Name(name) = part
                && self.species.contains(name)
                && seen.insert(name)
            {
                modifiers.push(Modifier { base: Base::default(), species: name.clone() });
            }
        });
        reaction.modifiers = modifiers;
        reaction.kinetic_law = Some(KineticLaw { math: Some(math), ..KineticLaw::default() });
    }
}
