//! How curves look, and how their values become lines on the page.

use super::PlotError;
use super::axes::Group;
use super::surface::{Point, Rgb, Surface};

/// The colours of Okabe and Ito, told apart with every common form of colour
/// blindness; their yellow is left out because it is hard to see on white.
const COLORS: [Rgb; 7] = [
    (0x00, 0x72, 0xB2),
    (0xD5, 0x5E, 0x00),
    (0x00, 0x9E, 0x73),
    (0xCC, 0x79, 0xA7),
    (0xE6, 0x9F, 0x00),
    (0x56, 0xB4, 0xE9),
    (0x00, 0x00, 0x00),
];

/// Lengths drawn and left out in turn, in pixels at a width of 1000; they tell
/// curves apart once the colours are used up.
const DASHES: [&[f64]; 5] = [&[], &[9.0, 6.0], &[2.0, 5.0], &[12.0, 5.0, 2.0, 5.0], &[4.0, 4.0]];

/// The look of a curve: a number that names colour, dashes and width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style(usize);

impl Style {
    fn color(self) -> Rgb {
        COLORS[self.0 % COLORS.len()]
    }

    fn dashes(self) -> &'static [f64] {
        DASHES[self.0 / COLORS.len() % DASHES.len()]
    }

    /// The width of the line in pixels.
    pub(super) fn width(self, zoom: f64) -> f64 {
        let bold = self.0 / (COLORS.len() * DASHES.len()) % 2 == 1;
        (if bold { 4.5 } else { 2.5 } * zoom).max(2.0)
    }
}

/// Gives each curve its look. While the colours last, no colour comes twice in the
/// figure; after that they begin anew in each panel, so that lines stay solid for
/// as long as possible.
pub(super) fn styles(count: usize, groups: &[Group]) -> Vec<Style> {
    let mut styles: Vec<Style> = (0..count).map(Style).collect();
    if count > COLORS.len() {
        for group in groups {
            for (place, &curve) in group.curves.iter().enumerate() {
                styles[curve] = Style(place);
            }
        }
    }
    styles
}

/// Splits a curve at its gaps and brings each piece onto the page.
///
/// Of points that follow one another within half a pixel's width only the first,
/// the last and the two extremes are kept: the picture is the same, and a file with
/// a million values stays small.
pub(super) fn runs(x: &[f64], y: &[f64], place: impl Fn(f64, f64) -> Point) -> Vec<Vec<Point>> {
    let mut runs = Vec::new();
    let mut run = Vec::new();
    for (&x, &y) in x.iter().zip(y) {
        if x.is_finite() && y.is_finite() {
            run.push(place(x, y));
        } else if !run.is_empty() {
            runs.push(thinned(&run));
            run.clear();
        }
    }
    if !run.is_empty() {
        runs.push(thinned(&run));
    }
    runs
}

fn thinned(points: &[Point]) -> Vec<Point> {
    let slot = |p: &Point| (p.0 * 2.0).floor();
    let mut kept = Vec::new();
    for chunk in points.chunk_by(|a, b| slot(a) == slot(b)) {
        if chunk.len() <= 4 {
            kept.extend_from_slice(chunk);
            continue;
        }
        let (mut low, mut high) = (0, 0);
        for (i, p) in chunk.iter().enumerate() {
            if p.1 < chunk[low].1 {
                low = i;
            }
            if p.1 > chunk[high].1 {
                high = i;
            }
        }
        let mut picks = [0, low, high, chunk.len() - 1];
        picks.sort_unstable();
        let mut last = None;
        for i in picks {
            if last != Some(i) {
                kept.push(chunk[i]);
            }
            last = Some(i);
        }
    }
    kept
}

/// Draws a line in a style; a single point becomes a dot larger than the line.
pub(super) fn draw(surface: &mut impl Surface, points: &[Point], style: Style, zoom: f64) -> Result<(), PlotError> {
    let width = style.width(zoom);
    if points.len() == 1 {
        return surface.stroke(points, width + 5.0 * zoom, style.color());
    }
    if style.dashes().is_empty() {
        return surface.stroke(points, width, style.color());
    }
    for dash in dashed(points, style.dashes(), zoom) {
        surface.stroke(&dash, width, style.color())?;
    }
    Ok(())
}

/// Cuts a line into dashes along its length.
fn dashed(points: &[Point], pattern: &[f64], zoom: f64) -> Vec<Vec<Point>> {
    let mut dashes = Vec::new();
    let Some((&first, rest)) = points.split_first() else {
        return dashes;
    };
    let mut dash = vec![first];
    let mut from = first;
    let mut part = 0;
    let mut left = pattern[0] * zoom;
    for &to in rest {
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while length > left {
            let t = left / length;
            from = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            length -= left;
            if part % 2 == 0 {
                dash.push(from);
                dashes.push(std::mem::take(&mut dash));
            } else {
                dash.push(from);
            }
            part = (part + 1) % pattern.len();
            left = pattern[part] * zoom;
        }
        left -= length;
        from = to;
        if part % 2 == 0 {
            dash.push(to);
        }
    }
    if dash.len() > 1 {
        dashes.push(dash);
    }
    dashes
}
