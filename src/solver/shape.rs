//! The size and structure of a system.

#[cfg(doc)]
use super::OdeSystem;
use super::{Failure, FailureKind, Invariant, Whole};
use crate::linalg::Pattern;
use crate::program::{Direction, Program};
use std::sync::Arc;

/// The size and structure of a system: fixed for its life.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shape {
    /// Where the Jacobian has entries; its n is the number of states.
    pub jacobian: Pattern,
    /// Linear combinations of the state that the equations keep, restored after each step.
    pub invariants: Vec<Invariant>,
    /// Components that the equations keep at zero or above ([`Shape::with_kept_positive`]).
    pub(super) kept_positive: Vec<usize>,
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
    /// Root functions, and margins of switches after them, in which the time may turn to and fro ([`Shape::with_timed_roots`]).
    pub(super) timed_roots: Vec<usize>,
    /// Whether states stand in them, too.
    pub(super) timed_roots_read_state: bool,
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
            kept_positive: Vec::new(),
            is_differenced: false,
            is_forced: false,
            parameters: 0,
            modes: 0,
            switches: 0,
            roots: Vec::new(),
            timed_roots: Vec::new(),
            timed_roots_read_state: false,
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
        if self.kept_positive.iter().any(|&i| i >= self.n()) {
            let text = "a component that the equations keep at zero or above is none of the system's";
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

    /// Components that the equations keep at zero or above where all begin there: their rates are not below zero where they
    /// are zero. A step that takes one below by more than its error may be is then taken again, shorter, as is one from
    /// whose end below zero the rates lead further down. ([`Options::non_negative`](super::Options::non_negative) keeps them
    /// there to the last bit.) A step of `dopri5` or `dop853` is many of their own, and is not looked at.
    ///
    /// ```
    /// use homeostat::linalg::Pattern;
    /// use homeostat::solver::{OdeSystem, Options, Point, Reject, Shape, solve};
    ///
    /// /// y' = -y / (1e-6 + y), which runs away beyond -1e-6
    /// struct Uptake(Shape);
    /// impl OdeSystem for Uptake {
    ///     fn shape(&self) -> &Shape {
    ///         &self.0
    ///     }
    ///     fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         dydt[0] = -y[0] / (1e-6 + y[0]);
    ///         Ok(())
    ///     }
    ///     fn jacobian(&self, _: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         values[0] = -1e-6 / (1e-6 + y[0]).powi(2);
    ///         Ok(())
    ///     }
    /// }
    /// let system = Uptake(Shape::new(Pattern::dense(1)).with_kept_positive(vec![0]));
    /// let solution = solve(&system, &[], &[1.0], &[0.0, 2.0], &Options::default())?;
    /// assert!(solution.rows[1][0].abs() < 1e-8);
    /// # Ok::<(), homeostat::solver::Interrupted>(())
    /// ```
    pub fn with_kept_positive(self, components: Vec<usize>) -> Self {
        Shape { kept_positive: components, ..self }
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

    /// Root functions by number, counting margins of switches after those of events, that may go through zero several times
    /// in a step because of the time itself, as `sin(t)` does: a step is then looked through by bounds of them
    /// ([`OdeSystem::bound_timed_roots`]), so that none is lost, and not only at a few points. `read_state` says whether
    /// states stand in them, too.
    ///
    /// ```
    /// use homeostat::linalg::Pattern;
    /// use homeostat::program::{Function, Interval, Stretch};
    /// use homeostat::solver::{After, Direction, OdeSystem, Options, Point, Reject, Shape, solve};
    ///
    /// /// y' = -y, and 1 more whenever sin t rises through zero
    /// struct Doses(Shape);
    /// impl OdeSystem for Doses {
    ///     fn shape(&self) -> &Shape {
    ///         &self.0
    ///     }
    ///     fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         dydt[0] = -1e-3 * y[0];
    ///         Ok(())
    ///     }
    ///     fn roots(&self, at: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
    ///         values[0] = at.t.sin();
    ///         Ok(())
    ///     }
    ///     fn bound_timed_roots(&self, over: &Stretch, bounds: &mut [[Interval; 2]], _: &mut Vec<Interval>) {
    ///         bounds[0] = [over.t.call(Function::Sin), over.t.call(Function::Cos)];
    ///     }
    ///     fn happen(&self, _: usize, _: &Point, y: &mut [f64], _: &mut [f64], _: &mut [f64]) -> Result<After, Reject> {
    ///         y[0] += 1.0;
    ///         Ok(After::Changed)
    ///     }
    /// }
    /// let shape = Shape::new(Pattern::dense(1)).differenced().with_roots(vec![Direction::Rising]);
    /// let system = Doses(shape.with_timed_roots(vec![0], false));
    /// let solution = solve(&system, &[], &[1.0], &[0.0, 1000.0], &Options::default())?;
    /// assert_eq!(solution.statistics.events, 159);
    /// # Ok::<(), homeostat::solver::Interrupted>(())
    /// ```
    pub fn with_timed_roots(self, roots: Vec<usize>, read_state: bool) -> Self {
        Shape { timed_roots: roots, timed_roots_read_state: read_state, ..self }
    }

    /// The length of the scratch slice that each call gets.
    pub fn with_scratch(self, scratch: usize) -> Self {
        Shape { scratch, ..self }
    }
}
