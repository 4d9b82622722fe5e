//! Programs on intervals: bounds of what they compute while their inputs stay within bounds.
//!
//! Every operation gives an interval that holds each value which it has for operands in theirs (Moore, Kearfott & Cloud,
//! Introduction to Interval Analysis, SIAM 2009). Ends are not rounded outwards: rounding keeps order, so that what the tape
//! computes lies within, too, but for the last place of an elementary function.

use super::tape::execute;
use super::{BinaryFunction, Block, Function, Instruction, Op, Program, Source};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// All numbers from one to another. Where both are NaN there is no number; where a value may be none, or its bounds are not
/// known, it is [`Interval::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// The lowest.
    pub low: f64,
    /// The highest.
    pub high: f64,
}

impl Interval {
    /// Anything.
    pub const ALL: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// One number.
    pub fn point(x: f64) -> Self {
        Interval { low: x, high: x }
    }

    /// The least interval that holds these.
    ///
    /// ```
    /// use homeostat::program::Interval;
    /// assert_eq!(Interval::hull(&[2.0, -1.0]), Interval { low: -1.0, high: 2.0 });
    /// assert_eq!(Interval::hull(&[2.0, f64::NAN]), Interval::ALL);
    /// ```
    pub fn hull(values: &[f64]) -> Self {
        if values.iter().any(|x| x.is_nan()) && !values.iter().all(|x| x.is_nan()) {
            return Interval::ALL;
        }
        let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) = values.iter().fold((low, high), |(low, high), x| (low.min(*x), high.max(*x)));
        if low > high { Interval::point(f64::NAN) } else { Interval { low, high } }
    }

    /// Whether it is one number, or none.
    pub fn is_point(self) -> bool {
        self.low == self.high || self.is_empty()
    }

    /// Whether there is no number in it.
    pub fn is_empty(self) -> bool {
        self.low.is_nan()
    }

    /// Whether it holds a number.
    ///
    /// ```
    /// use homeostat::program::Interval;
    /// assert!(Interval { low: -1.0, high: 2.0 }.holds(0.0));
    /// ```
    pub fn holds(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Whether it is bounded.
    pub fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// One operation on intervals; what the tape computes where all are points.
    pub(crate) fn apply(op: Op, operands: [Interval; 3]) -> Self {
        if operands.iter().all(|x| x.is_point()) {
            let exact = Instruction { op, out: 0, a: 0, b: 1, c: 2 };
            return Interval::point(execute(&exact, &operands.map(|x| x.low)));
        }
        apply(op, operands)
    }

    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Interval::hull(&[f(self.low), f(self.high)])
    }

    fn corners(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let [a, b] = [self, other];
        Interval::hull(&[f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)])
    }

    /// As a condition: whether it may be true, and whether it may be false.
    fn truths(self) -> [bool; 2] {
        [!(self.low == 0.0 && self.high == 0.0), self.holds(0.0)]
    }

    fn of_truths([may_hold, may_fail]: [bool; 2]) -> Self {
        Interval { low: f64::from(u8::from(!may_fail)), high: f64::from(u8::from(may_hold)) }
    }

    fn abs(self) -> Self {
        let ends = self.map(f64::abs);
        if self.holds(0.0) { Interval { low: 0.0, ..ends } } else { ends }
    }

    /// A wave of period 2 pi between -1 and 1 whose highest place is at `top`.
    fn wave(self, f: Function, top: f64) -> Self {
        if !self.is_finite() {
            return Interval::ALL;
        }
        let slack = 8.0 * f64::EPSILON * self.low.abs().max(self.high.abs());
        let reaches = |place: f64| place + ((self.low - slack - place) / TAU).ceil() * TAU <= self.high + slack;
        let ends = self.map(|x| f.at(x));
        let low = if reaches(top + PI) { -1.0 } else { ends.low };
        Interval { low, high: if reaches(top) { 1.0 } else { ends.high } }
    }

    /// Bounds of an elementary function on it.
    pub fn call(self, f: Function) -> Self {
        use Function::*;
        match f {
            Sin => self.wave(f, FRAC_PI_2),
            Cos => self.wave(f, 0.0),
            // it falls nowhere but where it is infinite, which a whole period holds
            Tan => {
                let slack = 8.0 * f64::EPSILON * self.low.abs().max(self.high.abs());
                let branch = |x: f64| ((x + FRAC_PI_2) / PI).floor();
                let is_whole = self.is_finite() && branch(self.low - slack) == branch(self.high + slack);
                if is_whole { self.map(|x| f.at(x)) } else { Interval::ALL }
            }
            Cosh => self.abs().map(|x| f.at(x)),
            // beyond both ends of where it is defined, there are numbers in between
            Asin | Acos | Atanh if self.low < -1.0 && self.high > 1.0 => Interval::ALL,
            Acos | Sqrt | Exp | Ln | Log10 | Asin | Atan | Sinh | Tanh | Asinh | Acosh | Atanh | Floor | Ceil => {
                self.map(|x| f.at(x))
            }
            // neither rises nor falls everywhere
            Gamma => Interval::ALL,
        }
    }

    fn power(self, n: Self) -> Self {
        let power = |a, n| BinaryFunction::Power.at(a, n);
        let (has_zero, is_positive) = (self.holds(0.0), self.low > 0.0);
        if !n.is_point() {
            return if is_positive { self.corners(n, power) } else { Interval::ALL };
        }
        let n = n.low;
        if n < 0.0 && has_zero {
            return Interval::ALL;
        }
        let is_even = n % 2.0 == 0.0;
        let ends = self.map(|a| power(a, n));
        if is_even && has_zero && n > 0.0 { Interval { low: 0.0, ..ends } } else { ends }
    }
}

