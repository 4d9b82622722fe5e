//! The cases of the SBML Test Suite and the published models beside the project, read and written.

mod common;

use homeostat::model::sbml::Document;
use std::path::{Path, PathBuf};

/// All model files, those that are parts of others among them.
fn models(shared: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![shared.join("sbml-test-suite/cases"), shared.join("models")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "xml") {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

/// What is wrong with a document that is written and read again.
fn there_and_back(document: &Document) -> Result<(), String> {
    let text = document.to_xml();
    let again = Document::from_xml(&text).map_err(|error| format!("does not read back: {error}"))?;
    if again == *document {
        return Ok(());
    }
    let (one, other) = (format!("{document:#?}"), format!("{again:#?}"));
    let is_place = |line: &str| ["line:", "column:", "level:", "version:"].iter().any(|word| line.contains(word));
    let mut pairs = one.lines().zip(other.lines()).filter(|(a, _)| !is_place(a));
    Err(format!("reads back differently: {:?}", pairs.find(|(a, b)| a != b)))
}

#[test]
fn every_model_reads_and_reads_back() {
    let Some(shared) = common::shared("every_model_reads_and_reads_back") else { return };
    let all = models(&shared);
    let mut wrong = Vec::new();
    for path in &all {
        let read = Document::from_xml(&std::fs::read_to_string(path).unwrap()).map_err(|error| error.to_string());
        if let Err(message) = read.and_then(|document| there_and_back(&document)) {
            wrong.push(format!("{}: {message}", path.display()));
        }
    }
    println!("{} of {} models read and read back", all.len() - wrong.len(), all.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
