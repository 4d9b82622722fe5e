//! Events that a condition sets off, compiled: whether conditions hold, and by what their events come.
//!
//! Switches are frozen in conditions as they are in rates, so that the solver stops where one turns. Frozen on the sides that
//! the solution leaves to, a condition is as it is right after an instant; frozen on those that are written, as it is at the
//! instant itself.

use super::lower::{Derived, Slot, lower};
use super::switch::{Kind, Switch, Switches};
use super::{System, inputs};
use crate::error::Error;
use crate::expr::{Arena, Node, NodeId, Op};
use crate::network::{Condition, EventEquations};
use crate::program::{Inputs, Program};
use crate::solver::Point;

/// An event that comes where a condition turns true.
#[derive(Clone, Debug)]
pub(crate) struct Conditional {
    /// Its number among the events.
    pub event: usize,
    /// What the network says of it.
    pub condition: Condition,
    delay: Option<Program>,
    priority: Option<Program>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    all: Vec<Conditional>,
    /// 1 where each condition holds, given the modes of switches.
    truths: Program,
    /// Switches that turn at a time which is known beforehand.
    timed: Vec<usize>,
    /// For each of them its argument and the slope of that by the time, in which it is linear.
    lines: Program,
}

/// The conditions of events, each as a number that is 0 or 1.
pub(super) fn conditions(equations: &[EventEquations], arena: &mut Arena) -> Vec<NodeId> {
    let all = equations.iter().filter_map(|event| event.condition);
    all.map(|condition| {
        // a number taken for a condition turns where it becomes 0
        let not = arena.apply(Op::Not, condition.holds, condition.holds, condition.holds);
        arena.apply(Op::Not, not, not, not)
    })
    .collect()
}

impl Conditions {
    /// Compiles them, given conditions with switches frozen; `rests` tells of each state whether no rate moves it.
    pub fn compile(
        equations: &[EventEquations],
        (frozen, switches, rests): (&[NodeId], &Switches, &[bool]),
        (arena, slots): (&mut Arena, &[Slot]),
        derived: &mut Derived,
    ) -> Result<Self, Error> {
        if frozen.is_empty() {
            return Ok(Conditions::default());
        }
        let mut all = Vec::new();
        for (event, equations) in equations.iter().enumerate() {
            let Some(condition) = equations.condition else { continue };
            let mut program =
                |node: Option<NodeId>| node.map(|node| lower(arena, &[node], slots, Some(&mut *derived))).transpose();
            let (delay, priority) = (program(condition.delay)?, program(condition.priority)?);
            all.push(Conditional { event, condition, delay, priority });
        }
        let (mut timed, mut lines) = (Vec::new(), Vec::new());
        for (k, switch) in switches.all.iter().enumerate() {
            let is_read = frozen.iter().any(|node| arena.reachable(&[*node]).contains(&switch.mode));
            if let Some(slope) = is_read.then(|| slope_by_time(switch, arena, slots, rests)).flatten() {
                timed.push(k);
                lines.extend([switch.argument, slope]);
            }
        }
        Ok(Conditions {
            all,
            truths: lower(arena, frozen, slots, Some(derived))?,
            timed,
            lines: lower(arena, &lines, slots, Some(derived))?,
        })
    }

    /// How much scratch memory they need.
    pub fn scratch(&self) -> usize {
        let own = self.all.iter().flat_map(|one| [&one.delay, &one.priority]).flatten();
        own.chain([&self.truths, &self.lines]).map(|p| p.outputs() + p.scratch_len()).max().unwrap_or(0)
    }
}

/// The slope by time of the argument of a relation, where that is linear in the time and nothing else in it moves.
fn slope_by_time(switch: &Switch, arena: &mut Arena, slots: &[Slot], rests: &[bool]) -> Option<NodeId> {
    if matches!(switch.kind, Kind::Floor | Kind::Ceil) {
        return None;
    }
    let is_still = |slot: Slot| match slot {
        Slot::State(i) => rests[i as usize],
        Slot::Parameter(_) => true,
        _ => false,
    };
    if !arena.symbols(switch.argument).iter().all(|symbol| is_still(slots[symbol.0 as usize])) {
        return None;
    }
    let slope = arena.derivative(switch.argument, Node::Time)?;
    (!arena.reachable(&[slope]).iter().any(|id| arena.node(*id) == Node::Time)).then_some(slope)
}

