//! What a run is asked for and will not come to.

use super::timetable::rounding;
use super::train::Course;
use super::{Run, Simulation};
use crate::error::Problem;
use crate::network::Event;

impl Simulation {
    /// Warnings of what the schedule says beyond the end of a run, and of releases that wait for spikes and get none.
    ///
    /// ```
    /// use homeostat::simulation::{Run, Simulation};
    /// let model = homeostat::library::load("best-2009-dopamine-spikes")?;
    /// let mut simulation = Simulation::new(&model.network())?;
    /// let warnings = simulation.overlooked(&Run::until(1e-3));
    /// assert!(warnings[0].to_string().starts_with("release: no spikes make it happen"));
    /// simulation.schedule_named("tonic")?;
    /// assert!(simulation.overlooked(&Run::until(1e-3)).is_empty());
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn overlooked(&self, run: &Run) -> Vec<Problem> {
        let mut warnings = self.beyond(run.end);
        let trains = &self.timetable.trains;
        for (k, symbol) in self.system.events().enumerate() {
            if self.network.is_spiking(Event(symbol)) && trains.iter().all(|train| train.event != k) {
                let name = self.network.name_of(symbol);
                let fitting =
                    self.network.schedules().iter().filter(|s| s.spikes.iter().any(|train| train.event == name));
                let fitting: Vec<&str> = fitting.map(|schedule| schedule.name.as_str()).collect();
                let known = if fitting.is_empty() { String::new() } else { format!(": {}", fitting.join(", ")) };
                let message = format!(
                    "no spikes make it happen, so that nothing is released; choose a schedule with spikes{known}"
                );
                warnings.push(Problem::warning([name], message));
            }
        }
        warnings
    }

    /// Entries of the schedule that begin after the end.
    fn beyond(&self, end: f64) -> Vec<Problem> {
        let timetable = self.timetable.settled(&self.parameters);
        let (network, system) = (&self.network, &self.system);
        let parameters = system.parameter_symbols();
        let windows =
            timetable.windows.iter().map(|w| ("change of ", parameters.get(w.parameter).copied(), w.from.first));
        let doses = timetable.doses.iter().map(|d| ("dose of ", system.states().get(d.state).copied(), d.times.first));
        let trains = timetable.trains.iter().filter_map(|train| {
            let first = match &train.course {
                Course::List(times) => *times.first()?,
                Course::Regular { from, .. } | Course::Bursts { from, .. } | Course::Poisson { from, .. } => *from,
            };
            Some(("train of spikes of ", system.events().nth(train.event), first))
        });
        let late = windows.chain(doses).chain(trains).filter(|(_, _, first)| *first > end + rounding(end));
        let unit = network.units().time();
        late.map(|(what, of, first)| {
            let name = of.map_or("", |symbol| network.name_of(symbol));
            let message = format!(
                "the {what}{name} begins at {first} {unit}, after the end of the run at {end} {unit}: it changes nothing; end \
                 the run later"
            );
            Problem::warning(["schedule"], message)
        })
        .collect()
    }
}
