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
        arena: &Arena,
        slots: &[Slot],
        derived: &mut Derived,
    ) -> Result<(Self, Vec<NodeId>), Error> {
        let (mut events, mut roots) = (Events::default(), Vec::new());
        for (i, event) in equations.iter().enumerate() {
            let nodes: Vec<_> = event.changes.iter().map(|(_, amount)| *amount).chain(event.shortage).collect();
            let state = |symbol: Symbol| match slots[symbol.0 as usize] {
                Slot::State(i) => Some(i),
                _ => None,
            };
            events.all.push(CompiledEvent {
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
        self.all.iter().map(|e| e.program.outputs() + e.program.scratch_len()).max().unwrap_or(0)
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
        let event = &self.events.all[event];
        let (values, scratch) = scratch.split_at_mut(event.program.outputs());
        event.program.run(&inputs(at, y), values, scratch);
        for (&state, value) in event.states.iter().zip(&*values) {
            y[state as usize] = *value;
        }
        values.get(event.states.len()).is_some_and(|shortage| *shortage != 0.0)
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
