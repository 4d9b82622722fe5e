//! The one error type.

use crate::solver::Failure;
use std::fmt;
use std::path::PathBuf;

/// Whether a problem stops the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The model cannot be used.
    Error,
    /// Worth a look; the model can be used.
    Warning,
}

/// One thing that is wrong with a model or a request: where, what was found, what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Whether it stops the work.
    pub severity: Severity,
    /// The place by names, as in a model file: `["enzyme", "TH", "Km"]`.
    pub place: Vec<String>,
    /// The line of the file, where there is one.
    pub line: Option<usize>,
    /// What was found, what was expected, what to do.
    pub message: String,
}

impl Problem {
    /// A problem that stops the work.
    pub fn error<S: Into<String>>(place: impl IntoIterator<Item = S>, message: impl Into<String>) -> Self {
        let place = place.into_iter().map(Into::into).collect();
        Problem { severity: Severity::Error, place, line: None, message: message.into() }
    }

    /// A problem that does not stop the work.
    pub fn warning<S: Into<String>>(place: impl IntoIterator<Item = S>, message: impl Into<String>) -> Self {
        Problem { severity: Severity::Warning, ..Problem::error(place, message) }
    }

    /// Whether it stops the work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place.join("."))?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that can go wrong outside of a bare solver.
///
/// ```
/// use homeostat::{Error, Problem};
/// let error = Error::from(Problem::error(["species", "eda"], "there are two of this name"));
/// assert!(error.is_input());
/// assert_eq!(error.to_string(), "species.eda: there are two of this name");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The model or the request is wrong; every problem that was found.
    Input(Vec<Problem>),
    /// The solver could not go on. The text names what the failure's numbers stand for.
    Solver {
        /// What happened, by number.
        failure: Failure,
        /// The message with names.
        message: String,
    },
    /// A file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        message: String,
    },
}

impl Error {
    /// The model or the request is wrong.
    pub fn is_input(&self) -> bool {
        matches!(self, Error::Input(_))
    }

    /// The solver could not go on.
    pub fn is_solver(&self) -> bool {
        matches!(self, Error::Solver { .. })
    }

    /// A file cannot be read or written.
    pub fn is_file(&self) -> bool {
        matches!(self, Error::File { .. })
    }

    /// The solver's failure, where it is one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Error::Solver { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// The problems of an [`Error::Input`]; else none.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Error::Input(problems) => problems,
            _ => &[],
        }
    }

    /// A file that cannot be read or written.
    pub fn file(path: impl Into<PathBuf>, cause: &dyn fmt::Display) -> Self {
        Error::File { path: path.into(), message: cause.to_string() }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Error::Input(vec![problem])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Input(problems) => {
                for (i, problem) in problems.iter().enumerate() {
                    write!(f, "{}{problem}", if i > 0 { "\n" } else { "" })?;
                }
                Ok(())
            }
            Error::Solver { message, .. } => f.write_str(message),
            Error::File { path, message } => write!(f, "{}: {message}", path.display()),
        }
    }
}

impl std::error::Error for Error {}

/// The known name nearest to a misspelt one, if any is near; else the one that begins so, if only one does.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (name, known) = (name.to_lowercase(), known.into_iter().collect::<Vec<_>>());
    let worst = ((name.chars().count() + 1) / 3).max(1);
    let distances = known.iter().map(|k| (strsim::damerau_levenshtein(&name, &k.to_lowercase()), *k));
    let near = distances.filter(|(distance, _)| *distance <= worst).min_by_key(|(distance, _)| *distance);
    near.map(|(_, k)| k).or_else(|| {
        let mut longer = known.into_iter().filter(|k| name.len() >= 4 && k.to_lowercase().starts_with(&name));
        longer.next().filter(|_| longer.next().is_none())
    })
}

/// ` (did you mean X?)`, or nothing.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |k| format!(" (did you mean {k}?)"))
}
