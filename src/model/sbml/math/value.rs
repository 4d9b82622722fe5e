//! The value of a formula for given numbers.

use super::{Constant, Math};

/// CODATA 2006, which SBML names (Level 3 Version 1, section 3.4.6).
const AVOGADRO: f64 = 6.022_141_79e23;

impl Constant {
    /// Its value; time has none of its own.
    pub fn value(self) -> Option<f64> {
        Some(match self {
            Constant::Time => return None,
            Constant::Avogadro => AVOGADRO,
            Constant::Pi => std::f64::consts::PI,
            Constant::ExponentialE => std::f64::consts::E,
            Constant::Infinity => f64::INFINITY,
            Constant::NotANumber => f64::NAN,
            Constant::True => 1.0,
            Constant::False => 0.0,
        })
    }
}

impl Math {
    /// Its value where `of` gives the values of names. Nothing where a name has no value, or where it depends on
    /// time, on a function definition, or where no piece holds.
    pub fn value(&self, of: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
        match self {
            Math::Number(value, _) => Some(*value),
            Math::Constant(constant) => constant.value(),
            Math::Name(name) => of(name),
            Math::Apply(operator, arguments) => {
                let values: Option<Vec<f64>> = arguments.iter().map(|a| a.value(of)).collect();
                operator.value(&values?)
            }
            Math::Call(..) => None,
            Math::Piecewise { pieces, otherwise } => {
                for (value, condition) in pieces {
                    if condition.value(of)? != 0.0 {
                        return value.value(of);
                    }
                }
                otherwise.as_ref()?.value(of)
            }
        }
    }
}
