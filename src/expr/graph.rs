//! Nodes, each held once.

use super::{BinaryFunction, Expr, Op, QuickMap, QuickSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something with a name, known here by number only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

/// The place of a node in its graph. Operands stand before what is made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A number, by its bits.
    Constant(u64),
    /// The time.
    Time,
    /// Something with a name.
    Symbol(Symbol),
    /// An operation on operands; operations of fewer than three repeat the first.
    Apply(Op, NodeId, NodeId, NodeId),
}

impl Node {
    /// The value of a constant.
    pub fn constant(self) -> Option<f64> {
        match self {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Whether it is true or false, as 1 or 0.
    pub fn is_condition(self) -> bool {
        use Op::{And, Equal, Less, LessEqual, Not, Or};
        matches!(self, Node::Apply(Less | LessEqual | Equal | And | Or | Not, ..))
    }

    /// The operands; an operation of fewer than three repeats one.
    pub fn operands(self) -> impl Iterator<Item = NodeId> {
        let operands = match self {
            Node::Apply(_, a, b, c) => Some([a, b, c]),
            _ => None,
        };
        operands.into_iter().flatten()
    }
}

/// The nodes of a graph, to be changed by one hand at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    known: QuickMap<Node, NodeId>,
}

impl Arena {
    pub fn node(&self, id: NodeId) -> Node {
        self.nodes[id.index()]
    }

    pub fn intern(&mut self, node: Node) -> NodeId {
        let next = NodeId(self.nodes.len() as u32);
        let id = *self.known.entry(node).or_insert(next);
        if id == next {
            self.nodes.push(node);
        }
        id
    }

    pub fn symbol(&mut self, symbol: Symbol) -> NodeId {
        self.intern(Node::Symbol(symbol))
    }

    pub fn constant(&mut self, x: f64) -> NodeId {
        self.intern(Node::Constant(x.to_bits()))
    }

    /// The node for an operation, made simpler only where no bit of any value changes.
    pub fn apply(&mut self, op: Op, a: NodeId, b: NodeId, c: NodeId) -> NodeId {
        let (x, y) = (self.node(a).constant(), self.node(b).constant());
        let folded = match (op, x, y) {
            (Op::Neg, Some(x), _) => Some(-x),
            (Op::Add, Some(x), Some(y)) => Some(x + y),
            (Op::Sub, Some(x), Some(y)) => Some(x - y),
            (Op::Mul, Some(x), Some(y)) => Some(x * y),
            (Op::Div, Some(x), Some(y)) => Some(x / y),
            (Op::Less, Some(x), Some(y)) => Some(f64::from(x < y)),
            (Op::LessEqual, Some(x), Some(y)) => Some(f64::from(x <= y)),
            (Op::Equal, Some(x), Some(y)) => Some(f64::from(x == y)),
            _ => None,
        };
        if let Some(value) = folded {
            return self.constant(value);
        }
        let is = |value: Option<f64>, x: f64| value.is_some_and(|v| v.to_bits() == x.to_bits());
        match op {
            Op::Mul if is(x, 1.0) => return b,
            Op::Mul if is(x, -1.0) => return self.apply(Op::Neg, b, b, b),
            Op::Mul if is(y, -1.0) => return self.apply(Op::Neg, a, a, a),
            Op::Mul | Op::Div | Op::Call2(BinaryFunction::Power) if is(y, 1.0) => return a,
            Op::Sub if is(y, 0.0) => return a,
            Op::Select if x.is_some() => return if is(x, 0.0) || is(x, -0.0) { c } else { b },
            Op::Neg => {
                if let Node::Apply(Op::Neg, inner, ..) = self.node(a) {
                    return inner;
                }
            }
            _ => {}
        }
        // unused operands repeat the first, so that equal operations are equal nodes
        let (b, c) = match op {
            Op::Neg | Op::Abs | Op::Not | Op::Call(_) => (a, a),
            Op::Fma | Op::Select => (b, c),
            _ => (b, a),
        };
        self.intern(Node::Apply(op, a, b, c))
    }

