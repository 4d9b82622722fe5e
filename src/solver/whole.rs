//! A whole attempt at a Rosenbrock step as one program: derivatives at its start, factors, stages, new state. It does what
//! the loops of [`super::stages`] do, in the same order, and gives the same bits; as native code it spares the way between
//! some thirty small pieces. For systems without an explicit time only: where there is one, the factors are needed afterwards.

use super::attempt::{ARGUMENT, LOCALS, MARGINS, RESIDUAL, SOLUTION, stage_place};
use super::tableau::Tableau;
use super::vector::padded;
use super::{Method, whole_bordered, whole_tangent};
use crate::linalg::Pattern;
use crate::program::{Native, Op, Program, Recorder, Source};
use std::sync::{Arc, OnceLock};

/// Longer steps are left to loops over pieces: their sums over stages use the widest instructions, which soon outweighs the
/// way between pieces. With 8 stages, HIRES (n = 8, 1,200 by this count) takes 0.85 of the time of pieces as a whole, POLLU
/// (n = 20, 3,600) 1.2 times as long.
pub(super) const LONGEST: usize = 3_000;

/// The right-hand side of a system and its Jacobian as programs, and the native code of whole steps that has been made from
/// them.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    rhs: Arc<Program>,
    jacobian: Arc<Program>,
    /// For each method: steps, and their derivatives along a direction.
    code: Arc<[OnceLock<Made>; Method::ALL.len()]>,
    tangents: Arc<[OnceLock<Made>; Method::ALL.len()]>,
}

/// Code and what it was made for: clones of a shape share it, and may have been changed since.
#[derive(Debug)]
struct Made {
    code: Option<Native>,
    pattern: Pattern,
}

impl Whole {
    pub fn new(rhs: Arc<Program>, jacobian: Arc<Program>) -> Self {
        Whole { rhs, jacobian, code: Arc::default(), tangents: Arc::default() }
    }

    /// Whether steps with this pattern evaluate the derivatives where they begin by themselves.
    pub(super) fn derives(pattern: &Pattern) -> bool {
        pattern.bordered().is_none()
    }

    /// The code of a step, made at the first call; none where it cannot be made.
    pub(super) fn code(&self, pattern: &Pattern, tableau: &Tableau) -> Option<&Native> {
        let program = || match pattern.bordered() {
            Some(plan) => whole_bordered::attempt(&self.rhs, pattern, plan, tableau),
            None => attempt((&self.rhs, &self.jacobian), pattern, tableau),
        };
        made(self.code.get(tableau.method as usize)?, pattern, program)
    }

    /// The same for the derivative of a step along a direction.
    pub(super) fn tangent_code(&self, pattern: &Pattern, tableau: &Tableau) -> Option<&Native> {
        let place = self.tangents.get(tableau.method as usize)?;
        made(place, pattern, || whole_tangent::program(pattern, tableau))
    }
}

fn made<'a>(
    place: &'a OnceLock<Made>,
    pattern: &Pattern,
    program: impl FnOnce() -> Option<Program>,
) -> Option<&'a Native> {
    let compile = |program: Program| Native::compile(&[&program]).ok();
    let make = || Made { code: program().and_then(compile), pattern: pattern.clone() };
    let made = place.get().unwrap_or_else(|| place.get_or_init(make));
    made.code.as_ref().filter(|_| made.pattern.shares_plan(pattern))
}

