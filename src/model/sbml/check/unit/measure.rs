//! A unit as what it measures, and how large it is.

use crate::model::sbml::document::{SbmlModel, Unit};
use crate::units::{self, Dimension, convert};

/// Units of SBML (Level 3 Version 2, table 2) as units of this library, and the same in base units where they are not.
/// Those of light and temperatures with an offset have no dimension here, and are not judged.
const KINDS: [(&str, &str, &str); 31] = [
    ("ampere", "A", "A"),
    ("becquerel", "1/s", "1/s"),
    ("coulomb", "A s", "A s"),
    ("dimensionless", "1", "1"),
    ("farad", "A^2 s^4 kg^-1 m^-2", "A^2 s^4 kg^-1 m^-2"),
    ("gram", "g", "kg"),
    ("gray", "m^2 s^-2", "m^2 s^-2"),
    ("henry", "kg m^2 s^-2 A^-2", "kg m^2 s^-2 A^-2"),
    ("hertz", "1/s", "1/s"),
    ("item", "item", "item"),
    ("joule", "kg m^2 s^-2", "kg m^2 s^-2"),
    ("katal", "mol/s", "mol/s"),
    ("kelvin", "K", "K"),
    ("kilogram", "kg", "kg"),
    ("liter", "L", "m^3"),
    ("litre", "L", "m^3"),
    ("meter", "m", "m"),
    ("metre", "m", "m"),
    ("mole", "mol", "mol"),
    ("newton", "kg m s^-2", "kg m s^-2"),
    ("ohm", "kg m^2 s^-3 A^-2", "kg m^2 s^-3 A^-2"),
    ("pascal", "kg m^-1 s^-2", "kg m^-1 s^-2"),
    ("radian", "1", "1"),
    ("second", "s", "s"),
    ("siemens", "A^2 s^3 kg^-1 m^-2", "A^2 s^3 kg^-1 m^-2"),
    ("sievert", "m^2 s^-2", "m^2 s^-2"),
    ("steradian", "1", "1"),
    ("tesla", "kg s^-2 A^-1", "kg s^-2 A^-1"),
    ("volt", "kg m^2 s^-3 A^-1", "kg m^2 s^-3 A^-1"),
    ("watt", "kg m^2 s^-3", "kg m^2 s^-3"),
    ("weber", "kg m^2 s^-2 A^-1", "kg m^2 s^-2 A^-1"),
];

/// Two sizes are one where they differ by rounding.
const ROUNDING: f64 = 1e-9;

/// Powers beyond this are none of a model.
const MOST: f64 = 30.0;

/// The dimension of a unit, and its size in base units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measure {
    dimension: Dimension,
    size: f64,
}

impl Measure {
    pub(super) const ONE: Measure = Measure { dimension: Dimension::DIMENSIONLESS, size: 1.0 };

    /// The unit of this name in a model; nothing where it is not known what it measures.
    pub(super) fn of(model: &SbmlModel, name: &str) -> Option<Measure> {
        let Some(definition) = model.units.iter().find(|u| u.base.id() == name) else { return Self::kind(name) };
        if definition.units.is_empty() {
            return None;
        }
        definition.units.iter().try_fold(Self::ONE, |product, unit| product.times(Self::factor(unit)?).known())
    }

    fn factor(unit: &Unit) -> Option<Measure> {
        let kind = Self::kind(&unit.kind)?;
        let size = kind.size * unit.multiplier * 10f64.powi(unit.scale);
        Measure { size, ..kind }.power(unit.exponent)
    }

    fn kind(name: &str) -> Option<Measure> {
        let (_, unit, base) = KINDS.iter().find(|kind| kind.0 == name)?;
        let (unit, base) = (units::Unit::parse(unit).ok()?, units::Unit::parse(base).ok()?);
        Some(Measure { dimension: unit.dimension(), size: convert(1.0, &unit, &base).ok()? })
    }

    /// Itself, where its size is a number.
    fn known(self) -> Option<Measure> {
        (self.size > 0.0 && self.size.is_finite()).then_some(self)
    }

    pub(super) fn times(self, other: Measure) -> Measure {
        Measure { dimension: self.dimension.mul(other.dimension), size: self.size * other.size }
    }

    pub(super) fn over(self, other: Measure) -> Measure {
        Measure { dimension: self.dimension.div(other.dimension), size: self.size / other.size }
    }

    /// The power, where all its exponents are whole.
    pub(super) fn power(self, exponent: f64) -> Option<Measure> {
        if self.is_number() && self.size == 1.0 {
            return Some(self);
        }
        let one = |e: i8| {
            let e = f64::from(e) * exponent;
            (e.fract() == 0.0 && e.abs() <= MOST).then_some(e as i32)
        };
        let powers = self.dimension.exponents().into_iter().map(one).collect::<Option<Vec<i32>>>()?;
        let dimension = powers
            .into_iter()
            .zip(BASE)
            .fold(Dimension::DIMENSIONLESS, |product, (power, base)| product.mul(base.pow(power)));
        Measure { dimension, size: self.size.powf(exponent) }.known()
    }

    /// Whether both measure the same, and are of one size as far as numbers can tell.
    pub(super) fn is(self, other: Measure) -> bool {
        let ratio = self.size / other.size;
        self.dimension == other.dimension && (!ratio.is_normal() || (ratio - 1.0).abs() < ROUNDING)
    }

    /// Whether it is one of pure numbers, be they percent.
    pub(super) fn is_number(self) -> bool {
        self.dimension == Dimension::DIMENSIONLESS
    }

    /// The unit in base units.
    pub(super) fn text(self) -> String {
        let unit = self.dimension.si();
        let unit = if unit.is_empty() { "1".to_string() } else { unit };
        let rounded = format!("{:.6e}", self.size).parse::<f64>().unwrap_or(self.size);
        if rounded == 1.0 { unit } else { format!("{rounded:e} {unit}") }
    }
}

/// In the order of a dimension's exponents.
const BASE: [Dimension; 7] = [
    Dimension::AMOUNT,
    Dimension::LENGTH,
    Dimension::TIME,
    Dimension::MASS,
    Dimension::TEMPERATURE,
    Dimension::CURRENT,
    Dimension::ITEM,
];
