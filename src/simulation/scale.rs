//! Default tolerances, from the model alone and never from a solve.

use super::Simulation;
use crate::network::{EntityKind, Species};
use crate::solver::OdeSystem;

/// The absolute tolerance is this part of the relative one times the scale of the species.
pub(super) const ATOL_PART: f64 = 1e-3;

impl Simulation {
    /// The scale of each state, an amount: the largest of its initial value, of the Km at which it saturates
    /// a process, and of the totals of the conserved sums that hold it; where all are 0 the largest initial
    /// value in its compartment; else 1.
    pub fn scales(&self, initial: &[f64]) -> Vec<f64> {
        // what an equation is yet to give has no size of its own
        let size = |y: &f64| if y.is_finite() { y.abs() } else { 0.0 };
        let mut scales: Vec<f64> = initial.iter().map(size).collect();
        for (i, km) in self.half_saturations() {
            scales[i] = scales[i].max(km);
        }
        for sum in &self.system.shape().invariants {
            let total = sum.value(initial).abs();
            for &(i, _) in sum.terms() {
                scales[i] = scales[i].max(total);
            }
        }
        for (i, scale) in scales.iter_mut().enumerate().filter(|(_, scale)| **scale == 0.0) {
            let home = self.home(i);
            let neighbours = (0..initial.len()).filter(|&k| self.home(k) == home);
            let largest = neighbours.map(|k| size(&initial[k])).fold(0.0, f64::max);
            *scale = if largest > 0.0 { largest } else { 1.0 };
        }
        scales
    }

    /// States with the amounts at which they saturate or bind half.
    pub(super) fn half_saturations(&self) -> Vec<(usize, f64)> {
        let found = self.network.half_saturations().iter().filter_map(|(level, parameter)| {
            let (i, p) = (self.system.state_of(*level)?, self.system.parameter_of(*parameter)?);
            Some((i, self.parameters[p] * self.size_of_state(i)))
        });
        found.collect()
    }

    fn home(&self, state: usize) -> Option<crate::network::Compartment> {
        match self.network.entity(Species(self.system.states()[state])).kind {
            EntityKind::Species { compartment, .. } => Some(compartment),
            _ => None,
        }
    }
}
