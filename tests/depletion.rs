//! Species that are only consumed end at 0, not below and not at NaN.

use homeostat::component::{Builder, Enzyme, RawProcess, Reacts};
use homeostat::expr::{Graph, Symbol, parse};
use homeostat::network::Network;
use homeostat::simulation::{Moment, Run, Settings, Simulation};
use homeostat::solver::{NonNegative, OdeSystem, Point, Solver, Tolerance};
use homeostat::units::{Concentration, Unit, Value, Velocity, Volume};

/// One species `s` from 10 uM on in one compartment, and what consumes it.
fn sink(add: impl FnOnce(&mut Network, homeostat::network::Species)) -> Simulation {
    let mut net = Network::new("sink");
    let cell = net.compartment("cell", Volume::l(1.0));
    let s = net.species("s", cell, Concentration::um(10.0));
    add(&mut net, s);
    Simulation::new(&net).unwrap()
}

/// Runs to `end`; checks every accepted step and each of 2,000 rows, and gives the last amount.
fn never_below(name: &str, simulation: &Simulation, end: f64) -> f64 {
    let y0 = simulation.initial_state().unwrap();
    let (options, _) = simulation.options(&Settings::default(), &y0);
    let Tolerance::Each(atol) = &options.atol else { panic!("one tolerance for each species") };
    let mut lowest = f64::INFINITY;
    let mut check = |t: f64, y: f64| {
        assert!(!y.is_nan() && y >= -atol[0], "{name}: {y:e} at t = {t}, absolute tolerance {:e}", atol[0]);
        lowest = lowest.min(y);
    };

    let mut solver = Solver::new(simulation.system().shape(), &options, 0.0, &y0).unwrap();
    while solver.t() < end {
        solver.advance(simulation.system(), simulation.parameters(), end).unwrap();
        check(solver.t(), solver.y()[0]);
    }
    let run = Run { steps: 1999, selection: simulation.select("s").unwrap(), ..Run::until(end) };
    let mut rows = 0;
    let told = simulation.run_with(&run, &mut |moment| {
        if let Moment::Row { t, values } = moment {
            check(t, values[0]);
            rows += 1;
        }
        std::ops::ControlFlow::Continue(())
    });
    told.unwrap();
    assert_eq!(rows, 2000);
    // and where it is asked for, no step ends below zero at all
    let mut options = options.clone();
    options.non_negative = NonNegative::All;
    let mut held = Solver::new(simulation.system().shape(), &options, 0.0, &y0).unwrap();
    while held.t() < end {
        held.advance(simulation.system(), simulation.parameters(), end).unwrap();
        assert!(held.y()[0] >= 0.0, "{name}: {:e} at t = {}", held.y()[0], held.t());
    }
    println!("{name}, held: last {:e}, {:?}", held.y()[0], held.statistics());
    println!("{name}: lowest {lowest:e}, last {:e}, {:?}", solver.y()[0], solver.statistics());
    solver.y()[0]
}

#[test]
fn a_michaelis_menten_sink_never_falls_below_zero() {
    for km in [0.001, 1.0, 100.0] {
        let simulation = sink(|net, s| {
            let enzyme = Enzyme::new("E").consumes(s);
            net.add(enzyme.vmax(Velocity::um_per_h(20.0)).km(Concentration::um(km)));
        });
        // Km ln(s0 / s) + s0 - s = Vmax t, at s = 1e-30 s0
        let end = (km * 1e30_f64.ln() + 10.0) / 20.0;
        for end in [end, 10.0 * end] {
            let last = never_below(&format!("Michaelis-Menten, Km {km}"), &simulation, end);
            assert!(last.abs() <= 1e-8, "the tolerance is 1e-8 umol or more: {last:e}");
        }
    }
}

#[test]
fn a_hill_sink_with_a_real_power_never_falls_below_zero() {
    // the ends lie where 1e-30 of the start is left: s^(1 - n) = 20 (n - 1) t for a small s, sooner for n < 1
    for (n, end) in [("1.5", 1e14), ("0.5", 50.0), ("2.5", 1e42)] {
        let simulation = sink(|net, _| {
            let rate = format!("20 * [s]^{n} / (1 + [s]^{n})");
            net.add(RawProcess::new("hill").set("reaction", "s ->").set("rate", rate.as_str()));
        });
        never_below(&format!("Hill, exponent {n}"), &simulation, end);
    }
}

#[test]
fn a_real_power_at_zero_and_below_is_zero_and_so_is_its_derivative() {
    for exponent in ["0.5", "1.5", "2.5", "0.75", "n"] {
        let mut net = Network::new("power");
        let cell = net.compartment("cell", Volume::l(1.0));
        net.species("s", cell, Concentration::um(10.0));
        net.parameter("n", Value::new(1.5, Unit::ONE));
        let rate = format!("s^{exponent}");
        net.add(RawProcess::new("grow").set("reaction", "-> s").set("rate", rate.as_str()));
        let simulation = Simulation::new(&net).unwrap();
        let system = simulation.system();
        let at = Point::new(0.0, simulation.parameters());
        let mut scratch = vec![0.0; system.shape().scratch];
        for y in [0.0, -0.0, -1e-300, -1e-9, -5.0] {
            let (mut rate, mut slope) = ([f64::NAN], [f64::NAN]);
            system.rhs(&at, &[y], &mut rate, &mut scratch).unwrap();
            system.jacobian(&at, &[y], &mut slope, &mut scratch).unwrap();
            assert_eq!((rate[0], slope[0]), (0.0, 0.0), "({y})^{exponent}");
        }
    }
}

#[test]
fn the_derivative_by_an_exponent_is_zero_there_too() {
    let graph = Graph::new();
    let (x, n) = (graph.symbol(Symbol(0)), graph.symbol(Symbol(1)));
    let power = parse("x^n", &graph, &mut |name, _| Ok(if name == "x" { x } else { n })).unwrap();
    let names = |symbol: Symbol| if symbol == Symbol(0) { "x" } else { "n" }.to_string();
    let slope = power.derivative(Symbol(1)).unwrap();
    assert_eq!(slope.text(&names), "select(0 < x, x ^ n * ln(x), 0)");
}
