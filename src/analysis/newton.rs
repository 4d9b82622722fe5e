//! Newton's method for a steady state, conserved sums held.

use crate::network::EntityKind;
use crate::simulation::Simulation;
use crate::solver::{Invariant, OdeSystem, Point};
use crate::system::{Observable, Observer};
use nalgebra::{DMatrix, DVector, Schur};
use std::cell::RefCell;

/// Singular values below this part of the largest belong to directions in which nothing holds the state.
const FLAT: f64 = 1e-13;
/// What takes a direction to more than this part of the largest entry holds the state in it.
const HELD: f64 = 1e-9;
/// A rate of change below this part of the fastest is none at all.
const VANISHING: f64 = 1e-18;
/// The relative rate of change that a steady state may have.
const ACCEPTED: f64 = 1e-9;

/// How a steady state is looked for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settle {
    /// The Newton step, in parts of each amount, at which to stop.
    pub tolerance: f64,
    /// The most Newton steps from one starting point.
    pub newton_steps: usize,
    /// The most integrations to a better starting point; each is ten times longer than the last.
    pub integrations: usize,
    /// The most steps of one integration: a model that oscillates for ever is then given up.
    pub integration_steps: u64,
}

impl Default for Settle {
    fn default() -> Self {
        Settle { tolerance: 1e-12, newton_steps: 60, integrations: 16, integration_steps: 20_000 }
    }
}

/// A direction in which the state can move without restoring force, and which no conserved sum explains.
#[derive(Clone, Debug, PartialEq)]
pub struct FlatDirection {
    /// Species by name with their part in the direction, the largest 1.
    pub terms: Vec<(String, f64)>,
    /// Conditions in rates that leave it flat: on their other side something would hold the state in this direction.
    pub gates: Vec<String>,
}

/// A search for the zero of f with conserved sums held.
pub(super) struct Search<'a> {
    simulation: &'a Simulation,
    settle: &'a Settle,
    pub scales: Vec<f64>,
    /// Conserved sums, their totals, and the state whose equation gives way to each.
    sums: Vec<(&'a Invariant, f64, usize)>,
    observer: RefCell<Observer>,
    /// The turnover at the start: the measure of rates where everything comes to rest.
    first_turnover: Vec<f64>,
}

/// The equations at a state: columns over the size of their state, rows over their largest entry.
struct Scaled {
    matrix: DMatrix<f64>,
    columns: Vec<f64>,
    rows: Vec<f64>,
}

impl<'a> Search<'a> {
    pub fn new(simulation: &'a Simulation, initial: &[f64], settle: &'a Settle) -> Result<Self, crate::error::Error> {
        let invariants = &simulation.system().shape().invariants;
        let processes: Vec<_> = simulation.network().all_processes().map(|p| Observable::Value(p.0)).collect();
        let observer = RefCell::new(simulation.system().observer(simulation.network(), &processes)?);
        // sums come reduced: each holds a state that stands in no other one
        let sums = invariants.iter().filter_map(|sum| Some((sum, sum.value(initial), own_state(sum, invariants)?)));
        let (sums, scales) = (sums.collect(), simulation.scales(initial));
        let mut search = Search { simulation, settle, scales, sums, observer, first_turnover: Vec::new() };
        search.first_turnover = search.turnover(initial);
        Ok(search)
    }

    /// The sides of all switches at a state: each Newton step is one of the smooth piece where it begins.
    fn modes(&self, y: &[f64]) -> Vec<f64> {
        let system = self.simulation.system();
        // where they cannot be set no rate can be evaluated
        let modes = system.modes(0.0, self.simulation.parameters(), y);
        modes.unwrap_or_else(|_| vec![f64::NAN; system.shape().modes])
    }

    /// The rates of all processes, in the order of the network.
    pub fn fluxes(&self, y: &[f64]) -> Vec<f64> {
        let mut observer = self.observer.borrow_mut();
        let mut rates = vec![f64::NAN; observer.len()];
        observer.observe(&Point::new(0.0, self.simulation.parameters()), y, &mut rates);
        rates
    }

    fn derivatives(&self, y: &[f64]) -> DVector<f64> {
        let system = self.simulation.system();
        let (mut f, mut scratch) = (vec![0.0; y.len()], vec![0.0; system.shape().scratch]);
        let modes = self.modes(y);
        let at = Point::new(0.0, self.simulation.parameters()).with_modes(&modes);
        if system.rhs(&at, y, &mut f, &mut scratch).is_err() {
            f.fill(f64::NAN);
        }
        DVector::from_vec(f)
    }

