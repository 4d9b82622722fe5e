//! The file of results.

use std::fmt::Write;
use std::path::Path;

/// A run of a code.
#[derive(Clone, Debug)]
pub struct Row {
    pub problem: String,
    pub code: String,
    pub method: String,
    pub rtol: f64,
    /// Infinite for a run that failed.
    pub error: f64,
    pub microseconds: f64,
    pub steps: u64,
    pub note: String,
}

const HEADER: &str = "problem,code,method,rtol,error,microseconds,accepted_steps,note";
const AT_END: &str = "at end ";

impl Row {
    /// The note of a run that did not fail: its error at the end alone.
    pub fn note_at_end(error: f64) -> String {
        format!("{AT_END}{error:.3e}")
    }

    /// The error at the end alone; infinite for a run that failed.
    pub fn error_at_end(&self) -> f64 {
        self.note.strip_prefix(AT_END).and_then(|error| error.parse().ok()).unwrap_or(f64::INFINITY)
    }

    fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.splitn(8, ',').collect();
        let [problem, code, method, rtol, error, microseconds, steps, note] = cells[..] else { return None };
        let [problem, code, method, note] = [problem, code, method, note].map(str::to_string);
        let [rtol, error, microseconds] = [rtol.parse().ok()?, error.parse().ok()?, microseconds.parse().ok()?];
        Some(Row { problem, code, method, rtol, error, microseconds, steps: steps.parse().ok()?, note })
    }
}

/// What results begin with: where they come from, and remarks.
pub struct Head(pub Vec<String>);

impl Head {
    pub fn here() -> Self {
        let of = |name| std::env::var(name).unwrap_or_else(|_| "unknown".into());
        let [commit, command] = [of("PEERS_COMMIT"), of("PEERS_COMMAND")];
        Head(vec![format!("commit: {commit}"), format!("processor: {}", processor()), format!("command: {command}")])
    }
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    model.and_then(|line| line.split(':').nth(1)).map_or("unknown".into(), |name| name.trim().to_string())
}

/// Writes the head, then a row a run.
pub fn write(path: &Path, head: &Head, rows: &[Row]) -> std::io::Result<()> {
    let mut text: String = head.0.iter().map(|line| format!("# {line}\n")).collect();
    text += HEADER;
    text.push('\n');
    for row in rows {
        let Row { problem, code, method, rtol, error, microseconds, steps, note } = row;
        let _ = writeln!(text, "{problem},{code},{method},{rtol:.3e},{error:.3e},{microseconds:.1},{steps},{note}");
    }
    std::fs::write(path, text)
}

/// Reads what [`write`] has written.
pub fn read(path: &Path) -> std::io::Result<(Head, Vec<Row>)> {
    let text = std::fs::read_to_string(path)?;
    let head = text.lines().filter_map(|line| line.strip_prefix("# ")).map(str::to_string).collect();
    let rows = text.lines().filter(|line| !line.starts_with('#') && *line != HEADER);
    let rows = rows.map(|line| Row::parse(line).ok_or_else(|| std::io::Error::other(format!("no row: {line}"))));
    Ok((Head(head), rows.collect::<Result<_, _>>()?))
}
