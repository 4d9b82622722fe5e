//! Receptors, stimuli and bounded regulators in small networks whose answers have a closed form.

use homeostat::model::Model;
use homeostat::simulation::{Run, Settings, Simulation};

const SPACE: &str =
    "[model]\nname = \"test\"\n[compartment.cleft]\nvolume = \"2 L\"\n[compartment.membrane]\nvolume = \"0.5 L\"\n";

fn text(species: &[(&str, &str, f64)], parts: &str) -> String {
    let mut text = SPACE.to_string();
    for (name, compartment, value) in species {
        text += &format!("[species.{name}]\ncompartment = \"{compartment}\"\nconcentration = \"{value} uM\"\n");
    }
    text + parts
}

fn simulation(species: &[(&str, &str, f64)], parts: &str) -> Simulation {
    Simulation::new(&Model::from_toml(&text(species, parts)).unwrap().network()).unwrap()
}

fn faults(species: &[(&str, &str, f64)], parts: &str) -> String {
    Model::from_toml(&text(species, parts)).unwrap().network().checked().map(|_| ()).unwrap_err().to_string()
}

/// The values of a list at time t.
fn at(simulation: &Simulation, t: f64, list: &str) -> Vec<f64> {
    let selection = simulation.select(list).unwrap();
    let run = Run { start: t, steps: 0, selection, settings: Settings::with_rtol(1e-11), ..Run::until(t) };
    simulation.run(&run).unwrap().rows.pop().unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "found {found}, expected {expected}");
}

const SPECIES: [(&str, &str, f64); 4] =
    [("L", "cleft", 3.0), ("B", "membrane", 0.0), ("G", "membrane", 0.0), ("T", "membrane", 0.0)];

fn receptor(reaction: &str, induction: f64) -> String {
    format!(
        "[gpcr.R]\nreaction = \"{reaction}\"\nG = \"G\"\nT = \"T\"\nreceptors = \"8 uM\"\nk_on = \"0.5 1/(uM h)\"\nk_off = \"0.5 1/h\"\n\
         G_total = \"5 uM\"\nk_activation = \"0.25 1/(uM^2 h)\"\nk_deactivation = \"2 1/(uM h)\"\nT_total = \"4 uM\"\n\
         k_induction = \"{induction} 1/(uM^2 h)\"\nk_decay = \"0.75 1/h\"\n"
    )
}

#[test]
fn a_receptor_binds_a_ligand_that_is_held() {
    let parts = receptor("-> B", 0.0) + "ligand = \"L\"\n";
    let s = simulation(&SPECIES, &parts);
    // Langmuir: 8 * 3 / (1 + 3) = 6, with the rate 0.5 * 3 + 0.5 = 2
    for t in [0.1, 1.0, 4.0] {
        let row = at(&s, t, "[B],[L],[T]");
        close(row[0], 6.0 * (1.0 - (-2.0 * t).exp()));
        assert_eq!((row[1], row[2]), (3.0, 0.0));
    }
    // without T the active G approaches its total: G = 5 (1 - exp(-0.25 integral of B^2))
    let integral = |t: f64| 36.0 * (t - (1.0 - (-2.0 * t).exp()) + 0.25 * (1.0 - (-4.0 * t).exp()));
    close(at(&s, 0.5, "[G]")[0], 5.0 * (1.0 - (-0.25 * integral(0.5)).exp()));
}

#[test]
fn a_receptor_takes_up_its_ligand() {
    let s = simulation(&SPECIES, &receptor("L -> B", 0.0));
    let sums: Vec<String> = s.network().conserved_sums().iter().map(|sum| sum.text(s.network())).collect();
    assert!(sums.contains(&"L + B".to_string()), "{sums:?}");
    // 6 umol of ligand, sites 8 uM in 0.5 L, Kd 1 uM: L (8 - B) = B with 2 L + B / 2 = 6
    let row = at(&s, 200.0, "[L],[B]");
    close(row[0] * (8.0 - row[1]), row[1]);
    close(2.0 * row[0] + 0.5 * row[1], 6.0);
}

#[test]
fn the_cascade_settles_where_its_three_balances_say() {
    let s = simulation(&SPECIES, &(receptor("-> B", 1.5) + "ligand = \"L\"\n"));
    let row = at(&s, 200.0, "[B],[G],[T]");
    let (b, g, t) = (row[0], row[1], row[2]);
    close(b, 6.0);
    close(0.25 * b * b * (5.0 - g), 2.0 * t * g);
    close(1.5 * g * g * (4.0 - t), 0.75 * t);
}

