//! Events.

use super::{Meaning, Named};
use crate::expr::NodeId;
use crate::model::sbml::document::{Event, Formula};
use crate::network::{Condition, Trigger};

impl<'m> Meaning<'m> {
    /// All events; one without a trigger never happens, and is left out as is one that changes nothing.
    pub(super) fn events(&mut self) {
        for (i, event) in self.model.events.iter().enumerate() {
            let name = event.base.id.clone().unwrap_or_else(|| self.net.free_name(&format!("event_{}", i + 1)));
            let Some(trigger) = event.trigger.as_ref().and_then(|t| Some((t, t.math.as_ref()?))) else { continue };
            let (trigger, math) = trigger;
            let place = ["event", name.as_str()];
            let condition = Condition {
                holds: self.formula(math, place, &trigger.base),
                initially: trigger.initial_value,
                is_persistent: trigger.persistent,
                delay: self.beside(&event.delay, place),
                priority: self.beside(&event.priority, place),
                keeps_values: event.use_values_from_trigger_time,
            };
            let changes = self.changes(event, place);
            if !changes.is_empty() {
                let new = changes.iter().map(|(named, value)| (named.symbol(), *value));
                let event = self.net.event(&name, Trigger::Condition(condition), new);
                for (named, _) in &changes {
                    if let Named::Species(species, Some(_)) = named {
                        self.net.in_concentration(event, *species);
                    }
                }
            }
        }
    }

    fn beside(&mut self, formula: &'m Option<Formula>, place: [&str; 2]) -> Option<NodeId> {
        let formula = formula.as_ref()?;
        Some(self.formula(formula.math.as_ref()?, place, &formula.base))
    }

    /// New values of what is named.
    fn changes(&mut self, event: &'m Event, place: [&str; 2]) -> Vec<(Named, NodeId)> {
        let mut changes = Vec::new();
        for a in &event.assignments {
            let Some(math) = &a.math else { continue };
            let formula = self.formula(math, place, &a.base);
            if let Some(named) = self.find(&a.variable, place, &a.base) {
                changes.push((named, formula));
            }
        }
        changes
    }
}
