//! Slow binding.

use super::{Builder, Kind, Reacts, builder};
use crate::units::{Frequency, Value};

builder! {
    /// Binding with its own rate constants: free enzyme (or receptor) to complex and back. A ligand that is a species and
    /// stands in the reaction is used up (tight binding); one named by `I` alone is not.
    ///
    /// ```
    /// use homeostat::component::{Binding, Builder};
    /// use homeostat::units::{Frequency, Value};
    /// let tight = Binding::new("tolcapone_COMT").set("reaction", "COMT_protein + tolcapone -> COMT_tolcapone")
    ///     .set("I", "tolcapone").constants(Value::parse("100 1/(uM h)")?, Frequency::per_h(0.03));
    /// assert_eq!(tight.part().kind, "binding");
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    Binding "binding"
}

impl Reacts for Binding {}

impl Binding {
    /// The rate constants of binding (per concentration and time) and of letting go.
    pub fn constants(self, k_on: Value, k_off: Frequency) -> Self {
        self.set("k_on", k_on).set("k_off", k_off)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "binding",
    summary: "slow or tight binding: reaction (free -> complex), I, k_on, k_off",
    emit: |a| a.process("binding"),
};
