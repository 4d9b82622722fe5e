//! Reactions without an enzyme.

use super::{Builder, Kind, Reacts, builder};
use crate::network::Field;

builder! {
    /// A reaction that needs no enzyme: binding, unbinding, conversion. By default mass action: the species of the reaction
    /// to the powers of their stoichiometric numbers, forward by kf and back by kr.
    ///
    /// ```
    /// use homeostat::component::{Builder, Elementary};
    /// let binding = Elementary::new("binding").set("reaction", "ligand + receptor -> complex")
    ///     .rate_constants("1 1/(uM s)", "0.3 1/s");
    /// assert_eq!(binding.part().kind, "reaction");
    /// ```
    Elementary "reaction"
}

impl Reacts for Elementary {}

impl Elementary {
    /// The rate constants forward and back: velocities over a concentration for each molecule that goes in.
    pub fn rate_constants(self, forward: impl Into<Field>, back: impl Into<Field>) -> Self {
        self.set("kf", forward).set("kr", back)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "reaction",
    summary: "a reaction without an enzyme: reaction, law (mass_action), the law's arguments, compartment",
    emit: |a| a.process("mass_action"),
};
