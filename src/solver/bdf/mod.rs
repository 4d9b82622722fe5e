//! Backward differentiation formulas of order 1 to 5 on steps of any length.
//!
//! The formulas have a fixed leading coefficient and are written in modified divided differences, as in L. R. Petzold, A
//! description of DASSL: a differential/algebraic system solver, SAND82-8637 (1982), with the letters of that paper.

mod history;
mod newton;
mod order;
mod tangent;
#[cfg(test)]
mod tests;

use super::norm::Norm;
use super::stages::finite;
use super::stepper::{Fault, Numbers, Problem, Stepper};
use super::tangent::Carried;
use super::vector::padded;
use super::{Failure, Options, Shape, Statistics};
use crate::linalg::LinearAlgebra;
use crate::program::{Executor, widest};
use history::{Formula, History, MOST_ORDER};
use newton::{Equations, Newton, Size};
use order::Control;
use tangent::{Taken, Tangents};

/// Memory of a run by backward differentiation.
#[derive(Clone, Debug)]
pub(super) struct Bdf {
    n: usize,
    control: Control,
    newton: Newton,
    /// What the next step goes from; and what the last accepted one went from, with its order: dense output.
    now: History,
    before: History,
    order_before: usize,
    /// The length of the last accepted step.
    step: f64,
    /// Whether the past says nothing.
    is_new: bool,
    /// f at a new beginning.
    slope: Vec<f64>,
    /// y^0 and y'^0 of the step tried, padded.
    predicted: Vec<f64>,
    predicted_slope: Vec<f64>,
    state: Vec<f64>,
    /// y - y^0, and the error estimate.
    difference: Vec<f64>,
    error: Vec<f64>,
    /// Errors of the step tried, had it been of the order below or above.
    beside: [Option<f64>; 2],
    tangents: Option<Tangents>,
}

impl Bdf {
    pub fn new(shape: &Shape, options: &Options) -> Result<Self, Failure> {
        let zeros = || vec![0.0; padded(shape.n())];
        let mut orders = options.allowed_orders().map(|order| order as usize);
        let least = orders.next().unwrap_or(1);
        Ok(Bdf {
            n: shape.n(),
            control: Control::new(least, orders.last().unwrap_or(least)),
            newton: Newton::new(shape, options)?,
            now: History::new(shape.n()),
            before: History::new(shape.n()),
            order_before: 1,
            step: 1.0,
            is_new: true,
            slope: zeros(),
            predicted: zeros(),
            predicted_slope: zeros(),
            state: zeros(),
            difference: zeros(),
            error: zeros(),
            beside: [None; 2],
            tangents: None,
        })
    }

    /// Errors that the step just tried would have had at the orders beside its own, as far as the past tells.
    fn look_beside(&mut self, formula: &Formula, norm: &Norm) {
        let k = formula.k;
        let (now, state) = (&self.now, &self.state);
        let mut size = |i: usize, of: &dyn Fn(f64, f64) -> f64| {
            for ((x, old), e) in self.error.iter_mut().zip(now.difference(i)).zip(&self.difference) {
                *x = of(formula.beta[i - 1] * old, *e);
            }
            widest(Size { norm, x: &self.error, a: now.newest(), b: state })
        };
        // the formula of order j is off by h^(j+1) y^(j+1) / (j + 1); phi_{k+1} and phi_{k+3} after the step
        let below = (k > 1).then(|| size(k + 1, &|old, e| old + e) * formula.derivative(k) / k as f64);
        let is_known = k < MOST_ORDER && now.known >= k + 2;
        let above = is_known.then(|| size(k + 2, &|old, e| e - old) * formula.derivative(k + 2) / (k + 2) as f64);
        self.beside = [below, above];
    }
}

impl Stepper for Bdf {
    fn boxed(&self) -> Box<dyn Stepper> {
        Box::new(self.clone())
    }

    fn order(&self) -> u32 {
        1
    }

    fn prepare(&mut self, p: &Problem, t: f64, y: &[f64], stats: &mut Statistics) -> Result<(), Fault> {
        if self.is_new {
            stats.rhs += 1;
            self.now.begin(t, y);
            let scratch = self.newton.scratch();
            p.system.rhs(&p.at(t), y, &mut self.slope[..self.n], scratch)?;
            finite(&self.slope)?;
        } else {
            self.now.follow(&self.before, self.order_before, (t, y));
        }
        Ok(())
    }

    fn slope(&self) -> &[f64] {
        &self.slope[..self.n]
    }

