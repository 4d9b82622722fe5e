//! A schedule in numbers: when something happens, and what.

use crate::error::{Error, Problem};
use crate::network::{Change, Dose, Effect, EntityKind, Network, Schedule, Species};
use crate::system::System;
use crate::units::{Dimension, Value};

/// A schedule resolved against a system; times in the model's unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Timetable {
    windows: Vec<Window>,
    doses: Vec<Bolus>,
}

/// A picture shows no more intervals of one change than this.
const MOST_INTERVALS: u64 = 10_000;

/// Times `first + k every`, k = 0, 1, ...
#[derive(Clone, Copy, Debug, PartialEq)]
struct Series {
    first: f64,
    every: Option<f64>,
    count: Option<u64>,
}

#[derive(Clone, Debug, PartialEq)]
struct Window {
    parameter: usize,
    effect: Number,
    from: Series,
    until: Series,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Factor(f64),
    Value(f64),
}

#[derive(Clone, Debug, PartialEq)]
struct Bolus {
    state: usize,
    amount: f64,
    /// The parameter that is the size of the compartment, where the amount is a concentration.
    size: Option<usize>,
    times: Series,
}

impl Series {
    fn at(&self, k: u64) -> Option<f64> {
        if self.count.is_some_and(|count| k >= count) {
            return None;
        }
        match self.every {
            Some(every) => Some(self.first + k as f64 * every),
            None => (k == 0).then_some(self.first),
        }
    }

    /// The number of the last time that is not after t.
    fn last(&self, t: f64) -> Option<u64> {
        if t < self.first {
            return None;
        }
        let Some(every) = self.every else { return Some(0) };
        // the quotient may round either way: look at its neighbours
        let guess = ((t - self.first) / every) as u64;
        (guess.saturating_sub(1)..=guess.saturating_add(1)).rev().find(|&k| self.first + k as f64 * every <= t)
    }

    /// The first time after t. Times too close to be told apart come one after the other all the same, so
    /// that a run through them gets on, until its limit on steps ends it.
    fn next(&self, t: f64) -> Option<f64> {
        let k = self.last(t).map_or(0, |k| k.saturating_add(1));
        self.at(k).map(|next| next.max(t.next_up()))
    }
}

impl Window {
    fn is_open(&self, t: f64) -> bool {
        let Some(k) = self.from.last(t) else { return false };
        self.until.at(k).is_some_and(|end| t < end)
    }
}

impl Timetable {
    pub fn new(schedule: &Schedule, network: &Network, system: &System) -> Result<Self, Error> {
        let mut reader = Reader { network, system, problems: Vec::new() };
        let windows = schedule.change.iter().enumerate().filter_map(|(i, c)| reader.window(i, c)).collect();
        let doses = schedule.dose.iter().enumerate().filter_map(|(i, d)| reader.dose(i, d)).collect();
        if reader.problems.is_empty() { Ok(Timetable { windows, doses }) } else { Err(Error::Input(reader.problems)) }
    }

    /// The first time after t at which something happens.
    pub fn next(&self, t: f64) -> Option<f64> {
        let windows = self.windows.iter().flat_map(|w| [w.from.next(t), w.until.next(t)]);
        let doses = self.doses.iter().map(|d| d.times.next(t));
        windows.chain(doses).flatten().reduce(f64::min)
    }

    /// How often the most frequent thing happens until the end.
    pub fn occasions(&self, end: f64) -> f64 {
        let windows = self.windows.iter().map(|w| &w.from);
        let series = windows.chain(self.doses.iter().map(|d| &d.times));
        let often = |series: &Series| {
            let most = series.count.map_or(f64::INFINITY, |count| count as f64);
            series.every.map_or(1.0, |every| ((end - series.first) / every).min(most))
        };
        series.map(often).fold(0.0, f64::max)
    }

    /// The parameters that hold from t on, given those that hold without the schedule.
    pub fn parameters_at(&self, t: f64, base: &[f64], now: &mut [f64]) {
        now.copy_from_slice(base);
        let open = || self.windows.iter().filter(|w| w.is_open(t));
        for window in open() {
            if let Number::Value(value) = window.effect {
                now[window.parameter] = value;
            }
        }
        for window in open() {
            if let Number::Factor(factor) = window.effect {
                now[window.parameter] *= factor;
            }
        }
    }

    /// Whether the schedule ever changes a parameter.
    pub fn has_windows(&self) -> bool {
        !self.windows.is_empty()
    }

    /// Adds the doses of exactly this time; whether there was one.
    pub fn dose(&self, t: f64, parameters: &[f64], state: &mut [f64]) -> bool {
        let mut any = false;
        for dose in &self.doses {
            let due = dose.times.last(t).and_then(|k| dose.times.at(k)) == Some(t);
            if due {
                state[dose.state] += dose.amount * dose.size.map_or(1.0, |p| parameters[p]);
                any = true;
            }
        }
        any
    }

