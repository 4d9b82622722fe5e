//! Root functions in which the time may turn to and fro within a step: bounds of them, by which their turns are found
//! however long a step is.

use super::lower::{Derived, Slot, lower};
use super::sensitive::directions;
use super::switch::Switches;
use crate::error::Error;
use crate::expr::{Arena, Node, NodeId, Op, QuickMap, Symbol};
use crate::program::{Function, Interval, Program, Stretch};

/// How a node depends on the time, all else standing still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Course {
    Still,
    Straight,
    Curved,
}

/// The root functions that the time curves, and what bounds them.
#[derive(Clone, Debug, Default)]
pub(super) struct Timed {
    /// Their numbers among all root functions.
    pub roots: Vec<usize>,
    /// Whether a state stands in one of them.
    pub reads_state: bool,
    /// Their values, then their slopes along the solution.
    program: Program,
    /// Whether each may jump, so that its slope does not tell all.
    jumps: Vec<bool>,
}

impl Timed {
    /// Compiles what bounds those of these root functions, of which the last are margins of switches.
    pub fn compile(
        roots: &[NodeId],
        switches: &Switches,
        (arena, slots, states): (&mut Arena, &[Slot], &[Symbol]),
        derived: &mut Derived,
    ) -> Result<Self, Error> {
        let events = roots.len() - switches.len();
        // what a switch is about is its argument: a margin may be a product of two
        let of_switches = switches.all.iter().map(|switch| switch.argument);
        let told: Vec<NodeId> = roots[..events].iter().copied().chain(of_switches).collect();
        let courses = courses(arena, &told);
        let timed: Vec<usize> = (0..roots.len()).filter(|&k| courses[&told[k]] == Course::Curved).collect();
        if timed.is_empty() {
            return Ok(Timed::default());
        }
        let mut with_direction = slots.to_vec();
        let along = directions(arena, &mut with_direction, states);
        let zero = arena.constant(0.0);
        let seed = |node| along.get(&node).copied();
        let mut nodes: Vec<NodeId> = timed.iter().map(|&k| roots[k]).collect();
        let jumps = nodes.iter().map(|&node| jumps(arena, slots, node)).collect();
        let is_state = |symbol: &Symbol| matches!(slots[symbol.0 as usize], Slot::State(_));
        let reads_state = nodes.iter().any(|&node| arena.symbols(node).iter().any(is_state));
        for k in 0..timed.len() {
            nodes.push(arena.tangent(nodes[k], &seed).unwrap_or(zero));
        }
        let program = lower(arena, &nodes, &with_direction, Some(derived))?;
        Ok(Timed { roots: timed, reads_state, program, jumps })
    }

    /// Bounds of each and of its slope over a stretch of time.
    pub fn bound(&self, over: &Stretch, bounds: &mut [[Interval; 2]], scratch: &mut Vec<Interval>) {
        let outputs = self.program.outputs();
        scratch.resize(scratch.len().max(outputs + self.program.scratch_len()), Interval::default());
        let (found, scratch) = scratch.split_at_mut(outputs);
        self.program.bound(over, found, scratch);
        let (values, slopes) = found.split_at(self.roots.len());
        for (k, bounds) in bounds.iter_mut().enumerate() {
            *bounds = [values[k], if self.jumps[k] { Interval::ALL } else { slopes[k] }];
        }
    }
}

/// How these nodes, and what they are made of, depend on the time.
fn courses(arena: &Arena, roots: &[NodeId]) -> QuickMap<NodeId, Course> {
    let mut courses: QuickMap<NodeId, Course> = QuickMap::default();
    for id in arena.reachable(roots) {
        let course = match arena.node(id) {
            Node::Time => Course::Straight,
            Node::Apply(op, a, b, c) => {
                let [a, b, c] = [a, b, c].map(|x| courses[&x]);
                let product = if a.min(b) == Course::Still { a.max(b) } else { Course::Curved };
                match op {
                    Op::Add | Op::Sub | Op::Neg => a.max(b),
                    Op::Mul => product,
                    Op::Fma => product.max(c),
                    Op::Div if b == Course::Still => a,
                    Op::Select if a == Course::Still => b.max(c),
                    _ if a.max(b).max(c) == Course::Still => Course::Still,
                    _ => Course::Curved,
                }
            }
            _ => Course::Still,
        };
        courses.insert(id, course);
    }
    courses
}

/// Whether a node may jump where the time and states do not. Modes are frozen: what stands on them alone stays.
fn jumps(arena: &Arena, slots: &[Slot], node: NodeId) -> bool {
    let mut moves: QuickMap<NodeId, bool> = QuickMap::default();
    let mut any = false;
    for id in arena.reachable(&[node]) {
        let node = arena.node(id);
        let is_moving = match node {
            Node::Time => true,
            Node::Symbol(symbol) => matches!(slots[symbol.0 as usize], Slot::State(_)),
            Node::Constant(_) => false,
            Node::Apply(op, a, ..) => {
                let all = node.operands().any(|operand| moves[&operand]);
                any |= match op {
                    Op::Select => moves[&a],
                    Op::Call(Function::Floor | Function::Ceil) => all,
                    Op::Less | Op::LessEqual | Op::Equal | Op::And | Op::Or | Op::Not => all,
                    _ => false,
                };
                all
            }
        };
        moves.insert(id, is_moving);
    }
    any
}
