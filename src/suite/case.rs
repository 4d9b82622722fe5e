//! One case: found, run, compared.

use super::table::{Settings, Table};
use crate::error::{Error, Problem};
use crate::model::Model;
use crate::model::sbml::Document;
use crate::network::Network;
use crate::simulation::{Run, Simulation, Trajectory};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// A case of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its number, such as `00001`.
    pub name: String,
    /// To which tier it belongs; `all` without an index.
    pub tier: String,
    /// The file of its model.
    pub model: PathBuf,
}

/// In which format a model is written and read before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// It is read from its own file alone.
    AsItIs,
    /// SBML.
    Sbml,
    /// A model file.
    Toml,
}

/// What became of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// All numbers are as expected.
    Passed,
    /// A number differs; the first in time, and of those the first column.
    Differs {
        /// The column.
        variable: String,
        /// The time.
        time: f64,
        /// What the suite says.
        expected: f64,
        /// What came out.
        found: f64,
    },
    /// The run did not get to its end, or the case itself cannot be read.
    Broken(String),
    /// The model is refused.
    Refused(String),
}

impl Verdict {
    /// 0 passed, 1 failed, 2 refused.
    pub(super) fn kind(&self) -> usize {
        match self {
            Verdict::Passed => 0,
            Verdict::Differs { .. } | Verdict::Broken(_) => 1,
            Verdict::Refused(_) => 2,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Passed => write!(f, "passed"),
            Verdict::Differs { variable, time, expected, found } => {
                write!(f, "failed: {variable} at {time}: expected {expected}, got {found}")
            }
            Verdict::Broken(message) => write!(f, "failed: {message}"),
            Verdict::Refused(message) => write!(f, "refused: {message}"),
        }
    }
}

impl Case {
    /// The cases of a tree, by name; only those of a tier if that is given.
    pub(super) fn find(tree: &Path, tier: Option<&str>) -> Result<Vec<Case>, Error> {
        let cases = if tree.join("cases").is_dir() { tree.join("cases") } else { tree.to_path_buf() };
        let index = [tree.join("index.csv"), cases.join("../index.csv")].into_iter().find(|path| path.is_file());
        let index = index.map_or(Ok(HashMap::new()), |path| index_of(&path))?;
        let entries = std::fs::read_dir(&cases).map_err(|e| Error::file(&cases, &e))?;
        let mut found = Vec::new();
        for entry in entries {
            let folder = entry.map_err(|e| Error::file(&cases, &e))?.path();
            let name = folder.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
            if !folder.join(format!("{name}-settings.txt")).is_file() {
                continue;
            }
            let (of_tier, file) = index.get(&name).cloned().unwrap_or_default();
            let of_tier = if of_tier.is_empty() { "all".to_string() } else { of_tier };
            if tier.is_none_or(|tier| tier == of_tier) {
                let model = if file.is_empty() { highest(&folder, &name)? } else { folder.join(file) };
                found.push(Case { name, tier: of_tier, model });
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        if found.is_empty() {
            let message = "no case of the suite is there: expected folders NNNNN with NNNNN-settings.txt";
            return Err(Problem::error([tree.display().to_string()], message).into());
        }
        Ok(found)
    }

    /// Runs the case and compares; if that is asked for, the model is written and read again before.
    pub(super) fn run(&self, format: Format) -> Verdict {
        let refused = |error: Error| Verdict::Refused(error.to_string());
        let network = Document::read(&self.model).and_then(|document| document.network());
        match network.and_then(|network| Simulation::new(&format.read_back(network)?)) {
            Ok(simulation) => self.compared(&simulation).unwrap_or_else(|error| Verdict::Broken(error.to_string())),
            Err(error) => refused(error),
        }
    }

    fn compared(&self, simulation: &Simulation) -> Result<Verdict, Error> {
        let beside = |what: &str| self.model.with_file_name(format!("{}-{what}", self.name));
        let settings = Settings::read(&beside("settings.txt"))?;
        let expected = Table::read(&beside("results.csv"))?;
        let concentrations = settings.names("concentration");
        let shown = |name: &String| if concentrations.contains(name) { format!("[{name}]") } else { name.clone() };
        let names = expected.names.get(1..).unwrap_or_default();
        let start = settings.number("start")?;
        let run = Run {
            start,
            steps: settings.number("steps")? as usize,
            selection: simulation.select(&names.iter().map(shown).collect::<Vec<_>>().join(","))?,
            ..Run::until(start + settings.number("duration")?)
        };
        let found = simulation.run(&run).map_err(|interrupted| interrupted.error)?;
        let (absolute, relative) = (settings.number("absolute")?, settings.number("relative")?);
        Ok(first_difference(&expected, &found, absolute, relative))
    }
}

impl Format {
    /// The network that is read back where one is written.
    fn read_back(self, network: Network) -> Result<Network, Error> {
        match self {
            Format::AsItIs => Ok(network),
            Format::Sbml => Document::from_xml(&Document::from_network(&network, &[])?.0.to_xml())?.network(),
            Format::Toml => Ok(Model::from_toml(&Model::from_network(&network)?.to_toml()?)?.network()),
        }
    }
}

/// The first number that is not as expected.
fn first_difference(expected: &Table, found: &Trajectory, absolute: f64, relative: f64) -> Verdict {
    if expected.rows.len() != found.rows.len() {
        let (expected, found) = (expected.rows.len(), found.rows.len());
        return Verdict::Broken(format!("{expected} rows are expected, {found} came out"));
    }
    for (wanted, (t, row)) in expected.rows.iter().zip(found.t.iter().zip(&found.rows)) {
        for ((variable, wanted), got) in expected.names.iter().zip(wanted).skip(1).zip(row) {
            let is_same = wanted == got || (wanted.is_nan() && got.is_nan());
            // what is no number is near to nothing
            let is_near = (got - wanted).abs() <= absolute + relative * wanted.abs();
            if !is_same && !is_near {
                let (expected, found) = (*wanted, *got);
                return Verdict::Differs { variable: variable.clone(), time: *t, expected, found };
            }
        }
    }
    Verdict::Passed
}

/// Tier and model file of each case.
fn index_of(path: &Path) -> Result<HashMap<String, (String, String)>, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::file(path, &e))?;
    let mut lines = text.lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let column = |name: &str| header.iter().position(|cell| *cell == name);
    let cell =
        |row: &[&str], column: Option<usize>| column.and_then(|c| row.get(c)).map_or(String::new(), |c| c.to_string());
    let (case, tier, model) = (column("case"), column("tier"), column("model"));
    Ok(lines.map(|row| (cell(&row, case), (cell(&row, tier), cell(&row, model)))).collect())
}

/// The model of the highest level and version: its name says them, such as `00001-sbml-l3v2.xml`.
fn highest(folder: &Path, name: &str) -> Result<PathBuf, Error> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::file(folder, &e))?;
    let prefix = format!("{name}-sbml-");
    let files = entries.filter_map(|entry| entry.ok()).map(|entry| entry.path());
    let is_model = |path: &PathBuf| {
        let file = path.file_name().map_or(String::new(), |f| f.to_string_lossy().into_owned());
        file.starts_with(&prefix) && file.ends_with(".xml")
    };
    let best = files.filter(is_model).max();
    best.ok_or_else(|| Problem::error([name], format!("no model: expected a file {prefix}l3v2.xml or such")).into())
}
