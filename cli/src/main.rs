//! The command line of homeostat: arguments in, exit codes out; everything else is the library's.

mod arguments;
mod check;
mod convert;
mod fault;
mod list;
mod model;
mod output;
mod progress;
mod request;
mod run;
mod sources;
mod steady;
mod suite;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::List(arguments) => list::list(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Steady(arguments) => steady::steady(&arguments),
        Command::Convert(arguments) => convert::convert(&arguments),
        Command::SbmlSuite(arguments) => suite::suite(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.tell(),
    }
}
