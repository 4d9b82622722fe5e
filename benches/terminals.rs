//! 64 dopamine terminals on one pool of tyrosine (64 times as large) against one terminal alone: a day with meals, and compiling.
//! `cargo bench --features jit --bench terminals` prints both and what they come to per terminal.

use homeostat::library;
use homeostat::network::Network;
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::solver::Executor;
use std::hint::black_box;
use std::time::Instant;

const TERMINALS: usize = 64;
/// What all terminals have in common.
const SHARED: [&str; 7] = ["btyr", "fire", "NADPH", "NADP", "pools", "tyrpool", "tyrosine_pool_loss"];

fn simulation(network: &Network) -> Simulation {
    let mut simulation = Simulation::new(network).expect("it compiles");
    simulation.schedule_named("meals").expect("it has the schedule");
    simulation
}

/// Makes the pool as many times as large as there are terminals: each then goes the way of one alone.
fn enlarge_pool(simulation: &mut Simulation) {
    let y0 = simulation.initial_state().expect("it begins somewhere");
    let pool = simulation.network().species_named("tyrpool").expect("there is a pool");
    let amount = y0[simulation.system().state_of(pool).expect("it is a state")] * TERMINALS as f64;
    simulation.set("tyrpool", &amount.to_string()).expect("an amount can be set");
    for k in 1..=TERMINALS {
        let name = format!("t{k}__tyrosine_pool.k_in");
        simulation.set(&name, &(0.6 / TERMINALS as f64).to_string()).expect("a parameter can be set");
    }
}

fn run(simulation: &Simulation, executor: Executor, hours: f64) -> u64 {
    let mut settings = Settings::default();
    settings.executor = executor;
    // all there is to a row: without it, what is written is what takes the time
    let selection = simulation.select("[tyrpool]").expect("there is a pool");
    let run = Run { steps: 1, settings, selection, ..Run::until(hours) };
    simulation.run(&run).expect("it runs").statistics.counts.steps
}

/// Seconds that this thread has been running on a processor, where the system tells; else by the clock.
fn now(begun: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| begun.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

/// The least time of an act, in seconds, of several batches of so many: the system's clock ticks slowly.
struct Least {
    batch: u32,
    seconds: f64,
}

impl Least {
    fn of(batch: u32) -> Self {
        Least { batch, seconds: f64::INFINITY }
    }

    fn measure(&mut self, mut act: impl FnMut()) {
        let clock = Instant::now();
        let begun = now(clock);
        (0..self.batch).for_each(|_| act());
        self.seconds = self.seconds.min((now(clock) - begun) / f64::from(self.batch));
    }
}

/// From a network to native code that has taken its first step.
fn compile(network: &Network) {
    let simulation = simulation(network);
    black_box(simulation.shared_system().native().expect("there is native code"));
    run(&simulation, Executor::Native, 1e-9);
}

fn main() {
    let one = library::load("best-2009-dopamine").expect("the model is built in").network();
    let many = one.copies("t", TERMINALS, &SHARED).expect("the names are there");
    for (what, executor) in [("native", Executor::Native), ("tape", Executor::Tape)] {
        let (single, mut all) = (simulation(&one), simulation(&many));
        enlarge_pool(&mut all);
        let (steps, steps_all) = (run(&single, executor, 24.0), run(&all, executor, 24.0));
        let (mut of_single, mut of_all) = (Least::of(1000), Least::of(20));
        // by turns, so that both see the same machine
        for _ in 0..5 {
            of_single.measure(|| {
                black_box(run(&single, executor, 24.0));
            });
            of_all.measure(|| {
                black_box(run(&all, executor, 24.0));
            });
        }
        let (single, each) = (of_single.seconds, of_all.seconds / TERMINALS as f64);
        println!(
            "day with meals, {what}: one terminal {:.1} us ({steps} steps), {TERMINALS} terminals {:.1} us each \
             ({steps_all} steps): {:.3} times, {:.3} times for each step",
            single * 1e6,
            each * 1e6,
            each / single,
            each * steps as f64 / (single * steps_all as f64),
        );
    }
    let (mut single, mut all) = (Least::of(30), Least::of(10));
    for _ in 0..5 {
        single.measure(|| compile(&one));
        all.measure(|| compile(&many));
    }
    let (single, all) = (single.seconds, all.seconds);
    println!(
        "network to native code: one terminal {:.2} ms, {TERMINALS} terminals {:.2} ms: {:.2} times",
        single * 1e3,
        all * 1e3,
        all / single
    );
}
