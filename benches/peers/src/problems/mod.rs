//! The test problems, written once for all codes.

mod compiled;
mod dopamine;
mod medakzo;
mod networks;
mod small;
mod terminals;

pub use compiled::Compiled;
pub use dopamine::dopamine;
pub use medakzo::Medakzo;
pub use networks::network;
pub use small::{E5, Hires, Orego, Pollu, Rober, Vdpol};
pub use terminals::terminals;

/// What every code is given.
pub trait Problem: Send + Sync {
    /// Everything but the equations.
    fn facts(&self) -> &Facts;

    /// The right-hand side, under the parameters of a stretch.
    fn rhs(&self, parameters: &[f64], y: &[f64], d: &mut [f64]);

    /// Calls back with (row, column, value) for each entry of the Jacobian, rows ascending and columns within a row, always
    /// the same places.
    fn entries(&self, parameters: &[f64], y: &[f64], e: impl FnMut(usize, usize, f64));
}

/// A problem but for its equations.
#[derive(Clone, Debug)]
pub struct Facts {
    pub name: &'static str,
    /// The state at time 0.
    pub start: Vec<f64>,
    /// The absolute tolerance of a component is this times the relative one.
    pub scales: Vec<f64>,
    /// The diagonals of the Jacobian below and above the main one, where it is banded.
    pub band: Option<[usize; 2]>,
    /// The right-hand side is smooth within each; every code begins anew between two.
    pub stretches: Vec<Stretch>,
    /// Weights of sums that stay what they were.
    pub invariants: Vec<Vec<(usize, f64)>>,
}

/// A span of time under the same parameters.
#[derive(Clone, Debug)]
pub struct Stretch {
    pub end: f64,
    pub parameters: Vec<f64>,
    /// Which edge it begins with: the same number for edges of the same kind.
    pub edge: usize,
    /// How fast the state moves after the edge, where that is known.
    pub time_constant: Option<f64>,
}

impl Facts {
    /// An autonomous problem with one scale for all components, without invariants.
    pub fn new(name: &'static str, start: Vec<f64>, scale: f64, end: f64) -> Self {
        let scales = vec![scale; start.len()];
        let stretches = vec![Stretch { end, parameters: Vec::new(), edge: 0, time_constant: None }];
        Facts { name, start, scales, band: None, stretches, invariants: Vec::new() }
    }

    pub fn with_invariant(mut self, weights: &[(usize, f64)]) -> Self {
        self.invariants.push(weights.to_vec());
        self
    }

    /// The number of states.
    pub fn n(&self) -> usize {
        self.start.len()
    }

    /// The absolute tolerances at a relative one.
    pub fn atol(&self, rtol: f64) -> Vec<f64> {
        self.scales.iter().map(|scale| scale * rtol).collect()
    }
}

impl Stretch {
    /// The first step for a code whose first step's error goes with this power of the step.
    pub fn first_step(&self, rtol: f64, power: f64) -> Option<f64> {
        self.time_constant.map(|scale| scale * rtol.powf(1.0 / power))
    }
}

/// The places of the Jacobian's entries, in the order in which they are called back.
pub fn places<P: Problem>(problem: &P) -> Vec<(usize, usize)> {
    let facts = problem.facts();
    let mut places = Vec::new();
    problem.entries(&facts.stretches[0].parameters, &facts.start, |i, j, _| places.push((i, j)));
    places
}
