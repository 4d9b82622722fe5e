//! A schedule's names and units resolved against a system; every fault of every entry at once.

use super::timetable::{Bolus, Number, Quantity, Series, Timetable, Window};
use crate::error::{Error, Problem};
use crate::network::{Change, Dose, EntityKind, Network, Range, Schedule};
use crate::system::System;
use crate::units::{Dimension, Unit, Value};

/// What is expected of the time after which something that takes a while comes again.
const OVER: &str = "a longer time: it comes again before it is over";

impl Timetable {
    pub fn new(schedule: &Schedule, network: &Network, system: &System) -> Result<Self, Error> {
        let mut reader = Reader { network, system, section: "change", entry: String::new(), problems: Vec::new() };
        let mut timetable = Timetable::default();
        for (i, change) in schedule.change.iter().enumerate() {
            reader.entry = (i + 1).to_string();
            timetable.windows.extend(reader.window(change));
        }
        reader.section = "dose";
        for (i, dose) in schedule.dose.iter().enumerate() {
            reader.entry = (i + 1).to_string();
            timetable.doses.extend(reader.bolus(dose));
        }
        reader.section = "drug";
        for (i, drug) in schedule.drug.iter().enumerate() {
            reader.entry = (i + 1).to_string();
            reader.administration(drug, &mut timetable);
        }
        reader.section = "spikes";
        for (i, spikes) in schedule.spikes.iter().enumerate() {
            reader.entry = (i + 1).to_string();
            timetable.trains.extend(reader.train(spikes));
        }
        if reader.problems.is_empty() { Ok(timetable) } else { Err(Error::Input(reader.problems)) }
    }
}

/// Reads the entries of a schedule; an entry counts from 1.
pub(super) struct Reader<'a> {
    pub network: &'a Network,
    pub system: &'a System,
    section: &'static str,
    entry: String,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    pub fn report<T>(&mut self, field: &str, message: impl Into<String>) -> Option<T> {
        self.problems.push(Problem::error([self.section, &self.entry, field], message));
        None
    }

    /// A number in the model's units; a bare one is in `unit`.
    pub fn number(&mut self, field: &str, value: &Value, unit: &Unit, range: Range) -> Option<f64> {
        match self.network.number_in(value, unit, range) {
            Ok(x) => Some(x),
            Err(message) => self.report(field, message),
        }
    }

    pub fn time(&mut self, field: &str, value: &Value) -> Option<f64> {
        self.number(field, value, self.network.units().time(), Range::NonNegative)
    }

    /// The time after which an entry comes again, at least `least` (`expected` says so): none where it comes once, and then
    /// `Some(None)`.
    pub fn period(&mut self, value: Option<&Value>, least: f64, expected: &str) -> Option<Option<f64>> {
        let Some(value) = value else { return Some(None) };
        let every = self.number("every", value, self.network.units().time(), Range::Positive)?;
        if every >= least {
            return Some(Some(every));
        }
        self.report("every", format!("found {value}, expected {expected}"))
    }

    fn window(&mut self, change: &Change) -> Option<Window> {
        let parameter = self.parameter(&change.parameter);
        let effect = parameter.as_ref().and_then(|(_, unit, range)| self.effect(change, unit, *range));
        let from = self.time("from", &change.from);
        let until = change.until.as_ref().map(|until| self.time("until", until).map(|t| (until, t)));
        let (from, until) = (from?, until.map_or(Some(None), |until| until.map(Some))?);
        if let Some((found, _)) = until.filter(|(_, until)| *until <= from) {
            return self.report("until", format!("found {found}, expected a time after {}", change.from));
        }
        if until.is_none() && change.every.is_some() {
            return self.report("until", "is missing; expected the time at which it is over, since it comes again");
        }
        let until = until.map(|(_, until)| until);
        let every = self.period(change.every.as_ref(), until.unwrap_or(from) - from, OVER)?;
        let series = |first| Series { first, every, count: None };
        Some(Window { parameter: parameter?.0, effect: effect?, from: series(from), until: until.map(series) })
    }

    /// How often something comes: once, or again after each period, at most `count` times.
    pub fn times(&mut self, first: f64, every: Option<f64>, count: Option<u64>) -> Option<Series> {
        match (every, count) {
            (None, Some(count)) => {
                let hint = format!("found {count} without `every`, the time after which it comes again; give it, too");
                self.report("count", hint)
            }
            (_, Some(0)) => self.report("count", "found 0, expected at least one"),
            (None, None) => Some(Series { first, every, count: Some(1) }),
            (Some(_), count) => Some(Series { first, every, count }),
        }
    }

    fn effect(&mut self, change: &Change, unit: &Unit, range: Range) -> Option<Number> {
        match (&change.value, change.factor) {
            (Some(value), None) => self.number("value", value, unit, range).map(Number::Value),
            (None, Some(factor)) => {
                // a factor keeps what holds of the parameter, and a level that meals multiply stays one
                if factor == 0.0 && unit.dimension() == Dimension::CONCENTRATION {
                    let message =
                        "found 0, expected a positive factor of a concentration; to take it away give value = 0";
                    return self.report("factor", message);
                }
                let range = if range == Range::Positive { range } else { Range::NonNegative };
                self.number("factor", &Value::from(factor), &Unit::ONE, range).map(Number::Factor)
            }
            (Some(_), Some(_)) => self.report("factor", "both a factor and a value are given; keep one"),
            (None, None) => self.report("factor", "is missing; expected a factor, or a value"),
        }
    }

    /// The place of a parameter, its unit and its range.
    fn parameter(&mut self, name: &str) -> Option<(usize, Unit, Range)> {
        let parameter = match self.network.parameter_named(name) {
            Ok(parameter) => parameter,
            Err(message) => return self.report("parameter", message),
        };
        match &self.network.entity(parameter).kind {
            EntityKind::Parameter { value, range } => {
                Some((self.system.parameter_of(parameter)?, value.unit.clone(), *range))
            }
            _ => None,
        }
    }

    fn bolus(&mut self, dose: &Dose) -> Option<Bolus> {
        let species = self.species(&dose.species);
        let amount = self.amount(&dose.add);
        let first = self.time("at", &dose.at);
        let every = self.period(dose.every.as_ref(), 0.0, OVER)?;
        let times = self.times(first?, every, dose.count);
        let (state, size) = species?;
        let is_amount = dose.add.unit.dimension() == Dimension::AMOUNT;
        let amount = Quantity { number: amount?, times: if is_amount { None } else { size }, over: None };
        Some(Bolus { state, amount, times: times?, lag: None })
    }

    /// The state of a species, and the parameter that is the size of its compartment.
    fn species(&mut self, name: &str) -> Option<(usize, Option<usize>)> {
        let species = match self.network.species_named(name) {
            Ok(species) => species,
            Err(message) => return self.report("species", message),
        };
        match self.network.entity(species).kind {
            EntityKind::Species { compartment, .. } => match self.system.state_of(species) {
                Some(state) => Some((state, self.system.parameter_of(compartment))),
                None => self.report(
                    "species",
                    format!("nothing can be added to {name}: it is constant, or a formula gives it"),
                ),
            },
            _ => None,
        }
    }

    fn amount(&mut self, value: &Value) -> Option<f64> {
        let dimension = value.unit.dimension();
        if dimension != Dimension::AMOUNT && dimension != Dimension::CONCENTRATION {
            let found = dimension.name();
            return self.report("add", format!("found {value}, a {found}; expected an amount or a concentration"));
        }
        self.number("add", value, &value.unit, Range::NonNegative)
    }
}
