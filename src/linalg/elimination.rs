//! What is decided once for a pattern: order, fill-in, and every index of factorisation and solution.
//!
//! As in the Kinetic PreProcessor (Sandu & Sander 2006, Atmos. Chem. Phys. 6:187), so that factoring is
//! straight-line arithmetic. The arithmetic is written once, over a [`Field`]: numbers are computed, a recorder
//! writes a flat program for native code, and both do the same operations in the same order.

use super::Pattern;
use super::choice::{MOST_NATIVE, MOST_OPERATIONS};
use super::colouring::{ColumnGroup, groups};
use super::field::{Field, Pairs};
use super::matching::pivot_rows;
use super::ordering::order_within;
#[cfg(feature = "sparse")]
use super::sparse::Analysis;
use crate::program::{Native, Program, Recorder, Source};
use std::sync::{Arc, OnceLock};

/// Takes `l = a_ik / u_kk` times row k of U from row i.
#[derive(Clone, Copy, Debug)]
struct Elimination {
    /// The row k.
    pivot: u32,
    /// Where a_ik stands.
    entry: u32,
    /// Where the places to subtract from begin in `Plan::targets`, one for each entry of U's row k.
    targets: u32,
    /// Which of those is the diagonal of row i (`NO_DIAGONAL` where none is).
    diagonal: u32,
}

const NO_DIAGONAL: u32 = u32::MAX;

/// The elimination of matrices of one pattern.
#[derive(Debug)]
pub(super) struct Plan {
    /// The components in the order in which they are eliminated, and for each the row that is its pivot row.
    order: Vec<u32>,
    row: Vec<u32>,
    /// The entry of M in each of these rows; where there is one, it stands on the diagonal of elimination, too.
    mass: Vec<f64>,
    /// First entry, diagonal and end of each row in the values of L and U.
    start: Vec<u32>,
    diagonal: Vec<u32>,
    /// The component (not the row of elimination) that each entry is multiplied with.
    component: Vec<u32>,
    eliminations: Vec<Elimination>,
    /// First elimination of each row.
    first: Vec<u32>,
    targets: Vec<u32>,
    /// For each matrix entry in pattern order, its place.
    place: Vec<u32>,
}

/// What is known of a pattern, and the native code made for it: one for all that share it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The pattern, without what is prepared for it.
    matrix: Pattern,
    /// The diagonal of M.
    mass: Vec<f64>,
    /// The pivot row of each component.
    rows: Vec<usize>,
    undetermined: Option<usize>,
    /// None where elimination would take more than `MOST_OPERATIONS`.
    plan: OnceLock<Option<Arc<Plan>>>,
    groups: OnceLock<Vec<ColumnGroup>>,
    real: OnceLock<Option<Native>>,
    complex: OnceLock<Option<Native>>,
    #[cfg(feature = "sparse")]
    pub sparse: OnceLock<Result<Arc<Analysis>, super::Refusal>>,
}

impl Prepared {
    pub fn new(pattern: &Pattern) -> Self {
        let (rows, undetermined) = pivot_rows(pattern);
        Prepared {
            matrix: pattern.unshared(),
            mass: pattern.mass().map_or_else(|| vec![1.0; pattern.n()], <[f64]>::to_vec),
            rows,
            undetermined,
            plan: OnceLock::new(),
            groups: OnceLock::new(),
            real: OnceLock::new(),
            complex: OnceLock::new(),
            #[cfg(feature = "sparse")]
            sparse: OnceLock::new(),
        }
    }

    /// The first algebraic row that has no component to determine.
    pub fn undetermined(&self) -> Option<usize> {
        self.undetermined
    }

    /// Columns that can be found together.
    pub fn groups(&self) -> &[ColumnGroup] {
        self.groups.get_or_init(|| groups(&self.matrix))
    }

    /// The elimination, where it is not too long.
    pub fn plan(&self) -> Option<&Arc<Plan>> {
        self.plan.get_or_init(|| Plan::new(&self.matrix, &self.rows, MOST_OPERATIONS).map(Arc::new)).as_ref()
    }

    /// The native code, where it has been made.
    pub fn real_code(&self) -> Option<&Native> {
        self.real.get()?.as_ref()
    }

    /// As [`Prepared::real_code`].
    pub fn complex_code(&self) -> Option<&Native> {
        self.complex.get()?.as_ref()
    }

