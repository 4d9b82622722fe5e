//! Forward sensitivities: how the solution moves with parameters and initial values.
//!
//! `S = dy/dp` satisfies `S' = J S + df/dp`. It is not solved for as a system of its own: each accepted step is differentiated
//! exactly ([`tangent`](super::tangent), [`bdf::tangent`](super::bdf)), so that S is the derivative of what the steps compute.
//! S takes no part in step control: its errors are those of the state, differentiated.
//!
//! What it costs beside the steps: with a Rosenbrock method a Jacobian at each stage for all sensitivities together, and for
//! each of them the linear systems of a step and one derivative of the Jacobian; with backward differentiation a Jacobian and
//! its factors for all together, and a linear system for each.
//!
//! Where a root function g goes through zero the time of the event moves, too:
//! `dt = -(dg/dy S + dg/dp) / (dg/dt + dg/dy f-)`, and with h for what happens, f- and f+ for the rates before and after,
//! `S+ = dh/dy (S + f- dt) + dh/dp + dh/dt dt - f+ dt`
//! (Rozenvasser 1967, Automation and Remote Control 28:1066). So it is with the margin of a switch that turns; where the
//! rates go on without a jump, so does S.

use super::refinement::{POINTS, Refinement};
use super::stepper::Problem;
use super::tangent::{Carried, add_parameters, add_product};
use super::vector::padded;
use super::{Advance, After, Along, Failure, FailureKind, OdeSystem, Options, Point, Shape, Solver};

/// Times at which two events happen are the same where they move alike to within this part.
const ALIKE: f64 = 1e-6;

/// What a sensitivity is by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The parameter of this number.
    Parameter(usize),
    /// The initial value of this component.
    Initial(usize),
}

/// One sensitivity at the time reached.
#[derive(Clone, Debug)]
struct Row {
    now: Vec<f64>,
    /// By how much the time of the event moves that has led here; 0 where there was none.
    dt: f64,
    refinement: Refinement,
}

/// A run with sensitivities: a [`Solver`] and, for each thing that they are by, how its state moves.
///
/// A caller that adds a dose of a fixed size at a fixed time calls [`Sensitivities::set_state`]: the sensitivities stay what
/// they are. Where what is put in place depends on parameters, or on the state by more than an addition, the caller also
/// changes them ([`Sensitivities::row_mut`]); where a parameter of the run is made of what a sensitivity is by, its weights
/// ([`Sensitivities::set_weights`]).
///
/// A method needs exact derivatives of its steps: `rodas5p`, `rodas4`, `rodas3` and `bdf` have them. The system has to give
/// [`OdeSystem::jacobian_along`] and what stands beside it; a compiled [`System`](crate::system::System) does. What
/// [`Options::non_negative`] moves is not differentiated.
///
/// ```
/// use homeostat::linalg::Pattern;
/// use homeostat::solver::{Along, By, OdeSystem, Options, Point, Reject, Sensitivities, Shape};
///
/// /// y' = -p y
/// struct Decay(Shape);
/// impl OdeSystem for Decay {
///     fn shape(&self) -> &Shape {
///         &self.0
///     }
///     fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         dydt[0] = -at.parameters[0] * y[0];
///         Ok(())
///     }
///     fn jacobian(&self, at: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         values[0] = -at.parameters[0];
///         Ok(())
///     }
///     fn parameter_derivative(&self, _: &Point, y: &[f64], _: usize, dfdp: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         dfdp[0] = -y[0];
///         Ok(())
///     }
///     fn jacobian_along(&self, _: &Point, _: &[f64], along: &Along, values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         values[0] = -along.parameters.iter().map(|(_, weight)| weight).sum::<f64>();
///         Ok(())
///     }
/// }
///
/// let system = Decay(Shape::new(Pattern::dense(1)).with_parameters(1));
/// let by = [By::Parameter(0), By::Initial(0)];
/// let mut run = Sensitivities::new(system.shape(), &Options::default(), 0.0, &[1.0], &by)?;
/// while run.solver().t() < 2.0 {
///     run.advance(&system, &[0.5], 2.0)?;
/// }
/// assert!((run.row(0)[0] + 2.0 * (-1.0_f64).exp()).abs() < 1e-5); // -t exp(-p t)
/// assert!((run.row(1)[0] - (-1.0_f64).exp()).abs() < 1e-5);
/// # Ok::<(), homeostat::solver::Failure>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sensitivities {
    solver: Solver,
    /// Over the last step, as it was before an event cut it short.
    carried: Vec<Carried>,
    rows: Vec<Row>,
    /// The state and the switches before what happens; rates before and after; room.
    before: Vec<f64>,
    after: Vec<f64>,
    modes: Vec<f64>,
    rate_before: Vec<f64>,
    rate_after: Vec<f64>,
    moved: Vec<f64>,
    rate: Vec<f64>,
    jacobian: Vec<f64>,
    roots: Vec<f64>,
    slopes: Vec<f64>,
    scratch: Vec<f64>,
}

