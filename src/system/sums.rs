//! Rates summed by state, with their derivatives.

use super::compile::Term;
use super::delay::Delayed;
use super::lower::Slot;
use crate::expr::{Arena, Node, NodeId, Op};
use std::collections::BTreeMap;

/// Rates summed by state.
#[derive(Default)]
pub(super) struct Sums {
    pub rhs: BTreeMap<usize, NodeId>,
    pub jacobian: BTreeMap<(usize, usize), NodeId>,
    /// df/dt.
    pub by_time: BTreeMap<usize, NodeId>,
}

impl Sums {
    pub fn new<'a>(
        terms: impl Iterator<Item = &'a Term>,
        (slots, delayed): (&[Slot], &Delayed),
        arena: &mut Arena,
    ) -> Self {
        let (mut sums, one) = (Sums::default(), arena.constant(1.0));
        for Term { changes, rate } in terms {
            for &(i, change) in changes {
                add(arena, &mut sums.rhs, i, change, *rate);
            }
            if let Some(slope) = slope(arena, *rate, Node::Time, one, delayed) {
                for &(i, change) in changes {
                    add(arena, &mut sums.by_time, i, change, slope);
                }
            }
            for symbol in delayed.behind(arena, *rate) {
                let Slot::State(j) = slots[symbol.0 as usize] else { continue };
                let Some(slope) = slope(arena, *rate, Node::Symbol(symbol), one, delayed) else { continue };
                for &(i, change) in changes {
                    add(arena, &mut sums.jacobian, (i, j as usize), change, slope);
                }
            }
        }
        sums
    }
}

/// The derivative of a rate by the time or a state.
fn slope(arena: &mut Arena, rate: NodeId, by: Node, one: NodeId, delayed: &Delayed) -> Option<NodeId> {
    let seed = |node: Node| (node == by).then_some(one);
    let moved = delayed.along(arena, &seed);
    arena.tangent(rate, &|node| moved.get(&node).copied().or_else(|| seed(node)))
}

/// Adds `change * term` to a sum, without multiplying by 1.
fn add<K: Ord + Copy>(arena: &mut Arena, sums: &mut BTreeMap<K, NodeId>, at: K, change: f64, term: NodeId) {
    let size = arena.constant(change.abs());
    let term = arena.binary(Op::Mul, size, term);
    let sum = match (sums.get(&at), change < 0.0) {
        (Some(&sum), false) => arena.binary(Op::Add, sum, term),
        (Some(&sum), true) => arena.binary(Op::Sub, sum, term),
        (None, false) => term,
        (None, true) => arena.apply(Op::Neg, term, term, term),
    };
    sums.insert(at, sum);
}
