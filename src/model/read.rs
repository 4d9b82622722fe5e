//! From a tree of values to a model, entry by entry, so that every fault is found.

use super::Model;
use crate::component;
use crate::error::{Error, Problem, did_you_mean};
use crate::network::Field;
use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use toml::Value;
use toml::de::DeValue;

/// A syntax error.
pub(super) fn syntax(line: Option<usize>, message: &str) -> Error {
    let mut problem = Problem::error([""; 0], format!("syntax error: {}", message.trim()));
    problem.line = line;
    problem.into()
}

/// TOML as a tree.
pub(super) fn toml_value(text: &str) -> Result<Value, Error> {
    toml::from_str::<Value>(text).map_err(|e| {
        let line = e.span().map(|span| line_at(text, span.start));
        syntax(line, e.message())
    })
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}

/// The lines at which places stand in a TOML text: of the innermost key that is there. Entries of a list are
/// counted from 1.
pub(super) fn lines(text: &str, places: &[&[String]]) -> Vec<Option<usize>> {
    let Ok(document) = toml::de::DeTable::parse(text) else { return vec![None; places.len()] };
    let line = |place: &&[String]| {
        let (first, rest) = place.split_first()?;
        let (key, mut value) = document.get_ref().iter().find(|(key, _)| key.get_ref().as_ref() == first)?;
        let mut found = key.span().start;
        for name in rest {
            let next = match value.get_ref() {
                DeValue::Table(table) => {
                    table.iter().find(|(key, _)| key.get_ref().as_ref() == name).map(|(k, v)| (k.span(), v))
                }
                DeValue::Array(list) => {
                    let entry = name.parse().ok().and_then(|i: usize| list.get(i.checked_sub(1)?));
                    entry.map(|v| (v.span(), v))
                }
                _ => None,
            };
            let Some((span, inner)) = next else { break };
            (found, value) = (span.start, inner);
        }
        Some(line_at(text, found))
    };
    places.iter().map(line).collect()
}

/// Reads a tree; faults are kept in the model.
pub(super) fn model(value: Value) -> Model {
    let mut model = Model::default();
    let mut problems = Vec::new();
    let Value::Table(sections) = value else {
        let message = "expected a table with [model], compartments, species and parts";
        return Model { problems: vec![Problem::error(["model"], message)], ..model };
    };
    if !sections.contains_key("model") {
        problems.push(Problem::error(["model"], "is missing: a model file begins with [model] and its name"));
    }
    for (section, content) in sections {
        match section.as_str() {
            "model" => model.model = entry(&[&section], content, &mut problems).unwrap_or_default(),
            "compartment" => model.compartment = entries(&section, content, &mut problems),
            "species" => model.species = entries(&section, content, &mut problems),
            "schedule" => model.schedule = entries(&section, content, &mut problems),
            kind if component::ALL.iter().any(|k| k.name == kind) => {
                let parts = parts(kind, content, &mut problems);
                model.parts.insert(section, parts);
            }
            other => {
                let known = ["model", "compartment", "species", "schedule"].into_iter();
                let known: Vec<&str> = known.chain(component::ALL.iter().map(|k| k.name)).collect();
                let hint = did_you_mean(other, known.iter().copied());
                let message = format!("there is no section {other}{hint}; known: {}", known.join(", "));
                problems.push(Problem::error([other], message));
            }
        }
    }
    if !model.model.remove.is_empty() && model.model.base.is_none() {
        problems.push(Problem::error(["model", "remove"], "there is no base to remove from: name it by `base`"));
    }
    model.settle_origins();
    Model { problems, ..model }
}

pub(super) fn entry<T: DeserializeOwned>(place: &[&str], value: Value, problems: &mut Vec<Problem>) -> Option<T> {
    value.try_into().map_err(|error| problems.push(Problem::error(place.iter().copied(), error.message()))).ok()
}

fn tables(section: &str, value: Value, problems: &mut Vec<Problem>) -> toml::Table {
    match value {
        Value::Table(map) => map,
        _ => {
            problems.push(Problem::error([section], format!("expected tables such as [{section}.name]")));
            Default::default()
        }
    }
}

fn entries<T: DeserializeOwned>(section: &str, value: Value, problems: &mut Vec<Problem>) -> IndexMap<String, T> {
    let mut read = IndexMap::new();
    for (name, value) in tables(section, value, problems) {
        if let Some(item) = entry(&[section, &name], value, problems) {
            read.insert(name, item);
        }
    }
    read
}

type Fields = IndexMap<String, Field>;

fn parts(kind: &str, value: Value, problems: &mut Vec<Problem>) -> IndexMap<String, Fields> {
    let mut parts = IndexMap::new();
    for (name, value) in tables(kind, value, problems) {
        let mut fields = Fields::new();
        match value {
            Value::Table(map) => {
                for (field, value) in map {
                    let value = self::field(&[kind, &name, &field], value, problems).unwrap_or(Field::Unreadable);
                    fields.insert(field, value);
                }
            }
            _ => problems.push(Problem::error([kind, &name], format!("expected a table [{kind}.{name}]"))),
        }
        parts.insert(name, fields);
    }
    parts
}

/// A field is a text, true or false, a quantity (a number, or a table with value and unit), or a table of fields; `from` is
/// an origin.
fn field(place: &[&str], value: Value, problems: &mut Vec<Problem>) -> Option<Field> {
    match value {
        Value::Table(_) if place[2] == "from" && place.len() == 3 => entry(place, value, problems).map(Field::Origin),
        Value::String(text) => Some(Field::Text(text)),
        Value::Boolean(flag) => Some(Field::Flag(flag)),
        Value::Table(table) if !table.contains_key("value") && !table.contains_key("unit") => {
            let mut fields = Fields::new();
            for (name, value) in table {
                let inner = field(&[place, &[&name]].concat(), value, problems).unwrap_or(Field::Unreadable);
                fields.insert(name, inner);
            }
            Some(Field::Table(fields))
        }
        Value::Integer(_) | Value::Float(_) | Value::Table(_) => entry(place, value, problems).map(Field::Value),
        other => {
            let message = format!("found {other}, expected a text or a number with its unit");
            problems.push(Problem::error(place.iter().copied(), message));
            None
        }
    }
}
