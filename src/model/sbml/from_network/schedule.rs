//! What is scheduled, as events. SBML has no event that comes again: one that does counts how often it came, and its time is
//! made of that number, so that it comes at the same times to the bit.

use super::Writing;
use super::event::{assignment, turn};
use super::value::total;
use crate::expr::Symbol;
use crate::model::sbml::document::{Base, Event, EventAssignment, Formula, Parameter};
use crate::model::sbml::math::{Constant, Math, Operator};
use crate::network::{Course, Effect, EntityKind, Occasion, Quantity, Times, Trigger};

/// Before all priorities that a model may have.
const FIRST: f64 = 1e6;

/// A change of a parameter: what is 1 while it lasts and 0 else.
pub(super) struct Window {
    parameter: Symbol,
    effect: Effect,
    is_on: String,
}

impl Writing<'_> {
    /// Gives every change its switch, so that parameters can be written.
    pub(super) fn windows(&mut self, occasions: &[Occasion]) {
        for occasion in occasions {
            if let Occasion::Change { parameter, effect, .. } = occasion {
                let is_on = self.counter(&format!("{}_change", self.id(*parameter)));
                self.windows.push(Window { parameter: *parameter, effect: *effect, is_on });
            }
        }
    }

    /// A parameter as changes leave it: of values the last, times factors, plus what is added.
    pub(super) fn scheduled(&self, parameter: Symbol, own: Math) -> Math {
        let mine: Vec<&Window> = self.windows.iter().filter(|w| w.parameter == parameter).collect();
        let mut now = own;
        for window in &mine {
            if let Effect::Value(value) = window.effect {
                now = chosen(Math::number(value), &window.is_on, now);
            }
        }
        for window in &mine {
            if let Effect::Factor(factor) = window.effect {
                let factor = chosen(Math::number(factor), &window.is_on, Math::number(1.0));
                now = Math::Apply(Operator::Times, vec![now, factor]);
            }
        }
        for window in &mine {
            if let Effect::Added(quantity) = window.effect {
                let added = chosen(self.quantity(quantity, true), &window.is_on, Math::number(0.0));
                now = Math::Apply(Operator::Plus, vec![now, added]);
            }
        }
        now
    }

    /// All that is scheduled.
    pub(super) fn occasions(&mut self, occasions: &[Occasion]) {
        let mut windows = std::mem::take(&mut self.windows).into_iter();
        let mut waiting: Vec<Symbol> = self.net.all_events().filter(|e| self.waits(*e)).collect();
        for (i, occasion) in occasions.iter().enumerate() {
            // what comes at one instant comes in their order
            let priority = FIRST + (occasions.len() - i) as f64;
            match occasion {
                Occasion::Change { parameter, from, until, .. } => {
                    if let Some(window) = windows.next() {
                        self.window(*parameter, &window.is_on, (*from, *until), priority);
                    }
                }
                Occasion::Dose { species, amount, times, lag } => {
                    let id = self.id(*species);
                    let more = self.quantity(*amount, false);
                    let more = Math::Apply(Operator::Plus, vec![self.meaning(*species), more]);
                    let more = self.of_amount(*species, more);
                    let lag = lag.map(|lag| Math::Name(self.id(lag)));
                    self.again(&format!("{id}_dose"), (*times, lag), vec![assignment(id, more)], priority);
                }
                Occasion::Spikes { event, course, until, count } => {
                    waiting.retain(|waits| waits != event);
                    self.train(*event, course, (*until, *count), priority);
                }
            }
        }
        for event in waiting {
            self.warn(event, "it happens where a schedule says, and no schedule was given: it never happens");
        }
    }

    fn waits(&self, event: Symbol) -> bool {
        matches!(self.net.entity(event).kind, EntityKind::Event { trigger: Trigger::Scheduled, .. })
    }

    /// A number with the parameters that make an amount of it: as they were set, or as they are then.
    fn quantity(&self, quantity: Quantity, as_set: bool) -> Math {
        let name = |symbol: Symbol| if as_set { Math::Name(self.id(symbol)) } else { self.meaning(symbol) };
        let mut factors = vec![Math::number(quantity.number)];
        factors.extend(quantity.times.map(name));
        let product = total(Operator::Times, factors);
        match quantity.over {
            Some(over) => Math::Apply(Operator::Divide, vec![product, name(over)]),
            None => product,
        }
    }

    /// A number that events alone change, from 0.
    fn counter(&mut self, name: &str) -> String {
        let id = self.names.fresh(name);
        let base = Base { id: Some(id.clone()), ..Base::default() };
        let units = self.unit(crate::units::Dimension::DIMENSIONLESS);
        self.model.parameters.push(Parameter { base, value: Some(0.0), units, constant: false });
        id
    }

    /// An event, where all of these hold.
    fn scheduled_event(&mut self, id: &str, holds: Vec<Math>, assignments: Vec<EventAssignment>, priority: f64) {
        let id = self.names.fresh(id);
        self.model.events.push(Event {
            base: Base { id: Some(id), ..Base::default() },
            // what comes at one instant finds what the one before it has left
            use_values_from_trigger_time: false,
            trigger: Some(turn(total(Operator::And, holds), false, true)),
            delay: None,
            priority: Some(Formula { base: Base::default(), math: Some(Math::number(priority)) }),
            assignments,
        });
    }

    /// Switches a change on and off; where it comes again the end counts how often it came.
    fn window(&mut self, parameter: Symbol, is_on: &str, (from, until): (Times, Option<Times>), priority: f64) {
        let name = self.id(parameter);
        let switched = |to: f64| assignment(is_on.to_string(), Math::number(to));
        let stands = |on: bool| {
            let side = if on { Operator::Gt } else { Operator::Lt };
            Math::Apply(side, vec![Math::name(is_on), Math::number(0.5)])
        };
        let Some(until) = until else {
            return self.scheduled_event(
                &format!("{name}_begins"),
                vec![past(from.first, None)],
                vec![switched(1.0)],
                priority,
            );
        };
        let often = from.every.map(|every| (every, self.counter(&format!("{name}_changes"))));
        let come = |first: f64| past(first, often.as_ref().map(|(every, k)| (*every, k.as_str())));
        let mut begins = vec![come(from.first), stands(false)];
        begins.extend(often.as_ref().and_then(|(_, k)| Some(below(k, from.count?))));
        let mut over = vec![switched(0.0)];
        match &often {
            Some((_, k)) => over.push(assignment(k.clone(), plus_one(k))),
            // once is once
            None => {
                begins.push(Math::Apply(Operator::Lt, vec![Math::Constant(Constant::Time), Math::number(until.first)]))
            }
        }
        let ends = vec![come(until.first), stands(true)];
        self.scheduled_event(&format!("{name}_begins"), begins, vec![switched(1.0)], priority);
        self.scheduled_event(&format!("{name}_ends"), ends, over, priority);
    }

    /// Something that comes at these times, later by a lag.
    fn again(&mut self, name: &str, (times, lag): (Times, Option<Math>), mut act: Vec<EventAssignment>, priority: f64) {
        let mut holds = Vec::new();
        match times.every {
            Some(every) => {
                let k = self.counter(&format!("{name}s"));
                holds.push(later(past(times.first, Some((every, k.as_str()))), lag));
                holds.extend(times.count.map(|count| below(&k, count)));
                act.push(assignment(k.clone(), plus_one(&k)));
            }
            None => holds.push(later(past(times.first, None), lag)),
        }
        self.scheduled_event(name, holds, act, priority);
    }

    /// Spikes of a train.
    fn train(&mut self, event: Symbol, course: &Course, (until, count): (Option<f64>, Option<u64>), priority: f64) {
        let name = format!("{}_spike", self.id(event));
        let act = self.assignments(event);
        match course {
            Course::Poisson => {
                let message = "a random train of spikes sets it off, which SBML cannot say: these spikes are left out";
                self.warn(event, message);
            }
            Course::List(times) => {
                for time in times {
                    self.scheduled_event(&name, vec![past(*time, None)], act.clone(), priority);
                }
            }
            Course::Regular { from, rate } => {
                let k = self.counter(&format!("{name}s"));
                let at = Math::Apply(Operator::Divide, vec![Math::name(k.as_str()), Math::number(*rate)]);
                let at = Math::Apply(Operator::Plus, vec![Math::number(*from), at]);
                let mut act = act;
                act.push(assignment(k.clone(), plus_one(&k)));
                let mut holds = until_then(at, until);
                holds.extend(count.map(|count| below(&k, count)));
                self.scheduled_event(&name, holds, act, priority);
            }
            Course::Bursts { from, rate, burst, every } => {
                let (bursts, k) = (self.counter(&format!("{name}_bursts")), self.counter(&format!("{name}s")));
                let of_burst = Math::Apply(Operator::Times, vec![Math::name(bursts.as_str()), Math::number(*every)]);
                let within = Math::Apply(Operator::Divide, vec![Math::name(k.as_str()), Math::number(*rate)]);
                let at = Math::Apply(Operator::Plus, vec![Math::number(*from), of_burst, within]);
                let mut act = act;
                let is_last = below(&k, burst.saturating_sub(1));
                let within_burst = Math::Piecewise {
                    pieces: vec![(plus_one(&k), is_last.clone())],
                    otherwise: Some(Box::new(Math::number(0.0))),
                };
                let next_burst = Math::Piecewise {
                    pieces: vec![(Math::name(bursts.as_str()), is_last)],
                    otherwise: Some(Box::new(plus_one(&bursts))),
                };
                act.extend([assignment(k.clone(), within_burst), assignment(bursts.clone(), next_burst)]);
                let mut holds = until_then(at, until);
                if let Some(count) = count {
                    let whole = Math::Apply(Operator::Times, vec![Math::Name(bursts), Math::number(*burst as f64)]);
                    let so_far = Math::Apply(Operator::Plus, vec![whole, Math::Name(k)]);
                    holds.push(Math::Apply(Operator::Lt, vec![so_far, Math::number(count as f64)]));
                }
                self.scheduled_event(&name, holds, act, priority);
            }
        }
    }
}

