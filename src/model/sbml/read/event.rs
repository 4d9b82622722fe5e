//! Events.

use super::super::document::{Event, EventAssignment, Formula, Trigger};
use super::super::xml::Tag;
use super::model::each;
use super::{base, formula};

/// In Level 2 a trigger is true before the start and lasts, and values are of the time of the trigger.
pub(super) fn event(tag: Tag) -> Event {
    let children = ["trigger", "delay", "priority", "listOfEventAssignments"];
    tag.allow(&["useValuesFromTriggerTime", "timeUnits"], &children);
    if tag.attribute("timeUnits").is_some_and(|unit| unit != "time") {
        tag.warn("timeUnits of an event is not used: its delay is taken in the model's time");
    }
    let early = "useValuesFromTriggerTime";
    Event {
        base: base(tag),
        use_values_from_trigger_time: tag.required(lasting(tag, early), early),
        trigger: tag.child("trigger").map(trigger),
        delay: tag.child("delay").map(plain),
        priority: tag.child("priority").map(plain),
        assignments: each(tag, "listOfEventAssignments", &["eventAssignment"], assignment),
    }
}

/// An attribute that Level 3 requires, and that lower levels take for true.
fn lasting(tag: Tag, name: &str) -> Option<bool> {
    tag.truth(name).or((!tag.file.is_level(3)).then_some(true))
}

fn trigger(tag: Tag) -> Trigger {
    tag.allow(&["initialValue", "persistent"], &[]);
    Trigger {
        base: base(tag),
        initial_value: tag.required(lasting(tag, "initialValue"), "initialValue"),
        persistent: tag.required(lasting(tag, "persistent"), "persistent"),
        math: formula(tag),
    }
}

fn plain(tag: Tag) -> Formula {
    tag.allow(&[], &[]);
    Formula { base: base(tag), math: formula(tag) }
}

fn assignment(tag: Tag) -> EventAssignment {
    tag.allow(&["variable"], &[]);
    EventAssignment { base: base(tag), variable: tag.required(tag.text("variable"), "variable"), math: formula(tag) }
}
