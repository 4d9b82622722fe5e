//! Text to expressions.

use super::graph::Graph;
use super::{BinaryFunction, Expr, Function, Op};
use std::fmt;

/// Brackets and operators may nest this deep.
const DEEPEST: usize = 200;

const FUNCTIONS: [(&str, Function); 19] = [
    ("sqrt", Function::Sqrt),
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("log10", Function::Log10),
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("tan", Function::Tan),
    ("asin", Function::Asin),
    ("acos", Function::Acos),
    ("atan", Function::Atan),
    ("sinh", Function::Sinh),
    ("cosh", Function::Cosh),
    ("tanh", Function::Tanh),
    ("asinh", Function::Asinh),
    ("acosh", Function::Acosh),
    ("atanh", Function::Atanh),
    ("floor", Function::Floor),
    ("ceil", Function::Ceil),
    ("gamma", Function::Gamma),
];

pub(super) fn function_name(f: Function) -> &'static str {
    FUNCTIONS.iter().find(|(_, g)| *g == f).map_or("?", |(name, _)| name)
}

/// What is wrong with a formula, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where, in characters from the start.
    pub position: usize,
    /// What was found, what was expected.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.position + 1, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Reads a formula: numbers, names (which may contain dots), `[name]` for a concentration, `time`,
/// `+ - * / ^`, `< <= > >= ==`, `and or`, and functions such as `exp(x)`, `min(a, b)`,
/// `select(condition, yes, no)`. `resolve` gives the expression for a name, or what is wrong with it;
/// its second argument is true for a name in square brackets.
///
/// ```
/// use homeostat::expr::{parse, Graph, Symbol};
/// let g = Graph::new();
/// let x = g.symbol(Symbol(0));
/// let formula = parse("2 * x^2 / (1 + x)", &g, &mut |_, _| Ok(x)).unwrap();
/// assert_eq!(formula.text(&|_| "x".into()), "2 * x ^ 2 / (1 + x)");
/// let wrong = parse("2 * (x", &g, &mut |_, _| Ok(x)).unwrap_err();
/// assert_eq!(wrong.to_string(), "at character 7: expected ), found the end");
/// ```
///
/// # Errors
/// [`ParseError`] with the position.
pub fn parse<'g>(
    text: &str,
    graph: &'g Graph,
    resolve: &mut dyn FnMut(&str, bool) -> Result<Expr<'g>, String>,
) -> Result<Expr<'g>, ParseError> {
    let mut parser = Parser { text: text.chars().collect(), at: 0, depth: 0, graph, resolve };
    let expr = parser.expression(0)?;
    parser.skip();
    match parser.peek() {
        None => Ok(expr),
        Some(c) => parser.fail(format!("expected an operator or the end, found {c}")),
    }
}

struct Parser<'g, 'r> {
    text: Vec<char>,
    at: usize,
    depth: usize,
    graph: &'g Graph,
    resolve: &'r mut dyn FnMut(&str, bool) -> Result<Expr<'g>, String>,
}

type Parsed<'g> = Result<Expr<'g>, ParseError>;

