//! From the arguments of `homeostat run` to a run: every problem at once.

use crate::arguments::RunArguments;
use crate::fault::{Fault, Faults};
use crate::model::{self, Loaded};
use crate::output;
use homeostat::Error;
use homeostat::model::ScheduleFile;
use homeostat::network::Network;
use homeostat::simulation::{Band, Run, Selection, Settings, Simulation};
use homeostat::units::{Unit, Value};
use std::path::Path;
use std::time::Duration;

/// What is to be run.
#[derive(Debug)]
pub struct Request {
    pub simulation: Simulation,
    pub run: Run,
    /// What the chosen schedules are called.
    pub schedule: String,
}

impl Request {
    pub fn read(arguments: &RunArguments, loaded: &Loaded) -> Result<Self, Fault> {
        let (mut simulation, mut faults) = loaded.simulation_with(&arguments.changes)?;
        let schedules = arguments.schedules.iter();
        let schedules: Vec<String> =
            schedules.filter_map(|name| faults.keep(add_schedule(&mut simulation, name, loaded))).collect();
        let settings = settings(arguments, &mut faults);
        let selection = faults.keep(selection(&simulation, &arguments.select));
        let bands = arguments.band.iter().filter_map(|text| faults.keep(band(&simulation, text))).collect();
        if arguments.summary.is_none() && !arguments.band.is_empty() {
            faults.keep::<()>(Err(Fault::input("--band: is given without --summary, where it would be shown")));
        }
        let times = faults.keep(times(arguments, loaded, simulation.network()));
        faults.keep(output::check_ending("--out", arguments.out.as_deref(), &["csv", "json"]));
        faults.keep(output::check_ending("--summary", arguments.summary.as_deref(), &["csv", "json"]));
        faults.keep(output::check_ending("--plot", arguments.plot.as_deref(), &["svg", "png"]));
        let (start, end) = times.unwrap_or((0.0, 1.0));
        let mut run = Run { start, end, steps: arguments.steps, ..Run::until(end) };
        run.selection = selection.unwrap_or_else(|| simulation.select_species());
        run.settings = settings;
        (run.summarise, run.bands) = (arguments.summary.is_some(), bands);
        run.outline = arguments.plot.is_some();
        for problem in run.problems() {
            let option = problem.place.join(".");
            faults.keep::<()>(Err(Fault::input(format!("--{option}: {}", problem.message))));
        }
        faults.keep(output::check_size(arguments, &run));
        faults.into_result()?;
        Ok(Request { simulation, run, schedule: schedules.join(" + ") })
    }
}

fn settings(arguments: &RunArguments, faults: &mut Faults) -> Settings {
    let mut settings = Settings::default();
    settings.rtol = arguments.rtol.unwrap_or(settings.rtol);
    settings.atol = arguments.atol;
    settings.seed = arguments.seed.unwrap_or(settings.seed);
    settings.max_steps = arguments.max_steps.unwrap_or(settings.max_steps);
    settings.non_negative = arguments.non_negative;
    settings.max_wall_time = arguments.time_limit.and_then(|seconds| faults.keep(time_limit(seconds)));
    let mut choose = |option: &str, chosen: Result<(), Error>| {
        faults.keep(chosen.map_err(|error| Fault::from_error(error, &|p| format!("--{option}: {}", p.message))));
    };
    choose("executor", settings.set_executor(&arguments.executor));
    choose("linear-algebra", settings.set_linear_algebra(&arguments.linear_algebra));
    choose("method", arguments.method.as_ref().map_or(Ok(()), |name| settings.set_method(name)));
    settings
}

fn time_limit(seconds: f64) -> Result<Duration, Fault> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        let expected = if seconds > 0.0 { "at most 1e19 seconds" } else { "seconds that are not negative" };
        Fault::input(format!("--time-limit: found {seconds}, expected {expected}"))
    })
}

