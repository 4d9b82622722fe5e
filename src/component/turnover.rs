//! Proteins that are made and broken down.

use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::network::{EntityKind, Initial, Modifier, Parameter, Range};
use crate::units::{Dimension, Frequency, Time, Unit, Value};

builder! {
    /// The active amount of an enzyme or transporter as a state: `d[E]/dt = k_deg (expression E0 - [E])`. The part's own name is
    /// the species E; what it acts on is multiplied by `[E]/E0`, so that its Vmax stays what it is while nothing happens to
    /// the protein. What takes E away ([`Inactivation`](crate::component::Inactivation),
    /// [`Binding`](crate::component::Binding)) is made good as slowly as the protein turns over. `NAME.active` is `[E]/E0`.
    ///
    /// ```
    /// use homeostat::component::{Builder, Turnover};
    /// use homeostat::units::Time;
    /// let protein = Turnover::new("MAO_B_protein").target("MAO_B.Vmax").within("cytosol").half_life(Time::d(40.0));
    /// assert_eq!(protein.part().kind, "turnover");
    /// ```
    Turnover "turnover"
}

impl Turnover {
    /// The process, or the parameter (a Vmax), that is in proportion to the protein; or several, with commas between.
    pub fn target(self, name: &str) -> Self {
        self.set("target", name)
    }

    /// The compartment.
    pub fn within(self, compartment: &str) -> Self {
        self.set("compartment", compartment)
    }

    /// The time in which half of it is broken down.
    pub fn half_life(self, half_life: Time) -> Self {
        self.set("half_life", Value::from(half_life))
    }

    /// The part broken down per time.
    pub fn degradation(self, k_deg: Frequency) -> Self {
        self.set("k_deg", k_deg)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "turnover",
    summary: "a protein made and broken down: target, compartment, half_life or k_deg, E0, expression",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let name = a.name();
    let targets = super::regulator::targets(a);
    let place = a.required_text("compartment", "the name of a compartment");
    let place = place.and_then(|name| a.compartment_named(name));
    let given = a.either(["half_life", "k_deg"]);
    let is_half_life = given == Some("half_life");
    let (dimension, range) =
        if is_half_life { (Dimension::TIME, Range::Positive) } else { (Dimension::FREQUENCY, Range::NonNegative) };
    let speed = given.and_then(|field| a.number(field, &format!("{name}.{field}"), dimension, range));
    let total = total(a);
    let expression = a.neutral("expression", &format!("{name}.expression"), Range::NonNegative);
    let (Some(targets), Some(place), Some(speed), Some(total), Some(expression)) =
        (targets, place, speed, total, expression)
    else {
        return;
    };
    let EntityKind::Parameter { value: initial, .. } = a.net.entity(total).kind.clone() else { return };
    let protein = a.net.species(name, place, Initial::Concentration(initial));
    let net = &*a.net;
    let k = if is_half_life { std::f64::consts::LN_2 / net.value(speed) } else { net.value(speed) };
    let made = (net.value(expression) * k * net.value(total) * net.value(place)).id();
    let lost = (k * net.value(protein)).id();
    let active = (net.concentration(protein) / net.value(total)).id();
    a.net.process(&format!("{name}.synthesis"), [(protein, 1.0)], made);
    a.net.process(&format!("{name}.degradation"), [(protein, -1.0)], lost);
    for target in targets {
        a.net.modify(target, Modifier::Factor(active));
    }
    a.net.rule(&format!("{name}.active"), active, Unit::ONE);
}

/// The usual amount of the protein: where it is not given, 1 in the model's unit, which then stands for all there is.
fn total(a: &mut Assembly<'_>) -> Option<Parameter> {
    let name = format!("{}.E0", a.name());
    if a.has("E0") {
        return a.number("E0", &name, Dimension::CONCENTRATION, Range::Positive);
    }
    a.know("E0");
    let one = Value::new(1.0, a.net.units().concentration().clone());
    let one = one.cited("stands for all there is").implied();
    Some(a.net.parameter_within(&name, one, Range::Positive))
}
