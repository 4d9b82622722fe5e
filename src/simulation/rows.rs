//! Rows of a run: when, and what is in them.

use super::delays::Seen;
use super::running::{Running, Tell};
use super::timetable::rounding;
use super::{Moment, Run};
use crate::error::Error;
use crate::solver::Point;

impl Running {
    /// Where the run ends: at the last row, or where what is summed up ends.
    pub(super) fn last(&self) -> f64 {
        if self.summariser.is_some() { self.run.end } else { self.row_time(self.run.steps) }
    }

    pub(super) fn row_time(&self, i: usize) -> f64 {
        let Run { start, end, steps, .. } = self.run;
        if i == 0 {
            start
        } else if i == steps {
            end
        } else {
            start + i as f64 * (end - start) / steps as f64
        }
    }

    /// Tells the rows that lie before t, and those at t where everything has happened there. A row within
    /// rounding of t counts as at t, and so does one from which a turn at t cannot be told apart.
    pub(super) fn rows_until(&mut self, t: f64, including: bool, tell: Tell<'_>) -> Result<(), Error> {
        let rounding = rounding(t).max(self.conditions.leeway);
        while self.next_row <= self.run.steps {
            let row = self.row_time(self.next_row);
            let is_at = (row - t).abs() <= rounding;
            if row > t + rounding || (is_at && !including) {
                break;
            }
            if is_at {
                self.state.copy_from_slice(self.solver.y());
            } else {
                let Running { native, simulation, past, solver, state, .. } = self;
                solver.interpolate(Seen::new(native, simulation, past).system(), row, state);
            }
            self.tell_row(row, tell)?;
            self.next_row += 1;
        }
        Ok(())
    }

    /// The values of the columns at this time, in the state that is at hand.
    pub(super) fn observe(&mut self, t: f64) {
        let Running { native, simulation, past, observer, state, parameters, present, scratch, values, .. } = self;
        let at = Point::new(t, parameters);
        Seen::new(native, simulation, past).look(&at, state, present, scratch);
        observer.observe(&at.with_past(present), state, values);
    }

    pub(super) fn tell_row(&mut self, t: f64, tell: Tell<'_>) -> Result<(), Error> {
        self.observe(t);
        if let Some(outline) = &mut self.outline {
            outline.push(t, &self.values);
        }
        self.told(tell(Moment::Row { t, values: &self.values }))
    }
}
