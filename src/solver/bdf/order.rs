//! Choosing order and step size.
//!
//! Policies:
//! - After so many steps at an order as its number, the orders beside it are weighed: the next step has the order that
//!   promises the longest one, each by its own error estimate.
//! - A step grows only then, and only where it is worth it ([`WORTH`]), at most to twice its length: formulas on steps of
//!   unlike lengths are less stable, and another length may cost a factorisation. It shrinks whenever the estimate says so.
//! - After a rejection the step does not grow, and the order may fall. From the third rejection on the past is
//!   believed no more: the order is 1.
//! - After a start or an event the order is 1.

use super::super::control::inverse_root;
use super::super::stepper::Numbers;
use super::history::MOST_ORDER;

/// A step grows at most by this factor, and where the error promises less than the other it does not.
const GROW: f64 = 2.0;
const WORTH: f64 = 1.4;
/// A step shrinks at most by this factor.
const SHRINK: f64 = 0.25;
/// The part of the promised step that is taken, at any order: at order 5 the error is then 0.03 of the tolerance, since in a
/// long smooth stretch the errors of all steps have the same sign.
const SAFETY: f64 = 1.0 / 1.8;
/// The safety factor of a step that has been rejected, and the least that it shrinks by.
const AGAIN: f64 = 0.9;
/// The safety factor for a step whose error is known from the last event of its kind, and the most it may grow by.
const KNOWN: f64 = 0.95;
const GROW_KNOWN: f64 = 10.0;
/// Errors below this say nothing.
const LEAST: f64 = 1e-12;

/// What is remembered of orders and steps.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub order: usize,
    /// The orders that may be used; lower ones only on the way up from a start or from rejections.
    least: usize,
    most: usize,
    /// Accepted steps at this order, since the last rejection.
    steps: usize,
    /// Rejections of the step being tried.
    rejections: u32,
    /// What the last accepted step should have been.
    pub again: Option<f64>,
}

/// Error estimates of a step at the order below, its own, and the one above, where there are some.
pub(super) type Errors = [Option<f64>; 3];

impl Control {
    pub fn new(least: usize, most: usize) -> Self {
        Control { order: 1, least, most, steps: 0, rejections: 0, again: None }
    }

    /// The past says nothing any more.
    pub fn restart(&mut self) {
        *self = Control::new(self.least, self.most);
    }

    /// The step after an accepted one of length h. The order may change.
    pub fn accepted(&mut self, h: f64, errors: &Errors) -> f64 {
        let order = self.order;
        // the error of order k goes with the power k + 1 of the step
        let longest = |i: usize| errors[i].map(|error| inverse_root(error.max(LEAST), (order + i) as u32));
        self.again = longest(1).map(|factor| h * (KNOWN * factor).min(GROW_KNOWN));
        self.steps += 1;
        let is_settled = self.steps >= order;
        let mut factor = longest(1).map_or(1.0, |factor| SAFETY * factor);
        for (i, beside) in [(0, order - 1), (2, order + 1)] {
            let climbs = order < self.least && beside > order;
            let may = climbs || (is_settled && (self.least..=self.most).contains(&beside));
            if let Some(other) = longest(i).map(|other| SAFETY * other)
                && may
                && (climbs || other > factor)
            {
                (factor, self.order, self.steps) = (other, beside, 0);
            }
        }
        let was_rejected = std::mem::take(&mut self.rejections) > 0;
        if factor > 1.0 && (was_rejected || !is_settled || factor < WORTH) {
            factor = 1.0;
        }
        h * factor.clamp(SHRINK, GROW)
    }

    /// The step to try after a rejected one; `error` is infinite where it gave no result. The order may fall.
    pub fn rejected(&mut self, h: f64, error: f64, below: Option<f64>) -> f64 {
        (self.rejections, self.steps) = (self.rejections + 1, 0);
        if self.rejections > 2 {
            self.order = 1;
        }
        if !error.is_finite() || self.rejections > 2 {
            return h * SHRINK;
        }
        let mut factor = inverse_root(error, self.order as u32 + 1);
        if let Some(other) = below.map(|error| inverse_root(error.max(LEAST), self.order as u32))
            && self.order > self.least
            && other > factor
        {
            (factor, self.order) = (other, self.order - 1);
        }
        h * (AGAIN * factor).clamp(SHRINK, AGAIN)
    }

    /// What is remembered, as numbers.
    pub fn keep(&self) -> [f64; 3] {
        [self.order as f64, self.steps as f64, self.again.unwrap_or(0.0)]
    }

    /// Goes on from where another one was.
    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        let [order, steps, again] = [numbers.one()?, numbers.one()?, numbers.one()?];
        self.order = (1..=MOST_ORDER).find(|k| *k as f64 == order)?;
        (self.steps, self.rejections) = (steps as usize, 0);
        self.again = Some(again).filter(|again| *again > 0.0);
        Some(())
    }
}