    fn attempt(
        &mut self,
        problem: &Problem,
        (t, h): (f64, f64),
        norm: &Norm,
        statistics: &mut Statistics,
    ) -> Result<f64, Fault> {
        self.beside = [None; 2];
        if self.is_new {
            self.now.lead_in(h, &self.slope, problem.system.shape().mass());
        }
        let formula = Formula::new(&self.now, self.control.order, h);
        self.now.predict(&formula, &mut self.predicted, &mut self.predicted_slope);
        let equations = Equations {
            problem,
            norm,
            t: t + h,
            leading: formula.leading,
            predicted: (&self.predicted, &self.predicted_slope),
            start: self.now.newest(),
        };
        self.newton.solve(&equations, &mut self.state, &mut self.difference, statistics)?;
        let size = widest(Size { norm, x: &self.difference, a: self.now.newest(), b: &self.state });
        let error = formula.constant * size;
        self.look_beside(&formula, norm);
        for (error, e) in self.error.iter_mut().zip(&self.difference) {
            *error = formula.constant * e;
        }
        Ok(error)
    }

    fn state(&self) -> &[f64] {
        &self.state[..self.n]
    }

    fn error(&self) -> &[f64] {
        &self.error[..self.n]
    }

    fn accept(&mut self, h: f64, error: f64, _: &[f64]) -> f64 {
        std::mem::swap(&mut self.now, &mut self.before);
        (self.order_before, self.step, self.is_new) = (self.control.order, h, false);
        self.newton.grow_older();
        let [below, above] = self.beside;
        self.control.accepted(h, &[below, Some(error), above])
    }

    fn reject(&mut self, h: f64, error: f64) -> f64 {
        self.control.rejected(h, error, self.beside[0])
    }

    fn again(&self) -> Option<f64> {
        self.control.again
    }

    fn restart(&mut self) {
        self.control.restart();
        self.newton.forget();
        self.is_new = true;
    }

    fn value(&self, s: f64, (_, y1): (&[f64], &[f64]), out: &mut [f64]) {
        self.before.interpolate((self.order_before, self.step), s, false, y1, out);
    }

    fn derivative(&self, s: f64, (_, y1): (&[f64], &[f64]), out: &mut [f64]) {
        self.before.interpolate((self.order_before, self.step), s, true, y1, out);
    }

    /// None: a past that lies on the solution's slow part makes the polynomial as exact as the steps, so that three
    /// right-hand sides for each row would buy nothing (`docs/accuracy.md`).
    fn factors(&mut self, _: f64) -> Option<f64> {
        None
    }

    fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64], statistics: &mut Statistics) {
        self.newton.solve_linear(right_hand_side, x, statistics);
    }

    fn carry(&mut self, count: usize, shape: &Shape, options: &Options) -> Result<bool, Failure> {
        self.tangents = Some(Tangents::new(count, shape, options)?);
        Ok(true)
    }

    fn carry_through(
        &mut self,
        problem: &Problem,
        (t, h): (f64, f64),
        end: &[f64],
        carried: &mut [Carried],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        let Some(tangents) = &mut self.tangents else { return Ok(()) };
        // the length that the step was taken with: rounding may have taken another from the clock
        let taken = Taken { problem, t: t + h, h: self.step, before: &self.before, order: self.order_before, end };
        tangents.carry_through(&taken, carried, statistics)
    }

    fn carried(&self, k: usize, s: f64, (_, end): (&[f64], &[f64]), is_derivative: bool, out: &mut [f64]) {
        if let Some(tangents) = &self.tangents {
            tangents.interpolate(k, s, is_derivative, end, out);
        }
    }

    fn executor(&self) -> Executor {
        self.newton.executor()
    }

    fn linear_algebra(&self) -> Option<LinearAlgebra> {
        Some(self.newton.linear_algebra())
    }

    fn set_executor(&mut self, executor: Executor) {
        self.newton.set_executor(executor);
        self.tangents.iter_mut().for_each(|tangents| tangents.set_executor(executor));
    }

    fn keep(&self) -> Vec<f64> {
        let flags = [self.order_before as f64, f64::from(u8::from(self.is_new)), self.step];
        [&flags[..], &self.control.keep(), &self.before.keep(), &self.newton.keep()].concat()
    }

    fn take_up(&mut self, kept: &[f64]) -> bool {
        let mut numbers = Numbers(kept);
        let mut take = || {
            let order = numbers.one()?;
            self.order_before = (1..=MOST_ORDER).find(|k| *k as f64 == order)?;
            self.is_new = numbers.one()? != 0.0;
            self.step = numbers.one()?;
            self.control.take_up(&mut numbers)?;
            self.before.take_up(&mut numbers)?;
            self.newton.take_up(&mut numbers)
        };
        take().is_some() && numbers.0.is_empty()
    }
}
