//! Thresholds: found where they are, in order, with what they set off; and failures that end what would not end.

mod common;

use homeostat::linalg::Pattern;
use homeostat::solver::{
    Advance, After, Direction, FailureKind, Method, OdeSystem, Options, Point, Reject, Shape, Solver, Tolerance, solve,
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

type Rhs = fn(&Point, &[f64], &mut [f64]);
type Roots = Box<dyn Fn(f64, &[f64], &mut [f64]) + Send + Sync>;
type Happen = fn(usize, &mut [f64], &mut [f64]) -> After;

/// A system with root functions, its Jacobian by differences of a right-hand side that is linear between events.
struct Thresholds {
    shape: Shape,
    rhs: Rhs,
    roots: Roots,
    happen: Happen,
}

impl Thresholds {
    fn new(n: usize, directions: &[Direction], rhs: Rhs, roots: Roots, happen: Happen) -> Self {
        let shape = Shape::new(Pattern::dense(n)).with_roots(directions.to_vec()).with_modes(1).forced();
        Thresholds { shape, rhs, roots, happen }
    }
}

impl OdeSystem for Thresholds {
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn rhs(&self, at: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.rhs)(at, y, d);
        Ok(())
    }
    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        let n = y.len();
        let (mut base, mut moved) = (vec![0.0; n], vec![0.0; n]);
        (self.rhs)(at, y, &mut base);
        for j in 0..n {
            let mut shifted = y.to_vec();
            shifted[j] += 1.0;
            (self.rhs)(at, &shifted, &mut moved);
            for i in 0..n {
                values[i * n + j] = moved[i] - base[i];
            }
        }
        Ok(())
    }
    fn time_derivative(&self, at: &Point, y: &[f64], dfdt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        let (mut now, mut later) = (vec![0.0; y.len()], vec![0.0; y.len()]);
        let h = 1e-6;
        (self.rhs)(at, y, &mut now);
        let mut moved = *at;
        moved.t += h;
        (self.rhs)(&moved, y, &mut later);
        for ((d, a), b) in dfdt.iter_mut().zip(&now).zip(&later) {
            *d = (b - a) / h;
        }
        Ok(())
    }
    fn roots(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.roots)(at.t, y, values);
        Ok(())
    }
    fn happen(&self, root: usize, _: &Point, y: &mut [f64], modes: &mut [f64], _: &mut [f64]) -> Result<After, Reject> {
        Ok((self.happen)(root, y, modes))
    }
}

fn tight() -> Options {
    Options::with_tolerances(1e-9, Tolerance::Same(1e-12))
}

/// Times and roots of all events until the end.
fn events(system: &Thresholds, y0: &[f64], end: f64) -> Result<Vec<(f64, usize)>, FailureKind> {
    let mut solver = Solver::new(system.shape(), &tight(), 0.0, y0).unwrap();
    let mut found = Vec::new();
    while solver.t() < end {
        let advance = solver.advance(system, &[], end).map_err(|failure| failure.kind)?;
        if advance != Advance::Step {
            found.extend(solver.happened().iter().map(|root| (solver.t(), *root)));
        }
        if advance == Advance::Terminal {
            break;
        }
    }
    Ok(found)
}

/// y' = 1, y = t: a clock.
fn clock(_: &Point, _: &[f64], d: &mut [f64]) {
    d[0] = 1.0;
}

/// (cos t, -sin t)
fn turn(_: &Point, y: &[f64], d: &mut [f64]) {
    d[0] = y[1];
    d[1] = -y[0];
}

fn nothing(_: usize, _: &mut [f64], _: &mut [f64]) -> After {
    After::Unchanged
}

/// A ball above a floor, without friction: height and velocity.
fn fall(_: &Point, y: &[f64], d: &mut [f64]) {
    d[0] = y[1];
    d[1] = -2.0;
}

fn near(found: f64, expected: f64, allowed: f64) {
    assert!((found - expected).abs() <= allowed, "found {found}, expected {expected}");
}

/// A step cut short by an event that changes nothing goes on from where it was cut, whatever the method keeps of it.
#[test]
fn an_event_that_changes_nothing_changes_no_solution() {
    for method in Method::ALL.iter().copied().filter(|method| !method.is_explicit()) {
        let run = |directions: &[Direction]| {
            let system = Thresholds::new(2, directions, turn, Box::new(|_, y, g| g.copy_from_slice(y)), nothing);
            let mut options = Options::with_tolerances(1e-8, Tolerance::Same(1e-8));
            options.method = method;
            let solution = solve(&system, &[], &[1.0, 0.1], &[0.0, 10.0], &options).unwrap();
            let exact = [10_f64.cos() + 0.1 * 10_f64.sin(), 0.1 * 10_f64.cos() - 10_f64.sin()];
            let off = solution.rows[1].iter().zip(exact).map(|(y, exact)| (y - exact).abs());
            (off.fold(0.0, f64::max), solution)
        };
        let (plain, _) = run(&[]);
        let (error, solution) = run(&[Direction::Both, Direction::Both]);
        println!("{method:?}: {error:e}, {plain:e} without events");
        assert!(error < 3.0 * plain + 1e-8, "{method:?}: {error:e}, {plain:e} without events");
        assert!(solution.statistics.events >= 6, "{method:?}");
    }
}

