//! One attempt at a Radau step: the collocation equations by simplified Newton iterations, then the error estimate
//! (E. Hairer & G. Wanner, *Solving ODEs II*, 2nd ed., IV.8).
//!
//! With Z the stages less the state at the start and `W = T^-1 Z`, an iteration solves
//! `(L/h - J) dW = T^-1 F(T W) - L W / h`, L being the real block form of A^-1: one real system and (S - 1) / 2 complex ones.
//! For `M y' = f` L is that of A^-1 times M.
//! Each stage is contiguous and [`padded`](crate::solver::vector::padded), one after the other.

use super::convergence::{Convergence, Judge, Verdict};
use super::dense;
use super::tables::Tableau;
use crate::linalg::{ComplexSolver, LinearSolver};
use crate::program::{LANES, Vector, Wide, Work};
use crate::solver::Statistics;
use crate::solver::norm::Norm;
use crate::solver::stepper::{Fault, Numbers, Problem};
use crate::solver::vector::not_finite;

/// The most stages.
pub(super) const MOST: usize = 7;

/// A step as its collocation polynomial.
#[derive(Clone, Debug)]
pub(super) struct Collocation {
    pub stages: usize,
    pub h: f64,
    /// The stages less the state at the start.
    pub z: Vec<f64>,
    /// The error estimate, and its size in the norm.
    pub error: Vec<f64>,
    pub size: f64,
}

/// A polynomial from which starting values are read: `part` of its step, from the part `from` on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seed<'a> {
    pub step: &'a Collocation,
    pub from: f64,
    pub part: f64,
}

impl Collocation {
    /// For so many components, [`padded`](crate::solver::vector::padded).
    pub fn new(padded: usize) -> Self {
        Collocation { stages: 3, h: 1.0, z: vec![0.0; MOST * padded], error: vec![0.0; padded], size: 0.0 }
    }

    /// What a snapshot keeps.
    pub fn keep(&self) -> Vec<f64> {
        [&[self.stages as f64, self.h, self.size][..], &self.z, &self.error].concat()
    }

    /// Takes up what was kept.
    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        let stages = numbers.one()?;
        self.stages = [3, 5, 7].into_iter().find(|s| *s as f64 == stages)?;
        (self.h, self.size) = (numbers.one()?, numbers.one()?);
        numbers.fill(&mut self.z)?;
        numbers.fill(&mut self.error)
    }
}

/// Memory that holds nothing between attempts, but for the new state.
#[derive(Clone, Debug)]
pub(super) struct Space {
    /// The states at the stages; that at the last one is the new state.
    pub states: Vec<f64>,
    w: Vec<f64>,
    /// f at the stages.
    pub rates: Vec<f64>,
    /// Right-hand side and solution of the real system and of the complex ones.
    pub real: [Vec<f64>; 2],
    complex: [Vec<[f64; 2]>; 2],
    /// `1 / (atol + rtol |y|)` at the start.
    weights: Vec<f64>,
    /// For the system.
    pub system: Vec<f64>,
}

impl Space {
    /// For so many components, padded, and a system that wants so much scratch memory.
    pub fn new(padded: usize, system: usize) -> Self {
        let zeros = |count: usize| vec![0.0; count * padded];
        let pairs = || vec![[0.0; 2]; MOST / 2 * padded];
        Space {
            states: zeros(MOST),
            w: zeros(MOST),
            rates: zeros(MOST),
            real: [zeros(1), zeros(1)],
            complex: [pairs(), pairs()],
            weights: zeros(1),
            system: vec![0.0; system],
        }
    }

    pub fn system(&mut self) -> &mut [f64] {
        &mut self.system
    }

    /// The new state after so many stages, padded.
    pub fn state(&self, stages: usize) -> &[f64] {
        let padded = self.weights.len();
        &self.states[(stages - 1) * padded..][..padded]
    }
}

/// What an attempt comes to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    /// With the error estimate in the norm.
    Converged(Convergence, f64),
    /// Not within the iterations there are; what to shorten the step by, and the component that moved most.
    Diverged { factor: f64, component: usize },
}

