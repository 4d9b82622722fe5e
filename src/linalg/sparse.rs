//! Sparse factorisation with partial pivoting (faer): for large systems.
//!
//! The order of columns comes from COLAMD (Davis, Gilbert, Larimore & Ng 2004, ACM TOMS 30:353); it and the structure of the
//! factors are decided once for a pattern. With little fill-in columns are eliminated one by one (Gilbert & Peierls 1988),
//! with much of it in blocks; faer decides.

use super::{Number, Pattern, Refusal};
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::perm::PermRef;
use faer::sparse::linalg::lu::{LuRef, NumericLu, SymbolicLu, factorize_symbolic_lu};
use faer::sparse::linalg::{colamd, qr};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::traits::ComplexField;
use faer::{Conj, MatMut, Par};
use nalgebra::ComplexField as _;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// Sparse factorisation is there.
pub const IS_BUILT: bool = true;

/// A number that faer knows.
pub trait SparseScalar: ComplexField {}
impl<T: ComplexField> SparseScalar for T {}

/// What is decided once for a pattern.
#[derive(Debug)]
pub struct Analysis {
    structure: SymbolicSparseColMat<usize>,
    symbolic: SymbolicLu<usize>,
    /// For each entry of the structure, in its order, the place in pattern order, and the entry of M.
    entries: Vec<(Option<usize>, f64)>,
}

/// An entry of the structure: its row, the place in pattern order, and the entry of M.
type Entry = (usize, Option<usize>, f64);

/// The columns of `shift M - A`.
fn columns(pattern: &Pattern) -> Vec<Vec<Entry>> {
    let mass = |i: usize| pattern.mass().map_or(1.0, |mass| mass[i]);
    let mut columns: Vec<Vec<Entry>> = vec![Vec::new(); pattern.n()];
    for (place, (i, j)) in pattern.entries().enumerate() {
        columns[j].push((i, Some(place), if i == j { mass(i) } else { 0.0 }));
    }
    for (i, column) in columns.iter_mut().enumerate() {
        if mass(i) != 0.0 && pattern.position(i, i).is_none() {
            column.push((i, None, mass(i)));
            column.sort_unstable_by_key(|entry| entry.0);
        }
    }
    columns
}

/// Columns of rows as a structure.
fn structure(columns: &[Vec<usize>]) -> SymbolicSparseColMat<usize> {
    let starts = columns.iter().scan(0, |start, column| {
        *start += column.len();
        Some(*start)
    });
    let starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
    SymbolicSparseColMat::new_checked(columns.len(), columns.len(), starts, None, columns.concat())
}

fn rows(columns: &[Vec<Entry>]) -> Vec<Vec<usize>> {
    columns.iter().map(|column| column.iter().map(|entry| entry.0).collect()).collect()
}

/// The most entries of the factors, and operations of a factorisation, whatever pivots are chosen: those of the Cholesky factor
/// of A^T A in the same order of columns hold all of both (George & Ng 1987). None where the memory does not suffice.
pub fn fill(pattern: &Pattern) -> Option<(f64, f64)> {
    let n = pattern.n();
    let by_column = rows(&columns(pattern));
    let mut by_row: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (j, column) in by_column.iter().enumerate() {
        column.iter().for_each(|&i| by_row[i].push(j));
    }
    let (a, transposed) = (structure(&by_column), structure(&by_row));
    let needed = StackReq::any_of(&[
        colamd::order_scratch::<usize>(n, n, a.compute_nnz()),
        qr::col_etree_scratch::<usize>(n, n),
        qr::postorder_scratch::<usize>(n),
        qr::column_counts_aat_scratch::<usize>(n, n),
    ]);
    let mut memory = MemBuffer::try_new(needed).ok()?;
    let stack = MemStack::new(&mut memory);
    let [mut forward, mut inverse, mut tree, mut post, mut counts, mut least] = [(); 6].map(|()| vec![0_usize; n]);
    colamd::order(&mut forward, &mut inverse, a.as_ref(), Default::default(), stack).ok()?;
    let order = PermRef::new_checked(&forward, &inverse, n);
    let tree = qr::col_etree(a.as_ref(), Some(order), &mut tree, stack);
    qr::postorder(&mut post, tree, stack);
    qr::column_counts_ata(&mut counts, &mut least, transposed.as_ref(), Some(order), tree, &post, stack);
    let counts = counts.iter().map(|&count| count as f64);
    Some((counts.clone().map(|count| 2.0 * count).sum(), counts.map(|count| count * count).sum()))
}