#[test]
fn directions_are_told_apart() {
    use std::f64::consts::PI;
    let roots = || -> Roots { Box::new(|_, y, g| g.fill(y[0])) };
    let directions = [Direction::Rising, Direction::Falling, Direction::Both];
    let system = Thresholds::new(2, &directions, turn, roots(), nothing);
    let found = events(&system, &[1.0, 0.0], 3.0 * PI).unwrap();
    let expected = [(0.5, 1), (0.5, 2), (1.5, 0), (1.5, 2), (2.5, 1), (2.5, 2)];
    assert_eq!(found.iter().map(|(_, root)| *root).collect::<Vec<_>>(), expected.map(|(_, root)| root));
    for ((t, _), (turns, _)) in found.iter().zip(expected) {
        near(*t, turns * PI, 2e-8);
    }
    assert_eq!(found[0].0, found[1].0, "both functions go through zero at one event");
}

/// A root function of the time alone is bracketed to within 100 eps (|t| + |h|).
#[test]
fn the_bracket_is_as_narrow_as_promised() {
    for place in [1e-9, 0.1, 1.0, 7.77, 1e3] {
        let roots: Roots = Box::new(move |t, _, g| g[0] = t - place);
        let system = Thresholds::new(1, &[Direction::Rising], clock, roots, nothing);
        let found = events(&system, &[0.0], 2.0 * place).unwrap();
        assert_eq!(found.len(), 1);
        let off = found[0].0 - place;
        assert!((0.0..=100.0 * f64::EPSILON * 3.0 * place).contains(&off), "{place}: {off:e}");
    }
}

/// A function that dips below zero and comes back within a step is found where the dip is not much narrower than a step.
#[test]
fn an_even_number_of_crossings_inside_a_step_is_looked_for() {
    let roots: Roots = Box::new(|t, _, g| g[0] = (t - 5.2) * (t - 5.2) - 0.01);
    let system = Thresholds::new(1, &[Direction::Both], clock, roots, nothing);
    let found = events(&system, &[0.0], 10.0).unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    near(found[0].0, 5.1, 1e-12);
    near(found[1].0, 5.3, 1e-12);
}

#[test]
fn one_that_starts_at_zero_waits_for_the_next_time() {
    let roots: Roots = Box::new(|_, y, g| g[0] = y[1]);
    let system = Thresholds::new(2, &[Direction::Both], turn, roots, nothing);
    let found = events(&system, &[1.0, 0.0], 4.0).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    near(found[0].0, std::f64::consts::PI, 2e-8);
}

#[test]
fn a_terminal_event_ends_the_solution_with_its_state() {
    let roots: Roots = Box::new(|_, y, g| g[0] = y[0] - 0.5);
    let system = Thresholds::new(1, &[Direction::Rising], clock, roots, |_, _, _| After::Terminal);
    let solution = solve(&system, &[], &[0.0], &[0.0, 0.25, 10.0], &Options::default()).unwrap();
    assert_eq!(solution.t.len(), 3);
    near(solution.t[2], 0.5, 1e-12);
    near(solution.rows[2][0], 0.5, 1e-12);
}

/// A ball that keeps all of its speed comes back for ever: each bounce at its time.
#[test]
fn a_ball_bounces_at_its_times() {
    let roots: Roots = Box::new(|_, y, g| g[0] = y[0]);
    let bounce: Happen = |_, y, _| {
        y[1] = -y[1];
        After::Changed
    };
    let system = Thresholds::new(2, &[Direction::Falling], fall, roots, bounce);
    let found = events(&system, &[1.0, 0.0], 20.0).unwrap();
    assert_eq!(found.len(), 10);
    for (k, (t, _)) in found.iter().enumerate() {
        near(*t, 1.0 + 2.0 * k as f64, 1e-10);
    }
}

