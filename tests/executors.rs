//! One program, several executors, the same bits: tape against native code for programs, eliminations, models and whole
//! trajectories.
#![cfg(feature = "jit")]

mod common;

use homeostat::library;
use homeostat::linalg::{ComplexLu, Pattern, StaticLu};
use homeostat::program::{BinaryFunction, Block, Executor, Function, Inputs, Instruction, Native, Op, Program, Source};
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::solver::{FailureKind, Method, OdeSystem, Options, Point, Tolerance, solve};
use nalgebra::{Complex, DMatrix, DVector};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::time::{Duration, Instant};

/// Equal to the bit, NaN being one number.
fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}

fn agree(program: &Program, inputs: &Inputs<'_>) {
    let native = Native::compile(&[program]).unwrap();
    let [mut tape, mut lanes, mut code] = [(); 3].map(|()| vec![0.25; program.outputs()]);
    let mut scratch = vec![0.0; program.scratch_len()];
    program.run(inputs, &mut tape, &mut scratch);
    program.run_in_lanes(inputs, &mut lanes, &mut scratch);
    native.run(0, inputs, &mut code);
    assert!(same(&tape, &lanes), "tape {tape:?}, lanes {lanes:?}, {program:?}, {inputs:?}");
    assert!(same(&tape, &code), "tape {tape:?}, native {code:?}, {program:?}, {inputs:?}");
}

#[rustfmt::skip]
const SPECIAL: [f64; 16] = [
    0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 4.0, 0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY,
    5e-324, -2.3e-308, 1e300, -1.5,
];

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![proptest::sample::select(SPECIAL.to_vec()), -10.0..10.0_f64, proptest::num::f64::ANY]
}

fn ops() -> Vec<Op> {
    use Op::*;
    let plain = [Neg, Abs, Add, Sub, Mul, Div, Fma, Select, Less, LessEqual, Equal, And, Or, Not];
    let calls = Function::ALL.iter().map(|f| Call(*f));
    plain.into_iter().chain(calls).chain(BinaryFunction::ALL.iter().map(|f| Call2(*f))).collect()
}

/// How the places of many instances lie.
#[derive(Clone, Copy, Debug)]
enum Lie {
    Anywhere,
    /// In groups of four instances, side by side.
    Groups,
    /// Instance after instance.
    Rows,
}

/// A block of so many instances whose instructions read what is defined before them. It may read the first `before` outputs.
fn block(instances: usize, before: u32) -> impl Strategy<Value = Block> {
    let source = (0..7_u8, any::<u32>());
    let code = proptest::collection::vec((proptest::sample::select(ops()), any::<[u32; 3]>(), any::<bool>()), 1..40);
    let gather = proptest::collection::vec(source, 3 * instances);
    let lie = proptest::sample::select(vec![Lie::Anywhere, Lie::Groups, Lie::Rows]);
    let wanted = proptest::collection::vec(any::<u32>(), 1..4);
    (proptest::collection::vec(number(), 0..4), gather, code, wanted, lie).prop_map(
        move |(constants, gather, steps, wanted, lie)| {
            let inputs = constants.len() as u32 + 3;
            let (mut registers, mut code) = (inputs, Vec::new());
            for (op, [a, b, c], again) in steps {
                // now and then a register is written again
                let out = if again && registers > inputs { inputs + a % (registers - inputs) } else { registers };
                code.push(Instruction { op, out, a: a % registers, b: b % registers, c: c % registers });
                registers = registers.max(out + 1);
            }
            let place = |k: usize, width: usize, c: usize| match lie {
                _ if k >= instances / 4 * 4 => k * width + c,
                Lie::Groups => (k / 4 * width + c) * 4 + k % 4,
                _ => k * width + c,
            };
            let gather = (0..gather.len()).map(|at| {
                let (class, i) = gather[if matches!(lie, Lie::Anywhere) { at } else { at % 3 }];
                let steady = (place(at / 3, 3, at % 3) % PLACES) as u32;
                let i = if matches!(lie, Lie::Anywhere) || i % 5 == 0 { i % PLACES as u32 } else { steady };
                match class {
                    0 => Source::Time,
                    1 => Source::State(i),
                    2 => Source::Parameter(i),
                    3 => Source::Mode(i),
                    4 => Source::Forcing(i),
                    5 if before > 0 => Source::Output(i % before),
                    _ => Source::History(i),
                }
            });
            let gather = gather.collect();
            let results: Vec<u32> = wanted.iter().map(|r| r % registers).collect();
            // now and then two results go to one place
            let width = results.len();
            let scatter = (0..width * instances).map(|at| match wanted[0] % 4 {
                0 => at / 2,
                _ => place(at / width, width, at % width),
            });
            let mut scatter: Vec<u32> = scatter.map(|place| before + place as u32).collect();
            // now and then the last of them is added up, to an earlier result
            let added = usize::from(before > 0 && wanted[0] % 3 == 0);
            if added == 1 {
                (0..instances).for_each(|k| scatter[(k + 1) * width - 1] = wanted[0] % before);
            }
            Block { constants, gather, code, results, scatter, added, instances, registers: registers as usize }
        },
    )
}

