//! What happens at instants, compiled.

use super::lower::{Derived, Slot, lower};
use super::{System, inputs};
use crate::error::Error;
use crate::expr::{Arena, NodeId, Symbol};
use crate::network::{Event, EventEquations};
use crate::program::Program;
use crate::solver::{After, Direction, Point};

/// An event as a program.
#[derive(Clone, Debug)]
pub(super) struct CompiledEvent {
    pub symbol: Symbol,
    /// The states that get new amounts.
    pub(super) states: Vec<u32>,
    /// Computes them, and after them the shortage where there is one.
    program: Program,
    /// By what new values are multiplied once they are put in place, where some are.
    sizes: Option<Program>,
    is_terminal: bool,
}

/// The events of a network, and the root functions that set some of them off.
#[derive(Clone, Debug, Default)]
pub(super) struct Events {
    pub all: Vec<CompiledEvent>,
    /// The event that each root function sets off, and which way it goes through zero.
    pub of_root: Vec<(usize, Direction)>,
}

impl Events {
    /// Events, and their root functions.
    pub fn compile(
        equations: &[EventEquations],
        arena: &mut Arena,
        slots: &[Slot],
        derived: &mut Derived,
    ) -> Result<(Self, Vec<NodeId>), Error> {
        let (mut events, mut roots) = (Events::default(), Vec::new());
        let one = arena.constant(1.0);
        for (i, event) in equations.iter().enumerate() {
            let nodes: Vec<_> = event.changes.iter().map(|(_, amount)| *amount).chain(event.shortage).collect();
            let state = |symbol: Symbol| match slots[symbol.0 as usize] {
                Slot::State(i) => Some(i),
                _ => None,
            };
            let sizes: Vec<NodeId> = event.sizes.iter().map(|size| size.unwrap_or(one)).collect();
            let has_sizes = event.sizes.iter().any(Option::is_some);
            let sizes = has_sizes.then(|| lower(arena, &sizes, slots, Some(derived))).transpose()?;
            events.all.push(CompiledEvent {
                sizes,
                symbol: event.event.into(),
                states: event.changes.iter().filter_map(|(symbol, _)| state(*symbol)).collect(),
                program: lower(arena, &nodes, slots, Some(derived))?,
                is_terminal: event.is_terminal,
            });
            if let Some((root, direction)) = event.root {
                events.of_root.push((i, direction));
                roots.push(root);
            }
        }
        Ok((events, roots))
    }

    /// How much scratch memory events need: new amounts beside what their programs use.
    pub fn scratch(&self) -> usize {
        let programs = self.all.iter().flat_map(|e| [Some(&e.program), e.sizes.as_ref()]).flatten();
        programs.map(|program| program.outputs() + program.scratch_len()).max().unwrap_or(0)
    }
}

impl System {
    /// The events of the network, in its order.
    pub fn events(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.events.all.iter().map(|event| event.symbol)
    }

    /// The number of an event.
    pub fn event_of(&self, event: Event) -> Option<usize> {
        self.events().position(|symbol| symbol == event.into())
    }

    /// Lets an event happen: changes the state; `scratch` is as long as the shape says. Whether less could happen than
    /// was asked for.
    ///
    /// # Panics
    /// Where there is no event of this number, or a slice is too short.
    pub fn occur(&self, event: usize, at: &Point, y: &mut [f64], scratch: &mut [f64]) -> bool {
        let values = self.new_values(event, at, y, scratch);
        self.put(event, values, y);
        values.get(self.states_of(event).len()).is_some_and(|shortage| *shortage != 0.0)
    }

    /// What an event is in the network.
    pub(crate) fn symbol_of(&self, event: usize) -> Symbol {
        self.events.all[event].symbol
    }

    /// The states that an event changes.
    pub(crate) fn states_of(&self, event: usize) -> &[u32] {
        &self.events.all[event].states
    }

    /// The values that an event gives to its states, and after them the shortage where there is one.
    pub(crate) fn new_values<'a>(&self, event: usize, at: &Point, y: &[f64], scratch: &'a mut [f64]) -> &'a [f64] {
        let program = &self.events.all[event].program;
        let (values, scratch) = scratch.split_at_mut(program.outputs());
        program.run(&inputs(at, y), values, scratch);
        values
    }

    /// Gives the states of an event these values, which are of when its condition turned true; `was` is the state before it
    /// comes.
    pub(crate) fn put_kept(
        &self,
        event: usize,
        (at, was): (&Point, &[f64]),
        values: &[f64],
        y: &mut [f64],
        scratch: &mut [f64],
    ) {
        let Some(sizes) = &self.events.all[event].sizes else { return self.put(event, values, y) };
        let (by, scratch) = scratch.split_at_mut(sizes.outputs());
        sizes.run(&inputs(at, was), by, scratch);
        by.iter_mut().zip(values).for_each(|(by, value)| *by *= value);
        self.put(event, by, y);
    }

    /// Gives the states of an event these values.
    pub(crate) fn put(&self, event: usize, values: &[f64], y: &mut [f64]) {
        for (&state, value) in self.states_of(event).iter().zip(values) {
            y[state as usize] = *value;
        }
    }

    /// The event that a root function sets off.
    pub fn event_of_root(&self, root: usize) -> Option<usize> {
        self.events.of_root.get(root).map(|(event, _)| *event)
    }

    /// What follows from a root function: the event, and whether the run ends.
    pub(super) fn set_off(&self, root: usize, at: &Point, y: &mut [f64], scratch: &mut [f64]) -> After {
        let Some(event) = self.event_of_root(root) else { return After::Unchanged };
        self.occur(event, at, y, scratch);
        if self.events.all[event].is_terminal { After::Terminal } else { After::Changed }
    }
}
