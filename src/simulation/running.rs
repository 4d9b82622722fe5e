//! A run in progress: steps, what happens between them, rows.

use super::agenda::{Agenda, Source};
use super::conditions::Conditions;
use super::delays::Seen;
use super::past::Past;
use super::summary::Summariser;
use super::timetable::rounding;
use super::{Ending, Moment, Outline, Run, Selection, Simulation};
use crate::error::{Error, Problem};
use crate::network::Event;
use crate::solver::{Advance, Executor, Failure, OdeSystem, Point, Solver};
use crate::system::{NativeSystem, Observer};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Who is told of rows, steps and events.
pub(super) type Tell<'a> = &'a mut dyn FnMut(Moment<'_>) -> ControlFlow<()>;

/// With [`Executor::Auto`] a run goes over to native code after so many steps: about as many as make up for compiling.
const WORTH_COMPILING: u64 = 300;

/// A run in progress. It is left between two steps, put aside as a [`Checkpoint`](super::Checkpoint), and taken up
/// again by [`Simulation::resume`].
///
/// ```
/// use homeostat::simulation::{Run, Simulation};
/// use std::ops::ControlFlow;
/// let model = homeostat::library::load("best-2009-dopamine")?;
/// let simulation = Simulation::new(&model.network())?;
/// let mut running = simulation.begin(&Run::until(24.0))?;
/// while running.t() < 12.0 && running.advance(&mut |_| ControlFlow::Continue(()))? {}
/// let text = serde_json::to_string(&running.checkpoint()).unwrap();
/// // another day, another process
/// let mut running = simulation.resume(&serde_json::from_str(&text).unwrap())?;
/// while running.advance(&mut |_| ControlFlow::Continue(()))? {}
/// assert_eq!(running.t(), 24.0);
/// # Ok::<(), homeostat::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Running {
    pub(super) simulation: Simulation,
    pub(super) run: Run,
    pub(super) columns: Vec<Selection>,
    pub(super) native: Option<NativeSystem>,
    pub(super) solver: Solver,
    pub(super) observer: Observer,
    /// Parameters as they hold now; the simulation's own are those without the schedule.
    pub(super) parameters: Vec<f64>,
    pub(super) agenda: Agenda,
    pub(super) conditions: Conditions,
    /// How the run has gone, where something looks back at it.
    pub(super) past: Option<Past>,
    /// Values of the past as they are seen from where the run stands.
    pub(super) present: Vec<f64>,
    /// The last delay that was none: which, when, and what it was.
    pub(super) refused: Option<(usize, f64, f64)>,
    pub(super) scales: Vec<f64>,
    pub(super) largest: Vec<f64>,
    /// The least of each state so far.
    pub(super) least: Vec<f64>,
    pub(super) state: Vec<f64>,
    pub(super) values: Vec<f64>,
    pub(super) scratch: Vec<f64>,
    pub(super) next_row: usize,
    pub(super) has_begun: bool,
    pub(super) ended: Option<Ending>,
    /// For each event of the system: how often a schedule made it happen, and how often less than was asked for.
    pub(super) spikes: Vec<[u64; 2]>,
    pub(super) summariser: Option<Summariser>,
    pub(super) outline: Option<Outline>,
    /// Whether the caller has ended the run.
    pub(super) is_cancelled: bool,
}

