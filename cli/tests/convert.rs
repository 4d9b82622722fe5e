//! `homeostat convert`: from one format to another, and what is told.

mod common;

use common::{DOPAMINE, Place, homeostat};

/// The last row of some columns.
fn last(place: &Place, arguments: &[&str]) -> Vec<f64> {
    let arguments = [&["run"], arguments, &["--steps", "4", "--rtol", "1e-11"]].concat();
    place.homeostat(&arguments).rows().pop().unwrap()
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-10 * expected.abs(), "found {found}, expected {expected}");
    }
}

#[test]
fn a_model_goes_to_sbml_and_back_to_toml_and_json() {
    let place = Place::new("convert");
    let outcome = place.homeostat(&["convert", DOPAMINE, "da.xml", "--schedule", "meals"]);
    assert_eq!((outcome.code, outcome.out.as_str(), outcome.err.as_str()), (0, "", ""));
    for (from, to) in [("da.xml", "da.toml"), ("da.toml", "da.json"), ("da.json", "da.sbml"), ("da.sbml", "again.xml")]
    {
        let outcome = place.homeostat(&["convert", from, to]);
        assert_eq!((outcome.code, outcome.out.as_str(), outcome.err.as_str()), (0, "", ""), "{from} to {to}");
    }
    let shown = ["--end", "10", "--select", "[tyr],[vda],TH,[eda]'"];
    let expected = last(&place, &[&[DOPAMINE, "--schedule", "meals"], &shown[..]].concat());
    for file in ["da.xml", "da.toml", "da.json", "da.sbml", "again.xml"] {
        let found = last(&place, &[&[file], &shown[..]].concat());
        close(&found[..4], &expected[..4]);
    }
    // one that is given is the same as the one named
    let schedule = place.write("meals.toml", "[[change]]\nparameter = \"btyr\"\nfactor = 1.75\nfrom = 7\nuntil = 10\n");
    assert_eq!(place.homeostat(&["convert", "da.toml", "more.xml", "--schedule", schedule]).code, 0);
}

#[test]
fn what_is_left_out_is_told() {
    let place = Place::new("convert-told");
    let outcome = place.homeostat(&["convert", DOPAMINE, "da.xml"]);
    assert_eq!(outcome.code, 0);
    let told = "schedule.meals: is not written; SBML holds one course of events: choose it by --schedule meals\n";
    assert!(outcome.err.starts_with("warning: best-2009-dopamine:") && outcome.err.ends_with(told), "{}", outcome.err);
    assert_eq!(outcome.err.lines().count(), 1);
    let outcome = place.homeostat(&["convert", "best-2009-dopamine-spikes", "spikes.xml", "--schedule", "poisson"]);
    assert!(outcome.err.contains("a random train of spikes sets it off, which SBML cannot say"), "{}", outcome.err);
}

#[test]
fn what_cannot_be_converted_is_refused() {
    let place = Place::new("convert-refused");
    let told = |arguments: &[&str]| {
        let outcome = place.homeostat(&[&["convert"], arguments].concat());
        assert_eq!((outcome.code, outcome.out.as_str()), (2, ""));
        outcome.err
    };
    assert_eq!(
        told(&[DOPAMINE, "da.txt"]),
        "OUT: found da.txt, expected a file that ends in .toml or .json or .xml or .sbml\n"
    );
    let expected = "--schedule: a file of parts keeps all schedules; only SBML needs one chosen\n";
    assert_eq!(told(&[DOPAMINE, "da.toml", "--schedule", "meals"]), expected);
    assert!(told(&[DOPAMINE, "da.xml", "--schedule", "meal"]).contains("meals"));
    assert!(!place.0.join("da.xml").exists());
    let missing = homeostat(&["convert", "nowhere.toml", "da.xml"]);
    assert_eq!(missing.code, 3);
}
