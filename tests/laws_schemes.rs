//! Schemes of states and carriers: the published responses of receptors, detailed balance, equilibrium gradients, exchange.

mod common;

use homeostat::law::scheme::{Step, cycles, unbalanced};
use homeostat::model::Model;
use homeostat::simulation::{Run, Settings, Simulation};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;
use serde_json::Value;

const HEAD: &str = "[model]\nname = \"test\"\ntime_unit = \"ms\"\namount_unit = \"mmol\"\nvolume_unit = \"L\"\nconcentration_unit = \"mM\"\n\
                    [compartment.cleft]\nvolume = \"1 L\"\n[compartment.cell]\nvolume = \"0.5 L\"\n";

/// A scheme over the edges of the reference file; `13*T` binds the transmitter T.
fn scheme(name: &str, edges: &Value) -> String {
    let mut states: Vec<String> = Vec::new();
    let mut steps = String::new();
    for (i, edge) in edges.as_array().unwrap().iter().enumerate() {
        let text = |k: usize| edge[k].as_str().unwrap();
        for state in [text(0), text(1)] {
            if !states.iter().any(|known| known == state) {
                states.push(state.to_string());
            }
        }
        let (forward, binds, unit) = match text(2).strip_suffix("*T") {
            Some(k) => (k, "binds = \"T\"\n", "1/(mM ms)"),
            None => (text(2), "", "1/ms"),
        };
        let (from, to, back) = (text(0), text(1), text(3));
        steps += &format!(
            "[scheme.{name}.steps.s{i}]\nstep = \"{from} -> {to}\"\nforward = \"{forward} {unit}\"\nback = \"{back} 1/ms\"\n{binds}"
        );
    }
    let parts: Vec<String> = states.iter().enumerate().map(|(i, s)| format!("{s} = {}", u8::from(i == 0))).collect();
    let states = parts.join(", ");
    format!("[scheme.{name}]\ncompartment = \"cleft\"\ntotal = \"1 mM\"\nstates = {{ {states} }}\n{steps}")
}

/// A pulse of 1 ms.
fn pulse(level: &str) -> String {
    format!(
        "[supply.T]\nlevel = \"0 mM\"\n[[schedule.pulse.change]]\nparameter = \"T\"\nvalue = \"{level} mM\"\nfrom = \"0 ms\"\nuntil = \"1 ms\"\n"
    )
}

fn simulation(text: &str) -> Simulation {
    Simulation::new(&Model::from_toml(&format!("{HEAD}{text}")).unwrap().network()).unwrap()
}

fn fault(text: &str) -> String {
    Model::from_toml(&format!("{HEAD}{text}")).unwrap().network().checked().map(|_| ()).unwrap_err().to_string()
}

fn at(simulation: &Simulation, t: f64, list: &str) -> Vec<f64> {
    let selection = simulation.select(list).unwrap();
    let run = Run { steps: 1, selection, settings: Settings::with_rtol(1e-12), ..Run::until(t) };
    simulation.run(&run).unwrap().rows.pop().unwrap()
}

fn reference() -> Option<Value> {
    let shared = common::shared("published responses of receptors")?;
    Some(serde_json::from_str(&std::fs::read_to_string(shared.join("science/receptor-schemes.json")).unwrap()).unwrap())
}

#[test]
fn receptors_respond_as_published() {
    let Some(reference) = reference() else { return };
    for (name, open, times) in [
        ("AMPA5", &["O"][..], &[("O_1ms", 1.0), ("O_11ms", 11.0)][..]),
        ("AMPA5", &["D1", "D2"], &[("D_11ms", 11.0)]),
        ("NMDA5", &["O"], &[("O_1ms", 1.0), ("O_101ms", 101.0)]),
        ("GABAA5", &["O1", "O2"], &[("O_1ms", 1.0), ("O_11ms", 11.0)]),
    ] {
        let text = pulse("1") + &scheme("R", &reference[name]["edges"]);
        let mut simulation = simulation(&text);
        simulation.schedule_named("pulse").unwrap();
        let list: Vec<String> = open.iter().map(|state| format!("[R.{state}]")).collect();
        for (key, t) in times {
            let found: f64 = at(&simulation, *t, &list.join(",")).iter().sum();
            let expected = reference[name]["ref"][key].as_f64().unwrap();
            assert!((found - expected).abs() <= 1e-9, "{name} {key}: {found} not {expected}");
        }
    }
}

