//! Conserved sums of random mass-action networks stay where they were.

mod common;

use common::written::Numbers;
use homeostat::network::Network;
use homeostat::simulation::{Settings, Simulation};
use homeostat::solver::{OdeSystem, Solver};
use homeostat::units::{Concentration, Unit, Value, Volume};

/// A network of molecules made of atoms: every reaction keeps each kind of atom.
fn random_network(numbers: &mut Numbers) -> Network {
    let mut net = Network::new("random");
    let atoms = 1 + numbers.below(3);
    let count = 3 + numbers.below(8);
    let homes: Vec<_> =
        (0..2).map(|i| net.compartment(&format!("c{i}"), Volume::l(numbers.between(1e-3, 10.0)))).collect();
    let mut molecules: Vec<Vec<usize>> = Vec::new();
    for k in 0..count {
        // some are isomers of others, some are new
        let formula = match molecules.is_empty() || numbers.below(2) == 0 {
            true => (0..atoms).map(|_| numbers.below(3)).collect(),
            false => numbers.pick(&molecules).clone(),
        };
        molecules.push(formula);
        let start = if numbers.below(4) == 0 { 0.0 } else { numbers.between(1e-6, 1e3) };
        let home = *numbers.pick(&homes);
        net.species(&format!("s{k}"), home, Concentration::um(start));
    }
    let species: Vec<_> = net.all_species().collect();
    let mut made = 0;
    for a in 0..count {
        for b in a..count {
            for c in 0..count {
                let sum: Vec<usize> = molecules[a].iter().zip(&molecules[b]).map(|(x, y)| x + y).collect();
                let joins = sum == molecules[c] && c != a && c != b && numbers.below(2) == 0;
                let isomers = b == c && a != c && molecules[a] == molecules[c];
                if !joins && !isomers {
                    continue;
                }
                let k = numbers.between(1e-3, 1e6);
                let k = net.parameter(&format!("k{made}"), Value::new(k, Unit::ONE));
                let (a, b, c) = (species[a], species[b], species[c]);
                let (changes, rate) = if isomers {
                    (vec![(a, -1.0), (c, 1.0)], (net.value(k) * net.value(a)).id())
                } else {
                    (vec![(a, -1.0), (b, -1.0), (c, 1.0)], (net.value(k) * net.value(a) * net.value(b)).id())
                };
                net.process(&format!("r{made}"), changes, rate);
                made += 1;
            }
        }
    }
    net
}

#[test]
fn random_mass_action_networks_keep_their_sums_at_every_step() {
    let (mut worst, mut sums, mut steps) = (0.0_f64, 0, 0);
    for seed in 1..=60 {
        let mut numbers = Numbers::new(seed);
        let net = random_network(&mut numbers);
        let Ok(simulation) = Simulation::new(&net) else { continue };
        let y0 = simulation.initial_state().unwrap();
        let (options, _) = simulation.options(&Settings::default(), &y0);
        let shape = simulation.system().shape();
        assert_eq!(shape.invariants.len(), net.conserved_sums().len());
        let totals: Vec<f64> = shape.invariants.iter().map(|i| i.value(&y0)).collect();
        let mut solver = Solver::new(shape, &options, 0.0, &y0).unwrap();
        while solver.t() < 10.0 {
            if let Err(failure) = solver.advance(simulation.system(), simulation.parameters(), 10.0) {
                panic!("seed {seed}: {failure} {:?}", solver.statistics());
            }
            steps += 1;
            for (invariant, total) in shape.invariants.iter().zip(&totals) {
                let off = (invariant.value(solver.y()) - total).abs();
                let unit = f64::EPSILON * invariant.magnitude(solver.y());
                if off > 0.0 {
                    worst = worst.max(off / unit);
                }
                assert!(off <= 4.0 * unit, "seed {seed} at t = {}: {:.2} eps", solver.t(), off / unit);
            }
        }
        sums += totals.len();
    }
    println!("{sums} sums, {steps} steps: worst {worst:.2} eps");
    assert!(sums > 60 && steps > 1000);
}
