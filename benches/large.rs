//! A thousand copies of a terminal on two pools, and a tangle of 10,000 species: read, compiled and run, with the most memory used.
//! `cargo bench --features jit,sparse --bench large` prints seconds and megabytes.

#[path = "../tests/common/large.rs"]
mod large;

use homeostat::model::sbml::Document;
use homeostat::simulation::{Run, Simulation};
use std::time::Instant;

/// The most memory that the process has used so far, in MB, where the system tells.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
}

fn measure(what: &str, text: &str, end: f64) {
    let mut begun = Instant::now();
    let mut lap = || std::mem::replace(&mut begun, Instant::now()).elapsed().as_secs_f64();
    let document = Document::from_xml(text).expect("it is sound");
    let network = document.network().expect("it is a network");
    let read = lap();
    let simulation = Simulation::new(&network).expect("it compiles");
    let compiled = lap();
    let run = Run { steps: 10, ..Run::until(end) };
    let outcome = match simulation.run(&run) {
        Ok(run) => format!("{} steps", run.statistics.counts.steps),
        Err(interrupted) => interrupted.to_string(),
    };
    println!("{what}: read {read:.2} s, compiled {compiled:.2} s, run {:.2} s ({outcome}), {:.0} MB", lap(), memory());
}

fn main() {
    measure("1,000 copies", &large::copies(1000), 1.0);
    measure("a tangle of 10,000", &large::tangle(10_000, 30_000), 1.0);
}