/// GABA-B: a receptor that desensitises makes a G-protein, of which four open a channel. As published the bound receptor
/// makes D and is not used up by it (there is no -d1 R in its equation): D then comes out of the free one, by a formula.
#[test]
fn the_slow_receptor_responds_as_published() {
    let Some(reference) = reference() else { return };
    let b = &reference["GABAB3"];
    let k = |name: &str| b[name].as_f64().unwrap();
    let text = format!(
        "{}[species.G]\ncompartment = \"cleft\"\nconcentration = \"0 mM\"\n[scheme.R]\ncompartment = \"cleft\"\ntotal = \"1 mM\"\nstates = {{ free = 1, bound = 0, D = 0 }}\n\
         steps.bind = {{ step = \"free -> bound\", binds = \"T\", forward = \"{} 1/(mM ms)\", back = \"{} 1/ms\" }}\n\
         [process.tire]\nreaction = \"R.free -> R.D\"\nrate = \"{} * R.bound\"\n[process.recover]\nreaction = \"R.D -> R.bound\"\nrate = \"{} * R.D\"\n\
         [process.make]\nreaction = \"-> G\"\nrate = \"{} * R.bound\"\n[process.break]\nreaction = \"G ->\"\nrate = \"{} * G\"\n\
         [rule.open]\nvalue = \"[G]^{} / ([G]^{} + {})\"\nunit = \"1\"\n",
        pulse("0.5"),
        k("K1"),
        k("K2"),
        k("d1"),
        k("d2"),
        k("K3"),
        k("K4"),
        k("n"),
        k("n"),
        k("KD")
    );
    let mut simulation = simulation(&text);
    simulation.schedule_named("pulse").unwrap();
    // the time of the peak counts from the end of the pulse, and the peak is the value there
    let values = at(&simulation, 1.0 + b["ref"]["t_peak_ms"].as_f64().unwrap(), "[G],open");
    for (found, key) in values.iter().zip(["Gmax", "open_peak"]) {
        let expected = b["ref"][key].as_f64().unwrap();
        assert!((found - expected).abs() <= 5e-9, "{key}: {found} not {expected}"); // as printed
    }
    let around = [104.0, 105.0, 106.0].map(|t| at(&simulation, t, "[G]")[0]);
    assert!(around[0] < values[0] && around[2] < values[0], "{around:?}");
}

/// The glutamate transporter with six states, from its constants in the file.
#[test]
fn the_sound_transporter_is_balanced() {
    let Some(reference) = reference() else { return };
    let eaat = &reference["EAAT6"];
    let k = |i: usize, j: usize| eaat[format!("k{i}{j}")].as_f64().unwrap();
    let steps: Vec<Step> = (1..=6)
        .map(|i| {
            let j = i % 6 + 1;
            Step::new(&format!("C{i}"), &format!("C{j}"), k(i, j), k(j, i))
        })
        .collect();
    let expected = eaat["detailed_balance_product_V0"].as_f64().unwrap();
    assert!((cycles(&steps)[0].product - expected).abs() <= 1e-12 * expected);
}

/// A carrier with one site: `driven`, or with a last constant that balances it.
fn carrier(back: f64, rest: &str) -> String {
    format!(
        "[supply.out]\nlevel = \"1 mM\"\n[supply.in]\nlevel = \"2 mM\"\n[transporter.T]\nligands = \"sensed\"\ncompartment = \"cleft\"\ntotal = \"1 mM\"\n\
         states = {{ To = 1, ToS = 0, TiS = 0, Ti = 0 }}\nsubstances = {{ S = \"out, in\" }}\n{rest}\
         steps.bind = {{ step = \"To -> ToS\", binds = \"out\", forward = \"2 1/(mM ms)\", back = \"1 1/ms\" }}\n\
         steps.carry = {{ step = \"ToS -> TiS\", forward = \"3 1/ms\", back = \"1 1/ms\" }}\n\
         steps.free = {{ step = \"TiS -> Ti\", releases = \"in\", forward = \"1 1/ms\", back = \"2 1/(mM ms)\" }}\n\
         steps.return = {{ step = \"Ti -> To\", forward = \"1 1/ms\", back = \"{back} 1/ms\" }}\n"
    )
}

