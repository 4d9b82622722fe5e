//! What becomes of elements: deleted, or replaced by another one, which may be replaced in turn.

use super::super::composition::Reference;
use super::problem;
use super::tree::{Handle, Tree};
use crate::error::{Error, Problem};
use std::collections::HashMap;

#[derive(Clone, Debug)]
enum Fate {
    Gone,
    /// Another element stands for it: its value is that of this one times the parameter of that name in an instance.
    By(Handle, Option<(usize, String)>),
}

pub(super) struct Fates {
    fates: HashMap<Handle, Fate>,
    /// Elements that have the identifier of the one they stand for.
    named_as: HashMap<Handle, Handle>,
    dropped: Vec<bool>,
}

/// What stands for an element in the end.
pub(super) struct Last {
    pub(super) element: Handle,
    /// Parameters whose product turns the value of what was replaced into that of what stands for it: each by the
    /// instance where it is, and its name there.
    pub(super) factors: Vec<(usize, String)>,
}

impl Fates {
    /// Containing instances speak first, so that what they replaced keeps that fate.
    pub(super) fn of(tree: &Tree) -> Result<Fates, Error> {
        let mut fates = Fates { fates: HashMap::new(), named_as: HashMap::new(), dropped: Vec::new() };
        let mut problems = Vec::new();
        for (number, instance) in tree.instances.iter().enumerate() {
            let prefix = &instance.prefix;
            for submodel in &instance.model.submodels {
                for deletion in &submodel.deletions {
                    let found = find(tree, number, submodel.base.id(), &deletion.target);
                    match found {
                        Ok(element) => _ = fates.fates.entry(element).or_insert(Fate::Gone),
                        Err(message) => problems.push(problem(prefix, &deletion.base, message)),
                    }
                }
            }
            for (element, (_, base)) in instance.model.bases().into_iter().enumerate() {
                let element = (number, element);
                for replaced in base.replaced.iter().filter(|r| r.deletion.is_none()) {
                    let factor = replaced.conversion_factor.clone().map(|name| (number, name));
                    let done = find(tree, number, &replaced.submodel, &replaced.target)
                        .and_then(|found| fates.set(tree, found, Fate::By(element, factor)));
                    problems.extend(done.err().map(|message| problem(prefix, base, message)));
                }
                if let Some(by) = &base.replaced_by {
                    let done = find(tree, number, &by.submodel, &by.target).and_then(|found| {
                        if fates.fates.contains_key(&element) {
                            return fates.set(tree, found, Fate::By(element, None));
                        }
                        fates.named_as.entry(found).or_insert(element);
                        fates.set(tree, element, Fate::By(found, None))
                    });
                    problems.extend(done.err().map(|message| problem(prefix, base, message)));
                }
            }
        }
        if fates.fates.keys().any(|element| !fates.ends(*element)) {
            problems.push(Problem::error([""; 0], "elements of submodels replace each other in a circle"));
        }
        for instance in &tree.instances {
            let is_dropped = instance.parent.is_some_and(|p| fates.dropped[p.0] || fates.fates.contains_key(&p));
            fates.dropped.push(is_dropped);
        }
        if problems.is_empty() { Ok(fates) } else { Err(Error::Input(problems)) }
    }

    fn set(&mut self, tree: &Tree, element: Handle, fate: Fate) -> Result<(), String> {
        match self.fates.get(&element) {
            Some(Fate::By(other, _)) => {
                let other = &tree.instances[other.0].prefix;
                Err(format!("an element of {} is replaced twice, also in {other}", tree.instances[element.0].prefix))
            }
            _ => {
                self.fates.insert(element, fate);
                Ok(())
            }
        }
    }

    /// Whether nothing of an instance is left.
    pub(super) fn is_dropped(&self, instance: usize) -> bool {
        self.dropped[instance]
    }

    /// Whether an element stays.
    pub(super) fn stays(&self, element: Handle) -> bool {
        !self.fates.contains_key(&element)
    }

    /// What stands for an element in the end; nothing where it is deleted.
    pub(super) fn last(&self, element: Handle) -> Option<Last> {
        let mut last = Last { element, factors: Vec::new() };
        for _ in 0..=self.fates.len() {
            match self.fates.get(&last.element) {
                None => return Some(last),
                Some(Fate::Gone) => return None,
                Some(Fate::By(next, factor)) => {
                    last.element = *next;
                    last.factors.extend(factor.clone());
                }
            }
        }
        None
    }

    /// Whether the way of an element ends in a deletion, not in a circle.
    fn ends(&self, element: Handle) -> bool {
        let mut at = element;
        for _ in 0..=self.fates.len() {
            match self.fates.get(&at) {
                Some(Fate::By(next, _)) => at = *next,
                _ => return true,
            }
        }
        false
    }

    /// The element whose identifier an element has.
    pub(super) fn named_as(&self, element: Handle) -> Handle {
        let mut at = element;
        for _ in 0..self.named_as.len() {
            match self.named_as.get(&at) {
                Some(next) => at = *next,
                None => break,
            }
        }
        at
    }
}

fn find(tree: &Tree, instance: usize, submodel: &str, target: &Option<Reference>) -> Result<Handle, String> {
    let target = target.as_ref().ok_or("it does not say which element is meant")?;
    tree.find(tree.submodel(instance, submodel)?, target)
}
