//! Network to programs.

use super::System;
use super::delay::Delayed;
use super::event::Events;
use super::initial::Start;
use super::lower::{Derived, Slot, internal, lower, lower_block, program};
use super::positive::kept_positive;
use super::repeat::{Instances, Repetition};
use super::sensitive::Nodes;
use super::sums::Sums;
use super::switch::Switches;
use super::timed::Timed;
use super::trigger::{Conditions, conditions};
use crate::error::Error;
use crate::expr::{Arena, Node, NodeId, QuickMap, QuickSet, Symbol};
use crate::linalg::{Pattern, Template};
use crate::network::{EntityKind, Equations, Network, Process};
use crate::program::{Block, Program, Source};
use crate::solver::{Invariant, Shape};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Compiles a network; what repeats in it becomes instances of one piece of code, if that is asked for.
pub(super) fn compile(network: &Network, repeats: bool) -> Result<System, Error> {
    let equations = network.checked_equations()?;
    let states: Vec<Symbol> = network.all_states().collect();
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
    let delayed = Delayed::new(&equations.delays, arena, &mut slots);
    let mass = mass(&equations, &slots, states.len());
    let moves = |i: usize| mass.as_ref().is_none_or(|mass| mass[i] != 0.0);
    let term = |(process, rate): (Process, &NodeId)| {
        let changes = changes(network, process, &slots).into_iter().filter(|(i, _)| moves(*i)).collect();
        Term { changes, rate: *rate }
    };
    let mut terms: Vec<Term> = network.all_processes().zip(&equations.extents).map(term).collect();
    let is_moved =
        |(symbol, _): &&(Symbol, NodeId)| matches!(slots[symbol.0 as usize], Slot::State(i) if moves(i as usize));
    let beside = equations.rates.iter().filter(is_moved).chain(&equations.algebraic);
    terms.extend(beside.filter_map(|(symbol, rate)| match slots[symbol.0 as usize] {
        Slot::State(i) => Some(Term { changes: vec![(i as usize, 1.0)], rate: *rate }),
        _ => None,
    }));
    let mut frozen_conditions = conditions(&equations.events, arena);
    let rates = terms.iter_mut().map(|term| &mut term.rate);
    let mut frozen: Vec<&mut NodeId> = rates.chain(&mut frozen_conditions).collect();
    let switches = Switches::freeze(arena, &mut slots, &mut frozen);
    let repetition = if repeats && mass.is_none() && delayed.is_empty() {
        Repetition::find(arena, &terms, &slots, states.len())
    } else {
        Repetition::none(terms.len())
    };

    let mut derived = Derived::new(parameters.len());
    let parts = Parts::new(&repetition, &terms, (&slots, &delayed), arena, states.len());
    let pattern = parts.pattern()?;
    let [rhs, jacobian, time_derivative] = parts.programs(&pattern, &slots, arena, &mut derived)?;
    let (events, mut roots) = Events::compile(&equations.events, arena, &slots, &mut derived)?;
    let mut rests = vec![true; states.len()];
    terms.iter().flat_map(|term| &term.changes).for_each(|(i, _)| rests[*i] = false);
    let sides = (&frozen_conditions[..], &switches, &rests[..]);
    let conditions = Conditions::compile(&equations.events, sides, (arena, &slots), &mut derived)?;
    roots.extend(switches.margins(arena));
    let felt: Vec<NodeId> = terms.iter().map(|term| term.rate).chain(roots.iter().copied()).collect();
    let timed = Timed::compile(&roots, &switches, (arena, &slots, &states), &mut derived)?;
    let switches = switches.compile(&roots, (arena, &slots, &states), &delayed, &mut derived)?;
    let roots = lower(arena, &roots, &slots, Some(&mut derived))?;
    let delays = delayed.compile(&felt, (arena, &slots), &mut derived)?;
    let places = derived.places().clone();
    let derived = derived.program(arena, &slots)?;

    let (rhs, jacobian) = (Arc::new(rhs), Arc::new(jacobian));
    let programs = [&*rhs, &*jacobian, &time_derivative, &roots];
    let of_switches = switches.scratch(rhs.scratch_len(), states.len());
    let scratch = programs
        .iter()
        .map(|p| p.scratch_len())
        .chain([events.scratch(), conditions.scratch(), of_switches])
        .max()
        .unwrap_or(0)
        + delays.scratch(states.len());
    let invariants = network.conserved_sums().into_iter().map(|sum| {
        let terms = sum.terms.into_iter().filter_map(|(state, weight)| match slots[state.0 as usize] {
            Slot::State(i) => Some((i as usize, weight)),
            _ => None,
        });
        Invariant::new(terms)
    });
    let mut shape = Shape::new(pattern).with_invariants(invariants.collect()).with_scratch(scratch);
    shape = shape.with_roots(events.of_root.iter().map(|(_, direction)| *direction).collect());
    shape = shape.with_switches(switches.len());
    shape = shape.with_timed_roots(timed.roots.clone(), timed.reads_state);
    shape = shape.with_parameters(parameters.len() + derived.outputs());
    if delayed.is_empty() {
        shape = shape.with_programs(Arc::clone(&rhs), Arc::clone(&jacobian));
    }
    shape = shape.with_kept_positive(kept_positive(network, (&terms, mass.as_deref()), (arena, &slots, &states)));
    if parts.is_forced {
        shape = shape.forced();
    }
    if let Some(mass) = mass {
        shape = shape.with_mass(mass);
    }
    let is_size = |i: &usize| matches!(network.entity(states[*i]).kind, EntityKind::Compartment { .. });
    let sizes = (0..states.len()).filter(is_size).collect();
    let start = Start::compile(network, &equations, arena, &slots)?;
    let fast = network.fast_alone().map(|alone| System::compile(&alone).map(Arc::new)).transpose()?;
    drop(guard);
    let code = OnceLock::new();
    Ok(System {
        shape,
        rhs,
        jacobian,
        time_derivative,
        roots,
        timed,
        events,
        conditions,
        switches,
        delays,
        code,
        terms,
        sensitive: OnceLock::new(),
        derived,
        places,
        states,
        parameters,
        slots,
        equations,
        sizes,
        start,
        fast,
    })
}