    /// For each parameter that is raised, when.
    pub fn intervals(&self, network: &Network, start: f64, end: f64) -> Vec<(String, Vec<(f64, f64)>)> {
        let mut found: Vec<(usize, Vec<(f64, f64)>)> = Vec::new();
        for window in self.windows.iter().filter(|w| matches!(w.effect, Number::Factor(f) if f > 1.0)) {
            let first = window.until.last(start).unwrap_or(0);
            for k in first..first.saturating_add(MOST_INTERVALS) {
                let (Some(from), Some(until)) = (window.from.at(k), window.until.at(k)) else { break };
                if from >= end {
                    break;
                }
                if until > start {
                    let interval = (from.max(start), until.min(end));
                    match found.iter_mut().find(|(p, _)| *p == window.parameter) {
                        Some((_, intervals)) => intervals.push(interval),
                        None => found.push((window.parameter, vec![interval])),
                    }
                }
            }
        }
        let symbols: Vec<_> = network.all_parameters().collect();
        found.into_iter().map(|(p, intervals)| (network.name_of(symbols[p]).to_string(), intervals)).collect()
    }
}

struct Reader<'a> {
    network: &'a Network,
    system: &'a System,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn report<T>(&mut self, place: [&str; 3], message: impl Into<String>) -> Option<T> {
        self.problems.push(Problem::error(place, message));
        None
    }

    /// A time in the model's unit; a bare number is in that unit.
    fn time(&mut self, place: [&str; 3], value: &Value) -> Option<f64> {
        match self.network.time_number(value) {
            Ok(t) if t.is_finite() && t >= 0.0 => Some(t),
            Ok(_) => self.report(place, format!("found {value}, expected a finite time that is not negative")),
            Err(message) => self.report(place, message),
        }
    }

    fn period(&mut self, place: [&str; 3], value: &Value, least: f64) -> Option<f64> {
        let every = self.time(place, value)?;
        if every > 0.0 && every >= least {
            return Some(every);
        }
        self.report(
            place,
            format!("found {value}, expected a time that is positive and not shorter than the change itself"),
        )
    }

    fn window(&mut self, i: usize, change: &Change) -> Option<Window> {
        let entry = (i + 1).to_string();
        let place = |field| ["change", &entry, field];
        let parameter = self.parameter(place("parameter"), &change.parameter);
        let (from, until) = (self.time(place("from"), &change.from)?, self.time(place("until"), &change.until)?);
        if until <= from {
            return self
                .report(place("until"), format!("found {}, expected a time after {}", change.until, change.from));
        }
        let every = match &change.every {
            Some(every) => Some(self.period(place("every"), every, until - from)?),
            None => None,
        };
        let (parameter, unit) = parameter?;
        let effect = match &change.effect {
            Effect::Factor(f) if f.is_finite() && *f >= 0.0 => Number::Factor(*f),
            Effect::Factor(f) => {
                return self.report(place("factor"), format!("found {f}, expected a factor that is not negative"));
            }
            Effect::Value(value) => match value.to(&unit).and_then(|_| self.network.units().number(value)) {
                Ok(x) if x.is_finite() && x >= 0.0 => Number::Value(x),
                Ok(_) => {
                    return self
                        .report(place("value"), format!("found {value}, expected a number that is not negative"));
                }
                Err(error) => return self.report(place("value"), error.to_string()),
            },
        };
        let series = |first| Series { first, every, count: None };
        Some(Window { parameter, effect, from: series(from), until: series(until) })
    }

    fn parameter(&mut self, place: [&str; 3], name: &str) -> Option<(usize, crate::units::Unit)> {
        let Some(symbol) = self.network.get(name) else {
            let message = self.network.unknown(name);
            return self.report(place, message);
        };
        match (&self.network.entity(symbol).kind, self.system.parameter_of(symbol)) {
            (EntityKind::Parameter { value }, Some(i)) => Some((i, value.unit.clone())),
            (kind, _) => {
                let message = format!("{name} is a {}; expected a parameter", kind.name());
                self.report(place, message)
            }
        }
    }

    fn dose(&mut self, i: usize, dose: &Dose) -> Option<Bolus> {
        let entry = (i + 1).to_string();
        let place = |field| ["dose", &entry, field];
        let first = self.time(place("at"), &dose.at);
        let every = match &dose.every {
            Some(every) => Some(self.period(place("every"), every, 0.0)?),
            None => None,
        };
        let Some(symbol) = self.network.get(&dose.species) else {
            let message = self.network.unknown(&dose.species);
            return self.report(place("species"), message);
        };
        let EntityKind::Species { compartment, .. } = self.network.entity(Species(symbol)).kind else {
            return self.report(place("species"), format!("{} is no species", dose.species));
        };
        let size = match dose.add.unit.dimension() {
            Dimension::AMOUNT => None,
            Dimension::CONCENTRATION => self.system.parameter_of(compartment),
            other => {
                let message = format!("found {}, a {}; expected an amount or a concentration", dose.add, other.name());
                return self.report(place("add"), message);
            }
        };
        let amount = match self.network.units().number(&dose.add) {
            Ok(x) if x.is_finite() && x >= 0.0 => x,
            Ok(_) => {
                return self
                    .report(place("add"), format!("found {}, expected an amount that is not negative", dose.add));
            }
            Err(error) => return self.report(place("add"), error.to_string()),
        };
        let count = dose.count.or(if every.is_none() { Some(1) } else { None });
        Some(Bolus {
            state: self.system.state_of(symbol)?,
            amount,
            size,
            times: Series { first: first?, every, count },
        })
    }
}
