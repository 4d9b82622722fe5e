//! Named parts with their usual laws and constants, each constant with its origin.
//!
//! A part that says `like = "TH"` (in Rust [`like`](crate::component::Builder::like)) has every field of the part of its
//! kind that is named so here, apart from those that it gives itself. Names of species in them are those of the models
//! of this library (`tyr`, `bh4`, `cda`, `vda`, `eda`, ...); a model that calls them otherwise gives its own `reaction`.
//!
//! ```
//! let th = homeostat::catalogue::find("enzyme", "TH")?;
//! assert!(th.about.starts_with("tyrosine hydroxylase"));
//! assert!(th.fields.contains_key("Vmax"));
//! assert!(homeostat::catalogue::find("enzyme", "MAO-A").unwrap_err().contains("did you mean MAO_A?"));
//! # Ok::<(), String>(())
//! ```

use crate::error::did_you_mean;
use crate::network::Field;
use crate::units::{Origin, Value};
use indexmap::IndexMap;
use std::sync::OnceLock;

/// The files, in the order in which their parts are listed.
const FILES: &[(&str, &str)] = &[
    ("enzymes.toml", include_str!("../../models/parts/enzymes.toml")),
    ("transporters.toml", include_str!("../../models/parts/transporters.toml")),
    ("receptors.toml", include_str!("../../models/parts/receptors.toml")),
    ("drugs.toml", include_str!("../../models/parts/drugs.toml")),
];

/// A named part.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its kind, such as `enzyme`.
    pub kind: String,
    /// Its name, such as `TH`.
    pub name: String,
    /// What it is, and what a user must know of it, in a line.
    pub about: String,
    /// Its fields, every number with its origin.
    pub fields: IndexMap<String, Field>,
}

/// A file: parts by kind and name.
type File = IndexMap<String, IndexMap<String, IndexMap<String, Field>>>;

/// All named parts.
///
/// # Errors
/// The message, where a file of the catalogue cannot be read.
pub fn all() -> Result<&'static [Named], String> {
    static ALL: OnceLock<Result<Vec<Named>, String>> = OnceLock::new();
    ALL.get_or_init(read).as_deref().map_err(String::clone)
}

/// A named part by its kind and name.
///
/// # Errors
/// The message: there is none, with the nearest of its kind and all that there are.
pub fn find(kind: &str, name: &str) -> Result<&'static Named, String> {
    let of_kind: Vec<&Named> = all()?.iter().filter(|named| named.kind == kind).collect();
    if let Some(named) = of_kind.iter().find(|named| named.name == name) {
        return Ok(named);
    }
    let known: Vec<&str> = of_kind.iter().map(|named| named.name.as_str()).collect();
    let hint = did_you_mean(name, known.iter().copied());
    let known = if known.is_empty() { format!("no {kind} at all") } else { known.join(", ") };
    Err(format!("the catalogue has no {kind} {name}{hint}; known: {known}"))
}

fn read() -> Result<Vec<Named>, String> {
    let mut all = Vec::new();
    for (file, text) in FILES {
        let parts: File = toml::from_str(text).map_err(|error| format!("models/parts/{file}: {error}"))?;
        for (kind, parts) in parts {
            all.extend(parts.into_iter().map(|(name, fields)| named(&kind, name, fields)));
        }
    }
    Ok(all)
}

fn named(kind: &str, name: String, mut fields: IndexMap<String, Field>) -> Named {
    let about = match fields.shift_remove("about") {
        Some(Field::Text(text)) => text,
        _ => String::new(),
    };
    // what holds for all is put to each: a part that is like this one has a `from` of its own
    if let Some(Field::Origin(origin)) = fields.shift_remove("from") {
        fields.values_mut().for_each(|field| settle(field, &origin));
    }
    Named { kind: kind.to_string(), name, about, fields }
}

fn settle(field: &mut Field, origin: &Origin) {
    if let Field::Table(fields) = field {
        return fields.values_mut().for_each(|field| settle(field, origin));
    }
    let value = match field {
        Field::Value(value) => Some(value.clone()),
        Field::Text(text) if text.starts_with(|c: char| c.is_ascii_digit()) => Value::parse(text).ok(),
        _ => None,
    };
    if let Some(value) = value {
        *field = Field::Value(value.or_from(origin));
    }
}
