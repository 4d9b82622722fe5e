//! What SBML means: small documents against closed forms, and every model beside the project as a network.

mod common;

use common::sbml::*;
use homeostat::Error;
use homeostat::model::sbml::{Document, Math};
use homeostat::simulation::{Run, Simulation};
use std::f64::consts::{E, PI};

#[test]
fn a_name_is_a_concentration_or_an_amount() {
    let model = list("Compartments", &compartment("c", r#"size="2" constant="true""#))
        + &list(
            "Species",
            &(species("a", r#"initialConcentration="5""#)
                + &species("b", r#"initialAmount="3" hasOnlySubstanceUnits="true""#)
                + &species("p", r#"initialAmount="0""#)),
        )
        + &parameters("~of_a= ~of_b= ~of_c= ~of_r=")
        + &rules(&["of_a := a", "of_b := b", "of_c := c", "of_r := r"])
        + &list("Reactions", &(reaction("r", "a", "p", "0.5 * c * a") + &reaction("s", "2 b", "p", "0.25 * b")));
    let (a, b) = (|t: f64| 10.0 * (-0.5 * t).exp(), |t: f64| 3.0 * (-0.5 * t).exp());
    agrees(
        &model,
        &[
            ("a", &a),
            ("[a]", &|t| a(t) / 2.0),
            ("of_a", &|t| a(t) / 2.0),
            ("b", &b),
            ("of_b", &b),
            ("[b]", &|t| b(t) / 2.0),
            ("of_c", &|_| 2.0),
            ("of_r", &|t| 0.5 * a(t)),
            ("r", &|t| 0.5 * a(t)),
            ("p", &|t| 10.0 - a(t) + (3.0 - b(t)) / 2.0),
        ],
    );
}

#[test]
fn a_species_in_a_point_is_its_amount() {
    let model = list("Compartments", r#"<compartment id="c" spatialDimensions="0" constant="true"/>"#)
        + &list("Species", &(species("a", r#"initialAmount="3""#) + &species("b", r#"initialConcentration="4""#)))
        + &parameters("~of_a=")
        + &rules(&["of_a := 2 * a"])
        + &list("Reactions", &reaction("r", "a", "b", "a"));
    let a = |t: f64| 3.0 * (-t).exp();
    agrees(&model, &[("a", &a), ("of_a", &|t| 2.0 * a(t)), ("b", &|t| 7.0 - a(t)), ("[b]", &|t| 7.0 - a(t))]);
}

#[test]
fn sizes_that_change_keep_amounts() {
    let model = list("Compartments", &compartment("c", r#"size="1" constant="false""#))
        + &list(
            "Species",
            &(species("a", r#"initialConcentration="4""#)
                + &species("f", r#"initialConcentration="7" boundaryCondition="true" constant="true""#)
                // a concentration by a rule, and one by its rate of change
                + &species("g", r#"boundaryCondition="true""#)
                + &species("h", r#"initialConcentration="1" boundaryCondition="true""#)),
        )
        + &rules(&["c' = 2 * c", "g := time + 1", "h' = 0.5 * h"]);
    let c = |t: f64| (2.0 * t).exp();
    agrees(
        &model,
        &[
            ("c", &c),
            ("a", &|_| 4.0),
            ("[a]", &|t| 4.0 / c(t)),
            ("f", &|_| 7.0),
            ("[g]", &|t| t + 1.0),
            ("g", &|t| (t + 1.0) * c(t)),
            ("[h]", &|t| (0.5 * t).exp()),
        ],
    );
}

/// Species that nothing changes are no states, may have no value, and follow what is set like others.
#[test]
fn constant_species_are_no_states() {
    let model = list("Compartments", &compartment("c", r#"size="2" constant="true""#))
        + &list(
            "Species",
            &(species("a", r#"initialConcentration="3""#)
                + &species("b", r#"boundaryCondition="true" initialAmount="8""#)
                + &species("started", "")
                + &species("unknown", "")
                + &species("p", r#"initialAmount="0""#)),
        )
        + &parameters("~of_a=")
        + &rules(&["started(0) = 2 * a", "of_a := a"])
        + &list("Reactions", &reaction("r", "b", "p", "a * b"));
    let constants: [(&str, &dyn Fn(f64) -> f64); 6] = [
        ("a", &|_| 6.0),
        ("[a]", &|_| 3.0),
        ("of_a", &|_| 3.0),
        ("[started]", &|_| 6.0),
        ("unknown", &|_| f64::NAN),
        ("p", &|t| 12.0 * t),
    ];
    agrees(&model, &constants);
    let mut simulation = simulation(&model);
    assert_eq!(simulation.system().states().len(), 1);
    let mut shows = |changes: &[(&str, &str)]| -> Vec<f64> {
        changes.iter().for_each(|(name, value)| simulation.set(name, value).unwrap());
        let selection = simulation.select("a,[a],started").unwrap();
        let run = Run { steps: 0, end: 0.0, selection, ..Run::until(0.0) };
        simulation.run(&run).unwrap().rows.remove(0)
    };
    // a concentration stays one where the size is set, an amount an amount
    assert_eq!(shows(&[("c", "4")]), [12.0, 3.0, 24.0]);
    assert_eq!(shows(&[("[a]", "5")]), [20.0, 5.0, 40.0]);
    assert_eq!(shows(&[("c", "1")]), [5.0, 5.0, 10.0]);
    assert_eq!(shows(&[("a", "7"), ("c", "2")]), [7.0, 3.5, 14.0]);
}

#[test]
fn starts_and_rules_stand_in_any_order() {
    let model = list("Compartments", &compartment("c", r#"constant="false""#))
        + &list(
            "Species",
            &(species("a", r#"boundaryCondition="true""#) + &species("b", r#"initialConcentration="2""#)),
        )
        + &parameters("~x= ~y= k=3 ~z=1 never=")
        + &rules(&["x := 2 * y", "y := z + k", "z' = 1", "a(0) = x + b", "c(0) = k + 1", "k(0) = 5"]);
    // y = z + 5, x = 2 y = 12 at the start, a = 14 in a size of 6
    agrees(
        &model,
        &[
            ("x", &|t| 2.0 * (6.0 + t)),
            ("[a]", &|_| 14.0),
            ("a", &|_| 84.0),
            ("b", &|_| 12.0),
            ("k", &|_| 5.0),
            ("never", &|_| f64::NAN),
        ],
    );
}

#[test]
fn stoichiometries_are_values() {
    let model = list("Compartments", &compartment("c", r#"size="1" constant="true""#))
        + &list(
            "Species",
            &(species("a", r#"initialAmount="1""#)
                + &species("b", r#"initialAmount="0""#)
                + &species("d", r#"initialAmount="0" conversionFactor="f""#)),
        )
        + &parameters("f=3 ~seen=")
        + &rules(&["n' = 1", "n(0) = 2", "m := 2 * time", "seen := n"])
        + &list("Reactions", &reaction("r", "", "n:a + m:b + d + 2 d", "1"));
    agrees(
        &model,
        &[
            ("a", &|t| 1.0 + 2.0 * t + t * t / 2.0),
            ("b", &|t| t * t),
            ("d", &|t| 9.0 * t),
            ("n", &|t| 2.0 + t),
            ("seen", &|t| 2.0 + t),
            ("m", &|t| 2.0 * t),
            ("r", &|_| 1.0),
        ],
    );
}

#[test]
fn parameters_of_a_rate_are_its_own() {
    let locals = r#"<listOfLocalParameters><localParameter id="k" value="2"/><localParameter id="scale" value="3"/></listOfLocalParameters>"#;
    let reaction = reaction("r", "", "a", "k * scale").replace("</kineticLaw>", &format!("{locals}</kineticLaw>"));
    let model = list("Compartments", &compartment("c", r#"size="1" constant="true""#))
        + &list("Species", &species("a", r#"initialAmount="0""#))
        + &parameters("k=100")
        + &list("Reactions", &reaction);
    agrees(&model, &[("a", &|t| 6.0 * t), ("r.k", &|_| 2.0), ("r.scale", &|_| 3.0), ("k", &|_| 100.0)]);
    let mut simulation = simulation(&model);
    simulation.set("r.scale", "0.5").unwrap();
    let run = Run { selection: simulation.select("a").unwrap(), ..Run::until(1.0) };
    let last = simulation.run(&run).unwrap().rows.pop().unwrap();
    assert!((last[0] - 1.0).abs() < 1e-9);
}

#[test]
fn rates_of_change_are_values() {
    let model = list("Compartments", &compartment("c", r#"size="1" constant="false""#))
        + &list("Species", &(species("a", r#"initialConcentration="2""#) + &species("b", r#"initialAmount="0""#)))
        + &parameters("~of_a= ~of_x= ~x= ~twice= ~p=1 ~q= k=1 ~of_k= ~start=")
        + &rules(&[
            "of_a := rateOf(a)",
            "x := time * p",
            "of_x := rateOf(x)",
            "twice := rateOf(of_x)",
            "p' = 2 * p",
            "c' = c",
            "of_k := rateOf(k)",
            "start(0) = rateOf(p) + 1",
            "q := rateOf(b) / c",
        ])
        + &list("Reactions", &(reaction("r", "a", "", "3 * a * c") + &reaction("s", "", "b", "rateOf(p)")));
    let p = |t: f64| (2.0 * t).exp();
    agrees(
        &model,
        &[
            // a = 2 exp(-3t) in amounts, over exp(t)
            ("of_a", &|t| -8.0 * (-4.0 * t).exp()),
            ("of_x", &|t| p(t) * (1.0 + 2.0 * t)),
            ("twice", &|t| p(t) * (4.0 + 4.0 * t)),
            ("of_k", &|_| 0.0),
            ("start", &|_| 3.0),
            ("s", &|t| 2.0 * p(t)),
            ("b", &|t| p(t) - 1.0),
        ],
    );
}

#[test]
fn formulas_have_the_values_of_mathematics() {
    let x = 0.4_f64;
    let values: &[(&str, f64)] = &[
        ("plus()", 0.0),
        ("times()", 1.0),
        ("root(x)", x.sqrt()),
        ("root(3, x)", x.cbrt()),
        ("root(0 - 1 * x)", f64::NAN),
        ("power(0 - x, 0.5)", f64::NAN),
        ("power(0 - x, 3)", -x.powi(3)),
        ("logbase(2, 8)", 3.0),
        ("log10(100)", 2.0),
        ("abs(0 - x)", x),
        ("factorial(5)", 120.0),
        ("factorial(x)", 0.887_263_817_503_075_3), // mpmath 1.3.0
        ("quotient(0 - 7, 2)", -3.0),
        ("rem(0 - 7, 2)", -1.0),
        ("rem(7.5, 0 - 2)", 1.5),
        ("max(1, x, 3, 2)", 3.0),
        ("min(1, x, 3, 2)", x),
        ("lt(x, 1, 2)", 1.0),
        ("lt(x, 2, 1)", 0.0),
        ("geq(2, 2, x)", 1.0),
        ("neq(x, 1)", 1.0),
        ("eq(2, 2, 3)", 0.0),
        ("and()", 1.0),
        ("or()", 0.0),
        ("xor()", 0.0),
        ("and(x, 2)", 1.0),
        ("xor(1, x, 5)", 1.0),
        ("xor(x, 2)", 0.0),
        ("not(x)", 0.0),
        ("implies(x, 0)", 0.0),
        ("implies(0, x)", 1.0),
        ("2 + lt(x, 1)", 3.0),
        ("piecewise(1, lt(x, 0.1), 2, lt(x, 1), 3)", 2.0),
        ("piecewise(1, x, 3)", 1.0),
        ("piecewise(1, lt(x, 0))", f64::NAN),
        ("sec(x)", 1.0 / x.cos()),
        ("csc(x)", 1.0 / x.sin()),
        ("cot(x)", 1.0 / x.tan()),
        ("sech(x)", 1.0 / x.cosh()),
        ("csch(x)", 1.0 / x.sinh()),
        ("coth(x)", 1.0 / x.tanh()),
        ("arcsec(1 / x)", x.acos()),
        ("arccsc(1 / x)", x.asin()),
        ("arccot(x)", PI / 2.0 - x.atan()),
        ("arcsech(x)", (1.0 / x).acosh()),
        ("arccsch(x)", (1.0 / x).asinh()),
        ("arccoth(1 / x)", x.atanh()),
        ("twice(thrice(x))", 6.0 * x),
        ("ceil(x) + floor(x)", 1.0),
        ("exp(1)", E),
        ("pi", PI),
    ];
    let lambda = |arguments: &str, body: &str| {
        let math = mathml(&Math::from_infix(body).unwrap());
        format!("{MATH}<lambda><bvar><ci>{arguments}</ci></bvar>{math}</lambda></math>")
    };
    let functions = format!(
        r#"<functionDefinition id="twice">{}</functionDefinition><functionDefinition id="thrice">{}</functionDefinition>"#,
        lambda("y", "2 * y"),
        lambda("y", "twice(y) + y")
    );
    let names: Vec<String> = (0..values.len()).map(|i| format!("v{i}")).collect();
    let all: String = names.iter().map(|name| format!("~{name}= ")).collect();
    let lines: Vec<String> =
        names.iter().zip(values).map(|(name, (formula, _))| format!("{name} := {formula}")).collect();
    for parameter in ["x=0.4", "~x=0.4"] {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let model = list("FunctionDefinitions", &functions) + &parameters(&(all.clone() + parameter)) + &rules(&lines);
        let row = rows(&model, &names.join(",")).remove(0);
        for ((formula, wanted), found) in values.iter().zip(row) {
            let is_same =
                (wanted.is_nan() && found.is_nan()) || (found - wanted).abs() <= 4e-15 * wanted.abs().max(1.0);
            assert!(is_same, "{formula}: expected {wanted}, found {found}");
        }
    }
}

#[test]
fn what_is_given_nowhere_else_follows_from_algebraic_rules() {
    let model = list("Compartments", &compartment("c", r#"size="2" constant="true""#))
        + &list("Species", &(species("a", r#"initialAmount="8""#) + &species("b", "")))
        + &parameters("total=5 ~y= ~z= ~via=")
        // b by the sum of concentrations, z through what another rule makes of it
        + &rules(&["0 = a + b - total", "0 = via - y", "via := 2 * z", "y := time"])
        + &list("Reactions", &reaction("r", "a", "", "a * c"));
    let a = |t: f64| 4.0 * (-t).exp();
    agrees(&model, &[("[a]", &a), ("[b]", &|t| 5.0 - a(t)), ("b", &|t| 10.0 - 2.0 * a(t)), ("z", &|t| t / 2.0)]);
    let wrong = list("Compartments", &compartment("c", r#"size="2" constant="true""#))
        + &parameters("~x=1 ~y=1")
        + &rules(&["0 = x - y", "x' = 1", "y := 2 * x"]);
    let error = document(&wrong).network().unwrap_err().to_string();
    assert!(error.contains("algebraicRule: it determines nothing"), "{error}");
}

#[test]
fn events_give_concentrations_and_sizes() {
    let model = list(
        "Compartments",
        &(compartment("c", r#"size="2" constant="false""#) + &compartment("d", r#"size="1" constant="false""#)),
    ) + &list(
        "Species",
        &(species("a", r#"initialConcentration="3""#)
            + &species("b", r#"initialAmount="5" boundaryCondition="true""#)
                .replace(r#"compartment="c""#, r#"compartment="d""#)),
    ) + &parameters("~x=0 ~later=0")
        + &rules(&["d' = 1"])
        + &list(
            "Events",
            &(event("{gt(time, 0.5)}", "", &["x = a + 1", "c = 4"])
                // kept from 0.5 on, and given in a size that has grown until 1.5
                + &event("{gt(time, 0.5)}", "<delay>{1}</delay>", &["b = 10 * time", "later = time"])
                // nothing happens without a trigger, and nothing to what has no formula
                + &event("", "", &["x = 100"])
                + &event("{gt(time, 0.2)}", "", &[]).replace("</listOf", r#"<eventAssignment variable="x"/></listOf"#)),
        );
    let from = |start: f64, before: f64, after: f64| move |t: f64| if t > start { after } else { before };
    agrees(
        &model,
        &[
            ("x", &from(0.5, 0.0, 4.0)),
            ("c", &from(0.5, 2.0, 4.0)),
            ("a", &|_| 6.0),
            ("[a]", &from(0.5, 3.0, 1.5)),
            ("later", &from(1.5, 0.0, 0.5)),
            ("b", &from(1.5, 5.0, 5.0 * 2.5)),
        ],
    );
}

#[test]
fn fast_reactions_are_at_rest() {
    let fast = reaction("f", "a", "b", "2 * a - b").replace("<reaction", r#"<reaction fast="true""#);
    let model = list("Compartments", &compartment("c", r#"size="1" constant="true""#))
        + &list("Species", &(species("a", r#"initialAmount="3""#) + &species("b", r#"initialAmount="0""#)))
        + &list("Reactions", &(fast + &reaction("s", "", "a", "6")));
    let mut read = document(&model);
    read.model.reactions[0].fast = true; // which the newest version has no more
    let simulation = Simulation::new(&read.network().unwrap()).unwrap();
    let run = Run { steps: 1, selection: simulation.select("a,b").unwrap(), ..Run::until(1.0) };
    let rows = simulation.run(&run).unwrap().rows;
    for (row, total) in rows.iter().zip([3.0, 9.0]) {
        assert!((row[0] - total / 3.0).abs() < 1e-5 && (row[1] - 2.0 * total / 3.0).abs() < 1e-5, "{row:?}");
    }
}

/// Every model becomes a network.
#[test]
fn every_model_becomes_a_network() {
    let Some(shared) = common::shared("every_model_becomes_a_network") else { return };
    let mut folders = vec![shared.join("sbml-test-suite/cases"), shared.join("models")];
    let (mut made, mut wrong) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let (file, folder) =
                (path.file_name().unwrap().to_str().unwrap(), path.parent().unwrap().file_name().unwrap());
            let folder = folder.to_str().unwrap();
            // other files in the folder of a case are parts of its model
            let is_model = folder == "models" || file.starts_with(&format!("{folder}-sbml-"));
            if path.is_dir() {
                folders.push(path);
            } else if is_model && file.ends_with(".xml") {
                match Document::read(&path)
                    .and_then(|document| document.network())
                    .and_then(|net| Simulation::new(&net))
                {
                    Ok(_) => made += 1,
                    Err(error) => wrong.push(format!("{}: {error}", path.display())),
                }
            }
        }
    }
    println!("{made} networks");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(made > 1250, "{made} networks");
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let delay = list("Parameters", r#"<parameter id="x" constant="false"/>"#)
        + &format!(
            r#"<listOfRules><assignmentRule variable="x">{MATH}<apply><csymbol definitionURL="{SYMBOLS}delay"/>
            <ci>x</ci><cn>1</cn></apply></math></assignmentRule></listOfRules>"#
        );
    let refused = |document: Document| -> Error { document.network().unwrap_err() };
    let error = Simulation::new(&document(&delay).network().unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("x: its value of the past rests on its own value"), "{error}");
    let dangling = document(&(parameters("~x=1") + &rules(&["x' = 1"])));
    let mut wrong = dangling.clone();
    wrong.model.rules[0].math = Some(Math::name("y"));
    assert_eq!(refused(wrong).to_string(), "line 1: rateRule.x: there is nothing named y that has a value");
}

/// Functions that call one another twice are written out once each: else this would never end.
#[test]
fn calls_of_calls_are_put_in_once() {
    let mut functions = String::new();
    for i in 0..200 {
        let body = if i == 0 { "y / 2".to_string() } else { format!("f{0}(y) + f{0}(y)", i - 1) };
        let math = mathml(&Math::from_infix(&body).unwrap());
        functions += &format!(
            r#"<functionDefinition id="f{i}">{MATH}<lambda><bvar><ci>y</ci></bvar>{math}</lambda></math></functionDefinition>"#
        );
    }
    let model = list("FunctionDefinitions", &functions) + &parameters("~x=") + &rules(&["x := f199(3)"]);
    agrees(&model, &[("x", &|_| 1.5 * 2f64.powi(199))]);
}
