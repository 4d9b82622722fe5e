//! The units that the numbers of a document are in, where they are ones that this library knows.

use super::Meaning;
use crate::model::sbml::document::SbmlModel;
use crate::network::{ModelUnits, Network};
use crate::units::{Unit, convert};

const TIMES: [&str; 7] = ["s", "min", "h", "d", "wk", "ms", "us"];
const AMOUNTS: [&str; 8] = ["mol", "mmol", "umol", "nmol", "pmol", "fmol", "amol", "item"];
const VOLUMES: [&str; 8] = ["L", "dL", "mL", "uL", "nL", "pL", "fL", "aL"];

impl Meaning<'_> {
    /// Gives the network its units: those that all species, and all compartments, share. A unit that is not known is 1.
    pub(super) fn units(&mut self) {
        let model = self.model;
        let d = &model.defaults;
        let shared = |mut all: Vec<Option<&String>>| {
            all.dedup();
            match all[..] {
                [Some(one)] => Some(one.clone()),
                _ => None,
            }
        };
        let sizes = model.compartments.iter().filter(|c| c.dimensions != Some(0.0)).map(|c| {
            let default = match c.dimensions {
                Some(2.0) => &d.area_units,
                Some(1.0) => &d.length_units,
                _ => &d.volume_units,
            };
            c.units.as_ref().or(default.as_ref())
        });
        let amounts = model.species.iter().map(|s| s.substance_units.as_ref().or(d.substance_units.as_ref()));
        let (volume, amount) = (shared(sizes.collect()), shared(amounts.collect()));
        let unit = |name: Option<String>, known: &[&str]| {
            name.and_then(|name| known_unit(model, &name, known)).unwrap_or(Unit::ONE)
        };
        let time = unit(d.time_units.clone(), &TIMES);
        let units = ModelUnits::plain(time, unit(amount, &AMOUNTS), unit(volume, &VOLUMES));
        self.net = Network::with_units(self.net.name(), units);
    }
}

/// The unit of a document, where it is one of these.
fn known_unit(model: &SbmlModel, name: &str, known: &[&str]) -> Option<Unit> {
    let (factor, base) = match model.units.iter().find(|u| u.base.id() == name) {
        Some(definition) => match &definition.units[..] {
            [u] => {
                let kind = match (u.kind.as_str(), u.exponent) {
                    ("metre" | "meter", 3.0) => "m^3",
                    (kind, 1.0) => base_unit(kind)?,
                    _ => return None,
                };
                ((u.multiplier * 10f64.powi(u.scale)).powf(u.exponent), kind)
            }
            _ => return None,
        },
        None => (1.0, base_unit(name)?),
    };
    let base = Unit::parse(base).ok()?;
    let fits = |unit: &Unit| convert(1.0, unit, &base).is_ok_and(|size| (size / factor - 1.0).abs() < 1e-9);
    known.iter().filter_map(|text| Unit::parse(text).ok()).find(fits)
}

fn base_unit(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "second" => "s",
        "mole" => "mol",
        "item" => "item",
        "litre" | "liter" => "L",
        _ => return None,
    })
}
