//! SBML.

mod check;
mod composition;
mod document;
mod limits;
mod math;
mod read;
mod walk;
mod write;
mod xml;

pub use composition::*;
pub use document::*;
pub use math::{Constant, Lambda, Math, Operator};

use crate::error::{Error, Problem};

impl Document {
    /// Reads a document of any level.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn from_xml(text: &str) -> Result<Document, Error> {
        let mut document = read::document(text)?;
        let (errors, warnings): (Vec<Problem>, Vec<Problem>) =
            check::check(&document).into_iter().partition(Problem::is_error);
        document.origin.warnings.extend(warnings);
        if errors.is_empty() { Ok(document) } else { Err(Error::Input(errors)) }
    }

    /// The document as XML: Level 3 Version 2, or Version 1 where a reaction is fast, which Version 2 no longer
    /// has. Reading it gives an equal document.
    pub fn to_xml(&self) -> String {
        write::document(self)
    }
}
