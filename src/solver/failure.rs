//! Why a run ends before its end.

use super::Reject;
use crate::linalg::Refusal;
use std::fmt;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The step fell below 16 units in the last place of t: the solution may blow up here.
    StepTooSmall,
    /// The right-hand side, its Jacobian or the state is not a finite number, however small the step.
    NotFinite,
    /// The limit on steps is reached.
    TooManySteps,
    /// The limit on right-hand sides is reached.
    TooManyEvaluations,
    /// The limit on time by the clock is reached.
    TimeLimit,
    /// Events make one another happen at one instant, without end.
    RepeatedEvents,
    /// Events follow one another in intervals that shrink to nothing.
    AccumulatingEvents,
    /// A root function is driven back to zero from both sides: the solution slides along a switch.
    Sliding,
    /// The equations, an event or the caller take a component below zero that is to stay at zero or above.
    Negative,
    /// The linear system of a step cannot be solved, however small the step.
    Singular,
    /// The algebraic equations do not determine the algebraic states. Before a run: whatever the values, and the component
    /// is that of an equation for which no state is left. Later: at the values reached, and the component is a state that
    /// the equations leave open.
    Undetermined,
    /// The system is too large for the linear algebra that is asked for.
    LinearAlgebra(Refusal),
    /// From where the algebraic states are put, no values are found that satisfy the algebraic equations.
    Inconsistent,
    /// The equations of a step cannot be solved by iteration, however small the step.
    NotConverged,
    /// The problem is stiff, and the method is explicit.
    Stiff,
    /// No steady state was found.
    Unsettled,
    /// Sensitivities have no value: the solution has a kink or a jump in what they are by.
    NoSensitivity(&'static str),
    /// The caller ended the run.
    Cancelled,
    /// The system refused to go on.
    Aborted(&'static str),
    /// An option or argument is out of its range.
    Options(&'static str),
}

/// A run that ended early: what, when, and in which component.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The time reached (NaN where the run did not begin).
    pub t: f64,
    /// The step tried last.
    pub step: f64,
    /// The component with the largest error, or the first that is not finite.
    pub component: Option<usize>,
    /// The root function that goes to and fro, where events do not let the time go on; after those of events come switches.
    pub root: Option<usize>,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, t: f64) -> Self {
        Failure { kind, t, step: f64::NAN, component: None, root: None }
    }

    /// A system that gives no value where there is no shorter step to try.
    pub(super) fn from_reject(reject: Reject, t: f64) -> Self {
        let kind = match reject {
            Reject::Abort(text) => FailureKind::Aborted(text),
            Reject::Retry => FailureKind::NotFinite,
        };
        Failure::new(kind, t)
    }

    /// A run that its caller ended.
    pub(crate) fn cancelled(t: f64) -> Self {
        Failure::new(FailureKind::Cancelled, t)
    }

    /// A search for a steady state that did not arrive.
    pub(crate) fn unsettled(t: f64) -> Self {
        Failure::new(FailureKind::Unsettled, t)
    }

    /// What to try.
    pub fn advice(&self) -> &'static str {
        match self.kind {
            FailureKind::StepTooSmall => {
                "the solution may grow without bound here; end the run earlier, check rates that increase with their own product, or loosen the tolerances"
            }
            FailureKind::NotFinite => {
                "check the rate laws for a division by zero, a logarithm or a root of a value that can become negative"
            }
            FailureKind::TooManySteps => "allow more steps, loosen the tolerances, or end the run earlier",
            FailureKind::TooManyEvaluations => {
                "allow more right-hand sides, loosen the tolerances, or end the run earlier"
            }
            FailureKind::TimeLimit => "allow more time, loosen the tolerances, or end the run earlier",
            FailureKind::RepeatedEvents => {
                "let an event leave its threshold, so that it does not set off itself or another at once"
            }
            FailureKind::AccumulatingEvents => "end the run before, or let the event end it",
            FailureKind::Sliding => {
                "give the switch two thresholds some way apart, or a smooth transition in the place of the jump"
            }
            FailureKind::Negative => {
                "let what consumes it stop where there is none left, or do not ask for it to be non-negative"
            }
            FailureKind::Singular => {
                "end the run earlier: the step has outgrown the precision of the rates; or look for two equations that are the same"
            }
            FailureKind::Stiff => {
                "choose an implicit method, such as the default rodas5p; an explicit one would need very many steps"
            }
            FailureKind::Undetermined => {
                "let each algebraic equation depend on an algebraic state of its own: differentiate an equation that says something of differential states alone"
            }
            FailureKind::LinearAlgebra(Refusal::FillsIn { .. }) => {
                "choose an explicit method, which needs no elimination (dopri5, dop853), or ask for it all the same (sparse linear algebra)"
            }
            FailureKind::LinearAlgebra(_) => {
                "leave the choice of linear algebra to the library; for a large system build it with the feature `sparse`, and state where the Jacobian has entries"
            }
            FailureKind::Inconsistent => {
                "put the algebraic states close to values that satisfy their equations, and check that there are some"
            }
            FailureKind::NotConverged => {
                "check the Jacobian against the rates (`check_jacobian`), and look for rates that jump: those belong to events"
            }
            FailureKind::NoSensitivity(_) => {
                "move the parameters or the threshold a little, or end the run before this event"
            }
            FailureKind::Cancelled => "nothing is wrong",
            FailureKind::Unsettled => "look at a run: the model may oscillate or grow without bound",
            FailureKind::Aborted(_) => "see the message of the system",
            FailureKind::Options(_) => "correct the option",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            FailureKind::Options(text) => return f.write_str(text),
            FailureKind::LinearAlgebra(refusal) => return write!(f, "{refusal}"),
            FailureKind::Undetermined => {
                return f.write_str("the algebraic equations do not determine the algebraic states");
            }
            FailureKind::StepTooSmall => {
                write!(f, "the step size fell to {:e}, below 16 units in the last place of the time", self.step)?
            }
            FailureKind::NotFinite => write!(f, "a rate or its derivative is not a finite number")?,
            FailureKind::TooManySteps => write!(f, "the limit on the number of steps is reached")?,
            FailureKind::TooManyEvaluations => write!(f, "the limit on the number of right-hand sides is reached")?,
            FailureKind::TimeLimit => write!(f, "the limit on the time by the clock is reached")?,
            FailureKind::RepeatedEvents => write!(f, "events set one another off without end")?,
            FailureKind::AccumulatingEvents => write!(f, "events follow one another ever faster and accumulate")?,
            FailureKind::Sliding => write!(f, "the solution is driven back to a threshold from both sides")?,
            FailureKind::Negative => write!(f, "a state that is to stay at zero or above is taken below it")?,
            FailureKind::Inconsistent => write!(f, "no values of the algebraic states satisfy their equations")?,
            FailureKind::Singular => write!(f, "the linear system of the step is singular")?,
            FailureKind::NotConverged => {
                write!(f, "the iteration for the state at the end of a step does not converge")?
            }
            FailureKind::Stiff => write!(f, "the problem is stiff, and the method is explicit: found")?,
            FailureKind::NoSensitivity(text) => write!(f, "sensitivities have no value: {text}")?,
            FailureKind::Cancelled => write!(f, "the run was ended by its caller")?,
            FailureKind::Unsettled => write!(f, "no steady state was found")?,
            FailureKind::Aborted(text) => write!(f, "the system refused to go on: {text}")?,
        }
        write!(f, " at t = {}", self.t)
    }
}

impl std::error::Error for Failure {}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::new(FailureKind::LinearAlgebra(refusal), f64::NAN)
    }
}
