//! Exact derivatives.

use super::graph::{Arena, Node, NodeId};
use super::{BinaryFunction, Function, Op, QuickMap, QuickSet};

impl Arena {
    /// The partial derivative of `root` by a leaf; nothing where the leaf does not occur. A part that does
    /// not contain the leaf has no derivative, so that no `0 * x` arises.
    pub fn derivative(&mut self, root: NodeId, by: Node) -> Option<NodeId> {
        let one = self.constant(1.0);
        self.tangent(root, &|node| (node == by).then_some(one))
    }

    /// The derivative of `root` along a direction: `seed` gives the part of the direction at each leaf that moves. Nothing
    /// where none of them occurs.
    pub fn tangent(&mut self, root: NodeId, seed: &dyn Fn(Node) -> Option<NodeId>) -> Option<NodeId> {
        let mut slopes: QuickMap<NodeId, NodeId> = QuickMap::default();
        // what may grow beyond all numbers
        let mut growing: QuickSet<NodeId> = QuickSet::default();
        for id in self.reachable(&[root]) {
            let node = self.node(id);
            let slope = match node {
                Node::Apply(op, a, b, c) => {
                    let [da, db, dc] = [a, b, c].map(|x| slopes.get(&x).copied());
                    if matches!(op, Op::Call(Function::Exp | Function::Sinh | Function::Cosh))
                        || [a, b, c].iter().any(|x| growing.contains(x))
                    {
                        growing.insert(id);
                    }
                    self.chain(id, op, [a, b, c], [da, db, dc], growing.contains(&b))
                }
                leaf => seed(leaf),
            };
            if let Some(slope) = slope {
                slopes.insert(id, slope);
            }
        }
        slopes.get(&root).copied()
    }

    /// The chain rule for one operation, given the derivatives of its operands, and whether the second may be infinite.
    fn chain(
        &mut self,
        id: NodeId,
        op: Op,
        operands: [NodeId; 3],
        slopes: [Option<NodeId>; 3],
        is_growing: bool,
    ) -> Option<NodeId> {
        let ([a, b, _], [da, db, dc]) = (operands, slopes);
        match op {
            Op::Neg => da.map(|da| self.unary(Op::Neg, da)),
            Op::Add => self.sum(da, db),
            Op::Sub => self.difference(da, db),
            Op::Mul => self.product([a, b], [da, db]),
            Op::Div => self.quotient(id, b, [da, db], is_growing),
            Op::Abs => {
                let da = da?;
                let (zero, minus) = (self.constant(0.0), self.unary(Op::Neg, da));
                let below = self.binary(Op::Less, a, zero);
                Some(self.apply(Op::Select, below, minus, da))
            }
            Op::Fma => {
                let product = self.product([a, b], [da, db]);
                self.sum(product, dc)
            }
            Op::Select => {
                if db.is_none() && dc.is_none() {
                    return None;
                }
                let zero = self.constant(0.0);
                Some(self.apply(Op::Select, a, db.unwrap_or(zero), dc.unwrap_or(zero)))
            }
            // piecewise constant; their jumps are the business of the switches
            Op::Less | Op::LessEqual | Op::Equal | Op::And | Op::Or | Op::Not => None,
            Op::Call(f) => {
                let da = da?;
                let outer = self.outer(id, f, a)?;
                Some(self.binary(Op::Mul, outer, da))
            }
            Op::Call2(BinaryFunction::Power) => {
                let left = da.map(|da| self.power_by_base(a, b, da));
                let right = db.map(|db| self.power_by_exponent(id, a, db));
                self.sum(left, right)
            }
            Op::Call2(BinaryFunction::Polygamma) => {
                // of the order there is no derivative: it is a number
                let (one, db) = (self.constant(1.0), db?);
                let next = self.binary(Op::Add, a, one);
                let outer = self.binary(Op::Call2(BinaryFunction::Polygamma), next, b);
                Some(self.binary(Op::Mul, outer, db))
            }
        }
    }

    /// (a/b)' = (a' - (a/b) b') / b. Where b is infinite, b' may be, too, and a/b is 0: so is its slope then.
    fn quotient(&mut self, id: NodeId, b: NodeId, [da, db]: [Option<NodeId>; 2], is_growing: bool) -> Option<NodeId> {
        let lost = db.map(|db| {
            let (lost, zero) = (self.binary(Op::Mul, id, db), self.constant(0.0));
            if is_growing { self.apply(Op::Select, id, lost, zero) } else { lost }
        });
        let top = self.difference(da, lost);
        top.map(|top| self.binary(Op::Div, top, b))
    }

