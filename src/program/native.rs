//! Programs as machine code, made by Cranelift while the program runs.
//!
//! Every operation is the tape's, in the tape's order, and elementary functions are calls of the one table: results are
//! the same to the bit.

use super::emit::{MOST, POINTERS, Tables, emit, signature};
use super::{BinaryFunction, Function, Inputs, NotNative, Program};
use cranelift_codegen::settings::{self, Configurable, Value};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, default_libcall_names};
use std::fmt;
use std::mem::ManuallyDrop;
use std::sync::Arc;

/// More instructions than this are not compiled: it would take many seconds.
const LONGEST: usize = 200_000;

/// The entry of a program's code.
type Entry = extern "C" fn(f64, *const f64, *const f64, *const f64, *const f64, *const f64, *mut f64);

/// Machine code for several programs. Clones share it; it is freed with the last.
///
/// ```
/// use homeostat::program::{Block, Inputs, Instruction, Native, Op, Program, Source};
/// let block = Block {
///     constants: vec![2.0],
///     gather: vec![Source::State(0)],
///     code: vec![Instruction::binary(Op::Mul, 2, 0, 1)],
///     results: vec![2],
///     scatter: vec![0],
///     added: 0,
///     instances: 1,
///     registers: 3,
/// };
/// let twice = Program::new(vec![block], 1).unwrap();
/// let native = Native::compile(&[&twice])?;
/// let mut out = [0.0];
/// native.run(0, &Inputs { state: &[21.0], ..Inputs::default() }, &mut out);
/// assert_eq!(out[0], 42.0);
/// # Ok::<(), homeostat::program::NotNative>(())
/// ```
#[derive(Clone)]
pub struct Native(Arc<Code>);

struct Code {
    /// Owns the memory that the entries point into; taken out only when it is freed.
    module: ManuallyDrop<JITModule>,
    programs: Vec<(Entry, Needs)>,
    /// What the code looks up: it holds the addresses.
    _tables: Tables,
}

/// How long the slices of a call have to be: state, parameter, mode, forcing, history, outputs.
type Needs = [usize; POINTERS];

// SAFETY: the module is not touched between its making and its end, and its code writes to nothing but the outputs
// that a call is given; so that it may be moved to another thread.
unsafe impl Send for Code {}
// SAFETY: as above; calls from several threads at once share only memory that nobody writes.
unsafe impl Sync for Code {}

impl Native {
    /// Compiles programs together.
    ///
    /// # Errors
    /// [`NotNative`]: use the tape.
    pub fn compile(programs: &[&Program]) -> Result<Native, NotNative> {
        if programs.iter().map(|program| program.code_len()).sum::<usize>() > LONGEST {
            return Err(NotNative { reason: "a program is too large" });
        }
        let needs: Vec<Needs> = programs.iter().map(|p| needs(p)).collect();
        if needs.as_flattened().iter().any(|&need| need > MOST) {
            return Err(NotNative { reason: "a program reads or writes too far away" });
        }
        let builder = builder().ok_or(NotNative { reason: "the processor is not supported" })?;
        // from here on its memory is freed, whether or not all goes well
        let mut code = Code {
            module: ManuallyDrop::new(JITModule::new(builder)),
            programs: Vec::new(),
            _tables: Tables::default(),
        };
        let entries = define(programs, &mut code.module, &mut code._tables)
            .ok_or(NotNative { reason: "a program is too large" })?;
        code.programs = entries.into_iter().zip(needs).collect();
        Ok(Native(Arc::new(code)))
    }

