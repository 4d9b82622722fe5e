//! From a network to programs: what a solver runs.
//!
//! [`System::compile`] resolves names, differentiates every rate exactly, and lowers right-hand side,
//! Jacobian and df/dt to flat programs. Parameters stay numbers beside it: changing one never recompiles.
//! What depends on parameters alone is computed once per parameter vector, by [`System::prepare`].
//!
//! ```
//! use homeostat::network::Network;
//! use homeostat::solver::{solve, Options};
//! use homeostat::system::System;
//! use homeostat::units::{Concentration, Frequency, Volume};
//!
//! let mut net = Network::new("decay");
//! let cell = net.compartment("cell", Volume::l(1.0));
//! let a = net.species("a", cell, Concentration::um(10.0));
//! let k = net.parameter("k", Frequency::per_h(0.5));
//! let rate = (net.value(k) * net.value(a)).id();
//! net.process("loss", [(a, -1.0)], rate);
//!
//! let system = System::compile(&net)?;
//! let parameters = system.parameters(&net)?;
//! let y0 = system.initial_state(&net, &parameters)?;
//! let solution = solve(&system, &parameters, &y0, &[0.0, 2.0], &Options::default()).unwrap();
//! assert!((solution.rows[1][0] - 10.0 * (-1.0_f64).exp()).abs() < 1e-5);
//! # Ok::<(), homeostat::Error>(())
//! ```

mod compile;
mod delay;
mod event;
mod initial;
mod lower;
mod native;
mod observer;
mod positive;
mod repeat;
mod sensitive;
mod sums;
mod switch;
mod timed;
mod trigger;
mod words;

use crate::error::Error;
use crate::expr::{NodeId, QuickMap, Symbol};
use crate::network::{Equations, Network};
use crate::program::{Inputs, Interval, Native, Program, Stretch};
use crate::solver::{After, Along, AtPoints, OdeSystem, Point, Reject, Shape};
use delay::Delays;
use event::Events;
pub(crate) use initial::Given;
use initial::Start;
use lower::Slot;
pub use native::NativeSystem;
pub use observer::{Observable, Observer};
use sensitive::{Runs, Sensitive};
use std::sync::{Arc, OnceLock};
use switch::Switches;
use timed::Timed;
use trigger::Conditions;

/// A network compiled: programs and the order of states and parameters.
#[derive(Clone, Debug)]
pub struct System {
    shape: Shape,
    rhs: Arc<Program>,
    jacobian: Arc<Program>,
    time_derivative: Program,
    /// The functions whose zeros set events off, then the margins of switches.
    roots: Program,
    /// Bounds of those that the time curves.
    timed: Timed,
    events: Events,
    /// What sets events off by turning true.
    conditions: Conditions,
    /// What is frozen in the rates.
    switches: Switches,
    /// What is looked up in the past.
    delays: Delays,
    /// Right-hand side and derivatives as native code, once it has been asked for.
    code: OnceLock<Option<Native>>,
    /// What the programs were made from, and what sensitivities need, once they have been asked for.
    terms: Vec<compile::Term>,
    sensitive: OnceLock<Option<Arc<Sensitive>>>,
    /// What depends on parameters alone, and where it stands.
    derived: Program,
    places: QuickMap<NodeId, u32>,
    /// The species, parameter or compartment that is state i.
    states: Vec<Symbol>,
    /// What parameter i belongs to: a parameter or the size of a compartment.
    parameters: Vec<Symbol>,
    /// Where each symbol's value is read.
    slots: Vec<Slot>,
    equations: Equations,
    /// The states that are sizes of compartments.
    sizes: Vec<usize>,
    /// What gives values at the start.
    start: Start,
    /// The same states with the processes alone that are at rest all the time.
    fast: Option<Arc<System>>,
}

impl System {
    /// Compiles a network. Parts of it that are equal but for the numbers of their parameters, and touch one another through
    /// a few shared species only, become instances of one piece of code.
    ///
    /// # Errors
    /// [`Error::Input`] with every error that [`Network::check`] finds.
    pub fn compile(network: &Network) -> Result<Self, Error> {
        compile::compile(network, true)
    }

    /// The species behind each state (a parameter or compartment, where rates or events change it), in the order of the
    /// network.
    pub fn states(&self) -> &[Symbol] {
        &self.states
    }

    /// The place of a species, or of what else is a state, in the state.
    pub fn state_of(&self, species: impl Into<Symbol>) -> Option<usize> {
        match self.slot(species.into()) {
            Slot::State(i) => Some(i as usize),
            _ => None,
        }
    }

    /// The place of a parameter (or of a compartment's size) in the parameter vector.
    pub fn parameter_of(&self, parameter: impl Into<Symbol>) -> Option<usize> {
        match self.slot(parameter.into()) {
            Slot::Parameter(i) => Some(i as usize),
            _ => None,
        }
    }

