//! Orders at fixed order and equal steps from exact states, against closed forms.

use super::super::norm::Norm;
use super::super::stepper::{Problem, Stepper};
use super::super::{OdeSystem, Options, Point, Reject, Shape, Statistics, Tolerance};
use super::Bdf;
use super::history::{History, MOST_ORDER};
use crate::linalg::Pattern;

type Rates = fn(f64, &[f64], &mut [f64]);

/// A system with a known solution.
struct Known {
    shape: Shape,
    rhs: Rates,
    jacobian: Rates,
    exact: fn(f64) -> Vec<f64>,
}

impl OdeSystem for Known {
    fn shape(&self) -> &Shape {
        &self.shape
    }
    fn rhs(&self, at: &Point, y: &[f64], dydt: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.rhs)(at.t, y, dydt);
        Ok(())
    }
    fn jacobian(&self, at: &Point, y: &[f64], values: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
        (self.jacobian)(at.t, y, values);
        Ok(())
    }
}

/// Kaps' problem (1981) at mild stiffness: y = (e^-2t, e^-t), no derivative of which vanishes anywhere.
fn kaps() -> Known {
    Known {
        shape: Shape::new(Pattern::dense(2)),
        rhs: |_, y, d| d.copy_from_slice(&[-3.0 * y[0] + y[1] * y[1], y[0] - y[1] - y[1] * y[1]]),
        jacobian: |_, y, j| j.copy_from_slice(&[-3.0, 2.0 * y[1], 1.0, -1.0 - 2.0 * y[1]]),
        exact: |t| vec![(-2.0 * t).exp(), (-t).exp()],
    }
}

/// A rotation whose speed is the time: y = (cos t^2, sin t^2) / 2.
fn spiral() -> Known {
    Known {
        shape: Shape::new(Pattern::dense(2)),
        rhs: |t, y, d| d.copy_from_slice(&[-2.0 * t * y[1], 2.0 * t * y[0]]),
        jacobian: |t, _, j| j.copy_from_slice(&[0.0, -2.0 * t, 2.0 * t, 0.0]),
        exact: |t| vec![0.5 * (t * t).cos(), 0.5 * (t * t).sin()],
    }
}

/// Prothero & Robinson 1974 with g = 10 - (10 + t) e^-t: y' = -1e4 (y - g) + g'.
fn prothero_robinson() -> Known {
    fn g(t: f64) -> f64 {
        10.0 - (10.0 + t) * (-t).exp()
    }
    Known {
        shape: Shape::new(Pattern::dense(1)),
        rhs: |t, y, d| d[0] = -1e4 * (y[0] - g(t)) + (9.0 + t) * (-t).exp(),
        jacobian: |_, _, j| j[0] = -1e4,
        exact: |t| vec![g(t)],
    }
}

/// A method of order k that has come to `start` by exact states with steps of length h, and its norm.
fn begun(known: &Known, k: usize, start: f64, h: f64) -> (Bdf, Norm) {
    let mut options = Options::with_tolerances(1e-15, Tolerance::Same(1e-15));
    options.step = super::super::StepSize::Fixed(h);
    let mut bdf = Bdf::new(&known.shape, &options).unwrap();
    let time = |j: usize| start - h * (k - j) as f64;
    bdf.now.begin(time(0), &(known.exact)(time(0)));
    for j in 0..k - 1 {
        let mut next = History::new(known.shape.n());
        next.follow(&bdf.now, j, (time(j + 1), &(known.exact)(time(j + 1))));
        bdf.now = next;
    }
    std::mem::swap(&mut bdf.before, &mut bdf.now);
    (bdf.order_before, bdf.is_new) = (k - 1, false);
    (bdf, Norm::new(&options, known.shape.n()))
}

/// The method of order k after n equal steps from exact states up to `start`.
fn stepped(known: &Known, k: usize, start: f64, h: f64, n: usize) -> (Bdf, Vec<f64>) {
    let (mut bdf, norm) = begun(known, k, start, h);
    let problem = Problem { system: known, parameters: &[], modes: &[] };
    let mut y = (known.exact)(start);
    let mut statistics = Statistics::default();
    for i in 0..n {
        let t = start + h * i as f64;
        bdf.control.order = k;
        bdf.prepare(&problem, t, &y, &mut statistics).unwrap();
        let error = bdf.attempt(&problem, (t, h), &norm, &mut statistics).unwrap();
        y.copy_from_slice(bdf.state());
        bdf.accept(h, error, &y);
    }
    (bdf, y)
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// The slope of log error over log n by least squares, turned round.
fn order(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(n, e)| (n.ln(), e.ln())).collect();
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    -mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2))
}

