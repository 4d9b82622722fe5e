//! What is no SBML, or does not hold together: refused with the line, the element and what was expected.

use homeostat::model::sbml::Document;

/// A document of Level 3 Version 2 around lists, the model on line 2.
fn level_3(lists: &str) -> String {
    let core = "http://www.sbml.org/sbml/level3/version2/core";
    format!("<sbml xmlns=\"{core}\" level=\"3\" version=\"2\">\n<model id=\"m\">\n{lists}\n</model>\n</sbml>")
}

fn parameters(ids: &[&str]) -> String {
    let each: String =
        ids.iter().map(|id| format!("<parameter id=\"{id}\" value=\"1\" constant=\"false\"/>")).collect();
    format!("<listOfParameters>{each}</listOfParameters>\n")
}

fn math(inside: &str) -> String {
    format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{inside}</math>")
}

fn rule(variable: &str, inside: &str) -> String {
    format!("<assignmentRule variable=\"{variable}\">{}</assignmentRule>\n", math(inside))
}

fn refusal(text: &str) -> String {
    match Document::from_bytes(text.as_bytes()) {
        Ok(document) => panic!("was read: {text}\n{document:?}"),
        Err(error) => {
            assert!(error.is_input());
            error.to_string()
        }
    }
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let message = refusal(text);
    for words in expected {
        assert!(message.contains(words), "expected \"{words}\" in: {message}\n{}", &text[..text.len().min(500)]);
    }
}

#[test]
fn broken_xml_is_refused_with_line_and_column() {
    refused("", &["not XML"]);
    refused("<sbml>\n <model>\n  </modle>\n</sbml>", &["line 3", "column 3", "model"]);
    refused("<sbml level='2' level='2'/>", &["line 1", "column 17", "level"]);
    refused("<sbml>\n &nope; </sbml>", &["line 2", "nope"]);
    let bytes = b"<sbml>\n\xff</sbml>";
    let error = Document::from_bytes(bytes).unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("10101"), "{error}");
}

#[test]
fn entities_and_document_types_are_refused() {
    let bomb = "<!DOCTYPE b [<!ENTITY a \"ha\"><!ENTITY c \"&a;&a;&a;\">]>\n<sbml>&c;</sbml>";
    refused(bomb, &["line 1", "entity definition"]);
    refused("<!DOCTYPE sbml SYSTEM \"file:///etc/passwd\">\n<sbml/>", &["entity definition"]);
}

#[test]
fn what_is_too_deep_or_too_much_is_refused_and_neither_crashes_nor_hangs() {
    let nested = |count: usize, open: &str, close: &str| {
        let inside = format!("{}<cn>1</cn>{}", open.repeat(count), close.repeat(count));
        level_3(&format!("{}<listOfRules>{}</listOfRules>", parameters(&["x"]), rule("x", &inside)))
    };
    let deep = |count: usize| nested(count, "<apply><minus/>", "</apply>");
    let pieces = nested(245, "<piecewise><otherwise>", "</otherwise></piecewise>");
    for text in [deep(490), pieces] {
        let document = Document::from_xml(&text).unwrap();
        assert_eq!(Document::from_xml(&document.clone().flattened(None).unwrap().to_xml()).unwrap(), document);
    }
    refused(&deep(600), &["nest more than 500"]);
    refused(&deep(1_000_000), &["nest more than 500"]);
    refused(&"<a>".repeat(5_000_000), &["nest more than 500"]);
    let attributes: String = (0..200_000).map(|i| format!(" a{i}='1'")).collect();
    refused(&format!("<sbml{attributes}/>"), &["attributes of an element"]);
    let text = "(".repeat(1_000_000);
    let one = "<sbml xmlns='http://www.sbml.org/sbml/level1' level='1' version='2'><model name='m'><listOfParameters>\
        <parameter name='x'/></listOfParameters><listOfRules><parameterRule name='x' formula='";
    refused(&format!("{one}{text}'/></listOfRules></model></sbml>"), &["nest more than"]);
    refused(&format!("{one}{}x'/></listOfRules></model></sbml>", "x/".repeat(100_000)), &["nest more than"]);
    assert!(Document::from_xml(&format!("{one}1{}'/></listOfRules></model></sbml>", "+2".repeat(100_000))).is_ok());
}

#[test]
fn levels_and_namespaces_that_do_not_exist_are_refused() {
    let with = |level: &str, version: &str, namespace: &str| {
        format!("<sbml xmlns=\"{namespace}\" level=\"{level}\" version=\"{version}\"><model/></sbml>")
    };
    let level2 = "http://www.sbml.org/sbml/level2";
    refused(&with("4", "1", level2), &["no SBML Level 4 Version 1", "L3V2"]);
    refused(&with("2", "6", level2), &["no SBML Level 2 Version 6"]);
    refused(&with("2", "4", level2), &["level2/version4", "20101"]);
    refused(&with("two", "4", level2), &["level and version"]);
    refused(&format!("<sbml xmlns=\"{level2}\" level=\"2\" version=\"1\"/>"), &["no model"]);
    assert!(Document::from_xml(&with("2", "1", level2)).is_ok());
}

