//! The list of names to the right of a panel.

use super::axes::{self, Group};
use super::style::{BODY, INK, LEADING};
use super::surface::{Anchor, Point, Rgb, Surface, Text};
use super::text::{Typeface, one_line};
use super::trace::{self, Style};
use super::{Figure, PlotError};

/// Sizes in pixels for a picture 1000 pixels wide.
const SAMPLE: f64 = 36.0;
const SAMPLE_GAP: f64 = 10.0;
const COLUMN_GAP: f64 = 20.0;
const ENTRY_GAP: f64 = 3.0;

/// What stands before a name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Line(Style),
    Shade(Rgb, f64),
}

/// A name with its mark.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) mark: Mark,
}

/// The shade of a band and how strongly it covers.
pub(super) fn shade(band: usize) -> (Rgb, f64) {
    const SHADES: [Rgb; 4] = [(0x60, 0x60, 0x60), (0xE6, 0x9F, 0x00), (0x56, 0xB4, 0xE9), (0x00, 0x9E, 0x73)];
    (SHADES[band % SHADES.len()], 0.17)
}

/// The legend entries of a panel: its curves, and on the first panel the bands.
pub(super) fn entries(figure: &Figure, group: &Group, styles: &[Style], first: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = group
        .curves
        .iter()
        .map(|&i| {
            let curve = &figure.curves[i];
            let mut name = one_line(&curve.name);
            if group.has_values() && axes::finite_range(&curve.y).is_none() {
                name.push_str(" (no finite values)");
            }
            Entry { name, mark: Mark::Line(styles[i]) }
        })
        .collect();
    if first {
        entries.extend(figure.bands.iter().enumerate().map(|(i, band)| {
            let (color, alpha) = shade(i);
            Entry { name: one_line(&band.name), mark: Mark::Shade(color, alpha) }
        }));
    }
    entries
}

/// An entry with its place, from the upper left corner of the legend.
struct Placed {
    lines: Vec<String>,
    mark: Mark,
    at: Point,
}

/// A legend with every entry placed.
pub(super) struct Legend {
    pub(super) width: f64,
    pub(super) height: f64,
    placed: Vec<Placed>,
}

impl Legend {
    /// Sets the entries in as few columns as keep it no higher than `high`, or in
    /// as many as `room` allows.
    pub(super) fn lay_out(type_: &Typeface, entries: &[Entry], zoom: f64, room: f64, high: f64) -> Self {
        let em = BODY * zoom;
        let before = (SAMPLE + SAMPLE_GAP) * zoom;
        let texts: Vec<Vec<String>> = entries.iter().map(|e| type_.wrap(&e.name, em, room - before)).collect();
        let widest = texts.iter().flatten().map(|line| type_.width(line, em)).fold(0.0, f64::max);
        let column = before + widest.ceil();
        let fitting = ((room + COLUMN_GAP * zoom) / (column + COLUMN_GAP * zoom)).floor();
        let most = (fitting as usize).clamp(1, entries.len().max(1));
        let height_of = |lines: &[String]| (lines.len() as f64 * LEADING * BODY + ENTRY_GAP) * zoom;

        let mut legend = Self { width: 0.0, height: 0.0, placed: Vec::new() };
        for columns in 1..=most {
            let rows = entries.len().div_ceil(columns);
            legend = Self { width: 0.0, height: 0.0, placed: Vec::with_capacity(entries.len()) };
            let mut at = (0.0, 0.0);
            for (i, (entry, lines)) in entries.iter().zip(&texts).enumerate() {
                if i > 0 && i % rows == 0 {
                    at = (at.0 + column + COLUMN_GAP * zoom, 0.0);
                }
                legend.placed.push(Placed { lines: lines.clone(), mark: entry.mark, at });
                at.1 += height_of(lines);
                legend.height = legend.height.max(at.1);
                legend.width = at.0 + column;
            }
            if legend.height <= high {
                break;
            }
        }
        legend
    }

    /// Draws the legend with its upper left corner at `corner`.
    pub(super) fn draw(&self, surface: &mut impl Surface, corner: Point, zoom: f64) -> Result<(), PlotError> {
        let em = BODY * zoom;
        for entry in &self.placed {
            let (x, y) = (corner.0 + entry.at.0, corner.1 + entry.at.1);
            // The first baseline; the mark stands at half the height of a letter.
            let baseline = y + 0.95 * em;
            let middle = baseline - 0.33 * em;
            let end = x + SAMPLE * zoom;
            match entry.mark {
                Mark::Line(style) => {
                    let inset = 0.5 * style.width(zoom);
                    let line = [(x + inset, middle), (end - inset, middle)];
                    trace::draw(surface, &line, style, zoom)?;
                }
                Mark::Shade(color, alpha) => {
                    let half = 0.42 * em;
                    surface.rect((x, middle - half), (end, middle + half), color, alpha)?;
                }
            }
            for (i, text) in entry.lines.iter().enumerate() {
                let down = i as f64 * LEADING * em;
                surface.text(&Text {
                    text,
                    at: (end + SAMPLE_GAP * zoom, baseline + down),
                    em,
                    anchor: Anchor::Start,
                    upright: false,
                    color: INK,
                })?;
            }
        }
        Ok(())
    }
}
