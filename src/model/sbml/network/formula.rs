//! Formulas: what names mean, function definitions put in, pieces.

use super::operator::operator;
use super::{Meaning, Named};
use crate::expr::NodeId;
use crate::model::sbml::document::Base;
use crate::model::sbml::math::{Constant, Lambda, Math, Operator};
use std::collections::HashMap;

/// Formulas and calls may nest this deep.
const DEEPEST: usize = 1000;

/// What names mean in a formula before they mean anything else.
#[derive(Default)]
pub(super) struct Scope<'m> {
    /// Arguments of a function, or parameters of a rate.
    pub own: HashMap<&'m str, NodeId>,
    /// What an argument is a name of: its rate of change may be asked for.
    pub aliases: HashMap<&'m str, &'m str>,
    /// Whether there is nothing else.
    pub is_closed: bool,
    depth: usize,
}

impl<'m> Meaning<'m> {
    /// A formula as a node of the network; NaN after a complaint where it cannot be one.
    pub(super) fn formula(&mut self, math: &'m Math, place: [&str; 2], base: &Base) -> NodeId {
        self.formula_within(math, &Scope::default(), place, base)
    }

    /// As [`Meaning::formula`], with names of its own.
    pub(super) fn formula_within(
        &mut self,
        math: &'m Math,
        scope: &Scope<'m>,
        place: [&str; 2],
        base: &Base,
    ) -> NodeId {
        self.node(math, scope).unwrap_or_else(|message| {
            self.report(place, base, message);
            self.net.number(f64::NAN).id()
        })
    }

    fn node(&mut self, math: &'m Math, scope: &Scope<'m>) -> Result<NodeId, String> {
        match math {
            Math::Number(value, _) => Ok(self.net.number(*value).id()),
            Math::Constant(Constant::Time) => Ok(self.net.time().id()),
            Math::Constant(constant) => Ok(self.net.number(constant.value().unwrap_or(f64::NAN)).id()),
            Math::Name(name) => self.name(name, scope),
            Math::Apply(Operator::RateOf, arguments) => self.rate_of(arguments, scope),
            Math::Apply(Operator::Delay, arguments) => self.delay(arguments, scope),
            Math::Apply(op, arguments) => {
                let arguments = self.nodes(arguments, scope)?;
                Ok(operator(&self.net, *op, &arguments, &self.fixed))
            }
            Math::Call(name, arguments) => self.call(name, arguments, scope),
            Math::Piecewise { pieces, otherwise } => self.piecewise(pieces, otherwise.as_deref(), scope),
        }
    }

    fn nodes(&mut self, all: &'m [Math], scope: &Scope<'m>) -> Result<Vec<NodeId>, String> {
        let mut nodes = Vec::with_capacity(all.len());
        for math in all {
            nodes.push(self.node(math, scope)?);
        }
        Ok(nodes)
    }

    fn name(&self, name: &str, scope: &Scope<'m>) -> Result<NodeId, String> {
        let found = if scope.is_closed { None } else { self.names.get(name).copied() };
        let own = scope.own.get(name).copied().or_else(|| found.map(|named| self.value(named)));
        own.ok_or_else(|| format!("there is nothing named {name} that has a value"))
    }

    /// The value of a name.
    pub(super) fn value(&self, named: Named) -> NodeId {
        match named {
            Named::Species(species, Some(compartment)) => self.net.content(species, compartment).id(),
            other => self.net.value(other.symbol()).id(),
        }
    }

    /// What a value given to a name is in the terms of the state: of a species its amount.
    pub(super) fn in_state(&self, named: Named, value: NodeId) -> NodeId {
        match named {
            Named::Species(_, Some(compartment)) => (self.net.formula(value) * self.net.value(compartment)).id(),
            _ => value,
        }
    }

    fn piecewise(
        &mut self,
        pieces: &'m [(Math, Math)],
        otherwise: Option<&'m Math>,
        scope: &Scope<'m>,
    ) -> Result<NodeId, String> {
        let mut chosen = match otherwise {
            Some(math) => self.node(math, scope)?,
            None => self.net.number(f64::NAN).id(),
        };
        for (value, condition) in pieces.iter().rev() {
            let (value, condition) = (self.node(value, scope)?, self.node(condition, scope)?);
            let net = &self.net;
            chosen = net.formula(condition).select(net.formula(value), net.formula(chosen)).id();
        }
        Ok(chosen)
    }

    /// A function definition with its arguments put in.
    fn call(&mut self, name: &'m str, arguments: &'m [Math], scope: &Scope<'m>) -> Result<NodeId, String> {
        let function = *self.functions.get(name).ok_or_else(|| format!("there is no function {name}"))?;
        let nodes = self.nodes(arguments, scope)?;
        let Some(Lambda { arguments: names, body }) = &function.lambda else {
            return Ok(self.net.number(f64::NAN).id()); // a function without a formula has no value
        };
        if names.len() != nodes.len() {
            return Err(format!("{name} takes {} arguments, found {}", names.len(), nodes.len()));
        }
        if scope.depth > DEEPEST {
            return Err(format!("functions call one another more than {DEEPEST} deep"));
        }
        let key = (name, nodes);
        if let Some(&known) = self.calls.get(&key) {
            return Ok(known);
        }
        let mut inner = Scope { is_closed: true, depth: scope.depth + 1, ..Scope::default() };
        for ((argument, node), math) in names.iter().zip(&key.1).zip(arguments) {
            inner.own.insert(argument, *node);
            if let Math::Name(of) = math {
                let of = scope.aliases.get(of.as_str()).copied().unwrap_or(of);
                inner.aliases.insert(argument, of);
            }
        }
        let node = self.node(body, &inner)?;
        self.calls.insert(key, node);
        Ok(node)
    }

    /// `delay(x, t)`: a parameter of its own, the same for equal formulas.
    fn delay(&mut self, arguments: &'m [Math], scope: &Scope<'m>) -> Result<NodeId, String> {
        let nodes = self.nodes(arguments, scope)?;
        let [value, by] = nodes[..] else { return Err(format!("delay takes 2 arguments, found {}", nodes.len())) };
        let known = self.delays.get(&(value, by)).copied();
        let parameter = known.unwrap_or_else(|| {
            let name = self.net.free_name(&format!("delay_{}", self.delays.len() + 1));
            let parameter = self.number(&name, None, None);
            self.net.delay(parameter, value, by);
            self.delays.insert((value, by), parameter);
            parameter
        });
        Ok(self.net.value(parameter).id())
    }

    /// `rateOf(x)`: a parameter of its own, which a formula gives once all that changes `x` is known.
    fn rate_of(&mut self, arguments: &'m [Math], scope: &Scope<'m>) -> Result<NodeId, String> {
        let [Math::Name(name)] = arguments else { return Err("rateOf takes a name".to_string()) };
        let name = scope.aliases.get(name.as_str()).copied().unwrap_or(name);
        if scope.own.contains_key(name) {
            return Ok(self.net.number(0.0).id()); // parameters of one rate are constant
        }
        self.slope(name).map(|rate| self.net.value(rate).id())
    }
}
