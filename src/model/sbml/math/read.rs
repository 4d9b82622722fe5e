//! MathML to formulas.

use super::{Constant, Lambda, Math, Operator};
use crate::model::sbml::xml::{MATHML, Tag, hint, number};

/// Where `csymbol` points (Level 3 Version 2, section 3.4.6).
pub(super) const SYMBOLS: &str = "http://www.sbml.org/sbml/symbols/";

const CONSTANTS: [(&str, Constant); 6] = [
    ("pi", Constant::Pi),
    ("exponentiale", Constant::ExponentialE),
    ("infinity", Constant::Infinity),
    ("notanumber", Constant::NotANumber),
    ("true", Constant::True),
    ("false", Constant::False),
];

pub(super) fn constant_name(constant: Constant) -> &'static str {
    CONSTANTS.iter().find(|(_, c)| *c == constant).map_or("", |(name, _)| name)
}

/// The formula in the element `math` of an element. Nothing, after a complaint, where it cannot be read.
pub(in crate::model::sbml) fn math(owner: Tag) -> Option<Math> {
    formula(content(owner)?)
}

/// The `lambda` in the element `math` of an element.
pub(in crate::model::sbml) fn lambda(owner: Tag) -> Option<Lambda> {
    let tag = content(owner)?;
    if tag.name() != "lambda" {
        tag.fault(Some(20301), format!("found {}, expected lambda", tag.name()));
        return None;
    }
    let mut arguments: Vec<String> = Vec::new();
    let mut bodies = Vec::new();
    for part in tag.elements() {
        if part.name() != "bvar" {
            bodies.push(part);
            continue;
        }
        match part.elements().collect::<Vec<_>>()[..] {
            [name] if name.name() == "ci" => arguments.push(words(name)),
            _ => part.fault(Some(10103), "expected one ci in bvar"),
        }
    }
    for (i, argument) in arguments.iter().enumerate() {
        if arguments[..i].contains(argument) {
            tag.fault(None, format!("there are two arguments {argument}"));
        }
    }
    let [body] = bodies[..] else {
        tag.fault(Some(10103), format!("found {} formulas in lambda, expected one", bodies.len()));
        return None;
    };
    Some(Lambda { arguments, body: formula(body)? })
}

/// What stands in the element `math`; `semantics` may stand around it.
fn content(owner: Tag) -> Option<Tag> {
    let math = owner.elements().find(|t| t.namespace() == MATHML && t.name() == "math")?;
    let mut inside: Vec<Tag> = math.elements().collect();
    while let [first, ..] = inside[..]
        && first.name() == "semantics"
    {
        inside = first.elements().filter(|t| !t.name().starts_with("annotation")).collect();
    }
    match inside[..] {
        [one] => Some(one),
        [] => None, // as if there were no `math`: Level 3 Version 2 has formulas that are not there
        [_, second, ..] => {
            second.fault(Some(10201), format!("a second formula, {}, in one math", second.name()));
            None
        }
    }
}

/// Formulas nest, and so do calls of this function: what does not nest has functions of its own.
fn formula(tag: Tag) -> Option<Math> {
    if tag.namespace() != MATHML {
        return fail(tag, 10201, format!("{} is no MathML", tag.name()));
    }
    match tag.name() {
        "apply" => application(tag),
        "piecewise" => piecewise(tag),
        "semantics" => match tag.elements().next() {
            Some(first) => formula(first),
            None => fail(tag, 10201, "there is nothing in semantics"),
        },
        _ => leaf(tag),
    }
}

/// All of some formulas, so that all complaints are made.
fn formulas(tags: &[Tag]) -> Option<Vec<Math>> {
    let mut all = Vec::with_capacity(tags.len());
    for tag in tags {
        all.extend(formula(*tag));
    }
    (all.len() == tags.len()).then_some(all)
}

fn leaf(tag: Tag) -> Option<Math> {
    if let Some((_, constant)) = CONSTANTS.iter().find(|(name, _)| *name == tag.name()) {
        return Some(Math::Constant(*constant));
    }
    match tag.name() {
        "cn" => literal(tag),
        "ci" => Some(Math::Name(words(tag))),
        "csymbol" => match symbol(tag)? {
            "time" => Some(Math::Constant(Constant::Time)),
            "avogadro" => Some(Math::Constant(Constant::Avogadro)),
            other => fail(tag, 10201, format!("{other} is a function: expected it as the first element of apply")),
        },
        "lambda" => fail(tag, 10208, "lambda may stand in a function definition alone"),
        other => {
            let known =
                ["cn", "ci", "csymbol", "apply", "piecewise"].into_iter().chain(CONSTANTS.map(|(name, _)| name));
            fail(tag, 10202, format!("{other} is no formula of SBML{}", hint(other, known)))
        }
    }
}

fn fail(tag: Tag, rule: u32, message: impl Into<String>) -> Option<Math> {
    tag.fault(Some(rule), message);
    None
}

/// The text in an element.
fn words(tag: Tag) -> String {
    tag.node.text().unwrap_or_default().trim().to_string()
}

