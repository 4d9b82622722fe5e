//! `homeostat list`.

use crate::arguments::ListArguments;
use crate::fault::{self, Fault};
use crate::model::Loaded;
use crate::sources::line;
use homeostat::catalogue;
use homeostat::component;
use homeostat::library;
use homeostat::network::{EntityKind, Network};
use homeostat::simulation::{Simulation, number_text};

pub fn list(arguments: &ListArguments) -> Result<(), Fault> {
    if arguments.parts {
        return fault::print(&parts()?);
    }
    if arguments.kinds {
        let kinds = component::ALL.iter().map(|kind| line([kind.name, kind.summary].map(String::from)));
        return fault::print(&kinds.collect::<String>());
    }
    if let Some(kind) = &arguments.fields {
        return fault::print(&fields(kind, arguments.law.as_deref()).map_err(Fault::input)?);
    }
    if let Some(model) = &arguments.names {
        return fault::print(&names(&Loaded::read(model)?.simulation()?));
    }
    match &arguments.parameters {
        Some(model) => {
            let loaded = Loaded::read(model)?;
            fault::print(&parameters(loaded.simulation()?.network()))
        }
        None => fault::print(&models()?),
    }
}

/// A line for each field of a kind.
fn fields(kind: &str, law: Option<&str>) -> Result<String, String> {
    let fields = component::named(kind)?.fields(law)?;
    let text = fields.into_iter().map(|field| {
        let without = match (field.is_required, field.usual) {
            (true, _) => "required".to_string(),
            (false, Some(usual)) => usual,
            (false, None) => "-".to_string(),
        };
        line([field.name.to_string(), without, field.expected])
    });
    Ok(text.collect())
}

/// A line for each name, by kind.
fn names(simulation: &Simulation) -> String {
    let network = simulation.network();
    let mut lines: Vec<[String; 4]> = Vec::new();
    let columns = simulation.select("*").unwrap_or_default();
    for column in columns {
        let bare = column.text.trim_matches(['[', ']']);
        let Some(symbol) = network.get(bare) else { continue };
        let kind = &network.entity(symbol).kind;
        let is_set =
            !matches!(kind, EntityKind::Process { .. } | EntityKind::Rule { .. }) && network.assigned(symbol).is_none();
        let accepted = if is_set { "--select, --set" } else { "--select" };
        lines.push([kind.name().to_string(), column.text, column.unit, accepted.to_string()]);
    }
    let schedules = network.schedules().iter();
    lines.extend(schedules.map(|s| ["schedule", &s.name, "", "--schedule"].map(String::from)));
    let mut kinds: Vec<String> = Vec::new();
    for [kind, ..] in &lines {
        if !kinds.contains(kind) {
            kinds.push(kind.clone());
        }
    }
    lines.sort_by_key(|[kind, ..]| kinds.iter().position(|known| known == kind));
    lines.into_iter().map(line).collect()
}

/// A line for each built-in model.
fn models() -> Result<String, Fault> {
    let mut text = String::new();
    for entry in library::ALL {
        let header = library::load(entry.name).map_err(|error| Fault::from_error(error, &|p| p.to_string()))?.model;
        text += &line([header.name, header.title, header.paper, header.doi]);
    }
    Ok(text)
}

/// A line for each named part.
fn parts() -> Result<String, Fault> {
    let all = catalogue::all().map_err(Fault::input)?;
    Ok(all.iter().map(|named| line([named.kind.clone(), named.name.clone(), named.about.clone()])).collect())
}

/// A line for everything that `--set` changes.
fn parameters(network: &Network) -> String {
    let mut text = String::new();
    for (name, value) in network.numbers() {
        let source = value.origin.source.clone().unwrap_or_default();
        text += &line([name, number_text(value.value), value.unit.to_string(), source]);
    }
    text
}
