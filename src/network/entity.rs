//! What a network consists of: everything with a name.

use crate::expr::{Direction, NodeId, Symbol};
use crate::units::{Amount, Concentration, Unit, Value};

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) Symbol);
        impl From<$name> for Symbol {
            fn from(handle: $name) -> Symbol {
                handle.0
            }
        }
    )*};
}

handles! {
    /// A compartment of a network.
    Compartment;
    /// A species of a network.
    Species;
    /// A parameter of a network.
    Parameter;
    /// A process of a network.
    Process;
    /// A value that a rule gives.
    Rule;
    /// Something that happens at an instant.
    Event;
}

/// Which numbers make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Every finite number.
    Finite,
    /// Finite numbers from 0 on.
    NonNegative,
    /// Finite numbers above 0.
    Positive,
    /// Every number, and none: infinities, and what is not known before something gives it.
    Any,
    /// Numbers from 0 to 1.
    Fraction,
    /// Finite numbers from 1 on.
    FromOne,
}

impl Range {
    /// What is wrong with a number.
    pub fn problem(self, value: &Value) -> Option<String> {
        let (fits, expected) = match self {
            Range::Any => return None,
            Range::Finite => (true, "finite"),
            Range::NonNegative => (value.value >= 0.0, "non-negative finite"),
            Range::Positive => (value.value > 0.0, "positive finite"),
            Range::Fraction => ((0.0..=1.0).contains(&value.value), "0-to-1"),
            Range::FromOne => (value.value >= 1.0, "finite 1-or-larger"),
        };
        let fits = fits && value.value.is_finite();
        (!fits).then(|| format!("found {value}, expected a {expected} number"))
    }
}

/// How a species begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Initial {
    /// With this concentration.
    Concentration(Value),
    /// With this amount.
    Amount(Value),
}

impl From<Concentration> for Initial {
    fn from(x: Concentration) -> Self {
        Initial::Concentration(x.into())
    }
}

impl From<Amount> for Initial {
    fn from(x: Amount) -> Self {
        Initial::Amount(x.into())
    }
}

/// Something with a name.
#[derive(Clone, Debug)]
pub struct Entity {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// The part that made it: its place in [`Network::parts`](super::Network::parts).
    pub part: Option<usize>,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum EntityKind {
    /// A well-stirred space.
    Compartment {
        /// Its size as it was written.
        volume: Value,
        /// Which sizes make sense.
        range: Range,
    },
    /// A substance in a compartment.
    Species {
        /// Where it is.
        compartment: Compartment,
        /// How it begins.
        initial: Initial,
        /// With which amounts and concentrations it makes sense to begin.
        range: Range,
    },
    /// A number that a run may change only at events.
    Parameter {
        /// As it was written.
        value: Value,
        /// Which numbers make sense.
        range: Range,
    },
    /// Something that changes amounts.
    Process {
        /// Change of each species' amount for one unit of extent.
        stoichiometry: Vec<(Species, f64)>,
        /// Extent (amount) per time, before it is scaled.
        rate: NodeId,
        /// Multiplies the rate.
        scale: Parameter,
    },
    /// A value given by a formula at every time.
    Rule {
        /// The formula.
        value: NodeId,
        /// Its unit.
        unit: Unit,
    },
    /// Something that happens at an instant.
    Event {
        /// When.
        trigger: Trigger,
        /// Species with their new amounts, compartments with their sizes, parameters: all computed from the state before.
        changes: Vec<(Symbol, NodeId)>,
        /// By what new values are multiplied, as it is when the event comes: those that are concentrations, by a size.
        sizes: Vec<(Symbol, NodeId)>,
        /// Not 0 where less could happen than was asked for: how often is counted and told.
        shortage: Option<NodeId>,
        /// Whether a run ends there.
        is_terminal: bool,
    },
}

/// When an event happens.
#[derive(Clone, Copy, Debug)]
pub enum Trigger {
    /// Where a schedule says.
    Scheduled,
    /// Where this expression goes through zero.
    Root(NodeId, Direction),
    /// Where this condition turns true.
    Condition(Condition),
}

/// A condition that sets off an event as it turns true, and how the event comes about (SBML Level 3 Version 2, section 4.12).
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// The condition: it holds where it is not zero.
    pub holds: NodeId,
    /// Whether it counts as true before the start.
    pub initially: bool,
    /// Whether the event comes though the condition has turned false while it was waited for.
    pub is_persistent: bool,
    /// How long after the condition has turned true the event comes.
    pub delay: Option<NodeId>,
    /// Of events at one instant those with the largest priority come first, in random order where they are equal.
    pub priority: Option<NodeId>,
    /// Whether new values are those of the instant at which the condition turned true.
    pub keeps_values: bool,
}

impl Condition {
    /// An event that comes at once where this holds; it counts as false before the start.
    pub fn new(holds: NodeId) -> Self {
        Condition { holds, initially: false, is_persistent: true, delay: None, priority: None, keeps_values: true }
    }

    /// The same with other formulas.
    pub(crate) fn map(self, mut with: impl FnMut(NodeId) -> NodeId) -> Self {
        let (holds, delay, priority) = (with(self.holds), self.delay.map(&mut with), self.priority.map(&mut with));
        Condition { holds, delay, priority, ..self }
    }

    /// All formulas.
    pub(crate) fn formulas(self) -> impl Iterator<Item = NodeId> {
        [Some(self.holds), self.delay, self.priority].into_iter().flatten()
    }
}

/// What happens to a parameter wherever a rate uses it.
#[derive(Clone, Copy, Debug)]
pub enum Modifier {
    /// It is multiplied by this factor.
    Factor(NodeId),
    /// It is multiplied by 1 plus the sum of all such terms: ligands that compete for one site.
    Term(NodeId),
}

impl EntityKind {
    /// What a person calls it.
    pub fn name(&self) -> &'static str {
        match self {
            EntityKind::Compartment { .. } => "compartment",
            EntityKind::Species { .. } => "species",
            EntityKind::Parameter { .. } => "parameter",
            EntityKind::Process { .. } => "process",
            EntityKind::Rule { .. } => "rule",
            EntityKind::Event { .. } => "event",
        }
    }
}