    /// Makes it, where that has not been tried.
    pub fn make_real_code(&self) {
        self.real.get_or_init(|| {
            let [factoring, solving] = self.plan().filter(|plan| plan.work() <= MOST_NATIVE)?.programs()?;
            Native::compile(&[&factoring, &solving, &self.residual_program()?]).ok()
        });
    }

    /// As [`Prepared::make_real_code`].
    pub fn make_complex_code(&self) {
        self.complex.get_or_init(|| {
            let [factoring, solving] = self.plan().filter(|plan| 4 * plan.work() <= MOST_NATIVE)?.complex_programs()?;
            Native::compile(&[&factoring, &solving]).ok()
        });
    }

    /// `(shift M - A) x - b` as a flat program: reads A as state, x as parameter, b as forcing, the shift as mode.
    fn residual_program(&self) -> Option<Program> {
        let n = self.mass.len();
        let mut recorder = Recorder::default();
        let matrix = recorder.inputs(Source::State, 0, self.matrix.len());
        let (x, b) = (recorder.inputs(Source::Parameter, 0, n), recorder.inputs(Source::Forcing, 0, n));
        let shift = recorder.input(Source::Mode(0));
        let mut residual = vec![0; n];
        self.residual(&mut recorder, (&matrix, shift), &x, &b, &mut residual);
        recorder.program(in_order(residual))
    }

    /// Computes `(shift M - A) x - b`, A in pattern order.
    #[inline(always)]
    pub fn residual<F: Field<Real = N, Number = N>, N: Copy>(
        &self,
        field: &mut F,
        (matrix, shift): (&[N], N),
        x: &[N],
        b: &[N],
        residual: &mut [N],
    ) {
        let mut entries = matrix.iter();
        for (i, row) in (0..self.mass.len()).map(|i| (i, self.matrix.row(i))) {
            let product = field.mul(shift, x[i]);
            let product = times(field, product, self.mass[i]);
            let mut sum = field.sub(product, b[i]);
            for (&j, &a) in row.iter().zip(&mut entries) {
                sum = field.minus_fma(a, x[j as usize], sum);
            }
            residual[i] = sum;
        }
    }
}

/// `a` times an entry of M, which is a constant and mostly 1 or 0.
#[inline(always)]
fn times<F: Field>(field: &mut F, a: F::Number, mass: f64) -> F::Number {
    if mass == 1.0 {
        a
    } else if mass == 0.0 {
        field.zero()
    } else {
        field.scale(a, mass)
    }
}

/// The factors L D U of a matrix, L and U with ones on the diagonal (so that nothing has to be divided where one component
/// of a solution waits for another): their entries and the pivots in D, all negated (so that the entries of A are taken as
/// they are, and all is sums); for each row the inverse of its pivot, not negated, and by how much the pivot is larger than
/// one that cancelled.
pub(super) struct Factors<'a, N, R> {
    pub values: &'a mut [N],
    pub inverses: &'a mut [N],
    pub margins: &'a mut [R],
}

impl Plan {
    /// The number of entries of L and U together, fill-in included.
    pub fn entries(&self) -> usize {
        self.component.len()
    }

    pub fn n(&self) -> usize {
        self.order.len()
    }

    /// How many operations factoring and one solution take, about.
    pub fn work(&self) -> usize {
        self.targets.len() + self.eliminations.len() + self.entries()
    }

    /// Factors `shift M - A`, A in pattern order.
    #[inline(always)]
    pub fn factor<F: Field>(
        &self,
        field: &mut F,
        matrix: &[F::Real],
        shift: F::Number,
        factors: &mut Factors<'_, F::Number, F::Real>,
    ) {
        let Factors { values: v, inverses, margins } = factors;
        v.fill(field.zero());
        for (&place, &a) in self.place.iter().zip(matrix) {
            v[place as usize] = field.real(a);
        }
        for (i, &diagonal) in self.diagonal.iter().enumerate() {
            let diagonal = diagonal as usize;
            if self.mass[i] != 0.0 {
                let shift = times(field, shift, self.mass[i]);
                v[diagonal] = field.sub(v[diagonal], shift);
            }
            let mut size = field.size(v[diagonal]);
            for e in &self.eliminations[self.first[i] as usize..self.first[i + 1] as usize] {
                let k = e.pivot as usize;
                let a = v[e.entry as usize];
                v[e.entry as usize] = field.mul(a, inverses[k]);
                let upper = self.diagonal[k] as usize + 1..self.start[k + 1] as usize;
                if e.diagonal != NO_DIAGONAL {
                    let product = field.mul(a, v[upper.start + e.diagonal as usize]);
                    let term = field.size(product);
                    size = field.add_sizes(size, term);
                }
                for (source, &target) in upper.zip(&self.targets[e.targets as usize..]) {
                    v[target as usize] = field.fma(a, v[source], v[target as usize]);
                }
            }
            let inverse = field.minus_inverse(v[diagonal]);
            for p in diagonal + 1..self.start[i + 1] as usize {
                v[p] = field.mul(v[p], inverse);
            }
            let pivot = field.size(v[diagonal]);
            (inverses[i], margins[i]) = (inverse, field.margin(pivot, size));
        }
    }

