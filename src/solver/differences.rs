//! Derivatives of the right-hand side, for every method: the system's own, or differences where it has none.
//!
//! Columns that share no row are found by one difference (Curtis, Powell & Reid 1974, J. Inst. Math. Appl. 13:117). A
//! component is moved by `sqrt(eps) max(|y_j|, typical_j)` away from zero (Dennis & Schnabel 1983, Numerical Methods for
//! Unconstrained Optimization, eq. 5.4.10); its typical size is `atol_j / rtol`, below which the user counts its error
//! absolutely. The time is moved by `sqrt(eps)` of |t|, or of the shortest time in which the slope moves a component by its
//! size, where that is longer. Where the system refuses a point, the other side is tried.

use super::stages::{finite, is_all_finite};
use super::stepper::{Fault, Problem};
use super::vector::not_finite;
use super::{Options, Reject, Shape, Statistics};

/// Memory for differences: none where the system gives its derivatives.
#[derive(Clone, Debug)]
pub(super) struct Derivatives {
    is_differenced: bool,
    typical: Vec<f64>,
    moved: Vec<f64>,
    rates: Vec<f64>,
}

/// Where derivatives are asked for: a point, and the slope f there.
pub(super) struct Base<'a> {
    pub problem: &'a Problem<'a>,
    pub t: f64,
    pub y: &'a [f64],
    pub slope: &'a [f64],
}

impl Derivatives {
    pub fn new(shape: &Shape, options: &Options) -> Self {
        let n = if shape.is_differenced { shape.n() } else { 0 };
        Derivatives {
            is_differenced: shape.is_differenced,
            typical: (0..n).map(|j| options.atol.at(j) / options.rtol).collect(),
            moved: vec![0.0; n],
            rates: vec![0.0; n],
        }
    }

    /// Writes df/dy to `values`, in pattern order.
    pub fn jacobian(
        &mut self,
        base: &Base,
        values: &mut [f64],
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        let (problem, pattern) = (base.problem, &base.problem.system.shape().jacobian);
        statistics.jacobians += 1;
        if self.is_differenced {
            self.moved.copy_from_slice(base.y);
            for group in pattern.groups() {
                self.look(base, &group.columns, scratch, statistics)?;
                for &(row, column, place) in &group.entries {
                    let width = self.moved[column] - base.y[column];
                    values[place] = (self.rates[row] - base.slope[row]) / width;
                }
                group.columns.iter().for_each(|&j| self.moved[j] = base.y[j]);
            }
        } else {
            problem.system.jacobian(&problem.at(base.t), base.y, values, scratch)?;
        }
        if is_all_finite(values) {
            return Ok(());
        }
        let entry = not_finite(values).unwrap_or(0);
        let row = (0..pattern.n()).find(|&i| pattern.row_start(i + 1) > entry);
        Err(Fault::NotFinite(row.unwrap_or(0)))
    }

    /// Writes df/dt to `dfdt`.
    pub fn time_derivative(
        &mut self,
        base: &Base,
        dfdt: &mut [f64],
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        if self.is_differenced {
            self.moved.copy_from_slice(base.y);
            let step = f64::EPSILON.sqrt() * base.t.abs().max(self.shortest_time(base));
            let later = base.t + step;
            self.evaluate(base, later, scratch, statistics)?;
            for ((dfdt, rate), slope) in dfdt.iter_mut().zip(&self.rates).zip(base.slope) {
                *dfdt = (rate - slope) / (later - base.t);
            }
        } else {
            base.problem.system.time_derivative(&base.problem.at(base.t), base.y, dfdt, scratch)?;
        }
        finite(dfdt)
    }

    /// The rates where some components are moved to one side, or to the other where that is refused.
    fn look(
        &mut self,
        base: &Base,
        columns: &[usize],
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        let mut looked = Ok(());
        for side in [1.0, -1.0] {
            for &j in columns {
                let step = f64::EPSILON.sqrt() * base.y[j].abs().max(self.typical[j]);
                let away = if base.y[j] < 0.0 { -step } else { step };
                self.moved[j] = base.y[j] + side * away;
            }
            looked = self.evaluate(base, base.t, scratch, statistics);
            if !matches!(looked, Err(Fault::Reject(Reject::Retry) | Fault::NotFinite(_))) {
                break;
            }
        }
        looked
    }

    fn evaluate(&mut self, base: &Base, t: f64, scratch: &mut [f64], statistics: &mut Statistics) -> Result<(), Fault> {
        statistics.rhs += 1;
        base.problem.system.rhs(&base.problem.at(t), &self.moved, &mut self.rates, scratch)?;
        finite(&self.rates)
    }

    /// The shortest time in which the slope moves a component by its size; 1 where nothing moves at the time 0.
    fn shortest_time(&self, base: &Base) -> f64 {
        let ratio = |i: usize| base.slope[i].abs() / base.y[i].abs().max(self.typical[i]);
        let fastest = (0..base.y.len()).map(ratio).fold(0.0, f64::max);
        let shortest = 1.0 / fastest;
        if shortest.is_finite() {
            shortest
        } else if base.t == 0.0 {
            1.0
        } else {
            0.0
        }
    }
}
