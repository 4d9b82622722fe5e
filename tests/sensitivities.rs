//! Sensitivities against closed forms and against values computed with 30 digits.

use homeostat::linalg::Pattern;
use homeostat::network::{Network, Trigger};
use homeostat::simulation::{Settings, Simulation};
use homeostat::solver::{
    Advance, After, Along, By, Direction, FailureKind, Method, OdeSystem, Options, Point, Points, Reject,
    Sensitivities, Shape, Tolerance, solve, solve_with_sensitivities,
};
use homeostat::system::System;
use homeostat::units::{Concentration, Frequency, Volume};

fn tight(method: Method) -> Options {
    let mut options = Options::with_tolerances(1e-8, Tolerance::Same(1e-12));
    options.method = method;
    options
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        let error = (a - b).abs() / b.abs().max(1e-9);
        println!("{what}, component {i}: {a:e} {b:e} {error:.1e}");
        assert!(error < 1e-6, "{what}, component {i}: {a} instead of {b}: {error:e}");
    }
}

/// A saturable, driven loss of a into b, which a fast process removes; where a falls to c it gains d K, and b becomes 2 b + c:
/// `a' = -r`, `b' = r - F b`, `r = V (1 + 0.3 exp(-t)) a / (K + a)`. Parameters V, K, F, c, d.
fn driven() -> (System, Vec<f64>, Vec<f64>, [usize; 5]) {
    let mut net = Network::new("driven");
    let cell = net.compartment("cell", Volume::l(1.0));
    let a = net.species("a", cell, Concentration::um(4.0));
    let b = net.species("b", cell, Concentration::um(0.0));
    let names = [("V", 5.0), ("K", 2.0), ("F", 50.0), ("c", 0.5), ("d", 3.0)];
    let parameters = names.map(|(name, value)| net.parameter(name, Frequency::per_h(value)));
    let [v, k, f, c, d] = parameters;
    let drive = net.number(1.0) + net.number(0.3) * (net.number(-1.0) * net.time()).exp();
    let rate = (net.value(v) * drive * net.value(a) / (net.value(k) + net.value(a))).id();
    net.process("loss", [(a, -1.0), (b, 1.0)], rate);
    let rate = (net.value(f) * net.value(b)).id();
    net.process("removal", [(b, -1.0)], rate);
    let root = (net.value(a) - net.value(c)).id();
    let new_a = (net.value(a) + net.value(d) * net.value(k)).id();
    let new_b = (net.number(2.0) * net.value(b) + net.value(c)).id();
    net.event("refill", Trigger::Root(root, Direction::Falling), [(a, new_a), (b, new_b)]);
    let system = System::compile(&net).unwrap();
    let numbers = system.parameters(&net).unwrap();
    let y0 = system.initial_state(&net, &numbers).unwrap();
    let places = parameters.map(|p| system.parameter_of(p).unwrap());
    (system, numbers, y0, places)
}

/// At t = 0.5, and at t = 3 after a dose of 3 at t = 1 and the refill at t = 2.431: a and b by V, K, F, c, d and a(0). Taylor
/// series of order 26 in steps of 1/64 with 30 digits, the refill by Newton's iteration, differences of 2e-9 (mpmath).
const DRIVEN: [[f64; 4]; 6] = [
    [-0.320243686720074, 0.00828114455287636, -1.83333106569582, 0.00509438130914998],
    [0.321506226391834, -0.01062089824662, 4.86169485634897, 0.0129162716059485],
    [0.0, -0.00126593716485756, 0.0, -0.00140829688626886],
    [0.0, 0.0, -2.53546199041758, -0.0124250512974696],
    [0.0, 0.0, 1.79595224321245, 0.00880107799579887],
    [0.777239186245677, 0.0105268857323555, 0.497328682991686, 0.00243716309697801],
];

