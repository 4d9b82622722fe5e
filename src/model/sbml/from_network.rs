//! From a network to a document: the way back of `network`.
//!
//! Numbers are written in the units of the model, whatever they were written in before, and units are defined. A species is
//! its amount (`hasOnlySubstanceUnits`), so that a concentration in a formula is the amount over the size, unless events need
//! it to be a concentration. Names become
//! identifiers (`names`), formulas trees (`formula`), what regulators and schedules make of a parameter an assignment rule
//! for `NAME_acting` (`value`), processes reactions (`reaction`), events events (`event`), and what is scheduled events that
//! count how often they came (`schedule`). Where numbers are from stands in notes.

mod event;
mod formula;
mod names;
mod notes;
mod pattern;
mod reaction;
mod schedule;
mod unit;
mod value;

pub(in crate::model) use notes::paragraph as note;

use super::document::{Base, Defaults, Document, Parameter, Rule, RuleKind, SbmlModel};
use super::math::Math;
use crate::error::{Error, Problem};
use crate::expr::{NodeId, Symbol};
use crate::network::{EntityKind, Modifier, Network, Occasion, Trigger};
use std::collections::{HashMap, HashSet};

impl Document {
    /// The document of a network, with what a schedule comes to
    /// ([`Simulation::occasions`](crate::simulation::Simulation::occasions)), and beside it what could not be carried over:
    /// warnings. It is of Level 3 Version 2, or of Version 1 where processes are held at rest (`fast`).
    ///
    /// ```
    /// use homeostat::model::sbml::Document;
    /// let network = homeostat::library::load("best-2009-dopamine")?.network();
    /// let (document, _) = Document::from_network(&network, &[])?;
    /// let text = document.to_xml();
    /// assert!(text.contains(r#"<parameter id="DAT_Km" name="DAT.Km" value="0.2" units="uM" constant="true">"#));
    /// let again = Document::from_xml(&text)?.network()?;
    /// assert_eq!(again.units().concentration().to_string(), "umol/L");
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the network, and formulas for which SBML has no words (`polygamma`).
    pub fn from_network(network: &Network, occasions: &[Occasion]) -> Result<(Document, Vec<Problem>), Error> {
        network.checked()?;
        let mut writing = Writing::new(network, occasions);
        writing.values();
        writing.windows(occasions);
        writing.reactions();
        writing.rules();
        writing.events();
        writing.occasions(occasions);
        writing.sum_up();
        if !writing.problems.is_empty() {
            return Err(Error::Input(writing.problems));
        }
        Ok((Document { model: writing.model, ..Document::default() }, writing.warnings))
    }
}

/// A document in the making.
struct Writing<'n> {
    net: &'n Network,
    model: SbmlModel,
    names: names::Names,
    units: unit::Units,
    /// By what formulas call a parameter on which something acts.
    acting: HashMap<Symbol, String>,
    modifiers: HashMap<Symbol, Vec<Modifier>>,
    /// Species that are written as concentrations, each with its compartment.
    by_concentration: HashMap<Symbol, Symbol>,
    /// Formulas that have been given a name, since they stand in several places.
    shared: HashMap<NodeId, String>,
    /// Scales that are 1 and named nowhere: reading makes them anew.
    left_out: HashSet<Symbol>,
    /// Parameters that are the number of a reference.
    references: HashSet<Symbol>,
    /// Changes of parameters that are scheduled.
    windows: Vec<schedule::Window>,
    /// Identifiers of species.
    species: HashSet<String>,
    /// Species that processes change.
    in_reactions: HashSet<Symbol>,
    /// Whether there are fast processes, and so no functions of Version 2.
    is_version_1: bool,
    /// Formulas in which a real power of something below zero is 0, by what they are of.
    powers: Vec<String>,
    warnings: Vec<Problem>,
    problems: Vec<Problem>,
}

