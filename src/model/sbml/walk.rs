//! All elements, formulas and references of a model, each in one place.

use super::document::{Base, Reaction, Rule, RuleKind, SbmlModel};
use super::math::Math;

/// The space in which an identifier is the only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// All that has a name in the model.
    Symbols,
    /// Unit definitions.
    Units,
    /// Parameters of one rate.
    Local,
}

/// A formula, and the element that holds it.
pub(super) struct Held<'m> {
    /// The element by kind and name, for messages.
    pub(super) place: [&'m str; 2],
    pub(super) base: &'m Base,
    /// The reaction whose rate it is.
    pub(super) reaction: Option<&'m Reaction>,
    pub(super) math: &'m Math,
}

/// What a name in an attribute is to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Compartment,
    Species,
    /// A parameter that converts amounts.
    Factor,
    Unit,
    /// What a formula gives a value to, or a rate of change.
    Variable,
}

impl Rule {
    /// The name of its element.
    pub(super) fn element(&self) -> &'static str {
        match self.kind {
            RuleKind::Algebraic => "algebraicRule",
            RuleKind::Assignment(_) => "assignmentRule",
            RuleKind::Rate(_) => "rateRule",
        }
    }
}

impl SbmlModel {
    /// All elements, those in an element before it. [`SbmlModel::edit`] has the same order.
    #[rustfmt::skip]
    pub(super) fn bases(&self) -> Vec<(Space, &Base)> {
        let mut all: Vec<(Space, &Base)> = Vec::new();
        macro_rules! symbols {
            ($($items:expr),*) => { $( all.extend($items.iter().map(|x| (Space::Symbols, &x.base))); )* };
        }
        symbols!(self.functions);
        for definition in &self.units {
            symbols!(definition.units);
            all.push((Space::Units, &definition.base));
        }
        symbols!(self.compartments, self.species, self.parameters, self.initial_assignments, self.rules);
        symbols!(self.constraints);
        for r in &self.reactions {
            symbols!(r.reactants, r.products, r.modifiers);
            if let Some(law) = &r.kinetic_law {
                all.extend(law.parameters.iter().map(|p| (Space::Local, &p.base)));
                all.push((Space::Symbols, &law.base));
            }
            all.push((Space::Symbols, &r.base));
        }
        for e in &self.events {
            symbols!(e.trigger, e.delay, e.priority, e.assignments);
            all.push((Space::Symbols, &e.base));
        }
        symbols!(self.submodels);
        all
    }

    /// Goes through all elements, may change them, and takes out those for which `keep` is false.
    pub(super) fn edit(&mut self, keep: &mut dyn FnMut(Space, &mut Base) -> bool) {
        macro_rules! symbols {
            ($($items:expr),*) => { $( $items.retain_mut(|x| keep(Space::Symbols, &mut x.base)); )* };
        }
        macro_rules! optional {
            ($($item:expr),*) => { $( if $item.as_mut().is_some_and(|x| !keep(Space::Symbols, &mut x.base)) {
                $item = None;
            } )* };
        }
        symbols!(self.functions);
        self.units.retain_mut(|definition| {
            symbols!(definition.units);
            keep(Space::Units, &mut definition.base)
        });
        symbols!(self.compartments, self.species, self.parameters, self.initial_assignments, self.rules);
        symbols!(self.constraints);
        self.reactions.retain_mut(|r| {
            symbols!(r.reactants, r.products, r.modifiers);
            if let Some(law) = &mut r.kinetic_law {
                law.parameters.retain_mut(|p| keep(Space::Local, &mut p.base));
            }
            optional!(r.kinetic_law);
            keep(Space::Symbols, &mut r.base)
        });
        self.events.retain_mut(|e| {
            optional!(e.trigger, e.delay, e.priority);
            symbols!(e.assignments);
            keep(Space::Symbols, &mut e.base)
        });
        symbols!(self.submodels);
    }

