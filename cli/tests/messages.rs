//! What helps out of a slip: each message names what was meant.

mod common;

use common::{BEGIN, DOPAMINE, LOSS, Place, homeostat};

fn told(arguments: &[&str]) -> String {
    homeostat(arguments).err.trim_end().to_string()
}

#[test]
fn slips_in_arguments() {
    let run = |option: &str, text: &str| told(&["run", DOPAMINE, "--steps", "0", option, text]);
    assert_eq!(
        run("--set", "eda=1 uM"),
        "--set eda=1 uM: found 1 uM, a concentration; expected an amount such as umol, nmol or fmol; its concentration is set by \
         [eda]"
    );
    assert!(run("--set", "[eda]=1 umol").ends_with("; its amount is set by eda"));
    assert!(!run("--set", "eda=1 h").contains("is set by"));
    assert_eq!(
        run("--select", "[eda];[tyr]"),
        "--select: there is nothing named eda];[tyr; a comma stands between names"
    );
}

#[test]
fn a_unit_written_once_counts_for_both_ends_of_a_band() {
    let place = Place::new("band");
    let ends = |band: &str| {
        let run = ["run", DOPAMINE, "--steps", "0", "--select", "[eda]", "--summary", "s.json", "--band", band];
        let outcome = place.homeostat(&run);
        assert_eq!(outcome.code, 0, "{}", outcome.err);
        let list: serde_json::Value = serde_json::from_str(&place.read("s.json")).unwrap();
        [&list[1]["low"], &list[1]["high"]].map(|end| end.as_f64().unwrap())
    };
    assert_eq!(ends("[eda]=1..5 nM"), [1e-3, 5e-3]);
    assert_eq!(ends("[eda]=1 nM..5"), [1e-3, 5e-3]);
    assert_eq!(ends("[eda]=1 nM..5 uM"), [1e-3, 5.0]);
    assert_eq!(ends("[eda]=1..5"), [1.0, 5.0]);
}

#[test]
fn files_that_end_otherwise() {
    let place = Place::new("endings");
    let file = place.write("m.yaml", "name: x\n");
    let ending = "m.yaml: found the ending \"yaml\", expected a model file .toml or .json, or SBML as .xml or .sbml\n";
    assert_eq!(place.homeostat(&["check", file]).err, ending);
    let outcome = place.homeostat(&["check", "nowhere.yaml"]);
    assert!(outcome.err.ends_with("; a file ends in .toml, .json, .xml or .sbml\n"), "{}", outcome.err);
    let outcome = place.homeostat(&["run", DOPAMINE, "--schedule", file]);
    assert_eq!(outcome.err, "m.yaml: expected a schedule file that ends in .toml\n");
}

/// What a law takes is not known where the law is not.
#[test]
fn a_law_that_is_not_there_is_told_alone() {
    let place = Place::new("law");
    let enzyme = "[enzyme.e]\nlaw = \"michaelis\"\nreaction = \"x ->\"\nVmax = \"1 uM/h\"\nKm = \"1 uM\"\n";
    let outcome = place.homeostat(&["check", place.write("m.toml", &format!("{BEGIN}{LOSS}{enzyme}"))]);
    assert_eq!(outcome.err.lines().count(), 1, "{}", outcome.err);
    let begin = "m.toml:13: enzyme.e.law: there is no law michaelis here (did you mean michaelis_menten?); known: ";
    assert!(outcome.err.starts_with(begin), "{}", outcome.err);
}

#[test]
fn an_unknown_section_of_a_schedule_hides_nothing() {
    let place = Place::new("section");
    let schedule = "[[dos]]\nspecies = \"eda\"\n[[change]]\nparameter = \"btir\"\nfactor = 2\nfrom = \"1 h\"\n";
    let outcome = place.homeostat(&["run", DOPAMINE, "--schedule", place.write("s.toml", schedule)]);
    let expected = [
        "s.toml:1: dos: a schedule has no dos (did you mean dose?); known: name, source, status, change, dose, drug, spikes",
        "s.toml:4: change.1.parameter: there is no parameter btir (did you mean btyr?)",
    ];
    assert_eq!((outcome.code, outcome.err.lines().collect::<Vec<_>>()), (2, expected.to_vec()));
}

#[test]
fn what_comes_after_the_end_is_one_line() {
    let outcome = homeostat(&["run", DOPAMINE, "--schedule", "meals", "--end", "1 h", "--steps", "0"]);
    let expected = "warning: schedule: 6 times a change of btyr begins, the first at 7 h, after the end of the run at 1 h: they \
                    change nothing; end the run later\n";
    assert_eq!(outcome.err, expected);
}

#[test]
fn steady_states_leave_spikes_aside() {
    let outcome = homeostat(&["steady", "best-2009-dopamine-spikes"]);
    let expected = "warning: the steady state is one of the rates alone: what events change is not looked at: release (by spikes)\n";
    assert_eq!((outcome.code, outcome.err.as_str()), (0, expected));
    assert_eq!(told(&["steady", DOPAMINE]), "");
}
