//! Parts in small networks whose answers have a closed form.

use homeostat::model::Model;
use homeostat::simulation::{Run, Settings, Simulation};

const CELL: &str =
    "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"2 L\"\n[compartment.sac]\nvolume = \"0.1 L\"\n";

fn simulation(species: &[(&str, &str, f64)], parts: &str) -> Simulation {
    let mut text = CELL.to_string();
    for (name, compartment, value) in species {
        text += &format!("[species.{name}]\ncompartment = \"{compartment}\"\nconcentration = \"{value} uM\"\n");
    }
    Simulation::new(&Model::from_toml(&(text + parts)).unwrap().network()).unwrap()
}

fn fault(parts: &str) -> String {
    let text = format!("{CELL}[species.a]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n{parts}");
    Model::from_toml(&text).unwrap().network().checked().map(|_| ()).unwrap_err().to_string()
}

/// The values of a list at time t, from its start.
fn at(simulation: &Simulation, t: f64, list: &str) -> Vec<f64> {
    let selection = simulation.select(list).unwrap();
    let run = Run { steps: 1, selection, settings: Settings::with_rtol(1e-10), ..Run::until(t) };
    simulation.run(&run).unwrap().rows.pop().unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "found {found}, expected {expected}");
}

const ENZYME: &str = "[enzyme.e]\nreaction = \"a ->\"\nVmax = \"6 uM/h\"\nKm = \"1 uM\"\n";

#[test]
fn competitors_for_one_site_add() {
    let blockers = "[blocker.x]\ntarget = \"e.Km\"\nI = \"3 uM\"\nKi = \"3 uM\"\n[blocker.y]\ntarget = \"e.Km\"\nI = \"1 uM\"\nKi = \"0.5 uM\"\n";
    let s = simulation(&[("a", "cell", 2.0)], &format!("{ENZYME}{blockers}"));
    // Km (1 + 1 + 2) = 4: v = 6 * 2 / (4 + 2) = 2 uM/h in 2 L
    close(at(&s, 1e-9, "e")[0], 4.0);
}

#[test]
fn a_non_competitive_blocker_leaves_its_part() {
    let blocker = "[blocker.x]\ntarget = \"e\"\nlaw = \"non_competitive\"\nI = \"3 uM\"\nKi = \"1 uM\"\n";
    let s = simulation(&[("a", "cell", 2.0)], &format!("{ENZYME}{blocker}"));
    close(at(&s, 1e-9, "e")[0], 2.0); // 6 * 2 / 3 = 4 uM/h in 2 L, a quarter is left
}

#[test]
fn a_blocker_cannot_speed_a_rate_up() {
    for target in ["e", "e.Vmax"] {
        let message = fault(&format!("{ENZYME}[blocker.x]\ntarget = \"{target}\"\nI = \"3 uM\"\nKi = \"1 uM\"\n"));
        assert!(message.contains("competition acts on a Km; use law = \"non_competitive\""), "{message}");
    }
    let half = "[blocker.x]\ntarget = \"e.Km\"\nlaw = \"non_competitive\"\nI = \"3 uM\"\nKi = \"1 uM\"\n";
    let message = fault(&format!("{ENZYME}{half}"));
    assert!(message.contains("non_competitive acts on a process or a Vmax"), "{message}");
}

#[test]
fn a_regulator_has_a_strength_between_0_and_1() {
    let regulator = "[regulator.r]\ntarget = \"e\"\nlaw = \"inhibition_factor\"\nX = \"a\"\ntop = 1.0\nKi = \"1 uM\"\nset_point = \"3 uM\"\n";
    let mut s = simulation(&[("a", "cell", 1.0)], &format!("{ENZYME}{regulator}"));
    close(at(&s, 1e-9, "e")[0], 3.0); // half of 3 uM/h in 2 L
    s.set("r", "0").unwrap();
    close(at(&s, 1e-9, "e")[0], 1.5); // a quarter: the factor at the set point
    assert!(s.set("r", "1.5").is_err());
}

