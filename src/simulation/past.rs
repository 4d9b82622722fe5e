//! How a run has gone, for values of the past: steps as polynomials, and the breaks that come back from then.
//!
//! Where the solution jumps or bends, what looks back at it bends later, each time one derivative higher (Bellen and Zennaro
//! 2003, section 2.2). So each delay looks at one stretch between two breaks as long as a step goes on, and steps end where one
//! passes a break, until it lies in a derivative that no method sees.

use super::timetable::rounding;
use crate::solver::Exact;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A step is kept at so many nodes: its polynomial has the degree of no method's dense output at least.
const NODES: usize = 9;
/// Chebyshev's nodes of the first kind, cos((2 j + 1) pi / 18), and the sines there: the barycentric weights, but for signs.
const COSINES: [f64; NODES] = [
    0.984_807_753_012_208,
    0.866_025_403_784_438_6,
    0.642_787_609_686_539_3,
    0.342_020_143_325_668_7,
    0.0,
    -0.342_020_143_325_668_7,
    -0.642_787_609_686_539_3,
    -0.866_025_403_784_438_6,
    -0.984_807_753_012_208,
];
const SINES: [f64; NODES] = [
    0.173_648_177_666_930_33,
    0.5,
    0.766_044_443_118_978,
    0.939_692_620_785_908_4,
    1.0,
    0.939_692_620_785_908_4,
    0.766_044_443_118_978,
    0.5,
    0.173_648_177_666_930_33,
];
/// A break in a higher derivative than this is none for any method.
const HIGHEST: u8 = 6;
/// A slope is taken over this part of a step.
const NEAR: f64 = 1e-3;

/// The state in a step, at Chebyshev's nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Piece {
    from: f64,
    to: f64,
    /// State after state.
    values: Exact,
    /// Which parameters held.
    parameters: usize,
}

impl Piece {
    /// The piece of a step, given its state at any time in it.
    pub fn new((from, to): (f64, f64), n: usize, parameters: usize, state: &mut dyn FnMut(f64, &mut [f64])) -> Self {
        let mut values = vec![0.0; NODES * n];
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        for (node, values) in values.chunks_exact_mut(n.max(1)).enumerate() {
            state(middle + half * COSINES[node], values);
        }
        Piece { from, to, values: Exact(values), parameters }
    }

    /// The state at a time, by the barycentric formula (Berrut and Trefethen 2004, equation 5.3).
    fn state(&self, t: f64, out: &mut [f64]) {
        let x = (t - 0.5 * (self.from + self.to)) / (0.5 * (self.to - self.from));
        let all = || self.values.0.chunks_exact(out.len().max(1)).enumerate();
        if let Some((_, values)) = all().find(|(node, _)| COSINES[*node] == x) {
            return out.copy_from_slice(values);
        }
        let mut weights = [0.0; NODES];
        for (node, weight) in weights.iter_mut().enumerate() {
            let sign = if node % 2 == 0 { 1.0 } else { -1.0 };
            *weight = sign * SINES[node] / (x - COSINES[node]);
        }
        let sum: f64 = weights.iter().sum();
        for (i, out) in out.iter_mut().enumerate() {
            let n = self.values.0.len() / NODES;
            *out = weights.iter().enumerate().map(|(node, w)| w * self.values.0[node * n + i]).sum::<f64>() / sum;
        }
    }
}

/// Where the solution jumps or bends, and in which derivative.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Break {
    t: f64,
    order: u8,
}

/// All that a run remembers of how it has gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Past {
    /// The state before the start.
    before: Exact,
    pieces: VecDeque<Piece>,
    pub parameters: Vec<Exact>,
    breaks: Vec<Break>,
    /// For each delay, the last break before what it looks at from where the run stands, and in the step that led there.
    lows: Exact,
    lows_before: Exact,
    /// Whether all of it may be looked at again.
    keeps_all: bool,
    /// The step that is being taken, as it was when it was tried before.
    #[serde(skip)]
    pub guess: Option<Piece>,
}

/// A delay that goes from one stretch of the past to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Crossing {
    pub delay: usize,
    /// The break that then is the last one before what it looks at.
    low: f64,
}

