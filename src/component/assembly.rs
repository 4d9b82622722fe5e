//! A part being put together: its fields read, checked, and turned into entities.

use super::arguments::Arguments;
use super::reaction::{Reaction, read_reaction};
use crate::error::{Problem, did_you_mean};
use crate::expr::Expr;
use crate::law::{self, Law};
use crate::network::{Compartment, EntityKind, Field, Network, Parameter, Part, Range, Rule, Species};
use crate::units::{Dimension, Origin, Value, Volume};
use indexmap::IndexMap;

/// Reads the fields of one part; what is wrong is reported to the network with the part's place.
pub(super) struct Assembly<'a> {
    pub net: &'a mut Network,
    part: &'a Part,
    /// What numbers do not say of their own origin.
    origin: Origin,
    asked: Vec<&'static str>,
    /// The reaction, once it has been read.
    pub reaction: Option<Reaction>,
    /// Whether the reaction cannot be read: what would follow from it is then not asked for.
    has_bad_reaction: bool,
}

impl<'a> Assembly<'a> {
    pub fn new(net: &'a mut Network, part: &'a Part) -> Self {
        let mut assembly = Assembly {
            net,
            part,
            origin: Origin::default(),
            asked: Vec::new(),
            reaction: None,
            has_bad_reaction: false,
        };
        assembly.know("like");
        match assembly.field("from") {
            None | Some(Field::Unreadable) => {}
            Some(Field::Origin(origin)) => assembly.origin = origin.clone(),
            Some(_) => assembly.report("from", "expected a table with source, status, species and tissue"),
        }
        assembly
    }

