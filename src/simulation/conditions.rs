//! Events that conditions set off, while a run goes on: what has turned true, what waits, what comes first.
//!
//! At one instant all conditions are looked at together. Delays, and new values that are to be those of then, are found before
//! anything happens. Of what is due the one of the highest priority comes, then all conditions are looked at again: first as
//! they are at the instant itself, and once nothing is due any more, as they are right after it.

use super::delays::Seen;
use super::running::{Running, Tell};
use super::timetable::rounding;
use super::train::uniform;
use super::{Ending, Moment};
use crate::error::Error;
use crate::network::Event;
use crate::solver::{Advance, Exact, Failure, FailureKind, History, OdeSystem, Point};
use crate::system::System;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The stream of random numbers by which events of the same priority are drawn: as likely as any to be no train's.
const DRAWS: u64 = 0x6472_6177_7320_6f66;

/// An event that is to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Waiting {
    /// Which of those that conditions set off.
    which: usize,
    due: f64,
    /// Its new values, where they are those of when its condition turned true.
    values: Option<Exact>,
    /// How exactly the time of that was known.
    leeway: f64,
}

/// What of conditions is remembered from one instant to the next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Memory {
    /// Whether each condition held when it was looked at last.
    held: Vec<bool>,
    /// What is to come, in the order in which it was set off.
    waiting: Vec<Waiting>,
    /// How many draws there have been among equal priorities.
    draws: u64,
    /// How many events have come, and how they follow one another.
    pub events: u64,
    history: History,
}

impl Memory {
    pub fn new(system: &System) -> Self {
        let held = system.conditionals().iter().map(|one| one.condition.initially).collect();
        Memory { held, ..Memory::default() }
    }

    /// Whether this is of a run of this system.
    pub fn fits(&self, system: &System) -> bool {
        let all = system.conditionals();
        let is_fit = |waiting: &Waiting| {
            let Some(one) = all.get(waiting.which) else { return false };
            let values = system.states_of(one.event);
            waiting.due.is_finite() && waiting.values.as_ref().is_none_or(|kept| kept.0.len() == values.len())
        };
        self.held.len() == all.len() && self.waiting.iter().all(is_fit)
    }
}

/// The conditions of a run.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    pub memory: Memory,
    /// Whether each condition holds.
    holds: Vec<bool>,
    modes: Vec<f64>,
    /// The arguments of switches before what has jumped since they were looked at; none where all count as moved.
    before: Option<Vec<f64>>,
    /// How far from the present instant rows belong to it, where that was found as a turn.
    pub leeway: f64,
}

impl Conditions {
    pub fn new(system: &System) -> Self {
        let memory = Memory::new(system);
        let holds = memory.held.clone();
        Conditions { memory, holds, modes: vec![0.0; system.shape().modes], before: None, leeway: 0.0 }
    }

    /// Whether no condition sets anything off.
    pub fn is_idle(&self) -> bool {
        self.holds.is_empty()
    }
}

/// What programs read where a run stands; in place of a method, so that the rest of the run can be written to meanwhile.
macro_rules! here {
    ($running:ident) => {
        (
            &*$running.simulation.system,
            Point::new($running.solver.t(), &$running.parameters)
                .with_modes($running.solver.modes())
                .with_past(&$running.present),
            $running.solver.y(),
        )
    };
}

impl Running {
    /// The next time at which something happens, as far as it is known.
    pub(super) fn next_stop(&mut self) -> Option<f64> {
        let next = self.agenda.next();
        if self.conditions.is_idle() {
            return next;
        }
        self.look_back();
        let (system, at, y) = here!(self);
        let due = self.conditions.memory.waiting.iter().map(|waiting| waiting.due);
        let mut least = due.chain(next).fold(f64::INFINITY, f64::min);
        system.turns_by_time(&at, y, &mut self.scratch, &mut |_, time| {
            if time > at.t + rounding(at.t) {
                least = least.min(time);
            }
        });
        least.is_finite().then_some(least)
    }

