//! What an SBML document holds, one representation for all levels: that of Level 3 Version 2, with `fast`
//! reactions kept from before.

use super::composition::{ExternalModel, Port, ReplacedBy, ReplacedElement, Submodel};
use super::math::{Lambda, Math};
use crate::error::Problem;

/// Where something begins in its file, from 1; 0 where it comes from no file. Takes no part in comparisons.
#[derive(Clone, Copy, Debug, Default)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

impl PartialEq for Position {
    fn eq(&self, _: &Position) -> bool {
        true
    }
}

/// How a document was read. Takes no part in comparisons.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The level that the file had.
    pub level: u32,
    /// The version of that level.
    pub version: u32,
    /// What is worth a look, though the document can be used.
    pub warnings: Vec<Problem>,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

/// An SBML document: a model and the definitions that its submodels name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// How it was read.
    pub origin: Origin,
    /// The model.
    pub model: SbmlModel,
    /// Model definitions (`comp`).
    pub definitions: Vec<SbmlModel>,
    /// Definitions in other files (`comp`).
    pub externals: Vec<ExternalModel>,
}

/// What every element has (`SBase`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Base {
    /// Identifier; in Level 1 this is the `name`.
    pub id: Option<String>,
    /// A name for people.
    pub name: Option<String>,
    /// Identifier for annotations.
    pub metaid: Option<String>,
    /// Term of the Systems Biology Ontology.
    pub sbo_term: Option<String>,
    /// What is inside of `notes`, as written.
    pub notes: Option<String>,
    /// What is inside of `annotation`, as written.
    pub annotation: Option<String>,
    /// What this element stands for in submodels (`comp`).
    pub replaced: Vec<ReplacedElement>,
    /// What stands for this element (`comp`).
    pub replaced_by: Option<Box<ReplacedBy>>,
    /// Where it begins.
    pub at: Position,
}

impl Base {
    /// The identifier, or nothing.
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "lists of what their names say")]
pub struct SbmlModel {
    pub base: Base,
    /// Units of what has none of its own, and the conversion factor of species that have none.
    pub defaults: Defaults,
    pub functions: Vec<FunctionDefinition>,
    pub units: Vec<UnitDefinition>,
    pub compartments: Vec<Compartment>,
    pub species: Vec<Species>,
    pub parameters: Vec<Parameter>,
    pub initial_assignments: Vec<InitialAssignment>,
    pub rules: Vec<Rule>,
    pub constraints: Vec<Constraint>,
    pub reactions: Vec<Reaction>,
    pub events: Vec<Event>,
    /// Submodels (`comp`).
    pub submodels: Vec<Submodel>,
    /// Ports (`comp`).
    pub ports: Vec<Port>,
}

/// What a model says for all its elements: names of units, and of the parameter that converts extents to amounts.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the attributes of the same names")]
pub struct Defaults {
    pub substance_units: Option<String>,
    pub time_units: Option<String>,
    pub volume_units: Option<String>,
    pub area_units: Option<String>,
    pub length_units: Option<String>,
    pub extent_units: Option<String>,
    pub conversion_factor: Option<String>,
}

/// A function of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionDefinition {
    /// What every element has.
    pub base: Base,
    /// Arguments and formula.
    pub lambda: Option<Lambda>,
}

/// A unit as a product of units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitDefinition {
    /// What every element has.
    pub base: Base,
    /// The factors; without any it is dimensionless.
    pub units: Vec<Unit>,
}

/// `(multiplier * 10^scale * kind)^exponent`.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the attributes of the same names")]
pub struct Unit {
    pub base: Base,
    pub kind: String,
    pub exponent: f64,
    pub scale: i32,
    pub multiplier: f64,
}

/// A compartment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compartment {
    /// What every element has.
    pub base: Base,
    /// 3 for a volume, 0 for a point without a size.
    pub dimensions: Option<f64>,
    /// Size at the start, in `units`.
    pub size: Option<f64>,
    /// Units of the size.
    pub units: Option<String>,
    /// Whether the size stays.
    pub constant: bool,
}

/// How much of a species there is at the start, in its units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InitialQuantity {
    /// An amount.
    Amount(f64),
    /// An amount over the size of the compartment.
    Concentration(f64),
}

