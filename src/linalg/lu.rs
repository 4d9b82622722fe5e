//! LU factorisation without pivoting, its elimination sequence fixed once for a pattern.

use super::Pattern;
use super::elimination::{Factors, Prepared};
use super::field::{Pairs, Reals};
use crate::program::{Executor, Inputs, Native};
use std::sync::Arc;

/// With [`Executor::Auto`] native code is made once so many matrices have been factored: about as many as the saving
/// of each makes up for compiling.
const WORTH_COMPILING: u32 = 2000;

/// Factors in one slice, as programs read and write them, and what computes them.
#[derive(Clone, Debug)]
struct Shared {
    prepared: Arc<Prepared>,
    executor: Executor,
    factors: Vec<f64>,
    /// Matrices factored so far, up to `WORTH_COMPILING`.
    factored: u32,
}

impl Shared {
    fn new(pattern: &Pattern, executor: Executor, width: usize) -> Self {
        let prepared = Arc::clone(pattern.prepared());
        let plan = &prepared.plan;
        let factors = vec![0.0; width * (plan.entries() + plan.n()) + plan.n()];
        Shared { prepared, executor, factors, factored: 0 }
    }

    /// Whether it is time for native code.
    fn is_native(&mut self) -> bool {
        self.factored = (self.factored + 1).min(WORTH_COMPILING);
        match self.executor {
            Executor::Tape => false,
            Executor::Native => true,
            Executor::Auto => self.factored >= WORTH_COMPILING,
        }
    }
}

/// The factors of `diag(shift) - A` for a matrix A of fixed [`Pattern`].
///
/// ```
/// use homeostat::linalg::{Pattern, StaticLu};
/// use homeostat::program::Executor;
/// let pattern = Pattern::new(2, [(0, 0), (0, 1), (1, 0), (1, 1)]).unwrap();
/// let mut lu = StaticLu::new(&pattern, Executor::Tape);
/// // diag(5, 5) - [[1, 2], [3, -1]] = [[4, -2], [-3, 6]]
/// lu.factor(&[1.0, 2.0, 3.0, -1.0], 5.0).unwrap();
/// let mut x = [0.0; 2];
/// lu.solve(&[8.0, 12.0], &mut x);
/// assert!((x[0] - 4.0).abs() < 1e-14 && (x[1] - 4.0).abs() < 1e-14);
/// ```
#[derive(Clone, Debug)]
pub struct StaticLu(Shared);

impl StaticLu {
    /// Decides the elimination for a pattern (once for all that share it); diagonal entries are added where they are
    /// missing. Where native code is asked for and cannot be made, loops compute the same.
    pub fn new(pattern: &Pattern, executor: Executor) -> Self {
        StaticLu(Shared::new(pattern, executor, 1))
    }

    /// The number of entries of L and U together, fill-in included.
    pub fn entries(&self) -> usize {
        self.0.prepared.plan.entries()
    }

    /// What computes now.
    pub fn executor(&self) -> Executor {
        if self.native().is_some() { Executor::Native } else { Executor::Tape }
    }

    /// Chooses what computes; results do not depend on it.
    pub fn set_executor(&mut self, executor: Executor) {
        self.0.executor = executor;
    }

    fn native(&self) -> Option<&Native> {
        if self.0.executor == Executor::Tape { None } else { self.0.prepared.real_code() }
    }

    /// Factors `shift I - A`, A given by its values in pattern order.
    ///
    /// # Errors
    /// The index of the row whose pivot is not finite, or cancelled:
    /// `|u_kk| <= 1e-10 (|a_kk| + sum |l u|)`. The factors are then not to be used.
    pub fn factor(&mut self, matrix: &[f64], shift: f64) -> Result<(), usize> {
        if self.0.is_native() {
            self.0.prepared.make_real_code();
        }
        let Shared { prepared, factors, executor, .. } = &mut self.0;
        let plan = &prepared.plan;
        match prepared.real_code() {
            Some(native) if *executor != Executor::Tape => {
                let inputs = Inputs { state: matrix, parameter: &[shift], ..Inputs::default() };
                native.run(0, &inputs, factors);
            }
            _ => {
                let (values, rest) = factors.split_at_mut(plan.entries());
                let (inverses, margins) = rest.split_at_mut(plan.n());
                plan.factor(&mut Reals, matrix, shift, &mut Factors { values, inverses, margins });
            }
        }
        plan.check(&factors[plan.entries() + plan.n()..])
    }

    /// Writes `(shift I - A) x - b` to `residual`: what a solution x for b has left over.
    pub fn residual(&self, matrix: &[f64], shift: f64, x: &[f64], b: &[f64], residual: &mut [f64]) {
        match self.native() {
            Some(native) => {
                let inputs = Inputs { state: matrix, parameter: x, forcing: b, mode: &[shift], ..Inputs::default() };
                native.run(2, &inputs, residual);
            }
            None => self.0.prepared.residual(&mut Reals, (matrix, shift), x, b, residual),
        }
    }

    /// Solves for a right-hand side with the factors of the last [`StaticLu::factor`].
    pub fn solve(&self, right_hand_side: &[f64], x: &mut [f64]) {
        let (plan, factors) = (&self.0.prepared.plan, &self.0.factors[..]);
        match self.native() {
            Some(native) => {
                let inputs = Inputs { state: factors, parameter: right_hand_side, ..Inputs::default() };
                native.run(1, &inputs, x);
            }
            None => {
                let (values, rest) = factors.split_at(plan.entries());
                plan.solve(&mut Reals, (values, &rest[..plan.n()]), right_hand_side, x);
            }
        }
    }
}

