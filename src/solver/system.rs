//! What a solver sees of a model.

use super::{AtPoints, Shape};
use crate::program::{Interval, Stretch};

/// Where a right-hand side is evaluated, apart from the state.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Point<'a> {
    /// The time.
    pub t: f64,
    /// The parameters, as the caller of the solver gave them.
    pub parameters: &'a [f64],
    /// The frozen side of each switch (see [`Shape::modes`]).
    pub modes: &'a [f64],
    /// What the system looks up in its own past. A solver knows of none: who keeps the past adds it on the way.
    pub past: &'a [f64],
}

impl<'a> Point<'a> {
    /// A point without switches.
    pub fn new(t: f64, parameters: &'a [f64]) -> Self {
        Point { t, parameters, modes: &[], past: &[] }
    }

    /// The same point on these sides of switches.
    pub fn with_modes(self, modes: &'a [f64]) -> Self {
        Point { modes, ..self }
    }

    /// The same point with these values of the past.
    pub fn with_past(self, past: &'a [f64]) -> Self {
        Point { past, ..self }
    }
}

/// A direction in which a system is differentiated: by how much the time, the state and the parameters move.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Along<'a> {
    /// The time.
    pub t: f64,
    /// The state.
    pub state: &'a [f64],
    /// Parameters that move, with their weights.
    pub parameters: &'a [(usize, f64)],
}

impl<'a> Along<'a> {
    /// A direction.
    pub fn new(t: f64, state: &'a [f64], parameters: &'a [(usize, f64)]) -> Self {
        Along { t, state, parameters }
    }
}

/// Why a system does not give a value at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// The point lies outside of where the equations hold: the solver tries a smaller step.
    Retry,
    /// The run cannot go on; the text says why.
    Abort(&'static str),
}

/// What an event has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The state and the switches are as before.
    Unchanged,
    /// The state or a switch has changed.
    Changed,
    /// The run ends here.
    Terminal,
}

/// A system y' = f(t, y, p), or M y' = f(t, y, p) ([`Shape::with_mass`]), with the Jacobian df/dy or without
/// ([`Shape::differenced`]).
///
/// Slices have the lengths that [`OdeSystem::shape`] states. `scratch` is memory to write over: what
/// it holds before a call means nothing. Calls must not depend on one another. An implementation may
/// refuse a point by [`Reject`]; a NaN or an infinity counts as [`Reject::Retry`].
pub trait OdeSystem: Send + Sync {
    /// Size, Jacobian pattern, invariants, scratch length.
    fn shape(&self) -> &Shape;

    /// Writes f(t, y, p) to `dydt`.
    ///
    /// # Errors
    /// [`Reject`] where there is no value.
    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject>;

    /// Writes the entries of df/dy to `values`, in the order of the pattern; not asked of a [`Shape::differenced`] system.
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts: a system has to give its own, or to be differenced.
    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        let _ = (at, y, values, scratch);
        Err(Reject::Abort("the system gives no Jacobian: implement OdeSystem::jacobian, or state Shape::differenced"))
    }

    /// Writes the partial derivative df/dt to `dfdt`; asked only of a [`Shape::forced`] system
    /// that is not [`Shape::differenced`].
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts: a forced system has to give its own.
    fn time_derivative(&self, at: &Point, y: &[f64], dfdt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        let _ = (at, y, dfdt, scratch);
        Err(Reject::Abort(
            "the system is forced but gives no time derivative: implement OdeSystem::time_derivative, or state Shape::differenced",
        ))
    }

    /// Writes the values of the root functions, then the margins of switches; asked only where the shape has some.
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts.
    fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        let _ = (at, y, values, scratch);
        Err(Reject::Abort("the system states roots but gives no root functions: implement OdeSystem::roots"))
    }

    /// Writes, for each root function of [`Shape::with_timed_roots`], bounds of its value over a stretch of time and bounds of
    /// its slope along the solution; [`Interval::ALL`] for the slope of what may jump. `scratch` is memory to use as long as is
    /// needed. Asked only where the shape has some; the default knows no bounds.
    fn bound_timed_roots(&self, over: &Stretch, bounds: &mut [[Interval; 2]], scratch: &mut Vec<Interval>) {
        let _ = (over, scratch);
        bounds.fill([Interval::ALL; 2]);
    }

    /// Sets the modes of switches ([`Shape::with_switches`]) as time, state and parameters say (the modes of `at` are none):
    /// where a run begins, after every jump, and where a switch turns. On a boundary it is for the system to say which side
    /// the solution goes to. The default sets none.
    ///
    /// # Errors
    /// [`Reject`] where there is no value.
    fn set_switches(&self, at: &Point, y: &[f64], modes: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        let _ = (at, y, modes, scratch);
        Ok(())
    }

    /// What happens where root function `root` has gone through zero: may change the state and the switches (which are
    /// given here; those of `at` are none).
    ///
    /// # Errors
    /// [`Reject::Abort`] ends the run.
    fn happen(
        &self,
        root: usize,
        at: &Point,
        y: &mut [f64],
        modes: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<After, Reject> {
        let _ = (root, at, y, modes, scratch);
        Ok(After::Unchanged)
    }

    /// How long the scratch slice of the following calls, which sensitivities need, is to be.
    fn sensitivity_scratch(&self) -> usize {
        self.shape().scratch
    }

    /// The same derivatives at several points at once, where the system has a faster way than one point after the other.
    fn at_points(&self) -> Option<&dyn AtPoints> {
        None
    }

    /// Writes the derivative of the right-hand side by parameter `k` to `dfdp`. This and what follows is asked only for
    /// [`Sensitivities`](super::Sensitivities), and has to be exact.
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts.
    fn parameter_derivative(
        &self,
        at: &Point,
        y: &[f64],
        k: usize,
        dfdp: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        let _ = (at, y, k, dfdp, scratch);
        Err(Reject::Abort("sensitivities by a parameter need OdeSystem::parameter_derivative: implement it"))
    }

    /// Writes the derivative of the Jacobian along a direction to `values`, in the order of the pattern: what its entries
    /// change by where the state and parameters move (the time does not).
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts.
    fn jacobian_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        values: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        let _ = (at, y, along, values, scratch);
        Err(Reject::Abort("sensitivities need OdeSystem::jacobian_along: implement it"))
    }

    /// Writes the derivative of df/dt along a direction in which the time does not move; asked only of a forced system.
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts.
    fn time_derivative_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        dfdt: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        let _ = (at, y, along, dfdt, scratch);
        Err(Reject::Abort("sensitivities of a forced system need OdeSystem::time_derivative_along: implement it"))
    }

    /// Writes the derivatives of the root functions along a direction.
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts.
    fn roots_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        values: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        let _ = (at, y, along, values, scratch);
        Err(Reject::Abort("sensitivities through a root need OdeSystem::roots_along: implement it"))
    }

    /// Writes to `moved` how the state that [`OdeSystem::happen`] makes of `y` moves where time, state and parameters
    /// before it move along a direction.
    ///
    /// # Errors
    /// [`Reject`] where there is no value. The default aborts.
    fn happen_along(
        &self,
        root: usize,
        at: &Point,
        y: &[f64],
        along: &Along,
        moved: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        let _ = (root, at, y, along, moved, scratch);
        Err(Reject::Abort("sensitivities through an event need OdeSystem::happen_along: implement it"))
    }
}
