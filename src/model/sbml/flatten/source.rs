//! Where definitions are: in the document, or in files below its folder.

use super::super::document::{Document, SbmlModel};
use super::super::xml::hint;
use crate::error::Error;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// A model: of which document, and which of its definitions, or its main model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) document: usize,
    definition: Option<usize>,
}

pub(super) struct Sources<'d> {
    root: &'d Document,
    folder: Option<&'d Path>,
    /// Documents after the first, each with its folder.
    others: Vec<(Document, PathBuf)>,
    read: HashMap<PathBuf, usize>,
}

/// External definitions that name external ones in turn: this many.
const LONGEST_CHAIN: usize = 100;

impl<'d> Sources<'d> {
    pub(super) fn new(root: &'d Document, folder: Option<&'d Path>) -> Self {
        Sources { root, folder, others: Vec::new(), read: HashMap::new() }
    }

    /// The main model of the document.
    pub(super) fn main(&self) -> Key {
        Key { document: 0, definition: None }
    }

    fn document(&self, number: usize) -> &Document {
        if number == 0 { self.root } else { &self.others[number - 1].0 }
    }

    pub(super) fn model(&self, key: Key) -> &SbmlModel {
        let document = self.document(key.document);
        key.definition.map_or(&document.model, |i| &document.definitions[i])
    }

    /// The model that is called so in a document.
    pub(super) fn find(&mut self, document: usize, name: &str) -> Result<Key, String> {
        let (mut document, mut name) = (document, name.to_string());
        for _ in 0..LONGEST_CHAIN {
            let here = self.document(document);
            if let Some(i) = here.definitions.iter().position(|m| m.base.id() == name) {
                return Ok(Key { document, definition: Some(i) });
            }
            let Some(external) = here.externals.iter().find(|e| e.base.id() == name) else {
                if here.model.base.id() == name {
                    return Ok(Key { document, definition: None });
                }
                let known = here.definitions.iter().map(|m| m.base.id());
                let known = known.chain(here.externals.iter().map(|e| e.base.id()));
                return Err(format!("there is no model definition {name}{}", hint(&name, known)));
            };
            let (source, model) = (external.source.clone(), external.model.clone());
            document = self.open(document, &source)?;
            match model {
                Some(model) => name = model,
                None => return Ok(Key { document, definition: None }),
            }
        }
        Err(format!("external model definitions name each other in a circle: {name}"))
    }

    /// Reads a file that is named relative to a document.
    fn open(&mut self, from: usize, source: &str) -> Result<usize, String> {
        let fail = |message: &str| Err(format!("the source \"{source}\" {message}"));
        let Some(root) = self.folder else { return fail("is another file, and this document comes from no folder") };
        let path = Path::new(source);
        let is_inside = path.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
        if !is_inside || source.contains([':', '\\']) {
            return fail("is not read: expected a path inside the folder of the model");
        }
        let folder = if from == 0 { root } else { &self.others[from - 1].1 };
        let real = |path: &Path| path.canonicalize().map_err(|e| format!("the source \"{source}\": {e}"));
        let path = real(&folder.join(path))?;
        if !path.starts_with(real(root)?) {
            return fail("leads out of the folder of the model");
        }
        if let Some(number) = self.read.get(&path) {
            return Ok(*number);
        }
        let document = std::fs::read(&path).map_err(|e| Error::file(&path, &e)).and_then(|b| Document::from_bytes(&b));
        let document = document.map_err(|error| format!("the source \"{source}\": {error}"))?;
        let folder = path.parent().unwrap_or(root).to_path_buf();
        self.others.push((document, folder));
        self.read.insert(path, self.others.len());
        Ok(self.others.len())
    }
}
