//! Names, units, sources and rules: what a model says before it becomes numbers.
//!
//! A [`Network`] means what SBML Level 3 core means: the state of a species is an amount, its
//! concentration is the amount over the size of its compartment, a process changes amounts by its
//! stoichiometry times its rate (amount per time). Everything with a name lives in one space of names;
//! handles ([`Species`], [`Parameter`], ...) are small and `Copy`. What is wrong is collected, and told all
//! at once when the network is checked or compiled.
//!
//! ```
//! use homeostat::network::Network;
//! use homeostat::units::{Concentration, Frequency, Volume};
//!
//! let mut net = Network::new("decay");
//! let cell = net.compartment("cell", Volume::l(1.0));
//! let a = net.species("a", cell, Concentration::um(10.0));
//! let k = net.parameter("k", Frequency::per_h(0.5));
//! let rate = (net.value(k) * net.value(a)).id();
//! net.process("loss", [(a, -1.0)], rate);
//! assert!(net.check().iter().all(|problem| !problem.is_error()));
//! ```

mod check;
mod conservation;
mod copies;
mod delay;
mod demand;
mod drug;
mod dynamics;
mod entity;
mod equations;
mod fast;
mod find;
mod idle;
mod occasion;
mod part;
mod schedule;
mod sources;
mod units;
mod words;

pub use crate::expr::Direction;
pub use conservation::ConservedSum;
pub(crate) use conservation::sum_text;
pub use delay::{Delay, DelayEquations};
pub use drug::Drug;
pub use entity::{
    Compartment, Condition, Entity, EntityKind, Event, Initial, Modifier, Parameter, Process, Range, Rule, Species,
    Trigger,
};
pub use equations::{Equations, EventEquations};
pub use occasion::{Course, Effect, Occasion, Quantity, Times};
pub use part::{Field, Part};
pub use schedule::{Administration, Change, Dose, Pattern, Route, Schedule, Spikes};
pub use units::ModelUnits;

use crate::error::Problem;
use crate::expr::{Expr, Graph, NodeId, Symbol};
use crate::units::{Unit, Value, Volume};
use std::collections::HashMap;

/// A model by its names.
#[derive(Clone, Debug)]
pub struct Network {
    name: String,
    units: ModelUnits,
    graph: Graph,
    entities: Vec<Entity>,
    by_name: HashMap<String, Symbol>,
    dynamics: dynamics::Dynamics,
    modifiers: Vec<(Parameter, Modifier)>,
    loose_modifiers: bool,
    /// Concentrations at which a species saturates or binds half.
    halves: Vec<(Symbol, Parameter)>,
    parts: Vec<Part>,
    schedules: Vec<Schedule>,
    drugs: Vec<Drug>,
    demands: Vec<demand::Demand>,
    problems: Vec<Problem>,
    /// Parts of a list that name one another, or what is not there, while they are added after all others.
    pub(crate) unready: Vec<String>,
    making: Option<usize>,
}

impl Network {
    /// An empty network in h, umol, L and uM.
    pub fn new(name: impl Into<String>) -> Self {
        Self::with_units(name, ModelUnits::default())
    }

    /// An empty network in units of your own.
    pub fn with_units(name: impl Into<String>, units: ModelUnits) -> Self {
        Network {
            name: name.into(),
            units,
            graph: Graph::new(),
            entities: Vec::new(),
            by_name: HashMap::new(),
            dynamics: dynamics::Dynamics::default(),
            modifiers: Vec::new(),
            loose_modifiers: false,
            halves: Vec::new(),
            unready: Vec::new(),
            parts: Vec::new(),
            schedules: Vec::new(),
            drugs: Vec::new(),
            demands: Vec::new(),
            problems: Vec::new(),
            making: None,
        }
    }

    /// The name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The units that numbers inside are in.
    pub fn units(&self) -> &ModelUnits {
        &self.units
    }

    /// Everything with a name, in the order in which it was added; its place is the number of its symbol.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// What a symbol stands for.
    pub fn entity(&self, symbol: impl Into<Symbol>) -> &Entity {
        &self.entities[symbol.into().0 as usize]
    }

