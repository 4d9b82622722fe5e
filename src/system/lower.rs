//! Expressions to a flat program.

use crate::error::{Error, Problem};
use crate::expr::{Arena, Node, NodeId, QuickMap, QuickSet, Symbol};
use crate::linalg::Layout;
use crate::program::{Block, Instruction, Op, Program, Source};

/// Where the value of a symbol is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    State(u32),
    Parameter(u32),
    /// The frozen side of a switch.
    Mode(u32),
    /// A part of a direction in which the state moves.
    Along(u32),
    /// By how much the time moves in that direction.
    AlongTime,
    /// What is looked up in the past.
    Past(u32),
    /// A formula: no place of its own.
    Formula,
}

/// Subexpressions of parameters alone, computed beforehand: each gets a place after the parameters.
#[derive(Debug, Default)]
pub(super) struct Derived {
    /// How many parameters come first, and the next free place.
    first: u32,
    next: u32,
    places: QuickMap<NodeId, u32>,
    /// What has a place, in order.
    pub nodes: Vec<NodeId>,
    /// Where each of them has it.
    scatter: Vec<u32>,
    /// What computes the places of instances.
    blocks: Vec<Block>,
    /// Whether parameters themselves get a place, too.
    takes_all: bool,
    /// Whether nothing gets a place that has none.
    is_closed: bool,
}

impl Derived {
    pub fn new(parameters: usize) -> Self {
        Derived { first: parameters as u32, next: parameters as u32, ..Derived::default() }
    }

    /// What an instance reads: whatever depends on parameters alone is numbered from 0 on.
    pub fn of_instance() -> Self {
        Derived { takes_all: true, ..Derived::default() }
    }

    /// What has a place already is read there; nothing else gets one.
    pub fn closed(places: &QuickMap<NodeId, u32>) -> Self {
        Derived { places: places.clone(), is_closed: true, ..Derived::default() }
    }

    /// The places given so far.
    pub fn places(&self) -> &QuickMap<NodeId, u32> {
        &self.places
    }

    pub fn place(&mut self, node: NodeId) -> u32 {
        let next = self.next;
        *self.places.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.scatter.push(next - self.first);
            self.next += 1;
            next
        })
    }

    /// Places for nodes of the first of so many instances and for what the others have there, instances side by side;
    /// `parameter` says what a parameter of the first instance is in the k-th.
    pub fn lay_out(
        &mut self,
        count: usize,
        nodes: &[NodeId],
        (arena, slots): (&Arena, &[Slot]),
        parameter: &dyn Fn(usize, u32) -> u32,
    ) -> Layout {
        let layout = Layout { first: (self.next - self.first) as usize, width: nodes.len(), count };
        let block = lower_block(arena, nodes, slots, None);
        let block = Block { scatter: (0..nodes.len()).map(|v| layout.place(0, v)).collect(), ..block };
        let source = |k: usize, source: Source| match source {
            Source::Parameter(i) => Source::Parameter(parameter(k, i)),
            other => other,
        };
        self.blocks.push(block.spread(count, source, |k, place| layout.moved(k, place).unwrap_or(place)));
        self.next += layout.len() as u32;
        Layout { first: layout.first + self.first as usize, ..layout }
    }

    /// The program that computes all places.
    ///
    /// # Errors
    /// As [`lower`].
    pub fn program(mut self, arena: &Arena, slots: &[Slot]) -> Result<Program, Error> {
        let rest = Block { scatter: self.scatter, ..lower_block(arena, &self.nodes, slots, None) };
        self.blocks.insert(0, rest);
        program(self.blocks, (self.next - self.first) as usize)
    }
}

/// A program that computes `roots`. With `derived`, whatever depends on parameters alone is not computed
/// but read from a place there.
///
/// # Errors
/// Where the lowering itself is at fault; a program that is not sound never runs.
pub(super) fn lower(
    arena: &Arena,
    roots: &[NodeId],
    slots: &[Slot],
    derived: Option<&mut Derived>,
) -> Result<Program, Error> {
    program(vec![lower_block(arena, roots, slots, derived)], roots.len())
}

/// As [`lower`], the block alone.
pub(super) fn lower_block(arena: &Arena, roots: &[NodeId], slots: &[Slot], derived: Option<&mut Derived>) -> Block {
    let mut lowering = Lowering::new(arena, slots, derived);
    let order = lowering.order(roots);
    lowering.block(&order, roots)
}

/// Blocks as a program.
pub(super) fn program(blocks: Vec<Block>, outputs: usize) -> Result<Program, Error> {
    Program::new(blocks, outputs).ok_or_else(|| internal("a program reads what it has not written"))
}

/// A fault of the library, not of the model.
pub(super) fn internal(what: &str) -> Error {
    Problem::error(["compile"], format!("internal error: {what}; please report the model")).into()
}

struct Lowering<'a> {
    arena: &'a Arena,
    slots: &'a [Slot],
    derived: Option<&'a mut Derived>,
    /// Whether a node depends on the time or on a state.
    moving: QuickMap<NodeId, bool>,
    register: QuickMap<NodeId, u32>,
}

impl<'a> Lowering<'a> {
    fn new(arena: &'a Arena, slots: &'a [Slot], derived: Option<&'a mut Derived>) -> Self {
        Lowering { arena, slots, derived, moving: QuickMap::default(), register: QuickMap::default() }
    }