/// An attempt at a step. Vectors over components are padded.
pub(super) struct Attempt<'a, const S: usize> {
    pub n: usize,
    pub tableau: &'static Tableau<S>,
    /// The diagonal of M, padded; none where it is the identity.
    pub mass: Option<&'a [f64]>,
    pub problem: &'a Problem<'a>,
    /// Time and length.
    pub at: (f64, f64),
    pub norm: &'a Norm,
    /// Newton's iterations stop where what is left is smaller than this in the norm.
    pub kappa: f64,
    /// [`Convergence::eta`] of the last step.
    pub eta: f64,
    /// An estimate larger than this is filtered twice.
    pub most: f64,
    /// How many times more iterations there may be than usual.
    pub patience: u32,
    pub statistics: &'a mut Statistics,
    pub linear: &'a mut LinearSolver,
    pub complex: &'a mut [ComplexSolver],
    /// State and slope at the start.
    pub start: &'a [f64],
    pub slope: &'a [f64],
    /// Where starting values are to be had.
    pub seed: Option<Seed<'a>>,
    pub made: &'a mut Collocation,
    pub space: &'a mut Space,
}

impl<const S: usize> Work for &mut Attempt<'_, S> {
    type Output = Result<Outcome, Fault>;

    #[inline(always)]
    fn run<V: Vector>(self) -> Result<Outcome, Fault> {
        self.begin::<V>();
        let mut judge = Judge::new(self.kappa, self.eta, self.patience * most_iterations(S));
        loop {
            self.rates()?;
            self.right_hand_sides::<V>();
            self.solve();
            let size = self.update::<V>();
            self.statistics.newton_iterations += 1;
            match judge.look(size) {
                Verdict::Again => {}
                Verdict::Converged(convergence) => {
                    let error = self.estimate::<V>()?;
                    return Ok(Outcome::Converged(convergence, error));
                }
                Verdict::NotFinite => return Err(Fault::NotFinite(self.not_finite())),
                Verdict::Diverged(factor) => {
                    return Ok(Outcome::Diverged { factor, component: self.moved_most() });
                }
            }
        }
    }
}

/// 7, 12, 17 for 3, 5, 7 stages.
pub(super) fn most_iterations(stages: usize) -> u32 {
    7 + 5 * (stages as u32 - 3) / 2
}

