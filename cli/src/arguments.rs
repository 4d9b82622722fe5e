//! What can be asked for.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes: 0 done; 1 the solver failed; 2 bad input; 3 cannot read or write.";

/// Neurotransmitter balance: models of synthesis, packing, release, reuptake and breakdown, solved.
#[derive(Debug, Parser)]
#[command(name = "homeostat", version, after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// The built-in models, a line each with its paper; or the names of a model, or what a model file is made of.
    List(ListArguments),
    /// Validate a model: every problem at once.
    Check(CheckArguments),
    /// Run a model over time.
    Run(Box<RunArguments>),
    /// Find the steady state that the initial values lead to.
    Steady(SteadyArguments),
    /// Write a model in another format: TOML, JSON or SBML, by the ending of the file. What cannot be carried over is told.
    Convert(ConvertArguments),
    /// Run the cases of the SBML Test Suite: those that do not pass, and how many of each tier do.
    SbmlSuite(SuiteArguments),
}

#[derive(Debug, Args)]
pub struct SuiteArguments {
    /// The folder with `index.csv` and `cases/`, or a folder of cases.
    pub folder: PathBuf,
    /// The cases of this tier alone.
    #[arg(long, value_name = "TIER")]
    pub tier: Option<String>,
    /// Where to write a row for each case: case, tier, verdict, message.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ConvertArguments {
    /// A built-in name, or a file (.toml, .json, .xml for SBML).
    #[arg(value_name = "IN")]
    pub model: String,
    /// The file to write: .toml, .json, .xml or .sbml.
    #[arg(value_name = "OUT")]
    pub to: PathBuf,
    /// For SBML, a schedule to be written as events: one that the model names, or a TOML file. May be repeated: all of them
    /// then happen.
    #[arg(long = "schedule", value_name = "NAME|FILE")]
    pub schedules: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// A model's parameters and initial values: name, value, unit and source, separated by tabs.
    #[arg(long, value_name = "MODEL")]
    pub parameters: Option<String>,
    /// The catalogue of named parts that a model file takes over by `like`: kind, name and what it is, separated by tabs.
    #[arg(long, conflicts_with = "parameters")]
    pub parts: bool,
    /// Every name of a model that `--select`, `--set` and `--schedule` accept, grouped by what it is: kind, name, unit in rows, and
    /// which of the three, separated by tabs.
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["parameters", "parts"])]
    pub names: Option<String>,
    /// The kinds of parts that a model file is made of: kind and what it is, separated by tabs.
    #[arg(long, conflicts_with_all = ["parameters", "parts", "names"])]
    pub kinds: bool,
    /// The fields of a kind of part: name, whether it is required or what holds without it, and what is expected of it, separated by tabs.
    #[arg(long, value_name = "KIND", conflicts_with_all = ["parameters", "parts", "names", "kinds"])]
    pub fields: Option<String>,
    /// With --fields: those of this law.
    #[arg(long, value_name = "LAW", requires = "fields")]
    pub law: Option<String>,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// A built-in name, or a file (.toml, .json, .xml for SBML).
    pub model: String,
    /// Where every number comes from: value, unit, status, species, tissue, source and spread, separated by tabs, and the
    /// share of each status (checked: read in the source; cited-unread; assumed).
    #[arg(long)]
    pub sources: bool,
}

#[derive(Debug, Args)]
pub struct SteadyArguments {
    /// A built-in name, or a file (.toml, .json, .xml for SBML).
    pub model: String,
    /// A parameter or initial value, with or without unit; `S=` sets an amount, `[S]=` a
    /// concentration. May be repeated; `homeostat list --parameters MODEL` shows the names.
    #[arg(long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub changes: Vec<String>,
    /// JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RunArguments {
    /// A built-in name, or a file (.toml, .json, .xml for SBML).
    pub model: String,
    /// The time of the first row, a number in the model's unit or with a unit ("90 min"); runs begin at 0.
    #[arg(long, value_name = "T", default_value = "0", allow_hyphen_values = true)]
    pub start: String,
    /// The time of the last row; needed where the model gives no end of its own.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub end: Option<String>,
    /// There are N + 1 rows, equally far apart; with 0 there is one, at the start.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = steps, allow_hyphen_values = true)]
    pub steps: usize,
    /// What to show, such as `[eda],TH`: `[x]` is a concentration, `x` an amount, or the value of anything
    /// else with a name; `[x]'` is its rate of change; `*` is everything. Without it the concentration of every species.
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    pub select: Vec<String>,
    /// A parameter or initial value, with or without unit; `S=` sets an amount, `[S]=` a
    /// concentration. May be repeated; `homeostat list --parameters MODEL` shows the names.
    #[arg(long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub changes: Vec<String>,
    /// Meals, doses and blocks: a schedule that the model names, such as `meals`, or a TOML file. May be repeated: all of them
    /// then happen.
    #[arg(long = "schedule", value_name = "NAME|FILE")]
    pub schedules: Vec<String>,
    /// The method: rodas5p, rodas4, rodas3, ros34pw2, esdirk54, radau, bdf; auto, which is explicit where it can be; dopri5 or
    /// dop853, which are always.
    #[arg(long, value_name = "M")]
    pub method: Option<String>,
    /// The relative tolerance; 1e-6 without it.
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub rtol: Option<f64>,
    /// The absolute tolerance of all amounts, in the model's unit of amount; without it 1e-3 times rtol times the scale of each species.
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub atol: Option<f64>,
    /// What executes the equations: auto (native code where the run is long), tape or native. Results are the same.
    #[arg(long, value_name = "E", default_value = "auto")]
    pub executor: String,
    /// How linear systems are solved: auto (by size and sparsity), static, dense or sparse.
    #[arg(long, value_name = "L", default_value = "auto")]
    pub linear_algebra: String,
    /// Keeps the amounts of all species at zero or above; a run that cannot fails.
    #[arg(long)]
    pub non_negative: bool,
    /// The seed of random spike trains; 0 without it.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// The most steps of the solver that the run may try; rows are not steps.
    #[arg(long, value_name = "N")]
    pub max_steps: Option<u64>,
    /// The longest that the run may take, in seconds by the clock.
    #[arg(long, value_name = "S", allow_hyphen_values = true)]
    pub time_limit: Option<f64>,
    /// Where to write the mean and the extremes of every column, .csv or .json.
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// A band in which the time is counted, such as "[eda]=1..5 nM"; it stands in the summary. May be repeated.
    #[arg(long, value_name = "NAME=LOW..HIGH", allow_hyphen_values = true)]
    pub band: Vec<String>,
    /// Where to write the rows, .csv or .json; without it CSV on standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Puts its unit behind every name in the first line of CSV, as in `time (h),[eda] (uM)`. JSON and summaries always have units.
    #[arg(long)]
    pub units: bool,
    /// Where to draw a picture, .svg or .png: as the solver went, however few rows there are.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// What the run has cost, as a line of JSON on standard error.
    #[arg(long)]
    pub stats: bool,
}

fn steps(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "expected a whole number that is not negative".to_string())
}
