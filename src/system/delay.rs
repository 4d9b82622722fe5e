//! Values of the past, compiled: of when they are, and what they are made of.
//!
//! In the rates each is a number that is looked up, beside the slope that its formula had then: so a derivative by the time or a
//! state goes through the delay, too. Who keeps the past ([`Point::past`]) gives values first, then slopes.

use super::lower::{Derived, Slot, lower};
use super::{System, inputs};
use crate::error::Error;
use crate::expr::{Arena, Node, NodeId, Op, QuickMap, Symbol};
use crate::network::DelayEquations;
use crate::program::Program;
use crate::solver::{OdeSystem, Point};

/// Values of the past as nodes, each after those that it names.
#[derive(Clone, Debug, Default)]
pub(super) struct Delayed {
    all: Vec<DelayEquations>,
    /// The slopes that their formulas had.
    slopes: Vec<NodeId>,
}

impl Delayed {
    /// Gives each a place for its value and one for its slope.
    pub fn new(all: &[DelayEquations], arena: &mut Arena, slots: &mut Vec<Slot>) -> Self {
        let count = all.len() as u32;
        let slopes = (0..count).map(|k| {
            slots[all[k as usize].symbol.0 as usize] = Slot::Past(k);
            slots.push(Slot::Past(count + k));
            arena.symbol(Symbol(slots.len() as u32 - 1))
        });
        Delayed { slopes: slopes.collect(), all: all.to_vec() }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How they move along a direction that `seed` gives: as what lies behind them did, at the time that is looked at.
    pub fn along(&self, arena: &mut Arena, seed: &dyn Fn(Node) -> Option<NodeId>) -> QuickMap<Node, NodeId> {
        let mut found: QuickMap<Node, NodeId> = QuickMap::default();
        for (delay, &slope) in self.all.iter().zip(&self.slopes) {
            let by = arena.tangent(delay.by, &|node| found.get(&node).copied().or_else(|| seed(node)));
            let moved = match (seed(Node::Time), by) {
                (Some(time), Some(by)) => arena.binary(Op::Sub, time, by),
                (Some(time), None) => time,
                (None, Some(by)) => arena.apply(Op::Neg, by, by, by),
                (None, None) => continue,
            };
            found.insert(Node::Symbol(delay.symbol), arena.binary(Op::Mul, slope, moved));
        }
        found
    }

    /// What a formula depends on by way of delays that are no constants, beside what it names.
    pub fn behind(&self, arena: &Arena, root: NodeId) -> Vec<Symbol> {
        let mut all: Vec<Symbol> = arena.symbols(root);
        let mut next = 0;
        while let Some(symbol) = all.get(next).copied() {
            next += 1;
            let Some(delay) = self.all.iter().find(|delay| delay.symbol == symbol) else { continue };
            let more = arena.symbols(delay.by).into_iter().filter(|s| !all.contains(s)).collect::<Vec<_>>();
            all.extend(more);
        }
        all
    }

    /// Which of them these formulas rest on, directly or by way of one another.
    fn behind_all(&self, arena: &Arena, roots: &[NodeId]) -> Vec<bool> {
        let mut named: Vec<Symbol> = roots.iter().flat_map(|root| arena.symbols(*root)).collect();
        let mut is_read = vec![false; self.all.len()];
        for (k, delay) in self.all.iter().enumerate().rev() {
            if named.contains(&delay.symbol) {
                is_read[k] = true;
                named.extend([delay.value, delay.before, delay.by].into_iter().flat_map(|node| arena.symbols(node)));
            }
        }
        is_read
    }

    /// Compiles them; `roots` are the rates and what sets events off.
    pub fn compile(
        &self,
        roots: &[NodeId],
        (arena, slots): (&Arena, &[Slot]),
        derived: &mut Derived,
    ) -> Result<Delays, Error> {
        let is_read = self.behind_all(arena, roots);
        let is_moving = |node: NodeId| {
            arena.reachable(&[node]).into_iter().any(|id| match arena.node(id) {
                Node::Time => true,
                Node::Symbol(symbol) => !matches!(slots[symbol.0 as usize], Slot::Parameter(_)),
                _ => false,
            })
        };
        let names = |node: NodeId| arena.symbols(node).iter().any(|s| self.all.iter().any(|delay| delay.symbol == *s));
        let mut all = Vec::new();
        for (&DelayEquations { value, before, by, .. }, is_felt) in self.all.iter().zip(is_read) {
            all.push(CompiledDelay {
                by: lower(arena, &[by], slots, Some(derived))?,
                value: lower(arena, &[value], slots, Some(derived))?,
                before: lower(arena, &[before], slots, Some(derived))?,
                is_constant: !is_moving(by),
                is_felt,
                has_deeper: names(value) || names(before),
            });
        }
        Ok(Delays { all })
    }
}

#[derive(Clone, Debug)]
struct CompiledDelay {
    by: Program,
    value: Program,
    before: Program,
    is_constant: bool,
    is_felt: bool,
    has_deeper: bool,
}

/// Values of the past as programs.
#[derive(Clone, Debug, Default)]
pub(super) struct Delays {
    all: Vec<CompiledDelay>,
}

impl Delays {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// How much scratch memory it takes to look them up, for so many states: at each depth a state and what it looks up itself.
    pub fn scratch(&self, n: usize) -> usize {
        let programs = self.all.iter().flat_map(|delay| [&delay.by, &delay.value, &delay.before]);
        let program = programs.map(Program::scratch_len).max().unwrap_or(0);
        if self.all.is_empty() { 0 } else { (self.len() + 1) * (n + 2 * self.len()) + program }
    }
}

impl System {
    /// How many values of the past it looks up. A point has twice as many numbers of the past: values, then slopes.
    pub(crate) fn delays(&self) -> usize {
        self.delays.len()
    }

    /// How much of the scratch memory is for looking up.
    pub(crate) fn delay_scratch(&self) -> usize {
        self.delays.scratch(self.shape().n())
    }

    /// How long ago the value number k is of; the point has those before it.
    pub(crate) fn delay_by(&self, k: usize, at: &Point, y: &[f64], scratch: &mut [f64]) -> f64 {
        value(&self.delays.all[k].by, at, y, scratch)
    }

    /// The formula of the value number k at a time, where the state was `y`.
    pub(crate) fn delayed_value(&self, k: usize, at: &Point, y: &[f64], scratch: &mut [f64]) -> f64 {
        let CompiledDelay { value: after, before, .. } = &self.delays.all[k];
        value(if at.t < 0.0 { before } else { after }, at, y, scratch)
    }

    /// Whether parameters alone say how long ago.
    pub(crate) fn has_constant_delay(&self, k: usize) -> bool {
        self.delays.all[k].is_constant
    }

    /// Whether a rate or what sets an event off rests on it: then its breaks are those of the solution.
    pub(crate) fn is_felt(&self, k: usize) -> bool {
        self.delays.all[k].is_felt
    }

    /// Whether the value is itself made of values of the past.
    pub(crate) fn has_deeper_delay(&self, k: usize) -> bool {
        self.delays.all[k].has_deeper
    }

    /// What the value number k is called in the network.
    pub(crate) fn delayed_symbol(&self, k: usize) -> Symbol {
        self.equations.delays[k].symbol
    }
}

fn value(program: &Program, at: &Point, y: &[f64], scratch: &mut [f64]) -> f64 {
    let mut value = [0.0];
    program.run(&inputs(at, y), &mut value, scratch);
    value[0]
}
