//! What went wrong with a unit or a quantity.

use super::Dimension;
use std::fmt;

/// A text that is no unit, or a quantity of the wrong kind.
///
/// ```
/// let error = homeostat::units::Unit::parse("nmoll/h").unwrap_err();
/// assert_eq!(error.position, Some(1));
/// assert_eq!(error.hint.as_deref(), Some(r#"did you mean "nmol"?"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// What was found, and what is wrong with it.
    pub found: String,
    /// What would have been accepted.
    pub expected: String,
    /// How to mend it, where that can be guessed.
    pub hint: Option<String>,
    /// The character of the unit's text, counted from 1, at which reading failed.
    pub position: Option<usize>,
}

impl UnitError {
    pub(super) fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        UnitError { found: found.into(), expected: expected.into(), hint: None, position: None }
    }

    pub(super) fn mismatch(found: &str, is: Dimension, wanted: Dimension) -> Self {
        UnitError::new(format!("{} is {}", quote(found), is.with_article()), wanted.with_examples())
    }
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected {}", self.found, self.expected)?;
        self.hint.iter().try_for_each(|hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for UnitError {}

/// The text in quotation marks, cut short where it is long: a message should stay readable.
pub(super) fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() { format!("{:?}", cut + "…") } else { format!("{cut:?}") }
}
