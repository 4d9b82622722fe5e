//! Steps that native code takes as a whole, where it has to leave one to the loops: what it has not evaluated itself is
//! evaluated then.
#![cfg(feature = "jit")]

use homeostat::network::{Network, Parameter, Species};
use homeostat::solver::{Executor, FailureKind, OdeSystem, Options, Solver, Tolerance};
use homeostat::system::{NativeSystem, System};
use homeostat::units::{Concentration, Volume};
use std::sync::Arc;

/// A network as native code, its parameters, and the place of one of them.
struct Case {
    system: Arc<System>,
    native: NativeSystem,
    parameters: Vec<f64>,
    place: usize,
}

impl Case {
    fn new(network: &Network, parameter: Parameter) -> Self {
        let system = Arc::new(System::compile(network).unwrap());
        let (native, parameters) = (system.native().unwrap(), system.parameters(network).unwrap());
        let place = system.parameter_of(parameter).unwrap();
        Case { system, native, parameters, place }
    }

    fn solver(&self, y0: &[f64]) -> Solver {
        let mut options = Options::with_tolerances(1e-7, Tolerance::Same(1e-9));
        options.executor = Executor::Native;
        Solver::new(self.system.shape(), &options, 0.0, y0).unwrap()
    }

    /// The parameters with that one changed.
    fn parameters_with(&self, value: f64) -> Vec<f64> {
        let mut changed = self.parameters.clone();
        changed[self.place] = value;
        self.system.prepare(&mut changed);
        changed
    }
}

/// How fast z rises is a bell over x, which grows as the time does: z is an arcus tangens. Beside it stand two components at
/// rest, `p' = a p - K q` and `q' = K p + a q`, so that a shift of `a` cancels both pivots and nothing else depends on it.
#[test]
fn a_pivot_that_cancels_in_a_second_attempt_changes_nothing() {
    const STEEP: f64 = 30.0;
    let mut net = Network::new("bell");
    let cell = net.compartment("cell", Volume::l(1.0));
    let [x, z, p, q]: [Species; 4] = ["x", "z", "p", "q"].map(|name| net.species(name, cell, Concentration::um(0.0)));
    let a = net.parameter("a", 0.0);
    let far = (net.value(x) - 0.5) * STEEP;
    let rates = [
        (x, net.number(1.0).id()),
        (z, (1.0 / (1.0 + far * far)).id()),
        (p, (net.value(a) * net.value(p) - 100.0 * net.value(q)).id()),
        (q, (100.0 * net.value(p) + net.value(a) * net.value(q)).id()),
    ];
    for (k, (species, rate)) in rates.into_iter().enumerate() {
        net.process(&format!("r{k}"), vec![(species, 1.0)], rate);
    }
    let case = Case::new(&net, a);
    let run = |a: f64| {
        let (parameters, mut solver) = (case.parameters_with(a), case.solver(&[0.0; 4]));
        let mut first_second_attempt = None;
        while solver.t() < 1.0 {
            let (t, rejected) = (solver.t(), solver.statistics().rejected);
            solver.advance(&case.native, &parameters, 1.0).unwrap();
            let is_second = solver.statistics().rejected == rejected + 1 && t > 0.0;
            first_second_attempt = first_second_attempt.or(is_second.then_some(solver.t() - t));
        }
        let exact = 2.0 * (STEEP / 2.0).atan() / STEEP;
        let error = (solver.y()[1] - exact).abs() / exact;
        println!("{error:.1e} {first_second_attempt:?} {:?}", solver.statistics());
        assert!(error < 1e-6, "{error:e}");
        (solver.statistics(), first_second_attempt.unwrap())
    };
    let (plain, h) = run(0.0);
    // gamma of Rodas5P
    let (cancelled, _) = run(1.0 / (h * 0.211_937_563_194_290_14));
    assert_eq!(cancelled.fallback_factorisations, 1);
    assert_eq!((cancelled.steps, cancelled.rejected), (plain.steps, plain.rejected));
}

/// `(x - c) / (x - c)` has a value everywhere but at c, where the step begins: no shorter one begins elsewhere.
#[test]
fn a_step_from_where_there_is_no_derivative_ends_the_run() {
    let mut net = Network::new("hole");
    let cell = net.compartment("cell", Volume::l(1.0));
    let x = net.species("x", cell, Concentration::um(0.0));
    let c = net.parameter("c", -1.0);
    let far = net.value(x) - net.value(c);
    let rate = (far / (net.value(x) - net.value(c))).id();
    net.process("r", vec![(x, 1.0)], rate);
    let case = Case::new(&net, c);
    let mut solver = case.solver(&[0.0]);
    for _ in 0..2 {
        solver.advance(&case.native, &case.parameters, 1.0).unwrap();
    }
    let (t, here) = (solver.t(), solver.y()[0]);
    assert!((here - t).abs() < 1e-12 && t < 1.0);
    let failure = solver.advance(&case.native, &case.parameters_with(here), 1.0).unwrap_err();
    assert_eq!((failure.kind, failure.component), (FailureKind::NotFinite, Some(0)));
    assert_eq!((solver.t(), solver.y()[0]), (t, here), "nothing is moved");
}
