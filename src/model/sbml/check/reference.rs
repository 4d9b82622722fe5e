//! Whether what is named is there, and is what it has to be.

use super::super::document::{Base, Reaction, SbmlModel};
use super::super::math::Math;
use super::super::walk::Held;
use super::super::xml::hint;
use super::fault;
use crate::error::{Problem, Severity};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Compartment,
    Species,
    Parameter,
    SpeciesReference,
    Reaction,
    /// How many arguments it takes.
    Function(Option<usize>),
    /// Anything else, which has no value.
    Other,
}

/// More suggestions tell nothing new.
const MOST_HINTS: usize = 10;

/// What there is in a model: kind, and whether it is constant.
struct Index<'m> {
    known: HashMap<&'m str, (Kind, bool)>,
    units: HashSet<&'m str>,
    /// How many names are still looked for among similar ones: each is compared with all.
    hints: Cell<usize>,
}

/// Units that need no definition (Level 3 Version 2, table 2; `liter`, `meter` and `Celsius` in Level 1).
const UNITS: [&str; 37] = [
    "ampere",
    "avogadro",
    "becquerel",
    "candela",
    "coulomb",
    "dimensionless",
    "farad",
    "gram",
    "gray",
    "henry",
    "hertz",
    "item",
    "joule",
    "katal",
    "kelvin",
    "kilogram",
    "liter",
    "litre",
    "lumen",
    "lux",
    "meter",
    "metre",
    "mole",
    "newton",
    "ohm",
    "pascal",
    "radian",
    "second",
    "siemens",
    "sievert",
    "steradian",
    "tesla",
    "volt",
    "watt",
    "weber",
    "Celsius",
    "celsius",
];

pub(super) fn check(model: &SbmlModel, problems: &mut Vec<Problem>) {
    let index = Index::of(model);
    index.attributes(model, problems);
    index.variables(model, problems);
    index.functions(model, problems);
    for held in model.formulas() {
        index.formula(&held, problems);
    }
    composition(model, problems);
    let mut missing = HashSet::new();
    unit_names(model, &mut |name| {
        if !UNITS.contains(&name) && !index.units.contains(name) && missing.insert(name.to_string()) {
            let message = format!(
                "there is no unit {name}{} (SBML rule 10313)",
                index.hint_among(name, index.units.iter().copied().chain(UNITS))
            );
            problems.push(Problem::warning(["unit", name], message));
        }
    });
}

/// Elements of submodels are named by submodels that are there.
fn composition(model: &SbmlModel, problems: &mut Vec<Problem>) {
    if !model.base.replaced.is_empty() || model.base.replaced_by.is_some() {
        let message = "a model as a whole replaces nothing: say it of its elements".to_string();
        problems.push(fault(["model", model.base.id()], &model.base, None, message));
    }
    let submodels: HashSet<&str> = model.submodels.iter().map(|s| s.base.id()).collect();
    for (_, base) in model.bases() {
        let replaced = base.replaced.iter().map(|r| (&*r.base, &r.submodel));
        for (at, submodel) in replaced.chain(base.replaced_by.iter().map(|by| (&by.base, &by.submodel))) {
            if !submodels.contains(submodel.as_str()) {
                problems.push(fault(["", base.id()], at, None, format!("there is no submodel {submodel}")));
            }
        }
    }
}

/// Names of units in attributes.
fn unit_names(model: &SbmlModel, see: &mut dyn FnMut(&str)) {
    let d = &model.defaults;
    let defaults =
        [&d.substance_units, &d.time_units, &d.volume_units, &d.area_units, &d.length_units, &d.extent_units];
    let locals = model.reactions.iter().filter_map(|r| r.kinetic_law.as_ref()).flat_map(|law| &law.parameters);
    let all = (defaults.into_iter())
        .chain(model.compartments.iter().map(|c| &c.units))
        .chain(model.species.iter().map(|s| &s.substance_units))
        .chain(model.parameters.iter().chain(locals).map(|p| &p.units));
    all.flatten().for_each(|name| see(name));
    model.units.iter().flat_map(|u| &u.units).for_each(|unit| see(&unit.kind));
}

