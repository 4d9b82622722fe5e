//! What kinds of parts say of their fields is what holds of parts.

use homeostat::catalogue;
use homeostat::component::{self, FieldUse};
use homeostat::model::Model;
use homeostat::network::Field;
use indexmap::IndexMap;

fn fields(kind: &str, law: Option<&str>) -> Vec<FieldUse> {
    component::named(kind).unwrap().fields(law).unwrap()
}

fn field(kind: &str, law: Option<&str>, name: &str) -> (bool, String, Option<String>) {
    let found = fields(kind, law).into_iter().find(|field| field.name == name);
    let field = found.unwrap_or_else(|| panic!("{kind} has no {name}"));
    (field.is_required, field.expected, field.usual)
}

#[test]
fn fields_have_units_and_what_is_usual() {
    let is = |text: &str| text.to_string();
    let frequency = "a frequency (per time) such as 1/h, 1/s or Hz";
    assert_eq!(field("enzyme", None, "Km"), (true, is("a concentration such as uM, nM or mM"), None));
    let (is_required, laws, usual) = field("enzyme", None, "law");
    assert!(!is_required && laws.contains("competitive, ") && usual.as_deref() == Some("michaelis_menten"), "{laws}");
    assert_eq!(field("enzyme", None, "compartment"), (false, is("the name of a compartment"), None));
    assert!(field("enzyme", Some("mixed"), "inhibitors").0);
    assert_eq!(field("clearance", None, "k"), (true, format!("{frequency}; or CL in its place"), None));
    assert!(field("clearance", None, "CL").1.starts_with("a volume flow"));
    assert!(field("clearance", None, "reaction").0);
    assert_eq!(field("drug", None, "ke0"), (false, is(frequency), None));
    assert_eq!(field("event", None, "persistent"), (false, is("true or false"), Some(is("true"))));
    assert_eq!(field("input", None, "range").1, "any, not_negative, positive, fraction or unchecked");
    let message = component::named("enzyme").unwrap().fields(Some("mied")).unwrap_err();
    assert!(message.starts_with("there is no law mied here (did you mean mixed?)"), "{message}");
}

/// Every field that any part of any built-in model gives is told of its kind.
#[test]
fn every_field_that_models_use_is_told() {
    let mut seen = 0;
    for entry in homeostat::library::ALL {
        let network = homeostat::library::load(entry.name).unwrap().network();
        for part in network.parts() {
            let text = |fields: &IndexMap<String, Field>, name: &str| match fields.get(name) {
                Some(Field::Text(text)) => Some(text.clone()),
                _ => None,
            };
            let like = text(&part.fields, "like").map(|like| catalogue::find(&part.kind, &like).unwrap());
            let law = text(&part.fields, "law").or_else(|| text(&like?.fields, "law"));
            let told = fields(&part.kind, law.as_deref());
            for name in part.fields.keys().filter(|name| !["like", "from"].contains(&name.as_str())) {
                // single competitors are fields of a group
                seen += 1;
                assert!(told.iter().any(|field| field.name == name), "{}.{}.{name}", part.kind, part.name);
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

/// What is told as required is missed where it is not given, and nothing else is.
#[test]
fn what_is_required_is_missed() {
    let text = "[model]\nname = \"x\"\n[compartment.c]\nvolume = \"1 L\"\n[species.a]\ncompartment = \"c\"\namount = \"1 umol\"\n[enzyme.e]\n";
    let errors = Model::from_toml(text).unwrap().network().checked().map(|_| ()).unwrap_err();
    let missed: Vec<&str> = errors.problems().iter().map(|problem| problem.place[2].as_str()).collect();
    let told = fields("enzyme", None);
    let required: Vec<&str> = told.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    assert_eq!(missed, required);
}
