//! What stands in the place of native code in a library built without the feature `jit`.

use super::{Inputs, NotNative, Program};

/// Native code: none can be made without the feature `jit`.
#[derive(Clone, Debug)]
pub enum Native {}

impl Native {
    /// Always fails.
    ///
    /// # Errors
    /// [`NotNative`].
    pub fn compile(_: &[&Program]) -> Result<Native, NotNative> {
        Err(NotNative { reason: "the library was built without the feature `jit`" })
    }

    /// Cannot be called: there is no value of this type.
    pub fn run(&self, _: usize, _: &Inputs<'_>, _: &mut [f64]) {
        match *self {}
    }
}
