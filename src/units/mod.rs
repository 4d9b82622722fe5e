//! Quantities with units: converted once, at the door.
//!
//! A number enters this library with its unit, is checked against the kind of quantity wanted and
//! converted, and is a plain `f64` from there on. No other room knows a conversion factor.
//!
//! ```
//! use homeostat::units::{Unit, Velocity};
//!
//! let vmax: Velocity = "36 uM/h".parse()?;
//! assert_eq!(vmax.to(&Unit::parse("nM/s")?)?, 10.0);
//!
//! let wrong = "36 mg/h".parse::<Velocity>().unwrap_err();
//! assert_eq!(wrong.found, r#""36 mg/h" is a mass per time"#);
//! assert_eq!(wrong.expected, "a velocity (concentration per time) such as uM/h, nM/min or umol/L/h");
//! # Ok::<(), homeostat::units::UnitError>(())
//! ```

mod dimension;
mod error;
mod known;
mod origin;
mod parse;
mod quantity;
mod scale;
mod unit;
mod value;

pub use dimension::Dimension;
pub use error::UnitError;
pub use origin::{Origin, Status};
pub use quantity::{
    Amount, Concentration, Dimensionless, Frequency, Kind, Rate, Temperature, Time, Velocity, Voltage, Volume,
};
pub use unit::{Unit, convert};
pub use value::Value;
