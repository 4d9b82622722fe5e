//! A wrong unit is refused in every parameter of every law and of every kind of part, with the parameter's name and what units
//! are accepted.

use homeostat::component;
use homeostat::law::{self, Argument, Gives, Law, Order, Over, Role};
use homeostat::model::Model;
use homeostat::units::{Dimension, Unit};

const HEAD: &str = "[model]\nname = \"units\"\n[compartment.cell]\nvolume = \"1 L\"\n[input.rate]\nvalue = \"1 1/h\"\n";
const SPECIES: [&str; 6] = ["a", "b", "p", "q", "e", "c"];
const WRONG: [&str; 6] = ["kg", "h", "uM^3", "mV", "umol", "1/h"];
const ORDER: Order = Order { consumed: 2, produced: 2 };

fn head() -> String {
    let species = |s: &&str| format!("[species.{s}]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n");
    let held = "[supply.held]\nlevel = \"1 uM\"\n[enzyme.target]\nreaction = \"a ->\"\nVmax = \"1 uM/h\"\nKm = \"1 uM\"\n\
                [receptor.site]\nX = \"a\"\nK = \"1 uM\"\n";
    HEAD.to_string() + &SPECIES.iter().map(species).collect::<String>() + held
}

/// A field of a part: its path as it is written, its value, and the dimension of a number.
struct Field {
    path: Vec<String>,
    value: String,
    dimension: Option<Dimension>,
}

impl Field {
    fn text(path: &[&str], value: &str) -> Field {
        Field { path: path.iter().map(|s| s.to_string()).collect(), value: value.to_string(), dimension: None }
    }

    fn number(path: &[&str], unit: &str) -> Field {
        let dimension = Unit::parse(unit).unwrap().dimension();
        let value = if unit == "1" { "0.5".to_string() } else { format!("0.5 {unit}") };
        Field { dimension: Some(dimension), ..Field::text(path, &value) }
    }
}

/// The likeliest unit of a dimension: the first that messages name.
fn unit(dimension: Dimension) -> String {
    let accepted = dimension.accepted();
    accepted.split(", ").next().unwrap().split(" or ").next().unwrap().to_string()
}

fn part(kind: &str, fields: &[Field]) -> String {
    let line = |f: &Field| {
        let path: Vec<String> = f.path.iter().map(|key| format!("\"{key}\"")).collect();
        format!("{} = \"{}\"\n", path.join("."), f.value)
    };
    format!("[{kind}.x]\n{}", fields.iter().map(line).collect::<String>())
}

fn check(text: &str) -> Result<(), String> {
    let network = Model::from_toml(&(head() + text)).map_err(|e| e.to_string())?.network();
    network.checked().map(|_| ()).map_err(|e| e.to_string())
}

/// The part as it is, then with a wrong unit in each number.
fn refuses_wrong_units(name: &str, kind: &str, mut fields: Vec<Field>) -> usize {
    assert_eq!(check(&part(kind, &fields)), Ok(()), "{name}\n{}", part(kind, &fields));
    let mut tried = 0;
    for i in 0..fields.len() {
        let Some(dimension) = fields[i].dimension else { continue };
        let right = fields[i].value.clone();
        for wrong in WRONG.iter().filter(|wrong| Unit::parse(wrong).unwrap().dimension() != dimension) {
            fields[i].value = format!("0.5 {wrong}");
            let place = format!("{kind}.x.{}", fields[i].path.join("."));
            let message = check(&part(kind, &fields)).unwrap_err();
            let expected = dimension.accepted();
            let is_told = message.contains(&place) && message.contains(&format!("0.5 {wrong}"));
            assert!(is_told && message.contains(&expected), "{name}: {place} with {wrong}: {message}");
            tried += 1;
        }
        fields[i].value = right;
    }
    tried
}

fn argument(argument: &Argument, path: &[&str]) -> Field {
    match argument.role {
        Role::Level | Role::Content => {
            let known = [("B", "b"), ("P", "p"), ("Q", "q"), ("E", "e"), ("I", "c"), ("inside", "held")];
            let level = known.iter().find(|(name, _)| *name == argument.name).map_or("a", |(_, level)| level);
            Field::text(path, level)
        }
        role => Field::number(path, &unit(role.dimension(ORDER).unwrap())),
    }
}

fn fields(law: &'static Law) -> Vec<Field> {
    let mut fields = vec![Field::text(&["law"], law.name)];
    for a in law.arguments {
        let Role::Each(group) = a.role else {
            fields.push(argument(a, &[a.name]));
            continue;
        };
        let keys: &[&str] = match group.over {
            Over::Levels => &["c", "held"],
            Over::Labels => &["Na"],
            Over::Reaction(law::Side::Consumed) => &["a", "b"],
            Over::Reaction(law::Side::Produced) => &["p", "q"],
        };
        for key in keys {
            let path = |own: &'static str| if group.is_plain() { vec![a.name, key] } else { vec![a.name, key, own] };
            fields.extend(group.arguments.iter().map(|own| argument(own, &path(own.name))));
        }
    }
    fields
}

#[test]
fn every_parameter_of_every_law() {
    let mut tried = 0;
    for law in law::ALL {
        let (kind, more) = match law.gives {
            Gives::Velocity => ("enzyme", Field::text(&["reaction"], "a + b -> p + q")),
            Gives::Factor | Gives::Remainder => ("regulator", Field::text(&["target"], "target")),
            Gives::Term => ("blocker", Field::text(&["target"], "target.Km")),
        };
        let mut fields = fields(law);
        fields.push(more);
        tried += refuses_wrong_units(law.name, kind, fields);
    }
    assert!(tried > 500, "{tried}");
}

