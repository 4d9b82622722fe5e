//! Rows as JSON.

use super::Trajectory;
use std::io::{self, Write};

impl Trajectory {
    /// Writes the summaries as a list of `{"name", "unit", "mean", "min", "min_at", "max", "max_at"}`, of a band with
    /// `"low"`, `"high"`, `"time_inside"` and its `"share"` of all; numbers that JSON does not have are texts as in
    /// [`Trajectory::write_json`].
    ///
    /// # Errors
    /// Of the writer.
    pub fn write_summary_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let summary = |s: &super::Summary| {
            let mut entry = serde_json::json!({
                "name": s.selection.text, "unit": s.selection.unit, "mean": number(s.mean),
                "min": number(s.min.0), "min_at": number(s.min.1),
                "max": number(s.max.0), "max_at": number(s.max.1),
            });
            if let Some((low, high, time)) = s.band {
                entry["low"] = number(low);
                entry["high"] = number(high);
                entry["time_inside"] = number(time);
                entry["share"] = number(time / s.time);
            }
            entry
        };
        let list: Vec<_> = self.summaries.iter().map(summary).collect();
        serde_json::to_writer_pretty(&mut *out, &list)?;
        writeln!(out)
    }

    /// Writes `{"model", "time_unit", "columns": [{"name", "unit"}], "time": [...], "rows": [[...]]}`; numbers
    /// that JSON does not have are the texts `"NaN"`, `"inf"`, `"-inf"`.
    ///
    /// ```
    /// use homeostat::simulation::{Run, Simulation};
    /// let model = homeostat::library::load("best-2009-dopamine")?;
    /// let simulation = Simulation::new(&model.network())?;
    /// let run = Run { steps: 1, selection: simulation.select("fire")?, ..Run::until(2.0) };
    /// let mut text = Vec::new();
    /// simulation.run(&run).unwrap().write_json("dopamine", &mut text).unwrap();
    /// let read: serde_json::Value = serde_json::from_slice(&text).unwrap();
    /// assert_eq!(read["columns"][0]["unit"], "1/h");
    /// assert_eq!(read["rows"][1][0], 1.0);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of the writer.
    pub fn write_json(&self, model: &str, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"model\": {}, \"time_unit\": {}", text(model), text(&self.time_unit))?;
        let columns = self.columns.iter();
        let columns = columns.map(|c| format!("{{\"name\": {}, \"unit\": {}}}", text(&c.text), text(&c.unit)));
        write!(out, ",\n\"columns\": [{}]", columns.collect::<Vec<_>>().join(", "))?;
        write!(out, ",\n\"time\": ")?;
        numbers(&self.t, out)?;
        write!(out, ",\n\"rows\": [")?;
        for (i, row) in self.rows.iter().enumerate() {
            write!(out, "{}", if i > 0 { ",\n" } else { "\n" })?;
            numbers(row, out)?;
        }
        writeln!(out, "]}}")
    }
}

fn text(text: &str) -> serde_json::Value {
    text.into()
}

/// A number, or its text where JSON has none.
fn number(x: f64) -> serde_json::Value {
    serde_json::Number::from_f64(x).map_or_else(|| text(&super::number_text(x)), serde_json::Value::Number)
}

fn numbers(list: &[f64], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "[")?;
    for (i, x) in list.iter().enumerate() {
        let comma = if i > 0 { ", " } else { "" };
        write!(out, "{comma}{}", number(*x))?;
    }
    write!(out, "]")
}
