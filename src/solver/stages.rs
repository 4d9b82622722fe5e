//! A Rosenbrock step by loops over components.

use super::Statistics;
use super::attempt::Parts;
use super::norm::Norm;
use super::stepper::{Fault, Problem};
use super::tableau::Tableau;
use super::vector::{add_scaled, combine, combine_scaled, is_finite, keep, not_finite};
use crate::linalg::LinearSolver;
use crate::program::{Vector, Wide, Work, widest};

/// A first stage whose solution moves by more than this under refinement, in the error norm, has lost
/// too many digits to elimination without pivoting.
const REFINEMENT: f64 = 1e-2;

/// Whether a residual, or (with shift 1) a correction, is within what refinement may move. A NaN is not.
pub(super) fn is_small(size: f64, shift: f64) -> bool {
    size <= REFINEMENT * shift
}

/// A step to be tried. Vectors over components are padded.
pub(super) struct Step<'a> {
    pub n: usize,
    pub tableau: &'static Tableau,
    pub is_forced: bool,
    /// The diagonal of M, padded; none where it is the identity.
    pub mass: Option<&'a [f64]>,
    pub problem: &'a Problem<'a>,
    /// Time and length.
    pub at: (f64, f64),
    pub norm: &'a Norm,
    pub statistics: &'a mut Statistics,
    pub linear: &'a mut LinearSolver,
    pub jacobian: &'a [f64],
    /// The state at the start.
    pub start: &'a [f64],
    /// f and df/dt there.
    pub slopes: (&'a [f64], &'a [f64]),
    pub made: Parts<'a>,
    /// f at a stage, the right-hand side of a stage, a correction.
    pub work: &'a mut Scratch,
    /// Whether `linear` holds the factors of this step.
    pub has_factors: bool,
    /// Whether the rates of every stage are looked at.
    pub is_checked: bool,
}

/// Memory that holds nothing between stages.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    pub rate: Vec<f64>,
    pub right_hand_side: Vec<f64>,
    pub correction: Vec<f64>,
    /// For the system.
    pub system: Vec<f64>,
}

impl Scratch {
    /// Evaluates the slope at a point.
    pub fn evaluate(&mut self, problem: &Problem, t: f64, y: &[f64], statistics: &mut Statistics) -> Result<(), Fault> {
        statistics.rhs += 1;
        problem.system.rhs(&problem.at(t), y, &mut self.rate[..y.len()], &mut self.system)?;
        finite(&self.rate)
    }
}

impl Work for &mut Step<'_> {
    type Output = Result<f64, Fault>;

    #[inline(always)]
    fn run<V: Vector>(self) -> Result<f64, Fault> {
        let (n, tableau) = (self.n, self.tableau);
        let shift = 1.0 / (self.at.1 * tableau.gamma);
        if !self.has_factors {
            self.statistics.factorisations += 1;
            self.linear.factor(self.jacobian, shift).map_err(|s| Fault::Singular(s.row))?;
            self.statistics.fallback_factorisations += u64::from(self.linear.is_fallback());
        }
        for i in 0..tableau.stages {
            self.right_hand_side::<V>(i)?;
            self.linear.solve(&self.work.right_hand_side[..n], &mut self.made.solution[..n]);
            if i == 0 && !self.linear.is_pivoted() {
                self.watch::<V>(shift);
            }
            keep::<V>(self.made.stages, i, self.made.solution);
        }
        self.statistics.solves += tableau.stages as u64;
        add_scaled::<V>(self.made.argument, 1.0, self.made.solution);
        if !tableau.estimate.is_empty() {
            let last = &mut self.work.correction;
            last.copy_from_slice(self.made.solution);
            combine::<V>(self.made.solution, last, tableau.estimate, self.made.stages);
            self.forgive_start::<V>();
        }
        Ok(self.norm.largest::<V>(self.made.solution, self.start, self.made.argument))
    }
}

