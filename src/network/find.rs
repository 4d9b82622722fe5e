//! Things by their names.

use super::{Compartment, EntityKind, Event, Network, Parameter, Process, Species};
use crate::error::{Error, Problem, did_you_mean};
use crate::expr::Symbol;

impl Network {
    /// Something by its name, if there is such a thing.
    pub fn get(&self, name: &str) -> Option<Symbol> {
        self.by_name.get(name).copied()
    }

    /// The name, with underscores after it where something has it.
    pub(crate) fn free_name(&self, name: &str) -> String {
        let mut name = name.to_string();
        while self.get(&name).is_some() {
            name.push('_');
        }
        name
    }

    /// Something by its name.
    ///
    /// # Errors
    /// Says the nearest known name.
    pub fn find(&self, name: &str) -> Result<Symbol, Error> {
        self.get(name).ok_or_else(|| Problem::error([name], self.unknown(name)).into())
    }

    /// A species by its name.
    ///
    /// ```
    /// let net = homeostat::library::load("best-2009-dopamine")?.network();
    /// let eda = net.species_named("eda").unwrap();
    /// assert_eq!(net.name_of(eda), "eda");
    /// assert_eq!(net.species_named("ead").unwrap_err(), "there is no species ead (did you mean eda?)");
    /// assert_eq!(net.species_named("fire").unwrap_err(), "fire is a parameter; expected a species");
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// The message: there is none, with the nearest of its kind; or it is something else.
    pub fn species_named(&self, name: &str) -> Result<Species, String> {
        self.named(name, "species", |kind| matches!(kind, EntityKind::Species { .. })).map(Species)
    }

    /// A parameter by its name.
    ///
    /// # Errors
    /// As [`Network::species_named`].
    pub fn parameter_named(&self, name: &str) -> Result<Parameter, String> {
        self.named(name, "parameter", |kind| matches!(kind, EntityKind::Parameter { .. })).map(Parameter)
    }

    /// A compartment by its name.
    ///
    /// # Errors
    /// As [`Network::species_named`].
    pub fn compartment_named(&self, name: &str) -> Result<Compartment, String> {
        self.named(name, "compartment", |kind| matches!(kind, EntityKind::Compartment { .. })).map(Compartment)
    }

    /// A process by its name.
    ///
    /// # Errors
    /// As [`Network::species_named`].
    pub fn process_named(&self, name: &str) -> Result<Process, String> {
        self.named(name, "process", |kind| matches!(kind, EntityKind::Process { .. })).map(Process)
    }

    /// Whether an event is a release that waits for spikes.
    pub(crate) fn is_spiking(&self, event: Event) -> bool {
        let part = self.entity(event).part.and_then(|part| self.parts().get(part));
        part.is_some_and(|part| part.kind == "release")
    }

    fn named(&self, name: &str, kind: &str, is: impl Fn(&EntityKind) -> bool) -> Result<Symbol, String> {
        match self.get(name) {
            Some(symbol) if is(&self.entity(symbol).kind) => Ok(symbol),
            Some(symbol) => Err(format!("{name} is a {}; expected a {kind}", self.entity(symbol).kind.name())),
            None => {
                let known = self.entities.iter().filter(|e| is(&e.kind)).map(|e| e.name.as_str());
                Err(format!("there is no {kind} {name}{}", did_you_mean(name, known)))
            }
        }
    }

    /// The message for a name that does not exist.
    pub(crate) fn unknown(&self, name: &str) -> String {
        if self.unready.iter().any(|unready| unready == name) {
            return format!("{name} names what is not there, or the two name one another in a circle");
        }
        let known = self.entities.iter().map(|e| e.name.as_str());
        format!("there is nothing named {name}{}", did_you_mean(name, known))
    }
}
