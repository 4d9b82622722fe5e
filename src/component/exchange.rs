//! Exchange between pools.

use super::{Builder, Kind, Reacts, builder};
use crate::units::Frequency;

builder! {
    /// First-order exchange between a pool and a reserve.
    ///
    /// ```
    /// use homeostat::component::{Builder, Exchange};
    /// use homeostat::units::Frequency;
    /// let pool = Exchange::new("pool").set("reaction", "tyr -> tyrpool")
    ///     .rate_constants(Frequency::per_h(6.0), Frequency::per_h(0.6));
    /// assert_eq!(pool.part().fields.len(), 3);
    /// ```
    Exchange "exchange"
}

impl Reacts for Exchange {}

impl Exchange {
    /// The parts of the two contents that leave and that return per time.
    pub fn rate_constants(self, out: Frequency, back: Frequency) -> Self {
        self.set("k_out", out).set("k_in", back)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "exchange",
    summary: "first-order exchange of two pools: reaction, k_out, k_in",
    emit: |a| a.process("exchange"),
};
