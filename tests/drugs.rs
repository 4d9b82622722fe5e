//! Drugs in the body and at their targets, against closed forms (Gabrielsson & Weiner, Pharmacokinetic and Pharmacodynamic
//! Data Analysis, chapter 2).

use homeostat::model::Model;
use homeostat::network::{Network, Schedule};
use homeostat::simulation::{Checkpoint, Moment, Run, Settings, Simulation};
use std::ops::ControlFlow;

const CELL: &str = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"2 L\"\n\
    [species.a]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
    [enzyme.e]\nreaction = \"-> a\"\nS = \"1 uM\"\nVmax = \"6 uM/h\"\nKm = \"1 uM\"\n";
/// 200 g/mol, so that 100 mg are 500 umol; k = 0.25 1/h.
const ONE: &str = "[drug.d]\nmolar_mass = \"200 g/mol\"\nbody_weight = \"50 kg\"\nka = \"1.5 1/h\"\nF = 0.8\nV = \"40 L\"\nCL = \"10 L/h\"\n";
/// Chan et al. 2005 (abstract): L-DOPA in 70 kg.
const TWO: &str =
    "[drug.d]\nmolar_mass = \"200 g/mol\"\nV = \"11.4 L\"\nV2 = \"27.3 L\"\nCL = \"30.9 L/h\"\nQ = \"34.6 L/h\"\n";

fn network(parts: &str) -> Network {
    let network = Model::from_toml(&format!("{CELL}{parts}")).unwrap().network();
    network.checked().unwrap();
    network
}

fn simulation(parts: &str, schedule: &str) -> Simulation {
    let mut simulation = Simulation::new(&network(parts)).unwrap();
    simulation.schedule(&toml::from_str::<Schedule>(schedule).unwrap()).unwrap();
    simulation
}

fn at(simulation: &Simulation, t: f64, list: &str) -> Vec<f64> {
    let selection = simulation.select(list).unwrap();
    let run = Run { steps: 1, selection, settings: Settings::with_rtol(1e-10), ..Run::until(t) };
    simulation.run(&run).unwrap().rows.pop().unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-7 * expected.abs(), "found {found}, expected {expected}");
}

fn given(dose: &str, route: &str, rest: &str) -> String {
    format!("[[drug]]\nname = \"d\"\ndose = \"{dose}\"\nroute = \"{route}\"\n{rest}\n")
}

/// Bateman's function, for an absorbed amount of 1 in a volume of 1.
fn bateman(ka: f64, k: f64, t: f64) -> f64 {
    ka / (ka - k) * ((-k * t).exp() - (-ka * t).exp())
}

#[test]
fn an_absorbed_dose_follows_bateman() {
    for dose in ["100 mg", "2 mg/kg", "500 umol", "10 umol/kg"] {
        let s = simulation(ONE, &given(dose, "oral", "at = \"1 h\""));
        for t in [1.5, 3.0, 10.0] {
            let values = at(&s, t, "[d.plasma],d,d.gut");
            close(values[0], 0.8 * 500.0 / 40.0 * bateman(1.5, 0.25, t - 1.0));
            close(values[1], values[0]);
            close(values[2], 500.0 * (-1.5 * (t - 1.0)).exp());
        }
    }
}

#[test]
fn numbers_of_a_drug_can_be_set() {
    let mut s = simulation(&format!("{ONE}lag = \"0.5 h\"\n"), &given("2 mg/kg", "oral", "at = \"1 h\""));
    let c = |weight: f64, lag: f64| weight / 50.0 * 0.8 * 500.0 / 40.0 * bateman(1.5, 0.25, 3.0 - 1.0 - lag);
    close(at(&s, 3.0, "[d.plasma]")[0], c(50.0, 0.5));
    s.set("d.lag", "45 min").unwrap();
    s.set("d.body_weight", "70 kg").unwrap();
    close(at(&s, 3.0, "[d.plasma]")[0], c(70.0, 0.75));
    assert!(s.set("d.F", "1.1").is_err() && s.set("d.V", "0 L").is_err());
}

