//! The rules of the house, checked against its sources: who may import whom, and what stands nowhere.

mod common;

use common::source::{Facts, facts, files, module_of};
use std::path::Path;

/// Rooms and the rooms they may import.
const ROOMS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("program", &[]),
    ("plot", &[]),
    ("linalg", &["program"]),
    ("solver", &["program", "linalg"]),
    ("error", &["solver"]),          // its failure alone, see `error_may`
    ("expr", &["program", "units"]), // the one table of elementary functions
    ("law", &["expr", "units"]),
    ("network", &["expr", "units", "error"]),
    ("catalogue", &["network", "units", "error"]),
    ("component", &["catalogue", "network", "law", "expr", "units", "error"]),
    ("model", &["component", "network", "expr", "units", "error"]),
    ("library", &["model", "error"]),
    ("system", &["network", "expr", "program", "linalg", "solver", "units", "error"]),
    ("simulation", &["network", "system", "solver", "expr", "units", "error", "plot"]),
    ("suite", &["model", "network", "simulation", "error"]),
    ("analysis", &["simulation", "system", "network", "solver", "expr", "units", "error"]),
];

/// The only files that may hold `unsafe`, each block with its reason.
const UNSAFE: &[&str] = &["program/native.rs", "program/simd.rs"];

const LONGEST: usize = 450;
/// Files that were longer when the rule was made: they may become shorter, not longer.
const LONGER: &[(&str, usize)] = &[];

fn imports(room: &str, facts: &Facts) -> Vec<String> {
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{room} is no room of the house")];
    };
    let fault = |path: &Vec<String>| {
        let to = path[0].as_str();
        let is_failure = path.get(1).is_some_and(|item| item == "Failure");
        let allowed = to == room || (allowed.contains(&to) && (room != "error" || is_failure));
        (!allowed).then(|| format!("{room} may not import {}", path.join("::")))
    };
    facts.paths.iter().filter_map(fault).collect()
}

/// What is wrong with a file of `src`, by its path there.
fn faults(file: &str, module: &[&str], text: &str) -> Vec<String> {
    let facts = facts(text, module);
    let mut faults = Vec::new();
    if let Some(room) = module.first() {
        faults.extend(imports(room, &facts));
        if *room != "units" {
            faults
                .extend(facts.conversions.iter().map(|x| format!("{x} looks like a conversion: it belongs to units")));
        }
        let numbers_only = matches!(*room, "program" | "linalg" | "solver")
            || (*room == "expr" && !matches!(module.get(1), None | Some(&"parse" | &"print")));
        if numbers_only {
            faults.extend(facts.strings.iter().map(|s| format!("{s}: no text in this room")));
        }
    }
    if facts.unsafes > 0 && !UNSAFE.contains(&file) {
        faults.push("unsafe has no place here".to_string());
    }
    faults.extend(facts.panics.iter().map(|p| format!("{p} can panic: give an error, or a form that cannot fail")));
    let lines = text.lines().count();
    let most = LONGER.iter().find(|(name, _)| *name == file).map_or(LONGEST, |(_, most)| *most);
    if lines > most {
        faults.push(format!("{lines} lines, {most} are the most: split it"));
    }
    if facts.ignored > 0 {
        faults.push("a test is ignored".to_string());
    }
    faults.into_iter().map(|fault| format!("src/{file}: {fault}")).collect()
}

#[test]
fn the_sources_keep_the_rules() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources: Vec<_> = files(&src)
        .iter()
        .map(|file| {
            let name = file.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
            (name, module_of(file, &src), std::fs::read_to_string(file).unwrap())
        })
        .collect();
    let borrowed = |module: &[String]| module.iter().map(String::as_str).collect::<Vec<_>>().join("/");
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|(_, module, text)| facts(text, &module.iter().map(String::as_str).collect::<Vec<_>>()).test_files)
        .map(|module| borrowed(&module))
        .collect();
    let mut all = Vec::new();
    let mut seen = Vec::new();
    for (name, module, text) in &sources {
        if !tests.contains(&borrowed(module)) {
            all.extend(faults(name, &module.iter().map(String::as_str).collect::<Vec<_>>(), text));
            seen.extend(module.first().cloned());
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    for (room, _) in ROOMS {
        assert!(seen.iter().any(|s| s == room), "there is no room {room} any more: take it off the list");
    }
}

#[test]
fn no_test_is_ignored() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["tests", "src", "cli", "examples"].map(|f| root.join(f)).iter().filter(|f| f.is_dir()) {
        for file in files(folder) {
            let text = std::fs::read_to_string(&file).unwrap();
            assert_eq!(facts(&text, &[]).ignored, 0, "{}", file.display());
        }
    }
}

/// The rules bite: what they say of a snippet in a module.
fn of(module: &str, text: &str) -> String {
    let parts: Vec<&str> = module.split('/').collect();
    faults(&format!("{module}.rs"), &parts, text).join("\n")
}

