//! Numbers and rows as text.

use super::{Selection, Trajectory};
use std::io::{self, Write};

/// The shortest text that reads back as the same number, in scientific notation where that is far from 1.
///
/// ```
/// use homeostat::simulation::number_text;
/// assert_eq!(number_text(0.1), "0.1");
/// assert_eq!(number_text(0.1 + 0.2), "0.30000000000000004");
/// assert_eq!(number_text(24.0), "24");
/// assert_eq!(number_text(-(0.5_f64.powi(14))), "-0.00006103515625");
/// assert_eq!(number_text(1e-31), "1e-31");
/// assert_eq!(number_text(f64::NEG_INFINITY), "-inf");
/// ```
pub fn number_text(x: f64) -> String {
    let is_plain = x == 0.0 || !x.is_finite() || (1e-5..1e17).contains(&x.abs());
    if is_plain { x.to_string() } else { format!("{x:e}") }
}

/// A field of a CSV file: quoted where it holds a comma, a quote or a line end.
pub fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

/// The first line of a CSV file: `time`, then the columns as they were selected. With the unit of time each name is followed by
/// its unit, as on the axes of a picture: `time (h),[eda] (uM)`; what has no unit stands by itself.
///
/// ```
/// use homeostat::simulation::{Simulation, write_csv_header};
/// let model = homeostat::library::load("best-2009-dopamine")?;
/// let columns = Simulation::new(&model.network())?.select("[eda],TH,TH.scale")?;
/// let header = |unit| {
///     let mut text = Vec::new();
///     write_csv_header(&columns, unit, &mut text).unwrap();
///     String::from_utf8(text).unwrap()
/// };
/// assert_eq!(header(None), "time,[eda],TH,TH.scale\n");
/// assert_eq!(header(Some("h")), "time (h),[eda] (uM),TH (umol/h),TH.scale\n");
/// # Ok::<(), homeostat::Error>(())
/// ```
///
/// # Errors
/// Of the writer.
pub fn write_csv_header(columns: &[Selection], time_unit: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let named = |name: &str, unit: &str| match time_unit {
        Some(_) if unit != "1" => csv_field(&format!("{name} ({unit})")),
        _ => csv_field(name),
    };
    write!(out, "{}", named("time", time_unit.unwrap_or_default()))?;
    for column in columns {
        write!(out, ",{}", named(&column.text, &column.unit))?;
    }
    writeln!(out)
}

/// A row of a CSV file.
///
/// # Errors
/// Of the writer.
pub fn write_csv_row(t: f64, values: &[f64], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}", number_text(t))?;
    for x in values {
        write!(out, ",{}", number_text(*x))?;
    }
    writeln!(out)
}

impl Trajectory {
    /// Writes the summaries as CSV: name, unit, mean, smallest value and its time, largest and its time, and of a band
    /// its ends, the time inside and its share of all.
    ///
    /// # Errors
    /// Of the writer.
    pub fn write_summary_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "name,unit,mean,min,min_at,max,max_at,low,high,time_inside,share")?;
        for s in &self.summaries {
            write!(out, "{},{}", csv_field(&s.selection.text), csv_field(&s.selection.unit))?;
            for x in [s.mean, s.min.0, s.min.1, s.max.0, s.max.1] {
                write!(out, ",{}", number_text(x))?;
            }
            match s.band {
                Some((low, high, time)) => {
                    let [low, high, share] = [low, high, time / s.time].map(number_text);
                    writeln!(out, ",{low},{high},{},{share}", number_text(time))?;
                }
                None => writeln!(out, ",,,,")?,
            }
        }
        Ok(())
    }

    /// Writes a header and the rows as CSV.
    ///
    /// # Errors
    /// Of the writer.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        write_csv_header(&self.columns, None, out)?;
        self.t.iter().zip(&self.rows).try_for_each(|(t, row)| write_csv_row(*t, row, out))
    }
}
