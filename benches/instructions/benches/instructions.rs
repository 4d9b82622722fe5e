//! Instructions of five representative solves, counted by callgrind. `benches/instructions.sh` compares them with
//! `benches/instructions.csv`; compiling and native code are made beforehand and not counted.

#[path = "../../common/mod.rs"]
mod common;

use common::pollu::{Pollu, START};
use gungraun::{library_benchmark, library_benchmark_group, main};
use homeostat::library;
use homeostat::simulation::{Run, Simulation};
use homeostat::solver::{Executor, OdeSystem, Options, Solver, Tolerance};
use std::hint::black_box;

/// A model with its schedule, ready to run: native code is there where it is wanted.
fn ready(name: &str, schedule: &str, executor: Executor, hours: f64) -> (Simulation, Run) {
    let model = library::load(name).expect("the model is built in");
    let mut simulation = Simulation::new(&model.network()).expect("it compiles");
    simulation.schedule_named(schedule).expect("it has the schedule");
    let mut run = Run { steps: 1, ..Run::until(hours) };
    run.settings.executor = executor;
    if executor == Executor::Native {
        simulation.run(&Run { end: 1e-3, ..run.clone() }).expect("it runs");
    }
    (simulation, run)
}

fn struct_ready(executor: Executor) -> (Pollu, Options) {
    let mut options = Options::with_tolerances(1e-6, Tolerance::Same(1e-10));
    options.executor = executor;
    let system = Pollu::new();
    solved((&system, &options));
    (system, options)
}

fn solved((system, options): (&Pollu, &Options)) -> u64 {
    let mut solver = Solver::new(system.shape(), options, 0.0, &START).expect("the options are sound");
    while solver.t() < 60.0 {
        solver.advance(system, &[], 60.0).expect("POLLU can be solved");
    }
    solver.statistics().steps
}

#[library_benchmark]
#[bench::dopamine_day_native(ready("best-2009-dopamine", "meals", Executor::Native, 24.0))]
#[bench::dopamine_day_tape(ready("best-2009-dopamine", "meals", Executor::Tape, 24.0))]
#[bench::spiking_minute_native(ready("best-2009-dopamine-spikes", "tonic", Executor::Native, 1.0 / 60.0))]
fn model((simulation, run): (Simulation, Run)) -> u64 {
    black_box(simulation.run(&run).expect("it runs").statistics.counts.steps)
}

#[library_benchmark]
#[bench::pollu_native(struct_ready(Executor::Native))]
#[bench::pollu_tape(struct_ready(Executor::Tape))]
fn own_struct((system, options): (Pollu, Options)) -> u64 {
    black_box(solved((&system, &options)))
}

library_benchmark_group!(name = solves, benchmarks = [model, own_struct]);
main!(library_benchmark_groups = solves);
