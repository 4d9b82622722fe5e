//! Bad input: the message that each kind must give, and its exit code.

mod common;

use common::{BEGIN, DOPAMINE, LOSS, Place, homeostat};

/// Checks and runs a model: both must fail with this code and exactly these lines besides warnings.
fn refused(test: &str, text: &str, expected: &[&str]) {
    let place = Place::new(test);
    let model = place.write("m.toml", text);
    for command in ["check", "run", "steady"] {
        let outcome = place.homeostat(&[command, model]);
        let lines: Vec<&str> = outcome.err.lines().filter(|line| !line.starts_with("warning: ")).collect();
        assert_eq!(lines, expected, "{command}");
        assert_eq!((outcome.code, outcome.out.as_str()), (2, ""), "{command}");
    }
}

fn parts(text: &str) -> String {
    format!("{BEGIN}{text}")
}

#[test]
fn unknown_species() {
    refused(
        "unknown_species",
        &parts("[enzyme.e]\nreaction = \"xx ->\"\nVmax = \"1 uM/h\"\nKm = \"1 uM\"\n"),
        &["m.toml:10: enzyme.e.reaction: there is no species xx (did you mean x?)"],
    );
}

#[test]
fn duplicate_name() {
    refused(
        "duplicate_name",
        &parts("[enzyme.x]\nreaction = \"x ->\"\nVmax = \"1 uM/h\"\nKm = \"1 uM\"\n"),
        &[
            "m.toml:9: enzyme.x: the name x is taken already by a species; rename one, or where species.x is of a base leave it out: remove = [\"species.x\"]",
        ],
    );
}

#[test]
fn unit_of_the_wrong_kind() {
    refused(
        "unit_of_the_wrong_kind",
        &parts("[enzyme.e]\nreaction = \"x ->\"\nVmax = \"36 mg/h\"\nKm = \"1 uM\"\n"),
        &["m.toml:11: enzyme.e.Vmax: found 36 mg/h, a mass per time; expected a velocity (concentration per time) \
             such as uM/h, nM/min or umol/L/h"],
    );
}

#[test]
fn negative_and_nan_numbers_all_at_once() {
    let text = r#"[enzyme.e]
reaction = "x ->"
Vmax = "-2 uM/h"
Km = { value = -1, unit = "uM" }
[enzyme.f]
reaction = "x ->"
Vmax = { value = nan, unit = "uM/h" }
Km = "nan uM"
[compartment.a]
volume = "-1 L"
[compartment.b]
volume = { value = nan, unit = "L" }
[species.y]
compartment = "cell"
concentration = "-1 uM"
[species.z]
compartment = "cell"
amount = { value = nan, unit = "umol" }
"#;
    refused(
        "negative_and_nan",
        &parts(text),
        &[
            "m.toml:11: enzyme.e.Vmax: found -2 uM/h, expected a non-negative finite number",
            "m.toml:12: enzyme.e.Km: found -1 uM, expected a positive finite number",
            "m.toml:15: enzyme.f.Vmax: found NaN uM/h, expected a non-negative finite number",
            "m.toml:16: enzyme.f.Km: found NaN uM, expected a positive finite number",
            "m.toml:18: compartment.a.volume: found -1 L, expected a positive finite number",
            "m.toml:20: compartment.b.volume: found NaN L, expected a positive finite number",
            "m.toml:23: species.y.concentration: found -1 uM, expected a non-negative finite number",
            "m.toml:26: species.z.amount: found NaN umol, expected a non-negative finite number",
        ],
    );
}

#[test]
fn empty_network() {
    let message = "model: the network is empty: no process changes anything; add a part";
    refused("empty_network", BEGIN, &[&format!("m.toml:1: {message}")]);
    refused(
        "empty_file",
        "",
        &["m.toml: model: is missing: a model file begins with [model] and its name", &format!("m.toml: {message}")],
    );
}

#[test]
fn species_that_nothing_touches_is_a_warning() {
    let place = Place::new("untouched");
    let idle = "[species.idle]\ncompartment = \"cell\"\namount = \"1 umol\"\n";
    let model = place.write("m.toml", &format!("{BEGIN}{idle}{LOSS}"));
    let outcome = place.homeostat(&["check", model]);
    let warning =
        "warning: m.toml:9: species.idle: no process changes it and nothing reads it; remove it or add a part\n";
    assert_eq!((outcome.code, outcome.err.as_str()), (0, warning));
    assert_eq!(place.homeostat(&["run", model]).code, 0);
}

