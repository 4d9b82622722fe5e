//! Kinds of quantity, by their exponents of the SI base units.

use super::{Unit, UnitError};

/// The kind of a quantity: its exponents of amount, length, time, mass, temperature, current and
/// count of items, in that order.
///
/// Exponents saturate at ±127; [`Unit::parse`](super::Unit::parse) refuses units long before that.
///
/// ```
/// use homeostat::units::Dimension;
/// assert_eq!(Dimension::CONCENTRATION.mul(Dimension::VOLUME), Dimension::AMOUNT);
/// assert_eq!(Dimension::RATE.div(Dimension::CONCENTRATION), Dimension::VOLUME_FLOW);
/// assert_eq!(Dimension::TIME.pow(-1), Dimension::FREQUENCY);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimension {
    exponents: [i8; 7],
}

/// SI symbols, in the order of [`Dimension`]'s exponents.
const SYMBOLS: [&str; 7] = ["mol", "m", "s", "kg", "K", "A", "item"];

impl Dimension {
    /// A pure number.
    pub const DIMENSIONLESS: Self = Self { exponents: [0; 7] };
    /// Amount of substance, as in mol.
    pub const AMOUNT: Self = Self { exponents: [1, 0, 0, 0, 0, 0, 0] };
    /// Length, as in m.
    pub const LENGTH: Self = Self { exponents: [0, 1, 0, 0, 0, 0, 0] };
    /// Time, as in h.
    pub const TIME: Self = Self { exponents: [0, 0, 1, 0, 0, 0, 0] };
    /// Mass, as in mg.
    pub const MASS: Self = Self { exponents: [0, 0, 0, 1, 0, 0, 0] };
    /// Absolute temperature, in K.
    pub const TEMPERATURE: Self = Self { exponents: [0, 0, 0, 0, 1, 0, 0] };
    /// Electric current, as in pA.
    pub const CURRENT: Self = Self { exponents: [0, 0, 0, 0, 0, 1, 0] };
    /// A count of things: cells, vesicles, molecules.
    pub const ITEM: Self = Self { exponents: [0, 0, 0, 0, 0, 0, 1] };
    /// Volume (length cubed), as in L.
    pub const VOLUME: Self = Self::LENGTH.pow(3);
    /// Amount per volume, as in uM.
    pub const CONCENTRATION: Self = Self::AMOUNT.div(Self::VOLUME);
    /// Amount per time, as in umol/h.
    pub const RATE: Self = Self::AMOUNT.div(Self::TIME);
    /// Concentration per time, as in uM/h.
    pub const VELOCITY: Self = Self::CONCENTRATION.div(Self::TIME);
    /// Per time, as in 1/h.
    pub const FREQUENCY: Self = Self::TIME.pow(-1);
    /// Volume per time, as in L/h: a clearance.
    pub const VOLUME_FLOW: Self = Self::VOLUME.div(Self::TIME);
    /// Per concentration and time, as in 1/(uM h): a second-order rate constant.
    pub const PER_CONCENTRATION_TIME: Self = Self::CONCENTRATION.mul(Self::TIME).pow(-1);
    /// Electric potential, as in mV: kg m^2 s^-3 A^-1.
    pub const VOLTAGE: Self = Self { exponents: [0, 2, -3, 1, 0, -1, 0] };

    /// The exponents of amount, length, time, mass, temperature, current and item, in this order.
    pub(crate) fn exponents(self) -> [i8; 7] {
        self.exponents
    }

    /// The kind of a product.
    pub const fn mul(self, other: Self) -> Self {
        let mut exponents = self.exponents;
        let mut i = 0;
        // Constant functions have no iterators.
        while i < exponents.len() {
            exponents[i] = exponents[i].saturating_add(other.exponents[i]);
            i += 1;
        }
        Self { exponents }
    }

    /// The kind of a quotient.
    pub const fn div(self, other: Self) -> Self {
        self.mul(other.pow(-1))
    }

    /// The kind of an integer power.
    pub const fn pow(self, power: i32) -> Self {
        let mut exponents = self.exponents;
        let mut i = 0;
        while i < exponents.len() {
            let exponent = (exponents[i] as i32).saturating_mul(power);
            exponents[i] = match exponent {
                128.. => 127,
                ..=-128 => -127,
                _ => exponent as i8,
            };
            i += 1;
        }
        Self { exponents }
    }

    /// The name in words where there is one, and otherwise the SI unit, such as `mol m^-3 s^-2`.
    ///
    /// ```
    /// use homeostat::units::Dimension;
    /// assert_eq!(Dimension::VELOCITY.name(), "velocity (concentration per time)");
    /// assert_eq!(Dimension::VELOCITY.div(Dimension::TIME).name(), "mol m^-3 s^-2");
    /// ```
    pub fn name(self) -> String {
        self.named().map_or_else(|| self.si(), |(name, _)| name.to_string())
    }

    /// Examples of units of this kind, to stand after "such as" in a message.
    ///
    /// ```
    /// assert_eq!(homeostat::units::Dimension::CONCENTRATION.accepted(), "uM, nM or mM");
    /// ```
    pub fn accepted(self) -> String {
        self.named().map_or_else(|| self.si(), |(_, accepted)| accepted.to_string())
    }

    fn named(self) -> Option<(&'static str, &'static str)> {
        NAMED.iter().find(|named| named.0 == self).map(|&(_, name, accepted)| (name, accepted))
    }

