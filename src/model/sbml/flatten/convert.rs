//! What is left of an instance, under the names and in the time and extents of the whole.

use super::super::composition::Submodel;
use super::super::document::{Compartment, Defaults, KineticLaw, Reaction, RuleKind, SbmlModel};
use super::super::math::{Constant, Math, Operator};
use super::super::walk::{Role, Space};
use super::names::{Factors, Whole};
use super::tree::Instance;
use std::collections::HashSet;

/// One instance.
pub(super) struct Part<'t> {
    whole: Whole<'t>,
    instance: usize,
    here: &'t Instance,
    /// Times of the instance times these are times of the whole.
    time: Factors,
    /// The same for extents.
    extent: Factors,
    /// Reactions that stay: their rates are those of the whole.
    reactions: HashSet<&'t str>,
}

impl<'t> Part<'t> {
    pub(super) fn new(whole: Whole<'t>, instance: usize) -> Self {
        let here = &whole.tree.instances[instance];
        let stays = |id: &str| here.symbol(id).is_some_and(|number| whole.fates.stays((instance, number)));
        Part {
            whole,
            instance,
            here,
            time: around(whole, instance, |s| s.time_factor.as_deref()),
            extent: around(whole, instance, |s| s.extent_factor.as_deref()),
            reactions: here.model.reactions.iter().map(|r| r.base.id()).filter(|id| stays(id)).collect(),
        }
    }

    /// What this instance gives to the flat model.
    pub(super) fn flattened(&self) -> SbmlModel {
        let mut model = self.here.model.clone();
        (model.submodels, model.ports) = (Vec::new(), Vec::new());
        if self.whole.tree.instances.len() > 1 {
            own_defaults(&mut model);
        }
        model.reactions.iter_mut().for_each(|r| self.free_locals(r));
        model.formulas_mut(&mut |math, reaction| self.convert(math, reaction));
        let bodies = model.functions.iter_mut().filter_map(|f| Some(&mut f.lambda.as_mut()?.body));
        bodies.for_each(|body| body.change(&mut |part| self.convert_own(part)));
        self.convert_times(&mut model);
        self.convert_values(&mut model);
        model.references_mut(&mut |role, name| {
            *name = match role {
                Role::Unit => self.whole.flat_unit(self.instance, name),
                _ => self.flat(name).0,
            }
        });
        self.rename_elements(&mut model);
        model
    }

    fn flat(&self, name: &str) -> (String, Factors) {
        self.whole.flat(self.instance, name)
    }

    /// Gives a parameter of a rate another name where its own would hide one that the rate will have.
    fn free_locals(&self, r: &mut Reaction) {
        let reaction = r.base.id.clone().unwrap_or_default();
        let Some(KineticLaw { math: Some(math), parameters, .. }) = &mut r.kinetic_law else { return };
        let mut taken: HashSet<String> = HashSet::new();
        let mut take = |math: &Math| {
            math.visit(&mut |part| {
                if let Math::Name(name) = part {
                    taken.insert(name.clone());
                }
            })
        };
        math.visit(&mut |part| {
            if let Math::Name(name) = part
                && let Some(value) = self.value(name, Some(&reaction))
            {
                take(&value);
            }
        });
        self.time.iter().chain(&self.extent).for_each(take);
        let own: HashSet<String> = parameters.iter().map(|p| p.base.id().to_string()).collect();
        for p in parameters.iter_mut().filter(|p| taken.contains(p.base.id())) {
            let old = p.base.id().to_string();
            let stays = self.here.local(&reaction, &old).is_some_and(|n| self.whole.fates.stays((self.instance, n)));
            let mut new = format!("{old}_");
            while taken.contains(&new) || own.contains(&new) || self.here.symbol(&new).is_some() {
                new.push('_');
            }
            if stays {
                math.change(&mut |part| {
                    if matches!(part, Math::Name(name) if *name == old) {
                        *part = Math::name(&new);
                    }
                });
                p.base.id = Some(new);
            }
        }
    }

    /// Names, time and calls of a formula, which may be the rate of a reaction.
    fn convert(&self, math: &mut Math, reaction: Option<&str>) {
        math.change(&mut |part| match part {
            Math::Name(name) => {
                if let Some(value) = self.value(name, reaction) {
                    *part = value;
                }
            }
            Math::Apply(Operator::RateOf, arguments) if !arguments.is_empty() => {
                *part = times(rate_of(arguments.remove(0)), &self.time);
            }
            _ => self.convert_own(part),
        });
    }

    /// The value of a name: of what stands for it over the factors of the replacement. Nothing where it stays as it
    /// is, being a parameter of one rate.
    fn value(&self, name: &str, reaction: Option<&str>) -> Option<Math> {
        if let Some(number) = reaction.and_then(|reaction| self.here.local(reaction, name)) {
            let local = (self.instance, number);
            if self.whole.fates.stays(local) {
                return None;
            }
            if let Some((flat, factors)) = self.whole.replaced(local) {
                return Some(over(Math::Name(flat), &factors));
            }
        }
        let (flat, factors) = self.flat(name);
        let value = over(Math::Name(flat), &factors);
        let is_rate = self.reactions.contains(name);
        Some(if is_rate { over(times(value, &self.time), &self.extent) } else { value })
    }

