//! Numbers and rows as text.

use super::{Selection, Trajectory};
use std::io::{self, Write};

/// A number with 17 significant digits, trailing zeros left out: what is read back is the same number.
///
/// ```
/// use homeostat::simulation::number_text;
/// assert_eq!(number_text(0.1), "0.10000000000000001");
/// assert_eq!(number_text(24.0), "24");
/// assert_eq!(number_text(-(0.5_f64.powi(14))), "-0.00006103515625");
/// assert_eq!(number_text(1e-31).parse::<f64>(), Ok(1e-31));
/// assert_eq!(number_text(f64::NEG_INFINITY), "-inf");
/// ```
pub fn number_text(x: f64) -> String {
    if x.is_nan() {
        return "NaN".to_string();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf".to_string() } else { "-inf".to_string() };
    }
    let scientific = format!("{x:.16e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let strip = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    if (-5..17).contains(&exponent) {
        strip(&format!("{x:.*}", (16 - exponent).max(0) as usize))
    } else {
        format!("{}e{exponent}", strip(digits))
    }
}

/// A field of a CSV file: quoted where it holds a comma, a quote or a line end.
pub fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

/// The first line of a CSV file: `time`, then the columns as they were selected.
///
/// # Errors
/// Of the writer.
pub fn write_csv_header(columns: &[Selection], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "time")?;
    for column in columns {
        write!(out, ",{}", csv_field(&column.text))?;
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
        write_csv_header(&self.columns, out)?;
        self.t.iter().zip(&self.rows).try_for_each(|(t, row)| write_csv_row(*t, row, out))
    }
}
