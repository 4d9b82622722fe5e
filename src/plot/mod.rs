//! Pictures of time courses, as SVG and as PNG.
//!
//! A [`Figure`] takes one horizontal axis and any number of curves with their
//! units. Curves that can share a vertical axis share a panel; curves of another
//! unit, or of the same unit but so much smaller that they would lie flat on the
//! bottom line, get a panel of their own. The panels are stacked above one common
//! horizontal axis, so that events line up.
//!
//! ```
//! use homeostat::plot::Figure;
//!
//! let hours: Vec<f64> = (0..=48).map(f64::from).collect();
//! let level = hours.iter().map(|h| 80.0 + 5.0 * (h / 4.0).sin()).collect();
//! let figure = Figure::new("Two days", "time", "h", hours)
//!     .curve("dopamine", "nM", level)?
//!     .band("meal", vec![(7.0, 8.0), (12.0, 13.0)]);
//! let svg = figure.to_svg()?;
//! assert!(svg.contains("dopamine") && svg.contains("nM") && svg.contains("time (h)"));
//! # Ok::<(), homeostat::plot::PlotError>(())
//! ```
//!
//! The text of a PNG is set in an embedded subset of DejaVu Sans, so a picture
//! comes out the same on a machine without fonts; characters outside the subset
//! appear there as an empty box. An SVG names the font and leaves its choice to
//! the viewer.

mod axes;
mod error;
mod legend;
mod page;
mod powers;
mod raster;
mod style;
mod surface;
mod text;
mod trace;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use error::PlotError;

/// One curve of a figure.
#[derive(Debug, Clone)]
struct Curve {
    name: String,
    unit: String,
    y: Vec<f64>,
}

/// Shaded spans of the horizontal axis under one name.
#[derive(Debug, Clone)]
struct Band {
    name: String,
    intervals: Vec<(f64, f64)>,
}

/// A picture of curves over one common horizontal axis.
///
/// Built step by step, then rendered with [`to_svg`](Figure::to_svg),
/// [`to_png`](Figure::to_png) or [`save`](Figure::save).
///
/// ```
/// use homeostat::plot::Figure;
///
/// let figure = Figure::new("Decay", "time", "min", vec![0.0, 1.0, 2.0])
///     .curve("signal", "pmol/min", vec![4.0, 2.0, 1.0])?
///     .size(800, 500);
/// let png = figure.to_png()?;
/// assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
/// # Ok::<(), homeostat::plot::PlotError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Figure {
    title: String,
    x_name: String,
    x_unit: String,
    x: Vec<f64>,
    curves: Vec<Curve>,
    bands: Vec<Band>,
    size: Option<(u32, u32)>,
    in_powers: bool,
}

impl Figure {
    /// Starts a figure: its title, the name and unit of the horizontal axis (an
    /// empty unit means none), and the positions along it.
    ///
    /// Positions are joined in the order given; a position that is not finite is a
    /// gap in every curve.
    ///
    /// ```
    /// use homeostat::plot::{Figure, PlotError};
    ///
    /// let empty = Figure::new("Nothing yet", "time", "h", vec![0.0, 1.0]);
    /// assert!(matches!(empty.to_svg(), Err(PlotError::NoCurves)));
    /// ```
    #[must_use]
    pub fn new(title: impl Into<String>, x_name: impl Into<String>, x_unit: impl Into<String>, x: Vec<f64>) -> Self {
        Self {
            title: title.into(),
            x_name: x_name.into(),
            x_unit: x_unit.into(),
            x,
            curves: Vec::new(),
            bands: Vec::new(),
            size: None,
            in_powers: false,
        }
    }

    /// Adds a curve: its name (shown in the legend), its unit (shown on the
    /// vertical axis) and one value for each position.
    ///
    /// Values that are not finite are gaps. A value with a gap on both sides is
    /// drawn as a dot.
    ///
    /// ```
    /// use homeostat::plot::Figure;
    ///
    /// let figure = Figure::new("Gap", "time", "h", vec![0.0, 1.0, 2.0, 3.0]);
    /// let figure = figure.curve("signal", "nM", vec![1.0, f64::NAN, 2.0, 3.0])?;
    /// assert!(figure.clone().curve("short", "nM", vec![1.0]).is_err());
    /// # Ok::<(), homeostat::plot::PlotError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlotError::Length`] when there are more or fewer values than positions.
    pub fn curve(mut self, name: impl Into<String>, unit: impl Into<String>, y: Vec<f64>) -> Result<Self, PlotError> {
        let name = name.into();
        if y.len() != self.x.len() {
            return Err(PlotError::Length { curve: name, expected: self.x.len(), found: y.len() });
        }
        self.curves.push(Curve { name, unit: unit.into(), y });
        Ok(self)
    }