impl<'g> Parser<'g, '_> {
    fn fail<T>(&self, message: String) -> Result<T, ParseError> {
        Err(ParseError { position: self.at, message })
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        let chars = sign.chars();
        let length = chars.clone().count();
        let found = self.text[self.at..].iter().copied().take(length).eq(chars);
        if found {
            self.at += length;
        }
        found
    }

    fn expect(&mut self, sign: char) -> Result<(), ParseError> {
        self.skip();
        match self.peek() {
            Some(c) if c == sign => {
                self.at += 1;
                Ok(())
            }
            Some(c) => self.fail(format!("expected {sign}, found {c}")),
            None => self.fail(format!("expected {sign}, found the end")),
        }
    }

    /// The operator that stands here and how tightly it binds.
    fn operator(&mut self, least: u8) -> Option<(&'static str, u8)> {
        const OPERATORS: [(&str, u8); 12] = [
            ("<=", 3),
            (">=", 3),
            ("==", 3),
            ("<", 3),
            (">", 3),
            ("+", 4),
            ("-", 4),
            ("*", 5),
            ("/", 5),
            ("^", 7),
            ("and", 2),
            ("or", 1),
        ];
        self.skip();
        let here = self.at;
        for (sign, strength) in OPERATORS {
            // a word ends where no letter follows: `order` is a name
            let ends = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
            let is_word = strength < 3;
            if strength >= least && self.take(sign) && (!is_word || ends(self.peek())) {
                return Some((sign, strength));
            }
            self.at = here;
        }
        None
    }

    fn expression(&mut self, least: u8) -> Parsed<'g> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail(format!("brackets nested more than {DEEPEST} deep"));
        }
        let mut left = self.operand()?;
        while let Some((sign, strength)) = self.operator(least) {
            // powers associate to the left as they print; everything else does too
            let right = self.expression(strength + 1)?;
            left = match sign {
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                "/" => left / right,
                "^" => left.power(right),
                "<" => left.less(right),
                ">" => right.less(left),
                "<=" => left.apply(Op::LessEqual, right, right),
                ">=" => right.apply(Op::LessEqual, left, left),
                "==" => left.apply(Op::Equal, right, right),
                "and" => left.apply(Op::And, right, right),
                _ => left.apply(Op::Or, right, right),
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Parsed<'g> {
        self.skip();
        match self.peek() {
            Some('-') => {
                self.at += 1;
                Ok(-self.expression(6)?)
            }
            Some('+') => {
                self.at += 1;
                self.expression(6)
            }
            Some('(') => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.expect(')')?;
                Ok(inner)
            }
            Some('[') => {
                self.at += 1;
                let start = self.at;
                while self.peek().is_some_and(|c| c != ']') {
                    self.at += 1;
                }
                let name: String = self.text[start..self.at].iter().collect();
                self.expect(']')?;
                self.resolved(name.trim(), true, start)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' => self.name(),
            Some(c) => self.fail(format!("expected a number, a name or a bracket, found {c}")),
            None => self.fail("expected a number, a name or a bracket, found the end".to_string()),
        }
    }

    fn number(&mut self) -> Parsed<'g> {
        let start = self.at;
        while let Some(c) = self.peek() {
            let exponent_sign =
                matches!(c, '+' | '-') && matches!(self.text[self.at - 1], 'e' | 'E') && self.at > start;
            if !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || exponent_sign) {
                break;
            }
            self.at += 1;
        }
        let digits: String = self.text[start..self.at].iter().collect();
        match digits.parse() {
            Ok(x) => Ok(self.graph.constant(x)),
            Err(_) => {
                self.at = start;
                self.fail(format!("{digits} is not a number"))
            }
        }
    }

    fn name(&mut self) -> Parsed<'g> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
            self.at += 1;
        }
        let name: String = self.text[start..self.at].iter().collect();
        self.skip();
        if self.peek() == Some('(') {
            return self.call(&name, start);
        }
        // a thing named `time` comes before the time itself
        match self.resolved(&name, false, start) {
            Err(_) if name == "time" => Ok(self.graph.time()),
            resolved => resolved,
        }
    }

    fn resolved(&mut self, name: &str, concentration: bool, start: usize) -> Parsed<'g> {
        (self.resolve)(name, concentration).map_err(|message| ParseError { position: start, message })
    }

    fn call(&mut self, name: &str, start: usize) -> Parsed<'g> {
        self.expect('(')?;
        let mut arguments = vec![self.expression(0)?];
        self.skip();
        while self.peek() == Some(',') {
            self.at += 1;
            arguments.push(self.expression(0)?);
            self.skip();
        }
        self.expect(')')?;
        let function = FUNCTIONS.iter().find(|(n, _)| *n == name).map(|(_, f)| *f);
        match (name, &arguments[..], function) {
            (_, [x], Some(f)) => Ok(x.call(f)),
            ("abs", [x], _) => Ok(x.less(0.0).select(-*x, *x)),
            ("not", [x], _) => Ok(x.apply(Op::Not, *x, *x)),
            ("min", [a, b], _) => Ok(a.min(*b)),
            ("max", [a, b], _) => Ok(a.max(*b)),
            ("pow", [a, b], _) => Ok(a.power(*b)),
            ("polygamma", [n, x], _) if n.node().constant().is_some_and(|n| n >= 0.0 && n == n.trunc()) => {
                Ok(n.apply(Op::Call2(BinaryFunction::Polygamma), *x, *x))
            }
            ("select", [c, a, b], _) => Ok(c.select(*a, *b)),
            ("fma", [a, b, c], _) => Ok(a.apply(Op::Fma, *b, *c)),
            _ => {
                let count = arguments.len();
                let message =
                    format!("there is no function {name} of {count} argument{}", if count == 1 { "" } else { "s" });
                Err(ParseError { position: start, message })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Symbol;

    fn read<'g>(text: &str, graph: &'g Graph) -> Parsed<'g> {
        parse(text, graph, &mut |name, conc| match name {
            "a" => Ok(graph.symbol(Symbol(u32::from(conc)))),
            "b.Km" => Ok(graph.symbol(Symbol(2))),
            other => Err(format!("unknown name {other}")),
        })
    }

    #[test]
    fn text_and_back() {
        let names = |s: Symbol| ["a", "[a]", "b.Km"][s.0 as usize].to_string();
        for text in [
            "a - (a - b.Km)",
            "-a ^ 2",
            "(-a) ^ 2",
            "a / (b.Km * [a])",
            "a / b.Km * [a]",
            "select(a < b.Km, exp(-time / 3.5), 1e-9)",
            "a < 1 and (b.Km < 2 or a == 3)",
            "a - 1 / 0",
            "a * (0 / 0)",
            "a * -3",
            "a ^ (b.Km ^ a)",
            "(a + b.Km) * (a - 2.5e300)",
            "gamma(a + 1) * polygamma(2, a)",
        ] {
            let graph = Graph::new();
            let once = read(text, &graph).unwrap();
            assert_eq!(once.text(&names), text);
            assert_eq!(read(&once.text(&names), &graph).unwrap().id(), once.id());
        }
    }

    #[test]
    fn a_choice_between_constants_is_made_at_once() {
        let graph = Graph::new();
        let names = |s: Symbol| ["a", "[a]", "b.Km"][s.0 as usize].to_string();
        for (text, chosen) in [
            ("select(1 < 2, a, b.Km)", "a"),
            ("select(2 <= 1, a, b.Km)", "b.Km"),
            ("select(3 == 3, a, b.Km)", "a"),
            ("select(-0, a, b.Km)", "b.Km"),
            ("min(2, 3) * a", "2 * a"),
        ] {
            assert_eq!(read(text, &graph).unwrap().text(&names), chosen);
        }
    }

    #[test]
    fn faults_say_where() {
        let graph = Graph::new();
        for (text, message) in [
            ("", "at character 1: expected a number, a name or a bracket, found the end"),
            ("a +", "at character 4: expected a number, a name or a bracket, found the end"),
            ("a b", "at character 3: expected an operator or the end, found b"),
            ("1.2.3", "at character 1: 1.2.3 is not a number"),
            ("exp(a, a)", "at character 1: there is no function exp of 2 arguments"),
            ("2 * zz", "at character 5: unknown name zz"),
        ] {
            assert_eq!(read(text, &graph).map(|_| ()).unwrap_err().to_string(), message);
        }
        assert!(read(&"(".repeat(100_000), &graph).is_err());
    }
}
