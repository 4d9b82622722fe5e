//! L-DOPA by mouth with and without benserazide (Grange et al. 2001): peaks computed from the published SBML files by
//! other programs, and where those programs' trajectories are at hand, all of them.

mod common;

use homeostat::library;
use homeostat::simulation::{Run, Settings, Simulation, Trajectory};

fn run(model: &str, end: f64, steps: usize, selection: &str) -> Trajectory {
    let simulation = Simulation::new(&library::load(model).unwrap().network()).unwrap();
    let selection = simulation.select(selection).unwrap();
    simulation.run(&Run { steps, selection, settings: Settings::with_rtol(1e-10), ..Run::until(end) }).unwrap()
}

/// The largest value of half-hourly rows, and its time.
fn peak(model: &str, selection: &str) -> (f64, f64) {
    let trajectory = run(model, 12.0, 24, selection);
    let column = trajectory.column(selection).unwrap();
    column.iter().enumerate().fold((0.0, 0.0), |best, (i, x)| if *x > best.0 { (*x, i as f64 * 0.5) } else { best })
}

/// The published files' values are amounts (umol), and their times those of half-hourly rows.
#[test]
fn peaks() {
    for (model, selection, height, time) in [
        ("grange-2001-levodopa-benserazide", "C_dopa", 51.36, 1.0),
        ("grange-2001-levodopa", "C_dopa", 8.70, 0.5),
        ("grange-2001-levodopa-benserazide", "C_OMD", 19.20, 4.5),
        ("grange-2001-levodopa", "C_OMD", 1.82, 3.0),
    ] {
        let (found, at) = peak(model, selection);
        assert!((found - height).abs() <= 0.005, "{model} {selection}: {found} at {at}");
        assert_eq!(at, time, "{model} {selection}");
    }
}

#[test]
fn trajectories_of_the_published_files() {
    let Some(shared) = common::shared("trajectories_of_the_published_files") else { return };
    for (model, file) in
        [("grange-2001-levodopa", "BIOMD0000000321"), ("grange-2001-levodopa-benserazide", "BIOMD0000000320")]
    {
        let text = std::fs::read_to_string(shared.join(format!("models/{file}.csv"))).unwrap();
        let names: Vec<&str> = text.lines().next().unwrap().split(',').skip(1).collect();
        let rows = common::table(&text);
        let trajectory = run(model, rows.last().unwrap()[0], rows.len() - 1, &names.join(","));
        for (j, name) in names.iter().enumerate() {
            let largest = rows.iter().map(|row| row[j + 1].abs()).fold(0.0, f64::max);
            for (row, found) in rows.iter().zip(trajectory.column(name).unwrap()) {
                let (time, expected) = (row[0], row[j + 1]);
                assert!((expected - found).abs() <= 1e-8 * largest, "{file} {name} at {time}: {found} not {expected}");
            }
        }
    }
}

/// What is named turns what it names: each path is its part of the clearance times the concentration.
#[test]
fn clearances_follow_their_names() {
    for model in ["grange-2001-levodopa", "grange-2001-levodopa-benserazide"] {
        let mut simulation = Simulation::new(&library::load(model).unwrap().network()).unwrap();
        for (name, value) in [("CL_dopa0", "1.5 L/h"), ("f_AADC", "0.5"), ("f_COMT", "0.2"), ("[C_dopa]", "3 uM")] {
            simulation.set(name, value).unwrap();
        }
        let selection = simulation.select("AADC,COMT,rest,F,F_G,f_H,Q_H").unwrap();
        let row = simulation.run(&Run { steps: 0, selection, ..Run::until(0.0) }).unwrap().rows.remove(0);
        for (found, part) in row.iter().zip([0.5, 0.2, 0.3]) {
            assert!((found - part * 1.5 * 3.0).abs() < 1e-14, "{model}: {found}, part {part}");
        }
        assert!((row[3] - row[4] * (1.0 - row[5] * 1.5 / row[6])).abs() < 1e-15, "{model}");
    }
}
