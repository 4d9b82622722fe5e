//! Whatever a file or an argument says, the library answers Ok or Err: it neither panics nor hangs.
//!
//! A few seconds by default; `HOMEOSTAT_FUZZ_SECONDS` prolongs each test. The cases are the same every time.

mod common;

use common::written::Numbers;
use homeostat::analysis::Settle;
use homeostat::expr::{Graph, Symbol, parse};
use homeostat::library;
use homeostat::model::Model;
use homeostat::simulation::{Run, Settings, Simulation};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const EXTREMES: &[&str] = &[
    "1e308",
    "-1",
    "nan",
    "inf",
    "-inf",
    "0",
    "-0.0",
    "1e-320",
    "1e-300",
    "1e18",
    "9223372036854775807",
    "1e999",
    "4",
    "0.5",
    "\"\"",
    "\"1 uM\"",
    "\"-3 h\"",
    "\"1e300 uM/h\"",
    "\"1e-310 h\"",
    "true",
    "[]",
    "{}",
];
const GARBAGE: &[&str] = &[
    "[",
    "]",
    "=",
    "\"",
    "[species.x]",
    "[process.q]\nreaction = \"cda ->\"\nrate = \"1e300 * [cda]^2.5\"",
    "[rule.r]\nvalue = \"r + 1\"",
    "[rule.z]\nvalue = \"ln(cda - 3) / 0\"\nunit = \"uM\"",
    "[input.inf]\nvalue = 1",
    "[process.p]\nreaction = \"-> cda\"\nrate = \"z * exp(vda * 1e3)\"",
    "é = 'µ'",
    "\u{0}",
    "[model]",
    "a.b.c = 1",
    "[process.grow]\nreaction = \"-> cda\"\nrate = \"cda * cda\"",
    "[[schedule.meals.dose]]\nspecies = \"cda\"",
    "[[schedule.meals.dose]]\nspecies = \"cda\"\nadd = \"1 umol\"\nat = 0\nevery = \"1e-310 h\"",
];