    pub fn jacobian(&self, y: &[f64]) -> DMatrix<f64> {
        self.jacobian_on(&self.modes(y), y)
    }

    /// The Jacobian where switches are on these sides.
    fn jacobian_on(&self, modes: &[f64], y: &[f64]) -> DMatrix<f64> {
        let system = self.simulation.system();
        let pattern = &system.shape().jacobian;
        let (mut values, mut scratch) = (vec![0.0; pattern.len()], vec![0.0; system.shape().scratch]);
        let at = Point::new(0.0, self.simulation.parameters()).with_modes(modes);
        if system.jacobian(&at, y, &mut values, &mut scratch).is_err() {
            values.fill(f64::NAN);
        }
        let mut matrix = DMatrix::zeros(y.len(), y.len());
        for ((i, j), v) in pattern.entries().zip(&values) {
            matrix[(i, j)] = *v;
        }
        matrix
    }

    /// The Jacobian with conserved sums in the place of the equations given up, scaled.
    fn scaled(&self, modes: &[f64], y: &[f64]) -> Scaled {
        let mut matrix = self.jacobian_on(modes, y);
        let columns: Vec<f64> = (0..y.len()).map(|i| self.size(i, y)).collect();
        for (i, size) in columns.iter().enumerate() {
            matrix.column_mut(i).scale_mut(*size);
        }
        // rates of change relative to their states: what is slower than rounding of the fastest is nothing
        let rates: Vec<f64> = (0..y.len()).map(|i| matrix.row(i).amax() / columns[i]).collect();
        let fastest = rates.iter().copied().fold(0.0, f64::max);
        let mut rows: Vec<f64> =
            (0..y.len()).map(|i| if rates[i] > VANISHING * fastest { rates[i] * columns[i] } else { 0.0 }).collect();
        for (sum, _, row) in &self.sums {
            matrix.row_mut(*row).fill(0.0);
            for &(i, w) in sum.terms() {
                matrix[(*row, i)] = w * columns[i];
            }
            rows[*row] = matrix.row(*row).amax();
        }
        for (i, size) in rows.iter_mut().enumerate() {
            if *size > 0.0 && size.is_finite() {
                matrix.row_mut(i).unscale_mut(*size);
            } else {
                matrix.row_mut(i).fill(0.0);
                *size = f64::INFINITY; // and nothing is asked of it
            }
        }
        Scaled { matrix, columns, rows }
    }

    /// Damped Newton; the state where it comes to rest.
    pub fn newton(&self, start: &[f64]) -> Option<Vec<f64>> {
        let mut y = start.to_vec();
        for _ in 0..self.settle.newton_steps {
            let step = self.newton_step(&y)?;
            let size = self.relative(&step, &y);
            let next = self.damped(&y, &step)?;
            let is_full = next.iter().zip(&y).zip(step.iter()).all(|((n, y), s)| *n == y + s);
            y = next;
            if is_full && size <= self.settle.tolerance {
                self.polish(&mut y);
                self.round_to_zero(&mut y);
                return (self.residual(&y).0 <= ACCEPTED).then_some(y);
            }
        }
        None
    }

    /// One full step more costs little and uses up what rounding allows.
    fn polish(&self, y: &mut Vec<f64>) {
        if let Some(step) = self.newton_step(y) {
            let better: Vec<f64> = y.iter().zip(step.iter()).map(|(y, s)| y + s).collect();
            if self.residual(&better).0 <= self.residual(y).0 {
                *y = better;
            }
        }
    }

    /// An amount that vanishes comes out as rounding error of either sign: it is 0, if the state with 0 in its
    /// place is no worse.
    fn round_to_zero(&self, y: &mut Vec<f64>) {
        let rounding = |i: usize, x: f64| x.abs() <= 1e-14 * self.scales[i];
        let rounded: Vec<f64> = y.iter().enumerate().map(|(i, &x)| if rounding(i, x) { 0.0 } else { x }).collect();
        if self.residual(&rounded).0 <= self.residual(y).0 {
            *y = rounded;
        }
    }

