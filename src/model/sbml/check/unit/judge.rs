//! What a formula is in.

use super::measure::Measure;
use crate::model::sbml::document::{Parameter, SbmlModel};
use crate::model::sbml::math::{Constant, Lambda, Math, Operator};
use std::collections::HashMap;

/// What is known of a formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Finding {
    Known(Measure),
    /// A number without units is in it: it may be in any.
    Undeclared,
}

use Finding::{Known, Undeclared};

/// What a variable is, in the order of SBML's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variable {
    Compartment,
    Species,
    Parameter,
    Reference,
}

/// Formulas and calls nest no deeper, and are no longer with all calls written out; beyond, nothing is judged.
const DEEPEST: usize = 1000;
const LONGEST: usize = 1_000_000;

/// What there is in a model, and what it is in.
pub(super) struct Judge<'m> {
    model: &'m SbmlModel,
    units: HashMap<&'m str, Finding>,
    names: HashMap<&'m str, (Option<Variable>, Finding)>,
    functions: HashMap<&'m str, &'m Lambda>,
    /// Parameters of the rate that is looked at, or arguments of a function.
    own: HashMap<&'m str, Finding>,
    time: Finding,
    /// Units of reactions: extent over time.
    rate: Finding,
    depth: usize,
    /// How much is still looked at.
    left: usize,
}

type Outcome = Result<Finding, String>;

impl<'m> Judge<'m> {
    pub(super) fn new(model: &'m SbmlModel) -> Self {
        let d = &model.defaults;
        let (units, names, own) = (HashMap::new(), HashMap::new(), HashMap::new());
        let functions = model.functions.iter().filter_map(|f| Some((f.base.id(), f.lambda.as_ref()?))).collect();
        let (time, rate) = (Undeclared, Undeclared);
        let mut judge = Judge { model, units, names, functions, own, time, rate, depth: 0, left: LONGEST };
        judge.time = judge.unit(d.time_units.as_ref());
        judge.rate = ratio(judge.unit(d.extent_units.as_ref()), judge.time);
        let mut sizes = HashMap::new();
        for c in &model.compartments {
            let default = match c.dimensions {
                Some(3.0) => &d.volume_units,
                Some(2.0) => &d.area_units,
                Some(1.0) => &d.length_units,
                _ => &None,
            };
            let size = judge.unit(c.units.as_ref().or(default.as_ref()));
            sizes.insert(c.base.id(), (size, c.dimensions == Some(0.0)));
            judge.names.insert(c.base.id(), (Some(Variable::Compartment), size));
        }
        for s in &model.species {
            let amount = judge.unit(s.substance_units.as_ref().or(d.substance_units.as_ref()));
            let finding = match sizes.get(s.compartment.as_str()) {
                Some((size, is_point)) if !s.has_only_substance_units && !is_point => ratio(amount, *size),
                _ => amount,
            };
            judge.names.insert(s.base.id(), (Some(Variable::Species), finding));
        }
        for p in &model.parameters {
            let finding = judge.unit(p.units.as_ref());
            judge.names.insert(p.base.id(), (Some(Variable::Parameter), finding));
        }
        for r in &model.reactions {
            let references = r.reactants.iter().chain(&r.products).filter_map(|x| x.base.id.as_deref());
            judge.names.extend(references.map(|id| (id, (Some(Variable::Reference), Known(Measure::ONE)))));
            judge.names.insert(r.base.id(), (None, judge.rate));
        }
        judge
    }

    /// What the unit of this name is.
    fn unit(&mut self, name: Option<&'m String>) -> Finding {
        let Some(name) = name else { return Undeclared };
        let of = || Measure::of(self.model, name).map_or(Undeclared, Known);
        *self.units.entry(name).or_insert_with(of)
    }

    /// Units of the time.
    pub(super) fn time(&self) -> Option<Measure> {
        measure(self.time)
    }

