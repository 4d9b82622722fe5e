//! Values of the algebraic components that satisfy the algebraic equations, where a run begins and after every jump.
//!
//! With `M y' = f` and M diagonal, row i is algebraic, `0 = f_i(t, y)`, where M has a 0. The differential components stay as
//! they are, the algebraic ones z are found from where they stand by Newton's method with damping: a part of the correction
//! is taken by which the next one, with the same factors, becomes shorter in the error norm (the natural monotonicity test:
//! Deuflhard, Newton Methods for Nonlinear Problems, 2004, section 3.3). The block of the Jacobian that belongs to z is
//! factored with full pivoting, so that a component that it leaves open can be named.

use super::differences::{Base, Derivatives};
use super::norm::Norm;
use super::stepper::Problem;
use super::vector::not_finite;
use super::{Failure, FailureKind, Options, Reject, Shape, Solver, Statistics};
use nalgebra::{DMatrix, DVector, Dyn, FullPivLU};

/// A correction that is this small in the error norm is the last: the next would be its square.
const LAST: f64 = 1e-3;
/// Where rounding lets corrections shrink no more, this is small enough.
const ENOUGH: f64 = 0.1;
const MOST_ITERATIONS: u32 = 50;
/// The shortest part of a correction that is tried.
const LEAST_DAMPING: f64 = 1e-4;
/// A pivot that is this part of the largest is none.
const NO_PIVOT: f64 = 1e-14;

/// The algebraic components of a system, and memory to move them.
#[derive(Clone, Debug)]
pub(super) struct Consistency {
    /// The algebraic components, which are the numbers of the algebraic equations, too.
    algebraic: Vec<usize>,
    /// Their block of the Jacobian: row and column in it, place in the pattern.
    block: Vec<(usize, usize, usize)>,
    derivatives: Derivatives,
    jacobian: Vec<f64>,
    rate: Vec<f64>,
    trial: Vec<f64>,
    /// By component; 0 for the differential ones.
    correction: Vec<f64>,
    next: Vec<f64>,
}

/// Why there are no such values: what, and of which component.
struct Trouble(FailureKind, Option<usize>);

impl Consistency {
    pub fn new(shape: &Shape, options: &Options) -> Self {
        let n = shape.n();
        let algebraic: Vec<usize> = match shape.mass() {
            Some(mass) => (0..n).filter(|&i| mass[i] == 0.0).collect(),
            None => Vec::new(),
        };
        let place = |i: usize| algebraic.binary_search(&i).ok();
        let entries = shape.jacobian.entries().enumerate();
        let block = entries.filter_map(|(at, (i, j))| Some((place(i)?, place(j)?, at))).collect();
        let memory = if algebraic.is_empty() { 0 } else { n };
        let zeros = || vec![0.0; memory];
        let jacobian = vec![0.0; if memory > 0 { shape.jacobian.len() } else { 0 }];
        let derivatives = Derivatives::new(shape, options);
        Consistency {
            algebraic,
            block,
            derivatives,
            jacobian,
            rate: zeros(),
            trial: zeros(),
            correction: zeros(),
            next: zeros(),
        }
    }

    /// Moves the algebraic components of `y` to where their equations hold.
    fn find(
        &mut self,
        (problem, t): (&Problem, f64),
        y: &mut [f64],
        norm: &Norm,
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) -> Result<(), Trouble> {
        for _ in 0..MOST_ITERATIONS {
            self.evaluate((problem, t), y, scratch, statistics)?;
            let base = Base { problem, t, y, slope: &self.rate };
            self.derivatives.jacobian(&base, &mut self.jacobian, scratch, statistics).map_err(|fault| {
                let (kind, component) = fault.kind();
                Trouble(kind, component)
            })?;
            statistics.factorisations += 1;
            let factors = self.factor()?;
            let size = self.correct(&factors, y, norm, statistics)?;
            std::mem::swap(&mut self.correction, &mut self.next);
            if size <= LAST {
                self.try_part(1.0, y);
                y.copy_from_slice(&self.trial);
                return Ok(());
            }
            let mut part = 1.0;
            while !self.is_better((problem, t), (part, size), (&factors, y, norm), scratch, statistics)? {
                part *= 0.5;
                if part < LEAST_DAMPING {
                    let worst = norm.worst(&self.correction, y, y);
                    return if size <= ENOUGH { Ok(()) } else { Err(Trouble(FailureKind::Inconsistent, Some(worst))) };
                }
            }
            y.copy_from_slice(&self.trial);
        }
        Err(Trouble(FailureKind::Inconsistent, Some(norm.worst(&self.correction, y, y))))
    }

    /// Whether a part of the correction leads to where the next one is shorter.
    fn is_better(
        &mut self,
        at: (&Problem, f64),
        (part, size): (f64, f64),
        (factors, y, norm): (&Factors, &[f64], &Norm),
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) -> Result<bool, Trouble> {
        self.try_part(part, y);
        let trial = std::mem::take(&mut self.trial);
        let evaluated = self.evaluate(at, &trial, scratch, statistics);
        self.trial = trial;
        match evaluated {
            Ok(()) => {}
            Err(Trouble(FailureKind::NotFinite, _)) => return Ok(false),
            Err(trouble) => return Err(trouble),
        }
        let next = self.correct(factors, y, norm, statistics);
        Ok(next.is_ok_and(|next| next <= (1.0 - 0.25 * part) * size))
    }