/// A product of ends. No number is infinite: an end that is says that there is none.
fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// One operation on intervals, of which not all are points.
fn apply(op: Op, [a, b, c]: [Interval; 3]) -> Interval {
    let ordered = |certain: bool, excluded: bool| Interval::of_truths([!excluded, !certain]);
    match op {
        Op::Neg => a.map(|a| -a),
        Op::Abs => a.abs(),
        Op::Add => Interval::hull(&[a.low + b.low, a.high + b.high]),
        Op::Sub => Interval::hull(&[a.low - b.high, a.high - b.low]),
        Op::Mul => a.corners(b, product),
        Op::Div if b.holds(0.0) => Interval::ALL,
        Op::Div if !b.is_finite() => a.corners(b, |a, b| product(a, 1.0 / b)),
        Op::Div => a.corners(b, |a, b| a / b),
        Op::Fma if !(a.is_finite() && b.is_finite()) => {
            let product = apply(Op::Mul, [a, b, a]);
            apply(Op::Add, [product, c, product])
        }
        Op::Fma => {
            let with = |c: f64| a.corners(b, |a, b| a.mul_add(b, c));
            let (low, high) = (with(c.low), with(c.high));
            Interval::hull(&[low.low, low.high, high.low, high.high])
        }
        Op::Select => match a.truths() {
            [true, true] => Interval::hull(&[b.low, b.high, c.low, c.high]),
            [true, false] => b,
            _ => c,
        },
        Op::Less => ordered(a.high < b.low, a.low >= b.high || a.is_empty() || b.is_empty()),
        Op::LessEqual => ordered(a.high <= b.low, a.low > b.high || a.is_empty() || b.is_empty()),
        Op::Equal => Interval::of_truths([a.low <= b.high && b.low <= a.high, true]),
        Op::And => Interval::of_truths([a.truths()[0] && b.truths()[0], a.truths()[1] || b.truths()[1]]),
        Op::Or => Interval::of_truths([a.truths()[0] || b.truths()[0], a.truths()[1] && b.truths()[1]]),
        Op::Not => Interval::of_truths([a.truths()[1], a.truths()[0]]),
        Op::Call(f) => a.call(f),
        Op::Call2(BinaryFunction::Power) => a.power(b),
        Op::Call2(BinaryFunction::Polygamma) => Interval::ALL,
    }
}

/// The inputs of a program over a stretch of time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stretch<'a> {
    /// The time.
    pub t: Interval,
    /// The state.
    pub state: &'a [Interval],
    /// How fast each component of the state moves.
    pub slope: &'a [Interval],
    /// Parameters.
    pub parameters: &'a [f64],
    /// Frozen sides of switches.
    pub modes: &'a [f64],
}

impl Stretch<'_> {
    /// A direction is that of the solution: forcings are slopes of the state, and the time goes on as it does.
    fn read(&self, outputs: &[Interval], source: Source) -> Interval {
        match source {
            Source::Time => self.t,
            Source::State(i) => self.state[i as usize],
            Source::Parameter(i) => Interval::point(self.parameters[i as usize]),
            Source::Mode(i) => Interval::point(self.modes[i as usize]),
            Source::Forcing(i) => self.slope[i as usize],
            Source::History(_) => Interval::point(1.0),
            Source::Output(i) => outputs[i as usize],
        }
    }
}

