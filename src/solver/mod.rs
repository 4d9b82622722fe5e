//! Adaptive solvers for stiff initial value problems.
//!
//! [`OdeSystem`] is all a solver sees; implement it for a struct of your own to use the solvers
//! without a network. [`Solver`] owns its workspace: it can be stored, cloned, sent to a thread and
//! used again. [`solve`] is the short way from a system to rows of numbers.
//! `docs/choose-a-solver.md` says which [`Method`] when, `docs/accuracy.md` how exact each is.
//!
//! ```
//! use homeostat::linalg::Pattern;
//! use homeostat::solver::{solve, OdeSystem, Options, Point, Reject, Shape};
//!
//! /// y' = -p0 (y - cos t): Prothero and Robinson's problem, stiff for a large p0.
//! struct Relaxation(Shape);
//!
//! impl OdeSystem for Relaxation {
//!     fn shape(&self) -> &Shape {
//!         &self.0
//!     }
//!     fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
//!         dydt[0] = -at.parameters[0] * (y[0] - at.t.cos());
//!         Ok(())
//!     }
//!     fn jacobian(&self, at: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
//!         values[0] = -at.parameters[0];
//!         Ok(())
//!     }
//!     fn time_derivative(&self, at: &Point, _: &[f64], dfdt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
//!         dfdt[0] = -at.parameters[0] * at.t.sin();
//!         Ok(())
//!     }
//! }
//!
//! let system = Relaxation(Shape::new(Pattern::dense(1)).forced());
//! let solution = solve(&system, &[1e6], &[1.0], &[0.0, 1.0], &Options::default())?;
//! assert!((solution.rows[1][0] - 1.0_f64.cos()).abs() < 1e-5);
//! # Ok::<(), homeostat::solver::Interrupted>(())
//! ```

mod attempt;
mod auto;
mod bdf;
mod check;
mod consistency;
mod control;
mod credible;
mod dense;
mod differences;
mod dormand_prince;
mod esdirk;
mod event;
mod exact;
mod explicit;
mod failure;
mod integrator;
mod invariant;
mod memory;
mod non_negative;
mod norm;
mod options;
mod points;
mod radau;
mod refinement;
mod renewal;
mod rodas3;
mod rodas4;
mod rodas5p;
mod ros34pw2;
mod rosenbrock;
mod sensitive_solution;
mod sensitivities;
mod shape;
mod snapshot;
mod solution;
mod stages;
mod statistics;
mod stepper;
mod stepping;
mod system;
mod tableau;
mod tangent;
mod turns;
mod vector;
mod whole;
mod whole_bordered;
mod whole_tangent;

pub use crate::linalg::{LinearAlgebra, Refusal};
pub use crate::program::{Direction, Executor};
pub use check::{WrongEntry, check_jacobian};
pub use event::Advance;
pub(crate) use event::History;
pub(crate) use exact::Exact;
pub use failure::{Failure, FailureKind};
pub use integrator::Solver;
pub use invariant::Invariant;
pub use options::{Method, NonNegative, Options, StepSize, Tolerance};
pub use points::{AtPoints, Points};
pub use sensitive_solution::{SensitiveSolution, solve_with_sensitivities};
pub use sensitivities::{By, Sensitivities};
pub use shape::Shape;
pub use snapshot::Snapshot;
pub use solution::{Interrupted, Solution, solve};
pub use statistics::Statistics;
pub use system::{After, Along, OdeSystem, Point, Reject};
pub(crate) use whole::Whole;