    fn try_part(&mut self, part: f64, y: &[f64]) {
        for (trial, (y, correction)) in self.trial.iter_mut().zip(y.iter().zip(&self.correction)) {
            *trial = y + part * correction;
        }
    }

    /// The residuals of all equations.
    fn evaluate(
        &mut self,
        (problem, t): (&Problem, f64),
        y: &[f64],
        scratch: &mut [f64],
        statistics: &mut Statistics,
    ) -> Result<(), Trouble> {
        statistics.rhs += 1;
        problem.system.rhs(&problem.at(t), y, &mut self.rate, scratch).map_err(trouble)?;
        match self.algebraic.iter().find(|i| !self.rate[**i].is_finite()) {
            Some(&bad) => Err(Trouble(FailureKind::NotFinite, Some(bad))),
            None => Ok(()),
        }
    }

    fn factor(&self) -> Result<Factors, Trouble> {
        let mut matrix = DMatrix::zeros(self.algebraic.len(), self.algebraic.len());
        for &(i, j, at) in &self.block {
            matrix[(i, j)] = self.jacobian[at];
        }
        if let Some(bad) = not_finite(matrix.as_slice()) {
            let row = self.algebraic[bad % self.algebraic.len()];
            return Err(Trouble(FailureKind::NotFinite, Some(row)));
        }
        Factors::new(matrix).map_err(|open| Trouble(FailureKind::Undetermined, Some(self.algebraic[open])))
    }

    /// Writes to `next` the correction for the residuals that are there; gives its size.
    fn correct(
        &mut self,
        factors: &Factors,
        y: &[f64],
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<f64, Trouble> {
        statistics.solves += 1;
        let residual = DVector::from_iterator(self.algebraic.len(), self.algebraic.iter().map(|&i| -self.rate[i]));
        let solution = factors.solve(residual);
        for (&i, x) in self.algebraic.iter().zip(solution.iter()) {
            self.next[i] = *x;
        }
        match not_finite(&self.next) {
            Some(bad) => Err(Trouble(FailureKind::NotFinite, Some(bad))),
            None => Ok(norm.size(&self.next, y)),
        }
    }
}

fn trouble(reject: Reject) -> Trouble {
    match reject {
        Reject::Abort(text) => Trouble(FailureKind::Aborted(text), None),
        Reject::Retry => Trouble(FailureKind::NotFinite, None),
    }
}

/// Factors of a matrix whose columns, and then rows, have been scaled to a largest entry of 1.
struct Factors {
    lu: FullPivLU<f64, Dyn, Dyn>,
    rows: DVector<f64>,
    columns: DVector<f64>,
}

impl Factors {
    /// Fails with a column that the rows leave open.
    fn new(mut matrix: DMatrix<f64>) -> Result<Self, usize> {
        let n = matrix.nrows();
        let columns = DVector::from_iterator(n, matrix.column_iter().map(|column| 1.0 / column.amax()));
        if let Some(open) = not_finite(columns.as_slice()) {
            return Err(open);
        }
        for (mut column, scale) in matrix.column_iter_mut().zip(columns.iter()) {
            column *= *scale;
        }
        let rows = DVector::from_iterator(n, matrix.row_iter().map(|row| 1.0 / row.amax()));
        if let Some(empty) = not_finite(rows.as_slice()) {
            return Err(empty);
        }
        for (mut row, scale) in matrix.row_iter_mut().zip(rows.iter()) {
            row *= *scale;
        }
        let lu = FullPivLU::new(matrix);
        let pivots = lu.u().diagonal();
        let least = NO_PIVOT * n as f64 * pivots.amax();
        if let Some(rank) = pivots.iter().position(|pivot| pivot.abs() <= least) {
            let mut names = DMatrix::from_fn(1, n, |_, j| j);
            lu.q().permute_columns(&mut names);
            return Err(names[(0, rank)]);
        }
        Ok(Factors { lu, rows, columns })
    }

    fn solve(&self, right_hand_side: DVector<f64>) -> DVector<f64> {
        let mut x = right_hand_side.component_mul(&self.rows);
        self.lu.solve_mut(&mut x);
        x.component_mul(&self.columns)
    }
}

impl Solver {
    /// Makes the algebraic components of the state satisfy their equations. Totals of conserved sums change by as much.
    pub(super) fn make_consistent(&mut self, problem: &Problem) -> Result<(), Failure> {
        if self.consistency.algebraic.is_empty() {
            return Ok(());
        }
        self.new.copy_from_slice(&self.y);
        let work = (&mut self.scratch[..], &mut self.statistics);
        let found = self.consistency.find((problem, self.t), &mut self.new, &self.norm, work.0, work.1);
        found.map_err(|Trouble(kind, component)| self.failure(kind, component))?;
        self.check_sign(self.t, &self.new)?;
        self.jump_to_new();
        Ok(())
    }

    /// Puts the new state in the place of the state reached; dense output still leads to the old one.
    pub(super) fn jump_to_new(&mut self) {
        if self.led_to.is_none() {
            self.y_led_to.copy_from_slice(&self.y);
            self.led_to = Some(self.t);
        }
        self.restoration.move_totals(&self.y, &self.new);
        self.y.copy_from_slice(&self.new);
    }
}
