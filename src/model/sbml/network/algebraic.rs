//! Algebraic rules, each matched to what it determines (Level 3 Version 2, section 4.11.5).

use super::Meaning;
use crate::expr::{NodeId, Symbol};
use crate::model::sbml::document::{Base, RuleKind};
use std::collections::HashMap;

/// What a rule may determine.
struct Candidate {
    symbol: Symbol,
    /// Whether it has a number before; what has none, and what no event sets, is determined first.
    is_given: bool,
    is_set: bool,
}

impl<'m> Meaning<'m> {
    /// Gives each algebraic rule something that nothing else determines.
    pub(super) fn algebraic_rules(&mut self) {
        let mut rules: Vec<(&'m Base, NodeId)> = Vec::new();
        for rule in &self.model.rules {
            if let (RuleKind::Algebraic, Some(math)) = (&rule.kind, &rule.math) {
                let complaints = self.problems.len();
                let formula = self.formula(math, ["algebraicRule", rule.base.id()], &rule.base);
                if self.problems.len() == complaints {
                    rules.push((&rule.base, formula));
                }
            }
        }
        if rules.is_empty() {
            return;
        }
        let candidates = self.candidates();
        let numbers: HashMap<Symbol, usize> = candidates.iter().enumerate().map(|(i, c)| (c.symbol, i)).collect();
        let may = |formula: NodeId| {
            let mut all: Vec<usize> =
                self.made_of(formula).iter().filter_map(|symbol| numbers.get(symbol).copied()).collect();
            all.sort_unstable();
            all
        };
        let edges: Vec<Vec<usize>> = rules.iter().map(|(_, formula)| may(*formula)).collect();
        let found = matched(&edges, candidates.len());
        for ((base, formula), found) in rules.into_iter().zip(found) {
            let Some(found) = found.map(|i| &candidates[i]) else {
                let message = "it determines nothing: all that it names is constant, or determined by other rules, rates \
                               of change or reactions (SBML rule 10601)";
                self.report(["algebraicRule", base.id()], base, message);
                continue;
            };
            if !found.is_given {
                // where the search for it begins
                let one = self.net.number(1.0).id();
                self.net.initially(found.symbol, one);
            }
            self.unknown.insert(found.symbol);
            self.net.equate(found.symbol, formula);
        }
    }

    /// What nothing determines, the likeliest first: without a number, and not set by events.
    fn candidates(&self) -> Vec<Candidate> {
        let model = self.model;
        let mut all: Vec<(&'m Base, bool, bool)> = Vec::new();
        all.extend(model.compartments.iter().map(|c| (&c.base, c.constant, c.size.is_some())));
        let changed = |name: &str| self.in_reactions.contains(name);
        let species = model.species.iter().filter(|s| !changed(s.base.id()));
        all.extend(species.map(|s| (&s.base, s.constant, s.initial.is_some())));
        all.extend(model.parameters.iter().map(|p| (&p.base, p.constant, p.value.is_some())));
        let references = model.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
        all.extend(references.map(|x| (&x.base, x.constant, x.stoichiometry.is_some())));
        let free = all.into_iter().filter(|(base, constant, _)| !constant && !self.said.is_ruled(base.id()));
        let candidate = |(base, _, is_given): (&'m Base, bool, bool)| {
            let name = base.id.as_deref()?;
            Some(Candidate {
                symbol: self.names.get(name)?.symbol(),
                is_given: is_given || self.said.started.contains(name),
                is_set: self.said.set_by_events.contains(name),
            })
        };
        let mut all: Vec<Candidate> = free.filter_map(candidate).collect();
        all.sort_by_key(|c| (c.is_set, c.is_given));
        all
    }
}

/// A candidate for each rule, no two the same, as many as can be: by augmenting paths (Kuhn 1955), rules in order. The
/// candidates used are the earliest, as sets of them that can be matched are a matroid and each is offered in order.
fn matched(edges: &[Vec<usize>], candidates: usize) -> Vec<Option<usize>> {
    let mut rules_of: Vec<Vec<usize>> = vec![Vec::new(); candidates];
    for (rule, of_rule) in edges.iter().enumerate() {
        of_rule.iter().for_each(|&c| rules_of[c].push(rule));
    }
    let mut owner: Vec<Option<usize>> = vec![None; edges.len()];
    for candidate in 0..candidates {
        let mut seen = vec![false; edges.len()];
        // depth first with a list for a stack: each step is a candidate and the rule that it would take
        let mut path: Vec<(usize, usize)> = Vec::new();
        let mut open = vec![(candidate, 0, 0)];
        while let Some((candidate, next, depth)) = open.pop() {
            path.truncate(depth);
            let Some(&rule) = rules_of[candidate].get(next) else { continue };
            open.push((candidate, next + 1, depth));
            if std::mem::replace(&mut seen[rule], true) {
                continue;
            }
            path.push((candidate, rule));
            match owner[rule] {
                Some(other) => open.push((other, 0, depth + 1)),
                None => {
                    path.iter().for_each(|&(candidate, rule)| owner[rule] = Some(candidate));
                    break;
                }
            }
        }
    }
    owner
}
