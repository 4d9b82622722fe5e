//! Tables of what it costs to reach an error, from the file of results.

use crate::costs::Costs;
use crate::pictures;
use crate::results::{self, Head, Row};
use std::fmt::Write;
use std::path::Path;

const PROBLEMS: [&str; 9] = ["ROBER", "OREGO", "HIRES", "VDPOL", "E5", "POLLU", "MEDAKZO", "DOPAMINE", "TERMINALS64"];
const LEVELS: [f64; 3] = [1e-4, 1e-6, 1e-8];
const LEVELS_TEXT: [&str; 3] = ["1e-4", "1e-6", "1e-8"];
/// With fewer peers that reach an error, no ratio says anything.
const FEWEST_PEERS: usize = 3;

/// What others measured, microseconds to 1e-6 at the end time (references in README.md).
const ELSEWHERE: [(&str, [Option<f64>; 7]); 3] = [
    ("RADAU5 RADAU5", [Some(102.0), Some(297.0), Some(165.0), Some(160.0), Some(119.0), Some(201.0), Some(12178.0)]),
    ("LSODA LSODA", [Some(192.0), Some(654.0), Some(281.0), Some(261.0), Some(355.0), Some(337.0), Some(28120.0)]),
    ("CVODE BDF", [Some(312.0), Some(1289.0), Some(398.0), Some(698.0), Some(649.0), Some(315.0), Some(12662.0)]),
];

pub fn make(results: &Path, tables: &Path, pictures: &Path) -> std::io::Result<()> {
    let (head, rows) = results::read(results)?;
    let text = text(&head, &rows);
    print!("{text}");
    std::fs::write(tables, text)?;
    pictures::draw(&rows, &PROBLEMS, pictures).map_err(std::io::Error::other)
}

fn text(head: &Head, rows: &[Row]) -> String {
    let mut text = String::from("# Cost to reach an error, against other codes\n\n");
    for line in &head.0 {
        let _ = writeln!(text, "- {line}");
    }
    text += "\nMicroseconds of thread-CPU time: the cheapest run such that it and all its tighter runs have an error of at \
             most this. - : no run does, which is no victory over that code.\n";
    let costs = Costs::new(rows);
    for (level, name) in LEVELS.into_iter().zip(LEVELS_TEXT) {
        let _ = write!(text, "\n## To {name}\n\n");
        table(&mut text, "code", &costs.codes(), |problem, code| costs.to_reach(level, problem, code));
        let _ = write!(text, "\nHow many times faster:\n\n");
        ratios(&mut text, &costs, level);
    }
    text += "\n## To 1e-6 at the end time only\n\n";
    table(&mut text, "code", &costs.codes(), |problem, code| costs.at_end(1e-6, problem, code));
    text += "\nRelative to RADAU5, over the same where others measured; above 1.5 a peer is set up wrongly or explained:\n\n";
    let peers = ELSEWHERE[1..].iter().map(|(code, _)| *code).collect::<Vec<_>>();
    table_of(&mut text, "code", &peers, |problem, code| {
        let there = |code| ELSEWHERE.iter().find(|(name, _)| *name == code)?.1.get(place(problem)?).copied()?;
        let here = |code| costs.at_end(1e-6, problem, code);
        Some(here(code)? / here("RADAU5 RADAU5")? / (there(code)? / there("RADAU5 RADAU5")?))
    });
    terminals(&mut text, &costs);
    text
}

fn place(problem: &str) -> Option<usize> {
    PROBLEMS.iter().position(|name| *name == problem)
}

fn is_ours(code: &str) -> bool {
    code.starts_with("homeostat ")
}

fn table(text: &mut String, first: &str, codes: &[&str], value: impl Fn(&'static str, &str) -> Option<f64>) {
    lines(text, first, codes, |problem, code| value(problem, code).map(|cost| format!("{cost:.0}")));
}

fn table_of(text: &mut String, first: &str, codes: &[&str], value: impl Fn(&'static str, &str) -> Option<f64>) {
    lines(text, first, codes, |problem, code| value(problem, code).map(|ratio| format!("{ratio:.2}")));
}

fn lines(text: &mut String, first: &str, codes: &[&str], cell: impl Fn(&'static str, &str) -> Option<String>) {
    let _ = writeln!(text, "| {first} | {} |", PROBLEMS.join(" | "));
    let _ = writeln!(text, "|---|{}", "--:|".repeat(PROBLEMS.len()));
    for code in codes {
        let cells: Vec<String> = PROBLEMS.iter().map(|p| cell(p, code).unwrap_or("-".into())).collect();
        let _ = writeln!(text, "| {code} | {} |", cells.join(" | "));
    }
}

/// Our best and our default against the best peer, and against CVODE. Where fewer than three peers reach the error there is
/// no ratio.
fn ratios(text: &mut String, costs: &Costs, level: f64) {
    let codes = costs.codes();
    let peers = |problem| -> Vec<f64> {
        codes.iter().filter(|code| !is_ours(code)).filter_map(|code| costs.to_reach(level, problem, code)).collect()
    };
    let least = |values: Vec<f64>| values.into_iter().min_by(f64::total_cmp);
    let native = |code: &&&str| is_ours(code) && code.ends_with("/native");
    let best = |problem| least(codes.iter().filter(native).filter_map(|c| costs.to_reach(level, problem, c)).collect());
    let default = |problem| costs.to_reach(level, problem, "homeostat default/native");
    let of_peer = |problem| least(peers(problem)).filter(|_| peers(problem).len() >= FEWEST_PEERS);
    let cvode = |problem| costs.to_reach(level, problem, "CVODE BDF").filter(|_| peers(problem).len() >= FEWEST_PEERS);
    let rows = ["best against best peer", "default against best peer", "best against CVODE", "default against CVODE"];
    let ratio = |problem: &'static str, row: &str| {
        let ours = if row.starts_with("best") { best(problem) } else { default(problem) };
        let theirs = if row.ends_with("CVODE") { cvode(problem) } else { of_peer(problem) };
        Some(theirs? / ours?)
    };
    table_of(text, "ours", &rows, ratio);
    text.push('\n');
    for row in rows {
        let found: Vec<f64> = PROBLEMS[..6].iter().filter_map(|problem| ratio(problem, row)).collect();
        if found.len() == 6 {
            let mean = found.iter().map(|ratio| ratio.ln()).sum::<f64>() / 6.0;
            let _ = writeln!(text, "- {row}: geometric mean over the six small problems {:.2}", mean.exp());
        } else {
            let _ = writeln!(
                text,
                "- {row}: no mean, since {} of the six small problems cannot be compared",
                6 - found.len()
            );
        }
    }
}

/// Terminals on one pool: what each costs, against one alone.
fn terminals(text: &mut String, costs: &Costs) {
    text.push_str("\n## 64 terminals on one pool\n\nMicroseconds for each terminal, against one alone:\n\n");
    text.push_str("| method | error | one alone | each of 64 | ratio |\n|---|--:|--:|--:|--:|\n");
    for code in costs.codes() {
        let alone = format!("{code}/one terminal");
        for (level, name) in LEVELS.into_iter().zip(LEVELS_TEXT) {
            let cost = |code: &str| costs.to_reach(level, "TERMINALS64", code);
            if let (Some(one), Some(all)) = (cost(&alone), cost(code)) {
                let each = all / 64.0;
                let _ = writeln!(text, "| {code} | {name} | {one:.0} | {each:.0} | {:.2} |", each / one);
            }
        }
    }
}