    /// The unit of this kind in SI base units.
    pub(crate) fn si_unit(self) -> Result<Unit, UnitError> {
        Unit::parse(&self.si())
    }

    /// The unit of this kind in SI base units; nothing for pure numbers.
    pub(crate) fn si(self) -> String {
        let powers = SYMBOLS.iter().zip(self.exponents).filter(|(_, exponent)| *exponent != 0);
        let powers = powers.map(|(symbol, exponent)| match exponent {
            1 => symbol.to_string(),
            _ => format!("{symbol}^{exponent}"),
        });
        powers.collect::<Vec<_>>().join(" ")
    }

    /// The name after its article, as in "an amount".
    pub(crate) fn with_article(self) -> String {
        match self.named() {
            Some((name, _)) if name.starts_with(['a', 'e', 'i', 'o']) => format!("an {name}"),
            Some((name, _)) => format!("a {name}"),
            None => format!("a quantity in {}", self.si()),
        }
    }

    /// What is wanted, as in "an amount such as umol, nmol or fmol".
    pub(crate) fn with_examples(self) -> String {
        match self.named() {
            Some((_, accepted)) => format!("{} such as {accepted}", self.with_article()),
            // A kind without a name is described by its unit already.
            None => self.with_article(),
        }
    }
}

/// Kinds with a name of their own, and units they are commonly given in: the likeliest first.
const NAMED: &[(Dimension, &str, &str)] = &[
    (Dimension::DIMENSIONLESS, "pure number (dimensionless)", "1 or %"),
    (Dimension::AMOUNT, "amount", "umol, nmol or fmol"),
    (Dimension::LENGTH, "length", "um, mm or m"),
    (Dimension::LENGTH.pow(2), "area", "um^2 or mm^2"),
    (Dimension::VOLUME, "volume", "L, mL or fL"),
    (Dimension::TIME, "time", "h, min or s"),
    (Dimension::MASS, "mass", "mg, ug or g"),
    (Dimension::TEMPERATURE, "temperature", "K"),
    (Dimension::CURRENT, "electric current", "pA, nA or A"),
    (Dimension::VOLTAGE, "voltage", "mV or V"),
    (Dimension::ITEM, "item count", "item"),
    (Dimension::CONCENTRATION, "concentration", "uM, nM or mM"),
    (Dimension::CONCENTRATION.pow(-1), "inverse concentration", "1/uM or 1/mM"),
    (Dimension::RATE, "rate (amount per time)", "umol/h, nmol/min or mol/s"),
    (Dimension::VELOCITY, "velocity (concentration per time)", "uM/h, nM/min or umol/L/h"),
    (Dimension::FREQUENCY, "frequency (per time)", "1/h, 1/s or Hz"),
    (Dimension::VOLUME_FLOW, "volume flow (volume per time)", "L/h or mL/min"),
    (
        Dimension::PER_CONCENTRATION_TIME,
        "second-order rate constant (per concentration and time)",
        "1/(uM h) or 1/(M s)",
    ),
    (
        Dimension::PER_CONCENTRATION_TIME.div(Dimension::CONCENTRATION),
        "third-order rate constant (per squared concentration and time)",
        "1/(uM^2 h) or 1/(M^2 s)",
    ),
    (Dimension::CONCENTRATION.mul(Dimension::TIME), "concentration times time", "uM h or nM s"),
    (Dimension::LENGTH.div(Dimension::TIME), "speed (length per time)", "um/s or mm/h"),
    (Dimension::LENGTH.pow(2).div(Dimension::TIME), "diffusion coefficient (area per time)", "um^2/s or cm^2/s"),
    (Dimension::MASS.div(Dimension::TIME), "mass per time", "mg/h or mg/d"),
    (Dimension::MASS.div(Dimension::VOLUME), "mass concentration (mass per volume)", "mg/L or ug/mL"),
    (Dimension::MASS.div(Dimension::AMOUNT), "molar mass", "g/mol"),
    (Dimension::AMOUNT.div(Dimension::MASS), "amount per mass", "nmol/mg or umol/g"),
    (Dimension::RATE.div(Dimension::MASS), "specific activity (amount per time and mass)", "nmol/(min mg)"),
    (Dimension::ITEM.div(Dimension::VOLUME), "item density (items per volume)", "item/L or item/mm^3"),
    (Dimension::AMOUNT.div(Dimension::ITEM), "amount per item", "fmol/item"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::unit::tests::unit;

    #[test]
    fn named_dimensions_are_distinct_and_their_examples_fit() {
        for (i, (dimension, name, accepted)) in NAMED.iter().enumerate() {
            assert!(NAMED.iter().skip(i + 1).all(|other| other.0 != *dimension && other.1 != *name), "{name}");
            for example in accepted.split(", ").flat_map(|some| some.split(" or ")) {
                assert_eq!(unit(example).dimension(), *dimension, "{example}");
            }
        }
        let odd = Dimension::VELOCITY.div(Dimension::TIME).mul(Dimension::MASS);
        assert_eq!(odd.accepted(), "mol m^-3 s^-2 kg");
        assert_eq!(unit(&odd.accepted()).dimension(), odd);
    }

    #[test]
    fn dimension_arithmetic_saturates() {
        let huge = Dimension::LENGTH.pow(i32::MAX);
        assert_eq!(huge.pow(i32::MAX), huge);
        assert_eq!(huge.mul(huge), huge);
        assert_eq!(Dimension::LENGTH.pow(i32::MIN), huge.pow(-1));
        assert_eq!(Dimension::TIME.pow(0), Dimension::default());
    }
}
