//! A system that looks up values of its past.

use super::past::Past;
use super::timetable::rounding;
use crate::solver::{After, OdeSystem, Point, Reject, Shape};
use crate::system::System;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// A system with its past at hand.
pub(super) struct WithPast<'a> {
    inner: &'a dyn OdeSystem,
    pub system: &'a System,
    past: &'a Past,
    /// Whether something was looked at that has not been yet.
    has_guessed: AtomicBool,
    /// The last delay that was none: which, when, and what it was.
    refused: Mutex<Option<(usize, f64, f64)>>,
}

impl<'a> WithPast<'a> {
    pub fn new(inner: &'a dyn OdeSystem, system: &'a System, past: &'a Past) -> Self {
        WithPast { inner, system, past, has_guessed: false.into(), refused: Mutex::new(None) }
    }

    /// How long ago a value is of; the point has those before it.
    pub fn by(&self, delay: usize, at: &Point, y: &[f64], room: &mut [f64]) -> Result<f64, Reject> {
        let by = self.system.delay_by(delay, at, y, room);
        if by >= -rounding(at.t) {
            return Ok(by.max(0.0));
        }
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some((delay, at.t, by));
        Err(Reject::Retry)
    }

    pub fn has_guessed(&self) -> bool {
        self.has_guessed.load(Ordering::Relaxed)
    }

    pub fn refused(&self) -> Option<(usize, f64, f64)> {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first so many values of the past at a point, and the slopes of their formulas if those are wanted. Those that others
    /// are made of are looked for without regard to stretches.
    pub fn look(
        &self,
        (at, y): (&Point, &[f64]),
        (count, is_outer, wants_slopes): (usize, bool, bool),
        found: &mut [f64],
        room: &mut [f64],
    ) -> Result<(), Reject> {
        let all = self.system.delays();
        for k in 0..count {
            let by = self.by(k, &at.with_past(found), y, room)?;
            let then =
                if is_outer && self.system.is_felt(k) { self.past.within(k, at.t - by, at.t) } else { at.t - by };
            found[k] = self.value(k, then, (at, y), room)?;
            if wants_slopes {
                let near = self.past.near(then, by);
                let is_now = by <= rounding(at.t);
                let mut value = |steps: f64| self.value(k, then + steps * near, (at, y), room);
                found[all + k] =
                    if is_now { 0.0 } else { (4.0 * value(1.0)? - 3.0 * found[k] - value(2.0)?) / (2.0 * near) };
            }
        }
        Ok(())
    }

    /// The formula of a value of the past at a time, seen from a point.
    fn value(&self, k: usize, t: f64, (at, y): (&Point, &[f64]), room: &mut [f64]) -> Result<f64, Reject> {
        let (state, room) = room.split_at_mut(y.len());
        let (deeper, room) = room.split_at_mut(2 * self.system.delays());
        let mut parameters = at.parameters;
        if t >= at.t - rounding(at.t) {
            state.copy_from_slice(y);
        } else {
            let (number, is_guess) = self.past.state(t, state);
            if let Some(set) = number.and_then(|number| self.past.parameters.get(number)) {
                parameters = &set.0;
            }
            if is_guess {
                self.has_guessed.store(true, Ordering::Relaxed);
            }
        }
        let then = Point::new(t, parameters);
        if self.system.has_deeper_delay(k) {
            self.look((&then, state), (k, false, false), deeper, room)?;
        }
        Ok(self.system.delayed_value(k, &then.with_past(deeper), state, room))
    }

    /// Does something at a point that has its past.
    fn with<T>(
        &self,
        (at, y): (&Point, &[f64]),
        wants_slopes: bool,
        scratch: &mut [f64],
        act: impl FnOnce(&Point, &mut [f64]) -> Result<T, Reject>,
    ) -> Result<T, Reject> {
        let (room, scratch) = scratch.split_at_mut(self.system.delay_scratch());
        let (found, room) = room.split_at_mut(2 * self.system.delays());
        found.fill(0.0);
        self.look((at, y), (self.system.delays(), true, wants_slopes), found, room)?;
        act(&at.with_past(found), scratch)
    }
}

impl OdeSystem for WithPast<'_> {
    fn shape(&self) -> &Shape {
        self.inner.shape()
    }

    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.with((at, y), false, scratch, |at, scratch| self.inner.rhs(at, y, dydt, scratch))
    }

    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.with((at, y), true, scratch, |at, scratch| self.inner.jacobian(at, y, values, scratch))
    }

    fn time_derivative(&self, at: &Point, y: &[f64], dfdt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.with((at, y), true, scratch, |at, scratch| self.inner.time_derivative(at, y, dfdt, scratch))
    }

    fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.with((at, y), false, scratch, |at, scratch| self.inner.roots(at, y, values, scratch))
    }

    fn set_switches(&self, at: &Point, y: &[f64], modes: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.with((at, y), true, scratch, |at, scratch| self.inner.set_switches(at, y, modes, scratch))
    }

    fn happen(
        &self,
        root: usize,
        at: &Point,
        y: &mut [f64],
        modes: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<After, Reject> {
        let (room, scratch) = scratch.split_at_mut(self.system.delay_scratch());
        let (found, room) = room.split_at_mut(2 * self.system.delays());
        self.look((at, y), (self.system.delays(), true, false), found, room)?;
        self.inner.happen(root, &at.with_past(found), y, modes, scratch)
    }
}
