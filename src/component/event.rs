//! Events: what happens at a threshold, or at the times of a schedule.

use super::assembly::Assembly;
use super::formula::{formula, judge, parsed};
use super::{Builder, Kind, builder};
use crate::expr::NodeId;
use crate::network::{Direction, Species, Trigger};
use crate::units::Dimension;

builder! {
    /// Something that happens where a formula goes through zero (`root`), or, without one, where a schedule says: new
    /// amounts or concentrations, all computed from the state before, and with `then = "end"` the end of the run.
    ///
    /// ```
    /// use homeostat::component::{Builder, Threshold};
    /// let relief = Threshold::new("relief").root("[eda] - 0.01").rising().change("eda = 0.5 * eda");
    /// assert_eq!(relief.part().kind, "event");
    /// ```
    Threshold "event"
}

impl Threshold {
    /// What has to go through zero.
    pub fn root(self, formula: &str) -> Self {
        self.set("root", formula)
    }

    /// Only from below.
    pub fn rising(self) -> Self {
        self.set("direction", "rising")
    }

    /// Only from above.
    pub fn falling(self) -> Self {
        self.set("direction", "falling")
    }

    /// New values, such as `"eda = 0.5 * eda; [vda] = 80"`: an amount, or in brackets a concentration.
    pub fn change(self, assignments: &str) -> Self {
        self.set("change", assignments)
    }

    /// The run ends there.
    pub fn ends_run(self) -> Self {
        self.set("then", "end")
    }
}

pub(super) const KIND: Kind = Kind {
    name: "event",
    summary: "what happens at a threshold: root, direction (rising, falling, both), change (\"x = formula; ...\"), then (end)",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let root = if a.has("root") { formula(a, "root").map(Some) } else { a.absent("root") };
    if let Some(Some(root)) = root {
        judge(a, "root", root, None);
    }
    let direction = match a.text("direction") {
        None => Some(Direction::Both),
        Some(text) => direction(a, text),
    };
    let changes = changes(a);
    let ends = match a.text("then") {
        None => Some(false),
        Some("end") => Some(true),
        Some(other) => {
            a.report("then", format!("found {other:?}, expected \"end\": the run ends there"));
            None
        }
    };
    let (Some(root), Some(direction), Some(changes), Some(ends)) = (root, direction, changes, ends) else { return };
    if root.is_none() && a.has("direction") {
        return a.report("direction", "is given without a root: an event of a schedule has no direction");
    }
    let trigger = root.map_or(Trigger::Scheduled, |root| Trigger::Root(root, direction));
    let event = a.net.event(a.name(), trigger, changes);
    if ends {
        a.net.end_run_at(event);
    }
}

fn direction(a: &mut Assembly<'_>, text: &str) -> Option<Direction> {
    match text {
        "rising" => Some(Direction::Rising),
        "falling" => Some(Direction::Falling),
        "both" => Some(Direction::Both),
        _ => {
            a.report("direction", format!("found {text:?}, expected rising, falling or both"));
            None
        }
    }
}

/// The assignments of a text, each as (left, right).
pub(super) fn assignments(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let pieces = text.split(';').map(str::trim).filter(|piece| !piece.is_empty());
    pieces.map(|piece| piece.split_once('=').map_or((piece, None), |(left, right)| (left.trim(), Some(right.trim()))))
}

/// Species with their new amounts; all faults at once.
fn changes(a: &mut Assembly<'_>) -> Option<Vec<(Species, NodeId)>> {
    let (mut changes, mut is_sound) = (Vec::new(), true);
    for (left, right) in assignments(a.text("change").unwrap_or_default()) {
        let change = change(a, left, right);
        is_sound &= change.is_some();
        changes.extend(change);
    }
    is_sound.then_some(changes)
}

fn change(a: &mut Assembly<'_>, left: &str, right: Option<&str>) -> Option<(Species, NodeId)> {
    let Some(right) = right else {
        a.report("change", format!("found {left:?}, expected an assignment such as \"eda = 0.5 * eda\""));
        return None;
    };
    let inner = left.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
    let species = a.net.species_named(inner.unwrap_or(left));
    let species = species.map_err(|message| a.report("change", message)).ok();
    let value = parsed(a, "change", right);
    let (species, value) = (species?, value?);
    judge(a, "change", value, Some(if inner.is_some() { Dimension::CONCENTRATION } else { Dimension::AMOUNT }));
    let net = &*a.net;
    let value = net.formula(value);
    let place = a.compartment_of(species);
    let amount = match (inner, place) {
        (Some(_), Some(place)) => value * net.value(place),
        _ => value,
    };
    Some((species, amount.id()))
}
