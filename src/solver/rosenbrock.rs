//! One step of any stiffly accurate Rosenbrock method.

use super::norm::Norm;
use super::{OdeSystem, Point, Reject, Statistics};
use crate::linalg::LinearSolver;

/// Coefficients after the change of variables of Hairer & Wanner II, eq. IV.7.25: with
/// `W = I/(h gamma) - J`, stage i solves
/// `W u_i = f(t + times_i h, y + sum a_ij u_j) + sum (c_ij / h) u_j + h dfdt_i df/dt`.
/// The new state is the last stage's argument plus the last `u`, which is also the error estimate.
#[derive(Debug)]
pub(super) struct Tableau {
    pub stages: usize,
    pub order: u32,
    pub estimate_order: u32,
    pub gamma: f64,
    pub a: &'static [&'static [f64]],
    pub c: &'static [&'static [f64]],
    pub times: &'static [f64],
    pub dfdt: &'static [f64],
    /// Row k weighs the stages into coefficient k of the dense output:
    /// `y(t + s h) = (1 - s) y0 + s (y1 + (1 - s) (k_0 + s (k_1 + s k_2)))`.
    pub dense: &'static [&'static [f64]],
}

/// A first stage whose solution moves by more than this under refinement, in the error norm, has lost
/// too many digits to elimination without pivoting.
const REFINEMENT: f64 = 1e-2;

/// Why a step gives no result.
pub(super) enum Fault {
    Reject(Reject),
    /// Component whose rate or derivative is not finite.
    NotFinite(usize),
    Singular(usize),
}

impl From<Reject> for Fault {
    fn from(reject: Reject) -> Self {
        Fault::Reject(reject)
    }
}

/// What a run of steps is given from outside.
pub(super) struct Problem<'a> {
    pub system: &'a dyn OdeSystem,
    pub parameters: &'a [f64],
    pub modes: &'a [f64],
}

impl Problem<'_> {
    pub fn at(&self, t: f64) -> Point<'_> {
        Point { t, parameters: self.parameters, modes: self.modes }
    }
}

/// Memory of a Rosenbrock step; nothing in it outlives the dense output of the last step.
#[derive(Clone, Debug)]
pub(super) struct Rosenbrock {
    tableau: &'static Tableau,
    linear: LinearSolver,
    jacobian: Vec<f64>,
    dfdt: Vec<f64>,
    /// f(t, y) at the start of the step.
    slope: Vec<f64>,
    stages: Vec<f64>,
    work: Vec<f64>,
    dense: Vec<f64>,
    pub scratch: Vec<f64>,
}

impl Rosenbrock {
    pub fn new(tableau: &'static Tableau, shape: &super::Shape) -> Self {
        let n = shape.n();
        Rosenbrock {
            tableau,
            linear: LinearSolver::new(&shape.jacobian),
            jacobian: vec![0.0; shape.jacobian.len()],
            dfdt: vec![0.0; n],
            slope: vec![0.0; n],
            stages: vec![0.0; n * tableau.stages],
            work: vec![0.0; n],
            dense: vec![0.0; n * tableau.dense.len()],
            scratch: vec![0.0; shape.scratch],
        }
    }

