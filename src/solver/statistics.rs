//! What a run has cost.

/// Work counts: they depend on the problem and the options alone, not on the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Steps accepted.
    pub steps: u64,
    /// Steps rejected.
    pub rejected: u64,
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
}
