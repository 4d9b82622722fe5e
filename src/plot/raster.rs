//! The PNG form of a page.
//!
//! The bitmap backend of `plotters` fills shapes without smoothing and sets glyphs
//! without their side bearings, which shows at the size of labels. Strokes and text
//! are therefore turned into coverage here and handed to it pixel by pixel.

use ab_glyph::{Font, Glyph, ScaleFont, point};
use plotters::backend::{BitMapBackend, DrawingBackend, RGBPixel};
use plotters::style::{Color, RGBAColor};

use super::PlotError;
use super::error::failed;
use super::surface::{Anchor, Point, Rgb, Surface, Text, shape};
use super::text::Typeface;

/// The pixels of a white picture, three bytes each.
pub(super) fn white_pixels(width: u32, height: u32) -> Vec<u8> {
    vec![255; width as usize * height as usize * 3]
}

/// Packs pixels into the bytes of a PNG file.
pub(super) fn encode_png(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, PlotError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|e| failed("PNG header", e))?;
    writer.write_image_data(pixels).map_err(|e| failed("PNG data", e))?;
    writer.finish().map_err(|e| failed("PNG end", e))?;
    Ok(bytes)
}

/// Draws into a buffer of pixels.
pub(super) struct PngSurface<'a> {
    backend: BitMapBackend<'a, RGBPixel>,
    typeface: Typeface,
    size: (u32, u32),
}

impl<'a> PngSurface<'a> {
    pub(super) fn new(pixels: &'a mut [u8], width: u32, height: u32) -> Result<Self, PlotError> {
        Ok(Self {
            backend: BitMapBackend::with_buffer_and_format(pixels, (width, height))
                .map_err(|e| failed("pixel buffer", e))?,
            typeface: Typeface::new()?,
            size: (width, height),
        })
    }

    fn pixel(&mut self, x: i32, y: i32, color: Rgb, alpha: f64) -> Result<(), PlotError> {
        let color = RGBAColor(color.0, color.1, color.2, alpha);
        self.backend.draw_pixel((x, y), color.to_backend_color()).map_err(|e| failed("pixel", e))
    }
}

impl Surface for PngSurface<'_> {
    fn rect(&mut self, from: Point, to: Point, color: Rgb, alpha: f64) -> Result<(), PlotError> {
        let corner = |(x, y): Point| (x.round() as i32, y.round() as i32);
        let ((x0, y0), (x1, y1)) = (corner(from), corner(to));
        // A rectangle thinner than half a pixel would vanish.
        let to = (x1.max(x0 + 1), y1.max(y0 + 1));
        self.backend.draw_rect((x0, y0), to, &shape(color, alpha, 0.0), true).map_err(|e| failed("rectangle", e))
    }

    fn stroke(&mut self, points: &[Point], width: f64, color: Rgb) -> Result<(), PlotError> {
        let mask = Mask::of_line(points, width, self.size);
        for (i, &covered) in mask.coverage.iter().enumerate() {
            if covered > 0.0 {
                let (x, y) = (i % mask.columns, i / mask.columns);
                let (x, y) = (mask.left + x as i32, mask.top + y as i32);
                self.pixel(x, y, color, f64::from(covered))?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &Text<'_>) -> Result<(), PlotError> {
        let width = self.typeface.width(text.text, text.em);
        let start = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -0.5 * width,
            Anchor::End => -width,
        };
        let scale = self.typeface.scale(text.em);
        let font = self.typeface.0.clone();
        // The origin lies on whole pixels, so that baselines are sharp and an
        // upright text is the exact turn of a level one.
        let (x0, y0) = (text.at.0.round() as i32, text.at.1.round() as i32);
        let mut pen = start as f32;
        let mut dots = Vec::new();
        for c in text.text.chars() {
            let id = font.glyph_id(c);
            let glyph: Glyph = id.with_scale_and_position(scale, point(pen, 0.0));
            pen += font.as_scaled(scale).h_advance(id);
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
                outline.draw(|x, y, covered| {
                    dots.push((left + x as i32, top + y as i32, covered));
                });
            }
        }
        for (x, y, covered) in dots {
            let (x, y) = if text.upright { (x0 + y, y0 - 1 - x) } else { (x0 + x, y0 + y) };
            self.pixel(x, y, text.color, f64::from(covered.min(1.0)))?;
        }
        Ok(())
    }
}

/// How far each pixel of a part of the picture is covered by a line.
struct Mask {
    left: i32,
    top: i32,
    columns: usize,
    coverage: Vec<f32>,
}

impl Mask {
    /// The coverage of a line with round joints and ends. Each pixel takes the
    /// largest coverage by any segment, so crossings are not darker than the line.
    fn of_line(points: &[Point], width: f64, size: (u32, u32)) -> Self {
        let reach = 0.5 * width + 1.0;
        let bound = |v: f64, most: u32| v.clamp(0.0, f64::from(most)) as i32;
        let (mut x0, mut y0) = (f64::INFINITY, f64::INFINITY);
        let (mut x1, mut y1) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for &(x, y) in points {
            (x0, x1) = (x0.min(x), x1.max(x));
            (y0, y1) = (y0.min(y), y1.max(y));
        }
        let (left, right) = (bound(x0 - reach, size.0), bound(x1 + reach + 1.0, size.0));
        let (top, bottom) = (bound(y0 - reach, size.1), bound(y1 + reach + 1.0, size.1));
        let columns = (right - left).max(0) as usize;
        let rows = (bottom - top).max(0) as usize;
        let mut mask = Self { left, top, columns, coverage: vec![0.0; columns * rows] };
        if let [only] = points {
            mask.add(*only, *only, width);
        }
        for pair in points.windows(2) {
            mask.add(pair[0], pair[1], width);
        }
        mask
    }

    fn add(&mut self, a: Point, b: Point, width: f64) {
        let reach = 0.5 * width + 0.5;
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length2 = dx * dx + dy * dy;
        let columns = self.columns;
        let rows = self.coverage.len().checked_div(columns).unwrap_or(0);
        let first = (a.1.min(b.1) - reach - f64::from(self.top)).max(0.0) as usize;
        let last = (a.1.max(b.1) + reach - f64::from(self.top)).max(0.0) as usize;
        for row in first..rows.min(last + 1) {
            let y = f64::from(self.top) + row as f64 + 0.5;
            // Only the part of the segment near this row can cover its pixels.
            let part = |v: f64| {
                if dy.abs() < 1e-9 { 0.0 } else { ((v - a.1) / dy).clamp(0.0, 1.0) }
            };
            let (s, t) = if dy.abs() < 1e-9 { (0.0, 1.0) } else { (part(y - reach), part(y + reach)) };
            let (xs, xt) = (a.0 + s * dx, a.0 + t * dx);
            let from = (xs.min(xt) - reach - f64::from(self.left)).max(0.0) as usize;
            let to = (xs.max(xt) + reach - f64::from(self.left)).max(0.0) as usize;
            for column in from..columns.min(to + 1) {
                let x = f64::from(self.left) + column as f64 + 0.5;
                let along =
                    if length2 > 0.0 { (((x - a.0) * dx + (y - a.1) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
                let distance = (x - a.0 - along * dx).hypot(y - a.1 - along * dy);
                let covered = (reach - distance).clamp(0.0, 1.0) as f32;
                let place = &mut self.coverage[row * columns + column];
                *place = place.max(covered);
            }
        }
    }
}
