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
    /// Numbers from 0 to 1.
    Fraction,
    /// Finite numbers from 1 on.
    FromOne,
}

impl Range {
    /// What is wrong with a number.
    pub fn problem(self, value: &Value) -> Option<String> {
        let (fits, expected) = match self {
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
    },
    /// A substance in a compartment.
    Species {
        /// Where it is.
        compartment: Compartment,
        /// How it begins.
        initial: Initial,
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
        /// Species with their new amounts, all computed from the state before.
        changes: Vec<(Species, NodeId)>,
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