    /// The full step. In directions in which nothing holds the state it does not move.
    fn newton_step(&self, y: &[f64]) -> Option<DVector<f64>> {
        let Scaled { matrix, columns, rows } = self.scaled(&self.modes(y), y);
        let mut defect = self.derivatives(y);
        for (sum, total, row) in &self.sums {
            defect[*row] = sum.value(y) - total;
        }
        for (d, size) in defect.iter_mut().zip(&rows) {
            *d = -*d / size;
        }
        if !matrix.iter().chain(defect.iter()).all(|x| x.is_finite()) {
            return None;
        }
        let lu = matrix.clone().lu();
        let solved = if lu.u().diagonal().amin() > FLAT { lu.solve(&defect) } else { None };
        let mut step = match solved {
            Some(step) => step,
            None => {
                let svd = matrix.svd(true, true);
                let least = FLAT * svd.singular_values.max();
                svd.solve(&defect, least).ok()?
            }
        };
        step.component_mul_assign(&DVector::from_vec(columns));
        step.iter().all(|x| x.is_finite()).then_some(step)
    }

    /// Whether two states differ by less than a thousandth in every amount, as far as these are more than nothing.
    pub fn is_near(&self, a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).enumerate().all(|(i, (x, y))| (x - y).abs() <= 1e-3 * self.size(i, a).max(self.size(i, b)))
    }

    /// The eigenvalues of the Jacobian (real, imaginary), by falling size of the real part, and what rounding leaves open
    /// of them. Not numbers, where they cannot be found.
    pub fn eigenvalues(&self, y: &[f64]) -> (Vec<(f64, f64)>, f64) {
        let plain = self.jacobian(y);
        // relative to the states, and by powers of two, so that nothing is rounded: amounts may be decades apart
        let mut matrix = plain.clone();
        for i in 0..y.len() {
            let size = self.size(i, y).log2().round().exp2();
            matrix.column_mut(i).scale_mut(size);
            matrix.row_mut(i).unscale_mut(size);
        }
        let rounding = 16.0 * y.len() as f64 * f64::EPSILON * matrix.amax();
        // the iteration may go round in circles with one matrix and not with another of the same eigenvalues
        let transposed = matrix.transpose();
        let found = [matrix, plain, transposed].into_iter().find_map(eigenvalues);
        let mut eigenvalues = found.unwrap_or_else(|| vec![(f64::NAN, f64::NAN); y.len()]);
        eigenvalues.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.total_cmp(&b.1)));
        (eigenvalues, rounding)
    }

    /// The size that a change of a state is measured against.
    fn size(&self, i: usize, y: &[f64]) -> f64 {
        y[i].abs().max(1e-6 * self.scales[i])
    }

    /// The step cut so that no amount falls below a tenth of itself, then halved until the next step is
    /// shorter.
    fn damped(&self, y: &[f64], step: &DVector<f64>) -> Option<Vec<f64>> {
        let mut part: f64 = 1.0;
        for (i, (y, s)) in y.iter().zip(step.iter()).enumerate() {
            let floor = if *y > 1e-12 * self.scales[i] { 0.1 * y } else { f64::NEG_INFINITY };
            if y + s < floor {
                part = part.min((floor - y) / s);
            }
        }
        let moved = |part: f64| -> Vec<f64> { y.iter().zip(step.iter()).map(|(y, s)| y + part * s).collect() };
        let length = |y: &[f64]| self.newton_step(y).map_or(f64::INFINITY, |s| self.relative(&s, y));
        let before = self.relative(step, y);
        if before <= 1e-6 {
            return Some(moved(part)); // within rounding a fall cannot be asked for
        }
        for _ in 0..12 {
            let next = moved(part);
            if length(&next) < before {
                return Some(next);
            }
            part *= 0.5;
        }
        None
    }

    /// The largest step relative to its state.
    fn relative(&self, step: &DVector<f64>, y: &[f64]) -> f64 {
        step.iter().enumerate().map(|(i, s)| (s / self.size(i, y)).abs()).fold(0.0, f64::max)
    }

    /// The largest rate of change relative to the turnover of its species, there or at the start, and the
    /// state. What rounding of an amount on its scale comes to is no rate: where nothing is left, nothing turns over, and
    /// noise over noise would say anything.
    pub fn residual(&self, y: &[f64]) -> (f64, usize) {
        let (f, turnover, jacobian) = (self.derivatives(y), self.turnover(y), self.jacobian(y));
        let relative = |i: usize| {
            let turnover = self.first_turnover[i].max(turnover[i]);
            let rounding = f64::EPSILON * jacobian[(i, i)].abs() * self.scales[i];
            if f[i].abs() <= rounding { 0.0 } else { f[i].abs() / turnover }
        };
        (0..y.len()).map(|i| (relative(i), i)).fold((0.0, 0), |a, b| if b.0 > a.0 || b.0.is_nan() { b } else { a })
    }

    /// The sum of the sizes of all fluxes into and out of each state.
    fn turnover(&self, y: &[f64]) -> Vec<f64> {
        let (network, system) = (self.simulation.network(), self.simulation.system());
        let mut turnover = vec![0.0; y.len()];
        for (process, rate) in network.all_processes().zip(self.fluxes(y)) {
            if let EntityKind::Process { stoichiometry, .. } = &network.entity(process).kind {
                for (species, n) in stoichiometry {
                    if let Some(i) = system.state_of(*species) {
                        turnover[i] += (n * rate).abs();
                    }
                }
            }
        }
        turnover
    }

    /// Ten times the shortest time in which a state turns over at the start; 1 where nothing moves.
    pub fn first_span(&self) -> f64 {
        let times = self.first_turnover.iter().zip(&self.scales).map(|(turnover, scale)| scale / turnover);
        let shortest = times.filter(|t| t.is_finite()).fold(f64::INFINITY, f64::min);
        if shortest.is_finite() { 10.0 * shortest } else { 1.0 }
    }

    /// Directions beyond those of the conserved sums in which nothing holds the state.
    pub fn flat(&self, y: &[f64], name: &dyn Fn(usize) -> String) -> Vec<FlatDirection> {
        let modes = self.modes(y);
        let Scaled { matrix, columns, .. } = self.scaled(&modes, y);
        let null = null_space(matrix);
        let gates = self.gates(modes, y, null.len());
        let direction = |v: &DVector<f64>| {
            let amounts: Vec<f64> = v.iter().zip(&columns).map(|(x, size)| x * size).collect();
            let largest = amounts.iter().fold(0.0, |a: f64, x| if x.abs() > a.abs() { *x } else { a });
            let terms = amounts.iter().enumerate().map(|(i, x)| (name(i), x / largest));
            let terms = terms.filter(|(_, x)| x.abs() > 1e-6).collect();
            let holding = gates.iter().filter(|(_, opened)| (opened * v).amax() > HELD);
            FlatDirection { terms, gates: holding.map(|(text, _)| text.clone()).collect() }
        };
        null.iter().map(direction).collect()
    }

    /// The conditions on whose other side fewer directions would be flat than so many, each with the equations there.
    fn gates(&self, mut modes: Vec<f64>, y: &[f64], flat: usize) -> Vec<(String, DMatrix<f64>)> {
        let (system, network) = (self.simulation.system(), self.simulation.network());
        let mut gates = Vec::new();
        for k in 0..if flat > 0 { modes.len() } else { 0 } {
            let mode = modes[k];
            let (Some(other), Some(text)) = (system.other_side(k, mode), system.condition(network, k)) else {
                continue;
            };
            modes[k] = other;
            let opened = self.scaled(&modes, y).matrix;
            modes[k] = mode;
            if null_space(opened.clone()).len() < flat {
                gates.push((text, opened));
            }
        }
        gates
    }
}

