//! Flat numeric programs and the tape that runs them.
//!
//! This room is a leaf: it knows numbers and positions, no name, unit or biology. A [`Program`] is
//! a list of [`Block`]s; a block is straight-line code over registers, a table that gathers its
//! inputs and a table that scatters its outputs. A block that stands for many equal parts has one
//! row in each table per part (its *instances*), so that a thousand terminals stay one piece of code. Blocks run one after
//! the other, and a block may read what those before it have put out.
//!
//! ```
//! use homeostat::program::{Block, Inputs, Instruction, Op, Program, Source};
//! // v = p0 * y0 / (p1 + y0): the Michaelis-Menten law
//! let block = Block {
//!     constants: vec![],
//!     gather: vec![Source::State(0), Source::Parameter(0), Source::Parameter(1)],
//!     code: vec![
//!         Instruction::binary(Op::Mul, 3, 1, 0),
//!         Instruction::binary(Op::Add, 4, 2, 0),
//!         Instruction::binary(Op::Div, 5, 3, 4),
//!     ],
//!     results: vec![5],
//!     scatter: vec![0],
//!     added: 0,
//!     instances: 1,
//!     registers: 6,
//! };
//! let program = Program::new(vec![block], 1).unwrap();
//! let mut out = [0.0];
//! let mut scratch = vec![0.0; program.scratch_len()];
//! let inputs = Inputs { state: &[3.0], parameter: &[8.0, 1.0], ..Inputs::default() };
//! program.run(&inputs, &mut out, &mut scratch);
//! assert_eq!(out[0], 6.0);
//! ```

#[cfg(feature = "jit")]
mod emit;
#[cfg(feature = "jit")]
mod emit_loop;
mod executor;
mod function;
mod gamma;
mod instances;
mod interval;
mod lane;
#[cfg(feature = "jit")]
#[allow(unsafe_code)]
mod native;
#[cfg(not(feature = "jit"))]
mod no_native;
mod recorder;
#[allow(unsafe_code)]
mod simd;
mod tape;

pub use executor::{Executor, NotNative};
pub use function::{BinaryFunction, Function};
use instances::Repeat;
pub use interval::{Interval, Stretch};
pub use lane::Lane;
#[cfg(feature = "jit")]
pub use native::Native;
#[cfg(not(feature = "jit"))]
pub use no_native::Native;
pub(crate) use recorder::Recorder;
use serde::{Deserialize, Serialize};
pub(crate) use simd::{LANES, Vector, Wide, Work, widest};

/// What one instruction does. Comparisons and logic give 1 for true and 0 for false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Op {
    /// `-a`
    Neg,
    /// `|a|`
    Abs,
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// `a * b + c` with one rounding; the only place where one is fused.
    Fma,
    /// `b` where `a` is not 0, else `c`. Both are evaluated; neither is multiplied by 0 or 1.
    Select,
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
    /// `a == b`
    Equal,
    /// `a` and `b`
    And,
    /// `a` or `b`
    Or,
    /// not `a`
    Not,
    /// An elementary function of `a`.
    Call(Function),
    /// An elementary function of `a` and `b`.
    Call2(BinaryFunction),
}

/// One instruction: register `out` becomes `op` of registers `a`, `b`, `c` (those that `op` uses).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What is done.
    pub op: Op,
    /// The register written.
    pub out: u32,
    /// First operand.
    pub a: u32,
    /// Second operand; equal to `a` where the operation has one operand.
    pub b: u32,
    /// Third operand; equal to `a` where the operation has fewer.
    pub c: u32,
}

impl Instruction {
    /// An instruction of one operand.
    pub fn unary(op: Op, out: u32, a: u32) -> Self {
        Instruction { op, out, a, b: a, c: a }
    }
    /// An instruction of two operands.
    pub fn binary(op: Op, out: u32, a: u32, b: u32) -> Self {
        Instruction { op, out, a, b, c: a }
    }
    /// An instruction of three operands.
    pub fn ternary(op: Op, out: u32, a: u32, b: u32, c: u32) -> Self {
        Instruction { op, out, a, b, c }
    }
}

/// Which way a value has to go through zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From below.
    Rising,
    /// From above.
    Falling,
    /// Either way.
    #[default]
    Both,
}

/// Where an input of a block comes from. Constants are not inputs: they stand in the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The time.
    Time,
    /// A component of the state.
    State(u32),
    /// A parameter, or a subexpression of parameters only that was computed beforehand.
    Parameter(u32),
    /// The frozen side of a switch.
    Mode(u32),
    /// A forcing sampled at the time of the call.
    Forcing(u32),
    /// A value of the past.
    History(u32),
    /// What an earlier block of the same run has put out at this place.
    Output(u32),
}

