//! First-order losses.

use super::assembly::Assembly;
use super::{Builder, Kind, Reacts, builder};
use crate::network::Range;
use crate::units::{Dimension, Frequency, Value};

builder! {
    /// A first-order loss or conversion: washout from a space, catabolism that is far from saturation. By a rate constant `k`,
    /// the part lost per time, or by a clearance `CL`, the volume that is cleared per time.
    ///
    /// ```
    /// use homeostat::component::{Builder, Clearance};
    /// use homeostat::units::{Frequency, Value};
    /// let washout = Clearance::new("washout").set("reaction", "eda ->").rate_constant(Frequency::per_h(400.0));
    /// let kidney = Clearance::new("kidney").set("reaction", "plasma ->").cleared(Value::parse("0.8 L/h")?);
    /// assert_eq!(washout.part().fields.len(), kidney.part().fields.len());
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    Clearance "clearance"
}

impl Reacts for Clearance {}

impl Clearance {
    /// The part lost per time.
    pub fn rate_constant(self, k: Frequency) -> Self {
        self.set("k", k)
    }

    /// The volume cleared per time.
    pub fn cleared(self, volume_flow: Value) -> Self {
        self.set("CL", volume_flow)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "clearance",
    summary: "a first-order loss: reaction, k (per time) or CL (volume per time)",
    emit: |a| {
        // another law may do without k
        if a.has("law") && !a.has("CL") {
            a.know("CL");
            return a.process("first_order");
        }
        match a.either(["k", "CL"]) {
            Some("CL") => cleared(a),
            Some(_) => a.process("first_order"),
            None => ["reaction", "law", "compartment"].iter().for_each(|field| a.know(field)),
        }
    },
};

/// The volume cleared per time, times the concentration of what is consumed.
fn cleared(a: &mut Assembly<'_>) {
    let reaction = a.reaction();
    let flow = a.number("CL", &format!("{}.CL", a.name()), Dimension::VOLUME_FLOW, Range::NonNegative);
    let (Some(reaction), Some(flow)) = (reaction, flow) else { return };
    let Some(&(species, _)) = reaction.consumed.first() else {
        return a.report("reaction", "found no species before the arrow; expected what is cleared");
    };
    let rate = (a.net.value(flow) * a.net.concentration(species)).id();
    a.net.process(a.name(), reaction.changes(), rate);
}
