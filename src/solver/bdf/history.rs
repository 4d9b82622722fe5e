//! The past of a run as modified divided differences, on steps of any lengths.

use super::super::stepper::Numbers;
use super::super::vector::padded;

/// The highest order: formulas of order 6 are stable in too small a part of the plane.
pub(super) const MOST_ORDER: usize = 5;
/// Differences kept: those of the formula of the highest order, and one more to see whether a higher one would do.
const KEPT: usize = MOST_ORDER + 2;

/// States at t_n, t_{n-1}, ... by their modified divided differences
/// `phi_i = psi_1 psi_2 ... psi_{i-1} y[t_n, ..., t_{n-i+1}]` with `psi_i = t_n - t_{n-i}`.
#[derive(Clone, Debug)]
pub(super) struct History {
    n: usize,
    pub t: f64,
    /// How many differences mean something.
    pub known: usize,
    /// `psi_1` stands first.
    psi: [f64; KEPT],
    /// `phi_1` stands first; each [`padded`] with zeros.
    phi: [Vec<f64>; KEPT],
}

impl History {
    pub fn new(n: usize) -> Self {
        let phi = std::array::from_fn(|_| vec![0.0; padded(n)]);
        History { n, t: f64::NAN, known: 0, psi: [0.0; KEPT], phi }
    }

    /// The newest state, padded.
    pub fn newest(&self) -> &[f64] {
        &self.phi[0]
    }

    /// Begins at (t, y).
    pub fn begin(&mut self, t: f64, y: &[f64]) {
        (self.t, self.known) = (t, 1);
        self.phi[0][..self.n].copy_from_slice(y);
    }

    /// Gives a beginning a derivative: as if a straight line had led there, as long as the step to be tried.
    /// What M y' = f leaves open of it is taken to be 0.
    pub fn lead_in(&mut self, h: f64, rates: &[f64], mass: Option<&[f64]>) {
        (self.psi[0], self.known) = (h, 2);
        for (i, (phi, rate)) in self.phi[1].iter_mut().zip(rates).enumerate() {
            let mass = mass.and_then(|mass| mass.get(i)).map_or(1.0, |m| *m);
            *phi = if mass == 0.0 { 0.0 } else { h * rate / mass };
        }
    }

    /// Makes this the history `before` and the state y at the time t after it, which a formula of order k has led to.
    pub fn follow(&mut self, before: &History, k: usize, (t, y): (f64, &[f64])) {
        let formula = Formula::new(before, k, t - before.t);
        (self.t, self.known) = (t, k + 2);
        self.psi = formula.psi;
        // y - y^0 is phi_{k+2}
        let last = &mut self.phi[k + 1];
        before.combine(&formula.beta[..=k], last);
        for (last, y) in last.iter_mut().zip(y) {
            *last = y - *last;
        }
        for i in (0..=k).rev() {
            let (lower, upper) = self.phi.split_at_mut(i + 1);
            for ((now, old), next) in lower[i].iter_mut().zip(&before.phi[i]).zip(&upper[0]) {
                *now = formula.beta[i] * old + next;
            }
        }
        self.phi[0][..self.n].copy_from_slice(y);
    }

    /// `sum weights_i phi_i`, from the highest difference down, since those are small.
    pub fn combine(&self, weights: &[f64], out: &mut [f64]) {
        let [rest @ .., last] = weights else { return out.fill(0.0) };
        for (out, phi) in out.iter_mut().zip(&self.phi[rest.len()]) {
            *out = last * phi;
        }
        for (weight, phi) in rest.iter().zip(&self.phi).rev() {
            for (out, phi) in out.iter_mut().zip(phi) {
                *out += weight * phi;
            }
        }
    }

    /// Difference i (from 1), [`padded`].
    pub fn difference(&self, i: usize) -> &[f64] {
        &self.phi[i - 1]
    }

