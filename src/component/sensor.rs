//! Readings that lag behind a level.

use super::level::Level;
use super::{Builder, Kind, builder};
use crate::network::{Range, Species};
use crate::units::{Dimension, Time};

builder! {
    /// A low-passed reading x of a level X: dx/dt = (X - x) / tau. Receptors do not follow every spike; a regulator that
    /// reads `shows` in the place of `reads` sees what they see.
    ///
    /// ```
    /// use homeostat::component::{Builder, Sensor};
    /// use homeostat::units::Time;
    /// let reading = Sensor::new("D2").set("reads", "eda").set("shows", "eda_seen").tau(Time::s(10.0));
    /// assert_eq!(reading.part().kind, "sensor");
    /// ```
    Sensor "sensor"
}

impl Sensor {
    /// The species whose concentration is read.
    pub fn reads(self, level: Species) -> Self {
        self.set("reads", level)
    }

    /// The species whose concentration is the reading.
    pub fn shows(self, reading: Species) -> Self {
        self.set("shows", reading)
    }

    /// The time constant.
    pub fn tau(self, tau: Time) -> Self {
        self.set("tau", crate::units::Value::from(tau))
    }
}

pub(super) const KIND: Kind = Kind {
    name: "sensor",
    summary: "a low-passed reading of a level: reads, shows (a species), tau",
    emit: |a| {
        let level = a.level("reads", None);
        let reading = a.species("shows");
        let tau = a.number("tau", &format!("{}.tau", a.name()), Dimension::TIME, Range::Positive);
        let (Some(level), Some(reading), Some(tau)) = (level, reading, tau) else { return };
        if matches!(level, Level::Species(read) if read == reading) {
            return a.report("shows", "is what it reads; expected another species, for the reading");
        }
        let Some(place) = a.compartment_of(reading) else { return };
        let net = &*a.net;
        let lag = (level.value(net) - net.concentration(reading)) / net.value(tau);
        let rate = (lag * net.value(place)).id();
        a.net.process(a.name(), [(reading, 1.0)], rate);
    },
};
