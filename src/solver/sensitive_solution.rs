//! From a system to rows of states and sensitivities in one call.

use super::solution::Rows;
use super::{Advance, By, Failure, FailureKind, Interrupted, OdeSystem, Options, Sensitivities, Statistics};

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

impl Rows for SensitiveSolution {
    fn rows(&self) -> usize {
        self.rows.len()
    }
}

/// Solves as [`solve`](super::solve) does, with sensitivities.
///
/// ```
/// use homeostat::simulation::{Settings, Simulation};
/// use homeostat::solver::{By, Method, solve_with_sensitivities};
/// let simulation = Simulation::new(&homeostat::library::load("best-2009-dopamine")?.network())?;
/// let (system, y0) = (simulation.system(), simulation.initial_state()?);
/// let (mut options, _) = simulation.options(&Settings::default(), &y0);
/// let solution = solve_with_sensitivities(system, simulation.parameters(), &[By::Initial(0)], &y0, &[0.0, 1.0], &options);
/// assert_eq!(solution.unwrap().sensitivities[0][0][0], 1.0);
/// options.method = Method::Radau;
/// let refused = solve_with_sensitivities(system, simulation.parameters(), &[By::Initial(0)], &y0, &[0.0, 1.0], &options);
/// assert!(refused.unwrap_err().failure.to_string().starts_with("radau has no sensitivities"));
/// # Ok::<(), homeostat::Error>(())
/// ```
///
/// # Errors
/// [`Interrupted`] holds the rows computed so far and the reason: as [`Sensitivities::new`] and [`Sensitivities::advance`];
/// [`FailureKind::Options`] where times do not ascend.
pub fn solve_with_sensitivities(
    system: &dyn OdeSystem,
    parameters: &[f64],
    by: &[By],
    y0: &[f64],
    times: &[f64],
    options: &Options,
) -> Result<SensitiveSolution, Interrupted<SensitiveSolution>> {
    let mut solution = SensitiveSolution::default();
    match solution.run(system, parameters, by, y0, times, options) {
        Ok(()) => Ok(solution),
        Err(failure) => Err(Interrupted { failure, solution: Box::new(solution) }),
    }
}

impl SensitiveSolution {
    fn run(
        &mut self,
        system: &dyn OdeSystem,
        parameters: &[f64],
        by: &[By],
        y0: &[f64],
        times: &[f64],
        options: &Options,
    ) -> Result<(), Failure> {
        let ascend = times.windows(2).all(|w| w[0] < w[1]) && times.iter().all(|t| t.is_finite());
        let (Some(&start), Some(&end), true) = (times.first(), times.last(), ascend) else {
            return Err(Failure::new(FailureKind::Options("times must be finite and ascend strictly"), f64::NAN));
        };
        let mut run = Sensitivities::new(system.shape(), options, start, y0, by)?;
        run.settle(system, parameters)?;
        let mut due = times.iter().copied().peekable();
        let mut advance = Advance::Step;
        loop {
            while let Some(t) = due.next_if(|&t| t <= run.solver().t()) {
                self.add(t, system, by.len(), &mut run);
            }
            self.statistics = run.solver().statistics();
            if advance == Advance::Terminal && self.t.last() != Some(&run.solver().t()) {
                self.add(run.solver().t(), system, by.len(), &mut run);
            }
            if advance == Advance::Terminal || run.solver().t() >= end {
                return Ok(());
            }
            let advanced = run.advance(system, parameters, end);
            self.statistics = run.solver().statistics();
            advance = advanced?;
            // rows show what holds after everything that happens at their time
            while advance == Advance::Event {
                let Some(next) = run.settle(system, parameters)? else { break };
                advance = next;
            }
        }
    }

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