impl Simulation {
    /// Begins a run: no step is taken yet.
    ///
    /// # Errors
    /// What is wrong with the run, its schedule or the initial values.
    pub fn begin(&self, run: &Run) -> Result<Running, Error> {
        let problems = run.problems();
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let timetable = self.timetable.settled(&self.parameters);
        let occasions = timetable.occasions(run.end);
        if occasions > run.settings.max_steps as f64 {
            let message = format!(
                "something comes {occasions:e} times before {}, which is more than {} steps: lengthen its `every`, or lower \
                 its rate",
                run.end, run.settings.max_steps
            );
            return Err(Problem::error(["schedule"], message).into());
        }
        let mut initial = self.initial_state()?;
        self.put_at_rest(0.0, &self.parameters, &mut initial, &run.settings)?;
        let past = self.past(&initial, run.settings.method)?;
        let (options, scales) = self.options(&run.settings, &initial);
        let solver = Solver::new(self.system.shape(), &options, 0.0, &initial);
        let solver = solver.map_err(|failure| self.named(failure, &initial, &self.parameters))?;
        let columns = if run.selection.is_empty() { self.select_species() } else { run.selection.clone() };
        let observables: Vec<_> = columns.iter().map(|c| c.observable).collect();
        let observer = self.system.observer(&self.network, &observables)?;
        let summariser = Summariser::new(self, run, &columns)?;
        let mut running = Running {
            columns,
            native: None,
            solver,
            values: vec![0.0; observer.len()],
            observer,
            parameters: self.parameters.clone(),
            agenda: Agenda::new(&timetable, run.settings.seed),
            conditions: Conditions::new(&self.system),
            past,
            present: vec![0.0; 2 * self.system.delays()],
            refused: None,
            scales,
            largest: initial.iter().map(|y| y.abs()).collect(),
            least: initial.clone(),
            state: initial,
            scratch: vec![0.0; self.system.shape().scratch],
            next_row: 0,
            has_begun: false,
            ended: None,
            spikes: vec![[0; 2]; self.system.events().count()],
            summariser,
            outline: run.outline.then(|| Outline::new(run.start, run.end)),
            is_cancelled: false,
            simulation: Simulation { timetable, ..self.clone() },
            run: run.clone(),
        };
        running.choose_executor();
        Ok(running)
    }
}

impl Running {
    /// The time reached.
    pub fn t(&self) -> f64 {
        self.solver.t()
    }

    /// Takes one step, and tells the step, the rows and the events that it leads to; `false` where the run is over.
    /// Where `tell` answers [`ControlFlow::Break`], the run ends as cancelled, for good: to go on later, do not ask for
    /// the next step.
    ///
    /// # Errors
    /// [`Error::Solver`] with what failed.
    pub fn advance(&mut self, tell: Tell<'_>) -> Result<bool, Error> {
        let last = self.last();
        self.conditions.leeway = 0.0;
        if self.is_cancelled {
            return self.told(ControlFlow::Break(())).map(|()| false);
        }
        if !std::mem::replace(&mut self.has_begun, true) {
            // what comes at once can jump over a threshold: on which side the run begins has to be known before
            self.settle(tell)?;
            self.react(tell)?;
            self.happen(tell)?;
            self.react(tell)?;
            self.remember()?;
            self.rows_until(0.0, true, tell)?;
        }
        if self.solver.t() >= last || self.ended.is_some() {
            return Ok(false);
        }
        // what comes within rounding of the end comes at the end
        let stop = self.next_stop().filter(|t| *t < last - rounding(last)).unwrap_or(last);
        let advance = self.step(stop)?;
        self.told(tell(Moment::Step { t: self.solver.t() }))?;
        self.follow(advance, tell)?;
        let is_stop = self.solver.t() >= stop;
        let is_instant = is_stop || advance != Advance::Step;
        if is_instant {
            self.arrive(advance)?;
            self.settle(tell)?;
        }
        self.rows_until(self.solver.t(), !is_instant, tell)?;
        self.sketch_step();
        if matches!(advance, Advance::Event | Advance::Terminal) {
            self.rest()?;
        }
        if is_stop && self.ended.is_none() {
            self.happen(tell)?;
        }
        if is_instant {
            self.react(tell)?;
            self.remember()?;
            self.rows_until(self.solver.t(), true, tell)?;
            self.sketch_now();
        }
        self.end_by_event(tell)?;
        Ok(self.solver.t() < last && self.ended.is_none())
    }