    /// Units of rates of reactions.
    pub(super) fn rate_of_reactions(&self) -> Option<Measure> {
        measure(self.rate)
    }

    /// What a variable is, and its units where it has some.
    pub(super) fn variable(&self, name: &str) -> Option<(Variable, Measure)> {
        let (kind, finding) = self.names.get(name)?;
        Some(((*kind)?, measure(*finding)?))
    }

    /// Parameters that only what follows sees.
    pub(super) fn enter(&mut self, parameters: &'m [Parameter]) {
        self.own = parameters.iter().map(|p| (p.base.id(), self.unit(p.units.as_ref()))).collect();
    }

    /// What a formula is in.
    ///
    /// # Errors
    /// An operator whose arguments are in units that it cannot take together.
    pub(super) fn formula(&mut self, math: &'m Math) -> Outcome {
        if self.depth >= DEEPEST || self.left == 0 {
            return Ok(Undeclared);
        }
        self.left -= 1;
        self.depth += 1;
        let found = self.part(math);
        self.depth -= 1;
        found
    }

    fn part(&mut self, math: &'m Math) -> Outcome {
        match math {
            Math::Number(_, units) => Ok(self.unit(units.as_ref())),
            Math::Constant(Constant::Time) => Ok(self.time),
            Math::Constant(Constant::True | Constant::False) => Ok(Known(Measure::ONE)),
            Math::Constant(_) => Ok(Undeclared),
            Math::Name(name) => Ok(self.name(name)),
            Math::Apply(operator, arguments) => self.apply(*operator, arguments),
            Math::Call(name, arguments) => self.call(name, arguments),
            Math::Piecewise { pieces, otherwise } => {
                for (_, condition) in pieces {
                    self.formula(condition)?;
                }
                let values: Vec<&Math> = pieces.iter().map(|(value, _)| value).chain(otherwise.as_deref()).collect();
                self.alike("piecewise", values)
            }
        }
    }

    fn name(&self, name: &str) -> Finding {
        let own = self.own.get(name).copied();
        own.or_else(|| self.names.get(name).map(|(_, finding)| *finding)).unwrap_or(Undeclared)
    }

    fn call(&mut self, name: &str, arguments: &'m [Math]) -> Outcome {
        let found = arguments.iter().map(|math| self.formula(math)).collect::<Result<Vec<Finding>, _>>()?;
        let Some(lambda) = self.functions.get(name).copied() else { return Ok(Undeclared) };
        let inner = lambda.arguments.iter().map(String::as_str).zip(found).collect();
        let outer = std::mem::replace(&mut self.own, inner);
        let found = self.formula(&lambda.body);
        self.own = outer;
        found.map_err(|message| format!("in {name}: {message}"))
    }

    /// Arguments that have to be in the same units, and those units.
    fn alike(&mut self, operator: &str, arguments: Vec<&'m Math>) -> Outcome {
        let mut first: Option<(&Math, Measure)> = None;
        for math in arguments {
            let Known(found) = self.formula(math)? else { continue };
            match first {
                Some((other, measure)) if !measure.is(found) => {
                    let (other, math) = (named(other), named(math));
                    let (one, two) = (measure.text(), found.text());
                    return Err(format!(
                        "{operator} takes {other} in {one} and {math} in {two}, expected the same units"
                    ));
                }
                Some(_) => {}
                None => first = Some((math, found)),
            }
        }
        Ok(first.map_or(Undeclared, |(_, measure)| Known(measure)))
    }

    /// An argument that has to be a pure number.
    fn number(&mut self, operator: Operator, math: &'m Math) -> Result<(), String> {
        match self.formula(math)? {
            Known(found) if !found.is_number() => {
                let (name, math, found) = (operator.name(), named(math), found.text());
                Err(format!("{name} takes {math} in {found}, expected no units"))
            }
            _ => Ok(()),
        }
    }

