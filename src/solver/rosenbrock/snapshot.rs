//! What a Rosenbrock method remembers between steps, as numbers.

use super::Rosenbrock;
use super::at_once::Left;
use crate::solver::stepper::Numbers;

impl Rosenbrock {
    /// Everything that is remembered between steps, as numbers.
    pub(super) fn kept(&self) -> Vec<f64> {
        let stages = self.accepted.stages().as_flattened().as_flattened();
        let factors = [self.shift, f64::from(u8::from(self.linear.is_pivoted()))];
        let mut kept = [&self.controller.keep()[..], stages, self.jacobian(), &factors].concat();
        if let Some(renewal) = &self.renewal {
            kept.extend(renewal.keep().iter().chain(&self.start).chain(&self.slopes));
        }
        kept
    }

    /// Takes up what [`Rosenbrock::kept`] gave; none where it does not fit.
    pub(super) fn take(&mut self, numbers: &mut Numbers) -> Option<()> {
        self.controller.take_up(numbers)?;
        numbers.fill(self.accepted.parts().stages.as_flattened_mut().as_flattened_mut())?;
        numbers.fill(&mut self.jacobian)?;
        self.left = Left::Nowhere;
        self.shift = numbers.one()?;
        let is_pivoted = numbers.one()? != 0.0;
        if let Some(renewal) = &mut self.renewal {
            renewal.take_up(numbers)?;
            numbers.fill(&mut self.start)?;
            numbers.fill(&mut self.slopes)?;
        }
        // the same factors as those that were there
        let (linear, jacobian) = (&mut self.linear, &self.jacobian);
        let is_made = match self.shift.is_nan() {
            true => true,
            false if is_pivoted => linear.factor_pivoted(jacobian, self.shift),
            false => linear.factor(jacobian, self.shift).is_ok(),
        };
        is_made.then_some(())
    }
}