#[test]
fn a_scheme_that_breaks_detailed_balance_is_refused() {
    assert!(Model::from_toml(&format!("{HEAD}{}", carrier(3.0, ""))).unwrap().network().checked().is_ok());
    let message = fault(&carrier(0.3, ""));
    assert!(message.contains("transporter.T.steps: To > ToS > TiS"), "{message}");
    assert!(message.contains("make 10, expected 1"), "{message}");
    let driven = carrier(0.3, "driven = \"ATP\"\n");
    assert!(Model::from_toml(&format!("{HEAD}{driven}")).unwrap().network().checked().is_ok());
}

/// Two constants that are set one after the other may balance one another; what counts is how a run begins.
#[test]
fn constants_that_are_set_are_judged_as_a_run_begins() {
    let cycle = |driven: &str| {
        let mut text = format!(
            "[scheme.R]\ncompartment = \"cleft\"\ntotal = \"1 mM\"\nstates = {{ a = 1, b = 0, c = 0 }}\n{driven}"
        );
        for (name, step) in [("ab", "a -> b"), ("bc", "b -> c"), ("ca", "c -> a")] {
            text += &format!("[scheme.R.steps.{name}]\nstep = \"{step}\"\nforward = \"3 1/ms\"\nback = \"3 1/ms\"\n");
        }
        simulation(&text)
    };
    let mut simulation = cycle("");
    simulation.set("R.forward.ab", "6 1/ms").unwrap();
    let expected =
        "scheme.R.steps: a > b > c > a: forward over back constants make 2, expected 1: the cycle can never rest";
    for told in [
        simulation.run(&Run::until(1.0)).unwrap_err().to_string(),
        simulation.steady(&Default::default()).unwrap_err().to_string(),
    ] {
        assert!(told.starts_with(expected) || told.contains("make 0.5, expected 1"), "{told}");
    }
    simulation.set("R.back.bc", "6 1/ms").unwrap();
    assert!((at(&simulation, 100.0, "[R.b]")[0] - 0.5).abs() < 1e-9); // a : b : c = 1 : 2 : 1
    let mut driven = cycle("driven = \"ATP\"\n");
    driven.set("R.forward.ab", "6 1/ms").unwrap();
    assert!(driven.run(&Run::until(1.0)).is_ok());
}

#[test]
fn what_is_wrong_with_a_scheme_is_said() {
    let sound = carrier(3.0, "");
    for (from, to, expected) in [
        ("To -> ToS", "To -> Tos", "there is no state Tos (did you mean ToS?)"),
        ("To -> ToS", "To", "expected two states"),
        ("binds = \"out\"", "binds = \"outt\"", "there is nothing named outt"),
        ("binds = \"out\"", "binds = \"1.5 out\"", "expected a whole number"),
        ("binds = \"out\"", "bind = \"out\"", "no step has this field (did you mean binds?)"),
        ("2 1/(mM ms)", "2 1/ms", "found 2 1/ms, a frequency (per time); expected a second-order rate constant"),
        ("2 1/(mM ms)", "-2 1/(mM ms)", "expected a non-negative finite number"),
        ("To = 1", "To = 0.5", "transporter.T.states: the parts make 0.5, expected 1"),
        ("ligands = \"sensed\"", "ligands = \"eaten\"", "expected \"sensed\""),
        ("total = \"1 mM\"", "total = \"1 ms\"", "transporter.T.total: found 1 ms, a time"),
        ("step = \"To -> ToS\"", "charge = 1, step = \"To -> ToS\"", "give the part V"),
        ("compartment = \"cleft\"\ntotal", "compartment = \"cleff\"\ntotal", "there is no compartment cleff"),
    ] {
        assert!(sound.contains(from), "{from}");
        let message = fault(&sound.replacen(from, to, 1));
        assert!(message.contains(expected), "{to}: {message}");
    }
}

