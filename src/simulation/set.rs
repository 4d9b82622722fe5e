//! Changing parameters and initial values by name.

use super::Simulation;
use crate::error::{Error, Problem};
use crate::expr::Symbol;
use crate::network::{EntityKind, Range};
use crate::system::Given;
use crate::units::{Dimension, Unit, Value};

impl Simulation {
    /// Sets a parameter, a compartment's size, or an initial value: `name` sets the amount of a species,
    /// `[name]` its concentration. The value is a number in the unit that the model writes, or has a unit
    /// of its own: `"0.5"`, `"36 nM"`.
    ///
    /// # Errors
    /// An unknown name (with the nearest known one), a name that a rule or process determines, a unit of
    /// the wrong kind, a number that is not finite, or a negative amount, concentration or size.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let value = Value::parse(value).map_err(|e| Problem::error([name], e.to_string()))?;
        self.set_value(name, &value)
    }

    /// As [`Simulation::set`], with a value that has been read; without a unit it is in the model's.
    ///
    /// # Errors
    /// As [`Simulation::set`].
    pub fn set_value(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        let problem = |message: String| Error::from(Problem::error([name], message));
        let inner = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
        let symbol = self.network.find(inner.unwrap_or(name))?;
        let entity = self.network.entity(symbol).clone();
        match (&entity.kind, inner) {
            (EntityKind::Species { range, .. }, _) => {
                let unit =
                    if inner.is_some() { self.network.units().concentration() } else { self.network.units().amount() };
                let number =
                    self.in_unit(name, value, unit, *range).map_err(|error| self.other_way(symbol, value, error))?;
                self.put(symbol, if inner.is_some() { Given::Concentration(number) } else { Given::Amount(number) })
            }
            (kind, Some(inner)) => {
                Err(problem(format!("{inner} is a {}: only a species has a concentration", kind.name())))
            }
            (EntityKind::Parameter { value: written, range }, None) => {
                let number = self.in_unit(name, value, &written.unit, *range)?;
                self.put(symbol, Given::Amount(number))
            }
            (EntityKind::Compartment { volume, range }, None) => {
                let number = self.in_unit(name, value, &volume.unit, *range)?;
                self.put(symbol, Given::Amount(number))
            }
            (EntityKind::Process { .. }, None) => Err(problem(format!(
                "{name} is a process, which the model determines; set one of its parameters, such as {name}.scale"
            ))),
            (EntityKind::Event { .. }, None) => {
                Err(problem(format!("{name} is an event, which has no value; set what its formulas name")))
            }
            (EntityKind::Rule { .. }, None) => {
                Err(problem(format!("{name} is a rule, which the model determines; set what its formula names")))
            }
        }
    }

    /// The problem with a value of a species, with the name that takes a value of this kind.
    fn other_way(&self, species: Symbol, value: &Value, error: Error) -> Error {
        let (name, found) = (self.network.name_of(species), value.unit.dimension());
        let hint = match found {
            Dimension::CONCENTRATION => format!("; its concentration is set by [{name}]"),
            Dimension::AMOUNT => format!("; its amount is set by {name}"),
            _ => return error,
        };
        match error {
            Error::Input(mut problems) => {
                problems.iter_mut().for_each(|problem| problem.message += &hint);
                Error::Input(problems)
            }
            other => other,
        }
    }

    fn put(&mut self, symbol: Symbol, given: Given) -> Result<(), Error> {
        match (self.system.state_of(symbol), self.system.parameter_of(symbol), given) {
            (Some(i), ..) => self.initial[i] = Some(given),
            (_, Some(i), given) => {
                if let Given::Amount(number) = given {
                    self.parameters[i] = number;
                }
                self.given[i] = Some(given);
            }
            _ => {
                let name = self.network.name_of(symbol);
                let message = format!("{name} is given by a formula at every time; set what its formula names");
                return Err(Problem::error([name], message).into());
            }
        }
        self.refresh()
    }

    /// Parameters that formulas give at the start, and what is derived from parameters, follow what was set.
    pub(super) fn refresh(&mut self) -> Result<(), Error> {
        let mut parameters = std::mem::take(&mut self.parameters);
        let begun = self.system.begin(&self.network, &mut parameters, &|i| self.initial[i], Some(&|i| self.given[i]));
        self.system.prepare(&mut parameters);
        self.parameters = parameters;
        begun.map(drop)
    }

    /// The value in the model's units; a bare number counts in `unit`.
    fn in_unit(&self, name: &str, value: &Value, unit: &Unit, range: Range) -> Result<f64, Error> {
        self.network.number_in(value, unit, range).map_err(|message| Problem::error([name], message).into())
    }

    /// The state at time 0, before any event.
    ///
    /// # Errors
    /// Where a number cannot be expressed in the network's units; where numbers that have been set make no sense together, such
    /// as rate constants of a cycle that could then turn for ever.
    pub fn initial_state(&self) -> Result<Vec<f64>, Error> {
        let unmet = self.network.unmet(&|symbol| Some(self.parameters[self.system.parameter_of(symbol)?]));
        if !unmet.is_empty() {
            return Err(Error::Input(unmet));
        }
        let mut parameters = self.parameters.clone();
        self.system.begin(&self.network, &mut parameters, &|i| self.initial[i], None)
    }

    /// The size of the compartment that a state's species is in; 1 for what is no species.
    pub(crate) fn size_of_state(&self, i: usize) -> f64 {
        let symbol = self.system.states()[i];
        match self.network.entity(symbol).kind {
            EntityKind::Species { compartment, .. } => {
                self.system.parameter_of(compartment).map_or(f64::NAN, |p| self.parameters[p])
            }
            _ => 1.0,
        }
    }
}
