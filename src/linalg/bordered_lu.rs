//! Factors of matrices that repeat, computed by programs over instances.

use super::bordered::Bordered;
use crate::program::{Block, Executor, Inputs, Native, Program, Recorder, Source};
use std::sync::{Arc, OnceLock};

/// With [`Executor::Auto`] native code is made once so many matrices have been factored.
const WORTH_COMPILING: u32 = 2000;

/// A plan with the programs made for it: one for all that share a pattern.
#[derive(Debug)]
pub(crate) struct BorderedPlan {
    pub plan: Bordered,
    /// Factoring, solving, residual.
    programs: OnceLock<Option<[Program; 3]>>,
    code: OnceLock<Option<Native>>,
}

impl BorderedPlan {
    pub fn new(plan: Bordered) -> Self {
        BorderedPlan { plan, programs: OnceLock::new(), code: OnceLock::new() }
    }

    fn programs(&self) -> Option<&[Program; 3]> {
        let make = || Some([factoring(&self.plan)?, solving(&self.plan)?, residual(&self.plan)?]);
        self.programs.get_or_init(make).as_ref()
    }

    fn code(&self) -> Option<&Native> {
        let make = || Native::compile(&self.programs()?.each_ref()).ok();
        self.code.get_or_init(make).as_ref()
    }
}

/// The factors of `shift I - A` for matrices that repeat: as [`StaticLu`](super::StaticLu), watched alike.
#[derive(Clone, Debug)]
pub struct BorderedLu {
    shared: Arc<BorderedPlan>,
    executor: Executor,
    /// The plan's memory, and after it the margins.
    memory: Vec<f64>,
    scratch: Vec<f64>,
    /// Matrices factored so far, up to `WORTH_COMPILING`.
    factored: u32,
}

impl BorderedLu {
    /// None where the programs cannot be made.
    pub(super) fn new(shared: &Arc<BorderedPlan>, executor: Executor) -> Option<Self> {
        let scratch = shared.programs()?.iter().map(Program::scratch_len).max()?;
        let memory = vec![0.0; shared.plan.memory() + shared.plan.n];
        Some(BorderedLu { shared: Arc::clone(shared), executor, memory, scratch: vec![0.0; scratch], factored: 0 })
    }

    pub fn set_executor(&mut self, executor: Executor) {
        self.executor = executor;
    }

    pub fn executor(&self) -> Executor {
        if self.native().is_some() { Executor::Native } else { Executor::Tape }
    }

    fn native(&self) -> Option<&Native> {
        if self.executor == Executor::Tape { None } else { self.shared.code.get()?.as_ref() }
    }

    /// As [`StaticLu::factor`](super::StaticLu::factor).
    pub fn factor(&mut self, matrix: &[f64], shift: f64) -> Result<(), usize> {
        self.factored = (self.factored + 1).min(WORTH_COMPILING);
        if self.executor == Executor::Native || (self.executor == Executor::Auto && self.factored >= WORTH_COMPILING) {
            self.shared.code();
        }
        let inputs = Inputs { state: matrix, parameter: &[shift], ..Inputs::default() };
        let mut memory = std::mem::take(&mut self.memory);
        self.run(0, &inputs, &mut memory);
        self.memory = memory;
        let margins = &self.memory[self.shared.plan.memory()..];
        let is_sound = margins.iter().fold(true, |all, &margin| all & (margin > 0.0));
        let bad = || margins.iter().position(|margin| margin.is_nan() || *margin <= 0.0).unwrap_or(0);
        if is_sound { Ok(()) } else { Err(bad()) }
    }

    /// As [`StaticLu::solve`](super::StaticLu::solve).
    pub fn solve(&mut self, right_hand_side: &[f64], x: &mut [f64]) {
        let memory = std::mem::take(&mut self.memory);
        self.run(1, &Inputs { state: &memory, parameter: right_hand_side, ..Inputs::default() }, x);
        self.memory = memory;
    }