    /// Looks at switches where the run has come to an instant at which something may happen, before it does.
    pub(super) fn arrive(&mut self, advance: Advance) -> Result<(), Error> {
        if self.conditions.is_idle() {
            return Ok(());
        }
        if advance != Advance::Step {
            // what a bracket leaves open, and what rounding does to the function in it
            self.conditions.leeway = 2.0 * self.solver.bracket();
        }
        let t = self.solver.t();
        let Conditions { memory, leeway, .. } = &mut self.conditions;
        let due = memory.waiting.iter().filter(|waiting| waiting.due <= t + rounding(t));
        *leeway = due.fold(*leeway, |leeway, waiting| leeway.max(waiting.leeway));
        self.look_back();
        let (system, at, y) = here!(self);
        let mut before = self.conditions.before.take().unwrap_or_else(|| vec![0.0; system.shape().switches]);
        system.arguments(&at, y, &mut before, &mut self.scratch);
        let mut turned = None;
        system.turns_by_time(&at, y, &mut self.scratch, &mut |switch, time| {
            if (time - at.t).abs() <= rounding(at.t) {
                // it counts as moved, so that what is written counts at the instant
                before[switch] = f64::NAN;
                turned = Some(switch);
            }
        });
        // where roots have changed the state, nothing is known of how it was
        let is_known = matches!(advance, Advance::Step | Advance::Turn);
        self.conditions.before = is_known.then_some(before);
        if let Some(switch) = turned {
            let Running { native, simulation, past, solver, parameters, .. } = &mut *self;
            let turned = solver.turn_switch(switch, Seen::new(native, simulation, past).system(), parameters);
            turned.map_err(|failure| self.named(failure))?;
        }
        Ok(())
    }

    /// Everything that conditions set off at this instant; what has jumped is settled.
    pub(super) fn react(&mut self, tell: Tell<'_>) -> Result<(), Error> {
        if self.conditions.is_idle() {
            return Ok(());
        }
        let (before, mut is_written) = (self.conditions.memory.events, true);
        while self.ended.is_none() {
            self.look(is_written)?;
            match self.first_due()? {
                Some(first) => {
                    self.execute(first, tell)?;
                    is_written = true;
                }
                None if is_written => is_written = false,
                None => break,
            }
        }
        if self.conditions.memory.events > before {
            self.sum_up_jump();
        }
        Ok(())
    }

    /// Looks at all conditions: what turns true is set off, and what is not persistent and holds no more comes no more.
    fn look(&mut self, is_written: bool) -> Result<(), Error> {
        self.look_back();
        let (system, at, y) = here!(self);
        let Conditions { memory, holds, modes, before, leeway } = &mut self.conditions;
        modes.copy_from_slice(at.modes);
        if is_written {
            system.follow_what_is_written(&at, y, before.as_deref(), modes, &mut self.scratch);
            let before = before.get_or_insert_with(|| vec![0.0; system.shape().switches]);
            system.arguments(&at, y, before, &mut self.scratch);
        }
        system.truths(&at.with_modes(modes), y, holds, &mut self.scratch);
        let all = system.conditionals();
        memory.waiting.retain(|waiting| all[waiting.which].condition.is_persistent || holds[waiting.which]);
        for (which, one) in all.iter().enumerate() {
            let held = std::mem::replace(&mut memory.held[which], holds[which]);
            if held || !holds[which] {
                continue;
            }
            let delay = system.delay(which, &at, y, &mut self.scratch);
            if !(delay >= 0.0 && delay.is_finite()) {
                return Err(self.without_number(which, "delay", delay));
            }
            let kept = one.condition.keeps_values;
            let values = kept.then(|| Exact(system.new_values(one.event, &at, y, &mut self.scratch).to_vec()));
            memory.waiting.push(Waiting { which, due: at.t + delay, values, leeway: *leeway });
        }
        Ok(())
    }

