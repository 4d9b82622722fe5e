//! Expressions over complex numbers: a second evaluation, and the base of complex-step derivatives.

use homeostat::expr::{Expr, Graph, Node, NodeId};
use homeostat::program::{BinaryFunction, Function, Op};
use nalgebra::Complex;
use std::collections::HashMap;

type C = Complex<f64>;

/// The value of an expression whose symbols have these values; comparisons look at the real parts.
pub fn evaluate(graph: &Graph, expr: Expr<'_>, symbols: &[C]) -> C {
    value(graph, expr.id(), symbols, &mut HashMap::new())
}

/// The derivative by a symbol, exact to rounding: the imaginary part of f(x + i h) / h (Squire & Trapp 1998,
/// SIAM Rev. 40:110).
pub fn derivative(graph: &Graph, expr: Expr<'_>, symbols: &[f64], by: usize) -> f64 {
    let mut moved: Vec<C> = symbols.iter().map(|x| C::new(*x, 0.0)).collect();
    let h = 1e-100;
    moved[by].im = h;
    evaluate(graph, expr, &moved).im / h
}

fn value(graph: &Graph, id: NodeId, symbols: &[C], known: &mut HashMap<NodeId, C>) -> C {
    if let Some(value) = known.get(&id) {
        return *value;
    }
    let found = match graph.get(id).unwrap().node() {
        Node::Constant(bits) => C::new(f64::from_bits(bits), 0.0),
        Node::Time => C::new(0.0, 0.0),
        Node::Symbol(symbol) => symbols[symbol.0 as usize],
        Node::Apply(op, a, b, c) => {
            let [a, b, c] = [a, b, c].map(|id| value(graph, id, symbols, known));
            apply(op, a, b, c)
        }
    };
    known.insert(id, found);
    found
}

fn apply(op: Op, a: C, b: C, c: C) -> C {
    let truth = |is: bool| C::new(f64::from(u8::from(is)), 0.0);
    match op {
        Op::Neg => -a,
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Div => a / b,
        Op::Fma => a * b + c,
        Op::Select => {
            if a.re != 0.0 {
                b
            } else {
                c
            }
        }
        Op::Less => truth(a.re < b.re),
        Op::LessEqual => truth(a.re <= b.re),
        Op::Call(Function::Exp) => a.exp(),
        Op::Call(Function::Ln) => a.ln(),
        Op::Call(Function::Sqrt) => a.sqrt(),
        Op::Call2(BinaryFunction::Power) if b.im == 0.0 && b.re.fract() == 0.0 => a.powi(b.re as i32),
        Op::Call2(BinaryFunction::Power) => (b * a.ln()).exp(),
        other => panic!("no law uses {other:?} yet: add it here"),
    }
}
