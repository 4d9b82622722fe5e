//! Kinks of rates: relations, `floor` and `ceil` that depend on the state or the time, each a switch that is frozen between
//! the times at which it turns, so that a step sees a smooth piece.
//!
//! In the rates a switch is a number of its own, a mode: 0 or 1 for a relation, an integer for `floor` and `ceil`. What logic
//! and `select` make of modes is computed where it stands. A switch holds as long as its margin, a root function, is not below
//! zero. Where its argument is zero to the bit the way in which the solution leaves tells the side, and where it does not
//! leave, the relation as it is written.

use super::delay::Delayed;
use super::lower::{Derived, Slot, lower};
use super::sensitive::directions;
use super::{System, inputs};
use crate::error::Error;
use crate::expr::{Arena, Function, Node, NodeId, Op, QuickMap, Symbol};
use crate::program::{Inputs, Program};
use crate::solver::{OdeSystem, Point, Reject};

/// A condition is not decided within so many times the size of what is compared.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// What a switch does with its argument: of a relation `b - a`, else what is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Less,
    LessEqual,
    Equal,
    Floor,
    Ceil,
}

impl Kind {
    fn of(op: Op) -> Option<Self> {
        Some(match op {
            Op::Less => Kind::Less,
            Op::LessEqual => Kind::LessEqual,
            Op::Equal => Kind::Equal,
            Op::Call(Function::Floor) => Kind::Floor,
            Op::Call(Function::Ceil) => Kind::Ceil,
            _ => return None,
        })
    }

    fn is_rounding(self) -> bool {
        matches!(self, Kind::Floor | Kind::Ceil)
    }

    /// The mode at an argument. Where that is on a boundary, `slope` tells which way it goes; where it does not move, what
    /// is written counts.
    pub fn mode(self, argument: f64, band: f64, slope: f64) -> f64 {
        let truth = |is_true| f64::from(u8::from(is_true));
        let leaves = self.is_on_boundary(argument, band) && slope != 0.0;
        let near = argument.round();
        match self {
            Kind::Less | Kind::LessEqual if leaves => truth(slope > 0.0),
            Kind::Equal if leaves => 0.0,
            Kind::Floor if leaves => near - truth(slope < 0.0),
            Kind::Ceil if leaves => near + truth(slope > 0.0),
            Kind::Less => truth(argument > 0.0),
            Kind::LessEqual => truth(argument >= 0.0),
            Kind::Equal => truth(argument == 0.0),
            Kind::Floor => argument.floor(),
            Kind::Ceil => argument.ceil(),
        }
    }

    /// Whether an argument is where the mode changes, but for rounding. A margin is twice as wide, so that none of a switch that
    /// has turned is there still.
    fn is_on_boundary(self, argument: f64, band: f64) -> bool {
        let from = if self.is_rounding() { argument - argument.round() } else { argument };
        from.abs() <= 0.5 * band
    }

    /// What is not below zero as long as the mode holds: `band` is what rounding leaves open.
    fn margin(self, arena: &mut Arena, mode: NodeId, argument: NodeId, band: NodeId) -> NodeId {
        let one = arena.constant(1.0);
        let (low, high) = match self {
            Kind::Less | Kind::LessEqual => {
                let negative = arena.apply(Op::Neg, argument, argument, argument);
                let beyond = arena.apply(Op::Select, mode, argument, negative);
                return arena.binary(Op::Add, beyond, band);
            }
            Kind::Equal => {
                let size = arena.apply(Op::Abs, argument, argument, argument);
                let negative = arena.apply(Op::Neg, size, size, size);
                return arena.apply(Op::Select, mode, negative, one);
            }
            Kind::Floor => (mode, arena.binary(Op::Add, mode, one)),
            Kind::Ceil => (arena.binary(Op::Sub, mode, one), mode),
        };
        let sides = [(argument, low), (high, argument)].map(|(a, b)| {
            let within = arena.binary(Op::Sub, a, b);
            arena.binary(Op::Add, within, band)
        });
        arena.binary(Op::Mul, sides[0], sides[1])
    }

