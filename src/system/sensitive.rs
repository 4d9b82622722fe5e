//! Derivatives along directions, compiled when sensitivities are first asked for.

use super::compile::nodes;
use super::lower::{Derived, Slot, lower, program};
use super::{System, inputs};
use crate::error::Error;
use crate::expr::{Arena, Node, NodeId, Symbol};
use crate::program::{Block, Inputs, Native, Program, Source};
use crate::solver::{Along, AtPoints, Point, Points, Reject};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Everything that a run computes of the equations.
pub(super) struct Nodes {
    pub rhs: Vec<NodeId>,
    pub jacobian: Vec<NodeId>,
    pub time_derivative: Vec<NodeId>,
}

/// What runs the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    Tape,
    /// Native code, made of each program when it is run first.
    Native,
}

/// Values that are not always 0, with their places; of each so many, side by side.
#[derive(Clone, Debug)]
struct Part {
    places: Vec<u32>,
    side_by_side: usize,
    program: Program,
    code: OnceLock<Option<Native>>,
}

/// Memory to write over, and what runs.
type Room<'a> = (&'a mut [f64], Runs);

/// The derivative of some values along a direction: a part for the state and the time, and one for each parameter.
#[derive(Clone, Debug)]
pub(super) struct Slopes {
    /// With all places.
    by_state: Part,
    by_parameter: Vec<Part>,
}

/// The derivatives of everything that a run computes.
#[derive(Clone, Debug)]
pub(super) struct Sensitive {
    rhs: Vec<Part>,
    /// The same at several points, and the Jacobian there.
    rhs_at_points: Vec<Part>,
    jacobian_at_points: Part,
    pub jacobian: Slopes,
    pub time_derivative: Slopes,
    pub roots: Slopes,
    /// Of the new amounts after each event.
    events: Vec<Slopes>,
    /// The memory that the programs need; new amounts stand before it.
    pub scratch: usize,
}

/// The direction by leaf, and where programs read it.
struct Maker<'a> {
    arena: &'a mut Arena,
    slots: Vec<Slot>,
    along: HashMap<Node, NodeId>,
    parameters: &'a [Symbol],
    /// What has been computed beforehand.
    derived: Derived,
}

impl Maker<'_> {
    fn part(&mut self, nodes: &[NodeId], seed: &dyn Fn(Node) -> Option<NodeId>) -> Result<Part, Error> {
        let (mut places, mut slopes) = (Vec::new(), Vec::new());
        for (place, node) in (0..).zip(nodes) {
            if let Some(slope) = self.arena.tangent(*node, seed) {
                places.push(place);
                slopes.push(slope);
            }
        }
        let part = self.values(&slopes)?;
        Ok(Part { places, ..part })
    }

    fn values(&mut self, nodes: &[NodeId]) -> Result<Part, Error> {
        let program = lower(self.arena, nodes, &self.slots, Some(&mut self.derived))?;
        Ok(Part::new((0..nodes.len() as u32).collect(), program))
    }

    fn by_parameter(&mut self, nodes: &[NodeId]) -> Result<Vec<Part>, Error> {
        let one = self.arena.constant(1.0);
        let parameters = self.parameters.iter();
        parameters.map(|p| self.part(nodes, &|node| (node == Node::Symbol(*p)).then_some(one))).collect()
    }

    fn slopes(&mut self, nodes: &[NodeId]) -> Result<Slopes, Error> {
        let (along, zero) = (std::mem::take(&mut self.along), self.arena.constant(0.0));
        let seed = |node| along.get(&node).copied();
        let slopes: Vec<NodeId> = nodes.iter().map(|&node| self.arena.tangent(node, &seed).unwrap_or(zero)).collect();
        self.along = along;
        Ok(Slopes { by_state: self.values(&slopes)?, by_parameter: self.by_parameter(nodes)? })
    }
}

impl Part {
    fn new(places: Vec<u32>, program: Program) -> Self {
        Part { places, side_by_side: 1, program, code: OnceLock::new() }
    }

    /// How much memory it needs.
    fn scratch(&self) -> usize {
        self.program.outputs() + self.program.scratch_len()
    }