    /// What computes: native code where it is asked for, or where the run has shown to be long.
    fn choose_executor(&mut self) {
        let is_long = || self.solver.statistics().steps >= WORTH_COMPILING || self.simulation.system.has_native();
        let is_native = match self.run.settings.executor {
            Executor::Native => true,
            Executor::Tape => false,
            Executor::Auto => is_long(),
        };
        if is_native && self.native.is_none() {
            self.native = self.simulation.system.native();
            if self.native.is_some() {
                self.solver.set_executor(Executor::Native);
            } else {
                self.run.settings.executor = Executor::Tape; // it cannot be made: not to be tried at every step
            }
        }
    }

    fn step(&mut self, stop: f64) -> Result<Advance, Error> {
        self.choose_executor();
        let from = self.solver.t();
        let advance = self.advance_solver(stop);
        for ((largest, least), y) in self.largest.iter_mut().zip(&mut self.least).zip(self.solver.y()) {
            (*largest, *least) = (largest.max(y.abs()), least.min(*y));
        }
        let advance = advance?;
        self.check_sizes()?;
        let Running { native, simulation, past, solver, parameters, scratch, summariser, .. } = self;
        if let Some(summariser) = summariser {
            let (seen, step) = (Seen::new(native, simulation, past), (from, solver.t()));
            let mut read = |t: f64, state: &mut [f64], found: &mut [f64]| {
                solver.interpolate(seen.system(), t, state);
                seen.look(&Point::new(t, parameters), state, found, scratch);
            };
            summariser.step(&mut read, parameters, step);
        }
        Ok(advance)
    }

    pub(super) fn named(&self, failure: Failure) -> Error {
        self.simulation.named(failure, self.solver.y(), &self.parameters)
    }

    /// Tells the events of an advance; a terminal one ends the run.
    fn follow(&mut self, advance: Advance, tell: Tell<'_>) -> Result<(), Error> {
        if matches!(advance, Advance::Step | Advance::Turn) {
            return Ok(());
        }
        let t = self.solver.t();
        for k in 0..self.solver.happened().len() {
            let root = self.solver.happened()[k];
            let Some(event) = self.simulation.system.event_of_root(root) else { continue };
            let Some(symbol) = self.simulation.system.events().nth(event) else { continue };
            let network = Arc::clone(&self.simulation.network);
            let name = network.name_of(symbol);
            self.told(tell(Moment::Event { t, name }))?;
            if advance == Advance::Terminal && network.ends_run(Event(symbol)) {
                self.ended.get_or_insert_with(|| Ending { event: name.to_string(), t });
            }
        }
        Ok(())
    }

    /// Everything that the schedule says of this instant, and what that sets off.
    fn happen(&mut self, tell: Tell<'_>) -> Result<(), Error> {
        let t = self.solver.t();
        self.look_back();
        self.agenda.take(t, &self.simulation.timetable);
        let (mut is_changed, mut has_state) = (None, false);
        for k in 0..self.agenda.now().len() {
            let source = self.agenda.now()[k];
            let kind = self.simulation.timetable.kind(source);
            match source {
                Source::Window(_) => is_changed = Some(kind),
                Source::Dose(_) | Source::Train(_) => {
                    if !std::mem::replace(&mut has_state, true) {
                        self.change_parameters(is_changed.take());
                        self.state.copy_from_slice(self.solver.y());
                    }
                    self.act(source);
                    is_changed = Some(kind);
                }
            }
        }
        if has_state {
            self.simulation.put_at_rest(t, &self.parameters, &mut self.state, &self.run.settings)?;
            let put = self.solver.set_state(t, &self.state, is_changed.unwrap_or(0));
            put.map_err(|failure| self.simulation.named(failure, &self.state, &self.parameters))?;
        } else {
            self.change_parameters(is_changed);
            if is_changed.is_some() {
                self.rest()?;
            }
        }
        self.settle(tell)?;
        self.sum_up_jump();
        Ok(())
    }

