//! What it costs to reach an error.

use crate::results::Row;
use std::collections::BTreeMap;

/// The rows of each problem, code and method, from loose to tight tolerances.
pub struct Costs<'a>(BTreeMap<(&'a str, String), Vec<&'a Row>>);

impl<'a> Costs<'a> {
    pub fn new(rows: &'a [Row]) -> Self {
        let mut groups: BTreeMap<(&str, String), Vec<&Row>> = BTreeMap::new();
        for row in rows {
            groups.entry((&row.problem, format!("{} {}", row.code, row.method))).or_default().push(row);
        }
        for rows in groups.values_mut() {
            rows.sort_by(|a, b| b.rtol.total_cmp(&a.rtol));
        }
        Costs(groups)
    }

    /// The codes with their methods, in the order of their names.
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = self.0.keys().map(|(_, code)| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The codes that have rows for a problem.
    pub fn codes_of(&self, problem: &str) -> Vec<&str> {
        self.0.keys().filter(|(name, _)| *name == problem).map(|(_, code)| code.as_str()).collect()
    }

    pub fn rows(&self, problem: &'a str, code: &str) -> &[&'a Row] {
        self.0.get(&(problem, code.to_string())).map_or(&[], |rows| rows)
    }

    /// The cheapest run such that it and all its tighter runs have an error of at most `most`.
    pub fn to_reach(&self, most: f64, problem: &'a str, code: &str) -> Option<f64> {
        let good = self.rows(problem, code).iter().rev().take_while(|row| row.error <= most);
        good.map(|row| row.microseconds).min_by(f64::total_cmp)
    }

    /// The cost of this error at the end time alone, between two runs by the logarithms of both.
    pub fn at_end(&self, most: f64, problem: &'a str, code: &str) -> Option<f64> {
        let rows = self.rows(problem, code);
        let first = rows.len() - rows.iter().rev().take_while(|row| row.error_at_end() <= most).count();
        let tight = rows.get(first)?;
        let loose = first.checked_sub(1).map(|before| rows[before]).filter(|row| row.error_at_end().is_finite());
        let Some(loose) = loose else { return Some(tight.microseconds) };
        let [from, to] = [loose, tight].map(|row| row.error_at_end().max(1e-16).ln());
        let part = (from - most.ln()) / (from - to);
        Some((loose.microseconds.ln() * (1.0 - part) + tight.microseconds.ln() * part).exp())
    }
}
