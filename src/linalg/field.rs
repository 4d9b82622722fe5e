//! The numbers that elimination runs on: reals, pairs of reals, and a recorder that writes the same operations down.

use crate::program::{Block, Instruction, Op, Program, Source};

/// Arithmetic. It is a value, since a recorder remembers.
pub(super) trait Field {
    type Real: Copy;
    type Number: Copy;
    fn zero(&mut self) -> Self::Number;
    /// Minus a real number.
    fn minus(&mut self, a: Self::Real) -> Self::Number;
    fn add(&mut self, a: Self::Number, b: Self::Number) -> Self::Number;
    fn sub(&mut self, a: Self::Number, b: Self::Number) -> Self::Number;
    fn mul(&mut self, a: Self::Number, b: Self::Number) -> Self::Number;
    fn inverse(&mut self, a: Self::Number) -> Self::Number;
    /// The absolute value, of a complex number the sum of those of its parts.
    fn size(&mut self, a: Self::Number) -> Self::Real;
    fn add_sizes(&mut self, a: Self::Real, b: Self::Real) -> Self::Real;
}

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
    fn minus(&mut self, a: f64) -> f64 {
        -a
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
    fn inverse(&mut self, a: f64) -> f64 {
        1.0 / a
    }
    #[inline(always)]
    fn size(&mut self, a: f64) -> f64 {
        a.abs()
    }
    #[inline(always)]
    fn add_sizes(&mut self, a: f64, b: f64) -> f64 {
        a + b
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
    fn minus(&mut self, a: R) -> [R; 2] {
        [self.0.minus(a), self.0.zero()]
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
    fn inverse(&mut self, a: [R; 2]) -> [R; 2] {
        let (rr, ii) = (self.0.mul(a[0], a[0]), self.0.mul(a[1], a[1]));
        let square = self.0.add(rr, ii);
        let inverse = self.0.inverse(square);
        let minus = self.0.minus(a[1]);
        [self.0.mul(a[0], inverse), self.0.mul(minus, inverse)]
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
}

/// Writes operations down as a block; a number is the register that will hold it.
pub(super) struct Recorder {
    block: Block,
}

const ZERO: u32 = 0;
const ONE: u32 = 1;

impl Recorder {
    /// A recorder whose program reads these inputs; their registers are [`Recorder::input`].
    pub fn new(gather: Vec<Source>) -> Self {
        let constants = vec![0.0, 1.0];
        let registers = constants.len() + gather.len();
        let (code, results, scatter) = (Vec::new(), Vec::new(), Vec::new());
        Recorder { block: Block { constants, gather, code, results, scatter, instances: 1, registers } }
    }

    /// The register of an input.
    pub fn input(&self, k: usize) -> u32 {
        (self.block.constants.len() + k) as u32
    }

    /// The program that gives these registers.
    pub fn program(mut self, results: Vec<u32>) -> Option<Program> {
        let outputs = results.len();
        self.block.scatter = (0..outputs as u32).collect();
        self.block.results = results;
        Program::new(vec![self.block], outputs)
    }

    fn write(&mut self, op: Op, a: u32, b: u32) -> u32 {
        let out = self.block.registers as u32;
        self.block.registers += 1;
        self.block.code.push(Instruction::binary(op, out, a, b));
        out
    }
}

impl Field for Recorder {
    type Real = u32;
    type Number = u32;
    fn zero(&mut self) -> u32 {
        ZERO
    }
    fn minus(&mut self, a: u32) -> u32 {
        self.write(Op::Neg, a, a)
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
    fn inverse(&mut self, a: u32) -> u32 {
        self.write(Op::Div, ONE, a)
    }
    fn size(&mut self, a: u32) -> u32 {
        self.write(Op::Abs, a, a)
    }
    fn add_sizes(&mut self, a: u32, b: u32) -> u32 {
        self.write(Op::Add, a, b)
    }
}
