//! Means, extremes and times in bands, gathered as a run goes on.

use super::{Run, Selection, Simulation};
use crate::error::Error;
use crate::solver::{Exact, Point};
use crate::system::Observer;

/// A band in which the time is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// What is watched.
    pub selection: Selection,
    /// The lower end, in the unit of the selection.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What a column has been like from the first row's time to the last's.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// The column.
    pub selection: Selection,
    /// The time summed up.
    pub time: f64,
    /// The mean over time.
    pub mean: f64,
    /// The smallest value and when it was reached.
    pub min: (f64, f64),
    /// The largest value and when it was reached.
    pub max: (f64, f64),
    /// Where a band is watched: its ends, and the time spent inside.
    pub band: Option<(f64, f64, f64)>,
}

/// What has been gathered of a column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Accumulated {
    time: f64,
    integral: f64,
    min: Option<(f64, f64)>,
    max: Option<(f64, f64)>,
    inside: f64,
}

/// Gauss-Lobatto nodes and weights on [0, 1] (Abramowitz & Stegun, table 25.6, n = 5): exact to degree 7, so that the
/// mean is as exact as dense output.
const NODES: [f64; 5] = [0.0, 0.172_673_164_646_011_43, 0.5, 0.827_326_835_353_988_6, 1.0];
const WEIGHTS: [f64; 5] = [0.05, 49.0 / 180.0, 16.0 / 45.0, 49.0 / 180.0, 0.05];
/// Turns of the searches for an extreme and for the edge of a band inside a step.
const TURNS: u32 = 40;

/// A column with the ends of its band.
type Column = (Selection, Option<(f64, f64)>);

/// Writes the state at a time within the last step, and values of the past as they are seen from there.
pub(super) type Read<'a> = &'a mut dyn FnMut(f64, &mut [f64], &mut [f64]);

/// Gathers summaries; its memory does not grow.
#[derive(Clone, Debug)]
pub(super) struct Summariser {
    observer: Observer,
    columns: Vec<Column>,
    accumulated: Vec<Accumulated>,
    from: f64,
    until: f64,
    state: Vec<f64>,
    past: Vec<f64>,
    /// A row of values for each node, and one for a closer look.
    rows: [Vec<f64>; 6],
}

impl Summariser {
    /// For what a run asks to be summed up; none where that is nothing.
    pub fn new(simulation: &Simulation, run: &Run, columns: &[Selection]) -> Result<Option<Self>, Error> {
        let mut all: Vec<Column> = Vec::new();
        if run.summarise {
            all.extend(columns.iter().map(|column| (column.clone(), None)));
        }
        all.extend(run.bands.iter().map(|band| (band.selection.clone(), Some((band.low, band.high)))));
        if all.is_empty() {
            return Ok(None);
        }
        let observables: Vec<_> = all.iter().map(|(column, _)| column.observable).collect();
        Ok(Some(Summariser {
            observer: simulation.system.observer(&simulation.network, &observables)?,
            accumulated: vec![Accumulated::default(); all.len()],
            rows: std::array::from_fn(|_| vec![0.0; all.len()]),
            columns: all,
            from: run.start,
            until: run.end,
            state: vec![0.0; simulation.system.states().len()],
            past: vec![0.0; 2 * simulation.system.delays()],
        }))
    }

    /// What has been gathered, as numbers: seven for each column.
    pub fn gathered(&self) -> Exact {
        let pair = |pair: Option<(f64, f64)>| pair.map_or([f64::NAN; 2], |(x, t)| [x, t]);
        let numbers = |a: &Accumulated| {
            let ([min, min_at], [max, max_at]) = (pair(a.min), pair(a.max));
            [a.time, a.integral, min, min_at, max, max_at, a.inside]
        };
        Exact(self.accumulated.iter().flat_map(numbers).collect())
    }

    /// Goes on from what was gathered before.
    pub fn take_up(&mut self, gathered: &Exact) -> Result<(), String> {
        let (columns, rest) = gathered.0.as_chunks::<7>();
        if columns.len() != self.columns.len() || !rest.is_empty() {
            return Err("the checkpoint is damaged: it holds summaries of other columns".to_string());
        }
        let pair = |x: f64, t: f64| Some((x, t)).filter(|(x, _)| !x.is_nan());
        let read = |&[time, integral, min, min_at, max, max_at, inside]: &[f64; 7]| Accumulated {
            time,
            integral,
            min: pair(min, min_at),
            max: pair(max, max_at),
            inside,
        };
        self.accumulated = columns.iter().map(read).collect();
        Ok(())
    }

    /// The state at an instant, after everything has happened there.
    pub fn point(&mut self, at: &Point, y: &[f64]) {
        if at.t >= self.from && at.t <= self.until {
            self.observer.observe(at, y, &mut self.rows[0]);
            for (sum, x) in self.accumulated.iter_mut().zip(&self.rows[0]) {
                sum.reach(at.t, *x);
            }
        }
    }

