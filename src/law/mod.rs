//! Rate laws: one short function and one record each, in a file of its own with its reference.
//!
//! [`ALL`] is the one list. A law is written over expressions; its value, exact derivatives and text all
//! come from that one function.
//!
//! ```
//! use homeostat::law;
//! let names: Vec<&str> = law::ALL.iter().map(|law| law.name).collect();
//! assert!(names.contains(&"michaelis_menten"));
//! ```

mod autoreceptor;
mod bi_substrate;
mod bi_substrate_inhibition;
mod bound_fraction;
mod competitive;
mod drive;
mod equilibrium_ordered;
mod exchange;
mod first_order;
mod gated_uptake;
mod inhibition_factor;
mod linear_gain;
mod michaelis_menten;
mod occupancy;
mod potentiating_competition;
mod proportional;
mod ramp;
mod refill;
mod uptake_with_leak;
mod zero_order;

pub use autoreceptor::autoreceptor;
pub use bi_substrate::bi_substrate_reversible;
pub use bi_substrate_inhibition::bi_substrate_inhibition;
pub use bound_fraction::bound_fraction;
pub use competitive::competitive;
pub use drive::{added_drive, drive};
pub use equilibrium_ordered::equilibrium_ordered;
pub use exchange::exchange;
pub use first_order::first_order;
pub use gated_uptake::gated_uptake;
pub use inhibition_factor::inhibition_factor;
pub use linear_gain::linear_gain;
pub use michaelis_menten::michaelis_menten;
pub use occupancy::{competition, non_competitive};
pub use potentiating_competition::potentiating_competition;
pub use proportional::proportional;
pub use ramp::ramp;
pub use refill::refill;
pub use uptake_with_leak::uptake_with_leak;
pub use zero_order::zero_order;

use crate::expr::Expr;
use crate::units::Dimension;

/// All laws.
pub const ALL: &[Law] = &[
    autoreceptor::LAW,
    bi_substrate::LAW,
    bi_substrate_inhibition::LAW,
    bound_fraction::LAW,
    competitive::LAW,
    drive::ADDED,
    drive::LAW,
    equilibrium_ordered::LAW,
    exchange::LAW,
    first_order::LAW,
    gated_uptake::LAW,
    inhibition_factor::LAW,
    linear_gain::LAW,
    michaelis_menten::LAW,
    occupancy::COMPETITION,
    occupancy::NON_COMPETITIVE,
    potentiating_competition::LAW,
    proportional::LAW,
    ramp::LAW,
    refill::LAW,
    uptake_with_leak::LAW,
    zero_order::LAW,
];

/// A law by its name.
pub fn by_name(name: &str) -> Option<&'static Law> {
    ALL.iter().find(|law| law.name == name)
}

/// A rate law: a formula with named arguments.
#[derive(Debug)]
pub struct Law {
    /// The name in model files.
    pub name: &'static str,
    /// What the arguments are, in the order of the formula.
    pub arguments: &'static [Argument],
    /// Whether the value is a velocity, a factor or a term.
    pub gives: Gives,
    /// Where the formula stands.
    pub reference: &'static str,
    /// The formula over arguments in that order.
    pub formula: for<'g> fn(&[Expr<'g>]) -> Expr<'g>,
}

/// What the value of a law is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Concentration per time.
    Velocity,
    /// A dimensionless factor, 1 where nothing is regulated.
    Factor,
    /// A dimensionless term of a competition, 0 where nothing competes.
    Term,
}

/// An argument of a law.
#[derive(Debug)]
pub struct Argument {
    /// Its name in model files.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A concentration: of a species, or held from outside.
    Level,
    /// What a species amounts to in the space where the velocity is measured: its amount over that space's
    /// size. A first-order constant then is the part of the species' own content that moves per time.
    Content,
    /// A pure number that may change while the model runs: of a parameter or a rule.
    Signal,
    /// A finite number of this dimension, of either sign.
    Finite(Dimension),
    /// A number of this dimension that must be positive.
    Positive(Dimension),
    /// A number of this dimension that must not be negative.
    NonNegative(Dimension),
    /// The concentration at which the level with this name saturates or binds half: a Km, Ki or Kd.
    Half(&'static str),
}

impl Role {
    /// The dimension of the argument.
    pub fn dimension(self) -> Dimension {
        match self {
            Role::Level | Role::Content | Role::Half(_) => Dimension::CONCENTRATION,
            Role::Signal => Dimension::DIMENSIONLESS,
            Role::Finite(dimension) | Role::Positive(dimension) | Role::NonNegative(dimension) => dimension,
        }
    }
}

const fn level(name: &'static str) -> Argument {
    Argument { name, role: Role::Level }
}

const fn signal(name: &'static str) -> Argument {
    Argument { name, role: Role::Signal }
}

const fn content(name: &'static str) -> Argument {
    Argument { name, role: Role::Content }
}

const fn half(name: &'static str, level: &'static str) -> Argument {
    Argument { name, role: Role::Half(level) }
}

const fn vmax(name: &'static str) -> Argument {
    Argument { name, role: Role::NonNegative(Dimension::VELOCITY) }
}

const fn per_time(name: &'static str) -> Argument {
    Argument { name, role: Role::NonNegative(Dimension::FREQUENCY) }
}

const fn ratio(name: &'static str) -> Argument {
    Argument { name, role: Role::NonNegative(Dimension::DIMENSIONLESS) }
}
