//! LU factorisation without pivoting, its elimination sequence fixed once for a pattern.

use super::elimination::{Factors, Plan, Prepared};
use super::field::{Field, Pairs, Reals};
use super::{Pattern, Refusal};
use crate::program::{Executor, Inputs, Native, Vector, Work, widest};
use std::sync::Arc;

/// With [`Executor::Auto`] native code is made once so many matrices have been factored: about as many as the saving
/// of each makes up for compiling.
const WORTH_COMPILING: u32 = 2000;

/// The loops, for the widest instructions: [`Plan::factor`].
struct Factoring<'a, F: Field> {
    plan: &'a Plan,
    field: F,
    matrix: &'a [F::Real],
    shift: F::Number,
    factors: Factors<'a, F::Number, F::Real>,
}

impl<F: Field> Work for Factoring<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run<V: Vector>(mut self) {
        self.plan.factor(&mut self.field, self.matrix, self.shift, &mut self.factors);
    }
}

/// [`Plan::solve`].
struct Solving<'a, F: Field> {
    plan: &'a Plan,
    field: F,
    factors: (&'a [F::Number], &'a [F::Number]),
    right_hand_side: &'a [F::Number],
    x: &'a mut [F::Number],
}

impl<F: Field> Work for Solving<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run<V: Vector>(mut self) {
        self.plan.solve(&mut self.field, self.factors, self.right_hand_side, self.x);
    }
}

/// [`Prepared::residual`].
struct Residual<'a> {
    prepared: &'a Prepared,
    matrix: &'a [f64],
    shift: f64,
    x: &'a [f64],
    b: &'a [f64],
    residual: &'a mut [f64],
}

impl Work for Residual<'_> {
    type Output = ();
    #[inline(always)]
    fn run<V: Vector>(self) {
        self.prepared.residual(&mut Reals, (self.matrix, self.shift), self.x, self.b, self.residual);
    }
}

/// Factors in one slice, as programs read and write them, and what computes them.
#[derive(Clone, Debug)]
struct Shared {
    prepared: Arc<Prepared>,
    plan: Arc<Plan>,
    executor: Executor,
    factors: Vec<f64>,
    /// Matrices factored so far, up to `WORTH_COMPILING`.
    factored: u32,
}

