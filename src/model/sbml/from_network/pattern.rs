//! The words of SBML for nodes, and for what several nodes say together.

use crate::expr::{Arena, BinaryFunction, Function, Node, NodeId, Op};
use crate::model::sbml::math::Operator;

/// What an operation is in SBML.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word {
    /// A number, made of numbers.
    Number(Operator),
    /// True or false, of numbers.
    Relation(Operator),
    /// True or false, of what is true or false.
    Logic(Operator),
    /// `a * b + c`.
    Fused,
    /// A condition, and what is chosen where it holds and where not.
    Choice,
    /// The factorial of what is less by 1.
    Gamma,
}

/// The word for a node and what it is made of; none for what stands for itself. Functions that Level 3 Version 1 does not
/// have are used where `newer` says so.
pub(super) fn word(arena: &Arena, id: NodeId, newer: bool) -> Option<(Word, Vec<NodeId>)> {
    use Operator::*;
    use Word::{Logic, Number, Relation};
    let (op, [a, b, c]) = apply(arena, id)?;
    Some(match op {
        Op::Neg => (Number(Minus), vec![a]),
        Op::Abs => (Number(Abs), vec![a]),
        Op::Add => (Number(Plus), vec![a, b]),
        Op::Sub => (Number(Minus), vec![a, b]),
        // a concentration is an amount times 1 / size
        Op::Mul => match reciprocal(arena, b) {
            Some(size) => (Number(Divide), vec![a, size]),
            None => (Number(Times), vec![a, b]),
        },
        Op::Div => (Number(Divide), vec![a, b]),
        Op::Fma => match remainder(arena, [a, b, c]).filter(|_| newer) {
            Some(of) => (Number(Rem), of),
            None => (Word::Fused, vec![a, b, c]),
        },
        Op::Select => match choice(arena, [a, b, c], newer) {
            Some((operator, of)) => (Number(operator), of),
            None => (Word::Choice, vec![a, b, c]),
        },
        Op::Less => (Relation(Lt), vec![a, b]),
        Op::LessEqual => (Relation(Leq), vec![a, b]),
        Op::Equal => (Relation(Eq), vec![a, b]),
        Op::And => (Logic(And), vec![a, b]),
        Op::Or => (Logic(Or), vec![a, b]),
        Op::Not => (Logic(Not), vec![a]),
        Op::Call(Function::Gamma) => match predecessor(arena, a) {
            Some(x) => (Number(Factorial), vec![x]),
            None => (Word::Gamma, vec![a]),
        },
        Op::Call(function) => (Number(operator(function)), vec![a]),
        Op::Call2(_) => (Number(Power), vec![a, b]),
    })
}

fn apply(arena: &Arena, id: NodeId) -> Option<(Op, [NodeId; 3])> {
    match arena.node(id) {
        Node::Apply(op, a, b, c) => Some((op, [a, b, c])),
        _ => None,
    }
}

fn is(arena: &Arena, id: NodeId, x: f64) -> bool {
    arena.node(id).constant() == Some(x)
}

/// The operator that a choice stands for: `min`, `max`, `abs`, `quotient`, and powers and roots that have no value below
/// zero.
fn choice(arena: &Arena, [condition, yes, no]: [NodeId; 3], newer: bool) -> Option<(Operator, Vec<NodeId>)> {
    let (holds, [a, b, _]) = apply(arena, condition)?;
    if holds == Op::And {
        return real_power(arena, [a, b, yes, no]);
    }
    if holds != Op::Less {
        return None;
    }
    let is_zero = is(arena, b, 0.0);
    match (apply(arena, yes), apply(arena, no)) {
        _ if newer && (yes, no) == (a, b) => Some((Operator::Min, vec![a, b])),
        _ if newer && (yes, no) == (b, a) => Some((Operator::Max, vec![a, b])),
        (Some((Op::Neg, [x, ..])), _) if is_zero && x == a && no == a => Some((Operator::Abs, vec![a])),
        (Some((Op::Call(Function::Ceil), [x, ..])), Some((Op::Call(Function::Floor), [y, ..])))
            if newer && is_zero && x == a && y == a =>
        {
            let (Op::Div, [over, under, _]) = apply(arena, a)? else { return None };
            Some((Operator::Quotient, vec![over, under]))
        }
        (_, Some((Op::Call(Function::Sqrt), [x, ..]))) if is_zero && x == a => {
            arena.node(yes).constant().filter(|yes| yes.is_nan())?;
            Some((Operator::Root, vec![a]))
        }
        _ => None,
    }
}

/// `a ^ b`, and no number where `a` is negative and `b` not whole.
fn real_power(arena: &Arena, [below, broken, yes, no]: [NodeId; 4]) -> Option<(Operator, Vec<NodeId>)> {
    let (Op::Call2(BinaryFunction::Power), [a, b, _]) = apply(arena, no)? else { return None };
    arena.node(yes).constant().filter(|yes| yes.is_nan())?;
    let (Op::Less, [x, zero, _]) = apply(arena, below)? else { return None };
    let (Op::Not, [whole, ..]) = apply(arena, broken)? else { return None };
    let (Op::Equal, [floor, y, _]) = apply(arena, whole)? else { return None };
    let (Op::Call(Function::Floor), [z, ..]) = apply(arena, floor)? else { return None };
    let fits = x == a && is(arena, zero, 0.0) && y == b && z == b;
    fits.then(|| (Operator::Power, vec![a, b]))
}

/// `a` and `b` of `rem(a, b)`, which is `a - b quotient(a, b)` with one rounding.
fn remainder(arena: &Arena, [minus, whole, a]: [NodeId; 3]) -> Option<Vec<NodeId>> {
    let (Op::Neg, [b, ..]) = apply(arena, minus)? else { return None };
    let (Op::Select, of) = apply(arena, whole)? else { return None };
    let (Operator::Quotient, of) = choice(arena, of, true)? else { return None };
    (of == [a, b]).then_some(of)
}

/// `x` of `1 / x`.
fn reciprocal(arena: &Arena, id: NodeId) -> Option<NodeId> {
    let (Op::Div, [one, x, _]) = apply(arena, id)? else { return None };
    is(arena, one, 1.0).then_some(x)
}

/// `x` of `x + 1`.
fn predecessor(arena: &Arena, id: NodeId) -> Option<NodeId> {
    let (Op::Add, [x, one, _]) = apply(arena, id)? else { return None };
    is(arena, one, 1.0).then_some(x)
}

fn operator(function: Function) -> Operator {
    use Operator::*;
    match function {
        Function::Sqrt => Root,
        Function::Exp => Exp,
        Function::Ln => Ln,
        Function::Log10 => Log,
        Function::Sin => Sin,
        Function::Cos => Cos,
        Function::Tan => Tan,
        Function::Asin => Arcsin,
        Function::Acos => Arccos,
        Function::Atan => Arctan,
        Function::Sinh => Sinh,
        Function::Cosh => Cosh,
        Function::Tanh => Tanh,
        Function::Asinh => Arcsinh,
        Function::Acosh => Arccosh,
        Function::Atanh => Arctanh,
        Function::Floor => Floor,
        Function::Ceil => Ceiling,
        Function::Gamma => Factorial,
    }
}
