//! What a solver sees of a model.

use super::{AtPoints, Failure, FailureKind, Invariant, Whole};
use crate::linalg::Pattern;
use crate::program::{Direction, Program};
use std::sync::Arc;

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

/// The size and structure of a system: fixed for its life.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shape {
    /// Where the Jacobian has entries; its n is the number of states.
    pub jacobian: Pattern,
    /// Linear combinations of the state that the equations keep, restored after each step.
    pub invariants: Vec<Invariant>,
    /// Whether derivatives are found by differences of [`OdeSystem::rhs`].
    pub is_differenced: bool,
    /// Whether the time stands in the right-hand side (then [`OdeSystem::time_derivative`] is asked).
    pub is_forced: bool,
    /// The number of parameters that the system reads.
    pub parameters: usize,
    /// The number of modes: frozen sides of switches.
    pub modes: usize,
    /// How many of the last modes the system sets by itself ([`OdeSystem::set_switches`]): each has a margin among the
    /// root functions.
    pub switches: usize,
    /// For each root function, which way it has to go through zero for something to happen.
    pub roots: Vec<Direction>,
    /// How long the scratch slice of each call is to be.
    pub scratch: usize,
    /// What native code of whole steps is made of.
    pub(crate) whole: Option<Whole>,
    /// Whether [`Shape::with_mass`] was given what is no mass matrix.
    has_wrong_mass: bool,
}

impl Shape {
    /// An autonomous system without invariants, switches or scratch memory.
    pub fn new(jacobian: Pattern) -> Self {
        Shape {
            jacobian,
            invariants: Vec::new(),
            is_differenced: false,
            is_forced: false,
            parameters: 0,
            modes: 0,
            switches: 0,
            roots: Vec::new(),
            scratch: 0,
            whole: None,
            has_wrong_mass: false,
        }
    }

    /// The number of states.
    pub fn n(&self) -> usize {
        self.jacobian.n()
    }

    /// The time stands in the right-hand side.
    pub fn forced(self) -> Self {
        Shape { is_forced: true, ..self }
    }

    /// The system is `M y' = f(t, y, p)` with this diagonal of M, one number for each state. Where it is 0 the equation is
    /// algebraic, `0 = f_i`; together the algebraic equations have to determine the algebraic states (index 1).
    /// [`Solver::new`](super::Solver::new) refuses another number of them, and numbers that are not finite. Where a run begins,
    /// and after every jump, algebraic states are moved to where their equations hold; the others stay.
    ///
    /// ```
    /// use homeostat::linalg::Pattern;
    /// use homeostat::solver::Shape;
    /// // y0' = -y0 + y1, 0 = y0 - y1^2
    /// let shape = Shape::new(Pattern::dense(2)).with_mass(vec![1.0, 0.0]);
    /// assert_eq!(shape.mass(), Some(&[1.0, 0.0][..]));
    /// ```
    pub fn with_mass(self, diagonal: Vec<f64>) -> Self {
        match self.jacobian.clone().with_mass(diagonal) {
            Some(jacobian) => Shape { jacobian, ..self },
            None => Shape { has_wrong_mass: true, ..self },
        }
    }

    /// The diagonal of M; none where it is the identity.
    pub fn mass(&self) -> Option<&[f64]> {
        self.jacobian.mass()
    }