/// An alternating carrier that is balanced carries nothing where inside and outside are equal, and in a voltage rests at
/// the gradient exp(z V F / RT).
#[test]
fn an_alternating_carrier_rests_at_its_gradient() {
    let z = 2.0;
    let (v, thermal) = (-65.5, 26.7);
    let gradient = f64::exp(z * v / thermal);
    let text = carrier(3.0, &format!("V = \"{v} mV\"\nRT_F = \"{thermal} mV\"\n"))
        .replace("steps.carry = {", &format!("steps.carry = {{ charge = {z},"))
        .replace("[supply.out]\nlevel = \"1 mM\"", &format!("[supply.out]\nlevel = \"{} mM\"", 2.0 * gradient));
    let rest = simulation(&text).steady(&Default::default()).unwrap();
    let flux = rest.flux("T.return").unwrap();
    assert!(flux.abs() < 1e-12, "{flux}");
}

/// The published equilibrium gradients (taxonomy, section 2): the stoichiometry is data.
#[test]
fn coupled_carriers_rest_at_the_published_gradients() {
    let levels = "[supply.Na_o]\nlevel = \"152 mM\"\n[supply.Na_i]\nlevel = \"13 mM\"\n[supply.K_o]\nlevel = \"3 mM\"\n[supply.K_i]\nlevel = \"80 mM\"\n\
                  [supply.Cl_o]\nlevel = \"135 mM\"\n[supply.Cl_i]\nlevel = \"7 mM\"\n[supply.H_o]\nlevel = \"0.66 mM\"\n[supply.H_i]\nlevel = \"1 mM\"\n\
                  [species.so]\ncompartment = \"cleft\"\nconcentration = \"0.01 mM\"\n[species.si]\ncompartment = \"cell\"\nconcentration = \"2 mM\"\n";
    let carrier = |z: f64, v: f64, ions: &[(&str, f64)]| {
        let ion = |(ion, n): &(&str, f64)| {
            format!("ions.{ion} = {{ outside = \"{ion}_o\", inside = \"{ion}_i\", moves = {n} }}\n")
        };
        let ions: String = ions.iter().map(ion).collect();
        format!(
            "{levels}[transporter.T]\nlaw = \"coupled_transport\"\nreaction = \"so -> si\"\nVmax = \"1 mM/ms\"\nKm = \"0.01 mM\"\nKp = \"1 mM\"\n\
             V = \"{v} mV\"\nRT_F = \"26.7 mV\"\nz = {z}\n{ions}"
        )
    };
    for (name, z, v, ions, outside_of_2mm) in [
        ("EAAT", 2.0, -90.0, &[("Na", 3.0), ("H", 1.0), ("K", -1.0)][..], 2.0 * 4.2e-8),
        ("GAT 2:1", 1.0, -65.5, &[("Na", 2.0), ("Cl", 1.0)], 65e-6),
        ("GAT 3:1", 2.0, -65.5, &[("Na", 3.0), ("Cl", 1.0)], 0.48e-6),
    ] {
        let simulation = simulation(&carrier(z, v, ions));
        let values = at(&simulation, 1e-9, "T.gradient,T.reversal,T,[so],[si]");
        let outside = 2.0 * values[0];
        assert!((outside / outside_of_2mm - 1.0).abs() < 0.01, "{name}: {outside}");
        // so / si is far above the gradient: uptake, and the voltage would have to be this high to stop it
        assert!(values[2] > 0.0 && values[1] > 0.0, "{name}: {values:?}");
        let still = values[3] / (values[4] * values[0]);
        let expected = v + 26.7 / z * still.ln();
        assert!((values[1] - expected).abs() < 1e-9, "{name}: {} not {expected}", values[1]);
        // left alone it comes to rest there
        let rest = simulation.steady(&Default::default()).unwrap();
        let (so, si) = (rest.concentration("so").unwrap(), rest.concentration("si").unwrap());
        assert!((so / si / values[0] - 1.0).abs() < 1e-6, "{name}: {so} {si}");
    }
}

