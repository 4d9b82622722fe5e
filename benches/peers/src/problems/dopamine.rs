//! The dopamine terminal of Best, Nijhout & Reed 2009 over a day with meals and 144 bursts of firing.

use super::{Compiled, Facts, Stretch};
use homeostat::library;

/// Blood tyrosine as a multiple of its level, until an hour.
pub const MEALS: [(f64, f64); 7] =
    [(7.0, 0.25), (10.0, 1.75), (12.0, 0.25), (15.0, 1.75), (18.0, 0.25), (21.0, 3.25), (24.0, 0.25)];
/// Bursts begin every ten minutes, the first at once.
const BURSTS: usize = 144;
/// Firing during a burst as a multiple of tonic firing, and how long it lasts, in hours.
const FACTOR: f64 = 3.0;
const LENGTH: f64 = 5.0 / 3600.0;
/// The inverse of the fastest eigenvalue at rest, in hours (tests/reference/dopamine-steady-eigenvalues.csv).
pub const TIME_CONSTANT: f64 = 2.5e-5;

/// When burst k begins, in hours.
fn burst(k: usize) -> f64 {
    k as f64 / 6.0
}

/// Times at which the firing or blood tyrosine changes, and what kind of edge that is.
fn edges() -> Vec<(f64, usize)> {
    let meals = MEALS.iter().map(|(end, _)| (*end, 2));
    let bursts = (0..BURSTS).flat_map(|k| [(burst(k), 0), (burst(k) + LENGTH, 1)]);
    let mut edges: Vec<(f64, usize)> = meals.chain(bursts).collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    edges.dedup_by_key(|edge| edge.0);
    edges
}

/// The problem; errors count relative to a thousandth of each species' steady state.
pub fn dopamine() -> Compiled {
    let network = library::load("best-2009-dopamine").expect("the model is built in").network();
    Compiled::new(network.clone(), |system, parameters| {
        let rest = parameters(&[]);
        let start = system.initial_state(&network, &rest).expect("the model begins somewhere");
        let value = |name| {
            let place = network.get(name).and_then(|symbol| system.parameter_of(symbol));
            rest[place.expect("the model has the parameter")]
        };
        let (tyrosine, firing) = (value("btyr"), value("fire"));
        let scales = start.iter().map(|y| 1e-3 * y).collect();
        let edges = edges();
        let stretches = edges.windows(2).map(|pair| {
            let [(begin, edge), (end, _)] = [pair[0], pair[1]];
            let meal = MEALS.iter().find(|(until, _)| begin < *until).map_or(1.0, |(_, factor)| *factor);
            let is_burst = (0..BURSTS).any(|k| burst(k) <= begin && begin < burst(k) + LENGTH);
            let firing = if is_burst { FACTOR * firing } else { firing };
            let parameters = parameters(&[("btyr", meal * tyrosine), ("fire", firing)]);
            Stretch { end, parameters, edge, time_constant: Some(TIME_CONSTANT) }
        });
        Facts { scales, stretches: stretches.collect(), ..Facts::new("DOPAMINE", start, 1.0, 24.0) }
    })
}
