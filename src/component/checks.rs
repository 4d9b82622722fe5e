//! Checks of fields that several kinds share.

use super::assembly::Assembly;
use crate::network::{EntityKind, Parameter};

impl Assembly<'_> {
    /// Which of two fields is given that say the same; it is a fault where both are, or none.
    pub fn either(&mut self, fields: [&'static str; 2]) -> Option<&'static str> {
        fields.iter().for_each(|field| self.know(field));
        let [first, second] = fields;
        match fields.map(|field| self.has(field)) {
            [true, false] => return Some(first),
            [false, true] => return Some(second),
            [true, true] => self.report(second, format!("both {first} and {second} are given; keep one")),
            [false, false] => self.report(first, format!("is missing; expected {first} or {second}")),
        }
        None
    }

    /// The number of a parameter as it is given, in the units of the model.
    pub fn now(&self, parameter: Parameter) -> Option<f64> {
        match &self.net.entity(parameter).kind {
            EntityKind::Parameter { value, .. } => self.net.units().number(value).ok(),
            _ => None,
        }
    }

    /// Whether one parameter is no larger than another as they are given; told of the field of the larger one. What is set
    /// later is judged, too.
    pub fn ordered(&mut self, [low, high]: [(&'static str, Parameter); 2]) -> bool {
        let fault = move |low_number: f64, high_number: f64| {
            (low_number > high_number).then(|| format!("is less than {}; expected at least that", low.0))
        };
        if let Some(fault) = self.now(low.1).zip(self.now(high.1)).and_then(|(low, high)| fault(low, high)) {
            self.report(high.0, fault);
            return false;
        }
        self.demand(high.0, vec![low.1, high.1], move |numbers| match numbers {
            [low, high] => fault(*low, *high).into_iter().collect(),
            _ => Vec::new(),
        });
        true
    }
}
