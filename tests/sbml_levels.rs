//! What lower levels say otherwise, or take for granted, in the one representation.

use homeostat::model::sbml::{Document, InitialQuantity, Math, RuleKind};

/// Level 1 Version 1 has `specie` in all its names, and text formulas.
const LEVEL_1_VERSION_1: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="1">
  <model name="terminal">
    <notes><p xmlns="http://www.w3.org/1999/xhtml">One <b>terminal</b>.</p></notes>
    <listOfUnitDefinitions>
      <unitDefinition name="substance"><listOfUnits><unit kind="mole" scale="-6"/></listOfUnits></unitDefinition>
    </listOfUnitDefinitions>
    <listOfCompartments>
      <compartment name="cell"/>
      <compartment name="pool" volume="2"/>
    </listOfCompartments>
    <listOfSpecies>
      <specie name="a" compartment="cell" initialAmount="3" units="substance"/>
      <specie name="b" compartment="cell" initialAmount="0" boundaryCondition="true" charge="2"/>
    </listOfSpecies>
    <listOfParameters>
      <parameter name="k" value="0.5"/>
      <parameter name="s" value="0"/>
    </listOfParameters>
    <listOfRules>
      <algebraicRule formula="a - b"/>
      <parameterRule name="s" formula="k * 2"/>
      <specieConcentrationRule specie="b" type="rate" formula="k * a"/>
      <compartmentVolumeRule compartment="pool" formula="1 + k"/>
    </listOfRules>
    <listOfReactions>
      <reaction name="r">
        <listOfReactants><specieReference specie="a" stoichiometry="3" denominator="2"/></listOfReactants>
        <listOfProducts><specieReference specie="b"/></listOfProducts>
        <kineticLaw formula="cell * k * V * pow(a, 2)">
          <listOfParameters><parameter name="V" value="7" units="volume"/></listOfParameters>
        </kineticLaw>
      </reaction>
    </listOfReactions>
  </model>
</sbml>"#;

#[test]
fn level_1_version_1() {
    let document = Document::from_xml(LEVEL_1_VERSION_1).unwrap();
    assert_eq!((document.origin.level, document.origin.version), (1, 1));
    assert!(document.origin.warnings.is_empty(), "{:?}", document.origin.warnings);
    let model = &document.model;
    assert_eq!(model.base.id(), "terminal");
    let inside = r#"<p xmlns="http://www.w3.org/1999/xhtml">One <b>terminal</b>.</p>"#;
    assert_eq!(model.base.notes.as_deref(), Some(inside));
    let sizes: Vec<_> = model.compartments.iter().map(|c| (c.base.id(), c.size, c.constant, c.dimensions)).collect();
    assert_eq!(sizes, [("cell", Some(1.0), true, Some(3.0)), ("pool", Some(2.0), false, Some(3.0))]);
    let [a, b] = &model.species[..] else { panic!() };
    assert_eq!(a.initial, Some(InitialQuantity::Amount(3.0)));
    assert_eq!(a.substance_units.as_deref(), Some("substance"));
    assert!(!a.has_only_substance_units && !a.boundary_condition && !a.constant && b.boundary_condition);
    let constant: Vec<_> = model.parameters.iter().map(|p| (p.base.id(), p.value, p.constant)).collect();
    assert_eq!(constant, [("k", Some(0.5), true), ("s", Some(0.0), false)]);
    let kinds: Vec<_> = model.rules.iter().map(|r| r.kind.clone()).collect();
    let (value, rate) = (RuleKind::Assignment, RuleKind::Rate);
    assert_eq!(kinds, [RuleKind::Algebraic, value("s".into()), rate("b".into()), value("pool".into())]);
    let reaction = &model.reactions[0];
    assert!(reaction.reversible && !reaction.fast);
    assert_eq!((reaction.reactants[0].species.as_str(), reaction.reactants[0].stoichiometry), ("a", Some(1.5)));
    assert_eq!(reaction.products[0].stoichiometry, Some(1.0));
    let law = reaction.kinetic_law.as_ref().unwrap();
    assert_eq!((law.parameters[0].base.id(), law.parameters[0].value), ("V", Some(7.0)));
    let at = |name: &str| Some(if name == "a" { 3.0 } else { 2.0 });
    assert_eq!(law.math.as_ref().unwrap().value(&at), Some(72.0));
    // the five units that need no definition, one of them defined anew
    let units: Vec<_> = model.units.iter().map(|u| (u.base.id(), u.units[0].kind.as_str(), u.units[0].scale)).collect();
    assert_eq!(units[0], ("substance", "mole", -6));
    assert!(units.contains(&("volume", "litre", 0)) && units.contains(&("time", "second", 0)));
    assert_eq!(model.defaults.time_units.as_deref(), Some("time"));
    assert_eq!(Document::from_xml(&document.to_xml()).unwrap(), document);
}

#[test]
fn laws_that_level_1_predefines_are_refused_by_name() {
    let text = LEVEL_1_VERSION_1.replace("cell * k * V * pow(a, 2)", "massi(a, k)");
    let message = Document::from_xml(&text).unwrap_err().to_string();
    assert!(message.contains("line 30: reaction.r.kineticLaw: ") && message.contains("no function massi"), "{message}");
    let text = LEVEL_1_VERSION_1.replace("cell * k * V * pow(a, 2)", "cell * * k");
    let message = Document::from_xml(&text).unwrap_err().to_string();
    assert!(message.contains("line 30: reaction.r.kineticLaw: ") && message.contains("character 8"), "{message}");
}

