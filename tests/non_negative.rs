//! Components that are to stay at zero or above do, with conserved sums kept; equations that do not allow it are told so.

mod common;

use common::written::{Numbers, Written};
use homeostat::solver::{
    FailureKind, Invariant, Method, NonNegative, OdeSystem, Options, Solver, StepSize, Tolerance, solve,
};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Methods for stiff problems.
fn stiff() -> impl Iterator<Item = &'static Method> {
    Method::ALL.iter().filter(|method| !method.is_explicit())
}

fn options(method: Method, rtol: f64, atol: f64) -> Options {
    let mut options = Options::with_tolerances(rtol, Tolerance::Same(atol));
    (options.method, options.non_negative) = (method, NonNegative::All);
    options
}

/// Reactions among molecules that consist of two kinds of atoms: `k a b`, reactants and products as (species, species).
struct Network {
    system: Written,
    y0: Vec<f64>,
    sums: Vec<Invariant>,
}

fn random_network(seed: u64) -> Network {
    let mut numbers = Numbers::new(seed);
    let n = 3 + numbers.below(6);
    let atoms: Vec<[usize; 2]> = (0..n).map(|_| [1 + numbers.below(2), numbers.below(2)]).collect();
    let mut reactions: Vec<(Vec<usize>, Vec<usize>, f64)> = Vec::new();
    let count = |molecules: &[usize]| [0, 1].map(|kind| molecules.iter().map(|m| atoms[*m][kind]).sum::<usize>());
    let sides: Vec<Vec<usize>> =
        (0..n).map(|a| vec![a]).chain((0..n).flat_map(|a| (a..n).map(move |b| vec![a, b]))).collect();
    for from in &sides {
        for to in &sides {
            if from != to && count(from) == count(to) && numbers.below(3) == 0 {
                reactions.push((from.clone(), to.clone(), numbers.between(1e-3, 1e7)));
            }
        }
    }
    let y0: Vec<f64> = (0..n).map(|_| if numbers.below(3) == 0 { 0.0 } else { numbers.between(1e-9, 1e2) }).collect();
    let rates = reactions.clone();
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        d.fill(0.0);
        for (from, to, k) in &rates {
            let v = from.iter().fold(*k, |v, i| v * y[*i]);
            from.iter().for_each(|i| d[*i] -= v);
            to.iter().for_each(|i| d[*i] += v);
        }
        Ok(())
    };
    let jacobian = move |_: f64, y: &[f64], j: &mut [f64]| {
        j.fill(0.0);
        for (from, to, k) in &reactions {
            for (place, column) in from.iter().enumerate() {
                let others = from.iter().enumerate().filter(|(other, _)| *other != place);
                let slope = others.fold(*k, |v, (_, i)| v * y[*i]);
                from.iter().for_each(|i| j[*i * n + column] -= slope);
                to.iter().for_each(|i| j[*i * n + column] += slope);
            }
        }
    };
    let sum = |kind: usize| {
        Invariant::new((0..n).filter(|i| atoms[*i][kind] > 0).map(|i| (i, atoms[i][kind] as f64)).collect::<Vec<_>>())
    };
    let sums: Vec<Invariant> = [0, 1].map(sum).into_iter().filter(|sum| !sum.terms().is_empty()).collect();
    let mut system = Written::new(n, rhs, jacobian);
    system.shape = system.shape.with_invariants(sums.clone());
    Network { system, y0, sums }
}

#[test]
fn random_mass_action_networks_keep_their_sums_and_stay_positive() {
    for method in stiff() {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
        let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
        let totals = std::cell::Cell::new([0_u64; 3]);
        let run = TestRunner::new_with_rng(config, rng).run(&(1_u64..1 << 40, 2_u32..7), |(seed, digits)| {
            let Network { system, y0, sums } = random_network(seed);
            let (rtol, atol) = (0.1_f64.powi(digits as i32), 1e-9);
            let mut solver = Solver::new(system.shape(), &options(*method, rtol, atol), 0.0, &y0).unwrap();
            let mut row = y0.clone();
            while solver.t() < 10.0 {
                let t = solver.t();
                solver.advance(&system, &[], 10.0).unwrap();
                for (i, y) in solver.y().iter().enumerate() {
                    proptest::prop_assert!(*y >= 0.0, "{y:e} of {i} at {}", solver.t());
                }
                for k in 0..10 {
                    solver.interpolate(&system, t + f64::from(k) / 10.0 * (solver.t() - t), &mut row);
                    let lowest = row.iter().copied().fold(0.0, f64::min);
                    proptest::prop_assert!(lowest >= -atol, "{lowest:e} in the step from {t}");
                    // as far as rounding lets rates of 1e11 cancel in the stages
                    for sum in &sums {
                        let off = (sum.value(&row) - sum.value(&y0)).abs();
                        proptest::prop_assert!(
                            off <= 0.01 * (rtol * sum.magnitude(&y0) + atol),
                            "{off:e} in the step from {t}"
                        );
                    }
                }
                for sum in &sums {
                    let off = (sum.value(solver.y()) - sum.value(&y0)).abs();
                    let rounding = 4.0 * f64::EPSILON * (sum.magnitude(&y0) + atol);
                    proptest::prop_assert!(off <= rounding, "{off:e} at {}", solver.t());
                }
            }
            let s = solver.statistics();
            let [steps, projections, rejected] = totals.get();
            totals.set([steps + s.steps, projections + s.projections, rejected + s.rejected_negative]);
            Ok(())
        });
        let [steps, projections, rejected] = totals.get();
        println!("{method:?}: {steps} steps, {projections} projections, {rejected} rejected");
        run.unwrap();
        assert!(projections > 0, "{method:?}: nothing to do");
    }
}

