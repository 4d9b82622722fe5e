//! Whatever is in a file, the reader of SBML answers Ok or Err, and what it takes it can write and take again.
//!
//! Two seconds by default; `HOMEOSTAT_FUZZ_SECONDS` prolongs the test. The cases are the same every time.

mod common;

use common::written::Numbers;
use homeostat::model::sbml::Document;
use std::time::{Duration, Instant};

const SEED: &str = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2" xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true">
<model id="m" conversionFactor="k" timeUnits="second"><notes><p xmlns="http://www.w3.org/1999/xhtml">x &amp; y</p></notes>
<listOfFunctionDefinitions><functionDefinition id="f"><math xmlns="http://www.w3.org/1998/Math/MathML"><lambda><bvar><ci>a</ci></bvar><apply><exp/><ci>a</ci></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>
<listOfCompartments><compartment id="c" spatialDimensions="3" size="1" constant="true"/></listOfCompartments>
<listOfSpecies><species id="s" compartment="c" initialAmount="1e-3" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters><parameter id="k" value="2" constant="false"><comp:listOfReplacedElements><comp:replacedElement comp:idRef="p" comp:submodelRef="a" comp:conversionFactor="k"/></comp:listOfReplacedElements></parameter></listOfParameters>
<listOfInitialAssignments><initialAssignment symbol="s"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><ci>f</ci><cn type="e-notation">2<sep/>3</cn></apply></math></initialAssignment></listOfInitialAssignments>
<listOfRules><rateRule variable="k"><math xmlns="http://www.w3.org/1998/Math/MathML"><piecewise><piece><cn>1</cn><apply><lt/><csymbol definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol><cn>3</cn></apply></piece><otherwise><pi/></otherwise></piecewise></math></rateRule></listOfRules>
<listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference id="n" species="s" stoichiometry="1" constant="true"/></listOfReactants><kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>q</ci><ci>s</ci></apply></math><listOfLocalParameters><localParameter id="q" value="1"/></listOfLocalParameters></kineticLaw></reaction></listOfReactions>
<listOfEvents><event id="e" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="false"><math xmlns="http://www.w3.org/1998/Math/MathML"><true/></math></trigger><delay><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>k</ci></math></delay><listOfEventAssignments><eventAssignment variable="k"><math xmlns="http://www.w3.org/1998/Math/MathML"><cn>1</cn></math></eventAssignment></listOfEventAssignments></event></listOfEvents>
<comp:listOfSubmodels><comp:submodel comp:id="a" comp:modelRef="d" comp:timeConversionFactor="k"><comp:listOfDeletions><comp:deletion comp:portRef="o"/></comp:listOfDeletions></comp:submodel></comp:listOfSubmodels></model>
<comp:listOfModelDefinitions><comp:modelDefinition id="d"><listOfParameters><parameter id="p" value="2" constant="false"/><parameter id="g" value="2" constant="false"/></listOfParameters><comp:listOfPorts><comp:port comp:id="o" comp:idRef="g"/></comp:listOfPorts></comp:modelDefinition></comp:listOfModelDefinitions>
</sbml>
"#;

const PIECES: &[&str] = &[
    "<",
    ">",
    "/>",
    "\"",
    "&#0;",
    "&amp;",
    "<!--",
    "]]>",
    "<![CDATA[",
    "<!DOCTYPE a>",
    "<?x?>",
    "1e999",
    "NaN",
    "-INF",
    "true",
    "\u{0}",
    "é",
    "xmlns=\"\"",
    "id=\"k\"",
    "<math/>",
    "<apply/>",
    "<ci>k</ci>",
    "<cn>1</cn>",
    "<lambda/>",
    "comp:",
    "level=\"1\"",
];

/// One change somewhere between two brackets, so that some of what results is still read.
fn mutate(text: &mut Vec<String>, numbers: &mut Numbers) {
    let (i, k) = (numbers.below(text.len()), numbers.below(text.len()));
    match numbers.below(8) {
        0 => drop(text.remove(i)),
        1 => text.insert(k, text[i].clone()),
        2 => text.swap(i, k),
        3 => text.insert(i, (*numbers.pick(PIECES)).to_string()),
        4 => {
            // a word becomes another one
            let words = |t: &str| t.split(|c: char| !c.is_alphanumeric()).map(String::from).collect::<Vec<_>>();
            let (own, other) = (numbers.pick(&words(&text[i])).clone(), numbers.pick(&words(&text[k])).clone());
            text[i] = if own.is_empty() { other } else { text[i].replacen(&own, &other, 1) };
        }
        5 => {
            let at = numbers.below(text[i].len() + 1);
            if text[i].is_char_boundary(at) {
                let piece = *numbers.pick(PIECES);
                text[i].insert_str(at, piece);
            }
        }
        6 => text[i] = text[i].replace("true", "false"),
        _ => {
            let at = numbers.below(text[i].len() + 1);
            if text[i].is_char_boundary(at) {
                text[i].truncate(at);
            }
        }
    }
}

fn reads_back(document: &Document, case: u64, text: &str) {
    let again = Document::from_xml(&document.to_xml());
    assert!(again.is_ok(), "case {case} does not read back: {}\n{text}", again.unwrap_err());
    // what is no number is equal to nothing
    let same = again.as_ref().is_ok_and(|again| again == document) || format!("{again:?}").contains("NaN");
    assert!(same, "case {case} reads back differently:\n{text}\n{document:?}\n{again:?}");
}

#[test]
fn mutated_documents_neither_panic_nor_hang() {
    let given = std::env::var("HOMEOSTAT_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok());
    let duration = Duration::from_secs_f64(given.unwrap_or(2.0));
    let mut seeds = vec![SEED.to_string()];
    if let Some(shared) = common::shared("mutated_documents_neither_panic_nor_hang") {
        for case in ["00001", "00952", "01135", "01475"] {
            let folder = shared.join("sbml-test-suite/cases").join(case);
            let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
            let xml = files.filter(|p| p.extension().is_some_and(|e| e == "xml"));
            seeds.extend(xml.map(|p| std::fs::read_to_string(p).unwrap()));
        }
    }
    let (begun, mut read, mut cases) = (Instant::now(), 0, 0);
    while cases < 500 || begun.elapsed() < duration {
        cases += 1;
        let mut numbers = Numbers::new(cases);
        let seed = numbers.pick(&seeds).clone();
        let mut text: Vec<String> = seed.split_inclusive('>').map(String::from).collect();
        for _ in 0..=numbers.below(4) {
            if !text.is_empty() {
                mutate(&mut text, &mut numbers);
            }
        }
        let text = text.concat();
        let one = Instant::now();
        if let Ok(document) = Document::from_bytes(text.as_bytes()) {
            read += 1;
            reads_back(&document, cases, &text);
            if let Ok(flat) = document.flattened(None) {
                reads_back(&flat, cases, &text);
            }
        }
        assert!(one.elapsed().as_secs() < 10, "case {cases} takes long:\n{text}");
    }
    println!("{cases} cases, {read} of them read");
    assert!(read > 0 && read < cases);
}
