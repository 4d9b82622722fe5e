//! The package `comp`. Its attributes have its prefix; without one they are taken, too.

use super::super::composition::{
    Deletion, ExternalModel, Port, Reference, Referent, ReplacedBy, ReplacedElement, Submodel,
};
use super::super::document::SbmlModel;
use super::super::xml::{COMP, Tag};
use super::{base, model, named};

pub(super) fn definitions(root: Tag) -> (Vec<SbmlModel>, Vec<ExternalModel>) {
    let models = list(root, "listOfModelDefinitions", "modelDefinition", |tag| {
        let model = model::model(tag);
        if model.base.id.is_none() {
            tag.fault(None, "id is missing, and is required here");
        }
        model
    });
    let externals = list(root, "listOfExternalModelDefinitions", "externalModelDefinition", |tag| ExternalModel {
        base: named(tag),
        source: required(tag, "source"),
        model: text(tag, "modelRef"),
    });
    (models, externals)
}

pub(super) fn submodels(tag: Tag) -> Vec<Submodel> {
    list(tag, "listOfSubmodels", "submodel", |tag| Submodel {
        base: named(tag),
        model: required(tag, "modelRef"),
        time_factor: text(tag, "timeConversionFactor"),
        extent_factor: text(tag, "extentConversionFactor"),
        deletions: list(tag, "listOfDeletions", "deletion", |tag| Deletion { base: base(tag), target: target(tag) }),
    })
}

pub(super) fn ports(tag: Tag) -> Vec<Port> {
    list(tag, "listOfPorts", "port", |tag| Port { base: named(tag), target: target(tag) })
}

pub(super) fn replaced(tag: Tag) -> Vec<ReplacedElement> {
    list(tag, "listOfReplacedElements", "replacedElement", |tag| {
        let deletion = text(tag, "deletion");
        ReplacedElement {
            base: Box::new(base(tag)),
            submodel: required(tag, "submodelRef"),
            target: if deletion.is_some() { None } else { target(tag) },
            deletion,
            conversion_factor: text(tag, "conversionFactor"),
        }
    })
}

pub(super) fn replaced_by(tag: Tag) -> Option<Box<ReplacedBy>> {
    let tag = tag.package(COMP, "replacedBy")?;
    Some(Box::new(ReplacedBy { base: base(tag), submodel: required(tag, "submodelRef"), target: target(tag) }))
}

fn list<T>(tag: Tag, list: &'static str, name: &'static str, read: impl Fn(Tag) -> T) -> Vec<T> {
    let mut all = Vec::new();
    for item in tag.package(COMP, list).into_iter().flat_map(Tag::elements) {
        if item.namespace() == COMP && item.name() == name {
            all.push(read(item));
        } else if !item.is_common() {
            item.fault(None, format!("{} has no place in {list}, expected {name}", item.name()));
        }
    }
    all
}

fn text(tag: Tag, name: &str) -> Option<String> {
    tag.node.attribute((COMP, name)).map(str::to_string).or_else(|| tag.text(name))
}

fn required(tag: Tag, name: &str) -> String {
    text(tag, name).unwrap_or_else(|| {
        tag.fault(None, format!("{name} is missing, and is required here"));
        String::new()
    })
}

/// What an element names, by exactly one of four attributes.
fn target(tag: Tag) -> Option<Reference> {
    let by = [
        text(tag, "portRef").map(Referent::Port),
        text(tag, "idRef").map(Referent::Id),
        text(tag, "unitRef").map(Referent::Unit),
        text(tag, "metaIdRef").map(Referent::Meta),
    ];
    let mut found: Vec<Referent> = by.into_iter().flatten().collect();
    if found.len() != 1 {
        let message = format!("found {} of portRef, idRef, unitRef and metaIdRef, expected one", found.len());
        tag.fault(None, message);
        return None;
    }
    let inner = match tag.package(COMP, "sBaseRef") {
        Some(inside) => Some(Box::new(target(inside)?)),
        None => None,
    };
    Some(Reference { name: found.remove(0), inner, at: tag.at() })
}
