//! Trains of spikes as they are written, resolved against a system.

use super::resolve::Reader;
use super::timetable::rounding;
use super::train::{Course, Train};
use crate::network::{EntityKind, Event, Pattern, Range, Spikes, Trigger};
use crate::units::{Dimension, Unit, Value};

impl Reader<'_> {
    pub(super) fn train(&mut self, spikes: &Spikes) -> Option<Train> {
        let event = self.event(&spikes.event);
        if !spikes.times.is_empty() {
            let course = self.list(spikes)?;
            return Some(Train { event: event?, course, until: None, count: None });
        }
        let from = spikes.from.as_ref().map_or(Some(0.0), |from| self.time("from", from));
        let course = self.course(spikes, from);
        // a time that could not be read has been told
        let until = spikes.until.as_ref().map_or(Some(None), |until| self.time("until", until).map(Some));
        if let (Some(from), Some(Some(end))) = (from, until)
            && end <= from
        {
            self.report::<()>("until", format!("found {end}, expected a time after the beginning {from}"));
        }
        if spikes.count == Some(0) {
            return self.report("count", "found 0, expected at least one spike");
        }
        Some(Train { event: event?, course: course?, until: until?, count: spikes.count })
    }

    /// The event of the system that a name stands for.
    fn event(&mut self, name: &str) -> Option<usize> {
        let Some(symbol) = self.network.get(name) else {
            let message = self.network.unknown(name);
            return self.report("event", message);
        };
        match &self.network.entity(symbol).kind {
            EntityKind::Event { trigger: Trigger::Scheduled, .. } => self.system.event_of(Event(symbol)),
            EntityKind::Event { .. } => self.report(
                "event",
                format!("{name} happens at a threshold of its own; expected one that waits for spikes"),
            ),
            other => {
                let hint = "expected an event, such as a release with a quantum";
                self.report("event", format!("{name} is a {}; {hint}", other.name()))
            }
        }
    }

    /// A list of times.
    fn list(&mut self, spikes: &Spikes) -> Option<Course> {
        let others = [
            ("rate", spikes.rate.is_some()),
            ("from", spikes.from.is_some()),
            ("until", spikes.until.is_some()),
            ("count", spikes.count.is_some()),
            ("burst", spikes.burst.is_some()),
            ("every", spikes.every.is_some()),
            ("seed", spikes.seed.is_some()),
            ("pattern", spikes.pattern != Pattern::Regular),
        ];
        let is_alone = others.iter().all(|(_, given)| !given);
        for (field, _) in others.iter().filter(|(_, given)| *given) {
            self.report::<()>(field, "is given beside times; a list of times is complete by itself");
        }
        let mut times = Vec::with_capacity(spikes.times.len());
        for time in &spikes.times {
            // a bare number needs no conversion: lists may be long
            let is_plain = time.unit == Unit::ONE && time.value >= 0.0 && time.value.is_finite();
            times.push(if is_plain { time.value } else { self.time("times", time)? });
        }
        let too_close = |w: &&[f64]| w[1] <= w[0] + rounding(w[0]);
        let together = times.windows(2).filter(too_close).count();
        let Some(first) = times.windows(2).position(|w| too_close(&w)) else {
            return is_alone.then_some(Course::List(times));
        };
        let (a, b) = (&spikes.times[first], &spikes.times[first + 1]);
        let message = format!(
            "spike {} at {b} does not come after spike {} at {a} ({together} such pairs in all); expected ascending \
             times: spikes at one instant are one spike, or belong to several trains",
            first + 2,
            first + 1
        );
        self.report("times", message)
    }

    /// A train by its rate.
    fn course(&mut self, spikes: &Spikes, from: Option<f64>) -> Option<Course> {
        let rate = match &spikes.rate {
            Some(rate) => self.rate(rate),
            None => self.report("rate", "is missing; expected spikes per time such as \"5 Hz\", or a list of times"),
        };
        let every = spikes
            .every
            .as_ref()
            .map(|every| self.number("every", every, self.network.units().time(), Range::Positive));
        match (spikes.pattern, spikes.burst, every) {
            (Pattern::Poisson, None, None) => {
                Some(Course::Poisson { from: from?, rate: rate?, seed: spikes.seed.unwrap_or(0) })
            }
            (Pattern::Poisson, burst, _) => {
                let field = if burst.is_some() { "burst" } else { "every" };
                self.report(field, "a random train has no bursts; expected a regular one")
            }
            _ if spikes.seed.is_some() => {
                self.report("seed", "only a random train has a seed; expected pattern = \"poisson\"")
            }
            (_, None, None) => Some(Course::Regular { from: from?, rate: rate? }),
            (_, Some(0), _) => self.report("burst", "found 0, expected at least one spike"),
            (_, Some(_), None) => self.report("every", "is missing; expected the time from one burst to the next"),
            (_, None, Some(_)) => self.report("burst", "is missing; expected the number of spikes of a burst"),
            (_, Some(burst), Some(every)) => {
                let (from, rate, every) = (from?, rate?, every?);
                if burst as f64 / rate <= every * (1.0 + 1e-12) {
                    return Some(Course::Bursts { from, rate, burst, every });
                }
                let last = burst as f64 / rate;
                self.report("every", format!("found {every}, expected at least {last}: {burst} spikes take that long"))
            }
        }
    }

    fn rate(&mut self, rate: &Value) -> Option<f64> {
        match self.network.units().of(Dimension::FREQUENCY) {
            Ok(unit) => self.number("rate", rate, &unit, Range::Positive),
            Err(error) => self.report("rate", error.to_string()),
        }
    }
}
