//! ROS34PW2: a Rosenbrock-W method of order 3 with an embedded method of order 2, whatever the Jacobian.
//!
//! J. Rang & L. Angermann, *New Rosenbrock W-methods of order 3 for partial differential algebraic equations of index 1*, BIT
//! Numerical Mathematics 45:761 (2005), table 4.2. L-stable and stiffly accurate; four stages; the embedded method has |R(inf)| = 0.48. The
//! paper prints 17 digits; here the conditions of order were solved again with 40 digits from there (nothing moved by more than 1e-16), with the
//! paper's choices gamma as the root of `6 g^3 - 18 g^2 + 9 g - 1` near 0.44, alpha_21 = 2 gamma = -gamma_21, alpha_43 = 1 and the last weight
//! of the embedded method gamma / 2; then came the change of variables of Hairer & Wanner.
//!
//! The paper has no dense output. The one here is the quadratic of order 2, whatever the Jacobian, whose weights are the least: with `b(s) = s b + s (1 - s) k`
//! over the stages before the change of variables, `sum k_i = 0`, `sum k_i alpha_i = -1/2`, `sum k_i gamma_i = 0`.

use super::Method;
use super::tableau::Tableau;

/// The coefficients.
pub(super) const ROS34PW2: Tableau = Tableau {
    method: Method::Ros34Pw2,
    stages: 4,
    order: 3,
    estimate_order: 2,
    gamma: GAMMA,
    a: &[
        &[],
        &[2.0],
        &[1.4192173174557647, -0.2592322116729697],
        &[4.18476048231916, -0.2851920173554959, 2.294280360279042],
    ],
    c: &[
        &[],
        &[-4.588560720558084],
        &[-4.18476048231916, 0.2851920173554959],
        &[-6.368179200128357, -6.795620944466836, 2.870098604331056],
    ],
    times: &[0.0, 2.0 * GAMMA, 0.7315799577888524, 1.0],
    dfdt: &[GAMMA, -GAMMA, -0.41333337623388644, 0.0],
    estimate: &[0.2777499476479688, -1.403239895175999, 1.7726301276675511, -0.5],
    embedded_at_infinity: EMBEDDED_AT_INFINITY,
    dense: &[&[-2.507937708438262, -5.441287920506699, 3.093263759510429, -1.8784730727838406]],
    is_w: true,
    defect: 0.0,
};

const GAMMA: f64 = 0.435866521508459;
/// R(inf) of the embedded method.
const EMBEDDED_AT_INFINITY: f64 = -0.4783497669662025;

#[cfg(test)]
mod tests {
    use super::{EMBEDDED_AT_INFINITY, GAMMA, ROS34PW2};
    use nalgebra::{Complex, Matrix4, Vector4};

    /// The coefficients before the change of variables.
    struct Method {
        alpha: Matrix4<f64>,
        gamma: Matrix4<f64>,
        b: Vector4<f64>,
        embedded: Vector4<f64>,
        /// The weights of dense output beside those of both ends.
        dense: Vector4<f64>,
    }

    fn method() -> Method {
        let lower = |rows: &[&[f64]]| Matrix4::from_fn(|i, j| rows[i].get(j).copied().unwrap_or(0.0));
        let gamma = (Matrix4::identity() / GAMMA - lower(ROS34PW2.c)).try_inverse().unwrap();
        let a = lower(ROS34PW2.a);
        let last = Vector4::new(0.0, 0.0, 0.0, 1.0);
        let b = gamma.tr_mul(&(a.row(3).transpose() + last));
        let estimate = gamma.tr_mul(&(Vector4::from_column_slice(ROS34PW2.estimate) + last));
        let dense = gamma.tr_mul(&Vector4::from_column_slice(ROS34PW2.dense[0]));
        Method { alpha: a * gamma, gamma, b, embedded: b - estimate, dense }
    }

