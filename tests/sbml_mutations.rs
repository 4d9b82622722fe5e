//! Whatever is in a file, the reader of SBML answers Ok or Err, and what it takes it can write and take again; what it takes
//! becomes a network and runs, or says why not.
//!
//! Two and eight seconds by default; `HOMEOSTAT_FUZZ_SECONDS` prolongs each. The cases are the same every time, and
//! `HOMEOSTAT_FUZZ_FIRST` is the number of the first. `fuzz/` goes the same way by libFuzzer.

mod common;

use common::short_run::{Reached, short_run};
use common::written::Numbers;
use homeostat::model::sbml::{Document, Operator};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

const SEED: &str = include_str!("../fuzz/seeds/elements.xml");

const PIECES: &[&str] = &[
    "<",
    ">",
    "/>",
    "\"",
    "&#0;",
    "&amp;",
    "<!--",
    "]]>",
    "<![CDATA[",
    "<!DOCTYPE a>",
    "<?x?>",
    "1e999",
    "NaN",
    "-INF",
    "true",
    "\u{0}",
    "é",
    "xmlns=\"\"",
    "id=\"k\"",
    "<math/>",
    "<apply/>",
    "<ci>k</ci>",
    "<cn>1</cn>",
    "<lambda/>",
    "comp:",
    "level=\"1\"",
];

/// One change somewhere between two brackets, so that some of what results is still read.
fn mutate(text: &mut Vec<String>, numbers: &mut Numbers) {
    let (i, k) = (numbers.below(text.len()), numbers.below(text.len()));
    match numbers.below(8) {
        0 => drop(text.remove(i)),
        1 => text.insert(k, text[i].clone()),
        2 => text.swap(i, k),
        3 => text.insert(i, (*numbers.pick(PIECES)).to_string()),
        4 => {
            // a word becomes another one
            let words = |t: &str| t.split(|c: char| !c.is_alphanumeric()).map(String::from).collect::<Vec<_>>();
            let (own, other) = (numbers.pick(&words(&text[i])).clone(), numbers.pick(&words(&text[k])).clone());
            text[i] = if own.is_empty() { other } else { text[i].replacen(&own, &other, 1) };
        }
        5 => {
            let at = numbers.below(text[i].len() + 1);
            if text[i].is_char_boundary(at) {
                let piece = *numbers.pick(PIECES);
                text[i].insert_str(at, piece);
            }
        }
        6 => text[i] = text[i].replace("true", "false"),
        _ => {
            let at = numbers.below(text[i].len() + 1);
            if text[i].is_char_boundary(at) {
                text[i].truncate(at);
            }
        }
    }
}

fn reads_back(document: &Document, case: u64, text: &str) {
    let again = Document::from_xml(&document.to_xml());
    assert!(again.is_ok(), "case {case} does not read back: {}\n{text}", again.unwrap_err());
    // what is no number is equal to nothing
    let same = again.as_ref().is_ok_and(|again| again == document) || format!("{again:?}").contains("NaN");
    assert!(same, "case {case} reads back differently:\n{text}\n{document:?}\n{again:?}");
}

fn given(name: &str) -> Option<f64> {
    std::env::var(name).ok().and_then(|s| s.parse().ok())
}

fn seconds(usual: f64) -> Duration {
    Duration::from_secs_f64(given("HOMEOSTAT_FUZZ_SECONDS").unwrap_or(usual))
}

#[test]
fn mutated_documents_neither_panic_nor_hang() {
    let duration = seconds(2.0);
    let mut seeds = vec![SEED.to_string()];
    if let Some(shared) = common::shared("mutated_documents_neither_panic_nor_hang") {
        for case in ["00001", "00952", "01135", "01475"] {
            let folder = shared.join("sbml-test-suite/cases").join(case);
            let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
            let xml = files.filter(|p| p.extension().is_some_and(|e| e == "xml"));
            seeds.extend(xml.map(|p| std::fs::read_to_string(p).unwrap()));
        }
    }
    let (begun, mut read, mut cases) = (Instant::now(), 0, 0);
    while cases < 500 || begun.elapsed() < duration {
        cases += 1;
        let mut numbers = Numbers::new(cases);
        let seed = numbers.pick(&seeds).clone();
        let mut text: Vec<String> = seed.split_inclusive('>').map(String::from).collect();
        for _ in 0..=numbers.below(4) {
            if !text.is_empty() {
                mutate(&mut text, &mut numbers);
            }
        }
        let text = text.concat();
        let one = Instant::now();
        if let Ok(document) = Document::from_bytes(text.as_bytes()) {
            read += 1;
            reads_back(&document, cases, &text);
            if let Ok(flat) = document.flattened(None) {
                reads_back(&flat, cases, &text);
            }
        }
        assert!(one.elapsed().as_secs() < 10, "case {cases} takes long:\n{text}");
    }
    println!("{cases} cases, {read} of them read");
    assert!(read > 0 && read < cases);
}

const VALUES: &[&str] =
    &["0", "1", "-1", "2", "0.5", "1e-300", "1e-9", "1e9", "1e308", "-1e308", "NaN", "INF", "-INF", "3.7"];

