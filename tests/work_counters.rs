//! Work counts are golden data (`tests/golden/work.csv`): a change of more than 2 % (or 2) fails and shows both.
//! To renew the file on purpose: `HOMEOSTAT_RENEW=1 cargo test --test work_counters`, and a line in CHANGELOG.md
//! that says why.

mod common;

use common::problems::{Problem, e5, orego, pollu, rober};
use homeostat::library;
use homeostat::simulation::{Run, Simulation};
use homeostat::solver::{Method, Options, Statistics, Tolerance, solve};

const COLUMNS: &str = "run,steps,rejected,rhs,jacobians,factorisations,solves,fallback_factorisations";

fn counts(s: Statistics) -> Vec<u64> {
    vec![s.steps, s.rejected, s.rhs, s.jacobians, s.factorisations, s.solves, s.fallback_factorisations]
}

fn by_hand(problem: &Problem, method: Method) -> Statistics {
    let mut options = Options::with_tolerances(1e-6, Tolerance::Same(problem.s * 1e-6));
    options.method = method;
    // an explicit method goes on until it sees that the problem is stiff
    let run = solve(problem, &[], &problem.y0, &[0.0, problem.t_end], &options);
    run.map_or_else(|ended| ended.solution.statistics, |solution| solution.statistics)
}

fn dopamine(schedule: Option<&str>) -> Statistics {
    let mut simulation = Simulation::new(&library::load("best-2009-dopamine").unwrap().network()).unwrap();
    if let Some(name) = schedule {
        simulation.schedule_named(name).unwrap();
    }
    simulation.set("[eda]", "1 uM").unwrap(); // something to do without meals, too
    simulation.run(&Run::until(24.0)).unwrap().statistics.counts
}

fn spiking_hour() -> Statistics {
    let network = library::load("best-2009-dopamine-spikes").unwrap().network();
    let mut simulation = Simulation::new(&network).unwrap();
    simulation.schedule_named("tonic").unwrap();
    simulation.run(&Run { steps: 1, ..Run::until(1.0) }).unwrap().statistics.counts
}

#[test]
fn work_has_not_changed() {
    let mut found = vec![
        ("dopamine day with meals".to_string(), dopamine(Some("meals"))),
        ("dopamine day".to_string(), dopamine(None)),
        ("spiking hour".to_string(), spiking_hour()),
    ];
    for method in Method::ALL {
        for (name, problem) in [("E5", e5()), ("POLLU", pollu()), ("ROBER", rober()), ("OREGO", orego())] {
            found.push((format!("{name} {}", method.name()), by_hand(&problem, *method)));
        }
    }
    let path = format!("{}/tests/golden/work.csv", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("HOMEOSTAT_RENEW").is_some() {
        let row = |(name, s): &(String, Statistics)| {
            let numbers: Vec<String> = counts(*s).iter().map(u64::to_string).collect();
            format!("{name},{}\n", numbers.join(","))
        };
        let text: String = found.iter().map(row).collect();
        std::fs::write(&path, format!("{COLUMNS}\n{text}")).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    assert_eq!(golden.lines().next(), Some(COLUMNS));
    let mut faults = Vec::new();
    for (name, statistics) in found {
        let row = golden.lines().find_map(|line| line.strip_prefix(&name)?.strip_prefix(','));
        let row = row.unwrap_or_else(|| panic!("{name} has no golden row"));
        let expected: Vec<u64> = row.split(',').map(|x| x.parse().unwrap()).collect();
        for ((column, now), was) in COLUMNS.split(',').skip(1).zip(counts(statistics)).zip(expected) {
            if now.abs_diff(was) as f64 > (0.02 * was as f64).max(2.0) {
                faults.push(format!("{name}: {column} {was} -> {now}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
