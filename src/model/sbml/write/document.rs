//! A document and its models as XML: Level 3 Version 2, or Version 1 where a reaction is fast, which Version 2 no
//! longer has.

use super::super::document::{
    Compartment, Document, Event, InitialQuantity, KineticLaw, Parameter, Reaction, SbmlModel, Species,
    SpeciesReference, UnitDefinition,
};
use super::super::math::{write_lambda, write_math};
use super::super::xml::COMP;
use super::composition;
use super::element::{Values, element, formula, list};
use super::markup::{Markup, number};

pub(in crate::model::sbml) fn document(document: &Document) -> String {
    let models = || document.definitions.iter().chain([&document.model]);
    let is_fast = models().any(|m| m.reactions.iter().any(|r| r.fast));
    let version = if is_fast { 1 } else { 2 };
    let core = format!("http://www.sbml.org/sbml/level3/version{version}/core");
    let is_composed =
        !document.externals.is_empty() || models().any(|m| !m.submodels.is_empty() || !m.ports.is_empty());
    let is_composed = is_composed || !document.definitions.is_empty();
    let comp = is_composed.then(|| COMP.to_string());
    let attributes = [
        ("xmlns", Some(core.clone())),
        ("xmlns:sbml", Some(core)),
        ("xmlns:comp", comp),
        ("level", text("3")),
        ("version", text(version)),
        ("comp:required", is_composed.then(|| "true".to_string())),
    ];
    let writer = Writer { is_fast };
    let mut to = Markup::default();
    to.element("sbml", &attributes, |to| {
        writer.model(to, "model", &document.model);
        list(to, "comp:listOfModelDefinitions", &document.definitions, |to, model| {
            writer.model(to, "comp:modelDefinition", model);
        });
        composition::externals(to, &document.externals);
    });
    to.finish()
}

