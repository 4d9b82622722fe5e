//! Quantities with units: converted once, at the door.
//!
//! A number enters this library with its unit, is checked against the kind of quantity wanted and
//! converted, and is a plain `f64` from there on. No other file knows a conversion factor.
//!
//! ```
//! use homeostat::units::{Unit, Velocity};
//!
//! let vmax: Velocity = "36 uM/h".parse()?;
//! assert_eq!(vmax.to(&Unit::parse("nM/s")?)?, 10.0);
//!
//! let wrong = "36 mg/h".parse::<Velocity>().unwrap_err();
//! assert!(wrong.to_string().starts_with(
//!     r#""36 mg/h" is a mass per time; expected a velocity (concentration per time) such as uM/h"#
//! ));
//! # Ok::<(), homeostat::units::UnitError>(())
//! ```

mod parse;

use parse::Scale;
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A text that is no unit, or a quantity of the wrong kind.
///
/// ```
/// let error = homeostat::units::Unit::parse("nmoll/h").unwrap_err();
/// assert_eq!(error.position, Some(1));
/// assert_eq!(error.hint.as_deref(), Some(r#"did you mean "nmol"?"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// What was found, and what is wrong with it.
    pub found: String,
    /// What would have been accepted.
    pub expected: String,
    /// How to mend it, where that can be guessed.
    pub hint: Option<String>,
    /// The character of the unit's text, counted from 1, at which reading failed.
    pub position: Option<usize>,
}

impl UnitError {
    fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        UnitError { found: found.into(), expected: expected.into(), hint: None, position: None }
    }

    fn mismatch(found: &str, is: Dimension, wanted: Dimension) -> Self {
        let found = format!("{} is {}", quote(found), is.with_article());
        UnitError::new(found, format!("{} such as {}", wanted.with_article(), wanted.accepted()))
    }
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected {}", self.found, self.expected)?;
        self.hint.iter().try_for_each(|hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for UnitError {}

/// The text in quotation marks, cut short where it is long: a message should stay readable.
fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() { format!("{:?}", cut + "…") } else { format!("{cut:?}") }
}

/// The kind of a quantity: its exponents of amount, length, time, mass, temperature, current and
/// count of items, in that order.
///
/// Exponents saturate at ±127; [`Unit::parse`] refuses units long before that.
///
/// ```
/// use homeostat::units::Dimension;
/// assert_eq!(Dimension::CONCENTRATION.mul(Dimension::VOLUME), Dimension::AMOUNT);
/// assert_eq!(Dimension::VELOCITY.name(), "velocity (concentration per time)");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimension {
    exponents: [i8; 7],
}

/// SI symbols, in the order of [`Dimension`]'s exponents.
const SYMBOLS: [&str; 7] = ["mol", "m", "s", "kg", "K", "A", "item"];

impl Dimension {
    /// The exponents of amount, length, time, mass, temperature, current and item, in this order.
    pub(crate) fn exponents(self) -> [i8; 7] {
        self.exponents
    }

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

    /// The kind of a product.
    ///
    /// ```
    /// use homeostat::units::Dimension;
    /// assert_eq!(Dimension::VELOCITY.mul(Dimension::VOLUME), Dimension::RATE);
    /// ```
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
    ///
    /// ```
    /// use homeostat::units::Dimension;
    /// assert_eq!(Dimension::RATE.div(Dimension::CONCENTRATION), Dimension::VOLUME_FLOW);
    /// ```
    pub const fn div(self, other: Self) -> Self {
        self.mul(other.pow(-1))
    }

    /// The kind of an integer power.
    ///
    /// ```
    /// use homeostat::units::Dimension;
    /// assert_eq!(Dimension::TIME.pow(-1), Dimension::FREQUENCY);
    /// ```
    pub const fn pow(self, power: i32) -> Self {
        let mut exponents = self.exponents;
        let mut i = 0;
        while i < exponents.len() {
            let exponent = (exponents[i] as i32).saturating_mul(power);
            exponents[i] = if exponent > 127 {
                127
            } else if exponent < -127 {
                -127
            } else {
                exponent as i8
            };
            i += 1;
        }
        Self { exponents }
    }

