//! A linear solver that knows when its fast way has failed.

use super::{Dense, Pattern, StaticLu};
use crate::program::Executor;

/// `shift M - A` cannot be factored even with pivoting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Singular {
    /// The row whose pivot vanished first.
    pub row: usize,
}

/// Factors `shift M - A` by [`StaticLu`] and, where a pivot cancels, by [`Dense`].
///
/// ```
/// use homeostat::linalg::{LinearSolver, Pattern};
/// use homeostat::program::Executor;
/// let mut solver = LinearSolver::new(&Pattern::dense(2), Executor::Auto);
/// solver.factor(&[0.0, -1.0, -1.0, 0.0], 0.0).unwrap();
/// assert!(solver.is_fallback());
/// let mut x = [0.0; 2];
/// solver.solve(&[3.0, 4.0], &mut x);
/// assert_eq!(x, [4.0, 3.0]);
/// ```
#[derive(Clone, Debug)]
pub struct LinearSolver {
    pattern: Pattern,
    fast: StaticLu,
    pivoted: Option<Dense>,
}

impl LinearSolver {
    /// Prepares for matrices of one pattern.
    pub fn new(pattern: &Pattern, executor: Executor) -> Self {
        LinearSolver { pattern: pattern.clone(), fast: StaticLu::new(pattern, executor), pivoted: None }
    }

    /// Factors `shift M - A`, A in pattern order.
    ///
    /// # Errors
    /// [`Singular`] where pivoting does not help either.
    pub fn factor(&mut self, matrix: &[f64], shift: f64) -> Result<(), Singular> {
        self.pivoted = None;
        match self.fast.factor(matrix, shift) {
            Ok(()) => Ok(()),
            Err(_) if self.factor_pivoted(matrix, shift) => Ok(()),
            Err(row) => Err(Singular { row }),
        }
    }

    /// Factors with pivoting at once, for a matrix whose fast factors proved to be inaccurate; `false` where
    /// it is singular, and the factors are the fast ones again.
    pub fn factor_pivoted(&mut self, matrix: &[f64], shift: f64) -> bool {
        self.pivoted = Dense::factor(&self.pattern, matrix, shift);
        self.pivoted.is_some()
    }

    /// Whether the current factors are the pivoted ones.
    pub fn is_fallback(&self) -> bool {
        self.pivoted.is_some()
    }

    /// Chooses what computes the fast factors; results do not depend on it.
    pub fn set_executor(&mut self, executor: Executor) {
        self.fast.set_executor(executor);
    }

    /// What computes the fast factors now.
    pub fn executor(&self) -> Executor {
        self.fast.executor()
    }

    /// Writes `(shift M - A) x - b` to `residual`.
    pub fn residual(&self, matrix: &[f64], shift: f64, x: &[f64], b: &[f64], residual: &mut [f64]) {
        self.fast.residual(matrix, shift, x, b, residual);
    }

    /// Solves for a right-hand side. What cannot be solved becomes NaN.
    pub fn solve(&self, right_hand_side: &[f64], x: &mut [f64]) {
        let Some(dense) = &self.pivoted else { return self.fast.solve(right_hand_side, x) };
        x.copy_from_slice(right_hand_side);
        if !dense.solve(x) {
            x.fill(f64::NAN);
        }
    }
}
