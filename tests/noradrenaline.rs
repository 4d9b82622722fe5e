//! The noradrenaline and histamine terminals on what has to hold: no published trajectories of them were found.

use homeostat::analysis::{Settle, SteadyState};
use homeostat::library;
use homeostat::simulation::{Run, Simulation};

fn simulation(model: &str, changes: &[(&str, &str)]) -> Simulation {
    let mut simulation = Simulation::new(&library::load(model).unwrap().network()).unwrap();
    for (name, value) in changes {
        simulation.set(name, value).unwrap();
    }
    simulation
}

fn steady(model: &str, changes: &[(&str, &str)]) -> SteadyState {
    simulation(model, changes).steady(&Settle::default()).unwrap()
}

fn level(state: &SteadyState, species: &str) -> f64 {
    state.concentration(species).unwrap()
}

const MODEL: &str = "noradrenaline-terminal";

#[test]
fn it_rests_at_a_few_nm() {
    let state = steady(MODEL, &[]);
    assert!(state.is_stable);
    let outside = level(&state, "ena");
    assert!((0.5e-3..10e-3).contains(&outside), "{outside}");
    // nearly all that vesicles hold is noradrenaline
    assert!(level(&state, "vda") < 0.2 * level(&state, "vna"));
    assert_eq!(state.conserved.len(), 2, "pterins and ascorbate");
}

/// The file starts where it rests.
#[test]
fn initial_values_are_the_steady_state() {
    let (start, state) = (simulation(MODEL, &[]), steady(MODEL, &[]));
    let trajectory = start.run(&Run { steps: 1, ..Run::until(1.0) }).unwrap();
    for name in [
        "tyr",
        "tyrpool",
        "bh2",
        "bh4",
        "ldopa",
        "cda",
        "cna",
        "vda",
        "vna",
        "ascorbate",
        "semidehydroascorbate",
        "eda",
        "ena",
        "dopal",
        "dopac",
        "dopegal",
        "dhpg",
        "nmn",
        "mhpg",
    ] {
        let (value, rest) = (trajectory.column(&format!("[{name}]")).unwrap()[0], level(&state, name));
        assert!((value - rest).abs() <= 1e-4 * rest, "{name}: {value}, at rest {rest}");
    }
}

#[test]
fn without_dbh_dopamine_is_released_in_its_place() {
    let (usual, without) = (steady(MODEL, &[]), steady(MODEL, &[("DBH.Vmax", "0 uM/h")]));
    for species in ["cna", "vna", "ena", "dhpg", "mhpg"] {
        assert!(level(&without, species).abs() < 1e-12, "{species}");
    }
    assert!(level(&without, "eda") > 5.0 * level(&usual, "eda"));
    assert!(level(&without, "vda") > 5.0 * level(&usual, "vda"));
}

#[test]
fn blocks_of_net_and_of_alpha_2_raise_noradrenaline_outside() {
    let usual = level(&steady(MODEL, &[]), "ena");
    let no_carrier = [("NET.Vmax", "0 uM/h"), ("NET_dopamine.Vmax", "0 uM/h")];
    assert!(level(&steady(MODEL, &no_carrier), "ena") > 3.0 * usual);
    // without the receptor everything that it holds back is released: 1 - 0.83 NA/(NA + 10.2 nM) becomes 1
    let blocked = level(&steady(MODEL, &[("alpha2A", "0")]), "ena");
    assert!(blocked > 1.05 * usual && blocked < 1.3 * usual, "{blocked} {usual}");
}

/// What tyrosine hydroxylase makes leaves as metabolites and by washout: at rest to 1e-10, and in a closed terminal the
/// sum of all that has the catechol ring stays as it is.
#[test]
fn mass_balance() {
    let state = steady(MODEL, &[]);
    let flux = |process: &str| state.flux(process).unwrap();
    let out: f64 = ["washout", "washout_dopamine", "dopac_loss", "dhpg_loss", "nmn_loss", "mhpg_loss"]
        .iter()
        .map(|p| flux(p))
        .sum();
    let made = flux("TH");
    assert!((made - out).abs() <= 1e-10 * made, "{made} {out}");

    let closed = ["TH", "washout", "washout_dopamine", "dopac_loss", "dhpg_loss", "nmn_loss", "mhpg_loss"];
    let names: Vec<String> = closed.iter().map(|process| format!("{process}.scale")).collect();
    let changes: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "0")).collect();
    let trajectory = simulation(MODEL, &changes).run(&Run::until(24.0)).unwrap();
    let ring = ["ldopa", "cda", "cna", "vda", "vna", "eda", "ena", "dopal", "dopac", "dopegal", "dhpg", "nmn", "mhpg"];
    let columns: Vec<Vec<f64>> = ring.iter().map(|name| trajectory.column(&format!("[{name}]")).unwrap()).collect();
    let sum = |row: usize| columns.iter().map(|column| column[row]).sum::<f64>();
    let (first, last) = (sum(0), sum(columns[0].len() - 1));
    assert!((last - first).abs() <= 1e-10 * first, "{first} {last}");
}

#[test]
fn ascorbate_is_regenerated() {
    let slow = steady(MODEL, &[("ascorbate_regeneration.k", "0.001 1/h")]);
    let usual = steady(MODEL, &[]);
    assert!(level(&slow, "vna") < 0.9 * level(&usual, "vna"), "{}", level(&slow, "vna"));
    let total = |state: &SteadyState| level(state, "ascorbate") + level(state, "semidehydroascorbate");
    assert!((total(&slow) - total(&usual)).abs() < 1e-8);
}

/// The histamine terminal rests near where the published model rests without mast cells: it has the same constants.
#[test]
fn histamine_rests_where_the_published_model_does() {
    let state = steady("histamine-terminal", &[]);
    assert!(state.is_stable);
    for (species, published) in [("eha", 1.436376), ("vha", 136.6633), ("cha", 3.110146), ("gha", 2.01109)] {
        let found = level(&state, species);
        assert!((found / published - 1.0).abs() < 0.02, "{species}: {found}, published {published}");
    }
    let methylated = state.flux("HNMT").unwrap() + state.flux("HNMT_glia").unwrap();
    assert!((methylated - state.flux("tmh_loss").unwrap()).abs() < 1e-9 * methylated);
    // the autoreceptor buffers: twice the drive raises histamine outside by less than it does without the receptor
    let free = [("firing_ha.H3", "0"), ("HDC.autoreceptor", "0")];
    let rise = |changes: &[(&str, &str)]| {
        let doubled = [changes, &[("drive_ha", "2")]].concat();
        level(&steady("histamine-terminal", &doubled), "eha") / level(&steady("histamine-terminal", changes), "eha")
    };
    assert!(1.0 < rise(&[]) && rise(&[]) < rise(&free), "{} {}", rise(&[]), rise(&free));
}
