//! Settings and tables of the suite, as text.

use crate::error::{Error, Problem};
use std::collections::HashMap;
use std::path::Path;

/// `key: value` lines.
pub(super) struct Settings(HashMap<String, String>);

impl Settings {
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::file(path, &e))?;
        let pair =
            |line: &str| line.split_once(':').map(|(key, value)| (key.trim().to_string(), value.trim().to_string()));
        Ok(Settings(text.lines().filter_map(pair).collect()))
    }

    pub fn number(&self, key: &str) -> Result<f64, Error> {
        let text = self.0.get(key).map_or("", String::as_str);
        number(text)
            .ok_or_else(|| Problem::error(["settings", key], format!("found {text:?}, expected a number")).into())
    }

    /// Names with commas between.
    pub fn names(&self, key: &str) -> Vec<String> {
        let text = self.0.get(key).map_or("", String::as_str);
        text.split(',').map(|name| name.trim().to_string()).filter(|name| !name.is_empty()).collect()
    }
}

/// Numbers under names; the first column is the time.
pub(super) struct Table {
    pub names: Vec<String>,
    pub rows: Vec<Vec<f64>>,
}

impl Table {
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::file(path, &e))?;
        let mut lines = text.lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
        let names =
            lines.next().unwrap_or_default().into_iter().map(|name| name.trim_matches('"').to_string()).collect();
        let mut rows = Vec::new();
        for (i, cells) in lines.enumerate().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())) {
            let row: Option<Vec<f64>> = cells.into_iter().map(number).collect();
            let wrong = || Problem { line: Some(i + 2), ..Problem::error(["results"], "a cell is no number") };
            rows.push(row.ok_or_else(|| Error::from(wrong()))?);
        }
        Ok(Table { names, rows })
    }
}

/// A number as the suite writes it: also `INF`, `-INF` and `NaN`.
fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}
