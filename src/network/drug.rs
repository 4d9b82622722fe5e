//! What a schedule must know of a drug to give it.

use super::{Network, Parameter, Species};

/// Where a drug goes in, and the numbers by which doses become amounts.
#[derive(Clone, Debug)]
pub struct Drug {
    /// The name of the part.
    pub name: String,
    /// Where a dose waits to be absorbed.
    pub depot: Option<Species>,
    /// Where a bolus goes.
    pub plasma: Species,
    /// Amount per time that flows into the plasma.
    pub infusion: Parameter,
    /// How long an absorbed dose waits before it is there.
    pub lag: Option<Parameter>,
    /// Mass per amount.
    pub molar_mass: Option<Parameter>,
    /// The weight of the body, for doses per weight.
    pub body_weight: Option<Parameter>,
}

impl Network {
    /// Notes that a schedule may give this drug.
    pub(crate) fn administer(&mut self, drug: Drug) {
        self.drugs.push(drug);
    }

    /// Drugs that schedules may give.
    pub fn drugs(&self) -> &[Drug] {
        &self.drugs
    }
}
