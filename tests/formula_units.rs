//! What units say of raw formulas.

use homeostat::library;
use homeostat::model::Model;
use homeostat::simulation::Simulation;

const BEGIN: &str = "[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"2 L\"\n\
    [species.x]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
    [clearance.loss]\nreaction = \"x ->\"\nk = \"1 1/h\"\n\
    [input.k]\nvalue = \"1 1/h\"\n[input.v]\nvalue = \"3 mL\"\n[input.n]\nvalue = 2\n[input.part]\nvalue = 0.5\nrange = \"fraction\"\n";

/// What is wrong with a model of these parts.
fn faults(parts: &str) -> Vec<String> {
    let problems = Model::from_toml(&format!("{BEGIN}{parts}")).unwrap().network().check();
    problems.iter().filter(|p| p.is_error()).map(ToString::to_string).collect()
}

#[track_caller]
fn refused(parts: &str, message: &str) {
    assert_eq!(faults(parts), [message]);
}

#[test]
fn what_is_added_or_compared_is_of_one_kind() {
    refused(
        "[rule.r]\nvalue = \"2 * ([x] + v)\"\n",
        "rule.r.value: [x] is a concentration, but v is a volume: they cannot be added or compared; mend a unit (v is in mL)",
    );
    refused(
        "[event.e]\nroot = \"[x] - k\"\nthen = \"end\"\n",
        "event.e.root: [x] is a concentration, but k is a frequency (per time): they cannot be added or compared; mend a unit \
         (k is in 1/h)",
    );
    refused(
        "[rule.r]\nvalue = \"select(x < v, 1, 2)\"\n",
        "rule.r.value: x is an amount, but v is a volume: they cannot be added or compared; mend a unit (v is in mL)",
    );
}

#[test]
fn what_a_formula_gives_is_what_its_place_expects() {
    refused(
        "[rule.r]\nvalue = \"x / v\"\nunit = \"uM/h\"\n",
        "rule.r.value: the formula gives a concentration; expected a velocity (concentration per time) such as uM/h, nM/min \
         or umol/L/h; mend a unit (v is in mL), or the formula",
    );
    // a part of a concentration is no amount per time: the size of the compartment is missing
    refused(
        "[process.p]\nreaction = \"x ->\"\nrate = \"k * [x]\"\n",
        "process.p.rate: the formula gives a velocity (concentration per time); expected a rate (amount per time) such as \
         umol/h, nmol/min or mol/s; mend a unit (k is in 1/h), or the formula",
    );
    refused(
        "[event.e]\nroot = \"time - 1\"\nchange = \"[x] = x + v * 0\"\n",
        "event.e.change: the formula gives an amount; expected a concentration such as uM, nM or mM; mend a unit (v is in \
         mL), or the formula",
    );
}

/// A number without a unit may be anything; where no quantity has a unit of its own, a formula is one of numbers.
#[test]
fn formulas_of_numbers_are_left_alone() {
    for formula in [
        "0.2 * x",
        "x",
        "x - x^3",
        "n * x^2",
        "k * x - 1e-3",
        "k * x * part",
        "k * x * exp(-time * k)",
        "min(k * x, 5)",
        "k * x / (1 + x / (x + 3))",
        "k * x^2 / (x + 0.1)",
        "sin(time) * n",
        "k * n",
    ] {
        assert_eq!(faults(&format!("[process.p]\nreaction = \"x ->\"\nrate = \"{formula}\"\n")), [""; 0], "{formula}");
    }
}

/// Every number with a unit that only raw formulas of a built-in model read.
#[test]
fn inputs_keep_their_kind_over_a_base() {
    for (base, name, unit) in [
        ("serotonin-histamine", "brain_volume", "uM"),
        ("serotonin-histamine", "fmh_molar_mass", "g"),
        ("grange-2001-levodopa", "CL_dopa0", "L"),
        ("grange-2001-levodopa-benserazide", "Q_H", "1"),
    ] {
        let text = format!("[model]\nname = \"mine\"\nbase = \"{base}\"\n[input.{name}]\nvalue = \"0.4 {unit}\"\n");
        let base = library::load(base).unwrap();
        let error = Model::from_toml(&text).unwrap().over(&base).network().checked().unwrap_err().to_string();
        assert!(error.starts_with(&format!("input.{name}.value: found 0.4")) && error.contains("expected"), "{error}");
        let error = Simulation::new(&base.network()).unwrap().set(name, "0.4 pA").unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name}: found 0.4 pA")), "{error}");
    }
}

/// Where the numbers of a built-in model are written in another unit, its formulas tell.
#[test]
fn formulas_of_built_in_models_know_their_units() {
    for (name, from, to) in [
        ("serotonin-histamine", "unit = \"mL\", source = \"SER+HA Model: brain volume\"", "unit = \"uM\""),
        ("serotonin-histamine", "unit = \"g/mol\", source = \"SER+HA Model: FMH\"", "unit = \"g\""),
        ("grange-2001-levodopa", "unit = \"L/h\", source = \"blood flow through the liver\"", "unit = \"L\""),
    ] {
        let text = library::ALL.iter().find(|entry| entry.name == name).unwrap().text;
        assert_eq!(text.matches(from).count(), 1);
        let error = Model::from_toml(&text.replace(from, to)).unwrap().network().checked().unwrap_err().to_string();
        assert!(error.contains("rule.") && error.contains("mend a unit"), "{error}");
    }
}
