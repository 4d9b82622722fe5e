//! The units inside a model.

use super::Range;
use crate::error::Problem;
use crate::units::{Dimension, Unit, UnitError, Value};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The units that a model's numbers are in: of time, amount and volume, and what amount over volume is
/// called.
///
/// ```
/// use homeostat::network::ModelUnits;
/// use homeostat::units::{Dimension, Value};
/// let units = ModelUnits::default(); // h, umol, L, uM
/// assert_eq!(units.of(Dimension::VELOCITY).unwrap().to_string(), "uM/h");
/// assert_eq!(units.number(&Value::parse("1 nM/s").unwrap()).unwrap(), 3.6);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ModelUnits {
    time: Unit,
    amount: Unit,
    volume: Unit,
    concentration: Unit,
    known: Known,
}

/// Units of dimensions that have been asked for: putting one together takes longer than all that is done with it.
#[derive(Debug, Default)]
struct Known(Mutex<HashMap<Dimension, Unit>>);

impl Known {
    fn lock(&self) -> MutexGuard<'_, HashMap<Dimension, Unit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Known {
    fn clone(&self) -> Self {
        Known(Mutex::new(self.lock().clone()))
    }
}

impl PartialEq for Known {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl ModelUnits {
    /// From the texts of the four units.
    ///
    /// # Errors
    /// Where one is of another kind, or the concentration is not the amount over the volume.
    pub fn new(time: &str, amount: &str, volume: &str, concentration: &str) -> Result<Self, Problem> {
        let unit = |key: &str, text: &str, dimension: Dimension| {
            let unit = Unit::parse(text).map_err(|e| Problem::error(["model", key], e.to_string()))?;
            // a model whose numbers have no units says so by 1; amounts may be counts
            let is_none = unit == Unit::ONE && key != "concentration_unit";
            let is_count = key == "amount_unit" && unit.dimension() == Dimension::ITEM;
            if unit.dimension() != dimension && !is_none && !is_count {
                let message = format!(
                    "found {text}, a unit of {}; expected {}",
                    unit.dimension().name(),
                    dimension.with_examples()
                );
                return Err(Problem::error(["model", key], message));
            }
            Ok(unit)
        };
        let units = ModelUnits {
            time: unit("time_unit", time, Dimension::TIME)?,
            amount: unit("amount_unit", amount, Dimension::AMOUNT)?,
            volume: unit("volume_unit", volume, Dimension::VOLUME)?,
            concentration: match Self::quotient(amount, volume).map(|quotient| quotient.dimension()) {
                Ok(of) if of != Dimension::CONCENTRATION => Unit::parse(concentration)
                    .map_err(|e| Problem::error(["model", "concentration_unit"], e.to_string()))?,
                _ => unit("concentration_unit", concentration, Dimension::CONCENTRATION)?,
            },
            known: Known::default(),
        };
        let same = Self::quotient(amount, volume).and_then(|q| crate::units::convert(1.0, &q, &units.concentration));
        match same {
            Ok(1.0) => Ok(units),
            _ => Err(Problem::error(
                ["model", "concentration_unit"],
                format!("{concentration} is not {amount} over {volume}: choose units that fit, such as umol, L and uM"),
            )),
        }
    }

    fn quotient(amount: &str, volume: &str) -> Result<Unit, UnitError> {
        Unit::parse(&format!("({amount})/({volume})"))
    }

    /// From units of any kinds, as files have them whose numbers are taken as they stand: a concentration is an amount over
    /// a volume. Of units of one kind the first is the model's.
    ///
    /// ```
    /// use homeostat::network::ModelUnits;
    /// use homeostat::units::Unit;
    /// let units = ModelUnits::plain(Unit::ONE, Unit::parse("item")?, Unit::parse("mL")?);
    /// assert_eq!(units.concentration().to_string(), "item/mL");
    /// # Ok::<(), homeostat::units::UnitError>(())
    /// ```
    pub fn plain(time: Unit, amount: Unit, volume: Unit) -> Self {
        let below = volume.to_string();
        let quotient = match &below[..] {
            "1" => amount.to_string(),
            one if one.chars().all(char::is_alphabetic) => format!("{amount}/{one}"),
            many => format!("{amount}/({many})"),
        };
        let concentration = Unit::parse(&quotient).unwrap_or_default();
        let units = ModelUnits { time, amount, volume, concentration, known: Known::default() };
        for unit in [&units.time, &units.amount, &units.volume, &units.concentration] {
            units.known.lock().entry(unit.dimension()).or_insert_with(|| unit.clone());
        }
        units
    }

