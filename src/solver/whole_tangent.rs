//! The derivative of a Rosenbrock step along one direction as one program: what the loops of [`super::tangent`] do, in the same
//! order, with the same bits. Along a direction a stage is some hundred products, so that as native code it takes a third of
//! the instructions of the loops.

use super::attempt::{ARGUMENT, part_place, stage_place};
use super::tableau::Tableau;
use super::vector::{MOST_STAGES, padded};
use super::whole::{LONGEST, add, scaled_sum, sum};
use crate::linalg::Pattern;
use crate::program::{Op, Program, Recorder, Source};

/// What one direction begins with, in one piece of memory: how the state moves ([`padded`]), the derivative of the Jacobian,
/// and what is known of the right-hand sides of the stages, side by side.
#[derive(Clone, Debug)]
pub(super) struct Direction {
    pub memory: Vec<f64>,
    n: usize,
    entries: usize,
}

/// Its parts.
pub(super) struct Known<'a> {
    pub start: &'a mut [f64],
    pub jacobian: &'a mut [f64],
    pub rates: &'a mut [f64],
}

impl Direction {
    pub fn new(pattern: &Pattern) -> Self {
        let (n, entries) = (pattern.n(), pattern.len());
        Direction { memory: vec![0.0; padded(n) + entries + MOST_STAGES * n], n, entries }
    }

    pub fn known(&mut self) -> Known<'_> {
        let (start, rest) = self.memory.split_at_mut(padded(self.n));
        let (jacobian, rates) = rest.split_at_mut(self.entries);
        Known { start, jacobian, rates }
    }
}

/// Reads the Jacobians of all stages as state, the factors as parameters, the solutions of all stages as modes, the
/// [`Direction`] as forcing and the length of the step as history; writes an [`Attempt`](super::attempt::Attempt).
pub(super) fn program(pattern: &Pattern, tableau: &Tableau) -> Option<Program> {
    let (n, entries) = (pattern.n(), pattern.len());
    if pattern.bordered().is_some() || tableau.stages * 5 * entries > LONGEST {
        return None;
    }
    let mut r = Recorder::default();
    let (one, h) = (r.constant(1.0), r.input(Source::History(0)));
    let rate_of_step = r.write(Op::Div, one, h);
    let factors = pattern.read_factors(&mut r, Source::Parameter)?;
    let start = r.inputs(Source::Forcing, 0, n);
    let along = r.inputs(Source::Forcing, padded(n), entries);
    let known = padded(n) + entries;
    let (mut stages, mut argument): (Vec<Vec<u32>>, _) = (Vec::new(), start.clone());
    for i in 0..tableau.stages {
        let side_by_side = |class: fn(u32) -> Source, place: usize| class((place * MOST_STAGES + i) as u32);
        if tableau.continues(i) {
            argument = add(&mut r, &argument, &stages[i - 1]);
        } else {
            let weights: Vec<u32> = tableau.a[i].iter().map(|&a| r.constant(a)).collect();
            argument = sum(&mut r, &start, &weights, &stages);
        }
        let mut rate = Vec::with_capacity(n);
        for row in 0..n {
            let mut total = r.input(Source::Forcing((known + row * MOST_STAGES + i) as u32));
            for (&j, &along) in pattern.row(row).iter().zip(&along[pattern.row_start(row)..]) {
                let solution = r.input(side_by_side(Source::Mode, j as usize));
                total = r.write_fma(along, solution, total);
            }
            for (&j, e) in pattern.row(row).iter().zip(pattern.row_start(row)..) {
                let entry = r.input(side_by_side(Source::State, e));
                total = r.write_fma(entry, argument[j as usize], total);
            }
            rate.push(total);
        }
        let weights: Vec<u32> = tableau.c[i].iter().map(|&c| r.constant(c)).collect();
        let work = scaled_sum(&mut r, (&rate, rate_of_step), &weights, &stages);
        stages.push(pattern.record_solution(&mut r, &factors, &work)?);
    }
    let end = add(&mut r, &argument, &stages[tableau.stages - 1]);
    let mut results: Vec<(u32, u32)> = end.into_iter().zip(part_place(n, ARGUMENT, 0)..).collect();
    for (stage, solution) in stages.iter().enumerate() {
        results.extend(solution.iter().zip(0..).map(|(&name, i)| (name, stage_place(i, stage))));
    }
    r.program(results)
}