    /// Solves for a right-hand side with factors.
    #[inline(always)]
    pub fn solve<F: Field>(
        &self,
        field: &mut F,
        (v, inverses): (&[F::Number], &[F::Number]),
        right_hand_side: &[F::Number],
        x: &mut [F::Number],
    ) {
        for (i, (&component, &row)) in self.order.iter().zip(&self.row).enumerate() {
            let mut sum = right_hand_side[row as usize];
            for p in self.start[i] as usize..self.diagonal[i] as usize {
                sum = field.fma(v[p], x[self.component[p] as usize], sum);
            }
            x[component as usize] = sum;
        }
        for (i, &component) in self.order.iter().enumerate().rev() {
            let mut sum = field.mul(x[component as usize], inverses[i]);
            // what was found last is added last: nothing waits for it longer than it must
            for p in (self.diagonal[i] as usize + 1..self.start[i + 1] as usize).rev() {
                sum = field.fma(v[p], x[self.component[p] as usize], sum);
            }
            x[component as usize] = sum;
        }
    }

    /// The row whose pivot is not finite, or cancelled.
    pub fn check(&self, margins: &[f64]) -> Result<(), usize> {
        // a NaN is not above 0 either
        let is_sound = margins.iter().fold(true, |all, &margin| all & (margin > 0.0));
        let bad = || margins.iter().position(|margin| margin.is_nan() || *margin <= 0.0).unwrap_or(0);
        if is_sound { Ok(()) } else { Err(self.row[bad()] as usize) }
    }

    /// Factoring and solving of real matrices as flat programs. Factoring reads the matrix as state and the shift as
    /// parameter, and gives values, inverses and margins; solving reads values and inverses as state and the right-hand
    /// side as parameter.
    pub fn programs(&self) -> Option<[Program; 2]> {
        let (n, entries) = (self.n(), self.entries());
        let mut recorder = Recorder::default();
        let matrix = recorder.inputs(Source::State, 0, self.place.len());
        let shift = recorder.input(Source::Parameter(0));
        let [values, inverses, margins] = self.record_factors(&mut recorder, &matrix, shift);
        let factoring = recorder.program(in_order([values, inverses, margins].concat()))?;

        let mut recorder = Recorder::default();
        let factors = recorder.inputs(Source::State, 0, entries + n);
        let right_hand_side = recorder.inputs(Source::Parameter, 0, n);
        let x = self.record_solution(&mut recorder, factors.split_at(entries), &right_hand_side);
        Some([factoring, recorder.program(in_order(x))?])
    }

    /// Writes down the factoring of a real matrix: values, inverses and margins.
    pub fn record_factors(&self, recorder: &mut Recorder, matrix: &[u32], shift: u32) -> [Vec<u32>; 3] {
        let n = self.n();
        let (mut values, mut inverses, mut margins) = (vec![0; self.entries()], vec![0; n], vec![0; n]);
        let mut factors = Factors { values: &mut values, inverses: &mut inverses, margins: &mut margins };
        self.factor(recorder, matrix, shift, &mut factors);
        [values, inverses, margins]
    }

    /// Writes down a solution with real factors.
    pub fn record_solution(&self, recorder: &mut Recorder, factors: (&[u32], &[u32]), b: &[u32]) -> Vec<u32> {
        let mut x = vec![0; self.n()];
        self.solve(recorder, factors, b, &mut x);
        x
    }