fn text(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

struct Writer {
    /// Whether reactions say if they are fast.
    is_fast: bool,
}

impl Writer {
    fn model(&self, to: &mut Markup, name: &str, model: &SbmlModel) {
        let d = model.defaults.clone();
        let own = vec![
            ("substanceUnits", d.substance_units),
            ("timeUnits", d.time_units),
            ("volumeUnits", d.volume_units),
            ("areaUnits", d.area_units),
            ("lengthUnits", d.length_units),
            ("extentUnits", d.extent_units),
            ("conversionFactor", d.conversion_factor),
        ];
        element(to, name, &model.base, own, |to| self.lists(to, model));
    }

    fn lists(&self, to: &mut Markup, model: &SbmlModel) {
        list(to, "listOfFunctionDefinitions", &model.functions, |to, f| {
            element(to, "functionDefinition", &f.base, vec![], |to| {
                f.lambda.iter().for_each(|lambda| write_lambda(lambda, to));
            });
        });
        list(to, "listOfUnitDefinitions", &model.units, unit_definition);
        list(to, "listOfCompartments", &model.compartments, compartment);
        list(to, "listOfSpecies", &model.species, species);
        list(to, "listOfParameters", &model.parameters, |to, p| parameter(to, "parameter", p));
        list(to, "listOfInitialAssignments", &model.initial_assignments, |to, a| {
            formula(to, "initialAssignment", &a.base, vec![("symbol", text(&a.symbol))], &a.math);
        });
        list(to, "listOfRules", &model.rules, |to, rule| {
            let own = vec![("variable", rule.variable().map(str::to_string))];
            formula(to, rule.element(), &rule.base, own, &rule.math);
        });
        list(to, "listOfConstraints", &model.constraints, |to, c| {
            element(to, "constraint", &c.base, vec![], |to| {
                c.math.iter().for_each(|math| write_math(math, to));
                c.message.iter().for_each(|message| to.raw("message", &[], message));
            });
        });
        list(to, "listOfReactions", &model.reactions, |to, r| self.reaction(to, r));
        list(to, "listOfEvents", &model.events, event);
        composition::submodels(to, &model.submodels);
        composition::ports(to, &model.ports);
    }

    fn reaction(&self, to: &mut Markup, r: &Reaction) {
        let own = vec![
            ("reversible", text(r.reversible)),
            ("fast", self.is_fast.then(|| r.fast.to_string())),
            ("compartment", r.compartment.clone()),
        ];
        element(to, "reaction", &r.base, own, |to| {
            list(to, "listOfReactants", &r.reactants, reference);
            list(to, "listOfProducts", &r.products, reference);
            list(to, "listOfModifiers", &r.modifiers, |to, m| {
                element(to, "modifierSpeciesReference", &m.base, vec![("species", text(&m.species))], |_| {});
            });
            r.kinetic_law.iter().for_each(|law| kinetic_law(to, law));
        });
    }
}

fn unit_definition(to: &mut Markup, definition: &UnitDefinition) {
    element(to, "unitDefinition", &definition.base, vec![], |to| {
        list(to, "listOfUnits", &definition.units, |to, unit| {
            let own = vec![
                ("kind", text(&unit.kind)),
                ("exponent", text(number(unit.exponent))),
                ("scale", text(unit.scale)),
                ("multiplier", text(number(unit.multiplier))),
            ];
            element(to, "unit", &unit.base, own, |_| {});
        });
    });
}

fn compartment(to: &mut Markup, c: &Compartment) {
    let own = vec![
        ("spatialDimensions", c.dimensions.map(number)),
        ("size", c.size.map(number)),
        ("units", c.units.clone()),
        ("constant", text(c.constant)),
    ];
    element(to, "compartment", &c.base, own, |_| {});
}

fn species(to: &mut Markup, s: &Species) {
    let (mut amount, mut concentration) = (None, None);
    match s.initial {
        Some(InitialQuantity::Amount(value)) => amount = text(number(value)),
        Some(InitialQuantity::Concentration(value)) => concentration = text(number(value)),
        None => {}
    }
    let own: Values = vec![
        ("compartment", text(&s.compartment)),
        ("initialAmount", amount),
        ("initialConcentration", concentration),
        ("substanceUnits", s.substance_units.clone()),
        ("hasOnlySubstanceUnits", text(s.has_only_substance_units)),
        ("boundaryCondition", text(s.boundary_condition)),
        ("constant", text(s.constant)),
        ("conversionFactor", s.conversion_factor.clone()),
    ];
    element(to, "species", &s.base, own, |_| {});
}

fn parameter(to: &mut Markup, name: &str, p: &Parameter) {
    let constant = (name == "parameter").then(|| p.constant.to_string());
    let own = vec![("value", p.value.map(number)), ("units", p.units.clone()), ("constant", constant)];
    element(to, name, &p.base, own, |_| {});
}

fn reference(to: &mut Markup, x: &SpeciesReference) {
    let own = vec![
        ("species", text(&x.species)),
        ("stoichiometry", x.stoichiometry.map(number)),
        ("constant", text(x.constant)),
    ];
    element(to, "speciesReference", &x.base, own, |_| {});
}

fn kinetic_law(to: &mut Markup, law: &KineticLaw) {
    element(to, "kineticLaw", &law.base, vec![], |to| {
        law.math.iter().for_each(|math| write_math(math, to));
        list(to, "listOfLocalParameters", &law.parameters, |to, p| parameter(to, "localParameter", p));
    });
}

fn event(to: &mut Markup, e: &Event) {
    let own = vec![("useValuesFromTriggerTime", text(e.use_values_from_trigger_time))];
    element(to, "event", &e.base, own, |to| {
        if let Some(trigger) = &e.trigger {
            let own = vec![("initialValue", text(trigger.initial_value)), ("persistent", text(trigger.persistent))];
            formula(to, "trigger", &trigger.base, own, &trigger.math);
        }
        for (name, part) in [("priority", &e.priority), ("delay", &e.delay)] {
            part.iter().for_each(|part| formula(to, name, &part.base, vec![], &part.math));
        }
        list(to, "listOfEventAssignments", &e.assignments, |to, a| {
            formula(to, "eventAssignment", &a.base, vec![("variable", text(&a.variable))], &a.math);
        });
    });
}
