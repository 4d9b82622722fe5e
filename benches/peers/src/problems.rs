//! The test problems, written once for all codes: a right-hand side and the entries of its Jacobian, row by row.

/// What every code is given. `entries` calls back with (row, column, value), rows ascending and columns within a row, always
/// the same places.
pub trait Problem: Copy + Send + Sync + 'static {
    const NAME: &'static str;
    const N: usize;
    /// The absolute tolerance is this times the relative one.
    const S: f64;
    fn start() -> Vec<f64>;
    fn rhs(y: &[f64], d: &mut [f64]);
    fn entries(y: &[f64], e: impl FnMut(usize, usize, f64));
    /// Weights of a sum that stays what it was.
    const INVARIANT: &'static [(usize, f64)] = &[];
}

#[derive(Clone, Copy)]
pub struct Rober;
impl Problem for Rober {
    const NAME: &'static str = "ROBER";
    const N: usize = 3;
    const S: f64 = 1e-6;
    const INVARIANT: &'static [(usize, f64)] = &[(0, 1.0), (1, 1.0), (2, 1.0)];
    fn start() -> Vec<f64> {
        vec![1.0, 0.0, 0.0]
    }
    #[inline(always)]
    fn rhs(y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..3], &mut d[..3]);
        d[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
        d[2] = 3e7 * y[1] * y[1];
        d[1] = -d[0] - d[2];
    }
    #[inline(always)]
    fn entries(y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
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

#[derive(Clone, Copy)]
pub struct Orego;
impl Problem for Orego {
    const NAME: &'static str = "OREGO";
    const N: usize = 3;
    const S: f64 = 1e-6;
    fn start() -> Vec<f64> {
        vec![1.0, 2.0, 3.0]
    }
    #[inline(always)]
    fn rhs(y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..3], &mut d[..3]);
        d[0] = 77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1]));
        d[1] = (y[2] - (1.0 + y[0]) * y[1]) / 77.27;
        d[2] = 0.161 * (y[0] - y[2]);
    }
    #[inline(always)]
    fn entries(y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
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

#[derive(Clone, Copy)]
pub struct Hires;
impl Problem for Hires {
    const NAME: &'static str = "HIRES";
    const N: usize = 8;
    const S: f64 = 1e-4;
    // what y6 and y8 take from one another: y7 + y8 is kept
    const INVARIANT: &'static [(usize, f64)] = &[(6, 1.0), (7, 1.0)];
    fn start() -> Vec<f64> {
        vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057]
    }
    #[inline(always)]
    fn rhs(y: &[f64], d: &mut [f64]) {
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
    fn entries(y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
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

#[derive(Clone, Copy)]
pub struct Vdpol;
impl Problem for Vdpol {
    const NAME: &'static str = "VDPOL";
    const N: usize = 2;
    const S: f64 = 1.0;
    fn start() -> Vec<f64> {
        vec![2.0, 0.0]
    }
    #[inline(always)]
    fn rhs(y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..2], &mut d[..2]);
        d[0] = y[1];
        d[1] = ((1.0 - y[0] * y[0]) * y[1] - y[0]) * 1e6;
    }
    #[inline(always)]
    fn entries(y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let y = &y[..2];
        e(0, 1, 1.0);
        e(1, 0, (-2.0 * y[0] * y[1] - 1.0) * 1e6);
        e(1, 1, (1.0 - y[0] * y[0]) * 1e6);
    }
}

#[derive(Clone, Copy)]
pub struct E5;
const A: f64 = 7.89e-10;
const B: f64 = 1.1e7;
const C: f64 = 1.13e9;
const D: f64 = 1.13e3;
impl Problem for E5 {
    const NAME: &'static str = "E5";
    const N: usize = 4;
    const S: f64 = 1.7e-18;
    const INVARIANT: &'static [(usize, f64)] = &[(1, 1.0), (2, -1.0), (3, -1.0)];
    fn start() -> Vec<f64> {
        vec![1.76e-3, 0.0, 0.0, 0.0]
    }
    #[inline(always)]
    fn rhs(y: &[f64], d: &mut [f64]) {
        let (y, d) = (&y[..4], &mut d[..4]);
        d[0] = -A * y[0] - B * y[0] * y[2];
        d[1] = A * y[0] - C * y[1] * y[2];
        d[3] = B * y[0] * y[2] - D * y[3];
        d[2] = d[1] - d[3];
    }
    #[inline(always)]
    fn entries(y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
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

#[path = "../../common/pollu.rs"]
#[allow(dead_code, reason = "its struct is for other benches")]
mod pollu;

#[derive(Clone, Copy)]
pub struct Pollu;
impl Problem for Pollu {
    const NAME: &'static str = "POLLU";
    const N: usize = 20;
    const S: f64 = 1e-4;
    fn start() -> Vec<f64> {
        pollu::START.to_vec()
    }
    #[inline(always)]
    fn rhs(y: &[f64], d: &mut [f64]) {
        pollu::rates(y.first_chunk().expect("POLLU has 20 states"), d.first_chunk_mut().expect("POLLU has 20 states"));
    }
    #[inline(always)]
    fn entries(y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        let mut values = [0.0; 82];
        pollu::slopes(y.first_chunk().expect("POLLU has 20 states"), &mut values);
        for (&(row, column), value) in pollu::ENTRIES.iter().zip(values) {
            e(row, column, value);
        }
    }
}