#[test]
fn each_order_converges_as_it_says() {
    for k in 1..=MOST_ORDER {
        for (name, known) in [("Kaps", kaps()), ("spiral", spiral()), ("Prothero-Robinson", prothero_robinson())] {
            let (start, end) = (1.0, 2.0);
            // few steps show not yet the order, many no more: rounding
            let points = [1, 2, 3, 4].map(|times| {
                let n = times * if k < 3 { 64 } else { 24 };
                let h = (end - start) / n as f64;
                (n as f64, distance(&stepped(&known, k, start, h, n).1, &(known.exact)(end)))
            });
            let found = order(&points);
            println!("order {k} on {name}: {found:.3}, {points:?}");
            assert!((found - k as f64).abs() < 0.25, "order {k} on {name}: {found}");
        }
    }
}

#[test]
fn dense_output_has_a_local_error_of_its_order_and_one() {
    for k in 1..=MOST_ORDER {
        for (name, known) in [("Kaps", kaps()), ("spiral", spiral())] {
            for s in [0.2, 0.35, 0.5, 0.65, 0.8] {
                let start = 1.0;
                let points = [64.0, 96.0, 128.0, 192.0].map(|n: f64| {
                    let h = 1.0 / n;
                    let (bdf, y1) = stepped(&known, k, start, h, 1);
                    let mut row = y1.clone();
                    bdf.value(s, (&(known.exact)(start), &y1), &mut row);
                    (n, distance(&row, &(known.exact)(start + s * h)))
                });
                let found = order(&points);
                println!("order {k} on {name} at {s}: {found:.3}, {points:?}");
                assert!((found - k as f64 - 1.0).abs() < 0.25, "order {k} on {name} at {s}: {found}");
            }
        }
    }
}

/// The polynomial goes through both ends, and its derivative is its own.
#[test]
fn dense_output_meets_the_ends() {
    for k in 1..=MOST_ORDER {
        let known = spiral();
        let (start, h) = (1.0, 0.01);
        let (bdf, y1) = stepped(&known, k, start, h, 1);
        let y0 = (known.exact)(start);
        let value = |s: f64| {
            let mut out = vec![0.0; 2];
            bdf.value(s, (&y0, &y1), &mut out);
            out
        };
        assert!(distance(&value(0.0), &y0) < 1e-15 && distance(&value(1.0), &y1) < 1e-15);
        for s in [0.1, 0.5, 0.9] {
            let mut slope = vec![0.0; 2];
            bdf.derivative(s, (&y0, &y1), &mut slope);
            let (later, sooner, part) = (value(s + 1e-4), value(s - 1e-4), 2e-4);
            let difference: Vec<f64> = later.iter().zip(&sooner).map(|(a, b)| (a - b) / part).collect();
            assert!(distance(&slope, &difference) < 1e-8 * h, "order {k} at {s}: {slope:?} {difference:?}");
        }
    }
}

/// Unequal steps: a polynomial of degree k is what a formula of order k gives to rounding, its own dense output too.
#[test]
fn unequal_steps_are_exact_for_polynomials() {
    for k in 1..=MOST_ORDER {
        let y = |t: f64| (0..=k as i32).map(|j| t.powi(j) / f64::from(j + 1)).sum::<f64>();
        let slope = |t: f64| (1..=k as i32).map(|j| f64::from(j) * t.powi(j - 1) / f64::from(j + 1)).sum::<f64>();
        let times = [-1.0, -0.7, -0.65, -0.3, -0.1, 0.0];
        let mut history = History::new(1);
        history.begin(times[0], &[y(times[0])]);
        for (j, t) in times.iter().enumerate().skip(1) {
            let mut next = History::new(1);
            next.follow(&history, j - 1, (*t, &[y(*t)]));
            history = next;
        }
        let h = 0.37;
        let formula = super::Formula::new(&history, k, h);
        let mut out = [0.0; 4];
        history.combine(&formula.beta[..=k], &mut out);
        assert!((out[0] - y(h)).abs() < 1e-13, "order {k}: predictor {} for {}", out[0], y(h));
        let rates: Vec<f64> = (0..=k).map(|i| formula.gamma[i] * formula.beta[i]).collect();
        history.combine(&rates, &mut out);
        assert!((out[0] - slope(h)).abs() < 1e-12, "order {k}: slope {} for {}", out[0], slope(h));
        for s in [0.3, 0.8] {
            for (is_derivative, expected) in [(false, y(s * h)), (true, h * slope(s * h))] {
                let (weights, last) = history.weights(k, h, s, is_derivative);
                history.combine(&weights[..k], &mut out);
                let found = out[0] + last * y(h);
                assert!((found - expected).abs() < 1e-13, "order {k} at {s}: {found} for {expected}");
            }
        }
    }
}
