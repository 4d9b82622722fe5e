//! Rows as a picture.

use super::Trajectory;
use crate::plot::{Figure, PlotError};
use crate::units::{Unit, convert};

impl Trajectory {
    /// The unit of time in which a picture is best read, and how many of it are one of the model's: the model's own
    /// where the rows span at least one of it, else the largest of min, s and ms of which they span two; where they span more than
    /// 500 of it, the largest of d, h and min of which they span ten.
    ///
    /// ```
    /// use homeostat::simulation::{Run, Simulation};
    /// let model = homeostat::library::load("best-2009-dopamine")?; // in hours
    /// let simulation = Simulation::new(&model.network())?;
    /// assert_eq!(simulation.run(&Run::until(24.0))?.time_axis(), (1.0, "h".to_string()));
    /// assert_eq!(simulation.run(&Run::until(0.01))?.time_axis(), (3600.0, "s".to_string()));
    /// assert_eq!(simulation.run(&Run::until(2400.0))?.time_axis(), (1.0 / 24.0, "d".to_string()));
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn time_axis(&self) -> (f64, String) {
        let t = self.outline.as_ref().map_or(&self.t, |outline| &outline.t);
        let span = t.last().zip(t.first()).map_or(0.0, |(last, first)| last - first);
        let own = (1.0, self.time_unit.clone());
        if (1.0..=500.0).contains(&span) || span == 0.0 {
            return own;
        }
        let factor = |name: &str| {
            let (from, to) = (Unit::parse(&self.time_unit).ok()?, Unit::parse(name).ok()?);
            Some((convert(1.0, &from, &to).ok()?, name.to_string()))
        };
        let (units, is_finer, least): (&[&str], _, _) =
            if span < 1.0 { (&["min", "s", "ms"], true, 2.0) } else { (&["d", "h", "min"], false, 10.0) };
        let mut others = units.iter().filter_map(|name| factor(name)).filter(|(factor, _)| (*factor > 1.0) == is_finer);
        others.find(|(factor, _)| factor * span >= least).unwrap_or(own)
    }

    /// A picture of every column over the time, with their units: of the outline where there is one, so that jumps stand upright and
    /// no peak between rows is lost, else of the rows.
    ///
    /// ```
    /// use homeostat::simulation::{Run, Simulation};
    /// let model = homeostat::library::load("best-2009-dopamine")?;
    /// let mut simulation = Simulation::new(&model.network())?;
    /// simulation.schedule_named("meals")?;
    /// let run = Run { outline: true, ..Run::until(24.0) };
    /// let mut figure = simulation.run(&run).unwrap().figure("A day").unwrap();
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
        let (factor, unit) = self.time_axis();
        let outline = self.outline.as_ref().filter(|outline| !outline.t.is_empty());
        let (t, rows) = outline.map_or((&self.t, &self.rows), |outline| (&outline.t, &outline.rows));
        let figure = Figure::new(title, "time", &unit, t.iter().map(|t| factor * t).collect());
        self.columns.iter().enumerate().try_fold(figure, |figure, (i, column)| {
            let y = rows.iter().filter_map(|row| row.get(i).copied()).collect();
            let unit = if column.unit == "1" { "" } else { column.unit.as_str() };
            figure.curve(&column.text, unit, y)
        })
    }
}
