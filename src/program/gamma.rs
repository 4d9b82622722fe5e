//! Derivatives of the logarithm of the gamma function.

use std::f64::consts::PI;

/// Bernoulli numbers B2, B4, ..., B22.
#[rustfmt::skip]
const BERNOULLI: [f64; 11] = [
    1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0, -3617.0 / 510.0,
    43867.0 / 798.0, -174611.0 / 330.0, 854513.0 / 138.0,
];

/// The largest order: those of derivatives that anything takes are at most 4.
const LARGEST: f64 = 30.0;

/// psi_n(x), the derivative of order n + 1 of ln Gamma at x. NaN where n is no whole number from 0 to 30, and at the poles
/// x = 0, -1, -2, ...
///
/// By recurrence to large arguments and the asymptotic series there, and by reflection where x is negative (Abramowitz
/// and Stegun 1964, 6.4.6, 6.4.7 and 6.4.11).
pub(super) fn polygamma(n: f64, x: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&n) || n != n.trunc() || (x <= 0.0 && x == x.trunc()) {
        return f64::NAN;
    }
    let sign = if n % 2.0 == 0.0 { 1.0 } else { -1.0 };
    if x < 0.0 {
        let near = x - x.round();
        return sign * above(n, 1.0 - x) - libm::pow(PI, n + 1.0) * cotangent(n, 1.0 / libm::tan(PI * near));
    }
    above(n, x)
}

/// The same where x is positive.
fn above(n: f64, x: f64) -> f64 {
    let sign = if n % 2.0 == 0.0 { 1.0 } else { -1.0 };
    let factorial = |k: f64| libm::tgamma(k + 1.0);
    let (mut z, mut steps) = (x, 0.0);
    while z < 14.0 + n {
        steps += factorial(n) / libm::pow(z, n + 1.0);
        z += 1.0;
    }
    let first = if n == 0.0 { -libm::log(z) } else { factorial(n - 1.0) / libm::pow(z, n) };
    let mut sum = first + factorial(n) / (2.0 * libm::pow(z, n + 1.0));
    for (k, bernoulli) in (1..).zip(BERNOULLI) {
        let even = 2.0 * f64::from(k);
        sum += bernoulli * factorial(even + n - 1.0) / factorial(even) / libm::pow(z, even + n);
    }
    -sign * (sum + steps)
}

/// The derivative of order n of the cotangent, of an angle whose cotangent is c: a polynomial of c.
fn cotangent(n: f64, c: f64) -> f64 {
    let mut polynomial = vec![0.0, 1.0];
    for _ in 0..n as usize {
        // each derivative by the angle is that by c times -(1 + c^2)
        let mut next = vec![0.0; polynomial.len() + 1];
        for (power, coefficient) in polynomial.iter().enumerate().skip(1) {
            next[power - 1] -= power as f64 * coefficient;
            next[power + 1] -= power as f64 * coefficient;
        }
        polynomial = next;
    }
    polynomial.iter().rev().fold(0.0, |sum, coefficient| sum * c + coefficient)
}

#[cfg(test)]
mod tests {
    use super::polygamma;

    /// n, x and psi_n(x) by mpmath 1.3.0 with 40 digits.
    #[allow(clippy::excessive_precision, reason = "as they were printed")]
    #[rustfmt::skip]
    const VALUES: [(f64, f64, f64); 44] = [
        (0.0, 0.001, -1000.5755719318102797),
        (0.0, 0.5, -1.9635100260214234794),
        (0.0, 1.0, -0.57721566490153286061),
        (0.0, 3.25, 1.0169909110681790364),
        (0.0, 10.0, 2.2517525890667211077),
        (0.0, 14.5, 2.6392697253489861222),
        (0.0, 100.0, 4.6001618527380874002),
        (0.0, 1000000.0, 13.815510057964190771),
        (0.0, -0.5, 0.036489973978576520559),
        (0.0, -3.25, 4.4662758723502799671),
        (0.0, -20.125, 10.611077432912593498),
        (1.0, 0.001, 1000001.6425331958273),
        (1.0, 0.5, 4.9348022005446793094),
        (1.0, 1.0, 1.6449340668482264365),
        (1.0, 3.25, 0.35979829030957987507),
        (1.0, 10.0, 0.10516633568168574612),
        (1.0, 14.5, 0.071398256151646957549),
        (1.0, 100.0, 0.010050166663333571395),
        (1.0, 1000000.0, 1.0000005000001666667e-6),
        (1.0, -0.5, 8.9348022005446793094),
        (1.0, -3.25, 19.474085068082155114),
        (1.0, -20.125, 67.345399044730960793),
        (2.0, 0.001, -2000000002.3976321648),
        (2.0, 0.5, -16.828796644234319996),
        (2.0, 1.0, -2.4041138063191885708),
        (2.0, 3.25, -0.12815694713911512072),
        (2.0, 10.0, -0.011049834970802067462),
        (2.0, 14.5, -0.0050955523709835870288),
        (2.0, 100.0, -0.000101004999833349997),
        (2.0, 1000000.0, -1.0000010000005e-12),
        (2.0, -0.5, -0.8287966442343199956),
        (2.0, -3.25, 123.95521103942202266),
        (2.0, -20.125, 1022.2920414835888052),
        (3.0, 0.001, 6000000000006.4686145),
        (3.0, 0.5, 97.409091034002437236),
        (3.0, 10.0, 0.0023199013042898683856),
        (3.0, 100.0, 2.0301999900013330334e-6),
        (3.0, 1000000.0, 2.000003000002e-18),
        (3.0, -3.25, 1558.5088028182791312),
        (7.0, 0.5, 1290440.218185598065),
        (7.0, 3.25, 0.46423529242655671468),
        (7.0, 14.5, 6.7500021285432944708e-6),
        (7.0, -3.25, 330352695.79619261006),
        (7.0, -20.125, 84557185319.092685699),
    ];

    #[test]
    fn values_are_those_of_another_code() {
        for (n, x, expected) in VALUES {
            let found = polygamma(n, x);
            // where x is negative, two terms may nearly cancel
            let size = if x < 0.0 { expected.abs().max(20.0) } else { expected.abs() };
            assert!((found - expected).abs() <= 2e-14 * size, "psi_{n}({x}): {found}, expected {expected}");
        }
        assert!([(0.5, 1.0), (-1.0, 1.0), (0.0, 0.0), (1.0, -2.0)].iter().all(|&(n, x)| polygamma(n, x).is_nan()));
    }
}
