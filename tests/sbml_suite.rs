//! The cases of the SBML Test Suite and the published models beside the project, read and written.

mod common;

use homeostat::model::sbml::{Constant, Document, Math, Operator, SbmlModel};
use std::collections::{BTreeMap, HashMap, HashSet};
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

/// Cases by name, each with its tier and the file of its model.
fn cases(shared: &Path) -> Vec<(String, String, PathBuf)> {
    let suite = shared.join("sbml-test-suite");
    let index = std::fs::read_to_string(suite.join("index.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_string(), cells[1].to_string(), suite.join("cases").join(cells[0]).join(cells[4]))
    };
    index.lines().skip(1).map(row).collect()
}

/// The case says by which names its results are called.
#[test]
fn flattened_models_have_the_names_that_results_ask_for() {
    let Some(shared) = common::shared("flattened_models_have_the_names_that_results_ask_for") else { return };
    let (mut count, mut wrong) = (0, Vec::new());
    for (case, tier, path) in cases(&shared) {
        let model = match Document::read(&path) {
            Ok(document) => document.model,
            Err(error) => {
                wrong.push(format!("{case}: {error}"));
                continue;
            }
        };
        let names: HashSet<&str> = names(&model);
        let settings = std::fs::read_to_string(path.with_file_name(format!("{case}-settings.txt"))).unwrap();
        let variables = settings.lines().find_map(|line| line.strip_prefix("variables:")).unwrap();
        let missing: Vec<&str> =
            variables.split(',').map(str::trim).filter(|v| !v.is_empty() && !names.contains(v)).collect();
        if !missing.is_empty() {
            wrong.push(format!("{case}: {missing:?} are not in {names:?}"));
        }
        count += usize::from(tier == "comp");
    }
    println!("{count} composed models flattened");
    assert!(wrong.is_empty() && count > 50, "{}", wrong.join("\n"));
}

fn names(model: &SbmlModel) -> HashSet<&str> {
    let compartments = model.compartments.iter().map(|c| c.base.id());
    let species = model.species.iter().map(|s| s.base.id());
    let parameters = model.parameters.iter().map(|p| p.base.id());
    let partners = model.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products)).map(|x| x.base.id());
    let reactions = model.reactions.iter().map(|r| r.base.id());
    compartments.chain(species).chain(parameters).chain(partners).chain(reactions).collect()
}

/// A number for each name, the same everywhere.
fn number_of(name: &str) -> f64 {
    let sum = name.bytes().fold(7_u64, |sum, c| (sum * 31 + u64::from(c)) % 1009);
    0.5 + sum as f64 / 1009.0
}

/// The value of a formula for the numbers of its names, function definitions put in.
fn value(model: &SbmlModel, math: &Math) -> Option<f64> {
    let mut plain = math.clone();
    plain.change(&mut |part| match part {
        Math::Constant(Constant::Time) => *part = Math::number(0.7),
        Math::Apply(Operator::Delay | Operator::RateOf, arguments) => *part = arguments[0].clone(),
        Math::Call(name, arguments) => {
            let function =
                model.functions.iter().find(|f| f.base.id() == name).and_then(|f| f.lambda.as_ref()).unwrap();
            let given: HashMap<&str, &Math> =
                function.arguments.iter().map(String::as_str).zip(arguments.iter()).collect();
            let mut body = function.body.clone();
            body.change(&mut |inside| match inside {
                Math::Name(name) => *inside = given[name.as_str()].clone(),
                Math::Call(..) => *inside = Math::number(value(model, inside).unwrap_or(f64::NAN)),
                _ => {}
            });
            *part = body;
        }
        _ => {}
    });
    plain.value(&|name| Some(number_of(name)))
}

/// Values of rates, rules, initial assignments and events by what they are for.
fn values(model: &SbmlModel) -> BTreeMap<String, Option<f64>> {
    let mut all = BTreeMap::new();
    let mut put = |name: String, math: Option<&Math>| _ = all.insert(name, math.and_then(|math| value(model, math)));
    for r in &model.reactions {
        put(format!("reaction {}", r.base.id()), r.kinetic_law.as_ref().and_then(|law| law.math.as_ref()));
    }
    for rule in model.rules.iter().filter(|r| !r.variable().is_some_and(|v| v.contains("toich"))) {
        put(format!("rule {:?}", rule.kind), rule.math.as_ref());
    }
    model.initial_assignments.iter().for_each(|a| put(format!("start {}", a.symbol), a.math.as_ref()));
    for event in &model.events {
        for a in &event.assignments {
            put(format!("event {} {}", event.base.id(), a.variable), a.math.as_ref());
        }
    }
    all
}

/// The suite has some models in two levels, written by others: they say the same. What Level 1 cannot say it says
/// otherwise, so that only what both have is compared.
#[test]
fn lower_levels_say_what_higher_ones_say() {
    let Some(shared) = common::shared("lower_levels_say_what_higher_ones_say") else { return };
    let (mut pairs, mut formulas, mut wrong) = (0, 0, Vec::new());
    for (case, _, path) in cases(&shared) {
        let own = format!("{case}-sbml-l");
        let files = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().path());
        let twins = files.filter(|p| *p != path && p.file_name().unwrap().to_str().unwrap().starts_with(&own));
        for twin in twins.filter(|p| p.extension().is_some_and(|e| e == "xml")) {
            pairs += 1;
            let (high, low) = (Document::read(&path).unwrap().model, Document::read(&twin).unwrap().model);
            let (high, low) = (values(&high), values(&low));
            for (name, value) in &low {
                let other = high.get(name).copied().flatten();
                if let (Some(a), Some(b)) = (value, other) {
                    formulas += 1;
                    if (a - b).abs() > 1e-12 * a.abs().max(b.abs()) {
                        wrong.push(format!("{}: {name} is {a}, not {b}", twin.display()));
                    }
                }
            }
        }
    }
    println!("{pairs} pairs, {formulas} formulas");
    assert!(wrong.is_empty() && pairs > 60 && formulas > 200, "{pairs}, {formulas}\n{}", wrong.join("\n"));
}
