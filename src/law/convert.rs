//! What tables print, as constants of laws: half-inhibitions, temperatures, limiting velocities of the way back.

use crate::units::{Concentration, Temperature, Unit, UnitError, Value, Voltage};

/// J/K, exact in the SI since 2019 (CODATA 2018).
const BOLTZMANN: f64 = 1.380649e-23;
/// C, exact likewise.
const ELEMENTARY_CHARGE: f64 = 1.602176634e-19;
/// J/(mol K): the product of two exact constants.
const GAS_CONSTANT: f64 = 8.31446261815324;

/// Ki = IC50 / (1 + S/Km): the inhibition constant of a competitive inhibitor that halves the velocity at IC50 while the
/// substrate is at S. Cheng & Prusoff 1973, Biochem. Pharmacol. 22:3099. The result is in the unit of the IC50; of a
/// radioligand displacement S is its concentration and Km its Kd.
///
/// ```
/// use homeostat::law::convert::cheng_prusoff;
/// use homeostat::units::Concentration as C;
/// let ki = cheng_prusoff(&C::nm(30.0), &C::um(2.0), &C::um(1.0))?;
/// assert_eq!(ki.to_string(), "10 nM");
/// # Ok::<(), homeostat::units::UnitError>(())
/// ```
///
/// # Errors
/// A concentration that is not finite or negative, or a Km that is not positive.
pub fn cheng_prusoff(ic50: &Concentration, s: &Concentration, km: &Concentration) -> Result<Concentration, UnitError> {
    let [s, km] = in_units_of(ic50, [s, km])?;
    scaled(ic50, 1.0 / (1.0 + non_negative("S", s)? / positive("Km", km)?))
}

/// Kb = IC50 / ((2 + (A/EC50)^n)^(1/n) - 1): the dissociation constant of a competitive antagonist that halves the response to
/// an agonist at A, of slope n. Leff & Dougall 1993, Trends Pharmacol. Sci. 14:110, eq. 5. With n = 1 it is Cheng and
/// Prusoff's.
///
/// ```
/// use homeostat::law::convert::functional_antagonist;
/// use homeostat::units::Concentration as C;
/// let kb = functional_antagonist(&C::nm(30.0), &C::um(2.0), &C::um(1.0), 1.0)?;
/// assert_eq!(kb.to_string(), "10 nM");
/// # Ok::<(), homeostat::units::UnitError>(())
/// ```
///
/// # Errors
/// A concentration that is not finite or negative, an EC50 or slope that is not positive.
pub fn functional_antagonist(
    ic50: &Concentration,
    a: &Concentration,
    ec50: &Concentration,
    n: f64,
) -> Result<Concentration, UnitError> {
    let [a, ec50] = in_units_of(ic50, [a, ec50])?;
    let n = positive("the slope", n)?;
    let stimulated = (non_negative("A", a)? / positive("EC50", ec50)?).powf(n);
    scaled(ic50, 1.0 / ((2.0 + stimulated).powf(1.0 / n) - 1.0))
}

/// Q10^((T - Tref) / 10 K): how much faster a rate is at T than at Tref. Q10 is mostly 2 to 3.
/// Van 't Hoff's rule; Hille, Ion Channels of Excitable Membranes, 3rd ed., chapter 2.
///
/// ```
/// use homeostat::law::convert::q10;
/// use homeostat::units::Temperature;
/// let factor = q10(2.0, &Temperature::new(308.15, "K")?, &Temperature::new(298.15, "K")?)?;
/// assert_eq!(factor, 2.0); // from 25 to 35 degrees
/// # Ok::<(), homeostat::units::UnitError>(())
/// ```
///
/// # Errors
/// A Q10 or a temperature that is not positive and finite.
pub fn q10(q10: f64, t: &Temperature, reference: &Temperature) -> Result<f64, UnitError> {
    Ok(positive("Q10", q10)?.powf((kelvin(t)? - kelvin(reference)?) / 10.0))
}

