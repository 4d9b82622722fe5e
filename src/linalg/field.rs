//! The numbers that elimination runs on: reals, pairs of reals, and a recorder that writes the same operations down.

use crate::program::{Op, Recorder};

/// Arithmetic. It is a value, since a recorder remembers.
pub(super) trait Field {
    type Real: Copy;
    type Number: Copy;
    fn zero(&mut self) -> Self::Number;
    /// A real number.
    fn real(&mut self, a: Self::Real) -> Self::Number;
    fn add(&mut self, a: Self::Number, b: Self::Number) -> Self::Number;
    fn sub(&mut self, a: Self::Number, b: Self::Number) -> Self::Number;
    fn mul(&mut self, a: Self::Number, b: Self::Number) -> Self::Number;
    /// `a b + c`, each product rounded together with its sum.
    fn fma(&mut self, a: Self::Number, b: Self::Number, c: Self::Number) -> Self::Number;
    /// `c - a b`, likewise.
    fn minus_fma(&mut self, a: Self::Number, b: Self::Number, c: Self::Number) -> Self::Number;
    /// `a` times a constant.
    fn scale(&mut self, a: Self::Number, by: f64) -> Self::Number;
    /// `-1 / a`
    fn minus_inverse(&mut self, a: Self::Number) -> Self::Number;
    /// The absolute value, of a complex number the sum of those of its parts.
    fn size(&mut self, a: Self::Number) -> Self::Real;
    fn add_sizes(&mut self, a: Self::Real, b: Self::Real) -> Self::Real;
    /// How much larger a pivot of this size is than one that cancelled, given the size of the terms that made it. Not above
    /// 0 for a pivot that is cancelled or not finite.
    fn margin(&mut self, pivot: Self::Real, terms: Self::Real) -> Self::Real;
}

/// A pivot is cancelled where it is no larger than this part of the terms that made it.
const CANCELLED: f64 = 1e-10;

/// Real numbers, computed at once.
pub(super) struct Reals;

