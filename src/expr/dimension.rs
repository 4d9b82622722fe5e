//! Dimensions of expressions.

use super::graph::Arena;
use super::{BinaryFunction, Expr, Function, Node, NodeId, Op, QuickMap, Symbol};
use crate::units::Dimension;

/// Two operands, and what they are, of which one cannot be added to the other, or compared with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Clash(pub [(NodeId, Dimension); 2]);

/// What is known of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A number that takes on the dimension of what stands beside it in a sum.
    Number,
    /// A quantity of this dimension.
    Known(Dimension),
    /// Anything: a number without a unit stands in a product of it.
    Unknown,
}

use Kind::{Known, Number, Unknown};

impl Expr<'_> {
    /// The dimension, where it is known; nothing where a number without a unit could bring any. `of` knows the dimension of
    /// what has a name, and has none for a number without a unit; the time has one of its own.
    ///
    /// A bare number adapts in sums and comparisons. In a product it may stand for a rate constant or a volume, so that
    /// nothing is known of the product; a whole power of a known quantity is known, and so is what `exp` and its kin give of
    /// it.
    pub(crate) fn dimension(self, of: &dyn Fn(Symbol) -> Option<Dimension>) -> Result<Option<Dimension>, Clash> {
        let arena = self.graph.arena();
        let mut kinds: QuickMap<NodeId, Kind> = QuickMap::default();
        for id in arena.reachable(&[self.id]) {
            let kind = kind(&arena, id, &kinds, of)?;
            kinds.insert(id, kind);
        }
        Ok(match kinds.get(&self.id) {
            Some(Known(dimension)) => Some(*dimension),
            _ => None,
        })
    }
}

fn kind(
    arena: &Arena,
    id: NodeId,
    kinds: &QuickMap<NodeId, Kind>,
    of: &dyn Fn(Symbol) -> Option<Dimension>,
) -> Result<Kind, Clash> {
    let (op, [a, b, c]) = match arena.node(id) {
        Node::Constant(_) => return Ok(Number),
        Node::Time => return Ok(Known(Dimension::TIME)),
        Node::Symbol(symbol) => return Ok(of(symbol).map_or(Unknown, Known)),
        Node::Apply(op, a, b, c) => (op, [a, b, c]),
    };
    let same = |a: NodeId, b: NodeId| match (kinds[&a], kinds[&b]) {
        (Known(x), Known(y)) if x != y => Err(Clash([(a, x), (b, y)])),
        (Known(x), _) | (_, Known(x)) => Ok(Known(x)),
        (Number, Number) => Ok(Number),
        _ => Ok(Unknown),
    };
    let product = |a: NodeId, b: NodeId, with: fn(Dimension, Dimension) -> Dimension| match (kinds[&a], kinds[&b]) {
        (Known(x), Known(y)) => Known(with(x, y)),
        // what the number is without stays without: 1 / x, -x
        (Number, Known(y)) if is_one(arena, a) => Known(with(Dimension::DIMENSIONLESS, y)),
        (Number, Number) => Number,
        _ => Unknown,
    };
    Ok(match op {
        Op::Add | Op::Sub => same(a, b)?,
        Op::Less | Op::LessEqual | Op::Equal => {
            same(a, b)?;
            Known(Dimension::DIMENSIONLESS)
        }
        Op::And | Op::Or | Op::Not => Known(Dimension::DIMENSIONLESS),
        Op::Mul => product(a, b, Dimension::mul),
        Op::Div => product(a, b, Dimension::div),
        Op::Fma => return Ok(Unknown), // compilers make it, nobody writes it
        Op::Neg | Op::Abs => kinds[&a],
        Op::Select => same(b, c)?,
        Op::Call(Function::Floor | Function::Ceil) => kinds[&a],
        Op::Call(Function::Sqrt) => match kinds[&a] {
            Known(Dimension::DIMENSIONLESS) => Known(Dimension::DIMENSIONLESS),
            Number => Number,
            _ => Unknown,
        },
        Op::Call2(BinaryFunction::Power) => match (kinds[&a], arena.node(b).constant()) {
            (Known(x), Some(n)) if n.fract() == 0.0 && n.abs() <= 100.0 => Known(x.pow(n as i32)),
            (Known(Dimension::DIMENSIONLESS), _) => Known(Dimension::DIMENSIONLESS),
            (Number, _) => Number,
            _ => Unknown,
        },
        Op::Call(_) | Op::Call2(_) => Known(Dimension::DIMENSIONLESS),
    })
}

fn is_one(arena: &Arena, id: NodeId) -> bool {
    arena.node(id).constant().is_some_and(|x| x.abs() == 1.0)
}
