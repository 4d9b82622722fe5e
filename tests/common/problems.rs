//! Stiff test problems of the *Test Set for IVP Solvers* (Mazzia & Magherini, Bari) and of Hairer & Wanner,
//! *Solving ODEs II*, written by hand against `OdeSystem`.

use homeostat::linalg::Pattern;
use homeostat::solver::{Invariant, OdeSystem, Point, Reject, Shape};

/// Calls back with (row, column, value) for each entry of the Jacobian at a state.
type Entries = fn(&[f64], &mut dyn FnMut(usize, usize, f64));

/// A mass-action or otherwise short system: a right-hand side and its derivatives by entry.
pub struct Problem {
    pub shape: Shape,
    pub y0: Vec<f64>,
    pub t_end: f64,
    /// The absolute tolerance is this times the relative one.
    pub s: f64,
    rhs: fn(&[f64], &mut [f64]),
    jacobian: Entries,
}

impl Problem {
    fn new(y0: Vec<f64>, t_end: f64, s: f64, rhs: fn(&[f64], &mut [f64]), jacobian: Entries) -> Self {
        let mut entries = Vec::new();
        jacobian(&vec![0.5; y0.len()], &mut |i, j, _| entries.push((i, j)));
        let shape = Shape::new(Pattern::new(y0.len(), entries).unwrap());
        Problem { shape, y0, t_end, s, rhs, jacobian }
    }
}

impl OdeSystem for Problem {
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn rhs(&self, _: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.rhs)(y, dydt);
        Ok(())
    }
    fn jacobian(&self, _: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        values.fill(0.0);
        let pattern = &self.shape.jacobian;
        (self.jacobian)(y, &mut |i, j, v| values[pattern.position(i, j).unwrap()] += v);
        Ok(())
    }
}

pub fn rober() -> Problem {
    fn rhs(y: &[f64], d: &mut [f64]) {
        d[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
        d[2] = 3e7 * y[1] * y[1];
        d[1] = -d[0] - d[2];
    }
    Problem::new(vec![1.0, 0.0, 0.0], 1e11, 1e-6, rhs, |y, e| {
        for (row, sign) in [(0, 1.0), (1, -1.0)] {
            e(row, 0, sign * -0.04);
            e(row, 1, sign * 1e4 * y[2]);
            e(row, 2, sign * 1e4 * y[1]);
        }
        e(1, 1, -6e7 * y[1]);
        e(2, 1, 6e7 * y[1]);
    })
}

pub fn orego() -> Problem {
    fn rhs(y: &[f64], d: &mut [f64]) {
        d[0] = 77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1]));
        d[1] = (y[2] - (1.0 + y[0]) * y[1]) / 77.27;
        d[2] = 0.161 * (y[0] - y[2]);
    }
    Problem::new(vec![1.0, 2.0, 3.0], 360.0, 1e-6, rhs, |y, e| {
        e(0, 0, 77.27 * (1.0 - 2.0 * 8.375e-6 * y[0] - y[1]));
        e(0, 1, 77.27 * (1.0 - y[0]));
        e(1, 0, -y[1] / 77.27);
        e(1, 1, -(1.0 + y[0]) / 77.27);
        e(1, 2, 1.0 / 77.27);
        e(2, 0, 0.161);
        e(2, 2, -0.161);
    })
}

/// With its invariant y2 - y3 - y4 = 0, whose drift by rounding is the whole difficulty.
pub fn e5() -> Problem {
    const A: f64 = 7.89e-10;
    const B: f64 = 1.1e7;
    const C: f64 = 1.13e9;
    const D: f64 = 1.13e3;
    fn rhs(y: &[f64], d: &mut [f64]) {
        d[0] = -A * y[0] - B * y[0] * y[2];
        d[1] = A * y[0] - C * y[1] * y[2];
        d[3] = B * y[0] * y[2] - D * y[3];
        d[2] = d[1] - d[3];
    }
    let mut problem = Problem::new(vec![1.76e-3, 0.0, 0.0, 0.0], 1e11, 1.7e-18, rhs, |y, e| {
        e(0, 0, -A - B * y[2]);
        e(0, 2, -B * y[0]);
        e(1, 0, A);
        e(1, 1, -C * y[2]);
        e(1, 2, -C * y[1]);
        e(3, 0, B * y[2]);
        e(3, 2, B * y[0]);
        e(3, 3, -D);
        e(2, 0, A - B * y[2]);
        e(2, 1, -C * y[2]);
        e(2, 2, -C * y[1] - B * y[0]);
        e(2, 3, D);
    });
    problem.shape = problem.shape.with_invariants(vec![Invariant::new([(1, 1.0), (2, -1.0), (3, -1.0)])]);
    problem
}

