//! A model: its lists, and what lower levels take for granted.

use super::super::document::{
    Base, Constraint, Defaults, InitialAssignment, Position, Rule, RuleKind, SbmlModel, Unit, UnitDefinition,
};
use super::super::xml::Tag;
use super::{base, composition, event, formula, part, reaction};
use std::collections::HashSet;

const ATTRIBUTES: [&str; 7] =
    ["substanceUnits", "timeUnits", "volumeUnits", "areaUnits", "lengthUnits", "extentUnits", "conversionFactor"];

/// Types of compartments and species (Level 2) change no number and are passed over.
const LISTS: [&str; 12] = [
    "listOfFunctionDefinitions",
    "listOfUnitDefinitions",
    "listOfCompartmentTypes",
    "listOfSpeciesTypes",
    "listOfCompartments",
    "listOfSpecies",
    "listOfParameters",
    "listOfInitialAssignments",
    "listOfRules",
    "listOfConstraints",
    "listOfReactions",
    "listOfEvents",
];

pub(super) fn model(tag: Tag) -> SbmlModel {
    tag.allow(&ATTRIBUTES, &LISTS);
    let mut model = SbmlModel {
        base: base(tag),
        defaults: defaults(tag),
        functions: each(tag, "listOfFunctionDefinitions", &["functionDefinition"], part::function),
        units: each(tag, "listOfUnitDefinitions", &["unitDefinition"], part::unit_definition),
        compartments: each(tag, "listOfCompartments", &["compartment"], part::compartment),
        species: each(tag, "listOfSpecies", &["species", "specie"], part::species),
        parameters: each(tag, "listOfParameters", &["parameter"], part::parameter),
        initial_assignments: each(tag, "listOfInitialAssignments", &["initialAssignment"], initial_assignment),
        rules: each(tag, "listOfRules", &RULES, rule),
        constraints: each(tag, "listOfConstraints", &["constraint"], constraint),
        events: each(tag, "listOfEvents", &["event"], event::event),
        submodels: composition::submodels(tag),
        ports: composition::ports(tag),
        reactions: Vec::new(),
    };
    reaction::reactions(tag, &mut model);
    if !tag.file.is_level(3) {
        predefined_units(&mut model);
    }
    if tag.file.is_level(1) {
        variables_of_level_1(&mut model);
    }
    model
}

/// The elements of a list, each read; others are complained of.
pub(super) fn each<T>(tag: Tag, list: &str, names: &[&str], read: fn(Tag) -> T) -> Vec<T> {
    let mut all = Vec::new();
    for item in tag.list(list) {
        if names.contains(&item.name()) {
            all.push(read(item));
        } else {
            item.fault(Some(10102), format!("{} has no place in {list}, expected {}", item.name(), names[0]));
        }
    }
    all
}

fn defaults(tag: Tag) -> Defaults {
    Defaults {
        substance_units: tag.text("substanceUnits"),
        time_units: tag.text("timeUnits"),
        volume_units: tag.text("volumeUnits"),
        area_units: tag.text("areaUnits"),
        length_units: tag.text("lengthUnits"),
        extent_units: tag.text("extentUnits"),
        conversion_factor: tag.text("conversionFactor"),
    }
}

/// Levels 1 and 2 have five units of their own, which a model may define anew (Level 2 Version 4, section 4.4.3).
fn predefined_units(model: &mut SbmlModel) {
    let predefined = [
        ("substance", "mole", 1.0),
        ("time", "second", 1.0),
        ("volume", "litre", 1.0),
        ("area", "metre", 2.0),
        ("length", "metre", 1.0),
    ];
    for (id, kind, exponent) in predefined {
        if !model.units.iter().any(|u| u.base.id() == id) {
            let unit = Unit { kind: kind.to_string(), exponent, multiplier: 1.0, ..Unit::default() };
            let base = Base { id: Some(id.to_string()), at: Position::default(), ..Base::default() };
            model.units.push(UnitDefinition { base, units: vec![unit] });
        }
    }
    let own = |id: &str| Some(id.to_string());
    model.defaults = Defaults {
        substance_units: own("substance"),
        time_units: own("time"),
        volume_units: own("volume"),
        area_units: own("area"),
        length_units: own("length"),
        extent_units: own("substance"),
        conversion_factor: None,
    };
}

/// Level 1 does not say what is constant: what no rule determines.
fn variables_of_level_1(model: &mut SbmlModel) {
    let variables: HashSet<&str> = model.rules.iter().filter_map(Rule::variable).collect();
    let ruled = |id: &str| variables.contains(id);
    model.compartments.iter_mut().for_each(|c| c.constant = !ruled(c.base.id()));
    model.parameters.iter_mut().for_each(|p| p.constant = !ruled(p.base.id()));
}

fn initial_assignment(tag: Tag) -> InitialAssignment {
    tag.allow(&["symbol"], &[]);
    InitialAssignment { base: base(tag), symbol: tag.required(tag.text("symbol"), "symbol"), math: formula(tag) }
}

/// Rules of all levels; Level 1 names them by what they determine, Version 1 by `specie`.
const RULES: [&str; 7] = [
    "assignmentRule",
    "rateRule",
    "algebraicRule",
    "speciesConcentrationRule",
    "specieConcentrationRule",
    "compartmentVolumeRule",
    "parameterRule",
];

fn rule(tag: Tag) -> Rule {
    tag.allow(&["variable", "formula", "type", "units", "species", "specie", "compartment"], &[]);
    let variable = || {
        let names = ["variable", "species", "specie", "compartment", "name"];
        let found = tag.either(&names);
        if found.is_none() {
            tag.fault(Some(10103), "the variable is missing, and is required here");
        }
        found.unwrap_or_default()
    };
    let kind = match (tag.name(), tag.attribute("type").unwrap_or("scalar")) {
        ("algebraicRule", _) => RuleKind::Algebraic,
        ("rateRule", _) | (_, "rate") => RuleKind::Rate(variable()),
        (_, "scalar") => RuleKind::Assignment(variable()),
        (_, other) => {
            tag.fault(None, format!("type is \"{other}\", expected scalar or rate"));
            RuleKind::Algebraic
        }
    };
    let mut base = base(tag);
    if tag.file.is_level(1) {
        base.id = None; // the name is the variable's
    }
    Rule { base, kind, math: formula(tag) }
}

fn constraint(tag: Tag) -> Constraint {
    tag.allow(&[], &["message"]);
    Constraint { base: base(tag), math: formula(tag), message: tag.child("message").map(Tag::inner) }
}
