//! A linear solver that knows when its fast way has failed.

use super::number::{Fast, RealLu};
use super::sparse::Sparse;
use super::{Dense, LinearAlgebra, Number, Pattern, Refusal};
use crate::program::Executor;

/// `shift M - A` cannot be factored even with pivoting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Singular {
    /// The row whose pivot vanished first.
    pub row: usize,
}

/// Factors `shift M - A` by a [`LinearAlgebra`] and, where that is `Static` and a pivot cancels, by one that pivots.
/// [`LinearSolver`] does so for real numbers, [`ComplexSolver`] for a complex shift.
#[derive(Clone, Debug)]
pub struct WatchedSolver<N: Number> {
    pattern: Pattern,
    chosen: LinearAlgebra,
    fast: Option<N::Lu>,
    /// Made when it is first needed.
    pivoted: Option<Pivoted<N>>,
    is_pivoted: bool,
}

/// For real numbers.
///
/// ```
/// use homeostat::linalg::{LinearAlgebra, LinearSolver, Pattern};
/// use homeostat::program::Executor;
/// let mut solver = LinearSolver::new(&Pattern::dense(2), Executor::Auto, LinearAlgebra::Auto)?;
/// solver.factor(&[0.0, -1.0, -1.0, 0.0], 0.0).unwrap();
/// assert!(solver.is_fallback());
/// assert_eq!((solver.chosen(), solver.in_use()), (LinearAlgebra::Static, LinearAlgebra::Dense));
/// let mut x = [0.0; 2];
/// solver.solve(&[3.0, 4.0], &mut x);
/// assert_eq!(x, [4.0, 3.0]);
/// # Ok::<(), homeostat::linalg::Refusal>(())
/// ```
pub type LinearSolver = WatchedSolver<f64>;

/// For a real matrix and a complex shift, numbers being pairs: what implicit Runge-Kutta methods need.
///
/// ```
/// use homeostat::linalg::{ComplexSolver, LinearAlgebra, Pattern};
/// use homeostat::program::Executor;
/// let mut solver = ComplexSolver::new(&Pattern::dense(1), Executor::Auto, LinearAlgebra::Auto)?;
/// solver.factor(&[1.0], [1.0, 2.0]).unwrap(); // 2i
/// let mut x = [[0.0; 2]];
/// solver.solve(&[[4.0, 2.0]], &mut x);
/// assert_eq!(x[0], [1.0, -2.0]);
/// # Ok::<(), homeostat::linalg::Refusal>(())
/// ```
pub type ComplexSolver = WatchedSolver<[f64; 2]>;

#[derive(Clone, Debug)]
enum Pivoted<N: Number> {
    Dense(Dense<N>),
    Sparse(Box<Sparse<N>>),
}

impl<N: Number> Pivoted<N> {
    fn new(algebra: LinearAlgebra, pattern: &Pattern) -> Result<Self, Refusal> {
        match algebra {
            LinearAlgebra::Sparse => Sparse::new(pattern).map(|sparse| Pivoted::Sparse(Box::new(sparse))),
            _ => Ok(Pivoted::Dense(Dense::new(pattern))),
        }
    }

    fn factor(&mut self, matrix: &[f64], shift: N) -> Result<(), usize> {
        match self {
            Pivoted::Dense(dense) => dense.factor(matrix, shift),
            Pivoted::Sparse(sparse) => sparse.factor(matrix, shift),
        }
    }
}

impl<N: Number> WatchedSolver<N> {
    /// Prepares for matrices of one pattern.
    ///
    /// # Errors
    /// As [`LinearAlgebra::choose`].
    pub fn new(pattern: &Pattern, executor: Executor, algebra: LinearAlgebra) -> Result<Self, Refusal> {
        let chosen = algebra.choose(pattern)?;
        let (fast, pivoted) = match chosen {
            LinearAlgebra::Static => (Some(N::Lu::new(pattern, executor)?), None),
            _ => (None, Some(Pivoted::new(chosen, pattern)?)),
        };
        Ok(WatchedSolver { pattern: pattern.clone(), chosen, fast, pivoted, is_pivoted: false })
    }