impl Sensitivities {
    /// Prepares a run as [`Solver::new`] does.
    ///
    /// # Errors
    /// As [`Solver::new`]; [`FailureKind::Options`] where the method has no sensitivities, the system is differenced or has
    /// algebraic equations, or there is no such component.
    pub fn new(shape: &Shape, options: &Options, t: f64, y: &[f64], by: &[By]) -> Result<Self, Failure> {
        let wrong = |text| Err(Failure::new(FailureKind::Options(text), t));
        let mut solver = Solver::new(shape, options, t, y)?;
        let n = shape.n();
        if shape.is_differenced {
            return wrong("sensitivities need exact derivatives, and the system's are found by differences");
        }
        if shape.mass().is_some() {
            return wrong("systems with a mass matrix have no sensitivities yet");
        }
        if by.iter().any(|by| matches!(by, By::Initial(i) if *i >= n)) {
            return wrong("a sensitivity is by the initial value of a component that is not there");
        }
        if !solver.stepper.carry(by.len(), shape, options)? {
            return wrong(options.method.no_sensitivities());
        }
        let (zeros, wide) = (|| vec![0.0; n], || vec![0.0; padded(n)]);
        let parameters = |by: &By| match by {
            By::Parameter(k) => vec![(*k, 1.0)],
            By::Initial(_) => Vec::new(),
        };
        let carried = by.iter().map(|by| Carried { parameters: parameters(by), start: wide(), end: wide() });
        let mut rows = vec![Row { now: zeros(), dt: 0.0, refinement: Refinement::new(n, None) }; by.len()];
        for (row, by) in rows.iter_mut().zip(by) {
            if let By::Initial(i) = by {
                row.now[*i] = 1.0;
            }
        }
        Ok(Sensitivities {
            solver,
            carried: carried.collect(),
            rows,
            before: zeros(),
            after: zeros(),
            modes: vec![0.0; shape.modes],
            rate_before: zeros(),
            rate_after: zeros(),
            moved: zeros(),
            rate: zeros(),
            jacobian: vec![0.0; shape.jacobian.len()],
            roots: vec![0.0; shape.roots.len() + shape.switches],
            slopes: vec![0.0; shape.roots.len() + shape.switches],
            scratch: Vec::new(),
        })
    }

    /// The run itself: time, state, work.
    pub fn solver(&self) -> &Solver {
        &self.solver
    }

    /// How the state at the time reached moves with number `k` of what sensitivities are by.
    ///
    /// # Panics
    /// Where there is none of this number; so do the other functions that take one.
    pub fn row(&self, k: usize) -> &[f64] {
        &self.rows[k].now
    }

    /// As [`Sensitivities::row`], to be changed by what the caller does to the state.
    pub fn row_mut(&mut self, k: usize) -> &mut [f64] {
        &mut self.rows[k].now
    }

