//! What runs programs.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What runs programs. Results do not depend on it, to the bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Executor {
    /// The tape at first, native code once a run has shown to be long enough to make up for compiling.
    #[default]
    Auto,
    /// The tape: a loop over instructions, which works everywhere.
    Tape,
    /// Native code from the start (feature `jit`); where it cannot be made, the tape.
    Native,
}

impl Executor {
    /// All executors.
    pub const ALL: &[Executor] = &[Executor::Auto, Executor::Tape, Executor::Native];

    /// The name on the command line and in statistics.
    pub fn name(self) -> &'static str {
        match self {
            Executor::Auto => "auto",
            Executor::Tape => "tape",
            Executor::Native => "native",
        }
    }
}

/// Why there is no native code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotNative {
    /// The reason, in words.
    pub reason: &'static str,
}

impl fmt::Display for NotNative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no native code can be made: {}; use the tape", self.reason)
    }
}

impl std::error::Error for NotNative {}