#[test]
fn other_packages_and_formats_are_refused_by_name() {
    let with = |package: &str, required: &str| {
        let core = "http://www.sbml.org/sbml/level3/version1/core";
        let uri = format!("http://www.sbml.org/sbml/level3/version1/{package}/version1");
        format!(
            "<sbml xmlns=\"{core}\" level=\"3\" version=\"1\" xmlns:p=\"{uri}\" p:required=\"{required}\"><model/></sbml>"
        )
    };
    for (package, required) in
        [("fbc", "false"), ("fbc", "true"), ("qual", "true"), ("spatial", "true"), ("arrays", "true"), ("new", "true")]
    {
        refused(&with(package, required), &[package, "not supported"]);
    }
    for package in ["layout", "render", "groups"] {
        assert!(Document::from_xml(&with(package, "false")).is_ok(), "{package}");
    }
    refused("<sedML xmlns=\"http://sed-ml.org/sed-ml/level1/version4\"/>", &["SED-ML"]);
    refused("<omexManifest/>", &["OMEX"]);
    refused("PK\u{3}\u{4}", &["OMEX"]);
    refused("<html/>", &["found html, expected sbml"]);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = level_3(
        "<listOfCompartments><compartment id=\"c\" size=\"one\" constant=\"true\"/></listOfCompartments>\n\
         <listOfSpecies><species id=\"2s\" compartment=\"c\" constant=\"yes\" boundaryCondition=\"false\"/></listOfSpecies>\n\
         <listOfParameter/>",
    );
    refused(
        &text,
        &[
            "line 3: compartment.c: column 21: size is \"one\", expected a number (SBML rule 10103)",
            "line 4: species.2s",
            "is no identifier",
            "10310",
            "constant is \"yes\", expected true or false",
            "hasOnlySubstanceUnits is missing",
            "line 5: column 1: listOfParameter has no place in model (did you mean listOfParameters?)",
        ],
    );
}

#[test]
fn dangling_names_are_refused() {
    let species = "<listOfCompartments><compartment id=\"cell\" constant=\"true\"/></listOfCompartments>\n<listOfSpecies>\
        <species id=\"s\" compartment=\"cel\" hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" constant=\"false\"/>\
        </listOfSpecies>";
    refused(
        &level_3(species),
        &["line 4: species.s: there is no compartment cel (did you mean cell?) (SBML rule 20601)"],
    );
    let rules = |rules: &str| level_3(&format!("{}<listOfRules>{rules}</listOfRules>", parameters(&["x", "y"])));
    refused(&rules(&rule("z", "<cn>1</cn>")), &["assignmentRule.z: there is no z", "20901"]);
    refused(&rules(&rule("x", "<ci>yy</ci>")), &["assignmentRule.x: there is no yy (did you mean y?)", "10215"]);
    refused(&rules(&rule("x", "<apply><ci>f</ci><ci>y</ci></apply>")), &["there is no function f", "10214"]);
    refused(&rules(&rule("x", "<apply><ci>y</ci><ci>y</ci></apply>")), &["y is no function", "10214"]);
    let reaction = "<listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfReactants>\
        <speciesReference species=\"a\" stoichiometry=\"1\" constant=\"true\"/></listOfReactants></reaction></listOfReactions>";
    refused(&level_3(reaction), &["line 3: reaction.r: there is no species a", "21111"]);
    let event = format!(
        "<listOfEvents><event id=\"e\" useValuesFromTriggerTime=\"true\"><listOfEventAssignments>\
        <eventAssignment variable=\"q\">{}</eventAssignment></listOfEventAssignments></event></listOfEvents>",
        math("<cn>1</cn>")
    );
    refused(&level_3(&event), &["event.e: there is no q", "21211"]);
    let constant = "<listOfParameters><parameter id=\"x\" constant=\"true\"/></listOfParameters>";
    let text = level_3(&format!("{constant}<listOfRules>{}</listOfRules>", rule("x", "<cn>1</cn>")));
    refused(&text, &["x is constant", "20903"]);
}

#[test]
fn names_that_stand_twice_are_refused() {
    refused(&level_3(&parameters(&["x", "y", "x"])), &["x stands twice", "line 3", "10301"]);
    let twice = format!("{}{}", rule("x", "<cn>1</cn>"), rule("x", "<cn>2</cn>"));
    let text = level_3(&format!("{}<listOfRules>{twice}</listOfRules>", parameters(&["x"])));
    refused(&text, &["rule.x: x stands twice, the other one on line 4", "10304"]);
}

