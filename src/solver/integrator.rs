//! A run in progress: its state, and what is done to it from outside.

use super::consistency::Consistency;
use super::event::{Advance, WIDTH, Watch};
use super::invariant::Restoration;
use super::memory::Memory;
use super::non_negative::Bounds;
use super::norm::Norm;
use super::refinement::{Refinement, Taken};
use super::stepper::{Problem, Stepper, stepper};
use super::turns::Room;
use super::{Failure, FailureKind, OdeSystem, Options, Shape, Statistics};
use crate::linalg::LinearAlgebra;
use crate::program::Executor;
use std::time::Instant;

/// A run in progress: state, step size, dense output of the last step, memory, work counts.
///
/// ```
/// use homeostat::linalg::Pattern;
/// use homeostat::solver::{OdeSystem, Options, Point, Reject, Shape, Solver};
///
/// struct Decay(Shape);
/// impl OdeSystem for Decay {
///     fn shape(&self) -> &Shape {
///         &self.0
///     }
///     fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         dydt[0] = -y[0];
///         Ok(())
///     }
///     fn jacobian(&self, _: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         values[0] = -1.0;
///         Ok(())
///     }
/// }
///
/// let system = Decay(Shape::new(Pattern::dense(1)));
/// let mut solver = Solver::new(system.shape(), &Options::default(), 0.0, &[1.0])?;
/// while solver.t() < 2.0 {
///     solver.advance(&system, &[], 2.0)?; // never beyond 2
/// }
/// assert!((solver.y()[0] - (-2.0_f64).exp()).abs() < 1e-6);
/// # Ok::<(), homeostat::solver::Failure>(())
/// ```
#[derive(Clone, Debug)]
pub struct Solver {
    pub(super) options: Options,
    pub(super) norm: Norm,
    pub(super) stepper: Box<dyn Stepper>,
    pub(super) restoration: Restoration,
    pub(super) bounds: Bounds,
    pub(super) consistency: Consistency,
    pub(super) refinement: Refinement,
    pub(super) t: f64,
    pub(super) y: Vec<f64>,
    /// Where the last step began.
    pub(super) t_last: f64,
    pub(super) y_last: Vec<f64>,
    /// Where the last step led, where an event has cut it short or changed the state since.
    pub(super) led_to: Option<f64>,
    pub(super) y_led_to: Vec<f64>,
    pub(super) new: Vec<f64>,
    /// Room for rates, and for the system.
    pub(super) rate: Vec<f64>,
    pub(super) scratch: Vec<f64>,
    /// The step to try next; none after a start or an event of a new kind.
    pub(super) next: Option<f64>,
    /// The steps that worked after events.
    pub(super) memory: Memory,
    /// The frozen side of each switch, now and in the last step.
    pub(super) modes: Vec<f64>,
    pub(super) modes_last: Vec<f64>,
    /// The parameters of the last step.
    pub(super) parameters_last: Vec<f64>,
    pub(super) watch: Watch,
    /// Room for bounds of root functions.
    pub(super) room: Room,
    /// Whether the rates went on without a jump where switches turned last.
    pub(super) bends: bool,
    /// Whether algebraic components and root functions have to be looked at before the next step.
    pub(super) has_jumped: bool,
    /// Attempts of this run whose linear system was singular.
    pub(super) singular: u64,
    pub(super) statistics: Statistics,
    /// When the first step began, by the clock.
    pub(super) begun: Option<Instant>,
}

