//! L-DOPA with and without carbidopa: an inhibitor of the decarboxylase that stays outside of the brain leaves more of a dose
//! to get there. The terminal is that of Best, Nijhout & Reed 2009; the pharmacokinetics of L-DOPA with
//! carbidopa are those of Chan et al. 2005, its clearance without is derived from them, and what carbidopa does to absorption
//! is assumed (`homeostat list --parts`). Amino acids of the blood compete with it for the carrier.
//!
//! `cargo run --release --features plot --example levodopa_carbidopa -- levodopa-carbidopa.svg`

use homeostat::model::Model;
use homeostat::network::Network;
use homeostat::simulation::{Run, Simulation, Trajectory};
use homeostat::{Error, library};

const PARTS: &str = r#"
[model]
name = "levodopa-carbidopa"
base = "best-2009-dopamine"

# the carrier of the base, with what competes for it
[transporter.TYRin]
like = "LAT1"

[supply.btrp]
like = "btrp"

[supply.blnaa]
like = "blnaa"

[drug.levodopa]
like = "levodopa"

[drug.carbidopa]
like = "carbidopa"

[regulator.carbidopa_first_pass]
like = "carbidopa_first_pass"

[regulator.carbidopa_clearance]
like = "carbidopa_clearance"

[transporter.LAT1_ldopa]
like = "LAT1_ldopa"

[blocker.LAT1_levodopa]
like = "LAT1_levodopa"
target = "TYRin.Km"

[[schedule.alone.drug]]
name = "levodopa"
dose = "100 mg"
route = "oral"
at = "1 h"

[[schedule.together.drug]]
name = "levodopa"
dose = "100 mg"
route = "oral"
at = "1 h"

[[schedule.together.drug]]
name = "carbidopa"
dose = "25 mg"
route = "oral"
at = "0.5 h"
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (alone, together) = (run("alone")?, run("together")?);
    println!("hours  plasma L-DOPA (uM)    extracellular dopamine (nM)");
    println!("       alone   carbidopa     alone   carbidopa");
    for ((t, a), b) in alone.t.iter().zip(&alone.rows).zip(&together.rows).step_by(25) {
        println!("{t:5.1}  {:5.2}  {:10.2}  {:8.3}  {:10.3}", a[0], b[0], 1e3 * a[1], 1e3 * b[1]);
    }
    println!("{}", provenance()?);
    #[cfg(feature = "plot")]
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, figure(&alone, &together)?.to_svg()?)?;
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

fn run(schedule: &str) -> Result<Trajectory, Error> {
    let mut simulation = Simulation::new(&network()?)?;
    simulation.schedule_named(schedule)?;
    let run = Run { steps: 500, selection: simulation.select("[levodopa.plasma],[eda]")?, ..Run::until(10.0) };
    Ok(simulation.run(&run)?)
}

#[cfg(feature = "plot")]
fn figure(alone: &Trajectory, together: &Trajectory) -> Result<homeostat::plot::Figure, homeostat::plot::PlotError> {
    let column = |of: &Trajectory, i: usize| of.rows.iter().map(|row| row[i]).collect();
    homeostat::plot::Figure::new("100 mg of L-DOPA", "time", "h", alone.t.clone())
        .curve("plasma L-DOPA, alone", "uM", column(alone, 0))?
        .curve("with carbidopa", "uM", column(together, 0))?
        .curve("extracellular dopamine, alone", "uM", column(alone, 1))?
        .curve("dopamine with carbidopa", "uM", column(together, 1))
}
