//! Work-precision pictures: error against time, a curve a code.

use crate::costs::Costs;
use crate::results::Row;
use homeostat::plot::{Figure, PlotError};
use std::path::Path;

/// Draws two pictures a problem: the best of ours and the default against the peers, and ours among themselves.
pub fn draw(rows: &[Row], problems: &[&'static str], folder: &Path) -> Result<(), PlotError> {
    let costs = Costs::new(rows);
    for problem in problems {
        let codes = costs.codes_of(problem);
        let (ours, peers): (Vec<&str>, Vec<&str>) = codes.into_iter().partition(|code| code.starts_with("homeostat "));
        let of_methods = |code: &&str| code.ends_with("/native");
        let methods: Vec<&str> = ours.iter().copied().filter(of_methods).collect();
        if methods.is_empty() {
            continue;
        }
        let best = methods.iter().filter(|code| !code.contains("default")).min_by(|a, b| {
            let cost = |code: &str| costs.to_reach(1e-6, problem, code).unwrap_or(f64::INFINITY);
            cost(a).total_cmp(&cost(b))
        });
        let chosen = best.into_iter().copied().chain(["homeostat default/native"]);
        if !peers.is_empty() {
            let name = format!("work-precision-{}.svg", problem.to_lowercase());
            picture(&costs, problem, &chosen.chain(peers).collect::<Vec<_>>())?.save(&folder.join(name))?;
        }
        let name = format!("methods-{}.svg", problem.to_lowercase());
        picture(&costs, problem, &methods)?.save(&folder.join(name))?;
    }
    Ok(())
}

fn picture(costs: &Costs, problem: &'static str, codes: &[&str]) -> Result<Figure, PlotError> {
    // one axis for all: the curves follow one another, with a gap between
    let runs = |code: &str| costs.rows(problem, code).iter().filter(|row| row.error.is_finite());
    let mut errors = Vec::new();
    for code in codes {
        errors.extend(runs(code).map(|row| row.error));
        errors.push(f64::NAN);
    }
    let (count, mut place) = (errors.len(), 0);
    let title = format!("{problem}: what an error costs");
    let mut figure = Figure::new(title, "largest error over all times", "", errors).powers_of_ten();
    for code in codes {
        let mut times = vec![f64::NAN; count];
        for row in runs(code) {
            times[place] = row.microseconds;
            place += 1;
        }
        place += 1;
        figure = figure.curve(short(code), "microseconds", times)?;
    }
    Ok(figure)
}

/// `homeostat Rodas5P/native` and `RADAU5 RADAU5` without what is said twice.
fn short(code: &str) -> String {
    match code.split_once(' ') {
        Some((name, method)) if name == method => name.to_string(),
        _ => code.to_string(),
    }
}
