//! One step of any stiffly accurate Rosenbrock method.

use super::norm::Norm;
use super::{OdeSystem, Options, Point, Reject, Shape, Statistics};
use crate::linalg::LinearSolver;
use crate::program::{Executor, combine};

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

impl Tableau {
    /// Whether the argument of stage i is that of the stage before plus its solution.
    fn continues(&self, i: usize) -> bool {
        i > 1 && self.a[i].split_last().is_some_and(|(&last, before)| last == 1.0 && before == self.a[i - 1])
    }
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

/// Memory of a Rosenbrock step; only the stages of the last accepted step outlive it.
#[derive(Clone, Debug)]
pub(super) struct Rosenbrock {
    tableau: &'static Tableau,
    /// Which stages continue the one before.
    continues: [bool; MOST_STAGES],
    is_forced: bool,
    linear: LinearSolver,
    jacobian: Vec<f64>,
    dfdt: Vec<f64>,
    /// f(t, y) at the start of the step.
    slope: Vec<f64>,
    stages: Vec<f64>,
    /// The stages of the last accepted step, from which dense output is made.
    pub accepted: Vec<f64>,
    /// f at a stage.
    rate: Vec<f64>,
    /// The right-hand side of a stage.
    work: Vec<f64>,
    residual: Vec<f64>,
    correction: Vec<f64>,
    pub scratch: Vec<f64>,
}

impl Rosenbrock {
    pub fn new(tableau: &'static Tableau, shape: &Shape, options: &Options) -> Self {
        let n = shape.n();
        Rosenbrock {
            tableau,
            continues: std::array::from_fn(|i| i < tableau.stages && tableau.continues(i)),
            is_forced: shape.is_forced,
            linear: LinearSolver::new(&shape.jacobian, options.executor),
            jacobian: vec![0.0; shape.jacobian.len()],
            dfdt: vec![0.0; n],
            slope: vec![0.0; n],
            stages: vec![0.0; n * tableau.stages],
            accepted: vec![0.0; n * tableau.stages],
            rate: vec![0.0; n],
            work: vec![0.0; n],
            residual: vec![0.0; n],
            correction: vec![0.0; n],
            scratch: vec![0.0; shape.scratch],
        }
    }

    pub fn tableau(&self) -> &'static Tableau {
        self.tableau
    }

    /// What computes the elimination now.
    pub fn executor(&self) -> Executor {
        self.linear.executor()
    }

    pub fn set_executor(&mut self, executor: Executor) {
        self.linear.set_executor(executor);
    }

    /// Evaluates what all attempts at a step from (t, y) share: slope, Jacobian and df/dt.
    pub fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], stats: &mut Statistics) -> Result<(), Fault> {
        let at = p.at(t);
        let shape = p.system.shape();
        stats.rhs += 1;
        p.system.rhs(&at, y, &mut self.slope, &mut self.scratch)?;
        finite(&self.slope)?;
        stats.jacobians += 1;
        p.system.jacobian(&at, y, &mut self.jacobian, &mut self.scratch)?;
        if let Err(entry) = all_finite(&self.jacobian) {
            let row = (0..shape.n()).find(|&i| shape.jacobian.row_start(i + 1) > entry);
            return Err(Fault::NotFinite(row.unwrap_or(0)));
        }
        if self.is_forced {
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
            let n = y.len();
            self.linear.solve(&self.work, &mut self.stages[i * n..][..n]);
            stats.solves += 1;
            if i == 0 && !self.linear.is_fallback() {
                self.watch(shift, y, norm, stats);
            }
        }
        let last = &self.stages[(self.tableau.stages - 1) * y.len()..];
        add(new, last);
        Ok(())
    }

    /// The error estimate of the last step tried.
    pub fn error(&self) -> &[f64] {
        &self.stages[(self.tableau.stages - 1) * self.slope.len()..]
    }

    /// Keeps the stages of the step just tried for dense output.
    pub fn accept(&mut self) {
        std::mem::swap(&mut self.stages, &mut self.accepted);
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
            if self.continues[i] {
                add(argument, &self.stages[(i - 1) * n..][..n]);
            } else {
                combine(argument, y, tableau.a[i], 1.0, &self.stages);
            }
            stats.rhs += 1;
            let at = p.at(t + tableau.times[i] * h);
            p.system.rhs(&at, argument, &mut self.rate, &mut self.scratch)?;
            finite(&self.rate)?;
            combine(&mut self.work, &self.rate, tableau.c[i], 1.0 / h, &self.stages);
        }
        if self.is_forced && tableau.dfdt[i] != 0.0 {
            let weight = h * tableau.dfdt[i];
            for (x, u) in self.work.iter_mut().zip(&self.dfdt) {
                *x += weight * u;
            }
        }
        Ok(())
    }

    /// Watches the solution of the first stage, whose right-hand side is in `work`: where the residual shows that the
    /// factors are inaccurate, better ones are made and the stage is solved again.
    fn watch(&mut self, shift: f64, y: &[f64], norm: &Norm, stats: &mut Statistics) {
        let n = y.len();
        let stage = &mut self.stages[..n];
        self.linear.residual(&self.jacobian, shift, stage, &self.work, &mut self.residual);
        if norm.is_within(REFINEMENT * shift, &self.residual, y) {
            return;
        }
        // in a stiff direction a large residual can be a small error: let the factors say
        stats.solves += 1;
        let correction = &mut self.correction[..];
        self.linear.solve(&self.residual, correction);
        if norm.is_within(REFINEMENT, correction, y) {
            return;
        }
        stats.factorisations += 1;
        stats.fallback_factorisations += 1;
        // where no better factors are to be had the error estimate decides
        if self.linear.factor_pivoted(&self.jacobian, shift) {
            stats.solves += 1;
            self.linear.solve(&self.work, stage);
        }
    }

    /// The state at the part `s` of the last accepted step, which led from `y0` to `y1`.
    pub fn interpolate(&self, s: f64, y0: &[f64], y1: &[f64], out: &mut [f64]) {
        let mut weights = [0.0; MOST_STAGES];
        for (j, weight) in weights.iter_mut().enumerate().take(self.tableau.stages) {
            *weight = self.tableau.dense.iter().rev().fold(0.0, |sum, row| row[j] + s * sum);
        }
        // y1 + (1 - s) inner, then the line from y0
        combine(out, y1, &weights[..self.tableau.stages], 1.0 - s, &self.accepted);
        for (out, y0) in out.iter_mut().zip(y0) {
            *out = (1.0 - s) * y0 + s * *out;
        }
    }
}

/// No method here has more stages.
const MOST_STAGES: usize = 8;

/// `out += u`
fn add(out: &mut [f64], u: &[f64]) {
    for (x, u) in out.iter_mut().zip(u) {
        *x += u;
    }
}

/// The first number that is not finite.
pub(super) fn all_finite(x: &[f64]) -> Result<(), usize> {
    // 0 x is NaN where x is not finite, and a NaN stays: sums, several at a time, say whether there is any
    let (chunks, rest) = x.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for chunk in chunks {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum += 0.0 * x;
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum += 0.0 * x;
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    if sum == 0.0 { Ok(()) } else { x.iter().position(|x| !x.is_finite()).map_or(Ok(()), Err) }
}

fn finite(x: &[f64]) -> Result<(), Fault> {
    all_finite(x).map_err(Fault::NotFinite)
}
