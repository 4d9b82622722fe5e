//! What holds for every law: its value against an evaluation to 25 digits that is written apart from it, its exact
//! derivatives against complex steps, its units, and how it moves with its levels.

mod common;

use common::laws::{Case, golden, groups};
use homeostat::component::{Builder, Formula};
use homeostat::expr::{Graph, Symbol};
use homeostat::law::convert::{arrhenius, cheng_prusoff, functional_antagonist, q10, thermal_voltage};
use homeostat::law::{self, Gives, Over, Role};
use homeostat::network::Network;
use homeostat::solver::Point;
use homeostat::system::{Observable, System};
use homeostat::units::{Concentration, Dimension, Temperature, Unit, Value, Volume};

/// A law whose arguments are parameters a0, a1, ... of a network, as the rules v and d0, d1, ...
fn compiled(case: &Case) -> Vec<f64> {
    let mut net = Network::new("law");
    let cell = net.compartment("cell", Volume::l(1.0));
    let x = net.species("x", cell, Concentration::um(1.0));
    let rate = net.value(x).id();
    net.process("loss", [(x, -1.0)], rate);
    let arguments = case.flat();
    let name = |s: Symbol| format!("a{}", s.0);
    for (i, &value) in arguments.iter().enumerate() {
        net.parameter(&name(Symbol(i as u32)), Value::from(value));
    }
    let graph = Graph::new();
    let value = case.expr(&graph);
    net.add(Formula::new("v").set("value", value.text(&name)));
    for i in 0..arguments.len() as u32 {
        let slope = value.derivative(Symbol(i)).map_or("0".to_string(), |d| d.text(&name));
        net.add(Formula::new(&format!("d{i}")).set("value", slope));
    }
    let system = System::compile(&net).unwrap();
    let names = std::iter::once("v".to_string()).chain((0..arguments.len()).map(|i| format!("d{i}")));
    let rules: Vec<Observable> = names.map(|name| Observable::Value(net.get(&name).unwrap())).collect();
    let mut out = vec![0.0; rules.len()];
    let parameters = system.parameters(&net).unwrap();
    system.observer(&net, &rules).unwrap().observe(&Point::new(0.0, &parameters), &[1.0], &mut out);
    out
}

/// The sizes of the terms that may cancel in a value.
fn size(case: &Case, value: f64) -> f64 {
    let terms = case.flat().iter().enumerate().map(|(i, x)| (x * case.slope(i)).abs()).fold(0.0, f64::max);
    terms.max(value.abs())
}

#[test]
fn values_and_derivatives() {
    let rows = golden();
    for law in law::ALL {
        assert!(rows.iter().filter(|(case, _)| case.law.name == law.name).count() >= 4, "{}", law.name);
    }
    for (case, expected) in &rows {
        let name = case.law.name;
        let found = compiled(case);
        let close = |found: f64, expected: f64, size: f64| (found - expected).abs() <= 2e-14 * size;
        assert!(close(found[0], *expected, size(case, *expected)), "{name}: {} not {expected}\n{case:?}", found[0]);
        for (i, slope) in found[1..].iter().enumerate() {
            let expected = case.slope(i);
            let size = size(case, found[0]) / case.flat()[i].abs();
            assert!(close(*slope, expected, size), "{name}, argument {i}: {slope} not {expected}\n{case:?}");
        }
    }
}

#[test]
fn records_are_complete() {
    for law in law::ALL {
        assert!(!law.reference.is_empty() && !law.arguments.is_empty(), "{}", law.name);
        let singles = law.arguments.iter().skip_while(|a| !matches!(a.role, Role::Each(_)));
        assert!(singles.skip(1).all(|a| matches!(a.role, Role::Each(_))), "{}: groups come last", law.name);
        for argument in law.arguments {
            if let Role::Half(level) = argument.role {
                let is = |a: &law::Argument| a.name == level && matches!(a.role, Role::Level | Role::Content);
                assert!(law.arguments.iter().any(is), "{}: {}", law.name, argument.name);
            }
        }
        for (name, group) in groups(law) {
            for argument in group.arguments {
                assert!(!matches!(argument.role, Role::Each(_)), "{}: {name} nests", law.name);
                if let Role::Half(level) = argument.role {
                    assert_eq!(level, name, "{}", law.name);
                }
            }
        }
        let short = groups(law).filter_map(|(_, group)| group.single).flatten();
        let mut names: Vec<&str> = law.arguments.iter().map(|a| a.name).chain(short).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{}: two fields of one name", law.name);
    }
}