/// One that loses speed bounces ever faster: that is told, and takes no more than a moment.
#[test]
fn geometric_accumulation_ends_in_its_own_failure() {
    for (keeps, happen) in [
        (
            0.9,
            (|_, y, _| {
                y[1] *= -0.9;
                After::Changed
            }) as Happen,
        ),
        (0.5, |_, y, _| {
            y[1] *= -0.5;
            After::Changed
        }),
        (0.1, |_, y, _| {
            y[1] *= -0.1;
            After::Changed
        }),
        (0.01, |_, y, _| {
            y[1] *= -0.01;
            After::Changed
        }),
    ] {
        let roots: Roots = Box::new(|_, y, g| g[0] = y[0]);
        let system = Thresholds::new(2, &[Direction::Falling], fall, roots, happen);
        let mut solver = Solver::new(system.shape(), &tight(), 0.0, &[1.0, 0.0]).unwrap();
        let failure = loop {
            match solver.advance(&system, &[], 100.0) {
                Ok(_) => assert!(solver.t() < 50.0, "{keeps}: fell through the floor"),
                Err(failure) => break failure,
            }
        };
        assert_eq!(failure.kind, FailureKind::AccumulatingEvents, "{keeps}");
        // falls for 1, then bounces of 2 keeps^k
        near(failure.t, 1.0 + 2.0 * keeps / (1.0 - keeps), 1e-5);
        assert!(solver.statistics().steps < 5000);
    }
}

/// y' = -sign y by a switch: held at zero from both sides.
#[test]
fn sliding_ends_in_its_own_failure() {
    for down in [1.0, 100.0] {
        let rhs: Rhs = |at, y, d| {
            d[0] = if at.modes[0] == 0.0 { -1.0 } else { 1.0 };
            d[1] = -y[1];
        };
        let flip: Happen = |_, _, modes| {
            modes[0] = 1.0 - modes[0];
            After::Changed
        };
        let roots: Roots = Box::new(|_, y, g| g[0] = y[0]);
        let system = Thresholds::new(2, &[Direction::Both], rhs, roots, flip);
        assert_eq!(events(&system, &[1.0, down], 10.0), Err(FailureKind::Sliding));
    }
}

/// Two events that put the state back over one another's threshold.
#[test]
fn events_that_set_one_another_off_end_in_their_own_failure() {
    let roots: Roots = Box::new(|_, y, g| {
        g[0] = y[0] - 1.0;
        g[1] = y[0] - 2.0;
    });
    let happen: Happen = |root, y, _| {
        y[0] = if root == 0 { 3.0 } else { 0.0 };
        After::Changed
    };
    let system = Thresholds::new(1, &[Direction::Both, Direction::Both], clock, roots, happen);
    assert_eq!(events(&system, &[0.0], 10.0), Err(FailureKind::RepeatedEvents));
}

/// A jump over a threshold counts as going through it; the one that made the jump does not set itself off.
#[test]
fn a_jump_over_a_threshold_sets_it_off_once() {
    let roots: Roots = Box::new(|_, y, g| {
        g[0] = y[0] - 1.0;
        g[1] = y[0] - 5.0;
    });
    let happen: Happen = |root, y, _| {
        y[0] = if root == 0 { 7.0 } else { 0.5 };
        After::Changed
    };
    let system = Thresholds::new(1, &[Direction::Rising, Direction::Both], clock, roots, happen);
    let found = events(&system, &[0.0], 1.4).unwrap();
    // 1 -> 7 at t = 1, and from there to 0.5 at once, both ways of the second; then up to 0.9
    assert_eq!(found.iter().map(|(_, root)| *root).collect::<Vec<_>>(), [0, 1]);
    near(found[1].0, 1.0, 1e-12);
}

