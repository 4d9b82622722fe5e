//! Units as written, and conversion between them.

use super::scale::Scale;
use super::{Dimension, UnitError, parse};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A unit, as it was written, with its kind and its exact size.
///
/// Two units are equal when they are written alike: `M` and `mol/L` convert into each other without
/// touching a bit, yet are not equal. In serde a unit is its text.
///
/// ```
/// use homeostat::units::{Dimension, Unit};
/// let unit = Unit::parse(" µmol/L/h ")?;
/// assert_eq!(unit.dimension(), Dimension::VELOCITY);
/// assert_eq!(unit.to_string(), "µmol/L/h");
/// # Ok::<(), homeostat::units::UnitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Unit {
    text: Cow<'static, str>,
    dimension: Dimension,
    scale: Scale,
}

impl Unit {
    /// The unit of pure numbers, written `1`.
    ///
    /// ```
    /// use homeostat::units::Unit;
    /// assert_eq!(Unit::parse(""), Ok(Unit::ONE));
    /// ```
    pub const ONE: Unit = Unit { text: Cow::Borrowed("1"), dimension: Dimension::DIMENSIONLESS, scale: Scale::ONE };

    /// Reads a product of powers such as `uM/h`, `umol/L/h`, `1/(uM h)` or `mol m^-3 s^-1`.
    ///
    /// A space, `*` or `·` multiplies. After a division a space is refused, because `1/uM h` means
    /// different things to different readers. An empty text is the unit of pure numbers.
    ///
    /// # Errors
    ///
    /// [`UnitError`] for an unknown name, with the nearest known one; for a misplaced character or
    /// bracket; for a number other than 1; for a temperature with an offset such as `degC`; and for
    /// powers too large to hold exactly.
    ///
    /// ```
    /// use homeostat::units::{Dimension, Unit};
    /// assert_eq!(Unit::parse("1/(uM h)")?.dimension(), Dimension::PER_CONCENTRATION_TIME);
    /// assert!(Unit::parse("1/uM h").is_err());
    /// assert!(Unit::parse("degC").is_err());
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Unit, UnitError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Unit::ONE);
        }
        let (dimension, scale) = parse::parse(text)?;
        Ok(Unit { text: Cow::Owned(text.to_string()), dimension, scale })
    }

    /// The kind of quantity this unit measures.
    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    pub(super) fn is_one(&self) -> bool {
        self.text == "1"
    }

    /// A unit known beforehand, for the constructors that cannot fail; its scale as in [`Scale::new`].
    pub(super) fn fixed(text: &'static str, dimension: Dimension, scale: (u128, u128, i32)) -> Unit {
        Unit { text: Cow::Borrowed(text), dimension, scale: Scale::new(scale.0, scale.1, scale.2) }
    }
}

impl Default for Unit {
    fn default() -> Self {
        Unit::ONE
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Unit {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Unit::parse(text)
    }
}

impl TryFrom<String> for Unit {
    type Error = UnitError;

