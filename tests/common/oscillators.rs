//! Oscillators that are not stiff, with rows of high precision.

use super::written::Written;
use homeostat::solver::Solution;

/// y1' = y1 (3/2 - y2), y2' = y2 (y1 - 3) from (10, 1).
pub fn lotka_volterra() -> Written {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = y[0] * (1.5 - y[1]);
        d[1] = y[1] * (y[0] - 3.0);
        Ok(())
    };
    Written::new(2, rhs, |_, y, j| j.copy_from_slice(&[1.5 - y[1], -y[0], y[1], y[0] - 3.0]))
}

/// Van der Pol's oscillator, y'' = mu (1 - y^2) y' - y.
pub fn van_der_pol(mu: f64) -> Written {
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = y[1];
        d[1] = mu * (1.0 - y[0] * y[0]) * y[1] - y[0];
        Ok(())
    };
    let jacobian = move |_: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[0.0, 1.0, -2.0 * mu * y[0] * y[1] - 1.0, mu * (1.0 - y[0] * y[0])]);
    };
    Written::new(2, rhs, jacobian)
}

/// Times and states.
pub type Rows = [(f64, [f64; 2]); 4];

/// Rows by Taylor series with 25 digits (mpmath's `odefun`).
pub const LOTKA_VOLTERRA: Rows = [
    (1.0, [0.423_618_957_145_368_3, 2.413_447_123_147_197_6]),
    (2.5, [1.588_241_401_834_304_5, 0.078_699_045_591_241_88]),
    (5.0, [0.394_439_863_401_102_9, 1.723_305_248_469_461_4]),
    (10.0, [1.133_308_916_432_544_7, 0.117_085_598_464_178_96]),
];
pub const VAN_DER_POL: Rows = [
    (1.0, [1.508_144_236_975_608_9, -0.780_218_074_694_629_9]),
    (3.0, [-1.866_073_911_061_085, -1.021_060_340_195_857]),
    (7.5, [1.630_052_272_049_616_7, -0.702_764_539_695_284_6]),
    (20.0, [2.008_149_762_174_948_6, -0.042_508_875_273_202_15]),
];

/// The largest error over rtol, each component against its size over all rows.
pub fn error(solution: &Solution, rows: &Rows, rtol: f64) -> f64 {
    let mut worst: f64 = 0.0;
    for i in 0..2 {
        let size = solution.rows.iter().map(|row| row[i].abs()).fold(0.0, f64::max);
        let errors = solution.rows[1..].iter().zip(rows).map(|(row, (_, exact))| (row[i] - exact[i]).abs() / size);
        worst = errors.fold(worst, f64::max);
    }
    worst / rtol
}
