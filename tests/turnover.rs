//! Proteins as states, against closed forms.

use homeostat::library;
use homeostat::model::Model;
use homeostat::simulation::{Run, Settings, Simulation};

const CELL: &str = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"2 L\"\n\
    [species.a]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
    [enzyme.e]\nreaction = \"-> a\"\nS = \"1 uM\"\nVmax = \"6 uM/h\"\nKm = \"1 uM\"\n";
const PROTEIN: &str = "[turnover.protein]\ntarget = \"e.Vmax\"\ncompartment = \"cell\"\nhalf_life = \"10 h\"\n";
const LN_2: f64 = std::f64::consts::LN_2;

fn simulation(parts: &str) -> Simulation {
    let network = Model::from_toml(&format!("{CELL}{parts}")).unwrap().network();
    network.checked().unwrap();
    Simulation::new(&network).unwrap()
}

fn faults(parts: &str) -> String {
    let problems = Model::from_toml(&format!("{CELL}{parts}")).unwrap().network().check();
    problems.iter().map(|p| p.to_string() + "\n").collect()
}

/// The values of a list at time t.
fn at(simulation: &Simulation, t: f64, list: &str) -> Vec<f64> {
    let selection = simulation.select(list).unwrap();
    let run = Run { steps: 1, selection, settings: Settings::with_rtol(1e-10), ..Run::until(t) };
    simulation.run(&run).unwrap().rows.pop().unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-8 * expected.abs(), "found {found}, expected {expected}");
}

#[test]
fn a_protein_comes_back_as_it_turns_over() {
    let mut s = simulation(PROTEIN);
    let rest = at(&s, 5.0, "[protein],e");
    close(rest[0], 1.0);
    close(rest[1], 6.0); // 3 uM/h in 2 L: nothing is changed while nothing happens to the protein
    s.set("[protein]", "0.2 uM").unwrap();
    let back = at(&s, 10.0, "[protein],e");
    close(back[0], 0.6); // half of what is missing, after a half-life
    close(back[1], 0.6 * 6.0);
}

#[test]
fn expression_moves_the_level_at_the_speed_of_degradation() {
    let mut s = simulation(&PROTEIN.replace("half_life = \"10 h\"", "k_deg = \"0.1 1/h\"\nE0 = \"3 uM\""));
    s.set("protein.expression", "0.5").unwrap();
    let values = at(&s, 7.0, "[protein],e");
    let part = 0.5 + 0.5 * (-0.7_f64).exp();
    close(values[0], 3.0 * part);
    close(values[1], 6.0 * part);
}

/// A regulator of expression is seen at the speed of degradation.
#[test]
fn expression_is_regulated_like_any_parameter() {
    let regulator = "[regulator.r]\ntarget = \"protein.expression\"\nlaw = \"inhibition_factor\"\nX = \"1 uM\"\ntop = 1\nKi = \"1 uM\"\n";
    let s = simulation(&format!("{PROTEIN}{regulator}"));
    let values = at(&s, 20.0, "[protein],protein.active");
    close(values[0], 0.5 + 0.5 * 0.25);
    close(values[1], values[0]);
}

#[test]
fn an_irreversible_inhibitor_leaves_what_is_made_meanwhile() {
    let inhibitor = "[inactivation.x]\nreaction = \"protein ->\"\nI = \"3 uM\"\nk_inact = \"4 1/h\"\nKI = \"1 uM\"\n";
    let mut s = simulation(&format!("{PROTEIN}{inhibitor}"));
    let (k_deg, loss) = (LN_2 / 10.0, 3.0);
    let left = k_deg / (k_deg + loss);
    for t in [0.1_f64, 1.0, 20.0] {
        close(at(&s, t, "[protein]")[0], left + (1.0 - left) * (-(k_deg + loss) * t).exp());
    }
    // once it is gone, the enzyme is back by half in a half-life, however fast the inhibitor was
    s.set("x.I", "0 uM").unwrap();
    s.set("[protein]", &format!("{left} uM")).unwrap();
    close(at(&s, 10.0, "[protein]")[0], 0.5 * (1.0 + left));
}

