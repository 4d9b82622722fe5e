//! Rules, rates of change, equations and values at the start, against closed forms.

use homeostat::network::{Network, Range};
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::units::{Amount, Concentration, Volume};

/// The last row of these columns.
fn last(simulation: &Simulation, columns: &str, end: f64) -> Vec<f64> {
    let settings = Settings::with_rtol(1e-9);
    let run = Run { selection: simulation.select(columns).unwrap(), settings, steps: 1, ..Run::until(end) };
    simulation.run(&run).unwrap().rows.pop().unwrap()
}

fn close(found: &[f64], expected: &[f64]) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-7 * expected.abs().max(1.0), "found {found}, expected {expected}");
    }
    assert_eq!(found.len(), expected.len());
}

#[test]
fn a_parameter_and_a_size_with_rates_are_states() {
    let mut net = Network::new("growth");
    let cell = net.compartment("cell", Volume::l(2.0));
    let a = net.species("a", cell, Concentration::um(3.0));
    let k = net.parameter("k", 1.0);
    net.change(cell, (0.5 * net.value(cell)).id());
    net.change(k, (-net.value(k)).id());
    let rate = (net.value(k) * net.value(a)).id();
    net.process("loss", [(a, -1.0)], rate);
    let simulation = Simulation::new(&net).unwrap();
    // k = e^-t, a = 6 exp(e^-t - 1), the size is 2 e^(t/2), and the amount is what stays
    let (size, amount) = (2.0 * 0.5_f64.exp(), 6.0 * ((-1.0_f64).exp() - 1.0).exp());
    close(&last(&simulation, "k,cell,a,[a]", 1.0), &[(-1.0_f64).exp(), size, amount, amount / size]);
    assert_eq!(simulation.system().parameters(&net).unwrap().len(), 1, "loss.scale alone is a parameter");
}

#[test]
fn values_at_the_start_are_found_in_the_order_of_their_needs() {
    let mut net = Network::new("start");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Concentration::um(3.0));
    let b = net.species("b", cell, Amount::umol(0.0));
    let [c, d, k] = ["c", "d", "k"].map(|name| net.parameter_within(name, f64::NAN, Range::Any));
    net.initially(b, (2.0 * net.value(c)).id());
    net.initially(c, (net.value(d) + net.value(a)).id());
    net.initially(cell, (net.value(k) * 2.0).id());
    net.initially(k, (net.number(5.0) + net.time()).id());
    net.assign(d, (net.value(k) + net.time()).id());
    net.change(a, net.number(0.0).id());
    net.change(b, net.value(d).id());
    let mut simulation = Simulation::new(&net).unwrap();
    // k = 5, cell = 10, a = 30, d = 5 + t, c = 35 at the start and since, b = 70 + 5 t + t^2 / 2
    close(&last(&simulation, "k,cell,a,d,c,b", 2.0), &[5.0, 10.0, 30.0, 7.0, 35.0, 82.0]);
    // what is set is no longer given by its formula, and what rests on it follows
    simulation.set("k", "1").unwrap();
    close(&last(&simulation, "k,cell,a,d,c,b", 0.5), &[1.0, 2.0, 6.0, 1.5, 7.0, 14.0 + 0.5 + 0.125]);
    simulation.set("b", "4").unwrap();
    simulation.set("[a]", "1").unwrap();
    close(&last(&simulation, "a,c,b", 0.5), &[2.0, 3.0, 4.0 + 0.5 + 0.125]);
    let message = simulation.set("d", "1").unwrap_err().to_string();
    assert!(message.contains("d is given by a formula at every time"), "{message}");
}

#[test]
fn a_circle_of_values_at_the_start_is_refused() {
    let mut net = Network::new("circle");
    let [c, d] = ["c", "d"].map(|name| net.parameter(name, 1.0));
    net.initially(c, net.value(d).id());
    net.initially(d, net.value(c).id());
    let message = Simulation::new(&net).unwrap_err().to_string();
    assert!(message.contains("its value at the start rests on itself"), "{message}");
}

#[test]
fn an_equation_determines_a_value_from_whatever_it_begins_with() {
    let mut net = Network::new("equation");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Amount::umol(4.0));
    let (x, y) = (net.parameter("x", 0.0), net.parameter_within("y", f64::NAN, Range::Any));
    net.change(a, net.number(1.0).id());
    // x^3 + x = a + 6, y = 2 x - 1
    let cubic = net.value(x) * net.value(x) * net.value(x) + net.value(x) - net.value(a) - 6.0;
    net.equate(x, cubic.id());
    net.equate(y, (net.value(y) + 1.0 - 2.0 * net.value(x)).id());
    let simulation = Simulation::new(&net).unwrap();
    let run = Run { selection: simulation.select("x,y").unwrap(), steps: 1, ..Run::until(20.0) };
    let rows = simulation.run(&run).unwrap().rows;
    close(&rows[0], &[2.0, 3.0]); // 8 + 2 = 10
    assert!((rows[1][0] - 3.0).abs() < 3e-6 && (rows[1][1] - 5.0).abs() < 6e-6, "27 + 3 = 30, found {:?}", rows[1]);
}

#[test]
fn what_a_formula_gives_cannot_be_changed_by_something_else() {
    let mut net = Network::new("twice");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Amount::umol(1.0));
    net.assign(a, net.number(2.0).id());
    net.process("loss", [(a, -1.0)], net.number(1.0).id());
    let message = Simulation::new(&net).unwrap_err().to_string();
    assert!(message.contains("a formula gives it at every time, but the process loss changes it"), "{message}");
}

