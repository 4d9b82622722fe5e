//! Reactions, with the calculated numbers of lower levels as rules.

use super::super::document::{Base, KineticLaw, Modifier, Reaction, Rule, RuleKind, SbmlModel, SpeciesReference};
use super::super::math::{Math, math};
use super::super::xml::Tag;
use super::model::each;
use super::part::{constant, local_parameter};
use super::{base, formula, named};
use std::collections::HashSet;

/// A reaction whose rate or what takes part in it names what nothing changes.
pub(super) fn reactions(tag: Tag, model: &mut SbmlModel) {
    let mut calculated = Calculated::default();
    for item in tag.list("listOfReactions") {
        if item.name() == "reaction" {
            model.reactions.push(reaction(item, &mut calculated));
        } else {
            item.fault(Some(10102), format!("{} has no place in listOfReactions, expected reaction", item.name()));
        }
    }
    calculated.into_rules(model);
}

fn reaction(tag: Tag, calculated: &mut Calculated) -> Reaction {
    let children = ["listOfReactants", "listOfProducts", "listOfModifiers", "kineticLaw"];
    tag.allow(&["reversible", "fast", "compartment"], &children);
    let old = !tag.file.is_level(3);
    let mut partners = |list: &'static str| -> Vec<SpeciesReference> {
        let items = tag.list(list);
        items.into_iter().map(|item| reference(item, calculated)).collect()
    };
    Reaction {
        reactants: partners("listOfReactants"),
        products: partners("listOfProducts"),
        base: named(tag),
        reversible: tag.required(tag.truth("reversible").or(old.then_some(true)), "reversible"),
        fast: tag.truth("fast").unwrap_or(false),
        compartment: tag.text("compartment"),
        modifiers: each(tag, "listOfModifiers", &["modifierSpeciesReference"], modifier),
        kinetic_law: tag.child("kineticLaw").map(kinetic_law),
    }
}

/// A reference by all its names: `specieReference` with `specie` in Level 1 Version 1.
fn reference(tag: Tag, calculated: &mut Calculated) -> SpeciesReference {
    if !matches!(tag.name(), "speciesReference" | "specieReference") {
        tag.fault(Some(10102), format!("{} has no place here, expected speciesReference", tag.name()));
    }
    let attributes = ["species", "specie", "stoichiometry", "denominator", "constant"];
    tag.allow(&attributes, &["stoichiometryMath"]);
    let mut base = base(tag);
    if tag.file.is_level(1) {
        base.id = None;
    }
    let mut given = tag.number("stoichiometry");
    if !tag.file.is_level(3) {
        given = given.or(Some(1.0)).map(|over| over / tag.number("denominator").unwrap_or(1.0));
    }
    let species = tag.required(tag.either(&["species", "specie"]), "species");
    let calculated_by = tag.child("stoichiometryMath");
    if calculated_by.is_some() && tag.attribute("stoichiometry").is_some() {
        tag.fault(Some(21113), "stoichiometry and stoichiometryMath are both given: take one away");
    }
    let formula = calculated_by.and_then(math);
    let mut reference = SpeciesReference { base, species, stoichiometry: given, constant: constant(tag, true) };
    match formula {
        Some(Math::Number(number, _)) => reference.stoichiometry = Some(number),
        Some(formula) => calculated.add(&mut reference, formula),
        None => {}
    }
    reference
}

/// Numbers that Level 2 calculates in place: a rule for each, as Level 3 has them (Level 3 Version 1, section 4.11.3).
#[derive(Default)]
struct Calculated(Vec<(Base, Math)>);

impl Calculated {
    /// Until all identifiers are known the rule is named by the number it has here.
    fn add(&mut self, reference: &mut SpeciesReference, formula: Math) {
        let base = Base { at: reference.base.at, id: reference.base.id.clone(), ..Base::default() };
        let fresh = format!("stoichiometry {}", self.0.len());
        reference.base.id.get_or_insert(fresh);
        (reference.stoichiometry, reference.constant) = (None, false);
        self.0.push((base, formula));
    }

    fn into_rules(self, model: &mut SbmlModel) {
        if self.0.is_empty() {
            return;
        }
        let mut taken: HashSet<String> = model.bases().iter().filter_map(|(_, base)| base.id.clone()).collect();
        let mut names = Vec::new();
        for (i, (base, formula)) in self.0.into_iter().enumerate() {
            let name = base.id.clone().unwrap_or_else(|| {
                let mut name = format!("stoichiometry_{}", i + 1);
                while taken.contains(&name) {
                    name.push('_');
                }
                name
            });
            taken.insert(name.clone());
            let rule = Base { at: base.at, ..Base::default() };
            model.rules.push(Rule { base: rule, kind: RuleKind::Assignment(name.clone()), math: Some(formula) });
            names.push(name);
        }
        let references = model.reactions.iter_mut().flat_map(|r| r.reactants.iter_mut().chain(&mut r.products));
        for id in references.filter_map(|reference| reference.base.id.as_mut()) {
            if let Some(name) = id.strip_prefix("stoichiometry ").and_then(|i| names.get(i.parse::<usize>().ok()?)) {
                *id = name.clone();
            }
        }
    }
}

fn modifier(tag: Tag) -> Modifier {
    tag.allow(&["species"], &[]);
    Modifier { base: base(tag), species: tag.required(tag.text("species"), "species") }
}

/// Units of its own, which a rate has in Level 1 and Level 2 Version 1, are not read.
fn kinetic_law(tag: Tag) -> KineticLaw {
    tag.allow(&["formula", "timeUnits", "substanceUnits"], &["listOfParameters", "listOfLocalParameters"]);
    let own = [("timeUnits", "time"), ("substanceUnits", "substance")];
    for (name, default) in own.iter().filter(|(name, default)| tag.attribute(name).is_some_and(|u| u != *default)) {
        tag.warn(format!("{name} of a rate is not used: it is taken in the model's {default}"));
    }
    let mut parameters = each(tag, "listOfParameters", &["parameter"], local_parameter);
    parameters.extend(each(tag, "listOfLocalParameters", &["localParameter"], local_parameter));
    KineticLaw { base: base(tag), math: formula(tag), parameters }
}