/// A part of each kind that stands for itself, with what it has beside the arguments of a law.
fn kinds() -> Vec<(&'static str, Vec<Field>)> {
    use Field as F;
    let (text, number) = (F::text, F::number);
    vec![
        ("input", vec![]), // any unit
        ("supply", vec![number(&["level"], "uM")]),
        (
            "scheme",
            vec![
                number(&["total"], "uM"),
                text(&["compartment"], "cell"),
                number(&["states", "C"], "1"),
                number(&["states", "O"], "1"),
                text(&["steps", "open", "step"], "C -> O"),
                text(&["steps", "open", "binds"], "held"),
                number(&["steps", "open", "forward"], "1/(uM h)"),
                number(&["steps", "open", "back"], "1/h"),
                number(&["steps", "open", "charge"], "1"),
                number(&["V"], "mV"),
                number(&["RT_F"], "mV"),
            ],
        ),
        ("enzyme", vec![text(&["reaction"], "a -> p"), number(&["Vmax"], "uM/h"), number(&["Km"], "uM")]),
        ("transporter", vec![text(&["reaction"], "a -> p"), number(&["Vmax"], "uM/h"), number(&["Km"], "uM")]),
        ("release", vec![text(&["reaction"], "a ->"), number(&["k"], "1/h")]),
        ("sensor", vec![text(&["reads"], "a"), text(&["shows"], "p"), number(&["tau"], "h")]),
        ("exchange", vec![text(&["reaction"], "a -> p"), number(&["k_out"], "1/h"), number(&["k_in"], "1/h")]),
        ("clearance", vec![text(&["reaction"], "a ->"), number(&["k"], "1/h")]),
        ("reaction", vec![text(&["reaction"], "2 a -> p"), number(&["kf"], "1/(uM h)"), number(&["kr"], "1/h")]),
        (
            "stimulus",
            vec![
                number(&["rest"], "1"),
                number(&["amplitude"], "1"),
                number(&["rate"], "1/h"),
                number(&["on"], "h"),
                number(&["off"], "h"),
            ],
        ),
        (
            "drug",
            vec![
                number(&["V"], "L"),
                number(&["CL"], "L/h"),
                number(&["ka"], "1/h"),
                number(&["F"], "1"),
                number(&["lag"], "h"),
                number(&["V2"], "L"),
                number(&["Q"], "L/h"),
                number(&["fu"], "1"),
                number(&["Kp_uu"], "1"),
                number(&["ke0"], "1/h"),
                number(&["molar_mass"], "g/mol"),
                number(&["body_weight"], "g"),
            ],
        ),
        ("receptor", vec![text(&["X"], "a"), number(&["K"], "uM")]),
        (
            "ligand",
            vec![text(&["target"], "site"), text(&["I"], "c"), number(&["Ki"], "uM"), number(&["efficacy"], "1")],
        ),
        (
            "turnover",
            vec![
                text(&["target"], "target"),
                text(&["compartment"], "cell"),
                number(&["half_life"], "h"),
                number(&["E0"], "uM"),
                number(&["expression"], "1"),
            ],
        ),
        (
            "inactivation",
            vec![text(&["reaction"], "e ->"), text(&["I"], "c"), number(&["k_inact"], "1/h"), number(&["KI"], "uM")],
        ),
        (
            "binding",
            vec![
                text(&["reaction"], "a -> p"),
                text(&["I"], "c"),
                number(&["k_on"], "1/(uM h)"),
                number(&["k_off"], "1/h"),
            ],
        ),
        (
            "gpcr",
            vec![
                text(&["reaction"], "-> p"),
                text(&["ligand"], "a"),
                text(&["G"], "b"),
                text(&["T"], "q"),
                number(&["receptors"], "uM"),
                number(&["k_on"], "1/(uM h)"),
                number(&["k_off"], "1/h"),
                number(&["G_total"], "uM"),
                number(&["k_activation"], "1/(uM^2 h)"),
                number(&["k_deactivation"], "1/(uM h)"),
                number(&["T_total"], "uM"),
                number(&["k_induction"], "1/(uM^2 h)"),
                number(&["k_decay"], "1/h"),
            ],
        ),
        ("process", vec![text(&["reaction"], "a ->"), text(&["rate"], "a")]), // units of formulas are not checked
        ("rule", vec![text(&["value"], "a"), text(&["unit"], "umol")]),
        (
            "regulator",
            vec![
                text(&["target"], "target"),
                text(&["law"], "inhibition_factor"),
                text(&["X"], "a"),
                number(&["top"], "1"),
                number(&["Ki"], "uM"),
                number(&["set_point"], "uM"),
                number(&["strength"], "1"),
            ],
        ),
        ("blocker", vec![text(&["target"], "target.Km"), number(&["I"], "uM"), number(&["Ki"], "uM")]),
        ("event", vec![text(&["root"], "a - 2"), text(&["change"], "a = 1")]),
        ("dynamics", vec![]), // formulas alone, of what has its name
    ]
}

#[test]
fn every_parameter_of_every_kind() {
    for (kind, fields) in kinds() {
        if !fields.is_empty() {
            refuses_wrong_units(kind, kind, fields);
        }
    }
    for kind in component::ALL {
        assert!(kinds().iter().any(|(name, _)| *name == kind.name), "a part of kind {} is missing here", kind.name);
    }
}
