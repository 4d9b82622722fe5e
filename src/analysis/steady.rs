//! Steady states.

use super::newton::{FlatDirection, Search, Settle};
use crate::error::{Error, Problem};
use crate::expr::{Arena, Graph, Node, NodeId, Symbol};
use crate::network::sum_text;
use crate::simulation::{Settings, Simulation};
use crate::solver::{Failure, FailureKind, OdeSystem, Solver};

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

/// A steady state, and how it stands.
///
/// ```
/// use homeostat::simulation::Simulation;
/// let model = homeostat::library::load("best-2009-dopamine")?;
/// let rest = Simulation::new(&model.network())?.steady(&Default::default())?;
/// assert!((rest.concentration("vda").unwrap() - 80.96621).abs() < 1e-5); // uM
/// assert!((rest.flux("TH").unwrap() - 27.29919).abs() < 1e-5); // umol/h
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
    /// Flux of each process by name: amount per time, as in a run.
    pub fluxes: Vec<(String, f64)>,
    /// The unit of the fluxes.
    pub flux_unit: String,
    /// Eigenvalues of the Jacobian (real, imaginary), by falling real part's size, conserved sums included.
    pub eigenvalues: Vec<(f64, f64)>,
    /// Conserved sums with their totals.
    pub conserved: Vec<ConservedTotal>,
    /// Whether every eigenvalue that no conserved sum explains has a negative real part.
    pub is_stable: bool,
    /// Whether one of them is zero but for rounding and none positive: a small push is neither made good nor grows.
    pub is_neutral: bool,
    /// Directions without restoring force that no conserved sum explains.
    pub flat: Vec<FlatDirection>,
    /// The largest rate of change, relative to the turnover of its species (the sum of the sizes of its fluxes,
    /// there or at the start).
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

/// An amount this many times its scale is none of a steady state that is of use.
const FAR: f64 = 1e9;

impl Simulation {
    /// A steady state near the initial values: damped Newton on the exact Jacobian, conserved sums held at
    /// their initial totals. Where that does not arrive at amounts that are not negative, or arrives where the
    /// state is not stable, time integration leads to a better starting point; a state that is not stable is
    /// given where no other one is found. A value of the past is what it is now: whether the state is stable is told as if
    /// delays were none. Where nothing holds the state in some direction, the place along it is the one
    /// that time integration arrives at. A schedule is left aside.
    ///
    /// # Errors
    /// [`Error::Solver`] where nothing arrives, and says how far it came; where time leads to a steady state of the equations
    /// with a negative amount, says of which species. [`Error::Input`] where the time stands in the equations with these
    /// parameters.
    pub fn steady(&self, settle: &Settle) -> Result<SteadyState, Error> {
        if self.network().has_delays() {
            return self.without_delays()?.steady(settle);
        }
        let is_driven = self.system().shape().is_forced && self.is_driven_by_time()?;
        if is_driven || self.system().switches_by_time() {
            let message = "the equations contain the time: they have no steady state; replace it by a parameter";
            return Err(Problem::error(["model"], message).into());
        }
        let initial = self.initial_state()?;
        let search = Search::new(self, &initial, settle)?;
        let (mut start, mut elapsed, mut span) = (initial, 0.0, search.first_span());
        let (mut unstable, mut neutral, mut negative, mut far) = (None, None, None, None);
        for left in (0..=settle.integrations).rev() {
            if let Some(found) = search.newton(&start) {
                // along a direction in which nothing holds the state Newton may go anywhere: time integration has to have
                // arrived there by itself
                let has_arrived = search.is_near(&found, &start);
                let is_far = |i: &usize| found[*i].abs() > FAR * search.scales[*i];
                if let Some(i) = (0..found.len()).find(is_far) {
                    far = Some((i, found[i]));
                } else if found.iter().any(|x| *x < 0.0) {
                    negative = has_arrived.then_some(found);
                } else {
                    let state = self.describe(found, &search);
                    if state.is_stable || (!state.flat.is_empty() && has_arrived) {
                        return Ok(state);
                    }
                    if state.flat.is_empty() {
                        unstable.get_or_insert(state);
                    } else {
                        neutral = Some(state);
                    }
                }
            }
            if left > 0 {
                match self.integrate(&start, span, settle) {
                    Ok(later) => start = later,
                    Err(Error::Solver { failure, .. }) if failure.kind == FailureKind::TooManySteps => break,
                    Err(error) if unstable.is_none() && neutral.is_none() && negative.is_none() => return Err(error),
                    Err(_) => break,
                }
                elapsed += span;
                span *= 10.0;
            }
        }
        neutral.or(unstable).ok_or_else(|| match (&negative, far) {
            (Some(found), _) => self.below_zero(&search, found, elapsed),
            (None, Some((i, amount))) => self.without_bound(i, amount, elapsed),
            (None, None) => self.unsettled(&search, &start, elapsed),
        })
    }

