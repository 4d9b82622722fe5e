//! Steps until one is accepted, and what happens where root functions go through zero.

use super::control::{first_guess, first_step, smallest_step};
use super::event::{Advance, WIDTH};
use super::stepper::{Fault, Problem};
use super::turns::StepSight;
use super::{After, Failure, FailureKind, OdeSystem, Point, Reject, Solver, StepSize};
use std::time::Instant;

/// After so many attempts with a singular linear system a run is not getting on: the step has grown beyond
/// what the precision of the Jacobian can bear.
const MOST_SINGULAR: u64 = 1000;

/// A jump of the rates that is smaller than this part of the tolerance, over a step, is none.
const BEND: f64 = 0.1;

/// Why a step is not accepted.
pub(super) enum Rejection {
    /// The error estimate.
    Error(f64),
    /// A component below zero, and by how many times its tolerance.
    Negative(usize, f64),
    /// The state from which it began, which has been mended.
    Mended,
    Fault(Fault),
}

impl Solver {
    pub(super) fn step(&mut self, problem: &Problem, stop: f64) -> Result<(), Failure> {
        self.refinement.end();
        self.prepare(problem)?;
        let mut h = match (self.options.step, self.next) {
            (StepSize::Fixed(h), _) | (_, Some(h)) => h,
            _ => self.first_step(problem, stop - self.t)?,
        };
        loop {
            h = h.min(self.options.max_step.unwrap_or(f64::INFINITY));
            self.check_limits(h)?;
            // a step that would leave a crumb before the stop is stretched or halved
            let left = stop - self.t;
            let is_last = h >= left * (1.0 - 1e-10);
            if h < smallest_step(self.t) && !is_last {
                let worst = self.norm.worst(self.stepper.error(), &self.y, &self.new);
                return Err(Failure { step: h, ..self.failure(FailureKind::StepTooSmall, Some(worst)) });
            }
            let tried = if is_last {
                left
            } else if h > 0.5 * left && self.is_adaptive() {
                0.5 * left
            } else {
                h
            };
            let is_cut = tried < h;
            // the step that the clock can show: what rounding takes from t + h it takes from h too
            let tried = if is_last { tried } else { (self.t + tried) - self.t };
            match self.attempt(problem, tried) {
                Ok(error) => {
                    let proposed = self.accept(tried, error, is_last.then_some(stop));
                    // a step cut short by the stop says nothing against the longer one tried before
                    let next = if is_cut { proposed.max(h) } else { proposed };
                    self.next = Some(next);
                    if self.memory.is_open() {
                        // cut short, it says only that longer ones may do
                        let again = self.stepper.again().unwrap_or(next);
                        self.memory.learn(if is_cut { again.max(h) } else { again });
                    }
                    return Ok(());
                }
                Err(rejection) => {
                    let is_mended = matches!(rejection, Rejection::Mended);
                    h = self.reject(problem, tried, rejection)?;
                    if is_mended {
                        self.stepper.bend();
                        self.prepare(problem)?;
                    }
                }
            }
        }
    }

    fn prepare(&mut self, problem: &Problem) -> Result<(), Failure> {
        let prepared = self.stepper.prepare(problem, self.t, &self.y, &mut self.statistics);
        prepared.map_err(|fault| self.fault(fault))
    }

    fn check_limits(&mut self, h: f64) -> Result<(), Failure> {
        let limit = |solver: &Solver, kind| Err(Failure { step: h, ..solver.failure(kind, None) });
        if self.statistics.steps + self.statistics.rejected >= self.options.max_steps {
            return limit(self, FailureKind::TooManySteps);
        }
        if self.statistics.rhs >= self.options.max_evaluations {
            return limit(self, FailureKind::TooManyEvaluations);
        }
        if let Some(most) = self.options.max_wall_time
            && self.begun.get_or_insert_with(Instant::now).elapsed() > most
        {
            return limit(self, FailureKind::TimeLimit);
        }
        Ok(())
    }

    pub(super) fn is_adaptive(&self) -> bool {
        self.options.step == StepSize::Adaptive
    }

    /// Tries a step: its error where it can be accepted, else why not.
    fn attempt(&mut self, problem: &Problem, h: f64) -> Result<f64, Rejection> {
        let at = (self.t, h);
        let done = self.stepper.attempt(problem, at, &self.norm, &mut self.statistics);
        let error = done.map_err(Rejection::Fault)?;
        self.new.copy_from_slice(self.stepper.state());
        if error > 1.0 && self.is_adaptive() {
            return Err(Rejection::Error(error));
        }
        if let Some(rejection) = self.incredible(problem, h) {
            return Err(rejection);
        }
        self.settle_new().map(|()| error)
    }

