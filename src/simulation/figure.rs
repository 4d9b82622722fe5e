//! Rows as a picture.

use super::Trajectory;
use crate::plot::{Figure, PlotError};

impl Trajectory {
    /// A picture of every column over the time, with their units.
    ///
    /// ```
    /// use homeostat::simulation::{Run, Simulation};
    /// let model = homeostat::library::load("best-2009-dopamine")?;
    /// let mut simulation = Simulation::new(&model.network())?;
    /// simulation.schedule_named("meals")?;
    /// let mut figure = simulation.run(&Run::until(24.0)).unwrap().figure("A day").unwrap();
    /// for (name, when) in simulation.scheduled_intervals(0.0, 24.0) {
    ///     figure = figure.band(format!("meals ({name})"), when);
    /// }
    /// assert!(figure.to_svg().unwrap().contains("meals (btyr)"));
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`PlotError::Length`] where a row was cut short.
    pub fn figure(&self, title: &str) -> Result<Figure, PlotError> {
        let figure = Figure::new(title, "time", &self.time_unit, self.t.clone());
        self.columns.iter().enumerate().try_fold(figure, |figure, (i, column)| {
            let y = self.rows.iter().filter_map(|row| row.get(i).copied()).collect();
            let unit = if column.unit == "1" { "" } else { column.unit.as_str() };
            figure.curve(&column.text, unit, y)
        })
    }
}
