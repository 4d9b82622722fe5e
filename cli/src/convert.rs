//! `homeostat convert`.

use crate::arguments::ConvertArguments;
use crate::fault::{self, Fault};
use crate::model::{Loaded, Source};
use crate::output;
use crate::request::add_schedule;
use homeostat::model::Model;
use homeostat::model::sbml::Document;
use homeostat::{Error, Problem};
use std::path::Path;

pub fn convert(arguments: &ConvertArguments) -> Result<(), Fault> {
    let path = &arguments.to;
    output::check_ending("OUT", Some(path), &["toml", "json", "xml", "sbml"])?;
    let is_sbml = path.extension().is_some_and(|ending| ending == "xml" || ending == "sbml");
    if !is_sbml && !arguments.schedules.is_empty() {
        return Err(Fault::input("--schedule: a file of parts keeps all schedules; only SBML needs one chosen"));
    }
    let loaded = Loaded::read(&arguments.model)?;
    let (text, warnings) = if is_sbml { sbml(arguments, &loaded)? } else { (parts(&loaded, path)?, Vec::new()) };
    for warning in warnings {
        fault::say(&format!("warning: {}", loaded.line(&warning)));
    }
    std::fs::write(path, text).or_else(|error| Fault::writing(&path.display().to_string(), &error))
}

/// SBML, with what could not be carried over.
fn sbml(arguments: &ConvertArguments, loaded: &Loaded) -> Result<(String, Vec<Problem>), Fault> {
    // what is wrong with the model is told as for a run
    let mut simulation = loaded.simulation()?;
    for name in &arguments.schedules {
        add_schedule(&mut simulation, name, loaded)?;
    }
    let (document, mut warnings) = match &loaded.source {
        Source::Parts(model) => model.to_sbml(&simulation.occasions()),
        // all that the document says stays, notes and names among it
        Source::Sbml(document) if arguments.schedules.is_empty() => return Ok((document.to_xml(), Vec::new())),
        Source::Sbml(_) => Document::from_network(simulation.network(), &simulation.occasions()),
    }
    .map_err(|error| loaded.fault(error))?;
    for schedule in simulation.network().schedules().iter().filter(|s| !arguments.schedules.contains(&s.name)) {
        let message =
            format!("is not written; SBML holds one course of events: choose it by --schedule {}", schedule.name);
        warnings.push(Problem::warning(["schedule", &schedule.name], message));
    }
    Ok((document.to_xml(), warnings))
}

/// TOML or JSON.
fn parts(loaded: &Loaded, path: &Path) -> Result<String, Fault> {
    let written = |model: &Model| {
        if path.extension().is_some_and(|ending| ending == "json") { model.to_json() } else { model.to_toml() }
    };
    let text = match &loaded.source {
        Source::Parts(model) => written(model),
        Source::Sbml(document) => {
            document.network().and_then(|network| Model::from_network(&network)).and_then(|model| written(&model))
        }
    };
    text.map_err(|error: Error| loaded.fault(error))
}
