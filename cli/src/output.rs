//! Where rows and pictures go.

use crate::arguments::RunArguments;
use crate::fault::{FILE, Fault, INPUT};
use homeostat::plot::{Figure, PlotError};
use homeostat::simulation::{Run, Selection, Trajectory, write_csv_header, write_csv_row};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The most values that are kept for JSON.
const MOST_VALUES: usize = 50_000_000;

/// Checks the ending of a file to be written.
pub fn check_ending(option: &str, path: Option<&Path>, known: &[&str]) -> Result<(), Fault> {
    let Some(path) = path else { return Ok(()) };
    if known.contains(&ending(path).as_str()) {
        return Ok(());
    }
    let known = known.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(" or ");
    Err(Fault::input(format!("{option}: found {}, expected a file that ends in {known}", path.display())))
}

fn ending(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// Refuses to keep more rows than memory holds.
pub fn check_size(arguments: &RunArguments, run: &Run) -> Result<(), Fault> {
    let values = run.steps.saturating_add(1).saturating_mul(run.selection.len() + 1);
    if keeps_rows(arguments) && values > MOST_VALUES {
        let most = MOST_VALUES / (run.selection.len() + 1);
        let message = format!("found {}, expected less than {most} with JSON: use CSV", run.steps);
        return Err(Fault::input(format!("--steps: {message}")));
    }
    Ok(())
}

/// Whether rows are needed after the run.
pub fn keeps_rows(arguments: &RunArguments) -> bool {
    arguments.out.as_deref().is_some_and(is_json)
}

fn is_json(path: &Path) -> bool {
    ending(path) == "json"
}

/// What rows are written to, as they arise or (JSON) at the end.
pub struct Rows {
    out: BufWriter<Box<dyn Write>>,
    place: String,
    is_json: bool,
    fault: Option<io::Error>,
    /// The file, until what was in it is given up.
    fresh: Option<File>,
}

impl Rows {
    /// Opens the file, or standard output.
    pub fn open(path: Option<&Path>) -> Result<Self, Fault> {
        let mut fresh = None;
        let (out, place): (Box<dyn Write>, String) = match path {
            Some(path) => {
                let file = open(path)?;
                fresh = file.try_clone().ok();
                (Box::new(file), path.display().to_string())
            }
            None => (Box::new(io::stdout()), "standard output".to_string()),
        };
        Ok(Rows { out: BufWriter::new(out), place, is_json: path.is_some_and(is_json), fault: None, fresh })
    }

    /// Gives up what was in the file, and begins.
    pub fn header(&mut self, columns: &[Selection], time_unit: Option<&str>) {
        // pipes and devices have no length
        if let Some(file) = self.fresh.take().filter(|file| file.metadata().is_ok_and(|data| data.is_file())) {
            self.fault = file.set_len(0).err();
        }
        if !self.is_json {
            self.attempt(|out| write_csv_header(columns, time_unit, out));
        }
    }

    pub fn row(&mut self, t: f64, values: &[f64]) {
        if !self.is_json {
            self.attempt(|out| write_csv_row(t, values, out));
        }
    }

    /// Writes what is left of a run that has begun.
    pub fn close(&mut self, model: &str, trajectory: &Trajectory) -> Result<(), Fault> {
        if self.fresh.is_some() {
            return Ok(());
        }
        if self.is_json {
            self.attempt(|out| trajectory.write_json(model, out));
        }
        self.attempt(|out| out.flush());
        self.outcome()
    }

    /// Whether nothing more can be written.
    pub fn is_closed(&self) -> bool {
        self.fault.is_some()
    }

    /// How writing went.
    pub fn outcome(&self) -> Result<(), Fault> {
        self.fault.as_ref().map_or(Ok(()), |error| Fault::writing(&self.place, error))
    }

    fn attempt(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.fault.is_none() {
            self.fault = write(&mut self.out).err();
        }
    }
}

/// Opens a file for writing before a long run begins. What is in it stays until there is something to write.
pub fn open(path: &Path) -> Result<File, Fault> {
    let file = File::options().write(true).create(true).truncate(false).open(path);
    file.map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &io::Error) -> Fault {
    Fault::new(FILE, vec![format!("{}: cannot be written: {error}", path.display())])
}

/// Refuses to write two things to one file.
pub fn check_different<'a>(paths: impl Iterator<Item = &'a Path>) -> Result<(), Fault> {
    let mut seen = Vec::new();
    for path in paths {
        // one that does not exist yet is compared by its name
        let place = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        if place.is_file() && seen.contains(&place) {
            return Err(Fault::input(format!("{}: two outputs go to this file; name one for each", path.display())));
        }
        seen.push(place);
    }
    Ok(())
}

/// Writes means, extremes and times in bands.
pub fn write_summary(trajectory: &Trajectory, path: &Path) -> Result<(), Fault> {
    let mut out = BufWriter::new(File::create(path).map_err(|error| cannot(path, &error))?);
    let written =
        if is_json(path) { trajectory.write_summary_json(&mut out) } else { trajectory.write_summary_csv(&mut out) };
    written.and_then(|()| out.flush()).map_or_else(|error| Fault::writing(&path.display().to_string(), &error), Ok)
}

/// Writes a picture by the ending of its file.
pub fn draw(figure: Result<Figure, PlotError>, path: &Path) -> Result<(), Fault> {
    match figure.and_then(|figure| figure.save(path)) {
        Ok(()) => Ok(()),
        Err(error @ PlotError::Write { .. }) => Err(Fault::new(FILE, vec![error.to_string()])),
        Err(error) => Err(Fault::new(INPUT, vec![format!("--plot: {error}")])),
    }
}
