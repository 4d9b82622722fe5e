//! The monoamine synapse set against what knock-outs of one protein did in animals: docs/knock-outs.md, whose table is
//! read here, its training numbers in bold and the others as predictions.

#[path = "../examples/knock_outs.rs"]
#[allow(dead_code)]
mod knock_outs;

use knock_outs::{Outcome, TUNED, UNTUNED, compare};

/// All signs right, at least half of the predictions within twice the quoted range.
#[test]
fn predictions_of_the_tuned_set() {
    let outcomes = compare(TUNED).unwrap();
    let held: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.is_training).collect();
    assert_eq!((outcomes.len(), held.len()), (21, 15));
    for outcome in &held {
        assert!(outcome.has_sign(), "{outcome:?}");
    }
    let met = held.iter().filter(|outcome| outcome.is_met()).count();
    assert!(2 * met >= held.len(), "{met} of {}", held.len());
}

#[test]
fn the_untuned_set_has_all_signs_right() {
    assert!(compare(UNTUNED).unwrap().iter().all(Outcome::has_sign));
}