/// A releaser outside drives a transmitter out through a carrier that exchanges (trans-stimulation): the efflux against the
/// steady state of the same carrier from a linear system.
#[test]
fn a_releaser_drives_efflux_by_exchange() {
    let model = |releaser: f64| {
        format!(
            "[supply.da_o]\nlevel = \"0 mM\"\n[supply.da_i]\nlevel = \"1 mM\"\n[supply.amph_o]\nlevel = \"{releaser} mM\"\n[supply.amph_i]\nlevel = \"0 mM\"\n\
             [transporter.DAT]\ncompartment = \"cleft\"\ntotal = \"1 mM\"\nstates = {{ To = 1, ToD = 0, TiD = 0, Ti = 0, ToA = 0, TiA = 0 }}\nsubstances = {{ da = \"da_o, da_i\", amph = \"amph_o, amph_i\" }}\n\
             steps.bind = {{ step = \"To -> ToD\", binds = \"da_o\", forward = \"10 1/(mM ms)\", back = \"1 1/ms\" }}\n\
             steps.carry = {{ step = \"ToD -> TiD\", forward = \"2 1/ms\", back = \"2 1/ms\" }}\n\
             steps.free = {{ step = \"TiD -> Ti\", releases = \"da_i\", forward = \"1 1/ms\", back = \"10 1/(mM ms)\" }}\n\
             steps.return = {{ step = \"Ti -> To\", forward = \"0.02 1/ms\", back = \"0.02 1/ms\" }}\n\
             steps.bindA = {{ step = \"To -> ToA\", binds = \"amph_o\", forward = \"10 1/(mM ms)\", back = \"1 1/ms\" }}\n\
             steps.carryA = {{ step = \"ToA -> TiA\", forward = \"2 1/ms\", back = \"2 1/ms\" }}\n\
             steps.freeA = {{ step = \"TiA -> Ti\", releases = \"amph_i\", forward = \"1 1/ms\", back = \"10 1/(mM ms)\" }}\n"
        )
    };
    let efflux = |releaser: f64| {
        let rest = simulation(&model(releaser)).steady(&Default::default()).unwrap();
        -rest.flux("DAT.carry").unwrap()
    };
    // To, ToD, TiD, Ti, ToA, TiA
    let expected = |releaser: f64| {
        let edges = [
            (0, 1, 0.0, 1.0),
            (1, 2, 2.0, 2.0),
            (2, 3, 1.0, 10.0),
            (3, 0, 0.02, 0.02),
            (0, 4, 10.0 * releaser, 1.0),
            (4, 5, 2.0, 2.0),
            (5, 3, 1.0, 0.0),
        ];
        let mut m = DMatrix::zeros(6, 6);
        for (i, j, f, b) in edges {
            m[(j, i)] += f;
            m[(i, i)] -= f;
            m[(i, j)] += b;
            m[(j, j)] -= b;
        }
        m.row_mut(5).fill(1.0);
        let mut right = DVector::zeros(6);
        right[5] = 1.0;
        let x = m.lu().solve(&right).unwrap();
        2.0 * x[2] - 2.0 * x[1]
    };
    for releaser in [0.0, 0.1, 1.0] {
        let (found, expected) = (efflux(releaser), expected(releaser));
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} not {expected}");
    }
    assert!(efflux(1.0) > 5.0 * efflux(0.0), "{} {}", efflux(1.0), efflux(0.0));
}

/// What binds leaves its pool where ligands are taken, and comes back.
#[test]
fn a_carrier_takes_what_it_binds() {
    let text = carrier(3.0, "").replace("ligands = \"sensed\"\n", "").replace(
        "[supply.out]\nlevel = \"1 mM\"\n[supply.in]\nlevel = \"2 mM\"\n",
        "[species.out]\ncompartment = \"cleft\"\nconcentration = \"1 mM\"\n[species.in]\ncompartment = \"cell\"\nconcentration = \"0 mM\"\n",
    );
    let values = at(&simulation(&text), 5.0, "out,in,T.ToS,T.TiS,T.To,T.Ti");
    assert!((values[..4].iter().sum::<f64>() - 1.0).abs() < 1e-12, "{values:?}");
    assert!((values[2..].iter().sum::<f64>() - 1.0).abs() < 1e-12, "{values:?}");
    assert!(values[1] > 0.1);
}