impl<'m> Index<'m> {
    fn of(model: &'m SbmlModel) -> Self {
        let mut known: HashMap<&str, (Kind, bool)> =
            model.bases().iter().filter_map(|(_, b)| Some((b.id.as_deref()?, (Kind::Other, true)))).collect();
        let mut put = |base: &'m Base, kind, constant| known.insert(base.id(), (kind, constant));
        for f in &model.functions {
            put(&f.base, Kind::Function(f.lambda.as_ref().map(|l| l.arguments.len())), true);
        }
        model.compartments.iter().for_each(|c| _ = put(&c.base, Kind::Compartment, c.constant));
        model.species.iter().for_each(|s| _ = put(&s.base, Kind::Species, s.constant));
        model.parameters.iter().for_each(|p| _ = put(&p.base, Kind::Parameter, p.constant));
        for r in &model.reactions {
            put(&r.base, Kind::Reaction, true);
            let references = r.reactants.iter().chain(&r.products);
            references.for_each(|x| _ = put(&x.base, Kind::SpeciesReference, x.constant));
        }
        known.remove("");
        let units = model.units.iter().map(|u| u.base.id()).collect();
        Index { known, units, hints: Cell::new(MOST_HINTS) }
    }

    fn hint(&self, name: &str) -> String {
        self.hint_among(name, self.known.keys().copied())
    }

    fn hint_among(&self, name: &str, known: impl IntoIterator<Item = &'m str>) -> String {
        let left = self.hints.get();
        self.hints.set(left.saturating_sub(1));
        if left > 0 { hint(name, known) } else { String::new() }
    }

    fn is(&self, name: &str, kind: Kind) -> bool {
        self.known.get(name).is_some_and(|(found, _)| *found == kind)
    }

    fn attributes(&self, model: &SbmlModel, problems: &mut Vec<Problem>) {
        let mut need = |place: [&str; 2], base: &Base, name: &str, kind: Kind, word: &str, rule: Option<u32>| {
            if !self.is(name, kind) {
                problems.push(fault(place, base, rule, format!("there is no {word} {name}{}", self.hint(name))));
            }
        };
        for s in &model.species {
            let place = ["species", s.base.id()];
            need(place, &s.base, &s.compartment, Kind::Compartment, "compartment", Some(20601));
            if let Some(factor) = &s.conversion_factor {
                need(place, &s.base, factor, Kind::Parameter, "parameter", Some(20617));
            }
        }
        for r in &model.reactions {
            let place = ["reaction", r.base.id()];
            for x in r.reactants.iter().chain(&r.products) {
                need(place, &x.base, &x.species, Kind::Species, "species", Some(21111));
            }
            for x in &r.modifiers {
                need(place, &x.base, &x.species, Kind::Species, "species", None);
            }
            if let Some(compartment) = &r.compartment {
                need(place, &r.base, compartment, Kind::Compartment, "compartment", Some(21107));
            }
        }
        if let Some(factor) = &model.defaults.conversion_factor {
            need(["model", ""], &model.base, factor, Kind::Parameter, "parameter", Some(20216));
        }
    }

