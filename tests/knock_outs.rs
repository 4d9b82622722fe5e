//! The monoamine synapse set against what knock-outs of one protein did in animals, and the table of docs/knock-outs.md
//! against the model.

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

/// Every row of the document's table says what the model says, untuned and tuned, and which numbers are for training.
#[test]
fn the_document_is_true() {
    let text = include_str!("../docs/knock-outs.md");
    let (untuned, tuned) = (compare(UNTUNED).unwrap(), compare(TUNED).unwrap());
    for (before, after) in untuned.iter().zip(&tuned) {
        let start = format!("| {} | {} |", before.genotype, before.quantity);
        let row = text.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no row {start}"));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [a, b] = before.range;
        let quoted = if a == b { format!("{a}") } else { format!("{a} to {b}") };
        assert_eq!(cells[3], quoted, "{row}");
        for (cell, outcome) in [(cells[4], before), (cells[5], after)] {
            let judged = if outcome.is_met() { "" } else { " (sign only)" };
            assert_eq!(cell, format!("{:.1}{judged}", outcome.found), "{row}");
        }
        assert_eq!(cells[6] == "training", before.is_training, "{row}");
    }
}