#[test]
fn slow_binding_comes_and_goes_with_its_own_constants() {
    let slow = "[species.bound]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n[binding.x]\nreaction = \"protein -> bound\"\n\
        I = \"2 uM\"\nk_on = \"0.3 1/(uM h)\"\nk_off = \"0.2 1/h\"\n";
    let protein = PROTEIN.replace("half_life = \"10 h\"", "k_deg = \"0 1/h\"");
    let s = simulation(&format!("{protein}{slow}"));
    for t in [0.5_f64, 4.0] {
        let free = 0.25 + 0.75 * (-0.8 * t).exp();
        let values = at(&s, t, "[protein],[bound],e");
        close(values[0], free);
        close(values[1], 1.0 - free);
        close(values[2], 6.0 * free);
    }
}

/// A ligand that the protein uses up: what is free at equilibrium is Morrison's root (Biochim. Biophys. Acta 185:269).
#[test]
fn tight_binding_uses_the_ligand_up() {
    let tight = "[species.drug]\ncompartment = \"cell\"\nconcentration = \"0.8 uM\"\n\
        [species.bound]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n[binding.x]\nreaction = \"protein + drug -> bound\"\n\
        I = \"drug\"\nk_on = \"100 1/(uM h)\"\nk_off = \"5 1/h\"\n";
    let protein = PROTEIN.replace("half_life = \"10 h\"", "k_deg = \"0 1/h\"");
    let s = simulation(&format!("{protein}{tight}"));
    let values = at(&s, 10.0, "[protein],[drug],[bound]");
    let (e, i, k) = (1.0, 0.8, 0.05_f64);
    let sum: f64 = e + i + k;
    let bound = 0.5 * (sum - (sum * sum - 4.0 * e * i).sqrt());
    close(values[2], bound);
    close(values[0], e - bound);
    close(values[1], i - bound);
}

/// Named parts on a published terminal: the drug is gone in a day, and what it has taken comes back by half in the 40 days in
/// which the protein turns over.
#[test]
fn an_oxidase_inhibitor_wears_off_by_turnover() {
    let parts = "[model]\nname = \"mao\"\nbase = \"best-2009-dopamine\"\nremove = [\"clearance.MAO\"]\n\
        [enzyme.MAO_B]\nlike = \"MAO_B\"\nreaction = \"cda -> hva\"\n\
        [turnover.MAO_B_protein]\nlike = \"MAO_B_protein\"\ncompartment = \"cytosol\"\n\
        [drug.rasagiline]\nlike = \"rasagiline\"\n[inactivation.rasagiline_MAO_B]\nlike = \"rasagiline_MAO_B\"\n\
        [[schedule.once.drug]]\nname = \"rasagiline\"\ndose = \"1 mg\"\nroute = \"oral\"\nat = 0\n";
    let base = library::load("best-2009-dopamine").unwrap();
    let network = Model::from_toml(parts).unwrap().over(&base).network();
    network.checked().unwrap();
    let mut s = Simulation::new(&network).unwrap();
    s.schedule_named("once").unwrap();
    let missing = |days: f64| 1.0 - at(&s, 24.0 * days, "[MAO_B_protein]")[0];
    let (early, late) = (missing(7.0), missing(47.0));
    assert!(early > 0.3, "{early}");
    assert!((late / early - 0.5).abs() < 1e-6, "{late} {early}");
    // dopamine in the cytosol is up while it lasts
    let cda = |days: f64| at(&s, 24.0 * days, "[cda]")[0];
    assert!(cda(7.0) > 1.2 * cda(300.0), "{} {}", cda(7.0), cda(300.0));
}

#[test]
fn what_is_wrong_is_told_by_name() {
    for (parts, told) in [
        (PROTEIN.replace("target = \"e.Vmax\"\n", ""), "turnover.protein.target: is missing"),
        (PROTEIN.replace("cell", "sell"), "there is no compartment sell (did you mean cell?)"),
        (
            PROTEIN.replace("half_life = \"10 h\"\n", ""),
            "turnover.protein.half_life: is missing; expected half_life or k_deg",
        ),
        (PROTEIN.replace("10 h", "10 uM"), "turnover.protein.half_life: found 10 uM, a concentration; expected a time"),
        (PROTEIN.replace("10 h", "0 h"), "expected a positive finite number"),
        (format!("{PROTEIN}k_deg = \"1 1/h\"\n"), "both half_life and k_deg are given"),
        (
            format!(
                "{PROTEIN}[inactivation.x]\nreaction = \"protein ->\"\nI = \"1 uM\"\nk_inact = \"1 uM\"\nKI = \"1 uM\"\n"
            ),
            "inactivation.x.k_inact: found 1 uM, a concentration; expected a frequency",
        ),
    ] {
        let found = faults(&parts);
        assert!(found.contains(told), "{told}\nin: {found}");
    }
}
