//! First-order losses.

use super::{Builder, Kind, Reacts, builder};
use crate::units::Frequency;

builder! {
    /// A first-order loss or conversion: washout from a space, catabolism that is far from saturation.
    ///
    /// ```
    /// use homeostat::component::{Builder, Clearance};
    /// use homeostat::units::Frequency;
    /// let washout = Clearance::new("washout").set("reaction", "eda ->").rate_constant(Frequency::per_h(400.0));
    /// assert_eq!(washout.part().fields.len(), 2);
    /// ```
    Clearance "clearance"
}

impl Reacts for Clearance {}

impl Clearance {
    /// The part lost per time.
    pub fn rate_constant(self, k: Frequency) -> Self {
        self.set("k", k)
    }
}

pub(super) const KIND: Kind =
    Kind { name: "clearance", summary: "a first-order loss: reaction, k", emit: |a| a.process("first_order") };