/// The power of a base dimension by which a quantity grows: found by trying.
fn powers(dimension: Dimension) -> [i32; 3] {
    for c in -8..=8 {
        for t in -2..=2 {
            for v in -1..=1 {
                let product = Dimension::CONCENTRATION.pow(c).mul(Dimension::TIME.pow(t));
                if product.mul(Dimension::VOLTAGE.pow(v)) == dimension {
                    return [c, t, v];
                }
            }
        }
    }
    panic!("{dimension:?} is of concentration, time and voltage")
}

/// A law gives the same velocity in any units: with units of concentration, time and voltage that are other by factors, the
/// numbers of arguments and value change by what their dimensions say.
#[test]
fn units_fit() {
    for (case, value) in golden() {
        let factor = |dimension: Dimension| {
            let [c, t, v] = powers(dimension);
            8.0_f64.powi(c) * 0.25_f64.powi(t) * 2.0_f64.powi(v)
        };
        let moved: Vec<f64> = case.flat().iter().zip(case.dimensions()).map(|(x, d)| x * factor(d)).collect();
        let gives = match case.law.gives {
            Gives::Velocity => Dimension::VELOCITY,
            Gives::Factor | Gives::Remainder | Gives::Term => Dimension::DIMENSIONLESS,
        };
        let (found, expected) = (case.with(&moved).value(), value * factor(gives));
        let size = size(&case, value) * factor(gives);
        assert!((found - expected).abs() <= 2e-14 * size, "{}: {found} not {expected}\n{case:?}", case.law.name);
    }
}

/// The levels that a velocity needs.
fn needed(case: &Case) -> Vec<usize> {
    ["S", "A", "B", "substrates"].iter().flat_map(|name| case.levels(name)).collect()
}

/// The levels that drive it back.
fn opposing(case: &Case) -> Vec<usize> {
    ["P", "Q", "products", "produced"].iter().flat_map(|name| case.levels(name)).collect()
}

fn velocities() -> impl Iterator<Item = Case> {
    golden().into_iter().map(|(case, _)| case).filter(|case| case.law.gives == Gives::Velocity)
}

#[test]
fn without_substrate_nothing_moves() {
    for case in velocities() {
        for place in needed(&case) {
            let mut flat = case.flat();
            flat[place] = 0.0;
            for other in opposing(&case) {
                flat[other] = 0.0;
            }
            assert_eq!(case.with(&flat).value(), 0.0, "{}", case.law.name);
        }
    }
}

/// Laws that do not come to Vmax where all that they need is plenty, with the reason.
const NOT_SATURATING: &[(&str, &str)] = &[
    ("substrate_inhibition", "much substrate inhibits"),
    ("bi_substrate_inhibition", "much substrate inhibits"),
    ("binding", "does not saturate"),
    ("inactivation", "does not saturate"),
    ("refill", "takes from a reserve that it does not ask"),
    ("morrison", "its limit is kcat times the enzyme"),
    ("mass_action", "does not saturate"),
    ("first_order", "does not saturate"),
    ("exchange", "does not saturate"),
    ("diffusion", "does not saturate"),
    ("zero_order", "takes nothing"),
    ("uptake_with_loss", "its loss does not saturate"),
    ("uncompetitive", "inhibitors leave a part of Vmax"),
    ("pure_non_competitive", "inhibitors leave a part of Vmax"),
    ("mixed", "inhibitors leave a part of Vmax"),
    ("partial_inhibition", "modifiers change Vmax"),
    ("mwc", "its tense state is less active"),
];

#[test]
fn plenty_of_substrate_gives_the_limiting_velocity() {
    for case in velocities().filter(|case| NOT_SATURATING.iter().all(|(name, _)| *name != case.law.name)) {
        let mut flat = case.flat();
        for place in opposing(&case) {
            flat[place] = 0.0;
        }
        for place in needed(&case) {
            flat[place] = 1e20;
        }
        let place = case.places().iter().position(|(name, _)| *name == "Vmax").unwrap();
        let (found, vmax) = (case.with(&flat).value(), flat[place]);
        assert!((found - vmax).abs() <= 1e-7 * vmax, "{}: {found} not {vmax}", case.law.name);
    }
}

#[test]
fn velocities_rise_with_what_they_need_and_fall_with_what_opposes() {
    for case in velocities() {
        let name = case.law.name;
        let irreversible = opposing(&case).is_empty();
        for place in needed(&case) {
            // two-substrate laws with back reactions may be inhibited by a substrate that traps a product's complex
            let is_idle_with_much = ["substrate_inhibition", "bi_substrate_inhibition"].contains(&name);
            if !is_idle_with_much && (irreversible || name == "reversible_michaelis_menten") {
                assert!(case.slope(place) >= 0.0, "{name}");
            }
        }
        for place in ["competitors", "inhibitors"].iter().flat_map(|name| case.levels(name)) {
            let (value, slope) = (case.value(), case.slope(place));
            assert!(value * slope <= 0.0 || name == "uptake_with_leak", "{name}: {slope}");
        }
    }
}

