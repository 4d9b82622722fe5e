//! Where a run begins: numbers as they are given, then what formulas make of them.

use super::System;
use super::lower::{Slot, lower};
use crate::error::{Error, Problem};
use crate::expr::{Arena, Node, NodeId, Symbol};
use crate::network::{EntityKind, Equations, Initial, Network};
use crate::program::{Inputs, Program};
use crate::units::Value;

/// A number at the start that takes the place of what the network says, in the units of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Given {
    /// An amount, or the value of what is no species.
    Amount(f64),
    /// Of a species.
    Concentration(f64),
}

impl Given {
    /// The number, where it needs no size.
    pub fn amount(&self) -> f64 {
        if let Given::Amount(amount) = self { *amount } else { f64::NAN }
    }
}

/// A value to be found after what it rests on.
#[derive(Clone, Debug)]
struct Step {
    target: Slot,
    /// The formula that gives it, if one does.
    formula: Option<Program>,
    /// Of a species, what its concentration is multiplied by.
    size: Option<Size>,
}

#[derive(Clone, Debug)]
enum Size {
    /// In its place.
    Read(Slot),
    Computed(Program),
}

/// All such values, each after those that it rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Start {
    steps: Vec<Step>,
}

impl Start {
    /// # Errors
    /// One problem for each value that rests on itself.
    pub fn compile(network: &Network, equations: &Equations, arena: &Arena, slots: &[Slot]) -> Result<Self, Error> {
        let (mut formulas, mut sizes) = (vec![None; slots.len()], vec![None; slots.len()]);
        for (symbol, formula) in &equations.initial {
            formulas[symbol.0 as usize] = Some(*formula);
        }
        for (size, entity) in sizes.iter_mut().zip(network.entities()) {
            if let EntityKind::Species { compartment, .. } = entity.kind {
                *size = Some(equations.values[compartment.0.0 as usize]);
            }
        }
        let has_place = |i: usize| matches!(slots[i], Slot::State(_) | Slot::Parameter(_));
        let made_of = |i: usize| [formulas[i], sizes[i]].into_iter().flatten().filter(move |_| has_place(i)).collect();
        let mut start = Start::default();
        for i in in_order(network, &made_of, arena)? {
            let program = |node: NodeId| lower(arena, &[node], slots, None);
            let size = sizes[i].map(|node| match arena.node(node) {
                Node::Symbol(size) => Ok(Size::Read(slots[size.0 as usize])),
                _ => program(node).map(Size::Computed),
            });
            let (formula, size) = (formulas[i].map(program).transpose()?, size.transpose()?);
            start.steps.push(Step { target: slots[i], formula, size });
        }
        Ok(start)
    }
}

/// The entities that are made of something, each after what it is made of.
fn in_order(network: &Network, made_of: &dyn Fn(usize) -> Vec<NodeId>, arena: &Arena) -> Result<Vec<usize>, Error> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Open,
        Done,
    }
    let count = network.entities().len();
    let (mut order, mut seen, mut problems) = (Vec::new(), vec![Seen::Not; count], Vec::new());
    for first in 0..count {
        let mut open = vec![(first, false)];
        while let Some((i, is_ready)) = open.pop() {
            match seen[i] {
                Seen::Open if is_ready => {
                    seen[i] = Seen::Done;
                    order.push(i);
                }
                Seen::Not => {
                    let nodes = made_of(i);
                    seen[i] = if nodes.is_empty() { Seen::Done } else { Seen::Open };
                    if !nodes.is_empty() {
                        open.push((i, true));
                        open.extend(nodes.into_iter().flat_map(|n| arena.symbols(n)).map(|s| (s.0 as usize, false)));
                    }
                }
                Seen::Open => {
                    let message = "its value at the start rests on itself; break the circle";
                    problems.push(Problem::error([network.name_of(Symbol(i as u32))], message));
                }
                Seen::Done => {}
            }
        }
    }
    if problems.is_empty() { Ok(order) } else { Err(Error::Input(problems)) }
}

