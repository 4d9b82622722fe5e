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

    /// The identifier of a unit that need not be the model's.
    pub fn exactly(&mut self, model: &ModelUnits, unit: &units::Unit) -> Option<String> {
        let own = model.of(unit.dimension()).ok()?;
        if units::convert(1.0, unit, &own) == Ok(1.0) {
            return self.of(model, unit.dimension());
        }
        let size = units::convert(1.0, unit, &unit.dimension().si_unit().ok()?).ok()?;
        let of_base = powers(unit.dimension(), [1.0; 3]);
        let rest = size / super::super::network::size_of(&of_base)?.1; // litres are not of SI
        let factors = [factor(DIMENSIONLESS, 1, rest)].into_iter().chain(of_base).collect();
        Some(self.add(unit, factors))
    }

    fn add(&mut self, unit: &units::Unit, factors: Vec<Unit>) -> String {
        let name = unit.to_string();
        let known = self.definitions.iter().find(|known| known.base.name.as_deref() == Some(&name));
        if let Some(known) = known {
            return known.base.id().to_string();
        }
        let id = fresh(&mut self.taken, &readable(&name));
        let base = Base { id: Some(id.clone()), name: Some(name), ..Base::default() };
        self.definitions.push(UnitDefinition { base, units: factors });
        id
    }

    fn define(&mut self, model: &ModelUnits, dimension: Dimension) -> Option<String> {
        let unit = model.of(dimension).ok().filter(|unit| unit.dimension() == dimension)?;
        let factors = factors(model, dimension, &unit)?;
        if let [Unit { kind, exponent: 1.0, scale: 0, multiplier: 1.0, .. }] = &factors[..] {
            return Some(kind.clone()); // SBML has it
        }
        Some(self.add(&unit, factors))
    }

    pub fn definitions(self) -> Vec<UnitDefinition> {
        self.definitions
    }
}

/// Powers of SBML's units whose product is a unit of the model.
fn factors(model: &ModelUnits, dimension: Dimension, unit: &units::Unit) -> Option<Vec<Unit>> {
    // how large the model's own unit is in that of SBML; 1 where it has none of that kind
    let size = |own: &units::Unit, of: &str| {
        units::Unit::parse(of).and_then(|of| units::convert(1.0, own, &of)).unwrap_or(1.0)
    };
    let sizes = [size(model.amount(), "mol"), size(model.volume(), "L"), size(model.time(), "s")];
    let factors = powers(dimension, sizes);
    let total = super::super::network::size_of(&factors)?.1;
    let whole = units::convert(1.0, unit, &dimension.si_unit().ok()?).ok()?;
    ((total / whole - 1.0).abs() < 1e-9).then_some(factors)
}

/// A dimension as powers of SBML's units, of which mole, litre and second are of these sizes.
fn powers(dimension: Dimension, [mole, litre, second]: [f64; 3]) -> Vec<Unit> {
    let [amount, length, time, mass, temperature, current, item] = dimension.exponents();
    let (volume, length) = if length % 3 == 0 { (length / 3, 0) } else { (0, length) };
    let all = [
        ("mole", amount, mole),
        ("litre", volume, litre),
        ("second", time, second),
        ("metre", length, 1.0),
        ("kilogram", mass, 1.0),
        ("kelvin", temperature, 1.0),
        ("ampere", current, 1.0),
        ("item", item, 1.0),
    ];
    all.into_iter().filter(|(_, e, _)| *e != 0).map(|(kind, e, size)| factor(kind, e, size)).collect()
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