/// What a `csymbol` means: by where it points, not by what stands in it.
fn symbol<'a>(tag: Tag<'a>) -> Option<&'a str> {
    let url = tag.attribute("definitionURL").unwrap_or_default();
    let found = url.strip_prefix(SYMBOLS).filter(|s| ["time", "avogadro", "delay", "rateOf"].contains(s));
    if found.is_none() {
        let expected = "time, avogadro, delay or rateOf";
        tag.fault(None, format!("csymbol has the definitionURL \"{url}\", expected {SYMBOLS} with {expected}"));
    }
    found
}

fn literal(tag: Tag) -> Option<Math> {
    let unit = tag.node.attributes().find(|a| a.name() == "units").map(|a| a.value().to_string());
    let texts: Vec<&str> =
        tag.node.children().filter(|n| n.is_text()).filter_map(|n| n.text()).map(str::trim).collect();
    let kind = tag.attribute("type").unwrap_or("real");
    let value = match (kind, &texts[..]) {
        ("real" | "integer", [text]) => number(text),
        ("e-notation", [mantissa, exponent]) if exponent.parse::<i64>().is_ok() => {
            number(&format!("{mantissa}e{exponent}"))
        }
        ("rational", [over, under]) => number(over).zip(number(under)).map(|(over, under)| over / under),
        ("real" | "integer" | "e-notation" | "rational", _) => None,
        _ => {
            return fail(
                tag,
                10207,
                format!("cn has the type \"{kind}\", expected real, integer, e-notation or rational"),
            );
        }
    };
    match value {
        Some(value) if value.is_nan() => Some(Math::Constant(Constant::NotANumber)),
        Some(f64::INFINITY) => Some(Math::Constant(Constant::Infinity)),
        Some(f64::NEG_INFINITY) => Some(Math::Apply(Operator::Minus, vec![Math::Constant(Constant::Infinity)])),
        Some(value) => Some(Math::Number(value, unit)),
        None => fail(tag, 10201, format!("\"{}\" is no number of type {kind}", texts.join(" sep "))),
    }
}

fn application(tag: Tag) -> Option<Math> {
    let (head, arguments) = head(tag)?;
    let arguments = formulas(&arguments)?;
    match head {
        Head::Function(name) => Some(Math::Call(name, arguments)),
        Head::Operator(Operator::RateOf) if !matches!(arguments[..], [Math::Name(_)]) => {
            fail(tag, 10223, "rateOf takes a ci")
        }
        Head::Operator(operator) => Some(Math::Apply(operator, arguments)),
    }
}

/// What is applied.
enum Head {
    Function(String),
    Operator(Operator),
}

/// What an `apply` applies, and to which elements, as many as it takes; a degree or base before the argument.
fn head<'a>(tag: Tag<'a>) -> Option<(Head, Vec<Tag<'a>>)> {
    let complain = |at: Tag, rule: u32, message: String| {
        at.fault(Some(rule), message);
        None
    };
    let mut parts = tag.elements();
    let Some(head) = parts.next() else { return complain(tag, 10201, "there is nothing in apply".to_string()) };
    let (qualifiers, mut arguments): (Vec<Tag>, Vec<Tag>) =
        parts.partition(|part| matches!(part.name(), "degree" | "logbase"));
    if head.name() == "ci" {
        return Some((Head::Function(words(head)), arguments));
    }
    let operator = match head.name() {
        "csymbol" => Operator::named(symbol(head)?),
        name => Operator::of_element(name),
    };
    let Some(operator) = operator else {
        let known = hint(head.name(), Operator::all().map(Operator::name));
        return complain(head, 10202, format!("{} is no operator of SBML{known}", head.name()));
    };
    if matches!(operator, Operator::Root | Operator::Log) && arguments.len() != 1 {
        return complain(head, 10218, format!("{} takes 1 argument, found {}", head.name(), arguments.len()));
    }
    for qualifier in qualifiers {
        let fits = matches!((operator, qualifier.name()), (Operator::Root, "degree") | (Operator::Log, "logbase"));
        match qualifier.elements().collect::<Vec<_>>()[..] {
            [one] if fits && arguments.len() == 1 => arguments.insert(0, one),
            _ => return complain(qualifier, 10201, format!("{} does not fit here", qualifier.name())),
        }
    }
    match operator.takes(arguments.len()) {
        Ok(()) => Some((Head::Operator(operator), arguments)),
        Err(message) => complain(head, 10218, message),
    }
}

fn piecewise(tag: Tag) -> Option<Math> {
    let mut pieces = Vec::new();
    let mut otherwise = None;
    let mut is_complete = true;
    for part in tag.elements() {
        let inside: Vec<Tag> = part.elements().collect();
        match (part.name(), formulas(&inside).map(|mut all| (all.pop(), all.pop(), all.len()))) {
            ("piece", Some((Some(condition), Some(value), 0))) => pieces.push((value, condition)),
            ("otherwise", Some((Some(value), None, _))) if otherwise.is_none() => otherwise = Some(Box::new(value)),
            (_, None) => is_complete = false, // what is in it has been complained of
            _ => {
                misfit(part, inside.len());
                is_complete = false;
            }
        }
    }
    is_complete.then_some(Math::Piecewise { pieces, otherwise })
}

fn misfit(part: Tag, count: usize) {
    match part.name() {
        "piece" => part.fault(Some(10218), format!("piece takes 2, found {count}")),
        "otherwise" => part.fault(Some(10218), format!("otherwise takes 1, once, found {count}")),
        name => part.fault(Some(10201), format!("found {name}, expected piece or otherwise")),
    }
}