    /// The name in words where there is one, and otherwise the SI unit, such as `mol m^-3 s^-2`.
    ///
    /// ```
    /// use homeostat::units::Dimension;
    /// assert_eq!(Dimension::CONCENTRATION.name(), "concentration");
    /// assert_eq!(Dimension::VELOCITY.div(Dimension::TIME).name(), "mol m^-3 s^-2");
    /// ```
    pub fn name(self) -> String {
        self.named().map_or_else(|| self.si(), |(name, _)| name.to_string())
    }

    /// Examples of units of this kind, for messages and forms.
    ///
    /// ```
    /// assert_eq!(homeostat::units::Dimension::CONCENTRATION.accepted(), "uM, M, mM, nM");
    /// ```
    pub fn accepted(self) -> String {
        self.named().map_or_else(|| self.si(), |(_, accepted)| accepted.to_string())
    }

    fn named(self) -> Option<(&'static str, &'static str)> {
        NAMED.iter().find(|named| named.0 == self).map(|&(_, name, accepted)| (name, accepted))
    }

    fn si(self) -> String {
        let powers = SYMBOLS.iter().zip(self.exponents).filter(|(_, exponent)| *exponent != 0);
        let powers = powers.map(|(symbol, exponent)| match exponent {
            1 => symbol.to_string(),
            _ => format!("{symbol}^{exponent}"),
        });
        powers.collect::<Vec<_>>().join(" ")
    }

    fn with_article(self) -> String {
        match self.named() {
            Some((name, _)) if name.starts_with(['a', 'e', 'i', 'o']) => format!("an {name}"),
            Some((name, _)) => format!("a {name}"),
            None => format!("a quantity in {}", self.si()),
        }
    }
}

/// Kinds with a name of their own, and units they are commonly given in.
const NAMED: &[(Dimension, &str, &str)] = &[
    (Dimension::DIMENSIONLESS, "pure number (dimensionless)", "1, %"),
    (Dimension::AMOUNT, "amount", "umol, mol, nmol, fmol"),
    (Dimension::LENGTH, "length", "um, mm, m"),
    (Dimension::LENGTH.pow(2), "area", "um^2, mm^2"),
    (Dimension::VOLUME, "volume", "L, mL, uL, fL"),
    (Dimension::TIME, "time", "h, min, s, ms, d"),
    (Dimension::MASS, "mass", "mg, ug, g"),
    (Dimension::TEMPERATURE, "temperature", "K"),
    (Dimension::CURRENT, "electric current", "pA, nA, A"),
    (Dimension::VOLTAGE, "voltage", "mV, V"),
    (Dimension::ITEM, "item count", "item"),
    (Dimension::CONCENTRATION, "concentration", "uM, M, mM, nM"),
    (Dimension::CONCENTRATION.pow(-1), "inverse concentration", "1/uM, 1/mM"),
    (Dimension::RATE, "rate (amount per time)", "umol/h, nmol/min, mol/s"),
    (Dimension::VELOCITY, "velocity (concentration per time)", "uM/h, uM/s, nM/min, umol/L/h"),
    (Dimension::FREQUENCY, "frequency (per time)", "1/h, 1/min, 1/s, Hz"),
    (Dimension::VOLUME_FLOW, "volume flow (volume per time)", "L/h, mL/min, uL/min"),
    (
        Dimension::PER_CONCENTRATION_TIME,
        "second-order rate constant (per concentration and time)",
        "1/(uM h), 1/(uM s), 1/(M s)",
    ),
    (Dimension::CONCENTRATION.mul(Dimension::TIME), "concentration times time", "uM h, nM s"),
    (Dimension::LENGTH.div(Dimension::TIME), "speed (length per time)", "um/s, mm/h"),
    (Dimension::LENGTH.pow(2).div(Dimension::TIME), "diffusion coefficient (area per time)", "um^2/s, cm^2/s"),
    (Dimension::MASS.div(Dimension::TIME), "mass per time", "mg/h, mg/d"),
    (Dimension::MASS.div(Dimension::VOLUME), "mass concentration (mass per volume)", "mg/L, ug/mL"),
    (Dimension::MASS.div(Dimension::AMOUNT), "molar mass", "g/mol"),
    (Dimension::AMOUNT.div(Dimension::MASS), "amount per mass", "nmol/mg, umol/g"),
    (Dimension::RATE.div(Dimension::MASS), "specific activity (amount per time and mass)", "nmol/(min mg)"),
    (Dimension::ITEM.div(Dimension::VOLUME), "item density (items per volume)", "item/L, item/mm^3"),
    (Dimension::AMOUNT.div(Dimension::ITEM), "amount per item", "fmol/item"),
];

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
    ///
    /// ```
    /// use homeostat::units::{Dimension, Unit};
    /// assert_eq!(Unit::parse("mol m^-3")?.dimension(), Dimension::CONCENTRATION);
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    fn is_one(&self) -> bool {
        self.text == "1"
    }

    /// A unit known beforehand, for the constructors that cannot fail: `scale` is a numerator, a
    /// denominator and a power of ten, in SI base units.
    fn fixed(text: &'static str, dimension: Dimension, scale: (u128, u128, i32)) -> Unit {
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

/// A number with its unit and, where known, where it comes from and how uncertain it is.
///
/// In serde a value is a table with `value` and, where present, `unit`, `source` and `spread`; it is
/// also read from a bare number (dimensionless) and from a text such as `"36 uM/h"`. A number that
/// is not finite survives TOML but not JSON, which cannot write it.
///
/// ```
/// use homeostat::units::Value;
/// let km = Value::parse("46 uM")?.cited("Table 1").with_spread(0.3);
/// let json = serde_json::to_string(&km)?;
/// assert_eq!(json, r#"{"value":46.0,"unit":"uM","source":"Table 1","spread":0.3}"#);
/// assert_eq!(serde_json::from_str::<Value>(&json)?, km);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// The number, measured in `unit`.
    pub value: f64,
    /// The unit.
    #[serde(skip_serializing_if = "Unit::is_one")]
    pub unit: Unit,
    /// The paper, table or equation the number was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The standard deviation of the number's natural logarithm, if it is taken as log-normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
}

