//! What the equations keep at zero or above stays there, however sharply a rate saturates, without being asked to.

use homeostat::model::Model;
use homeostat::simulation::{Run, Settings, Simulation, Trajectory};
use homeostat::solver::Method;

fn simulation(entities: &str) -> Simulation {
    let text = format!("[model]\nname = \"test\"\n[compartment.cell]\nvolume = \"1 L\"\n{entities}");
    Simulation::new(&Model::from_toml(&text).unwrap().network()).unwrap()
}

fn methods() -> impl Iterator<Item = Method> {
    Method::ALL.iter().copied().filter(|method| !method.is_explicit())
}

fn run(simulation: &Simulation, method: Method, rtol: f64, end: f64) -> Trajectory {
    let mut settings = Settings::with_rtol(rtol);
    settings.method = method;
    simulation
        .run(&Run { settings, steps: 20, ..Run::until(end) })
        .unwrap_or_else(|ended| panic!("{method:?} at {rtol:e}: {ended}"))
}

/// `x' = -2 x / (Km + x)` from 5: `x + Km ln x = 5 + Km ln 5 - 2 t` (Michaelis & Menten 1913).
fn left(km: f64, t: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 5.0_f64);
    for _ in 0..200 {
        let x = 0.5 * (low + high);
        if x + km * (x / 5.0).ln() > 5.0 - 2.0 * t { high = x } else { low = x }
    }
    0.5 * (low + high)
}

#[test]
fn a_michaelis_constant_far_below_the_amount() {
    for km in [3e-2, 1e-3, 1e-4, 1e-6] {
        let rates = [
            // as a part, and as a formula
            format!("[enzyme.e]\nreaction = \"x -> y\"\nVmax = \"2 uM/h\"\nKm = \"{km:e} uM\"\n"),
            format!("[process.e]\nreaction = \"x -> y\"\nrate = \"2 * [x] / ({km:e} + [x])\"\n"),
        ];
        for (rate, inflow) in rates.iter().flat_map(|rate| [(rate, 0.0), (rate, 0.5)]) {
            let simulation = simulation(&format!(
                "[species.x]\ncompartment = \"cell\"\nconcentration = \"5 uM\"\n\
                 [species.y]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n{rate}\
                 [process.inflow]\nreaction = \"-> x\"\nrate = \"{inflow}\"\n"
            ));
            for (method, rtol) in methods().flat_map(|method| [1e-3, 1e-4, 1e-6].map(|rtol| (method, rtol))) {
                let run = run(&simulation, method, rtol, 10.0);
                let case = format!("Km {km:e}, inflow {inflow}, {method:?} at {rtol:e}");
                let (x, y) = (run.column("[x]").unwrap(), run.column("[y]").unwrap());
                let worst = |values: &[f64], exact: &dyn Fn(f64) -> f64| {
                    let off = run.t.iter().zip(values).map(|(t, x)| (x - exact(*t)).abs());
                    off.fold(0.0, f64::max)
                };
                assert!(run.warnings.iter().all(|w| !w.message.contains("falls to")), "{case}: {:?}", run.warnings);
                let nothing = 1e-3 * rtol * 5.0;
                if km < nothing {
                    // it cannot be told from none: the amount is nothing, too
                    assert!(x[20].abs() < 10.0 * nothing, "{case}: {}", x[20]);
                } else if inflow == 0.0 {
                    let error = worst(&x, &|t| left(km, t)).max(worst(&y, &|t| 5.0 - left(km, t)));
                    assert!(error < 5.0 * 20.0 * rtol, "{case}: {error:e}");
                } else {
                    // at rest the inflow is a quarter of what can be taken up; what is gone is what has come in
                    let rest = km / 3.0;
                    assert!((x[20] - rest).abs() < 20.0 * rtol * rest + 1e-2 * rtol, "{case}: {} for {rest}", x[20]);
                    assert!((x[20] + y[20] - 10.0).abs() < 10.0 * 20.0 * rtol, "{case}");
                }
            }
        }
    }
}

/// A species whose rate takes it below zero goes there, with no step more.
#[test]
fn what_may_be_negative_may_go_there() {
    let simulation = simulation(
        "[species.x]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n\
         [species.v]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n\
         [process.r_v]\nreaction = \"-> v\"\nrate = \"-[x]\"\n\
         [process.r_x]\nreaction = \"-> x\"\nrate = \"[v]\"\n",
    );
    for method in methods() {
        let run = run(&simulation, method, 1e-6, 10.0);
        assert!((run.column("[x]").unwrap()[20] - 10.0_f64.cos()).abs() < 1e-4, "{method:?}");
        assert_eq!(run.statistics.counts.rejected_negative, 0, "{method:?}");
    }
}
