//! What every element has, as XML.

use super::super::document::Base;
use super::super::math::{Math, write_math};
use super::composition;
use super::markup::Markup;

/// Attributes of one element, by name, where they have a value.
pub(super) type Values<'a> = Vec<(&'a str, Option<String>)>;

/// An element with its base, its own attributes and what is in it.
pub(super) fn element(to: &mut Markup, name: &str, base: &Base, own: Values, inside: impl FnOnce(&mut Markup)) {
    let ids = [
        ("metaid", base.metaid.clone()),
        ("id", base.id.clone()),
        ("name", base.name.clone()),
        ("sboTerm", base.sbo_term.clone()),
    ];
    let attributes: Values = ids.into_iter().chain(own).collect();
    to.element(name, &attributes, |to| {
        common(to, base);
        inside(to);
    });
}

/// Notes, annotation and what the package `comp` adds, before all else in an element.
pub(super) fn common(to: &mut Markup, base: &Base) {
    for (name, content) in [("notes", &base.notes), ("annotation", &base.annotation)] {
        if let Some(content) = content {
            to.raw(name, &[], content);
        }
    }
    composition::replacing(to, base);
}

/// An element whose content is a formula.
pub(super) fn formula(to: &mut Markup, name: &str, base: &Base, own: Values, math: &Option<Math>) {
    element(to, name, base, own, |to| math.iter().for_each(|math| write_math(math, to)));
}

/// A list, where there is something to be in it.
pub(super) fn list<T>(to: &mut Markup, name: &str, items: &[T], mut each: impl FnMut(&mut Markup, &T)) {
    if !items.is_empty() {
        to.element(name, &[], |to| items.iter().for_each(|item| each(to, item)));
    }
}