impl<const S: usize> Attempt<'_, S> {
    /// Starting values from the polynomial of the last step.
    #[inline(always)]
    fn begin<V: Vector>(&mut self) {
        let m = self.start.len() / LANES;
        let Space { states, w, weights, .. } = &mut *self.space;
        self.made.stages = S;
        self.made.h = self.at.1;
        self.norm.weights::<V>(self.start, weights);
        let start = self.start.as_chunks().0;
        let states = states.as_chunks_mut().0;
        let z = self.made.z.as_chunks_mut().0;
        let w = w.as_chunks_mut().0;
        let Some(Seed { step: past, from, part }) = self.seed else {
            z.fill([0.0; LANES]);
            w.fill([0.0; LANES]);
            for i in 0..S {
                states[i * m..][..m].copy_from_slice(start);
            }
            return;
        };
        let factors = dense::seed_weights(past.stages, from, self.tableau.c.map(|c| from + c * part));
        let old = past.z.as_chunks().0;
        for k in 0..m {
            let mut sums = [V::splat(0.0); S];
            for j in 0..past.stages {
                let z = V::load(&old[j * m + k]);
                for i in 0..S {
                    sums[i] = sums[i].add(V::splat(factors[i][j]).mul(z));
                }
            }
            let base = V::load(&start[k]);
            for i in 0..S {
                sums[i].store(&mut z[i * m + k]);
                base.add(sums[i]).store(&mut states[i * m + k]);
                product(&self.tableau.t_inverse[i], &sums).store(&mut w[i * m + k]);
            }
        }
    }

    /// f at the stages.
    #[inline(always)]
    fn rates(&mut self) -> Result<(), Fault> {
        let (n, padded, (t, h)) = (self.n, self.start.len(), self.at);
        let Space { states, rates, system, .. } = &mut *self.space;
        self.statistics.rhs += S as u64;
        for (i, c) in self.tableau.c.iter().enumerate() {
            let (state, rate) = (&states[i * padded..][..n], &mut rates[i * padded..][..n]);
            self.problem.system.rhs(&self.problem.at(t + c * h), state, rate, system)?;
        }
        Ok(())
    }

    /// A number for each component times M.
    #[inline(always)]
    fn times_mass<V: Vector>(mass: Option<&[f64]>, k: usize, x: V) -> V {
        mass.map_or(x, |mass| x.mul(V::load(&mass.as_chunks().0[k])))
    }

    /// `T^-1 F - L W / h`
    #[inline(always)]
    fn right_hand_sides<V: Vector>(&mut self) {
        let m = self.start.len() / LANES;
        let part = -1.0 / self.at.1;
        let mass = self.mass;
        let Space { w, rates, real: [real, _], complex: [complex, _], .. } = &mut *self.space;
        let (w, rates, real) = (w.as_chunks().0, rates.as_chunks().0, real.as_chunks_mut().0);
        let gamma = V::splat(part * self.tableau.gamma);
        for k in 0..m {
            let mut f = [V::splat(0.0); S];
            for i in 0..S {
                f[i] = V::load(&rates[i * m + k]);
            }
            let sum = product(&self.tableau.t_inverse[0], &f);
            let w_at = |i: usize| Self::times_mass(mass, k, V::load(&w[i * m + k]));
            sum.add(gamma.mul(w_at(0))).store(&mut real[k]);
            for p in 0..S / 2 {
                let (i, [alpha, beta]) = (2 * p + 1, self.tableau.pairs[p]);
                let (a, b) = (w_at(i), w_at(i + 1));
                let (alpha, beta) = (V::splat(part * alpha), V::splat(part * beta));
                let minus = V::splat(-part * self.tableau.pairs[p][1]);
                let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
                let first = product(&self.tableau.t_inverse[i], &f);
                first.add(alpha.mul(a)).add(minus.mul(b)).store(&mut re);
                let second = product(&self.tableau.t_inverse[i + 1], &f);
                second.add(beta.mul(a)).add(alpha.mul(b)).store(&mut im);
                let pairs = &mut complex[(p * m + k) * LANES..][..LANES];
                for (lane, pair) in pairs.iter_mut().enumerate() {
                    *pair = [re[lane], im[lane]];
                }
            }
        }
    }

    #[inline(always)]
    fn solve(&mut self) {
        let (n, padded) = (self.n, self.start.len());
        let Space { real: [b, x], complex: [complex_b, complex_x], .. } = &mut *self.space;
        self.statistics.solves += 1 + S as u64 / 2;
        self.linear.solve(&b[..n], &mut x[..n]);
        for p in 0..S / 2 {
            self.complex[p].solve(&complex_b[p * padded..][..n], &mut complex_x[p * padded..][..n]);
        }
    }

    /// Adds the solutions to W, and gives their size: of the components of dW, as Hairer & Wanner have it. NaN or infinite
    /// where one of them is not finite.
    #[inline(always)]
    fn update<V: Vector>(&mut self) -> f64 {
        let m = self.start.len() / LANES;
        let Space { states, w, real: [_, x], complex: [_, complex], weights, .. } = &mut *self.space;
        let (w, x, weights) = (w.as_chunks_mut().0, x.as_chunks().0, weights.as_chunks().0);
        let (start, states) = (self.start.as_chunks().0, states.as_chunks_mut().0);
        let z = self.made.z.as_chunks_mut().0;
        // a maximum passes over a NaN; a sum of what is not negative keeps it
        let (mut most, mut all) = (V::splat(0.0), V::splat(0.0));
        for k in 0..m {
            let mut sums = [V::splat(0.0); S];
            let change = V::load(&x[k]);
            let (mut largest, mut total) = (change.abs(), change.abs());
            sums[0] = V::load(&w[k]).add(change);
            for p in 0..S / 2 {
                let pairs = &complex[(p * m + k) * LANES..][..LANES];
                for (part, i) in [(0, 2 * p + 1), (1, 2 * p + 2)] {
                    let change: Wide = std::array::from_fn(|lane| pairs[lane][part]);
                    let change = V::load(&change);
                    largest = change.abs().larger(largest);
                    total = total.add(change.abs());
                    sums[i] = V::load(&w[i * m + k]).add(change);
                }
            }
            let weight = V::load(&weights[k]);
            most = largest.mul(weight).larger(most);
            all = all.add(total.mul(weight));
            let base = V::load(&start[k]);
            for i in 0..S {
                sums[i].store(&mut w[i * m + k]);
                let stage = product(&self.tableau.t[i], &sums);
                stage.store(&mut z[i * m + k]);
                base.add(stage).store(&mut states[i * m + k]);
            }
        }
        let (mut each, mut sums) = ([0.0; LANES], [0.0; LANES]);
        most.store(&mut each);
        all.store(&mut sums);
        let sum: f64 = sums.iter().sum();
        if sum.is_finite() { each.into_iter().fold(0.0, f64::max) } else { f64::NAN }
    }

    /// The error of an embedded formula of order S: `(gamma/h M - J)^-1 (f - M u')` at the start, u being the collocation
    /// polynomial (eq. 8.19); where it is larger than `most` it is filtered once more, with f at
    /// the start plus the error (eq. 8.20), for its size alone.
    #[inline(always)]
    fn estimate<V: Vector>(&mut self) -> Result<f64, Fault> {
        let (n, m) = (self.n, self.start.len() / LANES);
        let last = (S - 1) * self.start.len();
        let (part, mass) = (1.0 / self.at.1, self.mass);
        let Space { states, rates, real: [b, x], system, .. } = &mut *self.space;
        let z = self.made.z.as_chunks().0;
        let weights = self.tableau.estimate.map(|e| V::splat(part * e));
        let sum = |k: usize| {
            let mut sum = V::splat(0.0);
            for (i, weight) in weights.iter().enumerate() {
                sum = sum.add(weight.mul(V::load(&z[i * m + k])));
            }
            Self::times_mass(mass, k, sum)
        };
        for (k, (b, slope)) in b.as_chunks_mut().0.iter_mut().zip(self.slope.as_chunks().0).enumerate() {
            V::load(slope).add(sum(k)).store(b);
        }
        self.statistics.solves += 1;
        self.linear.solve(&b[..n], &mut self.made.error[..n]);
        let state = &states[last..][..self.start.len()];
        let size = self.norm.largest::<V>(&self.made.error, self.start, state);
        self.made.size = size;
        if !size.is_finite() {
            return Err(Fault::NotFinite(not_finite(&self.made.error).unwrap_or(0)));
        }
        if size <= self.most {
            return Ok(size);
        }
        for (x, (start, error)) in x.iter_mut().zip(self.start.iter().zip(&self.made.error)) {
            *x = start + error;
        }
        self.statistics.rhs += 1;
        let rate = &mut rates[..self.start.len()];
        if self.problem.system.rhs(&self.problem.at(self.at.0), &x[..n], &mut rate[..n], system).is_err() {
            return Ok(size);
        }
        for (k, (b, rate)) in b.as_chunks_mut().0.iter_mut().zip(rate.as_chunks().0).enumerate() {
            V::load(rate).add(sum(k)).store(b);
        }
        self.statistics.solves += 1;
        self.linear.solve(&b[..n], &mut x[..n]);
        let twice = self.norm.largest::<V>(x, self.start, state);
        if !twice.is_finite() {
            return Ok(size);
        }
        Ok(twice)
    }

    /// The first component that is not finite, in the rates or else in the stages.
    #[cold]
    fn not_finite(&self) -> usize {
        let padded = self.start.len();
        let count = S * padded;
        let bad = |x: &[f64]| x[..count].iter().position(|x| !x.is_finite()).map(|i| i % padded);
        bad(&self.space.rates).or_else(|| bad(&self.made.z)).unwrap_or(0)
    }

    /// The component that the last iteration moved most.
    #[cold]
    fn moved_most(&self) -> usize {
        let padded = self.start.len();
        let [_, pairs] = &self.space.complex;
        let size = |i: &usize| {
            let complex = (0..S / 2).map(|p| pairs[p * padded + i]);
            let most = complex.fold(self.space.real[1][*i].abs(), |most, [re, im]| most.max(re.abs()).max(im.abs()));
            most * self.space.weights[*i]
        };
        (0..self.n).rev().max_by(|i, j| size(i).total_cmp(&size(j))).unwrap_or(0)
    }
}

#[inline(always)]
fn product<V: Vector, const S: usize>(row: &[f64; S], x: &[V; S]) -> V {
    let mut sum = V::splat(row[0]).mul(x[0]);
    for (weight, x) in row.iter().zip(x).skip(1) {
        sum = sum.add(V::splat(*weight).mul(*x));
    }
    sum
}
