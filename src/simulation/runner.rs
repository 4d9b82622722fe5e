//! A run in progress: steps, what happens between them, rows.

use super::timetable::rounding;
use super::{Moment, Run, Simulation, Trajectory};
use crate::error::{Error, Problem};
use crate::solver::{Failure, OdeSystem, Solver, Tolerance};
use crate::system::Observer;
use std::ops::ControlFlow;

/// Who is told of rows and steps.
type Tell<'a> = &'a mut dyn FnMut(Moment<'_>) -> ControlFlow<()>;

/// A run in progress.
pub(super) struct Runner<'a> {
    simulation: &'a Simulation,
    run: &'a Run,
    solver: Solver,
    observer: Observer,
    /// Parameters as they hold now; the simulation's own are those without the schedule.
    parameters: Vec<f64>,
    largest: Vec<f64>,
    state: Vec<f64>,
    values: Vec<f64>,
    next_row: usize,
}

impl<'a> Runner<'a> {
    pub fn new(simulation: &'a Simulation, run: &'a Run, trajectory: &mut Trajectory) -> Result<Self, Error> {
        let problems = run.problems();
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let (network, system) = (&simulation.network, &simulation.system);
        let columns = if run.selection.is_empty() { simulation.select_species() } else { run.selection.clone() };
        let observables: Vec<_> = columns.iter().map(|c| c.observable).collect();
        let observer = system.observer(network, &observables)?;
        let initial = simulation.initial_state()?;
        let (options, scales) = simulation.options(&run.settings, &initial);
        let names = system.states().iter().map(|s| network.name_of(*s).to_string());
        let atol = |i: usize| match &options.atol {
            Tolerance::Same(a) => *a,
            Tolerance::Each(a) => a[i],
        };
        trajectory.statistics.scales =
            names.zip(&scales).enumerate().map(|(i, (name, scale))| (name, *scale, atol(i))).collect();
        trajectory.statistics.method = run.settings.method.name();
        trajectory.statistics.executor = "tape";
        trajectory.time_unit = network.units().time().to_string();
        trajectory.columns = columns;
        let parameters = simulation.parameters.clone();
        let solver = Solver::new(system.shape(), &options, 0.0, &initial)
            .map_err(|failure| simulation.named(failure, &initial, &parameters))?;
        let values = vec![0.0; observer.len()];
        let largest = initial.iter().map(|y| y.abs()).collect();
        Ok(Runner { simulation, run, solver, observer, parameters, largest, state: initial, values, next_row: 0 })
    }

    /// Takes every step to the last row.
    pub fn go(&mut self, tell: Tell<'_>) -> Result<(), Error> {
        let last = self.row_time(self.run.steps);
        self.happen()?;
        self.rows_until(0.0, true, tell)?;
        while self.solver.t() < last {
            // what comes within rounding of the end comes at the end
            let stop = self.next_stop(last)?.filter(|t| *t < last - rounding(last)).unwrap_or(last);
            while self.solver.t() < stop {
                self.step(stop)?;
                self.told(tell(Moment::Step { t: self.solver.t() }))?;
                self.rows_until(self.solver.t(), self.solver.t() < stop, tell)?;
            }
            self.happen()?;
            self.rows_until(stop, true, tell)?;
        }
        Ok(())
    }

    /// The next time at which the schedule says something. Each takes a step of its own, so that there cannot
    /// be more of them than steps.
    fn next_stop(&self, last: f64) -> Result<Option<f64>, Error> {
        let (t, most) = (self.solver.t(), self.run.settings.max_steps);
        let next = self.simulation.timetable.next(t);
        let occasions = self.simulation.timetable.occasions(last);
        if occasions > most as f64 || next.is_some_and(|next| next <= t) {
            let message = format!(
                "something comes {occasions:e} times before {last}, which is more than {most} steps: lengthen its `every`"
            );
            return Err(Problem::error(["schedule"], message).into());
        }
        Ok(next)
    }

    fn step(&mut self, stop: f64) -> Result<(), Error> {
        let system = &*self.simulation.system;
        let taken = self.solver.advance(system, &self.parameters, stop);
        for (largest, y) in self.largest.iter_mut().zip(self.solver.y()) {
            *largest = largest.max(y.abs());
        }
        taken.map(|_| ()).map_err(|failure| self.simulation.named(failure, self.solver.y(), &self.parameters))
    }

    /// Everything that the schedule says of this instant.
    fn happen(&mut self) -> Result<(), Error> {
        let (simulation, t) = (self.simulation, self.solver.t());
        let own = simulation.system.parameter_symbols().len();
        if simulation.timetable.has_windows() {
            let before = self.parameters[..own].to_vec();
            simulation.timetable.parameters_at(t, &simulation.parameters[..own], &mut self.parameters[..own]);
            if self.parameters[..own] != before[..] {
                simulation.system.prepare(&mut self.parameters);
                self.solver.restart(0);
            }
        }
        self.state.copy_from_slice(self.solver.y());
        if simulation.timetable.dose(t, &self.parameters, &mut self.state) {
            let put = self.solver.set_state(t, &self.state, 0);
            put.map_err(|failure| simulation.named(failure, &self.state, &self.parameters))?;
        }
        Ok(())
    }

    fn row_time(&self, i: usize) -> f64 {
        let Run { start, end, steps, .. } = *self.run;
        if i == 0 {
            start
        } else if i == steps {
            end
        } else {
            start + i as f64 * (end - start) / steps as f64
        }
    }

    /// Tells the rows that lie before t, and those at t where everything has happened there. A row within
    /// rounding of t counts as at t.
    fn rows_until(&mut self, t: f64, including: bool, tell: Tell<'_>) -> Result<(), Error> {
        let rounding = rounding(t);
        while self.next_row <= self.run.steps {
            let row = self.row_time(self.next_row);
            let is_at = (row - t).abs() <= rounding;
            if row > t + rounding || (is_at && !including) {
                break;
            }
            if is_at {
                self.state.copy_from_slice(self.solver.y());
            } else {
                self.solver.interpolate(row, &mut self.state);
            }
            self.observer.observe(row, &self.state, &self.parameters, &mut self.values);
            self.told(tell(Moment::Row { t: row, values: &self.values }))?;
            self.next_row += 1;
        }
        Ok(())
    }

    /// What follows from the caller's answer.
    fn told(&self, answer: ControlFlow<()>) -> Result<(), Error> {
        match answer {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                let failure = Failure::cancelled(self.solver.t());
                Err(Error::Solver { message: failure.to_string(), failure })
            }
        }
    }

    /// Writes what the run has cost, and what is worth a look.
    pub fn close(&self, trajectory: &mut Trajectory) {
        trajectory.statistics.counts = self.solver.statistics();
        let halves = self.simulation.half_saturations();
        for (i, (name, _, atol)) in trajectory.statistics.scales.iter().enumerate() {
            if self.largest[i] < *atol && trajectory.statistics.counts.steps > 0 {
                let message = format!(
                    "stays below its absolute tolerance {atol:e} (largest amount {:e}): lower --atol to resolve it",
                    self.largest[i]
                );
                trajectory.warnings.push(Problem::warning(["species", name], message));
            }
            let least = halves.iter().filter(|(k, _)| *k == i).map(|(_, km)| *km).fold(f64::INFINITY, f64::min);
            if *atol > 0.1 * least {
                let message = format!(
                    "its absolute tolerance {atol:e} exceeds a tenth of its Km (as an amount {least:e}): lower --atol"
                );
                trajectory.warnings.push(Problem::warning(["species", name], message));
            }
        }
    }
}