/// exp(Ea/R (1/Tref - 1/T)): how much faster a rate is at T than at Tref by its activation energy, such as `50 kJ/mol` given as
/// `Value::parse("50e3 kg m^2/(s^2 mol)")`. Arrhenius 1889, Z. Phys. Chem. 4:226; R by CODATA 2018 (exact).
///
/// ```
/// use homeostat::law::convert::arrhenius;
/// use homeostat::units::{Temperature, Value};
/// let energy = Value::parse("50e3 kg m^2/(s^2 mol)")?;
/// let factor = arrhenius(&energy, &Temperature::new(310.15, "K")?, &Temperature::new(298.15, "K")?)?;
/// assert!((factor - 2.18).abs() < 0.01);
/// # Ok::<(), homeostat::units::UnitError>(())
/// ```
///
/// # Errors
/// An energy per amount of another unit, temperatures that are not positive.
pub fn arrhenius(energy: &Value, t: &Temperature, reference: &Temperature) -> Result<f64, UnitError> {
    let energy = energy.to(&Unit::parse("kg m^2/(s^2 mol)")?)?;
    Ok((energy / GAS_CONSTANT * (1.0 / kelvin(reference)? - 1.0 / kelvin(t)?)).exp())
}

/// RT/F: the voltage at which one charge has the thermal energy; 26.73 mV at 37 degrees. From the exact k and e of the SI
/// (2019).
///
/// ```
/// use homeostat::law::convert::thermal_voltage;
/// use homeostat::units::{Temperature, Unit};
/// let v = thermal_voltage(&Temperature::new(310.15, "K")?)?;
/// assert!((v.to(&Unit::parse("mV")?)? - 26.7267).abs() < 1e-4);
/// # Ok::<(), homeostat::units::UnitError>(())
/// ```
///
/// # Errors
/// A temperature that is not positive and finite.
pub fn thermal_voltage(t: &Temperature) -> Result<Voltage, UnitError> {
    Voltage::new(BOLTZMANN / ELEMENTARY_CHARGE * kelvin(t)?, "V")
}

/// (Vf/Vr) prod Kp / prod Ks: the equilibrium constant that a reversible law with these constants comes to (Haldane's relation);
/// to be compared with the one that is known. Haldane 1930, Enzymes, chapter 5.
///
/// ```
/// use homeostat::law::convert::haldane;
/// assert_eq!(haldane(10.0, &[2.0], 5.0, &[4.0]), 4.0);
/// ```
pub fn haldane(forward: f64, ks: &[f64], back: f64, kp: &[f64]) -> f64 {
    forward / back * kp.iter().product::<f64>() / ks.iter().product::<f64>()
}

fn in_units_of<const N: usize>(one: &Concentration, others: [&Concentration; N]) -> Result<[f64; N], UnitError> {
    let unit = &one.as_ref().unit;
    let mut numbers = [0.0; N];
    for (number, other) in numbers.iter_mut().zip(others) {
        *number = other.to(unit)?;
    }
    Ok(numbers)
}

fn scaled(ic50: &Concentration, factor: f64) -> Result<Concentration, UnitError> {
    let value = ic50.as_ref();
    let number = positive("IC50", value.value)? * factor;
    Concentration::try_from(Value { value: number, ..value.clone() })
}

fn kelvin(t: &Temperature) -> Result<f64, UnitError> {
    positive("the temperature", t.to(&Unit::parse("K")?)?)
}

fn positive(name: &str, x: f64) -> Result<f64, UnitError> {
    if x > 0.0 && x.is_finite() { Ok(x) } else { Err(refused(name, x, "positive")) }
}

fn non_negative(name: &str, x: f64) -> Result<f64, UnitError> {
    if x >= 0.0 && x.is_finite() { Ok(x) } else { Err(refused(name, x, "non-negative")) }
}

fn refused(name: &str, x: f64, expected: &str) -> UnitError {
    let (found, expected) = (format!("{name} is {x}"), format!("a {expected} finite number"));
    UnitError { found, expected, hint: None, position: None }
}
