//! What is to be shown, by name.

use super::Simulation;
use crate::error::{Error, Problem};
use crate::network::EntityKind;
use crate::system::Observable;
use crate::units::{Dimension, Unit, convert};

/// A column: as it was written, what it is, and its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// As it was written.
    pub text: String,
    /// What is shown.
    pub observable: Observable,
    /// The unit, as text.
    pub unit: String,
}

impl Simulation {
    /// Reads a list such as `[eda],TH`: `[x]` is the concentration of a species, `x` its amount, or the
    /// value of anything else with a name: a parameter, a flux by its process (amount per time), a rule. A prime
    /// behind it, as in `[x]'`, is its rate of change, but for jumps. A name with a comma is quoted as in CSV; `*` is
    /// everything.
    ///
    /// ```
    /// use homeostat::simulation::{Run, Simulation};
    /// let simulation = Simulation::new(&homeostat::library::load("best-2009-dopamine")?.network())?;
    /// let selection = simulation.select("[cda]',fire'")?;
    /// assert_eq!(selection[0].unit, "uM/h");
    /// assert_eq!(selection[1].unit, "1/h^2");
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// Every name that does not exist, with the nearest known one.
    pub fn select(&self, list: &str) -> Result<Vec<Selection>, Error> {
        let (mut selections, mut problems) = (Vec::new(), Vec::new());
        for text in split(list) {
            if text == "*" {
                selections.extend(self.everything());
                continue;
            }
            match self.selection(&text) {
                Ok(selection) => selections.push(selection),
                Err(problem) => problems.push(problem),
            }
        }
        if selections.is_empty() && problems.is_empty() {
            problems.push(Problem::error(["select"], "the list is empty: expected names such as [eda],TH"));
        }
        if problems.is_empty() { Ok(selections) } else { Err(Error::Input(problems)) }
    }

    /// The concentration of every species.
    pub fn select_species(&self) -> Vec<Selection> {
        let texts = self.network.all_species().map(|s| format!("[{}]", self.network.name_of(s)));
        texts.filter_map(|text| self.selection(&text).ok()).collect()
    }

    /// One column by its text.
    pub(super) fn select_one(&self, text: &str) -> Result<Selection, Error> {
        Ok(self.selection(text)?)
    }

    fn everything(&self) -> Vec<Selection> {
        let names = self.network.entities().iter().map(|e| e.name.clone()).filter_map(|n| self.selection(&n).ok());
        self.select_species().into_iter().chain(names).collect()
    }

    fn selection(&self, text: &str) -> Result<Selection, Problem> {
        let Some(of) = text.strip_suffix('\'') else {
            let (observable, unit) = self.observable(text)?;
            return Ok(Selection { text: text.to_string(), observable, unit: unit.to_string() });
        };
        let (observable, unit) = self.observable(of)?;
        let observable = match observable {
            Observable::Concentration(symbol) => Observable::ConcentrationSlope(symbol),
            Observable::Value(symbol) => Observable::Slope(symbol),
            slope => slope,
        };
        let selection = Selection { text: text.to_string(), observable, unit: self.per_time(&unit).to_string() };
        // what an equation determines has no such rate
        let known = self.system.observer(&self.network, &[observable]);
        let problem =
            |error: Error| error.problems().first().cloned().unwrap_or(Problem::error(["select"], error.to_string()));
        known.map(|_| selection).map_err(problem)
    }

    /// The unit of a rate of change: that of the model, unless a rule has one of its own.
    fn per_time(&self, unit: &Unit) -> Unit {
        let units = self.network.units();
        let of_model = units.of(unit.dimension().div(units.time().dimension())).unwrap_or_default();
        let own = Unit::parse(&format!("({unit})/({})", units.time())).unwrap_or_default();
        if convert(1.0, &own, &of_model) == Ok(1.0) { of_model } else { own }
    }

    /// What a text without a prime shows, and its unit.
    fn observable(&self, text: &str) -> Result<(Observable, Unit), Problem> {
        let units = self.network.units();
        let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
        let name = inner.unwrap_or(text);
        let Some(symbol) = self.network.get(name) else {
            let hint = if name.contains([';', ' ']) { "; a comma stands between names" } else { "" };
            return Err(Problem::error(["select"], self.network.unknown(name) + hint));
        };
        let of = |dimension: Dimension| units.of(dimension).unwrap_or_default();
        Ok(match (&self.network.entity(symbol).kind, inner) {
            (EntityKind::Species { .. }, Some(_)) => (Observable::Concentration(symbol), units.concentration().clone()),
            (kind, Some(_)) => {
                let message = format!("{name} is a {}: only a species has a concentration", kind.name());
                return Err(Problem::error(["select"], message));
            }
            (EntityKind::Species { .. }, None) => (Observable::Value(symbol), units.amount().clone()),
            (EntityKind::Process { .. }, None) => {
                (Observable::Value(symbol), Unit::parse(&units.flux()).unwrap_or_default())
            }
            (EntityKind::Event { .. }, None) => {
                let message = format!("{name} is an event, which has no value; select what it changes");
                return Err(Problem::error(["select"], message));
            }
            (EntityKind::Rule { unit, .. }, None) => (Observable::Value(symbol), unit.clone()),
            (EntityKind::Parameter { value, .. } | EntityKind::Compartment { volume: value, .. }, None) => {
                (Observable::Value(symbol), of(value.unit.dimension()))
            }
        })
    }
}

/// Splits at commas outside of double quotes; a doubled quote inside quotes is one.
fn split(list: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = list.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields.iter().map(|f| f.trim().to_string()).filter(|f| !f.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_keep_commas() {
        assert_eq!(super::split(r#"[a],"b,c", d ,"e""f""#), ["[a]", "b,c", "d", "e\"f"]);
    }
}
