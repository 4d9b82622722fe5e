//! Values of the past against closed forms.

use homeostat::network::{Direction, Network, Parameter, Species, Trigger};
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::solver::{Executor, Method};
use homeostat::units::{Amount, Volume};
use std::ops::ControlFlow;

/// Methods that look back.
const METHODS: [Method; 8] = [
    Method::Rodas5P,
    Method::Rodas4,
    Method::Rodas3,
    Method::Ros34Pw2,
    Method::Radau,
    Method::Esdirk54,
    Method::Bdf,
    Method::Auto,
];

struct Model {
    net: Network,
    y: Vec<Species>,
}

impl Model {
    fn new(initial: &[f64]) -> Self {
        let mut net = Network::new("delays");
        let cell = net.compartment("cell", Volume::l(1.0));
        let y =
            initial.iter().enumerate().map(|(i, x)| net.species(&format!("y{i}"), cell, Amount::umol(*x))).collect();
        Model { net, y }
    }

    /// The value of a state so long ago.
    fn back(&mut self, name: &str, of: usize, by: f64) -> Parameter {
        let parameter = self.net.parameter(name, 0.0);
        let (value, by) = (self.net.value(self.y[of]).id(), self.net.number(by).id());
        self.net.delay(parameter, value, by);
        parameter
    }

    fn run(&self, method: Method, rtol: f64, end: f64, steps: usize) -> Vec<Vec<f64>> {
        let simulation = Simulation::new(&self.net).unwrap();
        let mut settings = Settings::with_rtol(rtol);
        settings.method = method;
        simulation.run(&Run { settings, steps, ..Run::until(end) }).unwrap().rows
    }
}

/// y' = -y(t - 1), y = 1 before: on [n - 1, n] a polynomial of degree n (the method of steps by hand).
fn feedback() -> Model {
    let mut model = Model::new(&[1.0]);
    let before = model.back("before", 0, 1.0);
    let rate = (-1.0 * model.net.value(before)).id();
    model.net.change(model.y[0], rate);
    model
}

fn feedback_at(t: f64) -> f64 {
    let terms = (0..).take_while(|k| t >= f64::from(*k) - 1.0);
    let mut factorial = 1.0;
    terms
        .map(|k| {
            factorial *= f64::from(k.max(1));
            (-1.0_f64).powi(k) * (t - f64::from(k) + 1.0).powi(k) / factorial
        })
        .sum()
}

#[test]
fn the_method_of_steps_by_every_method() {
    for method in METHODS {
        for (i, row) in feedback().run(method, 1e-6, 10.0, 40).iter().enumerate() {
            let t = 0.25 * i as f64;
            let error = (row[0] - feedback_at(t)).abs();
            assert!(error < 1e-5, "{method:?} at {t}: {} for {}", row[0], feedback_at(t));
        }
    }
}

/// Three equations with two delays (Shampine and Thompson 2001, example 1): values at 5 by rational arithmetic on the pieces.
#[test]
fn two_delays_come_back_to_one_another() {
    let mut model = Model::new(&[1.0; 3]);
    let (first, second) = (model.back("first", 0, 1.0), model.back("second", 1, 0.2));
    let net = &mut model.net;
    let rates = [net.value(first).id(), (net.value(first) + net.value(second)).id(), net.value(model.y[1]).id()];
    model.y.iter().zip(rates).for_each(|(y, rate)| model.net.change(*y, rate));
    let exact = [19.175, 176.422_578_447_380_32, 190.344_204_201_936_07];
    for (method, rtol, bound) in [(Method::Rodas5P, 1e-9, 1e-7), (Method::Radau, 1e-9, 1e-7), (Method::Bdf, 1e-7, 1e-5)]
    {
        let rows = model.run(method, rtol, 5.0, 1);
        for (found, exact) in rows[1].iter().zip(exact) {
            assert!((found / exact - 1.0).abs() < bound, "{method:?}: {found} for {exact}");
        }
    }
}

