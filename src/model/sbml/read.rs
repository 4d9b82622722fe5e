//! XML to a document, all levels to one representation.

mod composition;
mod event;
mod model;
mod part;
mod reaction;

use super::document::{Base, Document, Origin, SbmlModel};
use super::math::{Math, math};
use super::xml::{COMP, File, Tag, parse};
use crate::error::{Error, Problem};

/// Levels and versions there are, with their namespaces.
const LEVELS: [(u32, u32, &str); 9] = [
    (1, 1, "http://www.sbml.org/sbml/level1"),
    (1, 2, "http://www.sbml.org/sbml/level1"),
    (2, 1, "http://www.sbml.org/sbml/level2"),
    (2, 2, "http://www.sbml.org/sbml/level2/version2"),
    (2, 3, "http://www.sbml.org/sbml/level2/version3"),
    (2, 4, "http://www.sbml.org/sbml/level2/version4"),
    (2, 5, "http://www.sbml.org/sbml/level2/version5"),
    (3, 1, "http://www.sbml.org/sbml/level3/version1/core"),
    (3, 2, "http://www.sbml.org/sbml/level3/version2/core"),
];

/// Packages whose meaning is not one of rates and events, so that a model which uses them is not read even where
/// the file says that it could be understood without.
const OTHER_MEANINGS: [(&str, &str); 3] =
    [("fbc", "flux balance constraints"), ("qual", "qualitative models"), ("spatial", "spatial processes")];

/// Reads a document; that it holds together is not looked at here.
pub(super) fn document(text: &str) -> Result<Document, Error> {
    let tree = parse(text)?;
    let mut file = File::new(text);
    let fail = |file: &File, message: String| {
        let root = Tag { node: tree.root_element(), file };
        Err(Error::from(Problem { place: Vec::new(), ..root.problem(None, message) }))
    };
    let (level, version, core) = match level(Tag { node: tree.root_element(), file: &file }) {
        Ok(found) => found,
        Err(message) => return fail(&file, message),
    };
    (file.level, file.version, file.core) = (level, version, core.to_string());
    let root = Tag { node: tree.root_element(), file: &file };
    if let Err(message) = packages(root) {
        return fail(&file, message);
    }
    root.allow(&["level", "version"], &["model"]);
    let model = match root.child("model") {
        Some(tag) => model::model(tag),
        None if (level, version) == (3, 2) => SbmlModel::default(), // there may be definitions for others alone
        None => return fail(&file, "there is no model in it (SBML rule 20201)".to_string()),
    };
    let (definitions, externals) = composition::definitions(root);
    let mut document = Document { model, definitions, externals, ..Document::default() };
    let (errors, warnings): (Vec<Problem>, Vec<Problem>) =
        file.take_problems().into_iter().partition(Problem::is_error);
    document.origin = Origin { level, version, warnings };
    if errors.is_empty() { Ok(document) } else { Err(Error::Input(errors)) }
}

/// Level, version and namespace of the root.
fn level(root: Tag) -> Result<(u32, u32, &'static str), String> {
    match root.name() {
        "sbml" => {}
        "sedML" => return Err("SED-ML describes simulations, not models; it is not read: name the SBML file".into()),
        "omexManifest" => return Err("an OMEX manifest is not read: unpack the archive and name the SBML file".into()),
        other => return Err(format!("found {other}, expected sbml")),
    }
    let number = |name| root.attribute(name).and_then(|text: &str| text.trim().parse::<u32>().ok());
    let known = || LEVELS.map(|(level, version, _)| format!("L{level}V{version}")).join(", ");
    let (Some(level), Some(version)) = (number("level"), number("version")) else {
        return Err(format!("level and version of SBML are missing or no whole numbers; there are {}", known()));
    };
    let Some(found) = LEVELS.iter().find(|(l, v, _)| (*l, *v) == (level, version)) else {
        return Err(format!("there is no SBML Level {level} Version {version}; there are {}", known()));
    };
    if root.namespace() != found.2 {
        let namespace = root.namespace();
        let message = format!("Level {level} Version {version} has the namespace {}, found \"{namespace}\"", found.2);
        return Err(format!("{message} (SBML rule 20101)"));
    }
    Ok(*found)
}

/// Refuses packages that change what a model means, by name.
fn packages(root: Tag) -> Result<(), String> {
    for attribute in root.node.attributes().filter(|a| a.name() == "required") {
        let Some(namespace) = attribute.namespace().filter(|n| *n != COMP) else { continue };
        let tail = namespace.strip_prefix("http://www.sbml.org/sbml/level3/version1/").unwrap_or(namespace);
        let name = tail.split('/').next().unwrap_or(tail);
        if let Some((name, meaning)) = OTHER_MEANINGS.iter().find(|(known, _)| *known == name) {
            return Err(format!("the package {name} ({meaning}) is not supported"));
        }
        if matches!(attribute.value().trim(), "true" | "1") {
            return Err(format!("the package {tail} is required to understand this model, and is not supported"));
        }
    }
    Ok(())
}

/// What every element has. In Level 1 the `name` is the identifier.
fn base(tag: Tag) -> Base {
    let in_package = |name| tag.node.attribute((COMP, name)).map(str::to_string);
    let (id, name) = if tag.file.is_level(1) {
        (tag.text("name"), None)
    } else {
        (tag.text("id").or_else(|| in_package("id")), tag.text("name").or_else(|| in_package("name")))
    };
    if let Some(id) = id.as_ref().filter(|id| !is_identifier(id)) {
        let message = format!("\"{id}\" is no identifier: expected letters, digits and _, not a digit first");
        tag.fault(Some(10310), message);
    }
    Base {
        id,
        name,
        metaid: tag.text("metaid"),
        sbo_term: tag.text("sboTerm"),
        notes: tag.child("notes").map(Tag::inner),
        annotation: tag.child("annotation").map(Tag::inner),
        replaced: composition::replaced(tag),
        replaced_by: composition::replaced_by(tag),
        at: tag.at(),
    }
}

fn is_identifier(text: &str) -> bool {
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    text.bytes().all(word) && text.bytes().next().is_some_and(|c| !c.is_ascii_digit())
}

/// As [`base`], of what must have an identifier.
fn named(tag: Tag) -> Base {
    let base = base(tag);
    if base.id.is_none() {
        let name = if tag.file.is_level(1) { "name" } else { "id" };
        tag.fault(Some(10103), format!("{name} is missing, and is required here"));
    }
    base
}

/// The formula of an element: MathML, or text in Level 1.
fn formula(tag: Tag) -> Option<Math> {
    if !tag.file.is_level(1) {
        return math(tag);
    }
    let Some(text) = tag.attribute("formula") else {
        tag.fault(Some(10103), "formula is missing, and is required here");
        return None;
    };
    let math =
        Math::from_infix(text).map_err(|message| tag.fault(None, format!("formula \"{text}\": {message}"))).ok()?;
    math.visit(&mut |part| {
        if let Math::Call(name, _) = part {
            let message = "Level 1 has no functions of a model's own, and the laws that it names are not read";
            tag.fault(Some(10214), format!("there is no function {name}: {message}; write the formula out"));
        }
    });
    Some(math)
}
