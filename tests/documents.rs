//! The documents say what is true.

use homeostat::component;
use homeostat::law;
use homeostat::model::{Model, ScheduleFile};
use homeostat::simulation::{Run, Simulation};

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The fenced pieces of a language.
fn fenced(text: &str, language: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(&format!("\n```{language}\n")) {
        let (piece, next) = after.split_once("\n```").unwrap();
        pieces.push(piece.to_string());
        rest = next;
    }
    pieces
}

#[test]
fn the_example_file_runs() {
    let pieces = fenced(&read("docs/model-files.md"), "toml");
    let model = Model::from_toml(&pieces[0]).unwrap();
    let network = model.network();
    assert_eq!(network.check(), []);
    let mut simulation = Simulation::new(&network).unwrap();
    simulation.schedule_named("dosing").unwrap();
    simulation.run(&Run::until(model.end().unwrap().unwrap())).unwrap();
    let piece = |with: &str| pieces.iter().find(|piece| piece.contains(with)).unwrap();
    let schedule = ScheduleFile::from_toml(piece("\n[[dose]]")).unwrap().schedule;
    let dopamine = homeostat::library::load("best-2009-dopamine").unwrap().network();
    Simulation::new(&dopamine).unwrap().schedule(&schedule).unwrap();
    let spikes = ScheduleFile::from_toml(piece("# 20 spikes at 15 Hz")).unwrap().schedule;
    let spiking = homeostat::library::load("best-2009-dopamine-spikes").unwrap().network();
    let mut simulation = Simulation::new(&spiking).unwrap();
    simulation.schedule(&spikes).unwrap();
    assert!(simulation.run(&Run::until(20.0 / 3600.0)).unwrap().statistics.spikes > 40);
    let rescue = Model::from_toml(&format!("[model]\nname = \"rescued\"\n{}", piece("[event.rescue]"))).unwrap();
    let rescued = rescue.over(&homeostat::library::load("best-2009-dopamine").unwrap()).network();
    Simulation::new(&rescued).unwrap().run(&Run::until(25.0)).unwrap();
}

/// The parts that are shown by themselves, among species and levels of the names they use.
#[test]
fn the_examples_of_parts_are_right() {
    let pieces = fenced(&read("docs/model-files.md"), "toml");
    let mut head = "[model]\nname = \"parts\"\n".to_string();
    for compartment in ["cell", "cleft"] {
        head += &format!("[compartment.{compartment}]\nvolume = \"1 L\"\n");
    }
    for species in ["tyr", "da", "mt", "drug", "glu", "gaba_o", "gaba_i"] {
        head += &format!("[species.{species}]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n");
    }
    for level in ["btyr", "btrp", "bleu", "Na_o", "Na_i", "Cl_o", "Cl_i"] {
        head += &format!("[supply.{level}]\nlevel = \"1 uM\"\n");
    }
    for (begin, parameters) in [
        ("[transporter.LAT1]", ["LAT1.Ki.btrp", "LAT1.Ki.bleu", "COMT.Kiu.drug"]),
        ("[scheme.R]", ["R.forward.bind", "R.back.bind", "R.forward.gate"]),
        ("[transporter.GAT1]", ["GAT1.moves.Na", "GAT1.moves.Cl", "GAT1.z"]),
    ] {
        let piece = pieces.iter().find(|piece| piece.starts_with(begin)).unwrap();
        let network = Model::from_toml(&format!("{head}{piece}")).unwrap().network();
        assert_eq!(network.checked().map(|_| ()).map_err(|e| e.to_string()), Ok(()), "{begin}");
        for parameter in parameters {
            assert!(network.parameter_named(parameter).is_ok(), "{parameter}");
        }
    }
}

#[test]
fn every_kind_and_law_is_described() {
    let text = read("docs/model-files.md");
    for kind in component::ALL {
        assert!(text.contains(&format!("`{}`", kind.name)), "{}", kind.name);
    }
    for law in law::ALL {
        let row = text.lines().find(|l| l.starts_with(&format!("| `{}`", law.name)));
        let row = row.unwrap_or_else(|| panic!("{} has no row", law.name));
        for argument in law.arguments.iter().filter(|a| !matches!(a.name, "S" | "P") || law.arguments.len() > 10) {
            assert!(row.contains(&format!("`{}`", argument.name)), "{}: {}", law.name, argument.name);
        }
    }
}

#[test]
fn the_component_of_the_walk_is_the_one_of_the_library() {
    let file = read("src/component/clearance.rs");
    assert!(read("docs/write-a-component.md").contains(&format!("````text\n{file}````\n")));
}
