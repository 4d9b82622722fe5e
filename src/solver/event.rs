//! Root functions: on which side of zero they are, and where they go through it.
//!
//! After each accepted step the functions are looked at, at its end and at [`LOOKS`] points inside, taken from dense
//! output. A function that goes to the other side between two looks is bracketed to within 100 eps (|t| + |h|), and
//! what it sets off happens at the far end of the bracket, where it has gone through. One that goes to the other side
//! and back between two looks is found where a further look, at the vertex of the parabola through three of them,
//! lands on the other side. To be zero is to be on no side: a function that starts at zero sets nothing off by leaving
//! it, and one that arrives at zero has gone through. A function that is not a number is where it was before. Where the time
//! itself may turn a function to and fro, looks are added wherever it changes sides ([`turns`](super::turns)).
//!
//! After the functions of events come the margins of switches. A margin has no side to be remembered: wherever it is below
//! zero, its switch has turned, so that a mode that does not hold is found at the next look, however it came about.

use super::exact::Exact;
use super::{Direction, FailureKind, Reject};
use crate::program::Interval;
use serde::{Deserialize, Serialize};

/// Looks inside a step.
pub(super) const LOOKS: usize = 3;
/// A bracket is this many eps (|t| + |h|) wide.
pub(super) const WIDTH: f64 = 100.0 * f64::EPSILON;
/// Events that shrink towards a time within so many brackets go on for ever.
const SUSPICIOUS: f64 = 1e6;
/// Crossings to and fro within so many brackets are no more than what brackets leave open.
pub(super) const CLOSE: f64 = 1e3;
/// So many crossings to and fro in a row are sliding.
const TO_AND_FRO: u32 = 8;
/// So many intervals in a row that shrink are an accumulation.
const SHRINKING: u32 = 3;
/// So many rounds of events at one time are too many.
const MOST_AT_ONCE: u32 = 1000;

/// What an advance has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// A step was taken.
    Step,
    /// A step was taken to where switches turn.
    Turn,
    /// Root functions have gone through zero at the time reached, and what they set off has happened:
    /// [`Solver::happened`](super::Solver::happened).
    Event,
    /// As [`Advance::Event`], and the run is to end here.
    Terminal,
}

/// On which side of zero a value is.
pub(super) fn side(g: f64) -> i8 {
    i8::from(g > 0.0) - i8::from(g < 0.0)
}

/// Whether going from one side to another is what a root waits for.
fn crosses(direction: Direction, from: i8, to: i8) -> bool {
    match direction {
        Direction::Rising => from < 0 && to >= 0,
        Direction::Falling => from > 0 && to <= 0,
        Direction::Both => from != 0 && to != from,
    }
}

/// The functions in a step.
pub(super) trait Sight {
    /// Writes their values at a time.
    fn look(&mut self, t: f64, values: &mut [f64]) -> Result<(), Reject>;

    /// Those in which the time may turn to and fro.
    fn timed(&self) -> &[usize];

    /// These, with bounds of each and of its slope from one time to another.
    fn bounds(&mut self, from: f64, to: f64) -> (&[usize], &[[Interval; 2]]);
}

/// The root functions of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Watch {
    directions: Vec<Direction>,
    /// How many margins of switches come after the functions of events.
    switches: usize,
    /// On which side each function was last seen; empty before the first look.
    pub(super) sides: Vec<i8>,
    /// The values at the time reached.
    now: Exact,
    /// The roots that have gone through zero at the last event.
    pub happened: Vec<usize>,
    /// The side that the first of them came from.
    came_from: i8,
    history: History,
    /// A root through which the solution is to go back at once, and to which side; none once that has been seen.
    #[serde(default)]
    pub awaited: Option<Crossing>,
    #[serde(skip)]
    pub(super) looks: Looks,
}

/// The looks of a step: memory, of which nothing is asked afterwards.
#[derive(Clone, Debug, Default)]
pub(super) struct Looks {
    pub times: Vec<f64>,
    /// How wide brackets are.
    pub width: f64,
    /// A row of values for each time.
    pub rows: Vec<f64>,
    pub probe: Vec<f64>,
    /// Where parts of a step end that are still to be looked through.
    pub open: Vec<f64>,
    /// How many parts have been looked through, and how long those are together of which the bounds told.
    pub parts: u64,
    pub searched: f64,
    /// Times at which a function may turn back, with its number.
    vertices: Vec<(f64, usize)>,
}

