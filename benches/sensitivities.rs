//! What sensitivities cost: instructions of a dopamine day with so many of them over those of the day alone, on the same
//! executor, counted by callgrind (it needs valgrind). Compiling is not counted.
//!
//! `cargo bench --features jit --bench sensitivities`

use homeostat::library;
use homeostat::simulation::{Settings, Simulation};
use homeostat::solver::{By, Executor, Method, OdeSystem, Options, Sensitivities, Solver};
use std::hint::black_box;
use std::process::Command;

/// Hours.
const DAY: f64 = 24.0;
const COUNTS: [usize; 4] = [0, 1, 4, 10];
const RUNS: [(Method, Executor); 4] = [
    (Method::Rodas5P, Executor::Tape),
    (Method::Rodas5P, Executor::Native),
    (Method::Bdf, Executor::Tape),
    (Method::Bdf, Executor::Native),
];

/// What is counted.
#[inline(never)]
fn measured(day: &dyn Fn(f64) -> f64) -> f64 {
    day(DAY)
}

/// A run with sensitivities by these, or alone.
fn solved(system: &dyn OdeSystem, parameters: &[f64], y0: &[f64], options: &Options, by: &[By], end: f64) -> f64 {
    if by.is_empty() {
        let mut run = Solver::new(system.shape(), options, 0.0, y0).expect("the options are sound");
        while run.t() < end {
            run.advance(system, parameters, end).expect("it runs");
        }
        run.y()[0]
    } else {
        let mut run = Sensitivities::new(system.shape(), options, 0.0, y0, by).expect("the options are sound");
        while run.solver().t() < end {
            run.advance(system, parameters, end).expect("it runs");
        }
        run.row(0)[0]
    }
}

/// Off the steady state, so that there is something to solve.
fn run(count: usize, method: Method, executor: Executor) {
    let simulation = library::load("best-2009-dopamine").and_then(|model| Simulation::new(&model.network()));
    let simulation = simulation.expect("the model is built in");
    let mut y0 = simulation.initial_state().expect("it has one");
    y0.iter_mut().zip([1.5, 0.7].iter().cycle()).for_each(|(y, factor)| *y *= factor);
    let (mut options, _) = simulation.options(&Settings::default(), &y0);
    (options.method, options.executor) = (method, executor);
    let native = simulation.shared_system().native().filter(|_| executor == Executor::Native);
    let system = native.as_ref().map_or(simulation.system() as &dyn OdeSystem, |native| native);
    let by: Vec<By> = (0..count).map(By::Parameter).collect();
    let day = |end: f64| solved(system, simulation.parameters(), &y0, &options, &by, end);
    black_box(day(1e-4)); // makes the code
    black_box(measured(&day));
}

fn counted(count: usize, (method, executor): (Method, Executor)) -> f64 {
    let this = std::env::current_exe().expect("a program has a path");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--toggle-collect=*sensitivities*measured*", "--callgrind-out-file=/dev/null"]);
    command.arg(this).args([count.to_string(), method.name().into(), executor.name().into()]);
    let output = command.output().expect("valgrind is installed");
    let text = String::from_utf8_lossy(&output.stderr);
    let number = text.lines().find_map(|line| line.split_once("Collected :")).and_then(|(_, n)| n.trim().parse().ok());
    number.unwrap_or_else(|| panic!("no count: {text}"))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if let [count, method, executor] = &arguments[..] {
        let (method, executor) =
            RUNS.into_iter().find(|(m, e)| m.name() == method && e.name() == executor).expect("known");
        return run(count.parse().expect("a number"), method, executor);
    }
    for of in RUNS {
        let [plain, rest @ ..] = COUNTS.map(|count| counted(count, of));
        let times = rest.map(|with| format!("{:.2}", with / plain));
        println!(
            "{} {}: {plain:.0} instructions alone; {:?} of them: {times:?} times",
            of.0.name(),
            of.1.name(),
            &COUNTS[1..]
        );
    }
}
