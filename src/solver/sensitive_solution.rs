//! From a system to rows of states and sensitivities in one call.

use super::{Advance, By, Failure, FailureKind, OdeSystem, Options, Sensitivities, Statistics};

/// States and sensitivities at the times asked for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SensitiveSolution {
    /// The times.
    pub t: Vec<f64>,
    /// The state at each time.
    pub rows: Vec<Vec<f64>>,
    /// At each time, for each thing that sensitivities are by, how each component of the state moves.
    pub sensitivities: Vec<Vec<Vec<f64>>>,
    /// What the run has cost.
    pub statistics: Statistics,
}

/// Solves as [`solve`](super::solve) does, with sensitivities.
///
/// # Errors
/// As [`Sensitivities::new`] and [`Sensitivities::advance`]; [`FailureKind::Options`] where times do not ascend.
pub fn solve_with_sensitivities(
    system: &dyn OdeSystem,
    parameters: &[f64],
    by: &[By],
    y0: &[f64],
    times: &[f64],
    options: &Options,
) -> Result<SensitiveSolution, Failure> {
    let ascend = times.windows(2).all(|w| w[0] < w[1]) && times.iter().all(|t| t.is_finite());
    let (Some(&start), Some(&end), true) = (times.first(), times.last(), ascend) else {
        return Err(Failure::new(FailureKind::Options("times must be finite and ascend strictly"), f64::NAN));
    };
    let mut run = Sensitivities::new(system.shape(), options, start, y0, by)?;
    run.settle(system, parameters)?;
    let mut solution = SensitiveSolution::default();
    let mut due = times.iter().copied().peekable();
    let mut advance = Advance::Step;
    loop {
        while let Some(t) = due.next_if(|&t| t <= run.solver().t()) {
            solution.add(t, system, by.len(), &mut run);
        }
        if advance == Advance::Terminal && solution.t.last() != Some(&run.solver().t()) {
            solution.add(run.solver().t(), system, by.len(), &mut run);
        }
        if advance == Advance::Terminal || run.solver().t() >= end {
            solution.statistics = run.solver().statistics();
            return Ok(solution);
        }
        advance = run.advance(system, parameters, end)?;
        // rows show what holds after everything that happens at their time
        while advance == Advance::Event {
            let Some(next) = run.settle(system, parameters)? else { break };
            advance = next;
        }
    }
}

impl SensitiveSolution {
    /// Adds what holds at a time within the last step; at the time reached, after everything there.
    fn add(&mut self, t: f64, system: &dyn OdeSystem, count: usize, run: &mut Sensitivities) {
        let mut y = run.solver().y().to_vec();
        let mut rows: Vec<Vec<f64>> = (0..count).map(|k| run.row(k).to_vec()).collect();
        if t < run.solver().t() {
            run.interpolate_state(system, t, &mut y);
            rows.iter_mut().enumerate().for_each(|(k, row)| run.interpolate(system, k, t, row));
        }
        self.t.push(t);
        self.rows.push(y);
        self.sensitivities.push(rows);
    }
}