    /// The state where the run stands is summed up as well, after it has jumped.
    pub(super) fn sum_up_jump(&mut self) {
        self.look_back();
        if let Some(summariser) = &mut self.summariser {
            let at = Point::new(self.solver.t(), &self.parameters).with_past(&self.present);
            summariser.point(&at, self.solver.y());
        }
    }

    /// Everything that jumps of the state set off at this instant.
    pub(super) fn settle(&mut self, tell: Tell<'_>) -> Result<(), Error> {
        while self.ended.is_none() {
            let Running { native, simulation, past, solver, parameters, .. } = &mut *self;
            let settled = solver.settle(Seen::new(native, simulation, past).system(), parameters);
            let Some(advance) = settled.map_err(|failure| self.named(failure))? else { break };
            self.follow(advance, tell)?;
        }
        Ok(())
    }

    /// What is fast comes to rest after a jump.
    fn rest(&mut self) -> Result<(), Error> {
        if self.simulation.system.fast().is_none() {
            return Ok(());
        }
        let t = self.solver.t();
        self.state.copy_from_slice(self.solver.y());
        self.simulation.put_at_rest(t, &self.parameters, &mut self.state, &self.run.settings)?;
        let put = self.solver.set_state(t, &self.state, 0);
        put.map_err(|failure| self.simulation.named(failure, &self.state, &self.parameters))
    }

    /// The parameters that hold from now on, where windows open or close.
    fn change_parameters(&mut self, kind: Option<usize>) {
        let Some(kind) = kind else { return };
        let system = &self.simulation.system;
        let own = system.parameter_symbols().len();
        let before = self.parameters[..own].to_vec();
        let base = &self.simulation.parameters[..own];
        self.simulation.timetable.parameters_at(self.solver.t(), base, &mut self.parameters[..own]);
        if self.parameters[..own] != before[..] {
            system.prepare(&mut self.parameters);
            self.solver.restart(kind);
        }
    }

    /// A dose or a spike acts on the state.
    fn act(&mut self, source: Source) {
        let Simulation { timetable, system, .. } = &self.simulation;
        match source {
            Source::Window(_) => {}
            Source::Dose(i) => {
                let dose = &timetable.doses[i];
                self.state[dose.state] += dose.amount.value(&self.parameters);
            }
            Source::Train(i) => {
                let event = timetable.trains[i].event;
                let at = Point::new(self.solver.t(), &self.parameters).with_modes(self.solver.modes());
                let at = at.with_past(&self.present);
                let is_short = system.occur(event, &at, &mut self.state, &mut self.scratch);
                self.spikes[event][0] += 1;
                self.spikes[event][1] += u64::from(is_short);
            }
        }
    }

    /// Where an event has ended the run, the state there is the last row.
    fn end_by_event(&mut self, tell: Tell<'_>) -> Result<(), Error> {
        let Some(ending) = &self.ended else { return Ok(()) };
        let t = ending.t;
        let has_row = self.next_row > 0
            && (self.row_time(self.next_row - 1) - t).abs() <= rounding(t).max(self.conditions.leeway);
        if has_row || t < self.run.start {
            return Ok(());
        }
        self.state.copy_from_slice(self.solver.y());
        self.tell_row(t, tell)
    }

    /// What follows from the caller's answer.
    pub(super) fn told(&mut self, answer: ControlFlow<()>) -> Result<(), Error> {
        match answer {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                self.is_cancelled = true;
                let failure = Failure::cancelled(self.solver.t());
                Err(Error::Solver { message: failure.to_string(), failure })
            }
        }
    }
}

/// What computes the rates.
pub(super) fn system<'a>(native: &'a Option<NativeSystem>, simulation: &'a Simulation) -> &'a dyn OdeSystem {
    match native {
        Some(native) => native,
        None => &*simulation.system,
    }
}
