//! SBML.

mod check;
mod composition;
mod document;
mod flatten;
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
use std::path::Path;

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

    /// Reads a document from the bytes of a file.
    ///
    /// # Errors
    /// As [`Document::from_xml`]; also what is no text in UTF-8.
    pub fn from_bytes(bytes: &[u8]) -> Result<Document, Error> {
        let fail = |message: &str| Err(Problem::error([""; 0], message).into());
        if bytes.starts_with(b"PK\x03\x04") {
            return fail("an archive (OMEX) is not read: unpack it and name the SBML file in it");
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Document::from_xml(text),
            Err(error) => {
                let line = 1 + bytes[..error.valid_up_to()].iter().filter(|c| **c == b'\n').count();
                let message = "not UTF-8, in which SBML is written: save it so (SBML rule 10101)";
                Err(Problem { line: Some(line), ..Problem::error([""; 0], message) }.into())
            }
        }
    }

    /// Reads a file; submodels are flattened, their definitions in other files found below its folder.
    ///
    /// # Errors
    /// As [`Document::from_bytes`] and [`Document::flattened`]; a file that cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Document, Error> {
        let path = path.as_ref();
        let document = Document::from_bytes(&std::fs::read(path).map_err(|e| Error::file(path, &e))?)?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        document.flattened(Some(folder))
    }

    /// The document without submodels: what is in them is called `submodel__id`, and `a__b__id` in a submodel of a
    /// submodel (`comp` Version 1, section 3.9). Without a `folder` definitions in other files are refused.
    ///
    /// # Errors
    /// Definitions or elements that are not there, definitions in a circle, elements that are replaced twice, and
    /// all that is wrong with the result.
    pub fn flattened(self, folder: Option<&Path>) -> Result<Document, Error> {
        if self.model.submodels.is_empty() {
            return Ok(Document { definitions: Vec::new(), externals: Vec::new(), ..self });
        }
        flatten::flatten(&self, folder)
    }

    /// The document as XML: Level 3 Version 2, or Version 1 where a reaction is fast, which Version 2 no longer
    /// has. Reading it gives an equal document.
    pub fn to_xml(&self) -> String {
        write::document(self)
    }
}