/// y' = -k y / (K + y), whose steps at loose tolerances land below zero.
fn sink(k: f64, km: f64) -> Written {
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        d[0] = -k * y[0] / (km + y[0]);
        Ok(())
    };
    Written::new(1, rhs, move |_, y, j| j[0] = -k * km / (km + y[0]).powi(2))
}

#[test]
fn a_sink_runs_dry_and_stays_so() {
    let mut rejected = 0;
    for method in stiff() {
        for km in [1e-6, 1e-3, 1.0] {
            // K ln(1 / y) + 1 - y = k t, at y = 1e-30
            let end = (km * 1e30_f64.ln() + 1.0) / 2.0;
            let options = options(*method, 1e-3, 1e-6);
            let mut solver = Solver::new(sink(2.0, km).shape(), &options, 0.0, &[1.0]).unwrap();
            while solver.t() < 10.0 * end {
                solver.advance(&sink(2.0, km), &[], 10.0 * end).unwrap();
                assert!(solver.y()[0] >= 0.0, "{method:?}, K {km}: {}", solver.y()[0]);
            }
            println!("{method:?}, K {km}: {:e}, {:?}", solver.y()[0], solver.statistics());
            assert!(solver.y()[0] <= 1e-6);
            rejected += solver.statistics().rejected_negative;
        }
    }
    assert!(rejected > 0, "no step was too far below");
}

/// y0' = -2 y0 / (K + y0) = -y1', which has solutions below -K, too: steps that are too long get there.
#[test]
fn rows_between_steps_stay_within_what_is_allowed() {
    let (km, atol) = (1e-4, 1e-7);
    let rhs = move |_: f64, y: &[f64], d: &mut [f64]| {
        let v = 2.0 * y[0] / (km + y[0]);
        d.copy_from_slice(&[-v, v]);
        Ok(())
    };
    let jacobian = move |_: f64, y: &[f64], j: &mut [f64]| {
        let slope = 2.0 * km / (km + y[0]).powi(2);
        j.copy_from_slice(&[-slope, 0.0, slope, 0.0]);
    };
    let sum = Invariant::new([(0, 1.0), (1, 1.0)]);
    let mut system = Written::new(2, rhs, jacobian);
    system.shape = system.shape.with_invariants(vec![sum.clone()]);
    let lowest = |options: &Options| {
        let mut solver = Solver::new(system.shape(), options, 0.0, &[1.0, 0.0]).unwrap();
        let (mut lowest, mut row) = (0.0_f64, [0.0; 2]);
        while solver.t() < 1.0 {
            let t = solver.t();
            solver.advance(&system, &[], 1.0).unwrap();
            for k in 1..50 {
                solver.interpolate(&system, t + f64::from(k) / 50.0 * (solver.t() - t), &mut row);
                lowest = lowest.min(row[0]);
                assert!((sum.value(&row) - 1.0).abs() < 1e-12, "{row:?}");
            }
        }
        lowest
    };
    let mut without = 0.0_f64;
    for method in stiff() {
        let held = options(*method, 1e-2, atol);
        let mut free = held.clone();
        free.non_negative = NonNegative::Off;
        let (with, as_they_are) = (lowest(&held), lowest(&free));
        println!("{method:?}: {with:e}, without {as_they_are:e}");
        assert!(with >= -atol);
        without = without.min(as_they_are);
    }
    assert!(without < -atol, "nothing to be held");
}

