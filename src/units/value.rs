//! Numbers with their unit, source and spread.

use super::error::quote;
use super::{Origin, Status, Unit, UnitError, convert};
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A number with its unit and, where known, where it comes from and how uncertain it is.
///
/// In serde a value is a table with `value` and, where present, `unit`, what its [`Origin`] says (`source`, `status`,
/// `species`, `tissue`) and `spread`; it is also read from a bare number (dimensionless) and from a text such as `"36 uM/h"`. Infinity and NaN
/// survive TOML; JSON cannot write them, and what it writes instead is refused.
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
    /// Where the number was taken from.
    #[serde(flatten)]
    pub origin: Origin,
    /// The standard deviation of the number's natural logarithm, if it is taken as log-normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
}

impl Value {
    /// A number with a unit, of unknown origin and spread.
    pub fn new(value: f64, unit: Unit) -> Self {
        Value { value, unit, origin: Origin::default(), spread: None }
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
    pub fn cited(self, source: impl Into<String>) -> Self {
        Value { origin: Origin { source: Some(source.into()), ..self.origin }, ..self }
    }

    /// The same value, with how far its source has been checked.
    pub fn with_status(self, status: Status) -> Self {
        Value { origin: self.origin.with_status(status), ..self }
    }

    /// The same value, as one that is written nowhere ([`Status::Implied`]).
    pub(crate) fn implied(self) -> Self {
        self.with_status(Status::Implied)
    }

    /// The same value; what it does not say of its origin is taken from `origin` ([`Origin::or`]).
    pub fn or_from(self, origin: &Origin) -> Self {
        Value { origin: self.origin.or(origin), ..self }
    }

    /// The same value, with the standard deviation of its natural logarithm.
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
        // The same refusal as that of `convert`, yet naming the number too.
        let mismatch = |_| UnitError::mismatch(&self.to_string(), self.unit.dimension(), unit.dimension());
        convert(self.value, &self.unit, unit).map_err(mismatch)
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
    status: Option<Status>,
    species: Option<String>,
    tissue: Option<String>,
    spread: Option<f64>,
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text such as \"36 uM/h\", or a table with value, unit, source, status, species, tissue and spread")
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
        let ValueTable { value, unit, source, status, species, tissue, spread } =
            Deserialize::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Value { value, unit, origin: Origin { source, status, species, tissue }, spread })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Velocity;
    use crate::units::unit::tests::unit;

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
                let marked = value.clone().with_status(Status::CitedUnread);
                let bare = Value { origin: Origin::default(), ..value.clone() };
                for value in [value.clone(), marked, bare, Value { spread: None, ..value }] {
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
    fn toml_carries_numbers_that_are_not_finite_and_json_refuses_them() {
        let text = |value: &Value| toml::to_string(value).unwrap();
        for number in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let value = Value::new(number, unit("uM"));
            let back: Value = toml::from_str(&text(&value)).unwrap();
            assert_eq!((text(&back), &back.unit), (text(&value), &value.unit));
            assert_eq!((back.value.is_nan(), back.value > 0.0), (number.is_nan(), number > 0.0));
            assert!(back.value.is_nan() || back.value.is_infinite());

            let json = serde_json::to_string(&value).unwrap();
            assert!(serde_json::from_str::<Value>(&json).unwrap_err().to_string().contains("null"));
        }
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
}
