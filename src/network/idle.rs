//! What a network leaves open: rates that are nothing, and values that begin as no number.

use super::{EntityKind, Initial, Network, Value};
use crate::error::Problem;
use crate::expr::Symbol;

impl Network {
    /// Warnings of rates that are 0 all the time, and of values that nothing gives.
    pub(super) fn idle(&self) -> Vec<Problem> {
        let arena = self.graph.arena();
        let rate = |kind: &EntityKind| match kind {
            EntityKind::Process { rate, .. } => Some(*rate),
            _ => None,
        };
        let rates = || self.entities.iter().filter_map(|entity| Some((entity, rate(&entity.kind)?)));
        let is_idle = |rate| arena.node(rate).constant() == Some(0.0);
        let idle = rates().filter(|(_, rate)| is_idle(*rate));
        let dynamics = &self.dynamics;
        let is_still = dynamics.rates.is_empty() && dynamics.algebraic.is_empty();
        let mut warnings: Vec<Problem> = if is_still && rates().next().is_some() && rates().all(|(_, r)| is_idle(r)) {
            let message =
                "the rate of every process is 0, so that none does anything; give them rates (in SBML a kineticLaw)";
            vec![Problem::warning(["model"], message)]
        } else {
            let message = "its rate is 0 all the time; give it one, or remove it";
            idle.map(|(e, _)| Problem::warning(self.place_of(&e.kind, &e.name, e.part), message)).collect()
        };
        for (i, entity) in self.entities.iter().enumerate() {
            let is_open = self.written_value(&entity.kind).is_some_and(|value| value.value.is_nan());
            if is_open && !self.is_given(Symbol(i as u32)) {
                let message = "has no value at the start, and no formula gives one; give it one, or set it";
                warnings.push(Problem::warning(self.place_of(&entity.kind, &entity.name, entity.part), message));
            }
        }
        warnings
    }

    fn written_value<'a>(&self, kind: &'a EntityKind) -> Option<&'a Value> {
        match kind {
            EntityKind::Compartment { volume: value, .. }
            | EntityKind::Parameter { value, .. }
            | EntityKind::Species { initial: Initial::Amount(value) | Initial::Concentration(value), .. } => {
                Some(value)
            }
            _ => None,
        }
    }

    /// Whether a formula or an equation gives a value, at the start or always; of what nothing changes it may be no number.
    fn is_given(&self, symbol: Symbol) -> bool {
        let dynamics = &self.dynamics;
        dynamics.assigned.contains_key(&symbol)
            || dynamics.initial.contains_key(&symbol)
            || dynamics.still.contains(&symbol)
            || dynamics.algebraic.iter().any(|(determined, _)| *determined == symbol)
    }
}
