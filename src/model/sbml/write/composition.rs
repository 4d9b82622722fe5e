//! The package `comp` as XML.

use super::super::composition::{Deletion, ExternalModel, Port, Reference, Referent, Submodel};
use super::super::document::Base;
use super::element::{Values, common, list};
use super::markup::Markup;

/// An element of the package: its identifier and name have its prefix.
fn element(to: &mut Markup, name: &str, base: &Base, own: Values, inside: impl FnOnce(&mut Markup)) {
    let ids = [
        ("metaid", base.metaid.clone()),
        ("sboTerm", base.sbo_term.clone()),
        ("comp:id", base.id.clone()),
        ("comp:name", base.name.clone()),
    ];
    let attributes: Values = ids.into_iter().chain(own).collect();
    to.element(&format!("comp:{name}"), &attributes, |to| {
        common(to, base);
        inside(to);
    });
}

pub(super) fn replacing(to: &mut Markup, base: &Base) {
    list(to, "comp:listOfReplacedElements", &base.replaced, |to, replaced| {
        let mut own = vec![
            ("comp:submodelRef", Some(replaced.submodel.clone())),
            ("comp:deletion", replaced.deletion.clone()),
            ("comp:conversionFactor", replaced.conversion_factor.clone()),
        ];
        own.extend(name_of(&replaced.target));
        element(to, "replacedElement", &replaced.base, own, |to| inner(to, &replaced.target));
    });
    if let Some(by) = &base.replaced_by {
        let mut own = vec![("comp:submodelRef", Some(by.submodel.clone()))];
        own.extend(name_of(&by.target));
        element(to, "replacedBy", &by.base, own, |to| inner(to, &by.target));
    }
}

pub(super) fn externals(to: &mut Markup, externals: &[ExternalModel]) {
    list(to, "comp:listOfExternalModelDefinitions", externals, |to, external| {
        let own = vec![("comp:source", Some(external.source.clone())), ("comp:modelRef", external.model.clone())];
        element(to, "externalModelDefinition", &external.base, own, |_| {});
    });
}

pub(super) fn submodels(to: &mut Markup, submodels: &[Submodel]) {
    list(to, "comp:listOfSubmodels", submodels, |to, submodel| {
        let own = vec![
            ("comp:modelRef", Some(submodel.model.clone())),
            ("comp:timeConversionFactor", submodel.time_factor.clone()),
            ("comp:extentConversionFactor", submodel.extent_factor.clone()),
        ];
        element(to, "submodel", &submodel.base, own, |to| {
            list(to, "comp:listOfDeletions", &submodel.deletions, deletion);
        });
    });
}

fn deletion(to: &mut Markup, deletion: &Deletion) {
    let own = name_of(&deletion.target).into_iter().collect();
    element(to, "deletion", &deletion.base, own, |to| inner(to, &deletion.target));
}

pub(super) fn ports(to: &mut Markup, ports: &[Port]) {
    list(to, "comp:listOfPorts", ports, |to, port| {
        let own = name_of(&port.target).into_iter().collect();
        element(to, "port", &port.base, own, |to| inner(to, &port.target));
    });
}

fn name_of(target: &Option<Reference>) -> Option<(&'static str, Option<String>)> {
    let (attribute, name) = match &target.as_ref()?.name {
        Referent::Port(name) => ("comp:portRef", name),
        Referent::Id(name) => ("comp:idRef", name),
        Referent::Unit(name) => ("comp:unitRef", name),
        Referent::Meta(name) => ("comp:metaIdRef", name),
    };
    Some((attribute, Some(name.clone())))
}

fn inner(to: &mut Markup, target: &Option<Reference>) {
    if let Some(inside) = target.as_ref().and_then(|t| t.inner.as_deref()) {
        let inside = Some(inside.clone());
        let own: Values = name_of(&inside).into_iter().collect();
        to.element("comp:sBaseRef", &own, |to| inner(to, &inside));
    }
}
