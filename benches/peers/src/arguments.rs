//! The command line.

use std::path::PathBuf;

const USAGE: &str = "\
peers measure REFERENCES.csv OUT.csv [--only PROBLEM] [--codes ours|peers] [--patience SECONDS] [--baseline]
peers report RESULTS.csv TABLES.md PICTURES_FOLDER

measure   runs and writes a row a run
  --only      this problem alone; may be given several times
  --codes     this crate or its peers alone
  --patience  the time given to find the best time of a run (0.1)
  --baseline  for a program built for any processor: this crate alone, under names that say so
report    makes tables and pictures from rows";

/// What is to be done.
pub enum Command {
    Measure(Arguments),
    Report { results: PathBuf, tables: PathBuf, pictures: PathBuf },
}

/// What is measured.
pub struct Arguments {
    /// Reference trajectories of the small problems.
    pub references: PathBuf,
    pub out: PathBuf,
    only: Vec<String>,
    codes: Option<String>,
    pub patience: f64,
    pub is_baseline: bool,
}

impl Command {
    /// Ends the program where the arguments make no sense.
    pub fn read() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let found = match arguments.split_first() {
            Some((command, rest)) if command == "measure" => Arguments::read(rest).map(Command::Measure),
            Some((command, [results, tables, pictures])) if command == "report" => {
                let [results, tables, pictures] = [results, tables, pictures].map(PathBuf::from);
                Some(Command::Report { results, tables, pictures })
            }
            _ => None,
        };
        found.unwrap_or_else(|| {
            eprintln!("{USAGE}");
            std::process::exit(2)
        })
    }
}

impl Arguments {
    fn read(arguments: &[String]) -> Option<Self> {
        let [references, out, rest @ ..] = arguments else { return None };
        let mut found = Arguments {
            references: references.into(),
            out: out.into(),
            only: Vec::new(),
            codes: None,
            patience: 0.1,
            is_baseline: false,
        };
        let mut rest = rest.iter();
        while let Some(option) = rest.next() {
            match option.as_str() {
                "--only" => found.only.push(rest.next()?.clone()),
                "--codes" => {
                    found.codes = Some(rest.next().filter(|codes| ["ours", "peers"].contains(&codes.as_str()))?.clone())
                }
                "--patience" => found.patience = rest.next()?.parse().ok()?,
                "--baseline" => found.is_baseline = true,
                _ => return None,
            }
        }
        Some(found)
    }

    pub fn wants(&self, problem: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == problem)
    }

    pub fn wants_ours(&self) -> bool {
        self.codes.as_deref() != Some("peers")
    }

    pub fn wants_peers(&self) -> bool {
        self.codes.as_deref() != Some("ours") && !self.is_baseline
    }
}
