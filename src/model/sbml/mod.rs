//! SBML: models as the field exchanges them, of all levels, to one typed document and back.
//!
//! ```
//! use homeostat::model::sbml::{Document, InitialQuantity};
//! let text = r#"<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model name="decay">
//!     <listOfCompartments><compartment name="cell"/></listOfCompartments>
//!     <listOfSpecies><species name="a" compartment="cell" initialAmount="10"/></listOfSpecies>
//!     <listOfReactions><reaction name="loss" reversible="false">
//!         <listOfReactants><speciesReference species="a"/></listOfReactants>
//!         <kineticLaw formula="0.5 * cell * a"/></reaction></listOfReactions></model></sbml>"#;
//! let document = Document::from_xml(text)?;
//! assert_eq!(document.model.species[0].initial, Some(InitialQuantity::Amount(10.0)));
//! let written = document.to_xml(); // Level 3 Version 2
//! assert_eq!(Document::from_xml(&written)?, document);
//! # Ok::<(), homeostat::Error>(())
//! ```
//!
//! # The way of a file
//!
//! `limits` looks at the text before it is parsed, so that nothing in it can make the parser take long or much.
//! `xml` has elements with places and typed attributes, and keeps all problems. `read` makes a [`Document`] of
//! them: what a lower level says otherwise, or takes for granted, is said as Level 3 says it. `math` has formulas
//! as trees. `check` sees whether names name something and what depends on what. `flatten` puts the instances of
//! submodels into one model. `write` is the way out.
//!
//! What a level leaves open or says by other words:
//!
//! | level | read as |
//! |---|---|
//! | 1 | `name` is the identifier; formulas are text; volume is 1; `constant` is what no rule determines |
//! | 1 Version 1 | `specie` in all names |
//! | 1, 2 | stoichiometry is 1, over its `denominator`; `reversible` true; the units `substance`, `time`, `volume`, `area`, `length` are defined; units of single rates and delays are warned about and not used |
//! | 2 | `stoichiometryMath` is an assignment rule for the reference, which gets an identifier if it has none; a number is a number |
//! | 2 | events: `initialValue`, `persistent` and `useValuesFromTriggerTime` are true |
//! | 3 | what is required must be there; a formula that is not there stays away |
//!
//! Types of compartments and species, `outside` and `charge` change no number and are not kept; nor is what lists
//! say of themselves (identifier, notes). The laws that Level 1 predefines by name are refused.
//!
//! # From a document to a network
//!
//! [`Document::network`] says what a flattened document means: in a [`Network`](crate::network::Network) the state of a
//! species is its amount, and what a name means in formulas (an amount or a concentration, a size, a rate, the number of
//! a reference) is put in its place. Numbers are taken as they stand, in units that are never converted. `network`
//! reads the lists in one order: what has a value, reactions, values at the start, rules, events, algebraic rules with
//! what they determine, fast reactions, and last the rates of change that formulas ask for.

mod check;
mod composition;
mod document;
mod flatten;
mod from_network;
mod limits;
mod math;
mod network;
mod read;
mod walk;
mod write;
mod xml;

pub use composition::*;
pub use document::*;
pub(super) use from_network::note;
pub use math::{Constant, Lambda, Math, Operator};

use crate::error::{Error, Problem};
use std::path::Path;

impl Document {
    /// Reads a document of any level, submodels and all; the example of this page shows it.
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
    /// ```
    /// use homeostat::model::sbml::Document;
    /// let error = Document::from_bytes(b"<sbml>\n</sbm>").unwrap_err();
    /// assert_eq!(error.problems()[0].line, Some(2));
    /// ```
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
    /// ```
    /// use homeostat::model::sbml::Document;
    /// let text = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"
    ///     xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true">
    ///     <model><comp:listOfSubmodels><comp:submodel comp:id="left" comp:modelRef="side"/>
    ///         <comp:submodel comp:id="right" comp:modelRef="side"/></comp:listOfSubmodels></model>
    ///     <comp:listOfModelDefinitions><comp:modelDefinition id="side"><listOfParameters>
    ///         <parameter id="k" value="1" constant="true"/></listOfParameters></comp:modelDefinition>
    ///     </comp:listOfModelDefinitions></sbml>"#;
    /// let flat = Document::from_xml(text)?.flattened(None)?;
    /// let names: Vec<&str> = flat.model.parameters.iter().map(|p| p.base.id()).collect();
    /// assert_eq!(names, ["left__k", "right__k"]);
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// Definitions or elements that are not there, definitions in a circle, elements that are replaced twice, and
    /// all that is wrong with the result.
    pub fn flattened(self, folder: Option<&Path>) -> Result<Document, Error> {
        if self.model.submodels.is_empty() {
            let model = SbmlModel { ports: Vec::new(), ..self.model };
            return Ok(Document { model, origin: self.origin, ..Document::default() });
        }
        flatten::flatten(&self, folder)
    }

    /// The document as XML: Level 3 Version 2, or Version 1 where a reaction is fast, which Version 2 no longer
    /// has. Reading it gives an equal document.
    pub fn to_xml(&self) -> String {
        write::document(self)
    }
}
