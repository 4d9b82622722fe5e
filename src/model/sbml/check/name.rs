//! Names that must be the only ones of their kind.

use super::super::document::{Base, Rule, RuleKind, SbmlModel};
use super::super::walk::Space;
use super::fault;
use crate::error::Problem;
use std::collections::{HashMap, HashSet};

pub(super) fn check(model: &SbmlModel, problems: &mut Vec<Problem>) {
    let bases = model.bases();
    let of = |space| bases.iter().filter(move |(s, _)| *s == space).map(|(_, base)| *base).collect();
    twice("", 10301, of(Space::Symbols), problems);
    twice("unitDefinition", 10302, of(Space::Units), problems);
    twice("port", 10301, model.ports.iter().map(|p| &p.base).collect(), problems);
    for law in model.reactions.iter().filter_map(|r| r.kinetic_law.as_ref()) {
        twice("localParameter", 10303, law.parameters.iter().map(|p| &p.base).collect(), problems);
    }
    let mut assigned = HashMap::new();
    for rule in &model.rules {
        if let Some(variable) = rule.variable() {
            once(&mut assigned, variable, ["rule", variable], &rule.base, 10304, problems);
        }
    }
    let assignments = model.rules.iter().filter(|r| matches!(r.kind, RuleKind::Assignment(_)));
    let is_assigned: HashSet<&str> = assignments.filter_map(Rule::variable).collect();
    let mut started = HashMap::new();
    for a in &model.initial_assignments {
        let place = ["initialAssignment", a.symbol.as_str()];
        once(&mut started, &a.symbol, place, &a.base, 20802, problems);
        if is_assigned.contains(a.symbol.as_str()) {
            let message = format!("{} has an assignment rule, which gives its value at the start, too", a.symbol);
            problems.push(fault(place, &a.base, Some(20803), message));
        }
    }
    for event in &model.events {
        let mut changed = HashMap::new();
        for a in &event.assignments {
            let place = ["event", event.base.id()];
            once(&mut changed, &a.variable, place, &a.base, 10305, problems);
            if is_assigned.contains(a.variable.as_str()) {
                let message = format!("{} has an assignment rule: an event cannot change it", a.variable);
                problems.push(fault(place, &a.base, Some(10306), message));
            }
        }
    }
}

/// Complains of names that stand twice.
pub(super) fn twice(kind: &str, rule: u32, bases: Vec<&Base>, problems: &mut Vec<Problem>) {
    let mut first = HashMap::new();
    for base in bases {
        if let Some(id) = &base.id {
            once(&mut first, id, [kind, id], base, rule, problems);
        }
    }
}

fn once<'a>(
    first: &mut HashMap<&'a str, &'a Base>,
    name: &'a str,
    place: [&str; 2],
    base: &'a Base,
    rule: u32,
    problems: &mut Vec<Problem>,
) {
    if let Some(other) = first.insert(name, base) {
        let line = if other.at.line > 0 { format!(", the other one on line {}", other.at.line) } else { String::new() };
        problems.push(fault(place, base, Some(rule), format!("{name} stands twice{line}: give one another name")));
    }
}
