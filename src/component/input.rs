//! Other numbers from outside.

use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::network::Range;
use crate::units::Value;

builder! {
    /// A number from outside that several parts may use, such as a firing rate.
    ///
    /// ```
    /// use homeostat::component::Input;
    /// use homeostat::network::Network;
    /// use homeostat::units::Frequency;
    /// let mut net = Network::new("firing");
    /// net.add(Input::new("fire").value(Frequency::per_h(1.0)));
    /// assert!(net.get("fire").is_some());
    /// ```
    Input "input"
}

impl Input {
    /// The number.
    pub fn value(self, value: impl Into<Value>) -> Self {
        self.set("value", value.into())
    }
}

pub(super) const KIND: Kind = Kind {
    name: "input",
    summary: "a number from outside: value, range (any, not_negative, positive, fraction, unchecked)",
    emit: |a| {
        let range = range(a);
        a.free_number("value", a.name(), range);
    },
};

/// Which numbers make sense.
fn range(a: &mut Assembly<'_>) -> Range {
    match a.text("range") {
        None | Some("any") => Range::Finite,
        Some("not_negative") => Range::NonNegative,
        Some("positive") => Range::Positive,
        Some("fraction") => Range::Fraction,
        Some("unchecked") => Range::Any,
        Some(other) => {
            a.report("range", format!("found {other:?}, expected any, not_negative, positive, fraction or unchecked"));
            Range::Finite
        }
    }
}
