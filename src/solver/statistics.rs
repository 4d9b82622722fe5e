//! What a run has cost.

use serde::{Deserialize, Serialize};

/// Work counts: they depend on the problem and the options alone, not on the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Statistics {
    /// Steps accepted.
    pub steps: u64,
    /// Steps rejected.
    pub rejected: u64,
    /// Accepted steps that an explicit method has taken.
    pub explicit_steps: u64,
    /// Times that [`Method::Auto`](super::Method::Auto) went over from its explicit side to the implicit one, or back.
    pub switches: u64,
    /// Right-hand sides evaluated.
    pub rhs: u64,
    /// Jacobians evaluated.
    pub jacobians: u64,
    /// Matrices factored.
    pub factorisations: u64,
    /// Linear systems solved.
    pub solves: u64,
    /// Factorisations that needed pivoting.
    pub fallback_factorisations: u64,
    /// Newton iterations, of methods that have some.
    #[serde(default)]
    pub newton_iterations: u64,
    /// Times that Newton's iterations did not converge.
    #[serde(default)]
    pub convergence_failures: u64,
    /// Times that the root functions were evaluated.
    pub roots: u64,
    /// Root functions that have gone through zero and made something happen.
    pub events: u64,
    /// Switches of rates that have turned ([`Shape::with_switches`](super::Shape::with_switches)).
    #[serde(default)]
    pub mode_changes: u64,
    /// Accepted steps whose state was moved back to zero ([`NonNegative`](super::NonNegative)).
    #[serde(default)]
    pub projections: u64,
    /// Steps rejected because a component was below zero by more than its tolerance; they count among the rejected, too.
    #[serde(default)]
    pub rejected_negative: u64,
}
