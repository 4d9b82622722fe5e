//! The test problems as networks: what a user of the library's networks would compile. Amounts are states; the compartment
//! holds one litre, so that they are concentrations, too.

use super::{Compiled, Facts, medakzo};
use homeostat::network::{Network, Species};
use homeostat::units::{Concentration, Volume};

/// Mass-action reactions: a rate constant, and species by number on both sides.
type Reactions = &'static [(f64, &'static str)];

const ROBER: Reactions = &[(0.04, "1 -> 2"), (3e7, "2 2 -> 2 3"), (1e4, "2 3 -> 1 3")];

const HIRES: Reactions = &[
    (1.71, "1 -> 2"),
    (0.43, "2 -> 1"),
    (8.32, "3 -> 1"),
    (0.0007, "-> 1"),
    (8.32, "2 -> 4"),
    (1.71, "3 -> 4"),
    (0.43, "4 -> 3"),
    (0.69, "4 -> 6"),
    (0.035, "5 -> 3"),
    (1.71, "5 -> 6"),
    (0.43, "6 -> 5"),
    (280.0, "6 8 -> 7"),
    (0.69, "7 -> 6 8"),
    (0.43, "7 -> 5 8"),
    (0.69, "7 -> 8"),
];

const E5: Reactions = &[(7.89e-10, "1 -> 2 3"), (1.1e7, "1 3 -> 4"), (1.13e9, "2 3 ->"), (1.13e3, "4 -> 3")];

const POLLU: Reactions = &[
    (0.35, "1 -> 2 3"),
    (26.6, "2 4 -> 1"),
    (12300.0, "5 2 -> 1 6"),
    (8.6e-4, "7 -> 5 5 8"),
    (8.2e-4, "7 -> 8"),
    (15000.0, "7 6 -> 5 8"),
    (1.3e-4, "9 -> 5 8 10"),
    (24000.0, "9 6 -> 11"),
    (16500.0, "11 2 -> 1 10 12"),
    (9000.0, "11 1 -> 13"),
    (0.022, "13 -> 1 11"),
    (12000.0, "10 2 -> 1 14"),
    (1.88, "14 -> 5 7"),
    (16300.0, "1 6 -> 15"),
    (4.8e6, "3 -> 4"),
    (3.5e-4, "4 -> 16"),
    (0.0175, "4 -> 3"),
    (1e8, "16 -> 6 6"),
    (4.44e11, "16 -> 3"),
    (1240.0, "17 6 -> 5 18"),
    (2.1, "19 -> 2"),
    (5.78, "19 -> 1 3"),
    (0.0474, "1 4 -> 19"),
    (1780.0, "19 1 -> 20"),
    (3.12, "20 -> 1 19"),
];

/// The problem of these facts as a network, compiled.
pub fn network(facts: &Facts) -> Compiled {
    let mut net = Network::new(facts.name);
    let space = net.compartment("space", Volume::l(1.0));
    let species: Vec<Species> = (facts.start.iter().zip(1..))
        .map(|(y, i)| net.species(&format!("y{i}"), space, Concentration::um(*y)))
        .collect();
    match facts.name {
        "ROBER" => react(&mut net, &species, ROBER),
        "HIRES" => react(&mut net, &species, HIRES),
        "E5" => react(&mut net, &species, E5),
        "POLLU" => react(&mut net, &species, POLLU),
        "OREGO" => orego(&mut net, &species),
        "VDPOL" => vdpol(&mut net, &species),
        _ => absorb(&mut net, &species),
    }
    Compiled::new(net, |_, parameters| match facts.name {
        "MEDAKZO" => medakzo::facts(facts.start.clone(), |inflow| parameters(&[("inflow", inflow)])),
        _ => {
            let mut facts = facts.clone();
            facts.stretches[0].parameters = parameters(&[]);
            facts
        }
    })
}

fn react(net: &mut Network, species: &[Species], reactions: Reactions) {
    for (number, (constant, text)) in (1..).zip(reactions) {
        let side = |text: &str| -> Vec<Species> {
            let numbers = text.split_whitespace().map(|i| i.parse::<usize>().expect("a number of a species"));
            numbers.map(|i| species[i - 1]).collect()
        };
        let (left, right) = text.split_once("->").expect("a reaction has an arrow");
        let (left, right) = (side(left), side(right));
        let rate = left.iter().fold(net.number(*constant), |rate, s| rate * net.value(*s)).id();
        let changes = left.into_iter().map(|s| (s, -1.0)).chain(right.into_iter().map(|s| (s, 1.0)));
        let changes: Vec<_> = changes.collect();
        net.process(&format!("r{number}"), changes, rate);
    }
}

fn orego(net: &mut Network, species: &[Species]) {
    let [a, b, c] = [0, 1, 2].map(|i| net.value(species[i]));
    let rates = [77.27 * (b + a * (1.0 - 8.375e-6 * a - b)), (c - (1.0 + a) * b) / 77.27, 0.161 * (a - c)];
    move_by(net, species, rates.map(|rate| rate.id()));
}

fn vdpol(net: &mut Network, species: &[Species]) {
    let [a, b] = [0, 1].map(|i| net.value(species[i]));
    let rates = [b, ((1.0 - a * a) * b - a) * 1e6];
    move_by(net, species, rates.map(|rate| rate.id()));
}

/// Each species changes by a formula of its own.
fn move_by<const N: usize>(net: &mut Network, species: &[Species], rates: [homeostat::expr::NodeId; N]) {
    for ((rate, species), number) in rates.into_iter().zip(species).zip(1..) {
        net.process(&format!("r{number}"), [(*species, 1.0)], rate);
    }
}

/// MEDAKZO: each point takes up dye, and binds it.
fn absorb(net: &mut Network, species: &[Species]) {
    let inflow = net.parameter("inflow", medakzo::INFLOW[0]);
    for j in 1..=medakzo::POINTS {
        let [u, v] = [2 * j - 2, 2 * j - 1].map(|i| species[i]);
        if let Some([to_before, own, to_after]) = medakzo::weights(j) {
            let before = if j == 1 { net.value(inflow) } else { net.value(species[2 * j - 4]) };
            let rate = to_before * before + own * net.value(u) + to_after * net.value(species[2 * j]);
            let rate = rate.id();
            net.process(&format!("transport{j}"), [(u, 1.0)], rate);
        }
        let rate = (medakzo::K * net.value(u) * net.value(v)).id();
        net.process(&format!("binding{j}"), [(u, -1.0), (v, -1.0)], rate);
    }
}
