//! What parts refuse: numbers and names that make no sense together, each with a message that says so.

use homeostat::component::{Builder, Clearance, Reacts};
use homeostat::model::Model;
use homeostat::network::Network;
use homeostat::simulation::Simulation;
use homeostat::units::{Concentration, Frequency, Volume};

const HEAD: &str = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"2 L\"\n\
                    [species.a]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
                    [species.b]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
                    [species.c]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
                    [supply.x]\nlevel = \"1 uM\"\n[input.V]\nvalue = \"-70 mV\"\n[input.RT_F]\nvalue = \"26.7 mV\"\n\
                    [enzyme.e]\nreaction = \"a ->\"\nVmax = \"6 uM/h\"\nKm = \"1 uM\"\n";

fn network(parts: &str) -> Network {
    Model::from_toml(&format!("{HEAD}{parts}")).unwrap().network()
}

fn fault(parts: &str) -> String {
    network(parts).checked().map(|_| ()).unwrap_err().to_string()
}

#[track_caller]
fn refused(parts: &str, expected: &str) {
    let message = fault(parts);
    assert!(message.contains(expected), "{message}");
    assert!(!message.contains("has this field"), "{message}");
}

#[test]
fn only_laws_that_block_are_blockers() {
    let blocker =
        |target: &str, law: &str| format!("[blocker.i]\ntarget = \"{target}\"\nlaw = \"{law}\"\nI = \"1 uM\"\n");
    let emax = blocker("e", "emax") + "X = \"a\"\nE0 = 1\nEmax = 5\nEC50 = \"1 uM\"\nn = 1\n";
    assert!(fault(&emax).contains("there is no law emax here"), "{}", fault(&emax));
    refused(&(blocker("x", "competition") + "Ki = \"1 uM\"\n"), "blocker.i.target: x is a level, for it may be 0");
    let tight = blocker("e.Vmax", "tight_binding") + "E = \"1 uM\"\nKi = \"1 uM\"\n";
    assert!(network(&tight).checked().is_ok());
}

#[test]
fn targets_are_named_once_each() {
    let regulator = |target: &str| {
        format!("[regulator.r]\ntarget = \"{target}\"\nlaw = \"proportional\"\nX = \"b\"\nx0 = \"1 uM\"\n")
    };
    refused(&regulator("e,e"), "regulator.r.target: e is named twice");
    refused(&regulator("e,,e.Vmax"), "regulator.r.target: found nothing between commas");
}

#[test]
fn ends_are_in_order() {
    let stimulus =
        |off: &str| format!("[stimulus.s]\nrest = 1\namplitude = 8\nrate = \"2 1/s\"\non = \"5 s\"\noff = \"{off}\"\n");
    refused(&stimulus("4 s"), "stimulus.s.off: is less than on");
    assert!(network(&stimulus("0.1 min")).checked().is_ok());
    refused(
        "[regulator.r]\ntarget = \"e\"\nlaw = \"inhibition_factor\"\nX = \"b\"\ntop = 1\nKi = \"1 uM\"\nleast = 2\nmost = 1\n",
        "regulator.r.most: is less than least",
    );
}

#[test]
fn species_of_a_part_are_others() {
    refused("[sensor.s]\nreads = \"b\"\nshows = \"b\"\ntau = \"1 h\"\n", "sensor.s.shows: is what it reads");
    let gpcr = |reaction: &str, g: &str| {
        format!(
            "[gpcr.r]\nreaction = \"{reaction}\"\nG = \"{g}\"\nT = \"c\"\nligand = \"x\"\nreceptors = \"10 uM\"\nk_on = \"3 1/(uM h)\"\nk_off = \"2 1/h\"\n\
             G_total = \"10 uM\"\nk_activation = \"20 1/(uM^2 h)\"\nk_deactivation = \"200 1/(uM h)\"\nT_total = \"10 uM\"\n\
             k_induction = \"30 1/(uM^2 h)\"\nk_decay = \"200 1/h\"\n"
        )
    };
    assert!(network(&gpcr("-> a", "b")).checked().is_ok());
    refused(&gpcr("-> a", "c"), "gpcr.r.T: the occupied receptor, G and T are not three species");
    refused(&gpcr("-> 2 a", "b"), "gpcr.r.reaction: expected one ligand or none");
    let wrong = gpcr("-> a", "b").replace("20 1/(uM^2 h)", "20 1/h");
    refused(&wrong, "expected a third-order rate constant (per squared concentration and time) such as 1/(uM^2 h)");
    let states = "[scheme.s]\nstates = { A = \"a\", B = \"a\" }\nsteps.f = { step = \"A -> B\", forward = \"1 1/h\", back = \"1 1/h\" }\n";
    refused(states, "scheme.s.states.B: is the same species as A");
}

