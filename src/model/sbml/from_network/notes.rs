//! Where things come from, as notes for people (XHTML).

use crate::expr::Symbol;
use crate::model::sbml::xml::escaped;
use crate::network::{EntityKind, Field, Initial, Network};
use crate::units::{Origin, Status, Value};

/// What is known of something: the part that made it, how its number was written, and where that is from.
pub(super) fn of(net: &Network, symbol: Symbol) -> Option<String> {
    let entity = net.entity(symbol);
    let mut said = Vec::new();
    match &entity.kind {
        EntityKind::Parameter { value, .. }
        | EntityKind::Compartment { volume: value, .. }
        | EntityKind::Species { initial: Initial::Concentration(value) | Initial::Amount(value), .. } => {
            said.extend(number(net, value));
        }
        EntityKind::Process { .. } | EntityKind::Event { .. } => said.extend(part(net, entity.part)),
        EntityKind::Rule { .. } => {}
    }
    paragraph(&said)
}

/// Sentences as one paragraph.
pub(in crate::model) fn paragraph(said: &[String]) -> Option<String> {
    let text = said.join(" ");
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    (!text.is_empty()).then(|| format!("<p xmlns=\"http://www.w3.org/1999/xhtml\">{}</p>", escaped(&text)))
}

fn part(net: &Network, part: Option<usize>) -> Option<String> {
    let part = net.parts().get(part?)?;
    let text = |field: &str| match part.fields.get(field) {
        Some(Field::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let law = text("law").map_or(String::new(), |law| format!(", law {law}"));
    let like = text("like").map_or(String::new(), |like| format!(", like {like}"));
    Some(format!("{} {}{law}{like}.", part.kind, part.name))
}

fn number(net: &Network, value: &Value) -> Vec<String> {
    let mut said = Vec::new();
    let own = net.units().of(value.unit.dimension()).ok();
    if own.is_some_and(|own| own.to_string() != value.unit.to_string()) {
        said.push(format!("Written as {value}."));
    }
    said.extend(origin(&value.origin));
    said.extend(value.spread.map(|spread| format!("Spread: {spread} (standard deviation of the natural logarithm).")));
    said
}

fn origin(origin: &Origin) -> Vec<String> {
    let status = origin.status.filter(|status| *status != Status::Implied).map(|status| status.to_string());
    let entries = [
        ("Source", origin.source.clone()),
        ("Status", status),
        ("Species", origin.species.clone()),
        ("Tissue", origin.tissue.clone()),
    ];
    entries.into_iter().filter_map(|(what, text)| Some(format!("{what}: {}.", text?))).collect()
}
