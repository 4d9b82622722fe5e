//! Runs put aside and taken up again.

use super::event::Watch;
use super::exact::Exact;
use super::memory::Memory;
use super::{Failure, FailureKind, Options, Shape, Solver, Statistics};
use serde::{Deserialize, Serialize};

/// A run between two steps, as plain data: options, time and state, what the method remembers of its steps (dense output,
/// Jacobian, step control), what was learnt of events, switches, sides of root functions, totals of conserved sums, work.
///
/// Taken up by [`Solver::resume`], the run goes on to the same bits as if it had not been put aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    options: Options,
    t: f64,
    y: Vec<f64>,
    t_last: f64,
    y_last: Vec<f64>,
    led_to: Option<f64>,
    y_led_to: Vec<f64>,
    stepper: Exact,
    refinement: Vec<f64>,
    next: Option<f64>,
    memory: Memory,
    modes: Exact,
    modes_last: Exact,
    parameters_last: Exact,
    watch: Watch,
    has_jumped: bool,
    totals: Vec<f64>,
    singular: u64,
    statistics: Statistics,
}

impl Snapshot {
    /// The time reached.
    pub fn t(&self) -> f64 {
        self.t
    }
}

impl Solver {
    /// The run as it stands.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            options: self.options.clone(),
            t: self.t,
            y: self.y.clone(),
            t_last: self.t_last,
            y_last: self.y_last.clone(),
            led_to: self.led_to,
            y_led_to: self.y_led_to.clone(),
            stepper: Exact(self.stepper.keep()),
            refinement: self.refinement.keep(),
            next: self.next,
            memory: self.memory.clone(),
            modes: Exact(self.modes.clone()),
            modes_last: Exact(self.modes_last.clone()),
            parameters_last: Exact(self.parameters_last.clone()),
            watch: self.watch.clone(),
            has_jumped: self.has_jumped,
            totals: self.restoration.totals().to_vec(),
            singular: self.singular,
            statistics: self.statistics,
        }
    }

    /// Takes up a run of a system of this shape. A limit on time by the clock is counted anew.
    ///
    /// # Errors
    /// [`FailureKind::Options`] where the snapshot is of another shape, or an option in it is out of its range;
    /// [`FailureKind::NotFinite`] where its state is not finite.
    pub fn resume(shape: &Shape, snapshot: &Snapshot) -> Result<Self, Failure> {
        let mut solver = Solver::new(shape, &snapshot.options, snapshot.t, &snapshot.y)?;
        let s = snapshot.clone();
        let fits = [
            (s.y_last.len(), shape.n()),
            (s.y_led_to.len(), shape.n()),
            (s.modes.0.len(), shape.modes),
            (s.modes_last.0.len(), shape.modes),
            (s.totals.len(), shape.invariants.len()),
        ];
        let step = s.next.is_none_or(|next| next > 0.0);
        let method = solver.stepper.take_up(&s.stepper.0) && solver.refinement.take_up(&s.refinement);
        if fits.iter().any(|(found, expected)| found != expected)
            || !s.watch.fits(&shape.roots, shape.switches)
            || !step
            || !method
        {
            let kind = FailureKind::Options("the snapshot is of a system of another shape");
            return Err(Failure::new(kind, snapshot.t));
        }
        (solver.t_last, solver.y_last) = (s.t_last, s.y_last);
        (solver.led_to, solver.y_led_to) = (s.led_to, s.y_led_to);
        (solver.next, solver.memory) = (s.next, s.memory);
        (solver.modes, solver.modes_last, solver.parameters_last) = (s.modes.0, s.modes_last.0, s.parameters_last.0);
        (solver.watch, solver.has_jumped) = (s.watch, s.has_jumped);
        solver.restoration.take_totals(&s.totals);
        (solver.singular, solver.statistics) = (s.singular, s.statistics);
        Ok(solver)
    }
}
