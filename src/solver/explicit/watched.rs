//! What the crate evaluates, looked at on the way: stages, accepted steps, faults.

use super::nodes::{Dense, Nodes};
use super::{Kind, Method};
use crate::solver::Reject;
use crate::solver::stepper::{Fault, Problem};
use crate::solver::vector::not_finite;
use ode_solvers::{DVector, System};
use std::cell::RefCell;

/// Room for stages, of which those for dense output alone begin at [`FIRST_EXTRA`].
const STAGES: usize = 16;
const FIRST_EXTRA: usize = 13;

/// What is written down while the crate integrates.
pub(super) struct Observed<'a> {
    pub made: &'a mut Nodes,
    /// A state, as it is without the scales.
    y: Vec<f64>,
    /// The rates of the stages of a step, the first at its start, and which one comes next.
    stages: Vec<f64>,
    coming: usize,
    /// The time of the seventh stage.
    quarter: f64,
    scratch: &'a mut [f64],
    /// Why the last right-hand side gave nothing.
    pub fault: Option<Fault>,
    pub calls: u64,
    /// The calls that are left to the run.
    most: u64,
    /// Whether the crate was told to stop.
    pub is_stopped: bool,
}

/// The system as the crate sees it.
pub(super) struct Watched<'a, 'b> {
    pub problem: &'a Problem<'a>,
    pub kind: &'static Kind,
    pub scales: &'a [f64],
    pub observed: &'a RefCell<Observed<'b>>,
}

impl<'a> Observed<'a> {
    pub fn new(made: &'a mut Nodes, scratch: &'a mut [f64], n: usize, most: u64) -> Self {
        Observed {
            made,
            y: vec![0.0; n],
            stages: vec![0.0; n * STAGES],
            coming: 0,
            quarter: 0.0,
            scratch,
            fault: None,
            calls: 0,
            most,
            is_stopped: false,
        }
    }

    /// Another accepted step, to `t`, and its dense output.
    fn add(&mut self, problem: &Problem, dense: &Dense, t: f64) {
        let Observed { made, y, stages, scratch, .. } = self;
        let n = y.len();
        let (last, state) = (made.steps(), made.y.len() - n);
        let (start, h) = (made.t[last], t - made.t[last]);
        for (k, (time, weights)) in dense.extra.iter().enumerate() {
            let (before, rate) = stages.split_at_mut((FIRST_EXTRA + k) * n);
            for (i, y) in y.iter_mut().enumerate() {
                *y = made.y[state + i] + h * weighed(weights, before, n, i);
            }
            if problem.system.rhs(&problem.at(start + time * h), y, &mut rate[..n], scratch).is_err() {
                rate[..n].fill(f64::NAN);
            }
        }
        for row in dense.rows {
            // where the system gives no value, dense output is what the ends tell
            let coefficients = (0..n).map(|i| Some(h * weighed(row, stages, n, i)).filter(|x| x.is_finite()));
            made.coefficients.extend(coefficients.map(Option::unwrap_or_default));
        }
    }
}

/// The sum of weighted stages in component i of n.
fn weighed(weights: &[f64], stages: &[f64], n: usize, i: usize) -> f64 {
    let terms = weights.iter().zip(stages.chunks_exact(n)).filter(|(weight, _)| **weight != 0.0);
    terms.fold(0.0, |sum, (weight, stage)| sum + weight * stage[i])
}

impl Watched<'_, '_> {
    fn unscale(&self, scaled: &DVector<f64>, out: &mut [f64]) {
        for (out, (z, scale)) in out.iter_mut().zip(scaled.iter().zip(self.scales)) {
            *out = z * scale;
        }
    }

    /// The time of a stage: in release 0.6.2 the twelfth of Dop853 comes with that of the start in the place of the end,
    /// which is four times as far as the seventh.
    fn time(&self, stage: usize, t: f64, made: &Nodes, quarter: &mut f64) -> f64 {
        if self.kind.method == Method::Dop853 && stage == 6 {
            *quarter = t;
        }
        match made.t.last() {
            Some(start) if self.kind.method == Method::Dop853 && stage == 11 => start + 4.0 * (*quarter - start),
            _ => t,
        }
    }
}

impl System<f64, DVector<f64>> for Watched<'_, '_> {
    fn system(&self, t: f64, z: &DVector<f64>, dz: &mut DVector<f64>) {
        let mut observed = self.observed.borrow_mut();
        let Observed { made, y, stages, coming, quarter, scratch, fault, calls, .. } = &mut *observed;
        let (n, stage) = (y.len(), *coming);
        let f = &mut stages[stage * n..][..n];
        self.unscale(z, y);
        *calls += 1;
        // stages come round: after a step that is not accepted the one after the first is next
        *coming = stage % self.kind.evaluations.0 + 1;
        let t = self.time(stage, t, made, quarter);
        // a NaN comes of an earlier stage; a step with one in it is not accepted, and the crate tries a shorter one
        let mut found = not_finite(y).map(Fault::NotFinite);
        if found.is_none() {
            let result = self.problem.system.rhs(&self.problem.at(t), y, f, scratch);
            found = result.err().map(Fault::Reject).or_else(|| not_finite(f).map(Fault::NotFinite));
            *fault = found.or(*fault);
        }
        for (dz, (f, scale)) in dz.iter_mut().zip(f.iter().zip(self.scales)) {
            *dz = if found.is_some() { f64::NAN } else { f / scale };
        }
        if *calls == 1 {
            made.add(t, y, f);
        }
    }

    fn solout(&mut self, t: f64, z: &DVector<f64>, dz: &DVector<f64>) -> bool {
        let mut observed = self.observed.borrow_mut();
        let n = z.len();
        if dz.iter().all(|f| f.is_finite()) {
            // the slope at the end stands after the stages of the step, and is then the first one of the next
            let slope = self.kind.evaluations.0 + self.kind.evaluations.1;
            self.unscale(dz, &mut observed.stages[slope * n..][..n]);
            observed.add(self.problem, self.kind.dense, t);
            observed.stages.copy_within(slope * n..(slope + 1) * n, 0);
            let Observed { made, y, stages, coming, fault, .. } = &mut *observed;
            self.unscale(z, y);
            made.add(t, y, &stages[..n]);
            *coming = 1;
            // what longer steps have met is of no account any more
            *fault = fault.filter(|fault| matches!(fault, Fault::Reject(Reject::Abort(_))));
        }
        observed.is_stopped = observed.fault.is_some() || observed.calls >= observed.most;
        observed.is_stopped
    }
}
