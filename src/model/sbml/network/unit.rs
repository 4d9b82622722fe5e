//! The units that the numbers of a document are in, where they are ones that this library knows.

use super::Meaning;
use crate::model::sbml::document::{SbmlModel, Unit as Factor};
use crate::network::{ModelUnits, Network};
use crate::units::{Dimension, Unit, convert};

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
    let (dimension, size) = measured(model, name)?;
    known.iter().filter_map(|text| Unit::parse(text).ok()).find(|unit| is_unit(unit, dimension, size))
}

/// The unit that a network has for numbers in this unit of a document, where it has just that: numbers are never converted.
pub(super) fn unit_of(model: &SbmlModel, name: &str, units: &ModelUnits) -> Option<Unit> {
    let (dimension, size) = measured(model, name)?;
    units.of(dimension).ok().filter(|unit| is_unit(unit, dimension, size))
}

fn is_unit(unit: &Unit, dimension: Dimension, size: f64) -> bool {
    let own = dimension.si_unit().and_then(|si| convert(1.0, unit, &si));
    unit.dimension() == dimension && own.is_ok_and(|own| (own / size - 1.0).abs() < 1e-9)
}

/// Kind and size of a unit by its name, in SI base units.
fn measured(model: &SbmlModel, name: &str) -> Option<(Dimension, f64)> {
    match model.units.iter().find(|u| u.base.id() == name) {
        Some(definition) => size_of(&definition.units),
        None => base_unit(name),
    }
}

/// Kind and size of a product of powers, in SI base units.
pub(in crate::model::sbml) fn size_of(factors: &[Factor]) -> Option<(Dimension, f64)> {
    factors.iter().try_fold((Dimension::DIMENSIONLESS, 1.0), |(dimension, size), factor| {
        let (kind, own) = base_unit(&factor.kind)?;
        let own = factor.multiplier * 10f64.powi(factor.scale) * own;
        let is_whole = factor.exponent == factor.exponent.trunc() && factor.exponent.abs() < 100.0;
        let power = factor.exponent as i32;
        is_whole.then(|| (dimension.mul(kind.pow(power)), size * own.powi(power)))
    })
}

/// Kind and size of a unit that needs no definition; of few more than those that occur.
fn base_unit(kind: &str) -> Option<(Dimension, f64)> {
    Some(match kind {
        "second" => (Dimension::TIME, 1.0),
        "mole" => (Dimension::AMOUNT, 1.0),
        "item" => (Dimension::ITEM, 1.0),
        "litre" | "liter" => (Dimension::VOLUME, 1e-3),
        "metre" | "meter" => (Dimension::LENGTH, 1.0),
        "kilogram" => (Dimension::MASS, 1.0),
        "gram" => (Dimension::MASS, 1e-3),
        "kelvin" => (Dimension::TEMPERATURE, 1.0),
        "ampere" => (Dimension::CURRENT, 1.0),
        "volt" => (Dimension::VOLTAGE, 1.0),
        "hertz" => (Dimension::FREQUENCY, 1.0),
        "dimensionless" => (Dimension::DIMENSIONLESS, 1.0),
        _ => return None,
    })
}
