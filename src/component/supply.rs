//! What comes from outside.

use super::{Builder, Kind, builder};
use crate::network::Range;
use crate::units::{Concentration, Dimension};

builder! {
    /// A concentration that is held from outside, such as an amino acid in blood or a cofactor; schedules
    /// (meals) may change it.
    ///
    /// ```
    /// use homeostat::component::Supply;
    /// use homeostat::network::Network;
    /// use homeostat::units::Concentration;
    /// let mut net = Network::new("blood");
    /// net.add(Supply::new("btyr").level(Concentration::um(97.0)));
    /// assert!(net.get("btyr").is_some());
    /// ```
    Supply "supply"
}

impl Supply {
    /// The concentration.
    pub fn level(self, level: Concentration) -> Self {
        self.set("level", level)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "supply",
    summary: "a concentration held from outside: level",
    emit: |a| {
        a.number("level", a.name(), Dimension::CONCENTRATION, Range::NonNegative);
    },
};