    /// Adds shaded vertical bands (meals, sleep, doses), drawn behind the curves of
    /// every panel and named once in the legend.
    ///
    /// Bands do not widen the horizontal axis: the part of a band that lies beyond
    /// the curves' positions is not drawn. The intervals are checked when the
    /// figure is rendered; one whose ends are not finite or that ends before it
    /// begins gives [`PlotError::Band`].
    ///
    /// ```
    /// use homeostat::plot::{Figure, PlotError};
    ///
    /// let figure = Figure::new("Meals", "time", "h", vec![0.0, 24.0])
    ///     .curve("glucose", "mM", vec![5.0, 5.5])?;
    /// assert!(figure.clone().band("meal", vec![(7.0, 7.5)]).to_svg()?.contains("meal"));
    /// let backwards = figure.band("meal", vec![(8.0, 7.0)]);
    /// assert!(matches!(backwards.to_svg(), Err(PlotError::Band { .. })));
    /// # Ok::<(), PlotError>(())
    /// ```
    #[must_use]
    pub fn band(mut self, name: impl Into<String>, intervals: Vec<(f64, f64)>) -> Self {
        self.bands.push(Band { name: name.into(), intervals });
        self
    }

    /// Sets the size of the picture in pixels.
    ///
    /// Without it a picture is 1000 pixels wide and as high as its panels and
    /// legends need. Text and lines grow in proportion to the width; below 600
    /// pixels text stays at 12 pixels or more.
    ///
    /// ```
    /// use homeostat::plot::{Figure, PlotError};
    ///
    /// let figure = Figure::new("Wide", "time", "h", vec![0.0, 1.0])
    ///     .curve("signal", "nM", vec![1.0, 2.0])?;
    /// assert!(figure.clone().size(1600, 700).to_svg()?.contains("width=\"1600\""));
    /// let tiny = figure.size(40, 40).to_svg();
    /// assert!(matches!(tiny, Err(PlotError::TooSmall { .. })));
    /// # Ok::<(), PlotError>(())
    /// ```
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((width, height));
        self
    }

    /// Renders the figure as the text of an SVG file.
    ///
    /// Text stays text, so it can be searched and selected.
    ///
    /// ```
    /// use homeostat::plot::Figure;
    ///
    /// let svg = Figure::new("a < b", "time", "h", vec![0.0, 1.0])
    ///     .curve("x & y", "nM", vec![1.0, 2.0])?
    ///     .to_svg()?;
    /// assert!(svg.starts_with("<svg") && svg.contains("x &amp; y"));
    /// # Ok::<(), homeostat::plot::PlotError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no curve or no finite position, when a band is not an
    /// interval, or when the size cannot hold the figure or is too large to draw;
    /// see [`PlotError`].
    pub fn to_svg(&self) -> Result<String, PlotError> {
        let figure = self.drawn();
        let page = page::Page::lay_out(&figure)?;
        let mut surface = surface::SvgSurface::new(page.width, page.height, &self.title);
        page.draw(&mut surface)?;
        Ok(surface.finish())
    }

    /// Renders the figure as the bytes of a PNG file.
    ///
    /// ```
    /// use homeostat::plot::Figure;
    ///
    /// let png = Figure::new("One", "time", "h", vec![0.0, 1.0])
    ///     .curve("signal", "nM", vec![1.0, 2.0])?
    ///     .to_png()?;
    /// assert!(png.len() > 1000);
    /// # Ok::<(), homeostat::plot::PlotError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`to_svg`](Figure::to_svg).
    pub fn to_png(&self) -> Result<Vec<u8>, PlotError> {
        let figure = self.drawn();
        let page = page::Page::lay_out(&figure)?;
        let mut pixels = raster::white_pixels(page.width, page.height);
        let mut surface = raster::PngSurface::new(&mut pixels, page.width, page.height)?;
        page.draw(&mut surface)?;
        drop(surface);
        raster::encode_png(&pixels, page.width, page.height)
    }

    /// Renders the figure into a file, as SVG or PNG by the ending of its name
    /// (`.svg` or `.png`, in either case).
    ///
    /// ```
    /// use homeostat::plot::{Figure, PlotError};
    /// use std::path::Path;
    ///
    /// let figure = Figure::new("One", "time", "h", vec![0.0, 1.0])
    ///     .curve("signal", "nM", vec![1.0, 2.0])?;
    /// let path = std::env::temp_dir().join("homeostat-plot-example.svg");
    /// figure.save(&path)?;
    /// let other = figure.save(Path::new("picture.gif"));
    /// assert!(matches!(other, Err(PlotError::Ending { .. })));
    /// # std::fs::remove_file(&path).ok();
    /// # Ok::<(), PlotError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlotError::Ending`] for another ending, [`PlotError::Write`] when the file
    /// cannot be written, and the errors of [`to_svg`](Figure::to_svg).
    pub fn save(&self, path: &Path) -> Result<(), PlotError> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        let bytes = match ending.as_deref() {
            Some("svg") => self.to_svg()?.into_bytes(),
            Some("png") => self.to_png()?,
            _ => {
                return Err(PlotError::Ending { path: path.to_path_buf() });
            }
        };
        std::fs::write(path, bytes).map_err(|source| PlotError::Write { path: path.to_path_buf(), source })
    }
}