/// y' = -y(t - tau) with the history exp(l t), l = -exp(-l tau), is exp(l t) for ever: steps may be far longer than the delay.
#[test]
fn a_delay_shorter_than_a_step_costs_no_steps() {
    let tau: f64 = 1e-3;
    let l = (0..50).fold(-1.0_f64, |l, _| -(-l * tau).exp());
    let mut model = Model::new(&[1.0]);
    let before = model.back("before", 0, tau);
    let rate = (-1.0 * model.net.value(before)).id();
    model.net.change(model.y[0], rate);
    let history = (l * model.net.time()).exp().id();
    model.net.initially(model.y[0], history);
    let simulation = Simulation::new(&model.net).unwrap();
    let run = Run { settings: Settings::with_rtol(1e-6), steps: 10, ..Run::until(10.0) };
    let run = simulation.run(&run).unwrap();
    for (t, row) in run.t.iter().zip(&run.rows) {
        assert!((row[0] - (l * t).exp()).abs() < 1e-5, "at {t}: {}", row[0]);
    }
    assert!(run.statistics.counts.steps < 150, "{} steps", run.statistics.counts.steps);
}

/// y' = -y(t / 2) (a pantograph): y = sum of c_n t^n with c_{n+1} = -c_n / (2^n (n + 1)); the delay begins at nothing.
#[test]
fn a_delay_that_grows_from_nothing() {
    let mut model = Model::new(&[1.0]);
    let half = model.net.parameter("half", 0.0);
    let (value, by) = (model.net.value(model.y[0]).id(), (0.5 * model.net.time()).id());
    model.net.delay(half, value, by);
    let rate = (-1.0 * model.net.value(half)).id();
    model.net.change(model.y[0], rate);
    for method in METHODS {
        for (i, row) in model.run(method, 1e-7, 4.0, 8).iter().enumerate() {
            let t = 0.5 * i as f64;
            let (mut term, mut exact) = (1.0, 0.0);
            for n in 0..60 {
                exact += term;
                term *= -t / (2.0_f64.powi(n) * f64::from(n + 1));
            }
            assert!((row[0] - exact).abs() < 2e-6, "{method:?} at {t}: {} for {exact}", row[0]);
        }
    }
}

/// y' = y y(ln y) / t from t = 1 on, y = 1 before (Neves 1975): t up to e, exp(t / e) up to e^2, (e / (3 - ln t))^e up to e^3.
#[test]
fn a_delay_by_the_state() {
    let mut model = Model::new(&[1.0]);
    let net = &mut model.net;
    let then = net.parameter("then", 0.0);
    let y = model.y[0];
    let (value, by) = (net.value(y).id(), (1.0 + net.time() - net.value(y).ln()).id());
    net.delay(then, value, by);
    let rate = (net.value(y) * net.value(then) / (1.0 + net.time())).id();
    net.change(y, rate);
    let e = std::f64::consts::E;
    let exact = |t: f64| {
        if t <= e {
            t
        } else if t <= e * e {
            (t / e).exp()
        } else {
            (e / (3.0 - t.ln())).powf(e)
        }
    };
    // errors grow tenfold on the way, and those of backward differentiation are larger
    for (method, rtol) in
        [(Method::Rodas5P, 1e-7), (Method::Esdirk54, 1e-7), (Method::Radau, 1e-7), (Method::Bdf, 1e-9)]
    {
        for (i, row) in model.run(method, rtol, 14.0, 28).iter().enumerate() {
            let t = 1.0 + 0.5 * i as f64;
            assert!((row[0] / exact(t) - 1.0).abs() < 1e-6, "{method:?} at {t}: {} for {}", row[0], exact(t));
        }
    }
}

/// What jumps comes back as a jump: y goes up by 1 at 1 and x' = y(t - 0.3).
#[test]
fn a_jump_comes_back() {
    let mut model = Model::new(&[1.0, 0.0]);
    let before = model.back("before", 0, 0.3);
    let rate = model.net.value(before).id();
    model.net.change(model.y[1], rate);
    model.net.change(model.y[0], model.net.number(0.0).id());
    let root = (model.net.time() - 1.0).id();
    let more = (model.net.value(model.y[0]) + 1.0).id();
    model.net.event("more", Trigger::Root(root, Direction::Rising), [(model.y[0], more)]);
    for method in METHODS {
        for (i, row) in model.run(method, 1e-6, 2.0, 20).iter().enumerate() {
            let t = 0.1 * i as f64;
            let exact = t + (t - 1.3).max(0.0);
            assert!((row[1] - exact).abs() < 1e-5, "{method:?} at {t}: {} for {exact}", row[1]);
        }
    }
}

