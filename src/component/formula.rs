//! Formulas in fields of parts.

use super::assembly::Assembly;
use crate::expr::{Clash, Graph, NodeId, Symbol, parse};
use crate::network::{EntityKind, Network, Range};
use crate::units::{Dimension, Unit};

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

/// Reports a formula whose parts cannot be added or compared, or that gives something else than is expected. Where nothing
/// with a unit of its own takes part, a formula is one of numbers, and nothing is judged.
pub(super) fn judge(a: &mut Assembly<'_>, field: &str, formula: NodeId, expected: Option<Dimension>) {
    let net = &*a.net;
    let message = match (net.formula(formula).dimension(&|symbol| dimension_of(net, symbol)), expected) {
        (Err(Clash(operands)), _) => {
            let told = quantities(net, &operands.map(|(node, _)| node));
            let [left, right] = operands
                .map(|(node, dimension)| format!("{} is {}", net.text_of(net.formula(node)), dimension.with_article()));
            told.map(|told| format!("{left}, but {right}: they cannot be added or compared; mend a unit ({told})"))
        }
        (Ok(Some(found)), Some(expected)) if found != expected => quantities(net, &[formula]).map(|told| {
            let (found, expected) = (found.with_article(), expected.with_examples());
            format!("the formula gives {found}; expected {expected}; mend a unit ({told}), or the formula")
        }),
        _ => None,
    };
    if let Some(message) = message {
        a.report(field, message);
    }
}

/// The dimension of what has a name; none of a number without a unit, which may stand for anything.
fn dimension_of(net: &Network, symbol: Symbol) -> Option<Dimension> {
    match &net.entity(symbol).kind {
        EntityKind::Species { .. } => Some(Dimension::AMOUNT),
        EntityKind::Compartment { .. } => Some(Dimension::VOLUME),
        EntityKind::Process { .. } => Some(Dimension::RATE),
        EntityKind::Parameter { range: Range::Fraction, .. } => Some(Dimension::DIMENSIONLESS),
        _ => unit_of(net, symbol).map(Unit::dimension),
    }
}

/// The unit that a parameter or a rule is written with.
fn unit_of(net: &Network, symbol: Symbol) -> Option<&Unit> {
    let unit = match &net.entity(symbol).kind {
        EntityKind::Parameter { value, .. } => &value.unit,
        EntityKind::Rule { unit, .. } => unit,
        _ => return None,
    };
    (*unit != Unit::ONE).then_some(unit)
}

/// What stands in formulas with a unit of its own, as text; none where nothing does.
fn quantities(net: &Network, formulas: &[NodeId]) -> Option<String> {
    let arena = net.graph().arena();
    let mut symbols: Vec<Symbol> = formulas.iter().flat_map(|formula| arena.symbols(*formula)).collect();
    drop(arena);
    symbols.sort_unstable();
    symbols.dedup();
    let with_unit = symbols.iter().filter_map(|symbol| Some((net.name_of(*symbol), unit_of(net, *symbol)?)));
    let told: Vec<String> = with_unit.map(|(name, unit)| format!("{name} is in {unit}")).collect();
    (!told.is_empty()).then(|| told.join(", "))
}