    /// Which of those that wait comes first of what is due, if anything is: the one of the highest priority, one of several
    /// at random; those without a priority after the others, in the order of the network.
    fn first_due(&mut self) -> Result<Option<usize>, Error> {
        let (system, at, y) = here!(self);
        let Memory { waiting, draws, .. } = &mut self.conditions.memory;
        let mut first: Vec<usize> = Vec::new();
        let mut highest: Option<f64> = None;
        for (i, one) in waiting.iter().enumerate().filter(|(_, one)| one.due <= at.t + rounding(at.t)) {
            let priority = system.priority(one.which, &at, y, &mut self.scratch);
            if let Some(found) = priority.filter(|priority| !priority.is_finite()) {
                let which = one.which;
                return Err(self.without_number(which, "priority", found));
            }
            let is_before = match (priority, highest) {
                (None, None) => first.first().is_none_or(|&best| one.which < waiting[best].which),
                (one, best) => one > best,
            };
            if is_before {
                (first, highest) = (vec![i], priority);
            } else if priority.is_some() && priority == highest {
                first.push(i);
            }
        }
        if first.len() < 2 {
            return Ok(first.first().copied());
        }
        let drawn = uniform(self.run.settings.seed, DRAWS, *draws) * first.len() as f64;
        *draws += 1;
        Ok(Some(first[drawn as usize]))
    }

    /// Lets an event come that waits, and what it sets off by root functions.
    fn execute(&mut self, waiting: usize, tell: Tell<'_>) -> Result<(), Error> {
        let Waiting { which, values, .. } = self.conditions.memory.waiting.remove(waiting);
        let (t, bracket) = (self.solver.t(), self.solver.bracket());
        let failure = self.conditions.memory.history.note(t, bracket, (which, 0));
        // what comes ever faster may come to an end: where it does not, it drives the solution back from both sides
        if let Some(kind) = failure.filter(|kind| *kind != FailureKind::AccumulatingEvents) {
            return Err(self.by_event(which, Failure::new(kind, t)));
        }
        self.conditions.memory.events += 1;
        let (system, at, y) = here!(self);
        let event = system.conditionals()[which].event;
        let symbol = system.symbol_of(event);
        self.state.copy_from_slice(y);
        match values {
            Some(values) => system.put_kept(event, (&at, y), &values.0, &mut self.state, &mut self.scratch),
            None => {
                let values = system.new_values(event, &at, y, &mut self.scratch);
                system.put(event, values, &mut self.state);
            }
        }
        let is_changed = self.state.iter().zip(y).any(|(new, old)| new.to_bits() != old.to_bits());
        if is_changed {
            self.simulation.put_at_rest(t, &self.parameters, &mut self.state, &self.run.settings)?;
            let kind = self.simulation.timetable.kinds() + event;
            let put = self.solver.set_state(t, &self.state, kind);
            put.map_err(|failure| self.by_event(which, failure))?;
            self.check_sizes().map_err(|error| self.with_event(which, error))?;
        }
        let network = Arc::clone(&self.simulation.network);
        let name = network.name_of(symbol);
        self.told(tell(Moment::Event { t, name }))?;
        if network.ends_run(Event(symbol)) {
            self.ended.get_or_insert_with(|| Ending { event: name.to_string(), t });
        }
        self.settle(tell)
    }

    /// A failure that an event has brought about.
    fn by_event(&self, which: usize, failure: Failure) -> Error {
        self.with_event(which, self.named(failure))
    }

    fn with_event(&self, which: usize, error: Error) -> Error {
        let name = self.name_of(which);
        match error {
            Error::Solver { failure, message } => {
                Error::Solver { failure, message: format!("event {name}: {message}") }
            }
            other => other,
        }
    }

    fn without_number(&self, which: usize, field: &str, found: f64) -> Error {
        let (t, unit) = (self.solver.t(), self.simulation.network.units().time());
        let expected = if field == "delay" { "a finite number that is not negative" } else { "a finite number" };
        let message =
            format!("event {}: its {field} is {found} at t = {t} {unit}; expected {expected}", self.name_of(which));
        Error::Solver { failure: Failure::new(FailureKind::NotFinite, t), message }
    }

    fn name_of(&self, which: usize) -> &str {
        let system = &self.simulation.system;
        self.simulation.network.name_of(system.symbol_of(system.conditionals()[which].event))
    }
}