    /// Restores conserved sums in the new state and takes it back to zero where it has to be.
    fn settle_new(&mut self) -> Result<(), Rejection> {
        let is_bound = !self.bounds.is_idle();
        if is_bound && let Some((component, size)) = self.bounds.worst(&self.new) {
            return Err(Rejection::Negative(component, size));
        }
        let restores = self.options.restore_invariants;
        if restores {
            self.restoration.restore(&mut self.new, &self.norm);
        }
        if !is_bound {
            return Ok(());
        }
        if let Some(component) = self.bounds.crossed(&self.new) {
            if !self.bounds.project(&mut self.new, &mut self.restoration, restores, &self.norm) {
                return Err(Rejection::Negative(component, 1.0));
            }
            self.statistics.projections += 1;
        }
        Ok(())
    }

    /// Takes the step just tried; gives the length of the next.
    fn accept(&mut self, h: f64, error: f64, stop: Option<f64>) -> f64 {
        self.statistics.steps += 1;
        self.refinement.forget();
        let next = self.stepper.accept(h, error, &self.new);
        self.stepper.account(&mut self.statistics);
        std::mem::swap(&mut self.y, &mut self.y_last);
        std::mem::swap(&mut self.y, &mut self.new);
        self.t_last = self.t;
        self.led_to = None;
        self.t = stop.unwrap_or(self.t + h);
        next
    }

    /// The step to try after a rejected one.
    fn reject(&mut self, problem: &Problem, h: f64, rejection: Rejection) -> Result<f64, Failure> {
        self.statistics.rejected += 1;
        self.statistics.rejected_negative +=
            u64::from(matches!(rejection, Rejection::Negative(..) | Rejection::Mended));
        self.singular += u64::from(matches!(rejection, Rejection::Fault(Fault::Singular(_))));
        let error = match rejection {
            Rejection::Error(error) => error,
            Rejection::Negative(component, _) if self.is_driven_below(problem, component, h) => f64::NAN,
            // what is below zero is an error of that size, at least
            Rejection::Negative(_, size) => size,
            Rejection::Fault(Fault::Reject(Reject::Abort(_)) | Fault::Ended(..)) => f64::NAN,
            Rejection::Fault(_) | Rejection::Mended => f64::INFINITY,
        };
        let next = self.stepper.reject(h, error);
        let is_stuck = next < smallest_step(self.t) || self.singular > MOST_SINGULAR;
        if error.is_nan() || !self.is_adaptive() || is_stuck {
            let failure = match rejection {
                Rejection::Error(_) => {
                    let worst = self.norm.worst(self.stepper.error(), &self.y, &self.new);
                    self.failure(FailureKind::StepTooSmall, Some(worst))
                }
                Rejection::Negative(component, _) => self.failure(FailureKind::Negative, Some(component)),
                Rejection::Mended => self.failure(FailureKind::Negative, None),
                Rejection::Fault(fault) => self.fault(fault),
            };
            return Err(Failure { step: next, ..failure });
        }
        Ok(next)
    }

    /// Whether a component that is at zero has a slope that takes it too far below: no shorter step mends that.
    fn is_driven_below(&mut self, problem: &Problem, component: usize, h: f64) -> bool {
        let mass = problem.system.shape().mass().map_or(1.0, |mass| mass[component]);
        if self.y[component] > 0.0 || mass == 0.0 {
            return false;
        }
        self.statistics.rhs += 1;
        let evaluated = problem.system.rhs(&problem.at(self.t), &self.y, &mut self.rate, &mut self.scratch);
        let end = self.y[component] + h * self.rate[component] / mass;
        evaluated.is_ok() && self.bounds.is_beyond(component, end)
    }

    fn first_step(&mut self, problem: &Problem, span: f64) -> Result<f64, Failure> {
        let longest = span.min(self.options.max_step.unwrap_or(f64::INFINITY));
        let shortest = smallest_step(self.t);
        if let Some(h) = self.options.first_step {
            return Ok(h.max(shortest).min(longest));
        }
        let mass = problem.system.shape().mass();
        // an algebraic component follows the others: nothing is known of its derivative
        let derivative_of = |i: usize, rate: f64| match mass.map(|mass| mass[i]) {
            None => rate,
            Some(0.0) => 0.0,
            Some(mass) => rate / mass,
        };
        // what does not move has no say in how long a step is
        let now = &self.y;
        for (i, slope) in self.stepper.slope().iter().enumerate() {
            self.rate[i] = derivative_of(i, *slope);
            self.new[i] = if self.rate[i] == 0.0 { 0.0 } else { now[i] };
        }
        let (state, derivative) = (self.norm.size(&self.new, now), self.norm.size(&self.rate, now));
        let guess = first_guess(state, derivative, longest).max(shortest);
        // an Euler step shows the second derivative
        for (new, (y, slope)) in self.new.iter_mut().zip(now.iter().zip(&self.rate)) {
            *new = y + guess * slope;
        }
        self.statistics.rhs += 1;
        let at = problem.at(self.t + guess);
        let evaluated = problem.system.rhs(&at, &self.new, &mut self.rate, &mut self.scratch);
        for (i, (later, now)) in self.rate.iter().zip(self.stepper.slope()).enumerate() {
            self.new[i] = (derivative_of(i, *later) - derivative_of(i, *now)) / guess;
        }
        let second = self.norm.size(&self.new, now);
        let order = self.stepper.order();
        match evaluated {
            Err(Reject::Abort(text)) => Err(self.failure(FailureKind::Aborted(text), None)),
            Ok(()) if second.is_finite() => {
                Ok(first_step(guess, derivative, second, order, longest).max(shortest).min(longest))
            }
            _ => Ok(guess),
        }
    }

