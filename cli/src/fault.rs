//! What went wrong, and the exit code for it.

use homeostat::{Error, Problem};
use std::io::{self, Write};
use std::process::ExitCode;

/// The solver could not go on.
pub const SOLVER: u8 = 1;
/// Bad input.
pub const INPUT: u8 = 2;
/// A file cannot be read or written.
pub const FILE: u8 = 3;

/// Lines for standard error, and an exit code.
#[derive(Debug)]
pub struct Fault {
    code: u8,
    lines: Vec<String>,
}

impl Fault {
    pub fn new(code: u8, lines: Vec<String>) -> Self {
        Fault { code, lines }
    }

    pub fn input(line: impl Into<String>) -> Self {
        Fault::new(INPUT, vec![line.into()])
    }

    /// An error of the library; its problems written by `line`.
    pub fn from_error(error: Error, line: &dyn Fn(&Problem) -> String) -> Self {
        match &error {
            Error::Input(problems) => Fault::new(INPUT, problems.iter().map(line).collect()),
            Error::Solver { .. } => Fault::new(SOLVER, vec![error.to_string()]),
            Error::File { path, message } => {
                Fault::new(FILE, vec![format!("{}: cannot be read: {message}", path.display())])
            }
            _ => Fault::new(FILE, vec![error.to_string()]),
        }
    }

    /// Standard output or a file that cannot be written. A reader that has seen enough is no fault.
    pub fn writing(place: &str, error: &io::Error) -> Result<(), Self> {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(Fault::new(FILE, vec![format!("{place}: cannot be written: {error}")])),
        }
    }

    /// Writes the lines; the exit code.
    pub fn tell(&self) -> ExitCode {
        self.lines.iter().for_each(|line| say(line));
        ExitCode::from(self.code)
    }
}

/// Faults found one after another, to be told all at once. Bad input goes before files in the exit code.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// The value, or its fault kept.
    pub fn keep<T>(&mut self, outcome: Result<T, Fault>) -> Option<T> {
        outcome.map_err(|fault| self.0.push(fault)).ok()
    }

    pub fn into_result(self) -> Result<(), Fault> {
        let Some(first) = self.0.first() else { return Ok(()) };
        let code = if self.0.iter().any(|f| f.code == INPUT) { INPUT } else { first.code };
        Err(Fault::new(code, self.0.into_iter().flat_map(|f| f.lines).collect()))
    }
}

/// As many warnings that say the same are told one by one.
const FEW: usize = 3;

/// Warnings in their order; many that say the same of several places are one, which names some of them.
pub fn folded(warnings: &[Problem]) -> Vec<Problem> {
    let mut told: Vec<Problem> = Vec::new();
    for (i, warning) in warnings.iter().enumerate() {
        let same = || warnings.iter().enumerate().filter(|(_, w)| w.message == warning.message);
        let count = same().count();
        if count <= FEW {
            told.push(warning.clone());
        } else if same().next().is_some_and(|(first, _)| first == i) {
            let names: Vec<String> = same().take(FEW).map(|(_, w)| w.place.join(".")).collect();
            let mut folded = Problem::warning([names.join(", ")], warning.message.clone());
            folded.place[0] += &format!(" and {} more", count - FEW);
            told.push(folded);
        }
    }
    told
}

/// A line on standard error; there is nobody to tell where it is closed.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Text on standard output.
pub fn print(text: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.or_else(|error| Fault::writing("standard output", &error))
}