    /// States which parameters of the run move with number `k`, by how much each, from now on. At first that is the
    /// parameter itself with the weight 1.
    pub fn set_weights(&mut self, k: usize, parameters: &[(usize, f64)]) {
        // the last step went by others
        self.rows[k].refinement.end();
        self.carried[k].parameters.clear();
        self.carried[k].parameters.extend_from_slice(parameters);
    }

    /// Puts another state in place, as [`Solver::set_state`] does. Sensitivities stay what they are.
    ///
    /// # Errors
    /// As [`Solver::set_state`].
    pub fn set_state(&mut self, t: f64, y: &[f64], kind: usize) -> Result<(), Failure> {
        self.solver.set_state(t, y, kind)?;
        self.rows.iter_mut().for_each(|row| row.dt = 0.0);
        Ok(())
    }

    /// Tells that a parameter has changed, as [`Solver::restart`] does.
    pub fn restart(&mut self, kind: usize) {
        self.solver.restart(kind);
        self.rows.iter_mut().for_each(|row| row.dt = 0.0);
    }

    /// Does what is to be done at a time, as [`Solver::settle`] does.
    ///
    /// # Errors
    /// As [`Sensitivities::advance`].
    pub fn settle(&mut self, system: &dyn OdeSystem, parameters: &[f64]) -> Result<Option<Advance>, Failure> {
        self.before.copy_from_slice(self.solver.y());
        self.modes.copy_from_slice(self.solver.modes());
        let event = self.solver.settle(system, parameters)?;
        if event.is_some() {
            self.make_room(system);
            self.jump(system, parameters)?;
        }
        Ok(event)
    }

    /// Takes one step, as [`Solver::advance`] does, and the sensitivities with it.
    ///
    /// # Errors
    /// As [`Solver::advance`]; [`FailureKind::Aborted`] where the system does not give a derivative;
    /// [`FailureKind::NoSensitivity`] where a root function touches zero without going through, or two that do not move
    /// alike go through at one time. Where the state has been taken further all the same, sensitivities are NaN from there.
    pub fn advance(&mut self, system: &dyn OdeSystem, parameters: &[f64], stop: f64) -> Result<Advance, Failure> {
        if self.solver.t() < stop
            && let Some(event) = self.settle(system, parameters)?
        {
            return Ok(event);
        }
        self.rows.iter_mut().for_each(|row| row.refinement.end());
        let before = self.solver.t();
        let advance = self.step(system, parameters, stop);
        if advance.is_err() && self.solver.t() != before {
            self.rows.iter_mut().for_each(|row| row.now.fill(f64::NAN));
        }
        advance
    }

    fn step(&mut self, system: &dyn OdeSystem, parameters: &[f64], stop: f64) -> Result<Advance, Failure> {
        let advance = self.solver.advance(system, parameters, stop)?;
        self.make_room(system);
        self.modes.copy_from_slice(&self.solver.modes_last);
        for (row, carried) in self.rows.iter_mut().zip(&mut self.carried) {
            carried.start[..row.now.len()].copy_from_slice(&row.now);
            row.refinement.forget();
            row.dt = 0.0;
        }
        let (t, (end, y)) = (self.solver.t_last, self.solver.led_to());
        self.after.copy_from_slice(y);
        let problem = Problem { system, parameters, modes: &self.modes };
        let (stepper, statistics) = (&mut self.solver.stepper, &mut self.solver.statistics);
        let through = stepper.carry_through(&problem, (t, end - t), &self.after, &mut self.carried, statistics);
        through.map_err(|fault| self.solver.fault(fault))?;
        for (row, carried) in self.rows.iter_mut().zip(&self.carried) {
            row.now.copy_from_slice(&carried.end[..self.before.len()]);
        }
        // switches turn within a step, too
        if !self.solver.watch.happened.is_empty() {
            self.cross(system, parameters)?;
            self.jump(system, parameters)?;
        }
        Ok(advance)
    }

