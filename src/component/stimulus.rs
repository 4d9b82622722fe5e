//! Stimulation that rises, holds and fades.

use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::network::{Parameter, Range};
use crate::units::{Dimension, Time, Unit, Value};

builder! {
    /// A number that a stimulus raises above its rest and that then fades: with u = 1 - exp(-rate (t - on)) from `on` to
    /// `off`, u = exp(-rate (t - off)) after it and u = 0 before, the rule NAME is `rest + amplitude u`. Where the
    /// stimulus is too short to reach its plateau, u jumps to 1 at `off`. Regulators with the law `drive` read it.
    /// Best et al. 2020, BMC Neurosci. 21:40 (stimulation of serotonin neurons).
    ///
    /// ```
    /// use homeostat::component::{Builder, Stimulus};
    /// use homeostat::units::Time;
    /// let fire = Stimulus::new("fire").between(Time::s(5.0), Time::s(7.0)).set("rest", 1.0)
    ///     .set("amplitude", 8.0).set("rate", "2 1/s");
    /// assert_eq!(fire.part().kind, "stimulus");
    /// ```
    Stimulus "stimulus"
}

impl Stimulus {
    /// When it is on.
    pub fn between(self, on: Time, off: Time) -> Self {
        self.set("on", Value::from(on)).set("off", Value::from(off))
    }
}

pub(super) const KIND: Kind = Kind {
    name: "stimulus",
    summary: "a number that rises from rest while a stimulus is on and fades after it: rest, amplitude, rate, on, off",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let fields = [
        ("rest", Dimension::DIMENSIONLESS),
        ("amplitude", Dimension::DIMENSIONLESS),
        ("rate", Dimension::FREQUENCY),
        ("on", Dimension::TIME),
        ("off", Dimension::TIME),
    ];
    let numbers = fields.map(|(field, dimension)| {
        let entity = format!("{}.{field}", a.name());
        a.number(field, &entity, dimension, Range::NonNegative)
    });
    let [Some(rest), Some(amplitude), Some(rate), Some(on), Some(off)] = numbers else { return };
    if !a.ordered([("on", on), ("off", off)]) {
        return;
    }
    let net = &*a.net;
    let value = |parameter: Parameter| net.value(parameter);
    let (time, one) = (net.time(), net.number(1.0));
    let fading = |since: Parameter| (-(value(rate) * (time - value(since)))).exp();
    let during = time.less(value(on)).select(0.0, one - fading(on));
    let part = time.less(value(off)).select(during, fading(off));
    let number = (value(rest) + value(amplitude) * part).id();
    a.net.rule(a.name(), number, Unit::ONE);
}
