//! Raw formulas, for what no part describes yet.

use super::assembly::Assembly;
use super::{Kind, Reacts, builder};
use crate::expr::{Graph, NodeId, parse};
use crate::network::{EntityKind, Network};
use crate::units::Unit;

builder! {
    /// A process whose rate (amount per time) is a formula: `[x]` is a concentration, `x` an amount or the
    /// value of anything else with a name.
    ///
    /// ```
    /// use homeostat::component::{Builder, RawProcess};
    /// let growth = RawProcess::new("growth").set("reaction", "-> x").set("rate", "k * x^2");
    /// assert_eq!(growth.part().kind, "process");
    /// ```
    RawProcess "process"
}

impl Reacts for RawProcess {}

builder! {
    /// A value that a formula gives at every time.
    ///
    /// ```
    /// use homeostat::component::{Builder, Formula};
    /// let total = Formula::new("total").set("value", "cda + vda + eda").set("unit", "umol");
    /// assert_eq!(total.part().kind, "rule");
    /// ```
    Formula "rule"
}

pub(super) const PROCESS: Kind = Kind {
    name: "process",
    summary: "a process by formula: reaction, rate (amount per time)",
    emit: |a| {
        let (reaction, rate) = (a.reaction(), formula(a, "rate"));
        if let (Some(reaction), Some(rate)) = (reaction, rate) {
            a.net.process(a.name(), reaction.changes(), rate);
        }
    },
};

pub(super) const RULE: Kind = Kind {
    name: "rule",
    summary: "a value by formula: value, unit",
    emit: |a| {
        let value = formula(a, "value");
        let unit = a.text("unit").map(Unit::parse).unwrap_or(Ok(Unit::ONE));
        match (value, unit) {
            (_, Err(error)) => a.report("unit", error.to_string()),
            (Some(value), Ok(unit)) => {
                a.net.rule(a.name(), value, unit);
            }
            (None, Ok(_)) => {}
        }
    },
};

/// Whether everything that a formula names exists already; a formula with a fault waits for nothing.
pub(super) fn is_ready(text: &str, net: &Network) -> bool {
    let mut known = true;
    let nothing = Graph::new();
    let parsed = parse(text, &nothing, &mut |name, _| {
        known &= net.get(name).is_some() || name == "time";
        Ok(nothing.constant(0.0))
    });
    known || parsed.is_err()
}

/// The formula in a field.
pub(super) fn formula(a: &mut Assembly<'_>, field: &'static str) -> Option<NodeId> {
    let text = a.required_text(field, "a formula such as \"Vmax * [x] / (Km + [x])\"")?;
    parsed(a, field, text)
}

/// A formula; what is wrong with it is reported for the field.
pub(super) fn parsed(a: &mut Assembly<'_>, field: &str, text: &str) -> Option<NodeId> {
    let net = &*a.net;
    let parsed = parse(text, net.graph(), &mut |name, in_brackets| {
        let Some(symbol) = net.get(name) else { return Err(net.unknown(name)) };
        match net.entity(symbol).kind {
            EntityKind::Species { .. } if in_brackets => Ok(net.concentration(crate::network::Species(symbol))),
            _ if in_brackets => Err(format!("{name} is no species: [{name}] would be its concentration")),
            _ => Ok(net.value(symbol)),
        }
    });
    match parsed.map(|expr| expr.id()) {
        Ok(id) => Some(id),
        Err(error) => {
            a.report(field, error.to_string());
            None
        }
    }
}
