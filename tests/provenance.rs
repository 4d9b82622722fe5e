//! Where numbers come from: every model says it of every number, and files say it once for many.

use homeostat::library;
use homeostat::model::Model;
use homeostat::network::Network;
use homeostat::units::{Origin, Status};

/// Names of what has no status, or a status without a source.
fn incomplete(network: &Network) -> Vec<String> {
    let lacks = |origin: &Origin| origin.status.is_none() || origin.source.as_deref().is_none_or(str::is_empty);
    network.sources().filter(|(_, _, origin)| lacks(origin)).map(|(name, ..)| name).collect()
}

#[test]
fn every_number_of_every_model_has_a_status_and_a_source() {
    for entry in library::ALL {
        let network = library::load(entry.name).unwrap().network();
        assert_eq!(incomplete(&network), [""; 0], "{}", entry.name);
        assert!(network.sources().count() > 10);
    }
}

/// The models' files are all in the library.
#[test]
fn every_model_file_is_in_the_library() {
    let folder = format!("{}/models", env!("CARGO_MANIFEST_DIR"));
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "toml") {
            let name = file.file_stem().unwrap().to_str().unwrap().to_string();
            assert!(library::ALL.iter().any(|entry| entry.name == name), "{name}");
        }
    }
}

const FILE: &str = r#"[model]
name = "origins"
from = { source = "the paper", status = "checked", species = "rat" }
[compartment.cell]
volume = "1 L"
[species.a]
compartment = "cell"
concentration = { value = 1, unit = "uM", source = "its table" }
[enzyme.e]
reaction = "a ->"
from = { tissue = "liver" }
Vmax = "1 uM/h"
Km = { value = 2, unit = "uM", status = "assumed", source = "round" }
[clearance.c]
reaction = "a ->"
from = { status = "cited-unread", source = "another paper" }
k = "1 1/h"
[schedule.s]
source = "its figure"
"#;

#[test]
fn what_is_said_once_holds_for_all_that_say_less() {
    let network = Model::from_toml(FILE).unwrap().network();
    network.checked().unwrap();
    let origin = |name: &str| network.sources().find(|(n, ..)| n == name).unwrap().2;
    let said = |source: &str, status, species: Option<&str>, tissue: Option<&str>| Origin {
        source: Some(source.to_string()),
        status: Some(status),
        species: species.map(String::from),
        tissue: tissue.map(String::from),
    };
    assert_eq!(origin("cell"), said("the paper", Status::Checked, Some("rat"), None));
    assert_eq!(origin("[a]"), said("its table", Status::Checked, Some("rat"), None));
    assert_eq!(origin("e.Vmax"), said("the paper", Status::Checked, Some("rat"), Some("liver")));
    // with a status of its own a number stands by itself, and so does a part
    assert_eq!(origin("e.Km"), said("round", Status::Assumed, None, None));
    assert_eq!(origin("c.k"), said("another paper", Status::CitedUnread, None, None));
    assert_eq!(origin("schedule.s"), said("its figure", Status::Checked, None, None));
    // what is 1 until it is changed is no number of the model
    assert!(network.get("e.scale").is_some() && network.sources().all(|(name, ..)| name != "e.scale"));
}

#[test]
fn origins_survive_files_and_bases() {
    let model = Model::from_toml(FILE).unwrap();
    assert_eq!(Model::from_toml(&model.to_toml().unwrap()).unwrap(), model);
    assert_eq!(Model::from_json(&model.to_json().unwrap()).unwrap(), model);
    // what a file says of its own numbers does not hold for those of its base, nor the other way round
    let over = "[model]\nname = \"over\"\nbase = \"origins\"\nfrom = { source = \"mine\", status = \"assumed\" }\n\
        [enzyme.f]\nreaction = \"a ->\"\nVmax = \"1 uM/h\"\nKm = \"1 uM\"\n";
    let network = Model::from_toml(over).unwrap().over(&model).network();
    network.checked().unwrap();
    let source = |name: &str| network.sources().find(|(n, ..)| n == name).unwrap().2.source.unwrap();
    assert_eq!((source("e.Vmax"), source("f.Vmax")), ("the paper".to_string(), "mine".to_string()));
}

#[test]
fn a_status_that_does_not_exist_is_refused_with_its_place() {
    for (written, place, found) in [
        ("from = { tissue = \"liver\" }", 11, "from = { status = \"verified\" }"),
        ("status = \"assumed\", source = \"round\"", 13, "status = \"implied\""),
        ("from = { tissue = \"liver\" }", 11, "from = \"liver\""),
        ("from = { source = \"the paper\"", 1, "from = { sources = \"the paper\""),
    ] {
        let text = FILE.replace(written, found);
        let model = Model::from_toml(&text).unwrap();
        let problems = model.located(model.network().check());
        assert!(problems.iter().any(|p| p.is_error() && p.line == Some(place)), "{found}: {problems:?}");
    }
    let model = Model::from_toml(&FILE.replace("tissue = \"liver\"", "status = \"verified\"")).unwrap();
    let told = model.network().check()[0].to_string();
    assert!(told.contains("enzyme.e.from") && told.contains("checked") && told.contains("cited-unread"), "{told}");
}
