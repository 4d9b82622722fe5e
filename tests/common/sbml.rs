//! Small models of SBML, written short.

use homeostat::model::sbml::{Document, Math, Operator};
use homeostat::simulation::{Run, Settings, Simulation};

pub const MATH: &str = r#"<math xmlns="http://www.w3.org/1998/Math/MathML">"#;
pub const SYMBOLS: &str = "http://www.sbml.org/sbml/symbols/";

/// A formula of Level 1 as MathML; operators that Level 1 has not are written as calls by their names.
pub fn mathml(math: &Math) -> String {
    let all = |parts: &[Math]| parts.iter().map(mathml).collect::<String>();
    match math {
        Math::Number(value, _) => format!("<cn>{value}</cn>"),
        Math::Name(name) if name == "time" => format!(r#"<csymbol definitionURL="{SYMBOLS}time"/>"#),
        Math::Name(name) if name == "pi" => "<pi/>".to_string(),
        Math::Name(name) => format!("<ci>{name}</ci>"),
        Math::Apply(operator, parts) => format!("<apply><{}/>{}</apply>", operator.name(), all(parts)),
        Math::Call(name, parts) if name == "rateOf" => {
            format!(r#"<apply><csymbol definitionURL="{SYMBOLS}rateOf"/>{}</apply>"#, all(parts))
        }
        Math::Call(name, parts) if name == "logbase" => {
            format!("<apply><log/><logbase>{}</logbase>{}</apply>", mathml(&parts[0]), mathml(&parts[1]))
        }
        Math::Call(name, parts) if name == "piecewise" => {
            let pieces = parts.chunks_exact(2).map(|pair| format!("<piece>{}</piece>", all(pair))).collect::<String>();
            let otherwise = parts.chunks_exact(2).remainder();
            let otherwise =
                otherwise.first().map_or(String::new(), |x| format!("<otherwise>{}</otherwise>", mathml(x)));
            format!("<piecewise>{pieces}{otherwise}</piecewise>")
        }
        Math::Call(name, parts) => match Operator::all().find(|operator| operator.name() == name) {
            Some(Operator::Root) if parts.len() == 2 => {
                format!("<apply><root/><degree>{}</degree>{}</apply>", mathml(&parts[0]), mathml(&parts[1]))
            }
            Some(_) => format!("<apply><{name}/>{}</apply>", all(parts)),
            None => format!("<apply><ci>{name}</ci>{}</apply>", all(parts)),
        },
        other => panic!("{other:?}"),
    }
}

/// A model of Level 3 Version 2; formulas stand in braces.
pub fn document(body: &str) -> Document {
    document_with("", body)
}

/// As [`document`], with attributes of the model.
pub fn document_with(attributes: &str, body: &str) -> Document {
    let core = "http://www.sbml.org/sbml/level3/version2/core";
    let mut text = format!(r#"<sbml xmlns="{core}" level="3" version="2"><model {attributes}>"#);
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('{') {
        let (formula, after) = after.split_once('}').unwrap();
        let formula = Math::from_infix(formula).unwrap_or_else(|error| panic!("{formula}: {error}"));
        text += &format!("{before}{MATH}{}</math>", mathml(&formula));
        rest = after;
    }
    text += &format!("{rest}</model></sbml>");
    Document::from_xml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

pub fn simulation(body: &str) -> Simulation {
    let network = document(body).network().unwrap_or_else(|error| panic!("{error}"));
    Simulation::new(&network).unwrap_or_else(|error| panic!("{error}"))
}

/// What a model shows at times 0, 1 and 2.
pub fn rows(body: &str, names: &str) -> Vec<Vec<f64>> {
    let simulation = simulation(body);
    let selection = simulation.select(names).unwrap();
    let settings = Settings::with_rtol(1e-9);
    let run = Run { steps: 2, selection, settings, ..Run::until(2.0) };
    simulation.run(&run).unwrap_or_else(|interrupted| panic!("{}", interrupted.error)).rows
}

/// Values at 0, 1 and 2 agree with closed forms of the time.
pub fn agrees(body: &str, expected: &[(&str, &dyn Fn(f64) -> f64)]) {
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    for (t, row) in [0.0, 1.0, 2.0].into_iter().zip(rows(body, &names.join(","))) {
        for ((name, of), found) in expected.iter().zip(row) {
            let wanted = of(t);
            let is_same = wanted.is_nan() && found.is_nan() || wanted == found;
            assert!(
                is_same || (found - wanted).abs() <= 1e-7 * wanted.abs().max(1.0),
                "{name} at {t}: {wanted}, found {found}"
            );
        }
    }
}

pub fn list(name: &str, inside: &str) -> String {
    format!("<listOf{name}>{inside}</listOf{name}>")
}

pub fn compartment(id: &str, attributes: &str) -> String {
    format!(r#"<compartment id="{id}" spatialDimensions="3" {attributes}/>"#)
}

pub fn species(id: &str, attributes: &str) -> String {
    let mut text = format!(r#"<species id="{id}" compartment="c" {attributes}"#);
    for name in ["hasOnlySubstanceUnits", "boundaryCondition", "constant"] {
        if !attributes.contains(name) {
            text += &format!(r#" {name}="false""#);
        }
    }
    text + "/>"
}

/// Parameters as `k=2`, or `x=` without a value; those that vary begin with `~`.
pub fn parameters(all: &str) -> String {
    let each = all.split_whitespace().map(|text| {
        let (name, value) = text.split_once('=').unwrap();
        let value = if value.is_empty() { String::new() } else { format!(r#" value="{value}""#) };
        format!(r#"<parameter id="{}"{value} constant="{}"/>"#, name.trim_start_matches('~'), !name.starts_with('~'))
    });
    list("Parameters", &each.collect::<String>())
}

/// Rules, a line each: `x := f`, `x' = f`, `0 = f`; and `x(0) = f`, which is an initial assignment.
pub fn rules(lines: &[&str]) -> String {
    let (mut rules, mut starts) = (String::new(), String::new());
    for line in lines {
        let (left, formula) = line.split_once('=').unwrap();
        let left = left.trim();
        if left == "0" {
            rules += &format!("<algebraicRule>{{{formula}}}</algebraicRule>");
        } else if let Some(x) = left.strip_suffix(':') {
            rules += &format!(r#"<assignmentRule variable="{}">{{{formula}}}</assignmentRule>"#, x.trim());
        } else if let Some(x) = left.strip_suffix('\'') {
            rules += &format!(r#"<rateRule variable="{x}">{{{formula}}}</rateRule>"#);
        } else if let Some(x) = left.strip_suffix("(0)") {
            starts += &format!(r#"<initialAssignment symbol="{x}">{{{formula}}}</initialAssignment>"#);
        }
    }
    format!("{}{}", list("InitialAssignments", &starts), list("Rules", &rules))
}

/// A reaction; references as `a`, `2 a`, or `n:a` for one with an identifier and no number of its own.
pub fn reaction(id: &str, reactants: &str, products: &str, law: &str) -> String {
    let side = |name: &str, all: &str| {
        let each = all.split('+').map(str::trim).filter(|x| !x.is_empty()).map(|x| {
            match (x.split_once(':'), x.split_once(' ')) {
                (Some((id, species)), _) => {
                    format!(r#"<speciesReference id="{id}" species="{species}" constant="false"/>"#)
                }
                (_, Some((n, species))) => {
                    format!(r#"<speciesReference species="{species}" stoichiometry="{n}" constant="true"/>"#)
                }
                _ => format!(r#"<speciesReference species="{x}" stoichiometry="1" constant="true"/>"#),
            }
        });
        list(name, &each.collect::<String>())
    };
    let (reactants, products) = (side("Reactants", reactants), side("Products", products));
    format!(
        r#"<reaction id="{id}" reversible="false">{reactants}{products}<kineticLaw>{{{law}}}</kineticLaw></reaction>"#
    )
}

/// An event by its trigger, what is beside that, and assignments `x = formula`.
pub fn event(trigger: &str, beside: &str, all: &[&str]) -> String {
    let each = all.iter().map(|line| {
        let (x, formula) = line.split_once('=').unwrap();
        format!(r#"<eventAssignment variable="{}">{{{formula}}}</eventAssignment>"#, x.trim())
    });
    let assignments = list("EventAssignments", &each.collect::<String>());
    let trigger = format!(r#"<trigger initialValue="false" persistent="true">{trigger}</trigger>"#);
    format!(r#"<event useValuesFromTriggerTime="true">{trigger}{beside}{assignments}</event>"#)
}
