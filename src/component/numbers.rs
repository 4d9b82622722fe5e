//! Numbers with units, from fields of parts.

use super::assembly::Assembly;
use crate::network::Field;
use crate::network::{Compartment, EntityKind, Parameter, Range};
use crate::units::{Dimension, Value, Volume};

impl<'a> Assembly<'a> {
    /// A quantity; a text that begins like a number is one too.
    pub(super) fn quantity(&mut self, path: &[&str]) -> Option<Result<Value, &'a str>> {
        match self.field_at(path)? {
            Field::Value(value) => Some(Ok(value.clone().or_from(&self.origin))),
            Field::Text(text) if self.is_quantity(text) => match Value::parse(text) {
                Ok(value) => Some(Ok(value.or_from(&self.origin))),
                Err(error) => {
                    self.report_at(path, error.to_string());
                    None
                }
            },
            Field::Text(text) => Some(Err(text)),
            Field::Table(_) => {
                self.report_at(path, "found a table; expected a number with its unit, or a name");
                None
            }
            Field::Flag(flag) => {
                self.report_at(path, format!("found {flag}, expected a number with its unit, or a name"));
                None
            }
            Field::Origin(_) => {
                self.report_at(path, "found where numbers come from; expected a number with its unit, or a name");
                None
            }
            _ => None,
        }
    }

    /// A text that begins like a number, or that is one (`nan uM`) and no name.
    fn is_quantity(&self, text: &str) -> bool {
        text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
            || (self.net.get(text).is_none() && Value::parse(text).is_ok())
    }

    /// A number of a dimension: becomes the parameter `entity`. Text names something that exists.
    pub fn number(
        &mut self,
        field: &'static str,
        entity: &str,
        dimension: Dimension,
        range: Range,
    ) -> Option<Parameter> {
        self.asked.push(field);
        self.number_at(&[field], entity, dimension, range)
    }

    /// As [`Assembly::number`], of what stands under keys inside a field.
    pub fn number_at(&mut self, path: &[&str], entity: &str, dimension: Dimension, range: Range) -> Option<Parameter> {
        if self.field_at(path).is_none() {
            self.report_at(path, format!("is missing; expected {}", dimension.with_examples()));
            return None;
        }
        match self.quantity(path)? {
            Ok(value) => {
                if let Some(message) = self.net.number_problem(&value, dimension, range) {
                    self.report_at(path, message);
                    return None;
                }
                Some(self.net.parameter_within(entity, value, range))
            }
            Err(name) => self.parameter_named(path, name, dimension),
        }
    }

    /// A number of a dimension that is no parameter, because nothing reads it later.
    pub fn value_at(&mut self, path: &[&str], dimension: Dimension, range: Range) -> Option<Value> {
        match self.quantity(path) {
            Some(Ok(value)) => match self.net.number_problem(&value, dimension, range) {
                Some(message) => self.report_at(path, message),
                None => return Some(value),
            },
            Some(Err(text)) => self.report_at(path, format!("found {text:?}, expected {}", dimension.with_examples())),
            None if self.field_at(path).is_some() => {} // reported already
            None => self.report_at(path, format!("is missing; expected {}", dimension.with_examples())),
        }
        None
    }

    /// A number of one of several dimensions, and which it is of.
    pub fn number_of(
        &mut self,
        field: &'static str,
        entity: &str,
        kinds: &[(Dimension, Range)],
    ) -> Option<(Parameter, Dimension)> {
        self.asked.push(field);
        let found = match self.quantity(&[field])? {
            Ok(value) => Some(value.unit.dimension()),
            Err(name) => self.net.parameter_named(name).ok().and_then(|p| match &self.net.entity(p).kind {
                EntityKind::Parameter { value, .. } => Some(value.unit.dimension()),
                _ => None,
            }),
        };
        // what fits none is told against the first
        let fitting = kinds.iter().find(|(dimension, _)| Some(*dimension) == found).or(kinds.first());
        let (dimension, range) = fitting?;
        if found.is_some_and(|found| found != *dimension) {
            let expected: Vec<String> = kinds.iter().map(|(dimension, _)| dimension.name()).collect();
            let found = found.map_or(String::new(), |found| found.with_article());
            self.report(field, format!("found {found}; expected one of: {}", expected.join(", ")));
            return None;
        }
        Some((self.number(field, entity, *dimension, *range)?, *dimension))
    }

    /// A number of any dimension within a range.
    pub fn free_number(&mut self, field: &'static str, entity: &str, range: Range) {
        self.asked.push(field);
        match self.quantity(&[field]) {
            Some(Ok(value)) => {
                self.net.parameter_within(entity, value, range);
            }
            Some(Err(text)) => self.report(field, format!("found {text:?}, expected a number with its unit")),
            None if self.has(field) => {} // reported already
            None => self.report(field, "is missing; expected a number with its unit"),
        }
    }

    /// A parameter that exists, of a dimension.
    pub fn parameter_named(&mut self, path: &[&str], name: &str, dimension: Dimension) -> Option<Parameter> {
        let parameter = match self.net.parameter_named(name) {
            Ok(parameter) => parameter,
            Err(message) => {
                self.report_at(path, message);
                return None;
            }
        };
        let EntityKind::Parameter { value, .. } = &self.net.entity(parameter).kind else { return None };
        let found = value.unit.dimension();
        if found != dimension {
            let (found, expected) = (found.with_article(), dimension.with_examples());
            self.report_at(path, format!("{name} is {found}; expected {expected}"));
            return None;
        }
        Some(parameter)
    }

    /// A factor; 1 where it is not given.
    pub fn neutral(&mut self, field: &'static str, entity: &str, range: Range) -> Option<Parameter> {
        if self.has(field) {
            return self.number(field, entity, Dimension::DIMENSIONLESS, range);
        }
        self.asked.push(field);
        self.usual.push((field, "1".to_string()));
        let one = Value::from(1.0).cited("1 where it is not given: acts in full").implied();
        Some(self.net.parameter_within(entity, one, range))
    }

    /// A size: becomes the compartment `NAME.FIELD`.
    pub fn size(&mut self, field: &'static str) -> Option<Compartment> {
        self.know(field);
        if !self.has(field) {
            self.report(field, format!("is missing; expected {}", Volume::DIMENSION.with_examples()));
            return None;
        }
        let value = match self.quantity(&[field])? {
            Ok(value) => value,
            Err(text) => {
                self.report(field, format!("found {text:?}, expected {}", Volume::DIMENSION.with_examples()));
                return None;
            }
        };
        let faults = self.net.number_problem(&value, Volume::DIMENSION, Range::Positive);
        if let Some(message) = faults {
            self.report(field, message);
            return None;
        }
        let name = format!("{}.{field}", self.name());
        Volume::try_from(value).ok().map(|volume| self.net.compartment(&name, volume))
    }
}