    /// What rounding leaves open of an argument.
    fn band(self, arena: &mut Arena, argument: NodeId) -> NodeId {
        if self == Kind::Equal {
            return arena.constant(0.0);
        }
        let (part, size) = (arena.constant(ROUNDING), size(arena, argument));
        arena.binary(Op::Mul, part, size)
    }
}

/// The size of the numbers that a node is made of: differences have the rounding of what they are taken of.
fn size(arena: &mut Arena, node: NodeId) -> NodeId {
    let mut sizes: QuickMap<NodeId, NodeId> = QuickMap::default();
    for id in arena.reachable(&[node]) {
        let size = match arena.node(id) {
            Node::Apply(Op::Add | Op::Sub, a, b, _) => arena.binary(Op::Add, sizes[&a], sizes[&b]),
            Node::Apply(op @ (Op::Mul | Op::Div), a, b, _) => {
                let by = if op == Op::Mul { sizes[&b] } else { arena.apply(Op::Abs, b, b, b) };
                arena.binary(op, sizes[&a], by)
            }
            Node::Apply(Op::Neg, a, ..) => sizes[&a],
            Node::Apply(Op::Select, a, b, c) => arena.apply(Op::Select, a, sizes[&b], sizes[&c]),
            Node::Constant(bits) => arena.constant(f64::from_bits(bits).abs()),
            _ => arena.apply(Op::Abs, id, id, id),
        };
        sizes.insert(id, size);
    }
    sizes[&node]
}

/// A switch.
#[derive(Clone, Debug)]
pub(super) struct Switch {
    pub kind: Kind,
    /// What it stands for in the equations, and its argument, in which other switches are frozen.
    pub node: NodeId,
    pub argument: NodeId,
    /// Its mode.
    pub mode: NodeId,
}

/// The switches of a system, and the programs that set them.
#[derive(Clone, Debug, Default)]
pub(super) struct Switches {
    pub all: Vec<Switch>,
    /// All root functions, then the arguments, then their bands.
    pub arguments: Program,
    /// Of the arguments, along a direction.
    slopes: Program,
    /// Whether the time stands in an argument.
    is_timed: bool,
}

impl Switches {
    /// Puts modes in the place of what switches in these rates. Each mode is a symbol with a slot of its own.
    pub fn freeze(arena: &mut Arena, slots: &mut Vec<Slot>, rates: &mut [&mut NodeId]) -> Self {
        let roots: Vec<NodeId> = rates.iter().map(|rate| **rate).collect();
        let mut freezer = Freezer { arena, slots, moves: QuickMap::default(), all: Vec::new() };
        let frozen = freezer.frozen(&roots);
        let all = freezer.all;
        rates.iter_mut().for_each(|rate| **rate = frozen[*rate]);
        let arguments: Vec<NodeId> = all.iter().map(|switch| switch.argument).collect();
        let is_timed = arena.reachable(&arguments).iter().any(|id| arena.node(*id) == Node::Time);
        Switches { all, is_timed, ..Switches::default() }
    }