/// Reads, beside time, state, parameters and modes, as the last number of the forcing the length of the step; writes an
/// [`Attempt`](super::attempt::Attempt), and the Jacobian behind it.
fn attempt((rhs, derivatives): (&Program, &Program), pattern: &Pattern, tableau: &Tableau) -> Option<Program> {
    let n = pattern.n();
    let repeats = |program: &Program| program.blocks().iter().any(|block| block.instances > 1 || block.added > 0);
    if tableau.stages * (rhs.len() + 4 * pattern.len()) > LONGEST || repeats(rhs) || repeats(derivatives) {
        return None;
    }
    let mut r = Recorder::default();
    let (t, h) = (r.input(Source::Time), r.input(Source::Forcing(2 * padded(n) as u32)));
    let start = r.inputs(Source::State, 0, n);
    let at_start = |r: &mut Recorder, source| match source {
        Source::State(i) => start[i as usize],
        other => r.input(other),
    };
    let slope = r.call(rhs, at_start);
    let jacobian = r.call(derivatives, at_start);
    let (one, gamma) = (r.constant(1.0), r.constant(tableau.gamma));
    let part = r.write(Op::Mul, h, gamma);
    let (shift, rate_of_step) = (r.write(Op::Div, one, part), r.write(Op::Div, one, h));
    let factors = pattern.record_factors(&mut r, &jacobian, shift)?;

    let (mut stages, mut argument): (Vec<Vec<u32>>, _) = (Vec::new(), start.clone());
    let mut residual = Vec::new();
    for i in 0..tableau.stages {
        let mut work = slope.clone();
        if i > 0 {
            if tableau.continues(i) {
                argument = add(&mut r, &argument, &stages[i - 1]);
            } else {
                let weights: Vec<u32> = tableau.a[i].iter().map(|&a| r.constant(a)).collect();
                argument = sum(&mut r, &start, &weights, &stages);
            }
            let part = r.constant(tableau.times[i]);
            let later = r.write(Op::Mul, part, h);
            let time = r.write(Op::Add, t, later);
            let rate = r.call(rhs, |r, source| match source {
                Source::Time => time,
                Source::State(i) => argument[i as usize],
                other => r.input(other),
            });
            let weights: Vec<u32> = tableau.c[i].iter().map(|&c| r.constant(c)).collect();
            work = scaled_sum(&mut r, (&rate, rate_of_step), &weights, &stages);
        }
        let solution = pattern.record_solution(&mut r, &factors, &work)?;
        if i == 0 {
            residual = pattern.record_residual(&mut r, (&jacobian, shift), &solution, &work);
        }
        stages.push(solution);
    }
    let last = stages.last()?.clone();
    argument = add(&mut r, &argument, &last);

    let mut results = Vec::new();
    for (stage, solution) in stages.iter().enumerate() {
        results.extend(solution.iter().zip(0..).map(|(&name, i)| (name, stage_place(i, stage))));
    }
    let [_, _, margins] = factors;
    for (names, part) in [(last, SOLUTION), (argument, ARGUMENT), (residual, RESIDUAL), (margins, MARGINS)] {
        results.extend(names.into_iter().zip((part * padded(n)) as u32..));
    }
    results.extend(jacobian.into_iter().zip((LOCALS * padded(n)) as u32..));
    r.program(results)
}

/// `base + scale sum weights_j vectors_j`; the base, which is known last, is added last.
pub(super) fn scaled_sum(
    r: &mut Recorder,
    (base, scale): (&[u32], u32),
    weights: &[u32],
    vectors: &[Vec<u32>],
) -> Vec<u32> {
    let of_component = |(i, &base): (usize, &u32)| {
        let mut terms = weights.iter().zip(vectors).map(|(&weight, vector)| (weight, vector[i]));
        let Some((weight, u)) = terms.next() else { return base };
        let first = r.write(Op::Mul, weight, u);
        let sum = terms.fold(first, |sum, (weight, u)| r.write_fma(weight, u, sum));
        r.write_fma(sum, scale, base)
    };
    base.iter().enumerate().map(of_component).collect()
}

/// `base + sum weights_j vectors_j`, component by component, the terms one after the other, products fused with sums.
pub(super) fn sum(r: &mut Recorder, base: &[u32], weights: &[u32], vectors: &[Vec<u32>]) -> Vec<u32> {
    let of_component = |(i, &base): (usize, &u32)| {
        weights.iter().zip(vectors).fold(base, |sum, (&weight, vector)| r.write_fma(weight, vector[i], sum))
    };
    base.iter().enumerate().map(of_component).collect()
}

/// `base + vector`, component by component.
pub(super) fn add(r: &mut Recorder, base: &[u32], vector: &[u32]) -> Vec<u32> {
    base.iter().zip(vector).map(|(&base, &u)| r.write(Op::Add, base, u)).collect()
}