    /// The step just taken, up to an event that may have changed the state at its end.
    pub fn step(&mut self, read: Read<'_>, parameters: &[f64], (from, until): (f64, f64)) {
        let (a, b) = (from.max(self.from), until.min(self.until));
        if a >= b {
            return;
        }
        let h = b - a;
        let at = |node: usize| if node == NODES.len() - 1 { b } else { a + NODES[node] * h };
        for node in 0..NODES.len() {
            self.look(read, parameters, at(node), node);
        }
        for column in 0..self.columns.len() {
            let x: [f64; 5] = std::array::from_fn(|node| self.rows[node][column]);
            let sum = &mut self.accumulated[column];
            sum.time += h;
            sum.integral += h * x.iter().zip(WEIGHTS).map(|(x, w)| w * x).sum::<f64>();
            for (node, x) in x.iter().enumerate() {
                sum.reach(at(node), *x);
            }
            for node in 1..NODES.len() - 1 {
                for sign in [1.0, -1.0] {
                    let [left, here, right] = [x[node - 1], x[node], x[node + 1]].map(|x| sign * x);
                    let extreme = self.accumulated[column].extreme(sign);
                    // it may lie beyond the node by a part of what the nodes beside it fall short
                    let beyond = here + (here - left).max(here - right);
                    if here >= left && here >= right && extreme.is_some_and(|(e, _)| sign * e <= beyond) {
                        self.refine(read, parameters, column, (at(node - 1), at(node + 1)), sign);
                    }
                }
            }
            if let Some(band) = self.columns[column].1 {
                for node in 1..NODES.len() {
                    let ends = (at(node - 1), at(node));
                    let values = (x[node - 1], x[node]);
                    // what is above the lower end, but for what is above the upper one: a column may pass the whole band
                    let (low, high) = band;
                    let above_low = self.time_where(read, parameters, column, ends, values, &|x| x >= low);
                    let above_high = self.time_where(read, parameters, column, ends, values, &|x| x > high);
                    self.accumulated[column].inside += above_low - above_high;
                }
            }
        }
    }

    fn look(&mut self, read: Read<'_>, parameters: &[f64], t: f64, row: usize) {
        read(t, &mut self.state, &mut self.past);
        let at = Point::new(t, parameters).with_past(&self.past);
        self.observer.observe(&at, &self.state, &mut self.rows[row]);
    }

    /// The value of a column inside the step.
    fn value(&mut self, read: Read<'_>, parameters: &[f64], column: usize, t: f64) -> f64 {
        self.look(read, parameters, t, NODES.len());
        self.rows[NODES.len()][column]
    }

    /// Looks for an extreme between two times by golden sections.
    fn refine(&mut self, read: Read<'_>, parameters: &[f64], column: usize, (mut a, mut b): (f64, f64), sign: f64) {
        let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
        let (mut left, mut right) = (b - golden * (b - a), a + golden * (b - a));
        let mut at = |s: &mut Self, t: f64| sign * s.value(read, parameters, column, t);
        let (mut low, mut high) = (at(self, left), at(self, right));
        for _ in 0..TURNS {
            if low > high {
                (b, right, high) = (right, left, low);
                left = b - golden * (b - a);
                low = at(self, left);
            } else {
                (a, left, low) = (left, right, high);
                right = a + golden * (b - a);
                high = at(self, right);
            }
        }
        self.accumulated[column].reach(left, sign * low);
        self.accumulated[column].reach(right, sign * high);
    }

    /// How long something holds of a column between two nodes, where that changes at most once.
    fn time_where(
        &mut self,
        read: Read<'_>,
        parameters: &[f64],
        column: usize,
        (mut a, mut b): (f64, f64),
        (first, last): (f64, f64),
        holds: &dyn Fn(f64) -> bool,
    ) -> f64 {
        let (begins, ends) = (holds(first), holds(last));
        if begins == ends {
            return if begins { b - a } else { 0.0 };
        }
        let whole = (a, b);
        for _ in 0..TURNS {
            let middle = 0.5 * (a + b);
            if holds(self.value(read, parameters, column, middle)) == begins { a = middle } else { b = middle }
        }
        if begins { a - whole.0 } else { whole.1 - b }
    }

    pub fn summaries(&self) -> Vec<Summary> {
        let summary = |((selection, band), sum): (&Column, &Accumulated)| Summary {
            selection: selection.clone(),
            time: sum.time,
            mean: sum.integral / sum.time,
            min: sum.min.unwrap_or((f64::NAN, f64::NAN)),
            max: sum.max.unwrap_or((f64::NAN, f64::NAN)),
            band: band.map(|(low, high)| (low, high, sum.inside)),
        };
        self.columns.iter().zip(&self.accumulated).map(summary).collect()
    }
}

impl Accumulated {
    fn reach(&mut self, t: f64, x: f64) {
        if x.is_finite() && self.min.is_none_or(|(min, _)| x < min) {
            self.min = Some((x, t));
        }
        if x.is_finite() && self.max.is_none_or(|(max, _)| x > max) {
            self.max = Some((x, t));
        }
    }

    /// The largest value (the smallest for a negative sign).
    fn extreme(&self, sign: f64) -> Option<(f64, f64)> {
        if sign > 0.0 { self.max } else { self.min }
    }
}
