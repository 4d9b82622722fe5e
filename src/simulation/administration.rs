//! Drugs given by a schedule: doses in mass or amount, per body weight or not.

use super::resolve::Reader;
use super::timetable::{Bolus, Number, Quantity, Series, Timetable, Window};
use crate::expr::Symbol;
use crate::network::{Administration, Drug, Range, Route};
use crate::units::{Dimension, Unit};

/// No more infusions of one entry run at once.
const MOST_TOGETHER: f64 = 1000.0;

impl<'a> Reader<'a> {
    /// One entry: a dose, or for an infusion a rate for a while.
    pub fn administration(&mut self, given: &Administration, to: &mut Timetable) {
        let drug = self.drug(&given.name);
        let dose = drug.and_then(|drug| self.dose(given, drug));
        let first = self.time("at", &given.at);
        let lasts = self.duration(given);
        let too_many = format!("a longer time: more than {MOST_TOGETHER} infusions would run at once");
        let least = lasts.flatten().unwrap_or(0.0) / MOST_TOGETHER;
        let every = self.period(given.every.as_ref(), least, &too_many);
        let times = first.zip(every).and_then(|(first, every)| self.times(first, every, given.count));
        let (Some(drug), Some(dose), Some(lasts), Some(times)) = (drug, dose, lasts, times) else { return };
        let system = self.system;
        let parameter = |symbol: Symbol| system.parameter_of(symbol);
        let target = match given.route {
            Route::Oral => drug.depot,
            Route::Bolus | Route::Infusion => Some(drug.plasma),
        };
        let Some(target) = target else {
            return self.report("route", format!("{} is not absorbed: give its part a ka", given.name)).unwrap_or(());
        };
        if let Some(lasts) = lasts {
            let Some(parameter) = parameter(drug.infusion.0) else {
                let message = format!("{}.infusion is no parameter of this system", given.name);
                return self.report("name", message).unwrap_or(());
            };
            let rate = Quantity { number: dose.number / lasts, ..dose };
            for from in apart(times, lasts) {
                let until = Some(Series { first: from.first + lasts, ..from });
                to.windows.push(Window { parameter, effect: Number::Added(rate), from, until });
            }
        } else {
            let Some(state) = system.state_of(target.0) else {
                let message = format!("{} is no state of this system", self.network.name_of(target));
                return self.report("name", message).unwrap_or(());
            };
            let lag = drug.lag.filter(|_| given.route == Route::Oral).and_then(|lag| parameter(lag.0));
            to.doses.push(Bolus { state, amount: dose, times, lag });
        }
    }

    fn drug(&mut self, name: &str) -> Option<&'a Drug> {
        let network = self.network;
        let found = network.drugs().iter().find(|drug| drug.name == name);
        if found.is_none() {
            let known: Vec<&str> = network.drugs().iter().map(|drug| drug.name.as_str()).collect();
            let hint = crate::error::did_you_mean(name, known.iter().copied());
            let known = if known.is_empty() { "none".to_string() } else { known.join(", ") };
            return self.report("name", format!("the model has no drug {name}{hint}; known: {known}"));
        }
        found
    }

    /// How long an infusion takes; for the other routes `Some(None)`.
    fn duration(&mut self, given: &Administration) -> Option<Option<f64>> {
        match (given.route, &given.lasts) {
            (Route::Infusion, Some(lasts)) => {
                let time = self.network.units().time();
                self.number("lasts", lasts, time, Range::Positive).map(Some)
            }
            (Route::Infusion, None) => self.report("lasts", "is missing; expected how long the infusion takes"),
            (_, Some(_)) => self.report("lasts", "is given for a dose that comes at once; remove it, or infuse"),
            (_, None) => Some(None),
        }
    }

    /// The dose, with the parameters by which it becomes an amount.
    fn dose(&mut self, given: &Administration, drug: &Drug) -> Option<Quantity> {
        let dimension = given.dose.unit.dimension();
        let per_weight = Dimension::AMOUNT.div(Dimension::MASS);
        let (is_mass, is_per_weight) = match dimension {
            Dimension::AMOUNT => (false, false),
            Dimension::MASS => (true, false),
            // a mass per mass, not a bare number
            Dimension::DIMENSIONLESS if given.dose.unit != Unit::ONE => (true, true),
            other if other == per_weight => (false, true),
            _ => {
                let found = &given.dose;
                return self
                    .report("dose", format!("found {found}; expected a dose such as 100 mg, 10 mg/kg or 30 umol"));
            }
        };
        let number = self.number("dose", &given.dose, &given.dose.unit, Range::NonNegative);
        let mut needed = |is_needed: bool, parameter: Option<crate::network::Parameter>, field: &str| match parameter
            .filter(|_| is_needed)
            .map(|p| self.system.parameter_of(p.0))
        {
            None if is_needed => {
                let message =
                    format!("found {}, which needs the {field} of {}; give it to its part", given.dose, drug.name);
                self.report("dose", message)
            }
            place => Some(place.flatten()),
        };
        let over = needed(is_mass, drug.molar_mass, "molar_mass");
        let times = needed(is_per_weight, drug.body_weight, "body_weight");
        Some(Quantity { number: number?, times: times?, over: over? })
    }
}

/// Beginnings of something that takes a while, as series in each of which it is over before it comes again.
fn apart(times: Series, lasts: f64) -> Vec<Series> {
    let Some(every) = times.every.filter(|every| *every < lasts) else { return vec![times] };
    let together = (lasts / every).ceil() as u64;
    let series = |j: u64| Series {
        first: times.first + j as f64 * every,
        every: Some(together as f64 * every),
        // of `count` in turn, those whose turn is the j-th
        count: times.count.map(|count| (count + together - 1 - j) / together),
    };
    (0..together).map(series).collect()
}