impl<'n> Writing<'n> {
    fn new(net: &'n Network, occasions: &[Occasion]) -> Self {
        let mut modifiers: HashMap<Symbol, Vec<Modifier>> = HashMap::new();
        for (parameter, modifier) in net.modifiers() {
            modifiers.entry(parameter.0).or_default().push(*modifier);
        }
        let mut names = names::Names::of(net);
        let scheduled = occasions.iter().filter_map(|occasion| match occasion {
            Occasion::Change { parameter, .. } => Some(*parameter),
            _ => None,
        });
        let acted_on: HashSet<Symbol> = modifiers.keys().copied().chain(scheduled).collect();
        let mut acting = HashMap::new();
        // in the order of the network, so that names come out the same
        for i in 0..net.entities().len() as u32 {
            if acted_on.contains(&Symbol(i)) {
                let name = names.fresh(&format!("{}_acting", names.of_symbol(Symbol(i))));
                acting.insert(Symbol(i), name);
            }
        }
        let id = names.fresh(&names::legal(net.name()));
        let base = Base { id: Some(id), name: Some(net.name().to_string()), ..Base::default() };
        let mut units = unit::Units::default();
        let model_units = net.units();
        let [substance, time, volume] = [model_units.amount(), model_units.time(), model_units.volume()]
            .map(|unit| units.of(model_units, unit.dimension()).filter(|id| id != unit::DIMENSIONLESS));
        let defaults = Defaults {
            extent_units: substance.clone(),
            substance_units: substance,
            time_units: time,
            volume_units: volume,
            ..Defaults::default()
        };
        let mut writing = Writing {
            net,
            model: SbmlModel { base, defaults, ..SbmlModel::default() },
            names,
            units,
            acting,
            modifiers,
            by_concentration: Self::given_as_concentrations(net),
            shared: HashMap::new(),
            left_out: HashSet::new(),
            references: HashSet::new(),
            windows: Vec::new(),
            species: HashSet::new(),
            in_reactions: HashSet::new(),
            is_version_1: !net.fast().is_empty(),
            powers: Vec::new(),
            warnings: Vec::new(),
            problems: Vec::new(),
        };
        writing.left_out = writing.plain_scales();
        writing
    }

    /// The scales of processes that say nothing.
    fn plain_scales(&self) -> HashSet<Symbol> {
        let named = self.named();
        let is_plain = |scale: &Symbol| {
            let says_nothing = match &self.net.entity(*scale).kind {
                EntityKind::Parameter { value, .. } => {
                    value.value == 1.0 && value.origin.status == Some(crate::units::Status::Implied)
                }
                _ => false,
            };
            let stays = !self.net.is_state(*scale) && self.net.assigned(*scale).is_none();
            says_nothing && stays && !named.contains(scale) && !self.acting.contains_key(scale)
        };
        self.net.all_processes().filter_map(|p| Some(self.net.scale_of(p)?.0)).filter(is_plain).collect()
    }

    /// All that formulas name.
    fn named(&self) -> HashSet<Symbol> {
        let mut formulas: Vec<NodeId> = self.net.dynamics().all().into_iter().map(|(_, formula)| formula).collect();
        formulas.extend(self.net.modifiers().iter().map(|(_, m)| match m {
            Modifier::Factor(x) | Modifier::Term(x) => *x,
        }));
        for entity in self.net.entities() {
            match &entity.kind {
                EntityKind::Process { rate, .. } => formulas.push(*rate),
                EntityKind::Rule { value, .. } => formulas.push(*value),
                EntityKind::Event { trigger, changes, sizes, .. } => {
                    formulas.extend(changes.iter().chain(sizes).map(|(_, formula)| *formula));
                    match trigger {
                        Trigger::Scheduled => {}
                        Trigger::Root(root, _) => formulas.push(*root),
                        Trigger::Condition(condition) => formulas.extend(condition.formulas()),
                    }
                }
                _ => {}
            }
        }
        let arena = self.net.graph().arena();
        formulas.into_iter().flat_map(|formula| arena.symbols(formula)).collect()
    }

    /// The identifier of something in the network.
    fn id(&self, symbol: impl Into<Symbol>) -> String {
        self.names.of_symbol(symbol.into()).to_string()
    }

    /// Identifier, name and origin of something in the network.
    fn base(&self, symbol: impl Into<Symbol>) -> Base {
        let symbol = symbol.into();
        let (id, name) = (self.id(symbol), self.net.name_of(symbol));
        Base {
            name: (id != name).then(|| name.to_string()),
            id: Some(id),
            notes: notes::of(self.net, symbol),
            ..Base::default()
        }
    }

    /// A parameter of the document alone, with a value that a formula gives.
    fn helper(&mut self, id: &str, name: Option<String>, units: Option<String>, math: Math) {
        let base = Base { id: Some(id.to_string()), name, ..Base::default() };
        self.model.parameters.push(Parameter { base, value: None, units, constant: false });
        self.rule(RuleKind::Assignment(id.to_string()), math);
    }

    fn rule(&mut self, kind: RuleKind, math: Math) {
        self.model.rules.push(Rule { base: Base::default(), kind, math: Some(math) });
    }

    fn warn(&mut self, symbol: impl Into<Symbol>, message: impl Into<String>) {
        let entity = self.net.entity(symbol);
        self.warnings.push(Problem::warning([entity.kind.name(), &entity.name], message));
    }

    /// What is said once of the whole document; units are defined last, when all are known.
    fn sum_up(&mut self) {
        self.model.units = std::mem::take(&mut self.units).definitions();
        self.powers.dedup();
        if let Some(first) = self.powers.first() {
            let more =
                if self.powers.len() > 1 { format!(" and {} more", self.powers.len() - 1) } else { String::new() };
            let message = format!(
                "{first}{more}: a root, or a power whose exponent may not be whole, of what falls below zero is 0 here and no \
                 number in other programs; keep what it is of above zero there"
            );
            self.warnings.push(Problem::warning(["model"], message));
        }
    }
}
