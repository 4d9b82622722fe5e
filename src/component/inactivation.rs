//! Irreversible inhibition.

use super::{Builder, Kind, Reacts, builder};
use crate::network::Species;
use crate::units::{Concentration, Frequency};

builder! {
    /// An irreversible (suicide) inhibitor: takes active enzyme away for good, as fast as `k_inact I/(KI + I)` says (Kitz
    /// & Wilson 1962, J. Biol. Chem. 237:3245). The enzyme is a species, such as that of a
    /// [`Turnover`](crate::component::Turnover), by which it comes back. An IC50 is no KI: it depends on how long was waited.
    ///
    /// ```
    /// use homeostat::component::{Builder, Inactivation};
    /// use homeostat::units::{Concentration, Frequency};
    /// let rasagiline = Inactivation::new("rasagiline_MAO_B").set("reaction", "MAO_B_protein ->")
    ///     .set("I", "rasagiline").constants(Frequency::per_h(20.0), Concentration::um(0.5));
    /// assert_eq!(rasagiline.part().kind, "inactivation");
    /// ```
    Inactivation "inactivation"
}

impl Reacts for Inactivation {}

impl Inactivation {
    /// The inhibitor.
    pub fn by(self, inhibitor: Species) -> Self {
        self.set("I", inhibitor)
    }

    /// The largest part of the enzyme that is lost per time, and the concentration of half of that.
    pub fn constants(self, k_inact: Frequency, ki: Concentration) -> Self {
        self.set("k_inact", k_inact).set("KI", ki)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "inactivation",
    summary: "irreversible inhibition: reaction (the enzyme lost), I, k_inact, KI",
    emit: |a| a.process("inactivation"),
};
