//! What the schedules of a simulation come to, by the names of its network.

use super::Simulation;
use super::timetable::{self, Number, Series};
use super::train;
use crate::expr::Symbol;
use crate::network::{Course, Effect, Occasion, Quantity, Times};

impl Simulation {
    /// What the chosen schedules come to, in the order of what happens at one instant.
    ///
    /// ```
    /// use homeostat::network::Occasion;
    /// use homeostat::simulation::Simulation;
    /// let mut simulation = Simulation::new(&homeostat::library::load("best-2009-dopamine")?.network())?;
    /// simulation.add_schedule_named("meals")?;
    /// let Occasion::Change { parameter, from, .. } = &simulation.occasions()[0] else { panic!() };
    /// assert_eq!(simulation.network().name_of(*parameter), "btyr");
    /// assert_eq!(from.every, Some(24.0));
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn occasions(&self) -> Vec<Occasion> {
        let parameter = |i: usize| self.system.parameter_symbols()[i];
        let quantity = |q: timetable::Quantity| Quantity {
            number: q.number,
            times: q.times.map(parameter),
            over: q.over.map(parameter),
        };
        let windows = self.timetable.windows.iter().map(|window| Occasion::Change {
            parameter: parameter(window.parameter),
            effect: match window.effect {
                Number::Factor(x) => Effect::Factor(x),
                Number::Value(x) => Effect::Value(x),
                Number::Added(q) => Effect::Added(quantity(q)),
            },
            from: times(window.from),
            until: window.until.map(times),
        });
        let doses = self.timetable.doses.iter().map(|dose| Occasion::Dose {
            species: self.system.states()[dose.state],
            amount: quantity(dose.amount),
            times: times(dose.times),
            lag: dose.lag.map(parameter),
        });
        let events: Vec<Symbol> = self.system.events().collect();
        let trains = self.timetable.trains.iter().map(|train| Occasion::Spikes {
            event: events[train.event],
            course: match &train.course {
                train::Course::List(times) => Course::List(times.clone()),
                train::Course::Regular { from, rate } => Course::Regular { from: *from, rate: *rate },
                train::Course::Bursts { from, rate, burst, every } => {
                    Course::Bursts { from: *from, rate: *rate, burst: *burst, every: *every }
                }
                train::Course::Poisson { .. } => Course::Poisson,
            },
            until: train.until,
            count: train.count,
        });
        windows.chain(doses).chain(trains).collect()
    }
}

fn times(series: Series) -> Times {
    Times { first: series.first, every: series.every, count: series.count }
}
