//! How a run is solved.

use crate::error::{Error, Problem, did_you_mean};
use crate::solver::{Executor, LinearAlgebra, Method, Options};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How to solve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Settings {
    /// The method.
    pub method: Method,
    /// The relative tolerance.
    pub rtol: f64,
    /// One absolute tolerance for all amounts; without it 1e-3 rtol times the scale of each species.
    pub atol: Option<f64>,
    /// The most steps that the run may try.
    pub max_steps: u64,
    /// The most right-hand sides that the run may evaluate.
    pub max_evaluations: u64,
    /// The longest that the run may take by the clock.
    pub max_wall_time: Option<Duration>,
    /// What computes. Results do not depend on it.
    pub executor: Executor,
    /// How linear systems are solved.
    #[serde(default)]
    pub linear_algebra: LinearAlgebra,
    /// Whether the amounts of all species are to stay at zero or above ([`NonNegative`](crate::solver::NonNegative)).
    #[serde(default)]
    pub non_negative: bool,
    /// The seed of random trains.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        let options = Options::default();
        Settings {
            method: options.method,
            rtol: options.rtol,
            atol: None,
            max_steps: options.max_steps,
            max_evaluations: options.max_evaluations,
            max_wall_time: options.max_wall_time,
            executor: options.executor,
            linear_algebra: options.linear_algebra,
            non_negative: false,
            seed: 0,
        }
    }
}

impl Settings {
    /// Defaults with this relative tolerance.
    pub fn with_rtol(rtol: f64) -> Self {
        Settings { rtol, ..Settings::default() }
    }

    /// Chooses the method by its name.
    ///
    /// # Errors
    /// Where there is none of this name; says the nearest.
    pub fn set_method(&mut self, name: &str) -> Result<(), Error> {
        self.method = named("method", name, Method::ALL, |method| method.name())?;
        Ok(())
    }

    /// Chooses what computes by its name.
    ///
    /// # Errors
    /// As [`Settings::set_method`].
    pub fn set_executor(&mut self, name: &str) -> Result<(), Error> {
        self.executor = named("executor", name, Executor::ALL, |executor| executor.name())?;
        Ok(())
    }

    /// Chooses how linear systems are solved by its name.
    ///
    /// ```
    /// let mut settings = homeostat::simulation::Settings::default();
    /// settings.set_linear_algebra("dense")?;
    /// assert!(settings.set_linear_algebra("dence").unwrap_err().to_string().contains("did you mean dense?"));
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Settings::set_method`].
    pub fn set_linear_algebra(&mut self, name: &str) -> Result<(), Error> {
        self.linear_algebra = named("linear algebra", name, LinearAlgebra::ALL, |algebra| algebra.name())?;
        Ok(())
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let tolerances = [("rtol", Some(self.rtol)), ("atol", self.atol)];
        let faulty = tolerances.into_iter().filter_map(|(name, x)| Some((name, x?)));
        let faulty = faulty.filter(|(_, x)| !(*x > 0.0 && x.is_finite()));
        let message = |x: f64| format!("found {x}, expected a positive finite number");
        faulty.map(|(name, x)| Problem::error([name], message(x))).collect()
    }
}

/// One of several things by its name.
fn named<T: Copy>(what: &str, name: &str, all: &[T], name_of: fn(T) -> &'static str) -> Result<T, Error> {
    let known = || all.iter().map(|&one| name_of(one));
    let found = all.iter().copied().find(|&one| name_of(one) == name);
    found.ok_or_else(|| {
        let hint = did_you_mean(name, known());
        let known = known().collect::<Vec<_>>().join(", ");
        Problem::error([what], format!("there is no {what} {name}{hint}; known: {known}")).into()
    })
}
