//! Rodas3: a Rosenbrock method of order 3 with an embedded method of order 2.
//!
//! A. Sandu, J. G. Verwer, J. G. Blom, E. J. Spee, G. R. Carmichael & F. A. Potra, *Benchmarking stiff ODE solvers for
//! atmospheric chemistry problems II: Rosenbrock solvers*, Atmospheric Environment 31:3459 (1997). L-stable and stiffly
//! accurate; four stages, three right-hand sides that differ. The paper has no dense output; the one here is the quadratic of
//! order 2 whose weights are the least: with `b(s) = s b + s (1 - s) k` over the stages before the change of variables,
//! order 2 asks for `sum k_i = 0` and `sum k_i beta_i = -1/2`, and the shortest such k is (1/2, -1/2, 0, 0).
//!
//! Where slow components decay as 1/t the steps are far more exact than their estimate, and grow to many times of the past
//! (ROBER, where steps from t to 10 t pass): no quadratic follows that, and rows at rtol 1e-6 were wrong by 1e4 rtol. So the
//! defect of dense output is looked at in each step. A fifth of it counts, since rows are refined by it: of 1, 1/2, 1/5 and
//! 1/10 the first two let errors on OREGO fall faster than the tolerance (slope 1.27 and 1.25), and the last
//! doubles those on ROBER (`cargo test --test accuracy`).

use super::Method;
use super::tableau::Tableau;

/// The coefficients.
pub(super) const RODAS3: Tableau = Tableau {
    method: Method::Rodas3,
    stages: 4,
    order: 3,
    estimate_order: 2,
    gamma: 0.5,
    a: &[&[], &[0.0], &[2.0, 0.0], &[2.0, 0.0, 1.0]],
    c: &[&[], &[4.0], &[1.0, -1.0], &[1.0, -1.0, -8.0 / 3.0]],
    times: &[0.0, 0.0, 1.0, 1.0],
    dfdt: &[0.5, 1.5, 0.0, 0.0],
    dense: &[&[3.0, -1.0, 0.0, 0.0]],
    estimate: &[],
    embedded_at_infinity: 0.0,
    is_w: false,
    defect: 0.2,
};
