//! Submodels, flattened: names, what is replaced and deleted, factors of time and extent, and files beside.

use homeostat::model::sbml::{Constant, Document, Math, Parameter, SbmlModel};
use std::path::{Path, PathBuf};

fn composed(model: &str, definitions: &str) -> String {
    format!(
        "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\" comp:required=\"true\" \
        xmlns:comp=\"http://www.sbml.org/sbml/level3/version1/comp/version1\">\n<model id=\"main\">{model}</model>\n\
        {definitions}</sbml>"
    )
}

fn definitions(models: &str) -> String {
    format!("<comp:listOfModelDefinitions>{models}</comp:listOfModelDefinitions>")
}

fn definition(id: &str, lists: &str) -> String {
    format!("<comp:modelDefinition id=\"{id}\">{lists}</comp:modelDefinition>")
}

fn parameters(list: &[(&str, f64)], inside: &str) -> String {
    let one = |(id, value): &(&str, f64)| {
        format!("<parameter id=\"{id}\" value=\"{value}\" constant=\"false\">{inside}</parameter>")
    };
    format!("<listOfParameters>{}</listOfParameters>", list.iter().map(one).collect::<String>())
}

fn submodels(list: &str) -> String {
    format!("<comp:listOfSubmodels>{list}</comp:listOfSubmodels>")
}

fn rules(inside: &str) -> String {
    format!("<listOfRules>{inside}</listOfRules>")
}

fn rule(kind: &str, variable: &str, math: &str) -> String {
    let math = format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{math}</math>");
    format!("<{kind} variable=\"{variable}\">{math}</{kind}>")
}

const TIME: &str = "<csymbol definitionURL=\"http://www.sbml.org/sbml/symbols/time\">t</csymbol>";

fn flat(text: &str) -> SbmlModel {
    Document::from_xml(text).unwrap().flattened(None).unwrap().model
}

fn refused(text: &str) -> String {
    Document::from_xml(text).and_then(|document| document.flattened(None)).unwrap_err().to_string()
}

fn ids(parameters: &[Parameter]) -> Vec<&str> {
    parameters.iter().map(|p| p.base.id()).collect()
}

fn formula<'m>(model: &'m SbmlModel, variable: &str) -> &'m Math {
    model.rules.iter().find(|r| r.variable() == Some(variable)).and_then(|r| r.math.as_ref()).unwrap()
}

#[test]
fn names_say_where_they_are_from() {
    let inner = definition("inner", &parameters(&[("p", 1.0)], ""));
    let outer = definition("outer", &submodels("<comp:submodel comp:id=\"b\" comp:modelRef=\"inner\"/>"));
    let two =
        "<comp:submodel comp:id=\"a\" comp:modelRef=\"outer\"/><comp:submodel comp:id=\"c\" comp:modelRef=\"inner\"/>";
    let model = flat(&composed(&submodels(two), &definitions(&format!("{outer}{inner}"))));
    assert_eq!(ids(&model.parameters), ["c__p", "a__b__p"]);
}

#[test]
fn what_is_replaced_is_named_by_what_stands_for_it() {
    let uses = rules(&rule("assignmentRule", "q", "<apply><plus/><ci>p</ci><cn>1</cn></apply>"));
    let inner = definition("inner", &format!("{}{uses}", parameters(&[("p", 1.0), ("q", 2.0)], "")));
    let replace = "<comp:listOfReplacedElements><comp:replacedElement comp:idRef=\"p\" comp:submodelRef=\"a\"/>\
        </comp:listOfReplacedElements>";
    let submodel = submodels("<comp:submodel comp:id=\"a\" comp:modelRef=\"inner\"/>");
    let text = composed(&format!("{}{submodel}", parameters(&[("x", 5.0)], replace)), &definitions(&inner));
    let model = flat(&text);
    assert_eq!(ids(&model.parameters), ["x", "a__q"]);
    assert_eq!(formula(&model, "a__q").value(&|name| (name == "x").then_some(5.0)), Some(6.0));
    // twice is once too often
    let twice = text.replace(
        "</comp:listOfReplacedElements>",
        &format!("{}</comp:listOfReplacedElements>", {
            "<comp:replacedElement comp:idRef=\"p\" comp:submodelRef=\"a\"/>"
        }),
    );
    assert!(refused(&twice).contains("x: an element of a is replaced twice"), "{}", refused(&twice));
    let missing = refused(&text.replace("idRef=\"p\"", "idRef=\"pp\""));
    assert!(missing.contains("line 2: x: there is no element pp in a"), "{missing}");
    let nowhere = refused(&text.replace("submodelRef=\"a\"", "submodelRef=\"e\""));
    assert!(nowhere.contains("there is no submodel e"), "{nowhere}");
}