/// First-order constants are parts of the content that moves, whatever the sizes of the compartments.
#[test]
fn constants_keep_their_meaning_in_unequal_volumes() {
    let vesicle = "[transporter.m]\nlaw = \"uptake_with_leak\"\nreaction = \"a -> b\"\nVmax = \"0 uM/h\"\nKm = \"1 uM\"\nleak = \"2 1/h\"\n";
    let s = simulation(&[("a", "cell", 0.0), ("b", "sac", 10.0)], vesicle);
    let left = 10.0 * (-0.2_f64).exp();
    let values = at(&s, 0.1, "[b],[a]");
    close(values[0], left);
    close(values[1], (10.0 - left) * 0.1 / 2.0); // what has left is in the cell

    let pools = "[exchange.x]\nreaction = \"a -> b\"\nk_out = \"0 1/h\"\nk_in = \"2 1/h\"\n";
    close(at(&simulation(&[("a", "cell", 0.0), ("b", "sac", 10.0)], pools), 0.1, "[b]")[0], left);
}

#[test]
fn a_velocity_belongs_to_the_space_of_the_substrate() {
    let s =
        simulation(&[("a", "cell", 2.0), ("b", "sac", 0.0)], "[clearance.out]\nreaction = \"a -> b\"\nk = \"1 1/h\"\n");
    let values = at(&s, 1.0, "[a],[b],a,out");
    let a = 2.0 * (-1.0_f64).exp();
    close(values[0], a);
    close(values[1], (2.0 - a) * 2.0 / 0.1);
    close(values[2], 2.0 * a);
    close(values[3], 2.0 * a);
}

/// Any number of competitors is a table; a held concentration may be one, and a constant may be shared by name.
#[test]
fn competitors_stand_in_a_table() {
    let parts = "[supply.x]\nlevel = \"3 uM\"\n[input.Kb]\nvalue = \"2 uM\"\n[enzyme.e]\nlaw = \"competitive\"\nreaction = \"a ->\"\n\
                 Vmax = \"6 uM/h\"\nKm = \"1 uM\"\ncompetitors = { x = \"1.5 uM\", b = \"Kb\" }\n";
    let mut s = simulation(&[("a", "cell", 2.0), ("b", "sac", 4.0)], parts);
    close(at(&s, 1e-9, "e")[0], 2.0 * 6.0 * 2.0 / (1.0 + 2.0 + 2.0 + 2.0));
    s.set("e.Ki.x", "3 uM").unwrap();
    s.set("Kb", "4 uM").unwrap();
    close(at(&s, 1e-9, "e")[0], 2.0 * 6.0 * 2.0 / (1.0 + 1.0 + 1.0 + 2.0));
}

/// Stoichiometry comes from the reaction: powers, and the unit of the constants.
#[test]
fn laws_that_count_molecules_follow_the_reaction() {
    let parts = "[reaction.r]\nreaction = \"2 a -> b\"\nkf = \"3 1/(uM h)\"\nkr = \"0.5 1/h\"\n";
    let s = simulation(&[("a", "cell", 2.0), ("b", "cell", 4.0)], parts);
    close(at(&s, 1e-12, "r")[0], 2.0 * (3.0 * 4.0 - 0.5 * 4.0));
    let message = fault("[reaction.r]\nreaction = \"2 a -> \"\nkf = \"3 1/h\"\nkr = \"0 uM/h\"\n");
    assert!(message.contains("second-order rate constant") && message.contains("1/(uM h)"), "{message}");
    let message = fault("[reaction.r]\nreaction = \"0.5 a -> \"\nkf = \"3 1/h\"\nkr = \"0 uM/h\"\n");
    assert!(message.contains("expected a whole number"), "{message}");

    let enzyme = "[enzyme.e]\nlaw = \"convenience\"\nreaction = \"2 a -> b\"\nVmax = \"6 uM/h\"\nKeq = \"3 1/uM\"\n\
                  substrates = { a = \"1 uM\" }\nproducts = { b = \"2 uM\" }\n";
    let s = simulation(&[("a", "cell", 2.0), ("b", "cell", 4.0)], enzyme);
    close(at(&s, 1e-12, "e")[0], 2.0 * 6.0 * (4.0 - 4.0 / 3.0) / (7.0 + 3.0 - 1.0));
}