impl Past {
    pub fn new(delays: usize, before: &[f64], keeps_all: bool) -> Self {
        Past {
            before: Exact(before.to_vec()),
            pieces: VecDeque::new(),
            parameters: Vec::new(),
            breaks: Vec::new(),
            lows: Exact(vec![f64::NEG_INFINITY; delays]),
            lows_before: Exact(vec![f64::NEG_INFINITY; delays]),
            keeps_all,
            guess: None,
        }
    }

    /// Whether it is of a run of a system of this size.
    pub fn fits(&self, delays: usize, states: usize, parameters: usize) -> bool {
        let is_piece = |piece: &Piece| {
            piece.values.0.len() == NODES * states && piece.parameters < self.parameters.len() && piece.from < piece.to
        };
        [self.lows.0.len(), self.lows_before.0.len()] == [delays; 2]
            && self.before.0.len() == states
            && self.parameters.iter().all(|set| set.0.len() == parameters)
            && self.pieces.iter().all(is_piece)
    }

    /// The number of these parameters.
    pub fn number(&mut self, parameters: &[f64]) -> usize {
        let is_same = |set: &Exact| set.0.iter().zip(parameters).all(|(a, b)| a.to_bits() == b.to_bits());
        if !self.parameters.last().is_some_and(is_same) {
            self.parameters.push(Exact(parameters.to_vec()));
        }
        self.parameters.len() - 1
    }

    /// Adds a step; what delays of these lengths never look at again is forgotten.
    pub fn push(&mut self, piece: Piece, longest: f64) {
        self.guess = None;
        self.lows_before = self.lows.clone();
        let oldest = piece.from - 1.1 * longest; // rows of this step are yet to be read
        self.pieces.push_back(piece);
        if !self.keeps_all {
            while self.pieces.front().is_some_and(|piece| piece.to < oldest) {
                self.pieces.pop_front();
            }
            self.breaks.retain(|at| at.t >= oldest);
        }
    }

    /// How it was at a time: the state, the number of the parameters (none: those of now), and whether that is only a guess.
    pub fn state(&self, t: f64, out: &mut [f64]) -> (Option<usize>, bool) {
        let next = self.pieces.partition_point(|piece| piece.to <= t);
        match (self.pieces.get(next), self.pieces.back(), &self.guess) {
            (Some(piece), ..) if t >= piece.from => {
                piece.state(t, out);
                (Some(piece.parameters), false)
            }
            (Some(_), ..) => {
                out.copy_from_slice(&self.before.0);
                (self.parameters.first().map(|_| 0), false)
            }
            (None, _, Some(guess)) if t > guess.from => {
                guess.state(t, out);
                (Some(guess.parameters), true)
            }
            (None, Some(last), _) => {
                self.straight_on(last, t, out);
                (None, t > last.to)
            }
            (None, None, _) => {
                out.copy_from_slice(&self.before.0);
                (None, t > 0.0)
            }
        }
    }

    /// As the solution went at the end of a step.
    fn straight_on(&self, last: &Piece, t: f64, out: &mut [f64]) {
        let near = NEAR * (last.to - last.from);
        let mut before = vec![0.0; out.len()];
        last.state(last.to - near, &mut before);
        last.state(last.to, out);
        for (out, before) in out.iter_mut().zip(before) {
            *out += (t - last.to) * (*out - before) / near;
        }
    }

    /// How far a slope may be looked for from a time, on the side that has been lived through.
    pub fn near(&self, t: f64, by: f64) -> f64 {
        let next = self.pieces.partition_point(|piece| piece.to <= t);
        match self.pieces.get(next) {
            Some(piece) if t >= piece.from => {
                let near = NEAR * (piece.to - piece.from);
                if t + 2.0 * near <= piece.to { near } else { -near }
            }
            _ => -NEAR * by,
        }
    }

    /// The stretch that a delay looks at from where the run stands.
    fn stretch(&self, delay: usize) -> (f64, f64) {
        self.stretch_above(self.lows.0[delay])
    }

    fn stretch_above(&self, low: f64) -> (f64, f64) {
        let high = self.breaks.iter().map(|at| at.t).filter(|t| *t > low).fold(f64::INFINITY, f64::min);
        (low, high)
    }

