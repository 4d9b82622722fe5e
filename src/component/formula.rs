//! Formulas in fields of parts.

use super::assembly::Assembly;
use crate::expr::{Graph, NodeId, parse};
use crate::network::{EntityKind, Network};

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