/// The factors of `diag(shift) - A` for a real matrix A of fixed [`Pattern`] and a complex shift: what implicit
/// Runge-Kutta methods need.
///
/// ```
/// use homeostat::linalg::{ComplexLu, Pattern};
/// use homeostat::program::Executor;
/// let mut lu = ComplexLu::new(&Pattern::dense(1), Executor::Tape);
/// lu.factor(&[1.0], [1.0, 2.0]).unwrap(); // 2i
/// let mut x = [[0.0; 2]];
/// lu.solve(&[[4.0, 2.0]], &mut x);
/// assert_eq!(x[0], [1.0, -2.0]);
/// ```
#[derive(Clone, Debug)]
pub struct ComplexLu(Shared);

impl ComplexLu {
    /// As [`StaticLu::new`].
    pub fn new(pattern: &Pattern, executor: Executor) -> Self {
        ComplexLu(Shared::new(pattern, executor, 2))
    }

    /// As [`StaticLu::set_executor`].
    pub fn set_executor(&mut self, executor: Executor) {
        self.0.executor = executor;
    }

    fn native(&self) -> Option<&Native> {
        if self.0.executor == Executor::Tape { None } else { self.0.prepared.complex_code() }
    }

    /// As [`StaticLu::factor`]; the size of a complex number is the sum of those of its parts.
    ///
    /// # Errors
    /// As [`StaticLu::factor`].
    pub fn factor(&mut self, matrix: &[f64], shift: [f64; 2]) -> Result<(), usize> {
        if self.0.is_native() {
            self.0.prepared.make_complex_code();
        }
        let Shared { prepared, factors, executor, .. } = &mut self.0;
        let plan = &prepared.plan;
        let numbers = 2 * (plan.entries() + plan.n());
        match prepared.complex_code() {
            Some(native) if *executor != Executor::Tape => {
                let inputs = Inputs { state: matrix, parameter: &shift, ..Inputs::default() };
                native.run(0, &inputs, factors);
            }
            _ => {
                let (numbers, margins) = factors.split_at_mut(numbers);
                let (values, inverses) = numbers.as_chunks_mut().0.split_at_mut(plan.entries());
                plan.factor(&mut Pairs(Reals), matrix, shift, &mut Factors { values, inverses, margins });
            }
        }
        plan.check(&factors[numbers..])
    }

    /// Solves for a right-hand side with the factors of the last [`ComplexLu::factor`].
    pub fn solve(&self, right_hand_side: &[[f64; 2]], x: &mut [[f64; 2]]) {
        let (plan, factors) = (&self.0.prepared.plan, &self.0.factors[..]);
        match self.native() {
            Some(native) => {
                let inputs = Inputs { state: factors, parameter: right_hand_side.as_flattened(), ..Inputs::default() };
                native.run(1, &inputs, x.as_flattened_mut());
            }
            None => {
                let numbers = factors[..2 * (plan.entries() + plan.n())].as_chunks().0;
                plan.solve(&mut Pairs(Reals), numbers.split_at(plan.entries()), right_hand_side, x);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector};

    /// A small deterministic generator: the tests need variety, not randomness.
    fn sequence(seed: u64) -> impl FnMut() -> f64 {
        let mut s = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        move || {
            s ^= s << 13;
            s ^= s >> 7;
            s ^= s << 17;
            (s >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    #[test]
    fn agrees_with_a_pivoted_dense_solution() {
        for seed in 1..60 {
            let mut next = sequence(seed);
            let n = 1 + (seed as usize % 23);
            let entries: Vec<(usize, usize)> =
                (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|_| next() < 0.25).collect();
            let pattern = Pattern::new(n, entries).unwrap();
            let values: Vec<f64> = (0..pattern.len()).map(|_| 2.0 * next() - 1.0).collect();
            let shift = n as f64; // diagonally dominant: no pivoting needed
            let mut a = DMatrix::identity(n, n) * shift;
            for ((i, j), v) in pattern.entries().zip(&values) {
                a[(i, j)] -= v;
            }
            let b = DVector::from_fn(n, |_, _| next());
            let expected = a.lu().solve(&b).unwrap();
            let mut lu = StaticLu::new(&pattern, Executor::Tape);
            lu.factor(&values, shift).unwrap();
            let mut x = vec![0.0; n];
            lu.solve(b.as_slice(), &mut x);
            for (x, e) in x.iter().zip(expected.iter()) {
                assert!((x - e).abs() < 1e-13 * e.abs().max(1.0), "seed {seed}: {x} against {e}");
            }
        }
    }

    #[test]
    fn a_cancelled_pivot_is_seen() {
        // [[1, 1], [1, 1 + 1e-12]]: the second pivot loses twelve digits
        let pattern = Pattern::dense(2);
        let mut lu = StaticLu::new(&pattern, Executor::Tape);
        assert!(lu.factor(&[-1.0, -1.0, -1.0, -1.0 - 1e-12], 0.0).is_err());
        assert!(lu.factor(&[-1.0, f64::NAN, -1.0, -3.0], 0.0).is_err());
        assert!(lu.factor(&[0.0, -1.0, -1.0, 0.0], 0.0).is_err());
        assert!(lu.factor(&[-1.0, -1.0, -1.0, -3.0], 0.0).is_ok());
    }

    #[test]
    fn one_variable_and_none() {
        let mut lu = StaticLu::new(&Pattern::new(1, []).unwrap(), Executor::Tape);
        lu.factor(&[], 4.0).unwrap();
        let mut x = [0.0];
        lu.solve(&[8.0], &mut x);
        assert_eq!(x[0], 2.0);
        StaticLu::new(&Pattern::dense(0), Executor::Tape).factor(&[], 1.0).unwrap();
    }
}