    /// The nodes that `roots` are made of, themselves included, operands first.
    pub fn reachable(&self, roots: &[NodeId]) -> Vec<NodeId> {
        let mut seen = QuickSet::default();
        let mut open: Vec<NodeId> = roots.to_vec();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.node(id).operands());
            }
        }
        let mut ids: Vec<NodeId> = seen.into_iter().collect();
        ids.sort_unstable(); // operands have lower numbers
        ids
    }

    /// Copies what `root` is made of from another arena; `replace` may put a node of this arena in the
    /// place of a symbol.
    pub fn copy(
        &mut self,
        from: &Arena,
        root: NodeId,
        replace: &mut dyn FnMut(&mut Arena, Symbol) -> Option<NodeId>,
    ) -> NodeId {
        // depth first along operands, not by number: numbering must not depend on what was built before
        let mut done: QuickMap<NodeId, NodeId> = QuickMap::default();
        let mut open = vec![(root, false)];
        while let Some((id, ready)) = open.pop() {
            if done.contains_key(&id) {
                continue;
            }
            let node = from.node(id);
            let copied = match node {
                Node::Symbol(symbol) => replace(self, symbol).unwrap_or_else(|| self.intern(node)),
                Node::Apply(op, a, b, c) if ready => self.apply(op, done[&a], done[&b], done[&c]),
                Node::Apply(_, a, b, c) => {
                    open.push((id, true));
                    open.extend([(c, false), (b, false), (a, false)]);
                    continue;
                }
                _ => self.intern(node),
            };
            done.insert(id, copied);
        }
        done[&root]
    }

    /// The symbols that `root` contains, ascending.
    pub fn symbols(&self, root: NodeId) -> Vec<Symbol> {
        let mut symbols: Vec<Symbol> = self
            .reachable(&[root])
            .into_iter()
            .filter_map(|id| match self.node(id) {
                Node::Symbol(symbol) => Some(symbol),
                _ => None,
            })
            .collect();
        symbols.sort_unstable();
        symbols
    }
}

/// A set of nodes that share their common parts.
///
/// ```
/// use homeostat::expr::{Graph, Symbol};
/// let g = Graph::new();
/// let x = g.symbol(Symbol(0));
/// assert_eq!((x * x).id(), (x * x).id()); // built once
/// ```
#[derive(Debug, Default)]
pub struct Graph {
    arena: Mutex<Arena>,
}

impl Clone for Graph {
    fn clone(&self) -> Self {
        Graph { arena: Mutex::new(self.arena().clone()) }
    }
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Graph::default()
    }

    /// The nodes. A panic elsewhere cannot leave them half changed: a node is pushed in one move.
    pub(crate) fn arena(&self) -> MutexGuard<'_, Arena> {
        self.arena.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn expr(&self, id: NodeId) -> Expr<'_> {
        Expr { graph: self, id }
    }

    /// The node `id` of `from`, as a node of this graph.
    pub(super) fn adopt(&self, from: &Graph, id: NodeId) -> NodeId {
        if std::ptr::eq(self, from) {
            return id;
        }
        let source = from.arena().clone(); // never two locks at once
        self.arena().copy(&source, id, &mut |_, _| None)
    }

    /// A number.
    pub fn constant(&self, x: f64) -> Expr<'_> {
        let id = self.arena().constant(x);
        self.expr(id)
    }

    /// The time.
    pub fn time(&self) -> Expr<'_> {
        let id = self.arena().intern(Node::Time);
        self.expr(id)
    }

    /// Something with a name.
    pub fn symbol(&self, symbol: Symbol) -> Expr<'_> {
        let id = self.arena().intern(Node::Symbol(symbol));
        self.expr(id)
    }

    /// A node by its place, where there is one.
    pub fn get(&self, id: NodeId) -> Option<Expr<'_>> {
        (id.index() < self.arena().nodes.len()).then(|| self.expr(id))
    }
}
