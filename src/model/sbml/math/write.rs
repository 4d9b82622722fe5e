//! Formulas to MathML.

use super::read::{SYMBOLS, constant_name};
use super::{Constant, Lambda, Math, Operator};
use crate::model::sbml::write::{Markup, number};
use crate::model::sbml::xml::{MATHML, escaped};

/// The prefix under which a document declares SBML's namespace once more, for the units of numbers.
const UNITS: &str = "sbml:units";

/// Writes the element `math`.
pub(in crate::model::sbml) fn write_math(math: &Math, to: &mut Markup) {
    to.element("math", &[("xmlns", Some(MATHML.to_string()))], |to| formula(math, to));
}

/// Writes the element `math` with a `lambda`.
pub(in crate::model::sbml) fn write_lambda(lambda: &Lambda, to: &mut Markup) {
    to.element("math", &[("xmlns", Some(MATHML.to_string()))], |to| {
        to.element("lambda", &[], |to| {
            for argument in &lambda.arguments {
                to.element("bvar", &[], |to| to.raw("ci", &[], &escaped(argument)));
            }
            formula(&lambda.body, to);
        });
    });
}

fn formula(math: &Math, to: &mut Markup) {
    match math {
        Math::Number(value, units) => literal(*value, units, to),
        Math::Constant(Constant::Time) => symbol("time", to),
        Math::Constant(Constant::Avogadro) => symbol("avogadro", to),
        Math::Constant(constant) => to.empty(constant_name(*constant), &[]),
        Math::Name(name) => to.raw("ci", &[], &escaped(name)),
        Math::Apply(operator, arguments) => to.element("apply", &[], |to| application(*operator, arguments, to)),
        Math::Call(function, arguments) => to.element("apply", &[], |to| {
            to.raw("ci", &[], &escaped(function));
            arguments.iter().for_each(|a| formula(a, to));
        }),
        Math::Piecewise { pieces, otherwise } => to.element("piecewise", &[], |to| {
            for (value, condition) in pieces {
                to.element("piece", &[], |to| {
                    formula(value, to);
                    formula(condition, to);
                });
            }
            if let Some(value) = otherwise {
                to.element("otherwise", &[], |to| formula(value, to));
            }
        }),
    }
}

fn application(operator: Operator, arguments: &[Math], to: &mut Markup) {
    match operator {
        Operator::Delay | Operator::RateOf => symbol(operator.name(), to),
        _ => to.empty(operator.name(), &[]),
    }
    let arguments = match (operator, arguments) {
        (Operator::Root, [degree, _]) => {
            to.element("degree", &[], |to| formula(degree, to));
            &arguments[1..]
        }
        (Operator::Log, [base, _]) => {
            to.element("logbase", &[], |to| formula(base, to));
            &arguments[1..]
        }
        _ => arguments,
    };
    arguments.iter().for_each(|a| formula(a, to));
}

fn symbol(name: &str, to: &mut Markup) {
    let attributes = [("encoding", Some("text".to_string())), ("definitionURL", Some(format!("{SYMBOLS}{name}")))];
    to.raw("csymbol", &attributes, name);
}

fn literal(value: f64, units: &Option<String>, to: &mut Markup) {
    let text = number(value);
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let attributes = [("type", Some("e-notation".to_string())), (UNITS, units.clone())];
            to.raw("cn", &attributes, &format!("{mantissa}<sep/>{exponent}"));
        }
        None => to.raw("cn", &[(UNITS, units.clone())], &text),
    }
}