impl PartialEq for Looks {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Watch {
    pub fn new(directions: &[Direction], switches: usize) -> Self {
        Watch {
            directions: directions.to_vec(),
            switches,
            sides: Vec::new(),
            now: Exact(vec![0.0; directions.len() + switches]),
            happened: Vec::new(),
            came_from: 0,
            history: History::default(),
            awaited: None,
            looks: Looks::default(),
        }
    }

    /// Whether this is of a system with these root functions.
    pub fn fits(&self, directions: &[Direction], switches: usize) -> bool {
        let m = directions.len() + switches;
        let is_same = self.directions == directions && self.switches == switches && self.now.0.len() == m;
        let sides = self.sides.is_empty() || self.sides.len() == directions.len();
        is_same && sides && self.happened.iter().all(|&i| i < m)
    }

    /// The number of root functions, margins included.
    pub fn len(&self) -> usize {
        self.directions.len() + self.switches
    }

    /// The number of root functions of events.
    pub fn events(&self) -> usize {
        self.directions.len()
    }

    /// Whether there is nothing to look at.
    pub fn is_idle(&self) -> bool {
        self.len() == 0
    }

    /// The functions of events that have gone through zero at the last event, and the margins of switches that have turned.
    pub fn happened_apart(&self) -> (&[usize], &[usize]) {
        self.happened.split_at(self.happened.partition_point(|&root| root < self.events()))
    }

    /// The state is put elsewhere; at another time it is a new beginning.
    pub fn jump(&mut self, is_same_time: bool) {
        self.happened.clear();
        if !is_same_time {
            self.sides.clear();
            (self.history, self.awaited) = (History::default(), None);
        }
    }

    /// Looks where a run begins, or after the state has jumped: whether something happens. A jump to the other side
    /// counts as going through zero, except for the roots that have themselves just set it off.
    pub fn look_after_jump(&mut self, t: f64, sight: &mut dyn Sight) -> Result<bool, Reject> {
        sight.look(t, &mut self.now.0)?;
        let just = std::mem::take(&mut self.happened);
        if !self.sides.is_empty() {
            let events = self.events();
            // switches have been set by what is looked at here
            let crossed = self.crossed(&self.now.0).take_while(|i| *i < events);
            self.happened = crossed.filter(|i| !just.contains(i)).collect();
            self.remember_side();
        }
        self.sides.clear();
        self.sides.extend(self.now.0[..self.directions.len()].iter().map(|g| side(*g)));
        Ok(!self.happened.is_empty())
    }

    /// The root that set off the last event, now, and the side that it came from, where events come ever faster.
    pub fn shrinking(&self, t: f64) -> Option<Crossing> {
        let (last, crossing) = self.history.last?;
        let is_of_event = crossing.0 < self.events() && crossing.1 != 0;
        (last == t && is_of_event && self.history.shrinking >= SHRINKING).then_some(crossing)
    }

    /// Looks for the first crossing in a step from `t` to `end`: the time at which it is found to have been made.
    pub fn look_through_step(&mut self, t: f64, end: f64, sight: &mut dyn Sight) -> Result<Option<f64>, Reject> {
        self.happened.clear();
        let m = self.len();
        self.looks.times.clear();
        self.looks.rows.clear();
        for k in 0..=LOOKS + 1 {
            let part = k as f64 / (LOOKS + 1) as f64;
            self.looks.times.push(if k > LOOKS { end } else { t + part * (end - t) });
            self.looks.rows.extend_from_slice(&self.now.0); // of the first look these are the values
            if k > 0 {
                sight.look(self.looks.times[k], &mut self.looks.rows[k * m..])?;
            }
        }
        self.look_at_vertices(sight)?;
        let is_seen = |&(root, near): &Crossing| self.looks.rows.chunks(m).any(|row| side(row[root]) == near);
        self.awaited = self.awaited.filter(|awaited| !is_seen(awaited));
        let width = WIDTH * (t.abs() + (end - t).abs());
        (self.looks.width, self.looks.parts, self.looks.searched) = (width, 0, 0.0);
        let mut k = 1;
        while k < self.looks.times.len() {
            self.look_between(k, sight)?;
            self.now.0.copy_from_slice(&self.looks.rows[k * m..][..m]);
            if self.crossed(&self.now.0).next().is_some() {
                let found = self.bracket(k, width, sight)?;
                self.happened = self.crossed(&self.now.0).collect();
                self.remember_side();
                self.sides_from_now();
                return Ok(Some(found));
            }
            self.sides_from_now();
            k += 1;
        }
        Ok(None)
    }