#[test]
fn regulators_keep_their_bounds() {
    let parts = |x: f64| {
        format!(
            "[clearance.c]\nreaction = \"L ->\"\nk = \"0.5 1/h\"\n[supply.x]\nlevel = \"{x} uM\"\n[regulator.r]\ntarget = \"c\"\n\
             law = \"linear_gain\"\nX = \"x\"\nx0 = \"2 uM\"\nslope = \"-0.5 1/uM\"\nleast = 0.25\nmost = 1.5\n"
        )
    };
    for (x, factor) in [(0.0, 1.5), (2.0, 1.0), (3.0, 0.5), (4.0, 0.25), (9.0, 0.25)] {
        // 2 L at 3 uM, 0.5 1/h
        close(at(&simulation(&SPECIES[..1], &parts(x)), 0.0, "c")[0], 3.0 * factor);
    }
    let without = parts(9.0) + "strength = 0.5\n";
    close(at(&simulation(&SPECIES[..1], &without), 0.0, "c")[0], 3.0 * (0.5 + 0.5 * 0.25));
}

/// A rule may stand where a level or a drive is held, wherever in the file it is written.
#[test]
fn rules_are_levels_and_drives() {
    let parts = "[enzyme.e]\nlaw = \"competitive\"\nreaction = \"L ->\"\nI = \"halved\"\nVmax = \"6 uM/h\"\nKm = \"1 uM\"\nKi = \"1 uM\"\n\
                 [regulator.r]\ntarget = \"e\"\nlaw = \"drive\"\ndrive = \"half\"\n\
                 [rule.halved]\nvalue = \"half * [L]\"\nunit = \"uM\"\n[rule.half]\nvalue = \"0.5\"\n";
    // 0.5 * 6 * 3 / (1 (1 + 1.5) + 3) in 2 L
    close(at(&simulation(&SPECIES[..1], parts), 0.0, "e")[0], 2.0 * 9.0 / 5.5);
}

#[test]
fn a_stimulus_rises_and_fades() {
    let parts = "[clearance.c]\nreaction = \"L ->\"\nk = \"0.5 1/h\"\n[stimulus.s]\nrest = 0.5\namplitude = 3\nrate = \"2 1/h\"\n\
                 on = \"1 h\"\noff = \"90 min\"\n[regulator.r]\ntarget = \"c\"\nlaw = \"drive\"\ndrive = \"s\"\n";
    let s = simulation(&SPECIES[..1], parts);
    for (t, expected) in [
        (0.0, 0.5),
        (0.99, 0.5),
        (1.25, 0.5 + 3.0 * (1.0 - (-0.5_f64).exp())),
        (1.5, 3.5),
        (2.0, 0.5 + 3.0 * (-1.0_f64).exp()),
    ] {
        close(at(&s, t, "s")[0], expected);
    }
    // the exponent of the decay is 0.5 times the integral of s
    let integral = 0.5 * 2.0 + 3.0 * (0.5 - 0.5 * (1.0 - (-1.0_f64).exp())) + 1.5 * (1.0 - (-1.0_f64).exp());
    close(at(&s, 2.0, "[L]")[0], 3.0 * (-0.5 * integral).exp());
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let wrong = receptor("-> B", 1.0).replace("0.25 1/(uM^2 h)", "0.25 1/(uM h)");
    let message = faults(&SPECIES, &wrong);
    assert!(message.contains("gpcr.R.k_activation: found 0.25 1/(uM h)"), "{message}");
    assert!(message.contains("gpcr.R.ligand: is missing"), "{message}");
    let message = faults(&SPECIES, &receptor("L ->", 1.0));
    assert!(message.contains("gpcr.R.reaction: found no species behind the arrow"), "{message}");
    let clearance = "[clearance.c]\nreaction = \"L ->\"\nk = \"0.5 1/h\"\n[regulator.r]\ntarget = \"c\"\n";
    let drive = |name: &str| format!("{clearance}law = \"drive\"\ndrive = \"{name}\"\n[supply.x]\nlevel = \"1 uM\"\n");
    assert!(faults(&SPECIES[..1], &drive("x")).contains("x is a concentration; expected a pure number"));
    assert!(faults(&SPECIES[..1], &drive("L")).contains("L is a species; expected a parameter"));
    assert!(faults(&SPECIES[..1], &drive("y")).contains("there is nothing named y"));
    let bounded = |least: &str| {
        format!("{clearance}law = \"linear_gain\"\nX = \"L\"\nx0 = \"1 uM\"\nslope = \"1 1/uM\"\nleast = \"{least}\"\n")
    };
    assert!(faults(&SPECIES[..1], &bounded("1 uM")).contains("regulator.r.least: found 1 uM, a concentration"));
    assert!(faults(&SPECIES[..1], &bounded("-1")).contains("regulator.r.least: found -1"));
    let range = |range: &str, value: f64| {
        format!("{clearance}law = \"drive\"\ndrive = \"f\"\n[input.f]\nvalue = {value}\nrange = \"{range}\"\n")
    };
    assert!(faults(&SPECIES[..1], &range("part", 1.0)).contains("input.f.range: found \"part\", expected any"));
    assert!(faults(&SPECIES[..1], &range("fraction", 2.0)).contains("found 2, expected a 0-to-1 number"));
    let mut s = simulation(&SPECIES[..1], &range("fraction", 0.5));
    assert!(s.set("f", "2").unwrap_err().to_string().contains("expected a 0-to-1 number"));
}
