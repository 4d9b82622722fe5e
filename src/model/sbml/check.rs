//! Whether a document holds together: names, what they name, and what depends on what.

mod cycle;
mod name;
mod reference;
mod unit;

use super::document::{Base, Document, SbmlModel};
use crate::error::Problem;

/// All that is wrong with a document.
pub(super) fn check(document: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    for model in document.definitions.iter().chain([&document.model]) {
        problems.extend(check_model(model));
    }
    let mut names: Vec<&Base> = document.definitions.iter().map(|m| &m.base).collect();
    names.extend(document.externals.iter().map(|e| &e.base));
    name::twice("model", 10301, names, &mut problems);
    problems
}

fn check_model(model: &SbmlModel) -> Vec<Problem> {
    let mut problems = Vec::new();
    name::check(model, &mut problems);
    reference::check(model, &mut problems);
    if problems.iter().all(|p| !p.is_error()) {
        cycle::check(model, &mut problems);
    }
    if problems.iter().all(|p| !p.is_error()) {
        unit::check(model, &mut problems);
    }
    problems
}

/// A problem with an element, by kind and name, with the number of SBML's rule where one is known.
pub(super) fn fault(place: [&str; 2], base: &Base, rule: Option<u32>, message: String) -> Problem {
    let rule = rule.map_or_else(String::new, |rule| format!(" (SBML rule {rule})"));
    let place = place.into_iter().filter(|name| !name.is_empty());
    let mut problem = Problem::error(place, format!("{message}{rule}"));
    problem.line = (base.at.line > 0).then_some(base.at.line as usize);
    problem
}