/// At the equilibrium that Keq names a reversible law stands still, and on either side it runs towards it.
#[test]
fn reversible_laws_obey_haldane() {
    let mut seen = Vec::new();
    for case in velocities() {
        let Some(keq) = case.places().iter().position(|(name, _)| *name == "Keq") else { continue };
        let counts: Vec<f64> = counts(&case);
        let product = |places: &[usize]| places.iter().map(|i| case.flat()[*i].powf(counts[*i])).product::<f64>();
        let (left, right) = (needed(&case), opposing(&case));
        let quotient = product(&right) / product(&left);
        let mut flat = case.flat();
        let last = right[right.len() - 1];
        flat[last] *= (flat[keq] / quotient).powf(1.0 / counts[last]);
        let still = case.with(&flat);
        let forward = {
            let mut flat = flat.clone();
            flat[last] = 0.0;
            case.with(&flat).value()
        };
        assert!(still.value().abs() <= 1e-13 * forward, "{}: {}", case.law.name, still.value());
        for (factor, sign) in [(0.9, 1.0), (1.1, -1.0)] {
            let mut flat = flat.clone();
            flat[last] *= factor;
            assert!(case.with(&flat).value() * sign > 0.0, "{}", case.law.name);
        }
        seen.push(case.law.name);
    }
    seen.dedup();
    assert_eq!(
        seen,
        ["common_modular", "convenience", "ordered_reversible", "ping_pong_reversible", "reversible_michaelis_menten"]
    );
}

/// How many molecules stand behind each flat place.
fn counts(case: &Case) -> Vec<f64> {
    let single = vec![1.0; case.single.len()];
    let members = case.groups.iter().flatten().flat_map(|(count, values)| vec![*count; values.len()]);
    single.into_iter().chain(members).collect()
}

/// Any number of members is one law: two halves of an inhibitor do what the whole does, and none at all is the law without.
#[test]
fn members_of_a_group_add() {
    for (case, value) in golden() {
        for (place, (_, group)) in groups(case.law).enumerate() {
            if group.over != Over::Levels || case.groups[place].is_empty() || case.law.name == "activation" {
                continue;
            }
            let mut halved = case.clone();
            let first = &mut halved.groups[place][0];
            first.1[0] /= 2.0;
            let copy = first.clone();
            halved.groups[place].push(copy);
            let found = halved.value();
            assert!((found - value).abs() <= 2e-14 * size(&case, value), "{}: {found}", case.law.name);
        }
    }
}

const FAR: f64 = 1e300;

