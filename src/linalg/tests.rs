//! Every linear algebra against an independent one.

use super::*;
use crate::program::Executor;
use nalgebra::{Complex, DMatrix, DVector};

/// A small deterministic generator: the tests need variety, not randomness.
pub(super) fn sequence(seed: u64) -> impl FnMut() -> f64 {
    let mut s = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        s ^= s << 13;
        s ^= s >> 7;
        s ^= s << 17;
        (s >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// `shift M - A` as nalgebra has it.
fn full(pattern: &Pattern, values: &[f64], shift: Complex<f64>) -> DMatrix<Complex<f64>> {
    let n = pattern.n();
    let mut a = DMatrix::from_fn(n, n, |i, j| {
        if i == j { shift * pattern.mass().map_or(1.0, |mass| mass[i]) } else { Complex::default() }
    });
    for ((i, j), v) in pattern.entries().zip(values) {
        a[(i, j)] -= v;
    }
    a
}

/// The linear algebras of this build.
fn all() -> Vec<LinearAlgebra> {
    let all = [LinearAlgebra::Static, LinearAlgebra::Dense, LinearAlgebra::Sparse];
    all.into_iter().filter(|algebra| algebra.choose(&Pattern::dense(1)).is_ok()).collect()
}

/// Random sparse matrices with rows exchanged: most need pivoting, which must be found out and done.
#[test]
fn all_solve_what_needs_pivoting() {
    let mut fallbacks = 0;
    for seed in 1..80 {
        let mut next = sequence(seed);
        let n = 2 + (seed as usize % 29);
        // a permutation without fixed points carries the large entries; nothing else is on the diagonal
        let large = |i: usize| (i + 1 + seed as usize % (n - 1)) % n;
        let rest = (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|_| next() < 0.15);
        let entries: Vec<(usize, usize)> = rest.chain((0..n).map(|i| (i, large(i)))).collect();
        let pattern = Pattern::new(n, entries).unwrap();
        let mass: Vec<f64> = (0..n).map(|_| 1e-14 * (1.0 + next())).collect();
        let pattern = pattern.with_mass(mass).unwrap();
        let value = |(i, j)| {
            if j == large(i) {
                3.0
            } else if i == j {
                0.0
            } else {
                0.1 * (next() - 0.5)
            }
        };
        let values: Vec<f64> = pattern.entries().map(value).collect();
        let shift = Complex::new(1.0, 0.5);
        let b: Vec<[f64; 2]> = (0..n).map(|_| [next(), next()]).collect();
        let right = DVector::from_iterator(n, b.iter().map(|b| Complex::new(b[0], b[1])));
        let real: Vec<f64> = b.iter().map(|b| b[0]).collect();
        let real_right = DVector::from_column_slice(&real);
        let expected = full(&pattern, &values, shift).lu().solve(&right).unwrap();
        let expected_real = full(&pattern, &values, shift.re.into()).map(|z| z.re).lu().solve(&real_right).unwrap();
        for algebra in all() {
            let mut solver = LinearSolver::new(&pattern, Executor::Tape, algebra).unwrap();
            let mut x = vec![0.0; n];
            solver.factor(&values, shift.re).unwrap();
            fallbacks += u32::from(solver.is_fallback());
            assert_eq!(solver.is_pivoted(), algebra != LinearAlgebra::Static || solver.is_fallback());
            if !solver.is_pivoted() {
                assert!(solver.factor_pivoted(&values, shift.re));
            }
            solver.solve(&real, &mut x);
            for (x, e) in x.iter().zip(&expected_real) {
                assert!((x - e).abs() < 1e-12, "{algebra:?}, seed {seed}: {x} against {e}");
            }
            let mut residual = vec![0.0; n];
            solver.residual(&values, shift.re, &x, &real, &mut residual);
            assert!(residual.iter().all(|r| r.abs() < 1e-12), "{algebra:?}: {residual:?}");

            let mut solver = ComplexSolver::new(&pattern, Executor::Tape, algebra).unwrap();
            let mut z = vec![[0.0; 2]; n];
            solver.factor(&values, [shift.re, shift.im]).unwrap();
            if !solver.is_pivoted() {
                assert!(solver.factor_pivoted(&values, [shift.re, shift.im]));
            }
            solver.solve(&b, &mut z);
            for (z, e) in z.iter().zip(&expected) {
                assert!((z[0] - e.re).abs() + (z[1] - e.im).abs() < 1e-12, "{algebra:?}, {seed}: {z:?} against {e}");
            }
        }
    }
    assert!(fallbacks > 30, "{fallbacks}");
}

#[test]
fn what_is_singular_is_told() {
    // two equal rows, and a row of zeros; a NaN
    let pattern = Pattern::dense(3);
    let equal = [1.0, 2.0, 4.0, 1.0, 2.0, 4.0, 0.0, 1.0, 1.0];
    let zero = [1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0];
    let nan = [1.0, 2.0, 3.0, 4.0, f64::NAN, 0.0, 1.0, 1.0, 0.0];
    for algebra in all() {
        for matrix in [equal, zero, nan] {
            let mut solver = LinearSolver::new(&pattern, Executor::Tape, algebra).unwrap();
            assert!(solver.factor(&matrix, 0.0).is_err(), "{algebra:?}");
            let mut solver = ComplexSolver::new(&pattern, Executor::Tape, algebra).unwrap();
            assert!(solver.factor(&matrix, [0.0, 0.0]).is_err(), "{algebra:?}");
            assert!(solver.factor(&matrix.map(|x| if x.is_nan() { 0.0 } else { x }), [1.0, 0.5]).is_ok());
        }
    }
}

/// Five points on a square grid.
fn grid(side: usize) -> Pattern {
    let at = |i: usize, j: usize| i * side + j;
    let pairs = (0..side).flat_map(|i| (0..side).map(move |j| (i, j)));
    let entries = pairs.flat_map(|(i, j)| {
        let down = (i + 1 < side).then(|| at(i + 1, j));
        let right = (j + 1 < side).then(|| at(i, j + 1));
        let others = [down, right].into_iter().flatten();
        others.flat_map(move |other| [(at(i, j), other), (other, at(i, j))]).chain([(at(i, j), at(i, j))])
    });
    Pattern::new(side * side, entries).unwrap()
}

#[test]
fn the_rule() {
    use LinearAlgebra::{Auto, Dense, Sparse, Static};
    let band =
        |n: usize| Pattern::new(n, (0..n).flat_map(|i| (i.saturating_sub(2)..n.min(i + 3)).map(move |j| (i, j))));
    assert_eq!(Auto.choose(&band(400).unwrap()), Ok(Static), "MEDAKZO's like");
    assert_eq!(Auto.choose(&band(100_000).unwrap()), Ok(Static));
    assert_eq!(Auto.choose(&Pattern::dense(20)), Ok(Static));
    assert_eq!(Auto.choose(&Pattern::dense(60)), Ok(Dense));
    assert_eq!(Auto.choose(&Pattern::dense(1000)), Ok(Dense));
    assert_eq!(Auto.choose(&grid(30)), Ok(Static));
    // a grid of 40 000, and a ring in which everyone is everyone's neighbour a hundred places away
    let (large, far) = (grid(200), (0..10_000).flat_map(|i| (0..100).map(move |k| (i, (i * 7 + k * k * 13) % 10_000))));
    let far = Pattern::new(10_000, far).unwrap();
    for (pattern, fills_in) in [(large, false), (far, true)] {
        let bytes = 8 * pattern.n() as u64 * pattern.n() as u64;
        assert_eq!(Static.choose(&pattern), Err(Refusal::Operations));
        assert_eq!(Dense.choose(&pattern), Err(Refusal::Memory { bytes }));
        let expected = if Sparse.choose(&pattern).is_ok() { Ok(Sparse) } else { Err(Refusal::Memory { bytes }) };
        if fills_in {
            let refusal = Auto.choose(&pattern).unwrap_err();
            let Refusal::FillsIn { bytes: filled, operations } = refusal else { panic!("{refusal:?}") };
            assert!(filled <= bytes + 8 * pattern.n() as u64 && operations > 50_000_000_000, "{refusal}");
            continue;
        }
        assert_eq!(Auto.choose(&pattern), expected);
        assert_eq!(LinearSolver::new(&pattern, Executor::Auto, Auto).map(|solver| solver.chosen()), expected);
    }
}

/// A full matrix fills in to itself: n (n + 1) entries of both factors, and the sum of squares of operations.
#[cfg(feature = "sparse")]
#[test]
fn fill_of_a_full_matrix() {
    let n = 100.0;
    let (entries, operations) = super::sparse::fill(&Pattern::dense(100)).unwrap();
    assert_eq!((entries, operations), (n * (n + 1.0), n * (n + 1.0) * (2.0 * n + 1.0) / 6.0));
}
