//! Events: what happens at a threshold, where a condition turns true, or at the times of a schedule.

use super::assembly::Assembly;
use super::formula::{formula, judge, parsed};
use super::{Builder, Kind, builder};
use crate::expr::{Node, NodeId, Symbol};
use crate::network::{Condition, Direction, EntityKind, Field, Species, Trigger};
use crate::units::Dimension;

builder! {
    /// Something that happens where a formula goes through zero (`root`), where a condition turns true (`when`), or, without
    /// either, where a schedule says: new amounts, concentrations, parameters or sizes, all computed from the state before, and
    /// with `then = "end"` the end of the run.
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

    /// The condition that has to turn true; before the start it counts as false.
    ///
    /// ```
    /// use homeostat::component::Threshold;
    /// use homeostat::network::Network;
    /// use homeostat::simulation::{Run, Simulation};
    /// use homeostat::units::{Concentration, Volume};
    /// let mut net = Network::new("filling");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let a = net.species("a", cell, Concentration::um(0.0));
    /// let rate = net.parameter("rate", 2.0); // umol/h
    /// net.change(a, net.value(rate).id());
    /// // at [a] = 3 something is decided; half an hour later, at [a] = 4, it comes about, if [a] is not above 5 by then
    /// let slower = Threshold::new("slower").when("[a] > 3 and [a] < 5").delay("0.5").is_transient();
    /// net.add(slower.change("rate = 1"));
    /// let simulation = Simulation::new(&net)?;
    /// let end = simulation.run(&Run::until(4.0))?.column("[a]").unwrap()[100];
    /// assert!((end - 6.0).abs() < 1e-9);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn when(self, condition: &str) -> Self {
        self.set("when", condition)
    }

    /// The condition counts as true before the start: it has to turn false before it can turn true.
    pub fn holds_initially(self) -> Self {
        self.set("initially", true)
    }

    /// So long after the condition has turned true (a formula, in the unit of time of the model) it happens.
    pub fn delay(self, formula: &str) -> Self {
        self.set("delay", formula)
    }

    /// It does not happen where the condition turns false before.
    pub fn is_transient(self) -> Self {
        self.set("persistent", false)
    }

    /// Of several events at one instant the one with the largest priority comes first: a formula. Of equal ones one at random.
    pub fn priority(self, formula: &str) -> Self {
        self.set("priority", formula)
    }

    /// New values are those of when it happens, where that is later than when its condition turned true.
    pub fn decides_late(self) -> Self {
        self.set("keeps_values", false)
    }

    /// New values, such as `"eda = 0.5 * eda; [vda] = 80; TH.Vmax = 10"`: an amount, in brackets a concentration, a
    /// parameter, or the size of a compartment.
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
    summary: "what happens at a threshold (root, direction: rising, falling, both) or where a condition turns true (when, \
              initially, persistent, delay, priority, keeps_values): change (\"x = formula; ...\"), then (end)",
    emit,
};

/// What is said of a condition beside what it is.
const OF_CONDITIONS: [&str; 5] = ["initially", "persistent", "delay", "priority", "keeps_values"];

fn emit(a: &mut Assembly<'_>) {
    let trigger = trigger(a);
    let changes = changes(a);
    let ends = match a.text("then") {
        None => Some(false),
        Some("end") => Some(true),
        Some(other) => {
            a.report("then", format!("found {other:?}, expected \"end\": the run ends there"));
            None
        }
    };
    let (Some(trigger), Some(changes), Some(ends)) = (trigger, changes, ends) else { return };
    let in_brackets: Vec<Species> =
        changes.iter().filter(|change| change.in_brackets).map(|c| Species(c.state)).collect();
    let event = a.net.event(a.name(), trigger, changes.into_iter().map(|change| (change.state, change.value)));
    in_brackets.into_iter().for_each(|species| a.net.in_concentration(event, species));
    if ends {
        a.net.end_run_at(event);
    }
}

