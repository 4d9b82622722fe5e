//! Models as files: parts with values, units and sources, in TOML or JSON.
//!
//! ```
//! use homeostat::model::Model;
//! let text = r#"
//!     [model]
//!     name = "decay"
//!     [compartment.cell]
//!     volume = "1 L"
//!     [species.a]
//!     compartment = "cell"
//!     concentration = "10 uM"
//!     [clearance.loss]
//!     reaction = "a ->"
//!     k = { value = 0.5, unit = "1/h", source = "assumed" }
//! "#;
//! let model = Model::from_toml(text)?;
//! assert_eq!(Model::from_json(&model.to_json()?)?, model); // nothing is lost
//! assert!(model.network().checked().is_ok());
//! # Ok::<(), homeostat::Error>(())
//! ```

mod base;
mod from_network;
mod origin;
mod read;
pub mod sbml;
mod schedule;
mod to_sbml;

pub use schedule::ScheduleFile;

use crate::component;
use crate::error::{Error, Problem};
use crate::network::{Compartment, Field, Initial, ModelUnits, Network, Part, Range, Schedule};
use crate::units::{Amount, Concentration, Dimension, Origin, Value, Volume};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A model file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value")]
#[non_exhaustive]
pub struct Model {
    /// Name, paper, units.
    pub model: Header,
    /// Compartments by name.
    pub compartment: IndexMap<String, CompartmentEntry>,
    /// Species by name.
    pub species: IndexMap<String, SpeciesEntry>,
    /// Parts by kind and name.
    #[serde(flatten)]
    pub parts: IndexMap<String, IndexMap<String, IndexMap<String, Field>>>,
    /// Schedules by name.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub schedule: IndexMap<String, Schedule>,
    /// What was wrong in the file, and where.
    #[serde(skip)]
    problems: Vec<Problem>,
    /// The text of a TOML file, in which lines are looked up.
    #[serde(skip)]
    text: Source,
}

/// The text behind a model: it says where things stand, not what they are, so that it does not count when
/// models are compared.
#[derive(Clone, Debug, Default)]
struct Source(String);

impl PartialEq for Source {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What a model is and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The name.
    pub name: String,
    /// What it describes, in a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The paper.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub paper: String,
    /// Its DOI.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doi: String,
    /// Where the numbers of the file come from, as far as they do not say so themselves. Reading puts it to them, so that
    /// it does not outlast it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Origin>,
    /// The unit of time.
    #[serde(default = "hour")]
    pub time_unit: String,
    /// The unit of amounts.
    #[serde(default = "micromole")]
    pub amount_unit: String,
    /// The unit of volumes.
    #[serde(default = "litre")]
    pub volume_unit: String,
    /// What an amount over a volume is called.
    #[serde(default = "micromolar")]
    pub concentration_unit: String,
    /// The end of a run where none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Value>,
    /// The model that this one stands on: whatever this file does not give is taken over from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// What is not taken over: parts and species such as `release.release`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

fn hour() -> String {
    "h".to_string()
}
fn micromole() -> String {
    "umol".to_string()
}
fn litre() -> String {
    "L".to_string()
}
fn micromolar() -> String {
    "uM".to_string()
}

impl Default for Header {
    fn default() -> Self {
        Header {
            name: String::new(),
            title: String::new(),
            paper: String::new(),
            doi: String::new(),
            from: None,
            time_unit: hour(),
            amount_unit: micromole(),
            volume_unit: litre(),
            concentration_unit: micromolar(),
            end: None,
            base: None,
            remove: Vec::new(),
        }
    }
}

/// A compartment in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompartmentEntry {
    /// Its size.
    pub volume: Value,
    /// `unchecked` where it may be any number, or none: else a size is positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Unchecked>,
}

/// A species in a file: with an initial concentration or an initial amount.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeciesEntry {
    /// Where it is.
    pub compartment: String,
    /// Its concentration at time 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concentration: Option<Value>,
    /// Its amount at time 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Value>,
    /// `unchecked` where it may be any number, or none: else it is not negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Unchecked>,
}

/// A number that may be any, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unchecked {
    /// The one choice.
    Unchecked,
}

