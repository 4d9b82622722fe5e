//! Steady states.

use crate::error::{Error, Problem};
use crate::network::{EntityKind, Network, Process, sum_text};
use crate::simulation::{Settings, Simulation};
use crate::solver::{Failure, OdeSystem, Point, Solver};
use crate::system::Observable;
use nalgebra::{DMatrix, DVector};

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
}

impl Default for Settle {
    fn default() -> Self {
        Settle { tolerance: 1e-12, newton_steps: 60, integrations: 16 }
    }
}

/// A conserved sum with its total.
#[derive(Clone, Debug, PartialEq)]
pub struct ConservedTotal {
    /// Species by name, with their weights.
    pub terms: Vec<(String, f64)>,
    /// The total, an amount.
    pub total: f64,
}

impl ConservedTotal {
    /// As text: `bh2 + bh4`.
    pub fn text(&self) -> String {
        sum_text(self.terms.iter().map(|(name, weight)| (name.as_str(), *weight)))
    }
}

/// A direction in which the state can move without restoring force, and which no conserved sum explains.
#[derive(Clone, Debug, PartialEq)]
pub struct FlatDirection {
    /// Species by name with their part in the direction, the largest 1.
    pub terms: Vec<(String, f64)>,
}

/// A steady state, and how it stands.
///
/// ```
/// use homeostat::simulation::Simulation;
/// let model = homeostat::library::load("best-2009-dopamine")?;
/// let rest = Simulation::new(&model.network())?.steady(&Default::default())?;
/// assert!((rest.concentration("vda").unwrap() - 80.96621).abs() < 1e-5); // uM
/// assert!((rest.flux("TH").unwrap() - 27.29919).abs() < 1e-5); // uM/h
/// assert_eq!(rest.conserved[0].text(), "bh2 + bh4");
/// # Ok::<(), homeostat::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SteadyState {
    /// Concentration of each species by name, in the model's unit.
    pub concentrations: Vec<(String, f64)>,
    /// Amount of each species, in the order of the states.
    pub amounts: Vec<f64>,
    /// Flux of each process by name: concentration per time where all compartments are equal, else amount
    /// per time.
    pub fluxes: Vec<(String, f64)>,
    /// The unit of the fluxes.
    pub flux_unit: String,
    /// Eigenvalues of the Jacobian (real, imaginary), by falling real part's size, conserved sums included.
    pub eigenvalues: Vec<(f64, f64)>,
    /// Conserved sums with their totals.
    pub conserved: Vec<ConservedTotal>,
    /// Whether every eigenvalue that no conserved sum explains has a negative real part.
    pub is_stable: bool,
    /// Directions without restoring force that no conserved sum explains.
    pub flat: Vec<FlatDirection>,
    /// The largest rate of change, relative to the turnover (the sum of all fluxes' sizes) of its species.
    pub residual: f64,
}

impl SteadyState {
    /// The concentration of a species, in the model's unit.
    pub fn concentration(&self, species: &str) -> Option<f64> {
        find(&self.concentrations, species)
    }

    /// The flux of a process, in `flux_unit`.
    pub fn flux(&self, process: &str) -> Option<f64> {
        find(&self.fluxes, process)
    }
}

fn find(values: &[(String, f64)], name: &str) -> Option<f64> {
    values.iter().find(|(n, _)| n == name).map(|(_, x)| *x)
}

impl Simulation {
    /// The steady state that the initial values lead to: damped Newton on the exact Jacobian, conserved sums
    /// held at their initial totals; where that does not arrive at amounts that are not negative, time
    /// integration finds a better starting point. A schedule is left aside, the time is held at 0.
    ///
    /// # Errors
    /// [`Error::Solver`] where neither arrives; says how far it came.
    pub fn steady(&self, settle: &Settle) -> Result<SteadyState, Error> {
        if self.system().shape().is_forced {
            let message = "the equations contain the time: they have no steady state; replace it by a parameter";
            return Err(Problem::error(["model"], message).into());
        }
        let initial = self.initial_state()?;
        let search = Search::new(self, &initial, settle);
        let (mut start, mut elapsed) = (initial, 0.0);
        let mut span = search.first_span(&start);
        for left in (0..=settle.integrations).rev() {
            if let Some(found) = search.newton(&start) {
                return Ok(self.describe(found, &search));
            }
            if left > 0 {
                start = self.integrate(&start, span)?;
                elapsed += span;
                span *= 10.0;
            }
        }
        let (residual, i) = search.residual(&start);
        let failure = Failure::unsettled(elapsed);
        let message = format!(
            "no steady state found: after {elapsed:e} {} the relative rate of change is still {residual:e}, of species {}; the model may oscillate or grow without bound: look at a run",
            self.network().units().time(),
            self.network().name_of(self.system().states()[i])
        );
        Err(Error::Solver { failure, message })
    }