/// When it happens.
fn trigger(a: &mut Assembly<'_>) -> Option<Trigger> {
    let root = optional(a, "root");
    let direction = match a.text("direction") {
        None => Some(Direction::Both),
        Some(text) => direction(a, text),
    };
    let when = optional(a, "when");
    let [initially, is_persistent, keeps_values] =
        [("initially", false), ("persistent", true), ("keeps_values", true)].map(|(name, usual)| flag(a, name, usual));
    let (delay, priority) = (optional(a, "delay"), optional(a, "priority"));
    let (root, direction, when) = (root?, direction?, when?);
    for (field, formula) in [("root", root), ("when", when)] {
        if let Some(formula) = formula {
            judge(a, field, formula, None);
        }
    }
    if root.is_none() && a.has("direction") {
        a.report("direction", "is given without a root: only a root has a direction");
        return None;
    }
    for (field, formula) in [("delay", delay?), ("priority", priority?)] {
        let Some(Node::Constant(bits)) = formula.map(|formula| a.net.formula(formula).node()) else { continue };
        let number = f64::from_bits(bits);
        let is_delay = field == "delay";
        if !number.is_finite() || (is_delay && number < 0.0) {
            let expected = if is_delay { "a finite number that is not negative" } else { "a finite number" };
            a.report(field, format!("found {number}, expected {expected}"));
            return None;
        }
    }
    if let Some(field) = OF_CONDITIONS.iter().find(|field| when.is_none() && a.has(field)) {
        a.report(field, "is given without a condition: name the condition `when`");
        return None;
    }
    match (root, when) {
        (Some(_), Some(_)) => {
            a.report("when", "is given beside a root; keep one of them");
            None
        }
        (Some(root), None) => Some(Trigger::Root(root, direction)),
        (None, None) => Some(Trigger::Scheduled),
        (None, Some(holds)) => Some(Trigger::Condition(Condition {
            holds,
            initially: initially?,
            is_persistent: is_persistent?,
            delay: delay?,
            priority: priority?,
            keeps_values: keeps_values?,
        })),
    }
}

/// The formula in a field, where it is given.
pub(super) fn optional(a: &mut Assembly<'_>, field: &'static str) -> Option<Option<NodeId>> {
    if a.has(field) { formula(a, field).map(Some) } else { a.absent(field) }
}

/// True or false, where it is given; else what is usual.
pub(super) fn flag(a: &mut Assembly<'_>, field: &'static str, usual: bool) -> Option<bool> {
    a.know(field);
    a.usual.push((field, usual.to_string()));
    match a.field_at(&[field]) {
        None => Some(usual),
        Some(Field::Flag(flag)) => Some(*flag),
        Some(Field::Unreadable) => None,
        Some(_) => {
            a.report(field, "expected true or false");
            None
        }
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

/// What gets a new value.
struct Change {
    state: Symbol,
    value: NodeId,
    /// Whether the value is a concentration.
    in_brackets: bool,
}

/// What gets new values, with these; all faults at once.
fn changes(a: &mut Assembly<'_>) -> Option<Vec<Change>> {
    let (mut changes, mut is_sound) = (Vec::new(), true);
    for (left, right) in assignments(a.text("change").unwrap_or_default()) {
        let change = change(a, left, right);
        is_sound &= change.is_some();
        changes.extend(change);
    }
    is_sound.then_some(changes)
}

fn change(a: &mut Assembly<'_>, left: &str, right: Option<&str>) -> Option<Change> {
    let Some(right) = right else {
        a.report("change", format!("found {left:?}, expected an assignment such as \"eda = 0.5 * eda\""));
        return None;
    };
    let inner = left.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
    let state = state(a, inner.unwrap_or(left), inner.is_some());
    let value = parsed(a, "change", right);
    let (state, value) = (state?, value?);
    let expected = match &a.net.entity(state).kind {
        EntityKind::Parameter { value, .. } => value.unit.dimension(),
        EntityKind::Compartment { .. } => Dimension::VOLUME,
        _ if inner.is_some() => Dimension::CONCENTRATION,
        _ => Dimension::AMOUNT,
    };
    judge(a, "change", value, Some(expected));
    Some(Change { state, value, in_brackets: inner.is_some() })
}

/// What an event can change: a species, or, where it is not in brackets, a parameter or the size of a compartment.
fn state(a: &mut Assembly<'_>, name: &str, in_brackets: bool) -> Option<Symbol> {
    let is_number = |kind: &EntityKind| matches!(kind, EntityKind::Parameter { .. } | EntityKind::Compartment { .. });
    if let Some(symbol) = a.net.get(name).filter(|symbol| !in_brackets && is_number(&a.net.entity(*symbol).kind)) {
        return Some(symbol);
    }
    a.net.species_named(name).map(Symbol::from).map_err(|message| a.report("change", message)).ok()
}