impl Shared {
    fn new(pattern: &Pattern, executor: Executor, width: usize) -> Result<Self, Refusal> {
        let prepared = Arc::clone(pattern.prepared());
        let plan = Arc::clone(prepared.plan().ok_or(Refusal::Operations)?);
        let factors = vec![0.0; width * (plan.entries() + plan.n()) + plan.n()];
        Ok(Shared { prepared, plan, executor, factors, factored: 0 })
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

/// The factors of `shift M - A` for a matrix A of fixed [`Pattern`], M being the pattern's [mass](Pattern::mass).
///
/// ```
/// use homeostat::linalg::{Pattern, StaticLu};
/// use homeostat::program::Executor;
/// let pattern = Pattern::new(2, [(0, 0), (0, 1), (1, 0), (1, 1)]).unwrap();
/// let mut lu = StaticLu::new(&pattern, Executor::Tape).unwrap();
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
    ///
    /// # Errors
    /// [`Refusal::Operations`] where that would take too much.
    pub fn new(pattern: &Pattern, executor: Executor) -> Result<Self, Refusal> {
        Shared::new(pattern, executor, 1).map(StaticLu)
    }

    /// The number of entries of L and U together, fill-in included.
    pub fn entries(&self) -> usize {
        self.0.plan.entries()
    }

    /// What computes now.
    pub fn executor(&self) -> Executor {
        if self.native().is_some() { Executor::Native } else { Executor::Tape }
    }

    /// Chooses what computes; results do not depend on it.
    pub fn set_executor(&mut self, executor: Executor) {
        self.0.executor = executor;
    }

    /// Values, inverses and margins.
    pub(crate) fn factors(&self) -> &[f64] {
        &self.0.factors
    }

    fn native(&self) -> Option<&Native> {
        if self.0.executor == Executor::Tape { None } else { self.0.prepared.real_code() }
    }

    /// Factors `shift M - A`, A given by its values in pattern order.
    ///
    /// # Errors
    /// The index of the row whose pivot is not finite, or cancelled:
    /// `|u_kk| <= 1e-10 (|a_kk| + sum |l u|)`. The factors are then not to be used.
    pub fn factor(&mut self, matrix: &[f64], shift: f64) -> Result<(), usize> {
        if self.0.is_native() {
            self.0.prepared.make_real_code();
        }
        let Shared { prepared, plan, factors, executor, .. } = &mut self.0;
        match prepared.real_code() {
            Some(native) if *executor != Executor::Tape => {
                let inputs = Inputs { state: matrix, parameter: &[shift], ..Inputs::default() };
                native.run(0, &inputs, factors);
            }
            _ => {
                let (values, rest) = factors.split_at_mut(plan.entries());
                let (inverses, margins) = rest.split_at_mut(plan.n());
                let factors = Factors { values, inverses, margins };
                widest(Factoring { plan, field: Reals, matrix, shift, factors });
            }
        }
        plan.check(&factors[plan.entries() + plan.n()..])
    }

    /// Writes `(shift M - A) x - b` to `residual`: what a solution x for b has left over.
    pub fn residual(&self, matrix: &[f64], shift: f64, x: &[f64], b: &[f64], residual: &mut [f64]) {
        match self.native() {
            Some(native) => {
                let inputs = Inputs { state: matrix, parameter: x, forcing: b, mode: &[shift], ..Inputs::default() };
                native.run(2, &inputs, residual);
            }
            None => widest(Residual { prepared: &self.0.prepared, matrix, shift, x, b, residual }),
        }
    }

    /// Solves for a right-hand side with the factors of the last [`StaticLu::factor`].
    pub fn solve(&self, right_hand_side: &[f64], x: &mut [f64]) {
        let (plan, factors) = (&self.0.plan, &self.0.factors[..]);
        match self.native() {
            Some(native) => {
                let inputs = Inputs { state: factors, parameter: right_hand_side, ..Inputs::default() };
                native.run(1, &inputs, x);
            }
            None => {
                let (values, rest) = factors.split_at(plan.entries());
                let factors = (values, &rest[..plan.n()]);
                widest(Solving { plan, field: Reals, factors, right_hand_side, x });
            }
        }
    }
}

/// The factors of `shift M - A` for a real matrix A of fixed [`Pattern`] and a complex shift: what implicit
/// Runge-Kutta methods need.
///
/// ```
/// use homeostat::linalg::{ComplexLu, Pattern};
/// use homeostat::program::Executor;
/// let mut lu = ComplexLu::new(&Pattern::dense(1), Executor::Tape).unwrap();
/// lu.factor(&[1.0], [1.0, 2.0]).unwrap(); // 2i
/// let mut x = [[0.0; 2]];
/// lu.solve(&[[4.0, 2.0]], &mut x);
/// assert_eq!(x[0], [1.0, -2.0]);
/// ```
#[derive(Clone, Debug)]
pub struct ComplexLu(Shared);

impl ComplexLu {
    /// As [`StaticLu::new`].
    ///
    /// # Errors
    /// As [`StaticLu::new`].
    pub fn new(pattern: &Pattern, executor: Executor) -> Result<Self, Refusal> {
        Shared::new(pattern, executor, 2).map(ComplexLu)
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
        let Shared { prepared, plan, factors, executor, .. } = &mut self.0;
        let numbers = 2 * (plan.entries() + plan.n());
        match prepared.complex_code() {
            Some(native) if *executor != Executor::Tape => {
                let inputs = Inputs { state: matrix, parameter: &shift, ..Inputs::default() };
                native.run(0, &inputs, factors);
            }
            _ => {
                let (numbers, margins) = factors.split_at_mut(numbers);
                let (values, inverses) = numbers.as_chunks_mut().0.split_at_mut(plan.entries());
                let factors = Factors { values, inverses, margins };
                widest(Factoring { plan, field: Pairs(Reals), matrix, shift, factors });
            }
        }
        plan.check(&factors[numbers..])
    }