/// A scheme that would turn for ever is refused: by its charge, or by what it keeps.
#[test]
fn a_cycle_has_to_be_able_to_rest() {
    let ring = |first: &str, last: &str, more: &str| {
        format!(
            "[scheme.s]\ntotal = \"1 uM\"\ncompartment = \"cell\"\nstates = {{ A = 1, B = 0, C = 0 }}\n{more}\
             steps.f = {{ step = \"A -> B\", back = \"1 1/h\", {first} }}\n\
             steps.g = {{ step = \"B -> C\", forward = \"1 1/h\", back = \"1 1/h\" }}\n\
             steps.h = {{ step = \"C -> A\", forward = \"1 1/h\", {last} }}\n"
        )
    };
    let (plain, back) = ("forward = \"1 1/h\"", "back = \"1 1/h\"");
    let membrane = "V = \"V\"\nRT_F = \"RT_F\"\n";
    assert!(network(&ring(plain, back, "")).checked().is_ok());
    let charged = ring(&format!("charge = 1, {plain}"), back, membrane);
    refused(&charged, "a turn moves 1 charges and carries nothing");
    let there_and_back = ring(&format!("charge = 1, {plain}"), &format!("charge = -1, {back}"), membrane);
    assert!(network(&there_and_back).checked().is_ok());
    let exchange = |more: &str| {
        let (binds, releases) = ("forward = \"1 1/(uM h)\", binds = \"b\"", "back = \"1 1/(uM h)\", releases = \"c\"");
        ring(binds, releases, more)
    };
    refused(&exchange(""), "name levels of one substance in substances");
    assert!(network(&exchange("substances = { S = \"b, c\" }\n")).checked().is_ok());
    refused(&exchange("substances = { S = \"b, c\", P = \"c\" }\n"), "c is named twice");
    assert!(network(&exchange("driven = \"ATP\"\n")).checked().is_ok());
}

#[test]
fn what_is_missing_names_all_that_would_do() {
    let drug = |rest: &str| format!("[drug.d]\n{rest}\n");
    refused(&drug("V = \"10 L\""), "drug.d.CL: is missing; expected CL or k_el");
    refused(&drug("V = \"10 L\"\nk_el = \"1 1/h\"\nF = 0.5"), "drug.d.F: is given without ka");
    refused(&drug("k_el = \"1 1/h\"\nka = \"1 1/h\"\nF = 0.5"), "drug.d.V: is missing");
    refused(&drug("V = \"10 L\"\nk_el = \"1 1/h\"\nfu_brain = 0.5"), "drug.d.fu_brain: has a meaning only beside");
    refused(
        "[turnover.t]\ntarget = \"e\"\ncompartment = \"cell\"\n",
        "turnover.t.half_life: is missing; expected half_life or k_deg",
    );
    refused("[release.r]\nreaction = \"a -> b\"\n", "release.r.k: is missing; expected k or quantum");
    let origin = "[enzyme.o]\nreaction = \"a ->\"\nVmax = { source = \"a paper\" }\nKm = \"1 uM\"\n";
    assert!(Model::from_toml(&format!("{HEAD}{origin}")).map_or(true, |model| model.network().checked().is_err()));
}

/// Nothing competes with less than nothing: a receptor's sums begin at 1.
#[test]
fn a_receptor_holds_no_less_than_no_ligand() {
    let mut simulation = Simulation::new(&network("[receptor.R]\nX = \"b\"\nK = \"1 uM\"\n")).unwrap();
    for name in ["R.agonism", "R.antagonism"] {
        let message = simulation.set(name, "0.1").unwrap_err().to_string();
        assert!(message.contains("expected a finite 1-or-larger number"), "{message}");
        simulation.set(name, "1.5").unwrap();
    }
}

/// A carrier that moves no charge stands still at no voltage.
#[test]
fn a_reversal_voltage_needs_a_charge() {
    let carrier = |z: f64| {
        let text = "[transporter.T]\nlaw = \"coupled_transport\"\nreaction = \"b -> c\"\nVmax = \"1 uM/h\"\nKm = \"1 uM\"\nKp = \"1 uM\"\n\
                    V = \"V\"\nRT_F = \"RT_F\"\n";
        network(&format!("{text}z = {z}\n"))
    };
    assert!(carrier(0.0).get("T.reversal").is_none() && carrier(0.0).get("T.gradient").is_some());
    assert!(carrier(1.0).get("T.reversal").is_some());
}

#[test]
fn infusions_that_pile_up_are_refused() {
    let text = "[drug.d]\nV = \"10 L\"\nk_el = \"1 1/h\"\n[[schedule.s.drug]]\nname = \"d\"\ndose = \"1 umol\"\nroute = \"infusion\"\n\
                at = \"0 h\"\nlasts = \"2000 h\"\nevery = \"1 h\"\n";
    let mut simulation = Simulation::new(&network(text)).unwrap();
    let message = simulation.schedule_named("s").unwrap_err().to_string();
    assert!(message.contains("more than 1000 infusions would run at once"), "{message}");
}

/// A reaction is a text or made of species; both would be two reactions.
#[test]
fn a_reaction_is_given_one_way() {
    let mut net = Network::new("test");
    let cell = net.compartment("cell", Volume::l(1.0));
    let [a, b] = ["a", "b"].map(|name| net.species(name, cell, Concentration::um(1.0)));
    net.add(Clearance::new("loss").set("reaction", "a ->").consumes(b).rate_constant(Frequency::per_h(1.0)));
    net.add(Clearance::new("sound").consumes(a).rate_constant(Frequency::per_h(1.0)));
    let message = net.checked().map(|_| ()).unwrap_err().to_string();
    assert!(message.contains("clearance.loss.reaction: expected one text, or species"), "{message}");
}