    fn variables(&self, model: &SbmlModel, problems: &mut Vec<Problem>) {
        let mut need = |place: [&str; 2], base: &Base, name: &str, changes: bool, rules: [Option<u32>; 2]| {
            let message = match self.known.get(name) {
                Some((Kind::Compartment | Kind::Species | Kind::Parameter | Kind::SpeciesReference, constant)) => {
                    if !changes || !constant {
                        return;
                    }
                    let message = format!("{name} is constant: it cannot be changed");
                    return problems.push(fault(place, base, rules[1], message));
                }
                Some(_) => format!("{name} is no compartment, species, parameter or stoichiometry"),
                None => format!("there is no {name}{}", self.hint(name)),
            };
            problems.push(fault(place, base, rules[0], message));
        };
        for a in &model.initial_assignments {
            need(["initialAssignment", &a.symbol], &a.base, &a.symbol, false, [Some(20801), None]);
        }
        for rule in &model.rules {
            let rules = match rule.element() {
                "rateRule" => [Some(20902), Some(20904)],
                _ => [Some(20901), Some(20903)],
            };
            if let Some(variable) = rule.variable() {
                need([rule.element(), variable], &rule.base, variable, true, rules);
            }
        }
        for event in &model.events {
            for a in &event.assignments {
                need(["event", event.base.id()], &a.base, &a.variable, true, [Some(21211), Some(21212)]);
            }
        }
    }

    /// A function sees its arguments alone, and the time.
    fn functions(&self, model: &SbmlModel, problems: &mut Vec<Problem>) {
        for f in &model.functions {
            let Some(lambda) = &f.lambda else { continue };
            let mut wrong = |rule, message: String| {
                problems.push(fault(["functionDefinition", f.base.id()], &f.base, rule, message));
            };
            lambda.body.visit(&mut |math| match math {
                Math::Name(name) if !lambda.arguments.contains(name) => {
                    let hint = self.hint_among(name, lambda.arguments.iter().map(String::as_str));
                    wrong(Some(20304), format!("there is no argument {name}{hint}"));
                }
                Math::Call(name, arguments) => {
                    if let Err((rule, message)) = self.call(name, arguments.len()) {
                        wrong(Some(rule), message);
                    }
                }
                _ => {}
            });
        }
    }

    fn call(&self, name: &str, count: usize) -> Result<(), (u32, String)> {
        match self.known.get(name) {
            Some((Kind::Function(Some(takes)), _)) if *takes != count => {
                Err((10219, format!("{name} takes {takes} arguments, found {count}")))
            }
            Some((Kind::Function(_), _)) => Ok(()),
            Some(_) => Err((10214, format!("{name} is no function"))),
            None => Err((10214, format!("there is no function {name}{}", self.hint(name)))),
        }
    }

    fn formula(&self, held: &Held, problems: &mut Vec<Problem>) {
        let law = held.reaction.and_then(|r| r.kinetic_law.as_ref());
        let locals: HashSet<&str> = law.iter().flat_map(|law| &law.parameters).map(|p| p.base.id()).collect();
        let partners: HashSet<&str> = held.reaction.into_iter().flat_map(partners).collect();
        let mut undeclared = HashSet::new();
        held.math.visit(&mut |math| match math {
            Math::Name(name) if !locals.contains(name.as_str()) => match self.known.get(name.as_str()) {
                Some((Kind::Function(_) | Kind::Other, _)) => {
                    problems.push(fault(held.place, held.base, Some(10215), format!("{name} has no value")));
                }
                Some((Kind::Species, _)) => {
                    if held.reaction.is_some() && !partners.contains(name.as_str()) {
                        undeclared.insert(name.as_str());
                    }
                }
                Some(_) => {}
                None => {
                    let message = format!("there is no {name}{}", self.hint(name));
                    problems.push(fault(held.place, held.base, Some(10215), message));
                }
            },
            Math::Call(name, arguments) => {
                if let Err((rule, message)) = self.call(name, arguments.len()) {
                    problems.push(fault(held.place, held.base, Some(rule), message));
                }
            }
            _ => {}
        });
        for name in undeclared {
            let message = format!("{name} is in the rate, and should be a modifier of the reaction");
            let problem = fault(held.place, held.base, Some(21121), message);
            problems.push(Problem { severity: Severity::Warning, ..problem });
        }
    }
}

/// The species that the rate of a reaction may name.
fn partners(r: &Reaction) -> impl Iterator<Item = &str> {
    let modifiers = r.modifiers.iter().map(|x| x.species.as_str());
    r.reactants.iter().chain(&r.products).map(|x| x.species.as_str()).chain(modifiers)
}