    /// The first fault.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.has_wrong_mass {
            let text = "the mass matrix must have one finite number for each state";
            return Err(Failure::new(FailureKind::Options(text), f64::NAN));
        }
        if self.switches > self.modes {
            let text = "switches are some of the modes: call Shape::with_switches after Shape::with_modes";
            return Err(Failure::new(FailureKind::Options(text), f64::NAN));
        }
        match self.mass().and_then(|_| self.jacobian.undetermined()) {
            Some(row) => Err(Failure { component: Some(row), ..Failure::new(FailureKind::Undetermined, f64::NAN) }),
            None => Ok(()),
        }
    }

    /// The system gives no derivatives: its Jacobian, and df/dt of a forced system, are found by differences of its right-hand
    /// side. Columns that share no row are found together, so that the pattern decides what that costs: a band of width 5
    /// takes 5 right-hand sides for each Jacobian, a dense matrix n. They count as right-hand sides in
    /// [`Statistics`](super::Statistics). A Jacobian by differences has about half of the digits: enough for most systems.
    ///
    /// ```
    /// use homeostat::linalg::Pattern;
    /// use homeostat::solver::{OdeSystem, Options, Point, Reject, Shape, solve};
    ///
    /// struct Decay(Shape);
    /// impl OdeSystem for Decay {
    ///     fn shape(&self) -> &Shape {
    ///         &self.0
    ///     }
    ///     fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         dydt[0] = -y[0] * y[0];
    ///         Ok(())
    ///     }
    /// }
    /// let system = Decay(Shape::new(Pattern::dense(1)).differenced());
    /// let solution = solve(&system, &[], &[1.0], &[0.0, 1.0], &Options::default())?;
    /// assert!((solution.rows[1][0] - 0.5).abs() < 1e-6);
    /// # Ok::<(), homeostat::solver::Interrupted>(())
    /// ```
    pub fn differenced(self) -> Self {
        Shape { is_differenced: true, ..self }
    }

    /// The number of parameters that the system reads: a shorter vector is then refused.
    pub fn with_parameters(self, parameters: usize) -> Self {
        Shape { parameters, ..self }
    }

    /// The linear combinations that the equations keep.
    pub fn with_invariants(self, invariants: Vec<Invariant>) -> Self {
        Shape { invariants, ..self }
    }

    /// Root functions, by the way each has to go through zero.
    pub fn with_roots(self, roots: Vec<Direction>) -> Self {
        Shape { roots, ..self }
    }

    /// The number of modes, which [`OdeSystem::happen`] may change. Switches, which are modes too, are added after this.
    pub fn with_modes(self, modes: usize) -> Self {
        Shape { modes, ..self }
    }

    /// Adds so many modes, of which each follows from time, state and parameters, and is frozen while a step is taken: the
    /// sides of conditions in the right-hand side. [`OdeSystem::set_switches`] sets them; [`OdeSystem::roots`] gives, after
    /// the functions of [`Shape::roots`], for each a margin that is below zero where its mode does not hold any more. A step
    /// ends where one goes below zero.
    ///
    /// ```
    /// use homeostat::linalg::Pattern;
    /// use homeostat::solver::{OdeSystem, Options, Point, Reject, Shape, solve};
    ///
    /// /// y' = -1 above 1, -1/2 below
    /// struct TwoSpeeds(Shape);
    /// impl OdeSystem for TwoSpeeds {
    ///     fn shape(&self) -> &Shape {
    ///         &self.0
    ///     }
    ///     fn rhs(&self, at: &Point, _: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         dydt[0] = if at.modes[0] > 0.0 { -1.0 } else { -0.5 };
    ///         Ok(())
    ///     }
    ///     fn jacobian(&self, _: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         values[0] = 0.0;
    ///         Ok(())
    ///     }
    ///     fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         values[0] = if at.modes[0] > 0.0 { y[0] - 1.0 } else { 1.0 - y[0] };
    ///         Ok(())
    ///     }
    ///     fn set_switches(&self, _: &Point, y: &[f64], modes: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         modes[0] = if y[0] > 1.0 { 1.0 } else { 0.0 };
    ///         Ok(())
    ///     }
    /// }
    /// let system = TwoSpeeds(Shape::new(Pattern::dense(1)).with_switches(1));
    /// let solution = solve(&system, &[], &[2.0], &[0.0, 1.5], &Options::default())?;
    /// assert!((solution.rows[1][0] - 0.75).abs() < 1e-12);
    /// # Ok::<(), homeostat::solver::Interrupted>(())
    /// ```
    pub fn with_switches(self, switches: usize) -> Self {
        Shape { modes: self.modes + switches, switches, ..self }
    }

    /// The right-hand side and its Jacobian as programs, beside [`OdeSystem::rhs`] and [`OdeSystem::jacobian`] and equal to
    /// them to the bit: whole steps can then be made native code, which asks the system itself no more, so that it can refuse
    /// no point.
    pub fn with_programs(self, rhs: Arc<Program>, jacobian: Arc<Program>) -> Self {
        Shape { whole: Some(Whole::new(rhs, jacobian)), ..self }
    }

    /// The length of the scratch slice that each call gets.
    pub fn with_scratch(self, scratch: usize) -> Self {
        Shape { scratch, ..self }
    }
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
