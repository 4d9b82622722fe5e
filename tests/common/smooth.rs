//! Smooth problems with closed solutions, and what orders are measured by.

use super::written::Written;
use homeostat::solver::{Options, Reject, solve};

/// A system and its solution.
pub type Smooth = (Written, fn(f64) -> Vec<f64>);

/// A system that gives no value: what is interpolated for it is a method's own polynomial.
pub fn mute(n: usize) -> Written {
    Written::new(n, |_, _, _| Err(Reject::Abort("no value")), |_, _, _| {})
}

/// y' = -2 t y^2 from 1: y = 1 / (1 + t^2).
pub fn bell() -> Smooth {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -2.0 * t * y[0] * y[0];
        Ok(())
    };
    let system = Written::new(1, rhs, |t, y, j| j[0] = -4.0 * t * y[0]).forced(|_, y, d| d[0] = -2.0 * y[0] * y[0]);
    (system, |t| vec![1.0 / (1.0 + t * t)])
}

/// A rotation whose speed depends on the time and the radius: y = (cos t^2, sin t^2).
pub fn spiral() -> Smooth {
    let square = |y: &[f64]| y[0] * y[0] + y[1] * y[1];
    let rhs = move |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -2.0 * t * y[1] * square(y);
        d[1] = 2.0 * t * y[0] * square(y);
        Ok(())
    };
    let jacobian = move |t: f64, y: &[f64], j: &mut [f64]| {
        let (product, r) = (2.0 * y[0] * y[1], square(y));
        j.copy_from_slice(&[-product, -(r + 2.0 * y[1] * y[1]), r + 2.0 * y[0] * y[0], product]);
        j.iter_mut().for_each(|x| *x *= 2.0 * t);
    };
    let dfdt = move |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -2.0 * y[1] * square(y);
        d[1] = 2.0 * y[0] * square(y);
    };
    (Written::new(2, rhs, jacobian).forced(dfdt), |t| vec![(t * t).cos(), (t * t).sin()])
}

/// Kaps' problem (1981) at mild stiffness, its first equation turned by a forced part that vanishes on the
/// solution: y = (e^-2t, e^-t).
pub fn kaps() -> Smooth {
    const K: f64 = 1.0;
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -(K + 2.0) * y[0] + K * y[1] * y[1] + t.sin() * (y[1] - (-t).exp());
        d[1] = y[0] - y[1] - y[1] * y[1];
        Ok(())
    };
    let jacobian = |t: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[-(K + 2.0), 2.0 * K * y[1] + t.sin(), 1.0, -1.0 - 2.0 * y[1]]);
    };
    let dfdt = |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = t.cos() * (y[1] - (-t).exp()) + t.sin() * (-t).exp();
        d[1] = 0.0;
    };
    (Written::new(2, rhs, jacobian).forced(dfdt), |t| vec![(-2.0 * t).exp(), (-t).exp()])
}

/// Prothero & Robinson 1974: y' = -stiffness (y - g) + g' with g = 10 - (10 + t) e^-t, as Steinebach 2023 has it.
pub fn prothero_robinson(stiffness: f64) -> Smooth {
    fn g(t: f64) -> f64 {
        10.0 - (10.0 + t) * (-t).exp()
    }
    fn slope(t: f64) -> f64 {
        (9.0 + t) * (-t).exp()
    }
    let rhs = move |t: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -stiffness * (y[0] - g(t)) + slope(t);
        Ok(())
    };
    let curve = |t: f64| -(8.0 + t) * (-t).exp();
    let dfdt = move |t: f64, _: &[f64], d: &mut [f64]| d[0] = stiffness * slope(t) + curve(t);
    (Written::new(1, rhs, move |_, _, j| j[0] = -stiffness).forced(dfdt), |t| vec![g(t)])
}

pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// The error at `end` with n equal steps, from 0.
pub fn end_error((system, exact): &Smooth, options: &Options, end: f64, n: u32) -> f64 {
    let solution = solve(system, &[], &exact(0.0), &[0.0, end], options).unwrap();
    assert_eq!(solution.statistics.steps, u64::from(n));
    distance(&solution.rows[1], &exact(end))
}

/// The slope of log error over log n by least squares, turned round: the order.
pub fn order(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(n, e)| (n.ln(), e.ln())).collect();
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    -mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2))
}
