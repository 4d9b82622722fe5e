//! A run: from its start to its end, with everything that happens in between.

use super::scale::ATOL_PART;
use super::{Band, Outline, Selection, Settings, Simulation, Summary};
use crate::error::{Error, Problem};
use crate::network::Process;
use crate::solver::{Failure, FailureKind, NonNegative, Options, Point, Statistics, Tolerance};
use crate::system::Observable;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::time::Instant;

/// What to run and what to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The first row's time; the run itself always begins at 0.
    pub start: f64,
    /// The last row's time.
    pub end: f64,
    /// There are `steps + 1` rows, at `start + i (end - start) / steps`; with 0 there is one, at the start.
    pub steps: usize,
    /// The columns; none means the concentration of every species.
    pub selection: Vec<Selection>,
    /// How to solve.
    pub settings: Settings,
    /// Whether every column is summed up: mean and extremes from the first row's time to the last's.
    pub summarise: bool,
    /// Bands in which the time is counted.
    pub bands: Vec<Band>,
    /// Whether the trajectory gets an outline, from which a picture is drawn as the solver went, with every jump.
    pub outline: bool,
}

impl Run {
    /// From 0 to `end` with 101 rows of every species.
    pub fn until(end: f64) -> Self {
        let settings = Settings::default();
        let (selection, bands) = (Vec::new(), Vec::new());
        Run { start: 0.0, end, steps: 100, selection, settings, summarise: false, bands, outline: false }
    }

    /// Everything that is wrong with the times and tolerances.
    ///
    /// ```
    /// use homeostat::simulation::Run;
    /// assert!(Run::until(24.0).problems().is_empty());
    /// let problems = Run { start: 30.0, ..Run::until(24.0) }.problems();
    /// assert_eq!(problems[0].to_string(), "end: found 24, which lies before the start 30; expected a later time");
    /// ```
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        problems.extend(self.times_problem());
        problems.extend(self.settings.problems());
        for band in self.bands.iter().filter(|band| band.low > band.high || band.low.is_nan() || band.high.is_nan()) {
            let message = format!("found {} to {}, expected a lower and a higher number", band.low, band.high);
            problems.push(Problem::error(["band", &band.selection.text], message));
        }
        problems
    }

    fn times_problem(&self) -> Option<Problem> {
        let Run { start, end, steps, .. } = *self;
        for (name, time) in [("start", start), ("end", end)] {
            if !(time >= 0.0 && time.is_finite()) {
                let message = format!("found {time}, expected a finite time that is not negative");
                return Some(Problem::error([name], message));
            }
        }
        let message = if end < start {
            format!("found {end}, which lies before the start {start}; expected a later time")
        } else if end == start && steps > 0 {
            format!("found {end}, which is the start too; expected a later time, or 0 steps for the one row there")
        } else if steps > 0 && (end - start) / steps as f64 <= 16.0 * f64::EPSILON * end {
            let message = format!("found {steps}, so many that rows would share a time; expected fewer");
            return Some(Problem::error(["steps"], message));
        } else {
            return None;
        };
        Some(Problem::error(["end"], message))
    }
}

/// What a run has cost and which scales it used.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RunStatistics {
    /// The method.
    pub method: &'static str,
    /// What executed the programs.
    pub executor: &'static str,
    /// How linear systems were solved: `static`, `dense` or `sparse`; empty where the method has none.
    pub linear_algebra: &'static str,
    /// Work counts.
    pub counts: Statistics,
    /// Spikes of trains.
    pub spikes: u64,
    /// Events that conditions have set off.
    pub conditional_events: u64,
    /// Seconds to compile the network.
    pub compile_seconds: f64,
    /// Seconds to solve.
    pub solve_seconds: f64,
    /// The name, scale and absolute tolerance of each state's amount.
    pub scales: Vec<(String, f64, f64)>,
}

/// Rows by time, with their columns.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Trajectory {
    /// The unit of the times.
    pub time_unit: String,
    /// The columns.
    pub columns: Vec<Selection>,
    /// The times.
    pub t: Vec<f64>,
    /// The values at each time, in the order of the columns.
    pub rows: Vec<Vec<f64>>,
    /// What the run has cost.
    pub statistics: RunStatistics,
    /// What is worth a look: tolerances that do not fit, entries of a schedule that come too late, releases without spikes.
    pub warnings: Vec<Problem>,
    /// The event that ended the run before its end; the last row is then the state there.
    pub ending: Option<Ending>,
    /// What was to be summed up: the columns, then the bands.
    pub summaries: Vec<Summary>,
    /// Where the run was asked for it ([`Run::outline`]): what lies between the rows, too. Of a run that was taken up again it
    /// begins there.
    pub outline: Option<Outline>,
}

/// An event that ended a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// The event.
    pub event: String,
    /// When.
    pub t: f64,
}

impl Trajectory {
    /// The values of a column by its text.
    pub fn column(&self, text: &str) -> Option<Vec<f64>> {
        let i = self.columns.iter().position(|c| c.text == text)?;
        Some(self.rows.iter().map(|row| row[i]).collect())
    }
}

/// A run that ended early: why, and all that it has computed.
#[derive(Clone, Debug)]
pub struct Interrupted {
    /// Why.
    pub error: Error,
    /// The rows before.
    pub trajectory: Box<Trajectory>,
}

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Interrupted {}

/// Keeps the reason and lets the rows go.
impl From<Interrupted> for Error {
    fn from(interrupted: Interrupted) -> Self {
        interrupted.error
    }
}

/// What a run tells while it goes on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Moment<'a> {
    /// A row.
    Row {
        /// Its time.
        t: f64,
        /// Its values.
        values: &'a [f64],
    },
    /// The time reached by an accepted step.
    Step {
        /// The time.
        t: f64,
    },
    /// An event that a threshold or a condition has set off.
    Event {
        /// The time.
        t: f64,
        /// Its name.
        name: &'a str,
    },
}

