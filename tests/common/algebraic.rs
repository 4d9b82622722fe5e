//! Differential-algebraic systems with known solutions, and the methods for them.

use super::written::Written;
use homeostat::linalg::Pattern;
use homeostat::solver::{Method, Shape};

/// A system and its solution at a time.
pub type Known = (Written, fn(f64) -> Vec<f64>);

pub fn with_mass(mut system: Written, mass: &[f64]) -> Written {
    system.shape = system.shape.with_mass(mass.to_vec());
    system
}

/// 3 y' = -6 t z, 0 = z^2 - y^4 from 1: y = 1 / (1 + t^2), z = y^2.
pub fn bell() -> Known {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[-6.0 * t * y[1], y[1].powi(2) - y[0].powi(4)]);
        Ok(())
    };
    let jacobian = |t: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[0.0, -6.0 * t, -4.0 * y[0].powi(3), 2.0 * y[1]]);
    };
    let system = Written::new(2, rhs, jacobian).forced(|_, y, d| d.copy_from_slice(&[-6.0 * y[1], 0.0]));
    (with_mass(system, &[3.0, 0.0]), |t| {
        let y = 1.0 / (1.0 + t * t);
        vec![y, y * y]
    })
}

/// 0 = z^3 - y^6 before y' = y - z from 1/5: z = y^2, and y = 1 / (1 + 4 e^-t).
pub fn logistic() -> Known {
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[y[0].powi(3) - y[1].powi(6), y[1] - y[0]]);
        Ok(())
    };
    let jacobian = |_: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[3.0 * y[0].powi(2), -6.0 * y[1].powi(5), -1.0, 1.0]);
    };
    (with_mass(Written::new(2, rhs, jacobian), &[0.0, 1.0]), |t| {
        let y = 1.0 / (1.0 + 4.0 * (-t).exp());
        vec![y * y, y]
    })
}

/// y' = z2 - z1 (1 + y^2) + y with 0 = z2 - y cos t in the row of z1 and 0 = z1 (1 + y^2) - y in that of z2: rows without a
/// diagonal entry. y = e^sin t.
pub fn swapped() -> Known {
    let rhs = |t: f64, y: &[f64], d: &mut [f64]| {
        let square = 1.0 + y[0] * y[0];
        d.copy_from_slice(&[y[2] - y[1] * square + y[0], y[2] - y[0] * t.cos(), y[1] * square - y[0]]);
        Ok(())
    };
    // by rows: (0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)
    let jacobian = |t: f64, y: &[f64], j: &mut [f64]| {
        let (square, product) = (1.0 + y[0] * y[0], 2.0 * y[0] * y[1]);
        j.copy_from_slice(&[1.0 - product, -square, 1.0, -t.cos(), 1.0, product - 1.0, square]);
    };
    let mut system = Written::new(3, rhs, jacobian).forced(|t, y, d| d.copy_from_slice(&[0.0, y[0] * t.sin(), 0.0]));
    let entries = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];
    system.shape = Shape::new(Pattern::new(3, entries).unwrap()).forced().with_mass(vec![1.0, 0.0, 0.0]);
    (system, |t| {
        let y = t.sin().exp();
        vec![y, y / (1.0 + y * y), y * t.cos()]
    })
}

pub fn known() -> [(&'static str, Known); 3] {
    [("bell", bell()), ("logistic", logistic()), ("swapped", swapped())]
}

pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// All methods for such systems.
pub const METHODS: [Method; 7] =
    [Method::Rodas5P, Method::Rodas4, Method::Rodas3, Method::Ros34Pw2, Method::Esdirk54, Method::Radau, Method::Bdf];
