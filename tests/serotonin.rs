//! The serotonin terminal of Best et al. 2020 against what its authors printed and what other programs have computed from
//! its equations (the digits are those printed there).

use homeostat::analysis::{Settle, SteadyState};
use homeostat::library;
use homeostat::simulation::{Run, Settings, Simulation};

fn simulation(model: &str, changes: &[(&str, &str)]) -> Simulation {
    let mut simulation = Simulation::new(&library::load(model).unwrap().network()).unwrap();
    for (name, value) in changes {
        simulation.set(name, value).unwrap();
    }
    simulation
}

fn steady(changes: &[(&str, &str)]) -> SteadyState {
    simulation("best-2020-serotonin", changes).steady(&Settle::default()).unwrap()
}

/// A value rounds to what is printed: half a unit of the last digit.
#[track_caller]
fn prints(what: &str, found: f64, printed: &str) {
    let decimals = printed.split_once('.').map_or(0, |(_, digits)| digits.len());
    assert_eq!(format!("{found:.decimals$}"), printed, "{what}: found {found}");
}

/// Extracellular serotonin in nM.
fn eht(changes: &[(&str, &str)]) -> f64 {
    1e3 * steady(changes).concentration("eht").unwrap()
}

#[test]
fn the_printed_steady_state() {
    let state = steady(&[]);
    for (name, printed) in [
        ("bh2", "0.0995"),
        ("bh4", "0.9005"),
        ("trp", "20.1651"),
        ("htp", "1.6110"),
        ("cht", "0.0376"),
        ("vht", "67.4285"),
        ("eht", "0.060067"),
        ("hia", "1.5846"),
        ("pool", "113.4289"),
        ("G", "0.8639"),
        ("T", "1.0068"),
        ("B", "0.9757"),
        ("ght", "0"),
        ("Gha", "0.69471"),
        ("Tha", "12.68595"),
        ("Bha", "2.94284"),
    ] {
        prints(name, state.concentration(name).unwrap(), printed);
    }
    for (name, printed) in [
        ("TRPin", "157.75"),
        ("TPH", "3.9873"),
        ("DRR", "3.9873"),
        ("AADC", "3.9873"),
        ("MAT", "127.4349"),
        ("release", "127.4349"),
        ("SERT", "125.0699"),
        ("MAO", "1.5846"),
    ] {
        prints(name, state.flux(name).unwrap(), printed);
    }
    assert_eq!(state.concentrations.len(), 16);
    assert!(state.is_stable && state.flat.is_empty());
    assert_eq!(state.conserved.len(), 1);
    assert_eq!((state.conserved[0].text(), state.conserved[0].total), ("bh2 + bh4".to_string(), 1.0));
}

#[test]
fn eigenvalues() {
    let state = steady(&[]);
    let (fastest, _) = state.eigenvalues[0];
    assert_eq!(format!("{fastest:.2e}"), "-3.48e5");
    let slowest = state.eigenvalues.iter().map(|(re, im)| re.hypot(*im)).filter(|x| *x > 1e-6).fold(f64::MAX, f64::min);
    prints("slowest", slowest, "0.0379");
}

#[test]
fn the_conserved_sum_changes_the_answer() {
    prints("bh2 + bh4 = 1.09", 1e-3 * eht(&[("[bh4]", "0.9905")]), "0.06176");
}

#[test]
fn blood_tryptophan() {
    for (btrp, printed) in [("9.6", "22.1"), ("48", "50.7"), ("96", "60.07"), ("192", "65.2")] {
        prints(btrp, eht(&[("btrp", btrp)]), printed);
    }
}

#[test]
fn transporter_and_synthesis() {
    prints("SERT x0.5", eht(&[("SERT.scale", "0.5")]), "65.1");
    prints("SERT Vmax 125", eht(&[("SERT.Vmax", "125 uM/h")]), "65.1");
    prints("SERT x0.5 without autoreceptors", eht(&[("SERT.scale", "0.5"), ("autoreceptors", "0")]), "72.8");
    prints("TPH x0.5", eht(&[("TPH.Vmax", "139")]), "44.4");
}

