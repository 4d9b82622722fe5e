//! Model files: nothing is lost on the way, and everything that is wrong is said at once, with its line.

use homeostat::component::{Builder, Clearance, Enzyme, Reacts, Supply, Transporter};
use homeostat::library;
use homeostat::model::Model;
use homeostat::network::Network;
use homeostat::simulation::{Run, Simulation};
use homeostat::units::{Concentration, Frequency, Velocity, Volume};

#[test]
fn round_trips_lose_nothing() {
    for entry in library::ALL {
        let model = library::load(entry.name).unwrap();
        assert_eq!(Model::from_toml(&model.to_toml().unwrap()).unwrap(), model);
        assert_eq!(Model::from_json(&model.to_json().unwrap()).unwrap(), model);
        let through_serde: Model = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
        assert_eq!(through_serde, model);
        let through_toml: Model = toml::from_str(&toml::to_string(&model).unwrap()).unwrap();
        assert_eq!(through_toml, model);
    }
}

/// Every number of a library file survives the way into a network and back.
#[test]
fn a_network_writes_the_file_that_made_it() {
    for entry in library::ALL {
        let model = library::load(entry.name).unwrap();
        let mut written = Model::from_network(&model.network()).unwrap();
        written.model = model.model.clone(); // title and paper are the file's own
        assert_eq!(written, model);
    }
}

#[test]
fn a_composed_network_becomes_a_file_that_runs_alike() {
    let mut net = Network::new("composed");
    let cell = net.compartment("cell", Volume::new(2.0, "pL").unwrap());
    let outside = net.compartment("outside", Volume::new(0.1, "nL").unwrap());
    let a = net.species("a", cell, Concentration::um(3.0));
    let b = net.species("b", outside, Concentration::nm(5.0));
    net.add(Supply::new("blood").level(Concentration::um(40.0)));
    net.add(
        Transporter::new("in").produces(a).set("S", "blood").vmax(Velocity::um_per_s(0.01)).km(Concentration::um(9.0)),
    );
    net.add(
        Enzyme::new("out")
            .consumes(a)
            .participant(b, 2.0, true)
            .vmax(Velocity::um_per_h(70.0))
            .km(Concentration::um(1.0)),
    );
    net.add(Clearance::new("loss").consumes(b).rate_constant(Frequency::per_h(3.0)));
    let k = net.parameter("k", Frequency::per_h(0.25));
    let rate = (net.value(k) * net.concentration(a) * net.value(cell)).id();
    net.process("raw", [(a, -1.0)], rate);

    let file = Model::from_network(&net).unwrap();
    let read = Model::from_toml(&file.to_toml().unwrap()).unwrap().network();
    let run = |net: &Network| Simulation::new(net).unwrap().run(&Run::until(5.0)).unwrap();
    let (direct, through_file) = (run(&net), run(&read));
    for (x, y) in direct.rows.iter().flatten().zip(through_file.rows.iter().flatten()) {
        assert!((x - y).abs() <= 1e-12 * y.abs(), "{x} {y}");
    }
}

const FAULTY: &str = r#"[model]
name = "faulty"

[compartment.cell]
volume = "-1 L"

[species.a]
compartment = "cell"
concentration = "10 uM"

[species.b]
compartment = "sell"
concentration = "1 uM"

[enzyme.E]
reaction = "a -> bb"
Vmax = { value = 36, unit = "mg/h" }
Km = { value = nan, unit = "uM" }
Kn = "3 uM"

[clearance.a]
reaction = "a ->"
k = "2 1/h"

[enzymes.F]
reaction = "a ->"
"#;

#[test]
fn all_problems_at_once_with_their_lines() {
    let model = Model::from_toml(FAULTY).unwrap();
    let problems = model.located(model.network().check());
    let told: Vec<String> = problems.iter().map(|p| p.to_string()).collect();
    let expected = [
        (5, "found -1 L, expected a positive finite number"),
        (12, "there is no compartment sell (did you mean cell?)"),
        (16, "there is no species bb"),
        (17, "found 36 mg/h"),
        (18, "found NaN uM, expected a positive finite number"),
        (19, "no part of kind enzyme has this field (did you mean Km?)"),
        (21, "the name a is taken already by a species"),
        (25, "there is no section enzymes (did you mean enzyme?)"),
    ];
    for (line, text) in expected {
        let found = problems.iter().any(|p| p.line == Some(line) && p.message.starts_with(text));
        assert!(found, "missing: line {line}: {text}\nin:\n{}", told.join("\n"));
    }
}

#[test]
fn syntax_errors_have_their_line() {
    let error = Model::from_toml("[model]\nname = \"x\"\n[species.a\n").unwrap_err();
    assert_eq!(error.problems()[0].line, Some(3), "{error}");
    let error = Model::from_json("{\n  \"model\": {,}\n}").unwrap_err();
    assert_eq!(error.problems()[0].line, Some(2), "{error}");
}

/// What others build on crosses threads.
#[test]
fn networks_and_simulations_can_be_shared() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Network>();
    shared::<Simulation>();
    shared::<homeostat::system::System>();
    shared::<homeostat::solver::Solver>();
}

