//! Runs put aside.

use super::agenda::Agenda;
use super::conditions::Memory;
use super::past::Past;
use super::summary::Summariser;
use super::timetable::Timetable;
use super::train::Position;
use super::{Band, Ending, Run, Running, Settings, Simulation};
use crate::error::{Error, Problem};
use crate::solver::{Exact, OdeSystem, Snapshot, Solver};
use serde::{Deserialize, Serialize};

/// A run between two steps, as plain data: what was asked for, parameters, schedule, and how far everything has come.
/// The model is not in it: [`Simulation::resume`] wants the same one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    model: String,
    states: Vec<String>,
    start: f64,
    end: f64,
    steps: usize,
    selection: Vec<String>,
    settings: Settings,
    summarise: bool,
    bands: Vec<(String, Exact)>,
    #[serde(default)]
    outline: bool,
    /// Parameters without the schedule, and as they hold now.
    base: Vec<f64>,
    parameters: Vec<f64>,
    timetable: Timetable,
    positions: Vec<Position>,
    /// The instant up to which the schedule has happened.
    taken: Option<f64>,
    solver: Snapshot,
    scales: Vec<f64>,
    largest: Vec<f64>,
    least: Vec<f64>,
    next_row: usize,
    has_begun: bool,
    ended: Option<Ending>,
    spikes: Vec<[u64; 2]>,
    #[serde(default)]
    conditions: Memory,
    #[serde(default)]
    past: Option<Past>,
    summaries: Option<Exact>,
    is_cancelled: bool,
}

impl Running {
    /// The run as it stands, to be taken up by [`Simulation::resume`].
    pub fn checkpoint(&self) -> Checkpoint {
        let Running { simulation, run, .. } = self;
        let own = simulation.system.parameter_symbols().len();
        let name = |s: &crate::expr::Symbol| simulation.network.name_of(*s).to_string();
        Checkpoint {
            model: simulation.network.name().to_string(),
            states: simulation.system.states().iter().map(name).collect(),
            start: run.start,
            end: run.end,
            steps: run.steps,
            selection: run.selection.iter().map(|s| s.text.clone()).collect(),
            settings: run.settings.clone(),
            summarise: run.summarise,
            bands: run.bands.iter().map(|b| (b.selection.text.clone(), Exact(vec![b.low, b.high]))).collect(),
            outline: run.outline,
            base: simulation.parameters[..own].to_vec(),
            parameters: self.parameters[..own].to_vec(),
            timetable: simulation.timetable.clone(),
            positions: self.agenda.positions().to_vec(),
            taken: self.agenda.taken(),
            solver: self.solver.snapshot(),
            scales: self.scales.clone(),
            largest: self.largest.clone(),
            least: self.least.clone(),
            next_row: self.next_row,
            has_begun: self.has_begun,
            ended: self.ended.clone(),
            spikes: self.spikes.clone(),
            conditions: self.conditions.memory.clone(),
            past: self.past.clone(),
            summaries: self.summariser.as_ref().map(Summariser::gathered),
            is_cancelled: self.is_cancelled,
        }
    }
}

impl Simulation {
    /// Takes up a run: it goes on to the same bits as if it had not been put aside. Parameters, schedule and settings
    /// are those of the checkpoint; the model is this simulation's.
    ///
    /// # Errors
    /// Where the checkpoint is of another model.
    pub fn resume(&self, checkpoint: &Checkpoint) -> Result<Running, Error> {
        let c = checkpoint.clone();
        let other = |what: String| Error::from(Problem::error(["checkpoint"], what));
        let names: Vec<&str> = self.system.states().iter().map(|s| self.network.name_of(*s)).collect();
        let own = self.system.parameter_symbols().len();
        if c.model != self.network.name() || c.states != names || c.base.len() != own || c.parameters.len() != own {
            let message = format!(
                "found a run of {} with {} species and {} parameters; expected one of {} with {} and {own}: take it up with \
                 the model that it was begun with",
                c.model,
                c.states.len(),
                c.base.len(),
                self.network.name(),
                names.len()
            );
            return Err(other(message));
        }
        let mut simulation = self.clone();
        simulation.parameters[..own].copy_from_slice(&c.base);
        simulation.system.prepare(&mut simulation.parameters);
        simulation.timetable = c.timetable;
        let selection = c.selection.iter().map(|text| simulation.select_one(text)).collect::<Result<_, _>>()?;
        let band = |(text, ends): &(String, Exact)| {
            let &[low, high] = &ends.0[..] else {
                return Err(other("the checkpoint is damaged: a band has two ends".into()));
            };
            Ok(Band { selection: simulation.select_one(text)?, low, high })
        };
        let bands = c.bands.iter().map(band).collect::<Result<_, Error>>()?;
        let Checkpoint { start, end, steps, settings, summarise, outline, .. } = c;
        let run = Run { start, end, steps, selection, settings, summarise, bands, outline };
        let (states, events) = (names.len(), self.system.events().count());
        let fits = c.positions.len() == simulation.timetable.trains.len()
            && c.spikes.len() == events
            && c.conditions.fits(&self.system)
            && c.past.as_ref().is_none_or(|past| past.fits(self.system.delays(), states, self.parameters.len()))
            && c.past.is_some() == (self.system.delays() > 0)
            && [c.largest.len(), c.least.len(), c.scales.len()] == [states; 3]
            && simulation.timetable.fits(own, states, events);
        if !fits {
            return Err(other("the checkpoint is damaged: its parts do not belong together".to_string()));
        }
        let mut running = simulation.begin(&run)?;
        let y = running.solver.y().to_vec();
        let solver = Solver::resume(simulation.system.shape(), &c.solver);
        running.solver = solver.map_err(|failure| simulation.named(failure, &y, &simulation.parameters))?;
        running.parameters[..own].copy_from_slice(&c.parameters);
        simulation.system.prepare(&mut running.parameters);
        running.agenda = Agenda::at(&simulation.timetable, run.settings.seed, c.positions, c.taken);
        running.conditions.memory = c.conditions;
        running.past = c.past;
        running.scales = c.scales;
        (running.largest, running.least) = (c.largest, c.least);
        (running.next_row, running.has_begun) = (c.next_row, c.has_begun);
        (running.ended, running.spikes, running.is_cancelled) = (c.ended, c.spikes, c.is_cancelled);
        if let (Some(summariser), Some(gathered)) = (&mut running.summariser, &c.summaries) {
            summariser.take_up(gathered).map_err(other)?;
        }
        Ok(running)
    }
}
