//! Formulas in units that their places do not expect: warnings with SBML's rule and the element, and none where the units are
//! right or not said.

mod common;

use common::sbml::{MATH, SYMBOLS, compartment, document_with, event, list, reaction, rules, species};
use homeostat::model::sbml::Document;
use std::collections::BTreeMap;

const DEFAULTS: &str =
    r#"substanceUnits="mole" timeUnits="second" volumeUnits="litre" areaUnits="area" extentUnits="mole""#;

fn unit(id: &str, kinds: &[(&str, f64, i32)]) -> String {
    let each = kinds.iter().map(|(kind, exponent, scale)| {
        format!(r#"<unit kind="{kind}" exponent="{exponent}" scale="{scale}" multiplier="1"/>"#)
    });
    format!(r#"<unitDefinition id="{id}">{}</unitDefinition>"#, list("Units", &each.collect::<String>()))
}

/// Definitions that all models here share, and what is beside them.
fn model(beside: &str) -> Document {
    let units = [
        unit("area", &[("metre", 2.0, 0)]),
        unit("per_second", &[("second", -1.0, 0)]),
        unit("molar", &[("mole", 1.0, 0), ("litre", -1.0, 0)]),
        unit("molar_in_metres", &[("metre", -3.0, 0), ("mole", 1.0, 3)]),
        unit("millimolar", &[("mole", 1.0, -3), ("litre", -1.0, 0)]),
        unit("millisecond", &[("second", 1.0, -3)]),
        unit("root_second", &[("second", 0.5, 0)]),
    ];
    let parameter = |id: &str, units: &str| {
        let units = if units.is_empty() { String::new() } else { format!(r#" units="{units}""#) };
        format!(r#"<parameter id="{id}" value="1"{units} constant="false"/>"#)
    };
    let all = [
        ("k", "per_second"),
        ("conc", "molar"),
        ("same", "molar_in_metres"),
        ("small", "millimolar"),
        ("t", "second"),
        ("ms", "millisecond"),
        ("one", "dimensionless"),
        ("litres", "litre"),
        ("moles", "mole"),
        ("free", ""),
        ("odd", "root_second"),
        ("lm", "lumen"),
        ("newtons", "newton"),
        ("watts", "watt"),
        ("metres", "metre"),
    ];
    let parameters: String = all.iter().map(|(id, units)| parameter(id, units)).collect();
    let function = "<functionDefinition id=\"sum\">{SUM}</functionDefinition>";
    let lambda = format!(
        "{MATH}<lambda><bvar><ci>a</ci></bvar><bvar><ci>b</ci></bvar><apply><plus/><ci>a</ci><ci>b</ci></apply></lambda></math>"
    );
    let function = function.replace("{SUM}", &lambda);
    let n = r#"initialAmount="1" hasOnlySubstanceUnits="true""#;
    let body = [
        list("FunctionDefinitions", &function),
        list("UnitDefinitions", &units.concat()),
        list("Compartments", &compartment("c", r#"size="1" constant="false""#)),
        list("Species", &[species("s", r#"initialConcentration="1""#), species("n", n)].concat()),
        list("Parameters", &parameters),
    ];
    document_with(DEFAULTS, &format!("{}{beside}", body.concat()))
}

fn warnings(document: &Document) -> Vec<String> {
    document.origin.warnings.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn right(beside: &str) {
    assert_eq!(warnings(&model(beside)), [""; 0], "{beside}");
}

#[track_caller]
fn wrong(beside: &str, rule: u32, words: &[&str]) {
    let found = warnings(&model(beside));
    let [one] = &found[..] else { panic!("{beside}: {found:?}") };
    for word in words.iter().copied().chain([format!("(SBML rule {rule})").as_str()]) {
        assert!(one.contains(word), "expected {word} in {one}");
    }
}

#[test]
fn operators_take_what_is_in_the_same_units() {
    let rule = |formula: &str| rules(&[&format!("free := {formula}")]);
    for formula in [
        "s + conc",
        "s + same",
        "n + moles",
        "n / c + s",
        "sum(s, conc)",
        "exp(k * t)",
        "pow(metres, 2) / metres + metres",
        "max(s, conc)",
        "piecewise(s, lt(t, time), conc)",
        "newtons * metres / t + watts",
        "abs(s) - conc",
        "moles / n + one",
        "root(2, metres * metres) + metres",
        "rateOf(s) / s + k",
        "log10(one)",
    ] {
        right(&rule(formula));
    }
    for (formula, words) in [
        ("s + t", ["plus takes s in 1e3 mol m^-3 and t in s", "assignmentRule.free"]),
        ("s + small", ["s in 1e3 mol m^-3", "small in mol m^-3"]),
        ("s - n", ["plus takes s in", "a formula (minus) in mol,"]),
        ("t + ms", ["t in s", "ms in 1e-3 s"]),
        ("exp(t)", ["exp takes t in s", "expected no units"]),
        ("max(s, t)", ["max takes s", "t in s"]),
        ("piecewise(s, lt(s, t), conc)", ["lt takes s", "t in s"]),
        ("piecewise(s, lt(s, conc), t)", ["piecewise takes s", "t in s"]),
        ("sum(s, t)", ["in sum: plus takes a in", "b in s"]),
        ("pow(one, t)", ["power takes t in s", "expected no units"]),
        ("sin(s / t)", ["sin takes a formula (divide)", "expected no units"]),
        ("newtons * metres + watts", ["plus takes a formula (times) in m^2 s^-2 kg", "watts in m^2 s^-3 kg"]),
    ] {
        wrong(&rule(formula), 10501, &words);
    }
    let delay = |by: &str| {
        let past = format!(r#"<apply><csymbol definitionURL="{SYMBOLS}delay"/><ci>s</ci><ci>{by}</ci></apply>"#);
        let text = format!("{MATH}<apply><plus/>{past}<ci>conc</ci></apply></math>");
        list("Rules", &format!(r#"<assignmentRule variable="free">{text}</assignmentRule>"#))
    };
    right(&delay("t"));
    wrong(&delay("ms"), 10501, &["delay is by ms in 1e-3 s", "expected s"]);
    // triggers, constraints, algebraic rules
    wrong(&list("Events", &event("{lt(s, t)}", "", &["s = s"])), 10501, &["event", "lt takes s"]);
    wrong(&list("Constraints", "<constraint>{lt(s, t)}</constraint>"), 10501, &["constraint", "lt takes s"]);
    wrong(&rules(&["0 = s + t"]), 10501, &["algebraicRule", "plus takes s"]);
}

/// Each rule of SBML by a model that keeps it and one that does not.
#[test]
fn what_a_formula_gives_is_what_its_place_expects() {
    let cases = [
        ("c", "litres", "s", 10511),
        ("s", "n / c", "n", 10512),
        ("n", "s * c", "s", 10512),
        ("conc", "s", "n", 10513),
    ];
    for (variable, good, bad, rule) in cases {
        right(&rules(&[&format!("{variable} := {good}")]));
        wrong(
            &rules(&[&format!("{variable} := {bad}")]),
            rule,
            &["assignmentRule", variable, "the formula gives", "expected"],
        );
        right(&rules(&[&format!("{variable}(0) = {good}")]));
        wrong(&rules(&[&format!("{variable}(0) = {bad}")]), rule + 10, &["initialAssignment", variable]);
        right(&rules(&[&format!("{variable}' = ({good}) / t")]));
        wrong(&rules(&[&format!("{variable}' = {good}")]), rule + 20, &["rateRule", variable]);
        right(&list("Events", &event("{gt(time, t)}", "", &[&format!("{variable} = {good}")])));
        let text = list("Events", &event("{gt(time, t)}", "", &[&format!("{variable} = {bad}")]));
        wrong(&text, rule + 50, &["event", "the formula gives"]);
    }
    wrong(&rules(&["conc := small"]), 10513, &["the formula gives mol m^-3, expected 1e3 mol m^-3"]);
    let number =
        |law: &str| list("Reactions", &reaction("r", "x:s", "", "k * s * c")) + &rules(&[&format!("x := {law}")]);
    right(&number("moles / n"));
    wrong(&number("moles"), 10514, &["assignmentRule.x"]);
    let delay = |by: &str| list("Events", &event("{gt(time, t)}", &format!("<delay>{{{by}}}</delay>"), &["s = s"]));
    right(&delay("t"));
    wrong(&delay("ms"), 10551, &["the formula gives 1e-3 s, expected s"]);
    let priority =
        |x: &str| list("Events", &event("{gt(time, t)}", &format!("<priority>{{{x}}}</priority>"), &["s = s"]));
    right(&priority("one"));
    wrong(&priority("t"), 10552, &["the formula gives s, expected 1"]);
}

#[test]
fn a_rate_is_extent_per_time() {
    let law = |law: &str| list("Reactions", &reaction("r", "s", "n", law));
    for right_law in ["k * s * c", "k * n", "c * k * s * s / (s + conc)", "free * s", "k * free"] {
        right(&law(right_law));
    }
    wrong(&law("k * s"), 10541, &["reaction.r", "gives 1e3 mol m^-3 s^-1, expected mol s^-1"]);
    wrong(&law("n"), 10541, &["reaction.r", "gives mol, expected mol s^-1"]);
    // parameters of a rate have units of their own, and cover those of the model
    let text = r#"<listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference species="n"
        stoichiometry="1" constant="true"/></listOfReactants><kineticLaw>{q * n}<listOfLocalParameters>
        <localParameter id="q" value="1" units="UNIT"/></listOfLocalParameters></kineticLaw></reaction></listOfReactions>"#;
    right(&text.replace("UNIT", "per_second"));
    wrong(&text.replace("UNIT", "second"), 10541, &["gives mol s, expected mol s^-1"]);
}

/// A number without units, and what is not known, may be in any.
#[test]
fn no_warning_rests_on_what_is_not_said() {
    let rule = |formula: &str| rules(&[&format!("conc := {formula}")]);
    for formula in [
        "2",
        "s + 2",
        "2 * s + t * 2",
        "2 * t",
        "free",
        "free * t",
        "s * pow(t, free)",
        "s * pow(metres, 0.5)",
        "odd",
        "lm",
    ] {
        right(&rule(formula));
    }
    wrong(&rule("t + 2"), 10513, &["gives s"]);
    // a number with units is known
    let number = |units: &str| {
        let cn =
            format!(r#"<cn sbml:units="{units}" xmlns:sbml="http://www.sbml.org/sbml/level3/version2/core">2</cn>"#);
        let text = format!("{MATH}<apply><plus/><ci>s</ci>{cn}</apply></math>");
        list("Rules", &format!(r#"<assignmentRule variable="conc">{text}</assignmentRule>"#))
    };
    right(&number("molar"));
    wrong(&number("second"), 10501, &["2 in s"]);
}

/// In Levels 1 and 2 amounts are moles, times seconds and volumes litres where nothing else is said.
#[test]
fn lower_levels_have_units_of_their_own() {
    let text = |units: &str, rate: &str| {
        format!(
            r#"<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model name="m">
            <listOfUnitDefinitions><unitDefinition name="per_second"><listOfUnits><unit kind="second" exponent="-1"/></listOfUnits>
            </unitDefinition>{units}</listOfUnitDefinitions><listOfCompartments><compartment name="c"/></listOfCompartments>
            <listOfSpecies><species name="s" compartment="c" initialAmount="1"/></listOfSpecies>
            <listOfParameters><parameter name="k" value="1" units="per_second"/></listOfParameters>
            <listOfReactions><reaction name="r"><listOfReactants><speciesReference species="s"/></listOfReactants>
            <kineticLaw formula="{rate}"/></reaction></listOfReactions></model></sbml>"#
        )
    };
    let found = |units: &str, rate: &str| warnings(&Document::from_xml(&text(units, rate)).unwrap());
    assert_eq!(found("", "k * s * c"), [""; 0]);
    let minutes = r#"<unitDefinition name="time"><listOfUnits><unit kind="second" multiplier="60"/></listOfUnits></unitDefinition>"#;
    let [one] = &found(minutes, "k * s * c")[..] else { panic!() };
    assert!(one.starts_with("line 7: reaction.r: ") && one.ends_with("(SBML rule 10541)"), "{one}");
    assert!(one.contains("gives mol s^-1, expected 1.666667e-2 mol s^-1"), "{one}");
}

/// What is checked on real models neither fails nor floods.
#[test]
fn models_of_others_are_checked() {
    let Some(shared) = common::shared("models_of_others_are_checked") else { return };
    let mut files = Vec::new();
    let mut folders = vec![shared.join("models"), shared.join("sbml-test-suite/cases")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "xml") {
                files.push(path);
            }
        }
    }
    files.sort();
    let (mut count, mut by_rule, mut in_suite) = (0, BTreeMap::<String, usize>::new(), 0);
    for path in &files {
        let Ok(document) = Document::from_bytes(&std::fs::read(path).unwrap()) else { continue };
        count += 1;
        let name = path.file_name().unwrap().to_string_lossy();
        let of_units = warnings(&document).into_iter().filter(|w| w.contains("(SBML rule 105"));
        for (i, warning) in of_units.enumerate() {
            if i < 3 {
                println!("{name}: {warning}");
            }
            *by_rule.entry(warning[warning.len() - 6..warning.len() - 1].to_string()).or_default() += 1;
            in_suite += usize::from(path.starts_with(shared.join("sbml-test-suite")));
        }
    }
    println!("{count} models, {in_suite} warnings in the suite; by rule: {by_rule:?}");
    assert!(count > 1200);
}
