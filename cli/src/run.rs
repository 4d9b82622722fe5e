//! `homeostat run`.

use crate::arguments::RunArguments;
use crate::fault::{self, Fault, Faults};
use crate::model::Loaded;
use crate::output::{self, Rows};
use crate::progress::Progress;
use crate::request::Request;
use homeostat::Error;
use homeostat::simulation::{Moment, RunStatistics, Trajectory};
use homeostat::solver::FailureKind;
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;

pub fn run(arguments: &RunArguments) -> Result<(), Fault> {
    let loaded = Loaded::read(&arguments.model)?;
    let request = Request::read(arguments, &loaded)?;
    let mut faults = Faults::default();
    let rows = faults.keep(Rows::open(arguments.out.as_deref()));
    for path in arguments.plot.iter().chain(&arguments.summary) {
        faults.keep(output::open(path));
    }
    let outputs = [&arguments.out, &arguments.plot, &arguments.summary];
    faults.keep(output::check_different(outputs.into_iter().flatten().map(std::path::PathBuf::as_path)));
    faults.into_result()?;
    let Some(mut rows) = rows else { return Ok(()) };

    let (trajectory, error) = solve(arguments, &request, &mut rows)?;
    let mut faults = Faults::default();
    faults.keep(error.map_or(Ok(()), |error| Err(Fault::from_error(error, &|problem| problem.to_string()))));
    faults.keep(rows.close(loaded.name(), &trajectory));
    let times =
        trajectory.outline.as_ref().and_then(|outline| outline.t.first().copied().zip(outline.t.last().copied()));
    if let (Some(path), Some(times)) = (&arguments.plot, times) {
        faults.keep(output::draw(figure(&loaded, &request, &trajectory, times), path));
    }
    if let Some(path) = &arguments.summary {
        faults.keep(output::write_summary(&trajectory, path));
    }
    if let Some(ending) = &trajectory.ending {
        let unit = &trajectory.time_unit;
        fault::say(&format!("note: the event {} ended the run at {} {unit}", ending.event, ending.t));
    }
    for warning in &trajectory.warnings {
        fault::say(&format!("warning: {warning}"));
    }
    if arguments.stats {
        fault::say(&statistics(&trajectory.statistics));
    }
    faults.into_result()
}

/// Runs, writing rows as they arise; the trajectory holds them where they are needed later.
fn solve(arguments: &RunArguments, request: &Request, rows: &mut Rows) -> Result<(Trajectory, Option<Error>), Fault> {
    let keeps = output::keeps_rows(arguments);
    let has_quiet_terminal = io::stderr().is_terminal() && (arguments.out.is_some() || !io::stdout().is_terminal());
    let mut progress = Progress::new(request.run.end, has_quiet_terminal);
    let (mut t, mut kept) = (Vec::new(), Vec::new());
    let time_unit = request.simulation.network().units().time().to_string();
    let mut has_begun = false;
    let outcome = request.simulation.run_with(&request.run, &mut |moment| {
        if !std::mem::replace(&mut has_begun, true) {
            rows.header(&request.run.selection, arguments.units.then_some(&time_unit));
        }
        match moment {
            Moment::Row { t: time, values } => {
                rows.row(time, values);
                if keeps {
                    t.push(time);
                    kept.push(values.to_vec());
                }
            }
            Moment::Step { t } => progress.at(t),
            _ => {}
        }
        // where nobody reads the rows and nothing else is wanted, the run need not go on
        if rows.is_closed() && !keeps { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    drop(progress);
    let (mut trajectory, error) = match outcome {
        Ok(trajectory) => (trajectory, None),
        Err(ended) if ended.error.failure().is_some_and(|f| f.kind == FailureKind::Cancelled) => {
            (*ended.trajectory, None)
        }
        Err(interrupted) => (*interrupted.trajectory, Some(interrupted.error)),
    };
    (trajectory.t, trajectory.rows) = (t, kept);
    Ok((trajectory, error))
}

fn figure(
    loaded: &Loaded,
    request: &Request,
    trajectory: &Trajectory,
    (first, last): (f64, f64),
) -> Result<homeostat::plot::Figure, homeostat::plot::PlotError> {
    let (mut figure, (factor, _)) = (trajectory.figure(loaded.title())?, trajectory.time_axis());
    for (parameter, when) in request.simulation.scheduled_intervals(first, last) {
        let when = when.into_iter().map(|(from, until)| (factor * from, factor * until)).collect();
        figure = figure.band(format!("{} ({parameter})", request.schedule), when);
    }
    Ok(figure)
}

/// What the run has cost, in a line.
fn statistics(statistics: &RunStatistics) -> String {
    let scales = statistics.scales.iter();
    let scales: Vec<_> =
        scales.map(|(name, scale, atol)| serde_json::json!({"name": name, "scale": scale, "atol": atol})).collect();
    let mut line = serde_json::json!({
        "method": statistics.method,
        "executor": statistics.executor,
        "linear_algebra": Some(statistics.linear_algebra).filter(|name| !name.is_empty()),
    });
    // every work count under its name
    let more = [
        serde_json::to_value(statistics.counts).unwrap_or_default(),
        serde_json::json!({
            "spikes": statistics.spikes,
            "compile_seconds": statistics.compile_seconds,
            "solve_seconds": statistics.solve_seconds,
            "scales": scales,
        }),
    ];
    for (name, value) in more.iter().filter_map(serde_json::Value::as_object).flatten() {
        line[name] = value.clone();
    }
    line.to_string()
}