impl Program {
    /// Bounds of what the program computes over a stretch of time; `scratch` is to be [`Program::scratch_len`] long. Forcings
    /// are the slopes of the state, the past is 1: how fast the time goes.
    ///
    /// # Panics
    /// Where a slice is shorter than the program needs: a fault of the caller, not of any input.
    pub fn bound(&self, over: &Stretch<'_>, outputs: &mut [Interval], scratch: &mut [Interval]) {
        for block in self.blocks() {
            block.bound(over, outputs, scratch);
        }
    }
}

impl Block {
    fn bound(&self, over: &Stretch<'_>, outputs: &mut [Interval], registers: &mut [Interval]) {
        let (width, results, constants) = (self.width(), self.results.len(), self.constants.len());
        for (register, &value) in registers.iter_mut().zip(&self.constants) {
            *register = Interval::point(value);
        }
        for instance in 0..self.instances {
            for (register, &source) in registers[constants..].iter_mut().zip(&self.gather[instance * width..][..width])
            {
                *register = over.read(outputs, source);
            }
            for i in &self.code {
                let operands = [i.a, i.b, i.c].map(|r| registers[r as usize]);
                registers[i.out as usize] = Interval::apply(i.op, operands);
            }
            let places = &self.scatter[instance * results..][..results];
            for (r, (&place, &register)) in places.iter().zip(&self.results).enumerate() {
                let (place, value) = (&mut outputs[place as usize], registers[register as usize]);
                let is_added = r >= results - self.added;
                *place = if is_added { apply(Op::Add, [*place, value, value]) } else { value };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value between the ends of operands lies within the bounds, and where a function is smooth the bounds are not
    /// much wider than its values.
    #[test]
    fn bounds_hold_what_the_tape_computes() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 24)
        };
        let unary = [Op::Neg, Op::Abs, Op::Not];
        let binary = [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Less, Op::LessEqual, Op::Equal, Op::And, Op::Or];
        let ternary = [Op::Fma, Op::Select];
        let calls = Function::ALL.iter().map(|f| Op::Call(*f));
        let calls2 = BinaryFunction::ALL.iter().map(|f| Op::Call2(*f));
        for op in unary.into_iter().chain(binary).chain(ternary).chain(calls).chain(calls2) {
            for _ in 0..3000 {
                let operands: [Interval; 3] = std::array::from_fn(|_| {
                    let (middle, width) = (8.0 * next() - 4.0, 4.0 * next().powi(4));
                    let whole = if next() < 0.2 { f64::round } else { |x| x };
                    Interval { low: whole(middle - width), high: whole(middle + width) }
                });
                let is_exact = operands.map(|x| if next() < 0.3 { Interval::point(x.low.round()) } else { x });
                let bounds = apply(op, is_exact);
                for _ in 0..8 {
                    let inside = is_exact.map(|x| (x.low + next() * (x.high - x.low)).clamp(x.low, x.high));
                    let value = execute(&Instruction { op, out: 0, a: 0, b: 1, c: 2 }, &inside);
                    let slack = 4.0 * f64::EPSILON * value.abs().min(1e300);
                    let holds = bounds.low - slack <= value && value <= bounds.high + slack;
                    let is_none = value.is_nan() && (bounds == Interval::ALL || bounds.is_empty());
                    assert!(holds || is_none, "{op:?} {is_exact:?}: {value} at {inside:?}, bounds {bounds:?}");
                }
            }
        }
    }

    #[test]
    fn a_wave_is_as_wide_as_it_goes() {
        let sin = |low: f64, high: f64| apply(Op::Call(Function::Sin), [Interval { low, high }; 3]);
        assert_eq!(sin(1.0, 2.0), Interval { low: libm::sin(1.0), high: 1.0 });
        assert_eq!(sin(2.0, 3.0), Interval { low: libm::sin(3.0), high: libm::sin(2.0) });
        assert_eq!(sin(100.0, 107.0), Interval { low: -1.0, high: 1.0 });
        let tan = |low: f64, high: f64| apply(Op::Call(Function::Tan), [Interval { low, high }; 3]);
        assert_eq!(tan(1.0, 2.0), Interval::ALL);
        assert_eq!(tan(2.0, 4.0), Interval { low: libm::tan(2.0), high: libm::tan(4.0) });
    }
}
