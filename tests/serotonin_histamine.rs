//! The model of the Hashemi laboratory with serotonin, histamine, mast cells, SERT trafficking and escitalopram against its
//! authors' own trajectory and against figures that other programs have computed from its equations.

mod common;

use homeostat::analysis::Settle;
use homeostat::library;
use homeostat::simulation::{Run, Settings, Simulation, Trajectory};

fn simulation(changes: &[(&str, &str)]) -> Simulation {
    let mut simulation = Simulation::new(&library::load("serotonin-histamine").unwrap().network()).unwrap();
    for (name, value) in changes {
        simulation.set(name, value).unwrap();
    }
    simulation
}

fn run(simulation: &Simulation, start: f64, end: f64, steps: usize, rtol: f64, list: Option<&str>) -> Trajectory {
    let selection = list.map_or(Vec::new(), |list| simulation.select(list).unwrap());
    let run = Run { start, steps, selection, settings: Settings::with_rtol(rtol), ..Run::until(end) };
    simulation.run(&run).unwrap()
}

/// A value rounds to what is printed.
#[track_caller]
fn prints(what: &str, found: f64, printed: &str) {
    let decimals = printed.split_once('.').map_or(0, |(_, digits)| digits.len());
    assert_eq!(format!("{found:.decimals$}"), printed, "{what}: found {found}");
}

/// All 51 columns within 3e-4 of the largest magnitude of each; those that are zero throughout stay below 1e-9.
#[test]
fn the_authors_trajectory_with_mast_cells() {
    let Some(shared) = common::shared("the_authors_trajectory_with_mast_cells") else { return };
    let text = std::fs::read_to_string(shared.join("reference/serotonin-histamine-mast-cells.csv")).unwrap();
    let names: Vec<&str> = text.lines().next().unwrap().split(',').skip(1).collect();
    let rows = common::table(&text);
    assert_eq!((names.len(), rows.len()), (51, 121));
    let trajectory = run(&simulation(&[("mast_cells", "1")]), 0.0, 100.0, 120, 1e-8, None);
    let mut worst = (0.0, "");
    for (j, name) in names.iter().enumerate() {
        let found = trajectory.column(&format!("[{name}]")).unwrap();
        let off = rows.iter().zip(&found).map(|(row, x)| (row[j + 1] - x).abs()).fold(0.0, f64::max);
        let largest = rows.iter().map(|row| row[j + 1].abs()).fold(0.0, f64::max);
        let bound = if largest == 0.0 { 1e-9 } else { 3e-4 * largest };
        assert!(off <= bound, "{name}: off by {off:e}, allowed {bound:e}");
        if largest > 0.0 && off / largest > worst.0 {
            worst = (off / largest, name);
        }
    }
    println!("worst: {worst:?}");
}

/// Kinks are events: tightening the tolerance ten times changes nothing beyond 20 times the old one.
#[test]
fn five_weeks_with_mast_cells() {
    let coarse = run(&simulation(&[("mast_cells", "1")]), 0.0, 840.0, 840, 1e-6, None);
    let fine = run(&simulation(&[("mast_cells", "1")]), 0.0, 840.0, 840, 1e-7, None);
    for (j, column) in fine.columns.iter().enumerate() {
        let largest = fine.rows.iter().map(|row| row[j].abs()).fold(0.0, f64::max);
        let off = coarse.rows.iter().zip(&fine.rows).map(|(a, b)| (a[j] - b[j]).abs()).fold(0.0, f64::max);
        assert!(off <= 20.0 * 1e-6 * largest.max(1e-9), "{}: off by {off:e} of {largest:e}", column.text);
        assert!(fine.rows.iter().all(|row| row[j].is_finite()));
    }
}

/// Without mast cells, after 2e4 h.
#[test]
fn where_it_settles_without_mast_cells() {
    let settled = run(&simulation(&[]), 2e4, 2e4, 0, 1e-9, Some("[eha],[vha],[cha],[gha],[eht]"));
    let printed = ["1.436376", "136.6633", "3.110146", "2.01109", "0.06014351"];
    for ((column, found), printed) in settled.columns.iter().zip(&settled.rows[0]).zip(printed) {
        prints(&column.text, *found, printed);
    }
}

