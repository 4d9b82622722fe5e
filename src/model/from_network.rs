//! From a network back to a file.

use super::{CompartmentEntry, Header, Model, SpeciesEntry};
use crate::error::{Error, Problem};
use crate::network::{Entity, EntityKind, Field, Initial, Network, Part, Schedule};

impl Model {
    /// The file for a network: its compartments, species, parts and schedules. Parameters, processes and
    /// rules that no part made are written as inputs and formulas.
    ///
    /// # Errors
    /// Where the network itself is wrong.
    pub fn from_network(network: &Network) -> Result<Self, Error> {
        network.checked()?;
        let units = network.units();
        let mut model = Model {
            model: Header {
                name: network.name().to_string(),
                time_unit: units.time().to_string(),
                amount_unit: units.amount().to_string(),
                volume_unit: units.volume().to_string(),
                concentration_unit: units.concentration().to_string(),
                ..Header::default()
            },
            ..Model::default()
        };
        if network.has_loose_modifiers() {
            let message = "modifiers that no part made have no place in a file: use a regulator or a blocker";
            return Err(Problem::error(["model"], message).into());
        }
        let is_loose_event = |e: &&Entity| e.part.is_none() && matches!(e.kind, EntityKind::Event { .. });
        if let Some(event) = network.entities().iter().find(is_loose_event) {
            let message = "no part made this event, so that it has no place in a file: use a threshold";
            return Err(Problem::error(["event", &event.name], message).into());
        }
        // a scale comes with its process
        let scales: Vec<_> = network.all_processes().filter_map(|p| network.scale_of(p)).collect();
        let is_scale = |name: &str| scales.iter().any(|s| network.name_of(*s) == name);
        for entity in network.entities().iter().filter(|e| e.part.is_none() && !is_scale(&e.name)) {
            model.write(network, &entity.name, &entity.kind);
        }
        for part in network.parts() {
            model.write_part(part.clone());
        }
        for schedule in network.schedules() {
            let named = Schedule { name: String::new(), ..schedule.clone() };
            model.schedule.insert(schedule.name.clone(), named);
        }
        Ok(model)
    }

    fn write_part(&mut self, part: Part) {
        self.parts.entry(part.kind).or_default().insert(part.name, part.fields);
    }

    fn write(&mut self, network: &Network, name: &str, kind: &EntityKind) {
        let text = |id| network.formula(id).text(&|symbol| network.name_of(symbol).to_string());
        match kind {
            EntityKind::Compartment { volume, .. } => {
                self.compartment.insert(name.to_string(), CompartmentEntry { volume: volume.clone() });
            }
            EntityKind::Species { compartment, initial, .. } => {
                let (concentration, amount) = match initial {
                    Initial::Concentration(c) => (Some(c.clone()), None),
                    Initial::Amount(a) => (None, Some(a.clone())),
                };
                let compartment = network.name_of(*compartment).to_string();
                self.species.insert(name.to_string(), SpeciesEntry { compartment, concentration, amount });
            }
            EntityKind::Parameter { value, .. } => {
                self.write_part(Part::new("input", name).with("value", Field::Value(value.clone())));
            }
            EntityKind::Process { stoichiometry, rate, .. } => {
                let side = |sign: f64| {
                    let terms = stoichiometry.iter().filter(|(_, n)| n * sign > 0.0);
                    let terms: Vec<String> =
                        terms.map(|(s, n)| format!("{} {}", n.abs(), network.name_of(*s))).collect();
                    terms.join(" + ")
                };
                let reaction = format!("{} -> {}", side(-1.0), side(1.0)).trim().to_string();
                self.write_part(Part::new("process", name).with("reaction", reaction).with("rate", text(*rate)));
            }
            // those of parts are written with them, others refused
            EntityKind::Event { .. } => {}
            EntityKind::Rule { value, unit } => {
                let part = Part::new("rule", name).with("value", text(*value)).with("unit", unit.to_string());
                self.write_part(part);
            }
        }
    }
}
