//! A whole attempt at a Rosenbrock step of a system that repeats, as one program over instances.
//!
//! It does what [`super::whole`] does, in the same order, block by block: a pass over the instances of each group, then the
//! border, stage after stage. A pass ends the stage before (the way back of its solution needs the border's) and begins the
//! next one (argument, rates, the way forward), so that an instance's numbers are fetched once a stage.

use super::attempt::{ARGUMENT, LOCALS, MARGINS, RESIDUAL, SOLUTION, kept, locals, part_place, stage_place};
use super::tableau::Tableau;
use super::vector::{MOST_STAGES, padded};
use super::whole::{add, scaled_sum, sum};
use crate::linalg::{Bordered, Layout, Pattern};
use crate::program::{Block, LANES, Op, Program, Recorder, Source};
use std::collections::HashMap;

/// Longer passes are left to loops: compiling would take longer than most runs.
const LONGEST: usize = 20_000;

/// Reads and writes what the program of [`super::whole`] does, but for the derivatives where the step begins, which it reads:
/// as forcing the slope ([`padded`], and room for df/dt) and the length of the step, as history the Jacobian. Behind what it
/// writes stand numbers of its own ([`locals`]).
pub(super) fn attempt(rhs: &Program, pattern: &Pattern, plan: &Bordered, tableau: &Tableau) -> Option<Program> {
    let pass = Pass { rhs, plan, tableau, n: pattern.n(), kept: kept(plan) };
    if rhs.blocks().len() != 1 + plan.groups.len() {
        return None;
    }
    let mut blocks = vec![pass.begin()];
    blocks.extend((0..plan.groups.len()).map(|g| pass.factor(g)));
    for i in 0..tableau.stages {
        blocks.push(pass.border(i));
        for g in 0..plan.groups.len() {
            blocks.push(if i + 1 < tableau.stages { pass.stage(g, i + 1) } else { pass.end(g) });
        }
    }
    let program = Program::new(blocks, pass.first_local() + locals(pattern))?;
    (program.code_len() <= LONGEST).then_some(program)
}

/// What passes are made of.
struct Pass<'a> {
    rhs: &'a Program,
    plan: &'a Bordered,
    tableau: &'a Tableau,
    n: usize,
    /// Where what is read again of a group's instances stands; the parts of [`super::attempt`] get what is read later.
    kept: Vec<Layout>,
}

/// The components that something is written down for: those of a group's first instance, or the border's.
#[derive(Clone, Copy)]
struct Of<'a>(Option<usize>, &'a [u32]);

type Placed = Vec<(u32, u32)>;