    /// The states that are sizes of compartments.
    pub(crate) fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// What each entry of the parameter vector belongs to.
    pub fn parameter_symbols(&self) -> &[Symbol] {
        &self.parameters
    }

    /// The same states, moved by the processes alone that are at rest all the time, if there are any.
    pub(crate) fn fast(&self) -> Option<&System> {
        self.fast.as_deref()
    }

    fn slot(&self, symbol: Symbol) -> Slot {
        self.slots.get(symbol.0 as usize).copied().unwrap_or(Slot::Formula)
    }

    /// The parameters as the network gives them, in its units, and after them what is derived from them.
    ///
    /// # Errors
    /// Where a number cannot be expressed in the network's units.
    pub fn parameters(&self, network: &Network) -> Result<Vec<f64>, Error> {
        let mut numbers = Vec::with_capacity(self.parameters.len() + self.derived.outputs());
        for &symbol in &self.parameters {
            numbers.push(initial::written(network, symbol)?.amount());
        }
        numbers.resize(self.parameters.len() + self.derived.outputs(), 0.0);
        self.begin(network, &mut numbers, &|_| None, Some(&|_| None))?;
        self.prepare(&mut numbers);
        Ok(numbers)
    }

    /// Computes what depends on parameters alone; to be called whenever one in the vector was changed.
    pub fn prepare(&self, parameters: &mut [f64]) {
        let (own, derived) = parameters.split_at_mut(self.parameters.len());
        let mut scratch = vec![0.0; self.derived.scratch_len()];
        self.derived.run_in_lanes(&Inputs { parameter: own, ..Inputs::default() }, derived, &mut scratch);
    }
}

impl System {
    /// What a program reads that has switches frozen.
    fn frozen<'a>(&self, at: &Point<'a>, y: &'a [f64]) -> Result<Inputs<'a>, Reject> {
        if at.past.len() < 2 * self.delays.len() {
            return Err(Reject::Abort("the network has delays, and nothing keeps its past: run it by a Simulation"));
        }
        self.check_modes(at.modes).map(|()| inputs(at, y))
    }

    fn check_modes(&self, modes: &[f64]) -> Result<(), Reject> {
        let is_enough = modes.len() >= self.shape.modes;
        is_enough
            .then_some(())
            .ok_or(Reject::Abort("the point has no modes for conditions in rates: take System::modes"))
    }
}

impl OdeSystem for System {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.rhs.run_in_lanes(&self.frozen(at, y)?, dydt, scratch);
        Ok(())
    }

    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.jacobian.run_in_lanes(&self.frozen(at, y)?, values, scratch);
        Ok(())
    }

    fn time_derivative(&self, at: &Point, y: &[f64], dfdt: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.time_derivative.run_in_lanes(&self.frozen(at, y)?, dfdt, scratch);
        Ok(())
    }

    fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.roots.run(&self.frozen(at, y)?, values, scratch);
        Ok(())
    }

    fn bound_timed_roots(&self, over: &Stretch, bounds: &mut [[Interval; 2]], scratch: &mut Vec<Interval>) {
        self.timed.bound(over, bounds, scratch);
    }

    fn set_switches(&self, at: &Point, y: &[f64], modes: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.set_modes(at, y, modes, scratch)
    }

    fn happen(
        &self,
        root: usize,
        at: &Point,
        y: &mut [f64],
        _: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<After, Reject> {
        Ok(self.set_off(root, at, y, scratch))
    }

    fn sensitivity_scratch(&self) -> usize {
        self.sensitive().map_or(0, |s| s.scratch)
    }

    fn at_points(&self) -> Option<&dyn AtPoints> {
        self.sensitive().is_ok().then_some(self)
    }

    fn parameter_derivative(
        &self,
        at: &Point,
        y: &[f64],
        k: usize,
        dfdp: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.sensitive_for(at.modes)?.rhs_by(k, at, y, dfdp, (scratch, Runs::Tape))
    }

    fn jacobian_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        values: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.sensitive_for(at.modes)?.jacobian.run(at, y, along, values, (scratch, Runs::Tape))
    }

    fn time_derivative_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        dfdt: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.sensitive_for(at.modes)?.time_derivative.run(at, y, along, dfdt, (scratch, Runs::Tape))
    }

    fn roots_along(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        values: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.sensitive_for(at.modes)?.roots.run(at, y, along, values, (scratch, Runs::Tape))
    }

    fn happen_along(
        &self,
        root: usize,
        at: &Point,
        y: &[f64],
        along: &Along,
        moved: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.set_off_along(root, at, y, along, moved, scratch)
    }
}

fn inputs<'a>(at: &Point<'a>, y: &'a [f64]) -> Inputs<'a> {
    Inputs { t: at.t, state: y, parameter: at.parameters, mode: at.modes, history: at.past, ..Inputs::default() }
}
