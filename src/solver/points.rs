//! Derivatives at the stages of a step, all at once.

use super::Reject;
use super::vector::MOST_STAGES;

/// Where derivatives are evaluated at once: at [`Points::COUNT`] times. Of a vector over these, what belongs to point k of
/// component (or entry) i is number `i * Points::COUNT + k`, so that a processor computes several points together.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Points<'a> {
    /// The times.
    pub t: &'a [f64; Points::COUNT],
    /// The parameters, the same at all points.
    pub parameters: &'a [f64],
    /// The frozen side of each switch.
    pub modes: &'a [f64],
}

impl<'a> Points<'a> {
    /// How many points there are. A method of fewer stages repeats its last.
    pub const COUNT: usize = MOST_STAGES;

    /// So many points.
    pub fn new(t: &'a [f64; Points::COUNT], parameters: &'a [f64], modes: &'a [f64]) -> Self {
        Points { t, parameters, modes }
    }
}

/// A system that gives derivatives at several points at once: what it gives is what
/// [`OdeSystem::jacobian`](super::OdeSystem::jacobian) and
/// [`OdeSystem::parameter_derivative`](super::OdeSystem::parameter_derivative) give at each of them, but for rounding.
///
/// A compiled [`System`](crate::system::System) is one:
///
/// ```
/// use homeostat::simulation::Simulation;
/// use homeostat::solver::{OdeSystem, Point, Points};
/// let simulation = Simulation::new(&homeostat::library::load("best-2009-dopamine")?.network())?;
/// let (system, y) = (simulation.system(), simulation.initial_state()?);
/// let mut scratch = vec![0.0; system.sensitivity_scratch()];
/// let entries = system.shape().jacobian.len();
/// let (mut one, mut all) = (vec![0.0; entries], vec![0.0; entries * Points::COUNT]);
/// system.jacobian(&Point::new(0.0, simulation.parameters()), &y, &mut one, &mut scratch).unwrap();
/// let states: Vec<f64> = y.iter().flat_map(|y| [*y; Points::COUNT]).collect();
/// let points = Points::new(&[0.0; Points::COUNT], simulation.parameters(), &[]);
/// system.at_points().unwrap().jacobians(&points, &states, &mut all, &mut scratch).unwrap();
/// assert!(one.iter().zip(all.chunks(Points::COUNT)).all(|(one, all)| (one - all[7]).abs() <= 1e-14 * one.abs()));
/// # Ok::<(), homeostat::Error>(())
/// ```
pub trait AtPoints {
    /// Writes the entries of df/dy. `scratch` is as long as [`OdeSystem::sensitivity_scratch`](super::OdeSystem::sensitivity_scratch)
    /// says.
    ///
    /// # Errors
    /// [`Reject`] where there is no value.
    fn jacobians(&self, at: &Points, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject>;

    /// Adds `weight` times the derivative of the right-hand side by parameter `k` to `dfdp`.
    ///
    /// # Errors
    /// [`Reject`] where there is no value.
    fn add_parameter_derivative(
        &self,
        at: &Points,
        y: &[f64],
        parameter: (usize, f64),
        dfdp: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject>;
}