    /// What the weights give for each tree with its two kinds of nodes, rate and Jacobian, of order up to 3: the order, the
    /// sum, and what it has to be. Hairer & Wanner, Solving ODEs II, 2nd ed., IV.7, eq. 7.15 and after 7.26.
    fn trees(m: &Method, b: &Vector4<f64>) -> Vec<(i32, f64, f64)> {
        let one = Vector4::repeat(1.0);
        let (alpha, gamma) = (m.alpha * one, m.gamma * one);
        vec![
            (1, b.dot(&one), 1.0),
            (2, b.dot(&alpha), 1.0 / 2.0),
            (2, b.dot(&gamma), 0.0),
            (3, b.dot(&alpha.component_mul(&alpha)), 1.0 / 3.0),
            (3, b.dot(&(m.alpha * alpha)), 1.0 / 6.0),
            (3, b.dot(&(m.alpha * gamma)), 0.0),
            (3, b.dot(&(m.gamma * alpha)), 0.0),
            (3, b.dot(&(m.gamma * gamma)), 0.0),
        ]
    }

    #[test]
    fn the_order_is_three_and_two_whatever_the_jacobian() {
        let m = method();
        for (order, sum, expected) in trees(&m, &m.b) {
            assert!((sum - expected).abs() < 1e-14, "order {order}: {sum} for {expected}");
        }
        for (order, sum, expected) in trees(&m, &m.embedded).into_iter().filter(|(order, ..)| *order <= 2) {
            assert!((sum - expected).abs() < 1e-14, "embedded, order {order}: {sum} for {expected}");
        }
        for s in [0.2, 0.5, 0.7] {
            let b = s * m.b + s * (1.0 - s) * m.dense;
            for (order, sum, expected) in trees(&m, &b).into_iter().filter(|(order, ..)| *order <= 2) {
                assert!((sum - expected * f64::powi(s, order)).abs() < 1e-14, "at {s}, order {order}: {sum}");
            }
        }
    }

    #[test]
    fn the_coefficients_are_those_of_the_paper() {
        let m = method();
        assert!((6.0 * GAMMA.powi(3) - 18.0 * GAMMA.powi(2) + 9.0 * GAMMA - 1.0).abs() < 1e-15);
        let alpha = [[0.0; 3], [0.871733043016918, 0.0, 0.0], [0.8445706001536942, -0.11299064236484185, 0.0]];
        let gamma = [
            [-0.871733043016918, 0.0, 0.0],
            [-0.9033805701304408, 0.054180672388095326, 0.0],
            [0.24212380706095346, -1.2232505839045147, 0.5452602553351021],
        ];
        let b = [0.24212380706095346, -1.2232505839045147, 1.545260255335102, 0.435866521508459];
        let embedded = [0.3781090314581937, -0.09604229221242318, 0.5, 0.2179332607542295];
        for i in 0..3 {
            for j in 0..3 {
                assert!((m.alpha[(i, j)] - alpha[i][j]).abs() < 1e-14, "alpha {i} {j}");
                let given = m.gamma[(i + 1, j)];
                assert!(j > i || (given - gamma[i][j]).abs() < 1e-14, "gamma {i} {j}: {given}");
            }
        }
        for j in 0..4 {
            assert!((m.b[j] - b[j]).abs() < 1e-14 && (m.embedded[j] - embedded[j]).abs() < 1e-14, "weights {j}");
            let (time, dfdt) = (m.alpha.row(j).sum(), m.gamma.row(j).sum());
            assert!((time - ROS34PW2.times[j]).abs() < 1e-14, "time {j}: {time}");
            assert!((dfdt - ROS34PW2.dfdt[j]).abs() < 1e-14, "df/dt {j}: {dfdt}");
        }
    }

    #[test]
    fn with_the_exact_jacobian_the_method_is_l_stable() {
        let m = method();
        let stability = |z: Complex<f64>, b: &Vector4<f64>| {
            let matrix = Matrix4::identity() - (m.alpha + m.gamma).map(|x| z * x);
            let k = matrix.lu().solve(&Vector4::repeat(z)).unwrap();
            k.iter().zip(b.iter()).fold(Complex::new(1.0, 0.0), |sum, (k, b)| sum + k * *b)
        };
        for k in 0..400 {
            let y = 10_f64.powf(f64::from(k) / 50.0 - 2.0);
            let size = stability(Complex::new(0.0, y), &m.b).norm();
            assert!(size <= 1.0 + 1e-12, "|R(i {y})| = {size}");
        }
        let far = Complex::new(-1e9, 0.0);
        assert!(stability(far, &m.b).norm() < 1e-6);
        assert!((stability(far, &m.embedded).re - EMBEDDED_AT_INFINITY).abs() < 1e-6);
    }
}
