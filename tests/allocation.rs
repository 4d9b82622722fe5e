//! Nothing is allocated inside a step.
//!
//! A binary of its own: the counting allocator serves every test in it. Counts are kept per thread.

mod common;

use homeostat::simulation::{Settings, Simulation};
use homeostat::solver::{LinearAlgebra, Method, OdeSystem, Options, Solver, Tolerance};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // a thread that is ending has no cell any more
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every call goes to the system's allocator unchanged; counting itself allocates nothing, since the
// cell is const-initialised and has no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`, which is that of the system's
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count();
        // SAFETY: `block` came from `alloc` above, hence from the system's
        unsafe { System.dealloc(block, layout) }
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as for `dealloc`
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Calls to the allocator in `steps` accepted steps after the first three, dense output included.
fn calls_in(system: &dyn OdeSystem, parameters: &[f64], y0: &[f64], options: &Options, steps: u32) -> u64 {
    let mut solver = Solver::new(system.shape(), options, 0.0, y0).unwrap();
    let mut row = vec![0.0; y0.len()];
    // the longest step is bounded, so that there are enough of them
    let stop = 1e11;
    let mut before = 0;
    for step in 0..3 + steps {
        if step == 3 {
            before = CALLS.get();
        }
        let t = solver.t();
        solver.advance(system, parameters, stop).unwrap();
        solver.interpolate(system, 0.5 * (t + solver.t()), &mut row);
    }
    let calls = CALLS.get() - before;
    assert!(row.iter().all(|y| y.is_finite()) && solver.t() < stop);
    calls
}

#[test]
fn a_step_allocates_nothing() {
    let before = CALLS.get();
    drop(std::hint::black_box(vec![0_u8; 9]));
    assert_eq!(CALLS.get() - before, 2, "the counter counts");

    let model = homeostat::library::load("best-2009-dopamine").unwrap();
    let mut simulation = Simulation::new(&model.network()).unwrap();
    simulation.set("btyr", "200 uM").unwrap();
    let y0 = simulation.initial_state().unwrap();
    let (mut options, _) = simulation.options(&Settings::default(), &y0);
    options.max_step = Some(0.05);
    assert_eq!(calls_in(simulation.system(), simulation.parameters(), &y0, &options, 200), 0, "dopamine");

    // the same as native code, and with a threshold that is looked at in every step and never met
    let native = simulation.shared_system().native();
    if let Some(native) = native {
        let mut options = options.clone();
        options.executor = homeostat::solver::Executor::Native;
        assert_eq!(calls_in(&native, simulation.parameters(), &y0, &options, 200), 0, "dopamine, native");
    }
    let mut network = model.network();
    network.add(homeostat::component::Threshold::new("never").root("[eda] - 1e3 + time").change("eda = 0"));
    let mut simulation = Simulation::new(&network).unwrap();
    simulation.set("btyr", "200 uM").unwrap();
    options.executor = homeostat::solver::Executor::Tape;
    assert_eq!(calls_in(simulation.system(), simulation.parameters(), &y0, &options, 200), 0, "with a threshold");

    // a differential-algebraic system, held at zero and above: y0' = -y0 + y1, 0 = y0 - 2 y1
    let rhs = |_: f64, y: &[f64], d: &mut [f64]| {
        d.copy_from_slice(&[y[1] - y[0], y[0] - 2.0 * y[1]]);
        Ok(())
    };
    let mut written = common::written::Written::new(2, rhs, |_, _, j| j.copy_from_slice(&[-1.0, 1.0, 1.0, -2.0]));
    written.shape = written.shape.with_mass(vec![1.0, 0.0]);
    let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-9));
    (options.max_step, options.non_negative) = (Some(0.05), homeostat::solver::NonNegative::All);
    assert_eq!(calls_in(&written, &[], &[1.0, 0.0], &options, 200), 0, "with an algebraic equation");

    let shared = ["btyr", "fire", "NADPH", "NADP", "pools", "tyrpool", "tyrosine_pool_loss"];
    let copies = Simulation::new(&model.network().copies("t", 6, &shared).unwrap()).unwrap();
    let y0 = copies.initial_state().unwrap();
    let (mut options, _) = copies.options(&Settings::default(), &y0);
    options.max_step = Some(0.05);
    assert_eq!(calls_in(copies.system(), copies.parameters(), &y0, &options, 200), 0, "copies");
    if let Some(native) = copies.shared_system().native() {
        options.executor = homeostat::solver::Executor::Native;
        assert_eq!(calls_in(&native, copies.parameters(), &y0, &options, 200), 0, "copies, native");
    }

    for (name, problem) in [("POLLU", common::problems::pollu()), ("E5", common::problems::e5())] {
        // the crate behind the explicit methods has memory of its own for each stretch of steps
        for method in Method::ALL.iter().filter(|method| !method.is_explicit()) {
            let mut options = Options::with_tolerances(1e-6, Tolerance::Same(problem.s * 1e-6));
            (options.method, options.max_step) = (*method, Some(problem.t_end / 1e3));
            assert_eq!(calls_in(&problem, &[], &problem.y0, &options, 200), 0, "{name} {method:?}");
        }
        let mut options = Options::with_tolerances(1e-6, Tolerance::Same(problem.s * 1e-6));
        options.max_step = Some(problem.t_end / 1e3);
        options.linear_algebra = LinearAlgebra::Dense;
        let y0 = problem.y0.clone();
        let mut problem = problem;
        problem.shape = problem.shape.differenced();
        assert_eq!(calls_in(&problem, &[], &y0, &options, 200), 0, "{name}, dense, by differences");
    }
}