/// Beside parts: k' = -k/2 from 2 a = 6, size 1 + t, c with c k = 3, a constant, and an exchange that is always at rest.
const MOVING: &str = r#"
[model]
name = "moving"
[compartment.cell]
volume = { value = -1, unit = "L" }
range = "unchecked"
[species.a]
compartment = "cell"
amount = "3 umol"
[species.b]
compartment = "cell"
amount = "-4 umol"
range = "unchecked"
[species.c]
compartment = "cell"
amount = "1 umol"
[species.d]
compartment = "cell"
amount = "2 umol"
[input.k]
value = nan
range = "unchecked"
[dynamics.k]
rate = "-0.5 * k"
start = "2 * a"
[dynamics.cell]
value = "1 + time"
[dynamics.c]
zero = "c * k - 3"
[dynamics.a]
constant = true
[process.exchange]
reaction = "b -> d"
rate = "b - d"
fast = true
[process.named]
reaction = "->"
rate = "7 * k"
[event.late]
when = "time > 1.5"
delay = "0.25"
change = "[d] = k"
"#;

#[test]
fn a_file_says_how_anything_moves() {
    let model = Model::from_toml(MOVING).unwrap();
    let written = Model::from_network(&model.network()).unwrap();
    for model in [&model, &Model::from_toml(&written.to_toml().unwrap()).unwrap()] {
        let simulation = Simulation::new(&model.network()).unwrap();
        let mut run =
            Run { steps: 2, selection: simulation.select("k,cell,c,a,b,d,named").unwrap(), ..Run::until(2.0) };
        run.settings.rtol = 1e-9;
        let rows = simulation.run(&run).unwrap().rows;
        let k = |t: f64| 6.0 * (-t / 2.0).exp();
        // from -4 and 2 to rest at -1 each; then d jumps to k (1.5) at a size of 2.75, and they share again
        let shared = (k(1.5) * 2.75 - 1.0) / 2.0;
        for (t, row, rest) in [(1.0, &rows[1], -1.0), (2.0, &rows[2], shared)] {
            let expected = [k(t), 1.0 + t, 3.0 / k(t), 3.0, rest, rest, 7.0 * k(t)];
            for (found, expected) in row.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{row:?}, expected {expected} at {t}");
            }
        }
    }
}

#[test]
fn a_model_without_units_says_so() {
    let text = r#"
[model]
name = "counts"
time_unit = "1"
amount_unit = "item"
volume_unit = "1"
concentration_unit = "item"
[compartment.cell]
volume = 1
[species.n]
compartment = "cell"
amount = "100 item"
[process.loss]
reaction = "n ->"
rate = "0.5 * n"
"#;
    let simulation = Simulation::new(&Model::from_toml(text).unwrap().network()).unwrap();
    let run = Run { steps: 1, selection: simulation.select("n,n'").unwrap(), ..Run::until(2.0) };
    let row = simulation.run(&run).unwrap().rows.pop().unwrap();
    let expected = 100.0 * (-1.0_f64).exp();
    assert!((row[0] - expected).abs() < 1e-3 && (row[1] + 0.5 * expected).abs() < 1e-3, "{row:?}");
    assert_eq!(run.selection[0].unit, "item");
    // what has units has to have them of one kind
    for (wrong, told) in [
        ("time_unit = \"m\"", "model.time_unit: found m, a unit of length"),
        ("concentration_unit = \"uM\"", "model.concentration_unit: uM is not item over 1"),
    ] {
        let key = wrong.split(' ').next().unwrap();
        let line = text.lines().find(|line| line.starts_with(key)).unwrap();
        let problems = Model::from_toml(&text.replace(line, wrong)).unwrap().network().check();
        assert!(problems.iter().any(|p| p.to_string().contains(told)), "{problems:?}");
    }
}

#[test]
fn what_is_wrong_with_dynamics_is_told() {
    for (part, told) in [
        ("[dynamics.nothing]\nrate = \"1\"", "dynamics.nothing.value: there is nothing named nothing"),
        ("[dynamics.k]", "dynamics.k.value: is missing; expected value, rate, start or zero"),
        ("[dynamics.exchange]\nrate = \"1\"", "dynamics.exchange.value: exchange is a process; expected a species"),
        ("[dynamics.k]\nconstant = true", "dynamics.k.constant: is said of species alone"),
        ("[dynamics.k]\nrate = \"1 +\"", "dynamics.k.rate: at character 4"),
        ("[dynamics.d]\nvalue = \"k\"", "a formula gives it at every time, but the process exchange changes it"),
    ] {
        let start = MOVING.find("[dynamics.k]").unwrap();
        let text = MOVING[..start].to_string() + &MOVING[MOVING.find("[process.exchange]").unwrap()..] + part;
        let text = text.replace("value = nan\nrange = \"unchecked\"", "value = 1.0").replace("-1, unit", "1, unit");
        let problems = Model::from_toml(&text).unwrap().network().check();
        assert!(problems.iter().any(|p| p.to_string().contains(told)), "{part}: {problems:?}");
    }
}