    /// Factors `shift M - A`, A in pattern order.
    ///
    /// # Errors
    /// [`Singular`] where pivoting does not help either.
    pub fn factor(&mut self, matrix: &[f64], shift: N) -> Result<(), Singular> {
        self.is_pivoted = false;
        match &mut self.fast {
            Some(fast) => match fast.factor(matrix, shift) {
                Ok(()) => Ok(()),
                Err(_) if self.factor_pivoted(matrix, shift) => Ok(()),
                Err(row) => Err(Singular { row }),
            },
            None => self.pivot(matrix, shift).map_err(|row| Singular { row }),
        }
    }

    /// Factors with pivoting at once, for a matrix whose fast factors proved to be inaccurate; `false` where
    /// it is singular, and the factors are the fast ones again.
    pub fn factor_pivoted(&mut self, matrix: &[f64], shift: N) -> bool {
        if self.pivoted.is_none() {
            let fallback = LinearAlgebra::fallback(&self.pattern);
            self.pivoted = fallback.and_then(|algebra| Pivoted::new(algebra, &self.pattern).ok());
        }
        self.pivot(matrix, shift).is_ok()
    }

    fn pivot(&mut self, matrix: &[f64], shift: N) -> Result<(), usize> {
        let factored = self.pivoted.as_mut().map_or(Err(0), |pivoted| pivoted.factor(matrix, shift));
        self.is_pivoted = factored.is_ok();
        factored
    }

    /// Whether the current factors are pivoted, so that they need no watch.
    pub fn is_pivoted(&self) -> bool {
        self.is_pivoted
    }

    /// Whether the current factors are pivoted, and were meant not to be.
    pub fn is_fallback(&self) -> bool {
        self.is_pivoted && self.fast.is_some()
    }

    /// The linear algebra that was chosen.
    pub fn chosen(&self) -> LinearAlgebra {
        self.chosen
    }

    /// The linear algebra that the current factors were made by.
    pub fn in_use(&self) -> LinearAlgebra {
        match &self.pivoted {
            Some(Pivoted::Dense(_)) if self.is_pivoted => LinearAlgebra::Dense,
            Some(Pivoted::Sparse(_)) if self.is_pivoted => LinearAlgebra::Sparse,
            _ => self.chosen,
        }
    }

    /// Chooses what computes static factors; results do not depend on it.
    pub fn set_executor(&mut self, executor: Executor) {
        if let Some(fast) = &mut self.fast {
            fast.set_executor(executor);
        }
    }

    /// What computes static factors now.
    pub fn executor(&self) -> Executor {
        self.fast.as_ref().map_or(Executor::Tape, Fast::executor)
    }

    /// Solves for a right-hand side with the factors of the last call that made some.
    pub fn solve(&mut self, right_hand_side: &[N], x: &mut [N]) {
        match (&mut self.pivoted, &mut self.fast) {
            (_, Some(fast)) if !self.is_pivoted => fast.solve(right_hand_side, x),
            (Some(Pivoted::Dense(dense)), _) => dense.solve(right_hand_side, x),
            (Some(Pivoted::Sparse(sparse)), _) => sparse.solve(right_hand_side, x),
            (None, _) => x.fill(N::of(nalgebra::ComplexField::from_real(f64::NAN))),
        }
    }
}

impl LinearSolver {
    /// The factors of static elimination of the whole matrix, as programs read them; none where there are others.
    pub(crate) fn static_factors(&self) -> Option<&[f64]> {
        match &self.fast {
            Some(RealLu::Whole(lu)) if !self.is_pivoted => Some(lu.factors()),
            _ => None,
        }
    }

    /// Writes `(shift M - A) x - b` to `residual`.
    pub fn residual(&mut self, matrix: &[f64], shift: f64, x: &[f64], b: &[f64], residual: &mut [f64]) {
        match &mut self.fast {
            Some(fast) => fast.residual(matrix, shift, x, b, residual),
            None => self.pattern.residual((matrix, shift), x, b, residual),
        }
    }
}