impl Solver {
    /// Prepares a run from (t, y) for systems of this shape. Conserved sums get their totals from `y`.
    ///
    /// # Errors
    /// [`FailureKind::Options`] where an option is out of its range `y` has another length than the
    /// shape, the shape's mass matrix is none, or the method cannot
    /// do what is asked for; [`FailureKind::Undetermined`] where its algebraic equations do not
    /// determine its algebraic states; [`FailureKind::LinearAlgebra`] where it is too large for the linear algebra that is
    /// asked for; [`FailureKind::NotFinite`] where `t` or `y` is not finite; [`FailureKind::Negative`] where a component that
    /// is to be [non-negative](super::NonNegative) is not, by more than its absolute tolerance.
    pub fn new(shape: &Shape, options: &Options, t: f64, y: &[f64]) -> Result<Self, Failure> {
        options.check(shape.n())?;
        options.method.check(shape, options)?;
        shape.check()?;
        if y.len() != shape.n() {
            return Err(Failure::new(FailureKind::Options("the initial state has another length than the system"), t));
        }
        let mut solver = Solver {
            options: options.clone(),
            norm: Norm::new(options, shape.n()),
            stepper: stepper(shape, options)?,
            restoration: Restoration::new(&shape.invariants),
            bounds: Bounds::new(options, shape.n(), &shape.invariants),
            consistency: Consistency::new(shape, options),
            refinement: Refinement::new(y.len(), shape.mass()),
            t,
            y: y.to_vec(),
            t_last: t,
            y_last: y.to_vec(),
            led_to: None,
            y_led_to: y.to_vec(),
            new: vec![0.0; y.len()],
            rate: vec![0.0; y.len()],
            scratch: vec![0.0; shape.scratch],
            next: None,
            memory: Memory::default(),
            modes: vec![0.0; shape.modes],
            modes_last: vec![0.0; shape.modes],
            parameters_last: Vec::new(),
            watch: Watch::new(&shape.roots, shape.switches),
            room: Room::default(),
            bends: false,
            has_jumped: true,
            singular: 0,
            statistics: Statistics::default(),
            begun: None,
        };
        solver.restoration.set_totals(y);
        solver.put(t, y)?;
        Ok(solver)
    }

    /// The time reached.
    pub fn t(&self) -> f64 {
        self.t
    }

    /// The state reached.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// The frozen side of each switch; those that the system sets by itself only once a start or a jump is settled.
    pub fn modes(&self) -> &[f64] {
        &self.modes
    }

    /// The root functions that went through zero at the last [`Advance::Event`], ascending.
    pub fn happened(&self) -> &[usize] {
        self.watch.happened_apart().0
    }

    /// How wide brackets are in the last step: the time at which a root function has gone through zero is known no better.
    pub fn bracket(&self) -> f64 {
        WIDTH * (self.t_last.abs() + (self.led_to().0 - self.t_last).abs())
    }

    /// The work so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// What computes steps or their elimination now: tape (loops) or native.
    pub fn executor(&self) -> Executor {
        self.stepper.executor()
    }

    /// How linear systems are solved: what [`Options::linear_algebra`] came to. None where the method has none. Pivoting where
    /// static elimination failed is counted in [`Statistics::fallback_factorisations`].
    pub fn linear_algebra(&self) -> Option<LinearAlgebra> {
        self.stepper.linear_algebra()
    }

