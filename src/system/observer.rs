//! Values by name, and their rates of change, from a state.

use super::compile::changes;
use super::lower::{Slot, lower};
use super::{System, inputs};
use crate::error::{Error, Problem};
use crate::expr::{Arena, Node, NodeId, Op, Symbol};
use crate::network::{EntityKind, Network};
use crate::program::Program;
use crate::solver::Point;

/// A program for values chosen by name, to be run on a state.
#[derive(Clone, Debug)]
pub struct Observer {
    program: Program,
    scratch: Vec<f64>,
}

/// What an observer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Observable {
    /// The amount of a species, or the value of anything else.
    Value(Symbol),
    /// The concentration of a species.
    Concentration(Symbol),
    /// The rate of change of the amount of a species, or of the value of anything else.
    Slope(Symbol),
    /// The rate of change of the concentration of a species.
    ConcentrationSlope(Symbol),
}

impl Observable {
    fn symbol(self) -> Symbol {
        use Observable::{Concentration, ConcentrationSlope, Slope, Value};
        let (Value(symbol) | Concentration(symbol) | Slope(symbol) | ConcentrationSlope(symbol)) = self;
        symbol
    }

    fn is_slope(self) -> bool {
        matches!(self, Observable::Slope(_) | Observable::ConcentrationSlope(_))
    }
}

impl System {
    /// A program that computes these values from a state.
    ///
    /// # Errors
    /// Where a concentration is asked of something that is no species, or a rate of change of what an equation determines.
    pub fn observer(&self, network: &Network, observables: &[Observable]) -> Result<Observer, Error> {
        let mut roots = Vec::with_capacity(observables.len());
        let mut rates = None;
        for observable in observables {
            let mut root = self.value(network, *observable)?;
            if observable.is_slope() {
                let rates = rates.get_or_insert_with(|| self.rates(network));
                root = self.slope(network, observable.symbol(), root, rates)?;
            }
            roots.push(root);
        }
        let program = lower(&self.equations.graph.arena(), &roots, &self.slots, None)?;
        let scratch = vec![0.0; program.scratch_len()];
        Ok(Observer { program, scratch })
    }

    /// The node of a value.
    fn value(&self, network: &Network, observable: Observable) -> Result<NodeId, Error> {
        let symbol = observable.symbol();
        let in_brackets = matches!(observable, Observable::Concentration(_) | Observable::ConcentrationSlope(_));
        let (graph, value) = (&self.equations.graph, self.equations.values[symbol.0 as usize]);
        match &network.entity(symbol).kind {
            EntityKind::Species { compartment, .. } if in_brackets => {
                let size = self.equations.values[compartment.0.0 as usize];
                let size = graph.get(size).unwrap_or_else(|| graph.symbol(compartment.0));
                let amount = graph.get(value).unwrap_or_else(|| graph.symbol(symbol));
                Ok((amount / size).id())
            }
            other if in_brackets => {
                let name = network.name_of(symbol);
                let message = format!("{name} is a {}: only a species has a concentration", other.name());
                Err(Problem::error(["select"], message).into())
            }
            // what was set, not what regulators and blockers make of it
            EntityKind::Parameter { .. } if network.assigned(symbol).is_none() => Ok(graph.symbol(symbol).id()),
            _ => Ok(value),
        }
    }

    /// The rate of change of each state; none of one that an equation determines.
    fn rates(&self, network: &Network) -> Vec<Option<NodeId>> {
        let mut arena = self.equations.graph.arena();
        let zero = arena.constant(0.0);
        let mut rates: Vec<Option<NodeId>> = vec![Some(zero); self.states.len()];
        let mut add = |arena: &mut Arena, i: usize, times: f64, rate: NodeId| {
            let times = arena.constant(times);
            let term = arena.apply(Op::Mul, times, rate, rate);
            rates[i] = rates[i].map(|sum| if sum == zero { term } else { arena.apply(Op::Add, sum, term, term) });
        };
        for (process, rate) in network.all_processes().zip(&self.equations.extents) {
            for (i, change) in changes(network, process, &self.slots) {
                add(&mut arena, i, change, *rate);
            }
        }
        for (symbol, rate) in &self.equations.rates {
            if let Slot::State(i) = self.slots[symbol.0 as usize] {
                add(&mut arena, i as usize, 1.0, *rate);
            }
        }
        for (symbol, _) in &self.equations.algebraic {
            if let Slot::State(i) = self.slots[symbol.0 as usize] {
                rates[i as usize] = None;
            }
        }
        rates
    }

    /// The rate of change of a value, given those of states.
    fn slope(&self, network: &Network, of: Symbol, value: NodeId, rates: &[Option<NodeId>]) -> Result<NodeId, Error> {
        let mut arena = self.equations.graph.arena();
        let state = |symbol: Symbol| match self.slots[symbol.0 as usize] {
            Slot::State(i) => Some(i as usize),
            _ => None,
        };
        let is_determined = |symbol: &Symbol| state(*symbol).is_some_and(|i| rates[i].is_none());
        if let Some(determined) = arena.symbols(value).into_iter().find(is_determined) {
            let (of, by) = (network.name_of(of), network.name_of(determined));
            let message = format!("the rate of change of {of} is not known: an equation determines {by}");
            return Err(Problem::error(["select"], message).into());
        }
        if let Some(past) = arena.symbols(value).into_iter().find(|symbol| network.delayed(*symbol).is_some()) {
            let (of, past) = (network.name_of(of), network.name_of(past));
            let message = format!("the rate of change of {of} is not known: it rests on {past}, a value of the past");
            return Err(Problem::error(["select"], message).into());
        }
        let (zero, one) = (arena.constant(0.0), arena.constant(1.0));
        let slope = arena.tangent(value, &|leaf| match leaf {
            Node::Time => Some(one),
            Node::Symbol(symbol) => rates[state(symbol)?],
            _ => None,
        });
        Ok(slope.unwrap_or(zero))
    }
}

impl Observer {
    /// Writes the values at a state to `out`, one for each observable.
    ///
    /// # Panics
    /// Where a slice is too short; a network with delays needs its past in the point.
    pub fn observe(&mut self, at: &Point, y: &[f64], out: &mut [f64]) {
        self.program.run(&inputs(at, y), out, &mut self.scratch);
    }

    /// How many values it writes.
    pub fn len(&self) -> usize {
        self.program.outputs()
    }

    /// Whether it writes none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
