//! Where the error of a run no longer follows the tolerance, it is rounding: the same steps in double-double arithmetic do follow it.
//!
//! The library runs, and each of its steps is taken again here, with its coefficients but with code of its own: once in double,
//! once in double-double (about 32 digits, the crate `twofloat`).
//! `cargo test --test rounding -- --nocapture` prints the table of docs/accuracy.md.

mod common;
/// The coefficients are read from the library's own files, which want `Method` beside them.
#[path = "../src/solver/rodas5p.rs"]
mod rodas5p;
#[path = "../src/solver/tableau.rs"]
#[allow(dead_code, reason = "a step without dense output needs less")]
mod tableau;

use homeostat::linalg::Pattern;
use homeostat::solver::{Invariant, Method, OdeSystem, Options, Point, Reject, Shape, Solver, Tolerance};
use rodas5p::RODAS5P;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::path::Path;
use twofloat::TwoFloat;

/// Double or double-double.
trait Number:
    Copy
    + From<f64>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    fn to_f64(self) -> f64;
}

impl Number for f64 {
    fn to_f64(self) -> f64 {
        self
    }
}

impl Number for TwoFloat {
    fn to_f64(self) -> f64 {
        self.hi()
    }
}

/// A problem of the *Test Set for IVP Solvers*, its equations in any arithmetic.
trait Equations<const N: usize>: Send + Sync {
    const NAME: &'static str;
    const START: [f64; N];
    /// The absolute tolerance is this times the relative one.
    const S: f64;
    /// The weights of the components in the sum that is conserved, and whether it is restored after each step.
    const CONSERVED: [f64; N];
    const IS_RESTORED: bool;
    fn rates<T: Number>(y: &[T; N]) -> [T; N];
    /// By row.
    fn derivatives<T: Number>(y: &[T; N]) -> [[T; N]; N];
}

struct E5;

impl Equations<4> for E5 {
    const NAME: &'static str = "E5";
    const START: [f64; 4] = [1.76e-3, 0.0, 0.0, 0.0];
    const S: f64 = 1.7e-18;
    const CONSERVED: [f64; 4] = [0.0, 1.0, -1.0, -1.0];
    const IS_RESTORED: bool = false;

    fn rates<T: Number>(y: &[T; 4]) -> [T; 4] {
        let [a, b, c, d] = [7.89e-10, 1.1e7, 1.13e9, 1.13e3].map(T::from);
        let [second, fourth] = [a * y[0] - c * y[1] * y[2], b * y[0] * y[2] - d * y[3]];
        [-a * y[0] - b * y[0] * y[2], second, second - fourth, fourth]
    }

    fn derivatives<T: Number>(y: &[T; 4]) -> [[T; 4]; 4] {
        let [a, b, c, d, zero] = [7.89e-10, 1.1e7, 1.13e9, 1.13e3, 0.0].map(T::from);
        [
            [-a - b * y[2], zero, -b * y[0], zero],
            [a, -c * y[2], -c * y[1], zero],
            [a - b * y[2], -c * y[2], -c * y[1] - b * y[0], d],
            [b * y[2], zero, b * y[0], -d],
        ]
    }
}

/// As a network has it: the rate of each reaction, and their sum for each species.
struct Rober;

impl Equations<3> for Rober {
    const NAME: &'static str = "ROBER";
    const START: [f64; 3] = [1.0, 0.0, 0.0];
    const S: f64 = 1e-6;
    const CONSERVED: [f64; 3] = [1.0, 1.0, 1.0];
    const IS_RESTORED: bool = true;

    fn rates<T: Number>(y: &[T; 3]) -> [T; 3] {
        let [first, second, third] = [T::from(0.04) * y[0], T::from(3e7) * y[1] * y[1], T::from(1e4) * y[1] * y[2]];
        [third - first, first - second - third, second]
    }

    fn derivatives<T: Number>(y: &[T; 3]) -> [[T; 3]; 3] {
        let [a, b, c, zero] = [T::from(0.04), T::from(6e7) * y[1], T::from(1e4), T::from(0.0)];
        [[-a, c * y[2], c * y[1]], [a, -b - c * y[2], -c * y[1]], [zero, b, zero]]
    }
}

/// A problem for the library.
struct InDouble<P, const N: usize>(Shape, std::marker::PhantomData<P>);

impl<P: Equations<N>, const N: usize> InDouble<P, N> {
    fn new() -> Self {
        let conserved = Invariant::new((0..N).map(|i| (i, P::CONSERVED[i])).filter(|term| term.1 != 0.0));
        let shape = Shape::new(Pattern::dense(N)).with_invariants(vec![conserved]);
        InDouble(shape, std::marker::PhantomData)
    }
}

impl<P: Equations<N>, const N: usize> OdeSystem for InDouble<P, N> {
    fn shape(&self) -> &Shape {
        &self.0
    }
    fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        dydt.copy_from_slice(&P::rates(y.first_chunk().unwrap()));
        Ok(())
    }
    fn jacobian(&self, _: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        values.copy_from_slice(P::derivatives(y.first_chunk().unwrap()).as_flattened());
        Ok(())
    }
}

/// Solves a x = b by elimination with row pivoting.
fn solved<T: Number, const N: usize>(mut a: [[T; N]; N], mut b: [T; N]) -> [T; N] {
    let size = |x: T| x.to_f64().abs();
    for k in 0..N {
        let pivot = (k..N).max_by(|&i, &j| size(a[i][k]).total_cmp(&size(a[j][k]))).unwrap();
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..N {
            let factor = a[i][k] / a[k][k];
            let row = a[k];
            (k..N).for_each(|j| a[i][j] = a[i][j] - factor * row[j]);
            b[i] = b[i] - factor * b[k];
        }
    }
    for k in (0..N).rev() {
        let known = (k + 1..N).fold(b[k], |sum, j| sum - a[k][j] * b[j]);
        b[k] = known / a[k][k];
    }
    b
}