/// The glutamate transporter with six states (ModelDB 243508, GluTrans.mod), constants at no voltage.
#[test]
fn six_states_are_balanced() {
    let steps = [
        Step::new("C1", "C2", 20.0, 0.1).binds("glu"),
        Step::new("C2", "C3", 0.015, 0.5).binds("Na"),
        Step::new("C3", "C4", 0.2, 0.6),
        Step::new("C4", "C5", 4.0, 10.0).releases("glu"),
        Step::new("C5", "C6", 1.0, 0.1).releases("Na"),
        Step::new("C6", "C1", 0.0002, 0.0016),
    ];
    let found = cycles(&steps);
    assert_eq!(found.len(), 1);
    assert!((found[0].product - 1.0).abs() < 1e-14, "{}", found[0]);
    assert!(unbalanced(&steps, 1e-9).is_empty());
}

/// The one with eight states (ModelDB 243508, GluTrans8st.mod) as it was published: its product is 5.05e6, and potassium
/// is released on both sides.
#[test]
fn eight_states_as_published_are_not() {
    let steps = [
        Step::new("C1", "C2", 20.0, 1.0).releases("K"),
        Step::new("C2", "C3", 0.01, 0.1).binds("Na"),
        Step::new("C3", "C4", 6.0, 0.5).binds("glu"),
        Step::new("C4", "C5", 2.0, 1.9),
        Step::new("C5", "C6", 1.0, 0.04).releases("glu"),
        Step::new("C6", "C7", 100.0, 100.0).releases("Na"),
        Step::new("C7", "C8", 1.0, 1.0).releases("K"),
        Step::new("C8", "C1", 1.6, 0.0002),
    ];
    let broken = unbalanced(&steps, 1e-6);
    assert_eq!(broken.len(), 1);
    let product: f64 = broken[0].product;
    let product = product.max(1.0 / product);
    assert!((product / 5.05e6 - 1.0).abs() < 1e-3, "{product}");
    assert_eq!(broken[0].net["K"].abs(), 2);
    assert!(broken[0].to_string().contains("C1"), "{}", broken[0]);
}

#[test]
fn parallel_and_one_way_steps_are_found() {
    let twice = [Step::new("A", "B", 2.0, 1.0), Step::new("A", "B", 6.0, 1.0)];
    let found = cycles(&twice);
    assert_eq!((found.len(), found[0].product.max(1.0 / found[0].product)), (1, 3.0));
    let one_way = [Step::new("A", "B", 1.0, 0.0), Step::new("B", "C", 1.0, 1.0), Step::new("C", "A", 1.0, 1.0)];
    assert_eq!(unbalanced(&one_way, 1e-3).len(), 1);
    assert!(unbalanced(&one_way[..2], 1e-3).is_empty()); // no cycle
    assert!(cycles(&[]).is_empty());
}

proptest! {
    /// Constants that come from energies are balanced whatever the graph; one that is moved is found, by its factor.
    #[test]
    fn energies_make_balance(
        energies in proptest::collection::vec(-3.0..3.0f64, 6),
        ends in proptest::collection::vec((0usize..6, 0usize..6, 0.1..10.0f64), 1..14),
        factor in 1.5..100.0f64,
        which in 0usize..14,
    ) {
        let name = |i: usize| format!("S{i}");
        let ends: Vec<_> = ends.into_iter().filter(|(i, j, _)| i != j).collect();
        let step = |&(i, j, k): &(usize, usize, f64)| {
            let forward = k * ((energies[i] - energies[j]) / 2.0).exp();
            Step::new(&name(i), &name(j), forward, k * k / forward)
        };
        let mut steps: Vec<Step> = ends.iter().map(step).collect();
        let mut states: Vec<usize> = ends.iter().flat_map(|(i, j, _)| [*i, *j]).collect();
        states.sort_unstable();
        states.dedup();
        let found = cycles(&steps);
        prop_assert!(found.len() + states.len() >= steps.len() + usize::from(!steps.is_empty()));
        prop_assert!(unbalanced(&steps, 1e-9).is_empty());
        if steps.is_empty() {
            return Ok(());
        }
        let which = which % steps.len();
        steps[which].forward *= factor;
        // a bridge is in no cycle: without it its ends fall apart
        let mut others = steps.clone();
        others.remove(which);
        let is_bridge = cycles(&others).len() == found.len();
        let broken = unbalanced(&steps, 1e-3);
        prop_assert_eq!(broken.is_empty(), is_bridge);
        for cycle in broken {
            let product = cycle.product.max(1.0 / cycle.product);
            prop_assert!((product / factor - 1.0).abs() < 1e-9);
        }
    }
}