    /// The name of something.
    pub fn name_of(&self, symbol: impl Into<Symbol>) -> &str {
        &self.entity(symbol).name
    }

    /// The parts from which the network was made.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The schedules that the model names itself.
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// Adds a schedule that can be chosen by its name.
    pub fn schedule(&mut self, schedule: Schedule) {
        if self.schedules.iter().any(|s| s.name == schedule.name) {
            self.report(Problem::error(["schedule", &schedule.name], "there are two schedules of this name"));
        }
        self.schedules.push(schedule);
    }

    /// Adds a compartment.
    pub fn compartment(&mut self, name: &str, volume: Volume) -> Compartment {
        self.compartment_within(name, volume, Range::Positive)
    }

    /// Adds a compartment whose size makes sense within a range only.
    pub fn compartment_within(&mut self, name: &str, volume: impl Into<Value>, range: Range) -> Compartment {
        Compartment(self.insert(name, EntityKind::Compartment { volume: volume.into(), range }))
    }

    /// Adds a species.
    pub fn species(&mut self, name: &str, compartment: Compartment, initial: impl Into<Initial>) -> Species {
        self.species_within(name, compartment, initial, Range::NonNegative)
    }

    /// Adds a species that begins within a range only.
    pub fn species_within(
        &mut self,
        name: &str,
        compartment: Compartment,
        initial: impl Into<Initial>,
        range: Range,
    ) -> Species {
        Species(self.insert(name, EntityKind::Species { compartment, initial: initial.into(), range }))
    }

    /// Adds a parameter that may be any finite number. It is kept in the unit in which it is written.
    pub fn parameter(&mut self, name: &str, value: impl Into<Value>) -> Parameter {
        self.parameter_within(name, value, Range::Finite)
    }

    /// Adds a parameter whose numbers make sense within a range only, now and when it is set later.
    pub fn parameter_within(&mut self, name: &str, value: impl Into<Value>, range: Range) -> Parameter {
        Parameter(self.insert(name, EntityKind::Parameter { value: value.into(), range }))
    }

    /// Adds a process: `rate` is in amount per time, an expression of [`Network::value`],
    /// [`Network::concentration`] and the like. Its parameter `NAME.scale` multiplies the rate; where something has that
    /// name already, underscores are put after it.
    pub fn process(
        &mut self,
        name: &str,
        stoichiometry: impl IntoIterator<Item = (Species, f64)>,
        rate: NodeId,
    ) -> Process {
        let one = Value::from(1.0).cited("multiplies the rate").implied();
        let scale = self.parameter_within(&self.free_name(&format!("{name}.scale")), one, Range::NonNegative);
        let stoichiometry = stoichiometry.into_iter().collect();
        Process(self.insert(name, EntityKind::Process { stoichiometry, rate, scale }))
    }

    /// Gives a process another rate: processes may name one another.
    pub(crate) fn set_rate(&mut self, process: Process, formula: NodeId) {
        if let EntityKind::Process { rate, .. } = &mut self.entities[process.0.0 as usize].kind {
            *rate = formula;
        }
    }

    /// Adds a value that a formula gives at every time.
    pub fn rule(&mut self, name: &str, value: NodeId, unit: Unit) -> Rule {
        Rule(self.insert(name, EntityKind::Rule { value, unit }))
    }

    /// Adds something that happens at an instant: each species of `changes` gets a new amount, each compartment a new size
    /// and each parameter a new value, all of them computed from the state before.
    pub fn event(
        &mut self,
        name: &str,
        trigger: Trigger,
        changes: impl IntoIterator<Item = (impl Into<Symbol>, NodeId)>,
    ) -> Event {
        let changes: Vec<(Symbol, NodeId)> = changes.into_iter().map(|(what, value)| (what.into(), value)).collect();
        changes.iter().for_each(|(what, _)| self.vary(*what));
        Event(self.insert(
            name,
            EntityKind::Event { trigger, changes, sizes: Vec::new(), shortage: None, is_terminal: false },
        ))
    }

