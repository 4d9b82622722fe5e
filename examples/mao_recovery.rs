//! An irreversible inhibitor is gone within a day, its effect lasts for weeks: ten daily milligrams of rasagiline, and the
//! months in which monoamine oxidase B comes back by turnover. The terminal is that of Best, Nijhout & Reed 2009, its
//! first-order oxidation shared between the two forms of the enzyme; the constants of inactivation are assumed (`homeostat list --parts`).
//!
//! `cargo run --release --features plot --example mao_recovery -- mao-recovery.svg`

use homeostat::model::Model;
use homeostat::network::Network;
use homeostat::simulation::{Run, Simulation};
use homeostat::{Error, library};

const PARTS: &str = r#"
[model]
name = "mao-recovery"
base = "best-2009-dopamine"
remove = ["clearance.MAO"]

# each form does half of the 10 1/h that they do together in the paper, far below saturation
[enzyme.MAO_A]
like = "MAO_A_dopamine"
reaction = "cda -> hva"
Vmax = { value = 1060, unit = "uM/h", status = "assumed", source = "half of the first-order oxidation" }

[enzyme.MAO_B]
like = "MAO_B"
reaction = "cda -> hva"
Vmax = { value = 1145, unit = "uM/h", status = "assumed", source = "half of the first-order oxidation" }

[turnover.MAO_B_protein]
like = "MAO_B_protein"
compartment = "cytosol"

[drug.rasagiline]
like = "rasagiline"

[inactivation.rasagiline_MAO_B]
like = "rasagiline_MAO_B"

[[schedule.ten_days.drug]]
name = "rasagiline"
dose = "1 mg"
route = "oral"
at = "1 d"
every = "1 d"
count = 10
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let trajectory = run()?;
    println!("day  drug (nM)  enzyme (%)  cytosolic dopamine (uM)");
    for (t, row) in trajectory.t.iter().zip(&trajectory.rows).skip(1).step_by(24) {
        println!("{:3.0}  {:9.3}  {:10.1}  {:23.3}", t / 24.0, 1e3 * row[0], 100.0 * row[1], row[2]);
    }
    println!("{}", provenance()?);
    #[cfg(feature = "plot")]
    if let Some(path) = std::env::args().nth(1) {
        let figure = trajectory.figure("Ten daily doses of an irreversible inhibitor of MAO-B")?;
        std::fs::write(path, figure.to_svg()?)?;
    }
    Ok(())
}

fn network() -> Result<Network, Error> {
    Ok(Model::from_toml(PARTS)?.over(&library::load("best-2009-dopamine")?).network())
}

/// How far the numbers behind the picture have been checked.
fn provenance() -> Result<String, Error> {
    let [(_, checked), (_, unread), (_, assumed), _] = network()?.status_counts();
    Ok(format!("numbers checked in their source: {checked}, cited unread: {unread}, assumed: {assumed}"))
}

fn run() -> Result<homeostat::simulation::Trajectory, Error> {
    let mut simulation = Simulation::new(&network()?)?;
    simulation.schedule_named("ten_days")?;
    let days = 120;
    let selection = simulation.select("rasagiline,MAO_B_protein.active,[cda]")?;
    let run = Run { steps: 8 * days, selection, outline: true, ..Run::until(24.0 * days as f64) };
    Ok(simulation.run(&run)?)
}