    /// As [`Plan::programs`], for complex numbers: each is two, one after the other. Margins are real.
    pub fn complex_programs(&self) -> Option<[Program; 2]> {
        let (n, entries) = (self.n(), self.entries());
        let mut recorder = Recorder::default();
        let matrix = recorder.inputs(Source::State, 0, self.place.len());
        let shift = [0, 1].map(|part| recorder.input(Source::Parameter(part)));
        let (mut values, mut inverses, mut margins) = (vec![[0; 2]; entries], vec![[0; 2]; n], vec![0; n]);
        let mut factors = Factors { values: &mut values, inverses: &mut inverses, margins: &mut margins };
        let mut field = Pairs(recorder);
        self.factor(&mut field, &matrix, shift, &mut factors);
        let results = [values.as_flattened(), inverses.as_flattened(), &margins].concat();
        let factoring = field.0.program(in_order(results))?;

        let mut recorder = Recorder::default();
        let factors = recorder.inputs(Source::State, 0, 2 * (entries + n));
        let right_hand_side = recorder.inputs(Source::Parameter, 0, 2 * n);
        let mut x = vec![[0; 2]; n];
        let mut field = Pairs(recorder);
        let factors = factors.as_chunks().0.split_at(entries);
        self.solve(&mut field, factors, right_hand_side.as_chunks().0, &mut x);
        Some([factoring, field.0.program(in_order(x.as_flattened().to_vec()))?])
    }
}

/// Results that go to places 0, 1, ...
fn in_order(results: Vec<u32>) -> Vec<(u32, u32)> {
    results.into_iter().zip(0..).collect()
}

impl Plan {
    /// Decides everything for a pattern and the pivot rows of its components; none where elimination takes more operations.
    fn new(pattern: &Pattern, rows: &[usize], most_operations: usize) -> Option<Self> {
        let n = pattern.n();
        let (order, upper) = order_within(&pattern.with_rows(rows), most_operations)?;
        let mut rank = vec![0; n];
        for (k, &i) in order.iter().enumerate() {
            rank[i] = k;
        }
        let mut plan = Plan {
            order: order.iter().map(|&i| i as u32).collect(),
            row: order.iter().map(|&i| rows[i] as u32).collect(),
            mass: order.iter().map(|&i| pattern.mass().map_or(1.0, |mass| mass[rows[i]])).collect(),
            start: vec![0],
            diagonal: Vec::with_capacity(n),
            component: Vec::new(), // rows of elimination until the end
            eliminations: Vec::new(),
            first: vec![0],
            targets: Vec::new(),
            place: vec![0; pattern.len()],
        };
        let upper: Vec<Vec<usize>> = upper
            .iter()
            .map(|row| {
                let mut ranks: Vec<usize> = row.iter().map(|&j| rank[j]).collect();
                ranks.sort_unstable();
                ranks
            })
            .collect();
        for (k, i) in order.iter().map(|&component| rows[component]).enumerate() {
            plan.add_row(k, pattern.row(i).iter().map(|&j| rank[j as usize]), &upper);
            for (offset, &j) in pattern.row(i).iter().enumerate() {
                plan.place[pattern.row_start(i) + offset] = plan.position(k, rank[j as usize]);
            }
        }
        for row in &mut plan.component {
            *row = plan.order[*row as usize];
        }
        Some(plan)
    }

    /// Adds row k of L and U (all indices in elimination order) and its eliminations.
    fn add_row(&mut self, k: usize, entries: impl Iterator<Item = usize>, upper: &[Vec<usize>]) {
        let mut lower: std::collections::BTreeSet<usize> = entries.filter(|&j| j < k).collect();
        let mut pivots = Vec::new();
        while let Some(j) = lower.pop_first() {
            pivots.push(j);
            lower.extend(upper[j].iter().copied().filter(|&c| c > j && c < k));
        }
        self.component.extend(pivots.iter().map(|&j| j as u32));
        self.diagonal.push(self.component.len() as u32);
        self.component.extend(upper[k].iter().map(|&j| j as u32));
        self.start.push(self.component.len() as u32);
        for (offset, &j) in pivots.iter().enumerate() {
            let sources = &upper[j][1..];
            let elimination = Elimination {
                pivot: j as u32,
                entry: self.start[k] + offset as u32,
                targets: self.targets.len() as u32,
                diagonal: sources.iter().position(|&c| c == k).map_or(NO_DIAGONAL, |p| p as u32),
            };
            self.eliminations.push(elimination);
            for &c in sources {
                let target = self.position(k, c);
                self.targets.push(target);
            }
        }
        self.first.push(self.eliminations.len() as u32);
    }

    /// Where entry (k, c) of L and U stands; fill-in has made sure that it does.
    fn position(&self, k: usize, c: usize) -> u32 {
        let row = &self.component[self.start[k] as usize..self.start[k + 1] as usize];
        let offset = row.partition_point(|&j| (j as usize) < c);
        debug_assert_eq!(row[offset] as usize, c);
        self.start[k] + offset as u32
    }
}