impl Field for Reals {
    type Real = f64;
    type Number = f64;
    #[inline(always)]
    fn zero(&mut self) -> f64 {
        0.0
    }
    #[inline(always)]
    fn real(&mut self, a: f64) -> f64 {
        a
    }
    #[inline(always)]
    fn add(&mut self, a: f64, b: f64) -> f64 {
        a + b
    }
    #[inline(always)]
    fn sub(&mut self, a: f64, b: f64) -> f64 {
        a - b
    }
    #[inline(always)]
    fn mul(&mut self, a: f64, b: f64) -> f64 {
        a * b
    }
    #[inline(always)]
    fn fma(&mut self, a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
    #[inline(always)]
    fn minus_fma(&mut self, a: f64, b: f64, c: f64) -> f64 {
        (-a).mul_add(b, c)
    }
    #[inline(always)]
    fn scale(&mut self, a: f64, by: f64) -> f64 {
        a * by
    }
    #[inline(always)]
    fn minus_inverse(&mut self, a: f64) -> f64 {
        -1.0 / a
    }
    #[inline(always)]
    fn size(&mut self, a: f64) -> f64 {
        a.abs()
    }
    #[inline(always)]
    fn add_sizes(&mut self, a: f64, b: f64) -> f64 {
        a + b
    }
    #[inline(always)]
    fn margin(&mut self, pivot: f64, terms: f64) -> f64 {
        pivot - CANCELLED * terms
    }
}

/// Complex numbers as pairs (real, imaginary) over real arithmetic.
pub(super) struct Pairs<F>(pub F);

impl<R: Copy, F: Field<Real = R, Number = R>> Field for Pairs<F> {
    type Real = R;
    type Number = [R; 2];
    #[inline(always)]
    fn zero(&mut self) -> [R; 2] {
        [self.0.zero(), self.0.zero()]
    }
    #[inline(always)]
    fn real(&mut self, a: R) -> [R; 2] {
        [a, self.0.zero()]
    }
    #[inline(always)]
    fn add(&mut self, a: [R; 2], b: [R; 2]) -> [R; 2] {
        [self.0.add(a[0], b[0]), self.0.add(a[1], b[1])]
    }
    #[inline(always)]
    fn sub(&mut self, a: [R; 2], b: [R; 2]) -> [R; 2] {
        [self.0.sub(a[0], b[0]), self.0.sub(a[1], b[1])]
    }
    #[inline(always)]
    fn mul(&mut self, a: [R; 2], b: [R; 2]) -> [R; 2] {
        let (rr, ii) = (self.0.mul(a[0], b[0]), self.0.mul(a[1], b[1]));
        let (ri, ir) = (self.0.mul(a[0], b[1]), self.0.mul(a[1], b[0]));
        [self.0.sub(rr, ii), self.0.add(ri, ir)]
    }
    #[inline(always)]
    fn fma(&mut self, a: [R; 2], b: [R; 2], c: [R; 2]) -> [R; 2] {
        let (re, im) = (self.0.fma(a[0], b[0], c[0]), self.0.fma(a[0], b[1], c[1]));
        [self.0.minus_fma(a[1], b[1], re), self.0.fma(a[1], b[0], im)]
    }
    #[inline(always)]
    fn minus_fma(&mut self, a: [R; 2], b: [R; 2], c: [R; 2]) -> [R; 2] {
        let (re, im) = (self.0.minus_fma(a[0], b[0], c[0]), self.0.minus_fma(a[0], b[1], c[1]));
        [self.0.fma(a[1], b[1], re), self.0.minus_fma(a[1], b[0], im)]
    }
    #[inline(always)]
    fn scale(&mut self, a: [R; 2], by: f64) -> [R; 2] {
        a.map(|part| self.0.scale(part, by))
    }
    #[inline(always)]
    fn minus_inverse(&mut self, a: [R; 2]) -> [R; 2] {
        let (rr, ii) = (self.0.mul(a[0], a[0]), self.0.mul(a[1], a[1]));
        let square = self.0.add(rr, ii);
        let inverse = self.0.minus_inverse(square);
        let (re, im, zero) = (self.0.mul(a[0], inverse), self.0.mul(a[1], inverse), self.0.zero());
        [re, self.0.sub(zero, im)]
    }
    #[inline(always)]
    fn size(&mut self, a: [R; 2]) -> R {
        let (re, im) = (self.0.size(a[0]), self.0.size(a[1]));
        self.0.add_sizes(re, im)
    }
    #[inline(always)]
    fn add_sizes(&mut self, a: R, b: R) -> R {
        self.0.add_sizes(a, b)
    }
    #[inline(always)]
    fn margin(&mut self, pivot: R, terms: R) -> R {
        self.0.margin(pivot, terms)
    }
}

/// Written down, not computed.
impl Field for Recorder {
    type Real = u32;
    type Number = u32;
    fn zero(&mut self) -> u32 {
        self.constant(0.0)
    }
    fn real(&mut self, a: u32) -> u32 {
        a
    }
    fn add(&mut self, a: u32, b: u32) -> u32 {
        self.write(Op::Add, a, b)
    }
    fn sub(&mut self, a: u32, b: u32) -> u32 {
        self.write(Op::Sub, a, b)
    }
    fn mul(&mut self, a: u32, b: u32) -> u32 {
        self.write(Op::Mul, a, b)
    }
    fn fma(&mut self, a: u32, b: u32, c: u32) -> u32 {
        self.write_fma(a, b, c)
    }
    fn minus_fma(&mut self, a: u32, b: u32, c: u32) -> u32 {
        let minus = self.write(Op::Neg, a, a);
        self.write_fma(minus, b, c)
    }
    fn scale(&mut self, a: u32, by: f64) -> u32 {
        let by = self.constant(by);
        self.write(Op::Mul, a, by)
    }
    fn minus_inverse(&mut self, a: u32) -> u32 {
        let minus_one = self.constant(-1.0);
        self.write(Op::Div, minus_one, a)
    }
    fn size(&mut self, a: u32) -> u32 {
        self.write(Op::Abs, a, a)
    }
    fn add_sizes(&mut self, a: u32, b: u32) -> u32 {
        self.write(Op::Add, a, b)
    }
    fn margin(&mut self, pivot: u32, terms: u32) -> u32 {
        let part = self.constant(CANCELLED);
        let least = self.write(Op::Mul, part, terms);
        self.write(Op::Sub, pivot, least)
    }
}
