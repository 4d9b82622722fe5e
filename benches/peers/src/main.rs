//! Measures this crate and its peers on stiff problems. See README.md.

mod arguments;
mod codes;
mod compiling;
mod costs;
mod measure;
mod pictures;
mod problems;
mod reference;
mod report;
mod results;

use ::homeostat::solver::{Executor, Method, OdeSystem, Options, Tolerance};
use arguments::{Arguments, Command};
use codes::{cvode, differential_equations, diffsol, fortran::Fortran, homeostat, russell};
use compiling::Compiling;
use measure::Bench;
use problems::{Compiled, E5, Facts, Hires, Medakzo, Orego, Pollu, Problem, Rober, Vdpol};
use problems::{dopamine, network, terminals};
use reference::Reference;
use results::{Head, Row};

/// What has been measured.
struct Session<'a> {
    arguments: &'a Arguments,
    fortran: Option<Fortran>,
    head: Head,
    rows: Vec<Row>,
}

impl Session<'_> {
    /// A problem written by hand, and the same as a network.
    fn written<P: Problem>(&mut self, problem: P) {
        let facts = problem.facts();
        if !self.arguments.wants(facts.name) {
            return;
        }
        let reference = Reference::of(facts.name, &self.arguments.references);
        if self.arguments.wants_ours() {
            let compiled = network(facts);
            self.compiled("", &compiled, &reference);
            if !self.arguments.is_baseline {
                let by_hand = homeostat::Struct::new(&problem);
                self.ours("Rodas5P/struct", &by_hand, facts, &reference, &native(Method::Rodas5P));
            }
        }
        self.peers(&problem, &reference);
    }

    /// A model of the library.
    fn model(&mut self, problem: &Compiled, reference: &str) {
        let reference = Reference::of(reference, &self.arguments.references);
        if self.arguments.wants_ours() {
            self.compiled("", problem, &reference);
        }
        self.peers(problem, &reference);
    }

    /// Rows of this crate on a compiled network.
    fn compiled(&mut self, suffix: &str, problem: &Compiled, reference: &Reference) {
        let facts = problem.facts();
        let is_baseline = self.arguments.is_baseline;
        let mut add = |name: &str, system: &dyn OdeSystem, options: &Options| {
            self.ours(&format!("{name}{suffix}"), system, facts, reference, options);
        };
        if is_baseline {
            return add("Rodas5P/native-baseline", problem.native(), &native(Method::Rodas5P));
        }
        for &method in Method::ALL.iter().filter(|method| !method.is_explicit()) {
            add(&format!("{method:?}/native"), problem.native(), &native(method));
        }
        let mut options = Options::default();
        options.executor = Executor::Native;
        add("default/native", problem.native(), &options);
        options = native(Method::Rodas5P);
        if !problem.native().shape().invariants.is_empty() {
            options.restore_invariants = false;
            add("Rodas5P/native/unrestored", problem.native(), &options);
            options.restore_invariants = true;
        }
        options.executor = Executor::Tape;
        add("Rodas5P/tape", problem.tape(), &options);
        let line = Compiling::of(problem).line(&format!("{}{suffix}", facts.name));
        println!("{line}");
        self.head.0.push(line);
    }

    fn ours(&mut self, name: &str, system: &dyn OdeSystem, facts: &Facts, reference: &Reference, options: &Options) {
        let bench = Bench { arguments: self.arguments, facts, reference };
        self.rows.extend(bench.rows("homeostat", name, &|rtol| {
            let mut options = options.clone();
            (options.rtol, options.atol) = (rtol, Tolerance::Each(facts.atol(rtol)));
            homeostat::run(system, facts, &options, &reference.times)
        }));
    }

    fn peers<P: Problem>(&mut self, problem: &P, reference: &Reference) {
        if !self.arguments.wants_peers() {
            return;
        }
        let bench = Bench { arguments: self.arguments, facts: problem.facts(), reference };
        let times = &reference.times;
        let mut add =
            |code, method, run: &dyn Fn(f64) -> codes::Outcome| self.rows.extend(bench.rows(code, method, run));
        add("CVODE", "BDF", &|rtol| cvode::run(problem, rtol, times));
        add("diffsol", "BDF", &|rtol| diffsol::run(problem, rtol, times));
        add("differential-equations", "Radau5", &|rtol| differential_equations::run(problem, rtol, times));
        add("russell", "Radau5", &|rtol| russell::run(problem, rtol, times));
        if let Some(fortran) = &self.fortran {
            add("RADAU5", "RADAU5", &|rtol| fortran.radau5(problem, rtol, times));
            add("LSODA", "LSODA", &|rtol| fortran.lsoda(problem, rtol, times));
        }
    }
}

/// The method with native code.
fn native(method: Method) -> Options {
    let mut options = Options::default();
    (options.method, options.executor) = (method, Executor::Native);
    options
}

fn measure(arguments: &Arguments) -> std::io::Result<()> {
    let fortran = Fortran::load();
    if fortran.is_none() {
        eprintln!("RADAU5 and LSODA are left out: r-cran-desolve is not installed");
    }
    let mut session = Session { arguments, fortran, head: Head::here(), rows: Vec::new() };
    session.written(Rober::new());
    session.written(Orego::new());
    session.written(Hires::new());
    session.written(Vdpol::new());
    session.written(E5::new());
    session.written(Pollu::new());
    session.written(Medakzo::new());
    if arguments.wants("DOPAMINE") {
        session.model(&dopamine(), "DOPAMINE");
    }
    if arguments.wants("TERMINALS64") && arguments.wants_ours() {
        for (count, suffix, reference) in [(1, "/one terminal", "TERMINALS1"), (64, "", "TERMINALS64")] {
            if !Reference::is_kept_here(reference) {
                eprintln!("{reference} is left out: make its reference by references/make.py");
                continue;
            }
            let reference = Reference::of(reference, &arguments.references);
            session.compiled(suffix, &terminals(count), &reference);
        }
    }
    results::write(&arguments.out, &session.head, &session.rows)
}

fn main() -> std::io::Result<()> {
    match Command::read() {
        Command::Measure(arguments) => measure(&arguments),
        Command::Report { results, tables, pictures } => report::make(&results, &tables, &pictures),
    }
}