    fn remember_side(&mut self) {
        self.came_from = self.happened.first().and_then(|&i| self.sides.get(i)).copied().unwrap_or(0);
    }

    fn sides_from_now(&mut self) {
        for (side_of, g) in self.sides.iter_mut().zip(&self.now.0).filter(|(_, g)| !g.is_nan()) {
            *side_of = side(*g);
        }
    }

    /// The roots that have gone through zero and the switches that have turned, given values.
    fn crossed<'a>(&'a self, values: &'a [f64]) -> impl Iterator<Item = usize> + 'a {
        let (of_events, margins) = values.split_at(self.events());
        let sides = self.sides.iter().zip(of_events);
        let crossings = sides.zip(&self.directions).enumerate();
        let has_crossed =
            |((old, g), direction): &((&i8, &f64), &Direction)| !g.is_nan() && crosses(**direction, **old, side(**g));
        let turned = margins.iter().enumerate().filter(|(_, margin)| **margin < 0.0).map(|(k, _)| of_events.len() + k);
        crossings.filter(move |(_, crossing)| has_crossed(crossing)).map(|(i, _)| i).chain(turned)
    }

    /// Adds looks where functions turn back towards zero between three looks on one side of it, if they are on the
    /// other side there.
    fn look_at_vertices(&mut self, sight: &mut dyn Sight) -> Result<(), Reject> {
        let (m, spacing) = (self.len(), self.looks.times[1] - self.looks.times[0]);
        self.looks.vertices.clear();
        for (k, i) in (1..=LOOKS).flat_map(|k| (0..m).map(move |i| (k, i))) {
            let [a, b, c] = [k - 1, k, k + 1].map(|k| self.looks.rows[k * m + i]);
            let is_one_side = side(b) != 0 && side(b) == side(c) && side(a) * side(b) >= 0;
            let bend = a - 2.0 * b + c;
            let shift = 0.5 * (a - c) / bend;
            if is_one_side && side(bend) == side(b) && shift.abs() < 1.0 {
                self.looks.vertices.push((self.looks.times[k] + shift * spacing, i));
            }
        }
        let mut values = std::mem::take(&mut self.looks.probe);
        values.resize(m, 0.0);
        for k in 0..self.looks.vertices.len() {
            let (t, i) = self.looks.vertices[k];
            sight.look(t, &mut values)?;
            let place = self.looks.times.partition_point(|time| *time < t);
            let is_inside = place > 0 && place < self.looks.times.len() && self.looks.times[place] > t;
            if is_inside && side(values[i]) != side(self.looks.rows[place * m + i]) {
                self.looks.times.insert(place, t);
                self.looks.rows.splice(place * m..place * m, values.iter().copied());
            }
        }
        self.looks.probe = values;
        Ok(())
    }

    /// Narrows the part of a step that ends with look k, where something has crossed, to `width`: the time of its end,
    /// with the values there in `now`.
    fn bracket(&mut self, k: usize, width: f64, sight: &mut dyn Sight) -> Result<f64, Reject> {
        let m = self.len();
        let (mut a, mut b) = (self.looks.times[k - 1], self.looks.times[k]);
        let mut left = self.looks.rows[(k - 1) * m..][..m].to_vec();
        let mut middle = left.clone();
        let mut halved = b - a;
        for turn in 0_u32.. {
            let wide = b - a;
            if wide <= width {
                break;
            }
            // where straight lines cross, a little beyond and before it in turn; halves where that does not get on
            let beyond = if turn % 2 == 0 { 0.4 * width } else { -0.4 * width };
            let guess = self.secant((a, &left), b) + beyond;
            let slow = turn % 3 == 2 && wide > 0.5 * std::mem::replace(&mut halved, wide);
            let inside = guess > a && guess < b;
            let t = if inside && !slow { guess } else { a + 0.5 * wide };
            sight.look(t, &mut middle)?;
            if self.crossed(&middle).next().is_some() {
                b = t;
                std::mem::swap(&mut self.now.0, &mut middle);
            } else {
                a = t;
                std::mem::swap(&mut left, &mut middle);
            }
        }
        Ok(b)
    }

