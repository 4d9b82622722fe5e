//! Published models by name.
//!
//! ```
//! for entry in homeostat::library::ALL {
//!     let model = homeostat::library::load(entry.name)?;
//!     assert_eq!(model.model.name, entry.name);
//! }
//! # Ok::<(), homeostat::Error>(())
//! ```

use crate::error::{Error, Problem, did_you_mean};
use crate::model::Model;

/// A model that comes with the library.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
}

/// All models that come with the library.
pub const ALL: &[Entry] =
    &[Entry { name: "best-2009-dopamine", text: include_str!("../../models/best-2009-dopamine.toml") }];

/// A model by its name.
///
/// # Errors
/// Where there is none of this name; says the nearest.
pub fn load(name: &str) -> Result<Model, Error> {
    match ALL.iter().find(|entry| entry.name == name) {
        Some(entry) => Model::from_toml(entry.text),
        None => {
            let hint = did_you_mean(name, ALL.iter().map(|e| e.name));
            let known = ALL.iter().map(|e| e.name).collect::<Vec<_>>().join(", ");
            let message = format!("there is no built-in model of this name{hint}; known: {known}");
            Err(Problem::error([name], message).into())
        }
    }
}
