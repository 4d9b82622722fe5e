//! Numbers that matrices are made of.

use super::bordered_lu::BorderedLu;
use super::sparse::SparseScalar;
use super::{ComplexLu, Pattern, Refusal, StaticLu};
use crate::program::Executor;
use nalgebra::{Complex, ComplexField};
use std::fmt::Debug;

/// Real numbers, and complex ones as pairs (real part, imaginary part).
pub trait Number: Copy + Debug + Send + Sync + Sealed {
    /// The number that a caller does not see.
    #[doc(hidden)]
    type Scalar: ComplexField<RealField = f64> + Copy + SparseScalar;
    /// What eliminates in a fixed order.
    #[doc(hidden)]
    type Lu: Fast<Number = Self>;
    #[doc(hidden)]
    fn scalar(self) -> Self::Scalar;
    #[doc(hidden)]
    fn of(scalar: Self::Scalar) -> Self;
}

/// There are no others.
pub trait Sealed {}
impl Sealed for f64 {}
impl Sealed for [f64; 2] {}

impl Number for f64 {
    type Scalar = f64;
    type Lu = RealLu;
    fn scalar(self) -> f64 {
        self
    }
    fn of(scalar: f64) -> f64 {
        scalar
    }
}

impl Number for [f64; 2] {
    type Scalar = Complex<f64>;
    type Lu = ComplexLu;
    fn scalar(self) -> Complex<f64> {
        Complex::new(self[0], self[1])
    }
    fn of(scalar: Complex<f64>) -> [f64; 2] {
        [scalar.re, scalar.im]
    }
}

/// Static elimination of either kind of number.
pub trait Fast: Clone + Debug + Send + Sync + Sized {
    type Number;
    fn new(pattern: &Pattern, executor: Executor) -> Result<Self, Refusal>;
    fn factor(&mut self, matrix: &[f64], shift: Self::Number) -> Result<(), usize>;
    fn solve(&mut self, right_hand_side: &[Self::Number], x: &mut [Self::Number]);
    fn executor(&self) -> Executor;
    fn set_executor(&mut self, executor: Executor);
}

impl Fast for ComplexLu {
    type Number = [f64; 2];
    fn new(pattern: &Pattern, executor: Executor) -> Result<Self, Refusal> {
        ComplexLu::new(pattern, executor)
    }
    fn factor(&mut self, matrix: &[f64], shift: [f64; 2]) -> Result<(), usize> {
        ComplexLu::factor(self, matrix, shift)
    }
    fn solve(&mut self, right_hand_side: &[[f64; 2]], x: &mut [[f64; 2]]) {
        ComplexLu::solve(self, right_hand_side, x);
    }
    fn executor(&self) -> Executor {
        ComplexLu::executor(self)
    }
    fn set_executor(&mut self, executor: Executor) {
        ComplexLu::set_executor(self, executor);
    }
}

/// Static elimination of real matrices: of the whole matrix, or instance by instance where it repeats.
#[derive(Clone, Debug)]
pub enum RealLu {
    #[doc(hidden)]
    Whole(StaticLu),
    #[doc(hidden)]
    Repeated(BorderedLu),
}

impl RealLu {
    /// As [`StaticLu::residual`].
    pub(super) fn residual(&mut self, matrix: &[f64], shift: f64, x: &[f64], b: &[f64], residual: &mut [f64]) {
        match self {
            RealLu::Whole(lu) => lu.residual(matrix, shift, x, b, residual),
            RealLu::Repeated(lu) => lu.residual(matrix, shift, x, b, residual),
        }
    }
}

impl Fast for RealLu {
    type Number = f64;
    fn new(pattern: &Pattern, executor: Executor) -> Result<Self, Refusal> {
        match pattern.bordered_plan().and_then(|plan| BorderedLu::new(plan, executor)) {
            Some(lu) => Ok(RealLu::Repeated(lu)),
            None => StaticLu::new(pattern, executor).map(RealLu::Whole),
        }
    }
    fn factor(&mut self, matrix: &[f64], shift: f64) -> Result<(), usize> {
        match self {
            RealLu::Whole(lu) => lu.factor(matrix, shift),
            RealLu::Repeated(lu) => lu.factor(matrix, shift),
        }
    }
    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64]) {
        match self {
            RealLu::Whole(lu) => lu.solve(right_hand_side, x),
            RealLu::Repeated(lu) => lu.solve(right_hand_side, x),
        }
    }
    fn executor(&self) -> Executor {
        match self {
            RealLu::Whole(lu) => lu.executor(),
            RealLu::Repeated(lu) => lu.executor(),
        }
    }
    fn set_executor(&mut self, executor: Executor) {
        match self {
            RealLu::Whole(lu) => lu.set_executor(executor),
            RealLu::Repeated(lu) => lu.set_executor(executor),
        }
    }
}
