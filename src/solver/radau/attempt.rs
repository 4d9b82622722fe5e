//! An attempt at a step of so many stages.

use super::factors::Factors;
use super::newton::{Attempt, Collocation, Outcome, Seed, Space};
use super::tables::{STAGES_3, STAGES_5, STAGES_7, Tableau};
use crate::program::{Wide, widest};
use crate::solver::Statistics;
use crate::solver::norm::Norm;
use crate::solver::stepper::{Fault, Problem};
use crate::solver::vector::not_finite;

/// How exact a step is to be: see [`Attempt`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    pub kappa: f64,
    pub eta: f64,
    pub most: f64,
    pub patience: u32,
}

/// What a step starts from: time and length, state and slope, starting values.
pub(super) type Start<'a> = (&'a Problem<'a>, (f64, f64), (&'a [f64], &'a [f64]), Option<Seed<'a>>);

/// Computes a step of so many stages.
pub(super) fn collocate(
    stages: usize,
    start: Start,
    means: (&Norm, &Circumstances, &mut Factors),
    made: (&mut Collocation, &mut Space),
    statistics: &mut Statistics,
) -> Result<Outcome, Fault> {
    match stages {
        3 => collocate_by(&STAGES_3, start, means, made, statistics),
        5 => collocate_by(&STAGES_5, start, means, made, statistics),
        _ => collocate_by(&STAGES_7, start, means, made, statistics),
    }
}

fn collocate_by<const S: usize>(
    tableau: &'static Tableau<S>,
    (problem, at, (start, slope), seed): Start,
    (norm, circumstances, factors): (&Norm, &Circumstances, &mut Factors),
    (made, space): (&mut Collocation, &mut Space),
    statistics: &mut Statistics,
) -> Result<Outcome, Fault> {
    let Circumstances { kappa, eta, most, patience } = *circumstances;
    let Factors { linear, complex, mass, .. } = factors;
    widest(&mut Attempt {
        n: problem.system.shape().n(),
        tableau,
        mass: mass.as_deref(),
        problem,
        at,
        norm,
        kappa,
        eta,
        most,
        patience,
        statistics,
        linear,
        complex,
        start,
        slope,
        seed,
        made,
        space,
    })
}

/// The part of a step at which dense output is looked at: far from the nodes of each order.
const DEFECT_AT: f64 = 0.43;

/// How far dense output is off inside the step just tried, in the error norm: what its defect `f(t, u) - M u'` comes to when
/// the real system of the step is solved for it. In a stiff component that is driven from outside the start says nothing
/// about the way to the end.
pub(super) fn defect(
    (step, start): (&Collocation, &[f64]),
    (problem, t): (&Problem, f64),
    norm: &Norm,
    factors: &mut Factors,
    space: &mut Space,
    statistics: &mut Statistics,
) -> Result<f64, Fault> {
    let n = problem.system.shape().n();
    let last = (step.stages - 1) * start.len();
    let Space { states, rates, real: [b, x], system, .. } = space;
    let (state, rate) = (&states[last..][..start.len()], &mut rates[..n]);
    let ends = (&start[..n], &state[..n]);
    step.evaluate(DEFECT_AT, 0, ends, &mut x[..n]);
    statistics.rhs += 1;
    problem.system.rhs(&problem.at(t + DEFECT_AT * step.h), &x[..n], rate, system)?;
    step.evaluate(DEFECT_AT, 1, ends, &mut b[..n]);
    for (i, (b, rate)) in b.iter_mut().zip(rate).enumerate() {
        *b = *rate - factors.mass.as_ref().map_or(1.0, |mass| mass[i]) * *b / step.h;
    }
    statistics.solves += 1;
    factors.linear.solve(&b[..n], &mut x[..n]);
    let size = norm.largest::<Wide>(x, state, state);
    if size.is_finite() { Ok(size) } else { Err(Fault::NotFinite(not_finite(x).unwrap_or(0))) }
}