#[test]
fn a_bolus_in_two_compartments_is_two_exponentials() {
    let constants = "[drug.d]\nmolar_mass = \"200 g/mol\"\nV = \"11.4 L\"\nk_el = 2.7105263157894737\nk12 = 3.0350877192982457\nk21 = 1.2673992673992674\n"
        .replace("k_el = 2.7105263157894737", "k_el = \"2.7105263157894737 1/h\"")
        .replace("k12 = 3.0350877192982457", "k12 = \"3.0350877192982457 1/h\"")
        .replace("k21 = 1.2673992673992674", "k21 = \"1.2673992673992674 1/h\"");
    let (k, k12, k21) = (30.9_f64 / 11.4, 34.6 / 11.4, 34.6 / 27.3);
    let (sum, product) = (k + k12 + k21, k * k21);
    let root = (sum * sum - 4.0 * product).sqrt();
    let (alpha, beta) = (0.5 * (sum + root), 0.5 * (sum - root));
    // the time constants that the science page works out
    assert!((1.0 / alpha - 0.154).abs() < 5e-4 && (1.0 / beta - 1.89).abs() < 5e-3);
    for parts in [TWO, &constants] {
        let s = simulation(parts, &given("100 mg", "bolus", "at = 0"));
        for t in [0.1, 1.0, 5.0_f64] {
            let c =
                500.0 / 11.4 / (alpha - beta) * ((alpha - k21) * (-alpha * t).exp() + (k21 - beta) * (-beta * t).exp());
            let peripheral = 500.0 * k12 / (alpha - beta) * ((-beta * t).exp() - (-alpha * t).exp());
            let values = at(&s, t, "[d.plasma],d.peripheral");
            close(values[0], c);
            close(values[1], peripheral);
        }
    }
}

/// R/CL (1 - exp(-k T)) while it flows, then an exponential.
fn infused(rate: f64, lasts: f64, t: f64) -> f64 {
    let flowing = t.clamp(0.0, lasts);
    rate / 10.0 * (1.0 - (-0.25 * flowing).exp()) * (-0.25 * (t - lasts).max(0.0)).exp()
}

#[test]
fn infusions_add_wherever_they_overlap() {
    let two = given("100 mg", "infusion", "at = \"1 h\"\nlasts = \"4 h\"")
        + &given("60 mg", "infusion", "at = \"3 h\"\nlasts = \"180 min\"");
    let s = simulation(ONE, &two);
    for t in [2.0, 3.5, 5.5, 9.0] {
        close(at(&s, t, "[d.plasma]")[0], infused(125.0, 4.0, t - 1.0) + infused(100.0, 3.0, t - 3.0));
    }
    // one entry that comes again before it is over
    let again = given("100 mg", "infusion", "at = 0\nlasts = \"5 h\"\nevery = \"2 h\"\ncount = 4");
    let s = simulation(ONE, &again);
    for t in [1.0, 4.5, 7.0, 12.0] {
        let sum = [0.0, 2.0, 4.0, 6.0].map(|start| infused(100.0, 5.0, t - start));
        close(at(&s, t, "[d.plasma]")[0], sum.iter().sum());
    }
}

#[test]
fn repeated_doses_accumulate() {
    let s = simulation(ONE, &given("100 mg", "bolus", "at = 0\nevery = \"8 h\""));
    let peak = at(&s, 400.0, "[d.plasma]")[0];
    close(peak, 500.0 / 40.0 / (1.0 - (-2.0_f64).exp()));
    let s = simulation(ONE, &given("100 mg", "bolus", "at = 0\nevery = \"8 h\"\ncount = 2"));
    close(at(&s, 12.0, "[d.plasma]")[0], 500.0 / 40.0 * ((-3.0_f64).exp() + (-1.0_f64).exp()));
}

#[test]
fn what_acts_is_free_and_may_lag() {
    let parts = ONE.to_string()
        + "fu = 0.1\nKp_uu = 0.5\nke0 = \"0.7 1/h\"\n\
        [blocker.b]\ntarget = \"e.Vmax\"\nlaw = \"non_competitive\"\nI = \"d\"\nKi = \"0.2 uM\"\n\
        [blocker.c]\ntarget = \"e.Km\"\nI = \"d\"\nKi = \"0.1 uM\"\n";
    let s = simulation(&parts, &given("100 mg", "bolus", "at = 0"));
    for t in [0.5, 4.0] {
        let values = at(&s, t, "d,b.occupancy,c.occupancy,e");
        let acting = 0.05 * 500.0 / 40.0 * bateman(0.7, 0.25, t);
        close(values[0], acting);
        close(values[1], acting / (acting + 0.2));
        close(values[2], acting / (acting + 0.1));
        // 6 uM/h in 2 L at S = 1 uM and Km = 1 uM
        close(values[3], 12.0 / (1.0 + acting / 0.2) / (2.0 + acting / 0.1));
    }
}

