//! Every law at arguments where its value is a fraction worked out by hand, and its exact derivatives against
//! differences of the value.

use homeostat::component::{Builder, Formula};
use homeostat::expr::{Expr, Graph, Symbol};
use homeostat::law::{self, Law, Role};
use homeostat::network::Network;
use homeostat::system::{Observable, System};
use homeostat::units::{Concentration, Value, Volume};

/// Arguments in the law's order, and its value.
const BY_HAND: &[(&str, &[f64], f64)] = &[
    ("first_order", &[3.0, 0.5], 1.5),
    ("michaelis_menten", &[3.0, 8.0, 1.0], 6.0),
    ("competitive", &[2.0, 3.0, 10.0, 4.0, 6.0], 2.5), // 20 / (4 (3/2) + 2)
    ("equilibrium_ordered", &[2.0, 3.0, 4.0, 12.0, 5.0, 2.0, 4.0], 2.4), // 72 / (6 + 4 + 10 * 2)
    ("bi_substrate_reversible", &[1.0, 3.0, 2.0, 4.0, 20.0, 4.0, 1.0, 12.0, 2.0, 4.0], 0.0), // 60/20 - 96/32
    ("uptake_with_leak", &[3.0, 7.0, 8.0, 1.0, 0.5], 2.5),
    ("exchange", &[3.0, 5.0, 2.0, 0.4], 4.0),
    ("autoreceptor", &[2.0, 1.0, 3.0, 0.5, 0.25, 5.25], 1.25), // 0.25 + 5 / (1 + 0.5 * 8)
    ("inhibition_factor", &[3.0, 0.8, 1.0], 0.2),
    ("bi_substrate_inhibition", &[2.0, 3.0, 50.0, 4.0, 1.0, 1.0], 7.5), // 100 / (4 + 2 + 4) * 3/4
    ("bound_fraction", &[3.0, 1.0], 0.75),
    ("drive", &[0.4], 0.4),
    ("added_drive", &[0.25, 10.0], 3.5),
    ("gated_uptake", &[3.0, 7.0, 8.0, 1.0, 0.5], 2.5),
    ("linear_gain", &[3.0, 1.0, -0.25], 0.5),
    ("potentiating_competition", &[1.0, 0.25, 0.5, std::f64::consts::LN_2], 2.0), // 1 / (0.5 / 2 + 0.25)
    ("proportional", &[3.0, 2.0], 1.5),
    ("ramp", &[3.0, 2.0, 4.0, 0.5, 2.0], 0.5), // 2 (3 - 2) / 4
    ("refill", &[3.0, 5.0, 2.0, 7.0], 4.0),
    ("zero_order", &[1.5], 1.5),
    ("competition", &[3.0, 2.0], 1.5),
    ("non_competitive", &[3.0, 1.0], 0.25),
];

/// A law whose arguments are parameters a0, a1, ... of a network, as the rules v and d0, d1, ...
fn compiled(law: &Law, arguments: &[f64]) -> (Network, System) {
    let mut net = Network::new("law");
    let cell = net.compartment("cell", Volume::l(1.0));
    let x = net.species("x", cell, Concentration::um(1.0));
    let rate = net.value(x).id();
    net.process("loss", [(x, -1.0)], rate);
    let name = |s: Symbol| format!("a{}", s.0);
    for (i, &value) in arguments.iter().enumerate() {
        net.parameter(&name(Symbol(i as u32)), Value::from(value));
    }
    let graph = Graph::new();
    let symbols: Vec<Expr<'_>> = (0..arguments.len() as u32).map(|i| graph.symbol(Symbol(i))).collect();
    let value = (law.formula)(&symbols);
    net.add(Formula::new("v").set("value", value.text(&name)));
    for i in 0..arguments.len() as u32 {
        let slope = value.derivative(Symbol(i)).map_or("0".to_string(), |d| d.text(&name));
        net.add(Formula::new(&format!("d{i}")).set("value", slope));
    }
    let system = System::compile(&net).unwrap();
    (net, system)
}

fn observe(net: &Network, system: &System, parameters: &[f64], name: &str) -> f64 {
    let mut observer = system.observer(net, &[Observable::Value(net.get(name).unwrap())]).unwrap();
    let mut out = [0.0];
    observer.observe(0.0, &[1.0], parameters, &mut out);
    out[0]
}

#[test]
fn values_by_hand() {
    for law in law::ALL {
        assert_eq!(BY_HAND.iter().filter(|row| row.0 == law.name).count(), 1, "{} stands once", law.name);
    }
    for (name, arguments, expected) in BY_HAND {
        let (net, system) = compiled(law::by_name(name).unwrap(), arguments);
        let parameters = system.parameters(&net).unwrap();
        let found = observe(&net, &system, &parameters, "v");
        assert!(
            (found - expected).abs() <= 4.0 * f64::EPSILON * (1.0 + expected.abs()),
            "{name}: {found} not {expected}"
        );
    }
}

#[test]
fn derivatives_are_those_of_the_value() {
    for (name, arguments, _) in BY_HAND {
        let (net, system) = compiled(law::by_name(name).unwrap(), arguments);
        let parameters = system.parameters(&net).unwrap();
        for (i, &x) in arguments.iter().enumerate() {
            let place = system.parameter_of(net.get(&format!("a{i}")).unwrap()).unwrap();
            // a fourth-order difference: its error is about h^4 and eps/h, both below 1e-11
            let h = 1e-3 * x;
            let value = |steps: f64| {
                let mut moved = parameters.clone();
                moved[place] = x + steps * h;
                observe(&net, &system, &moved, "v")
            };
            let difference = (8.0 * (value(1.0) - value(-1.0)) - (value(2.0) - value(-2.0))) / (12.0 * h);
            let exact = observe(&net, &system, &parameters, &format!("d{i}"));
            assert!(
                (exact - difference).abs() <= 1e-9 * (1.0 + exact.abs()),
                "{name}, argument {i}: {exact} not {difference}"
            );
        }
    }
}

#[test]
fn records_are_complete() {
    for law in law::ALL {
        assert!(!law.reference.is_empty() && !law.arguments.is_empty(), "{}", law.name);
        for argument in law.arguments {
            if let Role::Half(level) = argument.role {
                assert!(law.arguments.iter().any(|a| a.name == level && a.role == Role::Level), "{}", law.name);
            }
        }
    }
}