#[test]
fn through_a_dose_and_a_root_event() {
    let (system, parameters, y0, places) = driven();
    let mut by: Vec<By> = places.map(By::Parameter).to_vec();
    by.push(By::Initial(0));
    for method in [Method::Rodas5P, Method::Rodas4, Method::Bdf] {
        let mut run = Sensitivities::new(system.shape(), &tight(method), 0.0, &y0, &by).unwrap();
        let mut early = vec![vec![0.0; 2]; 6];
        while run.solver().t() < 1.0 {
            let t = run.solver().t();
            run.advance(&system, &parameters, 1.0).unwrap();
            if t < 0.5 && run.solver().t() >= 0.5 {
                early.iter_mut().enumerate().for_each(|(k, row)| run.interpolate(&system, k, 0.5, row));
            }
        }
        let y = [run.solver().y()[0] + 3.0, run.solver().y()[1]];
        run.set_state(1.0, &y, 0).unwrap();
        let mut events = 0;
        while run.solver().t() < 3.0 {
            events += u32::from(run.advance(&system, &parameters, 3.0).unwrap() == Advance::Event);
        }
        assert_eq!(events, 1);
        for (k, expected) in DRIVEN.iter().enumerate() {
            assert_close(&early[k], &expected[..2], &format!("{method:?}, {k}, inside a step"));
            assert_close(run.row(k), &expected[2..], &format!("{method:?}, {k}, at the end"));
        }
    }
}

/// y' = -p0 y; where y falls to p1 it becomes p2 (with a second root that waits for the same, on demand).
struct Decay(Shape);

impl Decay {
    fn new(roots: usize) -> Self {
        let shape = Shape::new(Pattern::dense(1)).with_parameters(3);
        Decay(shape.with_roots(vec![Direction::Falling; roots]))
    }
}

impl OdeSystem for Decay {
    fn shape(&self) -> &Shape {
        &self.0
    }
    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        dydt[0] = -at.parameters[0] * y[0];
        Ok(())
    }
    fn jacobian(&self, at: &Point, _: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        values[0] = -at.parameters[0];
        Ok(())
    }
    fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        values.iter_mut().zip(&[1.0, 2.0]).for_each(|(g, power)| *g = y[0] - at.parameters[1].powf(*power));
        Ok(())
    }
    fn happen(&self, _: usize, at: &Point, y: &mut [f64], _: &mut [f64], _: &mut [f64]) -> Result<After, Reject> {
        y[0] = at.parameters[2];
        Ok(After::Changed)
    }
    fn parameter_derivative(
        &self,
        _: &Point,
        y: &[f64],
        k: usize,
        dfdp: &mut [f64],
        _: &mut [f64],
    ) -> Result<(), Reject> {
        dfdp[0] = if k == 0 { -y[0] } else { 0.0 };
        Ok(())
    }
    fn jacobian_along(
        &self,
        _: &Point,
        _: &[f64],
        along: &Along,
        values: &mut [f64],
        _: &mut [f64],
    ) -> Result<(), Reject> {
        values[0] = -weight(along, 0);
        Ok(())
    }
    fn roots_along(
        &self,
        at: &Point,
        _: &[f64],
        along: &Along,
        values: &mut [f64],
        _: &mut [f64],
    ) -> Result<(), Reject> {
        let slopes = [1.0, 2.0 * at.parameters[1]];
        values.iter_mut().zip(&slopes).for_each(|(g, slope)| *g = along.state[0] - slope * weight(along, 1));
        Ok(())
    }
    fn happen_along(
        &self,
        _: usize,
        _: &Point,
        _: &[f64],
        along: &Along,
        moved: &mut [f64],
        _: &mut [f64],
    ) -> Result<(), Reject> {
        moved[0] = weight(along, 2);
        Ok(())
    }
}

fn weight(along: &Along, k: usize) -> f64 {
    along.parameters.iter().filter(|(parameter, _)| *parameter == k).map(|(_, weight)| weight).sum()
}

