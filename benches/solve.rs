//! Times of whole runs and of single steps. `cargo bench --features jit` prints them; docs/benchmarks.md keeps a run.

mod common;

use common::pollu::{Pollu, START};
use criterion::{Criterion, criterion_group, criterion_main};
use homeostat::library;
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::solver::{Executor, OdeSystem, Options, Solver, Tolerance};
use std::hint::black_box;
use std::time::{Duration, Instant};

fn model(name: &str, schedule: &str) -> Simulation {
    let model = library::load(name).expect("the model is built in");
    let mut simulation = Simulation::new(&model.network()).expect("it compiles");
    simulation.schedule_named(schedule).expect("it has the schedule");
    simulation
}

fn run(simulation: &Simulation, executor: Executor, hours: f64) -> u64 {
    let mut settings = Settings::default();
    settings.executor = executor;
    let trajectory = simulation.run(&Run { steps: 1, settings, ..Run::until(hours) });
    trajectory.expect("it runs").statistics.counts.steps
}

/// From the text of a model to native code that has run once.
fn compile(c: &mut Criterion) {
    c.bench_function("file to compiled native system", |b| {
        b.iter(|| {
            let model = library::load("best-2009-dopamine").expect("the model is built in");
            let simulation = Simulation::new(&model.network()).expect("it compiles");
            black_box(simulation.shared_system().native().expect("there is native code"));
        });
    });
}

fn dopamine(c: &mut Criterion) {
    let day = model("best-2009-dopamine", "meals");
    for executor in [Executor::Native, Executor::Tape] {
        c.bench_function(&format!("dopamine day with meals/{}", executor.name()), |b| {
            b.iter(|| black_box(run(&day, executor, 24.0)));
        });
    }
}

/// Five weeks of 51 states with mast cells on.
fn serotonin_histamine(c: &mut Criterion) {
    let model = library::load("serotonin-histamine").expect("the model is built in");
    let mut simulation = Simulation::new(&model.network()).expect("it compiles");
    simulation.set("mast_cells", "1").expect("it is a parameter");
    c.bench_function("serotonin and histamine, 840 h with mast cells/native", |b| {
        b.iter(|| black_box(run(&simulation, Executor::Native, 840.0)));
    });
}

fn spikes(c: &mut Criterion) {
    let day = model("best-2009-dopamine-spikes", "tonic");
    let mut group = c.benchmark_group("spiking");
    group.sample_size(10).measurement_time(Duration::from_secs(30));
    group.bench_function("day of 432,000 spikes/native", |b| b.iter(|| black_box(run(&day, Executor::Native, 24.0))));
    group.finish();
}

fn pollu(c: &mut Criterion) {
    let system = Pollu::new();
    for executor in [Executor::Native, Executor::Tape] {
        let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-10));
        options.executor = executor;
        c.bench_function(&format!("POLLU, struct/{}", executor.name()), |b| {
            b.iter(|| {
                let mut solver = Solver::new(system.shape(), &options, 0.0, &START).expect("the options are sound");
                while solver.t() < 60.0 {
                    solver.advance(&system, &[], 60.0).expect("POLLU can be solved");
                }
                black_box(solver.y()[0])
            });
        });
    }
}

/// Accepted steps alone: a run that is under way, no step of which is rejected or cut.
fn steps(c: &mut Criterion) {
    let pollu = Pollu::new();
    per_step(c, "step of POLLU", &pollu, &[], &START, Tolerance::Same(1e-10), 60.0);
    let day = model("best-2009-dopamine", "meals");
    let native = day.shared_system().native().expect("there is native code");
    let mut start = day.initial_state().expect("the model begins somewhere");
    start[2] *= 0.5; // something to do
    let (options, _) = day.options(&Settings::default(), &start);
    per_step(c, "step of dopamine", &native, day.parameters(), &start, options.atol, 24.0);
}

fn per_step(
    c: &mut Criterion,
    name: &str,
    system: &dyn OdeSystem,
    parameters: &[f64],
    start: &[f64],
    atol: Tolerance,
    end: f64,
) {
    let mut options = Options::with_tolerances(1e-6, atol);
    options.executor = Executor::Native;
    let fresh = Solver::new(system.shape(), &options, 0.0, start).expect("the options are sound");
    c.bench_function(name, |b| {
        b.iter_custom(|count| {
            let (mut time, mut left) = (Duration::ZERO, count);
            while left > 0 {
                let mut solver = fresh.clone();
                let begun = Instant::now();
                while solver.t() < end && left > 0 {
                    let before = solver.statistics().steps;
                    solver.advance(system, parameters, end).expect("a step can be taken");
                    left -= (solver.statistics().steps - before).min(left);
                }
                time += begun.elapsed();
            }
            time
        });
    });
}

/// The best of many runs beside criterion's means: on a machine with other work beside it, noise only adds.
fn best(_: &mut Criterion) {
    let shortest = |name: &str, runs: u32, run: &mut dyn FnMut() -> u64| {
        let (mut least, mut steps) = (Duration::MAX, 0);
        for _ in 0..runs {
            let begun = Instant::now();
            steps = black_box(run());
            least = least.min(begun.elapsed());
        }
        let micros = least.as_secs_f64() * 1e6;
        let each = if steps > 0 {
            format!(", {:.3} us for each of {steps} steps", micros / steps as f64)
        } else {
            String::new()
        };
        println!("best of {runs}: {name}: {micros:.1} us{each}");
    };
    shortest("file to compiled native system", 50, &mut || {
        let model = library::load("best-2009-dopamine").expect("the model is built in");
        let simulation = Simulation::new(&model.network()).expect("it compiles");
        black_box(simulation.shared_system().native().expect("there is native code"));
        0
    });
    let mut least = Duration::MAX;
    for _ in 0..20 {
        let fresh = model("best-2009-dopamine", "meals");
        black_box(fresh.shared_system().native().expect("there is native code"));
        let begun = Instant::now();
        run(&fresh, Executor::Native, 1e-9);
        least = least.min(begun.elapsed());
    }
    println!("best of 20: native code of a whole step and of elimination: {:.1} us", least.as_secs_f64() * 1e6);
    let day = model("best-2009-dopamine", "meals");
    let pollu = Pollu::new();
    for executor in [Executor::Native, Executor::Tape] {
        let name = executor.name();
        shortest(&format!("dopamine day with meals/{name}"), 500, &mut || run(&day, executor, 24.0));
        let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-10));
        options.executor = executor;
        shortest(&format!("POLLU, struct/{name}"), 2000, &mut || {
            let mut solver = Solver::new(pollu.shape(), &options, 0.0, &START).expect("the options are sound");
            while solver.t() < 60.0 {
                solver.advance(&pollu, &[], 60.0).expect("POLLU can be solved");
            }
            solver.statistics().steps
        });
    }
}

criterion_group!(benches, best, compile, dopamine, serotonin_histamine, pollu, steps, spikes);
criterion_main!(benches);