    /// The unit of time.
    pub fn time(&self) -> &Unit {
        &self.time
    }

    /// The unit of amounts.
    pub fn amount(&self) -> &Unit {
        &self.amount
    }

    /// The unit of fluxes, an amount per time, as text.
    ///
    /// ```
    /// let net = homeostat::library::load("best-2009-dopamine")?.network();
    /// assert_eq!(net.units().flux(), "umol/h");
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn flux(&self) -> String {
        format!("{}/{}", self.amount, self.time)
    }

    /// The unit of volumes.
    pub fn volume(&self) -> &Unit {
        &self.volume
    }

    /// The unit of concentrations.
    pub fn concentration(&self) -> &Unit {
        &self.concentration
    }

    /// The model's unit of a dimension.
    ///
    /// # Errors
    /// Where the exponents are beyond what a unit can have.
    pub fn of(&self, dimension: Dimension) -> Result<Unit, UnitError> {
        if let Some(unit) = self.known.lock().get(&dimension) {
            return Ok(unit.clone());
        }
        let unit = self.put_together(dimension)?;
        self.known.lock().insert(dimension, unit.clone());
        Ok(unit)
    }

    fn put_together(&self, dimension: Dimension) -> Result<Unit, UnitError> {
        let [amount, length, time, mass, temperature, current, item] = dimension.exponents();
        // whole concentrations where that is what it is, else amounts and volumes
        let is_concentration = length == amount.saturating_mul(-3);
        let (concentration, amount) = if is_concentration { (amount, 0) } else { (0, amount) };
        let length = if is_concentration { 0 } else { length };
        let (volume, metre) = if length % 3 == 0 { (length / 3, 0) } else { (0, length) };
        let factors = [
            (&self.concentration.to_string()[..], concentration),
            (&self.amount.to_string(), amount),
            (&self.volume.to_string(), volume),
            (&self.time.to_string(), time),
            ("m", metre),
            ("kg", mass),
            ("K", temperature),
            ("A", current),
            ("item", item),
        ]
        .map(|(name, power)| (name.to_string(), power));
        Unit::parse(&product(&factors))
    }

    /// A value as a number in the model's units.
    ///
    /// # Errors
    /// Where the model has no unit for it.
    pub fn number(&self, value: &Value) -> Result<f64, UnitError> {
        value.to(&self.of(value.unit.dimension())?)
    }
}

/// `uM/h`, `1/(uM h)`, `umol h`: powers above and below a stroke.
fn product(factors: &[(String, i8)]) -> String {
    let side = |sign: i8| -> Vec<String> {
        let power = |(name, power): &(String, i8)| match power.unsigned_abs() {
            1 => name.clone(),
            n => format!("{name}^{n}"),
        };
        factors.iter().filter(|(_, p)| p.signum() == sign).map(power).collect()
    };
    let (above, below) = (side(1), side(-1));
    let top = if above.is_empty() { "1".to_string() } else { above.join(" ") };
    match &below[..] {
        [] => top,
        [one] => format!("{top}/{one}"),
        many => format!("{top}/({})", many.join(" ")),
    }
}

impl Default for ModelUnits {
    fn default() -> Self {
        let unit = |text| Unit::parse(text).unwrap_or_default();
        let [time, amount, volume, concentration] = ["h", "umol", "L", "uM"].map(unit);
        ModelUnits { time, amount, volume, concentration, known: Known::default() }
    }
}

impl super::Network {
    /// A number in the model's units; a bare one is in `unit`, another unit must be of the same dimension.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn number_in(&self, value: &Value, unit: &Unit, range: Range) -> Result<f64, String> {
        let is_bare = value.unit == Unit::ONE;
        let value = if is_bare { Value::new(value.value, unit.clone()) } else { value.clone() };
        match self.number_problem(&value, unit.dimension(), range) {
            Some(message) => Err(message),
            None => self.units.number(&value).map_err(|e| e.to_string()),
        }
    }
}