    /// The state at a time within the last step, as [`Solver::interpolate`] gives it.
    ///
    /// # Panics
    /// Where `out` has another length than the state.
    pub fn interpolate_state(&mut self, system: &dyn OdeSystem, t: f64, out: &mut [f64]) {
        self.solver.interpolate(system, t, out);
    }

    /// Number `k` of the sensitivities at a time within the last step, as exact as at its ends: at the time of an event it is
    /// that before it.
    ///
    /// # Panics
    /// Where `out` has another length than the state.
    pub fn interpolate(&mut self, system: &dyn OdeSystem, k: usize, t: f64, out: &mut [f64]) {
        self.refine(system);
        let (carried, row) = (&self.carried[k], &self.rows[k]);
        let (t_last, end, n) = (self.solver.t_last, self.solver.led_to().0, out.len());
        if t_last == end {
            out.copy_from_slice(&row.now);
        } else if t == end {
            out.copy_from_slice(&carried.end[..n]);
        } else if t == t_last {
            out.copy_from_slice(&carried.start[..n]);
        } else {
            let s = (t - t_last) / (end - t_last);
            self.solver.stepper.carried(k, s, (&carried.start[..n], &carried.end[..n]), false, out);
            row.refinement.add(s, out);
        }
    }

    /// Makes what is interpolated within the last step as exact as its ends, where that has not been done.
    fn refine(&mut self, system: &dyn OdeSystem) {
        self.solver.refine(system);
        let (t, end) = (self.solver.t_last, self.solver.led_to().0);
        let is_done = self.rows.first().is_none_or(|row| row.refinement.is_made());
        if t == end || is_done || self.solver.check_system(system, &self.solver.parameters_last).is_err() {
            return;
        }
        let Some(shift) = self.solver.stepper.factors(end - t) else { return };
        let parameters = std::mem::take(&mut self.solver.parameters_last);
        self.modes.copy_from_slice(&self.solver.modes_last);
        for k in 0..POINTS.len() {
            self.refine_at(k, (t, end - t), shift, system, &parameters);
        }
        self.solver.parameters_last = parameters;
    }

    /// Looks at the defect `J S + df/dp - S'` at a point of the last step.
    fn refine_at(&mut self, point: usize, (t, h): (f64, f64), shift: f64, system: &dyn OdeSystem, parameters: &[f64]) {
        let s = POINTS[point];
        let at = Point::new(t + s * h, parameters).with_modes(&self.modes);
        self.solver.interpolate_freely(at.t, &mut self.after);
        let has_jacobian = system.jacobian(&at, &self.after, &mut self.jacobian, &mut self.scratch).is_ok();
        let n = self.after.len();
        for (k, (row, carried)) in self.rows.iter_mut().zip(&self.carried).enumerate() {
            let ends = (&carried.start[..n], &carried.end[..n]);
            self.solver.stepper.carried(k, s, ends, true, &mut self.moved);
            for (rate, slope) in self.rate.iter_mut().zip(&self.moved) {
                *rate = -slope / h;
            }
            self.solver.stepper.carried(k, s, ends, false, &mut self.moved);
            add_product(&system.shape().jacobian, &self.jacobian, &self.moved, &mut self.rate);
            let room = (&mut self.moved[..], &mut self.scratch[..]);
            let added = add_parameters(system, (&at, &self.after), &carried.parameters, &mut self.rate, room);
            if added.is_err() || !has_jacobian {
                self.rate.fill(f64::NAN);
            }
            let solver = &mut self.solver;
            row.refinement.look_at(point, &self.rate, &mut *solver.stepper, shift, &mut solver.statistics);
        }
        self.solver.statistics.jacobians += 1;
    }

    fn make_room(&mut self, system: &dyn OdeSystem) {
        let scratch = system.sensitivity_scratch().max(system.shape().scratch);
        self.scratch.resize(scratch, 0.0);
    }

