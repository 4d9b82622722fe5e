//! The compiled dopamine terminal through a solver that is not ours: Dop853 of the crate `ode_solvers`.

use approx::assert_relative_eq;
use homeostat::library;
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::solver::{OdeSystem, Point};
use ode_solvers::dop_shared::OutputType;
use ode_solvers::{DVector, Dop853, System};

struct Terminal(Simulation);

impl System<f64, DVector<f64>> for Terminal {
    fn system(&self, t: f64, y: &DVector<f64>, dydt: &mut DVector<f64>) {
        let system = self.0.system();
        let mut scratch = vec![0.0; system.shape().scratch];
        let at = Point::new(t, self.0.parameters());
        system.rhs(&at, y.as_slice(), dydt.as_mut_slice(), &mut scratch).unwrap();
    }
}

/// A step of extracellular dopamine and its clearance: the fast modes, which an explicit method can follow.
#[test]
fn an_explicit_method_of_order_8_agrees() {
    let mut simulation = Simulation::new(&library::load("best-2009-dopamine").unwrap().network()).unwrap();
    simulation.set("[eda]", "1 uM").unwrap();
    let end = 0.01;
    let run = Run { settings: Settings::with_rtol(1e-11), ..Run::until(end) };
    let ours = simulation.run(&run).unwrap().rows.pop().unwrap();
    let y0 = DVector::from_vec(simulation.initial_state().unwrap());
    // sparse: in release 0.6.2 dense output extrapolates to the end from the step before it
    let (safety, beta, least, most) = (0.9, 0.0, 0.333, 6.0);
    let mut other = Dop853::from_param(
        Terminal(simulation),
        0.0,
        end,
        end,
        y0,
        1e-13,
        1e-16,
        safety,
        beta,
        least,
        most,
        end,
        0.0,
        100_000,
        1000,
        OutputType::Sparse,
    );
    other.integrate().unwrap();
    assert_eq!(other.x_out().last(), Some(&end));
    let theirs = other.y_out().last().unwrap();
    for (a, b) in ours.iter().zip(theirs.iter()) {
        assert_relative_eq!(*a, *b, max_relative = 1e-10);
    }
}