const OF_TWO: &[&str] = &[
    "plus", "times", "minus", "divide", "power", "max", "min", "quotient", "rem", "lt", "gt", "leq", "geq", "eq",
    "neq", "and", "or", "xor", "implies",
];

const OF_ONE: &[&str] =
    &["exp", "ln", "abs", "floor", "ceiling", "factorial", "not", "sin", "tan", "cosh", "arccos", "arctanh", "arccsch"];

/// What a formula may hold in the place of anything else.
const FORMULAS: &[&str] = &[
    r#"<csymbol definitionURL="http://www.sbml.org/sbml/symbols/time"/>"#,
    r#"<csymbol definitionURL="http://www.sbml.org/sbml/symbols/avogadro"/>"#,
    "<true/>",
    "<false/>",
    "<notanumber/>",
    "<infinity/>",
    "<cn>1</cn>",
    "<cn>0</cn>",
    "<apply><minus/><cn>1</cn></apply>",
];

/// One change of what a document means that leaves it one most of the time: another number, operator, name or truth.
fn change(text: &mut [String], numbers: &mut Numbers) {
    let i = numbers.below(text.len());
    let name = text[i].trim().trim_start_matches('<').trim_end_matches("/>").to_string();
    let all: Vec<&str> = Operator::all().map(Operator::name).collect();
    if let Some(alike) = [OF_TWO, OF_ONE, &all].into_iter().find(|list| list.contains(&&*name)) {
        text[i] = format!("<{}/>", numbers.pick(alike));
    } else if text[i].contains("</cn>") {
        text[i] = format!("{}</cn>", numbers.pick(VALUES));
    } else if text[i].contains("</ci>") {
        let names: Vec<&String> = text.iter().filter(|t| t.contains("</ci>")).collect();
        let other = (*numbers.pick(&names)).clone();
        text[i] = if numbers.below(4) == 0 { format!("{other}{}", numbers.pick(FORMULAS)) } else { other };
    } else if text[i].contains("=\"true\"") || text[i].contains("=\"false\"") {
        let (from, to) = if numbers.below(2) == 0 { ("true", "false") } else { ("false", "true") };
        text[i] = text[i].replacen(&format!("\"{from}\""), &format!("\"{to}\""), 1);
    } else if let Some(quoted) = text[i].split('"').skip(1).step_by(2).find(|x| x.trim().parse::<f64>().is_ok()) {
        text[i] = text[i].replacen(&format!("\"{quoted}\""), &format!("\"{}\"", numbers.pick(VALUES)), 1);
    }
}

/// The seeds, and every so many of the cases of the suite, by one of their files.
fn models(shared: Option<&Path>) -> Vec<String> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut files: Vec<_> = std::fs::read_dir(seeds).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    if let Some(shared) = shared {
        let mut cases: Vec<_> =
            std::fs::read_dir(shared.join("sbml-test-suite/cases")).unwrap().map(|e| e.unwrap().path()).collect();
        cases.sort();
        for (i, case) in cases.iter().enumerate().step_by(7) {
            let all = std::fs::read_dir(case).unwrap().map(|e| e.unwrap().path());
            let mut xml: Vec<_> = all.filter(|p| p.extension().is_some_and(|e| e == "xml")).collect();
            xml.sort();
            files.extend(xml.get(i / 7 % xml.len().max(1)).cloned());
        }
    }
    let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    texts.filter(|text| text.len() < 50_000).collect()
}

#[test]
fn mutated_models_run_or_say_why() {
    let duration = seconds(8.0);
    let models = models(common::shared("mutated_models_run_or_say_why").as_deref());
    let first = given("HOMEOSTAT_FUZZ_FIRST").unwrap_or(1.0) as u64;
    let (begun, mut case, mut reached) = (Instant::now(), first, BTreeMap::<Reached, u64>::new());
    while case < first + 300 || begun.elapsed() < duration {
        let mut numbers = Numbers::new(case);
        let mut text: Vec<String> = numbers.pick(&models).split_inclusive('>').map(String::from).collect();
        for _ in 0..=numbers.below(5) {
            match numbers.below(8) {
                0 => mutate(&mut text, &mut numbers),
                _ => (0..6).for_each(|_| change(&mut text, &mut numbers)),
            }
            if text.is_empty() {
                break;
            }
        }
        let text = text.concat();
        let one = Instant::now();
        let outcome = std::panic::catch_unwind(|| short_run(text.as_bytes()));
        let (how_far, why) = outcome.unwrap_or_else(|_| panic!("case {case} panics:\n{text}"));
        *reached.entry(how_far).or_default() += 1;
        assert!(how_far == Reached::End || !why.is_empty(), "case {case} does not say why:\n{text}");
        assert!(one.elapsed().as_secs() < 5, "case {case} takes {:?} ({why}):\n{text}", one.elapsed());
        case += 1;
    }
    println!("{} cases: {reached:?}", case - first);
    for least in [Reached::Nothing, Reached::Simulation, Reached::End] {
        assert!(reached.get(&least).is_some_and(|count| *count > 5), "{reached:?}");
    }
}