    /// The state after a time, from a state.
    fn integrate(&self, start: &[f64], span: f64) -> Result<Vec<f64>, Error> {
        let (options, _) = self.options(&Settings::default(), start);
        let solver = Solver::new(self.system().shape(), &options, 0.0, start);
        let mut solver = solver.map_err(|f| self.named(f, start, self.parameters()))?;
        while solver.t() < span {
            let taken = solver.advance(self.system(), self.parameters(), &[], span);
            taken.map_err(|f| self.named(f, solver.y(), self.parameters()))?;
        }
        Ok(solver.y().to_vec())
    }

    fn describe(&self, amounts: Vec<f64>, search: &Search<'_>) -> SteadyState {
        let (network, system) = (self.network(), self.system());
        let name = |i: usize| network.name_of(system.states()[i]).to_string();
        let concentrations = amounts.iter().enumerate().map(|(i, a)| (name(i), a / self.size_of_state(i))).collect();
        let (fluxes, flux_unit) = self.fluxes(&amounts);
        let jacobian = search.jacobian(&amounts);
        let mut eigenvalues: Vec<(f64, f64)> =
            jacobian.clone().complex_eigenvalues().iter().map(|z| (z.re, z.im)).collect();
        eigenvalues.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.total_cmp(&b.1)));
        let invariants = &system.shape().invariants;
        let conserved: Vec<ConservedTotal> = invariants
            .iter()
            .map(|sum| ConservedTotal {
                terms: sum.terms().iter().map(|&(i, w)| (name(i), w)).collect(),
                total: sum.value(&amounts),
            })
            .collect();
        let flat = search.flat(&jacobian, &name);
        // conserved sums account for as many zero eigenvalues; they are the smallest
        let mut by_size = eigenvalues.clone();
        by_size.sort_by(|a, b| a.0.hypot(a.1).total_cmp(&b.0.hypot(b.1)));
        let is_stable = flat.is_empty() && by_size[invariants.len().min(by_size.len())..].iter().all(|z| z.0 < 0.0);
        let residual = search.residual(&amounts).0;
        SteadyState { concentrations, amounts, fluxes, flux_unit, eigenvalues, conserved, is_stable, flat, residual }
    }

    fn fluxes(&self, amounts: &[f64]) -> (Vec<(String, f64)>, String) {
        let network = self.network();
        let processes: Vec<Process> = network.all_processes().collect();
        let observables: Vec<_> = processes.iter().map(|p| Observable::Value(p.0)).collect();
        let mut rates = vec![f64::NAN; processes.len()];
        if let Ok(mut observer) = self.system().observer(network, &observables) {
            observer.observe(0.0, amounts, self.parameters(), &mut rates);
        }
        let units = network.units();
        let (size, unit) = match self.common_size() {
            Some(size) => (size, units.concentration()),
            None => (1.0, units.amount()),
        };
        let fluxes = processes.iter().zip(rates).map(|(p, r)| (network.name_of(*p).to_string(), r / size)).collect();
        (fluxes, format!("{unit}/{}", units.time()))
    }

    /// The size of all compartments, where they are equal.
    fn common_size(&self) -> Option<f64> {
        let network: &Network = self.network();
        let is_compartment =
            |s: &crate::expr::Symbol| matches!(network.entity(*s).kind, EntityKind::Compartment { .. });
        let symbols = self.system().parameter_symbols().iter().enumerate().filter(|(_, s)| is_compartment(s));
        let mut sizes = symbols.map(|(i, _)| self.parameters()[i]);
        let first = sizes.next()?;
        sizes.all(|s| s == first).then_some(first)
    }
}

/// A search for the zero of f with conserved sums held.
struct Search<'a> {
    simulation: &'a Simulation,
    scales: Vec<f64>,
    totals: Vec<f64>,
    /// The state whose equation gives way to each conserved sum.
    given_up: Vec<usize>,
    settle: &'a Settle,
}

impl<'a> Search<'a> {
    fn new(simulation: &'a Simulation, initial: &[f64], settle: &'a Settle) -> Self {
        let invariants = &simulation.system().shape().invariants;
        let totals = invariants.iter().map(|sum| sum.value(initial)).collect();
        // sums come reduced: the last state of each stands in no other one
        let given_up = invariants.iter().filter_map(|sum| own_state(sum.terms(), invariants)).collect();
        Search { simulation, scales: simulation.scales(initial), totals, given_up, settle }
    }

