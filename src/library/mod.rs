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
use std::path::Path;

/// A model that comes with the library.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
}

/// All models that come with the library.
pub const ALL: &[Entry] = &[
    Entry { name: "best-2009-dopamine", text: include_str!("../../models/best-2009-dopamine.toml") },
    Entry { name: "best-2009-dopamine-spikes", text: include_str!("../../models/best-2009-dopamine-spikes.toml") },
    Entry { name: "best-2020-serotonin", text: include_str!("../../models/best-2020-serotonin.toml") },
    Entry { name: "best-2020-serotonin-ssri", text: include_str!("../../models/best-2020-serotonin-ssri.toml") },
    Entry {
        name: "best-2020-serotonin-stimulated",
        text: include_str!("../../models/best-2020-serotonin-stimulated.toml"),
    },
    Entry { name: "serotonin-histamine", text: include_str!("../../models/serotonin-histamine.toml") },
    Entry { name: "noradrenaline-terminal", text: include_str!("../../models/noradrenaline-terminal.toml") },
    Entry { name: "histamine-terminal", text: include_str!("../../models/histamine-terminal.toml") },
    Entry { name: "monoamine-synapses", text: include_str!("../../models/monoamine-synapses.toml") },
    Entry { name: "grange-2001-levodopa", text: include_str!("../../models/grange-2001-levodopa.toml") },
    Entry {
        name: "grange-2001-levodopa-benserazide",
        text: include_str!("../../models/grange-2001-levodopa-benserazide.toml"),
    },
];

/// A chain of bases longer than this goes round in a circle.
const MOST_BASES: usize = 16;

/// A model by its name, with its base put in.
///
/// # Errors
/// Where there is none of this name; says the nearest.
pub fn load(name: &str) -> Result<Model, Error> {
    with_base(named(name)?, None)
}

/// A model from a file, `.toml` or `.json`, with its base put in: a built-in name, or a file by its path from this one.
///
/// # Errors
/// Where a file cannot be read or has a syntax error, or bases go round in a circle.
pub fn open(path: &Path) -> Result<Model, Error> {
    with_base(Model::from_file(path)?, path.parent())
}

fn named(name: &str) -> Result<Model, Error> {
    match ALL.iter().find(|entry| entry.name == name) {
        Some(entry) => Model::from_toml(entry.text),
        None => {
            let hint = did_you_mean(name, ALL.iter().map(|e| e.name));
            let known = ALL.iter().map(|e| e.name).collect::<Vec<_>>().join(", ");
            let message = format!(
                "there is no built-in model of this name{hint}; known: {known}; a file ends in .toml, .json, .xml or .sbml"
            );
            Err(Problem::error([name], message).into())
        }
    }
}

/// Puts in the base, which may have one itself.
fn with_base(model: Model, folder: Option<&Path>) -> Result<Model, Error> {
    let (mut chain, mut folder) = (vec![model], folder.map(Path::to_path_buf));
    while let Some(base) = chain.last().and_then(|model| model.model.base.clone()) {
        if chain.len() > MOST_BASES {
            let message = format!("more than {MOST_BASES} models stand on one another; do they go round in a circle?");
            return Err(Problem::error(["model", "base"], message).into());
        }
        let is_file = base.ends_with(".toml") || base.ends_with(".json");
        let path = folder.as_ref().filter(|_| is_file).map(|folder| folder.join(&base));
        folder = path.as_ref().and_then(|path| path.parent().map(Path::to_path_buf)).or(folder);
        chain.push(match path {
            Some(path) => Model::from_file(&path)?,
            None => named(&base)?,
        });
    }
    let mut chain = chain.into_iter().rev();
    let bottom = chain.next().unwrap_or_default();
    Ok(chain.fold(bottom, |base, model| model.over(&base)))
}
