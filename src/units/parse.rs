//! Reading the text of a unit, and the exact scale it stands for.
//!
//! The grammar is small: a unit is a product of powers, with brackets.
//!
//! ```text
//! product = power { "/" power | "*" power | "·" power | power }
//! power   = primary [ "^" [ "-" | "+" ] digits ]
//! primary = "(" product ")" | name | "1"
//! ```

use super::{Dimension, UnitError, quote};

/// Longest unit text read; it bounds the work done on hostile input.
const MAX_CHARS: usize = 200;
/// Deepest nesting of brackets; it bounds the recursion of the parser.
const MAX_DEPTH: usize = 16;
/// Largest power, written or resulting. Far below the 127 at which [`Dimension`] saturates.
const MAX_POWER: i32 = 36;
/// Largest power of ten of a scale, so that a scale alone never leaves the range of an `f64`.
const MAX_TENS: i32 = 300;
/// Largest integer up to which every integer is an `f64`.
const EXACT: u128 = 1 << 53;
/// Largest power of ten that is exactly an `f64`.
const EXACT_TENS: u32 = 22;

/// A unit's size in SI base units: `numerator / denominator * 10^tens`, held in integers because
/// 3600 and 10^-3 must not be rounded before they are combined. Neither integer exceeds [`EXACT`],
/// so that each is an `f64`, and the product of two fits with room to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    numerator: u128,
    denominator: u128,
    tens: i32,
}

impl Scale {
    pub(super) const ONE: Scale = Scale { numerator: 1, denominator: 1, tens: 0 };

    /// The scale in lowest terms, its tens moved into the exponent. Both integers must be positive.
    pub(super) fn new(numerator: u128, denominator: u128, tens: i32) -> Scale {
        let common = greatest_common_divisor(numerator, denominator);
        let (numerator, up) = strip_tens(numerator / common);
        let (denominator, down) = strip_tens(denominator / common);
        Scale { numerator, denominator, tens: tens + up - down }
    }

    /// The product, or `None` where it could no longer be held exactly.
    fn times(self, other: Scale) -> Option<Scale> {
        let (numerator, denominator) = (self.numerator * other.numerator, self.denominator * other.denominator);
        let product = Scale::new(numerator, denominator, self.tens + other.tens);
        let exact = product.numerator <= EXACT && product.denominator <= EXACT;
        (exact && product.tens.abs() <= MAX_TENS).then_some(product)
    }

    fn inverse(self) -> Scale {
        Scale { numerator: self.denominator, denominator: self.numerator, tens: -self.tens }
    }

    fn power(self, power: i32) -> Option<Scale> {
        let base = if power < 0 { self.inverse() } else { self };
        (0..power.unsigned_abs()).try_fold(Scale::ONE, |product, _| product.times(base))
    }

    /// `value`, measured in this scale, measured in `to` instead. One operation wherever the ratio
    /// of the scales is an integer or the reciprocal of one; none at all where it is one.
    pub(super) fn convert(self, value: f64, to: Scale) -> f64 {
        match self.exact_ratio(to) {
            Some((1, 1)) => value,
            Some((times, 1)) => value * times as f64,
            Some((1, over)) => value / over as f64,
            Some((times, over)) => fraction(value, times as f64, over as f64),
            None => self.convert_in_steps(value, to),
        }
    }

    /// The ratio in lowest terms, where both of its integers are exactly `f64`.
    fn exact_ratio(self, to: Scale) -> Option<(u128, u128)> {
        let ratio = self.times(to.inverse())?;
        let tens = 10u128.checked_pow(ratio.tens.unsigned_abs())?;
        let (up, down) = if ratio.tens >= 0 { (tens, 1) } else { (1, tens) };
        let times = ratio.numerator.checked_mul(up)?;
        let over = ratio.denominator.checked_mul(down)?;
        let common = greatest_common_divisor(times, over);
        let (times, over) = (times / common, over / common);
        let exact = |n: u128| n as f64 as u128 == n;
        (exact(times) && exact(over)).then_some((times, over))
    }

    /// For ratios beyond the exact integers: one factor after another, each of them exact.
    fn convert_in_steps(self, value: f64, to: Scale) -> f64 {
        let value = fraction(value, self.numerator as f64, self.denominator as f64);
        let mut value = fraction(value, to.denominator as f64, to.numerator as f64);
        let mut left = (self.tens - to.tens).unsigned_abs();
        while left > 0 {
            let step = left.min(EXACT_TENS);
            let ten = 10u128.pow(step) as f64;
            value = if self.tens > to.tens { value * ten } else { value / ten };
            left -= step;
        }
        value
    }
}