/// The suite's case 01778 says it in numbers: the value is converted, the change is not.
#[test]
fn factors_convert_values_and_names_of_rates_stay_their_own() {
    let inside = "<listOfCompartments><compartment id=\"c\" spatialDimensions=\"3\" size=\"1\" constant=\"true\"/></listOfCompartments>\
        <listOfSpecies><species id=\"x\" compartment=\"c\" hasOnlySubstanceUnits=\"true\" boundaryCondition=\"false\" constant=\"false\"/>\
        </listOfSpecies>";
    let rate = "<listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfProducts>\
        <speciesReference species=\"x\" stoichiometry=\"2\" constant=\"true\"/></listOfProducts><kineticLaw>\
        <math xmlns=\"http://www.w3.org/1998/Math/MathML\"><apply><times/><ci>k</ci><ci>x</ci><ci>p</ci></apply></math>\
        <listOfLocalParameters><localParameter id=\"k\" value=\"7\"/></listOfLocalParameters></kineticLaw></reaction></listOfReactions>";
    let inner = definition("inner", &format!("{inside}{}{rate}", parameters(&[("p", 1.0)], "")));
    let stands_for = |id: &str, factor: &str| {
        format!(
            "<comp:listOfReplacedElements><comp:replacedElement comp:idRef=\"{id}\" comp:submodelRef=\"a\"{factor}/>\
            </comp:listOfReplacedElements>"
        )
    };
    let outside = inside
        .replace("constant=\"true\"/>", &format!("constant=\"true\">{}</compartment>", stands_for("c", "")))
        .replace(
            "constant=\"false\"/>",
            &format!("constant=\"false\">{}</species>", stands_for("x", " comp:conversionFactor=\"f\"")),
        );
    let parameters = parameters(&[("k", 5.0)], &stands_for("p", "")) + &parameters(&[("f", 10.0)], "");
    let parameters = parameters.replace("</listOfParameters><listOfParameters>", "");
    let submodel = submodels("<comp:submodel comp:id=\"a\" comp:modelRef=\"inner\"/>");
    let model = flat(&composed(&format!("{outside}{parameters}{submodel}"), &definitions(&inner)));
    let reaction = &model.reactions[0];
    let law = reaction.kinetic_law.as_ref().unwrap();
    assert_eq!((reaction.products[0].species.as_str(), reaction.products[0].stoichiometry), ("x", Some(2.0)));
    assert_eq!((law.parameters[0].base.id(), law.parameters[0].value), ("k_", Some(7.0)));
    let at = |name: &str| match name {
        "k_" => Some(7.0),
        "k" => Some(5.0),
        "x" => Some(3.0),
        "f" => Some(10.0),
        _ => None,
    };
    assert_eq!(law.math.as_ref().unwrap().value(&at), Some(7.0 * (3.0 / 10.0) * 5.0));
}

#[test]
fn elements_that_replace_each_other_are_refused() {
    let inner = definition("inner", &parameters(&[("p", 1.0)], ""));
    let both = "<comp:listOfReplacedElements><comp:replacedElement comp:idRef=\"p\" comp:submodelRef=\"a\"/>\
        </comp:listOfReplacedElements><comp:replacedBy comp:idRef=\"p\" comp:submodelRef=\"a\"/>";
    let submodel = submodels("<comp:submodel comp:id=\"a\" comp:modelRef=\"inner\"/>");
    let text = composed(&format!("{}{submodel}", parameters(&[("x", 5.0)], both)), &definitions(&inner));
    assert!(refused(&text).contains("in a circle"), "{}", refused(&text));
}

