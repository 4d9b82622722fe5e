//! A compiled system as native code.

use super::System;
use super::sensitive::Runs;
use crate::program::{Interval, Native, Stretch};
use crate::solver::{After, Along, AtPoints, OdeSystem, Point, Points, Reject, Shape};
use std::sync::Arc;

/// A [`System`] whose rates and derivatives run as native code: the same results, to the bit.
///
/// ```
/// use homeostat::simulation::Simulation;
/// use homeostat::solver::{OdeSystem, Point};
/// let model = homeostat::library::load("best-2009-dopamine")?;
/// let simulation = Simulation::new(&model.network())?;
/// let system = simulation.shared_system();
/// if let Some(native) = system.native() {
///     let y = simulation.initial_state()?;
///     let at = Point::new(0.0, simulation.parameters());
///     let mut scratch = vec![0.0; system.shape().scratch];
///     let (mut tape, mut code) = (vec![0.0; y.len()], vec![0.0; y.len()]);
///     system.rhs(&at, &y, &mut tape, &mut scratch).unwrap();
///     native.rhs(&at, &y, &mut code, &mut scratch).unwrap();
///     assert_eq!(tape, code);
/// }
/// # Ok::<(), homeostat::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NativeSystem {
    system: Arc<System>,
    code: Native,
}

/// The places of programs in the native code.
const RHS: usize = 0;
const JACOBIAN: usize = 1;
const TIME_DERIVATIVE: usize = 2;
const ROOTS: usize = 3;

impl System {
    /// The system as native code, made at the first call and shared by all clones; none where it cannot be made (a
    /// library without the feature `jit`, a processor without support).
    pub fn native(self: &Arc<Self>) -> Option<NativeSystem> {
        let programs = [&self.rhs, &self.jacobian, &self.time_derivative, &self.roots];
        let code = self.code.get_or_init(|| Native::compile(&programs).ok());
        Some(NativeSystem { system: Arc::clone(self), code: code.clone()? })
    }
}

impl System {
    /// Whether native code has been made already.
    pub fn has_native(&self) -> bool {
        matches!(self.code.get(), Some(Some(_)))
    }
}

impl OdeSystem for NativeSystem {
    fn shape(&self) -> &Shape {
        &self.system.shape
    }

    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        self.code.run(RHS, &self.system.frozen(at, y)?, dydt);
        Ok(())
    }

    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        self.code.run(JACOBIAN, &self.system.frozen(at, y)?, values);
        Ok(())
    }

    fn time_derivative(&self, at: &Point, y: &[f64], dfdt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        self.code.run(TIME_DERIVATIVE, &self.system.frozen(at, y)?, dfdt);
        Ok(())
    }

    fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        self.code.run(ROOTS, &self.system.frozen(at, y)?, values);
        Ok(())
    }

    fn bound_timed_roots(&self, over: &Stretch, bounds: &mut [[Interval; 2]], scratch: &mut Vec<Interval>) {
        self.system.bound_timed_roots(over, bounds, scratch);
    }

    fn set_switches(&self, at: &Point, y: &[f64], modes: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.system.set_modes(at, y, modes, scratch)
    }

    fn happen(
        &self,
        root: usize,
        at: &Point,
        y: &mut [f64],
        modes: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<After, Reject> {
        self.system.happen(root, at, y, modes, scratch)
    }

    fn sensitivity_scratch(&self) -> usize {
        self.system.sensitivity_scratch()
    }

    fn at_points(&self) -> Option<&dyn AtPoints> {
        self.system.sensitive().is_ok().then_some(self)
    }

    fn parameter_derivative(
        &self,
        at: &Point,
        y: &[f64],
        k: usize,
        dfdp: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.system.sensitive_for(at.modes)?.rhs_by(k, at, y, dfdp, (scratch, Runs::Native))
    }

    fn jacobian_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        values: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.system.sensitive_for(at.modes)?.jacobian.run(at, y, along, values, (scratch, Runs::Native))
    }

    fn time_derivative_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        dfdt: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.system.sensitive_for(at.modes)?.time_derivative.run(at, y, along, dfdt, (scratch, Runs::Native))
    }

    fn roots_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        values: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.system.roots_along(at, y, along, values, scratch)
    }

    fn happen_along(
        &self,
        root: usize,
        at: &Point,
        y: &[f64],
        along: &Along,
        moved: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.system.happen_along(root, at, y, along, moved, scratch)
    }
}

impl AtPoints for NativeSystem {
    fn jacobians(&self, at: &Points, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.system.sensitive_for(at.modes)?.jacobian_at(at, y, values, (scratch, Runs::Native));
        Ok(())
    }

    fn add_parameter_derivative(
        &self,
        at: &Points,
        y: &[f64],
        parameter: (usize, f64),
        dfdp: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.system.sensitive_for(at.modes)?.add_rhs_by(parameter, at, y, dfdp, (scratch, Runs::Native))
    }
}