/// A band such as `[eda]=1 nM..5 nM`.
fn band(simulation: &Simulation, text: &str) -> Result<Band, Fault> {
    let fault = |message: String| Fault::input(format!("--band {text}: {message}"));
    let parts = text.split_once('=').and_then(|(name, ends)| Some((name, ends.split_once("..")?)));
    let Some((name, (low, high))) = parts else {
        return Err(fault("expected NAME=LOW..HIGH, such as \"[eda]=1 nM..5 nM\"".to_string()));
    };
    let selections = simulation.select(name.trim());
    let selection =
        selections.map_err(|error| Fault::from_error(error, &|p| format!("--band {text}: {}", p.message)))?;
    let [selection] = &selection[..] else { return Err(fault("expected the name of one column".to_string())) };
    let unit = Unit::parse(&selection.unit).map_err(|error| fault(error.to_string()))?;
    let end = |text: &str| Value::parse(text.trim()).map_err(|error| fault(error.to_string()));
    let (mut low, mut high) = (end(low)?, end(high)?);
    // a unit that is written once counts for both ends
    if low.unit == Unit::ONE {
        low.unit = high.unit.clone();
    } else if high.unit == Unit::ONE {
        high.unit = low.unit.clone();
    }
    let number = |value: Value| match value.unit == Unit::ONE {
        true => Ok(value.value),
        false => value.to(&unit).map_err(|error| fault(error.to_string())),
    };
    Ok(Band { selection: selection.clone(), low: number(low)?, high: number(high)? })
}

fn selection(simulation: &Simulation, lists: &[String]) -> Result<Vec<Selection>, Fault> {
    if lists.is_empty() {
        return Ok(simulation.select_species());
    }
    let selection = simulation.select(&lists.join(","));
    selection.map_err(|error| Fault::from_error(error, &|p| format!("--select: {}", p.message)))
}

/// The times of the first and the last row.
fn times(arguments: &RunArguments, loaded: &Loaded, network: &Network) -> Result<(f64, f64), Fault> {
    let mut faults = Faults::default();
    let start = faults.keep(time("--start", &arguments.start, network));
    let end = match &arguments.end {
        Some(text) => faults.keep(time("--end", text, network)),
        None => match loaded.end().map_err(|error| loaded.fault(error))? {
            // the one row at the start needs no end of its own
            Some(end) if arguments.steps == 0 => start.map(|start| end.max(start)),
            Some(end) => Some(end),
            None => faults.keep(Err(Fault::input("--end: is missing, and the model gives no end of its own"))),
        },
    };
    faults.into_result()?;
    Ok((start.unwrap_or_default(), end.unwrap_or_default()))
}

/// A time in the model's unit.
fn time(option: &str, text: &str, network: &Network) -> Result<f64, Fault> {
    let fault = |message: String| Fault::input(format!("{option}: {message}"));
    let value = Value::parse(text)
        .map_err(|_| fault(format!("found {text:?}, expected a time such as 24, \"24 h\" or \"90 min\"")))?;
    let number = if value.unit == Unit::ONE { Ok(value.value) } else { value.to(network.units().time()) };
    let number = number.map_err(|error| fault(error.to_string()))?;
    if number >= 0.0 && number.is_finite() {
        Ok(number)
    } else {
        Err(fault(format!("found {value}, expected a finite time that is not negative")))
    }
}

/// Chooses a schedule beside others; what it is called.
pub fn add_schedule(simulation: &mut Simulation, name: &str, loaded: &Loaded) -> Result<String, Fault> {
    if !model::is_file(name) {
        let known = simulation.network().schedules().iter().any(|s| s.name == name);
        let chosen = simulation.add_schedule_named(name);
        return match chosen {
            Ok(()) => Ok(name.to_string()),
            Err(error) if known => Err(loaded.fault(error)),
            Err(error) => Err(Fault::from_error(error, &|p| format!("--schedule: {}", p.message))),
        };
    }
    let fault = |error: Error| Fault::from_error(error, &|problem| model::line_of(name, problem));
    let text = ScheduleFile::text_of(Path::new(name)).map_err(fault)?;
    let (file, mut problems) = ScheduleFile::with_problems(&text).map_err(fault)?;
    if let Err(error) = simulation.add_schedule(&file.schedule) {
        problems.extend_from_slice(error.problems());
    }
    if !problems.is_empty() {
        return Err(fault(file.locate(Error::Input(problems))));
    }
    let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Ok(if file.schedule.name.is_empty() { stem.unwrap_or_default() } else { file.schedule.name })
}
