//! Which order to use (E. Hairer & G. Wanner, *Stiff differential equations solved by Radau methods*, J. Comput. Appl. Math.
//! 111 (1999) 93-111, section 4): Newton's contraction says whether a step is short enough for a higher order to pay.

use crate::solver::stepper::Numbers;

/// The order goes up where the contraction is at most this,
const UP: f64 = 0.002;
/// and down where it is at least this, or where Newton's iterations did not converge.
const DOWN: f64 = 0.8;
/// It goes up only while steps are about as long as the last one,
const STEADY: [f64; 2] = [0.8, 1.2];
/// and after this many steps with one order.
const STEPS: u32 = 10;

/// The number of stages in use, among those allowed.
#[derive(Clone, Debug)]
pub(super) struct Order {
    least: usize,
    most: usize,
    pub stages: usize,
    /// Steps accepted with this order, up to `STEPS`.
    steps: u32,
    /// Psi, the contraction with a memory of one step.
    psi: f64,
    has_failed: bool,
}

impl Order {
    /// Between these numbers of stages.
    pub fn new(least: usize, most: usize) -> Self {
        Order { least, most, stages: least, steps: 0, psi: 0.0, has_failed: false }
    }

    /// The most stages that there may be.
    pub fn most(&self) -> usize {
        self.most
    }

    pub fn restart(&mut self) {
        *self = Order::new(self.least, self.most);
    }

    /// Newton's iterations did not converge.
    pub fn failed(&mut self) {
        self.has_failed = true;
    }

    /// After an accepted step: the contraction seen (none in a single iteration), and how long the step was for the last one.
    /// Gives whether the order has changed.
    pub fn accepted(&mut self, theta: Option<f64>, growth: f64) -> bool {
        self.steps = (self.steps + 1).min(STEPS + 1);
        self.psi = theta.unwrap_or(0.0).max(0.5 * self.psi).min(10.0);
        let was = self.stages;
        if self.psi >= DOWN || self.has_failed {
            self.stages = self.least.max(was - 2);
        } else if self.steps > STEPS && theta.is_some() && self.psi <= UP && (STEADY[0]..STEADY[1]).contains(&growth) {
            self.stages = self.most.min(was + 2);
        }
        self.has_failed = false;
        let has_changed = self.stages != was;
        if has_changed {
            (self.steps, self.psi) = (0, 0.0);
        }
        has_changed
    }

    /// What is remembered, as numbers.
    pub fn keep(&self) -> [f64; 4] {
        [self.stages as f64, f64::from(self.steps), self.psi, f64::from(u8::from(self.has_failed))]
    }

    /// Goes on from where another one was.
    pub fn take_up(&mut self, numbers: &mut Numbers) -> Option<()> {
        let stages = numbers.one()?;
        self.stages = (self.least..=self.most).step_by(2).find(|s| *s as f64 == stages)?;
        self.steps = numbers.one()? as u32;
        self.psi = numbers.one()?;
        self.has_failed = numbers.one()? != 0.0;
        Some(())
    }
}
