//! What stands in the place of native code in a library built without the feature `jit`.

use super::{Inputs, Program};
use std::fmt;

/// Native code: none can be made without the feature `jit`.
#[derive(Clone, Debug)]
pub enum Native {}

/// Why there is no native code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotNative;

impl Native {
    /// Always fails.
    ///
    /// # Errors
    /// [`NotNative`].
    pub fn compile(_: &[&Program]) -> Result<Native, NotNative> {
        Err(NotNative)
    }

    /// Cannot be called: there is no value of this type.
    pub fn run(&self, _: usize, _: &Inputs<'_>, _: &mut [f64]) {
        match *self {}
    }
}

impl fmt::Display for NotNative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the library was built without native code: turn the feature `jit` on")
    }
}

impl std::error::Error for NotNative {}