impl Simulation {
    /// Runs and keeps the rows.
    ///
    /// # Errors
    /// [`Interrupted`] with the rows so far.
    pub fn run(&self, run: &Run) -> Result<Trajectory, Interrupted> {
        let (mut t, mut rows) = (Vec::new(), Vec::new());
        let outcome = self.run_with(run, &mut |moment| {
            if let Moment::Row { t: time, values } = moment {
                t.push(time);
                rows.push(values.to_vec());
            }
            ControlFlow::Continue(())
        });
        match outcome {
            Ok(summary) => Ok(Trajectory { t, rows, ..summary }),
            Err(Interrupted { error, trajectory }) => {
                Err(Interrupted { error, trajectory: Box::new(Trajectory { t, rows, ..*trajectory }) })
            }
        }
    }

    /// Runs and tells each row as it arises; the trajectory returned holds none. Where `tell` answers
    /// [`ControlFlow::Break`], the run ends.
    ///
    /// ```
    /// use homeostat::simulation::{Moment, Run, Simulation};
    /// use homeostat::solver::FailureKind;
    /// use std::ops::ControlFlow;
    /// let model = homeostat::library::load("best-2009-dopamine")?;
    /// let mut rows = 0;
    /// let ended = Simulation::new(&model.network())?.run_with(&Run::until(24.0), &mut |moment| {
    ///     if let Moment::Row { .. } = moment {
    ///         rows += 1;
    ///     }
    ///     if rows == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// });
    /// assert_eq!(rows, 3);
    /// assert_eq!(ended.unwrap_err().error.failure().unwrap().kind, FailureKind::Cancelled);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Interrupted`], its trajectory without rows.
    pub fn run_with(
        &self,
        run: &Run,
        tell: &mut dyn FnMut(Moment<'_>) -> ControlFlow<()>,
    ) -> Result<Trajectory, Interrupted> {
        let begun = Instant::now();
        let mut running = match self.begin(run) {
            Ok(running) => running,
            Err(error) => return Err(Interrupted { error, trajectory: Box::default() }),
        };
        let outcome = loop {
            match running.advance(tell) {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let mut trajectory = running.outcome();
        trajectory.warnings.extend(self.overlooked(run));
        trajectory.statistics.solve_seconds = begun.elapsed().as_secs_f64();
        trajectory.statistics.compile_seconds = self.compile_seconds;
        match outcome {
            Ok(()) => Ok(trajectory),
            Err(error) => Err(Interrupted { error, trajectory: Box::new(trajectory) }),
        }
    }

    /// The options of a solver for these settings and this initial state, and the scales behind them.
    pub fn options(&self, settings: &Settings, initial: &[f64]) -> (Options, Vec<f64>) {
        let scales = self.scales(initial);
        let atol = match settings.atol {
            Some(atol) => Tolerance::Same(atol),
            None => Tolerance::Each(scales.iter().map(|s| ATOL_PART * settings.rtol * s).collect()),
        };
        let mut options = Options::with_tolerances(settings.rtol, atol);
        options.method = settings.method;
        options.max_steps = settings.max_steps;
        options.max_evaluations = settings.max_evaluations;
        options.max_wall_time = settings.max_wall_time;
        options.executor = settings.executor;
        options.linear_algebra = settings.linear_algebra;
        options.non_negative = if settings.non_negative { NonNegative::All } else { NonNegative::Off };
        (options, scales)
    }

    /// A solver's failure with names in the place of numbers.
    pub(crate) fn named(&self, failure: Failure, y: &[f64], parameters: &[f64]) -> Error {
        match failure.kind {
            FailureKind::Options(message) => return Problem::error(["run"], message).into(),
            FailureKind::LinearAlgebra(refusal) => {
                return Problem::error(["run"], format!("{refusal}; {}", failure.advice())).into();
            }
            _ => {}
        }
        let mut message = failure.to_string();
        message += &format!(" {}", self.network.units().time());
        if failure.step.is_finite() {
            message += &format!(" (last step tried: {:e})", failure.step);
        }
        if let Some(i) = failure.component {
            message += &format!("; species {}", self.network.name_of(self.system.states()[i]));
        }
        if let Some(what) = failure.root.and_then(|root| self.name_of_root(root)) {
            message += &format!("; what makes it is {what}");
        }
        if let Some(process) = self.first_not_finite(failure.t, y, parameters) {
            message += &format!("; the rate of process {process} is not a finite number");
        }
        message += &format!("; {}", failure.advice());
        Error::Solver { failure, message }
    }

    /// What a root function is of: an event, or a condition in a rate.
    fn name_of_root(&self, root: usize) -> Option<String> {
        let event = self.system.event_of_root(root).and_then(|event| self.system.events().nth(event));
        let condition = || self.system.condition(&self.network, self.system.switch_of_root(root)?);
        event.map(|event| format!("event {}", self.network.name_of(event))).or_else(condition)
    }

    fn first_not_finite(&self, t: f64, y: &[f64], parameters: &[f64]) -> Option<&str> {
        let processes: Vec<Process> = self.network.all_processes().collect();
        let observables: Vec<_> = processes.iter().map(|p| Observable::Value(p.0)).collect();
        let mut observer = self.system.observer(&self.network, &observables).ok()?;
        let mut rates = vec![0.0; observer.len()];
        let past = vec![0.0; 2 * self.system.delays()]; // what a rate looks up is no fault of its own
        observer.observe(&Point::new(t, parameters).with_past(&past), y, &mut rates);
        let i = rates.iter().position(|r| !r.is_finite())?;
        Some(self.network.name_of(processes[i]))
    }
}