/// Lotka & Volterra with a crash: prey falls to 1e-9 of its peak. The first integral
/// `c x - d ln x + b y - a ln y` says where it has to be.
#[test]
fn a_crash_of_prey_leaves_some() {
    let (a, b, c, d) = (4.0, 1.0, 1.0, 1.0);
    let rhs = move |_: f64, y: &[f64], f: &mut [f64]| {
        f[0] = y[0] * (a - b * y[1]);
        f[1] = y[1] * (c * y[0] - d);
        Ok(())
    };
    let jacobian = move |_: f64, y: &[f64], j: &mut [f64]| {
        j.copy_from_slice(&[a - b * y[1], -b * y[0], c * y[1], c * y[0] - d]);
    };
    let system = Written::new(2, rhs, jacobian);
    let first = |y: &[f64]| c * y[0] - d * y[0].ln() + b * y[1] - a * y[1].ln();
    let start = [20.0, 1.0];
    for method in stiff() {
        // a tolerance below the trough
        let precise = options(*method, 1e-7, 1e-14);
        let mut solver = Solver::new(system.shape(), &precise, 0.0, &start).unwrap();
        let mut lowest = f64::INFINITY;
        while solver.t() < 12.0 {
            solver.advance(&system, &[], 12.0).unwrap();
            lowest = lowest.min(solver.y()[0]);
            let off = (first(solver.y()) - first(&start)).abs();
            assert!(solver.y().iter().all(|y| *y > 0.0) && off < 0.05, "{method:?} at {}: {off:e}", solver.t());
        }
        assert!(lowest < 1e-7, "{lowest:e}");
        // one above it: the prey may die out, and is not to come back from below
        let mut solver = Solver::new(system.shape(), &options(*method, 1e-2, 1e-3), 0.0, &start).unwrap();
        while solver.t() < 12.0 {
            solver.advance(&system, &[], 12.0).unwrap();
            assert!(solver.y().iter().all(|y| *y >= 0.0), "{method:?} at {}: {:?}", solver.t(), solver.y());
        }
        println!("{method:?}: lowest {lowest:e}, {:?}", solver.statistics());
    }
}

/// y' = -1 goes through zero: nothing that the solver can mend.
#[test]
fn equations_that_go_below_are_told_so() {
    let line = || {
        let rhs = |_: f64, _: &[f64], d: &mut [f64]| {
            d.copy_from_slice(&[1.0, -1.0]);
            Ok(())
        };
        Written::new(2, rhs, |_, _, j| j.fill(0.0))
    };
    for method in stiff() {
        let options = options(*method, 1e-6, 1e-9);
        let failure = solve(&line(), &[], &[0.0, 1.0], &[0.0, 3.0], &options).unwrap_err().failure;
        assert_eq!((failure.kind, failure.component), (FailureKind::Negative, Some(1)), "{failure}");
        assert!((failure.t - 1.0).abs() < 1e-6, "{failure}");
        assert!(failure.to_string().contains("zero") && !failure.advice().is_empty());
        // a fixed step cannot be made shorter
        let mut fixed = options.clone();
        fixed.step = StepSize::Fixed(0.3);
        let failure = solve(&line(), &[], &[0.0, 1.0], &[0.0, 3.0], &fixed).unwrap_err().failure;
        assert_eq!(failure.kind, FailureKind::Negative);
        assert!((failure.t - 0.9).abs() < 1e-9, "{failure}");
        // only what is asked for
        let mut other = options.clone();
        other.non_negative = NonNegative::Only(vec![0]);
        assert_eq!(solve(&line(), &[], &[0.0, 1.0], &[0.0, 3.0], &other).unwrap().rows[1][1].round(), -2.0);
    }
}

#[test]
fn states_put_in_place_are_looked_at() {
    let system = sink(1.0, 1.0);
    let options = options(Method::Rodas5P, 1e-6, 1e-9);
    let failure = Solver::new(system.shape(), &options, 0.0, &[-1e-8]).unwrap_err();
    assert_eq!((failure.kind, failure.component), (FailureKind::Negative, Some(0)));
    let mut solver = Solver::new(system.shape(), &options, 0.0, &[-1e-10]).unwrap();
    assert_eq!(solver.set_state(0.0, &[-1.0], 0).unwrap_err().kind, FailureKind::Negative);
    solver.advance(&system, &[], 1.0).unwrap();
    assert!(solver.y()[0] >= 0.0);
    let mut wrong = options;
    wrong.non_negative = NonNegative::Only(vec![1]);
    assert!(matches!(Solver::new(system.shape(), &wrong, 0.0, &[1.0]).unwrap_err().kind, FailureKind::Options(_)));
}

/// Where nothing comes near zero the option changes no bit.
#[test]
fn what_stays_positive_is_the_same_to_the_bit() {
    let system = sink(1.0, 1.0);
    let times = [0.0, 0.3, 0.9, 1.5];
    let held = options(Method::Rodas5P, 1e-6, 1e-9);
    let mut free = held.clone();
    free.non_negative = NonNegative::Off;
    assert_eq!(solve(&system, &[], &[1.0], &times, &held), solve(&system, &[], &[1.0], &times, &free));
}