/// A species.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Species {
    /// What every element has.
    pub base: Base,
    /// Where it is.
    pub compartment: String,
    /// What there is at the start.
    pub initial: Option<InitialQuantity>,
    /// Units of its amount.
    pub substance_units: Option<String>,
    /// Whether its name in a formula is an amount; else it is a concentration.
    pub has_only_substance_units: bool,
    /// Whether reactions leave it alone.
    pub boundary_condition: bool,
    /// Whether nothing changes it.
    pub constant: bool,
    /// The parameter that converts extents to its amount.
    pub conversion_factor: Option<String>,
}

/// A parameter, of a model or local to a rate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// What every element has.
    pub base: Base,
    /// Value at the start, in `units`.
    pub value: Option<f64>,
    /// Its units.
    pub units: Option<String>,
    /// Whether nothing changes it.
    pub constant: bool,
}

/// The value of something at the start, by a formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InitialAssignment {
    /// What every element has.
    pub base: Base,
    /// What gets the value.
    pub symbol: String,
    /// The formula; without one it does nothing.
    pub math: Option<Math>,
}

/// A rule, holding at all times.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What every element has.
    pub base: Base,
    /// What it determines, and how.
    pub kind: RuleKind,
    /// The formula; without one it does nothing.
    pub math: Option<Math>,
}

/// What a rule determines.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleKind {
    /// The formula is zero.
    Algebraic,
    /// The formula is the value of the variable.
    Assignment(String),
    /// The formula is the rate of change of the variable.
    Rate(String),
}

impl Rule {
    /// The variable of an assignment or rate rule.
    pub fn variable(&self) -> Option<&str> {
        match &self.kind {
            RuleKind::Algebraic => None,
            RuleKind::Assignment(variable) | RuleKind::Rate(variable) => Some(variable),
        }
    }
}

/// A condition that the modeller expects to hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraint {
    /// What every element has.
    pub base: Base,
    /// The condition.
    pub math: Option<Math>,
    /// What to say where it does not hold, as written.
    pub message: Option<String>,
}

/// A reaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reaction {
    /// What every element has.
    pub base: Base,
    /// A hint; it changes no number.
    pub reversible: bool,
    /// Whether it is so fast that it is at rest all the time (up to Level 3 Version 1).
    pub fast: bool,
    /// A hint; it changes no number.
    pub compartment: Option<String>,
    /// What it consumes.
    pub reactants: Vec<SpeciesReference>,
    /// What it makes.
    pub products: Vec<SpeciesReference>,
    /// What else its rate may name.
    pub modifiers: Vec<Modifier>,
    /// Its rate.
    pub kinetic_law: Option<KineticLaw>,
}

/// How much of a species a reaction consumes or makes. Where the number is calculated, a rule or an initial
/// assignment names the reference; so do the `stoichiometryMath` and the `denominator` of lower levels when read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpeciesReference {
    /// What every element has.
    pub base: Base,
    /// The species.
    pub species: String,
    /// The number at the start.
    pub stoichiometry: Option<f64>,
    /// Whether nothing changes the number.
    pub constant: bool,
}

/// A species that a rate may name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Modifier {
    /// What every element has.
    pub base: Base,
    /// The species.
    pub species: String,
}

/// The rate of a reaction: extent over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KineticLaw {
    /// What every element has.
    pub base: Base,
    /// The formula; without one nothing happens.
    pub math: Option<Math>,
    /// Parameters that only this formula sees.
    pub parameters: Vec<Parameter>,
}

/// Something that happens at an instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// What every element has.
    pub base: Base,
    /// Whether what is assigned is computed when the trigger becomes true, not when the delay is over.
    pub use_values_from_trigger_time: bool,
    /// When; without one, never.
    pub trigger: Option<Trigger>,
    /// How long after the trigger.
    pub delay: Option<Formula>,
    /// Who goes first among those at one instant.
    pub priority: Option<Formula>,
    /// What it changes.
    pub assignments: Vec<EventAssignment>,
}

/// The condition whose turning true makes an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trigger {
    /// What every element has.
    pub base: Base,
    /// What the condition counts as before the start.
    pub initial_value: bool,
    /// Whether the event happens though the condition has turned false again.
    pub persistent: bool,
    /// The condition; without one it never turns true.
    pub math: Option<Math>,
}

/// An element that holds a formula and no more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Formula {
    /// What every element has.
    pub base: Base,
    /// The formula; without one the element does nothing.
    pub math: Option<Math>,
}

/// A new value for a variable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventAssignment {
    /// What every element has.
    pub base: Base,
    /// What gets the value.
    pub variable: String,
    /// The value; without one it does nothing.
    pub math: Option<Math>,
}
