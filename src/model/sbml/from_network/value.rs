//! What has a value, and what gives it: numbers at the start, rules, what acts on parameters.

use super::Writing;
use crate::expr::{NodeId, Symbol};
use crate::model::sbml::document::{Compartment, InitialAssignment, InitialQuantity, Parameter, RuleKind, Species};
use crate::model::sbml::math::{Math, Operator};
use crate::network::{EntityKind, Initial, Modifier};
use crate::units::{Dimension, Value};
use std::collections::BTreeMap;

impl Writing<'_> {
    /// Compartments, species and parameters, in the order of the network.
    pub(super) fn values(&mut self) {
        for i in 0..self.net.entities().len() as u32 {
            let symbol = Symbol(i);
            match &self.net.entity(symbol).kind {
                EntityKind::Compartment { volume, .. } => {
                    let (base, size) = (self.base(symbol), self.number(volume));
                    let constant = self.is_constant(symbol);
                    let units = None; // those of the model
                    let dimensions = Some(3.0);
                    self.model.compartments.push(Compartment { base, dimensions, size, units, constant });
                }
                EntityKind::Species { compartment, initial, .. } => {
                    self.species(symbol, (*compartment).into(), initial)
                }
                EntityKind::Parameter { value, .. } if !self.left_out.contains(&symbol) => {
                    let (base, value, dimension) = (self.base(symbol), self.number(value), value.unit.dimension());
                    let (units, constant) = (self.unit(dimension), self.is_constant(symbol));
                    self.model.parameters.push(Parameter { base, value, units, constant });
                }
                EntityKind::Rule { unit, .. } => {
                    let (base, units) = (self.base(symbol), self.units.exactly(self.net.units(), unit));
                    self.model.parameters.push(Parameter { base, value: None, units, constant: false });
                }
                _ => {}
            }
        }
    }

    fn species(&mut self, symbol: Symbol, compartment: Symbol, initial: &Initial) {
        let initial = match initial {
            Initial::Amount(value) => self.number(value).map(InitialQuantity::Amount),
            Initial::Concentration(value) => self.number(value).map(InitialQuantity::Concentration),
        };
        let dynamics = self.net.dynamics();
        let is_given = self.net.assigned(symbol).is_some();
        let is_kept = dynamics.still.contains(&symbol);
        self.species.insert(self.id(symbol));
        self.model.species.push(Species {
            base: self.base(symbol),
            compartment: self.id(compartment),
            initial,
            has_only_substance_units: !self.by_concentration.contains_key(&symbol),
            // reactions do not move what something else determines
            boundary_condition: is_given || is_kept || dynamics.algebraic.iter().any(|(of, _)| *of == symbol),
            constant: is_kept && !is_given,
            ..Species::default()
        });
    }

    /// A number in the units of the model; none where it is not known.
    fn number(&self, value: &Value) -> Option<f64> {
        self.net.units().number(value).ok().filter(|x| !x.is_nan())
    }

    /// The unit of a dimension. Where the model has no units of its own a number without one is just a number.
    pub(super) fn unit(&mut self, dimension: Dimension) -> Option<String> {
        let has_units = self.model.defaults.substance_units.is_some() || self.model.defaults.time_units.is_some();
        self.units.of(self.net.units(), dimension).filter(|_| has_units || dimension != Dimension::DIMENSIONLESS)
    }

    /// Whether nothing changes a parameter or a size.
    fn is_constant(&self, symbol: Symbol) -> bool {
        !self.net.is_state(symbol) && self.net.assigned(symbol).is_none() && self.net.delayed(symbol).is_none()
    }

    /// Rules, rates of change, equations, values at the start, and what acts on parameters.
    pub(super) fn rules(&mut self) {
        let net = self.net;
        for i in 0..net.entities().len() as u32 {
            let symbol = Symbol(i);
            let formula = match &net.entity(symbol).kind {
                EntityKind::Rule { value, .. } => Some(*value),
                _ => net.assigned(symbol),
            };
            if let Some(formula) = formula {
                let math = self.formula(formula, symbol);
                self.rule(RuleKind::Assignment(self.id(symbol)), math);
            }
            if let Some(delay) = net.delayed(symbol) {
                let past = vec![self.formula(delay.value, symbol), self.formula(delay.by, symbol)];
                self.rule(RuleKind::Assignment(self.id(symbol)), Math::Apply(Operator::Delay, past));
            }
            if self.acting.contains_key(&symbol) {
                self.acts(symbol);
            }
        }
        let mut rates: BTreeMap<Symbol, Vec<NodeId>> = BTreeMap::new();
        for (symbol, rate) in self.loose_rates() {
            rates.entry(symbol).or_default().push(rate);
        }
        for (symbol, parts) in rates {
            let parts: Vec<Math> = parts.into_iter().map(|part| self.formula(part, symbol)).collect();
            self.rule(RuleKind::Rate(self.id(symbol)), total(Operator::Plus, parts));
        }
        for (symbol, zero) in net.dynamics().algebraic.clone() {
            let math = self.formula(zero, symbol);
            self.rule(RuleKind::Algebraic, math);
        }
        for (symbol, formula) in net.dynamics().initial.clone() {
            // a formula that holds at all times holds at the start, too
            if net.assigned(symbol).is_none() {
                let math = self.formula(formula, symbol);
                let math = Some(self.of_amount(symbol, math));
                let assignment = InitialAssignment { symbol: self.id(symbol), math, ..InitialAssignment::default() };
                self.model.initial_assignments.push(assignment);
            }
        }
    }

    /// The parameter as it acts: first what a schedule makes of it, then factors and what competes.
    fn acts(&mut self, symbol: Symbol) {
        let own = Math::Name(self.id(symbol));
        let own = self.scheduled(symbol, own);
        let (mut factors, mut terms) = (vec![own], Vec::new());
        for modifier in self.modifiers.get(&symbol).cloned().unwrap_or_default() {
            match modifier {
                Modifier::Factor(factor) => factors.push(self.formula(factor, symbol)),
                Modifier::Term(term) => terms.push(self.formula(term, symbol)),
            }
        }
        if !terms.is_empty() {
            let sum = total(Operator::Plus, terms);
            factors.push(Math::Apply(Operator::Plus, vec![Math::number(1.0), sum]));
        }
        let (Some(id), EntityKind::Parameter { value, .. }) =
            (self.acting.get(&symbol).cloned(), &self.net.entity(symbol).kind)
        else {
            return;
        };
        let (units, name) = (self.unit(value.unit.dimension()), self.net.name_of(symbol));
        let name = format!("{name} with all that acts on it");
        self.helper(&id, Some(name), units, total(Operator::Times, factors));
    }
}

/// The sum or product of several; one alone is itself.
pub(super) fn total(operator: Operator, mut of: Vec<Math>) -> Math {
    match of.pop() {
        Some(only) if of.is_empty() => only,
        Some(last) => {
            of.push(last);
            Math::Apply(operator, of)
        }
        None => Math::number(0.0),
    }
}