#[test]
fn what_is_wrong_with_a_table_is_said() {
    let enzyme = |law: &str, rest: &str| {
        fault(&format!("[enzyme.e]\nlaw = \"{law}\"\nreaction = \"a ->\"\nVmax = \"6 uM/h\"\nKm = \"1 uM\"\n{rest}\n"))
    };
    for (law, rest, expected) in [
        ("competitive", "", "enzyme.e.competitors: is missing; expected a table by name, or I and Ki"),
        (
            "competitive",
            "competitors = { aa = \"1 uM\" }",
            "enzyme.e.competitors.aa: there is nothing named aa (did you mean a?)",
        ),
        ("competitive", "competitors = { a = \"1 1/h\" }", "enzyme.e.competitors.a: found 1 1/h, a frequency"),
        ("competitive", "competitors = { a = \"-1 uM\" }", "expected a positive finite number"),
        ("competitive", "competitors = \"1 uM\"", "enzyme.e.competitors: expected a table"),
        ("competitive", "competitors = { a = { Ki = \"1 uM\" } }", "enzyme.e.competitors.a: found a table"),
        ("competitive", "competitors = { a = \"1 uM\" }\nI = \"a\"\nKi = \"1 uM\"", "write all in competitors"),
        ("mixed", "inhibitors.a = { Ki = \"1 uM\" }", "enzyme.e.inhibitors.a.Kiu: is missing"),
        (
            "mixed",
            "inhibitors.a = { Ki = \"1 uM\", Kiu = \"1 uM\", Kii = \"2 uM\" }",
            "inhibitors have no such field (did you mean",
        ),
        ("mixed", "inhibitors.a = \"1 uM\"", "enzyme.e.inhibitors.a.Ki: is missing"),
    ] {
        let message = enzyme(law, rest);
        assert!(message.contains(expected), "{rest}: {message}");
    }
    let counted = |rest: &str| {
        fault(&format!(
            "[enzyme.e]\nlaw = \"convenience\"\nreaction = \"a ->\"\nVmax = \"6 uM/h\"\nKeq = \"1 uM\"\n{rest}\n"
        ))
    };
    let message = counted("substrates = { a = \"1 uM\" }");
    assert!(message.contains("enzyme.e.products: the reaction has none on this side"), "{message}");
}

/// Activators multiply, a receptor sums its ligands, a stimulus adds an effect: factors of a rate.
#[test]
fn factors_with_any_number_of_levels_act_on_a_rate() {
    let regulator = |law: &str| format!("{ENZYME}[regulator.r]\ntarget = \"e\"\n{law}\n");
    let rate =
        |law: &str| at(&simulation(&[("a", "cell", 1.0), ("b", "sac", 2.0)], &regulator(law)), 1e-12, "e")[0] / 6.0;
    // without a regulator 6 uM/h / 2 in 2 L
    let activators = "law = \"activation\"\nactivators.a = { Ka = \"1 uM\", n = 2, basal = 0.5 }\nactivators.b = { Ka = \"2 uM\", n = 1, basal = 0 }";
    close(rate(activators), 0.75 * 0.5);
    let ligands = "law = \"receptor_activity\"\nligands.a = { Kd = \"1 uM\", efficacy = 1 }\nligands.b = { Kd = \"1 uM\", efficacy = -0.25 }";
    close(rate(ligands), (1.0 - 0.5) / 4.0);
    let stimulus = "law = \"emax\"\nX = \"b\"\nE0 = 1\nEmax = 3\nEC50 = \"2 uM\"\nn = 1";
    close(rate(stimulus), 2.5);
    let message = fault(&regulator(
        &activators.replace("activators.b = { Ka = \"2 uM\", n = 1, basal = 0 }", "set_point = \"1 uM\""),
    ));
    assert!(
        message.contains("regulator.r.set_point: activation acts by several levels, which have no set point"),
        "{message}"
    );
}

/// A level may be what a rule gives; of another unit it is refused.
#[test]
fn a_rule_may_be_a_level() {
    let rule = "[rule.seen]\nvalue = \"2 * [a]\"\nunit = \"uM\"\n[regulator.r]\ntarget = \"e\"\nlaw = \"inhibition_factor\"\nX = \"seen\"\ntop = 1.0\nKi = \"2 uM\"\n";
    let s = simulation(&[("a", "cell", 1.0)], &format!("{ENZYME}{rule}"));
    close(at(&s, 1e-9, "e")[0], 3.0); // 3 uM/h in 2 L, a half
    let message = fault(&format!("{ENZYME}{}", rule.replace("unit = \"uM\"", "unit = \"umol\"")));
    assert!(
        message.contains("regulator.r.X: seen is a rule that gives an amount; expected a concentration"),
        "{message}"
    );
}