/// Knock-outs as table D of the field has them, of this model untuned: percent of the intact terminal.
#[test]
fn knock_outs() {
    let intact = steady(&[]);
    let total =
        |state: &SteadyState| -> f64 { ["cht", "vht", "eht"].iter().map(|n| state.concentration(n).unwrap()).sum() };
    for (change, expected) in
        [(("SERT.scale", "0"), ["18", "-93", "-83"]), (("TPH.scale", "0.2"), ["-58", "-83", "-60"])]
    {
        let state = steady(&[change]);
        let part =
            |name: &str| 100.0 * (state.concentration(name).unwrap() / intact.concentration(name).unwrap() - 1.0);
        prints("extracellular", part("eht"), expected[0]);
        prints("total", 100.0 * (total(&state) / total(&intact) - 1.0), expected[1]);
        prints("hia", part("hia"), expected[2]);
    }
}

/// What is done to MAO holds in both places.
#[test]
fn monoamine_oxidase_in_glia_follows() {
    for changes in [[("MAO.scale", "0.1"), ("SERT.scale", "0.2")], [("MAO.Vmax", "400"), ("SERT.scale", "0.2")]] {
        let state = steady(&changes);
        let [cht, ght] = ["cht", "ght"].map(|name| state.concentration(name).unwrap());
        let law = |x: f64| 400.0 * x / (95.0 + x);
        for (flux, x) in [("MAO", cht), ("MAO_glia", ght)] {
            let found = state.flux(flux).unwrap();
            assert!((found - law(x)).abs() <= 1e-12 * law(x), "{flux}: {found} against {}", law(x));
        }
        assert!(ght > 0.0);
    }
}

/// At strength 0 synthesis and release are those of G = 0.8639, whatever G is.
#[test]
fn autoreceptors_switched_off() {
    let state = steady(&[("autoreceptors", "0"), ("TPH.scale", "0.2")]);
    let x = |name: &str| state.concentration(name).unwrap();
    let tph = 0.2 * 278.0 * x("trp") / (40.0 + x("trp") + x("trp") * x("trp") / 1000.0) * x("bh4") / (20.0 + x("bh4"));
    assert!((state.flux("TPH").unwrap() - tph).abs() <= 1e-13 * tph);
    let release = 1.89 * x("vht");
    assert!((state.flux("release").unwrap() - release).abs() <= 1e-13 * release);
    assert!((x("G") - 0.8639).abs() > 0.1);
}

/// Histamine acts on release where the inhibition of the variant is put in: 1 - 5 (Gha - 0.6947).
#[test]
fn inhibition_by_histamine() {
    let variant = ("release.H3.slope", "-5");
    let at_rest = eht(&[variant]);
    assert!((at_rest - eht(&[])).abs() < 0.01, "{at_rest}");
    let state = steady(&[variant, ("eha", "2 uM")]);
    let x = |name: &str| state.concentration(name).unwrap();
    let release = (1.89 - 12.5 * (x("G") - 0.8639)) * (1.0 - 5.0 * (x("Gha") - 0.6947)) * x("vht");
    assert!((state.flux("release").unwrap() - release).abs() <= 1e-13 * release);
    assert!(1e3 * x("eht") < at_rest);
}

/// Firing raised from 5 s to 7 s: the peak, and the trough that the autoreceptors leave.
#[test]
fn stimulation() {
    let simulation = simulation("best-2020-serotonin-stimulated", &[]);
    let second = 1.0 / 3600.0;
    let selection = simulation.select("[eht],fire").unwrap();
    let settings = Settings::with_rtol(1e-9);
    let run = Run { steps: 6000, selection, settings, ..Run::until(60.0 * second) };
    let rows = simulation.run(&run).unwrap();
    let eht = rows.column("[eht]").unwrap();
    let extreme = |better: fn(f64, f64) -> bool, from: f64| {
        let start = (100.0 * from) as usize;
        (start..eht.len()).fold(start, |best, i| if better(eht[i], eht[best]) { i } else { best })
    };
    let (peak, trough) = (extreme(|a, b| a > b, 0.0), extreme(|a, b| a < b, 10.0));
    prints("peak", 1e3 * eht[peak], "89.89");
    prints("peak at", rows.t[peak] / second, "7.72");
    prints("trough", 1e3 * eht[trough], "52.9");
    prints("trough at", rows.t[trough] / second, "24.5");
    let fire = rows.column("fire").unwrap();
    for (row, expected) in [(499, 1.0), (699, 9.0 - 8.0 * (-3.98_f64).exp()), (701, 1.0 + 8.0 * (-0.02_f64).exp())] {
        assert!((fire[row] - expected).abs() < 1e-9, "{row}: {} against {expected}", fire[row]);
    }
}