#[test]
fn the_other_way_round_the_containing_name_stays() {
    let inner = definition("inner", &parameters(&[("p", 1.0)], ""));
    let by = "<comp:replacedBy comp:idRef=\"p\" comp:submodelRef=\"a\"/>";
    let submodel = submodels("<comp:submodel comp:id=\"a\" comp:modelRef=\"inner\"/>");
    let model = flat(&composed(&format!("{}{submodel}", parameters(&[("x", 5.0)], by)), &definitions(&inner)));
    assert_eq!((ids(&model.parameters), model.parameters[0].value), (vec!["x"], Some(1.0)));
}

#[test]
fn deleted_elements_are_gone_and_must_not_be_missed() {
    let uses = rules(&rule("assignmentRule", "q", "<cn>1</cn>"));
    let inner = definition("inner", &format!("{}{uses}", parameters(&[("p", 1.0), ("q", 2.0)], "")));
    let delete = |id: &str| {
        submodels(&format!(
            "<comp:submodel comp:id=\"a\" comp:modelRef=\"inner\"><comp:listOfDeletions><comp:deletion comp:idRef=\"{id}\"/>\
            </comp:listOfDeletions></comp:submodel>"
        ))
    };
    assert_eq!(ids(&flat(&composed(&delete("p"), &definitions(&inner))).parameters), ["a__q"]);
    let missed = refused(&composed(&delete("q"), &definitions(&inner)));
    assert!(missed.contains("there is no a__q"), "{missed}");
}

/// A submodel whose hour is 60 minutes outside: rates per hour become rates per minute, and its time is in hours.
#[test]
fn times_of_submodels_are_converted() {
    let inside = rule("rateRule", "p", "<cn>120</cn>")
        + &rule("assignmentRule", "q", TIME)
        + &rule("assignmentRule", "r", &format!("<apply><times/><cn>2</cn>{TIME}</apply>"));
    let inner = definition("inner", &(parameters(&[("p", 1.0), ("q", 2.0), ("r", 0.0)], "") + &rules(&inside)));
    let middle = submodels("<comp:submodel comp:id=\"b\" comp:modelRef=\"inner\" comp:timeConversionFactor=\"f\"/>");
    let middle = definition("middle", &(parameters(&[("f", 3.0)], "") + &middle));
    let outer = submodels("<comp:submodel comp:id=\"a\" comp:modelRef=\"middle\" comp:timeConversionFactor=\"f\"/>");
    let model = flat(&composed(&(parameters(&[("f", 20.0)], "") + &outer), &definitions(&(inner + &middle))));
    let at = |name: &str| match name {
        "f" => Some(20.0),
        "a__f" => Some(3.0),
        _ => None,
    };
    assert_eq!(formula(&model, "a__b__p").value(&at), Some(2.0));
    // 90 minutes outside
    for (variable, expected) in [("a__b__q", 1.5), ("a__b__r", 3.0)] {
        let mut hours = formula(&model, variable).clone();
        hours.change(&mut |part| {
            if *part == Math::Constant(Constant::Time) {
                *part = Math::number(90.0);
            }
        });
        assert_eq!(hours.value(&at), Some(expected));
    }
}

