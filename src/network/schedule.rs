//! What happens at known times.

use crate::units::{Status, Value};
use serde::{Deserialize, Serialize};

/// Meals, doses and blocks by their times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The name by which it can be chosen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where it stands in the literature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How far that has been checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Parameters that are different for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub change: Vec<Change>,
    /// Amounts that arrive at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dose: Vec<Dose>,
    /// Drugs that are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drug: Vec<Administration>,
    /// Trains of spikes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spikes: Vec<Spikes>,
}

/// A parameter that is different from `from` (included) until `until` (excluded) or to the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The parameter.
    pub parameter: String,
    /// What it is multiplied by; factors of changes at the same time multiply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// What stands in its place: either this or a factor. Of values at the same time the last in the list
    /// counts, and factors act on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The first time.
    pub from: Value,
    /// The time after the last; without it the change lasts to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Value>,
    /// The time after which it comes again, at least as long as the change lasts; `until` then says how long that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Value>,
}

/// An amount that is added to a species at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dose {
    /// The species.
    pub species: String,
    /// How much: an amount, or a concentration (then times the size of the compartment).
    pub add: Value,
    /// When first.
    pub at: Value,
    /// The time after which it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Value>,
    /// How often in all, where `every` is given; without it for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// A drug that is given, once or again and again. A dose is an amount, a mass (with the drug's molar mass), or either per body
/// weight (with the drug's body weight).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Administration {
    /// The drug: a part of the model.
    pub name: String,
    /// How much: `"100 mg"`, `"10 mg/kg"`, `"30 umol"`.
    pub dose: Value,
    /// The way in.
    pub route: Route,
    /// When first.
    pub at: Value,
    /// How long an infusion takes; infusions at the same time add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Value>,
    /// The time after which it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Value>,
    /// How often in all, where `every` is given; without it for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// The way by which a drug comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// Into a depot, from which it is absorbed: the gut, or the place of an injection.
    Oral,
    /// Into the plasma at once.
    Bolus,
    /// Into the plasma over a while.
    Infusion,
}

/// A train of spikes, each of which makes an event happen: a list of times, or a regular, random or bursting train.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spikes {
    /// The event that happens at each spike, such as a spiking release.
    pub event: String,
    /// The times themselves, ascending; then nothing but `event` is given beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Value>,
    /// Spikes per time: of a burst within the burst.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Value>,
    /// Regular where it is not given.
    #[serde(default)]
    pub pattern: Pattern,
    /// The time of the first spike (of a random train, where it begins); 0 where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// The time from which on there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Value>,
    /// The most spikes in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// How many spikes make a burst.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<u64>,
    /// The time from the beginning of a burst to that of the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Value>,
    /// Tells random trains of one run apart; the run has a seed of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// How the spikes of a train follow one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    /// Equally far apart.
    #[default]
    Regular,
    /// As independent chance would have it, at the mean rate.
    Poisson,
}