/// How many numbers there are of each class.
const PLACES: usize = 40;

#[test]
fn random_programs() {
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let values = proptest::collection::vec(number(), 5 * PLACES + 1);
    let many = (3..14_usize).prop_flat_map(|instances| block(instances, 3));
    runner
        .run(&(block(1, 0), many, values), |(one, many, v)| {
            let inputs = Inputs {
                t: v[5 * PLACES],
                state: &v[..PLACES],
                parameter: &v[PLACES..][..PLACES],
                mode: &v[2 * PLACES..][..PLACES],
                forcing: &v[3 * PLACES..][..PLACES],
                history: &v[4 * PLACES..][..PLACES],
            };
            let outputs = one.scatter.iter().chain(&many.scatter).max().map_or(3, |most| 4 + *most as usize);
            agree(&Program::new(vec![one, many], outputs).unwrap(), &inputs);
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_function_over_a_grid() {
    let grid: Vec<f64> = SPECIAL.into_iter().chain((-40..40).map(|k| f64::from(k) * 0.37)).collect();
    let one = |op: Op| Block {
        constants: vec![],
        gather: vec![Source::State(0), Source::State(1)],
        code: vec![Instruction::binary(op, 2, 0, 1)],
        results: vec![2],
        scatter: vec![0],
        added: 0,
        instances: 1,
        registers: 3,
    };
    for op in ops().into_iter().filter(|op| !matches!(op, Op::Fma | Op::Select)) {
        let program = Program::new(vec![one(op)], 1).unwrap();
        let native = Native::compile(&[&program]).unwrap();
        for &a in &grid {
            for &b in &grid {
                let inputs = Inputs { state: &[a, b], ..Inputs::default() };
                let (mut tape, mut code) = ([0.0], [0.0]);
                program.run(&inputs, &mut tape, &mut [0.0; 3]);
                native.run(0, &inputs, &mut code);
                assert!(same(&tape, &code), "{op:?} of {a} and {b}: tape {tape:?}, native {code:?}");
            }
        }
    }
}

#[test]
fn long_empty_shared_and_outliving_programs() {
    let n = 20_000;
    let code =
        (0..n).map(|k| Instruction::binary(if k % 3 == 0 { Op::Mul } else { Op::Add }, k + 2, k + 1, k % 2)).collect();
    let block = Block {
        constants: vec![],
        gather: vec![Source::State(0), Source::State(1)],
        code,
        results: vec![n + 1],
        scatter: vec![0],
        added: 0,
        instances: 1,
        registers: n as usize + 2,
    };
    let long = Program::new(vec![block], 1).unwrap();
    let empty = Program::new(vec![], 0).unwrap();
    let start = Instant::now();
    let native = Native::compile(&[&empty, &long]).unwrap();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    native.run(0, &Inputs::default(), &mut []);
    let clone = native.clone();
    drop(native);
    let mut expected = [0.0];
    let inputs = Inputs { state: &[0.999, 1e-3], ..Inputs::default() };
    long.run(&inputs, &mut expected, &mut vec![0.0; long.scratch_len()]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (clone, expected) = (clone.clone(), expected);
            scope.spawn(move || {
                for _ in 0..50 {
                    let mut out = [0.0];
                    clone.run(1, &Inputs { state: &[0.999, 1e-3], ..Inputs::default() }, &mut out);
                    assert!(same(&out, &expected));
                }
            });
        }
    });
}

/// A power whose exponent stands in the program is compiled for that exponent.
#[test]
fn powers_with_constant_exponents() {
    for exponent in SPECIAL {
        let block = Block {
            constants: vec![exponent],
            gather: vec![Source::State(0)],
            code: vec![Instruction::binary(Op::Call2(BinaryFunction::Power), 2, 1, 0)],
            results: vec![2],
            scatter: vec![0],
            added: 0,
            instances: 1,
            registers: 3,
        };
        let program = Program::new(vec![block], 1).unwrap();
        for a in SPECIAL.into_iter().chain((-40..40).map(|k| f64::from(k) * 0.37)) {
            agree(&program, &Inputs { state: &[a], ..Inputs::default() });
        }
    }
}

/// The powers that are products are those of the power function but for rounding, and exactly where those are special.
#[test]
fn powers_by_products() {
    for exponent in [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0] {
        for a in SPECIAL.into_iter().chain((-400..400).map(|k| f64::from(k) * 0.37)) {
            let (power, general) = (BinaryFunction::Power.at(a, exponent), libm::pow(a, exponent));
            let is_near = (power - general).abs() <= 3.0 * f64::EPSILON * general.abs();
            assert!(same(&[power], &[general]) || is_near, "{a} ^ {exponent}: {power}, not {general}");
        }
    }
}

/// Where several results go to one place, the last of them stays there, whichever was computed first.
#[test]
fn results_that_share_a_place() {
    let block = Block {
        constants: vec![],
        gather: vec![Source::State(0)],
        code: vec![Instruction::unary(Op::Neg, 1, 0), Instruction::unary(Op::Abs, 2, 1)],
        results: vec![2, 1, 0, 1],
        scatter: vec![0, 0, 1, 1],
        added: 0,
        instances: 1,
        registers: 3,
    };
    let inputs = Inputs { state: &[3.0], ..Inputs::default() };
    agree(&Program::new(vec![block], 2).unwrap(), &inputs);
}

/// All numbers are alive at once: most of them wait on the stack, in a frame of many pages.
#[test]
fn more_numbers_than_registers() {
    let n = 4000;
    let ups = (0..n).map(|k| Instruction::binary(Op::Add, k + 2, k + 1, 0));
    let downs = (0..n).map(|k| Instruction::binary(Op::Mul, k + n + 2, k + n + 1, n + 1 - k));
    let block = Block {
        constants: vec![],
        gather: vec![Source::State(0), Source::State(1)],
        code: ups.chain(downs).collect(),
        results: vec![2 * n + 1],
        scatter: vec![0],
        added: 0,
        instances: 1,
        registers: 2 * n as usize + 2,
    };
    agree(&Program::new(vec![block], 1).unwrap(), &Inputs { state: &[1e-7, 1.0], ..Inputs::default() });
}

/// Places whose distance in bytes does not fit the code's offsets are refused, not wrapped around.
#[test]
fn places_too_far_away() {
    let far = u32::MAX / 8;
    let read = Block {
        constants: vec![],
        gather: vec![Source::State(far)],
        code: vec![],
        results: vec![0],
        scatter: vec![0],
        added: 0,
        instances: 1,
        registers: 1,
    };
    let write = Block { gather: vec![Source::Time], scatter: vec![far], ..read.clone() };
    for block in [read, write] {
        let program = Program::new(vec![block], far as usize + 1).unwrap();
        assert!(Native::compile(&[&program]).is_err());
    }
}

#[test]
#[should_panic(expected = "out of range")]
fn a_slice_that_is_too_short_is_not_read() {
    let block = Block {
        constants: vec![],
        gather: vec![Source::State(7)],
        code: vec![],
        results: vec![0],
        scatter: vec![0],
        added: 0,
        instances: 1,
        registers: 1,
    };
    let native = Native::compile(&[&Program::new(vec![block], 1).unwrap()]).unwrap();
    native.run(0, &Inputs { state: &[1.0; 7], ..Inputs::default() }, &mut [0.0]);
}

/// Random patterns and matrices: loops against native code bit for bit, and both against a pivoted solution.
#[test]
fn eliminations_real_and_complex() {
    let entries = (1..24_usize).prop_flat_map(|n| {
        (
            Just(n),
            proptest::collection::vec((0..n, 0..n), 0..4 * n),
            proptest::collection::vec(-1.0..1.0_f64, n * n + 2 * n),
        )
    });
    let mut runner = TestRunner::new(Config { cases: 80, failure_persistence: None, ..Config::default() });
    runner
        .run(&entries, |(n, entries, numbers)| {
            let pattern = Pattern::new(n, entries).unwrap();
            let values = &numbers[..pattern.len()];
            let (b, c) = (&numbers[n * n..n * n + n], &numbers[n * n + n..]);
            let shift = [n as f64, 0.7];
            let solutions = [Executor::Tape, Executor::Native].map(|executor| {
                let mut lu = StaticLu::new(&pattern, executor).unwrap();
                lu.factor(values, shift[0]).unwrap();
                let mut x = vec![0.0; n];
                lu.solve(b, &mut x);
                let mut complex = ComplexLu::new(&pattern, executor).unwrap();
                complex.factor(values, shift).unwrap();
                let right: Vec<[f64; 2]> = b.iter().zip(c).map(|(re, im)| [*re, *im]).collect();
                let mut z = vec![[0.0; 2]; n];
                complex.solve(&right, &mut z);
                (x, z)
            });
            let [(x, z), (native_x, native_z)] = &solutions;
            prop_assert!(same(x, native_x) && same(z.as_flattened(), native_z.as_flattened()));

            let mut a = DMatrix::from_diagonal_element(n, n, Complex::new(shift[0], shift[1]));
            for ((i, j), v) in pattern.entries().zip(values) {
                a[(i, j)] -= Complex::new(*v, 0.0);
            }
            let right = DVector::from_fn(n, |i, _| Complex::new(b[i], c[i]));
            let expected = a.lu().solve(&right).unwrap();
            for (z, e) in z.iter().zip(expected.iter()) {
                prop_assert!((z[0] - e.re).abs() + (z[1] - e.im).abs() < 1e-12, "{z:?} against {e}");
            }
            Ok(())
        })
        .unwrap();
}

/// With a mass matrix, and algebraic rows that have to be exchanged: the same bits.
#[test]
fn eliminations_with_algebraic_rows() {
    let n = 6;
    let entries = (0..n).flat_map(|i| [(i, (i + 1) % n), (i, (i + 2) % n), (0, i), (i, 2)]);
    let pattern = Pattern::new(n, entries).unwrap().with_mass(vec![1.0, 0.7, 0.0, 0.0, -2.0, 0.0]).unwrap();
    assert_eq!((pattern.position(3, 3), pattern.position(5, 5), pattern.undetermined()), (None, None, None));
    let values: Vec<f64> = (0..pattern.len()).map(|i| 1.0 + (i as f64).sin()).collect();
    let b: Vec<f64> = (0..2 * n).map(|i| (i as f64).cos()).collect();
    let [tape, native] = [Executor::Tape, Executor::Native].map(|executor| {
        let (mut x, mut z, mut residual) = (vec![0.0; n], vec![[0.0; 2]; n], vec![0.0; n]);
        let mut lu = StaticLu::new(&pattern, executor).unwrap();
        lu.factor(&values, 1.3).unwrap();
        lu.solve(&b[..n], &mut x);
        lu.residual(&values, 1.3, &x, &b[..n], &mut residual);
        let mut complex = ComplexLu::new(&pattern, executor).unwrap();
        complex.factor(&values, [1.3, 0.4]).unwrap();
        complex.solve(b.as_chunks().0, &mut z);
        (x, z, residual)
    });
    assert!(same(&tape.0, &native.0) && same(tape.1.as_flattened(), native.1.as_flattened()));
    assert!(same(&tape.2, &native.2) && tape.2.iter().all(|r| r.abs() < 1e-10), "{:?}", tape.2);
}

/// A cancelled pivot is seen by both, at the same row.
#[test]
fn watched_alike() {
    let pattern = Pattern::dense(2);
    for matrix in [[-1.0, -1.0, -1.0, -1.0 - 1e-12], [-1.0, f64::NAN, -1.0, -3.0], [0.0, -1.0, -1.0, 0.0]] {
        let [tape, native] = [Executor::Tape, Executor::Native]
            .map(|executor| StaticLu::new(&pattern, executor).unwrap().factor(&matrix, 0.0));
        assert!(tape.is_err() && tape == native);
    }
}

#[test]
fn every_model() {
    for entry in library::ALL {
        let model = library::load(entry.name).unwrap();
        let simulation = Simulation::new(&model.network()).unwrap();
        let (system, native) = (simulation.shared_system(), simulation.shared_system().native().unwrap());
        let (shape, y0) = (system.shape(), simulation.initial_state().unwrap());
        let mut scratch = vec![0.0; shape.scratch];
        for k in 0..50 {
            // states around the initial one, some of them negative
            let y: Vec<f64> =
                y0.iter().enumerate().map(|(i, y)| y * (1.0 + f64::from(k * 7 + i as i32).sin() * 1.2)).collect();
            let modes = system.modes(f64::from(k), simulation.parameters(), &y).unwrap();
            let at = Point::new(f64::from(k), simulation.parameters()).with_modes(&modes);
            let call = |system: &dyn OdeSystem, scratch: &mut [f64]| {
                let (mut f, mut j, mut d, mut g) = (
                    vec![0.0; y.len()],
                    vec![0.0; shape.jacobian.len()],
                    vec![0.0; y.len()],
                    vec![0.0; shape.roots.len() + shape.switches],
                );
                system.rhs(&at, &y, &mut f, scratch).unwrap();
                system.jacobian(&at, &y, &mut j, scratch).unwrap();
                system.roots(&at, &y, &mut g, scratch).unwrap();
                if shape.is_forced {
                    system.time_derivative(&at, &y, &mut d, scratch).unwrap();
                }
                [f, j, d, g].concat()
            };
            assert!(same(&call(&**system, &mut scratch), &call(&native, &mut scratch)), "{}", entry.name);
        }
        let schedules: Vec<String> = model.network().schedules().iter().map(|s| s.name.clone()).collect();
        for schedule in schedules.iter().map(Some).chain([None]) {
            let mut simulation = simulation.clone();
            if let Some(name) = schedule {
                simulation.schedule_named(name).unwrap();
            }
            let end = if entry.name.ends_with("spikes") { 0.02 } else { 48.0 };
            // explicit methods refuse conditions in rates
            for method in Method::ALL.iter().filter(|method| shape.switches == 0 || !method.is_explicit()) {
                let run = |executor| {
                    let mut settings = Settings::default();
                    (settings.executor, settings.method) = (executor, *method);
                    let run = simulation.run(&Run { settings, ..Run::until(end) });
                    let is_stiff =
                        |error: &homeostat::Error| error.failure().is_some_and(|f| f.kind == FailureKind::Stiff);
                    run.unwrap_or_else(|ended| {
                        assert!(is_stiff(&ended.error), "{method:?}: {}", ended.error);
                        *ended.trajectory
                    })
                };
                let [tape, native, auto] = [Executor::Tape, Executor::Native, Executor::Auto].map(run);
                assert_eq!((tape.statistics.executor, native.statistics.executor), ("tape", "native"));
                for other in [native, auto] {
                    let which = format!("{} {schedule:?} {method:?}", entry.name);
                    assert!(same(&tape.rows.concat(), &other.rows.concat()), "{which}");
                    assert_eq!(tape.statistics.counts, other.statistics.counts, "{which}");
                }
            }
        }
    }
}

/// `Auto` begins on the tape and goes over where the run is long; nothing but its name shows it.
#[test]
fn auto_goes_over_in_the_middle_of_a_run() {
    let simulation = Simulation::new(&library::load("best-2009-dopamine-spikes").unwrap().network()).unwrap();
    let run = |schedule: &str, seconds: f64| {
        let mut simulation = simulation.clone();
        simulation.schedule_named(schedule).unwrap();
        simulation.run(&Run::until(seconds / 3600.0)).unwrap()
    };
    assert_eq!(run("tonic", 2.0).statistics.executor, "tape");
    let long = run("tonic", 100.0);
    assert_eq!(long.statistics.executor, "native");
    // made once, it is there for all that share the system
    assert_eq!(run("tonic", 2.0).statistics.executor, "native");
}

/// A struct of one's own gets the native elimination from its pattern alone.
#[test]
fn structs_of_ones_own() {
    for problem in
        [common::problems::pollu(), common::problems::rober(), common::problems::e5(), common::problems::orego()]
    {
        for method in Method::ALL.iter().filter(|method| !method.is_explicit()) {
            let solution = |executor| {
                let mut options = Options::with_tolerances(1e-6, Tolerance::Same(problem.s * 1e-6));
                (options.executor, options.method) = (executor, *method);
                solve(&problem, &[], &problem.y0, &[0.0, 0.3 * problem.t_end, problem.t_end], &options).unwrap()
            };
            let (tape, native) = (solution(Executor::Tape), solution(Executor::Native));
            assert!(same(&tape.rows.concat(), &native.rows.concat()), "{method:?}");
            assert_eq!(tape.statistics, native.statistics, "{method:?}");
        }
    }
}
