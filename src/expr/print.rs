//! Expressions as text.

use super::graph::{Arena, Node, NodeId, Symbol};
use super::{BinaryFunction, Op};
use std::collections::HashMap;

/// How tightly an operation binds; operands that bind less are put in brackets.
fn strength(op: Op) -> u8 {
    match op {
        Op::Or => 1,
        Op::And => 2,
        Op::Less | Op::LessEqual | Op::Equal => 3,
        Op::Add | Op::Sub => 4,
        Op::Mul | Op::Div => 5,
        Op::Neg => 6,
        Op::Call2(BinaryFunction::Power) => 7,
        _ => 9,
    }
}

/// The text of a node; [`super::parse`] reads it back to the same node.
pub(super) fn text(arena: &Arena, root: NodeId, name: &dyn Fn(Symbol) -> String) -> String {
    let mut texts: HashMap<NodeId, (String, u8)> = HashMap::new();
    for id in arena.reachable(&[root]) {
        let written = match arena.node(id) {
            Node::Constant(bits) => number(f64::from_bits(bits)),
            Node::Time => ("time".to_string(), 9),
            Node::Symbol(symbol) => (name(symbol), 9),
            Node::Apply(op, a, b, c) => operation(op, [a, b, c].map(|x| &texts[&x])),
        };
        texts.insert(id, written);
    }
    texts.remove(&root).map_or_else(String::new, |(text, _)| text)
}

fn number(x: f64) -> (String, u8) {
    // read back, these fold to the same numbers
    if x.is_nan() {
        return ("0 / 0".to_string(), strength(Op::Div));
    }
    if x.is_infinite() {
        return (if x > 0.0 { "1 / 0" } else { "-1 / 0" }.to_string(), strength(Op::Div));
    }
    let magnitude = x.abs();
    let plain = magnitude == 0.0 || (1e-4..1e15).contains(&magnitude);
    let text = if plain { format!("{x}") } else { format!("{x:e}") };
    (text, if x.is_sign_negative() { strength(Op::Neg) } else { 9 })
}

fn operation(op: Op, [a, b, c]: [&(String, u8); 3]) -> (String, u8) {
    let s = strength(op);
    let at_least = |(text, own): &(String, u8), least: u8| {
        if *own >= least { text.clone() } else { format!("({text})") }
    };
    // operators associate to the left: the right operand must bind more tightly
    let infix = |sign: &str| format!("{} {sign} {}", at_least(a, s), at_least(b, s + 1));
    let text = match op {
        Op::Neg => format!("-{}", at_least(a, s)),
        Op::Add => infix("+"),
        Op::Sub => infix("-"),
        Op::Mul => infix("*"),
        Op::Div => infix("/"),
        Op::Less => infix("<"),
        Op::LessEqual => infix("<="),
        Op::Equal => infix("=="),
        Op::And => infix("and"),
        Op::Or => infix("or"),
        Op::Call2(BinaryFunction::Power) => format!("{} ^ {}", at_least(a, s + 1), at_least(b, s + 1)),
        Op::Call2(BinaryFunction::Polygamma) => format!("polygamma({}, {})", a.0, b.0),
        Op::Fma => format!("fma({}, {}, {})", a.0, b.0, c.0),
        Op::Select => format!("select({}, {}, {})", a.0, b.0, c.0),
        Op::Not => format!("not({})", a.0),
        Op::Abs => format!("abs({})", a.0),
        Op::Call(f) => format!("{}({})", super::parse::function_name(f), a.0),
    };
    (text, s)
}