    pub(super) fn fault(&self, fault: Fault) -> Failure {
        let (kind, component) = fault.kind();
        self.failure(kind, component)
    }

    /// Whether something happens at once, at a beginning or after a jump.
    pub(super) fn has_crossed_by_jump(&mut self, problem: &Problem) -> Result<bool, Failure> {
        if self.watch.is_idle() {
            return Ok(false);
        }
        let y = &self.y;
        let mut sight = StepSight {
            system: problem.system,
            at: problem.at(self.t),
            state: &mut |_, state| state.copy_from_slice(y),
            looks: &mut self.statistics.roots,
            y: &mut self.new,
            scratch: &mut self.scratch,
            room: &mut self.room,
        };
        let looked = self.watch.look_after_jump(self.t, &mut sight);
        let has_crossed = looked.map_err(|reject| self.fault(Fault::Reject(reject)))?;
        self.await_return(problem);
        Ok(has_crossed)
    }

    /// Where events come ever faster: whether the solution goes back at once through the root that has set off the last of
    /// them. A step that does not see that is longer than what is left of them.
    fn await_return(&mut self, problem: &Problem) {
        let Some((root, side)) = self.watch.shrinking(self.t) else { return };
        let at = problem.at(self.t);
        self.statistics.rhs += 1;
        if problem.system.rhs(&at, &self.y, &mut self.rate, &mut self.scratch).is_err() {
            return;
        }
        let ahead = super::event::CLOSE * WIDTH * self.t.abs();
        for (new, (y, rate)) in self.new.iter_mut().zip(self.y.iter().zip(&self.rate)) {
            *new = y + ahead * rate;
        }
        let mut values = vec![0.0; self.watch.len()];
        let at = problem.at(self.t + ahead);
        let looked = problem.system.roots(&at, &self.new, &mut values, &mut self.scratch);
        self.watch.awaited = Some((root, side)).filter(|_| looked.is_ok() && super::event::side(values[root]) == side);
    }

    /// Whether something happens within the step just taken; the time reached is then that of the event.
    pub(super) fn has_crossed_in_step(&mut self, problem: &Problem) -> Result<bool, Failure> {
        if self.watch.is_idle() {
            return Ok(false);
        }
        self.refine(problem.system);
        let (t_last, end) = (self.t_last, self.t);
        let mut watch = std::mem::replace(&mut self.watch, super::event::Watch::new(&[], 0));
        let (mut y, mut scratch) = (std::mem::take(&mut self.new), std::mem::take(&mut self.scratch));
        let (mut bounds, mut restoration) = (std::mem::take(&mut self.bounds), std::mem::take(&mut self.restoration));
        let (mut room, mut looks) = (std::mem::take(&mut self.room), 0);
        let mut sight = StepSight {
            system: problem.system,
            at: problem.at(end),
            state: &mut |t, y| {
                self.interpolate_freely(t, y);
                bounds.lift(y, &mut restoration, &self.norm);
            },
            looks: &mut looks,
            y: &mut y,
            scratch: &mut scratch,
            room: &mut room,
        };
        let looked = watch.look_through_step(t_last, end, &mut sight);
        self.statistics.roots += looks;
        (self.watch, self.new, self.scratch, self.room) = (watch, y, scratch, room);
        (self.bounds, self.restoration) = (bounds, restoration);
        let looked = looked.map_err(|reject| self.fault(Fault::Reject(reject)))?;
        if let Some((root, _)) = self.watch.awaited.take() {
            return Err(Failure { root: Some(root), ..self.failure(FailureKind::AccumulatingEvents, None) });
        }
        let Some(found) = looked else { return Ok(false) };
        let mut there = std::mem::take(&mut self.new);
        self.interpolate(problem.system, found, &mut there);
        self.y_led_to.copy_from_slice(&self.y);
        self.led_to = Some(end);
        self.t = found;
        // conserved sums are not restored here: that could take the state back over the threshold; the next step does it
        self.y.copy_from_slice(&there);
        self.new = there;
        Ok(true)
    }