#[test]
fn rates_of_rules_are_derivatives_along_the_solution() {
    let mut net = Network::new("rates");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Amount::umol(2.0));
    let (square, rate) = (net.parameter("square", 0.0), net.parameter("rate", 0.0));
    net.process("growth", [(a, 1.0)], net.value(a).id());
    net.assign(square, (net.value(a) * net.value(a) + net.time()).id());
    let rate_of = net.rate_of(square).id();
    net.assign(rate, rate_of);
    let simulation = Simulation::new(&net).unwrap();
    // (4 e^2t + t)' = 8 e^2t + 1
    close(&last(&simulation, "rate", 0.5), &[8.0 * 1.0_f64.exp() + 1.0]);
}

#[test]
fn fast_processes_are_at_rest_from_the_start_and_hold_while_the_slow_ones_go_on() {
    let mut net = Network::new("fast");
    let cell = net.compartment("cell", Volume::l(1.0));
    let all = [("a", 4.0), ("b", 0.0), ("c", 1.0), ("d", 5.0)];
    let [a, b, c, d] = all.map(|(name, x)| net.species(name, cell, Amount::umol(x)));
    let idle = net.parameter("idle", 0.0);
    // a <-> b with 3 a = b at rest, 2 c -> nothing at once, d is left alone, and a + b is lost at the rate b
    let exchange = net.process("exchange", [(a, -1.0), (b, 1.0)], (3.0 * net.value(a) - net.value(b)).id());
    let drain = net.process("drain", [(c, -2.0)], net.value(c).id());
    let nothing = net.process("nothing", [(d, -1.0)], net.number(0.0).id());
    net.process("loss", [(b, -1.0)], net.value(b).id());
    net.process("flow", [(d, -1.0)], (net.value(d) * net.value(idle)).id());
    [exchange, drain, nothing].into_iter().for_each(|process| net.hold_at_rest(process));
    let simulation = Simulation::new(&net).unwrap();
    let settings = Settings::with_rtol(1e-9);
    let run = Run { selection: simulation.select("a,b,c,d").unwrap(), settings, steps: 1, ..Run::until(2.0) };
    let rows = simulation.run(&run).unwrap().rows;
    close(&rows[0], &[1.0, 3.0, 0.0, 5.0]);
    let left = (-1.5_f64).exp(); // the sum decays with 3/4 of the rate
    close(&rows[1], &[left, 3.0 * left, 0.0, 5.0]);
}

#[test]
fn of_several_states_of_rest_the_one_is_taken_to_which_the_fast_processes_lead() {
    let mut net = Network::new("roots");
    let cell = net.compartment("cell", Volume::l(1.0));
    let x = net.species("x", cell, Amount::umol(2.5));
    // -(x - 1)(x - 2)(x - 3): from 2.5 it goes to 3, though the root 2 is as near
    let rate = -(net.value(x) - 1.0) * (net.value(x) - 2.0) * (net.value(x) - 3.0);
    let fast = net.process("pull", [(x, 1.0)], rate.id());
    net.hold_at_rest(fast);
    let mut simulation = Simulation::new(&net).unwrap();
    close(&last(&simulation, "x", 1.0), &[3.0]);
    simulation.set("x", "1.9").unwrap();
    close(&last(&simulation, "x", 1.0), &[1.0]);
}

#[test]
fn a_prime_selects_a_rate_of_change() {
    let mut net = Network::new("slopes");
    let cell = net.compartment("cell", Volume::l(2.0));
    let a = net.species("a", cell, Concentration::um(3.0));
    let k = net.parameter("k", 1.0);
    let square = net.parameter("square", 0.0);
    net.change(cell, (0.5 * net.value(cell)).id());
    net.change(k, (-net.value(k)).id());
    net.assign(square, (net.value(a) * net.value(a) + 3.0 * net.time()).id());
    let rate = (net.value(k) * net.value(a)).id();
    net.process("loss", [(a, -1.0)], rate);
    let simulation = Simulation::new(&net).unwrap();
    // k = e^-t, a = 6 exp(e^-t - 1), size 2 e^(t/2)
    let (k, size) = ((-1.0_f64).exp(), 2.0 * 0.5_f64.exp());
    let a = 6.0 * (k - 1.0).exp();
    let slope = -k * a;
    let expected =
        [-k, size / 2.0, slope, slope / size - a / size / 2.0, 2.0 * a * slope + 3.0, -k * a - k * k * a, 0.0];
    close(&last(&simulation, "k',cell',a',[a]',square',loss',loss.scale'", 1.0), &expected);
    let units: Vec<String> = simulation.select("a',[a]',cell',loss'").unwrap().into_iter().map(|s| s.unit).collect();
    assert_eq!(units, ["umol/h", "uM/h", "L/h", "umol/h^2"]);
}

#[test]
fn what_an_equation_determines_has_no_rate_of_change_to_select() {
    let mut net = Network::new("determined");
    let cell = net.compartment("cell", Volume::l(1.0));
    let (a, b) = (net.species("a", cell, Amount::umol(1.0)), net.species("b", cell, Amount::umol(1.0)));
    net.change(a, net.number(3.0).id());
    net.equate(b, (net.value(b) - 2.0 * net.value(a)).id());
    let simulation = Simulation::new(&net).unwrap();
    let message = simulation.select("a',b'").unwrap_err().to_string();
    assert_eq!(message, "select: the rate of change of b is not known: an equation determines b");
    let unknown = simulation.select("c'").unwrap_err().to_string();
    assert!(unknown.contains("there is nothing named c"), "{unknown}");
}
