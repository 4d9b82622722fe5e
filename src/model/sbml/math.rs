//! Formulas of SBML: a small tree, read from MathML or from the text formulas of Level 1.

mod infix;
mod operator;
mod read;
mod value;
mod write;

pub use operator::Operator;
pub(super) use read::{lambda, math};
pub(super) use write::{write_lambda, write_math};

/// A formula. Truth values are numbers, 1 and 0.
///
/// ```
/// use homeostat::model::sbml::{Math, Operator};
/// let formula = Math::from_infix("k1 * S1 - pow(S2, 2)").unwrap();
/// assert!(matches!(&formula, Math::Apply(Operator::Plus, terms) if terms.len() == 2));
/// let value = formula.value(&|name| if name == "k1" { Some(3.0) } else { Some(2.0) });
/// assert_eq!(value, Some(3.0 * 2.0 - 4.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Math {
    /// A number and its units.
    Number(f64, Option<String>),
    /// A number or quantity with a meaning of its own.
    Constant(Constant),
    /// The value of what has this identifier, or of an argument.
    Name(String),
    /// An operator or function of SBML. `root` and `log` have the degree or base as a first of two arguments.
    Apply(Operator, Vec<Math>),
    /// A function definition at work.
    Call(String, Vec<Math>),
    /// The value of the first piece whose condition holds.
    Piecewise {
        /// Values, each with its condition.
        pieces: Vec<(Math, Math)>,
        /// The value where no condition holds; without it there is none.
        otherwise: Option<Box<Math>>,
    },
}

/// What stands for itself in a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each name is what it stands for")]
pub enum Constant {
    /// The time of the model (`csymbol`).
    Time,
    /// Avogadro's number as SBML has it, 6.02214179e23 (`csymbol`; Level 3 Version 1, section 3.4.6).
    Avogadro,
    Pi,
    ExponentialE,
    Infinity,
    NotANumber,
    True,
    False,
}

/// Arguments and formula of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// Names of the arguments.
    pub arguments: Vec<String>,
    /// The formula, which sees the arguments alone.
    pub body: Math,
}

impl Math {
    /// A number without units.
    pub fn number(value: f64) -> Math {
        Math::Number(value, None)
    }

    /// A name.
    pub fn name(id: impl Into<String>) -> Math {
        Math::Name(id.into())
    }

    /// The parts of which it is made.
    pub fn parts(&self) -> Vec<&Math> {
        match self {
            Math::Number(..) | Math::Constant(_) | Math::Name(_) => Vec::new(),
            Math::Apply(_, arguments) | Math::Call(_, arguments) => arguments.iter().collect(),
            Math::Piecewise { pieces, otherwise } => {
                pieces.iter().flat_map(|(value, condition)| [value, condition]).chain(otherwise.as_deref()).collect()
            }
        }
    }

    /// The parts of which it is made, to be changed.
    pub fn parts_mut(&mut self) -> Vec<&mut Math> {
        match self {
            Math::Number(..) | Math::Constant(_) | Math::Name(_) => Vec::new(),
            Math::Apply(_, arguments) | Math::Call(_, arguments) => arguments.iter_mut().collect(),
            Math::Piecewise { pieces, otherwise } => {
                let pieces = pieces.iter_mut().flat_map(|(value, condition)| [value, condition]);
                pieces.chain(otherwise.as_deref_mut()).collect()
            }
        }
    }

    /// Visits the formula and all parts of it, the whole before its parts.
    pub fn visit<'m>(&'m self, see: &mut dyn FnMut(&'m Math)) {
        see(self);
        for part in self.parts() {
            part.visit(see);
        }
    }

    /// Changes the formula and all parts of it, the parts before the whole.
    ///
    /// ```
    /// use homeostat::model::sbml::Math;
    /// let mut formula = Math::from_infix("a + b").unwrap();
    /// formula.change(&mut |part| if *part == Math::name("a") { *part = Math::number(2.0) });
    /// assert_eq!(formula.value(&|_| Some(1.0)), Some(3.0));
    /// ```
    pub fn change(&mut self, act: &mut dyn FnMut(&mut Math)) {
        for part in self.parts_mut() {
            part.change(act);
        }
        act(self);
    }
}
