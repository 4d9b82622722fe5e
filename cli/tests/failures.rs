//! Runs that the solver cannot end: exit 1, rows so far, and a message that helps.

mod common;

use common::{BEGIN, Place};

/// x' = x^2 from 1: infinite at t = 1.
const GROWTH: &str = "[input.k]\nvalue = \"1 1/(umol h)\"\n[process.growth]\nreaction = \"-> x\"\nrate = \"k * x^2\"\n";

#[test]
fn a_model_that_blows_up_in_finite_time() {
    let place = Place::new("blow_up");
    let model = place.write("m.toml", &format!("{BEGIN}{GROWTH}"));
    let outcome = place.homeostat(&["run", model, "--end", "2", "--steps", "8"]);
    assert_eq!(outcome.code, 1);
    let message = &outcome.err;
    assert!(message.starts_with("the step size fell to "), "{message}");
    assert!(message.contains(", below 16 units in the last place of the time at t = 1.000000"), "{message}");
    let rest = "); species x; the solution may grow without bound here; end the run earlier, check rates that \
                increase with their own product, or loosen the tolerances\n";
    assert!(message.contains(" h (last step tried: ") && message.ends_with(rest), "{message}");
    // rows before the end are there
    let times: Vec<&str> = outcome.out.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(times[..4], ["0", "0.25", "0.5", "0.75"]);
    assert!(times.len() <= 5);
    let steady = place.homeostat(&["steady", model]);
    assert_eq!(steady.code, 1, "{}", steady.out);
}

#[test]
fn rows_so_far_are_in_json_and_on_the_plot() {
    let place = Place::new("partial");
    let model = place.write("m.toml", &format!("{BEGIN}{GROWTH}"));
    let arguments = ["run", model, "--end", "2", "--steps", "8", "--out", "x.json", "--plot", "x.svg", "--stats"];
    let outcome = place.homeostat(&arguments);
    assert_eq!(outcome.code, 1);
    let json: serde_json::Value = serde_json::from_str(&place.read("x.json")).unwrap();
    assert!(json["rows"].as_array().unwrap().len() >= 4);
    assert_eq!(json["rows"].as_array().unwrap().len(), json["time"].as_array().unwrap().len());
    assert!(place.read("x.svg").starts_with("<svg"));
    assert!(outcome.err.contains("\"method\":\"rodas5p\""), "{}", outcome.err);
}

#[test]
fn a_right_hand_side_that_turns_nan() {
    let place = Place::new("nan");
    let text = "[process.drain]\nreaction = \"x ->\"\nrate = \"1 + 0 * ln(x - 0.5)\"\n";
    let outcome = place.homeostat(&["run", place.write("m.toml", &format!("{BEGIN}{text}")), "--steps", "40"]);
    assert_eq!(outcome.code, 1);
    let message = &outcome.err;
    assert!(message.starts_with("a rate or its derivative is not a finite number at t = 0.49999"), "{message}");
    let rest = "; species x; check the rate laws for a division by zero, a logarithm or a root of a value that can \
                become negative\n";
    assert!(message.contains(" h (last step tried: ") && message.ends_with(rest), "{message}");
    assert!(outcome.out.lines().count() >= 3, "{}", outcome.out);
}

#[test]
fn a_rate_that_is_nan_from_the_start_names_its_process() {
    let place = Place::new("nan_at_once");
    let text = "[process.drain]\nreaction = \"x ->\"\nrate = \"ln(x - 2)\"\n";
    let outcome = place.homeostat(&["run", place.write("m.toml", &format!("{BEGIN}{text}"))]);
    assert_eq!(outcome.code, 1);
    let message = "a rate or its derivative is not a finite number at t = 0 h; species x; the rate of process drain \
                   is not a finite number; check the rate laws for a division by zero, a logarithm or a root of a value \
                   that can become negative\n";
    assert_eq!(outcome.err, message);
    assert_eq!(outcome.out, "time,[x]\n0,1\n");
}