    /// The same at several points, times being read as forcing: a block that stands for as many.
    fn at_points(&self) -> Result<Part, Error> {
        let count = Points::COUNT as u32;
        let source = |k: usize, source: Source| match source {
            Source::Time => Source::Forcing(k as u32),
            Source::State(i) => Source::State(i * count + k as u32),
            other => other,
        };
        let spread = |block: &Block| block.clone().spread(Points::COUNT, source, |k, place| place * count + k as u32);
        let blocks = self.program.blocks().iter().map(spread).collect();
        let program = program(blocks, self.program.outputs() * Points::COUNT)?;
        Ok(Part { side_by_side: Points::COUNT, ..Part::new(self.places.clone(), program) })
    }

    fn run(&self, inputs: &Inputs, values: &mut [f64], (scratch, runs): Room) {
        let make = || Native::compile(&[&self.program]).ok();
        match self.code.get().or_else(|| (runs == Runs::Native).then(|| self.code.get_or_init(make))) {
            Some(Some(code)) if runs == Runs::Native => code.run(0, inputs, values),
            _ => self.program.run_in_lanes(inputs, values, scratch),
        }
    }

    /// Adds `weight` times the values.
    fn add(&self, inputs: &Inputs, weight: f64, out: &mut [f64], (scratch, runs): Room) {
        let (values, scratch) = scratch.split_at_mut(self.program.outputs());
        self.run(inputs, values, (scratch, runs));
        let places = self.places.iter().map(|&place| place as usize);
        if self.side_by_side == 1 {
            for (place, value) in places.zip(values) {
                out[place] += weight * *value;
            }
        } else {
            let (out, values) = (out.as_chunks_mut::<{ Points::COUNT }>().0, values.as_chunks::<{ Points::COUNT }>().0);
            for (place, values) in places.zip(values) {
                for (out, value) in out[place].iter_mut().zip(values) {
                    *out += weight * value;
                }
            }
        }
    }
}

impl Slopes {
    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.by_parameter.iter().chain([&self.by_state])
    }

    /// Writes the derivative along a direction.
    pub fn run(
        &self,
        at: &Point,
        y: &[f64],
        along: &Along,
        out: &mut [f64],
        (scratch, runs): Room,
    ) -> Result<(), Reject> {
        let inputs = Inputs { forcing: along.state, history: &[along.t], ..inputs(at, y) };
        self.by_state.run(&inputs, out, (scratch, runs));
        for &(k, weight) in along.parameters {
            self.by_parameter.get(k).ok_or(NO_PARAMETER)?.add(&inputs, weight, out, (scratch, runs));
        }
        Ok(())
    }
}

const NO_PARAMETER: Reject =
    Reject::Abort("there is no parameter of this number: what is derived from others has none");

impl Sensitive {
    fn compile(system: &System) -> Result<Self, Error> {
        let mut arena = system.equations.graph.arena().clone();
        let mut slots = system.slots.clone();
        let along = directions(&mut arena, &mut slots, &system.states);
        let nodes = nodes(&system.terms, &system.slots, &mut arena, &system.shape);
        let events = &system.equations.events;
        let derived = Derived::closed(&system.places);
        let mut maker = Maker { arena: &mut arena, slots, along, parameters: &system.parameters, derived };
        let margins = system.switches.margins(maker.arena);
        let roots = events.iter().filter_map(|event| event.root.map(|(root, _)| root));
        let roots: Vec<NodeId> = roots.chain(margins).collect();
        let changes = events.iter().map(|event| event.changes.iter().map(|(_, amount)| *amount).collect::<Vec<_>>());
        let rhs = maker.by_parameter(&nodes.rhs)?;
        let mut sensitive = Sensitive {
            rhs_at_points: rhs.iter().map(Part::at_points).collect::<Result<_, _>>()?,
            rhs,
            jacobian_at_points: maker.values(&nodes.jacobian)?.at_points()?,
            jacobian: maker.slopes(&nodes.jacobian)?,
            time_derivative: maker.slopes(&nodes.time_derivative)?,
            roots: maker.slopes(&roots)?,
            scratch: 0,
            events: changes.map(|amounts| maker.slopes(&amounts)).collect::<Result<_, _>>()?,
        };
        let amounts = events.iter().map(|event| event.changes.len()).max().unwrap_or(0);
        sensitive.scratch = amounts + sensitive.parts().map(Part::scratch).max().unwrap_or(0);
        Ok(sensitive)
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        let slopes = [&self.jacobian, &self.time_derivative, &self.roots].into_iter().chain(&self.events);
        let at_points = self.rhs_at_points.iter().chain([&self.jacobian_at_points]);
        slopes.flat_map(Slopes::parts).chain(&self.rhs).chain(at_points)
    }

