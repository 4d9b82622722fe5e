//! Dense output of the steps of DOPRI5 and DOP853, from their stages.
//!
//! E. Hairer, S. P. Norsett & G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed. (1993), II.6 and the codes DOPRI5
//! and DOP853: a polynomial of degree 4 or 7 that begins with both ends and both slopes. The larger one takes three stages
//! more.

use crate::solver::dormand_prince;

/// No method has more stages, those for dense output counted.
const MOST: usize = 16;

/// What dense output of a method is made of.
#[derive(Debug)]
pub(super) struct Dense {
    /// Stages that are there for dense output alone: their times, and their arguments from the stages before.
    pub extra: &'static [(f64, &'static [f64])],
    /// Weights of the stages in each coefficient beyond those that the ends give.
    pub rows: &'static [[f64; MOST]],
}

/// Of DOPRI5.
pub(super) const OF_5: Dense = Dense { extra: &[], rows: &[FIVE] };

const FIVE: [f64; MOST] = {
    let (mut row, mut k) = ([0.0; MOST], 0);
    while k < dormand_prince::D.len() {
        row[k] = dormand_prince::D[k];
        k += 1;
    }
    row
};

/// Of DOP853.
pub(super) const OF_853: Dense = Dense {
    extra: &[
        (
            0.1,
            &[
                0.056167502283047954,
                0.0,
                0.0,
                0.0,
                0.0,
                0.0,
                0.25350021021662483,
                -0.2462390374708025,
                -0.12419142326381637,
                0.15329179827876568,
                0.00820105229563469,
                0.007567897660545699,
                -0.008298,
            ],
        ),
        (
            0.2,
            &[
                0.03183464816350214,
                0.0,
                0.0,
                0.0,
                0.0,
                0.028300909672366776,
                0.053541988307438566,
                -0.05492374857139099,
                0.0,
                0.0,
                -0.00010834732869724932,
                0.0003825710908356584,
                -0.00034046500868740456,
                0.1413124436746325,
            ],
        ),
        (
            7.0 / 9.0,
            &[
                -0.42889630158379194,
                0.0,
                0.0,
                0.0,
                0.0,
                -4.697621415361164,
                7.683421196062599,
                4.06898981839711,
                0.3567271874552811,
                0.0,
                0.0,
                0.0,
                -0.0013990241651590145,
                2.9475147891527724,
                -9.15095847217987,
            ],
        ),
    ],
    rows: &[
        [
            -8.428938276109013,
            0.0,
            0.0,
            0.0,
            0.0,
            0.5667149535193777,
            -3.0689499459498917,
            2.38466765651207,
            2.117034582445028,
            -0.871391583777973,
            2.2404374302607883,
            0.6315787787694688,
            -0.08899033645133331,
            18.148505520854727,
            -9.194632392478356,
            -4.436036387594894,
        ],
        [
            10.427508642579134,
            0.0,
            0.0,
            0.0,
            0.0,
            242.28349177525817,
            165.20045171727028,
            -374.5467547226902,
            -22.113666853125306,
            7.733432668472264,
            -30.674084731089398,
            -9.332130526430229,
            15.697238121770845,
            -31.139403219565178,
            -9.35292435884448,
            35.81684148639408,
        ],
        [
            19.985053242002433,
            0.0,
            0.0,
            0.0,
            0.0,
            -387.0373087493518,
            -189.17813819516758,
            527.8081592054236,
            -11.57390253995963,
            6.8812326946963,
            -1.0006050966910838,
            0.7777137798053443,
            -2.778205752353508,
            -60.19669523126412,
            84.32040550667716,
            11.99229113618279,
        ],
        [
            -25.69393346270375,
            0.0,
            0.0,
            0.0,
            0.0,
            -154.18974869023643,
            -231.5293791760455,
            357.6391179106141,
            93.40532418362432,
            -37.45832313645163,
            104.0996495089623,
            29.8402934266605,
            -43.53345659001114,
            96.32455395918828,
            -39.17726167561544,
            -149.72683625798564,
        ],
    ],
};

/// The steps of a stretch: the nodes where they meet, with their slopes, and the coefficients of dense output in each.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    pub t: Vec<f64>,
    /// States and slopes, node by node.
    pub y: Vec<f64>,
    pub f: Vec<f64>,
    /// Coefficients, step by step, row by row.
    pub coefficients: Vec<f64>,
}

impl Nodes {
    pub fn clear(&mut self) {
        self.t.clear();
        for part in [&mut self.y, &mut self.f, &mut self.coefficients] {
            part.clear();
        }
    }

    /// Another node.
    pub fn add(&mut self, t: f64, y: &[f64], f: &[f64]) {
        self.t.push(t);
        self.y.extend_from_slice(y);
        self.f.extend_from_slice(f);
    }

    /// The steps between the nodes.
    pub fn steps(&self) -> usize {
        self.t.len().saturating_sub(1)
    }

    /// Where the stretch begins, and how long it is.
    pub fn span(&self) -> (f64, f64) {
        let start = self.t.first().copied().unwrap_or_default();
        (start, self.t.last().map_or(0.0, |end| end - start))
    }

    /// The last length that the end did not cut.
    pub fn step(&self) -> f64 {
        let lengths = self.t.windows(2).rev().take(2).map(|t| t[1] - t[0]);
        lengths.fold(0.0, f64::max)
    }

    /// For each of n components, its number, the state and its derivative by the time at `t`.
    pub fn at(&self, n: usize, t: f64, mut f: impl FnMut(usize, f64, f64)) {
        if self.steps() == 0 {
            return;
        }
        let after = self.t[1..self.steps()].partition_point(|node| *node <= t) + 1;
        let (start, h) = (self.t[after - 1], self.t[after] - self.t[after - 1]);
        let (s, rows) = ((t - start) / h, self.coefficients.len() / (n * self.steps()).max(1));
        for i in 0..n {
            let at = |part: &[f64], node: usize| part[node * n + i];
            let (y0, k0, k1) = (at(&self.y, after - 1), h * at(&self.f, after - 1), h * at(&self.f, after));
            let moved = at(&self.y, after) - y0;
            let ends = [y0, moved, k0 - moved, 2.0 * moved - k0 - k1];
            let coefficient = |row: usize| at(&self.coefficients, (after - 1) * rows + row);
            // y0 + s (c1 + (1 - s) (c2 + s (c3 + (1 - s) (c4 + ...
            let (mut value, mut slope) = (0.0, 0.0);
            for k in (0..4 + rows).rev() {
                let (factor, change) = if k % 2 == 0 { (s, 1.0) } else { (1.0 - s, -1.0) };
                slope = change * value + factor * slope;
                value = factor * value + if k < 4 { ends[k] } else { coefficient(k - 4) };
            }
            f(i, value, slope / h);
        }
    }
}