#[test]
fn circles_are_refused_and_named() {
    let rules: String = [("x", "y"), ("y", "z"), ("z", "x")].map(|(v, of)| rule(v, &format!("<ci>{of}</ci>"))).concat();
    let text = level_3(&format!("{}<listOfRules>{rules}</listOfRules>", parameters(&["x", "y", "z"])));
    refused(&text, &["x -> y -> z -> x", "20906"]);
    let function = |id: &str, of: &str| {
        let lambda = format!("<lambda><bvar><ci>a</ci></bvar><apply><ci>{of}</ci><ci>a</ci></apply></lambda>");
        format!("<functionDefinition id=\"{id}\">{}</functionDefinition>", math(&lambda))
    };
    let text = level_3(&format!(
        "<listOfFunctionDefinitions>{}{}</listOfFunctionDefinitions>",
        function("f", "g"),
        function("g", "f")
    ));
    refused(&text, &["f -> g -> f", "20303"]);
    // a chain is no circle, however long
    let ids: Vec<String> = (0..20_000).map(|i| format!("p{i}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let rules: String = ids.windows(2).map(|pair| rule(pair[0], &format!("<ci>{}</ci>", pair[1]))).collect();
    assert!(Document::from_xml(&level_3(&format!("{}<listOfRules>{rules}</listOfRules>", parameters(&ids)))).is_ok());
}

#[test]
fn formulas_that_are_none_are_refused() {
    let with = |inside: &str| {
        level_3(&format!("{}<listOfRules>\n{}</listOfRules>", parameters(&["x", "y"]), rule("x", inside)))
    };
    for (inside, expected) in [
        ("<apply><divide/><ci>y</ci></apply>", "divide takes 2 arguments, found 1"),
        ("<apply><minus/></apply>", "minus takes 1 or 2 arguments, found 0"),
        ("<apply><sin/><cn>1</cn><cn>2</cn></apply>", "sin takes 1 arguments, found 2"),
        ("<apply><root/><cn>2</cn><cn>2</cn></apply>", "root takes 1 argument, found 2"),
        ("<apply><lt/><cn>2</cn></apply>", "lt takes 2 or more arguments, found 1"),
        ("<apply><max/></apply>", "max takes 1 or more arguments, found 0"),
        ("<apply><plsu/><cn>2</cn></apply>", "plsu is no operator of SBML (did you mean plus?)"),
        ("<apply/>", "there is nothing in apply"),
        ("<integral/>", "integral is no formula of SBML"),
        ("<cn>1.2.3</cn>", "\"1.2.3\" is no number of type real"),
        ("<cn type=\"e-notation\">1</cn>", "is no number of type e-notation"),
        ("<cn type=\"complex\">1</cn>", "expected real, integer, e-notation or rational"),
        (
            "<csymbol definitionURL=\"http://www.sbml.org/sbml/symbols/tme\">t</csymbol>",
            "csymbol has the definitionURL",
        ),
        ("<piecewise><piece><cn>1</cn></piece></piecewise>", "piece takes 2, found 1"),
        ("<lambda><cn>1</cn></lambda>", "lambda may stand in a function definition alone"),
        ("<cn>1</cn><cn>2</cn>", "a second formula"),
    ] {
        refused(&with(inside), &["line 5: assignmentRule.x: column ", expected]);
    }
}

/// Eight times the text takes less than 24 times the time: in the square it would be 64 times.
#[test]
fn time_goes_with_the_size() {
    let read = |count: usize, change: fn(String) -> String| {
        let ids: Vec<String> = (0..count).map(|i| format!("parameter_{i}")).collect();
        let rules: String = ids.windows(2).map(|pair| rule(&pair[0], &format!("<ci>{}</ci>", pair[1]))).collect();
        let parameters = parameters(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        let text = change(level_3(&format!("{parameters}<listOfRules>{rules}</listOfRules>")));
        let time = |_| {
            let begun = std::time::Instant::now();
            Document::from_xml(&text).ok();
            begun.elapsed().as_secs_f64()
        };
        (0..3).map(time).fold(f64::MAX, f64::min)
    };
    let changes: [fn(String) -> String; 4] = [
        |text| text,
        |text| text.replace('\n', ""),
        |text| text.replace("constant", "konstant"),
        |text| text.replace("<ci>", "<ci>q"),
    ];
    for change in changes {
        let (small, large) = (read(2000, change), read(16_000, change));
        assert!(large < 24.0 * small, "{small} s, {large} s");
    }
}