/// A value of the past of a value of the past, and one whose delay is a value of the past.
#[test]
fn values_of_the_past_are_made_of_one_another() {
    let mut model = Model::new(&[0.0]);
    let first = model.back("first", 0, 1.0);
    let net = &mut model.net;
    net.change(model.y[0], net.number(1.0).id()); // y = t
    let [second, third] = ["second", "third"].map(|name| net.parameter(name, 0.0));
    let (of_first, half) = (net.value(first).id(), net.number(0.5).id());
    net.delay(second, of_first, half);
    let (y, by) = (net.value(model.y[0]).id(), net.value(first).id());
    net.delay(third, y, by);
    let simulation = Simulation::new(net).unwrap();
    let run = Run { selection: simulation.select("first,second,third").unwrap(), steps: 8, ..Run::until(4.0) };
    let run = simulation.run(&run).unwrap();
    for (t, row) in run.t.iter().zip(&run.rows) {
        let exact = [(t - 1.0).max(0.0), (t - 1.5).max(0.0), t.min(1.0)];
        for (found, exact) in row.iter().zip(exact) {
            assert!((found - exact).abs() < 1e-9, "at {t}: {row:?} for {exact:?}");
        }
    }
}

#[test]
fn a_run_put_aside_goes_on_to_the_same_bits() {
    let simulation = Simulation::new(&feedback().net).unwrap();
    let run = Run { steps: 20, ..Run::until(10.0) };
    let whole = simulation.run(&run).unwrap();
    let mut rows = Vec::new();
    let mut running = simulation.begin(&run).unwrap();
    loop {
        let mut tell = |moment: homeostat::simulation::Moment<'_>| {
            if let homeostat::simulation::Moment::Row { values, .. } = moment {
                rows.push(values.to_vec());
            }
            ControlFlow::Continue(())
        };
        if !running.advance(&mut tell).unwrap() {
            break;
        }
        let text = serde_json::to_string(&running.checkpoint()).unwrap();
        running = simulation.resume(&serde_json::from_str(&text).unwrap()).unwrap();
    }
    assert_eq!(rows, whole.rows);
}

#[test]
fn native_code_gives_the_same_bits() {
    let simulation = Simulation::new(&feedback().net).unwrap();
    let [tape, native] = [Executor::Tape, Executor::Native].map(|executor| {
        let mut settings = Settings::default();
        settings.executor = executor;
        simulation.run(&Run { settings, ..Run::until(10.0) }).unwrap().rows
    });
    assert_eq!(tape, native);
}

#[test]
fn a_steady_state_has_no_past() {
    // y' = 2 - y(t - 1)
    let mut model = Model::new(&[1.0]);
    let before = model.back("before", 0, 0.5);
    let rate = (2.0 - model.net.value(before)).id();
    model.net.change(model.y[0], rate);
    let rest = Simulation::new(&model.net).unwrap().steady(&Default::default()).unwrap();
    assert!((rest.amounts[0] - 2.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let mut model = Model::new(&[1.0]);
    let before = model.net.parameter("before", 0.0);
    let (value, by) = (model.net.value(model.y[0]).id(), (1.0 - model.net.time()).id());
    model.net.delay(before, value, by);
    let rate = model.net.value(before).id();
    model.net.change(model.y[0], rate);
    let message = Simulation::new(&model.net).unwrap().run(&Run::until(2.0)).unwrap_err().to_string();
    assert!(message.contains("before: its delay is -"), "{message}");

    let mut model = Model::new(&[1.0]);
    let before = model.net.parameter("before", 0.0);
    let (value, by) = ((0.5 * model.net.value(before)).id(), model.net.number(1.0).id());
    model.net.delay(before, value, by);
    let message = Simulation::new(&model.net).unwrap_err().to_string();
    assert!(message.contains("before: its value of the past rests on its own"), "{message}");

    let simulation = Simulation::new(&feedback().net).unwrap();
    let mut settings = Settings::default();
    settings.method = Method::Dop853;
    let message = simulation.run(&Run { settings, ..Run::until(1.0) }).unwrap_err().to_string();
    assert!(message.contains("dop853: its steps are many in one"), "{message}");
}
