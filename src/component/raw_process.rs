//! Processes by formula, for what no part describes yet.

use super::event::flag;
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
    summary: "a process by formula: reaction, rate (amount per time), fast (at rest all the time)",
    emit: |a| {
        // one that moves nothing by itself has a rate that others name
        let is_idle = a.text("reaction") == Some("->");
        let reaction = if is_idle { Some(Vec::new()) } else { a.reaction().map(|reaction| reaction.changes()) };
        let rate = formula(a, "rate");
        let is_fast = flag(a, "fast", false);
        if let Some(rate) = rate {
            judge(a, "rate", rate, Some(Dimension::RATE));
        }
        if let (Some(reaction), Some(rate)) = (reaction, rate) {
            let process = a.net.process(a.name(), reaction, rate);
            if is_fast == Some(true) {
                a.net.hold_at_rest(process);
            }
        }
    },
};