/// Where a run begins, while it is found.
struct Found<'a> {
    state: Vec<f64>,
    parameters: &'a mut [f64],
    scratch: Vec<f64>,
}

impl Found<'_> {
    fn value(&mut self, program: &Program) -> f64 {
        let mut value = [0.0];
        let inputs = Inputs { state: &self.state, parameter: self.parameters, ..Inputs::default() };
        self.scratch.resize(program.scratch_len().max(self.scratch.len()), 0.0);
        program.run(&inputs, &mut value, &mut self.scratch);
        value[0]
    }

    fn size(&mut self, size: &Size) -> f64 {
        match size {
            Size::Computed(program) => self.value(program),
            Size::Read(Slot::Parameter(k)) => self.parameters[*k as usize],
            Size::Read(Slot::State(k)) => self.state[*k as usize],
            Size::Read(_) => f64::NAN,
        }
    }
}

impl System {
    /// The initial amounts for these parameters (a concentration times its compartment's size).
    ///
    /// # Errors
    /// Where a number cannot be expressed in the network's units.
    pub fn initial_state(&self, network: &Network, parameters: &[f64]) -> Result<Vec<f64>, Error> {
        self.begin(network, &mut parameters.to_vec(), &|_| None, None)
    }

    /// The state at the start, and what formulas and concentrations make of parameters then, if that is asked for; what is
    /// `given` for a state or a parameter takes the place of what the network says of it.
    ///
    /// # Errors
    /// Where a number cannot be expressed in the network's units.
    pub(crate) fn begin(
        &self,
        network: &Network,
        parameters: &mut [f64],
        given: &dyn Fn(usize) -> Option<Given>,
        given_parameters: Option<&dyn Fn(usize) -> Option<Given>>,
    ) -> Result<Vec<f64>, Error> {
        let numbers = self.states.iter().enumerate().map(|(i, symbol)| match given(i) {
            Some(given) => Ok(given),
            None => written(network, *symbol),
        });
        let numbers = numbers.collect::<Result<Vec<Given>, Error>>()?;
        let mut found = Found { state: numbers.iter().map(Given::amount).collect(), parameters, scratch: Vec::new() };
        for Step { target, formula, size } in &self.start.steps {
            match (*target, formula, size) {
                (Slot::State(i), Some(formula), _) if given(i as usize).is_none() => {
                    found.state[i as usize] = found.value(formula);
                }
                (Slot::State(i), _, Some(size)) => {
                    if let Given::Concentration(concentration) = numbers[i as usize] {
                        found.state[i as usize] = concentration * found.size(size);
                    }
                }
                (Slot::Parameter(i), ..) => {
                    let (i, Some(given)) = (i as usize, given_parameters) else { continue };
                    match (given(i), formula, size) {
                        (None, Some(formula), _) => found.parameters[i] = found.value(formula),
                        (given, _, Some(size)) => {
                            let number = given.map_or_else(|| written(network, self.parameters[i]), Ok)?;
                            if let Given::Concentration(concentration) = number {
                                found.parameters[i] = concentration * found.size(size);
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        // an equation has to begin somewhere: at 0 many are singular
        let of_equations = self.shape.mass().into_iter().flatten().zip(&mut found.state);
        of_equations.filter(|(mass, y)| **mass == 0.0 && !y.is_finite()).for_each(|(_, y)| *y = 1.0);
        Ok(found.state)
    }
}

/// What a network says of the number of a state or a parameter at the start.
pub(super) fn written(network: &Network, symbol: Symbol) -> Result<Given, Error> {
    let entity = network.entity(symbol);
    let number = |value: &Value| {
        network.units().number(value).map_err(|e| Error::from(Problem::error([entity.name.as_str()], e.to_string())))
    };
    match &entity.kind {
        EntityKind::Species { initial: Initial::Concentration(value), .. } => number(value).map(Given::Concentration),
        EntityKind::Species { initial: Initial::Amount(value), .. }
        | EntityKind::Parameter { value, .. }
        | EntityKind::Compartment { volume: value, .. } => number(value).map(Given::Amount),
        _ => Ok(Given::Amount(f64::NAN)),
    }
}
