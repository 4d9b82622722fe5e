//! From a model file to SBML.

use super::Model;
use super::sbml::{Document, note};
use crate::error::{Error, Problem};
use crate::network::Occasion;

impl Model {
    /// The model as an SBML document, with what a schedule comes to and its title, paper and DOI, and beside it what could not
    /// be carried over ([`Document::from_network`]).
    ///
    /// ```
    /// use homeostat::simulation::Simulation;
    /// let model = homeostat::library::load("best-2009-dopamine")?;
    /// let mut simulation = Simulation::new(&model.network())?;
    /// simulation.add_schedule_named("meals")?;
    /// let (document, warnings) = model.to_sbml(&simulation.occasions())?;
    /// assert_eq!(document.model.base.name.as_deref(), Some(model.model.title.as_str()));
    /// assert!(document.model.events.iter().any(|event| event.base.id() == "btyr_begins"));
    /// assert!(warnings.is_empty());
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Document::from_network`].
    pub fn to_sbml(&self, occasions: &[Occasion]) -> Result<(Document, Vec<Problem>), Error> {
        let (mut document, warnings) = Document::from_network(&self.network(), occasions)?;
        let header = &self.model;
        if !header.title.is_empty() {
            document.model.base.name = Some(header.title.clone());
        }
        let doi = if header.doi.is_empty() { String::new() } else { format!("https://doi.org/{}", header.doi) };
        let end = header.end.as_ref().map_or(String::new(), |end| format!("A run ends at {end}."));
        let said: Vec<String> = [header.paper.clone(), doi, end].into_iter().filter(|text| !text.is_empty()).collect();
        document.model.base.notes = note(&said);
        Ok((document, warnings))
    }
}
