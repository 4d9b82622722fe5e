//! `homeostat sbml-suite`.

use crate::arguments::SuiteArguments;
use crate::fault::{self, Fault};
use crate::output;
use homeostat::suite;
use std::io::Write;

pub fn suite(arguments: &SuiteArguments) -> Result<(), Fault> {
    let file = arguments.report.as_deref().map(output::open).transpose()?;
    let report = suite::run(&arguments.folder, arguments.tier.as_deref());
    let report = report.map_err(|error| Fault::from_error(error, &|problem| problem.to_string()))?;
    if let (Some(mut file), Some(path)) = (file, &arguments.report) {
        let written = file.write_all(report.to_csv().as_bytes());
        written.or_else(|error| Fault::writing(&path.display().to_string(), &error))?;
    }
    fault::print(&report.summary())
}