    /// Solves for a right-hand side with the factors of the last [`ComplexLu::factor`].
    pub fn solve(&self, right_hand_side: &[[f64; 2]], x: &mut [[f64; 2]]) {
        let (plan, factors) = (&self.0.plan, &self.0.factors[..]);
        match self.native() {
            Some(native) => {
                let inputs = Inputs { state: factors, parameter: right_hand_side.as_flattened(), ..Inputs::default() };
                native.run(1, &inputs, x.as_flattened_mut());
            }
            None => {
                let numbers = factors[..2 * (plan.entries() + plan.n())].as_chunks().0;
                let factors = numbers.split_at(plan.entries());
                widest(Solving { plan, field: Pairs(Reals), factors, right_hand_side, x });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sequence;
    use super::*;
    use nalgebra::{Complex, DMatrix, DVector};

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
            let mut lu = StaticLu::new(&pattern, Executor::Tape).unwrap();
            lu.factor(&values, shift).unwrap();
            let mut x = vec![0.0; n];
            lu.solve(b.as_slice(), &mut x);
            for (x, e) in x.iter().zip(expected.iter()) {
                assert!((x - e).abs() < 1e-13 * e.abs().max(1.0), "seed {seed}: {x} against {e}");
            }
        }
    }

    /// Random systems of index 1: some rows algebraic, most of these without a diagonal entry.
    #[test]
    fn agrees_with_a_pivoted_dense_solution_where_rows_are_algebraic() {
        let mut is_permuted = 0;
        for seed in 1..200 {
            let mut next = sequence(seed);
            let n = 2 + (seed as usize % 19);
            let algebraic: Vec<usize> = (0..n).filter(|_| next() < 0.5).collect();
            let mut mass: Vec<f64> = (0..n).map(|_| [1.0, 0.5 + next()][usize::from(next() < 0.5)]).collect();
            let mut entries: Vec<(usize, usize, f64)> = Vec::new();
            for (k, &i) in algebraic.iter().enumerate() {
                mass[i] = 0.0;
                // a large entry in each algebraic row and column, one place along
                entries.push((i, algebraic[(k + 1) % algebraic.len()], 3.0 + next()));
            }
            let rest = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
            entries.extend(rest.filter(|_| next() < 0.2).map(|(i, j)| (i, j, 0.0)));
            // no others there: which would be taken as pivots is decided without looking at values
            entries.retain(|&(i, j, large)| large != 0.0 || mass[i] != 0.0 || mass[j] != 0.0);
            let pattern = Pattern::new(n, entries.iter().map(|&(i, j, _)| (i, j))).unwrap();
            let pattern = pattern.with_mass(mass.clone()).unwrap();
            let mut values: Vec<f64> = (0..pattern.len()).map(|_| (next() - 0.5) / n as f64).collect();
            for (i, j, large) in entries {
                values[pattern.position(i, j).unwrap()] += large;
            }
            assert_eq!(pattern.undetermined(), None);
            is_permuted += usize::from(algebraic.len() > 1);

            let shift = Complex::new(2.0 + next(), next());
            let (mut real, mut complex) = (DMatrix::zeros(n, n), DMatrix::zeros(n, n));
            for i in 0..n {
                (real[(i, i)], complex[(i, i)]) = (shift.re * mass[i], shift * mass[i]);
            }
            for ((i, j), v) in pattern.entries().zip(&values) {
                real[(i, j)] -= v;
                complex[(i, j)] -= v;
            }
            let b = DVector::from_fn(n, |_, _| Complex::new(next(), next()));
            let (right, pairs): (Vec<f64>, Vec<[f64; 2]>) = b.iter().map(|b| (b.re, [b.re, b.im])).unzip();

            let mut lu = StaticLu::new(&pattern, Executor::Tape).unwrap();
            lu.factor(&values, shift.re).unwrap();
            let mut x = vec![0.0; n];
            lu.solve(&right, &mut x);
            for (x, e) in x.iter().zip(real.lu().solve(&DVector::from_column_slice(&right)).unwrap().iter()) {
                assert!((x - e).abs() < 1e-12 * e.abs().max(1.0), "seed {seed}: {x} against {e}");
            }
            let mut residual = vec![0.0; n];
            lu.residual(&values, shift.re, &x, &right, &mut residual);
            assert!(residual.iter().all(|r| r.abs() < 1e-12), "seed {seed}: {residual:?}");
            lu.residual(&values, shift.re, &vec![0.0; n], &right, &mut residual);
            assert!(residual.iter().zip(&right).all(|(r, b)| *r == -b));

            let mut lu = ComplexLu::new(&pattern, Executor::Tape).unwrap();
            lu.factor(&values, [shift.re, shift.im]).unwrap();
            let mut z = vec![[0.0; 2]; n];
            lu.solve(&pairs, &mut z);
            for (z, e) in z.iter().zip(complex.lu().solve(&b).unwrap().iter()) {
                assert!((z[0] - e.re).abs() + (z[1] - e.im).abs() < 1e-12, "seed {seed}: {z:?} against {e}");
            }
        }
        assert!(is_permuted > 100, "{is_permuted}");
    }

    /// Rows are counted as the matrix has them, not as they are eliminated.
    #[test]
    fn a_cancelled_pivot_of_an_exchanged_row_is_named_by_its_row() {
        let pattern = Pattern::new(3, [(1, 2), (2, 1)]).unwrap().with_mass(vec![1.0, 0.0, 0.0]).unwrap();
        let mut lu = StaticLu::new(&pattern, Executor::Tape).unwrap();
        assert_eq!(lu.factor(&[0.0, 1.0], 1.0), Err(1));
        assert_eq!(lu.factor(&[1.0, 0.0], 1.0), Err(2));
        assert_eq!(lu.factor(&[1.0, 1.0], 1.0), Ok(()));
        // and one that no values can help
        let pattern = Pattern::new(2, [(0, 1), (1, 0)]).unwrap().with_mass(vec![1.0, 0.0]).unwrap();
        assert_eq!(pattern.undetermined(), Some(1));
        assert!(StaticLu::new(&pattern, Executor::Tape).unwrap().factor(&[1.0, 1.0], 1.0).is_ok(), "index 2 fills in");
    }

    #[test]
    fn a_cancelled_pivot_is_seen() {
        // [[1, 1], [1, 1 + 1e-12]]: the second pivot loses twelve digits
        let pattern = Pattern::dense(2);
        let mut lu = StaticLu::new(&pattern, Executor::Tape).unwrap();
        assert!(lu.factor(&[-1.0, -1.0, -1.0, -1.0 - 1e-12], 0.0).is_err());
        assert!(lu.factor(&[-1.0, f64::NAN, -1.0, -3.0], 0.0).is_err());
        assert!(lu.factor(&[0.0, -1.0, -1.0, 0.0], 0.0).is_err());
        assert!(lu.factor(&[-1.0, -1.0, -1.0, -3.0], 0.0).is_ok());
    }

    #[test]
    fn one_variable_and_none() {
        let mut lu = StaticLu::new(&Pattern::new(1, []).unwrap(), Executor::Tape).unwrap();
        lu.factor(&[], 4.0).unwrap();
        let mut x = [0.0];
        lu.solve(&[8.0], &mut x);
        assert_eq!(x[0], 2.0);
        StaticLu::new(&Pattern::dense(0), Executor::Tape).unwrap().factor(&[], 1.0).unwrap();
    }
}
