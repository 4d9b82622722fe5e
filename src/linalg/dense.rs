//! Dense factorisation with partial pivoting (nalgebra): the fallback.

use super::Pattern;
use nalgebra::{DMatrix, DVector, Dyn, LU};

/// The pivoted factors of `shift M - A`, A given in pattern order, M the [mass](Pattern::mass) of the pattern.
///
/// ```
/// use homeostat::linalg::{Dense, Pattern};
/// let pattern = Pattern::dense(2);
/// let lu = Dense::factor(&pattern, &[0.0, -1.0, -1.0, 0.0], 0.0).unwrap(); // needs a row exchange
/// let mut x = [3.0, 4.0];
/// assert!(lu.solve(&mut x));
/// assert_eq!(x, [4.0, 3.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Dense {
    lu: LU<f64, Dyn, Dyn>,
}

impl Dense {
    /// Factors; `None` where the matrix is singular to working precision or not finite.
    pub fn factor(pattern: &Pattern, matrix: &[f64], shift: f64) -> Option<Self> {
        let mut a = DMatrix::zeros(pattern.n(), pattern.n());
        match pattern.mass() {
            None => a.fill_diagonal(shift),
            Some(mass) => a.set_diagonal(&DVector::from_iterator(mass.len(), mass.iter().map(|m| shift * m))),
        }
        for ((i, j), v) in pattern.entries().zip(matrix) {
            a[(i, j)] -= v;
        }
        if !a.iter().all(|x| x.is_finite()) {
            return None;
        }
        let lu = a.lu();
        lu.is_invertible().then_some(Dense { lu })
    }

    /// Solves for the right-hand side `x`, in place; `false` where that is impossible.
    pub fn solve(&self, x: &mut [f64]) -> bool {
        let mut b = DVector::from_column_slice(x);
        let solved = self.lu.solve_mut(&mut b);
        x.copy_from_slice(b.as_slice());
        solved
    }
}