impl Step<'_> {
    /// Writes the right-hand side of stage i, and its argument.
    #[inline(always)]
    fn right_hand_side<V: Vector>(&mut self, i: usize) -> Result<(), Fault> {
        let (t, h) = self.at;
        let (n, tableau, made) = (self.n, self.tableau, &mut self.made);
        let Scratch { rate, right_hand_side, system: scratch, .. } = &mut *self.work;
        let (slope, dfdt) = self.slopes;
        if i == 0 {
            right_hand_side.copy_from_slice(slope);
        } else {
            if tableau.continues(i) {
                add_scaled::<V>(made.argument, 1.0, made.solution);
            } else {
                combine::<V>(made.argument, self.start, tableau.a[i], made.stages);
            }
            self.statistics.rhs += 1;
            let at = self.problem.at(t + tableau.times[i] * h);
            self.problem.system.rhs(&at, &made.argument[..n], &mut rate[..n], scratch)?;
            if self.is_checked {
                finite(rate)?;
            }
            let base = (&rate[..], self.mass);
            combine_scaled::<V>(right_hand_side, base, tableau.c[i], 1.0 / h, made.stages);
        }
        if self.is_forced && tableau.dfdt[i] != 0.0 {
            add_scaled::<V>(right_hand_side, h * tableau.dfdt[i], dfdt);
        }
        Ok(())
    }

    /// Takes out of the error estimate what is left of the algebraic equations at the start: the method forgets it, the embedded
    /// one does not, and no shorter step makes it less.
    #[inline(always)]
    fn forgive_start<V: Vector>(&mut self) {
        let Some(mass) = self.mass.filter(|_| self.tableau.embedded_at_infinity != 0.0) else { return };
        let Scratch { right_hand_side, correction, .. } = &mut *self.work;
        for ((left, slope), mass) in right_hand_side.iter_mut().zip(self.slopes.0).zip(mass) {
            *left = if *mass == 0.0 { *slope } else { 0.0 };
        }
        self.statistics.solves += 1;
        self.linear.solve(&right_hand_side[..self.n], &mut correction[..self.n]);
        add_scaled::<V>(self.made.solution, -self.tableau.embedded_at_infinity, correction);
    }

    /// Watches the solution of the first stage: where the residual shows that the factors are inaccurate, better ones are
    /// made and the stage is solved again.
    #[inline(always)]
    fn watch<V: Vector>(&mut self, shift: f64) {
        let n = self.n;
        let (x, b) = (&self.made.solution[..n], &self.work.right_hand_side[..n]);
        self.linear.residual(self.jacobian, shift, x, b, &mut self.made.residual[..n]);
        // the residual of an algebraic equation is no rate: it says nothing before it is solved for
        let residual = self.norm.largest::<V>(self.made.residual, self.start, self.start);
        if self.mass.is_some() || !is_small(residual, shift) {
            self.refine(shift);
        }
    }

    #[cold]
    fn refine(&mut self, shift: f64) {
        let (n, correction) = (self.n, &mut self.work.correction);
        // in a stiff direction a large residual can be a small error: let the factors say
        self.statistics.solves += 1;
        self.linear.solve(&self.made.residual[..n], &mut correction[..n]);
        if is_small(self.norm.largest::<Wide>(correction, self.start, self.start), 1.0) {
            return;
        }
        self.statistics.factorisations += 1;
        // where no better factors are to be had the error estimate decides
        if self.linear.factor_pivoted(self.jacobian, shift) {
            self.statistics.fallback_factorisations += 1;
            self.statistics.solves += 1;
            self.linear.solve(&self.work.right_hand_side[..n], &mut self.made.solution[..n]);
        }
    }
}

/// Fails with the first component that is not finite.
pub(super) fn finite(x: &[f64]) -> Result<(), Fault> {
    if is_all_finite(x) { Ok(()) } else { Err(Fault::NotFinite(not_finite(x).unwrap_or(0))) }
}

pub(super) fn is_all_finite(x: &[f64]) -> bool {
    struct Finite<'a>(&'a [f64]);
    impl Work for Finite<'_> {
        type Output = bool;
        #[inline(always)]
        fn run<V: Vector>(self) -> bool {
            is_finite::<V>(self.0)
        }
    }
    widest(Finite(x))
}