    /// What stands for itself: function definitions have it, too.
    fn convert_own(&self, part: &mut Math) {
        match part {
            Math::Call(name, _) => *name = self.flat(name).0,
            Math::Constant(Constant::Time) => *part = over(Math::Constant(Constant::Time), &self.time),
            Math::Apply(Operator::Delay, arguments) => {
                if let Some(delay) = arguments.get_mut(1) {
                    *delay = times(delay.clone(), &self.time);
                }
            }
            _ => {}
        }
    }

    /// Rates and delays go by the time of the whole.
    fn convert_times(&self, model: &mut SbmlModel) {
        for rule in model.rules.iter_mut().filter(|r| matches!(r.kind, RuleKind::Rate(_))) {
            change(&mut rule.math, |math| over(math, &self.time));
        }
        for law in model.reactions.iter_mut().filter_map(|r| r.kinetic_law.as_mut()) {
            change(&mut law.math, |math| over(times(math, &self.extent), &self.time));
        }
        for delay in model.events.iter_mut().filter_map(|e| e.delay.as_mut()) {
            change(&mut delay.math, |math| times(math, &self.time));
        }
    }

    /// What is given to a name that was replaced is given, times the factors, to what stands for it.
    fn convert_values(&self, model: &mut SbmlModel) {
        let factors = |name: &str| self.flat(name).1;
        for a in &mut model.initial_assignments {
            change(&mut a.math, |math| times(math, &factors(&a.symbol)));
        }
        for rule in &mut model.rules {
            if let RuleKind::Assignment(variable) | RuleKind::Rate(variable) = &rule.kind {
                change(&mut rule.math, |math| times(math, &factors(variable)));
            }
        }
        for a in model.events.iter_mut().flat_map(|e| &mut e.assignments) {
            change(&mut a.math, |math| times(math, &factors(&a.variable)));
        }
    }

    /// Gives elements their names in the whole, and takes out those that something else stands for.
    fn rename_elements(&self, model: &mut SbmlModel) {
        let prefix = &self.here.prefix;
        let mut number = 0;
        // submodels are out already: they were the last elements
        model.edit(&mut |space, base| {
            let element = (self.instance, number);
            number += 1;
            if space != Space::Local {
                base.id = self.whole.identifier(element);
            }
            if !prefix.is_empty() {
                base.metaid = base.metaid.take().map(|meta| format!("{prefix}__{meta}"));
            }
            (base.replaced, base.replaced_by) = (Vec::new(), None);
            self.whole.fates.stays(element)
        });
    }
}

/// What instances say for all their elements is said of each, as the whole may say something else.
fn own_defaults(model: &mut SbmlModel) {
    let defaults = std::mem::take(&mut model.defaults);
    for s in &mut model.species {
        s.conversion_factor = s.conversion_factor.take().or(defaults.conversion_factor.clone());
        s.substance_units = s.substance_units.take().or(defaults.substance_units.clone());
    }
    for c in &mut model.compartments {
        c.units = c.units.take().or(size_units(c, &defaults));
    }
    model.defaults = Defaults { conversion_factor: None, ..defaults };
}

fn size_units(compartment: &Compartment, defaults: &Defaults) -> Option<String> {
    match compartment.dimensions {
        Some(3.0) => defaults.volume_units.clone(),
        Some(2.0) => defaults.area_units.clone(),
        Some(1.0) => defaults.length_units.clone(),
        _ => None,
    }
}

/// The factors of all submodels around an instance.
fn around(whole: Whole, instance: usize, of: fn(&Submodel) -> Option<&str>) -> Factors {
    let mut factors = Vec::new();
    let mut at = &whole.tree.instances[instance];
    while let Some((parent, _)) = at.parent {
        let place = at.submodel;
        at = &whole.tree.instances[parent];
        if let Some(name) = at.model.submodels.get(place).and_then(of) {
            factors.push(Math::Name(whole.flat(parent, name).0));
        }
    }
    factors
}

fn change(math: &mut Option<Math>, by: impl FnOnce(Math) -> Math) {
    *math = math.take().map(by);
}

fn times(math: Math, factors: &[Math]) -> Math {
    if factors.is_empty() {
        return math;
    }
    Math::Apply(Operator::Times, std::iter::once(math).chain(factors.iter().cloned()).collect())
}

fn over(math: Math, factors: &[Math]) -> Math {
    match factors {
        [] => math,
        [one] => Math::Apply(Operator::Divide, vec![math, one.clone()]),
        [first, rest @ ..] => Math::Apply(Operator::Divide, vec![math, times(first.clone(), rest)]),
    }
}

/// The rate of change of a name with constant factors.
fn rate_of(math: Math) -> Math {
    match math {
        Math::Apply(operator @ (Operator::Times | Operator::Divide), mut parts) if !parts.is_empty() => {
            let first = rate_of(parts.remove(0));
            Math::Apply(operator, std::iter::once(first).chain(parts).collect())
        }
        name => Math::Apply(Operator::RateOf, vec![name]),
    }
}
