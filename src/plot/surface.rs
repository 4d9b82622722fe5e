//! What a page is drawn on, and its SVG form.
//!
//! The SVG backend of `plotters` takes whole numbers only, so the drawing is made
//! ten times as large and shown at its size through the view box; else a slowly
//! rising curve would be a staircase.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, ShapeStyle};

use super::PlotError;
use super::error::failed;
use super::text::one_line;

/// Red, green and blue.
pub(super) type Rgb = (u8, u8, u8);
/// A place in pixels from the upper left corner.
pub(super) type Point = (f64, f64);

const FAMILY: &str = "DejaVu Sans, Verdana, Helvetica, sans-serif";
/// SVG units for one pixel.
const SVG_UNITS: f64 = 10.0;

/// Which end of a text its position names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text; `at` is on its baseline.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) at: Point,
    /// The font size: the height of the em square in pixels.
    pub(super) em: f64,
    pub(super) anchor: Anchor,
    /// Whether the text runs upwards.
    pub(super) upright: bool,
    pub(super) color: Rgb,
}

/// Something a page can be drawn on.
pub(super) trait Surface {
    /// Fills a rectangle given by two opposite corners.
    fn rect(&mut self, from: Point, to: Point, color: Rgb, alpha: f64) -> Result<(), PlotError>;
    /// Draws a line through the points; a single point gives a dot.
    fn stroke(&mut self, points: &[Point], width: f64, color: Rgb) -> Result<(), PlotError>;
    /// Writes a line of text.
    fn text(&mut self, text: &Text<'_>) -> Result<(), PlotError>;
}

pub(super) fn shape(color: Rgb, alpha: f64, width: f64) -> ShapeStyle {
    ShapeStyle { color: RGBAColor(color.0, color.1, color.2, alpha), filled: true, stroke_width: width.round() as u32 }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Collects the elements of an SVG file.
pub(super) struct SvgSurface {
    head: String,
    body: String,
    size: (u32, u32),
}

impl SvgSurface {
    pub(super) fn new(width: u32, height: u32, title: &str) -> Self {
        let units = SVG_UNITS as u32;
        let size = (width * units, height * units);
        let head = format!(
            "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
             xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" stroke-linejoin=\"round\" \
             stroke-linecap=\"round\">\n<title>{}</title>\n",
            size.0,
            size.1,
            escaped(&one_line(title))
        );
        Self { head, body: String::new(), size }
    }

    /// The whole file.
    pub(super) fn finish(self) -> String {
        format!("{}{}</svg>\n", self.head, self.body)
    }

    /// Lets the backend write one element and takes it out of the document the
    /// backend would make of it, because its root element says nothing about how
    /// lines are joined and shows units as pixels.
    fn element(
        &mut self,
        step: &str,
        draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), String>,
    ) -> Result<(), PlotError> {
        let mut document = String::new();
        {
            let mut backend = SVGBackend::with_string(&mut document, self.size);
            draw(&mut backend).map_err(|e| failed(step, e))?;
            backend.present().map_err(|e| failed(step, e))?;
        }
        let inner = document
            .split_once('\n')
            .and_then(|(_, rest)| rest.strip_suffix("</svg>\n"))
            .ok_or_else(|| failed(step, "unexpected SVG document"))?;
        self.body.push_str(inner);
        Ok(())
    }
}

fn svg_point((x, y): Point) -> (i32, i32) {
    ((x * SVG_UNITS).round() as i32, (y * SVG_UNITS).round() as i32)
}

impl Surface for SvgSurface {
    fn rect(&mut self, from: Point, to: Point, color: Rgb, alpha: f64) -> Result<(), PlotError> {
        let style = shape(color, alpha, 0.0);
        self.element("rectangle", |svg| {
            svg.draw_rect(svg_point(from), svg_point(to), &style, true).map_err(|e| e.to_string())
        })
    }

    fn stroke(&mut self, points: &[Point], width: f64, color: Rgb) -> Result<(), PlotError> {
        let style = shape(color, 1.0, width * SVG_UNITS);
        if let [only] = points {
            let radius = (0.5 * width * SVG_UNITS).round() as u32;
            return self.element("dot", |svg| {
                svg.draw_circle(svg_point(*only), radius, &style, true).map_err(|e| e.to_string())
            });
        }
        self.element("line", |svg| {
            svg.draw_path(points.iter().map(|&p| svg_point(p)), &style).map_err(|e| e.to_string())
        })
    }

    fn text(&mut self, text: &Text<'_>) -> Result<(), PlotError> {
        let em = (text.em * SVG_UNITS).round();
        // The backend divides the size by 1.24 and puts the top of a text 0.76 em
        // above its baseline.
        let size = [em * 1.24, (em * 1.24).next_up(), (em * 1.24).next_down()]
            .into_iter()
            .find(|s| s / 1.24 == em)
            .unwrap_or(em * 1.24);
        let (x, y) = svg_point(text.at);
        let rise = (0.76 * em).round() as i32;
        let (at, transform) =
            if text.upright { ((x - rise, y), FontTransform::Rotate270) } else { ((x, y - rise), FontTransform::None) };
        let anchor = match text.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let style = FontDesc::new(FontFamily::Name(FAMILY), size, FontStyle::Normal)
            .transform(transform)
            .color(&RGBAColor(text.color.0, text.color.1, text.color.2, 1.0))
            .pos(Pos::new(anchor, VPos::Top));
        self.element("text", |svg| svg.draw_text(text.text, &style, at).map_err(|e| e.to_string()))
    }
}
