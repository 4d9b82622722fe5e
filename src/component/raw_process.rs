//! Processes by formula, for what no part describes yet.

use super::formula::{formula, judge};
use super::{Kind, Reacts, builder};
use crate::units::Dimension;

builder! {
    /// A process whose rate (amount per time) is a formula: `[x]` is a concentration, `x` an amount or the
    /// value of anything else with a name.
    ///
    /// ```
    /// use homeostat::component::{Builder, RawProcess};
    /// let growth = RawProcess::new("growth").set("reaction", "-> x").set("rate", "k * x^2");
    /// assert_eq!(growth.part().kind, "process");
    /// ```
    RawProcess "process"
}

impl Reacts for RawProcess {}

pub(super) const KIND: Kind = Kind {
    name: "process",
    summary: "a process by formula: reaction, rate (amount per time)",
    emit: |a| {
        let (reaction, rate) = (a.reaction(), formula(a, "rate"));
        if let Some(rate) = rate {
            judge(a, "rate", rate, Some(Dimension::RATE));
        }
        if let (Some(reaction), Some(rate)) = (reaction, rate) {
            a.net.process(a.name(), reaction.changes(), rate);
        }
    },
};