    /// As [`StaticLu::residual`](super::StaticLu::residual).
    pub fn residual(&mut self, matrix: &[f64], shift: f64, x: &[f64], b: &[f64], residual: &mut [f64]) {
        let inputs = Inputs { state: matrix, parameter: x, forcing: b, mode: &[shift], ..Inputs::default() };
        self.run(2, &inputs, residual);
    }

    fn run(&mut self, which: usize, inputs: &Inputs<'_>, outputs: &mut [f64]) {
        match self.native() {
            Some(native) => native.run(which, inputs, outputs),
            None => {
                if let Some(programs) = self.shared.programs() {
                    programs[which].run_in_lanes(inputs, outputs, &mut self.scratch);
                }
            }
        }
    }
}

/// Reads the matrix as state and the shift as parameter; writes the plan's memory, and after it the margins.
fn factoring(plan: &Bordered) -> Option<Program> {
    let margins = plan.memory() as u32;
    let entry = |r: &mut Recorder, e: u32| r.input(Source::State(e));
    let output = |r: &mut Recorder, place: u32| r.input(Source::Output(place));
    let with_margins = |stored: Vec<(u32, u32)>, of: &[(u32, u32)]| {
        let of = of.iter().map(|&(name, component)| (name, margins + component));
        stored.into_iter().chain(of).collect::<Vec<_>>()
    };
    let mut r = Recorder::default();
    let shift = r.input(Source::Parameter(0));
    let start = plan.start_border(&mut r, &entry, shift);
    let mut blocks = vec![r.block(start, Vec::new())];
    for (g, group) in plan.groups.iter().enumerate() {
        let mut r = Recorder::default();
        let shift = r.input(Source::Parameter(0));
        let made = plan.factor_group(g, &mut r, &entry, shift);
        let block = r.block(with_margins(made.stored, &made.margins), made.added);
        let source = |k: usize, source: Source| match source {
            Source::State(e) => Source::State(group.moves.entry(k, e)),
            other => other,
        };
        blocks.push(block.spread(group.count, source, |k, place| match place.checked_sub(margins) {
            Some(component) => margins + group.moves.component(k, component),
            None => plan.moved(g, k, place),
        }));
    }
    let mut r = Recorder::default();
    let made = plan.factor_border(&mut r, &output);
    blocks.push(r.block(with_margins(made.stored, &made.margins), Vec::new()));
    Program::new(blocks, plan.memory() + plan.n)
}

/// The components of a group's first instance, or of the border, as inputs.
fn inputs(r: &mut Recorder, class: fn(u32) -> Source, components: &[u32]) -> Vec<u32> {
    components.iter().map(|&i| r.input(class(i))).collect()
}

/// Reads the plan's memory as state and the right-hand side as parameter.
fn solving(plan: &Bordered) -> Option<Program> {
    let read = |r: &mut Recorder, place: u32| r.input(Source::State(place));
    let spread = |g: usize, block: Block| {
        let group = &plan.groups[g];
        let source = |k: usize, source: Source| match source {
            Source::State(place) => Source::State(plan.moved(g, k, place)),
            Source::Parameter(i) => Source::Parameter(group.moves.component(k, i)),
            Source::Output(i) => Source::Output(group.moves.component(k, i)),
            other => other,
        };
        block.spread(group.count, source, |k, i| group.moves.component(k, i))
    };
    let placed = |names: Vec<u32>, components: &[u32]| names.into_iter().zip(components.iter().copied()).collect();
    let mut r = Recorder::default();
    let zeros = vec![r.constant(0.0); plan.border.len()];
    let mut blocks = vec![r.block(placed(zeros, &plan.border), Vec::new())];
    for (g, group) in plan.groups.iter().enumerate() {
        let mut r = Recorder::default();
        let factors = plan.read_group(g, &mut r, &read);
        let b = inputs(&mut r, Source::Parameter, &group.components);
        let (y, added) = plan.forward(g, &mut r, &factors, &b);
        let added = added.into_iter().map(|(name, b)| (name, plan.border[b])).collect();
        blocks.push(spread(g, r.block(placed(y, &group.components), added)));
    }
    let mut r = Recorder::default();
    let factors = plan.read_border(&mut r, &read);
    let b = inputs(&mut r, Source::Parameter, &plan.border);
    let added = inputs(&mut r, Source::Output, &plan.border);
    let x = plan.solve_border(&mut r, &factors, &b, &added);
    blocks.push(r.block(placed(x, &plan.border), Vec::new()));
    for (g, group) in plan.groups.iter().enumerate() {
        let mut r = Recorder::default();
        let factors = plan.read_group(g, &mut r, &read);
        let y = inputs(&mut r, Source::Output, &group.components);
        let border = inputs(&mut r, Source::Output, &plan.border);
        let x = plan.backward(g, &mut r, &factors, &y, &border);
        blocks.push(spread(g, r.block(placed(x, &group.components), Vec::new())));
    }
    Program::new(blocks, plan.n)
}

