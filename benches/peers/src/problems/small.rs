//! The six small problems of the *Test Set for IVP Solvers* and of Hairer & Wanner, as a user would write them down.

use super::{Facts, Problem};

pub struct Rober(Facts);

impl Rober {
    pub fn new() -> Self {
        Rober(Facts::new("ROBER", vec![1.0, 0.0, 0.0], 1e-6, 1e11).with_invariant(&[(0, 1.0), (1, 1.0), (2, 1.0)]))
    }
}

impl Problem for Rober {
    fn facts(&self) -> &Facts {
        &self.0
    }
    #[inline(always)]
    fn rhs(&self, _: &[f64], y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..3], &mut d[..3]);
        d[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
        d[2] = 3e7 * y[1] * y[1];
        d[1] = -d[0] - d[2];
    }
    #[inline(always)]
    fn entries(&self, _: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let y = &y[..3];
        e(0, 0, -0.04);
        e(0, 1, 1e4 * y[2]);
        e(0, 2, 1e4 * y[1]);
        e(1, 0, 0.04);
        e(1, 1, -1e4 * y[2] - 6e7 * y[1]);
        e(1, 2, -1e4 * y[1]);
        e(2, 1, 6e7 * y[1]);
    }
}

pub struct Orego(Facts);

impl Orego {
    pub fn new() -> Self {
        Orego(Facts::new("OREGO", vec![1.0, 2.0, 3.0], 1e-6, 360.0))
    }
}

impl Problem for Orego {
    fn facts(&self) -> &Facts {
        &self.0
    }
    #[inline(always)]
    fn rhs(&self, _: &[f64], y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..3], &mut d[..3]);
        d[0] = 77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1]));
        d[1] = (y[2] - (1.0 + y[0]) * y[1]) / 77.27;
        d[2] = 0.161 * (y[0] - y[2]);
    }
    #[inline(always)]
    fn entries(&self, _: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let y = &y[..3];
        e(0, 0, 77.27 * (1.0 - 2.0 * 8.375e-6 * y[0] - y[1]));
        e(0, 1, 77.27 * (1.0 - y[0]));
        e(1, 0, -y[1] / 77.27);
        e(1, 1, -(1.0 + y[0]) / 77.27);
        e(1, 2, 1.0 / 77.27);
        e(2, 0, 0.161);
        e(2, 2, -0.161);
    }
}

pub struct Hires(Facts);

impl Hires {
    pub fn new() -> Self {
        // what y6 and y8 take from one another: y7 + y8 is kept
        Hires(
            Facts::new("HIRES", vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057], 1e-4, 321.8122)
                .with_invariant(&[(6, 1.0), (7, 1.0)]),
        )
    }
}

impl Problem for Hires {
    fn facts(&self) -> &Facts {
        &self.0
    }
    #[inline(always)]
    fn rhs(&self, _: &[f64], y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..8], &mut d[..8]);
        let binding = 280.0 * y[5] * y[7];
        d[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
        d[1] = 1.71 * y[0] - 8.75 * y[1];
        d[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
        d[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
        d[4] = -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6];
        d[5] = -binding + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
        d[6] = binding - 1.81 * y[6];
        d[7] = -d[6];
    }
    #[inline(always)]
    fn entries(&self, _: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let y = &y[..8];
        e(0, 0, -1.71);
        e(0, 1, 0.43);
        e(0, 2, 8.32);
        e(1, 0, 1.71);
        e(1, 1, -8.75);
        e(2, 2, -10.03);
        e(2, 3, 0.43);
        e(2, 4, 0.035);
        e(3, 1, 8.32);
        e(3, 2, 1.71);
        e(3, 3, -1.12);
        e(4, 4, -1.745);
        e(4, 5, 0.43);
        e(4, 6, 0.43);
        e(5, 3, 0.69);
        e(5, 4, 1.71);
        e(5, 5, -280.0 * y[7] - 0.43);
        e(5, 6, 0.69);
        e(5, 7, -280.0 * y[5]);
        e(6, 5, 280.0 * y[7]);
        e(6, 6, -1.81);
        e(6, 7, 280.0 * y[5]);
        e(7, 5, -280.0 * y[7]);
        e(7, 6, 1.81);
        e(7, 7, -280.0 * y[5]);
    }
}

pub struct Vdpol(Facts);

impl Vdpol {
    pub fn new() -> Self {
        Vdpol(Facts::new("VDPOL", vec![2.0, 0.0], 1.0, 2.0))
    }
}

impl Problem for Vdpol {
    fn facts(&self) -> &Facts {
        &self.0
    }
    #[inline(always)]
    fn rhs(&self, _: &[f64], y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..2], &mut d[..2]);
        d[0] = y[1];
        d[1] = ((1.0 - y[0] * y[0]) * y[1] - y[0]) * 1e6;
    }
    #[inline(always)]
    fn entries(&self, _: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let y = &y[..2];
        e(0, 1, 1.0);
        e(1, 0, (-2.0 * y[0] * y[1] - 1.0) * 1e6);
        e(1, 1, (1.0 - y[0] * y[0]) * 1e6);
    }
}

const A: f64 = 7.89e-10;
const B: f64 = 1.1e7;
const C: f64 = 1.13e9;
const D: f64 = 1.13e3;
pub struct E5(Facts);

impl E5 {
    pub fn new() -> Self {
        E5(Facts::new("E5", vec![1.76e-3, 0.0, 0.0, 0.0], 1.7e-18, 1e11).with_invariant(&[
            (1, 1.0),
            (2, -1.0),
            (3, -1.0),
        ]))
    }
}

impl Problem for E5 {
    fn facts(&self) -> &Facts {
        &self.0
    }
    #[inline(always)]
    fn rhs(&self, _: &[f64], y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..4], &mut d[..4]);
        d[0] = -A * y[0] - B * y[0] * y[2];
        d[1] = A * y[0] - C * y[1] * y[2];
        d[3] = B * y[0] * y[2] - D * y[3];
        d[2] = d[1] - d[3];
    }
    #[inline(always)]
    fn entries(&self, _: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let y = &y[..4];
        e(0, 0, -A - B * y[2]);
        e(0, 2, -B * y[0]);
        e(1, 0, A);
        e(1, 1, -C * y[2]);
        e(1, 2, -C * y[1]);
        e(2, 0, A - B * y[2]);
        e(2, 1, -C * y[2]);
        e(2, 2, -C * y[1] - B * y[0]);
        e(2, 3, D);
        e(3, 0, B * y[2]);
        e(3, 2, B * y[0]);
        e(3, 3, -D);
    }
}

#[path = "../../../common/pollu.rs"]
#[allow(dead_code, reason = "its struct is for other benches")]
mod pollu;

pub struct Pollu(Facts);

impl Pollu {
    pub fn new() -> Self {
        Pollu(Facts::new("POLLU", pollu::START.to_vec(), 1e-4, 60.0))
    }
}

impl Problem for Pollu {
    fn facts(&self) -> &Facts {
        &self.0
    }
    #[inline(always)]
    fn rhs(&self, _: &[f64], y: &[f64], d: &mut [f64]) {
        pollu::rates(y.first_chunk().expect("POLLU has 20 states"), d.first_chunk_mut().expect("POLLU has 20 states"));
    }
    #[inline(always)]
    fn entries(&self, _: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let mut values = [0.0; 82];
        pollu::slopes(y.first_chunk().expect("POLLU has 20 states"), &mut values);
        for (&(row, column), value) in pollu::ENTRIES.iter().zip(values) {
            e(row, column, value);
        }
    }
}