    /// Goes back to the event that has cut the step short, and finds by how much its time moves.
    fn cross(&mut self, system: &dyn OdeSystem, parameters: &[f64]) -> Result<(), Failure> {
        let t = self.solver.t();
        self.solver.interpolate(system, t, &mut self.before);
        let at = Point::new(t, parameters).with_modes(&self.modes);
        let refused = |reject| Failure::from_reject(reject, t);
        system.rhs(&at, &self.before, &mut self.rate_before, &mut self.scratch).map_err(refused)?;
        let along = Along { t: 1.0, state: &self.rate_before, parameters: &[] };
        system.roots_along(&at, &self.before, &along, &mut self.slopes, &mut self.scratch).map_err(refused)?;
        for k in 0..self.rows.len() {
            let mut now = std::mem::take(&mut self.rows[k].now);
            self.interpolate(system, k, t, &mut now);
            let at = Point::new(t, parameters).with_modes(&self.modes);
            let along = Along { t: 0.0, state: &now, parameters: &self.carried[k].parameters };
            system.roots_along(&at, &self.before, &along, &mut self.roots, &mut self.scratch).map_err(refused)?;
            self.rows[k].now = now;
            self.rows[k].dt = match self.time_moves(t) {
                // where the rates do not jump, nothing depends on when
                Err(_) if self.solver.bends => 0.0,
                moves => moves?,
            };
        }
        Ok(())
    }

    /// By how much the time of the event moves, from the slopes of the root functions.
    fn time_moves(&self, t: f64) -> Result<f64, Failure> {
        let no = |text| Err(Failure::new(FailureKind::NoSensitivity(text), t));
        let mut moves = self.solver.watch.happened.iter().map(|&root| -self.roots[root] / self.slopes[root]);
        let Some(first) = moves.next() else { return Ok(0.0) };
        if !first.is_finite() {
            return no("a root function touches zero without going through");
        }
        if moves.any(|other| (other - first).abs() > ALIKE * first.abs() || other.is_nan()) {
            return no("two events fall together here, and which comes first depends on what they are by");
        }
        Ok(first)
    }

    /// Takes the sensitivities through what has happened to the state `before`.
    fn jump(&mut self, system: &dyn OdeSystem, parameters: &[f64]) -> Result<(), Failure> {
        let t = self.solver.t();
        let refused = |reject| Failure::from_reject(reject, t);
        let at = Point::new(t, parameters).with_modes(&self.modes);
        system.rhs(&at, &self.before, &mut self.rate_before, &mut self.scratch).map_err(refused)?;
        for row in &mut self.rows {
            for (now, rate) in row.now.iter_mut().zip(&self.rate_before) {
                *now += rate * row.dt;
            }
        }
        for &root in self.solver.happened() {
            let at = Point::new(t, parameters);
            self.after.copy_from_slice(&self.before);
            let happened = system.happen(root, &at, &mut self.after, &mut self.modes, &mut self.scratch);
            if happened.map_err(refused)? == After::Unchanged {
                continue;
            }
            for (row, carried) in self.rows.iter_mut().zip(&self.carried) {
                let along = Along { t: row.dt, state: &row.now, parameters: &carried.parameters };
                let moved = &mut self.moved;
                system.happen_along(root, &at, &self.before, &along, moved, &mut self.scratch).map_err(refused)?;
                row.now.copy_from_slice(moved);
            }
            std::mem::swap(&mut self.before, &mut self.after);
        }
        let at = Point::new(t, parameters).with_modes(self.solver.modes());
        system.rhs(&at, self.solver.y(), &mut self.rate_after, &mut self.scratch).map_err(refused)?;
        for row in &mut self.rows {
            for (now, rate) in row.now.iter_mut().zip(&self.rate_after) {
                *now -= rate * row.dt;
            }
        }
        Ok(())
    }
}
