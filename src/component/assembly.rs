//! A part being put together: its fields read, checked, and turned into entities.

use super::arguments::Arguments;
use super::reaction::{Reaction, read_reaction};
use crate::error::{Problem, did_you_mean};
use crate::law::{self, Law};
use crate::network::{Compartment, EntityKind, Field, Network, Parameter, Part, Species};
use crate::units::Origin;
use indexmap::IndexMap;

/// Reads the fields of one part; what is wrong is reported to the network with the part's place.
pub(super) struct Assembly<'a> {
    pub net: &'a mut Network,
    pub part: &'a Part,
    /// What numbers do not say of their own origin.
    pub origin: Origin,
    pub asked: Vec<&'static str>,
    /// What holds where a field is not given.
    pub usual: Vec<(&'static str, String)>,
    /// The reaction, once it has been read.
    pub reaction: Option<Reaction>,
    /// Whether the reaction cannot be read: what would follow from it is then not asked for.
    pub has_bad_reaction: bool,
    /// Whether the law is not known: which fields it takes is then not known either.
    has_bad_law: bool,
}

impl<'a> Assembly<'a> {
    pub fn new(net: &'a mut Network, part: &'a Part) -> Self {
        let mut assembly = Assembly {
            net,
            part,
            origin: Origin::default(),
            asked: Vec::new(),
            usual: Vec::new(),
            reaction: None,
            has_bad_reaction: false,
            has_bad_law: false,
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
    pub fn field(&mut self, name: &'static str) -> Option<&'a Field> {
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
        self.usual.push(("law", usual.to_string()));
        let fitting = || law::ALL.iter().filter(|law| gives.contains(&law.gives));
        let found = fitting().find(|law| law.name == name);
        self.has_bad_law |= found.is_none();
        if found.is_none() {
            let hint = did_you_mean(name, fitting().map(|l| l.name));
            let known: Vec<&str> = fitting().map(|l| l.name).collect();
            self.report("law", format!("there is no law {name} here{hint}; known: {}", known.join(", ")));
        }
        found
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
            if !self.has_bad_law && !self.asked.contains(&name.as_str()) {
                let hint = did_you_mean(name, self.asked.iter().copied());
                let known = self.asked.join(", ");
                let message =
                    format!("no part of kind {} has this field{hint}; expected one of: {known}", self.part.kind);
                self.net.report(Problem::error([&self.part.kind, &self.part.name, name], message));
            }
        }
    }
}
