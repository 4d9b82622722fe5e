//! What a picture is drawn from: where the solver went, and both sides of every jump.

use homeostat::model::Model;
use homeostat::simulation::{Run, Simulation};

/// A decay, an event that puts it back, a dose, a condition and a block.
const SAW: &str = r#"
[model]
name = "saw"
[compartment.cell]
volume = "1 L"
[species.x]
compartment = "cell"
concentration = "1 uM"
[input.drive]
value = 2
[clearance.loss]
reaction = "x ->"
k = "0.5 1/h"
[event.low]
root = "x - 0.2"
direction = "falling"
change = "x = 1.3"
[event.late]
when = "time > 7.5"
change = "x = x + 2"
[[schedule.day.dose]]
species = "x"
add = "3 uM"
at = "5 h"
[[schedule.day.change]]
parameter = "drive"
factor = 0.25
from = "2 h"
until = "4 h"
"#;

fn saw() -> Simulation {
    let mut simulation = Simulation::new(&Model::from_toml(SAW).unwrap().network()).unwrap();
    simulation.schedule_named("day").unwrap();
    simulation
}

#[test]
fn jumps_have_two_sides_and_rows_stay_as_they_are() {
    let simulation = saw();
    let run = Run { steps: 1, selection: simulation.select("x,drive").unwrap(), ..Run::until(10.0) };
    let plain = simulation.run(&run).unwrap();
    assert_eq!(plain.outline, None);
    let drawn = simulation.run(&Run { outline: true, ..run }).unwrap();
    assert_eq!((&drawn.t, &drawn.rows), (&plain.t, &plain.rows));
    assert_eq!(drawn.statistics.counts.steps, plain.statistics.counts.steps);
    let outline = drawn.outline.unwrap();
    assert!(outline.t.is_sorted() && outline.t[0] == 0.0 && *outline.t.last().unwrap() == 10.0);
    // where 1 exp(-t/2) is 0.2, and what then follows from exp(-t/2) alone
    let low = 2.0 * 5.0_f64.ln();
    let at_dose = 1.3 * (-(5.0 - low) / 2.0).exp();
    let at_late = (at_dose + 3.0) * (-1.25_f64).exp();
    let expected = [
        (2.0, [(-1.0_f64).exp(), 2.0], [(-1.0_f64).exp(), 0.5]),
        (low, [0.2, 0.5], [1.3, 0.5]),
        (4.0, [1.3 * (-(4.0 - low) / 2.0).exp(), 0.5], [1.3 * (-(4.0 - low) / 2.0).exp(), 2.0]),
        (5.0, [at_dose, 2.0], [at_dose + 3.0, 2.0]),
        (7.5, [at_late, 2.0], [at_late + 2.0, 2.0]),
    ];
    let jumps: Vec<usize> = (1..outline.t.len()).filter(|&i| outline.t[i] == outline.t[i - 1]).collect();
    assert_eq!(jumps.len(), expected.len(), "{:?}", jumps.iter().map(|&i| outline.t[i]).collect::<Vec<_>>());
    for (i, (t, before, after)) in jumps.into_iter().zip(expected) {
        assert!((outline.t[i] - t).abs() < 1e-5, "{} is not {t}", outline.t[i]);
        for (found, expected) in [(&outline.rows[i - 1], before), (&outline.rows[i], after)] {
            let is_near = found.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-5);
            assert!(is_near, "at {t}: {found:?} is not {expected:?}");
        }
    }
}

/// A short peak between two rows is there all the same: absorption and elimination in the closed form of Bateman.
#[test]
fn peaks_between_rows_are_there() {
    let peak = "[model]\nname = \"peak\"\n[compartment.cell]\nvolume = \"1 L\"\n\
        [species.gut]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n[species.plasma]\ncompartment = \"cell\"\namount = \"0 umol\"\n\
        [clearance.absorbed]\nreaction = \"gut -> plasma\"\nk = \"3 1/h\"\n[clearance.lost]\nreaction = \"plasma ->\"\nk = \"1 1/h\"\n";
    let simulation = Simulation::new(&Model::from_toml(peak).unwrap().network()).unwrap();
    let selection = simulation.select("plasma").unwrap();
    let run = Run { steps: 2, outline: true, selection, ..Run::until(200.0) };
    let outline = simulation.run(&run).unwrap().outline.unwrap();
    let largest = outline.rows.iter().map(|row| row[0]).fold(0.0, f64::max);
    // at ln(3)/2 h it is 3/2 (3^-1/2 - 3^-3/2)
    let exact = 1.5 * (3.0_f64.powf(-0.5) - 3.0_f64.powf(-1.5));
    assert!((largest / exact - 1.0).abs() < 0.03, "{largest} is not {exact}");
}

#[test]
fn an_outline_begins_with_the_first_row_and_does_not_grow_with_the_run() {
    let simulation = saw();
    let selection = simulation.select("x").unwrap();
    let run = Run { start: 5.0, steps: 3, selection, outline: true, ..Run::until(6.0) };
    let outline = simulation.run(&run).unwrap().outline.unwrap();
    assert_eq!(outline.t[0], 5.0);
    assert!(outline.rows[0][0] > 3.0); // after the dose, as in a row
    let spikes = homeostat::library::load("best-2009-dopamine-spikes").unwrap().network();
    let mut simulation = Simulation::new(&spikes).unwrap();
    simulation.schedule_named("tonic").unwrap();
    let selection = simulation.select("[eda]").unwrap();
    let run = Run { steps: 1, selection, outline: true, ..Run::until(1.0) };
    let trajectory = simulation.run(&run).unwrap();
    assert!(trajectory.statistics.spikes >= 17_999);
    let outline = trajectory.outline.unwrap();
    assert!(outline.t.len() < 20_000, "{}", outline.t.len());
    let settled = outline.t.iter().zip(&outline.rows).filter(|(t, _)| **t > 0.5);
    let (low, high) =
        settled.fold((f64::INFINITY, 0.0_f64), |(low, high), (_, row)| (low.min(row[0]), high.max(row[0])));
    // tonic firing at 5 Hz: peaks of 5 nM, and little left before the next spike (docs/models.md)
    assert!(low < 6e-4 && (4.5e-3..5.5e-3).contains(&high), "{low} to {high}");
}

#[test]
fn every_change_is_marked() {
    let simulation = saw();
    assert_eq!(simulation.scheduled_intervals(0.0, 10.0), [("drive".to_string(), vec![(2.0, 4.0)])]);
    let mut dopamine = Simulation::new(&homeostat::library::load("best-2009-dopamine").unwrap().network()).unwrap();
    let change = |parameter: &str, what: &str| {
        format!("[[change]]\nparameter = \"{parameter}\"\n{what}\nfrom = \"1 h\"\nuntil = \"3 h\"\n")
    };
    let text =
        change("TH.scale", "value = 0") + &change("DAT.scale", "factor = 0.5") + &change("MAO.scale", "value = 1");
    dopamine.schedule(&toml::from_str(&text).unwrap()).unwrap();
    let marked = |name: &str| (name.to_string(), vec![(1.0, 3.0)]);
    assert_eq!(dopamine.scheduled_intervals(0.0, 24.0), [marked("TH.scale"), marked("DAT.scale")]);
    // meals raise what fasting lowers
    dopamine.schedule_named("meals").unwrap();
    let meals = vec![(7.0, 10.0), (12.0, 15.0), (18.0, 21.0)];
    assert_eq!(dopamine.scheduled_intervals(0.0, 24.0), [("btyr".to_string(), meals)]);
}