impl Value {
    /// A number with a unit, of unknown source and spread.
    ///
    /// ```
    /// use homeostat::units::{Unit, Value};
    /// assert_eq!(Value::new(36.0, Unit::parse("uM/h")?), Value::parse("36 uM/h")?);
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn new(value: f64, unit: Unit) -> Self {
        Value { value, unit, source: None, spread: None }
    }

    /// Reads a number and then a unit: `36 uM/h`, `36uM`, `0.5/h`, or `36` for a pure number.
    ///
    /// Whether the number makes sense is for its user to check: `nan` and `inf` are read.
    ///
    /// # Errors
    ///
    /// [`UnitError`] if the text does not start with a number or if [`Unit::parse`] refuses the rest.
    ///
    /// ```
    /// use homeostat::units::{Dimension, Value};
    /// let leak = Value::parse("0.5/h")?;
    /// assert_eq!((leak.value, leak.unit.dimension()), (0.5, Dimension::FREQUENCY));
    /// assert!(Value::parse("uM 36").is_err());
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let text = text.trim();
        let number = text.get(..number_length(text)).unwrap_or_default();
        let Ok(value) = number.parse() else {
            let found = format!("{} does not start with a number", quote(text));
            return Err(UnitError::new(found, "a number and then its unit, such as 36 uM/h"));
        };
        let unit = text.get(number.len()..).unwrap_or_default().trim_start();
        let unit = if unit.starts_with('/') { Unit::parse(&format!("1{unit}")) } else { Unit::parse(unit) };
        Ok(Value::new(value, unit?))
    }

    /// The same value, with the paper, table or equation it was taken from.
    ///
    /// ```
    /// use homeostat::units::Value;
    /// assert_eq!(Value::parse("46 uM")?.cited("Table 1").source.as_deref(), Some("Table 1"));
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn cited(self, source: impl Into<String>) -> Self {
        Value { source: Some(source.into()), ..self }
    }

    /// The same value, with the standard deviation of its natural logarithm.
    ///
    /// ```
    /// use homeostat::units::Value;
    /// assert_eq!(Value::parse("46 uM")?.with_spread(0.3).spread, Some(0.3));
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn with_spread(self, spread: f64) -> Self {
        Value { spread: Some(spread), ..self }
    }

    /// The number, measured in `unit`.
    ///
    /// # Errors
    ///
    /// [`UnitError`] if `unit` measures another kind of quantity.
    ///
    /// ```
    /// use homeostat::units::{Unit, Value};
    /// assert_eq!(Value::parse("2 d")?.to(&Unit::parse("s")?)?, 172800.0);
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn to(&self, unit: &Unit) -> Result<f64, UnitError> {
        if self.unit.dimension != unit.dimension {
            return Err(UnitError::mismatch(&self.to_string(), self.unit.dimension, unit.dimension));
        }
        convert(self.value, &self.unit, unit)
    }
}

