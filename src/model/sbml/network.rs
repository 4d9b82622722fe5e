//! From a document to a network: what the elements of SBML mean (Level 3 Version 2, sections 3.4 and 4).
//!
//! The state of a species is its amount, that of anything else its value; numbers are taken as they stand. What a name
//! means in a formula is in `formula`, what is given at the start in `value`, what moves in `rule`, `reaction` and
//! `event`. A reference with an identifier, and a parameter of one rate (`reaction.parameter`), is a parameter; so is
//! a rate of change that a formula asks for (`S.rate`), and a value of the past (`delay_1`).

mod algebraic;
mod event;
mod formula;
mod operator;
mod reaction;
mod rule;
mod unit;
mod value;

pub(super) use unit::size_of;

use super::check::fault;
use super::document::{Base, Document, FunctionDefinition, RuleKind, SbmlModel};
use crate::error::{Error, Problem};
use crate::expr::{NodeId, Symbol};
use crate::network::{Compartment, Network, Parameter, Process, Species};
use std::collections::{BTreeMap, HashMap, HashSet};

impl Document {
    /// The network that the document describes.
    ///
    /// ```
    /// use homeostat::model::sbml::Document;
    /// use homeostat::simulation::{Run, Simulation};
    /// let text = r#"<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model name="decay">
    ///     <listOfCompartments><compartment name="cell"/></listOfCompartments>
    ///     <listOfSpecies><species name="a" compartment="cell" initialAmount="10"/></listOfSpecies>
    ///     <listOfReactions><reaction name="loss"><listOfReactants><speciesReference species="a"/></listOfReactants>
    ///         <kineticLaw formula="0.5 * cell * a"/></reaction></listOfReactions></model></sbml>"#;
    /// let simulation = Simulation::new(&Document::from_xml(text)?.network()?)?;
    /// let run = Run { selection: simulation.select("a")?, ..Run::until(2.0) };
    /// let a = *simulation.run(&run)?.column("a").unwrap().last().unwrap();
    /// assert!((a - 10.0 * (-1.0_f64).exp()).abs() < 1e-4);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// What names nothing, algebraic rules that determine nothing, and what is not supported: submodels that have not
    /// been flattened ([`Document::flattened`]).
    pub fn network(&self) -> Result<Network, Error> {
        let mut meaning = Meaning::new(&self.model);
        if let Some(submodel) = self.model.submodels.first() {
            let place = ["submodel", submodel.base.id()];
            meaning.report(place, &submodel.base, "submodels have to be flattened first (Document::flattened)");
        }
        meaning.units();
        meaning.values();
        meaning.reactions();
        meaning.starts();
        meaning.rules();
        meaning.events();
        meaning.algebraic_rules();
        meaning.constant_species();
        meaning.slopes();
        if meaning.problems.is_empty() { Ok(meaning.net) } else { Err(Error::Input(meaning.problems)) }
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
enum Named {
    Compartment(Compartment),
    /// A species, and the compartment by whose size its amount is divided in formulas.
    Species(Species, Option<Compartment>),
    /// A parameter, or the number of a reference.
    Parameter(Parameter),
    Reaction(Process),
}

impl Named {
    fn symbol(self) -> Symbol {
        match self {
            Named::Compartment(x) => x.into(),
            Named::Species(x, _) => x.into(),
            Named::Parameter(x) => x.into(),
            Named::Reaction(x) => x.into(),
        }
    }
}

/// What a document says of each name, beside its element. Elements without a formula say nothing.
#[derive(Debug, Default)]
struct Said<'m> {
    assigned: HashSet<&'m str>,
    rated: HashSet<&'m str>,
    started: HashSet<&'m str>,
    set_by_events: HashSet<&'m str>,
    /// Whether there are algebraic rules, which may determine anything that is not constant.
    is_algebraic: bool,
}

impl<'m> Said<'m> {
    fn of(model: &'m SbmlModel) -> Self {
        let mut said = Said::default();
        for rule in model.rules.iter().filter(|rule| rule.math.is_some()) {
            match &rule.kind {
                RuleKind::Assignment(variable) => _ = said.assigned.insert(variable),
                RuleKind::Rate(variable) => _ = said.rated.insert(variable),
                RuleKind::Algebraic => said.is_algebraic = true,
            }
        }
        let started = model.initial_assignments.iter().filter(|a| a.math.is_some());
        said.started = started.map(|a| a.symbol.as_str()).collect();
        let set = model.events.iter().flat_map(|e| &e.assignments).filter(|a| a.math.is_some());
        said.set_by_events = set.map(|a| a.variable.as_str()).collect();
        said
    }

    /// Whether a rule gives it, or its rate of change.
    fn is_ruled(&self, name: &str) -> bool {
        self.assigned.contains(name) || self.rated.contains(name)
    }

    /// Whether it keeps the value that it has at the start.
    fn stays(&self, name: &str, constant: bool) -> bool {
        constant || !(self.is_ruled(name) || self.set_by_events.contains(name) || self.is_algebraic)
    }
}

/// A network in the making.
struct Meaning<'m> {
    model: &'m SbmlModel,
    net: Network,
    names: HashMap<&'m str, Named>,
    said: Said<'m>,
    functions: HashMap<&'m str, &'m FunctionDefinition>,
    /// Functions put in, by their arguments: a formula of calls of calls is written out once.
    calls: HashMap<(&'m str, Vec<NodeId>), NodeId>,
    /// The parameter that is the rate of change of what has this name.
    rates: BTreeMap<&'m str, Parameter>,
    /// Values of the past, by what they are of and how long ago.
    delays: HashMap<(NodeId, NodeId), Parameter>,
    /// Species that reactions change: nothing else may determine them.
    in_reactions: HashSet<&'m str>,
    /// Species, parameters, sizes and numbers that keep the value they have at the start.
    fixed: HashSet<Symbol>,
    /// What algebraic rules determine.
    unknown: HashSet<Symbol>,
    problems: Vec<Problem>,
}

impl<'m> Meaning<'m> {
    fn new(model: &'m SbmlModel) -> Self {
        let name = model.base.id.as_deref().or(model.base.name.as_deref()).unwrap_or("model");
        Meaning {
            model,
            net: Network::new(name),
            names: HashMap::new(),
            said: Said::of(model),
            functions: model.functions.iter().map(|f| (f.base.id(), f)).collect(),
            calls: HashMap::new(),
            rates: BTreeMap::new(),
            delays: HashMap::new(),
            in_reactions: HashSet::new(),
            fixed: HashSet::new(),
            unknown: HashSet::new(),
            problems: Vec::new(),
        }
    }

    fn report(&mut self, place: [&str; 2], base: &Base, message: impl Into<String>) {
        self.problems.push(fault(place, base, None, message.into()));
    }

    /// What has this name; a problem where nothing has.
    fn find(&mut self, name: &str, place: [&str; 2], base: &Base) -> Option<Named> {
        let found = self.names.get(name).copied();
        if found.is_none() {
            self.report(place, base, format!("there is nothing named {name} that has a value"));
        }
        found
    }
}
