//! The step that worked after an event is tried first after the next of its kind.

use serde::{Deserialize, Serialize};

/// Steps by kind of event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Memory {
    steps: Vec<Option<f64>>,
    /// The kind whose first step is still to come.
    open: Option<usize>,
}

/// Kinds beyond this many are not remembered, so that a caller's numbers cannot claim all memory.
const MOST_KINDS: usize = 1 << 16;

impl Memory {
    /// An event of a kind has happened: the step to try.
    pub fn recall(&mut self, kind: usize) -> Option<f64> {
        self.open = Some(kind).filter(|kind| *kind < MOST_KINDS);
        self.steps.get(kind).copied().flatten().filter(|step| *step > 0.0)
    }

    /// Whether the next accepted step is the first after an event.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The first step after an event was accepted: the step to try after the next of its kind.
    pub fn learn(&mut self, next: f64) {
        let Some(kind) = self.open.take() else { return };
        if self.steps.len() <= kind {
            self.steps.resize(kind + 1, None);
        }
        self.steps[kind] = Some(next);
    }
}
