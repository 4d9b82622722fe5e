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
    let trajectory = simulation.run(&run)?;
    println!("hours  vesicular (uM)  extracellular (nM)");
    for (t, row) in trajectory.t.iter().zip(&trajectory.rows) {
        println!("{t:5.1}  {:14.2}  {:18.3}", row[0], 1e3 * row[1]);
    }

    simulation.set("TH.scale", "0.5")?;
    let half = simulation.steady(&Default::default())?;
    for (what, state) in [("all", &tonic), ("half", &half)] {
        println!(
            "{what} of the enzyme holds {:.2} nM outside the cell",
            1e3 * state.concentration("eda").unwrap_or(f64::NAN)
        );
    }
    Ok(())
}
