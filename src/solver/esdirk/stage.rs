//! The stages of an ESDIRK step by a modified Newton method.
//!
//! *Prediction.* D at a stage is first taken from the polynomial through the D of the [`NODES`] stages before it whose times
//! are nearest, so that Z is predicted through the equation of the stage; an algebraic state, which has no D, where the stage
//! before has it.
//!
//! *Convergence.* With the rate at which corrections shrink, what is left after a correction is about the rate times it;
//! iterations stop where that is below [`ENOUGH`] of the tolerance: on limit cycles what is left adds up over thousands of
//! stages (ten times as much left errors of up to 40 times the tolerance on OREGO). At the first correction the rate is that of the last
//! stages with the same factors, forgotten by and by (as in CVODE: a third of it each time), and 1 with new factors.
//! Iterations that grow, or are not done after [`MOST`], do not converge.
//!
//! *Drift.* With factors for another `h gamma`, by a ratio r of shifts, a correction is too long by r in what is not stiff and
//! right in what is; `2 / (1 + r)` of it errs by the same part in both.

use super::{Attempt, Esdirk, Scratch};
use crate::program::Vector;
use crate::solver::stepper::Fault;
use crate::solver::vector::{MOST_STAGES, add_scaled, combine, keep, not_finite};

/// Stages that a prediction is made of.
const NODES: usize = 3;
/// What may be left of a stage's equation, as a part of the tolerance.
const ENOUGH: f64 = 0.001;
/// The most iterations for a stage.
const MOST: u32 = 10;
/// How much of a rate is left after another stage.
const FORGET: f64 = 0.3;

/// For each stage the weights of the D before it that predict gamma times its own: the values at its time of Lagrange's polynomials
/// through the nearest times.
pub(super) fn predictions(c: &[f64], gamma: f64) -> [[f64; MOST_STAGES]; MOST_STAGES] {
    let mut weights = [[0.0; MOST_STAGES]; MOST_STAGES];
    for (i, weights) in weights.iter_mut().enumerate().take(c.len()) {
        let mut near: Vec<usize> = (0..i).collect();
        near.sort_by(|&j, &k| (c[j] - c[i]).abs().total_cmp(&(c[k] - c[i]).abs()));
        near.truncate(NODES);
        for &j in &near {
            let others = near.iter().filter(|k| **k != j);
            weights[j] = others.fold(gamma, |w, &k| w * (c[i] - c[k]) / (c[j] - c[k]));
        }
    }
    weights
}

impl Attempt<'_> {
    /// The first stage is explicit, and where the last step ended. An algebraic equation has no slope.
    #[inline(always)]
    pub(super) fn first_stage<V: Vector>(&mut self, h: f64) {
        let Esdirk { scratch, made, slope, mass, .. } = &mut *self.esdirk;
        scratch.way.fill(0.0);
        for (base, (slope, mass)) in scratch.base.iter_mut().zip(slope.iter().zip(&*mass)) {
            *base = if *mass == 0.0 { 0.0 } else { h * slope };
        }
        keep::<V>(&mut made.slopes, 0, &scratch.base);
        keep::<V>(&mut made.ways, 0, &scratch.zero);
    }

    /// Solves stage i; the factors belong to about this shift.
    #[inline(always)]
    pub(super) fn stage<V: Vector>(&mut self, i: usize, shift: f64) -> Result<(), Fault> {
        let Esdirk { tableau, predictions, scratch, made, mass, .. } = &mut *self.esdirk;
        let Scratch { zero, base, way, argument, .. } = scratch;
        combine::<V>(base, zero, tableau.a[i], &made.slopes);
        combine::<V>(argument, base, &predictions[i][..i], &made.slopes);
        for (way, (predicted, mass)) in way.iter_mut().zip(argument.iter().zip(&*mass)) {
            *way = if *mass == 0.0 { *way } else { predicted / mass };
        }
        self.iterate::<V>(i, shift)?;
        let Esdirk { tableau, scratch, made, mass, .. } = &mut *self.esdirk;
        let Scratch { base, way, .. } = scratch;
        keep::<V>(&mut made.ways, i, way);
        for (base, (way, mass)) in base.iter_mut().zip(way.iter().zip(&*mass)) {
            *base = (mass * way - *base) / tableau.gamma;
        }
        keep::<V>(&mut made.slopes, i, base);
        Ok(())
    }

    /// Newton's iterations from the prediction.
    #[inline(always)]
    fn iterate<V: Vector>(&mut self, i: usize, shift: f64) -> Result<(), Fault> {
        let (t, h) = self.at;
        let Esdirk { n, tableau, start, mass, linear, scratch, rate, slowest, shift: made_for, .. } = &mut *self.esdirk;
        let Scratch { base, way, argument, rate: f, correction, system, .. } = scratch;
        let at = self.problem.at(t + tableau.c[i] * h);
        let scale = 2.0 / (1.0 + shift / *made_for);
        let mut last = f64::INFINITY;
        argument.copy_from_slice(start);
        add_scaled::<V>(argument, 1.0, way);
        for iteration in 0..MOST {
            self.statistics.rhs += 1;
            self.problem.system.rhs(&at, &argument[..*n], &mut f[..*n], system)?;
            for (f, (base, (way, mass))) in f.iter_mut().zip(base.iter().zip(way.iter().zip(&*mass))) {
                *f += shift * (base - mass * way);
            }
            self.statistics.newton_iterations += 1;
            self.statistics.solves += 1;
            linear.solve(&f[..*n], &mut correction[..*n]);
            add_scaled::<V>(way, scale, correction);
            argument.copy_from_slice(start);
            add_scaled::<V>(argument, 1.0, way);
            let size = self.norm.largest::<V>(correction, start, argument);
            if !size.is_finite() {
                return Err(Fault::NotFinite(not_finite(f).unwrap_or(0)));
            }
            if iteration > 0 {
                *rate = (FORGET * *rate).max(size / last);
                *slowest = slowest.max(size / last);
            }
            if rate.min(1.0) * size <= ENOUGH {
                return Ok(());
            }
            if size >= last {
                break;
            }
            last = size;
        }
        self.statistics.convergence_failures += 1;
        Err(Fault::NotConverged(self.norm.worst(&correction[..*n], start, argument)))
    }
}
