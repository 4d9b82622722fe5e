//! Schedules as files of their own.

use super::read;
use crate::error::{Error, Problem, did_you_mean};
use crate::network::Schedule;
use serde::de::DeserializeOwned;
use std::path::Path;
use toml::Value;

/// A schedule with the text in which its lines are looked up.
///
/// ```
/// use homeostat::model::ScheduleFile;
/// let text = r#"
///     [[change]]
///     parameter = "btyr"
///     factor = 2.0
///     from = "7 h"
///     until = "8 h"
///     every = "24 h"
/// "#;
/// let file = ScheduleFile::from_toml(text)?;
/// assert_eq!(file.schedule.change[0].parameter, "btyr");
/// # Ok::<(), homeostat::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScheduleFile {
    /// The schedule.
    pub schedule: Schedule,
    text: String,
}

impl ScheduleFile {
    /// Reads TOML.
    ///
    /// # Errors
    /// A syntax error, or every entry that is wrong, with its line.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let (file, problems) = ScheduleFile::with_problems(text)?;
        if problems.is_empty() { Ok(file) } else { Err(file.locate(Error::Input(problems))) }
    }

    /// Reads TOML as far as it can be read, beside everything that is wrong: a section with a wrong entry is left out, so that the
    /// rest can be held against a model, and all be told at once. [`ScheduleFile::locate`] puts lines to the problems.
    ///
    /// ```
    /// use homeostat::model::ScheduleFile;
    /// let text = "[[dos]]\n[[change]]\nparameter = \"btyr\"\nfactor = 2\nfrom = 7\n";
    /// let (file, problems) = ScheduleFile::with_problems(text)?;
    /// assert_eq!((file.schedule.change.len(), problems.len()), (1, 1));
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// A syntax error.
    pub fn with_problems(text: &str) -> Result<(Self, Vec<Problem>), Error> {
        let (schedule, problems) = schedule(read::toml_value(text)?);
        Ok((ScheduleFile { schedule, text: text.to_string() }, problems))
    }

    /// Reads a file that ends in `.toml`.
    ///
    /// # Errors
    /// Where the file cannot be read or ends otherwise, and as [`ScheduleFile::from_toml`].
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        ScheduleFile::from_toml(&ScheduleFile::text_of(path)?)
    }

    /// The text of a file that ends in `.toml`.
    ///
    /// # Errors
    /// Where the file cannot be read, or ends otherwise.
    pub fn text_of(path: &Path) -> Result<String, Error> {
        if path.extension().is_none_or(|ending| ending != "toml") {
            return Err(Problem::error([""; 0], "expected a schedule file that ends in .toml").into());
        }
        std::fs::read_to_string(path).map_err(|e| Error::file(path, &e))
    }

    /// Puts the lines of the file to problems that name a place in it.
    pub fn locate(&self, error: Error) -> Error {
        let Error::Input(mut problems) = error else { return error };
        let places: Vec<&[String]> = problems.iter().map(|p| &p.place[..]).collect();
        let lines = read::lines(&self.text, &places);
        for (problem, line) in problems.iter_mut().zip(lines) {
            problem.line = problem.line.or(line);
        }
        Error::Input(problems)
    }
}

fn schedule(value: Value) -> (Schedule, Vec<Problem>) {
    let (mut schedule, mut problems) = (Schedule::default(), Vec::new());
    let Value::Table(sections) = value else { return (schedule, problems) };
    for (section, content) in sections {
        match section.as_str() {
            "name" => schedule.name = read::entry(&["name"], content, &mut problems).unwrap_or_default(),
            "source" => schedule.source = read::entry(&["source"], content, &mut problems),
            "status" => schedule.status = read::entry(&["status"], content, &mut problems),
            "change" => schedule.change = entries("change", content, &mut problems),
            "dose" => schedule.dose = entries("dose", content, &mut problems),
            "drug" => schedule.drug = entries("drug", content, &mut problems),
            "spikes" => schedule.spikes = entries("spikes", content, &mut problems),
            other => {
                let known = ["name", "source", "status", "change", "dose", "drug", "spikes"];
                let hint = did_you_mean(other, known);
                let message = format!("a schedule has no {other}{hint}; known: {}", known.join(", "));
                problems.push(Problem::error([other], message));
            }
        }
    }
    (schedule, problems)
}

fn entries<T: DeserializeOwned>(section: &str, content: Value, problems: &mut Vec<Problem>) -> Vec<T> {
    let Value::Array(list) = content else {
        problems.push(Problem::error([section], format!("expected entries such as [[{section}]]")));
        return Vec::new();
    };
    let numbered = list.into_iter().enumerate();
    let read = numbered.map(|(i, value)| read::entry(&[section, &(i + 1).to_string()], value, problems));
    // all of them are looked at; entries keep their numbers, or there are none
    let read: Vec<Option<T>> = read.collect();
    read.into_iter().collect::<Option<_>>().unwrap_or_default()
}
