//! The factors of `(gamma/h) M - J` and `((alpha + i beta)/h) M - J`, one set for each length of a step.

use super::tables::{STAGES_3, STAGES_5, STAGES_7};
use crate::linalg::{ComplexSolver, LinearSolver};
use crate::program::Executor;
use crate::solver::stepper::Fault;
use crate::solver::vector::padded_mass;
use crate::solver::{Failure, Options, Shape, Statistics};

/// Factors are used for steps longer or shorter by this part.
const DRIFT: f64 = 1e-4;

#[derive(Clone, Debug)]
pub(super) struct Factors {
    pub linear: LinearSolver,
    pub complex: Vec<ComplexSolver>,
    /// The diagonal of M, padded; none where it is the identity.
    pub mass: Option<Vec<f64>>,
    /// Stages and step that they are for; none where there are none of this Jacobian.
    made: Option<(usize, f64)>,
}

/// Eigenvalues of A^-1: the real one, and (alpha, beta) of each pair.
fn eigenvalues(stages: usize) -> (f64, &'static [[f64; 2]]) {
    match stages {
        3 => (STAGES_3.gamma, STAGES_3.pairs),
        5 => (STAGES_5.gamma, STAGES_5.pairs),
        _ => (STAGES_7.gamma, STAGES_7.pairs),
    }
}

impl Factors {
    /// For so many stages at the most.
    pub fn new(shape: &Shape, stages: usize, options: &Options) -> Result<Self, Failure> {
        let complex = || ComplexSolver::new(&shape.jacobian, options.executor, options.linear_algebra);
        Ok(Factors {
            linear: LinearSolver::new(&shape.jacobian, options.executor, options.linear_algebra)?,
            complex: (0..stages / 2).map(|_| complex()).collect::<Result<_, _>>()?,
            mass: padded_mass(shape),
            made: None,
        })
    }

    /// Stages and step that they are for.
    pub fn made(&self) -> Option<(usize, f64)> {
        self.made
    }

    /// The shift of the real ones.
    pub fn shift(&self) -> Option<f64> {
        self.made.map(|(stages, h)| eigenvalues(stages).0 / h)
    }

    /// There is another Jacobian.
    pub fn forget(&mut self) {
        self.made = None;
    }

    /// Makes them ready for a step of length h.
    pub fn make(&mut self, jacobian: &[f64], stages: usize, h: f64, statistics: &mut Statistics) -> Result<(), Fault> {
        if self.made.is_some_and(|(s, old)| s == stages && (h - old).abs() <= DRIFT * old) {
            return Ok(());
        }
        self.made = None;
        statistics.factorisations += 1 + stages as u64 / 2;
        let (gamma, pairs) = eigenvalues(stages);
        self.linear.factor(jacobian, gamma / h).map_err(|s| Fault::Singular(s.row))?;
        statistics.fallback_factorisations += u64::from(self.linear.is_fallback());
        for (complex, [alpha, beta]) in self.complex.iter_mut().zip(pairs) {
            complex.factor(jacobian, [alpha / h, beta / h]).map_err(|s| Fault::Singular(s.row))?;
            statistics.fallback_factorisations += u64::from(complex.is_fallback());
        }
        self.made = Some((stages, h));
        Ok(())
    }

    pub fn set_executor(&mut self, executor: Executor) {
        self.linear.set_executor(executor);
        for complex in &mut self.complex {
            complex.set_executor(executor);
        }
    }
}