    /// Compiles what sets them, given all root functions.
    pub fn compile(
        self,
        roots: &[NodeId],
        (arena, slots, states): (&mut Arena, &[Slot], &[Symbol]),
        delayed: &Delayed,
        derived: &mut Derived,
    ) -> Result<Self, Error> {
        if self.all.is_empty() {
            return Ok(self);
        }
        let arguments: Vec<NodeId> = self.all.iter().map(|switch| switch.argument).collect();
        let mut with_direction = slots.to_vec();
        let along = directions(arena, &mut with_direction, states);
        let (zero, one) = (arena.constant(0.0), arena.constant(1.0));
        let along = |node| if node == Node::Time { Some(one) } else { along.get(&node).copied() };
        let past = delayed.along(arena, &along);
        let seed = |node| past.get(&node).copied().or_else(|| along(node));
        let slopes: Vec<NodeId> = arguments.iter().map(|&node| arena.tangent(node, &seed).unwrap_or(zero)).collect();
        // beside the root functions, so that both have the same bits: which product is fused depends on what else there is
        let bands: Vec<NodeId> = self.all.iter().map(|switch| switch.kind.band(arena, switch.argument)).collect();
        let beside = [roots, &arguments, &bands].concat();
        Ok(Switches {
            arguments: lower(arena, &beside, slots, Some(derived))?,
            slopes: lower(arena, &slopes, &with_direction, Some(derived))?,
            ..self
        })
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The functions that are not below zero as long as the modes hold.
    pub fn margins(&self, arena: &mut Arena) -> Vec<NodeId> {
        let margin = |switch: &Switch| {
            let band = switch.kind.band(arena, switch.argument);
            switch.kind.margin(arena, switch.mode, switch.argument, band)
        };
        self.all.iter().map(margin).collect()
    }

    /// How much scratch memory they need, beside that of a right-hand side of so many states.
    pub fn scratch(&self, rhs: usize, n: usize) -> usize {
        let programs = self.arguments.scratch_len().max(self.slopes.scratch_len()).max(rhs);
        if self.all.is_empty() { 0 } else { self.arguments.outputs() + 2 * self.len() + n + programs }
    }
}

/// Finds what switches, operands first, so that what a switch depends on is frozen before it.
struct Freezer<'a> {
    arena: &'a mut Arena,
    slots: &'a mut Vec<Slot>,
    /// Whether a node changes while modes do not.
    moves: QuickMap<NodeId, bool>,
    all: Vec<Switch>,
}

impl Freezer<'_> {
    /// What stands in the place of each node that these are made of.
    fn frozen(&mut self, roots: &[NodeId]) -> QuickMap<NodeId, NodeId> {
        let mut done: QuickMap<NodeId, NodeId> = QuickMap::default();
        for id in self.arena.reachable(roots) {
            let frozen = match self.arena.node(id) {
                Node::Apply(op, a, b, c) => {
                    let [a, b, c] = [a, b, c].map(|operand| done[&operand]);
                    self.operation(id, op, [a, b, c])
                }
                _ => id,
            };
            done.insert(id, frozen);
        }
        done
    }

    fn operation(&mut self, id: NodeId, op: Op, [a, b, c]: [NodeId; 3]) -> NodeId {
        match (op, Kind::of(op)) {
            (_, Some(kind)) if kind.is_rounding() && self.moves(a) => self.switch(kind, id, a),
            (_, Some(kind)) if !kind.is_rounding() && (self.moves(a) || self.moves(b)) => {
                let argument = self.arena.binary(Op::Sub, b, a);
                self.switch(kind, id, argument)
            }
            (Op::And | Op::Or, _) => {
                let [of_a, of_b, _] = self.operands(id);
                let (a, b) = (self.truth(of_a, a), self.truth(of_b, b));
                self.arena.binary(op, a, b)
            }
            (Op::Not, _) => {
                let a = self.truth(self.operands(id)[0], a);
                self.arena.apply(op, a, a, a)
            }
            (Op::Select, _) => {
                let a = self.truth(self.operands(id)[0], a);
                self.arena.apply(op, a, b, c)
            }
            _ => self.arena.apply(op, a, b, c),
        }
    }

    fn operands(&self, id: NodeId) -> [NodeId; 3] {
        match self.arena.node(id) {
            Node::Apply(_, a, b, c) => [a, b, c],
            _ => [id; 3],
        }
    }

    /// A number taken for a condition is true where it is not zero; `of` is what it was before.
    fn truth(&mut self, of: NodeId, condition: NodeId) -> NodeId {
        if !self.moves(condition) {
            return condition;
        }
        let zero = self.arena.constant(0.0);
        let node = self.arena.binary(Op::Equal, of, zero);
        let mode = self.switch(Kind::Equal, node, condition);
        self.arena.apply(Op::Not, mode, mode, mode)
    }

    fn switch(&mut self, kind: Kind, node: NodeId, argument: NodeId) -> NodeId {
        if let Some(known) = self.all.iter().find(|switch| switch.kind == kind && switch.argument == argument) {
            return known.mode;
        }
        let mode = self.arena.symbol(Symbol(self.slots.len() as u32));
        self.slots.push(Slot::Mode(self.all.len() as u32));
        self.all.push(Switch { kind, node, argument, mode });
        mode
    }

    fn moves(&mut self, id: NodeId) -> bool {
        for part in self.arena.reachable(&[id]) {
            if !self.moves.contains_key(&part) {
                let node = self.arena.node(part);
                let moves = match node {
                    Node::Time => true,
                    Node::Symbol(symbol) => matches!(self.slots[symbol.0 as usize], Slot::State(_) | Slot::Past(_)),
                    Node::Apply(..) => node.operands().any(|operand| self.moves[&operand]),
                    Node::Constant(_) => false,
                };
                self.moves.insert(part, moves);
            }
        }
        self.moves[&id]
    }
}

