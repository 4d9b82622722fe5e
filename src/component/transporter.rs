//! Transporters.

use super::{Builder, Kind, Reacts, builder};
use crate::network::Parameter;
use crate::units::{Concentration, Frequency, Velocity};

builder! {
    /// A transporter: carries a species from one compartment to another at a velocity that a law gives, by
    /// default Michaelis and Menten's (uptake only). What is carried in from outside of the model is a level
    /// held by a supply.
    ///
    /// ```
    /// use homeostat::component::{Builder, Reacts, Transporter};
    /// use homeostat::units::{Concentration, Velocity};
    /// let dopamine_transporter = Transporter::new("DAT")
    ///     .set("reaction", "eda -> cda")
    ///     .vmax(Velocity::um_per_h(8000.0))
    ///     .km(Concentration::um(0.2));
    /// assert_eq!(dopamine_transporter.part().name, "DAT");
    /// ```
    Transporter "transporter"
}

impl Reacts for Transporter {}

impl Transporter {
    /// The limiting velocity.
    pub fn vmax(self, vmax: Velocity) -> Self {
        self.set("Vmax", vmax)
    }

    /// The concentration of half the limiting velocity.
    pub fn km(self, km: Concentration) -> Self {
        self.set("Km", km)
    }

    /// Takes up from a level held outside, such as blood.
    pub fn from_supply(self, level: Parameter) -> Self {
        self.set("S", level)
    }

    /// Leaks back in first order (vesicles).
    pub fn leak(self, leak: Frequency) -> Self {
        self.set("law", "uptake_with_leak").set("leak", leak)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "transporter",
    summary: "carries a species: reaction, law (michaelis_menten), the law's arguments, compartment",
    emit: |a| a.process("michaelis_menten"),
};
