//! Colours and sizes that page and legend share; sizes in pixels for a picture 1000 pixels wide.

use super::surface::Rgb;

/// The colour of texts.
pub(super) const INK: Rgb = (0x22, 0x22, 0x22);
/// The font size of names and labels.
pub(super) const BODY: f64 = 20.0;
/// Line height over font size.
pub(super) const LEADING: f64 = 1.25;
