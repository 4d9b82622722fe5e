//! What a schedule comes to: names found, numbers in the units of the model.

use crate::expr::Symbol;

/// Something that comes at known times, once or again and again. What comes at one instant happens in this order: changes,
/// doses, spikes, each in the order of its list.
#[derive(Clone, Debug, PartialEq)]
pub enum Occasion {
    /// A parameter is different for a while.
    Change {
        /// The parameter.
        parameter: Symbol,
        /// How it is different. Of values at the same time the last counts; factors act on it; what is added comes on top.
        effect: Effect,
        /// When it begins.
        from: Times,
        /// When it is over, in turn; without it, it stays so.
        until: Option<Times>,
    },
    /// An amount is added to a species at once.
    Dose {
        /// The species.
        species: Symbol,
        /// How much.
        amount: Quantity,
        /// When.
        times: Times,
        /// A parameter by which it comes later.
        lag: Option<Symbol>,
    },
    /// An event happens.
    Spikes {
        /// The event.
        event: Symbol,
        /// How spikes follow one another.
        course: Course,
        /// The time from which on there are none.
        until: Option<f64>,
        /// The most spikes in all.
        count: Option<u64>,
    },
}

/// Times `first + k every`, k = 0, 1, ...; without `every` the first alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// The first.
    pub first: f64,
    /// The time after which it comes again.
    pub every: Option<f64>,
    /// How often in all; without it for ever.
    pub count: Option<u64>,
}

/// How a parameter is different.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// It is multiplied.
    Factor(f64),
    /// This stands in its place.
    Value(f64),
    /// This is added.
    Added(Quantity),
}

/// `number * times / over`: an amount, or what becomes one by parameters as they hold then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The number.
    pub number: f64,
    /// The size of a compartment, or the weight of a body.
    pub times: Option<Symbol>,
    /// A molar mass.
    pub over: Option<Symbol>,
}

/// How spikes follow one another.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// At these times.
    List(Vec<f64>),
    /// Spike k comes at `from + k / rate`.
    Regular {
        /// The first.
        from: f64,
        /// Spikes per time.
        rate: f64,
    },
    /// Every so often `burst` spikes at this rate.
    Bursts {
        /// The first.
        from: f64,
        /// Spikes per time within a burst.
        rate: f64,
        /// How many spikes make a burst.
        burst: u64,
        /// From the beginning of a burst to that of the next.
        every: f64,
    },
    /// As chance would have it.
    Poisson,
}
