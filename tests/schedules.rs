//! Things that happen at known times, where rounding could keep them apart.

use homeostat::model::Model;
use homeostat::network::Schedule;
use homeostat::simulation::{Run, Simulation};

const MODEL: &str = "[model]\nname = \"test\"\ntime_unit = \"s\"\n[compartment.cell]\nvolume = \"1 L\"\n\
    [species.x]\ncompartment = \"cell\"\namount = \"0 umol\"\n[input.k]\nvalue = \"1 1/s\"\n\
    [process.loss]\nreaction = \"x ->\"\nrate = \"1e-9 * k * x\"\n";

fn rows(schedule: &str, start: f64, end: f64, steps: usize) -> Vec<f64> {
    let mut simulation = Simulation::new(&Model::from_toml(MODEL).unwrap().network()).unwrap();
    let schedule: Schedule = toml::from_str(schedule).unwrap();
    simulation.schedule(&schedule).unwrap();
    let run = Run { start, end, steps, ..Run::until(end) };
    let rows = simulation.run(&run).unwrap().rows;
    rows.into_iter().map(|row| (row[0] * 1e6).round() / 1e6).collect()
}

/// Every 0.1 s, where `0.1 + 2 * 0.1` is later than `0.3`.
const DOSES: &str = "[[dose]]\nspecies = \"x\"\nadd = { value = 1, unit = \"umol\" }\nat = 0.1\nevery = 0.1\n";
const BLOCK: &str = "[[change]]\nparameter = \"k\"\nfactor = 0.0\nfrom = 0.3\nuntil = 0.6\n";

#[test]
fn a_dose_at_the_end_is_given() {
    assert_eq!(rows(DOSES, 0.0, 0.3, 3), [0.0, 1.0, 2.0, 3.0]);
    assert_eq!(rows(DOSES, 0.3, 0.3, 0), [3.0]);
}

#[test]
fn what_is_meant_for_one_instant_happens_there() {
    let expected = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
    assert_eq!(rows(DOSES, 0.0, 1.0, 10), expected);
    assert_eq!(rows(&format!("{DOSES}{BLOCK}"), 0.0, 1.0, 10), expected);
}

#[test]
fn a_dose_at_the_start_is_in_the_first_row() {
    let dose = DOSES.replace("at = 0.1", "at = 0.0") + "count = 2\n";
    assert_eq!(rows(&dose, 0.0, 0.4, 4), [1.0, 2.0, 2.0, 2.0, 2.0]);
}

#[test]
fn a_change_with_both_factor_and_value_is_refused() {
    let simulation = Simulation::new(&Model::from_toml(MODEL).unwrap().network());
    let both: Schedule = toml::from_str(&BLOCK.replace("factor = 0.0", "factor = 0.0\nvalue = 3")).unwrap();
    let error = simulation.unwrap().schedule(&both).unwrap_err();
    assert_eq!(error.to_string(), "change.1.factor: both a factor and a value are given; keep one");
}

#[test]
fn a_change_without_an_end_lasts() {
    // x' = -1e-9 k x: nothing to see of it, but what k is
    let mut simulation = Simulation::new(&Model::from_toml(MODEL).unwrap().network()).unwrap();
    let change = "[[change]]\nparameter = \"k\"\nvalue = 7\nfrom = 0.5\n";
    simulation.schedule(&toml::from_str(change).unwrap()).unwrap();
    let selection = simulation.select("k").unwrap();
    let rows = simulation.run(&Run { steps: 4, selection, ..Run::until(1.0) }).unwrap().rows;
    assert_eq!(rows, [[1.0], [1.0], [7.0], [7.0], [7.0]]);
    let again = toml::from_str(&format!("{change}every = 2\n")).unwrap();
    let error = simulation.schedule(&again).unwrap_err().to_string();
    assert_eq!(error, "change.1.until: is missing; expected the time at which it is over, since it comes again");
}

#[test]
fn a_count_without_a_period_is_refused() {
    let mut simulation = Simulation::new(&Model::from_toml(MODEL).unwrap().network()).unwrap();
    let once = toml::from_str("[[dose]]\nspecies = \"x\"\nadd = \"1 umol\"\nat = 0\ncount = 3\n").unwrap();
    let error = simulation.schedule(&once).unwrap_err().to_string();
    assert!(error.starts_with("dose.1.count: found 3 without `every`"), "{error}");
}

#[test]
fn what_begins_after_the_end_is_told() {
    let mut simulation = Simulation::new(&Model::from_toml(MODEL).unwrap().network()).unwrap();
    simulation.schedule(&toml::from_str(&format!("{DOSES}{BLOCK}")).unwrap()).unwrap();
    let warnings = |end: f64| simulation.run(&Run::until(end)).unwrap().warnings;
    let told: Vec<String> = warnings(0.2).iter().map(ToString::to_string).collect();
    assert!(
        told.iter().any(|w| w.contains("the change of k begins at 0.3 s, after the end of the run at 0.2 s")),
        "{told:?}"
    );
    assert!(!told.iter().any(|w| w.contains("dose")), "{told:?}");
    assert!(warnings(0.3).iter().all(|w| !w.to_string().contains("after the end")));
}

/// Doses of 1 every 0.1 s, and one of 5 beside them.
#[test]
fn schedules_are_chosen_beside_one_another() {
    let mut simulation = Simulation::new(&Model::from_toml(MODEL).unwrap().network()).unwrap();
    simulation.schedule(&toml::from_str(DOSES).unwrap()).unwrap();
    simulation
        .add_schedule(&toml::from_str("[[dose]]\nspecies = \"x\"\nadd = \"5 umol\"\nat = 0.2\n").unwrap())
        .unwrap();
    let rows = simulation.run(&Run { steps: 3, ..Run::until(0.3) }).unwrap().rows;
    let rows: Vec<f64> = rows.into_iter().map(|row| (row[0] * 1e6).round() / 1e6).collect();
    assert_eq!(rows, [0.0, 1.0, 7.0, 8.0]);
}
