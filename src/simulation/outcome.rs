//! What a run has come to, beside its rows.

use super::summary::Summariser;
use super::{RunStatistics, Running, Trajectory};
use crate::error::Problem;
use crate::network::{EntityKind, Range};
use crate::solver::{Executor, Options, Tolerance};

impl Running {
    /// What the run has come to: columns, work, warnings, summaries; its rows have been told.
    pub fn outcome(&self) -> Trajectory {
        let (network, options) = (&self.simulation.network, self.solver.options());
        let names = self.simulation.system.states().iter().map(|s| network.name_of(*s).to_string());
        let scales = names.zip(&self.scales).enumerate();
        Trajectory {
            time_unit: network.units().time().to_string(),
            columns: self.columns.clone(),
            statistics: RunStatistics {
                method: self.run.settings.method.name(),
                executor: if self.native.is_some() { Executor::Native } else { Executor::Tape }.name(),
                linear_algebra: self.solver.linear_algebra().map_or("", |algebra| algebra.name()),
                counts: self.solver.statistics(),
                spikes: self.spikes.iter().map(|[spikes, _]| spikes).sum(),
                conditional_events: self.conditions.memory.events,
                scales: scales.map(|(i, (name, scale))| (name, *scale, atol(options, i))).collect(),
                ..RunStatistics::default()
            },
            warnings: self.warnings(options),
            ending: self.ended.clone(),
            outline: self.outline.clone(),
            summaries: self.summariser.as_ref().map_or(Vec::new(), Summariser::summaries),
            ..Trajectory::default()
        }
    }

    /// What is worth a look.
    fn warnings(&self, options: &Options) -> Vec<Problem> {
        let (network, system) = (&self.simulation.network, &self.simulation.system);
        let mut warnings = Vec::new();
        let halves = self.simulation.half_saturations();
        for (i, species) in system.states().iter().enumerate() {
            let (name, atol, largest) = (network.name_of(*species), atol(options, i), self.largest[i]);
            let mut warn = |message: String| warnings.push(Problem::warning(["species", name], message));
            // what is not there at all is no matter of tolerances
            if largest > 0.0 && largest < atol && self.solver.statistics().steps > 0 {
                warn(format!(
                    "stays below its absolute tolerance {atol:e} (largest amount {largest:e}): lower --atol to resolve it"
                ));
            }
            let (lowest, bound) = (self.least[i], BELOW * (atol + options.rtol * largest));
            let stays = matches!(network.entity(*species).kind, EntityKind::Species { range: Range::NonNegative, .. });
            if stays && lowest < -bound {
                warn(format!(
                    "falls to {lowest:e}, below zero by more than the tolerances explain: its rates may jump over a Km that is \
                     much smaller than the amount; ask for --non-negative, or lower --rtol"
                ));
            }
            let least = halves.iter().filter(|(k, _)| *k == i).map(|(_, km)| *km).fold(f64::INFINITY, f64::min);
            if atol > 0.1 * least {
                warn(format!(
                    "its absolute tolerance {atol:e} exceeds a tenth of its Km (as an amount {least:e}): lower --atol"
                ));
            }
        }
        for (symbol, [spikes, short]) in system.events().zip(&self.spikes).filter(|(_, [_, short])| *short > 0) {
            let message = format!(
                "{short} of {spikes} spikes found less than a quantum, and moved what was there: lower the quantum, or slow \
                 the spikes"
            );
            warnings.push(Problem::warning([network.name_of(symbol)], message));
        }
        warnings
    }
}

/// An amount this many times its tolerance below zero is worth a word.
const BELOW: f64 = 10.0;

fn atol(options: &Options, i: usize) -> f64 {
    match &options.atol {
        Tolerance::Same(a) => *a,
        Tolerance::Each(a) => a[i],
    }
}