impl Model {
    /// Reads TOML. What is wrong with single entries is kept and told by [`Model::network`]'s check, with
    /// its line.
    ///
    /// # Errors
    /// A syntax error, with its line.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let value = read::toml_value(text)?;
        Ok(Model { text: Source(text.to_string()), ..read::model(value) })
    }

    /// Reads JSON of the same structure.
    ///
    /// # Errors
    /// A syntax error, with its line.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value = serde_json::from_str(text).map_err(|e| read::syntax(Some(e.line()), &e.to_string()))?;
        Ok(read::model(value))
    }

    /// Reads a file by its ending, `.toml` or `.json`.
    ///
    /// # Errors
    /// Where the file cannot be read, ends otherwise, or has a syntax error.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if !matches!(ending, "toml" | "json") {
            let message =
                format!("found the ending {ending:?}, expected a model file .toml or .json, or SBML as .xml or .sbml");
            return Err(Problem::error([path.display().to_string()], message).into());
        }
        let text = std::fs::read_to_string(path).map_err(|e| Error::file(path, &e))?;
        if ending == "toml" { Model::from_toml(&text) } else { Model::from_json(&text) }
    }

    /// Writes TOML.
    ///
    /// # Errors
    /// Where a number has no place in TOML.
    pub fn to_toml(&self) -> Result<String, Error> {
        toml::to_string(self).map_err(|e| Problem::error(["model"], e.to_string()).into())
    }

    /// Writes JSON.
    ///
    /// # Errors
    /// Where a number has no place in JSON (NaN, infinity).
    pub fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string_pretty(self).map_err(|e| Problem::error(["model"], e.to_string()).into())
    }

    /// The network that the model describes. What is wrong is told when it is checked or compiled.
    pub fn network(&self) -> Network {
        let h = &self.model;
        let units = ModelUnits::new(&h.time_unit, &h.amount_unit, &h.volume_unit, &h.concentration_unit);
        let mut net = Network::with_units(&h.name, units.clone().unwrap_or_default());
        let unresolved = h.base.as_ref().map(|base| {
            let message = format!("the base {base} has not been put in: use library::open, or Model::over");
            Problem::error(["model", "base"], message)
        });
        for problem in self.problems.iter().cloned().chain(units.err()).chain(unresolved) {
            net.report(problem);
        }
        for (name, entry) in &self.compartment {
            // of other kinds of units, and of other ranges, the check of the network tells what is wrong
            if entry.range.is_some() || net.units().volume().dimension() != Dimension::VOLUME {
                let range = if entry.range.is_some() { Range::Any } else { Range::Positive };
                net.compartment_within(name, entry.volume.clone(), range);
                continue;
            }
            match Volume::try_from(entry.volume.clone()) {
                Ok(volume) => {
                    net.compartment(name, volume);
                }
                Err(e) => {
                    net.report(Problem::error(["compartment", name, "volume"], e.to_string()));
                    net.compartment(name, Volume::l(1.0)); // stands in, so that nothing else is said of it
                }
            }
        }
        for (name, entry) in &self.species {
            self.add_species(&mut net, name, entry);
        }
        let parts = component::ALL.iter().flat_map(|kind| {
            let parts = self.parts.get(kind.name).into_iter().flatten();
            parts.map(|(name, fields)| Part { kind: kind.name.to_string(), name: name.clone(), fields: fields.clone() })
        });
        net.add_all(parts);
        if self.parts.is_empty() {
            let message = "the network is empty: no process changes anything; add a part";
            net.report(Problem::error(["model"], message));
        }
        for (name, schedule) in &self.schedule {
            net.schedule(Schedule { name: name.clone(), ..schedule.clone() });
        }
        net
    }

    /// Adds a species. Where something about it is wrong, that is told, and a stand-in keeps what names the
    /// species from being told too.
    fn add_species(&self, net: &mut Network, name: &str, entry: &SpeciesEntry) {
        let units = net.units().clone();
        let range = if entry.range.is_some() { Range::Any } else { Range::NonNegative };
        let mut fault = |field: &str, message: String| net.report(Problem::error(["species", name, field], message));
        let is_usual = entry.range.is_none() && units.concentration().dimension() == Dimension::CONCENTRATION;
        let initial = match (&entry.concentration, &entry.amount) {
            (Some(c), None) if !is_usual => Ok(Initial::Concentration(c.clone())),
            (None, Some(a)) if !is_usual => Ok(Initial::Amount(a.clone())),
            (Some(c), None) => Concentration::try_from(c.clone()).map(Initial::from).map_err(|e| ("concentration", e)),
            (None, Some(a)) => Amount::try_from(a.clone()).map(Initial::from).map_err(|e| ("amount", e)),
            (given, _) => {
                let message = match given {
                    Some(_) => "both a concentration and an amount are given; keep one",
                    None => "is missing; expected a concentration or an amount at time 0",
                };
                fault("concentration", message.to_string());
                Ok(Concentration::um(0.0).into())
            }
        };
        let initial = initial.unwrap_or_else(|(field, error)| {
            fault(field, error.to_string());
            Concentration::um(0.0).into()
        });
        if !self.compartment.contains_key(&entry.compartment) {
            let hint = crate::error::did_you_mean(&entry.compartment, self.compartment.keys().map(String::as_str));
            fault("compartment", format!("there is no compartment {}{hint}", entry.compartment));
        }
        let named = net.get(&entry.compartment).or_else(|| net.get(self.compartment.keys().next()?));
        if let Some(home) = named {
            net.species_within(name, Compartment(home), initial, range);
        }
    }

    /// The end of a run in the model's unit of time, where the file gives one.
    ///
    /// # Errors
    /// Where it is no time.
    pub fn end(&self) -> Result<Option<f64>, Error> {
        let net = Network::with_units("", self.units()?);
        let time = |end| net.number_in(end, net.units().time(), Range::NonNegative);
        let end = self.model.end.as_ref().map(time);
        end.transpose().map_err(|message| Problem::error(["model", "end"], message).into())
    }

    fn units(&self) -> Result<ModelUnits, Error> {
        let h = &self.model;
        Ok(ModelUnits::new(&h.time_unit, &h.amount_unit, &h.volume_unit, &h.concentration_unit)?)
    }

    /// Puts the lines of the file to problems that name a place in it.
    pub fn locate(&self, error: Error) -> Error {
        match error {
            Error::Input(problems) => Error::Input(self.located(problems)),
            other => other,
        }
    }

    /// As [`Model::locate`], for a list of problems.
    pub fn located(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        let places: Vec<&[String]> = problems.iter().map(|p| &p.place[..]).collect();
        let lines = read::lines(&self.text.0, &places);
        for (problem, line) in problems.iter_mut().zip(lines) {
            problem.line = problem.line.or(line);
        }
        problems
    }
}

impl TryFrom<toml::Value> for Model {
    type Error = Error;
    fn try_from(value: toml::Value) -> Result<Self, Error> {
        let model = read::model(value);
        if model.problems.is_empty() { Ok(model) } else { Err(Error::Input(model.problems)) }
    }
}