/// The length in bytes of the number at the start of `text`: decimal digits with an optional point
/// and exponent, or one of the words for numbers that are not finite.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let sign = |at: usize| usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));

    let start = sign(0);
    let letters = bytes.iter().skip(start).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = text.get(start..start + letters).unwrap_or_default();
    if ["nan", "inf", "infinity"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
        return start + letters;
    }
    let mut end = start + digits(start);
    if bytes.get(end) == Some(&b'.') {
        end += 1 + digits(end + 1);
    }
    // An "e" without digits is left to the unit.
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent = end + 1 + sign(end + 1);
        end = if digits(exponent) > 0 { exponent + digits(exponent) } else { end };
    }
    end
}

/// Number and unit, without source and spread. The number is the shortest text that reads back to
/// the same bits.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.value.abs();
        // Plain digits would be hundreds for the largest and smallest numbers.
        if magnitude.is_finite() && magnitude != 0.0 && !(1e-5..1e16).contains(&magnitude) {
            write!(f, "{:e}", self.value)?;
        } else {
            write!(f, "{}", self.value)?;
        }
        if self.unit.is_one() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

impl FromStr for Value {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Value::parse(text)
    }
}

impl From<f64> for Value {
    /// A pure number.
    fn from(value: f64) -> Self {
        Value::new(value, Unit::ONE)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// Tells the three forms of a value apart. An untagged enum would do it in fewer lines, and answer
/// every mistake with "data did not match any variant".
struct ValueVisitor;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueTable {
    value: f64,
    #[serde(default)]
    unit: Unit,
    source: Option<String>,
    spread: Option<f64>,
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text such as \"36 uM/h\", or a table with value, unit, source and spread")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Value::parse(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let ValueTable { value, unit, source, spread } = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Value { value, unit, source, spread })
    }
}

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
        #[doc = concat!("use homeostat::units::{Dimension, ", stringify!($name), "};")]
        #[doc = concat!("let quantity: ", stringify!($name), " = \"", $example, "\".parse()?;")]
        #[doc = concat!("assert_eq!(quantity.to_string(), \"", $example, "\");")]
        #[doc = concat!("assert_eq!(quantity.as_ref().unit.dimension(), Dimension::", stringify!($dimension), ");")]
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
            ///
            /// ```
            #[doc = concat!("use homeostat::units::", stringify!($name), ";")]
            #[doc = concat!("assert!(", stringify!($name), "::new(2.0, \"mol m K\").is_err());")]
            /// ```
            pub fn new(value: f64, unit: &str) -> Result<Self, UnitError> {
                Value::new(value, Unit::parse(unit)?).try_into()
            }

            $(
                $(#[$make_doc])*
                ///
                /// ```
                #[doc = concat!("use homeostat::units::", stringify!($name), ";")]
                #[doc = concat!("assert_eq!(", stringify!($name), "::", stringify!($make), "(2.0).to(&\"", $unit,
                    "\".parse()?)?, 2.0);")]
                /// # Ok::<(), homeostat::units::UnitError>(())
                /// ```
                pub fn $make(value: f64) -> Self {
                    $name(Value::new(value, Unit::fixed($unit, Dimension::$dimension, $scale)))
                }
            )*

            /// The same quantity, with the paper, table or equation it was taken from.
            pub fn cited(self, source: impl Into<String>) -> Self {
                $name(self.0.cited(source))
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
                if value.unit.dimension == Self::DIMENSION {
                    return Ok($name(value));
                }
                Err(UnitError::mismatch(&value.to_string(), value.unit.dimension, Self::DIMENSION))
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

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    fn converted(value: f64, from: &str, to: &str) -> f64 {
        convert(value, &unit(from), &unit(to)).unwrap()
    }

    fn refusal(text: &str) -> String {
        Unit::parse(text).unwrap_err().to_string()
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
    fn spellings_of_one_unit_agree() {
        let same = [
            ["uM/h", "umol/L/h", "nmol/(mL hour)"],
            ["1/h", "h^-1", "hours^-1"],
            ["1/(uM h)", "(uM h)^-1", "uM^-1 * h^-1"],
            ["uM h", "uM*h", "uM·h"],
            ["uM", "\u{b5}M", "\u{3bc}M"],
            ["uM/h*L", "uM L/h", "(uM/h) L"],
            ["L", "l", "((L))"],
            ["", "1", "1/1"],
            ["s", "second", "seconds"],
            ["h^0", " ", "uM/uM"],
        ];
        for [a, b, c] in same {
            for other in [b, c] {
                assert_eq!(unit(a).dimension(), unit(other).dimension(), "{a} and {other}");
                assert_eq!(converted(0.1, a, other).to_bits(), 0.1f64.to_bits(), "{a} and {other}");
            }
        }
    }

    #[test]
    fn look_alikes_are_told_apart() {
        for (text, dimension) in [
            ("min", Dimension::TIME),
            ("m", Dimension::LENGTH),
            ("mM", Dimension::CONCENTRATION),
            ("mm", Dimension::LENGTH),
            ("mmol", Dimension::AMOUNT),
            ("d", Dimension::TIME),
            ("dL", Dimension::VOLUME),
            ("ms", Dimension::TIME),
            ("m s", Dimension::LENGTH.mul(Dimension::TIME)),
            ("umol/h", Dimension::RATE),
            ("mL/min", Dimension::VOLUME_FLOW),
            ("items", Dimension::ITEM),
            ("pA", Dimension::CURRENT),
        ] {
            assert_eq!(unit(text).dimension(), dimension, "{text}");
        }
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
    fn refusals_say_what_where_and_how() {
        let known = "expected M, mol, L, s, min, h, d, wk, g, m, V, A, K, Hz, item or %, \
                     with a prefix such as m, u, n, p or f where usual";
        for (text, message) in [
            (
                "uM/hor",
                format!("\"hor\" (character 4 of \"uM/hor\") is not a known unit; {known}; did you mean \"hour\"?"),
            ),
            ("furlong", format!("\"furlong\" (character 1 of \"furlong\") is not a known unit; {known}")),
            ("UM", format!("\"UM\" (character 1 of \"UM\") is not a known unit; {known}; did you mean \"uM\"?")),
            (
                "degC",
                "\"degC\" (character 1 of \"degC\") is not on an absolute scale; expected K; \
                 a scale with its zero elsewhere has no factor; add 273.15 to degrees Celsius"
                    .to_string(),
            ),
            ("uM/", "\"uM/\" ends too early; expected a unit".to_string()),
            ("/", "\"/\" (character 1 of \"/\") is out of place; expected a unit".to_string()),
            ("uM//h", "\"/\" (character 4 of \"uM//h\") is out of place; expected a unit".to_string()),
            ("(uM", "\"(uM\" ends too early; expected a closing bracket".to_string()),
            (
                "uM)",
                "\")\" (character 3 of \"uM)\") is out of place; \
                 expected a unit without a closing bracket that was never opened"
                    .to_string(),
            ),
            (
                "1/uM h",
                "\"h\" (character 6 of \"1/uM h\") is out of place; expected an operator; \
                 after a division, write brackets, as in 1/(uM h), or an explicit *"
                    .to_string(),
            ),
            (
                "m3",
                "\"3\" (character 2 of \"m3\") is out of place; expected a unit; a power is written with ^, as in h^-1"
                    .to_string(),
            ),
            (
                "10/h",
                "\"10\" (character 1 of \"10/h\") is a number inside a unit; expected a unit; \
                 a number other than 1 belongs to the value"
                    .to_string(),
            ),
            (
                "uM^999999999",
                "\"999999999\" (character 4 of \"uM^999999999\") is not a power a unit can have; \
                 expected an integer from -36 to 36"
                    .to_string(),
            ),
            (
                "m^0.5",
                "\"0.5\" (character 3 of \"m^0.5\") is not a power a unit can have; \
                 expected an integer from -36 to 36"
                    .to_string(),
            ),
            (
                "L^13",
                "\"L^13\" (character 1 of \"L^13\") makes the unit too large to hold exactly; \
                 expected a unit of lower powers"
                    .to_string(),
            ),
        ] {
            assert_eq!(refusal(text), message);
        }
        let error = Unit::parse("uM/hor").unwrap_err();
        assert_eq!((error.position, error.hint.as_deref()), (Some(4), Some("did you mean \"hour\"?")));
    }

    #[test]
    fn hostile_text_is_refused_in_good_order() {
        let deep = "(".repeat(100) + "L" + &")".repeat(100);
        let long = "L/L*".repeat(10_000);
        let deepest = "(".repeat(17) + "L" + &")".repeat(17);
        for text in [deep.as_str(), &long, &deepest, "(", ")", "()", "^", "^2", "h^", "h^-", "h^^2", "h^2^2", "*h"] {
            assert!(Unit::parse(text).is_err(), "{text}");
        }
        for text in ["h h-1", "s-1", "m^+-2", "h^99999999999999999999", "((L^12)^12)^12", "wk^36", "\0", "🦀", "u", "µ"]
        {
            assert!(Unit::parse(text).is_err(), "{text}");
        }
        assert!(refusal(&deep).contains("201 characters"));
        assert!(refusal(&deepest).contains("at most 16 nested brackets"));
        assert!(refusal(&long).contains("40000 characters; expected a unit of at most 200 characters"));
        assert!(refusal(&long).len() < 200);
        assert!(Unit::parse(&("(".repeat(16) + "L" + &")".repeat(16))).is_ok());
    }

    #[test]
    fn a_mismatch_names_both_kinds_and_what_is_accepted() {
        let error = convert(1.0, &unit("mg/h"), &unit("uM/h")).unwrap_err();
        let velocity = "expected a velocity (concentration per time) such as uM/h, uM/s, nM/min, umol/L/h";
        assert_eq!(error.to_string(), format!("\"mg/h\" is a mass per time; {velocity}"));
        let error = "36 mg/h".parse::<Velocity>().unwrap_err();
        assert_eq!(error.to_string(), format!("\"36 mg/h\" is a mass per time; {velocity}"));
        let error = "3 uM/h^2".parse::<Amount>().unwrap_err().to_string();
        assert_eq!(
            error,
            "\"3 uM/h^2\" is a quantity in mol m^-3 s^-2; expected an amount such as umol, mol, nmol, fmol"
        );
        let error = Value::from(2.0).to(&unit("A")).unwrap_err().to_string();
        assert_eq!(error, "\"2\" is a pure number (dimensionless); expected an electric current such as pA, nA, A");
    }

    #[test]
    fn named_dimensions_are_distinct_and_their_examples_fit() {
        for (i, (dimension, name, accepted)) in NAMED.iter().enumerate() {
            assert!(NAMED.iter().skip(i + 1).all(|other| other.0 != *dimension && other.1 != *name), "{name}");
            for example in accepted.split(", ") {
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

    #[test]
    fn values_are_read_in_every_spelling() {
        for (text, value, written) in [
            ("36 uM/h", 36.0, "uM/h"),
            (" 36uM ", 36.0, "uM"),
            ("36", 36.0, "1"),
            ("0.5/h", 0.5, "1/h"),
            ("0.5 / h", 0.5, "1/ h"),
            ("1/h", 1.0, "1/h"),
            ("2 1/h", 2.0, "1/h"),
            ("-1e-3mV", -1e-3, "mV"),
            ("+.5E+2 h", 50.0, "h"),
            ("5. s", 5.0, "s"),
            ("5%", 5.0, "%"),
            ("inf uM", f64::INFINITY, "uM"),
            ("-Infinity", f64::NEG_INFINITY, "1"),
        ] {
            let read = Value::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!((read.value, read.unit.to_string().as_str()), (value, written), "{text}");
        }
        assert!(Value::parse("nan uM").unwrap().value.is_nan());
        for text in ["", " ", "uM", "-", ".", "e3", "--1", "nano", "1,5 uM", "1 000 uM", "0x10", "3 e", "µ"] {
            assert!(Value::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Value::parse("uM").unwrap_err().to_string(),
            "\"uM\" does not start with a number; expected a number and then its unit, such as 36 uM/h"
        );
    }

    #[test]
    fn values_print_and_read_back_to_the_same_bits() {
        let numbers = [36.0, 0.1, -0.0, 1e-300, 1.7976931348623157e308, 5e-324, 1e16, 123456789.123, 1e-5];
        for number in numbers {
            for text in ["uM/h", "1", "1/h", "%", "µM"] {
                let value = Value::new(number, unit(text));
                let back = Value::parse(&value.to_string()).unwrap();
                assert_eq!(back, value);
                assert_eq!(back.value.to_bits(), number.to_bits());
            }
        }
        assert_eq!(Value::new(36.0, unit("uM/h")).to_string(), "36 uM/h");
        assert_eq!(Value::new(1e-300, unit("1")).to_string(), "1e-300");
    }

    #[test]
    fn serde_loses_nothing() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Wrapper {
            item: Value,
        }
        for number in [36.0, 0.1, -0.0, 1e-300, f64::MAX, 5e-324, 1e22, 1.0 / 3.0, 5.9e-39] {
            for text in ["uM/h", "1", "%"] {
                let value = Value::new(number, unit(text)).cited("Table \"2\"\n").with_spread(number);
                for value in [value.clone(), Value { source: None, ..value.clone() }, Value { spread: None, ..value }] {
                    let wrapper = Wrapper { item: value };
                    let json: Wrapper = serde_json::from_str(&serde_json::to_string(&wrapper).unwrap()).unwrap();
                    let toml: Wrapper = toml::from_str(&toml::to_string(&wrapper).unwrap()).unwrap();
                    assert_eq!((&json, &toml), (&wrapper, &wrapper));
                    assert_eq!(json.item.value.to_bits(), number.to_bits());
                    assert_eq!(toml.item.value.to_bits(), number.to_bits());
                }
            }
        }
        let bare = serde_json::to_string(&Value::from(2.0)).unwrap();
        assert_eq!(bare, r#"{"value":2.0}"#);
    }

    #[test]
    fn serde_reads_numbers_texts_and_tables_and_explains_the_rest() {
        let read = |json: &str| serde_json::from_str::<Value>(json).map_err(|error| error.to_string());
        assert_eq!(read("36"), Ok(Value::from(36.0)));
        assert_eq!(read("-36"), Ok(Value::from(-36.0)));
        assert_eq!(read("0.5"), Ok(Value::from(0.5)));
        assert_eq!(read(r#""36 uM/h""#), Ok(Value::new(36.0, unit("uM/h"))));
        assert_eq!(read(r#"{"value": 36, "unit": "uM/h"}"#), Ok(Value::new(36.0, unit("uM/h"))));
        assert!(read(r#"{"value": 1, "units": "uM"}"#).unwrap_err().contains("unknown field `units`"));
        assert!(read(r#"{"unit": "uM"}"#).unwrap_err().contains("missing field `value`"));
        assert!(read(r#"{"value": 1, "unit": "uN"}"#).unwrap_err().contains("is not a known unit"));
        assert!(read("true").unwrap_err().contains("a text such as \"36 uM/h\""));
        let wrong = serde_json::from_str::<Velocity>(r#""36 mg/h""#).unwrap_err().to_string();
        assert!(wrong.starts_with("\"36 mg/h\" is a mass per time; expected a velocity"), "{wrong}");
    }

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
