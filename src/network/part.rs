//! The parts from which a network is made, as they are written down.

use super::{Parameter, Species};
use crate::units::{Origin, Unit, Value};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A part: its kind, its name and its fields. What a kind of part means is said in
/// [`component`](crate::component).
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The kind, such as `enzyme`.
    pub kind: String,
    /// The name, such as `TH`.
    pub name: String,
    /// The fields by name.
    pub fields: IndexMap<String, Field>,
}

/// A field of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Field {
    /// A name, a choice, a reaction, or a quantity as text: `"46 uM"`.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A number with unit and source.
    Value(Value),
    /// Where the part's numbers come from, as far as they do not say so themselves: the field `from`.
    Origin(Origin),
    /// Fields by name: what a law has for each of any number of levels.
    Table(IndexMap<String, Field>),
    /// A field of a file that could not be read; why has been said.
    #[serde(skip)]
    Unreadable,
    /// Species by handle: written down as a name.
    #[serde(skip)]
    Species(Species),
    /// A parameter by handle: written down as a name.
    #[serde(skip)]
    Parameter(Parameter),
    /// A reaction by handles (left, right): written down as text.
    #[serde(skip)]
    Reaction(Vec<(Species, f64)>, Vec<(Species, f64)>),
}

impl Part {
    /// A part without fields.
    pub fn new(kind: &str, name: &str) -> Self {
        Part { kind: kind.to_string(), name: name.to_string(), fields: IndexMap::new() }
    }

    /// Sets a field.
    pub fn with(mut self, name: &str, field: impl Into<Field>) -> Self {
        self.fields.insert(name.to_string(), field.into());
        self
    }

    /// Adds a species to one side of the part's reaction.
    pub(crate) fn participant(mut self, species: Species, count: f64, is_product: bool) -> Self {
        let field = self.fields.entry("reaction".to_string()).or_insert(Field::Reaction(Vec::new(), Vec::new()));
        match field {
            Field::Reaction(left, right) => (if is_product { right } else { left }).push((species, count)),
            // both are kept, so that the part is refused
            written => {
                let (left, right) =
                    if is_product { (vec![], vec![(species, count)]) } else { (vec![(species, count)], vec![]) };
                let both = [("written", written.clone()), ("added", Field::Reaction(left, right))];
                *written = Field::from(both);
            }
        }
        self
    }
}

impl<K: Into<String>, F: Into<Field>, const N: usize> From<[(K, F); N]> for Field {
    fn from(entries: [(K, F); N]) -> Self {
        Field::Table(entries.into_iter().map(|(name, field)| (name.into(), field.into())).collect())
    }
}

macro_rules! from {
    ($($source:ty => |$x:ident| $field:expr;)*) => {$(
        impl From<$source> for Field {
            fn from($x: $source) -> Self {
                $field
            }
        }
    )*};
}

from! {
    &str => |x| Field::Text(x.to_string());
    String => |x| Field::Text(x);
    bool => |x| Field::Flag(x);
    Value => |x| Field::Value(x);
    Origin => |x| Field::Origin(x);
    f64 => |x| Field::Value(Value::new(x, Unit::ONE));
    Species => |x| Field::Species(x);
    Parameter => |x| Field::Parameter(x);
    crate::units::Concentration => |x| Field::Value(x.into());
    crate::units::Velocity => |x| Field::Value(x.into());
    crate::units::Frequency => |x| Field::Value(x.into());
    crate::units::Dimensionless => |x| Field::Value(x.into());
}