#[test]
fn imports_against_the_rules_are_found() {
    for (module, text, path) in [
        ("solver/norm", "use crate::network::Network;", "network::Network"),
        ("solver/norm", "use crate::{linalg::Pattern, units::{Unit, Value}};", "units::Unit"),
        ("solver/norm", "use crate::expr as numbers;", "expr"),
        ("law/exchange", "use crate::network::*;", "network::*"),
        ("linalg/lu", "use super::super::solver::Options;", "solver::Options"),
        ("linalg", "use super::solver::Options;", "solver::Options"),
        ("linalg/lu", "mod inner { use super::super::super::solver::Solver; }", "solver::Solver"),
        ("program", "fn f() -> f64 { crate::units::convert(1.0) }", "units::convert"),
        ("program", "fn f(x: crate::units::Unit) {}", "units::Unit"),
        ("program", "struct S { x: Vec<Option<crate::expr::Expr>> }", "expr::Expr"),
        ("program", "impl crate::solver::OdeSystem for S {}", "solver::OdeSystem"),
        ("program", "fn f(x: X) { if let crate::expr::Node::Time = x {} }", "expr::Node::Time"),
        ("units", "macro_rules! m { () => { $crate::network::Part::new() } }", "network::Part::new"),
        ("plot/page", "fn f() { vec![crate::simulation::Run::until(1.0)]; }", "simulation::Run::until"),
        ("error", "use crate::solver::Options;", "solver::Options"),
        ("component", "use crate::Error;", "Error"),
        ("model", "pub(crate) use crate::system::System;", "system::System"),
        ("attic", "fn f() {}", "attic is no room"),
    ] {
        let found = of(module, text);
        assert!(found.contains(path) && found.starts_with(&format!("src/{module}.rs: ")), "{text}: {found:?}");
    }
}

#[test]
fn imports_within_the_rules_pass() {
    for (module, text) in [
        ("error", "use crate::solver::Failure;"),
        ("solver/norm", "use crate::linalg::Pattern; use super::Options; use crate::solver::Tolerance;"),
        ("solver/norm", "#[cfg(test)] mod tests { use crate::network::Network; fn f() { None::<u8>.unwrap(); } }"),
        ("solver/norm", "#[cfg(test)] use crate::network::Network;"),
        ("solver/norm", "mod inner { use super::super::Options; }"),
        ("solver/norm", "/// See [`network`](crate::network::Network): `x.unwrap()`, 3600.\nfn f() {}"),
        ("simulation/run", "#[cfg(feature = \"plot\")] use crate::plot::Figure;"),
        ("law", "use super::expr::Expr;"),
    ] {
        assert_eq!(of(module, text), "");
    }
}

#[test]
fn what_stands_nowhere_is_found() {
    for (text, word) in [
        ("fn f() { unsafe { g() } }", "unsafe"),
        ("unsafe fn f() {}", "unsafe"),
        ("unsafe impl Send for S {}", "unsafe"),
        ("macro_rules! m { () => { unsafe { g() } } }", "unsafe"),
        ("fn f() { todo!() }", "todo!"),
        ("fn f() { unimplemented!(\"later\") }", "unimplemented!"),
        ("fn f() { panic!(\"no\") }", "panic!"),
        ("fn f() { assert!(x > 0) }", "assert!"),
        ("fn f(x: Option<u8>) { x.unwrap(); }", ".unwrap()"),
        ("fn f(x: Option<u8>) { x.expect(\"there\"); }", ".expect()"),
        ("fn f(x: Option<u8>) { vec![x.unwrap()]; }", "unwrap"),
        ("fn f(x: Option<u8>) { x.map(|y| y.checked_add(1).unwrap()); }", ".unwrap()"),
        ("const HOUR: f64 = 3600.0;", "3600"),
        ("const DAY: u64 = 86_400;", "86400"),
        ("const MINUTE: f64 = 60.0;", "60"),
        ("fn f(t: f64) -> f64 { t / 60.0 }", "60"),
        ("fn f(t: f64) -> f64 { t * 3.6e3 }", "3600"),
        ("fn f(t: f64) { g!(t * 3600.0) }", "3600"),
        (concat!("#[cfg(test)] mod tests {\n #[", "ignore]\n #[test] fn f() {} }"), "ignored"),
    ] {
        let found = of("network/check", text);
        assert!(found.contains(word), "{text}: {found:?}");
    }
    assert_eq!(of("program/native", "fn f() { unsafe { g() } }"), "");
    assert_eq!(of("units", "const HOUR: f64 = 3600.0;"), "");
    assert_eq!(of("plot/axes", "fn f(x: f64) -> bool { x > 60.0 }"), "");
    assert_eq!(of("expr/parse", "fn f(p: &mut Parser) { p.expect(')')?; x.unwrap_or(0); }"), "");
    assert!(of("network/check", &"//\n".repeat(LONGEST + 1)).contains("split it"));
    assert_eq!(of("network/check", &"//\n".repeat(LONGEST)), "");
}

#[test]
fn texts_among_numbers_are_found() {
    for text in [
        "struct S { name: String }",
        "struct S<'a> { name: &'a str }",
        "fn f(name: &str) {}",
        "fn f() { let x = format!(\"{x}\"); }",
        "fn f(x: f64) { g(x.to_string()) }",
        "fn f() { vec![format!(\"a\")]; }",
        "impl fmt::Debug for S { fn fmt(&self) { format!(\"a\"); } }",
    ] {
        for module in ["solver/norm", "program", "linalg/lu", "expr/graph"] {
            assert!(of(module, text).contains("no text in this room"), "{module}: {text}");
        }
        assert_eq!(of("network", text), "");
        assert_eq!(of("expr/print", text), "");
    }
    for text in [
        "enum K { Aborted(&'static str) } fn name() -> &'static str { \"rodas5p\" }",
        "impl fmt::Display for F { fn fmt(&self) { format!(\"{}\", self.text.to_string()); } }",
    ] {
        assert_eq!(of("solver/failure", text), "");
    }
}