/// The value of a program of one value.
fn value(program: &Program, inputs: &Inputs, scratch: &mut [f64]) -> f64 {
    let mut value = [0.0];
    program.run(inputs, &mut value, scratch);
    value[0]
}

impl System {
    /// The events that conditions set off, in the order of the network.
    pub(crate) fn conditionals(&self) -> &[Conditional] {
        &self.conditions.all
    }

    /// Whether each condition holds on these sides of switches.
    pub(crate) fn truths(&self, at: &Point, y: &[f64], holds: &mut [bool], scratch: &mut [f64]) {
        let (truths, scratch) = scratch.split_at_mut(self.conditions.truths.outputs());
        self.conditions.truths.run(&inputs(at, y), truths, scratch);
        for (holds, truth) in holds.iter_mut().zip(truths) {
            *holds = *truth != 0.0;
        }
    }

    /// How long an event is waited for once its condition has turned true; 0 where nothing is said.
    pub(crate) fn delay(&self, conditional: usize, at: &Point, y: &[f64], scratch: &mut [f64]) -> f64 {
        let delay = &self.conditions.all[conditional].delay;
        delay.as_ref().map_or(0.0, |delay| value(delay, &inputs(at, y), scratch))
    }

    /// Which of several events at one instant comes first: the one of the largest priority.
    pub(crate) fn priority(&self, conditional: usize, at: &Point, y: &[f64], scratch: &mut [f64]) -> Option<f64> {
        let priority = self.conditions.all[conditional].priority.as_ref()?;
        Some(value(priority, &inputs(at, y), scratch))
    }

    /// Tells of each switch that turns at a time known beforehand which it is, and when.
    pub(crate) fn turns_by_time(&self, at: &Point, y: &[f64], scratch: &mut [f64], tell: &mut dyn FnMut(usize, f64)) {
        let (lines, scratch) = scratch.split_at_mut(self.conditions.lines.outputs());
        // at 0 the argument is what is compared with the time, but for its sign: to the bit where the time stands alone
        self.conditions.lines.run(&Inputs { t: 0.0, ..inputs(at, y) }, lines, scratch);
        for (&switch, line) in self.conditions.timed.iter().zip(lines.chunks_exact(2)) {
            let time = -line[0] / line[1];
            if time.is_finite() {
                tell(switch, time);
            }
        }
    }

    /// The arguments of switches.
    pub(crate) fn arguments(&self, at: &Point, y: &[f64], arguments: &mut [f64], scratch: &mut [f64]) {
        let (found, scratch) = scratch.split_at_mut(self.switches.arguments.outputs());
        self.switches.arguments.run(&inputs(at, y), found, scratch);
        arguments.copy_from_slice(&found[self.roots.outputs()..][..self.switches.len()]);
    }

    /// Puts switches on the sides that are written, where their arguments are not to the bit what they were before; where
    /// nothing was before, all of them.
    pub(crate) fn follow_what_is_written(
        &self,
        at: &Point,
        y: &[f64],
        before: Option<&[f64]>,
        modes: &mut [f64],
        scratch: &mut [f64],
    ) {
        let (found, scratch) = scratch.split_at_mut(self.switches.arguments.outputs());
        // what a switch depends on stands before it: each round settles at least one more
        for _ in 0..=self.switches.len() {
            let at = at.with_modes(modes);
            self.switches.arguments.run(&inputs(&at, y), found, scratch);
            let (arguments, bands) = found[self.roots.outputs()..].split_at(self.switches.len());
            let mut is_changed = false;
            for (k, switch) in self.switches.all.iter().enumerate() {
                if before.is_some_and(|before| before[k].to_bits() == arguments[k].to_bits()) {
                    continue;
                }
                let mode = switch.kind.mode(arguments[k], bands[k], 0.0);
                is_changed |= mode.to_bits() != modes[k].to_bits();
                modes[k] = mode;
            }
            if !is_changed {
                break;
            }
        }
    }
}
