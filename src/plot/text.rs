//! The embedded font: how wide texts are and where they break.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont};

use super::PlotError;
use super::error::failed;

const FONT: &[u8] = include_bytes!("DejaVuSans-subset.ttf");

/// The embedded font, for measuring and for drawing.
pub(super) struct Typeface(pub(super) FontRef<'static>);

impl Typeface {
    pub(super) fn new() -> Result<Self, PlotError> {
        FontRef::try_from_slice(FONT).map(Self).map_err(|e| failed("embedded font", e))
    }

    /// The library's scale for a font size.
    pub(super) fn scale(&self, em: f64) -> PxScale {
        // The library measures a font by ascent plus descent, pictures by the em.
        let units = self.0.units_per_em().unwrap_or(2048.0);
        PxScale::from(em as f32 * self.0.height_unscaled() / units)
    }

    /// The width of a line of text in pixels.
    pub(super) fn width(&self, text: &str, em: f64) -> f64 {
        let font = self.0.as_scaled(self.scale(em));
        text.chars().map(|c| f64::from(font.h_advance(font.glyph_id(c)))).sum()
    }

    /// Breaks a text into lines no wider than `width`, after spaces and joints
    /// where there are any, within words where there are none.
    pub(super) fn wrap(&self, text: &str, em: f64, width: f64) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut line_width = 0.0;
        for c in text.chars() {
            let advance = self.width(c.encode_utf8(&mut [0; 4]), em);
            if line_width + advance > width && !line.is_empty() && c != ' ' {
                let joint = |c: char| c == ' ' || "_-/,;:)]".contains(c);
                let cut = line.rfind(joint).map_or(line.len(), |i| i + 1);
                let rest = line.split_off(cut);
                lines.push(line.trim_end().to_string());
                line_width = self.width(&rest, em);
                line = rest;
            }
            line.push(c);
            line_width += advance;
        }
        lines.push(line.trim_end().to_string());
        lines
    }
}

/// Makes a text one line that an XML file may hold: other white space becomes a
/// space, control characters become the replacement character.
pub(super) fn one_line(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            c if c.is_whitespace() => ' ',
            c if c.is_control() || c == '\u{FFFE}' || c == '\u{FFFF}' => '\u{FFFD}',
            c => c,
        })
        .collect()
}
