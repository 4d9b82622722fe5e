//! What moves and what is given, beside processes and rules.

use super::assembly::Assembly;
use super::event::{flag, optional};
use super::formula::judge;
use super::{Kind, builder};
use crate::error::did_you_mean;
use crate::network::{EntityKind, Parameter, Species};
use crate::units::Dimension;

builder! {
    /// Says of a species, an input or a compartment, by its name, how its value comes about: by a formula at all times (`value`), or what
    /// that was some time ago (`delay`, of an input),
    /// by a rate of change beside processes (`rate`), by a formula at the start (`start`), by a formula that has to be zero
    /// (`zero`), or that nothing changes it (`constant`, of a species). Of a species its amount is meant.
    ///
    /// ```
    /// use homeostat::component::{Builder, Dynamics, Input};
    /// use homeostat::network::Network;
    /// use homeostat::simulation::{Run, Simulation};
    /// use homeostat::units::Value;
    /// let mut net = Network::new("growth");
    /// net.add(Input::new("x").value(Value::from(2.0)));
    /// net.add(Dynamics::new("x").set("rate", "0.5 * x"));
    /// let simulation = Simulation::new(&net)?;
    /// let run = Run { selection: simulation.select("x")?, ..Run::until(1.0) };
    /// let x = *simulation.run(&run)?.column("x").unwrap().last().unwrap();
    /// assert!((x - 2.0 * 0.5_f64.exp()).abs() < 1e-4);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    Dynamics "dynamics"
}

pub(super) const KIND: Kind = Kind {
    name: "dynamics",
    summary: "how a species, input or compartment of this name moves: value (and delay), rate, start or zero (formulas), constant",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let delay = optional(a, "delay");
    let formulas = ["value", "rate", "start", "zero"].map(|field| optional(a, field));
    let constant = flag(a, "constant", false);
    let Some((symbol, dimension)) = found(a) else { return };
    let ([Some(value), Some(rate), Some(start), Some(zero)], Some(constant)) = (formulas, constant) else { return };
    if [value, rate, start, zero].iter().all(Option::is_none) && !constant {
        return a
            .report("value", "is missing; expected value, rate, start or zero, a formula each, or constant = true");
    }
    let per_time = dimension.map(|dimension| dimension.div(a.net.units().time().dimension()));
    let fields =
        [("value", value, dimension), ("rate", rate, per_time), ("start", start, dimension), ("zero", zero, None)];
    for (field, formula, expected) in fields {
        if let Some(formula) = formula {
            judge(a, field, formula, expected);
        }
    }
    if constant && !matches!(a.net.entity(symbol).kind, EntityKind::Species { .. }) {
        return a.report("constant", "is said of species alone: nothing changes an input or a size unless it is said");
    }
    let Some(delay) = delay else { return };
    match (value, delay) {
        (Some(value), None) => a.net.assign(symbol, value),
        (Some(value), Some(by)) if matches!(a.net.entity(symbol).kind, EntityKind::Parameter { .. }) => {
            judge(a, "delay", by, Some(a.net.units().time().dimension()));
            a.net.delay(Parameter(symbol), value, by);
        }
        (_, Some(_)) => {
            return a.report("delay", "expected a value beside it, of an input: it is what that value was so long ago");
        }
        (None, None) => {}
    }
    rate.into_iter().for_each(|rate| a.net.change(symbol, rate));
    start.into_iter().for_each(|start| a.net.initially(symbol, start));
    zero.into_iter().for_each(|zero| a.net.equate(symbol, zero));
    if constant {
        a.net.keep(Species(symbol));
    }
}

/// What the part speaks of, and its kind where it is known.
fn found(a: &mut Assembly<'_>) -> Option<(crate::expr::Symbol, Option<Dimension>)> {
    let Some(symbol) = a.net.get(a.name()) else {
        let hint = did_you_mean(a.name(), a.net.entities().iter().map(|e| e.name.as_str()));
        let message =
            format!("there is nothing named {}{hint}; expected a species, an input or a compartment", a.name());
        a.report("value", message);
        return None;
    };
    let units = a.net.units();
    match &a.net.entity(symbol).kind {
        EntityKind::Species { .. } => Some((symbol, Some(units.amount().dimension()))),
        EntityKind::Compartment { .. } => Some((symbol, Some(units.volume().dimension()))),
        EntityKind::Parameter { value, .. } => {
            let dimension = value.unit.dimension();
            // a number without a unit may be anything
            Some((symbol, (dimension != Dimension::DIMENSIONLESS).then_some(dimension)))
        }
        other => {
            let message = format!("{} is a {}; expected a species, an input or a compartment", a.name(), other.name());
            a.report("value", message);
            None
        }
    }
}