    fn at(&self) -> Point<'_> {
        Point::new(0.0, self.simulation.parameters())
    }

    fn rates(&self, y: &[f64]) -> DVector<f64> {
        let system = self.simulation.system();
        let (mut f, mut scratch) = (vec![0.0; y.len()], vec![0.0; system.shape().scratch]);
        if system.rhs(&self.at(), y, &mut f, &mut scratch).is_err() {
            f.fill(f64::NAN);
        }
        DVector::from_vec(f)
    }

    fn jacobian(&self, y: &[f64]) -> DMatrix<f64> {
        let system = self.simulation.system();
        let pattern = &system.shape().jacobian;
        let (mut values, mut scratch) = (vec![0.0; pattern.len()], vec![0.0; system.shape().scratch]);
        if system.jacobian(&self.at(), y, &mut values, &mut scratch).is_err() {
            values.fill(f64::NAN);
        }
        let mut matrix = DMatrix::zeros(y.len(), y.len());
        for ((i, j), v) in pattern.entries().zip(&values) {
            matrix[(i, j)] = *v;
        }
        matrix
    }

    /// The defect of the equations, those given up replaced by their sums, each over its scale.
    fn defect(&self, y: &[f64]) -> DVector<f64> {
        let mut f = self.rates(y);
        for (sum, (total, &row)) in self.sums().zip(self.totals.iter().zip(&self.given_up)) {
            f[row] = sum.value(y) - total;
        }
        f
    }

    fn sums(&self) -> impl Iterator<Item = &'a crate::solver::Invariant> + use<'a> {
        self.simulation.system().shape().invariants.iter()
    }

    /// Damped Newton; the state where it converges to amounts that are not negative.
    fn newton(&self, start: &[f64]) -> Option<Vec<f64>> {
        let mut y = start.to_vec();
        for _ in 0..self.settle.newton_steps {
            let step = self.newton_step(&y)?;
            let size = self.relative(&step, &y);
            if !size.is_finite() {
                return None;
            }
            let next = self.damped(&y, &step)?;
            let full = next.iter().zip(&y).zip(step.iter()).all(|((n, y), s)| *n == y + s);
            y = next;
            if full && size <= self.settle.tolerance {
                self.polish(&mut y);
                self.round_to_zero(&mut y);
                return y.iter().all(|x| *x >= 0.0).then_some(y);
            }
        }
        None
    }

    /// One full step more costs little and uses up what rounding allows.
    fn polish(&self, y: &mut Vec<f64>) {
        let before = self.residual(y).0;
        if let Some(step) = self.newton_step(y) {
            let better: Vec<f64> = y.iter().zip(step.iter()).map(|(y, s)| y + s).collect();
            if self.residual(&better).0 <= before {
                *y = better;
            }
        }
    }

    /// An amount that vanishes comes out as rounding error of either sign: it is 0, if the state with 0 in its
    /// place is no worse.
    fn round_to_zero(&self, y: &mut Vec<f64>) {
        let rounding = |i: usize, x: f64| x < 0.0 && x >= -1e-14 * self.scales[i];
        let rounded: Vec<f64> = y.iter().enumerate().map(|(i, &x)| if rounding(i, x) { 0.0 } else { x }).collect();
        if self.residual(&rounded).0 <= self.residual(y).0 {
            *y = rounded;
        }
    }

    fn newton_step(&self, y: &[f64]) -> Option<DVector<f64>> {
        let mut matrix = self.jacobian(y);
        let mut defect = self.defect(y);
        for (sum, &row) in self.sums().zip(&self.given_up) {
            matrix.row_mut(row).fill(0.0);
            for &(i, w) in sum.terms() {
                matrix[(row, i)] = w;
            }
        }
        // rows and columns to size 1: rates span many decades
        for i in 0..y.len() {
            let size = self.column_size(i, y);
            matrix.column_mut(i).scale_mut(size);
        }
        for i in 0..y.len() {
            let size = matrix.row(i).amax();
            if size > 0.0 && size.is_finite() {
                matrix.row_mut(i).unscale_mut(size);
                defect[i] /= size;
            }
        }
        let mut step = matrix.lu().solve(&-defect)?;
        for i in 0..y.len() {
            step[i] *= self.column_size(i, y);
        }
        step.iter().all(|x| x.is_finite()).then_some(step)
    }

    fn column_size(&self, i: usize, y: &[f64]) -> f64 {
        y[i].abs().max(1e-6 * self.scales[i])
    }

    /// The step cut so that no amount falls below a tenth of itself, then halved until the defect falls.
    fn damped(&self, y: &[f64], step: &DVector<f64>) -> Option<Vec<f64>> {
        let mut part: f64 = 1.0;
        for (i, (y, s)) in y.iter().zip(step.iter()).enumerate() {
            let floor = if *y > 1e-12 * self.scales[i] { 0.1 * y } else { f64::NEG_INFINITY };
            if y + s < floor {
                part = part.min((floor - y) / s);
            }
        }
        let moved = |part: f64| -> Vec<f64> { y.iter().zip(step.iter()).map(|(y, s)| y + part * s).collect() };
        let size = |y: &[f64]| self.newton_step(y).map_or(f64::INFINITY, |s| self.relative(&s, y));
        let before = self.relative(step, y);
        if before <= 1e-6 {
            return Some(moved(part)); // within rounding a fall cannot be asked for
        }
        for _ in 0..12 {
            let next = moved(part);
            if size(&next) < before {
                return Some(next);
            }
            part *= 0.5;
        }
        None
    }

    /// The largest step relative to its state.
    fn relative(&self, step: &DVector<f64>, y: &[f64]) -> f64 {
        step.iter().enumerate().map(|(i, s)| (s / self.column_size(i, y)).abs()).fold(0.0, f64::max)
    }

    /// The largest rate of change relative to the turnover of its species, and the state.
    fn residual(&self, y: &[f64]) -> (f64, usize) {
        let (f, turnover) = (self.rates(y), self.turnover(y));
        let relative = |i: usize| if f[i] == 0.0 { 0.0 } else { f[i].abs() / turnover[i] };
        (0..y.len()).map(|i| (relative(i), i)).fold((0.0, 0), |a, b| if b.0 > a.0 || b.0.is_nan() { b } else { a })
    }

    /// The sum of the sizes of all fluxes into and out of each state.
    fn turnover(&self, y: &[f64]) -> Vec<f64> {
        let (network, system) = (self.simulation.network(), self.simulation.system());
        let processes: Vec<Process> = network.all_processes().collect();
        let observables: Vec<_> = processes.iter().map(|p| Observable::Value(p.0)).collect();
        let mut rates = vec![f64::NAN; processes.len()];
        if let Ok(mut observer) = system.observer(network, &observables) {
            observer.observe(0.0, y, self.simulation.parameters(), &mut rates);
        }
        let mut turnover = vec![0.0; y.len()];
        for (process, rate) in processes.iter().zip(rates) {
            if let EntityKind::Process { stoichiometry, .. } = &network.entity(*process).kind {
                for (species, n) in stoichiometry {
                    if let Some(i) = system.state_of(*species) {
                        turnover[i] += (n * rate).abs();
                    }
                }
            }
        }
        turnover
    }

    /// The shortest time in which a state turns over at the start.
    fn first_span(&self, y: &[f64]) -> f64 {
        let turnover = self.turnover(y);
        let times = turnover.iter().zip(&self.scales).filter(|(t, _)| **t > 0.0).map(|(t, scale)| scale / t);
        let shortest = times.filter(|t| t.is_finite()).fold(f64::INFINITY, f64::min);
        if shortest.is_finite() { 10.0 * shortest } else { 1.0 }
    }

    /// Null directions of the Jacobian beyond those of the conserved sums.
    fn flat(&self, jacobian: &DMatrix<f64>, name: &dyn Fn(usize) -> String) -> Vec<FlatDirection> {
        let mut matrix = jacobian.clone();
        for (sum, &row) in self.sums().zip(&self.given_up) {
            matrix.row_mut(row).fill(0.0);
            for &(i, w) in sum.terms() {
                matrix[(row, i)] = w;
            }
        }
        for i in 0..matrix.nrows() {
            let size = matrix.row(i).amax();
            if size > 0.0 {
                matrix.row_mut(i).unscale_mut(size);
            }
        }
        let svd = matrix.svd(false, true);
        let (Some(v), largest) = (svd.v_t, svd.singular_values.max()) else { return Vec::new() };
        let null = (0..v.nrows()).filter(|&k| svd.singular_values[k] <= 1e-13 * largest);
        let direction = |k: usize| {
            let row = v.row(k);
            let size = row.amax();
            let terms = (0..v.ncols()).map(|i| (name(i), row[i] / size)).filter(|(_, x)| x.abs() > 1e-6);
            FlatDirection { terms: terms.collect() }
        };
        null.map(direction).collect()
    }
}

/// A state of this sum that stands in no other one; sums come reduced, so that there is one.
fn own_state(terms: &[(usize, f64)], all: &[crate::solver::Invariant]) -> Option<usize> {
    let count = |i: usize| all.iter().filter(|s| s.terms().iter().any(|t| t.0 == i)).count();
    terms.iter().map(|t| t.0).rev().find(|&i| count(i) == 1)
}