/// Escitalopram in a mouse as the Hashemi laboratory's model has it (Escitalopram-Terminal-Modeling: 10 mg/kg in 20 g, brain of
/// 0.41 mL): the linear equations' matrix exponential to 60 digits, brain in uM and periphery in ug.
const ESCITALOPRAM: &[[f64; 3]] = &[
    [0.1, 0.10147296944227598, 1.069996903356606],
    [1.2, 0.24210859985682437, 38.11379005807599],
    [24.0, 0.003947720222459147, 1.8775050611732078],
];

#[test]
fn a_brain_may_be_filled_by_rate_constants() {
    // free fractions 0.44 in blood and 0.85 in brain are in the constants
    let parts = "[drug.d]\nmolar_mass = \"324.392 g/mol\"\nbody_weight = \"20 g\"\nka = \"0.6 1/h\"\nF = 0.8\nV = \"1 mL\"\n\
        k_el = \"1.32 1/h\"\nk12 = \"2.64 1/h\"\nk21 = \"0.6 1/h\"\nV_brain = \"0.41 mL\"\nk_in = \"4.356 1/h\"\nk_out = \"2473.5 1/h\"\n";
    let s = simulation(parts, &given("10 mg/kg", "oral", "at = 0"));
    for [t, brain, peripheral] in ESCITALOPRAM {
        let values = at(&s, *t, "d,[d.brain],d.peripheral");
        close(values[0], *brain);
        close(values[1], *brain);
        close(values[2], peripheral / 324.392);
    }
    let half = simulation(&format!("{parts}fu_brain = 0.5\n"), &given("10 mg/kg", "oral", "at = 0"));
    close(at(&half, 1.2, "d")[0], 0.5 * ESCITALOPRAM[1][1]);
    assert!(
        model_faults(&format!("{parts}Kp_uu = 1\n")).contains("drug.d.Kp_uu: has no meaning beside k_in and k_out")
    );
    assert!(model_faults(&parts.replace("k_out = \"2473.5 1/h\"\n", "")).contains("drug.d.k_out: is missing"));
}

/// Two compartments in closed form, as the code from which the constants are: what acts is what has come into the brain.
#[test]
fn cocaine_acts_in_the_brain() {
    let part = "[drug.d]\nlike = \"cocaine\"\n";
    let s = simulation(part, &given("3 umol/kg", "bolus", "at = 0"));
    let (into, back, lost) = (0.3_f64 / 60.0, 0.0033, 0.0078);
    let sum: f64 = into + back + lost;
    let root = (sum * sum - 4.0 * back * lost).sqrt();
    let (fast, slow) = (0.5 * (sum + root), 0.5 * (sum - root));
    for minutes in [1.0, 5.0, 30.0_f64] {
        let t = 60.0 * minutes;
        let brain = 3.0 * 0.3 / 0.15 * into / (fast - slow) * ((-slow * t).exp() - (-fast * t).exp());
        close(at(&s, minutes / 60.0, "d")[0], brain);
    }
}

#[test]
fn a_level_may_be_what_a_rule_gives() {
    let parts = |unit: &str| {
        format!(
            "[enzyme.f]\nlaw = \"competitive\"\nreaction = \"-> a\"\nS = \"1 uM\"\nI = \"half\"\nVmax = \"6 uM/h\"\nKm = \"1 uM\"\n\
             Ki = \"0.25 uM\"\n[rule.half]\nvalue = \"0.5 * [a]\"\nunit = \"{unit}\"\n"
        )
    };
    // 6 / (1 + 2 + 1) uM/h in 2 L
    close(at(&simulation(&parts("uM"), ""), 1e-12, "f")[0], 3.0);
    let found = model_faults(&parts("1/h"));
    assert!(found.contains("enzyme.f.I: half is a"), "{found}");
}

const RECEPTOR: &str = "[receptor.R]\nX = \"a\"\nK = \"4 uM\"\n\
    [regulator.g]\ntarget = \"e\"\nlaw = \"inhibition_factor\"\nX = \"R\"\ntop = 1\nKi = \"4 uM\"\n";

fn ligand(name: &str, level: &str, ki: &str, field: &str) -> String {
    format!("[ligand.{name}]\ntarget = \"R\"\nI = \"{level}\"\nKi = \"{ki}\"\n{field}\n")
}

