//! What a register of the tape holds.

use super::{BinaryFunction, Function, LANES, Wide};

/// A register of the tape: one number, or one number for each of several trajectories.
///
/// Every operation acts on each trajectory alone and rounds as `f64` does, so that a lane gives the
/// same bits as a run by itself.
///
/// ```
/// use homeostat::program::Lane;
/// assert_eq!(f64::splat(2.0).fma(3.0, 1.0), 7.0);
/// assert_eq!(1.0_f64.select(5.0, f64::NAN), 5.0);
/// ```
pub trait Lane: Copy + Default + Send + Sync + 'static {
    /// The same number for every trajectory.
    fn splat(x: f64) -> Self;
    /// Applies `f` to each trajectory.
    fn map(self, f: impl Fn(f64) -> f64) -> Self;
    /// Applies `f` to each trajectory of two registers.
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self;
    /// `self * a + b` with one rounding.
    fn fma(self, a: Self, b: Self) -> Self;
    /// `yes` where `self` is not 0, else `no`.
    fn select(self, yes: Self, no: Self) -> Self;

    /// An elementary function.
    fn call(self, f: Function) -> Self {
        self.map(|x| f.at(x))
    }
    /// An elementary function of two arguments.
    fn call2(self, f: BinaryFunction, other: Self) -> Self {
        self.zip(other, |a, b| f.at(a, b))
    }
}

impl Lane for f64 {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        f(self)
    }
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        f(self, other)
    }
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        if self != 0.0 { yes } else { no }
    }
}

/// Several instances or trajectories side by side.
impl Lane for Wide {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        [x; LANES]
    }
    #[inline(always)]
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        [f(self[0]), f(self[1]), f(self[2]), f(self[3])]
    }
    #[inline(always)]
    fn zip(self, b: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        [f(self[0], b[0]), f(self[1], b[1]), f(self[2], b[2]), f(self[3], b[3])]
    }
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        std::array::from_fn(|l| self[l].mul_add(a[l], b[l]))
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        std::array::from_fn(|l| if self[l] != 0.0 { yes[l] } else { no[l] })
    }
}
