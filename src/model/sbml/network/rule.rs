//! Rules that name what they determine, and rates of change that formulas ask for.

use super::{Meaning, Named};
use crate::expr::{NodeId, Symbol};
use crate::model::sbml::document::RuleKind;
use crate::model::sbml::math::{Math, Operator};
use crate::network::{EntityKind, Parameter};
use std::collections::{HashMap, HashSet};

impl<'m> Meaning<'m> {
    /// Assignment and rate rules, in any order.
    pub(super) fn rules(&mut self) {
        for rule in &self.model.rules {
            let (Some(variable), Some(math)) = (rule.variable(), &rule.math) else { continue };
            let place = [rule.element(), variable];
            let Some(named) = self.find(variable, place, &rule.base) else { continue };
            if self.in_reactions.contains(variable) {
                let message = "reactions change it, too: let it be a boundary species, or take the rule away";
                self.report(place, &rule.base, message);
                continue;
            }
            if let (RuleKind::Assignment(_), Math::Apply(Operator::Delay, past), Named::Parameter(parameter)) =
                (&rule.kind, math, named)
                && let [value, by] = &past[..]
            {
                // it is the value of the past itself
                let [value, by] = [value, by].map(|math| self.formula(math, place, &rule.base));
                self.net.delay(parameter, value, by);
                continue;
            }
            let formula = self.formula(math, place, &rule.base);
            match rule.kind {
                RuleKind::Rate(_) => match self.rate_in_state(named, formula) {
                    Ok(rate) => self.net.change(named.symbol(), rate),
                    Err(message) => self.report(place, &rule.base, message),
                },
                _ => {
                    let value = self.in_state(named, formula);
                    self.net.assign(named.symbol(), value);
                }
            }
        }
    }

    /// The rate of change of an amount, given that of the concentration: the size may change, too.
    fn rate_in_state(&mut self, named: Named, rate: NodeId) -> Result<NodeId, String> {
        let (own, Named::Species(_, Some(compartment))) = (self.in_state(named, rate), named) else { return Ok(rate) };
        let name =
            self.model.compartments.iter().map(|c| c.base.id()).find(|id| self.net.get(id) == Some(compartment.into()));
        match name.filter(|name| self.said.is_ruled(name) || self.said.is_algebraic) {
            Some(name) => {
                let slope = self.slope(name)?;
                Ok((self.net.formula(own) + self.net.formula(self.value(named)) * self.net.value(slope)).id())
            }
            None => Ok(own),
        }
    }

    /// The parameter that is the rate of change of what has this name.
    pub(super) fn slope(&mut self, name: &'m str) -> Result<Parameter, String> {
        if !self.names.contains_key(name) {
            return Err(format!("there is nothing named {name} that changes"));
        }
        if let Some(known) = self.rates.get(name) {
            return Ok(*known);
        }
        let parameter = self.number(&format!("{name}.rate"), None, None);
        self.rates.insert(name, parameter);
        Ok(parameter)
    }

    /// Gives the rates of change that were asked for, now that all that changes anything is known.
    pub(super) fn slopes(&mut self) {
        let names: HashMap<Symbol, &'m str> = self.rates.iter().map(|(name, rate)| ((*rate).into(), *name)).collect();
        let mut done = HashSet::new();
        for name in self.rates.keys().copied().collect::<Vec<_>>() {
            self.finish(name, &names, &mut done);
        }
    }

    /// Gives a rate of change after those in the formulas that it is the slope of.
    fn finish(&mut self, name: &'m str, names: &HashMap<Symbol, &'m str>, done: &mut HashSet<&'m str>) {
        let (Some(&named), Some(&rate), true) = (self.names.get(name), self.rates.get(name), done.insert(name)) else {
            return;
        };
        let parts = self.made_of(self.value(named));
        if parts.iter().any(|part| self.unknown.contains(part)) {
            let base = self.model.bases().into_iter().map(|(_, base)| base).find(|base| base.id() == name);
            let message =
                "its rate of change is asked for, and an algebraic rule determines it: that is not supported yet";
            return self.report(["rateOf", name], base.unwrap_or(&self.model.base), message);
        }
        if parts.iter().any(|part| self.net.delayed(*part).is_some()) {
            let message = "its rate of change is asked for, and it rests on a delay: that is not supported yet";
            return self.report(["rateOf", name], &self.model.base, message);
        }
        for part in parts {
            if let Some(other) = names.get(&part) {
                self.finish(other, names, done);
            }
        }
        let slope = match named {
            Named::Species(species, Some(compartment)) => {
                let (amount, size) = (self.net.rate_of(species), self.net.rate_of(compartment));
                let lost = self.net.concentration(species) * size;
                let stays = size.node().constant() == Some(0.0);
                let amount = if stays { amount } else { amount - lost };
                (amount / self.net.value(compartment)).id()
            }
            other => self.net.rate_of(other.symbol()).id(),
        };
        // before the start nothing changes (Level 3 Version 2, section 3.4.6)
        let slope = if self.net.has_delays() {
            self.net.time().less(0.0).select(0.0, self.net.formula(slope)).id()
        } else {
            slope
        };
        self.net.assign(rate, slope);
    }

    /// All symbols that a formula is made of, those in the formulas of symbols included.
    pub(super) fn made_of(&self, formula: NodeId) -> Vec<Symbol> {
        let symbols = |formula: NodeId| self.net.graph().arena().symbols(formula);
        let (mut all, mut seen, mut open) = (Vec::new(), HashSet::new(), symbols(formula));
        while let Some(symbol) = open.pop() {
            if !seen.insert(symbol) {
                continue;
            }
            all.push(symbol);
            let inner = match self.net.entity(symbol).kind {
                EntityKind::Process { rate, .. } => Some(rate),
                _ => self.net.assigned(symbol),
            };
            open.extend(inner.map(symbols).unwrap_or_default());
        }
        all.sort_unstable();
        all
    }
}
