//! The text formulas of Level 1.

use super::{Math, Operator};
use crate::model::sbml::limits::DEEPEST;

/// Functions of Level 1 Version 2 (table 6), with how many arguments.
const FUNCTIONS: [(&str, Operator); 12] = [
    ("abs", Operator::Abs),
    ("acos", Operator::Arccos),
    ("asin", Operator::Arcsin),
    ("atan", Operator::Arctan),
    ("ceil", Operator::Ceiling),
    ("cos", Operator::Cos),
    ("exp", Operator::Exp),
    ("floor", Operator::Floor),
    ("log", Operator::Ln),
    ("log10", Operator::Log),
    ("sin", Operator::Sin),
    ("tan", Operator::Tan),
];

impl Math {
    /// Reads a formula of Level 1 (Version 2, section 4.10 and appendix): numbers, names, `+ - * / ^`, brackets,
    /// `abs acos asin atan ceil cos exp floor log log10 pow sqr sqrt sin tan`. `log` is the natural logarithm; a
    /// minus sign goes before `^`, and `^` is evaluated from the left. Any other function is a call by its name.
    ///
    /// ```
    /// use homeostat::model::sbml::Math;
    /// let value = |text: &str| Math::from_infix(text).unwrap().value(&|_| None);
    /// assert_eq!(value("-2^2"), Some(4.0));
    /// assert_eq!(value("2^3^2"), Some(64.0));
    /// assert_eq!(Math::from_infix("2 * (3").unwrap_err(), "character 7: expected ), found the end");
    /// ```
    ///
    /// # Errors
    /// What was found and what was expected, with the character.
    pub fn from_infix(text: &str) -> Result<Math, String> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let (math, _) = parser.sum()?;
        match parser.peek() {
            None => Ok(math),
            Some(c) => parser.fail(&format!("expected an operator or the end, found {c}")),
        }
    }
}

/// A formula and how deep it nests.
type Read = Result<(Math, usize), String>;

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn fail<T>(&self, message: &str) -> Result<T, String> {
        Err(format!("character {}: {message}", self.text[..self.at].chars().count() + 1))
    }

    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.take(c) {
            return Ok(());
        }
        let found = self.peek().map_or_else(|| "the end".to_string(), String::from);
        self.fail(&format!("expected {c}, found {found}"))
    }

    fn nested(&self, parts: Vec<(Math, usize)>) -> Result<(Vec<Math>, usize), String> {
        let depth = 1 + parts.iter().map(|(_, depth)| *depth).max().unwrap_or(0);
        if depth > DEEPEST {
            return self.fail(&format!("operators nest more than {DEEPEST} deep"));
        }
        Ok((parts.into_iter().map(|(math, _)| math).collect(), depth))
    }

    fn apply(&self, operator: Operator, parts: Vec<(Math, usize)>) -> Read {
        let (arguments, depth) = self.nested(parts)?;
        Ok((Math::Apply(operator, arguments), depth))
    }

    /// A sum of any length is one node: a term with a minus sign is added negated, which is the same number.
    fn sum(&mut self) -> Read {
        let mut terms = vec![self.product()?];
        loop {
            if self.take('+') {
                terms.push(self.product()?);
            } else if self.take('-') {
                let term = self.product()?;
                terms.push(self.apply(Operator::Minus, vec![term])?);
            } else {
                break;
            }
        }
        if terms.len() > 1 { self.apply(Operator::Plus, terms) } else { Ok(terms.remove(0)) }
    }

    fn product(&mut self) -> Read {
        let mut factors = vec![self.power()?];
        loop {
            if self.take('*') {
                factors.push(self.power()?);
            } else if self.take('/') {
                let over = self.product_of(factors)?;
                let under = self.power()?;
                factors = vec![self.apply(Operator::Divide, vec![over, under])?];
            } else {
                return self.product_of(factors);
            }
        }
    }

    fn product_of(&self, mut factors: Vec<(Math, usize)>) -> Read {
        if factors.len() > 1 { self.apply(Operator::Times, factors) } else { Ok(factors.remove(0)) }
    }

    fn power(&mut self) -> Read {
        let mut base = self.signed()?;
        while self.take('^') {
            let exponent = self.signed()?;
            base = self.apply(Operator::Power, vec![base, exponent])?;
        }
        Ok(base)
    }

    fn signed(&mut self) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST / 4 {
            return self.fail(&format!("brackets and signs nest more than {} deep", DEEPEST / 4));
        }
        let read = if self.take('-') {
            let operand = self.signed()?;
            self.apply(Operator::Minus, vec![operand])
        } else {
            self.operand()
        };
        self.depth -= 1;
        read
    }

    fn operand(&mut self) -> Read {
        match self.peek() {
            Some('(') => {
                self.expect('(')?;
                let inside = self.sum()?;
                self.expect(')')?;
                Ok(inside)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => self.name(),
            Some(c) => self.fail(&format!("expected a number, a name or a bracket, found {c}")),
            None => self.fail("expected a number, a name or a bracket, found the end"),
        }
    }

    fn number(&mut self) -> Read {
        let rest = &self.text.as_bytes()[self.at..];
        let digits = |from: usize| from + rest[from..].iter().take_while(|c| c.is_ascii_digit()).count();
        let mut end = digits(0);
        if rest.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let power = digits(end + 1 + sign);
            end = if power > end + 1 + sign { power } else { end };
        }
        let Ok(value) = self.text[self.at..self.at + end].parse() else {
            return self.fail("expected a number, found a dot");
        };
        self.at += end;
        Ok((Math::number(value), 0))
    }

    fn name(&mut self) -> Read {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = rest[..end].to_string();
        let start = self.at;
        self.at += end;
        if !self.take('(') {
            return Ok((Math::Name(name), 0));
        }
        let mut arguments = Vec::new();
        if !self.take(')') {
            arguments.push(self.sum()?);
            while self.take(',') {
                arguments.push(self.sum()?);
            }
            self.expect(')')?;
        }
        let count = arguments.len();
        let one = FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, operator)| *operator);
        match (name.as_str(), one) {
            ("pow", _) if count == 2 => self.apply(Operator::Power, arguments),
            ("sqr", _) if count == 1 => {
                arguments.push((Math::number(2.0), 0));
                self.apply(Operator::Power, arguments)
            }
            ("sqrt", _) if count == 1 => self.apply(Operator::Root, arguments),
            (_, Some(operator)) if count == 1 => self.apply(operator, arguments),
            ("pow" | "sqr" | "sqrt", _) | (_, Some(_)) => {
                self.at = start;
                let takes = if name == "pow" { 2 } else { 1 };
                self.fail(&format!("{name} takes {takes} arguments, found {count}"))
            }
            _ => {
                let (arguments, depth) = self.nested(arguments)?;
                Ok((Math::Call(name, arguments), depth))
            }
        }
    }
}
