//! Operators of MathML as nodes. Truth values are numbers, and any number but 0 is true.

use crate::expr::{Expr, Function, NodeId, Op, Symbol};
use crate::model::sbml::math::Operator;
use crate::network::Network;
use std::collections::HashSet;

/// An operator at work on nodes of the network, as many as it takes; `fixed` says what keeps its value.
pub(super) fn operator(net: &Network, operator: Operator, operands: &[NodeId], fixed: &HashSet<Symbol>) -> NodeId {
    let x: Vec<Expr> = operands.iter().map(|id| net.formula(*id)).collect();
    let stays = |x: Expr| net.graph().arena().symbols(x.id()).iter().all(|symbol| fixed.contains(symbol));
    let node = match x[..] {
        [a] => of_one(operator, a, &stays).or_else(|| of_many(net, operator, &x)),
        [a, b] => of_two(operator, a, b, &stays).or_else(|| of_many(net, operator, &x)),
        _ => of_many(net, operator, &x),
    };
    // what is left has the wrong number of operands, which the reader refuses
    node.unwrap_or_else(|| net.number(f64::NAN)).id()
}

fn of_many<'g>(net: &'g Network, operator: Operator, x: &[Expr<'g>]) -> Option<Expr<'g>> {
    use Operator::*;
    let fold = |empty: f64, with: fn(Expr<'g>, Expr<'g>) -> Expr<'g>| {
        x.iter().copied().reduce(with).unwrap_or_else(|| net.number(empty))
    };
    let chain = |holds: fn(Expr<'g>, Expr<'g>) -> Expr<'g>| {
        x.windows(2).map(|pair| holds(pair[0], pair[1])).reduce(|a, b| a.apply(Op::And, b, b))
    };
    Some(match operator {
        Plus => fold(0.0, |a, b| a + b),
        Times => fold(1.0, |a, b| a * b),
        Max => fold(f64::NAN, |a, b| a.max(b)),
        Min => fold(f64::NAN, |a, b| a.min(b)),
        And => truth(fold(1.0, |a, b| a.apply(Op::And, b, b))),
        Or => truth(fold(0.0, |a, b| a.apply(Op::Or, b, b))),
        Xor => truth(fold(0.0, |a, b| {
            let (either, both) = (a.apply(Op::Or, b, b), a.apply(Op::And, b, b));
            either.apply(Op::And, not(both), not(both))
        })),
        Eq => chain(|a, b| a.apply(Op::Equal, b, b))?,
        Lt => chain(|a, b| a.less(b))?,
        Gt => chain(|a, b| b.less(a))?,
        Leq => chain(|a, b| a.apply(Op::LessEqual, b, b))?,
        Geq => chain(|a, b| b.apply(Op::LessEqual, a, a))?,
        _ => return None,
    })
}

fn of_two<'g>(operator: Operator, a: Expr<'g>, b: Expr<'g>, stays: &dyn Fn(Expr) -> bool) -> Option<Expr<'g>> {
    Some(match operator {
        Operator::Minus => a - b,
        Operator::Divide => a / b,
        Operator::Power => power(a, b, stays),
        Operator::Root => match a.node().constant() {
            Some(2.0) => root(b, stays),
            _ => power(b, 1.0 / a, stays),
        },
        Operator::Log => match a.node().constant() {
            Some(10.0) => b.call(Function::Log10),
            _ => b.ln() / a.ln(),
        },
        Operator::Neq => not(a.apply(Op::Equal, b, b)),
        Operator::Implies => not(a).apply(Op::Or, b, b),
        Operator::Quotient => truncated(a / b),
        // with one rounding
        Operator::Rem => (-b).apply(Op::Fma, truncated(a / b), a),
        _ => return None,
    })
}

fn of_one<'g>(operator: Operator, a: Expr<'g>, stays: &dyn Fn(Expr) -> bool) -> Option<Expr<'g>> {
    use Operator::*;
    Some(match operator {
        Minus => -a,
        Abs => a.apply(Op::Abs, a, a),
        Not => not(a),
        Root => root(a, stays),
        Factorial => (a + 1.0).call(Function::Gamma),
        Log => a.call(Function::Log10),
        // of a reciprocal, and the reciprocal of one
        Sec | Csc | Cot | Sech | Csch | Coth => 1.0 / a.call(function(operator)?),
        Arcsec | Arccsc | Arccot | Arcsech | Arccsch | Arccoth => (1.0 / a).call(function(operator)?),
        _ => a.call(function(operator)?),
    })
}

/// The function of the table that an operator is, or that the operator of the reciprocal is.
fn function(operator: Operator) -> Option<Function> {
    use Operator::*;
    Some(match operator {
        Exp => Function::Exp,
        Ln => Function::Ln,
        Floor => Function::Floor,
        Ceiling => Function::Ceil,
        Sin | Csc => Function::Sin,
        Cos | Sec => Function::Cos,
        Tan | Cot => Function::Tan,
        Sinh | Csch => Function::Sinh,
        Cosh | Sech => Function::Cosh,
        Tanh | Coth => Function::Tanh,
        Arcsin | Arccsc => Function::Asin,
        Arccos | Arcsec => Function::Acos,
        Arctan | Arccot => Function::Atan,
        Arcsinh | Arccsch => Function::Asinh,
        Arccosh | Arcsech => Function::Acosh,
        Arctanh | Arccoth => Function::Atanh,
        _ => return None,
    })
}

fn not(a: Expr<'_>) -> Expr<'_> {
    a.apply(Op::Not, a, a)
}

/// 1 where it is not 0.
fn truth(a: Expr<'_>) -> Expr<'_> {
    match a.node() {
        node if node.is_condition() => a,
        node => match node.constant() {
            Some(x) => a.constant(f64::from(u8::from(x != 0.0))),
            None => not(not(a)),
        },
    }
}

/// The whole part, towards zero.
fn truncated(a: Expr<'_>) -> Expr<'_> {
    a.less(0.0).select(a.call(Function::Ceil), a.call(Function::Floor))
}

/// A real power. The table gives 0 for one of what is not positive: amounts fall below zero by as much as the tolerance,
/// and a rate must not end there. What stays has no such error, and no real power where it is negative.
fn power<'g>(a: Expr<'g>, b: Expr<'g>, stays: &dyn Fn(Expr) -> bool) -> Expr<'g> {
    let power = a.power(b);
    let is_whole = b.node().constant().is_some_and(|b| b == b.trunc());
    let is_positive = a.node().constant().is_some_and(|a| a > 0.0);
    if is_whole || is_positive || !(stays(a) && stays(b)) {
        return power;
    }
    let whole = b.call(Function::Floor).apply(Op::Equal, b, b);
    a.less(0.0).apply(Op::And, not(whole), whole).select(f64::NAN, power)
}

fn root<'g>(a: Expr<'g>, stays: &dyn Fn(Expr) -> bool) -> Expr<'g> {
    if stays(a) { a.less(0.0).select(f64::NAN, a.sqrt()) } else { a.sqrt() }
}
