//! Reactions: extents over time, and what they do to amounts.

use super::formula::Scope;
use super::{Meaning, Named};
use crate::expr::NodeId;
use crate::model::sbml::document::{Reaction, Species, SpeciesReference};
use std::collections::HashMap;

impl<'m> Meaning<'m> {
    /// All reactions; each may name the others in its rate.
    pub(super) fn reactions(&mut self) {
        let model = self.model;
        let species: HashMap<&str, &Species> = model.species.iter().map(|s| (s.base.id(), s)).collect();
        for r in &model.reactions {
            self.reaction(r, &species);
        }
        model.reactions.iter().for_each(|r| self.rate(r));
    }

    /// What a reaction does. Numbers that stay are the stoichiometry of the process; where a number is a value of its own,
    /// or extents are converted to amounts, the species changes by a formula.
    fn reaction(&mut self, r: &'m Reaction, species: &HashMap<&str, &'m Species>) {
        let place = ["reaction", r.base.id()];
        let (mut stoichiometry, mut factors) = (Vec::new(), Vec::new());
        let sides = r.reactants.iter().map(|x| (-1.0, x)).chain(r.products.iter().map(|x| (1.0, x)));
        for (sign, x) in sides {
            let (Some(Named::Species(changed, _)), Some(s)) =
                (self.names.get(x.species.as_str()).copied(), species.get(x.species.as_str()))
            else {
                self.report(place, &x.base, format!("there is no species {}", x.species));
                continue;
            };
            if s.boundary_condition || s.constant {
                continue;
            }
            self.in_reactions.insert(s.base.id());
            let conversion = s.conversion_factor.as_deref().or(self.model.defaults.conversion_factor.as_deref());
            match (self.plain_number(x), conversion) {
                (Some(number), None) => stoichiometry.push((changed, sign * number)),
                _ => factors.push((changed, self.factor(sign, x, conversion, place))),
            }
        }
        let nothing = self.net.number(0.0).id();
        let process = self.net.process(r.base.id(), stoichiometry, nothing);
        self.names.insert(r.base.id(), Named::Reaction(process));
        if r.fast {
            self.net.hold_at_rest(process);
        }
        for (changed, factor) in factors {
            let change = (self.net.formula(factor) * self.net.value(process)).id();
            self.net.change(changed, change);
        }
    }

    /// What a unit of extent adds to an amount.
    fn factor(&mut self, sign: f64, x: &SpeciesReference, conversion: Option<&str>, place: [&str; 2]) -> NodeId {
        let number = match (self.plain_number(x), &x.base.id) {
            (None, Some(id)) => self.net.get(id).map(|symbol| self.net.value(symbol).id()),
            (number, _) => number.map(|number| self.net.number(number).id()),
        };
        let number = number.unwrap_or_else(|| self.net.number(f64::NAN).id());
        let mut factor = (sign * self.net.formula(number)).id();
        if let Some(named) = conversion.and_then(|name| self.find(name, place, &x.base)) {
            factor = (self.net.formula(factor) * self.net.value(named.symbol())).id();
        }
        factor
    }

    /// The rate, where there is a formula; else nothing happens.
    fn rate(&mut self, r: &'m Reaction) {
        let Some(Named::Reaction(process)) = self.names.get(r.base.id()).copied() else { return };
        let Some((law, math)) = r.kinetic_law.as_ref().and_then(|law| Some((law, law.math.as_ref()?))) else { return };
        let mut scope = Scope::default();
        for local in &law.parameters {
            if let Some(symbol) = self.net.get(&format!("{}.{}", r.base.id(), local.base.id())) {
                scope.own.insert(local.base.id(), self.net.value(symbol).id());
            }
        }
        let rate = self.formula_within(math, &scope, ["reaction", r.base.id()], &law.base);
        self.net.set_rate(process, rate);
    }
}