#[test]
fn ligands_share_a_receptor() {
    let values = |parts: &str, list: &str| at(&simulation(&format!("{RECEPTOR}{parts}"), ""), 1e-12, list);
    // alone: 1/(4 + 1), and the regulator sees X = 1 uM
    let alone = values("", "R.activation,R.occupancy,R,e");
    close(alone[0], 0.2);
    close(alone[1], 0.2);
    close(alone[2], 1.0);
    close(alone[3], 6.0 / (1.0 + 0.25));
    // an antagonist at three times its constant: a dose ratio of 4 (Gaddum, Schild)
    let blocked = values(&ligand("x", "3 uM", "1 uM", "efficacy = 0"), "R,R.activation,x.occupancy");
    close(blocked[0], 0.25);
    close(blocked[1], 0.25 / 4.25);
    close(blocked[2], 3.0 / 4.25);
    // a partial agonist, and with it a full one: (1/4 + 0.5 * 2 + 1) / (1 + 1/4 + 2 + 1)
    let both = ligand("x", "2 uM", "1 uM", "efficacy = 0.5") + &ligand("y", "1 uM", "1 uM", "efficacy = 1");
    let shared = values(&both, "R.activation,x.occupancy,y.occupancy,R.occupancy,R");
    close(shared[0], 2.25 / 4.25);
    close(shared[1], 2.0 / 4.25);
    close(shared[2], 1.0 / 4.25);
    close(shared[3], 0.25 / 4.25);
    close(shared[4] / (shared[4] + 4.0), shared[0]);
    // an allosteric modulator with alpha = 3 at its constant: K (1 + 1)/(1 + 3) = 2 uM
    let raised = values(&ligand("x", "1 uM", "1 uM", "cooperativity = 3"), "R.activation,x.occupancy");
    close(raised[0], 1.0 / 3.0);
    close(raised[1], 1.75 / 3.0);
    // a = 10, b = 1, alpha = 10 in b (1 + alpha a)/(1 + a + b (1 + alpha a)), the share of receptors that hold the modulator
    let parts = ligand("x", "1 uM", "1 uM", "cooperativity = 10");
    let tight = at(
        &simulation(&format!("{RECEPTOR}{parts}").replace("K = \"4 uM\"", "K = \"0.1 uM\""), ""),
        1e-12,
        "x.occupancy",
    );
    close(tight[0], 101.0 / 112.0);
}

#[test]
fn runs_with_drugs_can_be_put_aside() {
    let schedule =
        given("100 mg", "oral", "at = \"1 h\"") + &given("10 mg", "infusion", "at = \"2 h\"\nlasts = \"3 h\"");
    let mut s = simulation(&format!("{ONE}lag = \"0.5 h\"\n"), &schedule);
    s.set("d.lag", "1.25 h").unwrap();
    let run = Run { steps: 4, selection: s.select("[d.plasma],d.gut").unwrap(), ..Run::until(8.0) };
    let whole = s.run(&run).unwrap().rows;
    let mut rows = Vec::new();
    let mut running = s.begin(&run).unwrap();
    let mut keep = |moment: Moment<'_>| {
        if let Moment::Row { values, .. } = moment {
            rows.push(values.to_vec());
        }
        ControlFlow::Continue(())
    };
    while running.t() < 2.1 && running.advance(&mut keep).unwrap() {}
    let text = serde_json::to_string(&running.checkpoint()).unwrap();
    let checkpoint: Checkpoint = serde_json::from_str(&text).unwrap();
    let mut running = s.resume(&checkpoint).unwrap();
    while running.advance(&mut keep).unwrap() {}
    assert_eq!(rows, whole);
}

#[test]
fn copies_are_given_the_drug_each() {
    let schedule: Schedule = toml::from_str(&given("100 mg", "bolus", "at = 0")).unwrap();
    let mut one = network(ONE);
    one.schedule(Schedule { name: "day".to_string(), ..schedule });
    let mut many = Simulation::new(&one.copies("t", 2, &["cell"]).unwrap()).unwrap();
    many.schedule_named("day").unwrap();
    for value in at(&many, 1.0, "t1__d,t2__d") {
        close(value, 500.0 / 40.0 * (-0.25_f64).exp());
    }
}

fn model_faults(parts: &str) -> String {
    let problems = Model::from_toml(&format!("{CELL}{parts}")).unwrap().network().check();
    problems.iter().map(|p| p.to_string() + "\n").collect()
}

