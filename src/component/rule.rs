//! Values by formula.

use super::formula::{formula, judge};
use super::{Kind, builder};
use crate::units::Unit;

builder! {
    /// A value that a formula gives at every time.
    ///
    /// ```
    /// use homeostat::component::{Builder, Formula};
    /// let total = Formula::new("total").set("value", "cda + vda + eda").set("unit", "umol");
    /// assert_eq!(total.part().kind, "rule");
    /// ```
    Formula "rule"
}

pub(super) const KIND: Kind = Kind {
    name: "rule",
    summary: "a value by formula: value, unit",
    emit: |a| {
        let value = formula(a, "value");
        let unit = a.text("unit").map(Unit::parse).transpose();
        match (value, unit) {
            (_, Err(error)) => a.report("unit", error.to_string()),
            (Some(value), Ok(unit)) => {
                judge(a, "value", value, unit.as_ref().map(Unit::dimension));
                a.net.rule(a.name(), value, unit.unwrap_or_default());
            }
            (None, Ok(_)) => {}
        }
    },
};