#[test]
fn definitions_in_a_circle_and_without_end_are_refused() {
    let one = |id: &str, of: &str| {
        definition(id, &submodels(&format!("<comp:submodel comp:id=\"s\" comp:modelRef=\"{of}\"/>")))
    };
    let start = submodels("<comp:submodel comp:id=\"s\" comp:modelRef=\"a\"/>");
    let circle = refused(&composed(&start, &definitions(&(one("a", "b") + &one("b", "a")))));
    assert!(circle.contains("s__s__s: the model definition a contains itself"), "{circle}");
    let unknown = refused(&composed(&start, &definitions(&one("aa", "bb"))));
    assert!(unknown.contains("line 2: s: there is no model definition a (did you mean aa?)"), "{unknown}");
    let double = |i: usize| {
        let two = |of: usize| {
            format!(
                "<comp:submodel comp:id=\"x\" comp:modelRef=\"m{of}\"/><comp:submodel comp:id=\"y\" comp:modelRef=\"m{of}\"/>"
            )
        };
        definition(&format!("m{i}"), &if i < 60 { submodels(&two(i + 1)) } else { String::new() })
    };
    let start = submodels("<comp:submodel comp:id=\"s\" comp:modelRef=\"m0\"/>");
    let bomb = refused(&composed(&start, &definitions(&(0..=60).map(double).collect::<String>())));
    assert!(bomb.contains("more than 100000"), "{bomb}");
}

/// A folder that is gone when it is no longer needed.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("homeostat-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("parts")).unwrap();
        Folder(path)
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn external(source: &str, model: &str) -> String {
    let submodel = submodels("<comp:submodel comp:id=\"s\" comp:modelRef=\"e\"/>");
    composed(
        &submodel,
        &format!(
            "<comp:listOfExternalModelDefinitions><comp:externalModelDefinition comp:id=\"e\" comp:source=\"{source}\" \
        comp:modelRef=\"{model}\"/></comp:listOfExternalModelDefinitions>"
        ),
    )
}

#[test]
fn other_files_are_read_inside_the_folder_alone() {
    let folder = Folder::new("inside");
    folder.put("parts/part.xml", &composed("", &definitions(&definition("inner", &parameters(&[("p", 1.0)], "")))));
    let path = folder.put("model.xml", &external("parts/part.xml", "inner"));
    assert_eq!(ids(&Document::read(&path).unwrap().model.parameters), ["s__p"]);
    let read =
        |source: &str| Document::read(folder.put("model.xml", &external(source, "inner"))).unwrap_err().to_string();
    for source in ["../x.xml", "/etc/passwd", "http://example.org/x.xml", "file:parts/part.xml", "parts\\part.xml"] {
        let message = read(source);
        assert!(message.contains("line 2: s: ") && message.contains("expected a path inside the folder"), "{message}");
    }
    assert!(read("missing.xml").contains("missing.xml"));
    folder.put("parts/broken.xml", "<sbml>");
    assert!(read("parts/broken.xml").contains("not XML"), "{}", read("parts/broken.xml"));
    // files that name each other
    folder.put("parts/one.xml", &external("two.xml", "e"));
    folder.put("parts/two.xml", &external("one.xml", "e"));
    let path = folder.put("model.xml", &external("parts/one.xml", "e"));
    let message = Document::read(&path).unwrap_err().to_string();
    assert!(message.contains("in a circle"), "{message}");
    let document = Document::from_xml(&external("parts/part.xml", "inner")).unwrap();
    assert!(document.flattened(None).unwrap_err().to_string().contains("comes from no folder"));
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_folder() {
    let (folder, other) = (Folder::new("links"), Folder::new("elsewhere"));
    let target = other.put("part.xml", &composed("", &definitions(&definition("inner", ""))));
    std::os::unix::fs::symlink(target, folder.0.join("link.xml")).unwrap();
    let message = Document::read(folder.put("model.xml", &external("link.xml", "inner"))).unwrap_err().to_string();
    assert!(message.contains("leads out of the folder"), "{message}");
    assert!(Document::read(Path::new("no-such-file.xml")).unwrap_err().is_file());
}

#[test]
fn composed_documents_read_back() {
    let inner = definition("inner", &parameters(&[("p", 1.0)], ""));
    let submodel = submodels("<comp:submodel comp:id=\"a\" comp:modelRef=\"inner\"/>");
    let document = Document::from_xml(&composed(&submodel, &definitions(&inner))).unwrap();
    assert_eq!(Document::from_xml(&document.to_xml()).unwrap(), document);
}