    pub fn tableau(&self) -> &'static Tableau {
        self.tableau
    }

    /// Evaluates what all attempts at a step from (t, y) share: slope, Jacobian and df/dt.
    pub fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], stats: &mut Statistics) -> Result<(), Fault> {
        let at = p.at(t);
        stats.rhs += 1;
        p.system.rhs(&at, y, &mut self.slope, &mut self.scratch)?;
        finite(&self.slope)?;
        stats.jacobians += 1;
        p.system.jacobian(&at, y, &mut self.jacobian, &mut self.scratch)?;
        let pattern = &p.system.shape().jacobian;
        if let Err(entry) = all_finite(&self.jacobian) {
            let row = (0..pattern.n()).find(|&i| pattern.row_start(i + 1) > entry);
            return Err(Fault::NotFinite(row.unwrap_or(0)));
        }
        if p.system.shape().is_forced {
            p.system.time_derivative(&at, y, &mut self.dfdt, &mut self.scratch)?;
            finite(&self.dfdt)?;
        }
        Ok(())
    }

    /// f(t, y) as [`Rosenbrock::prepare`] found it.
    pub fn slope(&self) -> &[f64] {
        &self.slope
    }

    /// One step of length h from a prepared (t, y): writes the new state to `new`, the error estimate
    /// is then [`Rosenbrock::error`].
    pub fn step(
        &mut self,
        p: &Problem,
        (t, h): (f64, f64),
        y: &[f64],
        new: &mut [f64],
        norm: &Norm,
        stats: &mut Statistics,
    ) -> Result<(), Fault> {
        let shift = 1.0 / (h * self.tableau.gamma);
        stats.factorisations += 1;
        self.linear.factor(&self.jacobian, shift).map_err(|s| Fault::Singular(s.row))?;
        stats.fallback_factorisations += u64::from(self.linear.is_fallback());
        for i in 0..self.tableau.stages {
            self.right_hand_side(p, (t, h), y, new, i, stats)?;
            self.solve_stage(p, i, shift, y, norm, stats)?;
        }
        let last = &self.stages[(self.tableau.stages - 1) * y.len()..];
        for (new, u) in new.iter_mut().zip(last) {
            *new += u;
        }
        Ok(())
    }

    /// The error estimate of the last step.
    pub fn error(&self) -> &[f64] {
        &self.stages[(self.tableau.stages - 1) * self.slope.len()..]
    }

    /// Writes the right-hand side of stage i to `work` and the stage's argument to `argument`.
    fn right_hand_side(
        &mut self,
        p: &Problem,
        (t, h): (f64, f64),
        y: &[f64],
        argument: &mut [f64],
        i: usize,
        stats: &mut Statistics,
    ) -> Result<(), Fault> {
        let (n, tableau) = (y.len(), self.tableau);
        if i == 0 {
            self.work.copy_from_slice(&self.slope);
        } else {
            argument.copy_from_slice(y);
            for (&a, u) in tableau.a[i].iter().zip(self.stages.chunks_exact(n)) {
                add(argument, a, u);
            }
            stats.rhs += 1;
            let at = p.at(t + tableau.times[i] * h);
            p.system.rhs(&at, argument, &mut self.work, &mut self.scratch)?;
            for (&c, u) in tableau.c[i].iter().zip(self.stages.chunks_exact(n)) {
                add(&mut self.work, c / h, u);
            }
        }
        if p.system.shape().is_forced && tableau.dfdt[i] != 0.0 {
            add(&mut self.work, h * tableau.dfdt[i], &self.dfdt);
        }
        finite(&self.work)
    }

    /// Solves stage i for the right-hand side in `work`; of the first stage the residual is watched.
    fn solve_stage(
        &mut self,
        p: &Problem,
        i: usize,
        shift: f64,
        y: &[f64],
        norm: &Norm,
        stats: &mut Statistics,
    ) -> Result<(), Fault> {
        let n = y.len();
        let stage = &mut self.stages[i * n..][..n];
        stage.copy_from_slice(&self.work);
        stats.solves += 1;
        self.linear.solve(stage);
        if i > 0 || self.linear.is_fallback() {
            return Ok(());
        }
        // residual = rhs - (shift I - J) u; J enters with the opposite sign of subtract_product
        let residual = &mut self.work;
        for ((r, u), rhs) in residual.iter_mut().zip(&*stage).zip(&self.slope) {
            *r = shift * u - rhs;
        }
        if p.system.shape().is_forced {
            add(residual, -self.tableau.dfdt[0] / (self.tableau.gamma * shift), &self.dfdt);
        }
        p.system.shape().jacobian.subtract_product(&self.jacobian, stage, residual);
        let inaccurate = |r: &[f64], unit: f64| norm.largest(r, y, y).0 * unit > REFINEMENT;
        if !inaccurate(residual, 1.0 / shift) {
            return Ok(());
        }
        // in a stiff direction a large residual can be a small error: let the factors say
        stats.solves += 1;
        self.linear.solve(residual);
        if !inaccurate(residual, 1.0) {
            return Ok(());
        }
        stats.factorisations += 1;
        stats.fallback_factorisations += 1;
        if !self.linear.factor_pivoted(&self.jacobian, shift) {
            return Ok(()); // no better factors are to be had: the error estimate decides
        }
        stage.copy_from_slice(&self.slope);
        if p.system.shape().is_forced {
            add(stage, self.tableau.dfdt[0] / (self.tableau.gamma * shift), &self.dfdt);
        }
        stats.solves += 1;
        self.linear.solve(stage);
        Ok(())
    }

    /// Makes the dense output of the step just accepted.
    pub fn make_dense(&mut self) {
        let n = self.slope.len();
        self.dense.fill(0.0);
        for (weights, out) in self.tableau.dense.iter().zip(self.dense.chunks_exact_mut(n.max(1))) {
            for (&weight, u) in weights.iter().zip(self.stages.chunks_exact(n.max(1))) {
                add(out, weight, u);
            }
        }
    }

    /// The state at the part `s` of the last step, which led from `y0` to `y1`.
    pub fn interpolate(&self, s: f64, y0: &[f64], y1: &[f64], out: &mut [f64]) {
        let n = out.len();
        for i in 0..n {
            let inner = self.dense.chunks_exact(n).rev().fold(0.0, |sum, k| k[i] + s * sum);
            out[i] = (1.0 - s) * y0[i] + s * (y1[i] + (1.0 - s) * inner);
        }
    }
}

fn add(x: &mut [f64], a: f64, u: &[f64]) {
    for (x, u) in x.iter_mut().zip(u) {
        *x += a * u;
    }
}

fn all_finite(x: &[f64]) -> Result<(), usize> {
    x.iter().position(|x| !x.is_finite()).map_or(Ok(()), Err)
}

fn finite(x: &[f64]) -> Result<(), Fault> {
    all_finite(x).map_err(Fault::NotFinite)
}
