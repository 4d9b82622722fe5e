//! What a file says of the origin of its numbers, put to each of them.

use super::Model;
use crate::network::Field;
use crate::units::{Origin, Value};

impl Model {
    /// Puts the header's `from` to every number, part and schedule that says less of itself.
    pub(super) fn settle_origins(&mut self) {
        let Some(origin) = self.model.from.take() else { return };
        let settle = |value: &mut Value| value.origin = value.origin.or(&origin);
        for entry in self.compartment.values_mut() {
            settle(&mut entry.volume);
        }
        for entry in self.species.values_mut() {
            entry.concentration.iter_mut().chain(&mut entry.amount).for_each(settle);
        }
        for schedule in self.schedule.values_mut() {
            let own = Origin { source: schedule.source.take(), status: schedule.status, ..Origin::default() };
            let settled = own.or(&origin);
            (schedule.source, schedule.status) = (settled.source, settled.status);
        }
        for fields in self.parts.values_mut().flat_map(|parts| parts.values_mut()) {
            match fields.get_mut("from") {
                Some(Field::Origin(own)) => *own = own.or(&origin),
                Some(_) => {} // told when the part is read
                None => {
                    fields.insert("from".to_string(), Field::Origin(origin.clone()));
                }
            }
        }
    }
}
