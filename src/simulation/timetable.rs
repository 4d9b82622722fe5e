//! A schedule in numbers: when something happens, and what.

use super::train::Train;
use serde::{Deserialize, Serialize};

/// A schedule resolved against a system; times in the model's unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Timetable {
    pub windows: Vec<Window>,
    pub doses: Vec<Bolus>,
    pub trains: Vec<Train>,
}

/// A picture shows no more intervals of one change than this.
const MOST_INTERVALS: u64 = 10_000;

/// Times `first + k every`, k = 0, 1, ...
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Series {
    pub first: f64,
    pub every: Option<f64>,
    pub count: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Window {
    pub parameter: usize,
    pub effect: Number,
    pub from: Series,
    /// None where it stays open.
    pub until: Option<Series>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Number {
    Factor(f64),
    Value(f64),
    /// Comes on top, after values and factors.
    Added(Quantity),
}

impl Number {
    /// What becomes of a parameter, given those that hold without the schedule.
    fn of(&self, parameter: usize, base: &[f64]) -> f64 {
        match self {
            Number::Factor(factor) => factor * base[parameter],
            Number::Value(value) => *value,
            Number::Added(quantity) => base[parameter] + quantity.value(base),
        }
    }
}

/// An amount, or what becomes one by parameters as they hold then.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Quantity {
    pub number: f64,
    /// A parameter by which it is multiplied: the size of a compartment, the weight of a body.
    pub times: Option<usize>,
    /// A parameter by which it is divided: a molar mass.
    pub over: Option<usize>,
}

impl Quantity {
    pub fn value(&self, parameters: &[f64]) -> f64 {
        let number = self.times.map_or(self.number, |p| self.number * parameters[p]);
        self.over.map_or(number, |p| number / parameters[p])
    }

    fn fits(&self, parameters: usize) -> bool {
        [self.times, self.over].into_iter().flatten().all(|p| p < parameters)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Bolus {
    pub state: usize,
    pub amount: Quantity,
    pub times: Series,
    /// The parameter by which it comes later.
    pub lag: Option<usize>,
}

/// Times closer than this are one instant: `0.1 + 2 * 0.1` and `0.3` are meant to be.
pub(super) fn rounding(t: f64) -> f64 {
    4.0 * f64::EPSILON * t.abs()
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

    /// The number of the last time that is not after the instant t.
    fn last(&self, t: f64) -> Option<u64> {
        let t = t + rounding(t);
        if t < self.first {
            return None;
        }
        let Some(every) = self.every else { return Some(0) };
        // the quotient may round either way: look at its neighbours
        let guess = ((t - self.first) / every) as u64;
        (guess.saturating_sub(1)..=guess.saturating_add(1)).rev().find(|&k| self.first + k as f64 * every <= t)
    }

    /// The first time after an instant, or the first of all.
    pub fn next(&self, after: Option<f64>) -> Option<f64> {
        let k = after.and_then(|t| self.last(t)).map_or(0, |k| k.saturating_add(1));
        // times too close to be told apart would never let the run go on
        self.at(k).filter(|next| after.is_none_or(|t| *next > t))
    }
}

impl Window {
    /// The first time after an instant at which it opens or closes.
    pub fn next(&self, after: Option<f64>) -> Option<f64> {
        [self.from.next(after), self.until.and_then(|until| until.next(after))].into_iter().flatten().reduce(f64::min)
    }

    fn is_open(&self, t: f64) -> bool {
        let Some(k) = self.from.last(t) else { return false };
        self.until.is_none_or(|until| until.at(k).is_some_and(|end| t + rounding(t) < end))
    }
}

impl Timetable {
    /// Adds what another one holds, behind what is there.
    pub fn extend(&mut self, more: Timetable) {
        self.windows.extend(more.windows);
        self.doses.extend(more.doses);
        self.trains.extend(more.trains);
    }

    /// Whether every place named lies within a system, and times go on.
    pub fn fits(&self, parameters: usize, states: usize, events: usize) -> bool {
        let series = |s: &Series| s.first.is_finite() && s.every.is_none_or(|every| every > 0.0);
        let quantity = |number: &Number| match number {
            Number::Added(quantity) => quantity.fits(parameters),
            Number::Factor(_) | Number::Value(_) => true,
        };
        let window = |w: &Window| {
            w.parameter < parameters && quantity(&w.effect) && series(&w.from) && w.until.iter().all(series)
        };
        let dose = |d: &Bolus| {
            let lag = d.lag.is_none_or(|p| p < parameters);
            d.state < states && d.amount.fits(parameters) && lag && series(&d.times)
        };
        self.windows.iter().all(window)
            && self.doses.iter().all(dose)
            && self.trains.iter().all(|t| t.event < events && t.goes_on())
    }

    /// How often the most frequent thing happens until the end.
    pub fn occasions(&self, end: f64) -> f64 {
        let windows = self.windows.iter().map(|w| &w.from);
        let series = windows.chain(self.doses.iter().map(|d| &d.times));
        let often = |series: &Series| {
            let most = series.count.map_or(f64::INFINITY, |count| count as f64);
            series.every.map_or(1.0, |every| ((end - series.first) / every).min(most))
        };
        let spikes = self.trains.iter().map(|train| train.occasions(end));
        series.map(often).chain(spikes).fold(0.0, f64::max)
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
        for window in open() {
            if let Number::Added(quantity) = window.effect {
                now[window.parameter] += quantity.value(base);
            }
        }
    }

    /// The timetable of a run with these parameters: what lags comes later.
    pub fn settled(&self, parameters: &[f64]) -> Timetable {
        let mut settled = self.clone();
        for dose in &mut settled.doses {
            dose.times.first += dose.lag.take().map_or(0.0, |p| parameters[p]);
        }
        settled
    }

    /// For each parameter that is raised or added to, when; for one that is only lowered, when that is.
    pub fn intervals(&self, base: &[f64], start: f64, end: f64) -> Vec<(usize, Vec<(f64, f64)>)> {
        let mut found: Vec<(usize, Vec<(f64, f64)>)> = Vec::new();
        let becomes = |w: &Window| w.effect.of(w.parameter, base);
        let raises = |w: &Window| becomes(w) > base[w.parameter];
        let is_raised = |p: usize| self.windows.iter().any(|w| w.parameter == p && raises(w));
        let is_shown = |w: &&Window| if is_raised(w.parameter) { raises(w) } else { becomes(w) != base[w.parameter] };
        for window in self.windows.iter().filter(is_shown) {
            let first = window.until.and_then(|until| until.last(start)).unwrap_or(0);
            for k in first..first.saturating_add(MOST_INTERVALS) {
                let until = window.until.map_or(Some(end), |until| until.at(k));
                let (Some(from), Some(until)) = (window.from.at(k), until) else { break };
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
        found
    }
}
