//! Knock-outs in the monoamine synapse set against the literature (docs/knock-outs.md): the table as it comes, the fit to
//! the training numbers, and the table again, in which the other numbers are predictions.
//!
//! `cargo run --release --example knock_outs`; with `-- fit` the fit is made again from the untuned values.

use homeostat::analysis::{Settle, SteadyState};
use homeostat::simulation::Simulation;
use homeostat::{Error, library};
use nalgebra::{DMatrix, DVector};

/// What the literature found: genotype, what is set, the quantity, the range of changes in per cent (a single number
/// twice), and whether it is for training.
type Row = (&'static str, &'static str, f64, &'static str, [f64; 2], bool);

#[rustfmt::skip]
pub const FOUND: [Row; 21] = [
    ("MAO-A loss", "MAO_A", 0.0, "e DA", [3.2, 11.6], false),
    ("MAO-A loss", "MAO_A", 0.0, "total DA", [12.0, 200.0], false),
    ("MAO-A loss", "MAO_A", 0.0, "e DOPAC", [-21.0, -78.0], false),
    ("MAO-A loss", "MAO_A", 0.0, "total DOPAC", [-17.0, -62.0], false),
    ("MAO-A loss", "MAO_A", 0.0, "HVA", [-30.0, -48.0], false),
    ("MAO-A loss", "MAO_A", 0.0, "total 5-HT", [209.0, 700.0], true),
    ("MAO-A loss", "MAO_A", 0.0, "5-HIAA", [-81.8, -81.8], false),
    ("COMT loss", "COMT", 0.0, "e DA", [8.6, 52.0], true),
    ("COMT loss", "COMT", 0.0, "total DA", [40.0, 40.0], false),
    ("COMT loss", "COMT", 0.0, "e DOPAC", [233.0, 628.0], false),
    ("COMT loss", "COMT", 0.0, "HVA", [-100.0, -100.0], false),
    ("DAT loss", "DAT", 0.0, "e DA", [393.0, 393.0], true),
    ("DAT loss", "DAT", 0.0, "total DA", [-96.0, -96.0], false),
    ("SERT loss", "SERT", 0.0, "e 5-HT", [450.0, 900.0], true),
    ("SERT loss", "SERT", 0.0, "total 5-HT", [-53.8, -76.7], false),
    ("SERT loss", "SERT", 0.0, "5-HIAA", [-44.0, -56.0], false),
    ("TPH2 at a fifth", "TPH2", 0.2, "e 5-HT", [-62.2, -62.2], true),
    ("TPH2 at a fifth", "TPH2", 0.2, "total 5-HT", [-78.5, -78.5], false),
    ("TPH2 at a fifth", "TPH2", 0.2, "5-HIAA", [-72.2, -72.2], false),
    ("VMAT2 twice", "VMAT2", 2.0, "e DA", [44.0, 44.0], true),
    ("VMAT2 twice", "VMAT2", 2.0, "total DA", [21.0, 21.0], false),
];

/// Quantities as parts of the model.
const QUANTITIES: [(&str, &str); 8] = [
    ("e DA", "eda"),
    ("total DA", "cda + vda + eda"),
    ("e DOPAC", "edopac"),
    ("total DOPAC", "dopac + edopac"),
    ("HVA", "hva"),
    ("e 5-HT", "eht"),
    ("total 5-HT", "cht + vht + eht"),
    ("5-HIAA", "hia"),
];

/// What may move in the fit: a number of the model with its unit.
const FREE: [(&str, &str); 6] = [
    ("washout.k", "1/h"),
    ("s_washout.k", "1/h"),
    ("UP2.Vmax", "uM/h"),
    ("HT1B_release.slope", "1/uM"),
    ("HT1B_synthesis.slope", "1/uM"),
    ("COMT_ldopa.Vmax", "uM/h"),
];

/// As the model file has them.
pub const UNTUNED: [f64; 6] = [400.0, 40.0, 14.0, -1.5, -0.1, 1350.0];

/// What `-- fit` finds.
pub const TUNED: [f64; 6] = [1100.6, 7.426, 5.123, -1.36, -0.162, 1578.6];

/// A number of the literature and what the model says.
#[derive(Debug)]
pub struct Outcome {
    pub genotype: &'static str,
    pub quantity: &'static str,
    pub range: [f64; 2],
    pub is_training: bool,
    /// Per cent of change.
    pub found: f64,
}

impl Outcome {
    pub fn has_sign(&self) -> bool {
        self.found * self.range[0] > 0.0
    }

    /// Within twice the quoted range, a single number first taken as plus or minus a third.
    pub fn is_met(&self) -> bool {
        let [a, b] = self.range;
        let (least, most) = if a == b { (a.abs() * 2.0 / 3.0, a.abs() * 4.0 / 3.0) } else { (a.abs(), b.abs()) };
        self.has_sign() && (0.5 * least..=2.0 * most).contains(&self.found.abs())
    }
}

fn steady(free: [f64; 6], protein: Option<(&str, f64)>) -> Result<SteadyState, Error> {
    let mut simulation = Simulation::new(&library::load("monoamine-synapses")?.network())?;
    for ((name, unit), value) in FREE.iter().zip(free) {
        simulation.set(name, &format!("{value} {unit}"))?;
    }
    if let Some((protein, level)) = protein {
        simulation.set(&format!("expression.{protein}"), &format!("{level}"))?;
    }
    simulation.steady(&Settle::default())
}

/// The sum of what a quantity is made of; not a number where the model has no such species.
fn amount(state: &SteadyState, quantity: &str) -> f64 {
    let species = QUANTITIES.iter().find(|(name, _)| *name == quantity).map_or("", |(_, species)| species);
    species.split(" + ").map(|name| state.concentration(name).unwrap_or(f64::NAN)).sum()
}

/// Every number of the literature with these values of what is free.
pub fn compare(free: [f64; 6]) -> Result<Vec<Outcome>, Error> {
    let control = steady(free, None)?;
    let mut genotype = (("", f64::NAN), steady(free, None)?);
    let mut outcomes = Vec::new();
    for (name, protein, level, quantity, range, is_training) in FOUND {
        if genotype.0 != (protein, level) {
            genotype = ((protein, level), steady(free, Some((protein, level)))?);
        }
        let found = 100.0 * (amount(&genotype.1, quantity) / amount(&control, quantity) - 1.0);
        outcomes.push(Outcome { genotype: name, quantity, range, is_training, found });
    }
    Ok(outcomes)
}

/// Logarithms of how far the model is from the middles of the training ranges, and how far what is free has moved: a
/// tenth of its logarithm, so that what the training numbers do not determine stays.
fn residuals(free: [f64; 6]) -> Result<DVector<f64>, Error> {
    let outcomes = compare(free)?;
    let training = outcomes.iter().filter(|outcome| outcome.is_training);
    let off = training.map(|o| ((100.0 + o.found) / (100.0 + 0.5 * (o.range[0] + o.range[1]))).ln());
    let moved = free.iter().zip(UNTUNED).map(|(x, x0)| 0.1 * (x / x0).ln());
    Ok(DVector::from_iterator(12, off.chain(moved)))
}

/// The best of three fits, which begin with less and less washout of serotonin: far from the optimum gates and ramps of
/// the serotonin terminal make valleys of their own.
fn fit() -> Result<[f64; 6], Error> {
    let mut best: Option<([f64; 6], f64)> = None;
    for part in [1.0, 0.25, 0.0625] {
        let mut start = UNTUNED;
        start[1] *= part;
        let (free, left) = fit_from(start)?;
        if best.is_none_or(|(_, least)| left < least) {
            best = Some((free, left));
        }
    }
    Ok(best.map_or(UNTUNED, |(free, _)| free))
}

/// Damped Gauss-Newton on the logarithms of what is free: where it arrives, and the norm of what is left.
fn fit_from(mut free: [f64; 6]) -> Result<([f64; 6], f64), Error> {
    let mut damping = 0.1;
    let mut here = residuals(free)?;
    for _ in 0..30 {
        let moved = |free: [f64; 6], step: &dyn Fn(usize) -> f64| std::array::from_fn(|j| free[j] * step(j).exp());
        let columns = (0..6).map(|j| {
            let beside = moved(free, &|k| if k == j { 1e-3 } else { 0.0 });
            // where no steady state is found the fit learns nothing of this direction
            residuals(beside).map_or(DVector::zeros(12), |there| (there - &here) / 1e-3)
        });
        let jacobian = DMatrix::from_columns(&columns.collect::<Vec<_>>());
        let normal = jacobian.transpose() * &jacobian + DMatrix::identity(6, 6) * damping;
        let Some(step) = normal.lu().solve(&(jacobian.transpose() * &here)) else { break };
        let next = moved(free, &|j| -step[j].clamp(-1.0, 1.0));
        let there = residuals(next).ok().filter(|there| there.norm() < here.norm());
        if let Some(there) = there {
            let gain = here.norm() - there.norm();
            (free, here, damping) = (next, there, 0.3 * damping);
            println!("residual {:.6}: {free:?}", here.norm());
            if gain < 1e-4 * here.norm() {
                break;
            }
        } else {
            damping *= 10.0;
        }
    }
    Ok((free, here.norm()))
}

fn table(free: [f64; 6]) -> Result<(), Error> {
    let outcomes = compare(free)?;
    for outcome in &outcomes {
        let [a, b] = outcome.range;
        let quoted = if a == b { format!("{a}") } else { format!("{a} to {b}") };
        let judged = match (outcome.has_sign(), outcome.is_met()) {
            (false, _) => "wrong sign",
            (true, false) => "sign",
            (true, true) => "met",
        };
        let role = if outcome.is_training { "training" } else { "" };
        println!(
            "{:<16} {:<12} {quoted:>16} {:>8.1}  {judged:<10} {role}",
            outcome.genotype, outcome.quantity, outcome.found
        );
    }
    let held = || outcomes.iter().filter(|outcome| !outcome.is_training);
    let met = held().filter(|outcome| outcome.is_met()).count();
    println!(
        "met {} of 21, of the predictions {met} of {}",
        outcomes.iter().filter(|o| o.is_met()).count(),
        held().count()
    );
    Ok(())
}

fn main() -> Result<(), Error> {
    println!("untuned");
    table(UNTUNED)?;
    let tuned = if std::env::args().any(|argument| argument == "fit") { fit()? } else { TUNED };
    println!(
        "\ntuned: {}",
        FREE.iter().zip(tuned).map(|((name, unit), x)| format!("{name} {x} {unit}")).collect::<Vec<_>>().join(", ")
    );
    table(tuned)
}
