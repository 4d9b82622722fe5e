//! Reading the text of a unit, and the exact scale it stands for.
//!
//! The grammar is small: a unit is a product of powers, with brackets.
//!
//! ```text
//! product = power { "/" power | "*" power | "·" power | power }
//! power   = primary [ "^" [ "-" | "+" ] digits ]
//! primary = "(" product ")" | name | "1"
//! ```

use super::error::quote;
use super::scale::Scale;
use super::{Dimension, UnitError, known};

/// Longest unit text read; it bounds the work done on hostile input.
const MAX_CHARS: usize = 200;
/// Deepest nesting of brackets; it bounds the recursion of the parser.
const MAX_DEPTH: usize = 16;
/// Largest power, written or resulting. Far below the 127 at which [`Dimension`] saturates.
const MAX_POWER: i32 = 36;

/// What is known of a unit, or of a part of one.
type Read = (Dimension, Scale);

/// Reads a trimmed, non-empty unit text.
pub(super) fn parse(text: &str) -> Result<Read, UnitError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_CHARS {
        let found = format!("{} has {} characters", quote(text), chars.len());
        return Err(UnitError::new(found, format!("a unit of at most {MAX_CHARS} characters")));
    }
    let mut parser = Parser { text, chars, at: 0, depth: 0 };
    let unit = parser.product()?;
    if parser.at < parser.chars.len() {
        return Err(parser.unexpected("a unit without a closing bracket that was never opened", None));
    }
    Ok(unit)
}

struct Parser<'a> {
    text: &'a str,
    chars: Vec<char>,
    /// Index of the next character.
    at: usize,
    /// Brackets open at that character.
    depth: usize,
}