    /// Chooses what computes elimination, whole steps and their derivatives; results do not depend on it.
    pub fn set_executor(&mut self, executor: Executor) {
        self.options.executor = executor;
        self.stepper.set_executor(executor);
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Puts another state in place, as an event does. Totals of conserved sums change by as much. The step that
    /// worked after the last event of the same `kind` (any number the caller chooses) is tried first; after the first
    /// of its kind a step is found anew. The time may change, too: then it is a new beginning, and no root function goes
    /// through zero by it. Before the first step, only what [`Solver::settle`] has looked at can be jumped over.
    ///
    /// # Errors
    /// [`FailureKind::NotFinite`] with the component where `t` or `y` is not finite; [`FailureKind::Negative`] where it
    /// is below zero and to be [non-negative](super::NonNegative); [`FailureKind::Options`] where `y` has another length.
    pub fn set_state(&mut self, t: f64, y: &[f64], kind: usize) -> Result<(), Failure> {
        if y.len() != self.y.len() {
            return Err(Failure::new(FailureKind::Options("the state has another length than the system"), t));
        }
        let is_same_time = t == self.t;
        self.put(t, y)?;
        self.watch.jump(is_same_time);
        self.restart(kind);
        Ok(())
    }

    /// Begins at (t, y), or goes on there: conserved sums change by as much as the state does.
    fn put(&mut self, t: f64, y: &[f64]) -> Result<(), Failure> {
        let bad = y.iter().position(|x| !x.is_finite());
        if bad.is_some() || !t.is_finite() {
            return Err(Failure { component: bad, ..Failure::new(FailureKind::NotFinite, t) });
        }
        self.check_sign(t, y)?;
        (self.t, self.t_last) = (t, t);
        self.led_to = None;
        self.refinement.forget();
        self.restoration.move_totals(&self.y, y);
        self.y.copy_from_slice(y);
        self.y_last.copy_from_slice(y);
        Ok(())
    }

    /// Fails where a state that is put in place has a component below zero that is not to be there.
    pub(super) fn check_sign(&self, t: f64, y: &[f64]) -> Result<(), Failure> {
        match self.bounds.worst(y) {
            Some((component, _)) => {
                Err(Failure { component: Some(component), ..Failure::new(FailureKind::Negative, t) })
            }
            None => Ok(()),
        }
    }

    /// Tells that a parameter has changed, by an event of this `kind` (see [`Solver::set_state`]).
    pub fn restart(&mut self, kind: usize) {
        self.begin_stretch(self.watch.len().saturating_add(kind));
    }

    /// What the past says of the next step is forgotten, except for what was learnt after the last event of the kind.
    pub(super) fn begin_stretch(&mut self, kind: usize) {
        self.next = self.memory.recall(kind);
        self.stepper.restart();
        self.has_jumped = true;
    }

    /// Takes one accepted step, to `stop` at the most. Every stage sees the `parameters` given here: a change
    /// at `stop` itself is not seen before the next call. Where root functions go through zero within the step, it is
    /// cut short there, and what they set off happens; [`Advance`] says so.
    ///
    /// # Errors
    /// A [`Failure`] says why no step can be taken; the state then stays where it was. Where a root function or what it
    /// sets off fails, the step has been taken, and the state is the one at its end or at the event.
    pub fn advance(&mut self, system: &dyn OdeSystem, parameters: &[f64], stop: f64) -> Result<Advance, Failure> {
        if !stop.is_finite() || stop <= self.t {
            let text = "the stop must be finite and lie after the time reached";
            return Err(self.failure(FailureKind::Options(text), None));
        }
        self.check_system(system, parameters)?;
        if let Some(event) = self.settle(system, parameters)? {
            return Ok(event);
        }
        self.with_modes(|solver, modes| {
            // most systems have none, and to copy nothing is a call
            if !modes.is_empty() {
                solver.modes_last.copy_from_slice(modes);
            }
            solver.parameters_last.clear();
            solver.parameters_last.extend_from_slice(parameters);
            solver.step(&Problem { system, parameters, modes }, stop)?;
            if solver.has_crossed_in_step(&Problem { system, parameters, modes })? {
                return solver.set_off(system, parameters, modes);
            }
            Ok(Advance::Step)
        })
    }

    pub(super) fn check_system(&self, system: &dyn OdeSystem, parameters: &[f64]) -> Result<(), Failure> {
        let wrong = |text| Err(self.failure(FailureKind::Options(text), None));
        let shape = system.shape();
        let roots = shape.roots.len() == self.watch.events() && shape.roots.len() + shape.switches == self.watch.len();
        if shape.n() != self.y.len() || !roots || shape.modes != self.modes_last.len() {
            return wrong("the system has another shape than the solver was made for");
        }
        if parameters.len() < shape.parameters {
            return wrong("there are fewer parameters than the system reads");
        }
        Ok(())
    }

    /// Does what a start or a jump (an event, [`Solver::set_state`], [`Solver::restart`]) leaves to be done at its time:
    /// algebraic components follow, so that their equations hold, and what happens where root functions were taken through
    /// zero happens: none where that is nothing. The next [`Solver::advance`] would do so before its step.
    ///
    /// # Errors
    /// As [`Solver::advance`].
    #[inline]
    pub fn settle(&mut self, system: &dyn OdeSystem, parameters: &[f64]) -> Result<Option<Advance>, Failure> {
        if self.has_jumped { self.settle_jump(system, parameters) } else { Ok(None) }
    }

    fn settle_jump(&mut self, system: &dyn OdeSystem, parameters: &[f64]) -> Result<Option<Advance>, Failure> {
        self.check_system(system, parameters)?;
        self.with_modes(|solver, modes| {
            solver.set_switches(system, parameters, modes)?;
            if system.shape().mass().is_some() {
                solver.make_consistent(&Problem { system, parameters, modes })?;
                solver.set_switches(system, parameters, modes)?;
            }
            solver.has_jumped = false;
            let has_crossed = solver.has_crossed_by_jump(&Problem { system, parameters, modes })?;
            if has_crossed { solver.set_off(system, parameters, modes).map(Some) } else { Ok(None) }
        })
    }

    /// Switches are taken out, so that the rest of the solver can be written to meanwhile.
    pub(super) fn with_modes<T>(&mut self, act: impl FnOnce(&mut Self, &mut [f64]) -> T) -> T {
        let mut modes = std::mem::take(&mut self.modes);
        let result = act(self, &mut modes);
        self.modes = modes;
        result
    }

    /// The state at a time within the last step of this system, as exact as the ends of the step. The first time that is
    /// asked for inside a step costs three right-hand sides (more with algebraic
    /// equations, and by Radau): stiff components move between the ends as these do not tell, so
    /// that the defect of dense output is looked at (`docs/accuracy.md`). Where the system is of another shape or gives no
    /// value inside, and once a next step has been tried and failed, what is not looked at yet is dense output as it is.
    ///
    /// A time outside is extrapolated from the step: its accuracy is then not controlled. At the time of an event that
    /// ended the step it is the state before the event. Before the first step, and right after
    /// [`Solver::set_state`], it is the state that was put.
    ///
    /// A component that is to be [non-negative](super::NonNegative) may be below zero by its absolute tolerance, and no more.
    ///
    /// # Panics
    /// Where `out` has another length than the state.
    pub fn interpolate(&mut self, system: &dyn OdeSystem, t: f64, out: &mut [f64]) {
        if t != self.t_last && t != self.led_to().0 {
            self.refine(system);
        }
        self.interpolate_freely(t, out);
        self.bounds.lift(out, &mut self.restoration, &self.norm);
    }

    /// As [`Solver::interpolate`], refined or not, bounds or not.
    pub(super) fn interpolate_freely(&self, t: f64, out: &mut [f64]) {
        let (end, y_end) = self.led_to();
        if self.t_last == end {
            out.copy_from_slice(&self.y);
        } else if t == end {
            out.copy_from_slice(y_end);
        } else if t == self.t_last {
            out.copy_from_slice(&self.y_last);
        } else {
            let s = (t - self.t_last) / (end - self.t_last);
            self.stepper.value(s, (&self.y_last, y_end), out);
            self.refinement.add(s, out);
        }
    }

    /// Makes dense output of the last step as exact as the ends of the step, where that has not been done.
    pub(super) fn refine(&mut self, system: &dyn OdeSystem) {
        let (end, y_end) = match self.led_to {
            Some(end) => (end, &self.y_led_to),
            None => (self.t, &self.y),
        };
        let problem = Problem { system, parameters: &self.parameters_last, modes: &self.modes_last };
        if self.t_last < end && self.check_system(system, problem.parameters).is_ok() {
            let taken = Taken { t: self.t_last, h: end - self.t_last, ends: (&self.y_last, y_end), norm: &self.norm };
            let work = (&mut self.scratch[..], &mut self.statistics);
            self.refinement.make(&mut *self.stepper, &problem, &taken, work.0, work.1);
        }
    }

    /// Where the last step led: time and state.
    pub(super) fn led_to(&self) -> (f64, &[f64]) {
        match self.led_to {
            Some(end) => (end, &self.y_led_to),
            None => (self.t, &self.y),
        }
    }

    pub(super) fn failure(&self, kind: FailureKind, component: Option<usize>) -> Failure {
        Failure { component, ..Failure::new(kind, self.t) }
    }
}
