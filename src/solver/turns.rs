//! Root functions that the time turns to and fro: every change of side within a step, however long it is.
//!
//! Bounds of such a function over a part of a step ([`OdeSystem::bound_timed_roots`](super::OdeSystem::bound_timed_roots)) say
//! that it stays on its side, or bounds of its slope say that it only rises or only falls, so that its ends tell all. What they
//! leave open is halved, from left to right, so that the work goes with what lies before the first change.

use super::event::{CLOSE, Sight, Watch, side};
use super::{OdeSystem, Point, Reject};
use crate::program::{Interval, Stretch};

/// So many parts of a step are looked through in search of a change; what is left is looked at as any function is.
const MOST_PARTS: u64 = 1 << 17;
/// After so many parts it shows whether they are so short that they hold no more than rounding.
const FIRST_PARTS: u64 = 1 << 12;

impl Watch {
    /// Adds a look, and the one before it, between look k - 1 and look k, where one of the functions that the time turns
    /// changes sides first.
    pub(super) fn look_between(&mut self, k: usize, sight: &mut dyn Sight) -> Result<(), Reject> {
        if sight.timed().is_empty() {
            return Ok(());
        }
        let (mut from, width) = (self.looks.times[k - 1], self.looks.width);
        let mut values = std::mem::take(&mut self.looks.probe);
        values.resize(self.len(), 0.0);
        self.looks.open.clear();
        self.looks.open.push(self.looks.times[k]);
        while let Some(&to) = self.looks.open.last() {
            if self.is_hopeless() {
                break;
            }
            self.looks.parts += 1;
            let (stays, is_told) = self.course(sight.bounds(from, to));
            if !stays && !is_told && to - from > width {
                self.looks.open.push(from + 0.5 * (to - from));
                continue;
            }
            self.looks.open.pop();
            self.looks.searched += to - from;
            if self.looks.open.is_empty() {
                break;
            }
            if !stays {
                sight.look(to, &mut values)?;
                if self.has_changed(&values, sight.timed()) {
                    self.insert(k, to, &values);
                    if from > self.looks.times[k - 1] {
                        sight.look(from, &mut values)?;
                        self.insert(k, from, &values);
                    }
                    break;
                }
            }
            from = to;
        }
        self.looks.probe = values;
        Ok(())
    }

    /// Whether there is no end to looking.
    fn is_hopeless(&self) -> bool {
        let parts = self.looks.parts;
        let is_rounding = parts >= FIRST_PARTS && self.looks.searched < CLOSE * parts as f64 * self.looks.width;
        is_rounding || parts >= MOST_PARTS
    }

    /// Whether all these functions stay on their sides within bounds, and if not, whether their values at the end tell.
    fn course(&self, (timed, bounds): (&[usize], &[[Interval; 2]])) -> (bool, bool) {
        let (mut all_stay, mut all_told) = (true, true);
        for (&root, [value, slope]) in timed.iter().zip(bounds) {
            let stays = match self.sides.get(root) {
                None => value.low >= 0.0,
                Some(1) => value.low > 0.0,
                Some(-1) => value.high < 0.0,
                Some(_) => value.low == 0.0 && value.high == 0.0,
            };
            let goes_one_way = value.is_finite() && (slope.low > 0.0 || slope.high < 0.0);
            let stays = stays || value.is_empty();
            all_stay &= stays;
            all_told &= stays || goes_one_way || value.is_point();
        }
        (all_stay, all_told)
    }

    fn has_changed(&self, values: &[f64], timed: &[usize]) -> bool {
        timed.iter().any(|&root| match self.sides.get(root) {
            None => values[root] < 0.0,
            Some(before) => !values[root].is_nan() && side(values[root]) != *before,
        })
    }

    fn insert(&mut self, k: usize, t: f64, values: &[f64]) {
        let place = k * values.len();
        self.looks.times.insert(k, t);
        self.looks.rows.splice(place..place, values.iter().copied());
    }
}

/// A step seen through dense output.
pub(super) struct StepSight<'a> {
    pub system: &'a dyn OdeSystem,
    /// Parameters and modes.
    pub at: Point<'a>,
    /// The state at a time.
    pub state: &'a mut dyn FnMut(f64, &mut [f64]),
    /// How often values or bounds of root functions have been asked for.
    pub looks: &'a mut u64,
    pub y: &'a mut [f64],
    pub scratch: &'a mut [f64],
    pub room: &'a mut Room,
}

/// Memory for bounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    bounds: Vec<[Interval; 2]>,
    states: Vec<f64>,
    state: Vec<Interval>,
    slope: Vec<Interval>,
    scratch: Vec<Interval>,
}

impl Sight for StepSight<'_> {
    fn look(&mut self, t: f64, values: &mut [f64]) -> Result<(), Reject> {
        *self.looks += 1;
        (self.state)(t, self.y);
        self.system.roots(&Point { t, ..self.at }, self.y, values, self.scratch)
    }

    fn timed(&self) -> &[usize] {
        &self.system.shape().timed_roots
    }

    fn bounds(&mut self, from: f64, to: f64) -> (&[usize], &[[Interval; 2]]) {
        *self.looks += 1;
        let shape = self.system.shape();
        if shape.timed_roots_read_state {
            self.room.bound_state(from, to, self.y.len(), self.state);
        }
        let Room { bounds, state, slope, scratch, .. } = &mut *self.room;
        bounds.resize(shape.timed_roots.len(), [Interval::ALL; 2]);
        let t = Interval { low: from, high: to };
        let over = Stretch { t, state, slope, parameters: self.at.parameters, modes: self.at.modes };
        self.system.bound_timed_roots(&over, bounds, scratch);
        (&shape.timed_roots, bounds)
    }
}

impl Room {
    /// Bounds of the state and of its slopes from one time to another, as of the parabola through its ends and its middle: a
    /// step is not much more.
    fn bound_state(&mut self, from: f64, to: f64, n: usize, state: &mut dyn FnMut(f64, &mut [f64])) {
        self.states.resize(3 * n, 0.0);
        let half = 0.5 * (to - from);
        for (k, row) in self.states.chunks_exact_mut(n.max(1)).enumerate() {
            state(if k == 2 { to } else { from + k as f64 * half }, row);
        }
        self.state.clear();
        self.slope.clear();
        for i in 0..n {
            let [a, b, c] = [0, 1, 2].map(|k| self.states[k * n + i]);
            let (bend, slopes) = ((a - 2.0 * b + c).abs(), [(b - a) / half, (c - b) / half]);
            let wider = |x: Interval, by: f64| Interval { low: x.low - by, high: x.high + by };
            self.state.push(wider(Interval::hull(&[a, b, c]), 0.5 * bend));
            self.slope.push(wider(Interval::hull(&slopes), bend / half));
        }
    }
}
