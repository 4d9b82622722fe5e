//! Functions, units, compartments, species, parameters.

use super::super::document::{
    Compartment, FunctionDefinition, InitialQuantity, Parameter, Species, Unit, UnitDefinition,
};
use super::super::math::lambda;
use super::super::xml::Tag;
use super::model::each;
use super::{base, named};

pub(super) fn function(tag: Tag) -> FunctionDefinition {
    tag.allow(&[], &[]);
    FunctionDefinition { base: named(tag), lambda: lambda(tag) }
}

pub(super) fn unit_definition(tag: Tag) -> UnitDefinition {
    tag.allow(&[], &["listOfUnits"]);
    UnitDefinition { base: named(tag), units: each(tag, "listOfUnits", &["unit"], unit) }
}

/// In Levels 1 and 2 exponent and multiplier are 1 and scale is 0 where they are not given.
fn unit(tag: Tag) -> Unit {
    tag.allow(&["kind", "exponent", "scale", "multiplier", "offset"], &[]);
    if tag.number("offset").is_some_and(|offset| offset != 0.0) {
        tag.warn("offset is not used: a unit is a factor");
    }
    let old = !tag.file.is_level(3);
    Unit {
        base: base(tag),
        kind: tag.required(tag.text("kind"), "kind"),
        exponent: tag.required(tag.number("exponent").or(old.then_some(1.0)), "exponent"),
        scale: tag.required(tag.whole("scale").or(old.then_some(0)), "scale"),
        multiplier: tag.required(tag.number("multiplier").or(old.then_some(1.0)), "multiplier"),
    }
}

/// The size of a compartment is 1 where Level 1 does not say it, the dimensions are 3 in Levels 1 and 2.
pub(super) fn compartment(tag: Tag) -> Compartment {
    let attributes = ["spatialDimensions", "size", "volume", "units", "outside", "constant", "compartmentType"];
    tag.allow(&attributes, &[]);
    let size = tag.number("size").or_else(|| tag.number("volume"));
    Compartment {
        base: named(tag),
        dimensions: tag.number("spatialDimensions").or((!tag.file.is_level(3)).then_some(3.0)),
        size: size.or(tag.file.is_level(1).then_some(1.0)),
        units: tag.text("units"),
        constant: constant(tag, true),
    }
}

/// `constant`, which Level 3 requires and lower levels take for granted.
pub(super) fn constant(tag: Tag, in_lower_levels: bool) -> bool {
    tag.required(tag.truth("constant").or((!tag.file.is_level(3)).then_some(in_lower_levels)), "constant")
}

/// An attribute that Level 3 requires, and that lower levels take for false.
fn flag(tag: Tag, name: &str) -> bool {
    tag.required(tag.truth(name).or((!tag.file.is_level(3)).then_some(false)), name)
}

pub(super) fn species(tag: Tag) -> Species {
    let attributes = [
        "compartment",
        "initialAmount",
        "initialConcentration",
        "substanceUnits",
        "units",
        "spatialSizeUnits",
        "hasOnlySubstanceUnits",
        "boundaryCondition",
        "charge",
        "constant",
        "speciesType",
        "conversionFactor",
    ];
    tag.allow(&attributes, &[]);
    let initial = match (tag.number("initialAmount"), tag.number("initialConcentration")) {
        (Some(_), Some(_)) => {
            tag.fault(Some(20609), "initialAmount and initialConcentration are both given: take one away");
            None
        }
        (Some(amount), None) => Some(InitialQuantity::Amount(amount)),
        (None, Some(concentration)) => Some(InitialQuantity::Concentration(concentration)),
        (None, None) => None,
    };
    Species {
        base: named(tag),
        compartment: tag.required(tag.text("compartment"), "compartment"),
        initial,
        substance_units: tag.either(&["substanceUnits", "units"]),
        has_only_substance_units: flag(tag, "hasOnlySubstanceUnits"),
        boundary_condition: flag(tag, "boundaryCondition"),
        constant: flag(tag, "constant"),
        conversion_factor: tag.text("conversionFactor"),
    }
}

pub(super) fn parameter(tag: Tag) -> Parameter {
    Parameter { constant: constant(tag, true), ..local_parameter(tag) }
}

/// A parameter that only one rate sees, which nothing changes.
pub(super) fn local_parameter(tag: Tag) -> Parameter {
    tag.allow(&["value", "units", "constant"], &[]);
    Parameter { base: named(tag), value: tag.number("value"), units: tag.text("units"), constant: true }
}