/// `(shift I - A) x - b`: reads A as state, x as parameter, b as forcing, the shift as mode.
fn residual(plan: &Bordered) -> Option<Program> {
    let entry = |r: &mut Recorder, e: u32| r.input(Source::State(e));
    let mut r = Recorder::default();
    let shift = r.input(Source::Mode(0));
    let (x, b) = (inputs(&mut r, Source::Parameter, &plan.border), inputs(&mut r, Source::Forcing, &plan.border));
    let rows = plan.border_residual(&mut r, (&entry, shift), &x, &b);
    let mut blocks = vec![r.block(rows.into_iter().zip(plan.border.iter().copied()).collect(), Vec::new())];
    for (g, group) in plan.groups.iter().enumerate() {
        let mut r = Recorder::default();
        let shift = r.input(Source::Mode(0));
        let mut x = inputs(&mut r, Source::Parameter, &group.components);
        x.extend(inputs(&mut r, Source::Parameter, &plan.border));
        let b = inputs(&mut r, Source::Forcing, &group.components);
        let (rows, added) = plan.group_residual(g, &mut r, (&entry, shift), &x, &b);
        let rows = rows.into_iter().zip(group.components.iter().copied()).collect();
        let block = r.block(rows, added.into_iter().map(|(name, b)| (name, plan.border[b])).collect());
        let component = |k: usize, i: u32| group.moves.component(k, i);
        let source = |k: usize, source: Source| match source {
            Source::State(e) => Source::State(group.moves.entry(k, e)),
            Source::Parameter(i) => Source::Parameter(component(k, i)),
            Source::Forcing(i) => Source::Forcing(component(k, i)),
            other => other,
        };
        blocks.push(block.spread(group.count, source, component));
    }
    Program::new(blocks, plan.n)
}

#[cfg(test)]
mod tests {
    use crate::linalg::{LinearAlgebra, LinearSolver, Pattern, Template};
    use crate::program::Executor;

