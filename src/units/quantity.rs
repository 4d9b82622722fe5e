//! Quantities whose kind the type system knows.

use super::{Dimension, Status, Unit, UnitError, Value};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What the quantities of known kind have in common.
///
/// ```
/// use homeostat::units::{Kind, Time, UnitError};
///
/// fn read<K: Kind>(text: &str) -> Result<K, UnitError> {
///     K::try_from(text.parse()?)
/// }
/// assert_eq!(read::<Time>("2 h")?, Time::h(2.0));
/// assert_eq!(<Time as Kind>::NAME, "time");
/// # Ok::<(), UnitError>(())
/// ```
pub trait Kind: TryFrom<Value, Error = UnitError> + Into<Value> + AsRef<Value> {
    /// The dimension every quantity of this kind has.
    const DIMENSION: Dimension;
    /// Its name, as given by [`Dimension::name`].
    const NAME: &'static str;
}

/// Defines one quantity of known kind. Each constructor gives its unit's text and its size in SI
/// base units as a numerator, a denominator and a power of ten.
macro_rules! quantity {
    (
        $(#[$doc:meta])*
        $name:ident, $dimension:ident, $words:literal, $example:literal;
        $($(#[$make_doc:meta])* $make:ident = $unit:literal, $scale:expr;)*
    ) => {
        $(#[$doc])*
        ///
        #[doc = concat!("It reads and prints like `", $example, "`, and in serde like a [`Value`].")]
        ///
        /// ```
        #[doc = concat!("use homeostat::units::", stringify!($name), ";")]
        #[doc = concat!("let quantity: ", stringify!($name), " = \"", $example, "\".parse()?;")]
        #[doc = concat!("assert_eq!(quantity.to_string(), \"", $example, "\");")]
        /// # Ok::<(), homeostat::units::UnitError>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(try_from = "Value", into = "Value")]
        pub struct $name(Value);

        impl $name {
            /// The dimension every quantity of this kind has.
            pub const DIMENSION: Dimension = Dimension::$dimension;

            /// A number measured in `unit`.
            ///
            /// # Errors
            ///
            /// [`UnitError`] if `unit` is not a unit, or not one of this kind.
            pub fn new(value: f64, unit: &str) -> Result<Self, UnitError> {
                Value::new(value, Unit::parse(unit)?).try_into()
            }

            $(
                $(#[$make_doc])*
                pub fn $make(value: f64) -> Self {
                    $name(Value::new(value, Unit::fixed($unit, Dimension::$dimension, $scale)))
                }
            )*

            /// The same quantity, with the paper, table or equation it was taken from.
            pub fn cited(self, source: impl Into<String>) -> Self {
                $name(self.0.cited(source))
            }

            /// The same quantity, with how far its source has been checked.
            pub fn with_status(self, status: Status) -> Self {
                $name(self.0.with_status(status))
            }

            /// The same quantity, with the standard deviation of its natural logarithm.
            pub fn with_spread(self, spread: f64) -> Self {
                $name(self.0.with_spread(spread))
            }

            /// The number, measured in `unit`.
            ///
            /// # Errors
            ///
            /// [`UnitError`] if `unit` measures another kind of quantity.
            pub fn to(&self, unit: &Unit) -> Result<f64, UnitError> {
                self.0.to(unit)
            }
        }

        impl Kind for $name {
            const DIMENSION: Dimension = Dimension::$dimension;
            const NAME: &'static str = $words;
        }

        impl AsRef<Value> for $name {
            fn as_ref(&self) -> &Value {
                &self.0
            }
        }

        impl TryFrom<Value> for $name {
            type Error = UnitError;

            fn try_from(value: Value) -> Result<Self, UnitError> {
                let is = value.unit.dimension();
                if is != Self::DIMENSION {
                    return Err(UnitError::mismatch(&value.to_string(), is, Self::DIMENSION));
                }
                Ok($name(value))
            }
        }

        impl From<$name> for Value {
            fn from(quantity: $name) -> Value {
                quantity.0
            }
        }

        impl FromStr for $name {
            type Err = UnitError;

            fn from_str(text: &str) -> Result<Self, UnitError> {
                Value::parse(text)?.try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

quantity! {
    /// An amount of substance per volume.
    Concentration, CONCENTRATION, "concentration", "46 uM";
    /// A concentration in M (mol/L).
    molar = "M", (1, 1, 3);
    /// A concentration in mM.
    mm = "mM", (1, 1, 0);
    /// A concentration in uM.
    um = "uM", (1, 1, -3);
    /// A concentration in nM.
    nm = "nM", (1, 1, -6);
}

quantity! {
    /// An amount of substance.
    Amount, AMOUNT, "amount", "3 fmol";
    /// An amount in umol.
    umol = "umol", (1, 1, -6);
    /// An amount in nmol.
    nmol = "nmol", (1, 1, -9);
}

quantity! {
    /// A volume.
    Volume, VOLUME, "volume", "5 L";
    /// A volume in L (1e-3 m^3).
    l = "L", (1, 1, -3);
    /// A volume in mL.
    ml = "mL", (1, 1, -6);
    /// A volume in uL.
    ul = "uL", (1, 1, -9);
    /// A volume in fL (1 um^3).
    fl = "fL", (1, 1, -18);
}

quantity! {
    /// A duration or a point in time.
    Time, TIME, "time", "24 h";
    /// A time in hours.
    h = "h", (3600, 1, 0);
    /// A time in seconds.
    s = "s", (1, 1, 0);
    /// A time in milliseconds.
    ms = "ms", (1, 1, -3);
    /// A time in minutes.
    min = "min", (60, 1, 0);
    /// A time in days of 24 h.
    d = "d", (86400, 1, 0);
}

quantity! {
    /// An amount of substance per time.
    Rate, RATE, "rate (amount per time)", "7 nmol/min";
}

quantity! {
    /// A concentration per time.
    Velocity, VELOCITY, "velocity (concentration per time)", "36 uM/h";
    /// A velocity in uM/h.
    um_per_h = "uM/h", (1, 3600, -3);
    /// A velocity in uM/s.
    um_per_s = "uM/s", (1, 1, -3);
}

quantity! {
    /// A number per time: a first-order rate constant.
    Frequency, FREQUENCY, "frequency (per time)", "0.5 1/h";
    /// A frequency in 1/h.
    per_h = "1/h", (1, 3600, 0);
    /// A frequency in 1/s.
    per_s = "1/s", (1, 1, 0);
}

quantity! {
    /// A pure number.
    Dimensionless, DIMENSIONLESS, "pure number (dimensionless)", "0.25";
    /// A pure number, as it is.
    ratio = "1", (1, 1, 0);
}

quantity! {
    /// An absolute temperature.
    Temperature, TEMPERATURE, "temperature", "310.15 K";
}

quantity! {
    /// An electric potential.
    Voltage, VOLTAGE, "voltage", "-70 mV";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::unit::tests::unit;

    fn check<K: Kind + PartialEq + fmt::Debug>(made: Vec<K>) {
        assert_eq!(K::NAME, K::DIMENSION.name());
        for quantity in made {
            let value = quantity.as_ref();
            // The same text, kind and scale as read from text.
            assert_eq!(value.unit, unit(&value.unit.to_string()));
            assert_eq!(value.unit.dimension(), K::DIMENSION);
            assert_eq!(K::try_from(value.clone()).as_ref(), Ok(&quantity));
            assert_eq!(Into::<Value>::into(quantity).value, 2.0);
        }
    }

    #[test]
    fn constructors_agree_with_the_units_they_name() {
        use {Concentration as C, Frequency as F, Time as T, Volume as V};
        check(vec![C::molar(2.0), C::mm(2.0), C::um(2.0), C::nm(2.0)]);
        check(vec![Amount::umol(2.0), Amount::nmol(2.0)]);
        check(vec![V::l(2.0), V::ml(2.0), V::ul(2.0), V::fl(2.0)]);
        check(vec![T::h(2.0), T::s(2.0), T::ms(2.0), T::min(2.0), T::d(2.0)]);
        check(vec![Velocity::um_per_h(2.0), Velocity::um_per_s(2.0)]);
        check(vec![F::per_h(2.0), F::per_s(2.0)]);
        check(vec![Dimensionless::ratio(2.0)]);
        check(vec![Rate::new(2.0, "nmol/h").unwrap()]);
        check(vec![Temperature::new(2.0, "K").unwrap()]);
        check(vec![Voltage::new(2.0, "mV").unwrap()]);
    }

    #[test]
    fn quantities_keep_their_source_and_spread() {
        let km = Concentration::um(46.0).cited("Table 1").with_spread(0.3);
        let json = serde_json::to_string(&km).unwrap();
        assert_eq!(serde_json::from_str::<Concentration>(&json).unwrap(), km);
        assert_eq!(km.to(&unit("nM")), Ok(46000.0));
        assert_eq!(km.to_string(), "46 uM");
        assert!(Concentration::new(1.0, "mg/L").is_err());
        assert!(Concentration::new(1.0, "uN").is_err());
    }
}