pub fn hires() -> Problem {
    fn rhs(y: &[f64], d: &mut [f64]) {
        d[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
        d[1] = 1.71 * y[0] - 8.75 * y[1];
        d[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
        d[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
        d[4] = -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6];
        d[5] = -280.0 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
        d[6] = 280.0 * y[5] * y[7] - 1.81 * y[6];
        d[7] = -d[6];
    }
    Problem::new(vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057], 321.8122, 1e-4, rhs, |y, e| {
        let constants = [
            (0, 0, -1.71),
            (0, 1, 0.43),
            (0, 2, 8.32),
            (1, 0, 1.71),
            (1, 1, -8.75),
            (2, 2, -10.03),
            (2, 3, 0.43),
            (2, 4, 0.035),
            (3, 1, 8.32),
            (3, 2, 1.71),
            (3, 3, -1.12),
            (4, 4, -1.745),
            (4, 5, 0.43),
            (4, 6, 0.43),
            (5, 3, 0.69),
            (5, 4, 1.71),
            (5, 5, -0.43),
            (5, 6, 0.69),
            (6, 6, -1.81),
            (7, 6, 1.81),
        ];
        for (i, j, value) in constants {
            e(i, j, value);
        }
        for (row, sign) in [(5, -280.0), (6, 280.0), (7, -280.0)] {
            e(row, 5, sign * y[7]);
            e(row, 7, sign * y[5]);
        }
    })
}

pub fn vdpol() -> Problem {
    fn rhs(y: &[f64], d: &mut [f64]) {
        d[0] = y[1];
        d[1] = ((1.0 - y[0] * y[0]) * y[1] - y[0]) * 1e6;
    }
    Problem::new(vec![2.0, 0.0], 2.0, 1.0, rhs, |y, e| {
        e(0, 1, 1.0);
        e(1, 0, (-2.0 * y[0] * y[1] - 1.0) * 1e6);
        e(1, 1, (1.0 - y[0] * y[0]) * 1e6);
    })
}

type Reaction = (f64, &'static [usize], &'static [(usize, f64)]);

/// POLLU's 25 reactions: constant, reactants, change of each species (counted from 1).
const POLLU: [Reaction; 25] = [
    (0.35, &[1], &[(1, -1.0), (2, 1.0), (3, 1.0)]),
    (26.6, &[2, 4], &[(1, 1.0), (2, -1.0), (4, -1.0)]),
    (12300.0, &[5, 2], &[(1, 1.0), (2, -1.0), (5, -1.0), (6, 1.0)]),
    (8.6e-4, &[7], &[(5, 2.0), (7, -1.0), (8, 1.0)]),
    (8.2e-4, &[7], &[(7, -1.0), (8, 1.0)]),
    (15000.0, &[7, 6], &[(5, 1.0), (6, -1.0), (7, -1.0), (8, 1.0)]),
    (1.3e-4, &[9], &[(5, 1.0), (8, 1.0), (9, -1.0), (10, 1.0)]),
    (24000.0, &[9, 6], &[(6, -1.0), (9, -1.0), (11, 1.0)]),
    (16500.0, &[11, 2], &[(1, 1.0), (2, -1.0), (10, 1.0), (11, -1.0), (12, 1.0)]),
    (9000.0, &[11, 1], &[(1, -1.0), (11, -1.0), (13, 1.0)]),
    (0.022, &[13], &[(1, 1.0), (11, 1.0), (13, -1.0)]),
    (12000.0, &[10, 2], &[(1, 1.0), (2, -1.0), (10, -1.0), (14, 1.0)]),
    (1.88, &[14], &[(5, 1.0), (7, 1.0), (14, -1.0)]),
    (16300.0, &[1, 6], &[(1, -1.0), (6, -1.0), (15, 1.0)]),
    (4.8e6, &[3], &[(3, -1.0), (4, 1.0)]),
    (3.5e-4, &[4], &[(4, -1.0), (16, 1.0)]),
    (0.0175, &[4], &[(3, 1.0), (4, -1.0)]),
    (1e8, &[16], &[(6, 2.0), (16, -1.0)]),
    (4.44e11, &[16], &[(3, 1.0), (16, -1.0)]),
    (1240.0, &[17, 6], &[(5, 1.0), (6, -1.0), (17, -1.0), (18, 1.0)]),
    (2.1, &[19], &[(2, 1.0), (19, -1.0)]),
    (5.78, &[19], &[(1, 1.0), (3, 1.0), (19, -1.0)]),
    (0.0474, &[1, 4], &[(1, -1.0), (4, -1.0), (19, 1.0)]),
    (1780.0, &[19, 1], &[(1, -1.0), (19, -1.0), (20, 1.0)]),
    (3.12, &[20], &[(1, 1.0), (19, 1.0), (20, -1.0)]),
];

pub fn pollu() -> Problem {
    fn rhs(y: &[f64], d: &mut [f64]) {
        d.fill(0.0);
        for (k, reactants, changes) in &POLLU {
            let rate = reactants.iter().fold(*k, |r, &i| r * y[i - 1]);
            for &(i, change) in *changes {
                d[i - 1] += change * rate;
            }
        }
    }
    let mut y0 = vec![0.0; 20];
    for (i, value) in [(2, 0.2), (4, 0.04), (7, 0.1), (8, 0.3), (9, 0.01), (17, 0.007)] {
        y0[i - 1] = value;
    }
    Problem::new(y0, 60.0, 1e-4, rhs, |y, e| {
        for (k, reactants, changes) in &POLLU {
            for (place, &j) in reactants.iter().enumerate() {
                let others = reactants.iter().enumerate().filter(|&(q, _)| q != place);
                let partial = others.fold(*k, |r, (_, &i)| r * y[i - 1]);
                for &(i, change) in *changes {
                    e(i - 1, j - 1, change * partial);
                }
            }
        }
    })
}
