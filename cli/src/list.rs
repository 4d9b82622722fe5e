//! `homeostat list`.

use crate::arguments::ListArguments;
use crate::fault::{self, Fault};
use crate::model::Loaded;
use crate::sources::{line, number};
use homeostat::catalogue;
use homeostat::library;
use homeostat::network::Network;

pub fn list(arguments: &ListArguments) -> Result<(), Fault> {
    if arguments.parts {
        return fault::print(&parts()?);
    }
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
        text += &line([name, number(value), value.unit.to_string(), source]);
    }
    text
}