/// General laws reduce to special ones: (general, special).
#[test]
fn general_laws_reduce_to_special_ones() {
    let (s, v, k, i, ki) = (1.7, 5.0, 0.8, 2.2, 0.6);
    let (a, b, p, q) = (1.1, 2.3, 0.7, 1.9);
    let case = Case::new;
    let pairs = [
        (case("mixed", &[s, v, k], &[&[&[i, ki, FAR]]]), case("competitive", &[s, v, k], &[&[&[i, ki]]])),
        (case("mixed", &[s, v, k], &[&[&[i, FAR, ki]]]), case("uncompetitive", &[s, v, k], &[&[&[i, ki]]])),
        (case("mixed", &[s, v, k], &[&[&[i, ki, ki]]]), case("pure_non_competitive", &[s, v, k], &[&[&[i, ki]]])),
        (case("mixed", &[s, v, k], &[&[&[0.0, ki, ki]]]), case("michaelis_menten", &[s, v, k], &[])),
        (
            case("partial_inhibition", &[s, v, k], &[&[&[i, ki, 3.0, 0.0]]]),
            case("mixed", &[s, v, k], &[&[&[i, ki, 3.0 * ki]]]),
        ),
        (
            case("partial_inhibition", &[s, v, k], &[&[&[i, ki, 1.0, 0.0]]]),
            case("pure_non_competitive", &[s, v, k], &[&[&[i, ki]]]),
        ),
        (case("partial_inhibition", &[s, v, k], &[&[&[i, ki, 1.0, 1.0]]]), case("michaelis_menten", &[s, v, k], &[])),
        (case("competitive", &[s, v, k], &[&[&[i, FAR]]]), case("michaelis_menten", &[s, v, k], &[])),
        (case("hill", &[s, v, k, 1.0], &[]), case("michaelis_menten", &[s, v, k], &[])),
        (case("substrate_inhibition", &[s, v, k, FAR], &[&[]]), case("michaelis_menten", &[s, v, k], &[])),
        (case("uptake_with_loss", &[s, v, k, 0.0], &[&[&[i, ki]]]), case("competitive", &[s, v, k], &[&[&[i, ki]]])),
        (case("uptake_with_leak", &[s, p, v, k, 0.0], &[&[&[i, ki]]]), case("competitive", &[s, v, k], &[&[&[i, ki]]])),
        (case("mwc", &[s, v, k, 0.0, 0.5, 1.0], &[&[], &[]]), case("michaelis_menten", &[s, v, k], &[])),
        (case("mwc", &[s, v, k, 40.0, 1.0, 1.0], &[&[], &[]]), case("michaelis_menten", &[s, v, k], &[])),
        (case("morrison", &[s, 1e-12, v * 1e12, k], &[]), case("michaelis_menten", &[s, v, k], &[])),
        (
            case("ordered", &[a, b, v, k, 1e-300, ki], &[&[&[i, 0.9]]]),
            case("equilibrium_ordered", &[a, b, v, k, ki], &[&[&[i, 0.9]]]),
        ),
        (
            case("random", &[a, b, v, k, ki, 1.0], &[]),
            case("bi_substrate_reversible", &[a, b, p, q, v, k, ki, 0.0, 1.0, 1.0], &[]),
        ),
        (case("random", &[a, b, v, k, ki, 2.0], &[]), case("ordered", &[a, b, v, k, 2.0 * k, 2.0 * ki], &[&[]])),
        (
            case("ordered_reversible", &[a, b, 0.0, 0.0, v, 3.0, k, 0.5, ki, 1.0, 2.0, 3.0, 4.0], &[]),
            case("ordered", &[a, b, v, k, 0.5, ki], &[&[]]),
        ),
        (
            case("ping_pong_reversible", &[a, b, 0.0, 0.0, v, 3.0, k, ki, 0.5, 1.0, 2.0, 3.0], &[]),
            case("ping_pong", &[a, b, v, k, ki], &[]),
        ),
        (
            case("reversible_michaelis_menten", &[s, 0.0, v, 3.0, k, ki], &[&[&[i, 0.9]]]),
            case("competitive", &[s, v, k], &[&[&[i, 0.9]]]),
        ),
        // a product that does not come back is a competitor
        (
            case("reversible_michaelis_menten", &[s, p, v, FAR, k, ki], &[&[]]),
            case("competitive", &[s, v, k], &[&[&[p, ki]]]),
        ),
        (
            case("convenience", &[v, 3.0], &[&[&[s, k]], &[&[p, ki]]]),
            case("reversible_michaelis_menten", &[s, p, v, 3.0, k, ki], &[&[]]),
        ),
        (
            case("common_modular", &[v, 3.0], &[&[&[a, k], &[b, ki]], &[&[p, 0.4]]]),
            case("convenience", &[v, 3.0], &[&[&[a, k], &[b, ki]], &[&[p, 0.4]]]),
        ),
        (
            case("coupled_transport", &[s, p, v, k, ki, -70.0, 26.7, 0.0], &[&[&[i, 0.9]], &[&[3.0, 7.0, 0.0]]]),
            case("reversible_michaelis_menten", &[s, p, v, 1.0, k, ki], &[&[&[i, 0.9]]]),
        ),
        (case("allosteric", &[s, k], &[&[&[i, ki, 1.0, 1.0]]]), case("occupancy", &[s, k, 1.0], &[&[]])),
        // a modulator without a common complex is an antagonist
        (case("allosteric", &[s, k], &[&[&[i, ki, 0.0, 1.0]]]), case("occupancy", &[s, k, 1.0], &[&[&[i, ki]]])),
        (
            case("receptor_activity", &[], &[&[&[s, k, 1.0], &[i, ki, 0.0]]]),
            case("occupancy", &[s, k, 1.0], &[&[&[i, ki]]]),
        ),
        (case("operational", &[s, 1.0, 1e12, k * 1e12, 1.0], &[]), case("occupancy", &[s, k, 1.0], &[&[]])),
        (case("emax", &[s, 0.0, 1.0, k, 2.0], &[]), case("occupancy", &[s, k, 2.0], &[&[]])),
        (case("imax", &[i, 1.0, ki, 1.0], &[]), case("non_competitive", &[i, ki], &[])),
        (case("tight_binding", &[i, 1e-18, ki], &[]), case("non_competitive", &[i, ki], &[])),
        (case("inhibition_factor", &[i, 1.0, ki], &[]), case("non_competitive", &[i, ki], &[])),
        (case("activation", &[], &[&[&[s, k, 2.0, 0.0]]]), case("occupancy", &[s, k, 2.0], &[&[]])),
        (case("mass_action", &[v, 0.0], &[&[&[s]], &[&[p]]]), case("first_order", &[s, v], &[])),
        (case("mass_action", &[v, k], &[&[&[s]], &[&[p]]]), case("exchange", &[s, p, v, k], &[])),
        (case("diffusion", &[s, p, k], &[]), case("exchange", &[s, p, k, k], &[])),
    ];
    for (general, special) in pairs {
        let (found, expected) = (general.value(), special.value());
        let names = (general.law.name, special.law.name);
        assert!((found - expected).abs() <= 1e-11 * expected.abs(), "{names:?}: {found} not {expected}");
    }
}

