//! The one table of operators: name in MathML, how many arguments, value.

use Operator::*;

/// Operators and functions of SBML's MathML (Level 3 Version 2, section 3.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each name is the operator")]
#[rustfmt::skip]
pub enum Operator {
    Plus, Minus, Times, Divide, Power, Root, Abs, Exp, Ln, Log, Floor, Ceiling, Factorial,
    Quotient, Rem, Max, Min,
    Eq, Neq, Gt, Lt, Geq, Leq,
    And, Or, Xor, Not, Implies,
    Sin, Cos, Tan, Sec, Csc, Cot, Sinh, Cosh, Tanh, Sech, Csch, Coth,
    Arcsin, Arccos, Arctan, Arcsec, Arccsc, Arccot, Arcsinh, Arccosh, Arctanh, Arcsech, Arccsch, Arccoth,
    /// `delay(x, t)`: the value of `x` that many units of time ago (`csymbol`).
    Delay,
    /// `rateOf(x)`: the rate of change of what has this name (`csymbol`).
    RateOf,
}

const ANY: usize = usize::MAX;

/// Operator, name in MathML, fewest and most arguments. The last two are named by a `csymbol`.
#[rustfmt::skip]
const TABLE: &[(Operator, &str, usize, usize)] = &[
    (Plus, "plus", 0, ANY), (Minus, "minus", 1, 2), (Times, "times", 0, ANY), (Divide, "divide", 2, 2),
    (Power, "power", 2, 2), (Root, "root", 1, 2), (Abs, "abs", 1, 1), (Exp, "exp", 1, 1), (Ln, "ln", 1, 1),
    (Log, "log", 1, 2), (Floor, "floor", 1, 1), (Ceiling, "ceiling", 1, 1), (Factorial, "factorial", 1, 1),
    (Quotient, "quotient", 2, 2), (Rem, "rem", 2, 2), (Max, "max", 1, ANY), (Min, "min", 1, ANY),
    (Eq, "eq", 2, ANY), (Neq, "neq", 2, 2), (Gt, "gt", 2, ANY), (Lt, "lt", 2, ANY), (Geq, "geq", 2, ANY),
    (Leq, "leq", 2, ANY), (And, "and", 0, ANY), (Or, "or", 0, ANY), (Xor, "xor", 0, ANY), (Not, "not", 1, 1),
    (Implies, "implies", 2, 2),
    (Sin, "sin", 1, 1), (Cos, "cos", 1, 1), (Tan, "tan", 1, 1), (Sec, "sec", 1, 1), (Csc, "csc", 1, 1),
    (Cot, "cot", 1, 1), (Sinh, "sinh", 1, 1), (Cosh, "cosh", 1, 1), (Tanh, "tanh", 1, 1), (Sech, "sech", 1, 1),
    (Csch, "csch", 1, 1), (Coth, "coth", 1, 1), (Arcsin, "arcsin", 1, 1), (Arccos, "arccos", 1, 1),
    (Arctan, "arctan", 1, 1), (Arcsec, "arcsec", 1, 1), (Arccsc, "arccsc", 1, 1), (Arccot, "arccot", 1, 1),
    (Arcsinh, "arcsinh", 1, 1), (Arccosh, "arccosh", 1, 1), (Arctanh, "arctanh", 1, 1), (Arcsech, "arcsech", 1, 1),
    (Arccsch, "arccsch", 1, 1), (Arccoth, "arccoth", 1, 1),
    (Delay, "delay", 2, 2), (RateOf, "rateOf", 1, 1),
];

impl Operator {
    /// All operators.
    pub fn all() -> impl Iterator<Item = Operator> {
        TABLE.iter().map(|(operator, ..)| *operator)
    }

    /// The name in MathML.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Whether it takes so many arguments, or what it takes.
    pub(super) fn takes(self, count: usize) -> Result<(), String> {
        let (_, name, fewest, most) = *self.row();
        if (fewest..=most).contains(&count) {
            return Ok(());
        }
        let range = match (fewest, most) {
            (f, ANY) => format!("{f} or more"),
            (f, m) if f == m => f.to_string(),
            (f, m) => format!("{f} or {m}"),
        };
        Err(format!("{name} takes {range} arguments, found {count}"))
    }

    /// The operator of an element of MathML.
    pub(super) fn of_element(name: &str) -> Option<Operator> {
        Self::named(name).filter(|o| !matches!(o, Delay | RateOf))
    }