#[test]
fn syntax_errors_with_their_line() {
    refused("syntax", &parts("[clearance.loss\nk = 3\n"), &["m.toml:9: syntax error: unclosed table, expected `]`"]);
    let place = Place::new("json_syntax");
    let outcome = place.homeostat(&["check", place.write("m.json", "{\n\"model\": oops\n}")]);
    assert_eq!(
        (outcome.code, outcome.err.as_str()),
        (2, "m.json:2: syntax error: expected value at line 2 column 10\n")
    );
}

#[test]
fn missing_file() {
    for name in ["nowhere.toml", "nowhere.json", "./nowhere.toml"] {
        let outcome = homeostat(&["run", name]);
        assert_eq!(outcome.code, 3);
        assert!(outcome.err.starts_with(&format!("{name}: cannot be read: ")), "{}", outcome.err);
    }
    let outcome = homeostat(&["run", DOPAMINE, "--schedule", "nowhere.toml"]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.err.starts_with("nowhere.toml: cannot be read: "), "{}", outcome.err);
}

#[test]
fn unwritable_output() {
    let place = Place::new("unwritable");
    for (option, name) in [("--out", "none/x.csv"), ("--out", "none/x.json"), ("--plot", "none/x.svg")] {
        let outcome = place.homeostat(&["run", DOPAMINE, option, name]);
        assert_eq!((outcome.code, outcome.out.as_str()), (3, ""));
        assert!(outcome.err.starts_with(&format!("{name}: cannot be written: ")), "{}", outcome.err);
    }
}

#[test]
fn unknown_model() {
    let outcome = homeostat(&["check", "best-2009-dopamin"]);
    let message =
        "best-2009-dopamin: there is no built-in model of this name (did you mean best-2009-dopamine?); known: ";
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.starts_with(message), "{}", outcome.err);
}

#[test]
fn arguments_all_at_once() {
    let place = Place::new("arguments");
    let arguments = [
        ["--set", "TH.Vmx=3"],
        ["--set", "TH"],
        ["--set", "[edaa]=1"],
        ["--set", "TH=1"],
        ["--set", "TH.Vmax=36 mg/h"],
        ["--set", "TH.Vmax=nan"],
        ["--set", "[eda]=-1"],
        ["--schedule", "meal"],
        ["--method", "rodas"],
        ["--executor", "nativ"],
        ["--linear-algebra", "full"],
        ["--time-limit", "-1"],
        ["--summary", "x.txt"],
        ["--band", "[eda]"],
        ["--band", "[edaa]=1..2"],
        ["--band", "[eda]=1 h..2 h"],
        ["--select", "[eda],x"],
        ["--start", "-1"],
        ["--end", "3 uM"],
        ["--out", "x.txt"],
        ["--plot", "x.gif"],
        ["--rtol", "0"],
        ["--atol", "-1"],
    ];
    let outcome = place.homeostat(&[&["run", DOPAMINE], arguments.as_flattened()].concat());
    let expected = [
        "--set TH.Vmx=3: there is nothing named TH.Vmx (did you mean TH.Vmax?)",
        "--set TH: expected NAME=VALUE",
        "--set [edaa]=1: there is nothing named edaa (did you mean eda?)",
        "--set TH=1: TH is a process, which the model determines; set one of its parameters, such as TH.scale",
        "--set TH.Vmax=36 mg/h: found 36 mg/h, a mass per time; expected a velocity (concentration per time) \
         such as uM/h, nM/min or umol/L/h",
        "--set TH.Vmax=nan: found NaN uM/h, expected a non-negative finite number",
        "--set [eda]=-1: found -1 uM, expected a non-negative finite number",
        "--schedule: the model names no schedule meal (did you mean meals?); known: meals; a file's name ends in .toml",
        "--time-limit: found -1, expected seconds that are not negative",
        "--executor: there is no executor nativ (did you mean native?); known: auto, tape, native",
        "--linear-algebra: there is no linear algebra full; known: auto, static, dense, sparse",
        "--method: there is no method rodas (did you mean rodas4?); known: rodas5p, rodas4, rodas3, ros34pw2, esdirk54, radau, bdf, \
         dopri5, dop853, auto",
        "--select: there is nothing named x",
        "--band [eda]: expected NAME=LOW..HIGH, such as \"[eda]=1 nM..5 nM\"",
        "--band [edaa]=1..2: there is nothing named edaa (did you mean eda?)",
        "--band [eda]=1 h..2 h: \"1 h\" is a time; expected a concentration such as uM, nM or mM",
        "--start: found -1, expected a finite time that is not negative",
        "--end: \"3 uM\" is a concentration; expected a time such as h, min or s",
        "--out: found x.txt, expected a file that ends in .csv or .json",
        "--summary: found x.txt, expected a file that ends in .csv or .json",
        "--plot: found x.gif, expected a file that ends in .svg or .png",
        "--rtol: found 0, expected a positive finite number",
        "--atol: found -1, expected a positive finite number",
    ];
    assert_eq!(outcome.err.lines().collect::<Vec<_>>(), expected);
    assert_eq!((outcome.code, outcome.out.as_str()), (2, ""));
}