    /// a' b + a b'
    fn product(&mut self, [a, b]: [NodeId; 2], [da, db]: [Option<NodeId>; 2]) -> Option<NodeId> {
        let left = da.map(|da| self.binary(Op::Mul, da, b));
        let right = db.map(|db| self.binary(Op::Mul, a, db));
        self.sum(left, right)
    }

    /// n a^(n-1) a', where n may be 0
    fn power_by_base(&mut self, a: NodeId, n: NodeId, da: NodeId) -> NodeId {
        let one = self.constant(1.0);
        let less = self.binary(Op::Sub, n, one);
        let power = self.binary(Op::Call2(BinaryFunction::Power), a, less);
        let mut outer = self.binary(Op::Mul, n, power);
        if self.node(n).constant().is_none_or(|n| n == 0.0) {
            // 0 a^-1 is NaN at a = 0
            let zero = self.constant(0.0);
            let flat = self.binary(Op::Equal, n, zero);
            outer = self.apply(Op::Select, flat, zero, outer);
        }
        self.binary(Op::Mul, outer, da)
    }

    /// a^n ln(a) n' where a is positive, else 0
    fn power_by_exponent(&mut self, power: NodeId, a: NodeId, dn: NodeId) -> NodeId {
        let zero = self.constant(0.0);
        let positive = self.binary(Op::Less, zero, a);
        let ln = self.unary(Op::Call(Function::Ln), a);
        let slope = self.binary(Op::Mul, power, ln);
        let slope = self.apply(Op::Select, positive, slope, zero);
        self.binary(Op::Mul, slope, dn)
    }

    /// f'(a), where `id` is f(a) itself.
    fn outer(&mut self, id: NodeId, f: Function, a: NodeId) -> Option<NodeId> {
        use Function::*;
        let one = self.constant(1.0);
        let square = |s: &mut Self, x| s.binary(Op::Mul, x, x);
        let over = |s: &mut Self, x| s.binary(Op::Div, one, x);
        let root = |s: &mut Self, x| s.unary(Op::Call(Sqrt), x);
        Some(match f {
            Sqrt => {
                let (zero, twice) = (self.constant(0.0), self.binary(Op::Add, id, id));
                let positive = self.binary(Op::Less, zero, a);
                let slope = over(self, twice);
                self.apply(Op::Select, positive, slope, zero)
            }
            Exp => id,
            Ln => over(self, a),
            Log10 => {
                let ten = self.constant(std::f64::consts::LN_10);
                let scaled = self.binary(Op::Mul, a, ten);
                over(self, scaled)
            }
            Sin => self.unary(Op::Call(Cos), a),
            Cos => {
                let sin = self.unary(Op::Call(Sin), a);
                self.unary(Op::Neg, sin)
            }
            Tan => {
                let s = square(self, id);
                self.binary(Op::Add, one, s)
            }
            Tanh => {
                let s = square(self, id);
                self.binary(Op::Sub, one, s)
            }
            Asin | Acos => {
                let s = square(self, a);
                let rest = self.binary(Op::Sub, one, s);
                let rest = root(self, rest);
                let slope = over(self, rest);
                if f == Asin { slope } else { self.unary(Op::Neg, slope) }
            }
            Atan => {
                let s = square(self, a);
                let s = self.binary(Op::Add, one, s);
                over(self, s)
            }
            Sinh => self.unary(Op::Call(Cosh), a),
            Cosh => self.unary(Op::Call(Sinh), a),
            Asinh | Acosh => {
                let s = square(self, a);
                let op = if f == Asinh { Op::Add } else { Op::Sub };
                let s = self.binary(op, s, one);
                let s = root(self, s);
                over(self, s)
            }
            Atanh => {
                let s = square(self, a);
                let s = self.binary(Op::Sub, one, s);
                over(self, s)
            }
            Gamma => {
                let order = self.constant(0.0);
                let slope = self.binary(Op::Call2(BinaryFunction::Polygamma), order, a);
                self.binary(Op::Mul, id, slope)
            }
            Floor | Ceil => return None,
        })
    }

    fn unary(&mut self, op: Op, a: NodeId) -> NodeId {
        self.apply(op, a, a, a)
    }

    pub(crate) fn binary(&mut self, op: Op, a: NodeId, b: NodeId) -> NodeId {
        self.apply(op, a, b, a)
    }

    /// The sum of what there is.
    pub(crate) fn sum(&mut self, a: Option<NodeId>, b: Option<NodeId>) -> Option<NodeId> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.binary(Op::Add, a, b)),
            (one, other) => one.or(other),
        }
    }

    fn difference(&mut self, a: Option<NodeId>, b: Option<NodeId>) -> Option<NodeId> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.binary(Op::Sub, a, b)),
            (None, Some(b)) => Some(self.unary(Op::Neg, b)),
            (a, None) => a,
        }
    }
}
