//! What an attempt at a step makes, in one piece of memory that native code can write.

use super::norm::Norm;
use super::vector::{MOST_STAGES, Stages, padded};
use crate::linalg::{Bordered, Layout, Pattern};
use crate::program::{LANES, Vector, Wide, Work};

/// Where the parts stand, in multiples of the [`padded`] number of components: after the stages the solution of the last
/// one, which is the error estimate,
pub(super) const SOLUTION: usize = MOST_STAGES;
/// the last argument, in the end the new state,
pub(super) const ARGUMENT: usize = SOLUTION + 1;
/// what the solution of the first stage leaves over,
pub(super) const RESIDUAL: usize = ARGUMENT + 1;
/// and the margins of the pivots.
pub(super) const MARGINS: usize = RESIDUAL + 1;

/// Behind these parts stand numbers of the program's own.
pub(super) const LOCALS: usize = MARGINS + 1;

/// What a program of a whole step keeps of each component of an instance: stages, solution and argument, as above.
pub(super) const KEPT: usize = ARGUMENT + 1;

/// How many numbers of its own a program of a whole step keeps: the Jacobian, or, of a system that repeats, the factors, two
/// sums for each component of the border, and what [`kept`] says.
pub(super) fn locals(jacobian: &Pattern) -> usize {
    let of_plan = |plan| kept(plan).last().map_or(0, |last: &Layout| last.first + last.len());
    jacobian.bordered().map_or(jacobian.len(), of_plan)
}

/// Where a program of a whole step keeps the numbers of each group's instances, side by side wherever their components stand.
pub(super) fn kept(plan: &Bordered) -> Vec<Layout> {
    let mut first = plan.memory() + 2 * plan.border.len();
    let sizes = plan.groups.iter().map(|group| (KEPT * group.components.len(), group.count));
    let layouts = sizes.map(|(width, count)| {
        let layout = Layout { first, width, count };
        first += layout.len();
        layout
    });
    layouts.collect()
}

/// Where the solution of a stage stands.
pub(super) fn stage_place(component: u32, stage: usize) -> u32 {
    let lanes = LANES as u32;
    (component / lanes * MOST_STAGES as u32 + stage as u32) * lanes + component % lanes
}

/// Where a component of one of the parts stands, of n.
pub(super) fn part_place(n: usize, part: usize, component: u32) -> u32 {
    (part * padded(n)) as u32 + component
}

/// The memory of an attempt.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub memory: Vec<f64>,
    n: usize,
}

/// Its parts to be written, all [`padded`] with zeros.
pub(super) struct Parts<'a> {
    pub stages: &'a mut [Stages],
    pub solution: &'a mut [f64],
    pub argument: &'a mut [f64],
    pub residual: &'a mut [f64],
}

impl Attempt {
    /// For systems with this Jacobian.
    pub fn new(jacobian: &Pattern) -> Self {
        let n = jacobian.n();
        let mut memory = vec![0.0; LOCALS * padded(n) + locals(jacobian)];
        // a component that is none has a sound pivot
        memory[MARGINS * padded(n)..LOCALS * padded(n)].fill(1.0);
        Attempt { memory, n }
    }

    pub fn parts(&mut self) -> Parts<'_> {
        let n = padded(self.n);
        let (stages, rest) = self.memory.split_at_mut(SOLUTION * n);
        let (solution, rest) = rest.split_at_mut(n);
        let (argument, rest) = rest.split_at_mut(n);
        Parts { stages: stages.as_chunks_mut().0.as_chunks_mut().0, solution, argument, residual: &mut rest[..n] }
    }

    pub fn stages(&self) -> &[Stages] {
        self.memory[..SOLUTION * padded(self.n)].as_chunks().0.as_chunks().0
    }

    /// One of the parts after the stages, padded.
    pub fn part(&self, part: usize) -> &[f64] {
        let n = padded(self.n);
        &self.memory[part * n..][..n]
    }

    /// Solution, argument, residual and margins, which follow each other.
    #[inline(always)]
    fn weighed(&self) -> [&[Wide]; 4] {
        let width = padded(self.n) / LANES;
        let parts = &self.memory.as_chunks().0[SOLUTION * width..];
        let (solution, parts) = parts.split_at(width);
        let (argument, parts) = parts.split_at(width);
        let (residual, parts) = parts.split_at(width);
        [solution, argument, residual, &parts[..width]]
    }

    /// The program's own numbers.
    pub fn locals(&self) -> &[f64] {
        &self.memory[LOCALS * padded(self.n)..]
    }

    /// The error estimate.
    pub fn error(&self) -> &[f64] {
        &self.part(SOLUTION)[..self.n]
    }

    /// The new state.
    pub fn state(&self) -> &[f64] {
        &self.part(ARGUMENT)[..self.n]
    }
}

/// Weighs what native code has made.
pub(super) struct Weigh<'a> {
    pub made: &'a Attempt,
    pub start: &'a [f64],
    pub norm: &'a Norm,
}

pub(super) struct Weighed {
    /// Of the first stage's residual, in the error norm.
    pub residual: f64,
    pub error: f64,
    /// The least margin of a pivot.
    pub margin: f64,
    /// Whether these and the new state are finite.
    pub is_finite: bool,
}

impl Work for Weigh<'_> {
    type Output = Weighed;

    #[inline(always)]
    fn run<V: Vector>(self) -> Weighed {
        let (made, norm) = (self.made, self.norm);
        let (zero, mut finite) = (V::splat(0.0), V::splat(0.0));
        let (mut error, mut residual, mut margin) = (zero, zero, V::splat(f64::NEG_INFINITY));
        let [solution, state, left, pivot] = made.weighed();
        let errors = solution.iter().zip(state).zip(left.iter().zip(pivot));
        for (start, (atol, ((solution, state), (left, pivot)))) in
            self.start.as_chunks().0.iter().zip(norm.atol().iter().zip(errors))
        {
            let [solution, state, left, pivot] = [solution, state, left, pivot].map(V::load);
            let size = V::load(start).abs();
            let ratio = solution.abs().div(norm.scales(atol, size.larger(state.abs())));
            let ratio_left = left.abs().div(norm.scales(atol, size));
            (error, residual) = (ratio.larger(error), ratio_left.larger(residual));
            margin = pivot.mul(V::splat(-1.0)).larger(margin);
            // a maximum passes over a NaN; a sum keeps it
            finite = finite.add(zero.mul(ratio.add(ratio_left).add(state).add(pivot)));
        }
        let [error, residual, margin] = [error, residual, margin].map(V::largest);
        Weighed { residual, error, margin: -margin, is_finite: finite.sum() == 0.0 }
    }
}