    /// The first time at which a line between the values at a and those at b (`now`) is zero, of those that cross.
    fn secant(&self, (a, left): (f64, &[f64]), b: f64) -> f64 {
        let zero = |i: usize| a + (b - a) * left[i] / (left[i] - self.now.0[i]);
        self.crossed(&self.now.0).map(zero).filter(|t| !t.is_nan()).fold(b, f64::min)
    }

    /// Notes an event at t, after a step of length h that saw these modes; a kind of failure where events do not let the time
    /// go on.
    pub fn note(&mut self, t: f64, h: f64, modes: &[f64]) -> Option<FailureKind> {
        let root = *self.happened.first()?;
        let Some(k) = root.checked_sub(self.events()) else {
            return self.history.note(t, WIDTH * (t.abs() + h.abs()), (root, self.came_from));
        };
        // a switch comes from the side that its mode says
        let mode = modes[modes.len() - self.switches + k];
        let width = self.looks.width;
        let failure = self.history.note(t, width, (root, mode.rem_euclid(2.0) as i8));
        // turns that come ever faster may be followed by a time without any; those that go on for ever are too many at last
        let failure = failure.filter(|kind| *kind != FailureKind::AccumulatingEvents);
        failure.or_else(|| self.history.note_turn(t, width, self.switches))
    }
}

/// A root and the side that it came from.
pub(crate) type Crossing = (usize, i8);

/// What events have been like of late.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct History {
    /// The last event and the one before.
    last: Option<(f64, Crossing)>,
    before: Option<(f64, Crossing)>,
    at_once: u32,
    shrinking: u32,
    to_and_fro: u32,
    /// When the crossings to and fro began.
    since: f64,
    /// Turns of switches that follow closely, and when they began.
    turns: usize,
    turns_since: f64,
}

impl History {
    /// Notes a turn of one of so many switches: several that make one another turn to and fro are sliding, too.
    fn note_turn(&mut self, t: f64, width: f64, switches: usize) -> Option<FailureKind> {
        if self.turns == 0 || t - self.turns_since > CLOSE * width {
            (self.turns, self.turns_since) = (0, t);
        }
        self.turns += 1;
        (self.turns > TO_AND_FRO as usize * (switches + 1)).then_some(FailureKind::Sliding)
    }

    /// Notes an event at t, where times are known to within `width`; a kind of failure where events do not let the time go on.
    pub fn note(&mut self, t: f64, width: f64, crossing: Crossing) -> Option<FailureKind> {
        let before = std::mem::replace(&mut self.before, self.last.replace((t, crossing)));
        let (t_last, last) = self.before?;
        let (interval, near) = (t - t_last, SUSPICIOUS * width);
        self.at_once = if interval == 0.0 { self.at_once + 1 } else { 0 };
        if self.at_once > MOST_AT_ONCE {
            return Some(FailureKind::RepeatedEvents);
        }
        let (t_before, before) = before?;
        let longer = t_last - t_before;
        let shrinks = crossing == last && last == before && interval < longer;
        self.shrinking = if shrinks { self.shrinking + 1 } else { 0 };
        // as a geometric series the intervals would come to
        let left = interval * interval / (longer - interval);
        if self.shrinking >= SHRINKING && interval.max(left) < near {
            return Some(FailureKind::AccumulatingEvents);
        }
        if interval == 0.0 || crossing == last || crossing != before || t - self.since > CLOSE * width {
            (self.to_and_fro, self.since) = (0, t);
        }
        self.to_and_fro += 1;
        (self.to_and_fro >= TO_AND_FRO).then_some(FailureKind::Sliding)
    }
}
