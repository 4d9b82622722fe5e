//! Expressions: what a rate is, before it becomes numbers.
//!
//! A [`Graph`] holds nodes, each once; an [`Expr`] is a node in its graph, small and `Copy`, so that a
//! rate law reads as in the textbook. A graph belongs to whoever made it: there is no table behind the
//! scenes. Nothing here reorders or cancels: an expression is computed as it is written, except that
//! constants are folded, `x * 1`, `x / 1`, `x - 0`, `x ^ 1` become `x`, and a choice whose condition is a constant becomes what
//! it chooses, which changes no bit.
//!
//! ```
//! use homeostat::expr::{Expr, Graph, Symbol};
//!
//! fn michaelis_menten<'g>(s: Expr<'g>, vmax: Expr<'g>, km: Expr<'g>) -> Expr<'g> {
//!     vmax * s / (km + s)
//! }
//!
//! let g = Graph::new();
//! let [s, vmax, km] = [0, 1, 2].map(|i| g.symbol(Symbol(i)));
//! let v = michaelis_menten(s, vmax, km);
//! let name = |symbol: Symbol| ["S", "Vmax", "Km"][symbol.0 as usize].to_string();
//! assert_eq!(v.text(&name), "Vmax * S / (Km + S)");
//! let slope = v.derivative(Symbol(0)).unwrap(); // exact
//! assert_eq!(slope.text(&name), "(Vmax - Vmax * S / (Km + S)) / (Km + S)");
//! assert!(v.derivative(Symbol(7)).is_none()); // does not occur
//! ```

mod derivative;
mod dimension;
mod graph;
mod hash;
mod parse;
mod print;

pub(crate) use dimension::Clash;
pub(crate) use graph::Arena;
pub use graph::{Graph, Node, NodeId, Symbol};
pub(crate) use hash::{QuickMap, QuickSet};
pub use parse::{ParseError, parse};

pub use crate::program::Direction;
pub(crate) use crate::program::{BinaryFunction, Function, Op};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A node in its graph.
///
/// Operators build new nodes in the graph of the left operand; an operand of another graph is copied in.
#[derive(Clone, Copy)]
pub struct Expr<'g> {
    graph: &'g Graph,
    id: NodeId,
}

impl<'g> Expr<'g> {
    /// The node.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What the node is; its operands are other nodes of the graph ([`Graph::get`]).
    ///
    /// ```
    /// use homeostat::expr::{Graph, Node, Symbol};
    /// let g = Graph::new();
    /// assert_eq!(g.symbol(Symbol(3)).node(), Node::Symbol(Symbol(3)));
    /// ```
    pub fn node(self) -> Node {
        self.graph.arena().node(self.id)
    }

    pub(crate) fn apply(self, op: Op, b: Expr<'g>, c: Expr<'g>) -> Expr<'g> {
        let [b, c] = [b, c].map(|x| self.graph.adopt(x.graph, x.id));
        self.graph.expr(self.graph.arena().apply(op, self.id, b, c))
    }

    pub(crate) fn constant(self, x: f64) -> Expr<'g> {
        self.graph.constant(x)
    }

    pub(crate) fn call(self, f: Function) -> Expr<'g> {
        self.apply(Op::Call(f), self, self)
    }

    /// The exact partial derivative, or nothing where the symbol does not occur.
    pub fn derivative(self, symbol: Symbol) -> Option<Expr<'g>> {
        let id = self.graph.arena().derivative(self.id, Node::Symbol(symbol))?;
        Some(self.graph.expr(id))
    }

    /// The exact partial derivative by the time, or nothing where the time does not occur.
    pub fn time_derivative(self) -> Option<Expr<'g>> {
        let id = self.graph.arena().derivative(self.id, Node::Time)?;
        Some(self.graph.expr(id))
    }

    /// The expression as text, symbols named by `name`.
    pub fn text(self, name: &dyn Fn(Symbol) -> String) -> String {
        print::text(&self.graph.arena(), self.id, name)
    }

    /// `self` to the power `n`; 0 where `self` is not positive and `n` is not an integer.
    ///
    /// ```
    /// let g = homeostat::expr::Graph::new();
    /// let x = g.symbol(homeostat::expr::Symbol(0));
    /// let name = |_| "x".to_string();
    /// assert_eq!(x.power(g.constant(4.0)).text(&name), "x ^ 4");
    /// assert_eq!(x.power(g.constant(1.0)).text(&name), "x");
    /// ```
    pub fn power(self, n: impl IntoExpr<'g>) -> Expr<'g> {
        let n = n.into_expr(self.graph);
        self.apply(Op::Call2(BinaryFunction::Power), n, n)
    }

    /// e to the power of `self`.
    pub fn exp(self) -> Expr<'g> {
        self.call(Function::Exp)
    }

    /// The natural logarithm.
    pub fn ln(self) -> Expr<'g> {
        self.call(Function::Ln)
    }

    /// The square root.
    pub fn sqrt(self) -> Expr<'g> {
        self.call(Function::Sqrt)
    }

    /// 1 where `self < other`, else 0.
    pub fn less(self, other: impl IntoExpr<'g>) -> Expr<'g> {
        let other = other.into_expr(self.graph);
        self.apply(Op::Less, other, other)
    }

    /// `yes` where `self` is not 0, else `no`.
    pub fn select(self, yes: impl IntoExpr<'g>, no: impl IntoExpr<'g>) -> Expr<'g> {
        let (yes, no) = (yes.into_expr(self.graph), no.into_expr(self.graph));
        self.apply(Op::Select, yes, no)
    }

    /// The smaller of the two.
    pub fn min(self, other: impl IntoExpr<'g>) -> Expr<'g> {
        let other = other.into_expr(self.graph);
        self.less(other).select(self, other)
    }

    /// The larger of the two.
    pub fn max(self, other: impl IntoExpr<'g>) -> Expr<'g> {
        let other = other.into_expr(self.graph);
        self.less(other).select(other, self)
    }
}

impl std::fmt::Debug for Expr<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(&|symbol| format!("s{}", symbol.0)))
    }
}

/// What can stand beside an expression: an expression or a number.
pub trait IntoExpr<'g> {
    /// As a node of `graph`.
    fn into_expr(self, graph: &'g Graph) -> Expr<'g>;
}

impl<'g> IntoExpr<'g> for Expr<'g> {
    fn into_expr(self, graph: &'g Graph) -> Expr<'g> {
        graph.expr(graph.adopt(self.graph, self.id))
    }
}

impl<'g> IntoExpr<'g> for f64 {
    fn into_expr(self, graph: &'g Graph) -> Expr<'g> {
        graph.constant(self)
    }
}

macro_rules! operator {
    ($($trait:ident $method:ident $op:expr;)*) => {$(
        impl<'g, T: IntoExpr<'g>> $trait<T> for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: T) -> Expr<'g> {
                let other = other.into_expr(self.graph);
                self.apply($op, other, other)
            }
        }
        impl<'g> $trait<Expr<'g>> for f64 {
            type Output = Expr<'g>;
            fn $method(self, other: Expr<'g>) -> Expr<'g> {
                other.constant(self).apply($op, other, other)
            }
        }
    )*};
}

operator! {
    Add add Op::Add;
    Sub sub Op::Sub;
    Mul mul Op::Mul;
    Div div Op::Div;
}

impl<'g> Neg for Expr<'g> {
    type Output = Expr<'g>;
    fn neg(self) -> Expr<'g> {
        self.apply(Op::Neg, self, self)
    }
}
