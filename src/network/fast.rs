//! Processes that are so fast that they are at rest all the time.

use super::conservation::independent;
use super::dynamics::Dynamics;
use super::{EntityKind, Network, Parameter, Process, Range, Species, Trigger};
use crate::expr::NodeId;
use std::collections::BTreeMap;

/// What fast processes leave as it is: the sums that move by what is slow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fast {
    /// The fast processes.
    pub processes: Vec<Process>,
    /// A state for each sum of amounts that no fast process changes.
    pub totals: Vec<(Parameter, Vec<(Species, f64)>)>,
}

impl Network {
    /// Makes processes so fast that they are at rest all the time (SBML Level 3 Version 1, section 4.11.1): where a run
    /// begins, and after whatever changes the state, it is at once where these processes alone lead to; between, their
    /// rates are zero, and what is slow moves the sums that they leave alone. A process whose rate is no more than the
    /// number 0 does nothing. To be called once, with all processes and rates there.
    ///
    /// ```
    /// use homeostat::network::Network;
    /// use homeostat::simulation::{Run, Simulation};
    /// use homeostat::units::{Amount, Volume};
    /// let mut net = Network::new("equilibrium");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let (a, b) = (net.species("a", cell, Amount::umol(3.0)), net.species("b", cell, Amount::umol(0.0)));
    /// let there_and_back = (2.0 * net.value(a) - net.value(b)).id();
    /// let fast = net.process("exchange", [(a, -1.0), (b, 1.0)], there_and_back);
    /// net.process("supply", [(a, 1.0)], net.number(6.0).id());
    /// net.at_rest(&[fast]);
    /// let simulation = Simulation::new(&net)?;
    /// let run = Run { selection: simulation.select("a,b")?, steps: 1, ..Run::until(1.0) };
    /// let rows = simulation.run(&run)?.rows;
    /// assert!((rows[0][0] - 1.0).abs() < 1e-6 && (rows[0][1] - 2.0).abs() < 1e-6); // 2 a = b at once
    /// assert!((rows[1][0] - 3.0).abs() < 1e-5 && (rows[1][1] - 6.0).abs() < 1e-5);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn at_rest(&mut self, fast: &[Process]) {
        let fast: Vec<Process> = fast.iter().copied().filter(|p| !self.changes_of(*p).is_empty()).collect();
        let mut moved: Vec<Species> = fast.iter().flat_map(|p| self.changes_of(*p)).map(|(s, _)| s).collect();
        moved.sort_unstable();
        moved.dedup();
        let row = |s: &Species| -> BTreeMap<usize, f64> {
            let changes = fast.iter().map(|p| self.changes_of(*p).iter().filter(|(o, _)| o == s).map(|(_, n)| n).sum());
            changes.enumerate().filter(|(_, n)| *n != 0.0).collect()
        };
        let rows: Vec<BTreeMap<usize, f64>> = moved.iter().map(row).collect();
        let (sums, columns) = independent(rows);
        let mut equations: Vec<NodeId> = columns.into_iter().map(|k| self.value(fast[k]).id()).collect();
        let mut totals = Vec::new();
        for (k, sum) in sums.into_iter().enumerate() {
            let terms: Vec<(Species, f64)> = sum.into_iter().map(|(i, weight)| (moved[i], weight)).collect();
            let total = self.parameter_within(&format!("fast.sum{}", k + 1), 0.0, Range::Any);
            let (amount, rate) = (self.sum_of(&terms), self.slow_rate(&terms, &fast));
            self.initially(total, amount);
            self.change(total, rate);
            equations.push((self.formula(amount) - self.value(total)).id());
            totals.push((total, terms));
        }
        for (species, equation) in moved.into_iter().zip(equations) {
            self.equate(species, equation);
        }
        self.dynamics.fast = Some(Fast { processes: fast, totals });
    }

    /// What a process changes; nothing where its rate is the number 0.
    fn changes_of(&self, process: Process) -> Vec<(Species, f64)> {
        match &self.entity(process).kind {
            EntityKind::Process { stoichiometry, rate, .. } => {
                let is_idle = self.graph.arena().node(*rate).constant() == Some(0.0);
                let states = stoichiometry.iter().filter(|(s, _)| !is_idle && self.is_state(*s));
                states.copied().collect()
            }
            _ => Vec::new(),
        }
    }

    fn sum_of(&self, terms: &[(Species, f64)]) -> NodeId {
        let terms = terms.iter().map(|(species, weight)| *weight * self.value(*species));
        terms.reduce(|sum, term| sum + term).unwrap_or_else(|| self.number(0.0)).id()
    }

    /// The rate at which a sum moves by processes that are not fast.
    fn slow_rate(&self, terms: &[(Species, f64)], fast: &[Process]) -> NodeId {
        let mut rate = self.number(0.0);
        for process in self.all_processes().filter(|p| !fast.contains(p)) {
            let changes = self.changes_of(process);
            let weight =
                |s: &Species| terms.iter().find(|(species, _)| species == s).map_or(0.0, |(_, weight)| *weight);
            let change: f64 = changes.iter().map(|(species, n)| n * weight(species)).sum();
            if change != 0.0 {
                rate = rate + change * self.value(process);
            }
        }
        for (symbol, part) in &self.dynamics.rates {
            if let Some((_, weight)) = terms.iter().find(|(species, _)| species.0 == *symbol) {
                rate = rate + *weight * self.formula(*part);
            }
        }
        rate.id()
    }

    /// What is fast, if anything.
    pub(crate) fn fast(&self) -> Option<&Fast> {
        self.dynamics.fast.as_ref()
    }

    /// The same states with the fast processes alone.
    pub(crate) fn fast_alone(&self) -> Option<Network> {
        let fast = self.fast()?;
        let mut alone = self.clone();
        let Dynamics { assigned, varying, .. } = self.dynamics.clone();
        alone.dynamics = Dynamics { assigned, varying, ..Dynamics::default() };
        for (i, entity) in alone.entities.iter_mut().enumerate() {
            match &mut entity.kind {
                EntityKind::Process { stoichiometry, .. } if fast.processes.iter().all(|p| p.0.0 as usize != i) => {
                    stoichiometry.clear();
                }
                EntityKind::Event { trigger, .. } => *trigger = Trigger::Scheduled,
                _ => {}
            }
        }
        Some(alone)
    }
}
