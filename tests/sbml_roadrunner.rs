//! What is written as SBML, run by libRoadRunner, which is not ours: it agrees to 1e-6. `ROADRUNNER_PYTHON` names a Python that
//! has it (`pip install libroadrunner`); where there is none, this is skipped.

use homeostat::library;
use homeostat::model::Model;
use homeostat::model::sbml::Document;
use homeostat::simulation::{Run, Simulation};
use std::path::Path;
use std::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/roadrunner/run.py");

fn python(test: &str) -> Option<String> {
    let python = std::env::var("ROADRUNNER_PYTHON").unwrap_or_else(|_| "python3".to_string());
    let found = Command::new(&python).args(["-c", "import roadrunner"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    assert!(std::env::var("ROADRUNNER_PYTHON").is_err(), "{python} has no libRoadRunner");
    eprintln!("skipped: {test}, no Python with libRoadRunner");
    None
}

/// Rows of libRoadRunner, time first.
fn rows(python: &str, file: &Path, end: f64, steps: usize, names: &[String]) -> Vec<Vec<f64>> {
    let output = Command::new(python)
        .arg(SCRIPT)
        .arg(file)
        .args([end.to_string(), steps.to_string(), names.join(",")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split(',').map(|x| x.parse().unwrap()).collect()).collect()
}

/// The largest difference of an amount over its largest number, and where.
fn distance(python: &str, name: &str, schedules: &[&str], end: f64) -> (f64, String) {
    let scheduled = || Model::from_toml(include_str!("golden/scheduled.toml"));
    let model = if name == "scheduled" { scheduled().unwrap() } else { library::load(name).unwrap() };
    let mut simulation = Simulation::new(&model.network()).unwrap();
    schedules.iter().for_each(|name| simulation.add_schedule_named(name).unwrap());
    let (document, _): (Document, _) = model.to_sbml(&simulation.occasions()).unwrap();
    let file =
        std::env::temp_dir().join(format!("homeostat-{}-{name}-{}.xml", std::process::id(), schedules.join("-")));
    std::fs::write(&file, document.to_xml()).unwrap();
    let network = simulation.network();
    let names: Vec<String> = network.all_species().map(|s| network.name_of(s).to_string()).collect();
    let ids: Vec<String> = names.iter().map(|name| name.replace('.', "_")).collect();
    let mut run = Run { steps: 25, selection: simulation.select(&names.join(",")).unwrap(), ..Run::until(end) };
    run.settings.rtol = 1e-10;
    let ours = simulation.run(&run).unwrap().rows;
    let theirs = rows(python, &file, end, run.steps, &ids);
    std::fs::remove_file(&file).unwrap();
    let size = |i: usize| ours.iter().map(|row| row[i].abs()).fold(0.0, f64::max);
    let least = 1e-9 * (0..names.len()).map(size).fold(0.0, f64::max);
    let mut worst = (0.0, String::new());
    for (k, (a, b)) in ours.iter().zip(&theirs).enumerate() {
        for (i, name) in names.iter().enumerate() {
            let apart = (a[i] - b[i + 1]).abs() / size(i).max(least);
            if apart.is_nan() || apart > worst.0 {
                worst = (apart, format!("{name} in row {k}: {} here, {} there", a[i], b[i + 1]));
            }
        }
    }
    assert_eq!(ours.len(), theirs.len());
    worst
}

#[test]
fn another_program_runs_what_is_written() {
    let Some(python) = python("another_program_runs_what_is_written") else { return };
    let cases: [(&str, &[&str], f64); 13] = [
        ("scheduled", &["all"], 24.0),
        ("best-2009-dopamine", &["meals"], 48.0),
        ("best-2009-dopamine-spikes", &["tonic"], 0.01),
        ("best-2009-dopamine-spikes", &["burst"], 0.01),
        ("best-2020-serotonin", &["tryptophan_depletion"], 24.0),
        ("best-2020-serotonin-ssri", &["SSRI"], 24.0),
        ("best-2020-serotonin-stimulated", &[], 0.02),
        ("serotonin-histamine", &["escitalopram"], 1.0),
        ("noradrenaline-terminal", &[], 24.0),
        ("histamine-terminal", &[], 24.0),
        ("monoamine-synapses", &[], 24.0),
        ("grange-2001-levodopa", &[], 4.0),
        ("grange-2001-levodopa-benserazide", &[], 4.0),
    ];
    for (name, schedules, end) in cases {
        let (worst, place) = distance(&python, name, schedules, end);
        println!("{name} {schedules:?}: {worst:e}, {place}");
        assert!(worst < 1e-6, "{name} {schedules:?}: {worst:e}, {place}");
    }
}
