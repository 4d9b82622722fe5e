//! A document without submodels, from one with them (`comp` Version 1, chapter 3): all instances of definitions
//! as a tree, what is deleted or replaced in it, then all that is left under names of its own.

mod convert;
mod fate;
mod names;
mod source;
mod tree;

use super::document::{Document, SbmlModel};
use crate::error::{Error, Problem};
use convert::Part;
use fate::Fates;
use names::Whole;
use source::Sources;
use std::path::Path;
use tree::Tree;

/// The document without submodels. Files of external definitions are below `folder`.
pub(super) fn flatten(document: &Document, folder: Option<&Path>) -> Result<Document, Error> {
    let mut sources = Sources::new(document, folder);
    let tree = Tree::grow(&mut sources)?;
    let fates = Fates::of(&tree)?;
    let mut flat = Document { origin: document.origin.clone(), ..Document::default() };
    for number in 0..tree.instances.len() {
        if fates.is_dropped(number) {
            continue;
        }
        let part = Part::new(Whole { tree: &tree, fates: &fates }, number).flattened();
        if number == 0 { flat.model = part } else { merge(&mut flat.model, part) }
    }
    let problems: Vec<Problem> = super::check::check(&flat).into_iter().filter(Problem::is_error).collect();
    if problems.is_empty() { Ok(flat) } else { Err(Error::Input(problems)) }
}

fn merge(into: &mut SbmlModel, part: SbmlModel) {
    into.functions.extend(part.functions);
    into.units.extend(part.units);
    into.compartments.extend(part.compartments);
    into.species.extend(part.species);
    into.parameters.extend(part.parameters);
    into.initial_assignments.extend(part.initial_assignments);
    into.rules.extend(part.rules);
    into.constraints.extend(part.constraints);
    into.reactions.extend(part.reactions);
    into.events.extend(part.events);
}

/// A problem of composition, at an element of an instance.
fn problem(place: &str, base: &super::document::Base, message: String) -> Problem {
    let place = if place.is_empty() { base.id().to_string() } else { format!("{place}__{}", base.id()) };
    let mut problem = Problem::error(Some(place).filter(|p| !p.is_empty()), message);
    problem.line = (base.at.line > 0).then_some(base.at.line as usize);
    problem
}