    fn try_from(text: String) -> Result<Self, UnitError> {
        Unit::parse(&text)
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> String {
        unit.text.into_owned()
    }
}

/// The number `value`, measured in `from`, measured in `to` instead.
///
/// No bits are lost where none need be: between units of the same size the number is returned
/// untouched, and a ratio that is an integer, or the reciprocal of one, costs a single operation.
///
/// # Errors
///
/// [`UnitError`] if the two units measure different kinds of quantity.
///
/// ```
/// use homeostat::units::{Unit, convert};
/// let (nm, um, mass) = (Unit::parse("nM")?, Unit::parse("uM")?, Unit::parse("mg")?);
/// assert_eq!(convert(0.1, &nm, &um)?, 0.1 / 1000.0);
/// assert!(convert(0.1, &mass, &um).is_err());
/// # Ok::<(), homeostat::units::UnitError>(())
/// ```
pub fn convert(value: f64, from: &Unit, to: &Unit) -> Result<f64, UnitError> {
    if from.dimension != to.dimension {
        return Err(UnitError::mismatch(&from.text, from.dimension, to.dimension));
    }
    Ok(from.scale.convert(value, to.scale))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::units::{Amount, Value, Velocity};

    pub fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    pub fn converted(value: f64, from: &str, to: &str) -> f64 {
        convert(value, &unit(from), &unit(to)).unwrap()
    }

    #[test]
    fn conversions_agree_with_known_facts() {
        for (value, from, to, expected) in [
            (1.0, "d", "s", 86400.0),
            (1.0, "wk", "h", 168.0),
            (1.0, "min", "s", 60.0),
            (1.0, "uM", "mol/m^3", 1e-3),
            (1.0, "M", "mol/L", 1.0),
            (1.0, "mM", "mol m^-3", 1.0),
            (1.0, "fL", "um^3", 1.0),
            (1.0, "mL", "cm^3", 1.0),
            (1.0, "dL", "mL", 100.0),
            (1.0, "L", "dm^3", 1.0),
            (1.0, "1/(uM h)", "1/(M h)", 1e6),
            (1.0, "1/(uM s)", "1/(M h)", 3.6e9),
            (1.0, "kHz", "1/s", 1000.0),
            (3600.0, "1/h", "Hz", 1.0),
            (50.0, "%", "1", 0.5),
            (1.0, "V", "kg m^2 s^-3 A^-1", 1.0),
            (-70.0, "mV", "V", -0.07),
            (1.0, "mg/mL", "g/L", 1.0),
            (1.0, "nmol/(min mg)", "umol/min/g", 1.0),
            (36.0, "uM/h", "nM/s", 10.0),
            (18.0, "nmol/(L h)", "pM/s", 5.0),
            (1.0, "uM^2", "nM^2", 1e6),
            (1.0, "km/h", "m/s", 5.0 / 18.0),
        ] {
            assert_eq!(converted(value, from, to), expected, "{value} {from} in {to}");
        }
    }

    #[test]
    fn the_same_scale_keeps_every_bit() {
        let odd = [0.1, -0.0, 5e-324, f64::MAX, 1.0 / 3.0, f64::INFINITY, f64::from_bits(0x7ff8_0000_0000_0001)];
        for value in odd {
            for (from, to) in [("uM/h", "uM/h"), ("uM/h", "umol/L/h"), ("h^7", "hour^7"), ("M", "mmol mL^-1")] {
                assert_eq!(converted(value, from, to).to_bits(), value.to_bits(), "{value} {from} in {to}");
            }
        }
    }

    #[test]
    fn an_integer_ratio_is_one_operation() {
        for value in [0.1, 0.7, 1.1, 12345.6789, 1e-7] {
            assert_eq!(converted(value, "nM", "uM"), value / 1000.0);
            assert_eq!(converted(value, "uM", "nM"), value * 1000.0);
            assert_eq!(converted(value, "h", "s"), value * 3600.0);
            assert_eq!(converted(value, "ms", "h"), value / 3.6e6);
            assert_eq!(converted(value, "uM/s", "nM/h"), value * 3.6e6);
            assert_eq!(converted(value, "aM", "M"), value / 1e18);
            assert_eq!(converted(value, "M", "aM"), value * 1e18);
        }
    }

    #[test]
    fn far_apart_scales_convert_by_steps() {
        let there = converted(1.0, "L^2", "aL^2");
        assert!((there / 1e36 - 1.0).abs() < 1e-15, "{there}");
        let back = converted(1.0, "aL^12", "L^12");
        assert!((back / 1e-216 - 1.0).abs() < 1e-13, "{back}");
    }

    #[test]
    fn a_unit_prints_as_written() {
        for text in ["uM/h", "µmol / L/h", "1/(uM  h)", "mol m^-3"] {
            assert_eq!(unit(&format!(" {text}\t")).to_string(), text);
        }
        assert_eq!(unit("  ").to_string(), "1");
        assert_eq!(Unit::default(), unit("1"));
    }

    #[test]
    fn a_mismatch_names_both_kinds_and_what_is_accepted() {
        let error = convert(1.0, &unit("mg/h"), &unit("uM/h")).unwrap_err();
        let velocity = "expected a velocity (concentration per time) such as uM/h, nM/min or umol/L/h";
        assert_eq!(error.to_string(), format!("\"mg/h\" is a mass per time; {velocity}"));
        let error = "36 mg/h".parse::<Velocity>().unwrap_err();
        assert_eq!(error.to_string(), format!("\"36 mg/h\" is a mass per time; {velocity}"));
        let error = "3 uM/h^2".parse::<Amount>().unwrap_err().to_string();
        assert_eq!(error, "\"3 uM/h^2\" is a quantity in mol m^-3 s^-2; expected an amount such as umol, nmol or fmol");
        let error = Value::from(2.0).to(&unit("A")).unwrap_err().to_string();
        assert_eq!(error, "\"2\" is a pure number (dimensionless); expected an electric current such as pA, nA or A");
        let error = Value::from(2.0).to(&unit("uM/h^2")).unwrap_err().to_string();
        assert_eq!(error, "\"2\" is a pure number (dimensionless); expected a quantity in mol m^-3 s^-2");
    }
}