impl System {
    /// The switches as they are at a time and a state: see [`OdeSystem::set_switches`].
    ///
    /// # Errors
    /// As there.
    pub fn modes(&self, t: f64, parameters: &[f64], y: &[f64]) -> Result<Vec<f64>, Reject> {
        let (mut modes, mut scratch) = (vec![0.0; self.shape().modes], vec![0.0; self.shape().scratch]);
        self.set_switches(&Point::new(t, parameters), y, &mut modes, &mut scratch)?;
        Ok(modes)
    }

    /// Whether a rate switches at times.
    pub(crate) fn switches_by_time(&self) -> bool {
        self.switches.is_timed
    }

    pub(super) fn set_modes(
        &self,
        at: &Point,
        y: &[f64],
        modes: &mut [f64],
        scratch: &mut [f64],
    ) -> Result<(), Reject> {
        let count = self.switches.len();
        if count == 0 {
            return Ok(());
        }
        let (arguments, rest) = scratch.split_at_mut(self.switches.arguments.outputs());
        let (slopes, scratch) = rest.split_at_mut(count);
        slopes.fill(0.0);
        // what a switch depends on stands before it: each round settles at least one more, and once more with slopes
        for _ in 0..=count {
            self.follow_arguments(at, y, (arguments, slopes), modes, scratch);
            let (arguments, bands) = arguments[self.roots.outputs()..].split_at(count);
            let mut all = self.switches.all.iter().zip(arguments.iter().zip(bands));
            if !all.any(|(switch, (argument, band))| switch.kind.is_on_boundary(*argument, *band)) {
                return Ok(());
            }
            if !self.find_slopes(at, y, slopes, modes, scratch)? {
                return Ok(());
            }
        }
        // both sides lead back: to stay on the side reached last shows in the next step
        Ok(())
    }

    /// Modes by arguments, given slopes for those that are on a boundary.
    fn follow_arguments(
        &self,
        at: &Point,
        y: &[f64],
        (arguments, slopes): (&mut [f64], &[f64]),
        modes: &mut [f64],
        scratch: &mut [f64],
    ) {
        for _ in 0..=self.switches.len() {
            let frozen = at.with_modes(modes);
            self.switches.arguments.run(&inputs(&frozen, y), arguments, scratch);
            let (arguments, bands) = arguments[self.roots.outputs()..].split_at(self.switches.len());
            let mut is_changed = false;
            for (k, switch) in self.switches.all.iter().enumerate() {
                let mode = switch.kind.mode(arguments[k], bands[k], slopes[k]);
                is_changed |= mode.to_bits() != modes[k].to_bits();
                modes[k] = mode;
            }
            if !is_changed {
                break;
            }
        }
    }

    /// How arguments move along the solution; whether one has another sign than before.
    fn find_slopes(
        &self,
        at: &Point,
        y: &[f64],
        slopes: &mut [f64],
        modes: &[f64],
        scratch: &mut [f64],
    ) -> Result<bool, Reject> {
        let (rate, scratch) = scratch.split_at_mut(y.len());
        let (found, scratch) = scratch.split_at_mut(slopes.len());
        let frozen = at.with_modes(modes);
        self.rhs(&frozen, y, rate, scratch)?;
        let inputs = Inputs { forcing: rate, ..inputs(&frozen, y) };
        let sign = |slope: f64| i8::from(slope > 0.0) - i8::from(slope < 0.0);
        self.switches.slopes.run(&inputs, found, scratch);
        let is_changed = slopes.iter().zip(&*found).any(|(slope, found)| sign(*slope) != sign(*found));
        slopes.copy_from_slice(found);
        Ok(is_changed)
    }
}
