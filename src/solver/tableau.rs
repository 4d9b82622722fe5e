//! The coefficients of a Rosenbrock method.

use super::Method;

/// Coefficients after the change of variables of Hairer & Wanner II, eq. IV.7.25: with
/// `W = I/(h gamma) - J`, stage i solves
/// `W u_i = f(t + times_i h, y + sum a_ij u_j) + sum (c_ij / h) u_j + h dfdt_i df/dt`;
/// for `M y' = f` with `W = M/(h gamma) - J` and M before the sum of `c_ij` (VI.4).
/// The new state is the last stage's argument plus the last `u`, which is also the error estimate where nothing is
/// added.
#[derive(Debug)]
pub(super) struct Tableau {
    pub method: Method,
    pub stages: usize,
    pub order: u32,
    pub estimate_order: u32,
    pub gamma: f64,
    pub a: &'static [&'static [f64]],
    pub c: &'static [&'static [f64]],
    pub times: &'static [f64],
    pub dfdt: &'static [f64],
    /// Row k weighs the stages into coefficient k of the dense output:
    /// `y(t + s h) = (1 - s) y0 + s (y1 + (1 - s) (k_0 + s (k_1 + s k_2)))`.
    pub dense: &'static [&'static [f64]],
    /// The weights of the stages in what is added to the last one to estimate the error; none where that is nothing.
    pub estimate: &'static [f64],
    /// What the embedded method leaves of an error at the start in a component that is infinitely stiff, R(inf).
    pub embedded_at_infinity: f64,
    /// Whether the order is the same with any Jacobian (a W-method); it is then kept for several steps.
    pub is_w: bool,
    /// The part of the defect of dense output that counts as an error of the step, where it does not count whole; 0 where the
    /// polynomial follows wherever the step goes.
    pub defect: f64,
}

impl Tableau {
    /// Whether the argument of stage i is that of the stage before plus its solution.
    pub fn continues(&self, i: usize) -> bool {
        i > 1 && self.a[i].split_last().is_some_and(|(&last, before)| last == 1.0 && before == self.a[i - 1])
    }
}
