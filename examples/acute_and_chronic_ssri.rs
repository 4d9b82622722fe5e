//! Why an inhibitor of serotonin reuptake takes weeks: receptors on the cell body slow firing down at first, and become
//! insensitive. A mechanism in a model, with assumed constants (models/best-2020-serotonin-ssri.toml).
//!
//! `cargo run --release --features plot --example acute_and_chronic_ssri -- acute-and-chronic-ssri.svg`

use homeostat::simulation::{Run, Simulation, Trajectory};
use homeostat::{Error, library};

const DAY: usize = 24;

/// Six weeks of blocked reuptake after one day without: rows of an hour.
fn six_weeks(changes: &[(&str, &str)]) -> Result<Trajectory, Error> {
    let mut simulation = Simulation::new(&library::load("best-2020-serotonin-ssri")?.network())?;
    for (name, value) in changes {
        simulation.set(name, value)?;
    }
    simulation.schedule_named("SSRI")?;
    let run = Run { steps: 43 * DAY, selection: simulation.select("[eht],firing")?, ..Run::until(43.0 * DAY as f64) };
    Ok(simulation.run(&run)?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variants = [
        ("receptors that desensitise", six_weeks(&[])?),
        ("receptors that do not", six_weeks(&[("HTR1A.desensitisation", "0")])?),
        ("without receptors on the cell body", six_weeks(&[("fire.HTR1A", "0")])?),
    ];
    println!("extracellular serotonin in nM; days after the beginning of the drug");
    for (name, trajectory) in &variants {
        let on = |day: usize| 1e3 * trajectory.rows[(1 + day) * DAY][0];
        println!(
            "{name:36} before {:.1}; day 1 {:.1}, 3 {:.1}, 7 {:.1}, 14 {:.1}, 21 {:.1}",
            on(0),
            on(1),
            on(3),
            on(7),
            on(14),
            on(21)
        );
    }
    #[cfg(feature = "plot")]
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, figure(&variants)?.to_svg()?)?;
    }
    Ok(())
}

#[cfg(feature = "plot")]
fn figure(variants: &[(&str, Trajectory)]) -> Result<homeostat::plot::Figure, Box<dyn std::error::Error>> {
    let days: Vec<f64> = variants[0].1.t.iter().map(|t| t / DAY as f64 - 1.0).collect();
    let mut figure = homeostat::plot::Figure::new("Reuptake blocked for six weeks", "time", "d", days);
    for (name, trajectory) in variants {
        let eht: Vec<f64> = trajectory.rows.iter().map(|row| 1e3 * row[0]).collect();
        figure = figure.curve(format!("[eht], {name}"), "nM", eht)?;
    }
    let firing = variants[0].1.rows.iter().map(|row| row[1]).collect();
    Ok(figure.curve("firing", "", firing)?)
}