    /// A time as a delay sees it in a step, from this time: within its stretch.
    pub fn within(&self, delay: usize, t: f64, from: f64) -> f64 {
        let is_behind = self.pieces.back().is_some_and(|last| from < last.to);
        let lows = if is_behind { &self.lows_before } else { &self.lows };
        let (low, high) = self.stretch_above(lows.0[delay]);
        t.max(low + 2.0 * rounding(low)).min(high - 2.0 * rounding(high))
    }

    /// The time at which a constant delay comes to its next break.
    pub fn next_crossing(&self, delay: usize, by: f64) -> f64 {
        self.stretch(delay).1 + by
    }

    /// Its coming to that.
    pub fn upward(&self, delay: usize) -> Option<Crossing> {
        let (_, high) = self.stretch(delay);
        high.is_finite().then_some(Crossing { delay, low: high })
    }

    /// Whether a delay that now looks at `t` has left its stretch.
    pub fn crossing(&self, delay: usize, t: f64) -> Option<Crossing> {
        let (low, high) = self.stretch(delay);
        let rounding = 4.0 * rounding(t);
        if t > high + rounding {
            return Some(Crossing { delay, low: high });
        }
        let before = self.breaks.iter().map(|at| at.t).filter(|t| *t < low).fold(f64::NEG_INFINITY, f64::max);
        (t < low - rounding).then_some(Crossing { delay, low: before })
    }

    /// By how much what a delay looks at has gone beyond the end of its stretch towards this crossing; below zero before.
    pub fn beyond(&self, crossing: &Crossing, t: f64) -> f64 {
        let (low, high) = self.stretch(crossing.delay);
        if crossing.low == high { t - high } else { low - t }
    }

    /// A delay looks at another stretch from `now` on, and what looks back has a break there; the derivative of the solution
    /// that the passed one lies in.
    pub fn cross(&mut self, crossing: &Crossing, now: f64) -> Option<u8> {
        let (low, high) = self.stretch(crossing.delay);
        let passed = if crossing.low == high { high } else { low };
        self.lows.0[crossing.delay] = crossing.low;
        let order = self.breaks.iter().find(|at| at.t == passed).map(|at| at.order)?;
        self.add_break(now, order + 1);
        Some(order)
    }

    /// A delay that looks at `t` now has come to the end of its stretch, or within rounding of it: as [`Past::cross`].
    pub fn arrive(&mut self, delay: usize, t: f64, now: f64) -> Option<u8> {
        let mut least = None;
        while let (_, high) = self.stretch(delay)
            && t >= high - 4.0 * rounding(t)
        {
            let order = self.cross(&Crossing { delay, low: high }, now);
            least = least.into_iter().chain(order).min();
        }
        least
    }

    /// The state before the start.
    pub fn before(&self) -> &[f64] {
        &self.before.0
    }

    /// The solution jumps (order 0) or bends here.
    pub fn add_break(&mut self, t: f64, order: u8) {
        if order > HIGHEST {
            return;
        }
        let is_here = |at: &&mut Break| (at.t - t).abs() <= 4.0 * rounding(t);
        match self.breaks.iter_mut().find(is_here) {
            Some(at) => at.order = at.order.min(order),
            None => self.breaks.push(Break { t, order }),
        }
    }

    /// How far one try of the present step is from the one before, at most, by these scales.
    pub fn distance(&self, piece: &Piece, scale: &dyn Fn(usize, f64) -> f64) -> f64 {
        let Some(guess) = &self.guess else { return f64::INFINITY };
        let n = piece.values.0.len() / NODES;
        let (mut before, mut distance) = (vec![0.0; n], 0.0_f64);
        let (middle, half) = (0.5 * (piece.from + piece.to), 0.5 * (piece.to - piece.from));
        for (node, values) in piece.values.0.chunks_exact(n.max(1)).enumerate() {
            guess.state(middle + half * COSINES[node], &mut before);
            for (i, (new, old)) in values.iter().zip(&before).enumerate() {
                distance = distance.max((new - old).abs() / scale(i, *new));
            }
        }
        distance
    }
}
