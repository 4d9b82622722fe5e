//! `homeostat list`.

use crate::arguments::ListArguments;
use crate::fault::{self, Fault};
use crate::model::Loaded;
use homeostat::library;
use homeostat::network::{EntityKind, Initial, Network};
use homeostat::units::Value;

pub fn list(arguments: &ListArguments) -> Result<(), Fault> {
    match &arguments.parameters {
        Some(model) => {
            let loaded = Loaded::read(model)?;
            fault::print(&parameters(loaded.simulation()?.network()))
        }
        None => fault::print(&models()?),
    }
}

/// A line for each built-in model.
fn models() -> Result<String, Fault> {
    let mut text = String::new();
    for entry in library::ALL {
        let header = Loaded::read(entry.name)?.model.model;
        text += &line(&[&header.name, &header.title, &header.paper, &header.doi]);
    }
    Ok(text)
}

/// A line for everything that `--set` changes.
fn parameters(network: &Network) -> String {
    let mut text = String::new();
    for entity in network.entities() {
        let (name, value) = match &entity.kind {
            EntityKind::Compartment { volume: value } | EntityKind::Parameter { value, .. } => {
                (entity.name.clone(), value)
            }
            EntityKind::Species { initial: Initial::Amount(value), .. } => (entity.name.clone(), value),
            EntityKind::Species { initial: Initial::Concentration(value), .. } => (format!("[{}]", entity.name), value),
            _ => continue,
        };
        let source = value.source.as_deref().unwrap_or_default();
        text += &line(&[&name, &number(value), &value.unit.to_string(), source]);
    }
    text
}

/// The shortest text that reads back as the same number.
fn number(value: &Value) -> String {
    let x = value.value;
    if x == 0.0 || (1e-5..1e17).contains(&x.abs()) { x.to_string() } else { format!("{x:e}") }
}

/// Fields separated by tabs.
fn line(fields: &[&str]) -> String {
    let fields: Vec<String> = fields.iter().map(|f| f.replace(['\t', '\n', '\r'], " ")).collect();
    fields.join("\t") + "\n"
}