#[test]
fn times_and_steps() {
    let cases: [(&[&str], &str); 8] = [
        (&["--start", "5", "--end", "3"], "--end: found 3, which lies before the start 5; expected a later time"),
        (&["--start", "30"], "--end: found 24, which lies before the start 30; expected a later time"),
        (
            &["--start", "3", "--end", "3"],
            "--end: found 3, which is the start too; expected a later time, or 0 steps for the one row there",
        ),
        (&["--end", "soon"], "--end: found \"soon\", expected a time such as 24, \"24 h\" or \"90 min\""),
        (&["--end", "inf"], "--end: found inf, expected a finite time that is not negative"),
        (&["--rtol", "nan"], "--rtol: found NaN, expected a positive finite number"),
        (
            &["--steps", "18446744073709551615"],
            "--steps: found 18446744073709551615, so many that rows would share a time; expected fewer",
        ),
        (&["--select", ","], "--select: the list is empty: expected names such as [eda],TH"),
    ];
    for (arguments, message) in cases {
        let outcome = homeostat(&[&["run", DOPAMINE], arguments].concat());
        assert_eq!((outcome.code, outcome.err.trim_end()), (2, message));
    }
    for arguments in [["--steps", "-1"], ["--steps", "2.5"], ["--seed", "x"], ["--rtol", "small"]] {
        let outcome = homeostat(&[&["run", DOPAMINE], &arguments[..]].concat());
        assert_eq!(outcome.code, 2);
        assert!(outcome.err.contains(arguments[0]), "{}", outcome.err);
    }
    let place = Place::new("no_end");
    let model = place.write("m.toml", &format!("{BEGIN}{LOSS}").replace("end = \"10 h\"\n", ""));
    let outcome = place.homeostat(&["run", model]);
    assert_eq!((outcome.code, outcome.err.as_str()), (2, "--end: is missing, and the model gives no end of its own\n"));
    assert_eq!(place.homeostat(&["run", model, "--end", "2"]).code, 0);
}

#[test]
fn usage() {
    assert_eq!(homeostat(&[]).code, 2);
    assert_eq!(homeostat(&["solve"]).code, 2);
    assert_eq!(homeostat(&["run", DOPAMINE, "--speed"]).code, 2);
    assert_eq!(homeostat(&["--help"]).code, 0);
    assert_eq!(homeostat(&["--version"]).code, 0);
}

