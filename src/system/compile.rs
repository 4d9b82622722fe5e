//! Network to programs.

use super::System;
use super::event::Events;
use super::lower::{Derived, Slot, internal, lower};
use super::sensitive::Nodes;
use crate::error::Error;
use crate::expr::{Arena, Node, NodeId, Op, Symbol};
use crate::linalg::Pattern;
use crate::network::{EntityKind, Network, Process};
use crate::solver::{Invariant, Shape};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

pub(super) fn compile(network: &Network) -> Result<System, Error> {
    network.checked()?;
    let equations = network.equations().map_err(Error::Input)?;
    let states: Vec<Symbol> = network.all_species().map(Symbol::from).collect();
    let parameters: Vec<Symbol> = network.all_parameters().collect();
    let mut slots = vec![Slot::Formula; network.entities().len()];
    for (i, s) in states.iter().enumerate() {
        slots[s.0 as usize] = Slot::State(i as u32);
    }
    for (i, p) in parameters.iter().enumerate() {
        slots[p.0 as usize] = Slot::Parameter(i as u32);
    }

    let mut guard = equations.graph.arena();
    let arena = &mut *guard;
    let sums = Sums::new(network, &equations.values, &states, &slots, arena);
    let mut derived = Derived::new(parameters.len());
    let rhs = lower(arena, &sums.rhs, &slots, Some(&mut derived))?;
    let entries: Vec<(usize, usize)> = sums.jacobian.keys().copied().collect();
    let roots: Vec<NodeId> = sums.jacobian.values().copied().collect();
    let jacobian = lower(arena, &roots, &slots, Some(&mut derived))?;
    let time_derivative = match &sums.time_derivative {
        Some(roots) => lower(arena, roots, &slots, Some(&mut derived))?,
        None => Default::default(),
    };
    let (events, roots) = Events::compile(&equations.events, arena, &slots, &mut derived)?;
    let derived = lower(arena, &derived.nodes, &slots, None)?;

    // entries ascend by row and column: pattern order is the order of the program's outputs
    let pattern =
        Pattern::new(states.len(), entries).ok_or_else(|| internal("an entry of the Jacobian lies outside"))?;
    let rhs = Arc::new(rhs);
    let programs = [&*rhs, &jacobian, &time_derivative, &roots];
    let scratch = programs.iter().map(|p| p.scratch_len()).chain([events.scratch()]).max().unwrap_or(0);
    let invariants = network.conserved_sums().into_iter().map(|sum| {
        let terms = sum.terms.into_iter().filter_map(|(species, weight)| match slots[species.0.0 as usize] {
            Slot::State(i) => Some((i as usize, weight)),
            _ => None,
        });
        Invariant::new(terms)
    });
    let mut shape = Shape::new(pattern).with_invariants(invariants.collect()).with_scratch(scratch);
    shape = shape.with_roots(events.of_root.iter().map(|(_, direction)| *direction).collect());
    shape = shape.with_parameters(parameters.len() + derived.outputs());
    shape = shape.with_program(Arc::clone(&rhs));
    if sums.time_derivative.is_some() {
        shape = shape.forced();
    }
    drop(guard);
    let nodes = Nodes {
        rhs: sums.rhs,
        jacobian: sums.jacobian.into_values().collect(),
        time_derivative: sums.time_derivative.unwrap_or_default(),
    };
    let code = OnceLock::new();
    Ok(System {
        shape,
        rhs,
        jacobian,
        time_derivative,
        roots,
        events,
        code,
        nodes,
        sensitive: OnceLock::new(),
        derived,
        states,
        parameters,
        slots,
        equations,
    })
}

/// Rates summed by state.
struct Sums {
    rhs: Vec<NodeId>,
    jacobian: BTreeMap<(usize, usize), NodeId>,
    /// df/dt, where the time occurs.
    time_derivative: Option<Vec<NodeId>>,
}

impl Sums {
    fn new(network: &Network, values: &[NodeId], states: &[Symbol], slots: &[Slot], arena: &mut Arena) -> Self {
        let mut rhs: Vec<Option<NodeId>> = vec![None; states.len()];
        let mut by_time = rhs.clone();
        let mut jacobian: BTreeMap<(usize, usize), Option<NodeId>> = BTreeMap::new();
        for process in network.all_processes() {
            let rate = values[process.0.0 as usize];
            let changes = changes(network, process, slots);
            for &(i, change) in &changes {
                rhs[i] = add(arena, rhs[i], change, rate);
            }
            if let Some(slope) = arena.derivative(rate, Node::Time) {
                for &(i, change) in &changes {
                    by_time[i] = add(arena, by_time[i], change, slope);
                }
            }
            for symbol in arena.symbols(rate) {
                let Slot::State(j) = slots[symbol.0 as usize] else { continue };
                let Some(slope) = arena.derivative(rate, Node::Symbol(symbol)) else { continue };
                for &(i, change) in &changes {
                    let entry = jacobian.entry((i, j as usize)).or_insert(None);
                    *entry = add(arena, *entry, change, slope);
                }
            }
        }
        let zero = arena.constant(0.0);
        // a comparison with the time has no derivative, and yet the system is forced
        let rates: Vec<NodeId> = network.all_processes().map(|p| values[p.0.0 as usize]).collect();
        let is_forced = arena.reachable(&rates).iter().any(|id| arena.node(*id) == Node::Time);
        Sums {
            rhs: rhs.into_iter().map(|x| x.unwrap_or(zero)).collect(),
            jacobian: jacobian.into_iter().filter_map(|(k, v)| Some((k, v?))).collect(),
            time_derivative: is_forced.then(|| by_time.into_iter().map(|x| x.unwrap_or(zero)).collect()),
        }
    }
}

/// The change of each state for one unit of a process, a species on both sides counted once.
fn changes(network: &Network, process: Process, slots: &[Slot]) -> Vec<(usize, f64)> {
    let mut changes: BTreeMap<usize, f64> = BTreeMap::new();
    if let EntityKind::Process { stoichiometry, .. } = &network.entity(process).kind {
        for (species, change) in stoichiometry {
            if let Slot::State(i) = slots[species.0.0 as usize] {
                *changes.entry(i as usize).or_insert(0.0) += change;
            }
        }
    }
    changes.into_iter().filter(|(_, change)| *change != 0.0).collect()
}

/// `sum + change * term`, without multiplying by 1.
fn add(arena: &mut Arena, sum: Option<NodeId>, change: f64, term: NodeId) -> Option<NodeId> {
    let size = arena.constant(change.abs());
    let term = arena.binary(Op::Mul, size, term);
    Some(match (sum, change < 0.0) {
        (Some(sum), false) => arena.binary(Op::Add, sum, term),
        (Some(sum), true) => arena.binary(Op::Sub, sum, term),
        (None, false) => term,
        (None, true) => arena.apply(Op::Neg, term, term, term),
    })
}