    /// Weights of the differences and of `y1` in the polynomial of order k through the state `y1` a step h later and the
    /// newest k states of this history, at the part s of that step: its value, or its derivative by s.
    pub fn weights(&self, k: usize, h: f64, s: f64, is_derivative: bool) -> ([f64; MOST_ORDER], f64) {
        let x = s * h;
        // w_i = product of (x + psi_{j-1}) / psi_j, the weight of phi_i in Newton's form; its derivative by x; w_i at h
        let (mut w, mut slope, mut end) = ([0.0; MOST_ORDER], [0.0; MOST_ORDER], [0.0; MOST_ORDER]);
        (w[0], end[0]) = (1.0, 1.0);
        let (mut last, mut last_slope, mut before) = (1.0, 0.0, 0.0);
        for i in 0..k {
            let (psi, rise) = (self.psi[i], h + before);
            if i + 1 < k {
                w[i + 1] = w[i] * (x + before) / psi;
                slope[i + 1] = (slope[i] * (x + before) + w[i]) / psi;
                end[i + 1] = end[i] * rise / psi;
            }
            last_slope = (last_slope * (x + before) + last) / rise;
            last *= (x + before) / rise;
            before = psi;
        }
        if is_derivative {
            (std::array::from_fn(|i| h * (slope[i] - last_slope * end[i])), h * last_slope)
        } else {
            (std::array::from_fn(|i| w[i] - last * end[i]), last)
        }
    }

    /// Writes what a formula predicts: the state y^0 and its derivative y'^0.
    pub fn predict(&self, formula: &Formula, state: &mut [f64], slope: &mut [f64]) {
        let k = formula.k;
        self.combine(&formula.beta[..=k], state);
        let rates: [f64; MOST_ORDER + 1] = std::array::from_fn(|i| formula.gamma[i] * formula.beta[i]);
        self.combine(&rates[..=k], slope);
    }

    /// The polynomial of a step from here to `y1`, given its order and length, at the part s of it; or its derivative by s.
    pub fn interpolate(&self, (k, h): (usize, f64), s: f64, is_derivative: bool, y1: &[f64], out: &mut [f64]) {
        let (weights, last) = self.weights(k, h, s, is_derivative);
        self.combine(&weights[..k], out);
        for (out, y1) in out.iter_mut().zip(y1) {
            *out += last * y1;
        }
    }

    /// What means something, as numbers.
    pub fn keep(&self) -> Vec<f64> {
        let known = self.known;
        [&[self.t, known as f64][..], &self.psi[..known], &self.phi[..known].concat()].concat()
    }

    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        self.t = numbers.one()?;
        let known = numbers.one()?;
        self.known = (0..=KEPT).find(|count| *count as f64 == known)?;
        numbers.fill(&mut self.psi[..self.known])?;
        self.phi[..self.known].iter_mut().try_for_each(|phi| numbers.fill(phi))
    }
}

/// A formula of order k for a step of length h: the coefficients of the paper, those with index 1 first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Formula {
    pub k: usize,
    /// `psi_i` after the step.
    psi: [f64; KEPT],
    pub alpha: [f64; KEPT],
    pub beta: [f64; KEPT],
    pub gamma: [f64; KEPT],
    /// `-alpha_s / h`: what the new derivative takes of the new state.
    pub leading: f64,
    /// The error is this times the difference of corrector and predictor.
    pub constant: f64,
}

impl Formula {
    pub fn new(history: &History, k: usize, h: f64) -> Self {
        let (mut psi, mut alpha, mut beta, mut gamma) = ([h; KEPT], [1.0; KEPT], [1.0; KEPT], [0.0; KEPT]);
        for i in 1..KEPT.min(history.known.max(2)) {
            psi[i] = history.psi[i - 1] + h;
            alpha[i] = h / psi[i];
            beta[i] = beta[i - 1] * psi[i - 1] / history.psi[i - 1];
            gamma[i] = gamma[i - 1] + alpha[i - 1] / h;
        }
        let alpha_s = -(1..=k).map(|j| 1.0 / j as f64).sum::<f64>();
        let alpha_0 = -alpha[..k].iter().sum::<f64>();
        // of the polynomial between the points, and of the formula
        let constant = alpha[k].max((alpha[k] + alpha_s - alpha_0).abs());
        Formula { k, psi, alpha, beta, gamma, leading: -alpha_s / h, constant }
    }

    /// What difference i + 1 (phi_{i+1}) is multiplied by to give `h^i y^(i)`.
    pub fn derivative(&self, i: usize) -> f64 {
        (1..=i).map(|j| j as f64 * self.alpha[j - 1]).product()
    }
}