    /// Runs one of the programs, as [`Program::run`] does on the tape.
    ///
    /// # Panics
    /// Where there is no such program, or a slice is shorter than it needs: a fault of the caller, not of any input.
    #[inline]
    pub fn run(&self, which: usize, inputs: &Inputs<'_>, outputs: &mut [f64]) {
        let (entry, needs) = &self.0.programs[which];
        let Inputs { t, state, parameter, mode, forcing, history } = *inputs;
        let lengths = [state.len(), parameter.len(), mode.len(), forcing.len(), history.len(), outputs.len()];
        // one look at all of them in the usual case
        if lengths.iter().zip(needs).fold(false, |short, (length, need)| short | (length < need)) {
            too_short(&lengths, needs);
        }
        let [state, parameter, mode, forcing, history] =
            [state, parameter, mode, forcing, history].map(|slice| slice.as_ptr());
        entry(t, state, parameter, mode, forcing, history, outputs.as_mut_ptr());
    }
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("programs", &self.0.programs.len()).finish()
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: the module is taken once, here; the entries are dropped with `self`, and no call can be under way,
        // since calls borrow it
        unsafe { ManuallyDrop::take(&mut self.module).free_memory() }
    }
}

fn builder() -> Option<JITBuilder> {
    let mut flags = settings::builder();
    // what is compiled has been checked by `Program::new`; numbers that do not fit the processor's registers are kept on
    // the stack, and a frame of many pages must not step over the page that guards its end
    let probes = [("enable_probestack", "true"), ("probestack_strategy", "inline")];
    // with "speed", the derivatives of the dopamine model ran a quarter slower and compiling took 1.6 times as long
    for (name, value) in [("opt_level", "none"), ("enable_verifier", "false")].into_iter().chain(probes) {
        flags.set(name, value).ok()?;
    }
    let isa = cranelift_native::builder().ok()?.finish(settings::Flags::new(flags)).ok()?;
    Some(JITBuilder::with_isa(isa, default_libcall_names()))
}

/// Compiles the programs into the module and gives their entries, in order.
fn define(programs: &[&Program], module: &mut JITModule, tables: &mut Tables) -> Option<Vec<Entry>> {
    let (mut context, mut frontend) = (module.make_context(), FunctionBuilderContext::new());
    let mut functions = Vec::new();
    // every 64-bit ARM has the instruction
    let has = |flag: &Value| flag.name == "has_fma" && flag.as_bool() == Some(true);
    let fuses = cfg!(target_arch = "aarch64") || module.isa().isa_flags().iter().any(has);
    for program in programs {
        context.func.signature = signature(module.make_signature());
        let mut builder = FunctionBuilder::new(&mut context.func, &mut frontend);
        emit(program, fuses, &mut builder, tables);
        builder.finalize(module.target_config());
        let id = module.declare_anonymous_function(&context.func.signature).ok()?;
        module.define_function(id, &mut context).ok()?;
        module.clear_context(&mut context);
        functions.push(id);
    }
    module.finalize_definitions().ok()?;
    let entry = |id: FuncId| {
        let code = module.get_finalized_function(id);
        // SAFETY: the code at this address was made with the signature of `Entry`; it lives as long as the module, which
        // the caller keeps beside it
        unsafe { std::mem::transmute::<*const u8, Entry>(code) }
    };
    Some(functions.into_iter().map(entry).collect())
}

/// Panics as the tape would: by an index that is too large.
#[cold]
fn too_short(lengths: &Needs, needs: &Needs) {
    for (&length, &need) in lengths.iter().zip(needs) {
        let _ = [()].repeat(length)[..need];
    }
}

/// How long the slices of a call have to be.
fn needs(program: &Program) -> Needs {
    let mut needs = [0; POINTERS];
    for (class, place) in program.blocks().iter().flat_map(|b| &b.gather).filter_map(|source| source.place()) {
        needs[class] = needs[class].max(place as usize + 1);
    }
    needs[POINTERS - 1] = program.outputs();
    needs
}

/// An elementary function by its place in the table.
pub(super) extern "C" fn function(which: i64, x: f64) -> f64 {
    Function::ALL.get(which as usize).map_or(f64::NAN, |f| f.at(x))
}

/// An elementary function of two arguments.
pub(super) extern "C" fn binary(which: i64, a: f64, b: f64) -> f64 {
    BinaryFunction::ALL.get(which as usize).map_or(f64::NAN, |f| f.at(a, b))
}

/// `a * b + c` with one rounding.
pub(super) extern "C" fn fused(_: i64, a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}
