//! The model that an argument names.

use crate::fault::{self, Fault, Faults};
use homeostat::model::Model;
use homeostat::model::sbml::Document;
use homeostat::simulation::Simulation;
use homeostat::{Error, Problem, library};
use std::path::Path;

/// A model that was read, and what it is called in messages.
#[derive(Debug)]
pub struct Loaded {
    pub source: Source,
    label: String,
}

/// What it was read as.
#[derive(Debug)]
pub enum Source {
    Parts(Box<Model>),
    Sbml(Box<Document>),
}

/// Whether an argument means a file rather than a name.
pub fn is_file(argument: &str) -> bool {
    [".toml", ".json", ".xml", ".sbml"].iter().any(|ending| argument.ends_with(ending))
        || argument.contains(['/', std::path::MAIN_SEPARATOR])
        || Path::new(argument).is_file()
}

/// Whether a file is SBML.
fn is_sbml(argument: &str) -> bool {
    argument.ends_with(".xml") || argument.ends_with(".sbml")
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
        let of_file = |error| Fault::from_error(error, &|p| syntax_line(argument, p));
        let source = if is_sbml(argument) {
            Source::Sbml(Box::new(Document::read(argument).map_err(of_file)?))
        } else if is_file(argument) {
            Source::Parts(Box::new(library::open(Path::new(argument)).map_err(of_file)?))
        } else {
            let model = library::load(argument).map_err(|error| Fault::from_error(error, &|p| p.to_string()));
            Source::Parts(Box::new(model?))
        };
        Ok(Loaded { source, label: argument.to_string() })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match &self.source {
            Source::Parts(model) => &model.model.name,
            Source::Sbml(document) => document.model.base.id(),
        }
    }

    /// What stands above a picture: its title, else its name.
    pub fn title(&self) -> &str {
        let title = match &self.source {
            Source::Parts(model) => &model.model.title,
            Source::Sbml(document) => document.model.base.name.as_deref().unwrap_or_default(),
        };
        if title.is_empty() { self.name() } else { title }
    }

    /// The end of a run in the model's unit of time, where it gives one.
    pub fn end(&self) -> Result<Option<f64>, Error> {
        match &self.source {
            Source::Parts(model) => model.end(),
            Source::Sbml(_) => Ok(None),
        }
    }

    /// Problems with their lines.
    fn located(&self, problems: Vec<Problem>) -> Vec<Problem> {
        match &self.source {
            Source::Parts(model) => model.located(problems),
            Source::Sbml(document) => problems.into_iter().map(|problem| sbml_line(document, problem)).collect(),
        }
    }

    /// A problem of the model as a line, with the line of the file.
    pub fn line(&self, problem: &Problem) -> String {
        let located = self.located(vec![problem.clone()]);
        line_of(&self.label, located.first().unwrap_or(problem))
    }

    /// An error about the model.
    pub fn fault(&self, error: Error) -> Fault {
        Fault::from_error(error, &|problem| self.line(problem))
    }

    /// Compiles the model once it is sound; every problem is told, warnings too.
    pub fn simulation(&self) -> Result<Simulation, Fault> {
        let (network, mut warnings) = match &self.source {
            Source::Parts(model) => (model.network(), Vec::new()),
            Source::Sbml(document) => {
                (document.network().map_err(|error| self.fault(error))?, document.origin.warnings.clone())
            }
        };
        let (errors, more): (Vec<_>, Vec<_>) = network.check().into_iter().partition(Problem::is_error);
        warnings.extend(more);
        for warning in fault::folded(&warnings) {
            fault::say(&format!("warning: {}", self.line(&warning)));
        }
        let mut errors = self.located(errors);
        let known: Vec<_> = errors.iter().map(|p| p.message.clone()).collect();
        let end = self.end().err().map_or(Vec::new(), |e| e.problems().to_vec());
        errors.extend(self.located(end).into_iter().filter(|p| !known.contains(&p.message)));
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

/// A problem of a network with the line of the element that it was made of.
fn sbml_line(document: &Document, mut problem: Problem) -> Problem {
    let model = &document.model;
    let bases = (model.species.iter().map(|x| &x.base))
        .chain(model.reactions.iter().map(|x| &x.base))
        .chain(model.parameters.iter().map(|x| &x.base))
        .chain(model.compartments.iter().map(|x| &x.base));
    let [_, id, ..] = &problem.place[..] else { return problem };
    let found = { bases }.find(|base| base.id() == id).map(|base| base.at.line as usize);
    problem.line = problem.line.or(found.filter(|line| *line > 0));
    problem
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