/// The first value while something is on, else the second.
fn chosen(yes: Math, is_on: &str, no: Math) -> Math {
    let holds = Math::Apply(Operator::Gt, vec![Math::name(is_on), Math::number(0.5)]);
    Math::Piecewise { pieces: vec![(yes, holds)], otherwise: Some(Box::new(no)) }
}

/// `time >= first + k every`.
fn past(first: f64, again: Option<(f64, &str)>) -> Math {
    let first = Math::number(first);
    let at = match again {
        Some((every, k)) => {
            let more = Math::Apply(Operator::Times, vec![Math::name(k), Math::number(every)]);
            Math::Apply(Operator::Plus, vec![first, more])
        }
        None => first,
    };
    Math::Apply(Operator::Geq, vec![Math::Constant(Constant::Time), at])
}

/// A condition on a time that is later by a lag.
fn later(condition: Math, lag: Option<Math>) -> Math {
    match (condition, lag) {
        (Math::Apply(operator, mut sides), Some(lag)) => {
            if let Some(at) = sides.pop() {
                sides.push(Math::Apply(Operator::Plus, vec![at, lag]));
            }
            Math::Apply(operator, sides)
        }
        (condition, _) => condition,
    }
}

/// `time >= at`, and `at < until`.
fn until_then(at: Math, until: Option<f64>) -> Vec<Math> {
    let comes = Math::Apply(Operator::Geq, vec![Math::Constant(Constant::Time), at.clone()]);
    let before = until.map(|until| Math::Apply(Operator::Lt, vec![at, Math::number(until)]));
    [comes].into_iter().chain(before).collect()
}

fn below(k: &str, count: u64) -> Math {
    Math::Apply(Operator::Lt, vec![Math::name(k), Math::number(count as f64)])
}

fn plus_one(k: &str) -> Math {
    Math::Apply(Operator::Plus, vec![Math::name(k), Math::number(1.0)])
}
