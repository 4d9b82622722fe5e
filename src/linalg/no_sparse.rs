//! What stands in the place of sparse factorisation in a library built without the feature `sparse`.

use super::{Number, Pattern, Refusal};
use std::convert::Infallible;
use std::marker::PhantomData;

/// Sparse factorisation is left out.
pub const IS_BUILT: bool = false;

/// Any number.
pub trait SparseScalar {}
impl<T> SparseScalar for T {}

/// Sparse factors: never made.
#[derive(Clone, Debug)]
pub struct Sparse<N: Number>(Infallible, PhantomData<N>);

impl<N: Number> Sparse<N> {
    pub fn new(_: &Pattern) -> Result<Self, Refusal> {
        Err(Refusal::NoSparse)
    }

    pub fn factor(&mut self, _: &[f64], _: N) -> Result<(), usize> {
        match self.0 {}
    }

    pub fn solve(&mut self, _: &[N], _: &mut [N]) {
        match self.0 {}
    }
}

/// Not known without it.
pub fn fill(_: &Pattern) -> Option<(f64, f64)> {
    None
}
