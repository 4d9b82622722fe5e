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

    /// Entries of the schedule that begin after the end, in a line.
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
        let mut found: Vec<(String, f64, usize)> = Vec::new();
        for (what, of, first) in late {
            let entry = format!("{what}{}", of.map_or("", |symbol| network.name_of(symbol)));
            match found.iter_mut().find(|(known, ..)| *known == entry) {
                Some((_, earliest, count)) => (*earliest, *count) = (earliest.min(first), *count + 1),
                None => found.push((entry, first, 1)),
            }
        }
        let unit = network.units().time();
        let text = |(entry, first, count): &(String, f64, usize)| match count {
            1 => format!("the {entry} begins at {first} {unit}"),
            _ => format!("{count} times a {entry} begins, the first at {first} {unit}"),
        };
        if found.is_empty() {
            return Vec::new();
        }
        let told: Vec<String> = found.iter().map(text).collect();
        let is_one = found.len() == 1 && found[0].2 == 1;
        let changes = if is_one { "it changes nothing" } else { "they change nothing" };
        let message =
            format!("{}, after the end of the run at {end} {unit}: {changes}; end the run later", told.join(", "));
        vec![Problem::warning(["schedule"], message)]
    }
}
