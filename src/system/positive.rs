//! Species that the equations keep at zero or above.
//!
//! A system is quasi-positive in a component where its rate is not below zero as long as the component is zero and the others
//! are not below it; a solution that begins at zero or above then stays there (Haddad, Chellaboina & Hui, Nonnegative and
//! Compartmental Dynamical Systems, Princeton 2010, theorem 2.1). Intervals tell for which species that holds, each number being
//! what is written.

use super::compile::Term;
use super::initial::{Given, written};
use super::lower::Slot;
use crate::expr::{Arena, Node, NodeId, QuickMap, Symbol};
use crate::network::{EntityKind, Network, Range};
use crate::program::Interval;

/// The numbers of those states, ascending.
pub(super) fn kept_positive(
    network: &Network,
    (terms, mass): (&[Term], Option<&[f64]>),
    (arena, slots, states): (&Arena, &[Slot], &[Symbol]),
) -> Vec<usize> {
    let is_species = |symbol: &Symbol| matches!(network.entity(*symbol).kind, EntityKind::Species { .. });
    // what an equation gives does not move by rates
    let moves = |i: usize| mass.is_none_or(|mass| mass[i] != 0.0);
    let mut kept: Vec<bool> = (0..states.len()).map(|i| is_species(&states[i]) && moves(i)).collect();
    let parameter = |symbol: Symbol| match written(network, symbol) {
        Ok(Given::Amount(x) | Given::Concentration(x)) if x.is_finite() && x != 0.0 => Interval::point(x),
        // what is zero may be set to something
        Ok(Given::Amount(0.0)) => POSITIVE,
        _ => Interval::ALL,
    };
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); states.len()];
    for (t, term) in terms.iter().enumerate() {
        for symbol in arena.symbols(term.rate) {
            if let Slot::State(k) = slots[symbol.0 as usize] {
                readers[k as usize].push(t);
            }
        }
    }
    // what is assumed of the others has to hold for them, too: whoever reads one of which it does not is looked at again
    let mut open: Vec<usize> = (0..terms.len()).rev().collect();
    while let Some(t) = open.pop() {
        let Term { changes, rate } = &terms[t];
        for &(i, change) in changes {
            let value = |symbol: Symbol| match slots[symbol.0 as usize] {
                Slot::State(k) if k as usize == i => Interval::point(0.0),
                Slot::State(k) if kept[k as usize] || is_size(network, symbol) => POSITIVE,
                Slot::Parameter(_) => parameter(symbol),
                _ => Interval::ALL,
            };
            let is_held = || {
                let rate = bounds(arena, *rate, &value);
                if change > 0.0 { rate.low >= 0.0 } else { rate.high <= 0.0 }
            };
            if kept[i] && !is_held() {
                kept[i] = false;
                open.extend(&readers[i]);
            }
        }
    }
    (0..kept.len()).filter(|&i| kept[i]).collect()
}

/// From zero on.
const POSITIVE: Interval = Interval { low: 0.0, high: f64::INFINITY };

/// The size of a compartment is a state of its own where something changes it; nothing makes it negative.
fn is_size(network: &Network, symbol: Symbol) -> bool {
    matches!(network.entity(symbol).kind, EntityKind::Compartment { range: Range::Positive, .. })
}

/// Bounds of a node, given those of symbols.
fn bounds(arena: &Arena, root: NodeId, value: &dyn Fn(Symbol) -> Interval) -> Interval {
    let mut found: QuickMap<NodeId, Interval> = QuickMap::default();
    for id in arena.reachable(&[root]) {
        let bounds = match arena.node(id) {
            Node::Constant(bits) => Interval::point(f64::from_bits(bits)),
            Node::Time => POSITIVE,
            Node::Symbol(symbol) => value(symbol),
            Node::Apply(op, a, b, c) => Interval::apply(op, [a, b, c].map(|operand| found[&operand])),
        };
        found.insert(id, bounds);
    }
    found[&root]
}