/// After the event at t* = ln(y0 / c) / p the solution is d exp(-p (t - t*)) = d (y0 / c) exp(-p t).
#[test]
fn a_closed_form_through_an_event_whose_time_depends_on_everything() {
    let (p, c, d, y0, t) = (0.7, 0.4_f64, 1.5, 2.0, 3.0_f64);
    let by = [By::Parameter(0), By::Parameter(1), By::Parameter(2), By::Initial(0)];
    let times = [0.0, 1.0, t];
    for method in [Method::Rodas5P, Method::Bdf] {
        let run = solve_with_sensitivities(&Decay::new(1), &[p, c, d], &by, &[y0], &times, &tight(method));
        let (solution, y) = (run.unwrap(), d * y0 / c * (-p * t).exp());
        let found: Vec<f64> = solution.sensitivities[2].iter().map(|row| row[0]).collect();
        assert_close(&found, &[-t * y, -y / c, y / d, y / y0], &format!("{method:?}, after the event"));
        let found: Vec<f64> = solution.sensitivities[1].iter().map(|row| row[0]).collect();
        assert_close(&found, &[-y0 * (-p).exp(), 0.0, 0.0, (-p).exp()], &format!("{method:?}, before it"));
    }
}

#[test]
fn what_has_no_sensitivity_says_so() {
    let run = |system: &dyn OdeSystem, parameters: &[f64], options: &Options| {
        solve_with_sensitivities(system, parameters, &[By::Parameter(1)], &[2.0], &[0.0, 0.1, 3.0], options)
    };
    for method in [Method::Rodas5P, Method::Bdf] {
        // at c = 1 both roots are one, and move differently
        let fault = run(&Decay::new(2), &[0.7, 1.0, 1.5], &tight(method)).unwrap_err();
        assert!(matches!(fault.failure.kind, FailureKind::NoSensitivity(_)), "{fault}");
        assert_eq!((&fault.solution.t[..], fault.solution.sensitivities.len()), (&[0.0, 0.1][..], 2));
        let differenced = Decay(Decay::new(0).0.differenced());
        let fault = run(&differenced, &[0.7, 1.0, 1.5], &tight(method)).unwrap_err();
        assert!(matches!(fault.failure.kind, FailureKind::Options(_)), "{fault}");
        let (system, parameters, y0, _) = driven();
        let by = [By::Parameter(parameters.len())];
        let fault = solve_with_sensitivities(&system, &parameters, &by, &y0, &[0.0, 1.0], &tight(method));
        assert!(matches!(fault.unwrap_err().failure.kind, FailureKind::Aborted(_)));
    }
}

#[test]
fn a_method_without_sensitivities_is_refused_by_name() {
    let able = [Method::Rodas5P, Method::Rodas4, Method::Rodas3, Method::Bdf];
    for &method in Method::ALL {
        let run = Sensitivities::new(Decay::new(0).shape(), &tight(method), 0.0, &[2.0], &[By::Parameter(0)]);
        match run {
            Ok(_) => assert!(able.contains(&method), "{}", method.name()),
            Err(fault) => {
                assert!(!able.contains(&method), "{fault}");
                assert!(fault.to_string().starts_with(method.name()), "{fault}");
            }
        }
    }
}

/// Native code does what the loops do.
#[cfg(feature = "jit")]
#[test]
fn tape_and_native_code_give_the_same_bits() {
    use homeostat::solver::Executor;
    use std::sync::Arc;
    let simulation = Simulation::new(&homeostat::library::load("best-2009-dopamine").unwrap().network()).unwrap();
    let (driven, driven_parameters, driven_start, _) = driven();
    let dopamine = (simulation.shared_system().clone(), simulation.parameters(), simulation.initial_state().unwrap());
    for (system, parameters, y0) in [dopamine, (Arc::new(driven), &driven_parameters, driven_start)] {
        let Some(native) = system.native() else { return };
        for method in [Method::Rodas5P, Method::Rodas4, Method::Rodas3, Method::Bdf] {
            let run = |system: &dyn OdeSystem, executor: Executor| {
                let by: Vec<By> = (0..5).map(By::Parameter).chain((0..2).map(By::Initial)).collect();
                let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-9));
                (options.method, options.executor) = (method, executor);
                let run = solve_with_sensitivities(system, parameters, &by, &y0, &[0.0, 0.7, 3.0], &options).unwrap();
                (run.rows, run.sensitivities)
            };
            assert_eq!(run(&*system, Executor::Tape), run(&native, Executor::Native), "{method:?}");
        }
    }
}

