//! The model that an argument names.

use crate::fault::{self, Fault, Faults};
use homeostat::model::Model;
use homeostat::simulation::Simulation;
use homeostat::{Error, Problem, library};
use std::path::Path;

/// A model that was read, and what it is called in messages.
#[derive(Debug)]
pub struct Loaded {
    pub model: Model,
    label: String,
}

/// Whether an argument means a file rather than a name.
pub fn is_file(argument: &str) -> bool {
    argument.ends_with(".toml") || argument.ends_with(".json") || argument.contains(['/', std::path::MAIN_SEPARATOR])
}

/// A problem with the file and line it stands in.
pub fn line_of(file: &str, problem: &Problem) -> String {
    let mut problem = problem.clone();
    match problem.line.take() {
        Some(line) => format!("{file}:{line}: {problem}"),
        None => format!("{file}: {problem}"),
    }
}

impl Loaded {
    /// Reads the model; syntax errors end here.
    pub fn read(argument: &str) -> Result<Self, Fault> {
        let model = if is_file(argument) {
            let model = library::open(Path::new(argument));
            model.map_err(|error| Fault::from_error(error, &|p| syntax_line(argument, p)))
        } else {
            library::load(argument).map_err(|error| Fault::from_error(error, &|p| p.to_string()))
        };
        Ok(Loaded { model: model?, label: argument.to_string() })
    }

    /// A problem of the model as a line, with the line of the file.
    pub fn line(&self, problem: &Problem) -> String {
        let located = self.model.located(vec![problem.clone()]);
        line_of(&self.label, located.first().unwrap_or(problem))
    }

    /// An error about the model.
    pub fn fault(&self, error: Error) -> Fault {
        Fault::from_error(error, &|problem| self.line(problem))
    }

    /// Compiles the model once it is sound; every problem is told, warnings too.
    pub fn simulation(&self) -> Result<Simulation, Fault> {
        let network = self.model.network();
        let (errors, warnings): (Vec<_>, Vec<_>) = network.check().into_iter().partition(Problem::is_error);
        for warning in warnings {
            fault::say(&format!("warning: {}", self.line(&warning)));
        }
        let mut errors = self.model.located(errors);
        let known: Vec<_> = errors.iter().map(|p| p.message.clone()).collect();
        let end = self.model.end().err().map_or(Vec::new(), |e| e.problems().to_vec());
        errors.extend(self.model.located(end).into_iter().filter(|p| !known.contains(&p.message)));
        errors.sort_by_key(|problem| problem.line);
        if !errors.is_empty() {
            return Err(self.fault(Error::Input(errors)));
        }
        Simulation::new(&network).map_err(|error| self.fault(error))
    }

    /// As [`Loaded::simulation`], with changes such as `TH.Vmax=100`.
    pub fn simulation_with(&self, changes: &[String]) -> Result<(Simulation, Faults), Fault> {
        let (mut simulation, mut faults) = (self.simulation()?, Faults::default());
        for change in changes {
            faults.keep(set(&mut simulation, change));
        }
        Ok((simulation, faults))
    }
}

/// The name of a file, but not twice where the problem's place is the file itself.
fn syntax_line(file: &str, problem: &Problem) -> String {
    if problem.place == [file] { problem.to_string() } else { line_of(file, problem) }
}

fn set(simulation: &mut Simulation, change: &str) -> Result<(), Fault> {
    let Some((name, value)) = change.split_once('=') else {
        return Err(Fault::input(format!("--set {change}: expected NAME=VALUE")));
    };
    let outcome = simulation.set(name.trim(), value);
    outcome.map_err(|error| Fault::from_error(error, &|p| format!("--set {change}: {}", p.message)))
}
