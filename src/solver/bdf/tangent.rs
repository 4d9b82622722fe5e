//! A step of backward differentiation, differentiated exactly.
//!
//! The state at its end solves `y'^0 + c (y - y^0) = f(t, y)`, where y^0 and y'^0 are linear in the states of the past. How it
//! moves therefore solves `(c - J) (s - s^0) = J s^0 + df/dp dp - s'^0` with the same c, order and past times: one linear system,
//! which the iteration for the state has nothing to do with (staggered direct: Caracotsios & Stewart 1985, Computers &
//! Chemical Engineering 9:359). J is evaluated at the end of the step and factored once for all sensitivities. The factors of
//! the iteration are up to 30 steps old: corrections with these (Feehery, Tolsma & Barton 1997, Applied Numerical Mathematics
//! 25:41) would take several solutions for each to reach the digits that one gives.

use super::super::stepper::{Fault, Problem};
use super::super::tangent::{Carried, add_parameters, add_product};
use super::super::vector::{not_finite, padded};
use super::super::{Failure, Options, Reject, Shape, Statistics};
use super::history::{Formula, History};
use crate::linalg::LinearSolver;

/// The last accepted step of the state.
pub(super) struct Taken<'a> {
    pub problem: &'a Problem<'a>,
    /// The time at its end.
    pub t: f64,
    pub h: f64,
    /// What it went from, its order, and the state it led to.
    pub before: &'a History,
    pub order: usize,
    pub end: &'a [f64],
}

/// The past of one sensitivity: where the last step went from, and room for the next.
#[derive(Clone, Debug)]
struct Past {
    before: History,
    now: History,
}

/// Sensitivities of a run by backward differentiation.
#[derive(Clone, Debug)]
pub(super) struct Tangents {
    each: Vec<Past>,
    /// Order and length of the last step.
    order: usize,
    step: f64,
    linear: LinearSolver,
    jacobian: Vec<f64>,
    predicted: Vec<f64>,
    predicted_slope: Vec<f64>,
    rate: Vec<f64>,
    by_parameter: Vec<f64>,
    scratch: Vec<f64>,
}

impl Tangents {
    pub fn new(count: usize, shape: &Shape, options: &Options) -> Result<Self, Failure> {
        let zeros = || vec![0.0; padded(shape.n())];
        let past = Past { before: History::new(shape.n()), now: History::new(shape.n()) };
        Ok(Tangents {
            each: vec![past; count],
            order: 1,
            step: 1.0,
            linear: LinearSolver::new(&shape.jacobian, options.executor, options.linear_algebra)?,
            jacobian: vec![0.0; shape.jacobian.len()],
            predicted: zeros(),
            predicted_slope: zeros(),
            rate: zeros(),
            by_parameter: zeros(),
            scratch: Vec::new(),
        })
    }

    pub fn carry_through(
        &mut self,
        taken: &Taken,
        carried: &mut [Carried],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        let system = taken.problem.system;
        self.scratch.resize(system.sensitivity_scratch().max(system.shape().scratch), 0.0);
        let formula = Formula::new(taken.before, taken.order, taken.h);
        // the past of the state is a straight line after a start
        let is_new = taken.before.known == 2;
        if is_new {
            statistics.jacobians += 1;
            self.begin(taken, carried)?;
        }
        let at = taken.problem.at(taken.t);
        system.jacobian(&at, taken.end, &mut self.jacobian, &mut self.scratch)?;
        self.linear.factor(&self.jacobian, formula.leading).map_err(|s| Fault::Singular(s.row))?;
        statistics.jacobians += 1;
        statistics.factorisations += 1;
        statistics.fallback_factorisations += u64::from(self.linear.is_fallback());
        statistics.solves += carried.len() as u64;
        for (k, carried) in carried.iter_mut().enumerate() {
            if !is_new {
                let Past { before, now } = &mut self.each[k];
                now.follow(before, self.order, (taken.before.t, &carried.start[..taken.end.len()]));
            }
            self.step(k, taken, &formula, carried)?;
            if let Some(bad) = not_finite(&carried.end) {
                return Err(Fault::NotFinite(bad));
            }
        }
        for past in &mut self.each {
            std::mem::swap(&mut past.before, &mut past.now);
        }
        (self.order, self.step) = (taken.order, taken.h);
        Ok(())
    }

    /// Begins the pasts anew, each with the derivative of the line that leads to the state.
    fn begin(&mut self, taken: &Taken, carried: &[Carried]) -> Result<(), Reject> {
        let (t, n, system) = (taken.before.t, taken.end.len(), taken.problem.system);
        let (at, y) = (taken.problem.at(t), &taken.before.newest()[..n]);
        system.jacobian(&at, y, &mut self.jacobian, &mut self.scratch)?;
        for (past, carried) in self.each.iter_mut().zip(carried) {
            let (rate, start) = (&mut self.rate[..n], &carried.start[..n]);
            rate.fill(0.0);
            add_product(&system.shape().jacobian, &self.jacobian, start, rate);
            let room = (&mut self.by_parameter[..n], &mut self.scratch[..]);
            add_parameters(system, (&at, y), &carried.parameters, rate, room)?;
            past.now.begin(t, start);
            past.now.lead_in(taken.h, rate, None);
        }
        Ok(())
    }

    /// Solves for one sensitivity at the end of the step.
    fn step(&mut self, k: usize, taken: &Taken, formula: &Formula, carried: &mut Carried) -> Result<(), Reject> {
        let (n, system, past) = (taken.end.len(), taken.problem.system, &self.each[k].now);
        past.predict(formula, &mut self.predicted, &mut self.predicted_slope);
        let rate = &mut self.rate[..n];
        for (rate, slope) in rate.iter_mut().zip(&self.predicted_slope) {
            *rate = -slope;
        }
        add_product(&system.shape().jacobian, &self.jacobian, &self.predicted, rate);
        let (at, room) = (taken.problem.at(taken.t), (&mut self.by_parameter[..n], &mut self.scratch[..]));
        add_parameters(system, (&at, taken.end), &carried.parameters, rate, room)?;
        self.linear.solve(rate, &mut carried.end[..n]);
        for (end, predicted) in carried.end.iter_mut().zip(&self.predicted) {
            *end += predicted;
        }
        Ok(())
    }

    /// Sensitivity k at the part s of the last step, given it at the end; or its derivative by s.
    pub fn interpolate(&self, k: usize, s: f64, is_derivative: bool, end: &[f64], out: &mut [f64]) {
        self.each[k].before.interpolate((self.order, self.step), s, is_derivative, end, out);
    }

    pub fn set_executor(&mut self, executor: crate::program::Executor) {
        self.linear.set_executor(executor);
    }
}