/// What is evaluated at all stages at once is what is evaluated at one point after the other.
#[test]
fn derivatives_at_several_points_are_those_at_each() {
    let simulation = Simulation::new(&homeostat::library::load("best-2009-dopamine").unwrap().network()).unwrap();
    let (system, y, parameters) = (simulation.system(), simulation.initial_state().unwrap(), simulation.parameters());
    let (n, entries) = (y.len(), system.shape().jacobian.len());
    let at = |k: usize| y.iter().map(|y| y * (1.0 + 0.1 * k as f64)).collect::<Vec<f64>>();
    let states: Vec<f64> =
        (0..n).flat_map(|j| (0..Points::COUNT).map(move |k| (j, k))).map(|(j, k)| at(k)[j]).collect();
    let mut scratch = vec![0.0; system.sensitivity_scratch()];
    let (mut all, mut one) = (vec![0.0; entries * Points::COUNT], vec![0.0; entries]);
    let points = Points::new(&[0.0; Points::COUNT], parameters, &[]);
    let several = system.at_points().unwrap();
    let is_close = |a: f64, b: f64| (a - b).abs() <= 1e-13 * b.abs();
    several.jacobians(&points, &states, &mut all, &mut scratch).unwrap();
    for k in 0..Points::COUNT {
        system.jacobian(&Point::new(0.0, parameters), &at(k), &mut one, &mut scratch).unwrap();
        assert!(one.iter().enumerate().all(|(e, one)| is_close(all[e * Points::COUNT + k], *one)));
    }
    for p in 0..system.parameter_symbols().len() {
        all[..n * Points::COUNT].fill(0.0);
        let dfdp = &mut all[..n * Points::COUNT];
        several.add_parameter_derivative(&points, &states, (p, 2.0), dfdp, &mut scratch).unwrap();
        for k in 0..Points::COUNT {
            system.parameter_derivative(&Point::new(0.0, parameters), &at(k), p, &mut one[..n], &mut scratch).unwrap();
            assert!((0..n).all(|i| is_close(all[i * Points::COUNT + k], 2.0 * one[i])), "parameter {p}");
        }
    }
}

/// Sensitivities take no step, no right-hand side and, with a Rosenbrock method, no factors of their own: for each of them the
/// linear systems of the accepted steps, and for all together a Jacobian at each stage; with backward differentiation a
/// Jacobian and its factors for each step, and a linear system for each of them.
#[test]
fn what_sensitivities_cost() {
    let simulation = Simulation::new(&homeostat::library::load("best-2009-dopamine").unwrap().network()).unwrap();
    let (y0, parameters) = (simulation.initial_state().unwrap(), simulation.parameters());
    let (mut options, _) = simulation.options(&Settings::default(), &y0);
    options.executor = homeostat::solver::Executor::Tape;
    let (system, times) = (simulation.system(), [0.0, 10.0]);
    for (method, [jacobians, solves, factors]) in [(Method::Rodas5P, [7, 8, 0]), (Method::Bdf, [1, 1, 1])] {
        options.method = method;
        let plain = solve(system, parameters, &y0, &times, &options).unwrap().statistics;
        // backward differentiation looks at the slope where it begins
        let begun = u64::from(method == Method::Bdf);
        for count in [1, 4, 10] {
            let by: Vec<By> = (0..count).map(By::Parameter).collect();
            let run = solve_with_sensitivities(system, parameters, &by, &y0, &times, &options).unwrap();
            let found = run.statistics;
            assert_eq!((found.steps, found.rejected, found.rhs), (plain.steps, plain.rejected, plain.rhs));
            assert_eq!(found.factorisations, plain.factorisations + factors * plain.steps);
            assert_eq!(found.solves, plain.solves + solves * count as u64 * plain.steps);
            assert_eq!(found.jacobians, plain.jacobians + jacobians * plain.steps + begun);
            assert!(run.sensitivities[1].iter().flatten().all(|s| s.is_finite()));
        }
    }
}
