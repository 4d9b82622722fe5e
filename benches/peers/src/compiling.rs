//! What compiling takes, and after how many solves it is made up for.

use crate::codes::homeostat;
use crate::measure::seconds;
use crate::problems::Compiled;
use ::homeostat::solver::{Executor, Options, Tolerance};
use ::homeostat::system::System;
use std::sync::Arc;

/// The relative tolerance of the runs.
const RTOL: f64 = 1e-6;
/// Each time is the best of so many.
const TRIES: usize = 5;

/// Times in microseconds.
pub struct Compiling {
    /// From the network to programs.
    pub programs: f64,
    /// From programs to native code of rates, derivatives, elimination and steps.
    pub native: f64,
    /// A run on the tape, and a native one.
    pub run_on_tape: f64,
    pub run_native: f64,
}

impl Compiling {
    pub fn of(problem: &Compiled) -> Self {
        let facts = crate::problems::Problem::facts(problem);
        let end = facts.stretches.last().map_or(0.0, |stretch| stretch.end);
        let mut options = Options::with_tolerances(RTOL, Tolerance::Each(facts.atol(RTOL)));
        let least = |act: &mut dyn FnMut() -> f64| (0..TRIES).map(|_| act()).fold(f64::INFINITY, f64::min);
        let mut run = |system: &dyn ::homeostat::solver::OdeSystem, executor| {
            options.executor = executor;
            1e6 * seconds(|| homeostat::run(system, facts, &options, &[end])).0
        };
        let run_on_tape = least(&mut || run(problem.tape(), Executor::Tape));
        let run_native = least(&mut || run(problem.native(), Executor::Native));
        let compile = || System::compile(problem.network()).expect("it compiled before");
        let programs = least(&mut || 1e6 * seconds(compile).0);
        let native = least(&mut || {
            let system = Arc::new(compile());
            let (rates, code) = seconds(|| system.native().expect("there is native code"));
            // the first run makes the code of elimination and of steps
            1e6 * rates + run(&code, Executor::Native) - run_native
        });
        Compiling { programs, native, run_on_tape, run_native }
    }

    /// After so many solves native code has made up for the time that it takes to make it.
    pub fn break_even(&self) -> f64 {
        let won = self.run_on_tape - self.run_native;
        if won > 0.0 { (self.native / won).ceil() } else { f64::INFINITY }
    }

    /// A line for the head of the results.
    pub fn line(&self, name: &str) -> String {
        let Compiling { programs, native, run_on_tape, run_native } = self;
        format!(
            "compiling {name}: {programs:.0} us to programs and {native:.0} us to native code; a run at 1e-6 takes \
             {run_on_tape:.0} us on the tape and {run_native:.0} us natively; made up for after {} solves",
            self.break_even()
        )
    }
}
