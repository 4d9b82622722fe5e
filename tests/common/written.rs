//! Systems written as closures, and a small deterministic generator of numbers.

use homeostat::linalg::Pattern;
use homeostat::solver::{OdeSystem, Point, Reject, Shape};

type Rhs = dyn Fn(f64, &[f64], &mut [f64]) -> Result<(), Reject> + Send + Sync;
type Fill = dyn Fn(f64, &[f64], &mut [f64]) + Send + Sync;

/// A system with a dense Jacobian, row by row.
pub struct Written {
    pub shape: Shape,
    rhs: Box<Rhs>,
    jacobian: Box<Fill>,
    dfdt: Box<Fill>,
}

impl Written {
    pub fn new(
        n: usize,
        rhs: impl Fn(f64, &[f64], &mut [f64]) -> Result<(), Reject> + Send + Sync + 'static,
        jacobian: impl Fn(f64, &[f64], &mut [f64]) + Send + Sync + 'static,
    ) -> Self {
        let shape = Shape::new(Pattern::dense(n));
        Written { shape, rhs: Box::new(rhs), jacobian: Box::new(jacobian), dfdt: Box::new(|_, _, d| d.fill(0.0)) }
    }

    /// With the partial derivative by the time.
    pub fn forced(self, dfdt: impl Fn(f64, &[f64], &mut [f64]) + Send + Sync + 'static) -> Self {
        Written { shape: self.shape.forced(), dfdt: Box::new(dfdt), ..self }
    }

    /// With other derivatives: each entry is changed.
    pub fn changed(self, change: fn(f64) -> f64) -> Self {
        let (jacobian, dfdt) = (self.jacobian, self.dfdt);
        let changed = |fill: Box<Fill>| {
            let fill = move |t: f64, y: &[f64], out: &mut [f64]| {
                fill(t, y, out);
                out.iter_mut().for_each(|x| *x = change(*x));
            };
            Box::new(fill) as Box<Fill>
        };
        Written { jacobian: changed(jacobian), dfdt: changed(dfdt), ..self }
    }
}

impl OdeSystem for Written {
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.rhs)(at.t, y, dydt)
    }
    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.jacobian)(at.t, y, values);
        Ok(())
    }
    fn time_derivative(&self, at: &Point, y: &[f64], dfdt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.dfdt)(at.t, y, dfdt);
        Ok(())
    }
}

/// Xorshift (Marsaglia 2003): variety that is the same on every machine.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
    pub fn below(&mut self, n: usize) -> usize {
        ((self.bits() >> 16) % n.max(1) as u64) as usize
    }
    /// Log-uniform between two positive numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        (low.ln() + self.unit() * (high / low).ln()).exp()
    }
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}