#[test]
fn schedule_files() {
    let place = Place::new("schedules");
    let bad = "sauce = \"me\"\n[[change]]\nparameter = \"btyr\"\nfactor = 2.0\nuntil = \"1 h\"\n\
               [[dose]]\nspecies = \"eda\"\nadd = \"1 uM\"\nat = \"7 h\"\nevery = 3\nevry = 2\n";
    let outcome = place.homeostat(&["run", DOPAMINE, "--schedule", place.write("bad.toml", bad)]);
    assert_eq!(outcome.code, 2);
    let lines: Vec<&str> = outcome.err.lines().collect();
    assert_eq!(lines.len(), 3, "{}", outcome.err);
    assert!(lines[0].starts_with("bad.toml:1: sauce: a schedule has no sauce (did you mean source?)"), "{}", lines[0]);
    assert!(lines[1].starts_with("bad.toml:2: change.1: missing field `from`"), "{}", lines[1]);
    assert!(lines[2].starts_with("bad.toml:6: dose.1: unknown field `evry`"), "{}", lines[2]);

    let wrong = "[[change]]\nparameter = \"btir\"\nfactor = -2.0\nfrom = \"3 h\"\nuntil = \"1 h\"\n\
                 [[dose]]\nspecies = \"edb\"\nadd = \"1 uM\"\nat = \"7 uM\"\n";
    let outcome = place.homeostat(&["run", DOPAMINE, "--schedule", place.write("wrong.toml", wrong)]);
    let expected = [
        "wrong.toml:2: change.1.parameter: there is no parameter btir (did you mean btyr?)",
        "wrong.toml:5: change.1.until: found 1 h, expected a time after 3 h",
        "wrong.toml:7: dose.1.species: there is no species edb (did you mean eda?)",
        "wrong.toml:9: dose.1.at: found 7 uM, a concentration; expected a time such as h, min or s",
    ];
    assert_eq!(outcome.err.lines().collect::<Vec<_>>(), expected);
    assert_eq!(outcome.code, 2);

    // a repetition faster than the numbers: an end, not a hang
    let fast = "[[dose]]\nspecies = \"eda\"\nadd = \"0 uM\"\nat = \"0 h\"\nevery = \"1e-30 h\"\n";
    let outcome = place.homeostat(&["run", DOPAMINE, "--schedule", place.write("fast.toml", fast), "--end", "1"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.starts_with("schedule: something comes "), "{}", outcome.err);
    assert!(
        outcome
            .err
            .ends_with(" times before 1, which is more than 10000000 steps: lengthen its `every`, or lower its rate\n")
    );
}

#[test]
fn schedules_of_a_model_are_checked() {
    let place = Place::new("own_schedules");
    let own = "[[schedule.meals.change]]\nparameter = \"kk\"\nfactor = 2.0\nfrom = \"0 h\"\nuntil = \"1 h\"\n";
    let model = place.write("m.toml", &format!("{BEGIN}{LOSS}{own}"));
    let message = "m.toml:13: schedule.meals.change.1.parameter: there is no parameter kk\n";
    for arguments in [&["check", model][..], &["run", model, "--schedule", "meals"]] {
        let outcome = place.homeostat(arguments);
        assert_eq!((outcome.code, outcome.err.as_str()), (2, message));
    }
}

#[test]
fn a_condition_sets_no_event_off() {
    refused(
        "a_condition_sets_no_event_off",
        &(parts("[event.e]\nroot = \"[x] < 0.5\"\nchange = \"x = 1\"\n") + LOSS),
        &[
            "m.toml:9: event.e: is set off by a condition, which is 0 or 1 and goes through nothing; name it `when`, or write a difference, \
           such as [vda] - 40, and the direction in which it goes through zero",
        ],
    );
}

#[test]
fn rules_in_a_circle() {
    refused(
        "rules_in_a_circle",
        &parts("[rule.a]\nvalue = \"b\"\n[rule.b]\nvalue = \"a\"\n"),
        &[
            "m.toml:10: rule.a.value: at character 1: b names what is not there, or the two name one another in a circle",
            "m.toml:12: rule.b.value: at character 1: a names what is not there, or the two name one another in a circle",
        ],
    );
}

#[test]
fn outputs_keep_what_is_there_until_a_run_begins() {
    let place = Place::new("outputs_keep");
    let kept = place.write("kept.csv", "what was there\n");
    let outcome = place.homeostat(&["run", DOPAMINE, "--out", kept, "--summary", kept]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("two outputs go to this file"), "{}", outcome.err);
    let outcome = place.homeostat(&["run", DOPAMINE, "--out", kept, "--summary", "nowhere/s.csv"]);
    assert_eq!(outcome.code, 3);
    let tonic = ["run", "best-2009-dopamine-spikes", "--schedule", "tonic", "--max-steps", "3", "--out", kept];
    assert_eq!(place.homeostat(&tonic).code, 2);
    assert_eq!(place.read("kept.csv"), "what was there\n");
    assert_eq!(place.homeostat(&["run", DOPAMINE, "--steps", "2", "--out", kept]).code, 0);
    assert_eq!(place.read("kept.csv").lines().count(), 4);
}

#[test]
fn nothing_to_remove_from() {
    refused(
        "nothing_to_remove_from",
        &(BEGIN.replacen("[model]\n", "[model]\nremove = [\"clearance.gain\"]\n", 1) + LOSS),
        &["m.toml:2: model.remove: there is no base to remove from: name it by `base`"],
    );
}