/// `value * times / over`, dividing first only where multiplying first would overflow.
fn fraction(value: f64, times: f64, over: f64) -> f64 {
    let product = value * times;
    if product.is_infinite() { value / over * times } else { product / over }
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn strip_tens(n: u128) -> (u128, i32) {
    let (mut n, mut tens) = (n, 0);
    while n != 0 && n % 10 == 0 {
        (n, tens) = (n / 10, tens + 1);
    }
    (n, tens)
}

/// One unit of the table: its names, the prefixes it takes, its kind and `numerator * 10^tens`.
struct Known {
    names: &'static [&'static str],
    prefixes: &'static str,
    dimension: Dimension,
    numerator: u128,
    tens: i32,
}

const fn known(
    names: &'static [&'static str],
    prefixes: &'static str,
    dimension: Dimension,
    numerator: u128,
    tens: i32,
) -> Known {
    Known { names, prefixes, dimension, numerator, tens }
}

/// Each unit lists its own prefixes, so that "min" is never a milli-inch and "cd" never a centiday.
const KNOWN: &[Known] = &[
    known(&["M"], "afpnum", Dimension::CONCENTRATION, 1, 3),
    known(&["mol"], "afpnumk", Dimension::AMOUNT, 1, 0),
    known(&["L", "l"], "afpnumcd", Dimension::VOLUME, 1, -3),
    known(&["s", "sec", "second", "seconds"], "afpnum", Dimension::TIME, 1, 0),
    known(&["min", "minute", "minutes"], "", Dimension::TIME, 60, 0),
    known(&["h", "hour", "hours"], "", Dimension::TIME, 3600, 0),
    known(&["d", "day", "days"], "", Dimension::TIME, 86400, 0),
    known(&["wk", "week", "weeks"], "", Dimension::TIME, 604800, 0),
    known(&["g"], "afpnumk", Dimension::MASS, 1, -3),
    known(&["m"], "afpnumcdk", Dimension::LENGTH, 1, 0),
    known(&["V"], "pnumk", Dimension::VOLTAGE, 1, 0),
    known(&["A"], "afpnumk", Dimension::CURRENT, 1, 0),
    known(&["K"], "um", Dimension::TEMPERATURE, 1, 0),
    known(&["Hz"], "mk", Dimension::FREQUENCY, 1, 0),
    known(&["item", "items"], "", Dimension::ITEM, 1, 0),
    known(&["%"], "", Dimension::DIMENSIONLESS, 1, -2),
];

const PREFIXES: &[(char, i32)] =
    &[('u', -6), ('n', -9), ('m', -3), ('p', -12), ('f', -15), ('a', -18), ('c', -2), ('d', -1), ('k', 3)];

/// Temperatures whose zero is elsewhere than that of the kelvin: no factor converts them.
const OFFSET: &[&str] = &["degC", "°C", "℃", "degF", "°F", "℉", "celsius", "Celsius", "fahrenheit", "Fahrenheit"];

const KNOWN_NAMES: &str =
    "M, mol, L, s, min, h, d, wk, g, m, V, A, K, Hz, item or %, with a prefix such as m, u, n, p or f where usual";

/// The kind and scale of a name. Whole names go first: "min" is a minute, "d" a day.
fn look_up(name: &str) -> Option<(Dimension, Scale)> {
    let exactly = |name: &str| KNOWN.iter().find(|unit| unit.names.contains(&name));
    if let Some(unit) = exactly(name) {
        return Some((unit.dimension, Scale::new(unit.numerator, 1, unit.tens)));
    }
    let prefix = name.chars().next()?;
    let &(_, tens) = PREFIXES.iter().find(|(letter, _)| *letter == prefix)?;
    // Only the symbols take prefixes: a "msecond" is a slip of the pen.
    let symbol = name.get(prefix.len_utf8()..)?;
    let unit = exactly(symbol).filter(|unit| unit.prefixes.contains(prefix) && symbol.len() <= 3)?;
    Some((unit.dimension, Scale::new(unit.numerator, 1, unit.tens + tens)))
}

/// The known name nearest to `name`, where one is near enough to be what was meant. Between equally
/// near names one that differs only in capitals wins, then the earlier one in the tables.
fn nearest(name: &str) -> Option<String> {
    let length = name.chars().count();
    let rank = |known: &String| (strsim::damerau_levenshtein(name, known), !known.eq_ignore_ascii_case(name));
    all_names().min_by_key(rank).filter(|known| {
        let distance = rank(known).0;
        distance <= 2 && distance < length
    })
}

fn all_names() -> impl Iterator<Item = String> {
    KNOWN.iter().flat_map(|unit| {
        let prefixed = PREFIXES.iter().filter(|(prefix, _)| unit.prefixes.contains(*prefix));
        let prefixed = prefixed.flat_map(|(prefix, _)| unit.names.iter().map(move |name| format!("{prefix}{name}")));
        unit.names.iter().map(|name| name.to_string()).chain(prefixed.filter(|name| look_up(name).is_some()))
    })
}