#[test]
fn what_is_wrong_with_a_drug_is_told_by_name() {
    for (parts, told) in [
        (ONE.replace("V = \"40 L\"\n", ""), "drug.d.V: is missing; expected a volume such as L, mL or fL"),
        (ONE.replace("40 L", "40 h"), "drug.d.V: found 40 h, a time; expected a volume"),
        (ONE.replace("CL = \"10 L/h\"\n", ""), "drug.d.CL: is missing; expected CL or k_el"),
        (format!("{ONE}k_el = \"1 1/h\"\n"), "both CL and k_el are given"),
        (format!("{ONE}V2 = \"1 L\"\nQ = \"1 L/h\"\nk12 = \"1 1/h\"\n"), "the periphery is given twice"),
        (format!("{ONE}V2 = \"1 L\"\n"), "drug.d.Q: is missing"),
        (ONE.replace("F = 0.8", "F = 1.8"), "drug.d.F: found 1.8, expected a 0-to-1 number"),
        (ONE.replace("ka = \"1.5 1/h\"\n", "lag = \"1 h\"\n"), "only what is absorbed can lag"),
        (ligand("x", "1 uM", "1 uM", "efficacy = 0"), "ligand.x.target: there is nothing named R"),
        (ligand("x", "1 uM", "1 uM", "efficacy = 0").replace("\"R\"", "\"e\""), "e is a process; expected a receptor"),
        (format!("{RECEPTOR}{}", ligand("x", "1 uM", "1 uM", "efficacy = 2")), "ligand.x.efficacy: found 2"),
        (
            format!("{RECEPTOR}{}", ligand("x", "1 uM", "1 uM", "efficacy = 1\ncooperativity = 2")),
            "both efficacy and cooperativity",
        ),
        (RECEPTOR.replace("target = \"e\"\n", ""), "regulator.g.target: is missing"),
    ] {
        let found = model_faults(&parts);
        assert!(found.contains(told), "{told}\nin: {found}");
    }
}

#[test]
fn what_is_wrong_with_a_dose_is_told_by_name() {
    let s = Simulation::new(&network(
        &(ONE.to_string() + &TWO.replace("[drug.d]", "[drug.f]").replace("molar_mass = \"200 g/mol\"\n", "")),
    ))
    .unwrap();
    let faults = |schedule: &str| {
        let schedule: Schedule = toml::from_str(schedule).unwrap();
        s.clone().schedule(&schedule).map_err(|error| error.to_string()).unwrap_err()
    };
    for (schedule, told) in [
        (given("1 mg", "oral", "at = \"-1 h\""), "drug.1.at: found -1 h, expected a non-negative finite number"),
        (given("-1 mg", "oral", "at = 0"), "drug.1.dose: found -1 mg"),
        (given("1", "oral", "at = 0"), "drug.1.dose: found 1; expected a dose such as 100 mg, 10 mg/kg or 30 umol"),
        (given("1 uM", "oral", "at = 0"), "drug.1.dose: found 1 uM; expected a dose"),
        (
            given("1 mg", "oral", "at = 0").replace("\"d\"", "\"e\""),
            "the model has no drug e (did you mean d?); known: d, f",
        ),
        (given("1 umol", "oral", "at = 0").replace("\"d\"", "\"f\""), "drug.1.route: f is not absorbed"),
        (given("1 mg", "bolus", "at = 0").replace("\"d\"", "\"f\""), "needs the molar_mass of f"),
        (given("1 umol/kg", "bolus", "at = 0").replace("\"d\"", "\"f\""), "needs the body_weight of f"),
        (given("1 mg", "infusion", "at = 0"), "drug.1.lasts: is missing"),
        (given("1 mg", "bolus", "at = 0\nlasts = 1"), "drug.1.lasts: is given for a dose that comes at once"),
        (given("1 mg", "infusion", "at = 0\nlasts = \"0 h\""), "drug.1.lasts: found 0 h"),
        (given("1 mg", "infusion", "at = 0\nlasts = 1\nevery = 0"), "drug.1.every: found 0 h"),
    ] {
        let found = faults(&schedule);
        assert!(found.contains(told), "{told}\nin: {found}");
    }
}

/// A level that meals multiply stays one; to take it away is said plainly.
#[test]
fn a_meal_of_factor_zero_is_refused() {
    let parts = "[supply.blood]\nlevel = \"90 uM\"\n";
    let change = |what: &str| format!("[[change]]\nparameter = \"blood\"\n{what}\nfrom = 7\nuntil = 8\nevery = 24\n");
    let mut s = Simulation::new(&network(parts)).unwrap();
    let error = s.schedule(&toml::from_str(&change("factor = 0")).unwrap()).unwrap_err().to_string();
    assert!(error.starts_with("change.1.factor: found 0, expected a positive factor"), "{error}");
    s.schedule(&toml::from_str(&change("value = \"0 uM\"")).unwrap()).unwrap();
    assert_eq!(at(&s, 7.5, "blood")[0], 0.0);
}
