//! Dopamine terminals that share blood tyrosine, over a day with meals: what they take up is missing in blood.

use super::dopamine::{MEALS, TIME_CONSTANT};
use super::{Compiled, Facts, Stretch};
use homeostat::library;
use homeostat::model::{CompartmentEntry, Model, SpeciesEntry};
use homeostat::network::Field;
use homeostat::units::Value;
use std::collections::BTreeSet;

/// Blood for each terminal, litres: the same blood for each, however many there are.
const BLOOD: f64 = 10.0;
/// What is used up elsewhere, 1/h.
const USE: f64 = 1.0;
/// Blood tyrosine at rest, uM.
const REST: f64 = 97.0;
/// What comes in from food at rest, uM/h: what is used up, and what one terminal takes up in its 10 L (V_TYRin).
const FOOD: f64 = USE * REST + 400.0 * REST / (64.0 + REST) / BLOOD;

/// The factor of a constant in the i-th terminal: a sequence that fills 0.9 to 1.1 evenly, 1 in the first.
fn spread(i: usize, step: f64) -> f64 {
    0.9 + 0.2 * (0.5 + i as f64 * step).fract()
}

/// So many terminals; the first is the model's own.
pub fn terminals(count: usize) -> Compiled {
    let network = model(count).network();
    Compiled::new(network.clone(), |system, parameters| {
        let rest = parameters(&[]);
        let start = system.initial_state(&network, &rest).expect("the model begins somewhere");
        let scales = start.iter().map(|y| 1e-3 * y.abs()).collect();
        let stretches = MEALS.iter().map(|(end, factor)| {
            let parameters = parameters(&[("meal", *factor)]);
            Stretch { end: *end, parameters, edge: 2, time_constant: Some(TIME_CONSTANT) }
        });
        Facts { scales, stretches: stretches.collect(), ..Facts::new("TERMINALS64", start, 1.0, 24.0) }
    })
}

fn model(count: usize) -> Model {
    let base = library::load("best-2009-dopamine").expect("the model is built in");
    let mut all = base.clone();
    all.model.name = format!("{count} terminals");
    all.species.clear();
    all.parts.clear();
    all.schedule.clear();
    let value = |number: f64, unit: &str| Value::parse(&format!("{number} {unit}")).expect("a quantity");
    all.compartment.insert("plasma".into(), CompartmentEntry { volume: value(BLOOD * count as f64, "L"), range: None });
    let blood = SpeciesEntry { compartment: "plasma".into(), concentration: Some(value(REST, "uM")), amount: None, range: None };
    all.species.insert("btyr".into(), blood);
    let mut add = |kind: &str, name: &str, fields: Vec<(&str, Field)>| {
        let fields = fields.into_iter().map(|(name, field)| (name.to_string(), field)).collect();
        all.parts.entry(kind.into()).or_default().insert(name.into(), fields);
    };
    for name in ["NADPH", "NADP"] {
        add("supply", name, vec![("level", base.parts["supply"][name]["level"].clone())]);
    }
    add("input", "fire", vec![("value", base.parts["input"]["fire"]["value"].clone())]);
    add("input", "meal", vec![("value", 1.0.into())]);
    add("input", "food", vec![("value", value(FOOD, "uM/h").into())]);
    add("process", "eating", vec![("reaction", "-> btyr".into()), ("rate", "meal * food * plasma".into())]);
    add("clearance", "use", vec![("reaction", "btyr ->".into()), ("k", value(USE, "1/h").into())]);
    for i in 0..count {
        copy(&base, &mut all, i);
    }
    all
}

/// Adds the i-th terminal: all that the model names but what comes from outside, under names of its own.
fn copy(base: &Model, all: &mut Model, i: usize) {
    let outside = ["supply", "input"];
    let kinds = || base.parts.iter().filter(|(kind, _)| !outside.contains(&kind.as_str()));
    let parts = kinds().flat_map(|(_, parts)| parts.keys());
    let own: BTreeSet<&str> = base.species.keys().chain(parts).map(String::as_str).collect();
    let own_name = |name: &str| if own.contains(name) { format!("t{i}.{name}") } else { name.to_string() };
    for (name, entry) in &base.species {
        all.species.insert(own_name(name), entry.clone());
    }
    for (kind, parts) in kinds() {
        for (name, fields) in parts {
            let mut fields = fields.clone();
            for (key, field) in &mut fields {
                if let Field::Text(text) = field {
                    *text = text.split(' ').map(own_name).collect::<Vec<_>>().join(" ");
                }
                match (name.as_str(), key.as_str(), field) {
                    ("TYRin", "reaction", Field::Text(text)) => *text = format!("btyr {text}"),
                    ("TH", "Vmax", Field::Value(value)) => value.value *= spread(i, 0.618_033_988_749_894_9),
                    ("DAT", "Vmax", Field::Value(value)) => value.value *= spread(i, 0.754_877_666_246_692_7),
                    _ => {}
                }
            }
            if name == "TYRin" {
                fields.insert("compartment".into(), "cytosol".into());
            }
            all.parts.entry(kind.clone()).or_default().insert(own_name(name), fields);
        }
    }
}