/// The diagonal of the mass matrix: 0 for states that an equation determines; nothing where there are none.
fn mass(equations: &Equations, slots: &[Slot], n: usize) -> Option<Vec<f64>> {
    let mut mass = vec![1.0; n];
    for (symbol, _) in &equations.algebraic {
        if let Slot::State(i) = slots[symbol.0 as usize] {
            mass[i as usize] = 0.0;
        }
    }
    mass.contains(&0.0).then_some(mass)
}

/// The equations written out, whatever repeats in them: a node for each state and each entry of the Jacobian.
pub(super) fn nodes(terms: &[Term], slots: &[Slot], arena: &mut Arena, shape: &Shape) -> Nodes {
    let delayed = Delayed::default(); // there are no sensitivities of what has a past
    let (sums, zero) = (Sums::new(terms.iter(), (slots, &delayed), arena), arena.constant(0.0));
    let rows = |from: &BTreeMap<usize, NodeId>| (0..shape.n()).map(|i| from.get(&i).copied().unwrap_or(zero)).collect();
    let entries = shape.jacobian.entries().map(|at| sums.jacobian.get(&at).copied().unwrap_or(zero));
    Nodes {
        rhs: rows(&sums.rhs),
        jacobian: entries.collect(),
        time_derivative: if shape.is_forced { rows(&sums.by_time) } else { Vec::new() },
    }
}

/// What a process does to the states.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// The change of each state for one unit.
    pub changes: Vec<(usize, f64)>,
    pub rate: NodeId,
}

impl Term {
    /// The states that it reads or changes, ascending.
    pub fn touches(&self, arena: &Arena, slots: &[Slot]) -> Vec<usize> {
        let read = arena.symbols(self.rate).into_iter().filter_map(|symbol| match slots[symbol.0 as usize] {
            Slot::State(i) => Some(i as usize),
            _ => None,
        });
        let all: BTreeSet<usize> = read.chain(self.changes.iter().map(|(state, _)| *state)).collect();
        all.into_iter().collect()
    }
}

/// The equations in parts: those of the first instance of each group, and the rest.
struct Parts<'a> {
    groups: Vec<(&'a Instances, Sums)>,
    rest: Sums,
    /// Whether each state belongs to no instance.
    is_border: Vec<bool>,
    is_forced: bool,
}

