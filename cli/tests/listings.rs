//! What `homeostat list` and `homeostat check` say of a model and of what one is made of.

mod common;

use common::{BEGIN, DOPAMINE, LOSS, Place, homeostat};

fn lines(arguments: &[&str]) -> Vec<Vec<String>> {
    let outcome = homeostat(arguments);
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""));
    outcome.out.lines().map(|line| line.split('\t').map(String::from).collect()).collect()
}

/// Every name that a listing says can be selected can be, and every one that can be set, too.
#[test]
fn names_are_those_that_options_accept() {
    let model = "best-2009-dopamine-spikes";
    let names = lines(&["list", "--names", model]);
    for expected in [
        ["species", "[eda]", "uM", "--select, --set"],
        ["species", "eda", "umol", "--select, --set"],
        ["process", "TH", "umol/h", "--select"],
        ["parameter", "TH.scale", "1", "--select, --set"],
        ["rule", "TH.autoreceptor.factor", "1", "--select"],
        ["compartment", "cytosol", "L", "--select, --set"],
        ["schedule", "tonic", "", "--schedule"],
    ] {
        assert!(names.iter().any(|line| line[..] == expected), "{expected:?}");
    }
    // kinds stand together
    let mut kinds: Vec<&str> = names.iter().map(|line| line[0].as_str()).collect();
    kinds.dedup();
    assert_eq!(kinds, ["species", "compartment", "parameter", "process", "rule", "schedule"]);
    let of = |option: &str| -> Vec<&str> {
        names.iter().filter(|line| line[3].contains(option)).map(|line| line[1].as_str()).collect()
    };
    let selected = of("--select").join(",");
    let run = ["run", model, "--schedule", of("--schedule")[0], "--steps", "0", "--select", &selected];
    let row = homeostat(&run).rows().remove(0);
    assert_eq!(row.len(), 1 + of("--select").len());
    let pairs: Vec<String> = of("--set").iter().map(|name| format!("{name}=1")).collect();
    let fractions = ["release.quantum", "TH.autoreceptor", "TH.substrate_inhibition"];
    let mut arguments = vec!["run", model, "--schedule", "tonic", "--steps", "0"];
    for pair in pairs.iter().filter(|pair| fractions.iter().all(|fraction| !pair.starts_with(fraction))) {
        arguments.extend(["--set", pair]);
    }
    let outcome = homeostat(&arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
}

/// The factor of a regulator, beside its strength: `(1 - s) f(x0) + s f(X)` of the inhibition by tyrosine, 0.56 / (1 + X/160).
#[test]
fn factors_of_regulators_can_be_selected() {
    let name = "TH.substrate_inhibition";
    let first = |changes: &[&str]| {
        let select = format!("{name},{name}.factor");
        let mut arguments = vec!["run", DOPAMINE, "--steps", "0", "--select", &select];
        changes.iter().for_each(|change| arguments.extend(["--set", change]));
        homeostat(&arguments).rows().remove(0)
    };
    let at = |x: f64| 0.56 / (1.0 + x / 160.0);
    let is = |row: Vec<f64>, s: f64, factor: f64| {
        assert!(row[1] == s && (row[2] - factor).abs() < 1e-14, "{row:?} is not {s}, {factor}");
    };
    is(first(&["[tyr]=200"]), 1.0, at(200.0));
    is(first(&["[tyr]=200", &format!("{name}=0")]), 0.0, at(126.0));
    is(first(&["[tyr]=200", &format!("{name}=0.25")]), 0.25, 0.75 * at(126.0) + 0.25 * at(200.0));
}

#[test]
fn kinds_and_their_fields() {
    let kinds = lines(&["list", "--kinds"]);
    assert!(kinds.iter().any(|line| line[0] == "transporter" && line.len() == 2));
    let fields = lines(&["list", "--fields", "clearance"]);
    let named = |name: &str| fields.iter().find(|line| line[0] == name).unwrap();
    assert_eq!(named("law")[1], "first_order");
    assert_eq!(named("k")[1..], ["required", "a frequency (per time) such as 1/h, 1/s or Hz; or CL in its place"]);
    assert_eq!(named("compartment")[1..], ["-", "the name of a compartment"]);
    let of_law = lines(&["list", "--fields", "enzyme", "--law", "substrate_inhibition"]);
    assert!(of_law.iter().any(|line| line[0] == "Ksi" && line[1] == "required"));
    let outcome = homeostat(&["list", "--fields", "enzim"]);
    assert_eq!(
        (outcome.code, outcome.err.as_str()),
        (2, "there is no kind of part named enzim (did you mean enzyme?)\n")
    );
}

/// A parameter that only an event changes is no conserved sum to look at.
#[test]
fn conserved_sums_are_those_of_species() {
    let place = Place::new("sums");
    let rest = "[species.y]\ncompartment = \"cell\"\namount = \"1 umol\"\n[input.switch]\nvalue = 1\n\
        [exchange.swap]\nreaction = \"x -> y\"\nk_out = \"1 1/h\"\nk_in = \"1 1/h\"\n\
        [event.off]\nwhen = \"x < 0.1\"\nchange = \"switch = 0\"\n";
    let model = place.write("m.toml", &format!("{BEGIN}{rest}"));
    let outcome = place.homeostat(&["check", model]);
    assert!(outcome.out.ends_with(", 1 conserved sum (x + y)\n"), "{}", outcome.out);
    let steady = place.homeostat(&["steady", model, "--json"]).json();
    assert_eq!(steady["conserved"].as_array().unwrap().len(), 1);
    assert_eq!(steady["conserved"][0]["sum"], "x + y");
}

const SBML: &str = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">
<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments>
<listOfSpecies>
<species id="a" compartment="c" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>
<species id="b" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>
</listOfSpecies>
<listOfReactions><reaction id="r" reversible="false"><listOfReactants>
<speciesReference species="a" stoichiometry="1" constant="true"/></listOfReactants>
<listOfProducts><speciesReference species="b" stoichiometry="1" constant="true"/></listOfProducts></reaction></listOfReactions>
</model></sbml>"#;

#[test]
fn a_model_without_rates_is_warned_about() {
    let place = Place::new("rates");
    let model = place.write("m.xml", SBML);
    for command in [&["check", model][..], &["run", model, "--end", "1"]] {
        let outcome = place.homeostat(command);
        let expected = [
            "warning: m.xml: model: the rate of every process is 0, so that none does anything; give them rates (in SBML a kineticLaw)",
            "warning: m.xml:4: species.a: has no value at the start, and no formula gives one; give it one, or set it",
        ];
        assert_eq!(outcome.err.lines().take(2).collect::<Vec<_>>(), expected);
    }
    // one of two: told of that one alone
    let mixed = format!("{BEGIN}{LOSS}[process.idle]\nreaction = \"x ->\"\nrate = \"0\"\n");
    let outcome = place.homeostat(&["check", place.write("m.toml", &mixed)]);
    let expected = "warning: m.toml:12: process.idle: its rate is 0 all the time; give it one, or remove it\n";
    assert_eq!((outcome.code, outcome.err.as_str()), (0, expected));
}

#[test]
fn many_warnings_that_say_the_same_are_one() {
    let place = Place::new("many");
    let idle: String =
        (0..5).map(|i| format!("[species.s{i}]\ncompartment = \"cell\"\namount = \"1 umol\"\n")).collect();
    let outcome = place.homeostat(&["check", place.write("m.toml", &format!("{BEGIN}{LOSS}{idle}"))]);
    let expected = "warning: m.toml: species.s0, species.s1, species.s2 and 2 more: no process changes it and nothing reads it; \
                    remove it or add a part\n";
    assert_eq!(outcome.err, expected);
}
