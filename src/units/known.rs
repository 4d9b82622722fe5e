//! The units there are: one table of names, prefixes and sizes.

use super::Dimension;
use super::scale::Scale;

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

/// Names of temperatures whose zero is elsewhere than that of the kelvin: no factor converts them.
pub(super) const OFFSET: &[&str] =
    &["degC", "°C", "℃", "degF", "°F", "℉", "celsius", "Celsius", "fahrenheit", "Fahrenheit"];

/// The kind and scale of a name. Whole names go first: "min" is a minute, "d" a day.
pub(super) fn look_up(name: &str) -> Option<(Dimension, Scale)> {
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
pub(super) fn nearest(name: &str) -> Option<String> {
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

/// Every unit's first name, for messages.
pub(super) fn listed() -> String {
    let names: Vec<&str> = KNOWN.iter().filter_map(|unit| unit.names.first().copied()).collect();
    format!("one of {}, with a prefix such as m, u, n, p or f where usual", names.join(", "))
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
}
