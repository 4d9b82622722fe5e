//! Axes in powers of ten.

use super::Figure;
use std::borrow::Cow;

impl Figure {
    /// Draws both axes in powers of ten. Positions and values that are not positive are gaps; curves of one unit share a
    /// panel, however much they differ.
    ///
    /// ```
    /// use homeostat::plot::Figure;
    ///
    /// let figure = Figure::new("Work and precision", "error", "", vec![1e-8, 1e-6, 1e-4])
    ///     .curve("method", "us", vec![3e4, 2e3, 1e2])?
    ///     .powers_of_ten();
    /// assert!(figure.to_svg()?.contains("1e-6"));
    /// # Ok::<(), homeostat::plot::PlotError>(())
    /// ```
    #[must_use]
    pub fn powers_of_ten(self) -> Self {
        Self { in_powers: true, ..self }
    }

    /// What is drawn: where axes are in powers of ten, exponents stand in the place of numbers.
    pub(super) fn drawn(&self) -> Cow<'_, Figure> {
        if !self.in_powers {
            return Cow::Borrowed(self);
        }
        let mut figure = self.clone();
        let values = figure.curves.iter_mut().flat_map(|curve| &mut curve.y).chain(&mut figure.x);
        for value in values {
            *value = if *value > 0.0 { value.log10() } else { f64::NAN };
        }
        // a band may begin at 0
        let ends = figure.bands.iter_mut().flat_map(|band| &mut band.intervals).flat_map(|(from, to)| [from, to]);
        for end in ends {
            *end = end.max(f64::MIN_POSITIVE).log10();
        }
        Cow::Owned(figure)
    }
}