    /// Sets the modes of switches as they are where the run is.
    pub(super) fn set_switches(
        &mut self,
        system: &dyn OdeSystem,
        parameters: &[f64],
        modes: &mut [f64],
    ) -> Result<(), Failure> {
        if system.shape().switches == 0 {
            return Ok(());
        }
        let at = Point::new(self.t, parameters);
        let set = system.set_switches(&at, &self.y, modes, &mut self.scratch);
        set.map_err(|reject| self.fault(Fault::Reject(reject)))
    }

    /// Lets happen what root functions set off, and lets switches turn.
    pub(super) fn set_off(
        &mut self,
        system: &dyn OdeSystem,
        parameters: &[f64],
        modes: &mut [f64],
    ) -> Result<Advance, Failure> {
        if let Some(kind) = self.watch.note(self.t, self.t - self.t_last, modes) {
            let root = self.watch.happened.first().copied();
            return Err(Failure { root, ..self.failure(kind, None) });
        }
        let (mut is_changed, mut is_terminal) = (false, false);
        let (events, turns) = self.watch.happened_apart();
        let (events, turns) = (events.len(), turns.first().copied().zip(Some(turns.len())));
        for k in 0..events {
            let root = self.watch.happened[k];
            self.statistics.events += 1;
            self.new.copy_from_slice(&self.y);
            let at = Point::new(self.t, parameters);
            let after = system.happen(root, &at, &mut self.new, modes, &mut self.scratch);
            match after.map_err(|reject| self.fault(Fault::Reject(reject)))? {
                After::Unchanged => continue,
                After::Changed => is_changed = true,
                After::Terminal => (is_changed, is_terminal) = (true, true),
            }
            if let Some(bad) = self.new.iter().position(|x| !x.is_finite()) {
                return Err(self.failure(FailureKind::NotFinite, Some(bad)));
            }
            self.check_sign(self.t, &self.new)?;
            self.jump_to_new();
        }
        self.bends = false;
        if is_changed {
            let kind = self.watch.happened.first().copied().unwrap_or(0);
            self.set_switches(system, parameters, modes)?;
            self.begin_stretch(kind);
        }
        if let Some((first, count)) = turns {
            self.statistics.mode_changes += count as u64;
            if !is_changed {
                self.turn(first, system, parameters, modes)?;
            }
        }
        Ok(match (is_terminal, events) {
            (true, _) => Advance::Terminal,
            (false, 0) => Advance::Turn,
            _ => Advance::Event,
        })
    }

    /// Sets switches where the run stands, of which this one is known to turn there: as where its margin goes below zero, but
    /// on the boundary itself.
    ///
    /// # Errors
    /// As [`Solver::advance`].
    pub fn turn_switch(&mut self, switch: usize, system: &dyn OdeSystem, parameters: &[f64]) -> Result<(), Failure> {
        self.check_system(system, parameters)?;
        let root = self.watch.events() + switch;
        self.with_modes(|solver, modes| {
            let mut turned = modes.to_vec();
            solver.set_switches(system, parameters, &mut turned)?;
            let count = turned.iter().zip(&*modes).filter(|(new, old)| new.to_bits() != old.to_bits()).count();
            solver.statistics.mode_changes += count as u64;
            if count > 0 { solver.turn(root, system, parameters, modes) } else { Ok(()) }
        })
    }

    /// Switches turn, the first of them with this root function. Where the rates go on without a jump, so does the step.
    fn turn(
        &mut self,
        root: usize,
        system: &dyn OdeSystem,
        parameters: &[f64],
        modes: &mut [f64],
    ) -> Result<(), Failure> {
        let h = self.next.unwrap_or(0.0);
        self.statistics.rhs += 2;
        let at = Point::new(self.t, parameters).with_modes(modes);
        let before = system.rhs(&at, &self.y, &mut self.rate, &mut self.scratch);
        self.set_switches(system, parameters, modes)?;
        let at = Point::new(self.t, parameters).with_modes(modes);
        let after = system.rhs(&at, &self.y, &mut self.new, &mut self.scratch);
        for (jump, before) in self.new.iter_mut().zip(&self.rate) {
            *jump = h * (*jump - before);
        }
        // compared with the error of a step; a jump is larger, and what a bracket leaves open much smaller
        self.bends = before.is_ok() && after.is_ok() && self.norm.size(&self.new, &self.y) <= BEND;
        if self.bends {
            self.stepper.bend();
            self.has_jumped = true;
        } else {
            self.begin_stretch(root);
        }
        Ok(())
    }
}