impl Pass<'_> {
    fn first_local(&self) -> usize {
        LOCALS * padded(self.n)
    }

    /// Where a place of the plan's memory stands.
    fn memory(&self, place: u32) -> u32 {
        self.first_local() as u32 + place
    }

    /// Where the rates of the border, or (for 1) what solutions take from its right-hand side, are added up.
    fn sum_place(&self, which: usize, b: usize) -> u32 {
        self.memory((self.plan.memory() + which * self.plan.border.len() + b) as u32)
    }

    fn part(&self, part: usize, i: u32) -> u32 {
        part_place(self.n, part, i)
    }

    fn outputs(&self, r: &mut Recorder, components: &[u32], place: impl Fn(u32) -> u32) -> Vec<u32> {
        components.iter().map(|&i| r.input(Source::Output(place(i)))).collect()
    }

    /// Where the numbers of one part, or stage, of a group's first instance are kept.
    fn kept(&self, g: usize, part: usize) -> impl Iterator<Item = u32> + '_ {
        let width = self.plan.groups[g].components.len();
        (part * width..(part + 1) * width).map(move |v| self.memory(self.kept[g].place(0, v)))
    }

    fn keep(&self, names: &[u32], g: usize, part: usize) -> Placed {
        names.iter().copied().zip(self.kept(g, part)).collect()
    }

    /// The solutions of a stage.
    fn stage_of(&self, r: &mut Recorder, Of(group, components): Of<'_>, stage: usize) -> Vec<u32> {
        match group {
            Some(g) => self.kept(g, stage).map(|place| r.input(Source::Output(place))).collect(),
            None => self.outputs(r, components, |component| stage_place(component, stage)),
        }
    }

    /// The last argument.
    fn argument_of(&self, r: &mut Recorder, Of(group, components): Of<'_>) -> Vec<u32> {
        match group {
            Some(g) => self.kept(g, ARGUMENT).map(|place| r.input(Source::Output(place))).collect(),
            None => self.outputs(r, components, |i| self.part(ARGUMENT, i)),
        }
    }

    fn placed(&self, names: &[u32], components: &[u32], place: impl Fn(u32) -> u32) -> Placed {
        names.iter().zip(components).map(|(&name, &i)| (name, place(i))).collect()
    }

    /// Shift and 1 over the length of the step.
    fn shift(&self, r: &mut Recorder) -> (u32, u32) {
        let (h, one, gamma) = (self.step(r), r.constant(1.0), r.constant(self.tableau.gamma));
        let part = r.write(Op::Mul, h, gamma);
        (r.write(Op::Div, one, part), r.write(Op::Div, one, h))
    }

    fn step(&self, r: &mut Recorder) -> u32 {
        r.input(Source::Forcing(2 * padded(self.n) as u32))
    }

    /// The border's matrix before anything is added.
    fn begin(&self) -> Block {
        let mut r = Recorder::default();
        let (shift, _) = self.shift(&mut r);
        let mut results: Placed =
            self.plan.start_border(&mut r, &entry, shift).into_iter().map(|(x, p)| (x, self.memory(p))).collect();
        let zero = r.constant(0.0);
        results.extend((0..self.plan.border.len()).map(|b| (zero, self.sum_place(1, b))));
        r.block(results, Vec::new())
    }

    /// Factors the instances of a group, and begins stage 0.
    fn factor(&self, g: usize) -> Block {
        let (mut r, components) = (Recorder::default(), &self.plan.groups[g].components);
        let (shift, _) = self.shift(&mut r);
        let made = self.plan.factor_group(g, &mut r, &entry, shift);
        let slope: Vec<u32> = components.iter().map(|&i| r.input(Source::Forcing(i))).collect();
        let (y, sums) = self.plan.forward(g, &mut r, &made.factored, &slope);
        let memory = |(name, place): (u32, u32)| (name, self.memory(place));
        let mut results: Placed = made.stored.into_iter().map(memory).collect();
        results.extend(made.margins.into_iter().map(|(name, i)| (name, self.part(MARGINS, i))));
        results.extend(self.keep(&y, g, SOLUTION));
        let mut added: Placed = made.added.into_iter().map(memory).collect();
        added.extend(sums.into_iter().map(|(name, b)| (name, self.sum_place(1, b))));
        self.spread(g, r.block(results, added))
    }

    /// The border's part of stage i, and the beginning of the next one's.
    fn border(&self, i: usize) -> Block {
        let (mut r, plan) = (Recorder::default(), self.plan);
        let border = &plan.border[..];
        let (shift, rate_of_step) = self.shift(&mut r);
        let read = |r: &mut Recorder, place: u32| r.input(Source::Output(self.memory(place)));
        let mut results = Placed::new();
        let (factors, b) = if i == 0 {
            let made = plan.factor_border(&mut r, &read);
            results.extend(made.stored.into_iter().map(|(name, place)| (name, self.memory(place))));
            results.extend(made.margins.into_iter().map(|(name, i)| (name, self.part(MARGINS, i))));
            (made.factored, border.iter().map(|&i| r.input(Source::Forcing(i))).collect())
        } else {
            let rates: Vec<u32> = (0..border.len()).map(|b| r.input(Source::Output(self.sum_place(0, b)))).collect();
            (plan.read_border(&mut r, &read), self.right_hand_side(&mut r, i, &rates, Of(None, border), rate_of_step))
        };
        let added: Vec<u32> = (0..border.len()).map(|b| r.input(Source::Output(self.sum_place(1, b)))).collect();
        let solution = plan.solve_border(&mut r, &factors, &b, &added);
        results.extend(self.placed(&solution, border, |component| stage_place(component, i)));
        if i == 0 {
            let residual = plan.border_residual(&mut r, (&entry, shift), &solution, &b);
            results.extend(self.placed(&residual, border, |i| self.part(RESIDUAL, i)));
        }
        if i + 1 == self.tableau.stages {
            let argument = self.outputs(&mut r, border, |i| self.part(ARGUMENT, i));
            let state = add(&mut r, &argument, &solution);
            results.extend(self.placed(&state, border, |i| self.part(ARGUMENT, i)));
            results.extend(self.placed(&solution, border, |i| self.part(SOLUTION, i)));
            return r.block(results, Vec::new());
        }
        let argument = self.argument(&mut r, i + 1, Of(None, border), solution);
        let at: HashMap<u32, u32> = border.iter().copied().zip(argument.iter().copied()).collect();
        let rates: HashMap<u32, u32> =
            self.rates(&mut r, i + 1, 0, &at).into_iter().map(|(name, place)| (place, name)).collect();
        let zero = r.constant(0.0);
        for (b, component) in border.iter().enumerate() {
            results.push((rates.get(component).copied().unwrap_or(zero), self.sum_place(0, b)));
            results.push((zero, self.sum_place(1, b)));
        }
        results.extend(self.placed(&argument, border, |i| self.part(ARGUMENT, i)));
        r.block(results, Vec::new())
    }

    /// The way back of stage i - 1 and the way forward of stage i for the instances of a group.
    fn stage(&self, g: usize, i: usize) -> Block {
        let (mut r, plan, components) = (Recorder::default(), self.plan, &self.plan.groups[g].components);
        let (shift, rate_of_step) = self.shift(&mut r);
        let (factors, before) = self.back(g, &mut r, i - 1);
        let own = &before[..components.len()];
        let mut results = self.placed(own, components, |component| stage_place(component, i - 1));
        results.extend(self.keep(own, g, i - 1));
        let mut added = Placed::new();
        if i == 1 {
            let slope: Vec<u32> = components.iter().map(|&i| r.input(Source::Forcing(i))).collect();
            let (residual, sums) = plan.group_residual(g, &mut r, (&entry, shift), &before, &slope);
            results.extend(self.placed(&residual, components, |i| self.part(RESIDUAL, i)));
            added.extend(sums.into_iter().map(|(name, b)| (name, self.part(RESIDUAL, plan.border[b]))));
        }
        let argument = self.argument(&mut r, i, Of(Some(g), components), own.to_vec());
        let of_border = self.outputs(&mut r, &plan.border, |i| self.part(ARGUMENT, i));
        let at = components.iter().chain(&plan.border).copied().zip(argument.iter().chain(&of_border).copied());
        let mut rates = self.rates(&mut r, i, 1 + g, &at.collect());
        let sums = rates.split_off(rates.len() - self.rhs.blocks()[1 + g].added);
        let place_of: HashMap<u32, usize> = plan.border.iter().copied().zip(0..).collect();
        added.extend(sums.into_iter().map(|(name, component)| (name, self.sum_place(0, place_of[&component]))));
        let rates: HashMap<u32, u32> = rates.into_iter().map(|(name, component)| (component, name)).collect();
        let zero = r.constant(0.0);
        let rates: Vec<u32> = components.iter().map(|i| rates.get(i).copied().unwrap_or(zero)).collect();
        let b = self.right_hand_side_after(&mut r, (i, own), &rates, Of(Some(g), components), rate_of_step);
        let (y, sums) = plan.forward(g, &mut r, &factors, &b);
        results.extend(self.keep(&y, g, SOLUTION));
        added.extend(sums.into_iter().map(|(name, b)| (name, self.sum_place(1, b))));
        if i + 1 == self.tableau.stages || self.tableau.continues(i + 1) {
            results.extend(self.keep(&argument, g, ARGUMENT));
        }
        self.spread(g, r.block(results, added))
    }

    /// The way back of the last stage for the instances of a group, and the new state.
    fn end(&self, g: usize) -> Block {
        let (mut r, components) = (Recorder::default(), &self.plan.groups[g].components);
        let last = self.tableau.stages - 1;
        let (_, mut solution) = self.back(g, &mut r, last);
        solution.truncate(components.len());
        let mut results = self.placed(&solution, components, |component| stage_place(component, last));
        results.extend(self.placed(&solution, components, |i| self.part(SOLUTION, i)));
        let argument = self.argument_of(&mut r, Of(Some(g), components));
        let state = add(&mut r, &argument, &solution);
        results.extend(self.placed(&state, components, |i| self.part(ARGUMENT, i)));
        self.spread(g, r.block(results, Vec::new()))
    }

    /// The way back of a stage: factors, and the solution for an instance's own components and the border's.
    fn back(&self, g: usize, r: &mut Recorder, stage: usize) -> (crate::linalg::Factored, Vec<u32>) {
        let plan = self.plan;
        let read = |r: &mut Recorder, place: u32| r.input(Source::Output(self.memory(place)));
        let factors = plan.read_group(g, r, &read);
        let y: Vec<u32> = self.kept(g, SOLUTION).map(|place| r.input(Source::Output(place))).collect();
        let border = self.outputs(r, &plan.border, |component| stage_place(component, stage));
        let own = plan.backward(g, r, &factors, &y, &border);
        (factors, [own, border].concat())
    }

    /// The argument of stage i, given the solution of the stage before.
    fn argument(&self, r: &mut Recorder, i: usize, of: Of<'_>, before: Vec<u32>) -> Vec<u32> {
        if self.tableau.continues(i) {
            let argument = self.argument_of(r, of);
            return add(r, &argument, &before);
        }
        let start: Vec<u32> = of.1.iter().map(|&i| r.input(Source::State(i))).collect();
        let weights: Vec<u32> = self.tableau.a[i].iter().map(|&a| r.constant(a)).collect();
        let mut stages: Vec<Vec<u32>> = (0..i - 1).map(|j| self.stage_of(r, of, j)).collect();
        stages.push(before);
        sum(r, &start, &weights, &stages)
    }

    /// The right-hand side of stage i of the border, whose solutions are all known.
    fn right_hand_side(
        &self,
        r: &mut Recorder,
        i: usize,
        rates: &[u32],
        border: Of<'_>,
        rate_of_step: u32,
    ) -> Vec<u32> {
        let before = self.stage_of(r, border, i - 1);
        self.right_hand_side_after(r, (i, &before), rates, border, rate_of_step)
    }

    fn right_hand_side_after(
        &self,
        r: &mut Recorder,
        (i, before): (usize, &[u32]),
        rates: &[u32],
        of: Of<'_>,
        rate_of_step: u32,
    ) -> Vec<u32> {
        let weights: Vec<u32> = self.tableau.c[i].iter().map(|&c| r.constant(c)).collect();
        let mut stages: Vec<Vec<u32>> = (0..i - 1).map(|j| self.stage_of(r, of, j)).collect();
        stages.push(before.to_vec());
        scaled_sum(r, (rates, rate_of_step), &weights, &stages)
    }

    /// The rates of stage i that one block of the right-hand side gives, with the components they belong to.
    fn rates(&self, r: &mut Recorder, i: usize, block: usize, at: &HashMap<u32, u32>) -> Placed {
        let (t, part, h) = (r.input(Source::Time), r.constant(self.tableau.times[i]), self.step(r));
        let later = r.write(Op::Mul, part, h);
        let time = r.write(Op::Add, t, later);
        let mut read = |r: &mut Recorder, source: Source| match source {
            Source::Time => time,
            Source::State(i) => at.get(&i).copied().unwrap_or_else(|| r.input(source)),
            other => r.input(other),
        };
        r.call_block(&self.rhs.blocks()[block], &mut read)
    }

    /// The block of a group's first instance as one of all.
    fn spread(&self, g: usize, block: Block) -> Block {
        let (plan, n) = (self.plan, padded(self.n));
        let moves = &plan.groups[g].moves;
        let output = |k: usize, place: u32| {
            let at = place as usize;
            if at < SOLUTION * n {
                let (row, lane) = (at / LANES, at % LANES);
                let component = (row / MOST_STAGES * LANES + lane) as u32;
                stage_place(moves.component(k, component), row % MOST_STAGES)
            } else if at < self.first_local() {
                self.part(at / n, moves.component(k, (at % n) as u32))
            } else {
                let local = place - self.memory(0);
                self.memory(self.kept[g].moved(k, local).unwrap_or_else(|| plan.moved(g, k, local)))
            }
        };
        // parameters and switches are those of the right-hand side
        let rates = &self.rhs.blocks()[1 + g];
        let width = rates.gather.len() / rates.instances.max(1);
        let columns: HashMap<Source, usize> = rates.gather[..width].iter().copied().zip(0..).collect();
        let source = |k: usize, source: Source| match source {
            Source::Time => source,
            Source::State(i) => Source::State(moves.component(k, i)),
            Source::Forcing(i) => Source::Forcing(moves.component(k, i)),
            Source::History(e) => Source::History(moves.entry(k, e)),
            Source::Output(place) => Source::Output(output(k, place)),
            Source::Parameter(_) | Source::Mode(_) => {
                columns.get(&source).map_or(source, |&column| rates.gather[k * width + column])
            }
        };
        block.spread(plan.groups[g].count, source, output)
    }
}

/// An entry of the Jacobian.
fn entry(r: &mut Recorder, e: u32) -> u32 {
    r.input(Source::History(e))
}