impl<'a> Parts<'a> {
    fn new(
        repetition: &'a Repetition,
        terms: &[Term],
        named: (&[Slot], &Delayed),
        arena: &mut Arena,
        n: usize,
    ) -> Self {
        let of = |of_part: &[usize], arena: &mut Arena| Sums::new(of_part.iter().map(|&t| &terms[t]), named, arena);
        let first = repetition.groups.iter().flat_map(|group| &group.terms).chain(&repetition.rest);
        let rates: Vec<NodeId> = first.map(|&t| terms[t].rate).collect();
        let names_past =
            |id: NodeId| matches!(arena.node(id), Node::Symbol(s) if matches!(named.0[s.0 as usize], Slot::Past(_)));
        let is_forced = arena.reachable(&rates).iter().any(|id| arena.node(*id) == Node::Time || names_past(*id));
        let groups = repetition.groups.iter().map(|group| (group, of(&group.terms, arena))).collect();
        let rest = of(&repetition.rest, arena);
        let mut is_border = vec![true; n];
        repetition.groups.iter().flat_map(|group| &group.states).for_each(|&state| is_border[state] = false);
        Parts { groups, rest, is_border, is_forced }
    }

    /// Where the Jacobian has entries, and how they repeat.
    fn pattern(&self) -> Result<Pattern, Error> {
        let outside = || internal("an entry of the Jacobian lies outside");
        let mut entries: Vec<(usize, usize)> = self.rest.jacobian.keys().copied().collect();
        let n = self.is_border.len();
        let mut template = Template::new(n);
        for (instances, sums) in &self.groups {
            for k in 0..instances.count() {
                entries.extend(sums.jacobian.keys().map(|&(i, j)| (instances.moved(k, i), instances.moved(k, j))));
            }
            let all = instances.states.iter().map(|&state| state as u32).collect();
            template = template.with_group(instances.width, all).ok_or_else(outside)?;
        }
        let pattern = Pattern::new(n, entries).ok_or_else(outside)?;
        if self.groups.is_empty() {
            return Ok(pattern);
        }
        pattern.with_template(template).ok_or_else(|| internal("instances differ in where their Jacobian has entries"))
    }

    /// Right-hand side, Jacobian and df/dt: the rest first, then groups, which add to the border what is theirs.
    fn programs(
        &self,
        pattern: &Pattern,
        slots: &[Slot],
        arena: &mut Arena,
        derived: &mut Derived,
    ) -> Result<[Program; 3], Error> {
        let zero = arena.constant(0.0);
        let lowering = Lowered { pattern, slots, arena, zero };
        let mut blocks = self.rest(&lowering, derived).map(|block| vec![block]);
        for group in &self.groups {
            for (blocks, block) in blocks.iter_mut().zip(self.group(group, &lowering, derived)) {
                blocks.push(block);
            }
        }
        let [rhs, jacobian, time_derivative] = blocks;
        let time_derivative =
            if self.is_forced { program(time_derivative, self.is_border.len())? } else { Program::default() };
        Ok([program(rhs, self.is_border.len())?, program(jacobian, pattern.len())?, time_derivative])
    }

    /// The blocks of the rest: every state and entry of the border gets a value, if only 0.
    fn rest(&self, to: &Lowered<'_>, derived: &mut Derived) -> [Block; 3] {
        let border = (0..self.is_border.len()).filter(|&i| self.is_border[i]);
        let is_inner = |&(_, j): &(usize, usize)| self.is_border[j];
        let entries = border.clone().flat_map(|i| to.pattern.row(i).iter().map(move |&j| (i, j as usize)));
        let entries = entries.filter(is_inner).map(|at| {
            let root = self.rest.jacobian.get(&at).copied().unwrap_or(to.zero);
            (root, to.entry(at))
        });
        let by_time = if self.is_forced { to.rows(&self.rest.by_time, border.clone()) } else { Vec::new() };
        [to.rows(&self.rest.rhs, border), entries.collect(), by_time]
            .map(|stored| to.block(stored, Vec::new(), derived))
    }