/// Reads a trimmed, non-empty unit text.
pub(super) fn parse(text: &str) -> Result<(Dimension, Scale), UnitError> {
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
    fn product(&mut self) -> Result<(Dimension, Scale), UnitError> {
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

    fn power(&mut self) -> Result<(Dimension, Scale), UnitError> {
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

    fn primary(&mut self) -> Result<(Dimension, Scale), UnitError> {
        match self.peek() {
            Some('(') => self.bracket(),
            Some(c) if is_name(c) => self.name(),
            Some(c) if c.is_ascii_digit() => self.one(),
            _ => Err(self.unexpected("a unit", None)),
        }
    }

    fn bracket(&mut self) -> Result<(Dimension, Scale), UnitError> {
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

    fn name(&mut self) -> Result<(Dimension, Scale), UnitError> {
        let start = self.at;
        let written: String = self.take_while(is_name);
        // The micro sign (U+00B5) and the Greek mu (U+03BC) look the same in print.
        let name = written.replace(['\u{b5}', '\u{3bc}'], "u");
        if let Some(unit) = look_up(&name) {
            return Ok(unit);
        }
        if OFFSET.contains(&name.as_str()) {
            let hint = "a scale with its zero elsewhere has no factor; add 273.15 to degrees Celsius";
            return Err(self.error(start, &written, "is not on an absolute scale", "K", Some(hint.to_string())));
        }
        let hint = nearest(&name).map(|near| format!("did you mean {near:?}?"));
        Err(self.error(start, &written, "is not a known unit", KNOWN_NAMES, hint))
    }

    /// The "1" of "1/h". Any other number belongs before the unit, where it can be seen.
    fn one(&mut self) -> Result<(Dimension, Scale), UnitError> {
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

    fn raise(&self, base: (Dimension, Scale), power: i32, start: usize) -> Result<(Dimension, Scale), UnitError> {
        self.checked(base.0.pow(power), base.1.power(power), start)
    }

    fn join(
        &self,
        a: (Dimension, Scale),
        b: (Dimension, Scale),
        start: usize,
    ) -> Result<(Dimension, Scale), UnitError> {
        self.checked(a.0.mul(b.0), a.1.times(b.1), start)
    }

    /// Refuses what grew too large. A saturated exponent is refused here too, as 127 > `MAX_POWER`.
    fn checked(
        &self,
        dimension: Dimension,
        scale: Option<Scale>,
        start: usize,
    ) -> Result<(Dimension, Scale), UnitError> {
        let small = dimension.exponents.iter().all(|e| i32::from(e.unsigned_abs()) <= MAX_POWER);
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

    #[test]
    fn every_listed_name_is_found_and_no_symbol_is_ambiguous() {
        let names: Vec<String> = all_names().collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), names.len(), "{names:?}");
        assert!(names.iter().all(|name| look_up(name).is_some()));
        for slip in ["msecond", "mseconds", "mmin", "cd", "dM", "kM", "kh", "mh", "umin"] {
            assert!(look_up(slip).is_none(), "{slip}");
        }
    }

    #[test]
    fn scales_are_kept_in_lowest_terms_with_their_tens_apart() {
        assert_eq!(Scale::new(3600, 60, 0), Scale { numerator: 6, denominator: 1, tens: 1 });
        assert_eq!(Scale::new(1, 3600, -3), Scale { numerator: 1, denominator: 36, tens: -5 });
        let hour = Scale::new(3600, 1, 0);
        assert_eq!(hour.times(hour.inverse()), Some(Scale::ONE));
        assert_eq!(hour.exact_ratio(Scale::ONE), Some((3600, 1)));
        assert_eq!(Scale::ONE.exact_ratio(hour), Some((1, 3600)));
    }

    #[test]
    fn powers_of_ten_beyond_the_exact_ones_go_in_exact_steps() {
        let (small, one) = (Scale::new(1, 1, -22), Scale::ONE);
        assert_eq!(small.exact_ratio(one), Some((1, 10u128.pow(22))));
        assert_eq!(Scale::new(1, 1, -23).exact_ratio(one), None);
        assert_eq!(Scale::new(1, 1, -44).convert(1e44, one), 1e44 / 1e22 / 1e22);
        assert_eq!(one.convert(1.0, Scale::new(1, 1, -23)), 1e22 * 10.0);
    }

    #[test]
    fn a_fraction_overflows_only_where_its_result_does() {
        assert_eq!(fraction(1e308, 5.0, 18.0), 1e308 / 18.0 * 5.0);
        assert_eq!(fraction(3.0, 5.0, 18.0), 15.0 / 18.0);
        assert_eq!(fraction(f64::INFINITY, 5.0, 18.0), f64::INFINITY);
    }
}
