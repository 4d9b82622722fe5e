//! Enzymes.

use super::{Builder, Kind, Reacts, builder};
use crate::units::{Concentration, Velocity};

builder! {
    /// An enzyme: a reaction whose velocity a law gives, by default Michaelis and Menten's. A cofactor is a
    /// species of the reaction or a level of the law; an inhibitor is a level of the law.
    ///
    /// ```
    /// use homeostat::component::{Builder, Enzyme, Reacts};
    /// use homeostat::units::{Concentration, Velocity};
    /// let catabolism = Enzyme::new("CATAB")
    ///     .set("reaction", "eda -> hva")
    ///     .vmax(Velocity::um_per_h(30.0))
    ///     .km(Concentration::um(3.0));
    /// assert_eq!(catabolism.part().fields.len(), 3);
    /// ```
    Enzyme "enzyme"
}

impl Reacts for Enzyme {}

impl Enzyme {
    /// The limiting velocity.
    pub fn vmax(self, vmax: Velocity) -> Self {
        self.set("Vmax", vmax)
    }

    /// The Michaelis constant.
    pub fn km(self, km: Concentration) -> Self {
        self.set("Km", km)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "enzyme",
    summary: "a catalysed reaction: reaction, law (michaelis_menten), the law's arguments, compartment",
    emit: |a| a.process("michaelis_menten"),
};
