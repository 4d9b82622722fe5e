//! Levels: concentrations of species and rules, or held from outside.

use super::assembly::Assembly;
use crate::expr::Expr;
use crate::network::{EntityKind, Network, Parameter, Range, Rule, Species};
use crate::units::Dimension;

/// Where a concentration comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Level {
    Species(Species),
    Held(Parameter),
    /// What a rule gives, such as the free concentration of a drug.
    Given(Rule),
}

impl Level {
    pub fn value(self, net: &Network) -> Expr<'_> {
        match self {
            Level::Species(species) => net.concentration(species),
            Level::Held(parameter) => net.value(parameter),
            Level::Given(rule) => net.value(rule),
        }
    }
}

impl Assembly<'_> {
    /// A concentration: of a species or a rule, or held by a parameter or a number of the part's own.
    pub fn level(&mut self, field: &'static str, default: Option<Species>) -> Option<Level> {
        self.asked.push(field);
        if !self.has(field) && default.is_some() {
            return default.map(Level::Species);
        }
        if !self.has(field) && self.has_bad_reaction {
            return None;
        }
        self.level_at(&[field], &format!("{}.{field}", self.name()), Dimension::CONCENTRATION)
    }

    /// As [`Assembly::level`], of any dimension (then of no species), and of what stands under keys inside a field; a number
    /// becomes the parameter `entity`.
    pub fn level_at(&mut self, path: &[&str], entity: &str, dimension: Dimension) -> Option<Level> {
        if self.field_at(path).is_none() {
            let species = if dimension == Dimension::CONCENTRATION { "the name of a species, or " } else { "" };
            self.report_at(path, format!("is missing; expected {species}{}", dimension.with_article()));
            return None;
        }
        match self.quantity(path)? {
            Ok(_) => self.number_at(path, entity, dimension, Range::NonNegative).map(Level::Held),
            Err(name) => self.level_named(path, name, dimension),
        }
    }

    /// A species, a rule or a parameter of a dimension, by its name.
    pub fn level_named(&mut self, path: &[&str], name: &str, dimension: Dimension) -> Option<Level> {
        let Some(symbol) = self.net.get(name) else {
            let message = self.net.unknown(name);
            self.report_at(path, message);
            return None;
        };
        match &self.net.entity(symbol).kind {
            EntityKind::Species { .. } if dimension == Dimension::CONCENTRATION => {
                Some(Level::Species(Species(symbol)))
            }
            EntityKind::Rule { unit, .. } if unit.dimension() == dimension => Some(Level::Given(Rule(symbol))),
            EntityKind::Rule { unit, .. } => {
                let (found, expected) = (unit.dimension().with_article(), dimension.with_examples());
                self.report_at(path, format!("{name} is a rule that gives {found}; expected {expected}"));
                None
            }
            _ => self.parameter_named(path, name, dimension).map(Level::Held),
        }
    }
}