    fn source(&self, node: Node) -> Option<Source> {
        match node {
            Node::Time => Some(Source::Time),
            Node::Symbol(Symbol(i)) => match self.slots[i as usize] {
                Slot::State(i) => Some(Source::State(i)),
                Slot::Parameter(i) => Some(Source::Parameter(i)),
                Slot::Mode(i) => Some(Source::Mode(i)),
                Slot::Along(i) => Some(Source::Forcing(i)),
                Slot::AlongTime => Some(Source::History(0)),
                Slot::Past(i) => Some(Source::History(i)),
                Slot::Formula => None, // formulas have been put in their places before
            },
            _ => None,
        }
    }

    /// The nodes to have in registers, operands first; operands of what is derived are left out.
    fn order(&mut self, roots: &[NodeId]) -> Vec<NodeId> {
        for id in self.arena.reachable(roots) {
            let node = self.arena.node(id);
            let moves = match node {
                Node::Apply(..) => node.operands().any(|x| self.moving[&x]),
                _ => !matches!(self.source(node), None | Some(Source::Parameter(_))),
            };
            self.moving.insert(id, moves);
        }
        let (mut order, mut seen) = (Vec::new(), QuickSet::default());
        let mut open: Vec<NodeId> = roots.to_vec();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                order.push(id);
                if !self.is_derived(id) {
                    open.extend(self.arena.node(id).operands());
                }
            }
        }
        order.sort_unstable();
        order
    }

    fn is_derived(&self, id: NodeId) -> bool {
        let Some(derived) = &self.derived else { return false };
        if derived.is_closed {
            return derived.places.contains_key(&id);
        }
        let is_taken = match self.arena.node(id) {
            Node::Apply(..) => true,
            Node::Symbol(_) => derived.takes_all,
            _ => false,
        };
        is_taken && !self.moving[&id]
    }

    fn block(&mut self, order: &[NodeId], roots: &[NodeId]) -> Block {
        let mut constants = Vec::new();
        for &id in order {
            if let Some(value) = self.arena.node(id).constant() {
                self.register.insert(id, constants.len() as u32);
                constants.push(value);
            }
        }
        let mut gather = Vec::new();
        for &id in order {
            let source = if self.is_derived(id) {
                self.derived.as_mut().map(|d| Source::Parameter(d.place(id)))
            } else {
                self.source(self.arena.node(id))
            };
            if let Some(source) = source {
                self.register.insert(id, (constants.len() + gather.len()) as u32);
                gather.push(source);
            }
        }
        let (code, registers) = self.code(order, roots, (constants.len() + gather.len()) as u32);
        let results: Vec<u32> = roots.iter().map(|id| self.register[id]).collect();
        let scatter = (0..roots.len() as u32).collect();
        Block { constants, gather, code, results, scatter, added: 0, instances: 1, registers: registers as usize }
    }

    /// The instructions; a register is used again once nothing reads its value any more.
    fn code(&mut self, order: &[NodeId], roots: &[NodeId], fixed: u32) -> (Vec<Instruction>, u32) {
        let computed = self.fused(order, roots);
        let mut last_use: QuickMap<NodeId, usize> = QuickMap::default();
        for (turn, (_, _, operands)) in computed.iter().enumerate() {
            last_use.extend(operands.map(|operand| (operand, turn)));
        }
        for root in roots {
            last_use.insert(*root, usize::MAX);
        }
        let (mut free, mut next, mut code) = (Vec::new(), fixed, Vec::with_capacity(computed.len()));
        for (turn, &(id, op, operands)) in computed.iter().enumerate() {
            let [a, b, c] = operands.map(|x| (x, self.register[&x]));
            let mut ended: Vec<u32> =
                [a, b, c].iter().filter(|(x, r)| *r >= fixed && last_use[x] == turn).map(|(_, r)| *r).collect();
            ended.sort_unstable();
            ended.dedup();
            free.append(&mut ended);
            let out = free.pop().unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            self.register.insert(id, out);
            code.push(Instruction { op, out, a: a.1, b: b.1, c: c.1 });
        }
        (code, next)
    }

    /// What has to be computed, each with its operation and operands: a product that only one sum takes is fused with it.
    fn fused(&self, order: &[NodeId], roots: &[NodeId]) -> Vec<(NodeId, Op, [NodeId; 3])> {
        let of_node = |id: &NodeId| match self.arena.node(*id) {
            Node::Apply(op, a, b, c) if !self.register.contains_key(id) => Some((*id, op, [a, b, c])),
            _ => None,
        };
        let mut computed: Vec<_> = order.iter().filter_map(of_node).collect();
        let mut uses: QuickMap<NodeId, usize> = QuickMap::default();
        // a sum has two operands, and repeats the first
        let operands = computed.iter().flat_map(|(_, op, all)| &all[..if *op == Op::Add { 2 } else { 3 }]).copied();
        operands.chain(roots.iter().copied()).for_each(|id| *uses.entry(id).or_default() += 1);
        let mut fused = QuickSet::default();
        for (_, op, operands) in computed.iter_mut().filter(|(_, op, _)| *op == Op::Add) {
            let [a, b, _] = *operands;
            let product = |id| of_node(&id).filter(|(_, op, _)| *op == Op::Mul && uses[&id] == 1);
            let found = product(b).map(|product| (product, a)).or_else(|| product(a).map(|product| (product, b)));
            if let Some(((id, _, [x, y, _]), other)) = found {
                (*op, *operands) = (Op::Fma, [x, y, other]);
                fused.insert(id);
            }
        }
        computed.retain(|(id, ..)| !fused.contains(id));
        computed
    }
}