fn level_2(version: u32, lists: &str) -> String {
    let tail = if version == 1 { String::new() } else { format!("/version{version}") };
    format!(
        "<sbml xmlns=\"http://www.sbml.org/sbml/level2{tail}\" level=\"2\" version=\"{version}\"><model id=\"m\">\
        <listOfCompartments><compartment id=\"c\"/><compartment id=\"w\" spatialDimensions=\"2\" outside=\"c\"/></listOfCompartments>\
        <listOfSpecies><species id=\"s\" compartment=\"c\"/><species id=\"q\" compartment=\"c\" initialConcentration=\"2\"/></listOfSpecies>\
        <listOfParameters><parameter id=\"p\"/><parameter id=\"stoichiometry_1\" constant=\"false\"/></listOfParameters>\
        {lists}</model></sbml>"
    )
}

#[test]
fn level_2_takes_for_granted() {
    for version in 1..=5 {
        let document = Document::from_xml(&level_2(version, "")).unwrap();
        let model = document.model;
        let [c, w] = &model.compartments[..] else { panic!() };
        assert_eq!((c.dimensions, c.size, c.constant, w.dimensions), (Some(3.0), None, true, Some(2.0)));
        let s = &model.species[0];
        assert_eq!(
            (s.initial, s.has_only_substance_units, s.boundary_condition, s.constant),
            (None, false, false, false)
        );
        assert!(model.parameters[0].constant && !model.parameters[1].constant);
        assert_eq!(model.species[1].initial, Some(InitialQuantity::Concentration(2.0)));
    }
}

#[test]
fn calculated_stoichiometry_is_a_rule() {
    let math = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">";
    let calculated = |inside: &str| format!("<stoichiometryMath>{math}{inside}</math></stoichiometryMath>");
    let lists = format!(
        "<listOfReactions><reaction id=\"r\"><listOfReactants><speciesReference species=\"s\">{}</speciesReference>\
        <speciesReference species=\"q\">{}</speciesReference></listOfReactants></reaction></listOfReactions>",
        calculated("<apply><plus/><ci>p</ci><cn>1</cn></apply>"),
        calculated("<cn type=\"rational\">3<sep/>2</cn>"),
    );
    let document = Document::from_xml(&level_2(4, &lists)).unwrap();
    let [by_rule, by_number] = &document.model.reactions[0].reactants[..] else { panic!() };
    // the name is one that nothing has
    assert_eq!((by_rule.base.id(), by_rule.constant, by_rule.stoichiometry), ("stoichiometry_1_", false, None));
    assert_eq!((by_number.base.id(), by_number.constant, by_number.stoichiometry), ("", true, Some(1.5)));
    let rule = &document.model.rules[0];
    assert_eq!(rule.kind, RuleKind::Assignment("stoichiometry_1_".into()));
    assert_eq!(rule.math.as_ref().unwrap().value(&|_| Some(2.0)), Some(3.0));
}

#[test]
fn events_of_level_2_begin_false_and_last() {
    let lists = "<listOfEvents><event id=\"e\" timeUnits=\"second\"><trigger><math xmlns=\"http://www.w3.org/1998/Math/MathML\">\
        <apply><gt/><csymbol definitionURL=\"http://www.sbml.org/sbml/symbols/time\">t</csymbol><cn>1</cn></apply></math></trigger>\
        <listOfEventAssignments/></event></listOfEvents>";
    let document = Document::from_xml(&level_2(1, lists)).unwrap();
    let event = &document.model.events[0];
    let trigger = event.trigger.as_ref().unwrap();
    assert!(trigger.initial_value && trigger.persistent && event.use_values_from_trigger_time);
    assert!(matches!(trigger.math, Some(Math::Apply(..))));
    let warning = document.origin.warnings[0].to_string();
    assert!(warning.contains("event.e") && warning.contains("timeUnits"), "{warning}");
}

#[test]
fn annotations_keep_the_namespaces_they_use() {
    let text = "<s:sbml xmlns:s=\"http://www.sbml.org/sbml/level3/version1/core\" xmlns:r=\"urn:r\" xmlns=\"urn:d\" level=\"3\" \
        version=\"1\"><s:model id=\"m\" metaid=\"_1\" sboTerm=\"SBO:0000293\"><s:annotation><r:a r:b='1 &gt; 0'/> and \
        <c><r:d/></c><!-- kept --></s:annotation></s:model></s:sbml>";
    let document = Document::from_xml(text).unwrap();
    let base = &document.model.base;
    let expected =
        "<r:a xmlns:r=\"urn:r\" r:b='1 &gt; 0'/> and <c xmlns=\"urn:d\" xmlns:r=\"urn:r\"><r:d/></c><!-- kept -->";
    assert_eq!(base.annotation.as_deref(), Some(expected));
    assert_eq!((base.metaid.as_deref(), base.sbo_term.as_deref()), (Some("_1"), Some("SBO:0000293")));
    assert_eq!(Document::from_xml(&document.to_xml()).unwrap(), document);
}

#[test]
fn fast_reactions_are_written_in_the_version_that_has_them() {
    let lists = "<listOfReactions><reaction id=\"r\" fast=\"true\"/></listOfReactions>";
    let document = Document::from_xml(&level_2(4, lists)).unwrap();
    assert!(document.model.reactions[0].fast);
    let text = document.to_xml();
    assert!(text.contains("level3/version1/core") && text.contains("version=\"1\""));
    assert_eq!(Document::from_xml(&text).unwrap(), document);
    let text = Document::from_xml(&level_2(4, &lists.replace("true", "false"))).unwrap().to_xml();
    assert!(text.contains("level3/version2/core") && !text.contains("fast"));
}
