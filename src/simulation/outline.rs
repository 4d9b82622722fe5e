//! What a picture of a run needs: more than its rows.

use super::Running;
use super::delays::Seen;

/// The course of the columns where the solver has been, as fine as a picture shows it.
///
/// It holds every row, the end of every step, and both sides of every jump, at one time. Of what lies closer together
/// than a picture can tell apart it keeps the first, the last and the extremes of every column, so that its memory does not
/// grow with the run.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Outline {
    /// The times, in order; a time stands there twice where something jumps.
    pub t: Vec<f64>,
    /// The values at each time, in the order of the columns.
    pub rows: Vec<Vec<f64>>,
    /// Where the last slot of time begins in `t`, and which it is.
    open: (usize, f64),
    width: f64,
}

/// Parts of the time of a run that a picture tells apart: two for each pixel of one 2000 pixels wide.
const SLOTS: f64 = 4000.0;
/// Points of one slot that are kept until the next thinning, beside what it leaves.
const SPARE: usize = 64;

impl Outline {
    /// An outline from `start` to `end`.
    pub(super) fn new(start: f64, end: f64) -> Self {
        Outline { open: (0, f64::NEG_INFINITY), width: (end - start) / SLOTS, ..Outline::default() }
    }

    /// A point that is not before the last.
    pub(super) fn push(&mut self, t: f64, values: &[f64]) {
        // a row within rounding of the end of a step counts as there
        let t = self.t.last().map_or(t, |last| t.max(*last));
        if self.t.last() == Some(&t) && self.rows.last().is_some_and(|row| row == values) {
            return;
        }
        let slot = (t / self.width).floor();
        if slot != self.open.1 {
            self.thin();
            self.open = (self.t.len(), slot);
        } else if self.t.len() - self.open.0 > 2 * values.len() + 2 + SPARE {
            self.thin();
        }
        self.t.push(t);
        self.rows.push(values.to_vec());
    }

    /// Keeps the ends of the last slot and its extremes.
    fn thin(&mut self) {
        let begin = self.open.0;
        let (Some(last), Some(row)) = (self.t.len().checked_sub(1), self.rows.get(begin)) else { return };
        if last < begin + 2 {
            return;
        }
        let mut keep = vec![begin, last];
        for k in 0..row.len() {
            let mut at = (begin, begin);
            for i in begin..=last {
                // what is not a number is no extreme
                at.0 = if self.rows[i][k] < self.rows[at.0][k] { i } else { at.0 };
                at.1 = if self.rows[i][k] > self.rows[at.1][k] { i } else { at.1 };
            }
            keep.extend([at.0, at.1]);
        }
        keep.sort_unstable();
        keep.dedup();
        for (to, &from) in keep.iter().enumerate() {
            self.t.swap(begin + to, from);
            self.rows.swap(begin + to, from);
        }
        self.t.truncate(begin + keep.len());
        self.rows.truncate(begin + keep.len());
    }
}

impl Running {
    /// The end of a step, as the step led there: before anything happens at that instant.
    pub(super) fn sketch_step(&mut self) {
        if self.is_outlined() {
            let Running { native, simulation, past, solver, state, .. } = self;
            solver.interpolate(Seen::new(native, simulation, past).system(), solver.t(), state);
            self.sketch();
        }
    }

    /// The state as it is now, after what has happened.
    pub(super) fn sketch_now(&mut self) {
        if self.is_outlined() {
            self.state.copy_from_slice(self.solver.y());
            self.sketch();
        }
    }

    /// Whether the present time belongs to an outline. The first row begins it.
    fn is_outlined(&self) -> bool {
        self.outline.is_some() && self.solver.t() > self.run.start
    }

    fn sketch(&mut self) {
        let t = self.solver.t();
        self.observe(t);
        if let Some(outline) = &mut self.outline {
            outline.push(t, &self.values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Outline;

    #[test]
    fn extremes_ends_and_jumps_stay() {
        let mut outline = Outline::new(0.0, 1.0);
        let n = 1_000_000;
        for i in 0..=n {
            let t = f64::from(i) / f64::from(n);
            outline.push(t, &[(60.0 * t).sin(), if i == 500_000 { 7.0 } else { 0.0 }]);
        }
        outline.push(1.0, &[9.0, 0.0]);
        outline.push(1.0, &[9.0, 0.0]); // nothing new
        assert!(outline.t.len() < 40_000, "{}", outline.t.len());
        assert!(outline.t.is_sorted() && outline.t[0] == 0.0);
        let peak = outline.rows.iter().position(|row| row[1] == 7.0).unwrap();
        assert_eq!(outline.t[peak], 0.5);
        assert_eq!(outline.t[outline.t.len() - 2..], [1.0, 1.0]);
        assert_eq!(outline.rows.last().unwrap(), &[9.0, 0.0]);
        let largest = outline.rows.iter().map(|row| row[0]).filter(|x| *x < 2.0).fold(0.0, f64::max);
        assert!((largest - 1.0).abs() < 1e-9);
    }
}
