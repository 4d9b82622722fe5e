//! Numbers that matrices are made of.

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
    type Lu = StaticLu;
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
    fn solve(&self, right_hand_side: &[Self::Number], x: &mut [Self::Number]);
    fn executor(&self) -> Executor;
    fn set_executor(&mut self, executor: Executor);
}

macro_rules! fast {
    ($lu:ty, $number:ty) => {
        impl Fast for $lu {
            type Number = $number;
            fn new(pattern: &Pattern, executor: Executor) -> Result<Self, Refusal> {
                <$lu>::new(pattern, executor)
            }
            fn factor(&mut self, matrix: &[f64], shift: $number) -> Result<(), usize> {
                <$lu>::factor(self, matrix, shift)
            }
            fn solve(&self, right_hand_side: &[$number], x: &mut [$number]) {
                <$lu>::solve(self, right_hand_side, x);
            }
            fn executor(&self) -> Executor {
                <$lu>::executor(self)
            }
            fn set_executor(&mut self, executor: Executor) {
                <$lu>::set_executor(self, executor);
            }
        }
    };
}
fast!(StaticLu, f64);
fast!(ComplexLu, [f64; 2]);
