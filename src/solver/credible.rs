//! Components that the equations keep at zero or above: a step that takes one below tells that its estimate is wrong.
//!
//! The estimate of an error knows nothing of what lies between the stages of a step. Where a rate such as `V x / (Km + x)` turns
//! sharply, beyond zero is a pole, and beyond the pole the solution runs away. Zero or above is where the true solution is: a
//! step further below than its error may be is none, and so is one further below than what counts as nothing from where the rates
//! lead down and not back. Where a step begins beyond the pole already, so little below zero that it is nothing, it begins at
//! zero instead.

use super::Solver;
use super::stepper::Problem;
use super::stepping::Rejection;

impl Solver {
    /// What speaks against the step of length h just tried, where it takes a component below zero.
    pub(super) fn incredible(&mut self, problem: &Problem, h: f64) -> Option<Rejection> {
        let kept = &problem.system.shape().kept_positive;
        let first = kept.iter().position(|&i| self.is_taken_below(i))?;
        if !self.is_adaptive() || self.options.method.is_explicit() {
            return None;
        }
        self.incredible_from(&kept[first..], problem, h)
    }

    /// Whether it is below what counts as nothing, and lower than before.
    #[inline]
    fn is_taken_below(&self, i: usize) -> bool {
        self.new[i] < -self.norm.scale(i, 0.0) && self.new[i] < self.y[i]
    }

    #[cold]
    fn incredible_from(&mut self, kept: &[usize], problem: &Problem, h: f64) -> Option<Rejection> {
        let mut suspects: Vec<usize> = kept.iter().copied().filter(|&i| self.is_taken_below(i)).collect();
        if !self.finds_rates(problem, self.t, false) {
            return None;
        }
        let is_beyond = |&i: &usize| self.rate[i] < 0.0 && self.y[i] < 0.0 && -self.y[i] <= self.norm.scale(i, 0.0);
        let beyond: Vec<usize> = suspects.iter().copied().filter(is_beyond).collect();
        if !beyond.is_empty() {
            beyond.iter().for_each(|&i| self.y[i] = 0.0);
            return Some(Rejection::Mended);
        }
        // what is led down from zero or below is so by what is put in the equations: no shorter step mends that
        suspects.retain(|&i| self.y[i] > 0.0 || self.rate[i] >= 0.0);
        let error = |solver: &Solver, i: usize| solver.norm.scale(i, solver.y[i].abs());
        if let Some(&i) = suspects.iter().find(|&&i| self.new[i] < -error(self, i)) {
            return Some(Rejection::Negative(i, -self.new[i] / error(self, i)));
        }
        if suspects.is_empty() || !self.finds_rates(problem, self.t + h, true) {
            return None;
        }
        let runs_away = |&&i: &&usize| h * self.rate[i] < -error(self, i);
        let worst = suspects.iter().find(runs_away);
        worst.map(|&i| Rejection::Negative(i, -self.new[i] / self.norm.scale(i, 0.0)))
    }

    /// Evaluates the rates at a time, at the new state or at the one before; whether there are any.
    fn finds_rates(&mut self, problem: &Problem, t: f64, is_new: bool) -> bool {
        self.statistics.rhs += 1;
        let y = if is_new { &self.new } else { &self.y };
        problem.system.rhs(&problem.at(t), y, &mut self.rate, &mut self.scratch).is_ok()
    }
}
