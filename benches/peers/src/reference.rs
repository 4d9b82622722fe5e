//! States to be believed, and how far from them a run is.

use std::path::{Path, PathBuf};

/// Some components at some times.
pub struct Reference {
    pub times: Vec<f64>,
    /// Which components.
    places: Vec<usize>,
    states: Vec<Vec<f64>>,
}

impl Reference {
    /// The reference of a problem: of those with a file here from it, of the others from the trajectories.
    pub fn of(problem: &str, trajectories: &Path) -> Self {
        if Reference::is_kept_here(problem) {
            return Reference::table(&read(&kept_here(problem)));
        }
        let text = read(trajectories);
        let rows = text.lines().filter_map(|line| line.strip_prefix(problem)?.strip_prefix(','));
        Reference::new(None, rows)
    }

    /// Whether the problem has a file here.
    pub fn is_kept_here(problem: &str) -> bool {
        kept_here(problem).is_file()
    }

    /// A table with a header: `t`, then `y` and the number of a component, from 1.
    fn table(text: &str) -> Self {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let header = lines.next().expect("the table has a header");
        let number = |name: &str| name.strip_prefix('y').and_then(|number| number.parse::<usize>().ok());
        let places = header.split(',').skip(1).map(|name| number(name).expect("a component is y and a number") - 1);
        Reference::new(Some(places.collect()), lines)
    }

    fn new<'a>(places: Option<Vec<usize>>, lines: impl Iterator<Item = &'a str>) -> Self {
        let (mut times, mut states) = (Vec::new(), Vec::new());
        for line in lines {
            let numbers: Vec<f64> = line.split(',').map_while(|cell| cell.parse().ok()).collect();
            times.push(numbers[0]);
            states.push(numbers[1..].to_vec());
        }
        let width = states.first().expect("there is a reference").len();
        Reference { times, places: places.unwrap_or((0..width).collect()), states }
    }

    /// The largest error over all times, and at the last alone; infinite where a number is none.
    pub fn errors(&self, rows: &[Vec<f64>], scales: &[f64]) -> [f64; 2] {
        if rows.len() != self.states.len() {
            return [f64::INFINITY; 2];
        }
        let of_row = |(row, state): (&Vec<f64>, &Vec<f64>)| {
            let each = self.places.iter().zip(state).map(|(&i, r)| (row[i] - r).abs() / (r.abs() + scales[i]));
            each.fold(0.0, |worst: f64, error| if error <= worst { worst } else { error })
        };
        let errors: Vec<f64> = rows.iter().zip(&self.states).map(of_row).collect();
        let finite = |error: f64| if error.is_nan() { f64::INFINITY } else { error };
        let worst = errors.iter().fold(0.0, |worst: f64, error| if *error <= worst { worst } else { *error });
        [worst, errors[errors.len() - 1]].map(finite)
    }
}

fn kept_here(problem: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("references").join(format!("{problem}.csv"))
}

/// The text of a file; the program ends where there is none.
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| {
        eprintln!("{}: {error}", path.display());
        std::process::exit(1)
    })
}