    pub(super) fn named(name: &str) -> Option<Operator> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    fn row(self) -> &'static (Operator, &'static str, usize, usize) {
        &TABLE[self as usize]
    }

    /// The value for numbers; nothing for what needs more than them.
    ///
    /// ```
    /// use homeostat::model::sbml::Operator;
    /// assert_eq!(Operator::Lt.value(&[1.0, 2.0, 3.0]), Some(1.0)); // 1 < 2 < 3
    /// assert_eq!(Operator::RateOf.value(&[1.0]), None);
    /// ```
    ///
    /// `quotient` and `rem` go with the truncated ratio, so that the remainder has the sign of the dividend
    /// (MathML 2.0, section 4.4.3); the inverses of `cot` and its like are those of the reciprocal argument.
    pub fn value(self, x: &[f64]) -> Option<f64> {
        let truth = |b: bool| f64::from(u8::from(b));
        let chain = |holds: fn(&f64, &f64) -> bool| truth(x.windows(2).all(|pair| holds(&pair[0], &pair[1])));
        let is = |v: &f64| *v != 0.0;
        Some(match (self, x) {
            (Plus, _) => x.iter().sum::<f64>() + 0.0,
            (Times, _) => x.iter().product(),
            (Max, [first, rest @ ..]) => rest.iter().fold(*first, |m, v| m.max(*v)),
            (Min, [first, rest @ ..]) => rest.iter().fold(*first, |m, v| m.min(*v)),
            (Eq, _) => chain(|a, b| a == b),
            (Neq, _) => chain(|a, b| a != b),
            (Gt, _) => chain(|a, b| a > b),
            (Lt, _) => chain(|a, b| a < b),
            (Geq, _) => chain(|a, b| a >= b),
            (Leq, _) => chain(|a, b| a <= b),
            (And, _) => truth(x.iter().all(is)),
            (Or, _) => truth(x.iter().any(is)),
            (Xor, _) => truth(x.iter().filter(|v| is(v)).count() % 2 == 1),
            (Log, [a]) => a.log10(),
            (Log, [base, a]) => a.ln() / base.ln(),
            (Root, [a]) => a.sqrt(),
            (Root, [degree, a]) if *degree == 2.0 => a.sqrt(),
            (Root, [degree, a]) => a.powf(1.0 / degree),
            (Minus, [a]) => -a,
            (Minus, [a, b]) => a - b,
            (Divide, [a, b]) => a / b,
            (Power, [a, b]) => a.powf(*b),
            (Quotient, [a, b]) => (a / b).trunc(),
            (Rem, [a, b]) => a % b,
            (Implies, [a, b]) => truth(!is(a) || is(b)),
            (_, [a]) => return self.of_one(*a),
            _ => return None,
        })
    }

    fn of_one(self, a: f64) -> Option<f64> {
        Some(match self {
            Abs => a.abs(),
            Exp => a.exp(),
            Ln => a.ln(),
            Floor => a.floor(),
            Ceiling => a.ceil(),
            Factorial => libm::tgamma(a + 1.0),
            Not => f64::from(u8::from(a == 0.0)),
            Sin => a.sin(),
            Cos => a.cos(),
            Tan => a.tan(),
            Sec => 1.0 / a.cos(),
            Csc => 1.0 / a.sin(),
            Cot => 1.0 / a.tan(),
            Sinh => a.sinh(),
            Cosh => a.cosh(),
            Tanh => a.tanh(),
            Sech => 1.0 / a.cosh(),
            Csch => 1.0 / a.sinh(),
            Coth => 1.0 / a.tanh(),
            Arcsin => a.asin(),
            Arccos => a.acos(),
            Arctan => a.atan(),
            Arcsec => (1.0 / a).acos(),
            Arccsc => (1.0 / a).asin(),
            Arccot => (1.0 / a).atan(),
            Arcsinh => a.asinh(),
            Arccosh => a.acosh(),
            Arctanh => a.atanh(),
            Arcsech => (1.0 / a).acosh(),
            Arccsch => (1.0 / a).asinh(),
            Arccoth => (1.0 / a).atanh(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_operators() {
        for (i, operator) in Operator::all().enumerate() {
            assert_eq!(operator as usize, i);
            assert_eq!(Operator::named(operator.name()), Some(operator));
        }
    }
}