    /// All formulas but those of function definitions.
    pub(super) fn formulas(&self) -> Vec<Held<'_>> {
        let mut all = Vec::new();
        let mut hold = Holder(&mut all);
        for a in &self.initial_assignments {
            hold.add("initialAssignment", &a.symbol, &a.base, None, &a.math);
        }
        for rule in &self.rules {
            hold.add(rule.element(), rule.variable().unwrap_or(rule.base.id()), &rule.base, None, &rule.math);
        }
        for c in &self.constraints {
            hold.add("constraint", c.base.id(), &c.base, None, &c.math);
        }
        for r in &self.reactions {
            if let Some(law) = &r.kinetic_law {
                hold.add("reaction", r.base.id(), &law.base, Some(r), &law.math);
            }
        }
        for e in &self.events {
            let id = e.base.id();
            if let Some(trigger) = &e.trigger {
                hold.add("event", id, &trigger.base, None, &trigger.math);
            }
            for formula in e.delay.iter().chain(&e.priority) {
                hold.add("event", id, &formula.base, None, &formula.math);
            }
            for a in &e.assignments {
                hold.add("event", id, &a.base, None, &a.math);
            }
        }
        all
    }

    /// All formulas but those of function definitions, to be changed; rates with the name of their reaction.
    pub(super) fn formulas_mut(&mut self, act: &mut dyn FnMut(&mut Math, Option<&str>)) {
        let plain = (self.initial_assignments.iter_mut().map(|a| &mut a.math))
            .chain(self.rules.iter_mut().map(|r| &mut r.math))
            .chain(self.constraints.iter_mut().map(|c| &mut c.math))
            .chain(self.events.iter_mut().flat_map(|e| {
                let parts = e.delay.iter_mut().chain(&mut e.priority).map(|f| &mut f.math);
                let assignments = e.assignments.iter_mut().map(|a| &mut a.math);
                e.trigger.iter_mut().map(|t| &mut t.math).chain(parts).chain(assignments)
            }));
        plain.flatten().for_each(|math| act(math, None));
        for r in &mut self.reactions {
            if let Some(math) = r.kinetic_law.as_mut().and_then(|law| law.math.as_mut()) {
                act(math, Some(r.base.id()));
            }
        }
    }

    /// All names in attributes that name an element of the same model.
    pub(super) fn references_mut(&mut self, act: &mut dyn FnMut(Role, &mut String)) {
        let d = &mut self.defaults;
        let units = [
            &mut d.substance_units,
            &mut d.time_units,
            &mut d.volume_units,
            &mut d.area_units,
            &mut d.length_units,
            &mut d.extent_units,
        ];
        units.into_iter().flatten().for_each(|u| act(Role::Unit, u));
        d.conversion_factor.iter_mut().for_each(|f| act(Role::Factor, f));
        self.compartments.iter_mut().flat_map(|c| &mut c.units).for_each(|u| act(Role::Unit, u));
        for s in &mut self.species {
            act(Role::Compartment, &mut s.compartment);
            s.substance_units.iter_mut().for_each(|u| act(Role::Unit, u));
            s.conversion_factor.iter_mut().for_each(|f| act(Role::Factor, f));
        }
        self.parameters.iter_mut().flat_map(|p| &mut p.units).for_each(|u| act(Role::Unit, u));
        self.initial_assignments.iter_mut().for_each(|a| act(Role::Variable, &mut a.symbol));
        for rule in &mut self.rules {
            if let RuleKind::Assignment(variable) | RuleKind::Rate(variable) = &mut rule.kind {
                act(Role::Variable, variable);
            }
        }
        for r in &mut self.reactions {
            r.compartment.iter_mut().for_each(|c| act(Role::Compartment, c));
            r.reactants.iter_mut().chain(&mut r.products).for_each(|x| act(Role::Species, &mut x.species));
            r.modifiers.iter_mut().for_each(|x| act(Role::Species, &mut x.species));
            let parameters = r.kinetic_law.iter_mut().flat_map(|law| &mut law.parameters);
            parameters.flat_map(|p| &mut p.units).for_each(|u| act(Role::Unit, u));
        }
        let assignments = self.events.iter_mut().flat_map(|e| &mut e.assignments);
        assignments.for_each(|a| act(Role::Variable, &mut a.variable));
        for submodel in &mut self.submodels {
            submodel.time_factor.iter_mut().chain(&mut submodel.extent_factor).for_each(|f| act(Role::Factor, f));
        }
    }
}

struct Holder<'a, 'm>(&'a mut Vec<Held<'m>>);

impl<'m> Holder<'_, 'm> {
    fn add(
        &mut self,
        kind: &'m str,
        name: &'m str,
        base: &'m Base,
        reaction: Option<&'m Reaction>,
        math: &'m Option<Math>,
    ) {
        let held = math.as_ref().map(|math| Held { place: [kind, name], base, reaction, math });
        self.0.extend(held);
    }
}
