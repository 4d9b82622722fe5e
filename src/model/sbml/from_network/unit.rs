//! Units of the model as unit definitions.

use super::names::fresh;
use crate::model::sbml::document::{Base, Unit, UnitDefinition};
use crate::network::ModelUnits;
use crate::units::{self, Dimension};
use std::collections::{HashMap, HashSet};

pub(super) const DIMENSIONLESS: &str = "dimensionless";

/// Units that were asked for.
#[derive(Default)]
pub(super) struct Units {
    ids: HashMap<Dimension, Option<String>>,
    taken: HashSet<String>,
    definitions: Vec<UnitDefinition>,
}

impl Units {
    /// The identifier of the model's unit of a dimension; none where the model has no such unit.
    pub fn of(&mut self, model: &ModelUnits, dimension: Dimension) -> Option<String> {
        if dimension == Dimension::DIMENSIONLESS {
            return Some(DIMENSIONLESS.to_string());
        }
        if let Some(known) = self.ids.get(&dimension) {
            return known.clone();
        }
        let id = self.define(model, dimension);
        self.ids.insert(dimension, id.clone());
        id
    }

    fn define(&mut self, model: &ModelUnits, dimension: Dimension) -> Option<String> {
        let unit = model.of(dimension).ok().filter(|unit| unit.dimension() == dimension)?;
        let factors = factors(model, dimension, &unit)?;
        if let [Unit { kind, exponent: 1.0, scale: 0, multiplier: 1.0, .. }] = &factors[..] {
            return Some(kind.clone()); // SBML has it
        }
        let id = fresh(&mut self.taken, &readable(&unit.to_string()));
        let base = Base { id: Some(id.clone()), name: Some(unit.to_string()), ..Base::default() };
        self.definitions.push(UnitDefinition { base, units: factors });
        Some(id)
    }

    pub fn definitions(self) -> Vec<UnitDefinition> {
        self.definitions
    }
}

/// Powers of SBML's units whose product is a unit of the model.
fn factors(model: &ModelUnits, dimension: Dimension, unit: &units::Unit) -> Option<Vec<Unit>> {
    let [amount, length, time, mass, temperature, current, item] = dimension.exponents();
    let (volume, length) = if length % 3 == 0 { (length / 3, 0) } else { (0, length) };
    // how large the model's own unit is in that of SBML; 1 where it has none of that kind
    let size = |own: &units::Unit, of: &str| {
        units::Unit::parse(of).and_then(|of| units::convert(1.0, own, &of)).unwrap_or(1.0)
    };
    let all = [
        ("mole", amount, size(model.amount(), "mol")),
        ("litre", volume, size(model.volume(), "L")),
        ("second", time, size(model.time(), "s")),
        ("metre", length, 1.0),
        ("kilogram", mass, 1.0),
        ("kelvin", temperature, 1.0),
        ("ampere", current, 1.0),
        ("item", item, 1.0),
    ];
    let factors: Vec<Unit> = all.into_iter().filter(|(_, e, _)| *e != 0).map(|(k, e, s)| factor(k, e, s)).collect();
    let total = super::super::network::size_of(&factors)?.1;
    let whole = units::convert(1.0, unit, &dimension.si_unit().ok()?).ok()?;
    ((total / whole - 1.0).abs() < 1e-9).then_some(factors)
}

fn factor(kind: &str, exponent: i8, size: f64) -> Unit {
    let tens = size.log10().round();
    let is_power = (size / 10f64.powi(tens as i32) - 1.0).abs() < 1e-12;
    let (scale, multiplier) = if is_power { (tens as i32, 1.0) } else { (0, size) };
    Unit { base: Base::default(), kind: kind.to_string(), exponent: f64::from(exponent), scale, multiplier }
}

/// `uM/h` as `uM_per_h`, `1/(uM h)` as `per_uM_h`.
fn readable(text: &str) -> String {
    let text = text.strip_prefix("1/").map_or(text.to_string(), |below| format!("per_{below}"));
    let mut id = String::new();
    for c in text.chars() {
        match c {
            '/' => id.push_str("_per_"),
            ' ' | '*' | '·' => id.push('_'),
            '%' => id.push_str("percent"),
            '\u{b5}' | '\u{3bc}' => id.push('u'),
            '-' => id.push_str("minus_"),
            c if c.is_ascii_alphanumeric() || c == '_' => id.push(c),
            _ => {}
        }
    }
    super::names::legal(&id)
}
