//! What holds dopamine up when synthesis stops: the pool in vesicles over four hours without tyrosine
//! hydroxylase (as AMPT does), and the balance that remains with half of it.
//!
//! `cargo run --release --example blocked_synthesis`

use homeostat::simulation::{Run, Simulation};
use homeostat::{Error, library};

fn main() -> Result<(), Error> {
    let network = library::load("best-2009-dopamine")?.network();
    let mut simulation = Simulation::new(&network)?;
    let tonic = simulation.steady(&Default::default())?;

    simulation.set("TH.scale", "0")?;
    let run = Run { steps: 8, selection: simulation.select("[vda],[eda]")?, ..Run::until(4.0) };
    let trajectory = simulation.run(&run).map_err(|interrupted| interrupted.error)?;
    println!("hours  vesicular (uM)  extracellular (nM)");
    for (t, row) in trajectory.t.iter().zip(&trajectory.rows) {
        println!("{t:5.1}  {:14.2}  {:18.3}", row[0], 1e3 * row[1]);
    }

    simulation.set("TH.scale", "0.5")?;
    let half = simulation.steady(&Default::default())?;
    let eda = |state: &homeostat::analysis::SteadyState| {
        state.concentrations.iter().find(|(name, _)| name == "eda").map_or(f64::NAN, |(_, x)| 1e3 * x)
    };
    println!("half of the enzyme leaves {:.2} of {:.2} nM outside the cell", eda(&half), eda(&tonic));
    Ok(())
}