impl Analysis {
    fn new(pattern: &Pattern) -> Result<Self, Refusal> {
        let columns = columns(pattern);
        let structure = structure(&rows(&columns));
        let symbolic = factorize_symbolic_lu(structure.as_ref(), Default::default());
        let entries = columns.iter().flatten().map(|&(_, place, mass)| (place, mass)).collect();
        Ok(Analysis { symbolic: symbolic.map_err(|_| Refusal::OutOfMemory)?, structure, entries })
    }
}

/// The pivoted factors of `shift M - A`.
#[derive(Clone, Debug)]
pub struct Sparse<N: Number> {
    analysis: Arc<Analysis>,
    values: Vec<N::Scalar>,
    factors: NumericLu<usize, N::Scalar>,
    x: Vec<N::Scalar>,
    memory: Vec<MaybeUninit<u8>>,
}

impl<N: Number> Sparse<N> {
    /// Memory for matrices of one pattern.
    pub fn new(pattern: &Pattern) -> Result<Self, Refusal> {
        let analyse = || Analysis::new(pattern).map(Arc::new);
        let analysis = pattern.prepared().sparse.get_or_init(analyse).clone()?;
        let symbolic = &analysis.symbolic;
        let factoring = symbolic.factorize_numeric_lu_scratch::<N::Scalar>(Par::Seq, Default::default());
        let needed = StackReq::or(factoring, symbolic.solve_in_place_scratch::<N::Scalar>(1, Par::Seq));
        let zero = N::Scalar::from_real(0.0);
        Ok(Sparse {
            values: vec![zero; analysis.entries.len()],
            factors: NumericLu::new(),
            x: vec![zero; pattern.n()],
            memory: vec![MaybeUninit::uninit(); needed.unaligned_bytes_required()],
            analysis,
        })
    }

    /// Factors; fails with a component that no pivot was found for.
    pub fn factor(&mut self, matrix: &[f64], shift: N) -> Result<(), usize> {
        let Analysis { structure, symbolic, entries } = &*self.analysis;
        for (value, &(place, mass)) in self.values.iter_mut().zip(entries) {
            *value = shift.scalar().scale(mass) - N::Scalar::from_real(place.map_or(0.0, |place| matrix[place]));
        }
        let a = SparseColMatRef::new(structure.as_ref(), &self.values);
        let stack = MemStack::new(&mut self.memory);
        let done = symbolic.factorize_numeric_lu(&mut self.factors, a, Par::Seq, stack, Default::default());
        done.map(|_| ()).map_err(|_| 0_usize)?;
        // a pivot that vanished is not told, but shows in a solution
        self.x.fill(N::Scalar::from_real(1.0));
        self.solve_in_place();
        let is_finite = |x: &N::Scalar| nalgebra::ComplexField::is_finite(x);
        self.x.iter().position(|x| !is_finite(x)).map_or(Ok(()), Err)
    }

    /// Solves with the factors of the last [`Sparse::factor`].
    pub fn solve(&mut self, right_hand_side: &[N], x: &mut [N]) {
        for (x, b) in self.x.iter_mut().zip(right_hand_side) {
            *x = b.scalar();
        }
        self.solve_in_place();
        for (x, solution) in x.iter_mut().zip(&self.x) {
            *x = N::of(*solution);
        }
    }

    fn solve_in_place(&mut self) {
        let n = self.x.len();
        let x = MatMut::from_column_major_slice_mut(&mut self.x, n, 1);
        let stack = MemStack::new(&mut self.memory);
        LuRef::new_unchecked(&self.analysis.symbolic, &self.factors).solve_in_place_with_conj(
            Conj::No,
            x,
            Par::Seq,
            stack,
        );
    }
}
