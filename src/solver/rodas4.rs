//! Rodas4: a Rosenbrock method of order 4 with an embedded method of order 3.
//!
//! E. Hairer & G. Wanner, *Solving Ordinary Differential Equations II*, 2nd ed. (1996), IV.7 and the code RODAS
//! (first set of coefficients, after the change of variables of eq. 7.25). L-stable and stiffly accurate; six stages; dense
//! output of order 3.

use super::Method;
use super::tableau::Tableau;

/// The coefficients.
pub(super) const RODAS4: Tableau = Tableau {
    method: Method::Rodas4,
    stages: 6,
    order: 4,
    estimate_order: 3,
    gamma: 0.25,
    a: &[
        &[],
        &[1.544],
        &[0.9466785280815826, 0.2557011698983284],
        &[3.314825187068521, 2.896124015972201, 0.9986419139977817],
        &LAST_A,
        &[LAST_A[0], LAST_A[1], LAST_A[2], LAST_A[3], 1.0],
    ],
    c: &[
        &[],
        &[-5.6688],
        &[-2.430093356833875, -0.2063599157091915],
        &[-0.1073529058151375, -9.594562251023355, -20.47028614809616],
        &[7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
        &[8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
    ],
    times: &[0.0, 0.386, 0.21, 0.63, 1.0, 1.0],
    dfdt: &[0.25, -0.1043, 0.1035, -0.03620000000000023, 0.0, 0.0],
    dense: &[
        &[10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662, 0.0],
        &[-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872, 0.0],
    ],
    estimate: &[],
    embedded_at_infinity: 0.0,
    is_w: false,
    defect: 0.0,
};

const LAST_A: [f64; 4] = [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895];