    /// The new value that an event gives to this species is a concentration: it is multiplied by the size of the compartment
    /// as that is when the event comes, before its changes, even where the value is one of before.
    ///
    /// ```
    /// use homeostat::network::{Condition, Network, Trigger};
    /// use homeostat::simulation::{Run, Simulation};
    /// use homeostat::units::{Concentration, Volume};
    /// let mut net = Network::new("growth");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let a = net.species("a", cell, Concentration::um(3.0));
    /// net.change(cell, net.number(1.0).id()); // L/h
    /// let holds = (1.0 - net.time()).less(0.5).id();
    /// let later = Condition { delay: Some(net.number(0.5).id()), ..Condition::new(holds) };
    /// let event = net.event("reset", Trigger::Condition(later), [(a, net.number(2.0).id())]);
    /// net.in_concentration(event, a);
    /// let simulation = Simulation::new(&net)?;
    /// let run = Run { selection: simulation.select("a")?, ..Run::until(2.0) };
    /// assert!((simulation.run(&run)?.rows[100][0] - 4.0).abs() < 1e-9); // 2 umol/L in 2 L
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn in_concentration(&mut self, event: Event, species: Species) {
        let EntityKind::Species { compartment, .. } = self.entity(species).kind else { return };
        let size = self.value(compartment).id();
        if let EntityKind::Event { sizes, .. } = &mut self.entities[event.0.0 as usize].kind {
            sizes.push((species.0, size));
        }
    }

    /// Lets a run end where this event happens.
    pub fn end_run_at(&mut self, event: Event) {
        if let EntityKind::Event { is_terminal, .. } = &mut self.entities[event.0.0 as usize].kind {
            *is_terminal = true;
        }
    }

    /// Whether a run ends where this event happens.
    pub fn ends_run(&self, event: Event) -> bool {
        matches!(self.entity(event).kind, EntityKind::Event { is_terminal: true, .. })
    }

    /// Counts how often an event finds less than it asks for: where `shortage` is not 0.
    pub fn count_shortage(&mut self, event: Event, shortage: NodeId) {
        if let EntityKind::Event { shortage: counted, .. } = &mut self.entities[event.0.0 as usize].kind {
            *counted = Some(shortage);
        }
    }

    /// Changes a parameter wherever rates and rules use it.
    pub fn modify(&mut self, parameter: Parameter, modifier: Modifier) {
        self.loose_modifiers |= self.making.is_none();
        self.modifiers.push((parameter, modifier));
    }

    /// What acts on parameters.
    pub(crate) fn modifiers(&self) -> &[(Parameter, Modifier)] {
        &self.modifiers
    }

    /// Whether a modifier was added that belongs to no part.
    pub(crate) fn has_loose_modifiers(&self) -> bool {
        self.loose_modifiers
    }

    /// Remembers that `level` saturates or binds half at `parameter`; default tolerances use it.
    pub fn saturates(&mut self, level: impl Into<Symbol>, parameter: Parameter) {
        self.halves.push((level.into(), parameter));
    }

    /// Levels with the parameters at which they saturate or bind half.
    pub fn half_saturations(&self) -> &[(Symbol, Parameter)] {
        &self.halves
    }