#[test]
fn random_thresholds_are_found() {
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let phase = proptest::collection::vec((0.01_f64..6.0, -0.95_f64..0.95), 1..5);
    runner
        .run(&phase, |waves| {
            let count = waves.len();
            let functions = waves.clone();
            // sin(w t) - level, of the time alone: where it goes through zero is known
            let roots: Roots = Box::new(move |t, _, g| {
                for (g, (w, level)) in g.iter_mut().zip(&functions) {
                    *g = (w * t).sin() - level;
                }
            });
            let mut system = Thresholds::new(1, &vec![Direction::Rising; count], clock, roots, nothing);
            system.shape.is_forced = false;
            let mut options = tight();
            options.max_step = Some(0.3); // at most a quarter of a wave: see how far the looks inside a step reach
            let mut solver = Solver::new(system.shape(), &options, 0.0, &[0.0]).unwrap();
            let mut found = vec![Vec::new(); count];
            while solver.t() < 10.0 {
                if solver.advance(&system, &[], 10.0).unwrap() == Advance::Event {
                    for &root in solver.happened() {
                        found[root].push(solver.t());
                    }
                }
            }
            for ((w, level), found) in waves.iter().zip(&found) {
                let first = level.asin() / w;
                let period = 2.0 * std::f64::consts::PI / w;
                let expected: Vec<f64> =
                    (0..100).map(|k| first + f64::from(k) * period).filter(|t| *t > 0.0 && *t < 10.0).collect();
                let same = found.len() == expected.len()
                    && found.iter().zip(&expected).all(|(f, e)| (f - e).abs() < 1e-11 / w.min(1.0));
                if !same {
                    return Err(TestCaseError::fail(format!("{w} {level}: {found:?} for {expected:?}")));
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_not_a_number_is_on_no_other_side() {
    let log = |_: f64, y: &[f64], g: &mut [f64]| g[0] = y[0].ln() - 3.0;
    let fading = Thresholds::new(1, &[Direction::Both], |_, _, d| d[0] = -1.0, Box::new(log), nothing);
    assert_eq!(events(&fading, &[1.0], 3.0).unwrap(), []);
    let gap = |t: f64, _: &[f64], g: &mut [f64]| g[0] = if (0.9..1.1).contains(&t) { f64::NAN } else { 1.0 - t };
    let clocked = Thresholds::new(1, &[Direction::Falling], clock, Box::new(gap), nothing);
    let found = events(&clocked, &[0.0], 3.0).unwrap();
    assert_eq!(found.len(), 1);
    near(found[0].0, 1.1, 1e-10);
}

#[test]
fn another_time_is_a_new_beginning() {
    let sine = |t: f64, _: &[f64], g: &mut [f64]| g[0] = t.sin() - 0.1;
    let system = Thresholds::new(1, &[Direction::Both], clock, Box::new(sine), nothing);
    let mut options = tight();
    options.max_step = Some(0.5);
    let mut solver = Solver::new(system.shape(), &options, 0.0, &[0.0]).unwrap();
    for _ in 0..2 {
        let mut count = 0;
        while solver.t() < 100.0 {
            count += usize::from(solver.advance(&system, &[], 100.0).unwrap() == Advance::Event);
        }
        assert_eq!(count, 32);
        solver.set_state(0.0, &[0.0], 0).unwrap();
    }
    assert!(solver.advance(&system, &[], f64::INFINITY).is_err());
    solver.restart(usize::MAX);
}

/// Late in time brackets are wide, but a slow swing is no sliding.
#[test]
fn slow_crossings_late_in_time_are_no_sliding() {
    let start = 1.7e9;
    let roots = move |t: f64, _: &[f64], g: &mut [f64]| {
        let swing = (t - start).sin();
        g.copy_from_slice(&[swing - 0.5, swing + 0.5]);
    };
    let system = Thresholds::new(1, &[Direction::Both; 2], |_, _, d| d[0] = 1.0, Box::new(roots), nothing);
    let mut options = tight();
    options.max_step = Some(0.5);
    let mut solver = Solver::new(system.shape(), &options, start, &[0.0]).unwrap();
    let mut count = 0;
    while solver.t() < start + 62.0 {
        count += usize::from(solver.advance(&system, &[], start + 62.0).unwrap() == Advance::Event);
    }
    assert!((38..=40).contains(&count), "{count}");
}

#[test]
fn a_failure_after_an_event_leaves_dense_output_alone() {
    let roots = |_: f64, y: &[f64], g: &mut [f64]| g[0] = y[0] - 0.5;
    let happen = |_: usize, y: &mut [f64], _: &mut [f64]| {
        y[0] = 2.0;
        After::Changed
    };
    let system = Thresholds::new(1, &[Direction::Falling], |_, y, d| d[0] = -y[0], Box::new(roots), happen);
    let mut solver = Solver::new(system.shape(), &Options::default(), 0.0, &[1.0]).unwrap();
    while solver.advance(&system, &[], 5.0).unwrap() != Advance::Event {}
    let middle = solver.t() - 1e-3;
    let (mut before, mut after) = ([0.0], [0.0]);
    solver.interpolate(&system, middle, &mut before);
    near(before[0], (-middle).exp(), 1e-6);
    let broken =
        Thresholds::new(1, &[Direction::Falling], |_, _, d| d[0] = f64::NAN, Box::new(|_, _, g| g[0] = 1.0), nothing);
    assert!(solver.advance(&broken, &[], 5.0).is_err());
    solver.interpolate(&system, middle, &mut after);
    assert_eq!(before, after);
}

#[test]
fn rows_show_the_end_of_a_chain_of_events() {
    let roots = |t: f64, y: &[f64], g: &mut [f64]| g.copy_from_slice(&[t - 0.5, y[0] - 0.5]);
    let happen = |root: usize, y: &mut [f64], _: &mut [f64]| {
        y[0] = if root == 0 { 1.0 } else { 7.0 };
        After::Changed
    };
    let chain = Thresholds::new(1, &[Direction::Rising; 2], |_, _, d| d[0] = 0.0, Box::new(roots), happen);
    let solution = solve(&chain, &[], &[0.0], &[0.0, 0.25, 0.5], &Options::default()).unwrap();
    assert_eq!(solution.rows, [[0.0], [0.0], [7.0]]);
}
