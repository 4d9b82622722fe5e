//! Names in the whole.

use super::super::math::Math;
use super::fate::Fates;
use super::tree::{Handle, Tree};

/// Parameters whose product converts something.
pub(super) type Factors = Vec<Math>;

/// All instances, and what becomes of their elements.
#[derive(Clone, Copy)]
pub(super) struct Whole<'t> {
    pub(super) tree: &'t Tree,
    pub(super) fates: &'t Fates,
}

impl Whole<'_> {
    /// The identifier of an element: its own after that of its instance, or that of what it stands for.
    pub(super) fn identifier(self, element: Handle) -> Option<String> {
        self.own_identifier(self.fates.named_as(element)).or_else(|| self.own_identifier(element))
    }

    fn own_identifier(self, (instance, number): Handle) -> Option<String> {
        let instance = &self.tree.instances[instance];
        let id = instance.id(number)?;
        Some(if instance.prefix.is_empty() { id.to_string() } else { format!("{}__{id}", instance.prefix) })
    }

    /// What a name of an instance is in the whole, and what converts its value there to that of the whole.
    pub(super) fn flat(self, instance: usize, name: &str) -> (String, Factors) {
        let Some(number) = self.tree.instances[instance].symbol(name) else { return (name.to_string(), Vec::new()) };
        // what is deleted keeps its name, which will be found to name nothing where it is still used
        let element = (instance, number);
        self.replaced(element)
            .unwrap_or_else(|| (self.identifier(element).unwrap_or_else(|| name.to_string()), Vec::new()))
    }

    /// The same for an element; nothing where it is deleted.
    pub(super) fn replaced(self, element: Handle) -> Option<(String, Factors)> {
        let last = self.fates.last(element)?;
        let factors = last.factors.iter().map(|(instance, name)| Math::Name(self.flat(*instance, name).0));
        Some((self.identifier(last.element)?, factors.collect()))
    }

    pub(super) fn flat_unit(self, instance: usize, name: &str) -> String {
        let Some(number) = self.tree.instances[instance].unit(name) else { return name.to_string() };
        let last = self.fates.last((instance, number)).map_or((instance, number), |last| last.element);
        self.identifier(last).unwrap_or_else(|| name.to_string())
    }
}