/// The eigenvalues of a matrix (real, imaginary), where the iteration finds them.
fn eigenvalues(matrix: DMatrix<f64>) -> Option<Vec<(f64, f64)>> {
    let most = 100 * matrix.nrows();
    if !matrix.iter().all(|x| x.is_finite()) {
        return None;
    }
    let schur = Schur::try_new(matrix, f64::EPSILON, most)?;
    Some(schur.complex_eigenvalues().iter().map(|z| (z.re, z.im)).collect())
}

/// Vectors that span what a matrix takes to zero.
fn null_space(matrix: DMatrix<f64>) -> Vec<DVector<f64>> {
    if matrix.is_empty() || !matrix.iter().all(|x| x.is_finite()) {
        return Vec::new();
    }
    let svd = matrix.svd(false, true);
    let (Some(v), largest) = (svd.v_t, svd.singular_values.max()) else { return Vec::new() };
    let null = (0..v.nrows()).filter(|&k| svd.singular_values[k] <= FLAT * largest);
    null.map(|k| v.row(k).transpose()).collect()
}

/// A state of this sum that stands in no other one.
fn own_state(sum: &Invariant, all: &[Invariant]) -> Option<usize> {
    let count = |i: usize| all.iter().filter(|s| s.terms().iter().any(|t| t.0 == i)).count();
    sum.terms().iter().map(|t| t.0).rev().find(|&i| count(i) == 1)
}
