//! MEDAKZO of the *Test Set for IVP Solvers*: a dye that diffuses into tissue and binds there, 200 points of a line, two
//! states each. What comes in from outside ends at t = 5.

use super::{Facts, Problem, Stretch};

pub const POINTS: usize = 200;
/// The rate of the reaction.
pub const K: f64 = 100.0;
/// What comes in until [`SWITCH`], and after.
pub const INFLOW: [f64; 2] = [2.0, 0.0];
pub const SWITCH: f64 = 5.0;
pub const END: f64 = 20.0;
/// The inverse of the fastest rate of diffusion: at the edge, where the inflow jumps.
pub const TIME_CONSTANT: f64 = 2e-4;

pub struct Medakzo {
    facts: Facts,
    /// How each point's transport reads the point before, itself and the point after.
    weights: Vec<[f64; 3]>,
}

/// How the transport of point j (from 1) reads the point before, itself and the point after; none at the last.
pub fn weights(j: usize) -> Option<[f64; 3]> {
    let (points, c) = (POINTS as f64, 4.0);
    let from_end = j as f64 / points - 1.0;
    let a = 2.0 * from_end.powi(3) / (c * c) * points / 2.0;
    let b = from_end.powi(4) / (c * c) * points * points;
    (j < POINTS).then_some([b - a, -2.0 * b, b + a])
}

/// The facts, given what stands for the inflow in the parameters.
pub fn facts(start: Vec<f64>, parameters: impl Fn(f64) -> Vec<f64>) -> Facts {
    let stretch = |inflow, end, time_constant| Stretch { end, parameters: parameters(inflow), edge: 0, time_constant };
    Facts {
        band: Some([2, 2]),
        stretches: vec![stretch(INFLOW[0], SWITCH, None), stretch(INFLOW[1], END, Some(TIME_CONSTANT))],
        ..Facts::new("MEDAKZO", start, 1.0, END)
    }
}

/// The state at time 0: what binds is everywhere, what is bound nowhere.
pub fn start() -> Vec<f64> {
    [0.0, 1.0].repeat(POINTS)
}

impl Medakzo {
    pub fn new() -> Self {
        let weights = (1..POINTS).filter_map(weights).collect();
        Medakzo { facts: facts(start(), |inflow| vec![inflow]), weights }
    }
}

impl Problem for Medakzo {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn rhs(&self, parameters: &[f64], y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..2 * POINTS], &mut d[..2 * POINTS]);
        let mut before = parameters[0];
        for (j, [to_before, own, to_after]) in self.weights.iter().enumerate() {
            let (u, after) = (y[2 * j], y[2 * j + 2]);
            let bound = K * u * y[2 * j + 1];
            d[2 * j] = to_before * before + own * u + to_after * after - bound;
            d[2 * j + 1] = -bound;
            before = u;
        }
        let last = 2 * POINTS - 2;
        let bound = K * y[last] * y[last + 1];
        (d[last], d[last + 1]) = (-bound, -bound);
    }

    fn entries(&self, _: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let y = &y[..2 * POINTS];
        for j in 0..POINTS {
            let (row, slopes) = (2 * j, [-K * y[2 * j + 1], -K * y[2 * j]]);
            let [to_before, own, to_after] = self.weights.get(j).copied().unwrap_or_default();
            let is_inner = j + 1 < POINTS;
            if j > 0 && is_inner {
                e(row, row - 2, to_before);
            }
            e(row, row, own + slopes[0]);
            e(row, row + 1, slopes[1]);
            if is_inner {
                e(row, row + 2, to_after);
            }
            e(row + 1, row, slopes[0]);
            e(row + 1, row + 1, slopes[1]);
        }
    }
}