fn seconds() -> Duration {
    let given = std::env::var("HOMEOSTAT_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok());
    Duration::from_secs_f64(given.unwrap_or(2.0))
}

/// Runs `case` on many inputs, in a thread that is watched: a panic fails with the input that caused it, and so
/// does an input that takes longer than ten seconds.
fn try_many<T: std::fmt::Display + Clone + Send + 'static>(
    least: u64,
    make: impl Fn(&mut Numbers) -> T + Send + 'static,
    case: impl Fn(&T) -> bool + Send + 'static,
) {
    let (send, receive) = channel::<Result<T, (T, Option<bool>)>>();
    let duration = seconds();
    let worker = std::thread::spawn(move || {
        let begun = Instant::now();
        for seed in 1.. {
            if seed > least && begun.elapsed() > duration {
                break;
            }
            let input = make(&mut Numbers::new(seed));
            let told = send.send(Ok(input.clone()));
            let outcome = catch_unwind(AssertUnwindSafe(|| case(&input))).ok();
            if told.is_err() || send.send(Err((input, outcome))).is_err() {
                break;
            }
        }
    });
    let (mut cases, mut fine, mut current) = (0_u64, 0_u64, None);
    loop {
        match receive.recv_timeout(Duration::from_secs(10)) {
            Ok(Ok(input)) => current = Some(input),
            Ok(Err((input, None))) => panic!("case {} panicked on:\n{input}", cases + 1),
            Ok(Err((_, Some(ok)))) => {
                cases += 1;
                fine += u64::from(ok);
            }
            Err(RecvTimeoutError::Timeout) => {
                let input = current.map(|input| input.to_string()).unwrap_or_default();
                panic!("case {} hangs on:\n{input}", cases + 1);
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    worker.join().unwrap();
    println!("{cases} cases, {fine} of them ran to the end");
    assert!(cases >= least && fine > 0 && fine < cases, "both ends are met: {fine} of {cases}");
}

/// The start of the first number of a line after its `=`, and its end.
fn number_in(line: &str) -> Option<(usize, usize)> {
    let from = line.find('=')? + 1;
    let start = from + line[from..].find(|c: char| c.is_ascii_digit())?;
    let length = line[start..].find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(line.len() - start);
    Some((start, start + length))
}

/// One change somewhere in the text.
fn mutate(lines: &mut Vec<String>, numbers: &mut Numbers, kinds: usize) {
    let (i, k) = (numbers.below(lines.len()), numbers.below(lines.len()));
    match numbers.below(kinds) {
        10 => drop(lines.remove(i)),
        9 => lines.insert(k, lines[i].clone()),
        8 => lines.swap(i, k),
        7 => lines.insert(i, (*numbers.pick(GARBAGE)).to_string()),
        6 => {
            // an identifier becomes another one
            let words: Vec<String> = lines[k].split(|c: char| !c.is_alphanumeric()).map(String::from).collect();
            let other = numbers.pick(&words).clone();
            let own: Vec<String> = lines[i].split(|c: char| !c.is_alphanumeric()).map(String::from).collect();
            let word = numbers.pick(&own).clone();
            if !word.is_empty() {
                lines[i] = lines[i].replacen(&word, &other, 1);
            }
        }
        5 if numbers.below(4) == 0 => lines.truncate(i.max(1)),
        5 => {
            let at = numbers.below(lines[i].len() + 1);
            if lines[i].is_char_boundary(at) {
                lines[i].truncate(at);
            }
        }
        _ => {
            // most often a number becomes another one
            let with: Vec<usize> = (0..lines.len()).filter(|&i| number_in(&lines[i]).is_some()).collect();
            if with.is_empty() {
                return;
            }
            let i = *numbers.pick(&with);
            if let Some((from, to)) = number_in(&lines[i]) {
                let other = numbers.pick(EXTREMES).to_string();
                let scaled = lines[i][from..to].parse().unwrap_or(1.0) * numbers.between(1e-9, 1e9);
                let new = if numbers.below(2) == 0 { other } else { format!("{scaled:e}") };
                lines[i].replace_range(from..to, &new);
            }
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
}

fn mutated(numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = library::ALL[0].text.lines().map(String::from).collect();
    // half of the files keep their structure
    let kinds = *numbers.pick(&[0, 11]);
    for _ in 0..1 + numbers.below(4) {
        mutate(&mut lines, numbers, kinds);
    }
    lines.join("\n")
}

fn short(end: f64) -> Run {
    let mut settings = Settings::default();
    settings.max_steps = 300;
    Run { steps: 10, settings, ..Run::until(end) }
}

/// Everything that can be asked of a model; whether it ran to its end.
fn use_model(text: &str) -> bool {
    let Ok(model) = Model::from_toml(text) else { return false };
    let _ = (model.end(), model.to_json(), model.to_toml());
    let network = model.network();
    let _ = model.located(network.check());
    let _ = network.conserved_sums();
    let Ok(mut simulation) = Simulation::new(&network) else { return false };
    for schedule in network.schedules() {
        let _ = simulation.schedule_named(&schedule.name);
        let _ = simulation.scheduled_intervals(0.0, 24.0);
    }
    let ran = simulation.run(&short(30.0)).is_ok();
    let _ = simulation.run(&short(1e-9));
    let mut settle = Settle::default();
    settle.integrations = 1;
    settle.newton_steps = 5;
    let _ = simulation.steady(&settle);
    ran
}

#[test]
fn mutated_model_files_never_panic_or_hang() {
    assert!(use_model(library::ALL[0].text));
    try_many(100, mutated, |text| use_model(text));
}

#[test]
fn events_closer_than_any_step_end_the_run() {
    let change = "[[schedule.fast.change]]\nparameter = \"fire\"\nfactor = 2\nfrom = 0\nuntil = 1e-310\nevery = 1e-310";
    let dose = "[[schedule.fast.dose]]\nspecies = \"cda\"\nadd = \"1 umol\"\nat = 0\nevery = 1e-310";
    for event in [change, dose] {
        let text = format!("{}\n{event}\n", library::ALL[0].text);
        let begun = Instant::now();
        let (send, receive) = channel();
        std::thread::spawn(move || {
            let mut simulation = Simulation::new(&Model::from_toml(&text).unwrap().network()).unwrap();
            let chosen = simulation.schedule_named("fast");
            let intervals = simulation.scheduled_intervals(0.0, 1.0).len();
            let ended = chosen
                .map_err(|e| e.to_string())
                .and_then(|_| simulation.run(&short(1.0)).map(|_| ()).map_err(|interrupted| interrupted.to_string()));
            send.send((ended, intervals))
        });
        let outcome = receive.recv_timeout(Duration::from_secs(10));
        let (ended, _) = outcome.unwrap_or_else(|_| panic!("hangs on {event}"));
        println!("{ended:?} after {:?}", begun.elapsed());
        assert!(ended.is_err());
    }
}

const NAMES: &[&str] = &[
    "cda",
    "[cda]",
    "[TH]",
    "TH",
    "TH.Vmax",
    "TH.scale",
    "btyr",
    "fire",
    "cytosol",
    "[",
    "]",
    "[]",
    "",
    "*",
    "\"",
    ",",
    "inf",
    "time",
    "µ",
    "TH.autoreceptor.n",
    "TH.substrate_inhibition",
    "MAT.Km",
    "DAT.Km",
    "bh2",
    "[bh4]",
    "nonsense",
];
const PARAMETERS: &[&str] =
    &["TH.Vmax", "TH.scale", "btyr", "[bh2]", "[eda]", "MAT.leak", "DAT.Km", "cytosol", "TH.KB"];
const VALUES: &[&str] = &[
    "0", "-1", "1e308", "1e-320", "nan", "inf", "", "36 uM", "36 uM/h", "1 mol", "1e300 M", "5 h^-1", "uM", "1e",
    "0.5", "3 parsec", "1/0", "1e-300 L", "(((", "\u{0}",
];

#[test]
fn any_setting_and_selection_is_answered() {
    let base = Simulation::new(&library::load("best-2009-dopamine").unwrap().network()).unwrap();
    let make = |numbers: &mut Numbers| {
        let settable = if numbers.below(2) == 0 { NAMES } else { PARAMETERS };
        let mut setting = || match numbers.below(2) {
            0 => format!("{}={}", numbers.pick(settable), numbers.pick(VALUES)),
            _ => format!("{}={:e}", numbers.pick(settable), numbers.between(1e-9, 1e9)),
        };
        let settings: Vec<String> = (0..3).map(|_| setting()).collect();
        let list: Vec<&str> = (0..numbers.below(4)).map(|_| *numbers.pick(NAMES)).collect();
        format!("{}\n{}", settings.join("\n"), list.join(","))
    };
    try_many(50, make, move |text| {
        let mut simulation = base.clone();
        let mut lines: Vec<&str> = text.split('\n').collect();
        let selection = simulation.select(lines.pop().unwrap_or_default());
        let mut set = true;
        for line in lines {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            set &= simulation.set(name, value).is_ok();
        }
        let run = Run { selection: selection.unwrap_or_default(), ..short(1.0) };
        simulation.run(&run).is_ok() && set
    });
}

const TOKENS: &[&str] = &[
    "x", "[x]", "time", "1", "2.5e300", "1e", "1e-320", ".", "..5", "(", ")", "+", "-", "*", "/", "^", "<", "<=", "==",
    "and ", "or ", "not(", "exp(", "ln(", "min(", "select(", "fma(", ",", " ", "[", "]", "µ", "\u{0}", "foo(", "x.y",
    ".x",
];

#[test]
fn any_formula_is_answered() {
    let make = |numbers: &mut Numbers| {
        let count = if numbers.below(50) == 0 { 3000 } else { 1 + numbers.below(12) };
        let repeated = *numbers.pick(TOKENS);
        let often = numbers.below(3) == 0;
        (0..count)
            .map(|_| if often && numbers.below(3) > 0 { repeated } else { *numbers.pick(TOKENS) })
            .collect::<String>()
    };
    try_many(2000, make, |text| {
        let graph = Graph::new();
        let name = |s: Symbol| format!("s{}", s.0);
        let parsed = parse(text, &graph, &mut |name, in_brackets| match name {
            "x" => Ok(graph.symbol(Symbol(u32::from(in_brackets)))),
            other => Err(format!("nothing is named {other}")),
        });
        let Ok(formula) = parsed else { return false };
        let _ = (formula.text(&name), formula.time_derivative());
        if let Some(slope) = formula.derivative(Symbol(0)) {
            let _ = slope.text(&name);
        }
        true
    });
}