    fn apply(&mut self, operator: Operator, arguments: &'m [Math]) -> Outcome {
        use Operator::{
            Abs, Ceiling, Delay, Divide, Floor, Max, Min, Minus, Plus, Power, Quotient, RateOf, Rem, Root, Times,
        };
        use Operator::{And, Eq, Geq, Gt, Implies, Leq, Lt, Neq, Not, Or, Xor};
        match (operator, arguments) {
            (Plus | Minus | Max | Min | Abs | Floor | Ceiling, _) => {
                self.alike(operator.name(), arguments.iter().collect())
            }
            (Eq | Neq | Gt | Lt | Geq | Leq, _) => {
                self.alike(operator.name(), arguments.iter().collect())?;
                Ok(Known(Measure::ONE))
            }
            (And | Or | Xor | Not | Implies, _) => {
                arguments.iter().try_for_each(|math| self.formula(math).map(|_| ()))?;
                Ok(Known(Measure::ONE))
            }
            (Times, _) => {
                arguments.iter().try_fold(Known(Measure::ONE), |all, math| Ok(product(all, self.formula(math)?)))
            }
            (Divide | Quotient, [a, b]) => Ok(ratio(self.formula(a)?, self.formula(b)?)),
            (Rem, [a, b]) => {
                self.formula(b)?;
                self.formula(a)
            }
            (Power, [base, exponent]) => self.power(operator, base, exponent, |x| x),
            (Root, [base]) => Ok(power(self.formula(base)?, Some(0.5))),
            (Root, [degree, base]) => self.power(operator, base, degree, |x| 1.0 / x),
            (Delay, [value, by]) => {
                if let (Known(found), Known(time)) = (self.formula(by)?, self.time)
                    && !found.is(time)
                {
                    let (found, time) = (found.text(), time.text());
                    return Err(format!("delay is by {} in {found}, expected {time}", named(by)));
                }
                self.formula(value)
            }
            (RateOf, [value]) => Ok(ratio(self.formula(value)?, self.time)),
            _ => {
                arguments.iter().try_for_each(|math| self.number(operator, math))?;
                Ok(Known(Measure::ONE))
            }
        }
    }

    /// A power or root. What the exponent is has to be known where the base has units.
    fn power(&mut self, operator: Operator, base: &'m Math, exponent: &'m Math, of: fn(f64) -> f64) -> Outcome {
        self.number(operator, exponent)?;
        let by = exponent.value(&|_| None).map(of);
        Ok(power(self.formula(base)?, by))
    }
}

fn measure(finding: Finding) -> Option<Measure> {
    match finding {
        Known(measure) => Some(measure),
        Undeclared => None,
    }
}

fn product(a: Finding, b: Finding) -> Finding {
    match (a, b) {
        (Known(a), Known(b)) => Known(a.times(b)),
        _ => Undeclared,
    }
}

fn ratio(a: Finding, b: Finding) -> Finding {
    match (a, b) {
        (Known(a), Known(b)) => Known(a.over(b)),
        _ => Undeclared,
    }
}

fn power(base: Finding, exponent: Option<f64>) -> Finding {
    match base {
        // a pure number stays one whatever the exponent; how large its unit is then takes no part
        Known(base) if base.is(Measure::ONE) => Known(base),
        Known(base) => exponent.and_then(|exponent| base.power(exponent)).map_or(Undeclared, Known),
        Undeclared => Undeclared,
    }
}

/// What to call a part of a formula.
fn named(math: &Math) -> String {
    match math {
        Math::Name(name) => name.clone(),
        Math::Constant(Constant::Time) => "the time".to_string(),
        Math::Number(value, _) => value.to_string(),
        Math::Apply(operator, _) => format!("a formula ({})", operator.name()),
        Math::Call(name, _) => format!("a value of {name}"),
        Math::Constant(_) | Math::Piecewise { .. } => "a value".to_string(),
    }
}
