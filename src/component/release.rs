//! Vesicular release as a rate.

use super::{Builder, Kind, Reacts, builder};
use crate::network::Parameter;

builder! {
    /// Vesicular release averaged over spikes: the vesicle pool times a firing parameter (per time).
    ///
    /// ```
    /// use homeostat::component::{Builder, Release};
    /// let release = Release::new("release").set("reaction", "vda -> eda").set("k", "fire");
    /// assert_eq!(release.part().kind, "release");
    /// ```
    Release "release"
}

impl Reacts for Release {}

impl Release {
    /// The parameter that says how fast the pool is released: per time.
    pub fn firing(self, fire: Parameter) -> Self {
        self.set("k", fire)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "release",
    summary: "vesicular release: reaction, k (a firing parameter per time)",
    emit: |a| a.process("first_order"),
};
