//! What depends on itself: functions that call each other in a circle, and values at one instant.

use super::super::document::{Base, RuleKind, SbmlModel};
use super::super::math::{Math, Operator};
use super::fault;
use crate::error::Problem;
use std::collections::HashMap;

/// Who depends on whom, by name.
struct Web<'m> {
    all: Vec<Entry<'m>>,
    needs: Vec<Vec<usize>>,
}

/// A name, where it stands, and the names it depends on.
type Entry<'m> = (&'m str, &'m Base, Vec<&'m str>);

pub(super) fn check(model: &SbmlModel, problems: &mut Vec<Problem>) {
    let functions =
        model.functions.iter().filter_map(|f| Some((f.base.id(), &f.base, calls(&f.lambda.as_ref()?.body))));
    if let Some(circle) = Web::of(functions.collect()).circle() {
        let message = format!("functions call each other in a circle: {}", circle.text);
        problems.push(fault(["functionDefinition", circle.name], circle.base, Some(20303), message));
    }
    // values that formulas give at one instant (Level 3 Version 2, section 4.9.5)
    let assigned = model.rules.iter().filter_map(|rule| match &rule.kind {
        RuleKind::Assignment(variable) => Some((variable.as_str(), &rule.base, names(rule.math.as_ref()?))),
        _ => None,
    });
    let started =
        model.initial_assignments.iter().filter_map(|a| Some((a.symbol.as_str(), &a.base, names(a.math.as_ref()?))));
    let rates = model.reactions.iter().filter_map(|r| {
        let law = r.kinetic_law.as_ref()?;
        let mut needs = names(law.math.as_ref()?);
        needs.retain(|name| law.parameters.iter().all(|p| p.base.id() != *name));
        Some((r.base.id(), &law.base, needs))
    });
    if let Some(circle) = Web::of(assigned.chain(started).chain(rates).collect()).circle() {
        let message = format!("values depend on each other in a circle: {}", circle.text);
        problems.push(fault(["", circle.name], circle.base, Some(20906), message));
    }
}

fn calls(math: &Math) -> Vec<&str> {
    let mut all = Vec::new();
    math.visit(&mut |part| {
        if let Math::Call(name, _) = part {
            all.push(name.as_str());
        }
    });
    all
}

/// Names whose values count now: not those that are asked for their rate of change or their past.
fn names(math: &Math) -> Vec<&str> {
    match math {
        Math::Name(name) => vec![name],
        Math::Apply(Operator::RateOf, _) => Vec::new(),
        Math::Apply(Operator::Delay, arguments) => arguments.iter().skip(1).flat_map(names).collect(),
        _ => math.parts().into_iter().flat_map(names).collect(),
    }
}

struct Circle<'m> {
    name: &'m str,
    base: &'m Base,
    text: String,
}

impl<'m> Web<'m> {
    fn of(all: Vec<Entry<'m>>) -> Self {
        let numbers: HashMap<&str, usize> = all.iter().enumerate().map(|(i, (name, ..))| (*name, i)).collect();
        let needs = |entry: &Entry| entry.2.iter().filter_map(|name| numbers.get(name).copied()).collect();
        Web { needs: all.iter().map(needs).collect(), all }
    }

    /// A circle, if there is one: depth first, with a list for a stack, as chains may be long.
    fn circle(&self) -> Option<Circle<'m>> {
        let (mut done, mut open) = (vec![false; self.all.len()], vec![false; self.all.len()]);
        for start in 0..self.all.len() {
            let mut path = if done[start] { Vec::new() } else { vec![(start, 0)] };
            while let Some((at, next)) = path.last_mut() {
                open[*at] = true;
                let Some(&need) = self.needs[*at].get(*next) else {
                    (open[*at], done[*at]) = (false, true);
                    path.pop();
                    continue;
                };
                *next += 1;
                if open[need] {
                    let from = path.iter().position(|(node, _)| *node == need).unwrap_or(0);
                    let mut names: Vec<&str> = path[from..].iter().map(|(node, _)| self.all[*node].0).collect();
                    names.push(self.all[need].0);
                    return Some(Circle { name: self.all[need].0, base: self.all[need].1, text: names.join(" -> ") });
                }
                if !done[need] {
                    path.push((need, 0));
                }
            }
        }
        None
    }
}