    /// The name of the part.
    pub fn name(&self) -> &'a str {
        &self.part.name
    }

    /// Reports a problem with a field.
    pub fn report(&mut self, field: &str, message: impl Into<String>) {
        self.report_at(&[field], message);
    }

    /// Reports a problem with a field, or with what stands under keys inside it.
    pub fn report_at(&mut self, path: &[&str], message: impl Into<String>) {
        let place = [self.part.kind.as_str(), &self.part.name].into_iter().chain(path.iter().copied());
        self.net.report(Problem::error(place, message));
    }

    /// Asks of parameters what is judged of their numbers, here (where it has been judged already) and when they are set later.
    pub fn demand(
        &mut self,
        field: &str,
        parameters: Vec<Parameter>,
        judge: impl Fn(&[f64]) -> Vec<String> + Send + Sync + 'static,
    ) {
        let place = vec![self.part.kind.clone(), self.part.name.clone(), field.to_string()];
        self.net.demand(place, parameters, judge);
    }

    /// A field, where it is given.
    fn field(&mut self, name: &'static str) -> Option<&'a Field> {
        self.asked.push(name);
        self.part.fields.get(name)
    }

    /// A field, or what stands under keys inside it.
    pub fn field_at(&self, path: &[&str]) -> Option<&'a Field> {
        let (first, keys) = path.split_first()?;
        keys.iter().try_fold(self.part.fields.get(*first)?, |field, key| match field {
            Field::Table(fields) => fields.get(*key),
            _ => None,
        })
    }

    /// A table of fields, where it is given.
    pub fn table(&mut self, name: &'static str) -> Option<&'a IndexMap<String, Field>> {
        match self.field(name)? {
            Field::Table(fields) => Some(fields),
            Field::Unreadable => None,
            _ => {
                self.report(name, "expected a table, such as { name = ... }");
                None
            }
        }
    }

    /// A field of this name may be given, though it is not read here.
    pub fn know(&mut self, name: &'static str) {
        self.asked.push(name);
    }

    /// Whether a field is given.
    pub fn has(&self, name: &str) -> bool {
        self.part.fields.contains_key(name)
    }

    /// A text field, where it is given.
    pub fn text(&mut self, name: &'static str) -> Option<&'a str> {
        match self.field(name)? {
            Field::Text(text) => Some(text),
            Field::Unreadable => None,
            _ => {
                self.report(name, "expected a text in quotes");
                None
            }
        }
    }

    /// A text field that must be there.
    pub fn required_text(&mut self, name: &'static str, expected: &str) -> Option<&'a str> {
        if !self.has(name) {
            self.asked.push(name);
            self.report(name, format!("is missing; expected {expected}"));
            return None;
        }
        self.text(name)
    }

    /// A quantity; a text that begins like a number is one too.
    fn quantity(&mut self, path: &[&str]) -> Option<Result<Value, &'a str>> {
        match self.field_at(path)? {
            Field::Value(value) => Some(Ok(value.clone().or_from(&self.origin))),
            Field::Text(text) if self.is_quantity(text) => match Value::parse(text) {
                Ok(value) => Some(Ok(value.or_from(&self.origin))),
                Err(error) => {
                    self.report_at(path, error.to_string());
                    None
                }
            },
            Field::Text(text) => Some(Err(text)),
            Field::Table(_) => {
                self.report_at(path, "found a table; expected a number with its unit, or a name");
                None
            }
            Field::Flag(flag) => {
                self.report_at(path, format!("found {flag}, expected a number with its unit, or a name"));
                None
            }
            Field::Origin(_) => {
                self.report_at(path, "found where numbers come from; expected a number with its unit, or a name");
                None
            }
            _ => None,
        }
    }

    /// A text that begins like a number, or that is one (`nan uM`) and no name.
    fn is_quantity(&self, text: &str) -> bool {
        text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
            || (self.net.get(text).is_none() && Value::parse(text).is_ok())
    }

    /// A number of a dimension: becomes the parameter `entity`. Text names something that exists.
    pub fn number(
        &mut self,
        field: &'static str,
        entity: &str,
        dimension: Dimension,
        range: Range,
    ) -> Option<Parameter> {
        self.asked.push(field);
        self.number_at(&[field], entity, dimension, range)
    }

    /// As [`Assembly::number`], of what stands under keys inside a field.
    pub fn number_at(&mut self, path: &[&str], entity: &str, dimension: Dimension, range: Range) -> Option<Parameter> {
        if self.field_at(path).is_none() {
            self.report_at(path, format!("is missing; expected {}", dimension.with_examples()));
            return None;
        }
        match self.quantity(path)? {
            Ok(value) => {
                if let Some(message) = self.net.number_problem(&value, dimension, range) {
                    self.report_at(path, message);
                    return None;
                }
                Some(self.net.parameter_within(entity, value, range))
            }
            Err(name) => self.parameter_named(path, name, dimension),
        }
    }

    /// A number of a dimension that is no parameter, because nothing reads it later.
    pub fn value_at(&mut self, path: &[&str], dimension: Dimension, range: Range) -> Option<Value> {
        match self.quantity(path) {
            Some(Ok(value)) => match self.net.number_problem(&value, dimension, range) {
                Some(message) => self.report_at(path, message),
                None => return Some(value),
            },
            Some(Err(text)) => self.report_at(path, format!("found {text:?}, expected {}", dimension.with_examples())),
            None if self.field_at(path).is_some() => {} // reported already
            None => self.report_at(path, format!("is missing; expected {}", dimension.with_examples())),
        }
        None
    }

    /// A number of one of several dimensions, and which it is of.
    pub fn number_of(
        &mut self,
        field: &'static str,
        entity: &str,
        kinds: &[(Dimension, Range)],
    ) -> Option<(Parameter, Dimension)> {
        self.asked.push(field);
        let found = match self.quantity(&[field])? {
            Ok(value) => Some(value.unit.dimension()),
            Err(name) => self.net.parameter_named(name).ok().and_then(|p| match &self.net.entity(p).kind {
                EntityKind::Parameter { value, .. } => Some(value.unit.dimension()),
                _ => None,
            }),
        };
        // what fits none is told against the first
        let fitting = kinds.iter().find(|(dimension, _)| Some(*dimension) == found).or(kinds.first());
        let (dimension, range) = fitting?;
        if found.is_some_and(|found| found != *dimension) {
            let expected: Vec<String> = kinds.iter().map(|(dimension, _)| dimension.name()).collect();
            let found = found.map_or(String::new(), |found| found.with_article());
            self.report(field, format!("found {found}; expected one of: {}", expected.join(", ")));
            return None;
        }
        Some((self.number(field, entity, *dimension, *range)?, *dimension))
    }

    /// A field that may be given, but is not.
    pub fn absent<T>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.asked.push(name);
        Some(None)
    }

    /// A species by its name.
    pub fn species(&mut self, field: &'static str) -> Option<Species> {
        let name = self.required_text(field, "the name of a species")?;
        self.net.species_named(name).map_err(|message| self.report(field, message)).ok()
    }

    /// A size: becomes the compartment `NAME.FIELD`.
    pub fn size(&mut self, field: &'static str) -> Option<Compartment> {
        self.know(field);
        if !self.has(field) {
            self.report(field, format!("is missing; expected {}", Volume::DIMENSION.with_examples()));
            return None;
        }
        let value = match self.quantity(&[field])? {
            Ok(value) => value,
            Err(text) => {
                self.report(field, format!("found {text:?}, expected {}", Volume::DIMENSION.with_examples()));
                return None;
            }
        };
        let faults = self.net.number_problem(&value, Volume::DIMENSION, Range::Positive);
        if let Some(message) = faults {
            self.report(field, message);
            return None;
        }
        let name = format!("{}.{field}", self.name());
        Volume::try_from(value).ok().map(|volume| self.net.compartment(&name, volume))
    }

    /// A number of any dimension within a range.
    pub fn free_number(&mut self, field: &'static str, entity: &str, range: Range) {
        self.asked.push(field);
        match self.quantity(&[field]) {
            Some(Ok(value)) => {
                self.net.parameter_within(entity, value, range);
            }
            Some(Err(text)) => self.report(field, format!("found {text:?}, expected a number with its unit")),
            None if self.has(field) => {} // reported already
            None => self.report(field, "is missing; expected a number with its unit"),
        }
    }

    /// A parameter that exists, of a dimension.
    pub fn parameter_named(&mut self, path: &[&str], name: &str, dimension: Dimension) -> Option<Parameter> {
        let parameter = match self.net.parameter_named(name) {
            Ok(parameter) => parameter,
            Err(message) => {
                self.report_at(path, message);
                return None;
            }
        };
        let EntityKind::Parameter { value, .. } = &self.net.entity(parameter).kind else { return None };
        let found = value.unit.dimension();
        if found != dimension {
            let (found, expected) = (found.with_article(), dimension.with_examples());
            self.report_at(path, format!("{name} is {found}; expected {expected}"));
            return None;
        }
        Some(parameter)
    }

    /// A factor; 1 where it is not given.
    pub fn neutral(&mut self, field: &'static str, entity: &str, range: Range) -> Option<Parameter> {
        if self.has(field) {
            return self.number(field, entity, Dimension::DIMENSIONLESS, range);
        }
        self.asked.push(field);
        let one = Value::from(1.0).cited("1 where it is not given: acts in full").implied();
        Some(self.net.parameter_within(entity, one, range))
    }

    /// The reaction, written `2 A + B -> C`.
    pub fn reaction(&mut self) -> Option<Reaction> {
        let reaction = read_reaction(self);
        self.has_bad_reaction = reaction.is_none();
        self.reaction.clone_from(&reaction);
        reaction
    }

    /// The law of the part, which must give one of what is asked for.
    pub fn law(&mut self, usual: &'static str, gives: &[law::Gives]) -> Option<&'static Law> {
        let name = self.text("law").unwrap_or(usual);
        let fitting = || law::ALL.iter().filter(|law| gives.contains(&law.gives));
        let found = fitting().find(|law| law.name == name);
        if found.is_none() {
            let hint = did_you_mean(name, fitting().map(|l| l.name));
            let known: Vec<&str> = fitting().map(|l| l.name).collect();
            self.report("law", format!("there is no law {name} here{hint}; known: {}", known.join(", ")));
        }
        found
    }

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

    /// The whole of a part whose law gives the velocity of its reaction: concentration per time in the
    /// compartment of the first reactant (of the first product where nothing is consumed), unless the field
    /// `compartment` names another.
    pub fn process(&mut self, usual_law: &'static str) {
        self.flux(usual_law);
    }

    /// As [`Assembly::process`]; what the law was given is returned.
    pub fn flux(&mut self, usual_law: &'static str) -> Option<(&'static Law, Arguments)> {
        let (reaction, law) = (self.reaction(), self.law(usual_law, &[law::Gives::Velocity]));
        let named = self.text("compartment").map(|name| self.compartment_named(name));
        let place = match named {
            Some(named) => named,
            None => reaction.as_ref().and_then(Reaction::home).and_then(|s| self.compartment_of(s)),
        };
        let first = reaction.as_ref().map_or(Vec::new(), Reaction::first_levels);
        let arguments = law.and_then(|law| self.arguments(law, &first, place));
        let (reaction, law, arguments, place) = (reaction?, law?, arguments?, place?);
        let velocity = self.evaluate(law, &arguments);
        let rate = (self.net.formula(velocity) * self.net.value(place)).id();
        self.net.process(self.part.name.as_str(), reaction.changes(), rate);
        Some((law, arguments))
    }

    /// A compartment by its name.
    pub fn compartment_named(&mut self, name: &str) -> Option<Compartment> {
        self.net.compartment_named(name).map_err(|message| self.report("compartment", message)).ok()
    }

    /// The compartment of a species.
    pub fn compartment_of(&self, species: Species) -> Option<Compartment> {
        match self.net.entity(species).kind {
            EntityKind::Species { compartment, .. } => Some(compartment),
            _ => None,
        }
    }

    /// Reports fields that nothing asked for, of those that the part gives itself.
    pub fn finish(self, written: &Part) {
        for name in written.fields.keys() {
            if !self.asked.contains(&name.as_str()) {
                let hint = did_you_mean(name, self.asked.iter().copied());
                let known = self.asked.join(", ");
                let message =
                    format!("no part of kind {} has this field{hint}; expected one of: {known}", self.part.kind);
                self.net.report(Problem::error([&self.part.kind, &self.part.name, name], message));
            }
        }
    }
}

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
