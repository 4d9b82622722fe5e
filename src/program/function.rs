//! The one table of elementary functions: tape, native code and lanes all call these.

use super::gamma::polygamma;

/// An elementary function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each name is the function")]
pub enum Function {
    Sqrt,
    Exp,
    Ln,
    Log10,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Floor,
    Ceil,
    Gamma,
}

impl Function {
    /// All functions, each at the place that is its number.
    #[rustfmt::skip]
    pub const ALL: &[Function] = {
        use Function::*;
        &[Sqrt, Exp, Ln, Log10, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh, Acosh, Atanh, Floor, Ceil, Gamma]
    };

    /// The value at `x`. Taken from the crate `libm`, whose results do not depend on the machine.
    ///
    /// ```
    /// assert_eq!(homeostat::program::Function::Exp.at(0.0), 1.0);
    /// ```
    pub fn at(self, x: f64) -> f64 {
        use Function::*;
        match self {
            Sqrt if x <= 0.0 => 0.0, // as any real power of something not positive
            Sqrt => x.sqrt(),        // correctly rounded everywhere by IEEE 754
            Exp => libm::exp(x),
            Ln => libm::log(x),
            Log10 => libm::log10(x),
            Sin => libm::sin(x),
            Cos => libm::cos(x),
            Tan => libm::tan(x),
            Asin => libm::asin(x),
            Acos => libm::acos(x),
            Atan => libm::atan(x),
            Sinh => libm::sinh(x),
            Cosh => libm::cosh(x),
            Tanh => libm::tanh(x),
            Asinh => libm::asinh(x),
            Acosh => libm::acosh(x),
            Atanh => libm::atanh(x),
            Floor => libm::floor(x),
            Ceil => libm::ceil(x),
            Gamma => libm::tgamma(x),
        }
    }
}

/// An elementary function of two arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BinaryFunction {
    /// `a` to the power `b`; 0 where `a` is not positive and `b` is not an integer.
    ///
    /// For the whole exponents -2 to 4 it is a product, or 1 over one: less than 2 units in the last place off. For -2
    /// that holds where the square of `a` is a normal number; beyond, the result is 0 or infinite.
    Power,
    /// The polygamma function of order `a` at `b`: the derivative of order `a + 1` of the logarithm of the gamma function. NaN
    /// where `a` is no whole number from 0 to 30, and where `b` is 0, -1, -2, ...
    Polygamma,
}

impl BinaryFunction {
    /// All functions, each at the place that is its number.
    pub const ALL: &[BinaryFunction] = &[BinaryFunction::Power, BinaryFunction::Polygamma];

    /// The value at `(a, b)`.
    ///
    /// A real power of something not positive is 0: amounts may fall below zero by as much as the
    /// absolute tolerance, and a Hill term must then vanish instead of turning into NaN.
    ///
    /// ```
    /// use homeostat::program::BinaryFunction::Power;
    /// assert_eq!(Power.at(2.0, 3.0), 8.0);
    /// assert_eq!(Power.at(-2.0, 3.0), -8.0);
    /// assert_eq!(Power.at(-1e-20, 1.5), 0.0);
    /// assert_eq!(Power.at(0.0, -0.5), 0.0);
    /// assert_eq!(Power.at(f64::NAN, 0.0), 1.0);
    /// ```
    pub fn at(self, a: f64, b: f64) -> f64 {
        match self {
            // small whole powers are products: the usual exponents, many times faster
            BinaryFunction::Power if b == 0.0 => 1.0,
            BinaryFunction::Power if b == 1.0 => a,
            BinaryFunction::Power if b == 2.0 => a * a,
            BinaryFunction::Power if b == 3.0 => a * a * a,
            BinaryFunction::Power if b == 4.0 => (a * a) * (a * a),
            BinaryFunction::Power if b == -1.0 => 1.0 / a,
            BinaryFunction::Power if b == -2.0 => 1.0 / (a * a),
            BinaryFunction::Power if a <= 0.0 && b.is_finite() && b != b.trunc() => 0.0,
            BinaryFunction::Power => libm::pow(a, b),
            BinaryFunction::Polygamma => polygamma(a, b),
        }
    }
}