impl Source {
    /// Its class (0 to 4 for state, parameter, mode, forcing, history, [`OUTPUTS`] for outputs) and its place there; none
    /// for the time.
    fn place(self) -> Option<(usize, u32)> {
        Some(match self {
            Source::Time => return None,
            Source::State(i) => (0, i),
            Source::Parameter(i) => (1, i),
            Source::Mode(i) => (2, i),
            Source::Forcing(i) => (3, i),
            Source::History(i) => (4, i),
            Source::Output(i) => (OUTPUTS, i),
        })
    }
}

/// The class of outputs, after those of inputs.
const OUTPUTS: usize = 5;

/// The values behind the [`Source`]s of a call. Classes that a program does not use may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inputs<'a, L = f64> {
    /// The time.
    pub t: L,
    /// The state.
    pub state: &'a [L],
    /// Parameters.
    pub parameter: &'a [L],
    /// Frozen sides of switches.
    pub mode: &'a [L],
    /// Forcings.
    pub forcing: &'a [L],
    /// Values of the past.
    pub history: &'a [L],
}

/// Straight-line code with its constants and its tables of inputs and outputs.
///
/// Registers are numbered: constants first, then the gathered inputs, then what the code computes.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Values of the first registers.
    pub constants: Vec<f64>,
    /// Inputs, `instances` rows of equal width.
    pub gather: Vec<Source>,
    /// The code; an operand is a constant, an input or a register written before.
    pub code: Vec<Instruction>,
    /// The registers that hold the results.
    pub results: Vec<u32>,
    /// Where each result goes, `instances` rows as wide as `results`.
    pub scatter: Vec<u32>,
    /// So many of the last results are added to what earlier blocks and instances have put there, one instance after the
    /// other, where the others are stored.
    pub added: usize,
    /// How many equal parts the block stands for.
    pub instances: usize,
    /// How many registers the block uses.
    pub registers: usize,
}

impl Block {
    fn width(&self) -> usize {
        self.gather.len().checked_div(self.instances).unwrap_or(0)
    }

    /// Every register and table stays within its bounds, and every operand is defined before use.
    fn is_sound(&self, outputs: usize) -> bool {
        let inputs = self.constants.len() + self.width();
        let mut defined = vec![false; self.registers];
        if inputs > self.registers {
            return false;
        }
        defined[..inputs].fill(true);
        let ready = |defined: &[bool], r: u32| defined.get(r as usize).copied().unwrap_or(false);
        for i in &self.code {
            if ![i.a, i.b, i.c].iter().all(|&r| ready(&defined, r)) {
                return false;
            }
            match defined.get_mut(i.out as usize) {
                Some(d) if i.out as usize >= inputs => *d = true,
                _ => return false,
            }
        }
        let reads = |source: &Source| !matches!(source, Source::Output(i) if *i as usize >= outputs);
        self.width() * self.instances == self.gather.len()
            && self.gather.iter().all(reads)
            && self.added <= self.results.len()
            && self.results.len() * self.instances == self.scatter.len()
            && self.results.iter().all(|&r| ready(&defined, r))
            && self.scatter.iter().all(|&o| (o as usize) < outputs)
    }
}

/// A list of blocks that writes a vector of outputs.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Program {
    blocks: Vec<Block>,
    /// For each block, how its instances lie, where they can be run together.
    repeats: Vec<Option<Repeat>>,
    outputs: usize,
}

impl Program {
    /// Joins blocks to a program with `outputs` outputs; `None` where a block reads a register that
    /// nothing wrote, or a table points outside.
    pub fn new(blocks: Vec<Block>, outputs: usize) -> Option<Self> {
        let is_sound = blocks.iter().all(|b| b.is_sound(outputs));
        is_sound.then(|| Program { repeats: blocks.iter().map(|b| Repeat::of(b, outputs)).collect(), blocks, outputs })
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// How many outputs a run writes.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How long the scratch slice of [`Program::run`] and [`Program::run_in_lanes`] has to be.
    pub fn scratch_len(&self) -> usize {
        let lanes = |repeat: &Option<Repeat>| if repeat.is_some() { LANES } else { 1 };
        self.blocks.iter().zip(&self.repeats).map(|(b, repeat)| b.registers * lanes(repeat)).max().unwrap_or(0)
    }

    /// How many instructions one run executes.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|b| b.code.len() * b.instances).sum()
    }

    /// How many instructions there are to compile: those of instances that run together once.
    #[cfg_attr(not(feature = "jit"), allow(dead_code))]
    pub(crate) fn code_len(&self) -> usize {
        let times = |block: &Block, repeat: &Option<Repeat>| if repeat.is_some() { 1 } else { block.instances };
        self.blocks.iter().zip(&self.repeats).map(|(b, repeat)| b.code.len() * times(b, repeat)).sum()
    }

    /// Whether a run executes nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
