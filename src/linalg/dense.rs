//! Dense factorisation with partial pivoting, on nalgebra's matrices: the fallback for small systems.

use super::{Number, Pattern};
use nalgebra::{ComplexField, DMatrix, DVector};

/// The pivoted factors of `shift M - A`, A given in pattern order, M the [mass](Pattern::mass) of the pattern. Numbers are real
/// (`f64`), or the shift is complex and numbers are pairs (`[f64; 2]`). Memory is taken once.
///
/// ```
/// use homeostat::linalg::{Dense, Pattern};
/// let mut lu = Dense::new(&Pattern::dense(2));
/// lu.factor(&[0.0, -1.0, -1.0, 0.0], 0.0).unwrap(); // needs a row exchange
/// let mut x = [0.0; 2];
/// lu.solve(&[3.0, 4.0], &mut x);
/// assert_eq!(x, [4.0, 3.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Dense<N: Number = f64> {
    pattern: Pattern,
    /// L below the diagonal, its ones left out, and U.
    factors: DMatrix<N::Scalar>,
    /// For each row of the factors the row of the matrix.
    rows: Vec<usize>,
    work: DVector<N::Scalar>,
}

impl<N: Number> Dense<N> {
    /// Memory for matrices of one pattern.
    pub fn new(pattern: &Pattern) -> Self {
        let n = pattern.n();
        let zero = N::Scalar::from_real(0.0);
        let (factors, work) = (DMatrix::from_element(n, n, zero), DVector::from_element(n, zero));
        Dense { pattern: pattern.clone(), factors, rows: (0..n).collect(), work }
    }

    /// Factors.
    ///
    /// # Errors
    /// The row whose pivot is zero or not finite; the factors are then not to be used.
    pub fn factor(&mut self, matrix: &[f64], shift: N) -> Result<(), usize> {
        let (a, n) = (&mut self.factors, self.pattern.n());
        let (zero, one) = (N::Scalar::from_real(0.0), N::Scalar::from_real(1.0));
        a.fill(zero);
        for i in 0..n {
            self.rows[i] = i;
            a[(i, i)] = shift.scalar().scale(self.pattern.mass().map_or(1.0, |mass| mass[i]));
        }
        for ((i, j), v) in self.pattern.entries().zip(matrix) {
            a[(i, j)] -= N::Scalar::from_real(*v);
        }
        for k in 0..n {
            let largest = k + a.column(k).rows_range(k..).icamax();
            a.swap_rows(k, largest);
            self.rows.swap(k, largest);
            let pivot = a[(k, k)];
            if pivot == zero || !pivot.is_finite() {
                return Err(self.rows[k]);
            }
            let (mut lower, mut right) = a.columns_range_pair_mut(k, k + 1..);
            let mut lower = lower.rows_range_mut(k + 1..);
            lower *= one / pivot;
            for mut column in right.column_iter_mut() {
                let factor = column[k];
                if factor != zero {
                    column.rows_range_mut(k + 1..).axpy(-factor, &lower, one);
                }
            }
        }
        Ok(())
    }

    /// Solves for a right-hand side with the factors of the last [`Dense::factor`].
    pub fn solve(&mut self, right_hand_side: &[N], x: &mut [N]) {
        for (work, &row) in self.work.iter_mut().zip(&self.rows) {
            *work = right_hand_side[row].scalar();
        }
        // with ones on the diagonal nothing can fail, and pivots are not zero
        self.factors.solve_lower_triangular_with_diag_mut(&mut self.work, N::Scalar::from_real(1.0));
        self.factors.solve_upper_triangular_mut(&mut self.work);
        for (x, work) in x.iter_mut().zip(self.work.iter()) {
            *x = N::of(*work);
        }
    }
}