#[test]
fn escitalopram() {
    let mut simulation = simulation(&[]);
    simulation.schedule_named("escitalopram").unwrap();
    let rows = run(&simulation, 200.0, 224.0, 2400, 1e-9, Some("[eht],escitalopram.Ki"));
    let eht = rows.column("[eht]").unwrap();
    let peak = (0..eht.len()).fold(0, |best, i| if eht[i] > eht[best] { i } else { best });
    prints("peak", 1e3 * eht[peak], "123.8");
    prints("peak at", rows.t[peak] - 200.0, "1.20");
    prints("a day after the dose", 1e3 * eht[2400], "62.6");
}

#[test]
fn what_is_conserved() {
    let simulation = simulation(&[("mast_cells", "1")]);
    let sums: Vec<String> =
        simulation.network().conserved_sums().iter().map(|s| s.text(simulation.network())).collect();
    assert_eq!(sums, ["bh2 + bh4", "SERT_ph + SERT_pool", "SERT_ph - SERT_s - SERT_inact"]);
    let rows = run(&simulation, 0.0, 100.0, 10, 1e-6, Some("[bh2],[bh4],[SERT_ph],[SERT_pool],[SERT_s],[SERT_inact]"));
    let totals = |row: &[f64]| [row[0] + row[1], row[2] + row[3], row[2] - row[4] - row[5]];
    let first = totals(&rows.rows[0]);
    for row in &rows.rows {
        for (now, then) in totals(row).iter().zip(first) {
            assert!((now - then).abs() <= 1e-12, "{now} from {then}");
        }
    }
}

/// A switch that is off leaves the time out of the equations; one that is on is refused by name.
#[test]
fn steady_states_need_mast_cells_at_rest() {
    let state = simulation(&[]).steady(&Settle::default()).unwrap();
    let x = |name: &str| state.concentration(name).unwrap();
    prints("eha", x("eha"), "1.436376");
    prints("vha", x("vha"), "136.6633");
    // nothing holds what mast cells have packed: an integration over 2e4 h, by another program, arrives at 457.61
    prints("mc_vha", x("mc_vha"), "457.61");
    let error = simulation(&[("mast_cells", "1")]).steady(&Settle::default()).unwrap_err();
    assert!(error.to_string().contains("time"), "{error}");
}

/// Where firing is fast, reserves are refilled from at the most that refilling does, though nothing is left: time leads
/// below zero.
#[test]
fn a_reserve_below_zero_is_named() {
    let error = simulation(&[("drive_ht", "3")]).steady(&Settle::default()).unwrap_err().to_string();
    assert!(error.contains("negative amount: vht_res at -") && !error.contains("SERT_inact"), "{error}");
}

/// mg/kg times 20 g times 0.8, counted in ug.
#[test]
fn escitalopram_is_given_per_body_weight() {
    for (dose, weight, amount) in [("10 mg/kg", "20 g", 160.0), ("3 mg/kg", "25 g", 60.0)] {
        let mut simulation = simulation(&[("escitalopram_dose", dose), ("body_weight", weight)]);
        simulation.schedule_named("escitalopram").unwrap();
        let found = run(&simulation, 200.0, 200.0, 0, 1e-6, Some("[ssri_ip]")).rows[0][0];
        assert!((found - amount).abs() < 1e-12 * amount, "{dose}: {found}");
    }
}

/// A logistic function of the time since they are switched on: 0.001 at first, a half after ln(999)/20 h.
#[test]
fn mast_cells_may_begin_later() {
    let simulation = simulation(&[("mast_cells", "1"), ("mast_cells_from", "30 h")]);
    let half = 999.0_f64.ln() / 20.0;
    for (t, expected) in [(30.0, 0.001), (30.0 + half, 0.5), (30.0 + 2.0 * half, 0.999)] {
        let found = run(&simulation, t, t, 0, 1e-6, Some("mc")).rows[0][0];
        assert!((found - expected).abs() < 1e-12, "{t}: {found}");
    }
}