/// A step of Rodas5P (see `Tableau` of the library for the form of its coefficients).
fn step<P: Equations<N>, T: Number, const N: usize>(y: &[T; N], h: T) -> [T; N] {
    let shift = T::from(1.0) / (h * T::from(RODAS5P.gamma));
    let mut matrix = P::derivatives(y).map(|row| row.map(|entry| -entry));
    (0..N).for_each(|i| matrix[i][i] = matrix[i][i] + shift);
    let mut stages: Vec<[T; N]> = Vec::new();
    let mut argument = *y;
    for (a, c) in RODAS5P.a.iter().zip(RODAS5P.c) {
        let sum = |weights: &[f64], i: usize| {
            stages.iter().zip(weights).fold(T::from(0.0), |sum, (stage, &weight)| sum + T::from(weight) * stage[i])
        };
        argument = std::array::from_fn(|i| y[i] + sum(a, i));
        let rates = P::rates(&argument);
        let right_hand_side = std::array::from_fn(|i| rates[i] + sum(c, i) / h);
        stages.push(solved(matrix, right_hand_side));
    }
    let last = stages[stages.len() - 1];
    std::array::from_fn(|i| argument[i] + last[i])
}

/// A run of the library that stops at each time of the reference: the ends of its steps up to each, and the states there.
struct Run {
    ends: Vec<Vec<f64>>,
    rows: Vec<Vec<f64>>,
}

impl Run {
    fn new<P: Equations<N>, const N: usize>(times: &[f64], rtol: f64) -> Self {
        let problem = InDouble::<P, N>::new();
        let mut options = Options::with_tolerances(rtol, Tolerance::Same(P::S * rtol));
        (options.method, options.restore_invariants) = (Method::Rodas5P, P::IS_RESTORED);
        let mut solver = Solver::new(problem.shape(), &options, 0.0, &P::START).unwrap();
        let mut run = Run { ends: Vec::new(), rows: Vec::new() };
        for &time in times {
            let mut ends = Vec::new();
            while solver.t() < time {
                solver.advance(&problem, &[], time).unwrap();
                ends.push(solver.t());
            }
            run.ends.push(ends);
            run.rows.push(solver.y().to_vec());
        }
        run
    }

    fn steps(&self) -> usize {
        self.ends.iter().map(Vec::len).sum()
    }

    /// The same steps, each in so many parts, in an arithmetic.
    fn again<P: Equations<N>, T: Number, const N: usize>(&self, parts: u32) -> Vec<Vec<f64>> {
        let mut y: [T; N] = P::START.map(T::from);
        let mut t = 0.0;
        let to_row = |ends: &Vec<f64>| {
            for &end in ends {
                let h = (T::from(end) - T::from(t)) / T::from(f64::from(parts));
                (0..parts).for_each(|_| y = step::<P, T, N>(&y, h));
                t = end;
            }
            y.map(T::to_f64).to_vec()
        };
        self.ends.iter().map(to_row).collect()
    }
}

/// Errors of a run over the tolerance: the library's own, and those of its steps taken again.
struct Errors {
    library: f64,
    double: f64,
    double_double: f64,
    /// In double-double, each step in two halves.
    halved: f64,
}

/// Of a run with the tolerance `10^-digits`.
fn errors<P: Equations<N>, const N: usize>(digits: i32, shared: &Path) -> Errors {
    let reference = common::reference(P::NAME, shared);
    let times: Vec<f64> = reference.iter().map(|row| row[0]).collect();
    let rtol = 10_f64.powi(-digits);
    let worst = |rows: &[Vec<f64>]| {
        let of_row = |(row, exact): (&Vec<f64>, &Vec<f64>)| {
            row.iter().zip(&exact[1..]).map(|(y, r)| (y - r).abs() / (r.abs() + P::S)).fold(0.0, f64::max)
        };
        rows.iter().zip(&reference).map(of_row).fold(0.0, f64::max)
    };
    let run = Run::new::<P, N>(&times, rtol);
    let all = [
        worst(&run.rows),
        worst(&run.again::<P, f64, N>(1)),
        worst(&run.again::<P, TwoFloat, N>(1)),
        worst(&run.again::<P, TwoFloat, N>(2)),
    ];
    let cells: String = all.iter().map(|error| format!(" {error:.1e} |")).collect();
    println!("| {} | 1e-{digits} | {} |{cells}", P::NAME, run.steps());
    let [library, double, double_double, halved] = all.map(|error| error / rtol);
    Errors { library, double, double_double, halved }
}

#[test]
fn floors_are_rounding() {
    let Some(shared) = common::shared("floors_are_rounding") else { return };
    for digits in 3..=10 {
        let Errors { library, double, double_double, halved } = errors::<E5, 4>(digits, &shared);
        assert!(double_double < 2.0, "E5 at 1e-{digits}: {double_double} of rtol in double-double");
        if digits <= 6 {
            // of order 5: 32 times less with half the steps
            let fall = double_double / halved;
            assert!((16.0..64.0).contains(&fall), "E5 at 1e-{digits}: {fall} times less with half the steps");
        } else {
            let floor = library.min(double);
            assert!(floor > 100.0, "E5 at 1e-{digits}: {floor} of rtol in double, which is no floor");
        }
    }
    for digits in 8..=10 {
        let Errors { library, double_double, .. } = errors::<Rober, 3>(digits, &shared);
        assert!(double_double < 0.5, "ROBER at 1e-{digits}: {double_double} of rtol in double-double");
        assert!(digits < 10 || library > 2.0, "ROBER at 1e-{digits}: {library} of rtol in double, which is no floor");
    }
}
