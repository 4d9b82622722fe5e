//! A Rosenbrock step, differentiated exactly.
//!
//! A stage solves `W u_i = R_i` with `W = I/(h gamma) - J` ([`Tableau`]). Along a direction, in which the state moves by s and
//! parameters by dp, it moves by the solution of
//! `W du_i = dR_i + dJ u_i`, `dR_i = J(Y_i) dY_i + df/dp(Y_i) dp + sum (c_ij / h) du_j + h dfdt_i d(df/dt)`,
//! where Y_i is the argument of the stage and dJ the derivative of the Jacobian at the start along the direction. The factors
//! are those of the step. What comes out is the derivative of what the step computes, its length held fixed (internal
//! differentiation: Bock 1981, Numerical treatment of inverse problems in chemical reaction kinetics).

use super::attempt::Attempt;
use super::rosenbrock::Tableau;
use super::stepper::{Fault, Problem};
use super::vector::{Stages, add_scaled, combine, combine_scaled, keep, not_finite, padded};
use super::{Along, OdeSystem, Point, Reject, Shape, Statistics};
use crate::linalg::{LinearSolver, Pattern};
use crate::program::{LANES, Wide};

/// What is taken through a step: parameters that move, with their weights, and how the state moves at its ends, [`padded`].
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub parameters: Vec<(usize, f64)>,
    pub start: Vec<f64>,
    pub end: Vec<f64>,
}

/// A step that was taken, and what it was made of.
pub(super) struct Taken<'a> {
    pub n: usize,
    pub tableau: &'static Tableau,
    pub problem: &'a Problem<'a>,
    /// Time and length.
    pub at: (f64, f64),
    pub start: &'a [f64],
    /// At the start.
    pub jacobian: &'a [f64],
    pub stages: &'a [Stages],
}

/// The derivatives of the last step along one direction.
#[derive(Clone, Debug)]
struct Tangent {
    made: Attempt,
    /// dJ, and d(df/dt).
    jacobian: Vec<f64>,
    time_derivative: Vec<f64>,
}

/// Memory of the derivatives of steps.
#[derive(Clone, Debug, Default)]
pub(super) struct Tangents {
    each: Vec<Tangent>,
    /// J at a stage, and the argument there.
    jacobian: Vec<f64>,
    argument: Vec<f64>,
    /// A stage of the step itself.
    stage: Vec<f64>,
    rate: Vec<f64>,
    right_hand_side: Vec<f64>,
    by_parameter: Vec<f64>,
    scratch: Vec<f64>,
}

impl Tangents {
    pub fn new(count: usize, shape: &Shape) -> Self {
        let n = padded(shape.n());
        let entries = shape.jacobian.len();
        let (zeros, made) = (|| vec![0.0; n], Attempt::new(&shape.jacobian));
        let tangent = Tangent { made, jacobian: vec![0.0; entries], time_derivative: zeros() };
        Tangents {
            each: vec![tangent; count],
            jacobian: vec![0.0; entries],
            argument: zeros(),
            stage: zeros(),
            rate: zeros(),
            right_hand_side: zeros(),
            by_parameter: zeros(),
            scratch: Vec::new(),
        }
    }

    /// The stages along direction k.
    pub fn stages(&self, k: usize) -> &[Stages] {
        self.each[k].made.stages()
    }

    pub fn carry_through(
        &mut self,
        taken: &Taken,
        linear: &mut LinearSolver,
        carried: &mut [Carried],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        let (n, system) = (taken.n, taken.problem.system);
        let (at, start) = (taken.problem.at(taken.at.0), &taken.start[..n]);
        // grows in the first step alone
        self.scratch.resize(system.sensitivity_scratch().max(system.shape().scratch), 0.0);
        for (tangent, carried) in self.each.iter_mut().zip(&*carried) {
            let along = Along { t: 0.0, state: &carried.start[..n], parameters: &carried.parameters };
            system.jacobian_along(&at, start, &along, &mut tangent.jacobian, &mut self.scratch)?;
            if system.shape().is_forced {
                let slope = &mut tangent.time_derivative[..n];
                system.time_derivative_along(&at, start, &along, slope, &mut self.scratch)?;
            }
        }
        for i in 0..taken.tableau.stages {
            self.stage(i, taken, linear, carried)?;
        }
        statistics.jacobians += taken.tableau.stages as u64 - 1;
        statistics.solves += (taken.tableau.stages * carried.len()) as u64;
        for (tangent, carried) in self.each.iter_mut().zip(carried) {
            let parts = tangent.made.parts();
            add_scaled::<Wide>(parts.argument, 1.0, parts.solution);
            carried.end.copy_from_slice(parts.argument);
            if let Some(bad) = not_finite(&carried.end) {
                return Err(Fault::NotFinite(bad));
            }
        }
        Ok(())
    }

    /// Solves for stage i along each direction.
    fn stage(&mut self, i: usize, taken: &Taken, linear: &mut LinearSolver, carried: &[Carried]) -> Result<(), Fault> {
        let ((t, h), n, tableau, system) = (taken.at, taken.n, taken.tableau, taken.problem.system);
        let at = taken.problem.at(t + tableau.times[i] * h);
        combine::<Wide>(&mut self.argument, taken.start, tableau.a[i], taken.stages);
        for (j, stage) in self.stage.iter_mut().enumerate() {
            *stage = taken.stages[j / LANES][i][j % LANES];
        }
        let argument = &self.argument[..n];
        if i == 0 {
            self.jacobian.copy_from_slice(taken.jacobian);
        } else {
            system.jacobian(&at, argument, &mut self.jacobian, &mut self.scratch)?;
        }
        let pattern = &system.shape().jacobian;
        for (tangent, carried) in self.each.iter_mut().zip(carried) {
            let parts = tangent.made.parts();
            combine::<Wide>(parts.argument, &carried.start, tableau.a[i], parts.stages);
            let (rate, by) = (&mut self.rate[..n], &mut self.by_parameter[..n]);
            rate.fill(0.0);
            add_product(pattern, &self.jacobian, parts.argument, rate);
            add_parameters(system, (&at, argument), &carried.parameters, rate, (by, &mut self.scratch))?;
            combine_scaled::<Wide>(&mut self.right_hand_side, (&self.rate, None), tableau.c[i], 1.0 / h, parts.stages);
            add_scaled::<Wide>(&mut self.right_hand_side, h * tableau.dfdt[i], &tangent.time_derivative);
            add_product(pattern, &tangent.jacobian, &self.stage, &mut self.right_hand_side);
            linear.solve(&self.right_hand_side[..n], &mut parts.solution[..n]);
            keep::<Wide>(parts.stages, i, parts.solution);
        }
        Ok(())
    }
}

/// `out += A x`
pub(super) fn add_product(pattern: &Pattern, a: &[f64], x: &[f64], out: &mut [f64]) {
    for i in 0..pattern.n() {
        let row = pattern.row(i).iter().zip(&a[pattern.row_start(i)..]);
        out[i] += row.map(|(j, a)| a * x[*j as usize]).sum::<f64>();
    }
}

/// Adds the derivative of the right-hand side by parameters, each with its weight.
pub(super) fn add_parameters(
    system: &dyn OdeSystem,
    (at, y): (&Point, &[f64]),
    parameters: &[(usize, f64)],
    rate: &mut [f64],
    (by, scratch): (&mut [f64], &mut [f64]),
) -> Result<(), Reject> {
    for &(k, weight) in parameters {
        system.parameter_derivative(at, y, k, by, scratch)?;
        for (rate, by) in rate.iter_mut().zip(&*by) {
            *rate += weight * by;
        }
    }
    Ok(())
}