    /// A small deterministic generator: the tests need variety, not randomness.
    fn sequence(seed: u64) -> impl FnMut() -> f64 {
        let mut s = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        move || {
            s ^= s << 13;
            s ^= s >> 7;
            s ^= s << 17;
            (s >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    /// Two groups of these widths and counts in random places, and a border.
    fn arrow(next: &mut impl FnMut() -> f64, groups: [(usize, usize); 2], border: usize) -> Pattern {
        let n: usize = border + groups.iter().map(|(width, count)| width * count).sum::<usize>();
        let mut places: Vec<u32> = (0..n as u32).collect();
        for i in (1..n).rev() {
            places.swap(i, (next() * (i + 1) as f64) as usize);
        }
        let (mut template, mut entries, mut first) = (Template::new(n), Vec::new(), 0);
        let taken: Vec<u32> = places[n - border..].to_vec();
        for (width, count) in groups {
            let components = &places[first..first + width * count];
            first += width * count;
            template = template.with_group(width, components.to_vec()).unwrap();
            let local: Vec<(usize, usize)> =
                (0..width + border).flat_map(|i| (0..width + border).map(move |j| (i, j))).collect();
            for (i, j) in local.into_iter().filter(|_| next() < 0.4).filter(|&(i, j)| i < width || j < width) {
                for instance in components.chunks(width) {
                    let place = |v: usize| if v < width { instance[v] } else { taken[v - width] };
                    entries.push((place(i) as usize, place(j) as usize));
                }
            }
        }
        entries.extend(taken.iter().map(|&i| (i as usize, taken[0] as usize)));
        Pattern::new(n, entries).unwrap().with_template(template).unwrap()
    }

    #[test]
    fn agrees_with_a_pivoted_dense_solution() {
        for seed in 1..40 {
            let mut next = sequence(seed);
            let groups = [(1 + seed as usize % 5, 4 + seed as usize % 7), (2, 1 + seed as usize % 6)];
            let pattern = arrow(&mut next, groups, seed as usize % 4);
            let n = pattern.n();
            let matrix: Vec<f64> = (0..pattern.len()).map(|_| 2.0 * next() - 1.0).collect();
            let (shift, b) = (n as f64, (0..n).map(|_| next()).collect::<Vec<f64>>());
            let mut expected = b.clone();
            let mut dense = LinearSolver::new(&pattern, Executor::Tape, LinearAlgebra::Dense).unwrap();
            dense.factor(&matrix, shift).unwrap();
            dense.solve(&b, &mut expected);
            let mut solver = LinearSolver::new(&pattern, Executor::Tape, LinearAlgebra::Auto).unwrap();
            solver.factor(&matrix, shift).unwrap();
            assert!(!solver.is_fallback());
            let (mut x, mut residual) = (vec![f64::NAN; n], vec![f64::NAN; n]);
            solver.solve(&b, &mut x);
            solver.residual(&matrix, shift, &x, &b, &mut residual);
            for i in 0..n {
                assert!((x[i] - expected[i]).abs() < 1e-13, "seed {seed}: {} against {}", x[i], expected[i]);
                assert!(residual[i].abs() < 1e-13 * shift, "seed {seed}: {}", residual[i]);
            }
        }
    }

    /// A pivot that cancels, in an instance or in the border, is seen, and pivoting mends it.
    #[test]
    fn cancelled_pivots_are_seen() {
        // four cells (x, y) without a border, then four cells x on a border: A as it stands, W = -A
        let cells = (0..4).flat_map(|k| [(2 * k, 2 * k + 1), (2 * k + 1, 2 * k)]);
        let template = Template::new(8).with_group(2, (0..8).collect()).unwrap();
        let pattern = Pattern::new(8, cells).unwrap().with_template(template).unwrap();
        let mut solver = LinearSolver::new(&pattern, Executor::Tape, LinearAlgebra::Auto).unwrap();
        solver.factor(&[-1.0; 8], 0.0).unwrap();
        assert!(solver.is_fallback());
        let mut x = [0.0; 8];
        solver.solve(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], &mut x);
        assert_eq!(x, [2.0, 1.0, 4.0, 3.0, 6.0, 5.0, 8.0, 7.0]);

        let entries = (0..4).flat_map(|k| [(k, k), (k, 4), (4, k)]).chain([(4, 4)]);
        let template = Template::new(5).with_group(1, (0..4).collect()).unwrap();
        let pattern = Pattern::new(5, entries).unwrap().with_template(template).unwrap();
        let mut solver = LinearSolver::new(&pattern, Executor::Tape, LinearAlgebra::Auto).unwrap();
        // the border's own entry is what the cells take away, but for a part in 1e12
        let matrix = [[-1.0, -1.0]; 4].as_flattened().iter().copied().chain([-1.0; 4]).chain([-4.0 - 4e-12]);
        let matrix: Vec<f64> = matrix.collect();
        solver.factor(&matrix, 0.0).unwrap();
        assert!(solver.is_fallback());
        solver.factor(&matrix, 1.0).unwrap();
        assert!(!solver.is_fallback());
    }
}
