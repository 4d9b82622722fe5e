//! What has a value: compartments, species, parameters, references; and their values at the start.

use super::unit::unit_of;
use super::{Meaning, Named};
use crate::model::sbml::document::{InitialQuantity, Species, SpeciesReference};
use crate::network::{Initial, Parameter, Range};
use crate::units::{Unit, Value};

impl<'m> Meaning<'m> {
    /// Adds all that has a value, with the numbers that the elements give: NaN stands for one that is not given.
    pub(super) fn values(&mut self) {
        let model = self.model;
        let volume = self.net.units().volume().clone();
        for c in &model.compartments {
            // nothing divides by the size of a point: it is 1, so that an amount is a concentration there
            let size = c.size.unwrap_or(if c.dimensions == Some(0.0) { 1.0 } else { f64::NAN });
            let size = Value::new(size, volume.clone());
            let compartment = self.net.compartment_within(c.base.id(), size, Range::Any);
            self.add(c.base.id(), Named::Compartment(compartment), c.constant);
        }
        model.species.iter().for_each(|s| self.species(s));
        for p in &model.parameters {
            let parameter = self.number(p.base.id(), p.value, p.units.as_deref());
            self.add(p.base.id(), Named::Parameter(parameter), p.constant);
        }
        for r in &model.reactions {
            r.reactants.iter().chain(&r.products).for_each(|x| self.reference(x));
            // before the reaction itself, which has parameters of its own
            for local in r.kinetic_law.iter().flat_map(|law| &law.parameters) {
                let parameter =
                    self.number(&format!("{}.{}", r.base.id(), local.base.id()), local.value, local.units.as_deref());
                self.fixed.insert(parameter.into());
            }
        }
    }

    /// A number; in the unit of its kind that the network has, where that is the one given.
    pub(super) fn number(&mut self, name: &str, value: Option<f64>, unit: Option<&str>) -> Parameter {
        let unit = unit.and_then(|unit| unit_of(self.model, unit, self.net.units()));
        let value = Value::new(value.unwrap_or(f64::NAN), unit.unwrap_or(Unit::ONE));
        self.net.parameter_within(name, value, Range::Any)
    }

    fn add(&mut self, name: &'m str, named: Named, constant: bool) {
        self.names.insert(name, named);
        if self.said.stays(name, constant) {
            self.fixed.insert(named.symbol());
        }
    }

    fn species(&mut self, s: &'m Species) {
        let Some(Named::Compartment(compartment)) = self.names.get(s.compartment.as_str()).copied() else {
            let message = format!("there is no compartment {}", s.compartment);
            return self.report(["species", s.base.id()], &s.base, message);
        };
        let units = self.net.units();
        let is_in_point =
            self.model.compartments.iter().any(|c| c.base.id() == s.compartment && c.dimensions == Some(0.0));
        let initial = match s.initial {
            Some(InitialQuantity::Concentration(x)) if !is_in_point => {
                Initial::Concentration(Value::new(x, units.concentration().clone()))
            }
            Some(InitialQuantity::Amount(x) | InitialQuantity::Concentration(x)) => {
                Initial::Amount(Value::new(x, units.amount().clone()))
            }
            None => Initial::Amount(Value::new(f64::NAN, units.amount().clone())),
        };
        let species = self.net.species_within(s.base.id(), compartment, initial, Range::Any);
        let is_amount = s.has_only_substance_units || is_in_point;
        let named = Named::Species(species, (!is_amount).then_some(compartment));
        self.names.insert(s.base.id(), named);
        if s.constant {
            self.fixed.insert(species.into());
        }
    }

    /// A reference with an identifier is a parameter; a number that stays cannot be set, as the reaction has it.
    fn reference(&mut self, x: &'m SpeciesReference) {
        let Some(id) = x.base.id.as_deref() else { return };
        let parameter = self.number(id, x.stoichiometry, None);
        self.add(id, Named::Parameter(parameter), x.constant);
        if let Some(number) = self.plain_number(x) {
            let number = self.net.number(number).id();
            self.net.assign(parameter, number);
        }
    }

    /// The number of a reference, where it is one that stays.
    pub(super) fn plain_number(&self, x: &SpeciesReference) -> Option<f64> {
        let stays = |id: &str| self.said.stays(id, x.constant) && !self.said.started.contains(id);
        let stays = x.base.id.as_deref().is_none_or(stays);
        x.stoichiometry.filter(|_| stays)
    }

    /// A species that nothing changes is no state.
    pub(super) fn constant_species(&mut self) {
        for s in &self.model.species {
            let name = s.base.id();
            let Some(Named::Species(species, _)) = self.names.get(name).copied() else { continue };
            let is_changed = self.said.is_ruled(name)
                || self.said.set_by_events.contains(name)
                || self.in_reactions.contains(name)
                || self.unknown.contains(&species.into());
            if !is_changed {
                self.net.keep(species);
            }
        }
    }

    /// Values that formulas give at the start.
    pub(super) fn starts(&mut self) {
        for a in &self.model.initial_assignments {
            let (place, Some(math)) = (["initialAssignment", a.symbol.as_str()], &a.math) else { continue };
            let formula = self.formula(math, place, &a.base);
            if let Some(named) = self.find(&a.symbol, place, &a.base) {
                let value = self.in_state(named, formula);
                self.net.initially(named.symbol(), value);
            }
        }
    }
}
