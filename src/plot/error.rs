//! What can go wrong when a figure is built or rendered.

use std::fmt;
use std::path::PathBuf;

/// Why a figure could not be built, rendered or written.
///
/// ```
/// use homeostat::plot::Figure;
///
/// let error = Figure::new("Title", "time", "h", vec![0.0, 1.0])
///     .curve("dopamine", "nM", vec![1.0])
///     .unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "curve \"dopamine\" has 1 value for 2 positions on the horizontal axis: \
///      give one value (NaN for a gap) for each position"
/// );
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum PlotError {
    /// A curve has more or fewer values than there are positions.
    Length {
        /// The curve's name.
        curve: String,
        /// The number of positions on the horizontal axis.
        expected: usize,
        /// The number of values given.
        found: usize,
    },
    /// The figure has no curve.
    NoCurves,
    /// The horizontal axis has no finite position.
    NoPositions {
        /// The name of the horizontal axis.
        axis: String,
        /// How many positions were given, all of them not finite.
        given: usize,
    },
    /// A band holds something that is not an interval.
    Band {
        /// The band's name.
        band: String,
        /// Where the interval was said to begin.
        from: f64,
        /// Where the interval was said to end.
        to: f64,
    },
    /// The size asked for cannot hold the panels, labels and legends.
    TooSmall {
        /// The width and height asked for.
        asked: (u32, u32),
        /// The least width and height that would do.
        needed: (u32, u32),
    },
    /// The picture would be larger than this module draws.
    TooLarge {
        /// The width and height of the picture.
        size: (u32, u32),
        /// The largest width or height.
        side: u32,
        /// The largest number of pixels.
        pixels: u64,
    },
    /// The file name ends in neither `.svg` nor `.png`.
    Ending {
        /// The path given.
        path: PathBuf,
    },
    /// The file could not be written.
    Write {
        /// The path given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The drawing itself failed: the embedded font, a drawing step or the PNG
    /// encoder.
    Drawing {
        /// Which step, and what it said.
        message: String,
    },
}

impl fmt::Display for PlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { curve, expected, found } => write!(
                f,
                "curve \"{curve}\" has {found} value{} for {expected} position{} on the \
                 horizontal axis: give one value (NaN for a gap) for each position",
                if *found == 1 { "" } else { "s" },
                if *expected == 1 { "" } else { "s" },
            ),
            Self::NoCurves => write!(f, "the figure has no curve: add at least one before rendering it"),
            Self::NoPositions { axis, given: 0 } => {
                write!(f, "the horizontal axis \"{axis}\" has no positions: give at least one")
            }
            Self::NoPositions { axis, given } => write!(
                f,
                "none of the {given} positions of the horizontal axis \"{axis}\" is finite: \
                 give at least one finite position"
            ),
            Self::Band { band, from, to } => write!(
                f,
                "band \"{band}\" has the interval from {from} to {to}: give finite ends, \
                 the earlier one first"
            ),
            Self::TooSmall { asked, needed } => write!(
                f,
                "a picture of {}x{} pixels cannot hold this figure: ask for at least {}x{}, \
                 leave the size out, or draw fewer curves",
                asked.0, asked.1, needed.0, needed.1
            ),
            Self::TooLarge { size, side, pixels } => write!(
                f,
                "the picture would be {}x{} pixels, and this module draws at most {side} on a \
                 side and {pixels} in all: ask for a smaller size or draw fewer curves",
                size.0, size.1
            ),
            Self::Ending { path } => write!(
                f,
                "the file name \"{}\" ends in neither .svg nor .png: give it one of these \
                 endings",
                path.display()
            ),
            Self::Write { path, source } => write!(
                f,
                "the picture could not be written to \"{}\" ({source}): check the folder and \
                 its permissions",
                path.display()
            ),
            Self::Drawing { message } => write!(
                f,
                "the picture could not be drawn ({message}): this is a fault of the plot \
                 module, please report it with the data"
            ),
        }
    }
}

impl std::error::Error for PlotError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A drawing step that failed.
pub(super) fn failed(step: &str, cause: impl std::fmt::Display) -> PlotError {
    PlotError::Drawing { message: format!("{step}: {cause}") }
}
