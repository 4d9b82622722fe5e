//! Changing parameters and initial values by name.

use super::Simulation;
use crate::error::{Error, Problem};
use crate::expr::Symbol;
use crate::network::EntityKind;
use crate::units::{Dimension, Unit, Value};

/// An initial value that was set, in the model's units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum InitialValue {
    Amount(f64),
    Concentration(f64),
}

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
        if !value.value.is_finite() {
            return Err(problem(format!("found {value}, expected a finite number")));
        }
        match (&entity.kind, inner) {
            (EntityKind::Species { .. }, _) => {
                let unit =
                    if inner.is_some() { self.network.units().concentration() } else { self.network.units().amount() };
                let number = self.not_negative(name, value, unit)?;
                let initial = if inner.is_some() { InitialValue::Concentration } else { InitialValue::Amount };
                if let Some(i) = self.system.state_of(symbol) {
                    self.initial[i] = Some(initial(number));
                }
                Ok(())
            }
            (kind, Some(inner)) => {
                Err(problem(format!("{inner} is a {}: only a species has a concentration", kind.name())))
            }
            (EntityKind::Parameter { value: written }, None) => {
                let number = self.in_unit(name, value, &written.unit)?;
                let negative = number < 0.0 && written.value >= 0.0;
                if negative {
                    return Err(problem(format!("found {value}, expected a number that is not negative")));
                }
                self.put(symbol, number)
            }
            (EntityKind::Compartment { volume }, None) => {
                let number = self.not_negative(name, value, &volume.unit)?;
                if number == 0.0 {
                    return Err(problem(format!("found {value}, expected a positive size")));
                }
                self.put(symbol, number)
            }
            (kind @ (EntityKind::Process { .. } | EntityKind::Rule { .. }), None) => Err(problem(format!(
                "{name} is a {}, which the model determines; set one of its parameters, such as {name}.scale",
                kind.name()
            ))),
        }
    }

    fn put(&mut self, symbol: Symbol, number: f64) -> Result<(), Error> {
        if let Some(i) = self.system.parameter_of(symbol) {
            self.parameters[i] = number;
            self.system.prepare(&mut self.parameters);
        }
        Ok(())
    }

    fn not_negative(&self, name: &str, value: &Value, unit: &Unit) -> Result<f64, Error> {
        let number = self.in_unit(name, value, unit)?;
        if number < 0.0 {
            return Err(Problem::error([name], format!("found {value}, expected a number that is not negative")).into());
        }
        Ok(number)
    }

    /// The value in the model's units; a bare number counts in `unit`.
    fn in_unit(&self, name: &str, value: &Value, unit: &Unit) -> Result<f64, Error> {
        let bare = value.unit.dimension() == Dimension::DIMENSIONLESS && value.unit == Unit::ONE;
        let value = if bare { Value::new(value.value, unit.clone()) } else { value.clone() };
        let number = value.to(unit).and_then(|_| self.network.units().number(&value));
        number.map_err(|e| Problem::error([name], e.to_string()).into())
    }

    /// The state at time 0, before any event.
    pub fn initial_state(&self) -> Result<Vec<f64>, Error> {
        let mut state = self.system.initial_state(&self.network, &self.parameters)?;
        for (i, value) in self.initial.iter().enumerate() {
            match value {
                Some(InitialValue::Amount(amount)) => state[i] = *amount,
                Some(InitialValue::Concentration(c)) => state[i] = c * self.size_of_state(i),
                None => {}
            }
        }
        Ok(state)
    }

    /// The size of the compartment that a state's species is in.
    pub(crate) fn size_of_state(&self, i: usize) -> f64 {
        let symbol = self.system.states()[i];
        match self.network.entity(symbol).kind {
            EntityKind::Species { compartment, .. } => {
                self.system.parameter_of(compartment).map_or(f64::NAN, |p| self.parameters[p])
            }
            _ => f64::NAN,
        }
    }
}
