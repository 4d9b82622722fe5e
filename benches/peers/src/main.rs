//! Measures this crate and its peers on stiff problems and writes `results.csv`. See README.md.

mod codes;
mod measure;
mod problems;
mod report;

use ::homeostat::solver::{Executor, Method};
use codes::{cvode, differential_equations, diffsol, fortran::Fortran, homeostat};
use measure::{Bench, Row};
use problems::{E5, Hires, Orego, Pollu, Problem, Rober, Vdpol};

fn measure<P: Problem>(bench: &Bench, fortran: Option<&Fortran>, rows: &mut Vec<Row>) {
    let system = homeostat::Struct::<P>::new();
    let reference = bench.reference::<P>();
    let times = &reference.times;
    let mut add = |code: &'static str, method: &str, run: &dyn Fn(f64) -> codes::Outcome| {
        rows.extend(bench.rows(P::NAME, code, method, P::S, &reference, run));
    };
    let rodas5p = homeostat::native(Method::Rodas5P);
    let mut ours = vec![
        ("Rodas5P/struct", rodas5p),
        ("Rodas5P/struct-tape", homeostat::Choice { executor: Executor::Tape, ..rodas5p }),
        ("Rodas4/struct", homeostat::native(Method::Rodas4)),
        ("Rodas3/struct", homeostat::native(Method::Rodas3)),
    ];
    if !P::INVARIANT.is_empty() {
        ours.push(("Rodas5P/struct/unrestored", homeostat::Choice { is_restored: false, ..rodas5p }));
    }
    if bench.is_baseline {
        ours = vec![("Rodas5P/struct-baseline", rodas5p)];
    }
    for (name, choice) in ours {
        add("homeostat", name, &|rtol| homeostat::run(&system, choice, rtol, times));
    }
    if bench.is_baseline {
        return;
    }
    add("CVODE", "BDF", &|rtol| cvode::run::<P>(rtol, times));
    add("diffsol", "BDF", &|rtol| diffsol::run::<P>(rtol, times));
    add("differential-equations", "Radau5", &|rtol| differential_equations::run::<P>(rtol, times));
    if let Some(fortran) = fortran {
        add("RADAU5", "RADAU5", &|rtol| fortran.radau5::<P>(rtol, times));
        add("LSODA", "LSODA", &|rtol| fortran.lsoda::<P>(rtol, times));
    }
}

fn main() {
    let bench = Bench::from_arguments();
    let fortran = Fortran::load();
    if fortran.is_none() {
        eprintln!("RADAU5 and LSODA are left out: r-cran-desolve is not installed");
    }
    let mut rows = Vec::new();
    measure::<Rober>(&bench, fortran.as_ref(), &mut rows);
    measure::<Orego>(&bench, fortran.as_ref(), &mut rows);
    measure::<Hires>(&bench, fortran.as_ref(), &mut rows);
    measure::<Vdpol>(&bench, fortran.as_ref(), &mut rows);
    measure::<E5>(&bench, fortran.as_ref(), &mut rows);
    measure::<Pollu>(&bench, fortran.as_ref(), &mut rows);
    report::write(&bench, &rows);
    report::print_costs(&rows);
}
