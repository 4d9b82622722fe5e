//! Runs by name: a network compiled, with its parameters, initial values and schedule.
//!
//! ```
//! use homeostat::simulation::{Run, Simulation};
//!
//! let model = homeostat::library::load("best-2009-dopamine")?;
//! let mut simulation = Simulation::new(&model.network())?;
//! simulation.set("TH.scale", "0")?; // block synthesis, as AMPT does
//! let run = Run { selection: simulation.select("[vda],TH")?, ..Run::until(2.681) };
//! let trajectory = simulation.run(&run)?;
//! let vda = trajectory.column("[vda]").unwrap();
//! assert!((vda.last().unwrap() / vda[0] - 0.5).abs() < 1e-4); // half is left after 2.68 h
//! # Ok::<(), homeostat::Error>(())
//! ```

mod administration;
mod agenda;
mod checkpoint;
mod conditions;
mod csv;
mod delays;
mod fast;
#[cfg(feature = "plot")]
mod figure;
mod json;
mod occasions;
mod outcome;
mod outline;
mod overlooked;
mod past;
mod resolve;
mod rows;
mod run;
mod running;
mod scale;
mod selection;
mod set;
mod settings;
mod sizes;
mod spikes;
mod summary;
mod timetable;
mod train;
mod with_past;

pub use checkpoint::Checkpoint;
pub use csv::{csv_field, number_text, write_csv_header, write_csv_row};
pub use outline::Outline;
pub use run::{Ending, Interrupted, Moment, Run, RunStatistics, Trajectory};
pub use running::Running;
pub use selection::Selection;
pub use settings::Settings;
pub use summary::{Band, Summary};

use crate::error::{Error, Problem, did_you_mean};
use crate::network::{Network, Schedule};
use crate::system::{Given, System};
use std::sync::Arc;
use std::time::Instant;
use timetable::Timetable;

/// A compiled network with the numbers of one person: clone it, change the clone, run both.
#[derive(Clone, Debug)]
pub struct Simulation {
    network: Arc<Network>,
    system: Arc<System>,
    /// Parameters and what is derived from them.
    parameters: Vec<f64>,
    /// Initial values that were set, in the order of the states.
    initial: Vec<Option<Given>>,
    /// Parameters that were set: no formula gives them at the start any more.
    given: Vec<Option<Given>>,
    timetable: Timetable,
    compile_seconds: f64,
}

impl Simulation {
    /// Compiles a network.
    ///
    /// # Errors
    /// [`Error::Input`] with every error of the network.
    pub fn new(network: &Network) -> Result<Self, Error> {
        let begun = Instant::now();
        let system = System::compile(network)?;
        let parameters = system.parameters(network)?;
        let mut simulation = Simulation {
            network: Arc::new(network.clone()),
            initial: vec![None; system.states().len()],
            given: vec![None; parameters.len()],
            system: Arc::new(system),
            parameters,
            timetable: Timetable::default(),
            compile_seconds: 0.0,
        };
        simulation.refresh()?;
        simulation.compile_seconds = begun.elapsed().as_secs_f64();
        Ok(simulation)
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The compiled system.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// The compiled system, shared with all clones of this simulation.
    pub fn shared_system(&self) -> &Arc<System> {
        &self.system
    }

    /// The parameter vector of the system, prepared for its programs.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// Chooses a schedule by the name that the model gives it, in the place of any chosen before.
    ///
    /// # Errors
    /// Where the model names no such schedule, or something in it does not fit the model.
    pub fn schedule_named(&mut self, name: &str) -> Result<(), Error> {
        self.timetable = self.timetable_named(name)?;
        Ok(())
    }

    /// As [`Simulation::schedule_named`], beside those chosen before.
    ///
    /// # Errors
    /// As there.
    pub fn add_schedule_named(&mut self, name: &str) -> Result<(), Error> {
        let more = self.timetable_named(name)?;
        self.timetable.extend(more);
        Ok(())
    }

    fn timetable_named(&self, name: &str) -> Result<Timetable, Error> {
        let known = self.network.schedules().iter().map(|s| s.name.as_str());
        let Some(schedule) = self.network.schedules().iter().find(|s| s.name == name) else {
            let all: Vec<&str> = known.clone().collect();
            let all = if all.is_empty() { "none".to_string() } else { all.join(", ") };
            let hint = did_you_mean(name, known);
            let message =
                format!("the model names no schedule {name}{hint}; known: {all}; a file's name ends in .toml");
            return Err(Problem::error(["schedule"], message).into());
        };
        Timetable::new(schedule, &self.network, &self.system).map_err(|error| within(name, error))
    }

    /// What is wrong with the schedules that the model names.
    pub fn schedule_problems(&self) -> Vec<Problem> {
        let problems = |schedule: &Schedule| {
            let timetable = Timetable::new(schedule, &self.network, &self.system);
            timetable.err().map_or(Vec::new(), |error| within(&schedule.name, error).problems().to_vec())
        };
        self.network.schedules().iter().flat_map(problems).collect()
    }

    /// Chooses a schedule in the place of any chosen before.
    ///
    /// # Errors
    /// Every entry that does not fit the model.
    pub fn schedule(&mut self, schedule: &Schedule) -> Result<(), Error> {
        self.timetable = Timetable::new(schedule, &self.network, &self.system)?;
        Ok(())
    }

    /// Chooses a schedule beside those chosen before: what comes at one instant comes in the order in which they were chosen.
    ///
    /// ```
    /// use homeostat::simulation::{Run, Simulation};
    /// let model = homeostat::library::load("best-2020-serotonin")?;
    /// let mut simulation = Simulation::new(&model.network())?;
    /// simulation.schedule_named("tryptophan_depletion")?;
    /// simulation.add_schedule(&toml::from_str(
    ///     "[[change]]\nparameter = \"SERT.Vmax\"\nfactor = 0.5\nfrom = \"1 h\"\n", // to the end
    /// ).unwrap())?;
    /// assert!(simulation.overlooked(&Run::until(48.0)).is_empty());
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// Every entry that does not fit the model.
    pub fn add_schedule(&mut self, schedule: &Schedule) -> Result<(), Error> {
        self.timetable.extend(Timetable::new(schedule, &self.network, &self.system)?);
        Ok(())
    }

    /// The intervals between two times during which the schedule changes a parameter, with its name: for pictures. Of one that is
    /// raised and lowered in turn, as by meals and what lies between them, those in which it is raised.
    pub fn scheduled_intervals(&self, start: f64, end: f64) -> Vec<(String, Vec<(f64, f64)>)> {
        let symbols = self.system.parameter_symbols();
        let found = self.timetable.intervals(&self.parameters, start, end).into_iter();
        found.map(|(p, intervals)| (self.network.name_of(symbols[p]).to_string(), intervals)).collect()
    }
}

/// The problems of a schedule with the place of the schedule in a model.
fn within(name: &str, error: Error) -> Error {
    match error {
        Error::Input(mut problems) => {
            for problem in &mut problems {
                problem.place.splice(0..0, ["schedule".to_string(), name.to_string()]);
            }
            Error::Input(problems)
        }
        other => other,
    }
}