    /// The blocks of a group.
    fn group(&self, (instances, sums): &(&Instances, Sums), to: &Lowered<'_>, derived: &mut Derived) -> [Block; 3] {
        let own = |from: &BTreeMap<usize, NodeId>| to.rows(from, instances.states[..instances.width].iter().copied());
        let added = |from: &BTreeMap<usize, NodeId>| -> Placed {
            from.iter().filter(|&(&i, _)| self.is_border[i]).map(|(&i, &root)| (root, i as u32)).collect()
        };
        let row = |k: usize, place: u32| instances.moved(k, place as usize) as u32;
        let entries: BTreeMap<u32, (usize, usize)> = sums.jacobian.keys().map(|&at| (to.entry(at), at)).collect();
        let entry = |k: usize, place: u32| match entries.get(&place) {
            Some(&(i, j)) => to.entry((instances.moved(k, i), instances.moved(k, j))),
            None => place,
        };
        let (of_border, inner): (Placed, Placed) =
            sums.jacobian.iter().map(|(&at, &root)| (root, to.entry(at))).partition(|(_, place)| {
                entries.get(place).is_some_and(|&(i, j)| self.is_border[i] && self.is_border[j])
            });
        let by_time = if self.is_forced { (own(&sums.by_time), added(&sums.by_time)) } else { Default::default() };
        let parts: [((Placed, Placed), Move<'_>); 3] =
            [((own(&sums.rhs), added(&sums.rhs)), &row), ((inner, of_border), &entry), (by_time, &row)];
        let mut read = Derived::of_instance();
        let blocks = parts.map(|((stored, added), place)| (to.block(stored, added, &mut read), place));
        let columns = columns(instances, &read.nodes, (to.arena, to.slots), derived);
        let source = |k: usize, source: Source| match source {
            Source::State(i) => Source::State(row(k, i)),
            Source::Mode(i) => Source::Mode(instances.moved_mode(k, i)),
            Source::Parameter(c) => Source::Parameter(columns[c as usize][k]),
            other => other,
        };
        blocks.map(|(block, place)| block.spread(instances.count(), source, place))
    }
}

/// What blocks are lowered with.
struct Lowered<'a> {
    pattern: &'a Pattern,
    slots: &'a [Slot],
    arena: &'a Arena,
    zero: NodeId,
}

impl Lowered<'_> {
    /// The place of an entry of the Jacobian.
    fn entry(&self, (i, j): (usize, usize)) -> u32 {
        self.pattern.position(i, j).map_or(u32::MAX, |e| e as u32)
    }

    /// What is said of each of these states, 0 where nothing is.
    fn rows(&self, sums: &BTreeMap<usize, NodeId>, states: impl Iterator<Item = usize>) -> Placed {
        states.map(|i| (sums.get(&i).copied().unwrap_or(self.zero), i as u32)).collect()
    }

    /// A block that stores values in their places, and adds others to theirs.
    fn block(&self, stored: Placed, added: Placed, derived: &mut Derived) -> Block {
        let count = added.len();
        let (roots, scatter): (Vec<NodeId>, Vec<u32>) = stored.into_iter().chain(added).unzip();
        let block = lower_block(self.arena, &roots, self.slots, Some(derived));
        Block { scatter, added: count, ..block }
    }
}

/// Roots with the places of their values.
type Placed = Vec<(NodeId, u32)>;
/// What a place of the first instance is in another one.
type Move<'a> = &'a dyn Fn(usize, u32) -> u32;

/// For each node that the first instance reads the places of what instances have there: one place where all have the same,
/// else instances side by side.
fn columns(
    instances: &Instances,
    nodes: &[NodeId],
    (arena, slots): (&Arena, &[Slot]),
    derived: &mut Derived,
) -> Vec<Vec<u32>> {
    let of_first = &instances.parameters[0];
    let is_shared = |at: usize| instances.parameters.iter().all(|of_instance| of_instance[at] == of_first[at]);
    let own: QuickSet<Symbol> =
        of_first.iter().enumerate().filter(|(at, _)| !is_shared(*at)).map(|(_, &symbol)| symbol).collect();
    let is_same: Vec<bool> =
        nodes.iter().map(|&node| !arena.symbols(node).iter().any(|symbol| own.contains(symbol))).collect();
    let moving: Vec<NodeId> = nodes.iter().zip(&is_same).filter(|(_, same)| !**same).map(|(&node, _)| node).collect();
    let slot = |symbol: Symbol| match slots[symbol.0 as usize] {
        Slot::Parameter(i) => i,
        _ => u32::MAX,
    };
    let places: QuickMap<u32, usize> = of_first.iter().map(|&symbol| slot(symbol)).zip(0..).collect();
    let parameter = |k: usize, i: u32| places.get(&i).map_or(i, |&at| slot(instances.parameters[k][at]));
    let layout = derived.lay_out(instances.count(), &moving, (arena, slots), &parameter);
    let mut next = 0..;
    let place = |(&node, is_same): (&NodeId, bool)| -> Vec<u32> {
        if is_same {
            return vec![derived.place(node); instances.count()];
        }
        let v = next.next().unwrap_or(0);
        (0..instances.count()).map(|k| layout.place(k, v)).collect()
    };
    nodes.iter().zip(is_same).map(place).collect()
}

/// The change of each state for one unit of a process, a species on both sides counted once.
pub(super) fn changes(network: &Network, process: Process, slots: &[Slot]) -> Vec<(usize, f64)> {
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