    /// The steady state to which time leads, where an amount of it is negative.
    fn below_zero(&self, search: &Search<'_>, y: &[f64], elapsed: f64) -> Error {
        let network = self.network();
        let (amount, concentration) = (network.units().amount(), network.units().concentration());
        // beside what is negative there may be rounding of nothing
        let least = y.iter().zip(&search.scales).map(|(x, scale)| x / scale).fold(0.0, f64::min);
        let is_below = |(i, x): &(usize, &f64)| **x < 0.0 && *x / search.scales[*i] <= 1e-9 * least;
        let below = y.iter().enumerate().filter(is_below).map(|(i, x)| {
            let name = network.name_of(self.system().states()[i]);
            let x_of = x / self.size_of_state(i);
            let as_concentration =
                if x_of.is_finite() { format!(" ([{name}] at {x_of:.6} {concentration})") } else { String::new() };
            format!("{name} at {x:.6} {amount}{as_concentration}")
        });
        let message = format!(
            "the steady state to which the equations lead has a negative amount: {}; a rate goes on taking what is used up: \
             look at a run, and at the rates that take it",
            below.collect::<Vec<_>>().join(", "),
        );
        Error::Solver { failure: Failure::unsettled(elapsed), message }
    }

    /// Where everything comes to rest only because something has grown beyond all that the model begins with.
    fn without_bound(&self, i: usize, amount: f64, elapsed: f64) -> Error {
        let (name, unit) = (self.network().name_of(self.system().states()[i]), self.network().units().amount());
        let message = format!(
            "no steady state found: {name} grows to {amount:e} {unit}, {FAR:e} times as much as anything the model begins \
             with: nothing takes as much of it as is made"
        );
        Error::Solver { failure: Failure::unsettled(elapsed), message }
    }

    /// Whether the time is left in a rate once the parameters have their numbers: what one of them switches off is not.
    fn is_driven_by_time(&self) -> Result<bool, Error> {
        let network = self.network();
        let equations = network.equations().map_err(Error::Input)?;
        let (from, held) = (equations.graph.arena(), Graph::new());
        let mut held = held.arena();
        let mut number = |held: &mut Arena, symbol| {
            let place = self.system().parameter_of(symbol)?;
            Some(held.constant(self.parameters()[place]))
        };
        let processes: Vec<Symbol> = network.all_processes().map(Symbol::from).collect();
        let rates = processes.iter().map(|p| held.copy(&from, equations.values[p.0 as usize], &mut number));
        let rates: Vec<NodeId> = rates.collect();
        Ok(held.reachable(&rates).iter().any(|id| held.node(*id) == Node::Time))
    }

    fn unsettled(&self, search: &Search<'_>, y: &[f64], elapsed: f64) -> Error {
        let (residual, i) = search.residual(y);
        let failure = Failure::unsettled(elapsed);
        let species = self.system().states().get(i).map_or("none", |s| self.network().name_of(*s));
        let (units, amount) = (self.network().units(), y.get(i).copied().unwrap_or(f64::NAN));
        let message = format!(
            "no steady state found: after {elapsed:e} {} the rate of change is still {residual:e} of the turnover, of species \
             {species} (at {amount:.6e} {}); the model may oscillate or grow without bound: look at a run",
            units.time(),
            units.amount(),
        );
        Error::Solver { failure, message }
    }

    /// The state after a time, from a state.
    fn integrate(&self, start: &[f64], span: f64, settle: &Settle) -> Result<Vec<f64>, Error> {
        let (mut options, _) = self.options(&Settings::default(), start);
        options.max_steps = settle.integration_steps;
        let named = |failure, y: &[f64]| self.named(failure, y, self.parameters());
        let mut solver = Solver::new(self.system().shape(), &options, 0.0, start).map_err(|f| named(f, start))?;
        while solver.t() < span {
            let taken = solver.advance(self.system(), self.parameters(), span);
            taken.map_err(|f| named(f, solver.y()))?;
        }
        Ok(solver.y().to_vec())
    }

    fn describe(&self, amounts: Vec<f64>, search: &Search<'_>) -> SteadyState {
        let (network, system) = (self.network(), self.system());
        let name = |i: usize| network.name_of(system.states()[i]).to_string();
        let concentrations = amounts.iter().enumerate().map(|(i, a)| (name(i), a / self.size_of_state(i))).collect();
        let units = network.units();
        let processes = network.all_processes().map(|p| network.name_of(p).to_string());
        let fluxes = processes.zip(search.fluxes(&amounts)).collect();
        let (eigenvalues, rounding) = search.eigenvalues(&amounts);
        let invariants = &system.shape().invariants;
        let total = |sum: &crate::solver::Invariant| ConservedTotal {
            terms: sum.terms().iter().map(|&(i, w)| (name(i), w)).collect(),
            total: sum.value(&amounts),
        };
        let flat = search.flat(&amounts, &name);
        // conserved sums and flat directions account for as many zero eigenvalues; they are the smallest
        let mut by_size = eigenvalues.clone();
        by_size.sort_by(|a, b| a.0.hypot(a.1).total_cmp(&b.0.hypot(b.1)));
        let held = &by_size[(invariants.len() + flat.len()).min(by_size.len())..];
        // a slow return is none by rounding: what holds a real direction has been looked at
        let is_zero = |z: &(f64, f64)| z.0.abs() <= rounding && (z.0 >= 0.0 || z.1 != 0.0);
        let is_held = held.iter().all(|z| z.0 < 0.0 || is_zero(z));
        let is_neutral = is_held && (!flat.is_empty() || held.iter().any(is_zero));
        SteadyState {
            concentrations,
            fluxes,
            flux_unit: units.flux(),
            conserved: invariants.iter().map(total).collect(),
            is_stable: is_held && !is_neutral,
            is_neutral,
            residual: search.residual(&amounts).0,
            eigenvalues,
            flat,
            amounts,
        }
    }
}