    /// The symbol as an expression: the amount of a species, the size of a compartment, the value of a
    /// parameter or rule, the rate of a process.
    pub fn value(&self, symbol: impl Into<Symbol>) -> Expr<'_> {
        self.graph.symbol(symbol.into())
    }

    /// The concentration of a species: its amount over the size of its compartment.
    pub fn concentration(&self, species: Species) -> Expr<'_> {
        match self.entity(species).kind {
            EntityKind::Species { compartment, .. } => self.content(species, compartment),
            _ => self.value(species),
        }
    }

    /// What the amount of a species comes to in a compartment. Written as a product with `1 / size`, which depends on
    /// parameters alone and so is computed once a run: there is no division for every species at every evaluation.
    pub fn content(&self, species: Species, compartment: Compartment) -> Expr<'_> {
        self.value(species) * (1.0 / self.value(compartment))
    }

    /// The time as an expression.
    pub fn time(&self) -> Expr<'_> {
        self.graph.time()
    }

    /// A number as an expression.
    pub fn number(&self, x: f64) -> Expr<'_> {
        self.graph.constant(x)
    }

    /// An expression made before.
    pub fn formula(&self, id: NodeId) -> Expr<'_> {
        self.graph.get(id).unwrap_or_else(|| self.graph.constant(f64::NAN))
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The parameter that multiplies the rate of a process.
    pub fn scale_of(&self, process: Process) -> Option<Parameter> {
        match self.entity(process).kind {
            EntityKind::Process { scale, .. } => Some(scale),
            _ => None,
        }
    }

    /// All species.
    pub fn all_species(&self) -> impl Iterator<Item = Species> + '_ {
        self.symbols(|kind| matches!(kind, EntityKind::Species { .. })).map(Species)
    }

    /// All processes.
    pub fn all_processes(&self) -> impl Iterator<Item = Process> + '_ {
        self.symbols(|kind| matches!(kind, EntityKind::Process { .. })).map(Process)
    }

    /// All events.
    pub(crate) fn all_events(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.symbols(|kind| matches!(kind, EntityKind::Event { .. }))
    }

    /// Everything that has a number of its own which a run does not change: compartments, parameters and species that are kept.
    pub(crate) fn all_parameters(&self) -> impl Iterator<Item = Symbol> + '_ {
        use EntityKind::{Compartment, Parameter, Species};
        let all = self.symbols(|kind| matches!(kind, Parameter { .. } | Compartment { .. } | Species { .. }));
        let is_given = |symbol: Symbol| self.assigned(symbol).is_some() || self.delayed(symbol).is_some();
        all.filter(move |symbol| !self.is_state(*symbol) && !is_given(*symbol))
    }

    fn symbols<'a>(&'a self, is: impl Fn(&EntityKind) -> bool + 'a) -> impl Iterator<Item = Symbol> + 'a {
        self.entities.iter().enumerate().filter(move |(_, e)| is(&e.kind)).map(|(i, _)| Symbol(i as u32))
    }

    /// Notes a problem, to be told when the network is checked or compiled.
    pub fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Begins a part: what is added until [`Network::end_part`] belongs to it.
    pub(crate) fn begin_part(&mut self, part: Part) {
        self.making = Some(self.parts.len());
        self.parts.push(part);
    }

    pub(crate) fn end_part(&mut self) {
        self.making = None;
    }

    /// The place of something in a model file: where its part is written, if a part made it.
    fn place_of(&self, kind: &EntityKind, name: &str, part: Option<usize>) -> Vec<String> {
        match part.and_then(|i| self.parts.get(i)) {
            Some(part) => vec![part.kind.clone(), part.name.clone()],
            None => vec![kind.name().to_string(), name.to_string()],
        }
    }

    fn insert(&mut self, name: &str, kind: EntityKind) -> Symbol {
        let place = self.place_of(&kind, name, self.making);
        if !is_name(name) {
            let message = format!(
                "{name:?} is not a name: expected letters, digits, _ and dots between them, not beginning with a digit"
            );
            self.report(Problem::error(place.clone(), message));
        }
        if let Some(&known) = self.by_name.get(name) {
            let other = self.entity(known);
            let of = self.place_of(&other.kind, name, other.part).join(".");
            let hint = format!("rename one, or where {of} is of a base leave it out: remove = [\"{of}\"]");
            let message = format!("the name {name} is taken already by a {}; {hint}", other.kind.name());
            self.report(Problem::error(place, message));
        }
        // a second one of the same name exists all the same, unnamed, so that a handle is what it says
        let symbol = Symbol(self.entities.len() as u32);
        self.by_name.entry(name.to_string()).or_insert(symbol);
        self.entities.push(Entity { name: name.to_string(), kind, part: self.making });
        symbol
    }
}

/// Letters, digits and `_`, with single dots between; no digit first.
fn is_name(name: &str) -> bool {
    name.split('.').all(|piece| {
        let mut chars = piece.chars();
        chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_')
    })
}