/// Substrates that share a carrier: each at its own rate, v_i = V_i S_i/K_i / (1 + sum S_j/K_j).
#[test]
fn substrates_that_share_a_carrier_are_competitors() {
    let substrates = [(2.0, 1.5, 10.0), (0.7, 0.3, 4.0), (5.0, 9.0, 7.0)]; // level, Km, Vmax
    let sum: f64 = substrates.iter().map(|(s, k, _)| s / k).sum();
    for (i, (s, k, v)) in substrates.iter().enumerate() {
        let others: Vec<[f64; 2]> = substrates.iter().map(|(s, k, _)| [*s, *k]).collect();
        let others: Vec<&[f64]> = others.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, o)| &o[..]).collect();
        let found = Case::new("competitive", &[*s, *v, *k], &[&others]).value();
        let expected = v * s / k / (1.0 + sum);
        assert!((found - expected).abs() <= 1e-15 * expected, "{found} not {expected}");
    }
}

#[test]
fn texts_name_every_argument() {
    for law in law::ALL {
        let text = law.text();
        let names: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && !"_.".contains(c)).collect();
        let mut expected = Vec::new();
        for argument in law.arguments {
            match argument.role {
                Role::Each(group) => {
                    let level = (group.over != Over::Labels).then_some(argument.name);
                    let own = group.arguments.iter().map(|own| own.name);
                    expected.extend(level.into_iter().chain(own).map(|name| format!("{name}.1")));
                }
                _ => expected.push(argument.name.to_string()),
            }
        }
        for name in expected {
            assert!(names.contains(&name.as_str()), "{}: {name} is not in {text}", law.name);
        }
    }
}

/// Against values computed to 30 digits with mpmath from the printed formulas.
#[test]
fn conversions() {
    let kelvin = |t: f64| Temperature::new(t, "K").unwrap();
    let close = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-13, "{found} not {expected}");
    let energy = Value::parse("50e3 kg m^2/(s^2 mol)").unwrap();
    close(arrhenius(&energy, &kelvin(310.15), &kelvin(295.15)).unwrap(), 2.6788829032920594);
    close(q10(2.5, &kelvin(310.15), &kelvin(295.15)).unwrap(), 3.952847075210474);
    let millivolt = Unit::parse("mV").unwrap();
    close(thermal_voltage(&kelvin(310.15)).unwrap().to(&millivolt).unwrap(), 26.726659112543268);
    let nanomolar = Unit::parse("nM").unwrap();
    let [ic50, a, ec50] = [Concentration::nm(30.0), Concentration::um(2.0), Concentration::um(1.0)];
    close(cheng_prusoff(&ic50, &a, &ec50).unwrap().to(&nanomolar).unwrap(), 10.0);
    close(functional_antagonist(&ic50, &a, &ec50, 1.5).unwrap().to(&nanomolar).unwrap(), 16.157366042312564);

    assert!(q10(-1.0, &kelvin(310.15), &kelvin(298.15)).unwrap_err().to_string().contains("Q10 is -1"));
    assert!(q10(2.0, &kelvin(0.0), &kelvin(298.15)).is_err());
    assert!(arrhenius(&Value::parse("50 K").unwrap(), &kelvin(310.0), &kelvin(300.0)).is_err());
    assert!(cheng_prusoff(&ic50, &Concentration::um(-1.0), &ec50).is_err());
    assert!(cheng_prusoff(&ic50, &a, &Concentration::um(0.0)).is_err());
    assert!(functional_antagonist(&ic50, &a, &ec50, 0.0).is_err());
}