impl Parser<'_> {
    fn product(&mut self) -> Result<Read, UnitError> {
        let mut total = self.power()?;
        let mut divided = false;
        loop {
            self.skip_spaces();
            let start = self.at;
            let exponent = match self.peek() {
                None | Some(')') => return Ok(total),
                Some('/') => {
                    divided = true;
                    self.at += 1;
                    -1
                }
                Some('*' | '·') => {
                    self.at += 1;
                    1
                }
                Some(c) if c.is_ascii_digit() || "+-".contains(c) => {
                    return Err(self.unexpected("a unit", Some("a power is written with ^, as in h^-1")));
                }
                // "1/uM h" is read one way by some programs and the other way by others.
                Some(c) if divided && (is_name(c) || c == '(') => {
                    let hint = "after a division, write brackets, as in 1/(uM h), or an explicit *";
                    return Err(self.unexpected("an operator", Some(hint)));
                }
                Some(_) => 1,
            };
            let factor = self.power()?;
            let factor = self.raise(factor, exponent, start)?;
            total = self.join(total, factor, start)?;
        }
    }

    fn power(&mut self) -> Result<Read, UnitError> {
        self.skip_spaces();
        let start = self.at;
        let base = self.primary()?;
        if self.peek() != Some('^') {
            return Ok(base);
        }
        self.at += 1;
        let exponent = self.exponent()?;
        self.raise(base, exponent, start)
    }

    fn primary(&mut self) -> Result<Read, UnitError> {
        match self.peek() {
            Some('(') => self.bracket(),
            Some(c) if is_name(c) => self.name(),
            Some(c) if c.is_ascii_digit() => self.one(),
            _ => Err(self.unexpected("a unit", None)),
        }
    }

    fn bracket(&mut self) -> Result<Read, UnitError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.unexpected(&format!("at most {MAX_DEPTH} nested brackets"), None));
        }
        (self.at, self.depth) = (self.at + 1, self.depth + 1);
        let inner = self.product()?;
        if self.peek() != Some(')') {
            return Err(self.unexpected("a closing bracket", None));
        }
        (self.at, self.depth) = (self.at + 1, self.depth - 1);
        Ok(inner)
    }

    fn name(&mut self) -> Result<Read, UnitError> {
        let start = self.at;
        let written: String = self.take_while(is_name);
        // The micro sign (U+00B5) and the Greek mu (U+03BC) look the same in print.
        let name = written.replace(['\u{b5}', '\u{3bc}'], "u");
        if let Some(unit) = known::look_up(&name) {
            return Ok(unit);
        }
        if known::OFFSET.contains(&name.as_str()) {
            let hint = "a scale with its zero elsewhere has no factor; add 273.15 to degrees Celsius";
            return Err(self.error(start, &written, "is not on an absolute scale", "K", Some(hint.to_string())));
        }
        let hint = known::nearest(&name).map(|near| format!("did you mean {near:?}?"));
        Err(self.error(start, &written, "is not a known unit", &known::listed(), hint))
    }

    /// The "1" of "1/h". Any other number belongs before the unit, where it can be seen.
    fn one(&mut self) -> Result<Read, UnitError> {
        let start = self.at;
        let digits: String = self.take_while(|c| c.is_ascii_digit() || c == '.');
        if digits == "1" {
            return Ok((Dimension::DIMENSIONLESS, Scale::ONE));
        }
        let hint = "a number other than 1 belongs to the value".to_string();
        Err(self.error(start, &digits, "is a number inside a unit", "a unit", Some(hint)))
    }

    fn exponent(&mut self) -> Result<i32, UnitError> {
        let start = self.at;
        let sign: String = if matches!(self.peek(), Some('+' | '-')) { self.take(1) } else { String::new() };
        let written = sign + &self.take_while(|c| c.is_ascii_digit() || c == '.');
        let power = written.parse::<i32>().ok().filter(|power| power.unsigned_abs() <= MAX_POWER as u32);
        power.ok_or_else(|| {
            let expected = format!("an integer from -{MAX_POWER} to {MAX_POWER}");
            self.error(start, &written, "is not a power a unit can have", &expected, None)
        })
    }

    fn raise(&self, base: Read, power: i32, start: usize) -> Result<Read, UnitError> {
        self.checked(base.0.pow(power), base.1.power(power), start)
    }

    fn join(&self, a: Read, b: Read, start: usize) -> Result<Read, UnitError> {
        self.checked(a.0.mul(b.0), a.1.times(b.1), start)
    }

    /// Refuses what grew too large. A saturated exponent is refused here too, as 127 > `MAX_POWER`.
    fn checked(&self, dimension: Dimension, scale: Option<Scale>, start: usize) -> Result<Read, UnitError> {
        let small = dimension.exponents().iter().all(|e| i32::from(e.unsigned_abs()) <= MAX_POWER);
        scale.filter(|_| small).map(|scale| (dimension, scale)).ok_or_else(|| {
            let part: String = self.chars.iter().take(self.at).skip(start).collect();
            self.error(start, &part, "makes the unit too large to hold exactly", "a unit of lower powers", None)
        })
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn take(&mut self, count: usize) -> String {
        let taken = self.chars.iter().skip(self.at).take(count).collect();
        self.at += count;
        taken
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let count = self.chars.iter().skip(self.at).take_while(|c| belongs(**c)).count();
        self.take(count)
    }

    /// An error at the next character, or at the end of the text.
    fn unexpected(&self, expected: &str, hint: Option<&str>) -> UnitError {
        let hint = hint.map(str::to_string);
        match self.peek() {
            Some(c) => self.error(self.at, &c.to_string(), "is out of place", expected, hint),
            None => UnitError {
                found: format!("{} ends too early", quote(self.text)),
                expected: expected.to_string(),
                hint,
                position: Some(self.at + 1),
            },
        }
    }

    fn error(&self, at: usize, part: &str, fault: &str, expected: &str, hint: Option<String>) -> UnitError {
        let found = format!("{} (character {} of {}) {fault}", quote(part), at + 1, quote(self.text));
        UnitError { found, expected: expected.to_string(), hint, position: Some(at + 1) }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphabetic() || "%_°℃℉".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Unit;
    use crate::units::unit::tests::{converted, unit};

    fn refusal(text: &str) -> String {
        Unit::parse(text).unwrap_err().to_string()
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
    fn refusals_say_what_where_and_how() {
        let out_of_place = |character: &str, at: usize, text: &str| {
            format!("\"{character}\" (character {at} of \"{text}\") is out of place")
        };
        for (text, found, expected) in [
            ("uM/", "\"uM/\" ends too early".into(), "a unit"),
            ("(uM", "\"(uM\" ends too early".into(), "a closing bracket"),
            ("/", out_of_place("/", 1, "/"), "a unit"),
            ("uM//h", out_of_place("/", 4, "uM//h"), "a unit"),
            ("uM)", out_of_place(")", 3, "uM)"), "a unit without a closing bracket that was never opened"),
            ("m3", out_of_place("3", 2, "m3"), "a unit; a power is written with ^, as in h^-1"),
            (
                "1/uM h",
                out_of_place("h", 6, "1/uM h"),
                "an operator; after a division, write brackets, as in 1/(uM h), or an explicit *",
            ),
            (
                "10/h",
                "\"10\" (character 1 of \"10/h\") is a number inside a unit".into(),
                "a unit; a number other than 1 belongs to the value",
            ),
            (
                "m^0.5",
                "\"0.5\" (character 3 of \"m^0.5\") is not a power a unit can have".into(),
                "an integer from -36 to 36",
            ),
            (
                "L^13",
                "\"L^13\" (character 1 of \"L^13\") makes the unit too large to hold exactly".into(),
                "a unit of lower powers",
            ),
            (
                "degC",
                "\"degC\" (character 1 of \"degC\") is not on an absolute scale".into(),
                "K; a scale with its zero elsewhere has no factor; add 273.15 to degrees Celsius",
            ),
        ] {
            assert_eq!(refusal(text), format!("{found}; expected {expected}"));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_known_one() {
        for (text, position, hint) in [
            ("uM/hor", 4, Some("did you mean \"hour\"?")),
            ("UM", 1, Some("did you mean \"uM\"?")),
            ("furlong", 1, None),
        ] {
            let error = Unit::parse(text).unwrap_err();
            assert_eq!((error.position, error.hint.as_deref()), (Some(position), hint), "{text}");
            assert!(error.found.ends_with("is not a known unit"), "{text}");
            let expected = "one of M, mol, L, s, min, h, d, wk, g, m, V, A, K, Hz, item, %, \
                            with a prefix such as m, u, n, p or f where usual";
            assert_eq!(error.expected, expected);
        }
    }

    #[test]
    fn hostile_text_is_refused_in_good_order() {
        let deep = "(".repeat(100) + "L" + &")".repeat(100);
        let long = "L/L*".repeat(10_000);
        let deepest = "(".repeat(17) + "L" + &")".repeat(17);
        for text in [deep.as_str(), &long, &deepest, "(", ")", "()", "^", "^2", "h^", "h^-", "h^^2", "h^2^2", "*h"] {
            assert!(Unit::parse(text).is_err(), "{text}");
        }
        for text in [
            "h h-1",
            "s-1",
            "m^+-2",
            "h^999999999",
            "h^99999999999999999999",
            "((L^12)^12)^12",
            "wk^36",
            "\0",
            "🦀",
            "u",
            "µ",
        ] {
            assert!(Unit::parse(text).is_err(), "{text}");
        }
        assert!(refusal(&deep).contains("201 characters"));
        assert!(refusal(&deepest).contains("at most 16 nested brackets"));
        assert!(refusal(&long).contains("40000 characters; expected a unit of at most 200 characters"));
        assert!(refusal(&long).len() < 200);
        assert!(Unit::parse(&("(".repeat(16) + "L" + &")".repeat(16))).is_ok());
    }
}
