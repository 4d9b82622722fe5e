//! Processes that are so fast that they are at rest all the time.

use super::{EntityKind, Network, Process, Trigger};
use crate::expr::Symbol;
use std::collections::BTreeSet;

/// How many times faster than its rate says a fast process is: what is slow displaces it from rest by this part of the ratio
/// of the two rates, and rounding disturbs what it leaves alone by as many units in the last place.
pub(super) const SWIFTNESS: f64 = 1e8;

impl Network {
    /// Makes processes so fast that they are at rest all the time (SBML Level 3 Version 1, section 4.11.1): where a run
    /// begins, and after whatever changes the state, it is at once where these processes alone lead to from there; between,
    /// they are 1e8 times as fast as their rates say. A process whose rate is zero does nothing.
    ///
    /// ```
    /// use homeostat::network::Network;
    /// use homeostat::simulation::{Run, Simulation};
    /// use homeostat::units::{Amount, Volume};
    /// let mut net = Network::new("equilibrium");
    /// let cell = net.compartment("cell", Volume::l(1.0));
    /// let (a, b) = (net.species("a", cell, Amount::umol(3.0)), net.species("b", cell, Amount::umol(0.0)));
    /// let there_and_back = (2.0 * net.value(a) - net.value(b)).id();
    /// let exchange = net.process("exchange", [(a, -1.0), (b, 1.0)], there_and_back);
    /// net.process("supply", [(a, 1.0)], net.number(6.0).id());
    /// net.hold_at_rest(exchange);
    /// let simulation = Simulation::new(&net)?;
    /// let run = Run { selection: simulation.select("a,b")?, steps: 1, ..Run::until(1.0) };
    /// let rows = simulation.run(&run)?.rows;
    /// assert!((rows[0][0] - 1.0).abs() < 1e-6 && (rows[0][1] - 2.0).abs() < 1e-6); // 2 a = b at once
    /// assert!((rows[1][0] - 3.0).abs() < 1e-5 && (rows[1][1] - 6.0).abs() < 1e-5);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn hold_at_rest(&mut self, process: Process) {
        self.dynamics.fast.insert(process.0);
    }

    /// Processes that are at rest all the time.
    pub(crate) fn fast(&self) -> &BTreeSet<Symbol> {
        &self.dynamics.fast
    }

    /// The same states with the fast processes alone, as fast as they are, if there are any. What equations determine follows.
    pub(crate) fn fast_alone(&self) -> Option<Network> {
        if self.fast().is_empty() {
            return None;
        }
        let mut alone = self.clone();
        for symbol in self.fast() {
            if let EntityKind::Process { rate, .. } = self.entity(*symbol).kind {
                let swift = (SWIFTNESS * alone.formula(rate)).id();
                alone.set_rate(Process(*symbol), swift);
            }
        }
        alone.dynamics.initial.clear();
        let arena = self.graph.arena();
        alone.dynamics.rates.retain(|(_, rate)| arena.symbols(*rate).iter().any(|s| self.fast().contains(s)));
        drop(arena);
        for (i, entity) in alone.entities.iter_mut().enumerate() {
            match &mut entity.kind {
                EntityKind::Process { stoichiometry, .. } if !self.fast().contains(&Symbol(i as u32)) => {
                    stoichiometry.clear();
                }
                EntityKind::Event { trigger, .. } => *trigger = Trigger::Scheduled,
                _ => {}
            }
        }
        // it needs no such network of its own
        alone.dynamics.fast.clear();
        Some(alone)
    }
}