    /// Writes the derivative of the right-hand side by a parameter.
    pub fn rhs_by(&self, k: usize, at: &Point, y: &[f64], dfdp: &mut [f64], room: Room) -> Result<(), Reject> {
        dfdp.fill(0.0);
        self.rhs.get(k).ok_or(NO_PARAMETER)?.add(&inputs(at, y), 1.0, dfdp, room);
        Ok(())
    }

    /// Writes the Jacobian at several points.
    pub fn jacobian_at(&self, at: &Points, y: &[f64], values: &mut [f64], room: Room) {
        self.jacobian_at_points.run(&inputs_at(at, y), values, room);
    }

    /// Adds the derivative of the right-hand side by a parameter at several points.
    pub fn add_rhs_by(
        &self,
        (k, weight): (usize, f64),
        at: &Points,
        y: &[f64],
        dfdp: &mut [f64],
        room: Room,
    ) -> Result<(), Reject> {
        self.rhs_at_points.get(k).ok_or(NO_PARAMETER)?.add(&inputs_at(at, y), weight, dfdp, room);
        Ok(())
    }
}

/// Gives each part of a direction a symbol, and says which belongs to a state and to the time.
pub(super) fn directions(arena: &mut Arena, slots: &mut Vec<Slot>, states: &[Symbol]) -> HashMap<Node, NodeId> {
    let of_states = (0..).zip(states).map(|(i, state)| (Node::Symbol(*state), Slot::Along(i)));
    let all = of_states.chain([(Node::Time, Slot::AlongTime)]);
    all.map(|(leaf, slot)| {
        let symbol = arena.symbol(Symbol(slots.len() as u32));
        slots.push(slot);
        (leaf, symbol)
    })
    .collect()
}

fn inputs_at<'a>(at: &Points<'a>, y: &'a [f64]) -> Inputs<'a> {
    Inputs { state: y, parameter: at.parameters, mode: at.modes, forcing: at.t, ..Inputs::default() }
}

impl AtPoints for System {
    fn jacobians(&self, at: &Points, y: &[f64], values: &mut [f64], scratch: &mut [f64]) -> Result<(), Reject> {
        self.sensitive_for(at.modes)?.jacobian_at(at, y, values, (scratch, Runs::Tape));
        Ok(())
    }

    fn add_parameter_derivative(
        &self,
        at: &Points,
        y: &[f64],
        parameter: (usize, f64),
        dfdp: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        self.sensitive_for(at.modes)?.add_rhs_by(parameter, at, y, dfdp, (scratch, Runs::Tape))
    }
}

impl System {
    pub(super) fn sensitive(&self) -> Result<&Sensitive, Reject> {
        if self.delays() > 0 {
            return Err(Reject::Abort("there are no sensitivities of a network with delays"));
        }
        if !self.conditionals().is_empty() {
            return Err(Reject::Abort(
                "there are no sensitivities of a network with events that conditions set off: let root functions do so",
            ));
        }
        let sensitive = self.sensitive.get_or_init(|| Sensitive::compile(self).ok().map(Arc::new));
        sensitive
            .as_deref()
            .ok_or(Reject::Abort("internal error: a derivative cannot be compiled; please report the model"))
    }

    /// The same for a point with these modes.
    pub(super) fn sensitive_for(&self, modes: &[f64]) -> Result<&Sensitive, Reject> {
        self.check_modes(modes)?;
        self.sensitive()
    }

    /// The derivative of the state after an event along that of the state before.
    pub(super) fn set_off_along(
        &self,
        root: usize,
        at: &Point,
        y: &[f64],
        along: &Along,
        moved: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        moved.copy_from_slice(along.state);
        let Some(event) = self.event_of_root(root) else { return Ok(()) };
        let states = &self.events.all[event].states;
        let (amounts, scratch) = scratch.split_at_mut(states.len());
        self.sensitive()?.events[event].run(at, y, along, amounts, (scratch, Runs::Tape))?;
        for (&state, amount) in states.iter().zip(&*amounts) {
            moved[state as usize] = *amount;
        }
        Ok(())
    }
}
